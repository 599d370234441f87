//! The pool of connections and what is done once per connection.
//!
//! Why: every connection must run under the application role before anything else happens on it, and
//! a database that goes away must not take the daemon with it. Guarantees: no statement runs under a
//! role that could pass row-level security (the role is set and read back when a connection is made);
//! a transaction is opened in one round trip; connections that died with the server are thrown away
//! while opening, before anything was done, so that a restart of PostgreSQL costs the caller at most
//! one [`ErrorKind::Unavailable`](crate::ErrorKind). Does not: wait for a database that is down
//! longer than the acquire timeout; the runner does, with backoff.

mod listen;

pub use listen::{Listener, Wake};

use crate::error::{Result, StoreError};
use crate::tenancy::{Actor, SystemTx, TenantTx};
use domain::ids::CompanyId;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, PgPool, Row};
use std::str::FromStr;
use std::time::Duration;

/// The role every pooled connection runs under; it owns nothing and cannot bypass row-level security.
pub const APP_ROLE: &str = "dunningd_app";

/// How to reach the database.
#[derive(Clone, Debug)]
pub struct DbConfig {
    /// `postgres://…`; may hold a password, so it is never shown.
    pub url: String,
    /// Size of the pool; 8 to 16 is plenty.
    pub max_connections: u32,
    /// Shown in `pg_stat_activity`.
    pub app_name: String,
    /// Longest time one statement may take.
    pub statement_timeout: Duration,
    /// Longest wait for a connection.
    pub acquire_timeout: Duration,
}

impl DbConfig {
    /// Twelve connections, statements of at most 5 s, 5 s to get a connection.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            max_connections: 12,
            app_name: "dunningd".to_owned(),
            statement_timeout: Duration::from_secs(5),
            acquire_timeout: Duration::from_secs(5),
        }
    }
}

/// What [`Db::health`] found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Health {
    /// `server_version_num`, for example 150018.
    pub server_version: u32,
    /// The role statements run under.
    pub role: String,
    /// Name of the database.
    pub database: String,
    /// The server is a standby or recovering: nothing can be written.
    pub in_recovery: bool,
}

/// The database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    pool: PgPool,
    options: PgConnectOptions,
    max_connections: u32,
}

impl Db {
    /// Prepares the pool; no connection is made yet.
    ///
    /// # Errors
    /// `Invalid` when the URL cannot be read.
    pub fn open(config: &DbConfig) -> Result<Self> {
        let options = connect_options(&config.url)?.application_name(&config.app_name);
        let setup = setup(config.statement_timeout);
        let pool = PgPoolOptions::new()
            .max_connections(config.max_connections)
            .acquire_timeout(config.acquire_timeout)
            // Saves a round trip per transaction; `begin` throws dead connections away instead.
            .test_before_acquire(false)
            .after_connect(move |conn, _| {
                let setup = setup.clone();
                Box::pin(async move { become_app(conn, setup).await })
            })
            .connect_lazy_with(options.clone());
        Ok(Self { pool, options, max_connections: config.max_connections })
    }

    /// [`open`](Self::open) and one connection, so that what is wrong is told at once: the pool alone
    /// would only say that it has none.
    ///
    /// # Errors
    /// `Invalid` when the application role is missing, not granted to the login, or too powerful.
    pub async fn connect(config: &DbConfig) -> Result<Self> {
        let db = Self::open(config)?;
        let mut conn = PgConnection::connect_with(&db.options).await?;
        let safe = become_app(&mut conn, setup(config.statement_timeout)).await;
        conn.close().await?;
        match safe {
            Ok(()) => Ok(db),
            Err(sqlx::Error::InvalidArgument(what)) => Err(StoreError::invalid(what)),
            Err(sqlx::Error::Database(e)) if matches!(e.code().as_deref(), Some("22023" | "42501")) => {
                Err(StoreError::invalid(format!(
                    "the role {APP_ROLE} is missing or not granted to the login; run `dunningd migrate`"
                )))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Opens a transaction for one company.
    pub async fn tenant(&self, company: CompanyId, actor: &Actor) -> Result<TenantTx> {
        let tx = self.begin("BEGIN", Some(company), &actor.to_string()).await?;
        Ok(TenantTx::new(tx, company, actor.clone()))
    }

    /// Opens a read-only transaction in which all statements see the same state.
    pub async fn tenant_read(&self, company: CompanyId) -> Result<TenantTx> {
        let actor = Actor::System("read");
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let tx = self.begin(begin, Some(company), &actor.to_string()).await?;
        Ok(TenantTx::new(tx, company, actor))
    }

    /// Opens a transaction without a tenant.
    pub async fn system(&self, actor: &Actor) -> Result<SystemTx> {
        Ok(SystemTx::new(self.begin("BEGIN", None, &actor.to_string()).await?))
    }

    /// `begin` and both settings in one message. The settings are literals because the simple protocol
    /// takes no parameters: a UUID, and a text that is quoted here.
    async fn begin(
        &self,
        begin: &'static str,
        company: Option<CompanyId>,
        actor: &str,
    ) -> Result<sqlx::Transaction<'static, sqlx::Postgres>> {
        let company = company.map(|c| c.to_string()).unwrap_or_default();
        let sql = format!(
            "{begin}; SELECT set_config('app.current_company_id', '{company}', true), \
             set_config('app.current_actor', {}, true)",
            quoted(actor)?
        );
        // A server restart kills every pooled connection at once: each failed attempt removes one.
        let mut left = self.max_connections;
        loop {
            match self.pool.begin_with(AssertSqlSafe(sql.clone())).await.map_err(StoreError::from) {
                Ok(tx) => return Ok(tx),
                Err(StoreError::Unavailable(cause)) if left > 0 && cause.is_lost_connection() => left -= 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// Asks the server who and what it is.
    pub async fn health(&self) -> Result<Health> {
        let row = sqlx::query(
            "SELECT current_setting('server_version_num')::int4 AS version, current_user::text AS role, \
             current_database()::text AS database, pg_is_in_recovery() AS recovery",
        )
        .fetch_one(self.pool())
        .await?;
        Ok(Health {
            server_version: u32::try_from(row.try_get::<i32, _>("version")?).unwrap_or(0),
            role: row.try_get("role")?,
            database: row.try_get("database")?,
            in_recovery: row.try_get("recovery")?,
        })
    }

    /// Wakes the daemons on this database. Never inside a unit's transaction: the server takes one
    /// lock for all notifying commits, which measured a fall to an eighth of the commit rate.
    pub async fn notify(&self, wake: Wake) -> Result<()> {
        sqlx::query("SELECT pg_notify($1, $2)")
            .bind(listen::CHANNEL)
            .bind(wake.as_str())
            .execute(self.pool())
            .await?;
        Ok(())
    }

    /// Hears [`notify`](Self::notify) on a connection of its own.
    #[must_use]
    pub fn listen(&self) -> Listener {
        Listener::new(self.options.clone())
    }

    /// Closes all connections after their current use.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// For single statements of this crate that need no tenant.
    pub(crate) const fn pool(&self) -> &PgPool {
        &self.pool
    }
}

/// What every connection is told first: one batch, so that it costs one round trip.
fn setup(statement_timeout: Duration) -> String {
    let timeout = statement_timeout.as_millis();
    format!(
        "SET ROLE {APP_ROLE}; SET TimeZone = 'UTC'; SET standard_conforming_strings = on; \
         SET statement_timeout = {timeout}; SET idle_in_transaction_session_timeout = 30000; \
         SET lock_timeout = {timeout}; SET jit = off"
    )
}

/// Takes the application role and reads it back. A connection that fails here is never used.
async fn become_app(conn: &mut PgConnection, setup: String) -> std::result::Result<(), sqlx::Error> {
    conn.execute(AssertSqlSafe(setup)).await?;
    let safe: bool = sqlx::query_scalar(
        "SELECT current_user = $1 AND NOT rolsuper AND NOT rolbypassrls FROM pg_roles WHERE rolname = current_user",
    )
    .bind(APP_ROLE)
    .fetch_one(conn)
    .await?;
    if safe {
        return Ok(());
    }
    Err(sqlx::Error::InvalidArgument(format!(
        "the role {APP_ROLE} is a superuser or may bypass row-level security"
    )))
}

/// Reads a URL; the error never shows it, because it may hold a password.
pub(crate) fn connect_options(url: &str) -> Result<PgConnectOptions> {
    let postgres = url.starts_with("postgres://") || url.starts_with("postgresql://");
    let options = postgres.then(|| PgConnectOptions::from_str(url).ok()).flatten();
    options.ok_or_else(|| StoreError::invalid("the database URL is none (postgres://user@host/database)"))
}

/// An SQL literal. Backslashes are plain characters because `standard_conforming_strings` is on.
fn quoted(text: &str) -> Result<String> {
    if text.contains('\0') {
        return Err(StoreError::invalid("an actor must not contain NUL"));
    }
    Ok(format!("'{}'", text.replace('\'', "''")))
}

#[cfg(test)]
mod tests;
