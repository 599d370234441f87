//! What an operator meets: sources, weight, refusals, secrets.

use super::*;

fn load(file: &str, env: &[(&str, &str)], files: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let env = |name: &str| {
        let home = (name == "HOME").then(|| "/home/op".to_owned());
        env.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()).or(home)
    };
    let read = |path: &Path| {
        let found = files.iter().find(|(p, _)| Path::new(p) == path).map(|(_, v)| (*v).to_owned());
        found.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::NotFound))
    };
    let file = (!file.is_empty()).then(|| (PathBuf::from("d.toml"), file.to_owned()));
    Config::from_sources(&Sources { file, env: &env, read: &read })
}

#[test]
fn nothing_set_runs_on_defaults() {
    let c = load("", &[], &[]).unwrap();
    assert!(c.database_url.is_none() && c.model.is_none() && c.mail.url.is_none());
    assert_eq!(c.data_dir, Path::new("/home/op/.local/share/dunningd"));
    assert_eq!(c.admin, Some("127.0.0.1:8650".parse().unwrap()));
}

#[test]
fn environment_outweighs_the_file() {
    let c = load("[work]\nbatch = 5\n", &[("DUNNINGD_WORK_BATCH", "7")], &[]).unwrap();
    assert_eq!(c.work.batch, 7);
    assert_eq!(load("[work]\nbatch = 5\n", &[], &[]).unwrap().work.batch, 5);
}

#[test]
fn an_unknown_name_is_refused_with_the_nearest_known_one() {
    let e = load("[mail]\nurll = \"x\"\n", &[], &[]).unwrap_err().to_string();
    assert_eq!(e, "unknown setting `mail.urll` in d.toml; did you mean `mail.url`?");
    let e = load("colour = 1\n", &[], &[]).unwrap_err().to_string();
    assert_eq!(e, "unknown setting `colour` in d.toml; see `dunningd config`");
}

#[test]
fn a_value_out_of_range_names_setting_and_origin() {
    let e = load("", &[("DUNNINGD_WORK_BATCH", "0")], &[]).unwrap_err().to_string();
    assert_eq!(
        e,
        "setting `work.batch` (from environment variable DUNNINGD_WORK_BATCH): must be a whole number from 1 to 200"
    );
}

#[test]
fn bad_toml_names_the_line_and_not_its_text() {
    let e = load("[model]\nkey = \"sk-123\n", &[], &[]).unwrap_err().to_string();
    assert!(e.contains("line 2") && !e.contains("sk-123"), "{e}");
}

#[test]
fn secrets_come_from_files_and_credentials_and_are_never_printed() {
    let key = "0123456789abcdef0123456789abcdef";
    let c = load("[mail]\ntoken_key_file = \"/k\"\n", &[], &[("/k", "0123456789abcdef0123456789abcdef\n")])
        .unwrap();
    assert_eq!(c.mail.token_key.as_ref().unwrap().expose(), key);
    assert!(!format!("{c:?}").contains(key));
    let env = [("CREDENTIALS_DIRECTORY", "/run/c")];
    let c = load("", &env, &[("/run/c/mail-token-key", key)]).unwrap();
    assert_eq!(c.mail.token_key.unwrap().expose(), key);
    assert!(matches!(load("[mail]\npassword_file = \"/none\"\n", &[], &[]), Err(ConfigError::Read { .. })));
}

#[test]
fn a_model_needs_a_name_and_keys_a_length() {
    let e = load("[model]\nbase_url = \"http://127.0.0.1/v1\"\n", &[], &[]).unwrap_err().to_string();
    assert!(e.contains("`model.name`"), "{e}");
    assert!(load("", &[("DUNNINGD_MAIL_TOKEN_KEY", "short")], &[]).is_err());
}

#[test]
fn the_reference_lists_every_setting_once() {
    let text = reference();
    for s in SETTINGS {
        assert_eq!(text.matches(&format!("| `{}` |", s.key)).count(), 1, "{}", s.key);
    }
}
