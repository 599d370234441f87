//! The database: reachable, ours, guarded, ready for the coming months, and on the same time.

use super::{Check, chain, companies};
use crate::cli::Database;
use crate::cli::shared::{count, now};
use crate::config::Config;
use anyhow::Result;
use chrono::TimeDelta;
use std::time::Duration;
use store::checkup::{Inspection, RoleState, inspect};
use store::cluster::{Cluster, ClusterConfig, running_url};
use store::migrate::SchemaStatus;
use store::{APP_ROLE, Db, DbConfig};

/// Checks of the catalogue, in their order.
const NAMES: [&str; 6] = ["server", "schema", "roles", "tenancy", "partitions", "clock"];
/// Longest wait for a database to answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// Leases are by the database's clock, business by the machine's: this much apart is still well.
const SKEW: TimeDelta = TimeDelta::seconds(5);

/// Everything about the database and what is in it.
pub async fn checks(config: Option<&Config>) -> Vec<Check> {
    let Some(config) = config else { return without(None, "the configuration cannot be read") };
    match open(config).await {
        Ok(Some(database)) => {
            let checks = of(&database.url).await;
            // What the doctor started it stops; a failure to stop shows at the next start.
            let _ = database.stop().await;
            checks
        }
        Ok(None) => without(Some(first_start(config).await), "there is no database yet"),
        Err(error) => {
            let advice = "do what the message says; without `database_url` dunningd runs a private cluster in `data_dir`";
            let found = super::super::shared::tidy(&format!("{error:#}"), 400);
            without(Some(Check::fail("database", found, advice)), "the database cannot be reached")
        }
    }
}

fn without(database: Option<Check>, because: &str) -> Vec<Check> {
    let mut checks = vec![database.unwrap_or_else(|| Check::skipped("database", because))];
    checks.extend(NAMES.iter().chain(&companies::NAMES).map(|name| Check::skipped(name, because)));
    checks
}

/// The database that is there; `None`: there will be a private cluster, but none was made yet.
async fn open(config: &Config) -> Result<Option<Database>> {
    let there = config.data_dir.join("postgres").join("data").join("PG_VERSION").exists();
    if config.database_url.is_none()
        && !there
        && running_url(&ClusterConfig::new(&config.data_dir), "dunningd").is_none()
    {
        return Ok(None);
    }
    Ok(Some(Database::start(config).await?))
}

/// Whether a private cluster could be made: one is, in a folder of its own, and goes again.
async fn first_start(config: &Config) -> Check {
    const NAME: &str = "database";
    let trial = std::env::temp_dir().join(format!("dunningd-doctor-{}", uuid::Uuid::now_v7().simple()));
    let settings = ClusterConfig { durable: false, temporary: true, ..ClusterConfig::new(&trial) };
    let started = Cluster::start(settings).await;
    let check = match started {
        Ok(cluster) => {
            let version = cluster.version();
            match cluster.stop().await {
                Ok(()) => Check::warn(
                    NAME,
                    format!("none yet; PostgreSQL {version} is installed and starts"),
                    format!(
                        "`dunningd run` or any other command makes a private one in {}; or set `database_url`",
                        config.data_dir.display()
                    ),
                ),
                Err(error) => Check::warn(NAME, chain(&error), "look for a server that is still running"),
            }
        }
        Err(error) => {
            Check::fail(NAME, chain(&error), "install PostgreSQL as the message says, or set `database_url`")
        }
    };
    let _ = std::fs::remove_dir_all(&trial);
    check
}

async fn of(url: &str) -> Vec<Check> {
    let clock = || now();
    let found = match tokio::time::timeout(PATIENCE, inspect(url, &clock)).await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => {
            let advice = "start PostgreSQL, and check host, port, user, password and database name in `database_url`\n\
                          (postgres://user@host/database)";
            let failed = Check::fail("database", chain(&error), advice);
            return without(Some(failed), "the database cannot be reached");
        }
        Err(_) => {
            let failed = Check::fail(
                "database",
                format!("no answer within {} seconds", PATIENCE.as_secs()),
                "check host, port and firewall",
            );
            return without(Some(failed), "the database cannot be reached");
        }
    };
    let mut checks = vec![Check::ok("database", format!("“{}”, as {}", found.database, found.login))];
    checks.extend(catalogue(&found));
    let usable =
        matches!(found.schema, Some(SchemaStatus::Current { .. })) && found.roles.iter().all(|r| r.exists);
    checks.extend(if usable {
        contents(url).await
    } else {
        companies::skipped("the schema is not this program's")
    });
    checks
}

/// What the catalogue says, one check each.
pub(super) fn catalogue(found: &Inspection) -> Vec<Check> {
    vec![
        server(found),
        schema(found.schema),
        roles(&found.roles),
        tenancy(found),
        partitions(found.months_ahead),
        clock(found.skew),
    ]
}

fn server(found: &Inspection) -> Check {
    let (major, minor) = (found.server_version / 10_000, found.server_version % 10_000);
    let version = format!("PostgreSQL {major}.{minor}");
    if found.in_recovery {
        return Check::fail(
            "server",
            format!("{version}, a standby: nothing can be written"),
            "name the primary in `database_url`",
        );
    }
    match major {
        0..14 => Check::fail("server", format!("{version} is too old"), "use version 14 to 17"),
        14..=17 => Check::ok("server", version),
        _ => Check::warn(
            "server",
            format!("{version} is newer than what was tested"),
            "use version 14 to 17 if something fails",
        ),
    }
}

fn schema(status: Option<SchemaStatus>) -> Check {
    const NAME: &str = "schema";
    match status {
        Some(SchemaStatus::Current { at }) => Check::ok(NAME, format!("{at}, this program's")),
        Some(SchemaStatus::Missing) => Check::fail(NAME, "there is none", "run `dunningd migrate`"),
        Some(SchemaStatus::Behind { at, want }) => Check::fail(
            NAME,
            format!("{at}, older than this program's {want}"),
            "run `dunningd migrate` (make a backup first)",
        ),
        Some(SchemaStatus::Newer { at, want }) => {
            let advice = "run the newer dunningd that migrated it; a schema does not go back";
            Check::fail(NAME, format!("{at}, newer than this program's {want}"), advice)
        }
        None => Check::fail(
            NAME,
            "the login may not read it",
            format!("grant {APP_ROLE} to the login of `database_url`, or migrate with that login"),
        ),
    }
}

fn roles(roles: &[RoleState]) -> Check {
    const NAME: &str = "roles";
    let named = |pick: &dyn Fn(&&RoleState) -> bool| {
        roles.iter().filter(|r| pick(r)).map(|r| r.name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let missing = named(&|r| !r.exists);
    if !missing.is_empty() {
        return Check::fail(
            NAME,
            format!("missing: {missing}"),
            "run `dunningd migrate` as a login that may create roles",
        );
    }
    let mighty = named(&|r| r.superuser || r.bypasses_rls);
    if !mighty.is_empty() {
        let advice = format!("ALTER ROLE {mighty} NOSUPERUSER NOBYPASSRLS;  until then no statement runs");
        return Check::fail(NAME, format!("row-level security does not bind {mighty}"), advice);
    }
    match roles.iter().find(|r| r.name == APP_ROLE && !r.usable) {
        Some(_) => {
            let advice = format!("GRANT {APP_ROLE} TO <login of `database_url`>;");
            Check::fail(NAME, format!("the login may not become {APP_ROLE}"), advice)
        }
        None => {
            Check::ok(NAME, format!("{APP_ROLE} is neither superuser nor exempt from row-level security"))
        }
    }
}

fn tenancy(found: &Inspection) -> Check {
    const NAME: &str = "tenancy";
    if found.schema == Some(SchemaStatus::Missing) {
        return Check::skipped(NAME, "there is no schema");
    }
    if found.unguarded.is_empty() {
        return Check::ok(NAME, "row-level security is forced on every table of tenants");
    }
    let some: Vec<&str> = found.unguarded.iter().take(5).map(String::as_str).collect();
    let more = if found.unguarded.len() > 5 { ", …" } else { "" };
    Check::fail(
        NAME,
        format!(
            "{} without forced row-level security: {}{more}",
            count(found.unguarded.len(), "table", "tables"),
            some.join(", ")
        ),
        "stop the daemon; ALTER TABLE … ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; find out who changed it",
    )
}

fn partitions(ahead: Option<i32>) -> Check {
    const NAME: &str = "partitions";
    let advice = "run `dunningd migrate`, or let the daemon run: it makes them daily";
    match ahead {
        None => Check::skipped(NAME, "there is no schema"),
        Some(months) if months < 1 => {
            Check::fail(NAME, "the coming month is not ready; then nothing could be written", advice)
        }
        Some(months) if months < 3 => {
            Check::warn(NAME, format!("ready for only {months} more months"), advice)
        }
        Some(months) => Check::ok(NAME, format!("ready for {months} more months")),
    }
}

fn clock(skew: TimeDelta) -> Check {
    const NAME: &str = "clock";
    let ms = skew.num_milliseconds();
    let words = format!(
        "the database's clock is {}.{:03} s {}",
        ms.abs() / 1000,
        ms.abs() % 1000,
        if ms < 0 { "behind" } else { "ahead" }
    );
    let advice = "set both machines' clocks by NTP (timedatectl set-ntp true)";
    if skew.abs() <= SKEW {
        Check::ok(NAME, "the database and this machine agree")
    } else if skew.abs() <= TimeDelta::minutes(5) {
        Check::warn(NAME, words, advice)
    } else {
        Check::fail(NAME, words, advice)
    }
}

/// What lies in a database that is ours.
async fn contents(url: &str) -> Vec<Check> {
    let settings =
        DbConfig { max_connections: 2, app_name: "dunningd doctor".to_owned(), ..DbConfig::new(url) };
    let db = match Db::connect(&settings).await {
        Ok(db) => db,
        Err(error) => {
            return companies::skipped(&format!("the database refuses {APP_ROLE}: {}", chain(&error)));
        }
    };
    let checks = companies::checks(&db).await;
    db.close().await;
    checks
}
