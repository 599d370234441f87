//! What each check says, and that none is ever left out.

use super::companies::State;
use super::*;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::calendar::{Country, Gap};
use domain::ids::CompanyId;
use domain::interest::{HalfYear, MissingRate, Series};
use domain::kinds::Autonomy;
use domain::money::Currency;
use domain::settings::CompanySettings;
use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use store::checkup::{Inspection, RoleState};
use store::ledger::companies::{Company, CompanyFields};
use store::migrate::SchemaStatus;

fn role(name: &str) -> RoleState {
    RoleState { name: name.to_owned(), exists: true, superuser: false, bypasses_rls: false, usable: true }
}

fn well() -> Inspection {
    Inspection {
        server_version: 150_018,
        database: "d".to_owned(),
        login: "l".to_owned(),
        in_recovery: false,
        skew: TimeDelta::milliseconds(-40),
        roles: ["dunningd_app", "dunningd_owner", "dunningd_claims"].map(role).to_vec(),
        schema: Some(SchemaStatus::Current { at: 5 }),
        unguarded: Vec::new(),
        months_ahead: Some(12),
    }
}

/// The one check a change of the catalogue disturbs.
fn disturbed(change: impl FnOnce(&mut Inspection)) -> Check {
    let mut found = well();
    change(&mut found);
    let mut bad: Vec<Check> =
        database::catalogue(&found).into_iter().filter(|c| c.status != Status::Ok).collect();
    assert_eq!(bad.len(), 1, "{bad:?}");
    bad.remove(0)
}

#[test]
fn a_sound_catalogue_passes_every_check() {
    let checks = database::catalogue(&well());
    assert!(checks.iter().all(|c| c.status == Status::Ok && c.advice.is_none()), "{checks:?}");
    let names: Vec<&str> = checks.iter().map(|c| c.name).collect();
    assert_eq!(names, ["server", "schema", "roles", "tenancy", "partitions", "clock"]);
}

#[test]
fn each_fault_of_the_catalogue_is_named_with_what_to_do() {
    let fail = |c: Check, name: &str, found: &str, advice: &str| {
        assert_eq!((c.name, c.status), (name, Status::Fail), "{c:?}");
        assert!(c.found.contains(found) && c.advice.as_ref().unwrap().contains(advice), "{c:?}");
    };
    fail(disturbed(|f| f.server_version = 130_014), "server", "13.14 is too old", "14 to 17");
    fail(disturbed(|f| f.in_recovery = true), "server", "standby", "primary");
    fail(
        disturbed(|f| f.schema = Some(SchemaStatus::Behind { at: 4, want: 5 })),
        "schema",
        "older",
        "dunningd migrate",
    );
    fail(
        disturbed(|f| f.schema = Some(SchemaStatus::Newer { at: 6, want: 5 })),
        "schema",
        "newer",
        "newer dunningd",
    );
    fail(disturbed(|f| f.schema = None), "schema", "may not read", "grant dunningd_app");
    fail(disturbed(|f| f.roles[1].exists = false), "roles", "missing: dunningd_owner", "dunningd migrate");
    fail(disturbed(|f| f.roles[0].superuser = true), "roles", "does not bind dunningd_app", "NOSUPERUSER");
    fail(disturbed(|f| f.roles[2].bypasses_rls = true), "roles", "dunningd_claims", "NOBYPASSRLS");
    fail(disturbed(|f| f.roles[0].usable = false), "roles", "may not become", "GRANT dunningd_app");
    let many: Vec<String> = (0..7).map(|n| format!("t{n}")).collect();
    fail(
        disturbed(|f| f.unguarded = many),
        "tenancy",
        "7 tables without forced row-level security: t0, t1, t2, t3, t4, …",
        "FORCE",
    );
    fail(disturbed(|f| f.months_ahead = Some(0)), "partitions", "not ready", "dunningd migrate");
    fail(disturbed(|f| f.skew = TimeDelta::minutes(-6)), "clock", "360.000 s behind", "NTP");
}

#[test]
fn what_only_will_be_a_fault_is_a_warning() {
    assert_eq!(disturbed(|f| f.months_ahead = Some(2)).status, Status::Warn);
    assert_eq!(disturbed(|f| f.server_version = 180_001).status, Status::Warn);
    let c = disturbed(|f| f.skew = TimeDelta::milliseconds(5_001));
    assert_eq!((c.status, c.found.as_str()), (Status::Warn, "the database's clock is 5.001 s ahead"));
    // Without a schema two checks have nothing to look at; the schema's own says why.
    let mut found = well();
    (found.schema, found.months_ahead) = (Some(SchemaStatus::Missing), None);
    let states: Vec<Status> = database::catalogue(&found).iter().map(|c| c.status).collect();
    assert_eq!(states, [Status::Ok, Status::Fail, Status::Ok, Status::Warn, Status::Warn, Status::Ok]);
}

#[tokio::test]
async fn without_a_configuration_every_check_is_still_there() {
    let mut checks = local::checks(None);
    checks.extend(database::checks(None).await);
    checks.extend(outside::checks(None).await);
    let names: Vec<&str> = checks.iter().map(|c| c.name).collect();
    assert_eq!(
        names,
        [
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
            "admin"
        ]
    );
    let policies = checks.iter().find(|c| c.name == "policies").unwrap();
    assert_eq!(policies.status, Status::Ok, "{policies:?}");
    let others = checks.iter().filter(|c| c.name != "policies");
    assert!(others.into_iter().all(|c| c.status == Status::Warn && c.found.starts_with("not checked")));
}

#[test]
fn the_key_must_be_long_and_ones_own() {
    let dir = std::env::temp_dir().join(format!("dunningd-doctor-test-{}", uuid::Uuid::now_v7().simple()));
    std::fs::create_dir_all(&dir).unwrap();
    let path = dir.join("token.key");
    assert!(local::key_file("token_key", &path).found.starts_with("none yet"));
    std::fs::write(&path, [7u8; 32]).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(local::key_file("token_key", &path).status, Status::Ok);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let c = local::key_file("token_key", &path);
    assert!(
        c.status == Status::Warn && c.found.contains("640") && c.advice.unwrap().starts_with("chmod 600")
    );
    std::fs::write(&path, b"short").unwrap();
    assert_eq!(local::key_file("token_key", &path).status, Status::Fail);
    std::fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn disk_space_is_judged_at_two_limits() {
    const MIB: u64 = 1024 * 1024;
    let of = |mib: u64| local::free("disk", mib * MIB);
    assert_eq!(
        [of(255).status, of(256).status, of(2047).status, of(2048).status],
        [Status::Fail, Status::Warn, Status::Warn, Status::Ok]
    );
    assert_eq!(of(20 * 1024).found, "20 GiB free in data_dir");
}

#[test]
fn a_mail_url_is_shown_without_user_and_password() {
    let of = outside::place;
    assert_eq!(of("smtps://me:secret@mail.example:465"), ("smtps://mail.example:465".to_owned(), false));
    assert_eq!(of("smtp://a@b:p@relay.example"), ("smtp://relay.example".to_owned(), true));
    assert_eq!(of("smtp://127.0.0.1:2525"), ("smtp://127.0.0.1:2525".to_owned(), false));
    assert_eq!(of("smtp://[::1]:25"), ("smtp://[::1]:25".to_owned(), false));
    assert_eq!(of("maildir:///var/mail"), ("folder /var/mail".to_owned(), false));
}

fn company() -> Company {
    Company {
        id: CompanyId::new(),
        slug: "lindner".to_owned(),
        fields: CompanyFields {
            name: "L".to_owned(),
            email: "a@l.example".to_owned(),
            sender_name: None,
            reply_to: None,
            country: "DE".to_owned(),
            language: "de".to_owned(),
            zone: domain::calendar::zone("Europe/Berlin").unwrap(),
            default_currency: Currency::EUR,
            default_payment_terms: 30,
            autonomy: Autonomy::Full,
            iban: Some("DE02120300000000202051".to_owned()),
            bic: None,
            account_holder: None,
            address_lines: Vec::new(),
        },
        settings: CompanySettings::default(),
        last_sync_at: Some(DateTime::UNIX_EPOCH),
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
    }
}

#[test]
fn a_company_is_told_what_keeps_it_from_being_served() {
    let now = |hours: i64| DateTime::<Utc>::UNIX_EPOCH + TimeDelta::hours(hours);
    let state = |stopped, people, bad_rules, owing| State { stopped, people, bad_rules, owing };
    let fine = state(false, 1, false, true);
    assert!(companies::problems(&company(), &fine, now(48)).is_empty());
    let old = companies::problems(&company(), &fine, now(49));
    assert!(old.len() == 1 && old[0].contains("49 hours ago, the limit is 48 hours"), "{old:?}");
    assert!(
        companies::problems(&company(), &state(false, 1, false, false), now(99)).is_empty(),
        "nobody owes"
    );
    let mut bare = company();
    (bare.last_sync_at, bare.fields.iban) = (None, None);
    let all = companies::problems(&bare, &state(true, 0, true, false), now(0));
    assert_eq!(all.len(), 5, "{all:?}");
    assert_eq!(companies::companies(0, &[]).advice.unwrap(), "set one up with `dunningd company add`");
    assert_eq!(companies::companies(1, &[]).found, "1 company is ready");
}

#[test]
fn gaps_of_the_calendar_and_the_rates_are_named() {
    let pl: Country = "PL".parse().unwrap();
    let set = BTreeSet::from([pl]);
    let gap = companies::holidays(&set, 2027, &[Gap { country: pl, year: 2027 }]);
    assert!(gap.status == Status::Warn && gap.found == "not on file: PL 2027", "{gap:?}");
    assert_eq!(companies::holidays(&set, 2027, &[]).found, "on file through 2027 for 1 country");
    let half = HalfYear::of(NaiveDate::from_ymd_opt(2027, 1, 1).unwrap());
    let missing = companies::rates(&[], &[MissingRate { series: Series::DeBasiszinssatz, half }], 0);
    assert_eq!(missing.found, "not on file: de_basiszinssatz 2027H1");
    assert_eq!(companies::rates(&[], &[], 2).status, Status::Warn);
    assert_eq!(companies::rates(&[], &[], 0).status, Status::Ok);
}

#[test]
fn the_report_is_aligned_and_ends_with_a_sum() {
    let checks = vec![
        Check::ok("a", "fine"),
        Check::warn("longer", "one\ntwo", "do"),
        Check::fail("b", "bad", "repair\nthen again"),
        Check::skipped("c", "b is bad"),
        Check::skipped("d", "b is bad"),
    ];
    let text = human(&Diagnosis { ok: false, checks });
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "ok    a       fine");
    assert_eq!(lines[1..3], ["warn  longer  one", "              two"]);
    assert_eq!(lines[3], "              → do");
    assert_eq!(lines[5..7], ["              → repair", "                then again"]);
    assert_eq!(lines[7], "–             not checked: b is bad: c, d");
    assert_eq!(lines.last(), Some(&"1 thing is broken. 2 checks were not looked at."));
}

#[test]
fn causes_are_told_once() {
    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] std::io::Error);
    let error = Outer(std::io::Error::other("inner"));
    assert_eq!(chain(&error), "outer: inner");
}
