//! Bringing a database to this binary's schema.
//!
//! Why: one command must turn an empty server into a working one, and a daemon must never run on a
//! schema it does not know. Guarantees: the migrations are embedded in the binary; several daemons may
//! migrate at once (one works, the others wait); a schema that is newer than the binary, or a
//! migration that was edited after it was applied, is refused. Reference data (holidays, interest
//! rates) are brought up to date without touching rows that an operator entered or verified. Does not:
//! go back; a downgrade is a restore.

use crate::db::{APP_ROLE, Db, connect_options};
use crate::error::{Result, StoreError};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

mod reference;

static MIGRATOR: Migrator = sqlx::migrate!("../../migrations");

/// Months of partitions kept ready.
const MONTHS_AHEAD: i32 = 12;

/// What [`migrate`] did.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct Report {
    /// The database did not exist and was created.
    pub database_created: bool,
    /// Versions applied now, in order.
    pub applied: Vec<i64>,
    /// How many had been applied before.
    pub already: usize,
    /// Rows of holidays and interest rates added or renewed.
    pub reference_rows: u64,
}

/// How the schema of a database relates to this binary.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SchemaStatus {
    /// No schema at all: run `dunningd migrate`.
    Missing,
    /// Older: run `dunningd migrate`.
    Behind {
        /// Version of the database.
        at: i64,
        /// Version of the binary.
        want: i64,
    },
    /// As it should be.
    Current {
        /// The version.
        at: i64,
    },
    /// Newer than the binary: run a newer dunningd.
    Newer {
        /// Version of the database.
        at: i64,
        /// Version of the binary.
        want: i64,
    },
}

/// The version this binary brings.
#[must_use]
pub fn wanted_version() -> i64 {
    MIGRATOR.iter().map(|m| m.version).max().unwrap_or(0)
}

/// Migrates the database of a URL, creating it when it is missing. The login must own the database or
/// be a superuser; roles are created when they are missing.
///
/// # Errors
/// `Invalid` when the schema is newer than the binary or was changed by hand; otherwise as usual.
pub async fn migrate(url: &str) -> Result<Report> {
    let options = connect_options(url)?.application_name("dunningd migrate");
    let mut report = Report::default();
    let mut conn = match PgConnection::connect_with(&options).await {
        Ok(conn) => conn,
        Err(sqlx::Error::Database(e)) if e.code().as_deref() == Some("3D000") => {
            create_database(&options).await?;
            report.database_created = true;
            PgConnection::connect_with(&options).await?
        }
        Err(error) => return Err(error.into()),
    };
    let before = applied(&mut conn).await?;
    MIGRATOR.run_direct(None, &mut conn, false).await.map_err(migrate_error)?;
    report.applied = MIGRATOR.iter().map(|m| m.version).filter(|v| !before.contains(v)).collect();
    report.already = before.len();
    sqlx::raw_sql(AssertSqlSafe(format!("GRANT SELECT ON _sqlx_migrations TO {APP_ROLE}")))
        .execute(&mut conn)
        .await?;
    sqlx::query("SELECT ensure_partitions($1)").bind(MONTHS_AHEAD).execute(&mut conn).await?;
    report.reference_rows = reference::seed(&mut conn).await?;
    conn.close().await?;
    Ok(report)
}

/// Compares the schema with the binary.
pub async fn schema_status(db: &Db) -> Result<SchemaStatus> {
    let mut conn = db.pool().acquire().await?;
    let Some(at) = applied(&mut conn).await?.into_iter().max() else {
        return Ok(SchemaStatus::Missing);
    };
    let want = wanted_version();
    Ok(match at.cmp(&want) {
        std::cmp::Ordering::Less => SchemaStatus::Behind { at, want },
        std::cmp::Ordering::Equal => SchemaStatus::Current { at },
        std::cmp::Ordering::Greater => SchemaStatus::Newer { at, want },
    })
}

/// Makes the monthly partitions from last month to `months_ahead` months from now (by the database's
/// clock: partitions follow the ids, which follow it); returns how many were new.
pub async fn ensure_partitions(db: &Db, months_ahead: i32) -> Result<i32> {
    let made: Option<i32> =
        sqlx::query_scalar("SELECT ensure_partitions($1)").bind(months_ahead).fetch_one(db.pool()).await?;
    Ok(made.unwrap_or(0))
}

async fn applied(conn: &mut PgConnection) -> Result<Vec<i64>> {
    let exists: bool = sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
        .fetch_one(&mut *conn)
        .await?;
    if !exists {
        return Ok(Vec::new());
    }
    let versions = sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success ORDER BY version");
    Ok(versions.fetch_all(conn).await?)
}

async fn create_database(options: &PgConnectOptions) -> Result<()> {
    let name = options.get_database().unwrap_or("dunningd").replace('"', "\"\"");
    let mut conn = PgConnection::connect_with(&options.clone().database("postgres")).await?;
    let made = sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE \"{name}\" ENCODING 'UTF8'")))
        .execute(&mut conn)
        .await;
    conn.close().await?;
    match made {
        Err(sqlx::Error::Database(e)) if matches!(e.code().as_deref(), Some("42P04" | "23505")) => Ok(()),
        other => Ok(other.map(|_| ())?),
    }
}

fn migrate_error(error: MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(v) => {
            StoreError::invalid(format!("the schema is newer than this dunningd (it has migration {v})"))
        }
        MigrateError::VersionMismatch(v) => {
            StoreError::invalid(format!("migration {v} was changed after it had been applied"))
        }
        MigrateError::Dirty(v) => StoreError::invalid(format!("migration {v} was applied only in part")),
        MigrateError::Execute(e) | MigrateError::ExecuteMigration(e, _) => e.into(),
        other => StoreError::from(sqlx::Error::from(other)),
    }
}
