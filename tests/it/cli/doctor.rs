//! `dunningd doctor` on sound and on broken surroundings.

use super::{Ran, Shell};
use anyhow::Result;
use serde_json::Value;

const NAMES: [&str; 18] = [
    "config",
    "data_dir",
    "disk",
    "token_key",
    "policies",
    "database",
    "server",
    "schema",
    "roles",
    "tenancy",
    "partitions",
    "clock",
    "companies",
    "holidays",
    "rates",
    "mail",
    "model",
    "admin",
];

/// The checks of a run, all of them, each with a known status.
fn checks(ran: &Ran) -> Vec<(String, String, Value)> {
    let value = ran.json();
    let checks: Vec<_> = value["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| {
            let text = |key: &str| c[key].as_str().unwrap_or_default().to_owned();
            assert!(["ok", "warn", "fail"].contains(&text("status").as_str()), "{c}");
            assert_eq!(c["advice"].is_null(), text("status") == "ok", "{c}");
            (text("name"), text("status"), c.clone())
        })
        .collect();
    let names: Vec<&str> = checks.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, NAMES, "stable names in a stable order");
    checks
}

fn of<'a>(checks: &'a [(String, String, Value)], name: &str) -> (&'a str, String) {
    let (_, status, value) = checks.iter().find(|(n, ..)| n == name).unwrap();
    (status, value.to_string())
}

#[tokio::test]
async fn a_sound_installation_passes_and_a_tampered_table_is_found() -> Result<()> {
    let mut shell = Shell::acme().await?;
    let mail = shell.dir.path().join("mail");
    shell.set("DUNNINGD_MAIL_URL", format!("maildir://{}", mail.display()));
    let sound = checks(&shell.run(&["doctor", "--json"])?.ended(0));
    let not_ok: Vec<&str> =
        sound.iter().filter(|(_, status, _)| status != "ok").map(|(n, ..)| n.as_str()).collect();
    assert_eq!(not_ok, ["companies"], "{sound:?}");
    assert!(of(&sound, "companies").1.contains("the ledger was never read"));
    shell.world.run("ALTER TABLE invoices NO FORCE ROW LEVEL SECURITY").await?;
    let tampered = checks(&shell.run(&["doctor", "--json"])?.ended(3));
    let (status, said) = of(&tampered, "tenancy");
    assert!(status == "fail" && said.contains("invoices"), "{said}");
    assert!(shell.run(&["doctor"])?.ended(3).out.contains("1 thing is broken."));
    shell.world.finish().await
}

#[tokio::test]
async fn each_check_stands_on_its_own_feet() -> Result<()> {
    let mut shell = Shell::new().await?;
    // No schema: the server is looked at all the same.
    shell.set("DATABASE_URL", tests::postgres().await?.empty_database().await?);
    let empty = checks(&shell.run(&["doctor", "--json"])?.ended(3));
    assert_eq!((of(&empty, "server").0, of(&empty, "clock").0, of(&empty, "schema").0), ("ok", "ok", "fail"));
    assert!(of(&empty, "schema").1.contains("dunningd migrate"));
    // No database, no mail server, no model: each says so; no secret is shown.
    shell.set("DATABASE_URL", "postgres://someone:geheim1@127.0.0.1:1/none");
    shell.set("DUNNINGD_MAIL_URL", "smtp://me:geheim2@127.0.0.1:1");
    shell.set("DUNNINGD_MODEL_BASE_URL", "http://127.0.0.1:1/v1");
    shell.set("DUNNINGD_MODEL_NAME", "some-model");
    shell.set("DUNNINGD_MODEL_KEY", "geheim3");
    let broken = shell.run(&["doctor", "--json"])?.ended(3);
    let found = checks(&broken);
    for name in ["database", "mail", "model"] {
        assert_eq!(of(&found, name).0, "fail", "{found:?}");
    }
    assert_eq!(of(&found, "policies").0, "ok");
    let human = shell.run(&["doctor"])?.ended(3);
    assert!(human.out.contains("3 things are broken. 9 checks were not looked at."), "{}", human.out);
    for ran in [&broken, &human] {
        assert!(!ran.out.contains("geheim") && !ran.err.contains("geheim"), "{} {}", ran.out, ran.err);
    }
    // A setting that is none: what needs no configuration is looked at.
    shell.set("DUNNINGD_WORK_BATCH", "0");
    let config = checks(&shell.run(&["doctor", "--json"])?.ended(3));
    assert!(of(&config, "config").1.contains("work.batch"));
    assert_eq!((of(&config, "policies").0, of(&config, "disk").0), ("ok", "warn"));
    shell.world.finish().await
}
