//! `dunningd run`: the always-on daemon.

use super::{Database, assemble};
use crate::clock::Clock;
use crate::config::Config;
use crate::lifecycle::Shutdown;
use crate::runner::{self, Bell};
use anyhow::{Context, Result};
use std::time::Duration;
use store::{Db, DbConfig};

/// Runs until stopped by a signal.
pub async fn run(config: Config) -> Result<u8> {
    crate::logging::init(&config)?;
    let shutdown = Shutdown::new();
    tokio::spawn(shutdown.clone().watch_signals(config.work.drain));
    let database = Database::start(&config).await?;
    tokio::select! {
        ready = migrated(&database.url) => ready?,
        () = shutdown.stopping() => return database.stop().await.map(|()| 0),
    }
    let pool = DbConfig { max_connections: config.connections, ..DbConfig::new(database.url.clone()) };
    let db = Db::connect(&pool).await?;
    let app = assemble(&config, db.clone(), Clock::System).await?;
    let bell = Bell::default();
    let http = crate::http::serve(&config, &app, &bell, &shutdown).await?;
    tracing::info!(
        mail = app.mailer.is_some(),
        model = app.llm.model().unwrap_or("none"),
        admin = config.admin.map(|a| a.to_string()).unwrap_or_default(),
        "dunningd runs"
    );
    let result = runner::run(&app, &shutdown, &bell).await;
    http.finished().await;
    db.close().await;
    database.stop().await?;
    tracing::info!("stopped");
    result.map(|()| 0)
}

/// Migrates, waiting as long as the database is not there yet.
async fn migrated(url: &str) -> Result<()> {
    let mut wait = Duration::from_millis(200);
    loop {
        match store::migrate::migrate(url).await {
            Ok(_) => return Ok(()),
            Err(error) if error.is_transient() => {
                tracing::warn!(%error, "the database is not there yet; waiting");
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(Duration::from_secs(10));
            }
            Err(error) => return Err(error).context("the schema; run `dunningd doctor`"),
        }
    }
}
