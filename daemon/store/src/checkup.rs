//! What `dunningd doctor` asks of a database.
//!
//! Why: an operator must be told what is wrong with a database on which nothing else works yet.
//! Guarantees: changes nothing; needs neither our schema nor our roles, only a login; every answer is
//! about the catalogue, none holds a row of a tenant, except [`debtor_places`], which names countries.
//! Does not: judge (the command does) or repair (`migrate` does).

use crate::db::{APP_ROLE, connect_options};
use crate::error::{Result, StoreError};
use crate::ledger::parse;
use crate::migrate::{SchemaStatus, wanted_version};
use crate::tenancy::TenantTx;
use chrono::{DateTime, TimeDelta, Utc};
use domain::kinds::DebtorKind;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

/// The roles the schema needs, the application's first.
const ROLES: [&str; 3] = [APP_ROLE, "dunningd_owner", "dunningd_claims"];

/// A role of the cluster.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoleState {
    /// Its name.
    pub name: String,
    /// It exists.
    pub exists: bool,
    /// It may do anything.
    pub superuser: bool,
    /// Row-level security does not bind it.
    pub bypasses_rls: bool,
    /// The login may become it.
    pub usable: bool,
}

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Inspection {
    /// `server_version_num`, for example 150018.
    pub server_version: u32,
    /// Name of the database.
    pub database: String,
    /// Who logged in.
    pub login: String,
    /// The server is a standby or recovering: nothing can be written.
    pub in_recovery: bool,
    /// The server's clock less the machine's, half the round trip allowed for.
    pub skew: TimeDelta,
    /// [`APP_ROLE`] first.
    pub roles: Vec<RoleState>,
    /// `None`: the login may not read it.
    pub schema: Option<SchemaStatus>,
    /// Tables of tenants, partitions included, that row-level security does not guard.
    pub unguarded: Vec<String>,
    /// Whole months after this one for which every partitioned table is ready; `None`: no such tables.
    pub months_ahead: Option<i32>,
}

/// Looks at the database of a URL, as the login it names.
///
/// # Errors
/// `Unavailable` or `Other` when it cannot be reached, `Invalid` when the URL is none.
pub async fn inspect(url: &str, now: &(dyn Fn() -> DateTime<Utc> + Sync)) -> Result<Inspection> {
    let options = connect_options(url)?.application_name("dunningd doctor");
    let mut conn = PgConnection::connect_with(&options).await?;
    sqlx::raw_sql("SET statement_timeout = '5s'").execute(&mut conn).await?;
    let before = now();
    let server = sqlx::query(
        "SELECT clock_timestamp() AS clock, current_setting('server_version_num')::int4 AS version,
                current_database()::text AS database, session_user::text AS login, pg_is_in_recovery() AS recovery",
    )
    .fetch_one(&mut conn)
    .await?;
    let after = now();
    let version = u32::try_from(server.try_get::<i32, _>("version")?).unwrap_or(0);
    let middle = before + (after - before) / 2;
    let roles = roles(&mut conn, version).await?;
    if roles.iter().any(|r| r.name == APP_ROLE && r.usable) {
        sqlx::raw_sql(AssertSqlSafe(format!("SET ROLE {APP_ROLE}"))).execute(&mut conn).await?;
    }
    let found = Inspection {
        server_version: version,
        database: server.try_get("database")?,
        login: server.try_get("login")?,
        in_recovery: server.try_get("recovery")?,
        skew: server.try_get::<DateTime<Utc>, _>("clock")? - middle,
        roles,
        schema: schema(&mut conn).await?,
        unguarded: unguarded(&mut conn).await?,
        months_ahead: months_ahead(&mut conn).await?,
    };
    conn.close().await?;
    Ok(found)
}

async fn roles(conn: &mut PgConnection, version: u32) -> Result<Vec<RoleState>> {
    // From 16 on a member is not by itself allowed to become the role.
    let right = if version >= 160_000 { "SET" } else { "MEMBER" };
    let rows = sqlx::query(
        "SELECT w.name, r.oid IS NOT NULL AS found, coalesce(r.rolsuper, false) AS super,
                coalesce(r.rolbypassrls, false) AS bypass,
                coalesce(pg_has_role(session_user, r.oid, $2), false) AS usable
           FROM unnest($1::text[]) WITH ORDINALITY AS w (name, n) LEFT JOIN pg_roles r ON r.rolname = w.name
          ORDER BY w.n",
    )
    .bind(ROLES.map(str::to_owned).to_vec())
    .bind(right)
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(RoleState {
                name: r.try_get("name")?,
                exists: r.try_get("found")?,
                superuser: r.try_get("super")?,
                bypasses_rls: r.try_get("bypass")?,
                usable: r.try_get("usable")?,
            })
        })
        .collect()
}

async fn schema(conn: &mut PgConnection) -> Result<Option<SchemaStatus>> {
    let row = sqlx::query(
        "SELECT to_regclass('_sqlx_migrations') IS NOT NULL AS found,
                coalesce(has_table_privilege(to_regclass('_sqlx_migrations')::oid, 'SELECT'), false) AS readable",
    )
    .fetch_one(&mut *conn)
    .await?;
    if !row.try_get::<bool, _>("found")? {
        return Ok(Some(SchemaStatus::Missing));
    }
    if !row.try_get::<bool, _>("readable")? {
        return Ok(None);
    }
    let at: Option<i64> =
        sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations WHERE success").fetch_one(conn).await?;
    Ok(Some(status(at, wanted_version())))
}

/// How a schema relates to the one wanted.
fn status(at: Option<i64>, want: i64) -> SchemaStatus {
    match at {
        None => SchemaStatus::Missing,
        Some(at) if at < want => SchemaStatus::Behind { at, want },
        Some(at) if at > want => SchemaStatus::Newer { at, want },
        Some(at) => SchemaStatus::Current { at },
    }
}

/// Every table with a tenant key must be guarded, forced on its owner too, with a policy for the
/// application; a partition has no policy but must be guarded all the same.
async fn unguarded(conn: &mut PgConnection) -> Result<Vec<String>> {
    let names = sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_class c
          WHERE c.relnamespace = to_regnamespace('public') AND c.relkind IN ('r', 'p')
            AND (c.relname = 'companies' OR EXISTS (SELECT 1 FROM pg_attribute a
                     WHERE a.attrelid = c.oid AND a.attname = 'company_id' AND NOT a.attisdropped))
            AND (NOT c.relrowsecurity OR NOT c.relforcerowsecurity
                 OR (NOT c.relispartition AND NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid)))
          ORDER BY 1",
    );
    Ok(names.fetch_all(conn).await?)
}

async fn months_ahead(conn: &mut PgConnection) -> Result<Option<i32>> {
    let months = sqlx::query_scalar(
        "SELECT min(coalesce(last.month, -1200) - (extract(year FROM t.now) * 12 + extract(month FROM t.now)))::int4
           FROM (SELECT clock_timestamp() AT TIME ZONE 'UTC' AS now) t, pg_class p
           LEFT JOIN LATERAL (
                SELECT max(substring(c.relname FROM '_([0-9]{4})_[0-9]{2}$')::int4 * 12
                           + substring(c.relname FROM '_[0-9]{4}_([0-9]{2})$')::int4) AS month
                  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = p.oid) last ON true
          WHERE p.relkind = 'p' AND p.relnamespace = to_regnamespace('public')",
    );
    Ok(months.fetch_one(conn).await?)
}

/// Where the debtors of a company are that owe something: holidays and interest rates must be on file
/// for these.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DebtorPlace {
    /// ISO 3166-1 alpha-2; the company's where the customer has none.
    pub country: String,
    /// What the law treats them as.
    pub kind: DebtorKind,
}

/// See [`DebtorPlace`]; each once.
pub async fn debtor_places(tx: &mut TenantTx) -> Result<Vec<DebtorPlace>> {
    let rows = sqlx::query!(
        r#"SELECT DISTINCT coalesce(u.country, c.country) AS "country!", u.debtor_kind
             FROM customers u JOIN companies c ON c.id = u.company_id
            WHERE u.deleted_at IS NULL
              AND EXISTS (SELECT 1 FROM invoices i WHERE i.company_id = u.company_id AND i.customer_id = u.id
                             AND i.residual > 0 AND i.deleted_at IS NULL AND i.cancelled_at IS NULL
                             AND i.written_off_at IS NULL)
            ORDER BY 1, 2"#
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(DebtorPlace { country: r.country, kind: parse(&r.debtor_kind, "customers.debtor_kind")? })
        })
        .collect::<std::result::Result<_, StoreError>>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_missing_behind_current_or_newer() {
        assert_eq!(status(None, 5), SchemaStatus::Missing);
        assert_eq!(status(Some(4), 5), SchemaStatus::Behind { at: 4, want: 5 });
        assert_eq!(status(Some(5), 5), SchemaStatus::Current { at: 5 });
        assert_eq!(status(Some(6), 5), SchemaStatus::Newer { at: 6, want: 5 });
    }
}
