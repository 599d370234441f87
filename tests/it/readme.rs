//! The README says what is true today: its settings are those of the code.

#[test]
fn the_settings_of_the_readme_are_current() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let (_, rest) = readme.split_once("checked by a test -->\n").unwrap();
    let (table, _) = rest.split_once("\n<!-- /settings -->").unwrap();
    assert_eq!(
        table.trim(),
        dunningd::config::reference().trim(),
        "run `dunningd config` and paste its output"
    );
}
