//! The cluster of a test process and its databases.
//!
//! Why: a database per test keeps tests apart; copying a template is some fifty times faster than
//! migrating. Guarantees: the cluster is a temporary one, so its supervisor removes it when this
//! process ends, also when the process is killed.

use anyhow::{Context, Result};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::sync::atomic::{AtomicU32, Ordering};
use store::cluster::{Cluster, ClusterConfig};
use tokio::sync::OnceCell;
use uuid::Uuid;

const TEMPLATE: &str = "dunningd_template";

/// A running private cluster with a migrated template database.
#[derive(Debug)]
pub struct Postgres {
    cluster: Cluster,
    next: AtomicU32,
}

/// The cluster of this process, started at the first call.
pub async fn postgres() -> Result<&'static Postgres> {
    static SHARED: OnceCell<Postgres> = OnceCell::const_new();
    SHARED.get_or_try_init(Postgres::start).await
}

impl Postgres {
    /// Starts a cluster of one's own, for tests that kill or restart it, and for benchmarks.
    pub async fn start() -> Result<Self> {
        Self::start_with(|_| ()).await
    }

    /// The same with other settings.
    pub async fn start_with(change: impl FnOnce(&mut ClusterConfig)) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("dunningd-test-{}", Uuid::now_v7().simple()));
        let mut config = ClusterConfig { temporary: true, durable: false, ..ClusterConfig::new(&folder) };
        change(&mut config);
        let cluster = Cluster::start(config).await.context("the tests' PostgreSQL cluster")?;
        store::migrate::migrate(&cluster.url(TEMPLATE)).await.context("migrating the template database")?;
        Ok(Self { cluster, next: AtomicU32::new(1) })
    }

    /// The cluster.
    #[must_use]
    pub const fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Stops the cluster, for tests that own one.
    pub async fn stop(self) -> Result<()> {
        Ok(self.cluster.stop().await?)
    }

    /// Makes a database, migrated, and returns its superuser URL.
    pub async fn database(&self) -> Result<String> {
        let name = format!("t{}", self.next.fetch_add(1, Ordering::Relaxed));
        let mut conn = PgConnection::connect(&self.cluster.url("postgres")).await?;
        let sql = format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut conn).await.context("copying the template")?;
        conn.close().await?;
        Ok(self.cluster.url(&name))
    }

    /// Makes an empty database and returns its superuser URL.
    pub async fn empty_database(&self) -> Result<String> {
        let name = format!("e{}", self.next.fetch_add(1, Ordering::Relaxed));
        let mut conn = PgConnection::connect(&self.cluster.url("postgres")).await?;
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut conn).await?;
        conn.close().await?;
        Ok(self.cluster.url(&name))
    }

    /// Removes a database, with whatever is still connected to it.
    pub async fn drop_database(&self, name: &str) -> Result<()> {
        let mut conn = PgConnection::connect(&self.cluster.url("postgres")).await?;
        let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut conn).await?;
        conn.close().await?;
        Ok(())
    }
}
