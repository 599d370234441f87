//! Logs to standard error, as text or JSON lines.
//!
//! Guarantees (I20): the client library of the model endpoint is silenced, because it logs whole bodies;
//! our own spans carry ids only.

use crate::config::Config;
use anyhow::{Context, Result};
use tracing_subscriber::EnvFilter;

/// Starts logging.
pub fn init(config: &Config) -> Result<()> {
    let filter = EnvFilter::try_new(&config.log_level)
        .context("setting `log.level`")?
        .add_directive("async_openai=off".parse()?)
        .add_directive("sqlx::query=off".parse()?);
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if config.log_json { builder.json().try_init() } else { builder.try_init() };
    // A second start in one process (tests) keeps the first subscriber.
    let _ = started;
    Ok(())
}
