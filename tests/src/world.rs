//! A database of one's own, a clock that stands, and short ways to fill the ledger.

use crate::clock::ManualClock;
use crate::cluster::{Postgres, postgres};
use crate::ledger::Company;
use anyhow::Result;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use store::{Actor, Db, DbConfig, TenantTx};
use uuid::Uuid;

/// Everything a test needs. Its database stays until the process ends; [`World::finish`] removes it
/// sooner.
#[derive(Clone, Debug)]
pub struct World {
    /// The database as the daemon sees it.
    pub db: Db,
    /// The same database as a superuser, past row-level security: for fixtures and for looking.
    pub admin: PgPool,
    /// URL of the database, as a superuser.
    pub url: String,
    /// The time.
    pub clock: ManualClock,
}

/// What a test may stop the world at: a Monday in March, ten in the morning in Berlin.
fn monday() -> DateTime<Utc> {
    "2026-03-02T09:00:00Z".parse().unwrap_or_default()
}

impl World {
    /// A migrated, empty database on the process's cluster; the clock stands at 2 March 2026, 9:00 UTC,
    /// a Monday.
    pub async fn new() -> Result<Self> {
        Self::on(postgres().await?).await
    }

    /// The same on a cluster of one's own.
    pub async fn on(postgres: &Postgres) -> Result<Self> {
        let url = postgres.database().await?;
        let mut config = DbConfig::new(&url);
        config.max_connections = 8;
        let admin = PgPoolOptions::new().max_connections(2).connect(&url).await?;
        Ok(Self { db: Db::connect(&config).await?, admin, url, clock: ManualClock::at(monday()) })
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The business date in Berlin.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        domain::calendar::business_date(self.now(), chrono_tz::Europe::Berlin)
    }

    /// Opens a transaction of a company as the system.
    pub async fn tx(&self, company: &Company) -> Result<TenantTx> {
        Ok(self.db.tenant(company.id, &Actor::System("test")).await?)
    }

    /// A company with the default procedure, full autonomy, in Berlin, whose ledger was read just now.
    pub async fn company(&self, slug: &str) -> Result<Company> {
        Company::create(self, slug).await
    }

    /// One number out of the database, past row-level security.
    pub async fn count(&self, sql: &'static str) -> Result<i64> {
        Ok(sqlx::query_scalar(sql).fetch_one(&self.admin).await?)
    }

    /// One text out of the database for one id, past row-level security.
    pub async fn text(&self, sql: &'static str, id: Uuid) -> Result<Option<String>> {
        Ok(sqlx::query_scalar(sql).bind(id).fetch_one(&self.admin).await?)
    }

    /// Runs statements as a superuser.
    pub async fn run(&self, sql: &'static str) -> Result<()> {
        sqlx::raw_sql(sql).execute(&self.admin).await?;
        Ok(())
    }

    /// Closes and removes the database.
    pub async fn finish(self) -> Result<()> {
        let name: String =
            sqlx::query_scalar("SELECT current_database()::text").fetch_one(&self.admin).await?;
        self.db.close().await;
        self.admin.close().await;
        postgres().await?.drop_database(&name).await
    }
}
