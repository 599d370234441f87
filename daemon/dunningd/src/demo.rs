//! `dunningd demo`: the real loop over a sample ledger, with time on fast-forward.
//!
//! Why: a newcomer should see an overdue invoice become a letter, an answer, a promise, a payment, before
//! configuring anything. Guarantees: a real private PostgreSQL, the same units of work as the daemon,
//! mail in a Maildir; nothing leaves the machine, and nothing is left behind but the folder it names.

mod debtors;
mod stage;
mod summary;

use crate::cli::output::Output;
use anyhow::{Context, Result, bail};
use chrono::{NaiveDate, TimeDelta};
use stage::Stage;
use std::path::{Path, PathBuf};

/// Options of `dunningd demo`.
#[derive(clap::Args)]
pub struct Options {
    /// Folder for database and mail; must be empty or absent. Default: a new one in the temporary folder.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// End when the month is over instead of staying up with the admin endpoint.
    #[arg(long)]
    until_idle: bool,
    /// How many days pass.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=120))]
    days: u16,
    /// Address of the admin endpoint while it stays up.
    #[arg(long, default_value = "127.0.0.1:8650")]
    listen: std::net::SocketAddr,
}

/// The first day; fixed, so that every run tells the same story.
pub const FIRST_DAY: (i32, u32, u32) = (2026, 6, 1);

/// Runs the demo.
pub async fn run(options: &Options, out: &Output) -> Result<u8> {
    let dir = folder(options.dir.as_deref())?;
    let (year, month, day) = FIRST_DAY;
    let first = NaiveDate::from_ymd_opt(year, month, day).context("the first day")?;
    out.human(&format!("Everything of this demo lies in {}\n", dir.display()))?;
    let mut stage = Stage::set(&dir, first, *out).await?;
    let before = stage.figures().await?;
    for n in 0..i64::from(options.days) {
        stage.day(first + TimeDelta::days(n), i64::from(options.days) - n).await?;
    }
    let summary = stage.summary(before).await?;
    out.value(&summary, summary::human)?;
    if !options.until_idle {
        stage.stay_up(options.listen).await?;
    }
    stage.strike().await?;
    Ok(0)
}

fn folder(wanted: Option<&Path>) -> Result<PathBuf> {
    let dir = match wanted {
        Some(dir) => dir.to_owned(),
        None => std::env::temp_dir().join(format!("dunningd-demo-{}", uuid::Uuid::now_v7().simple())),
    };
    std::fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
    if std::fs::read_dir(&dir).with_context(|| format!("cannot read {}", dir.display()))?.next().is_some() {
        bail!("{} is not empty; name an empty or new folder", dir.display());
    }
    std::fs::canonicalize(&dir).with_context(|| format!("cannot find {}", dir.display()))
}
