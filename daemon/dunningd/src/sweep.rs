//! The daily rounds: what becomes due, overdue, broken or stale by the mere passing of time.
//!
//! Why: dates pass for every company in its own zone. Guarantees: set-based, one transaction a company,
//! idempotent (a day swept twice changes nothing), and a daemon that slept for a week sweeps once.

use crate::app::App;
use anyhow::Result;
use store::Actor;

/// Companies a round, so that one round never holds up the rest.
const COMPANIES: usize = 50;

/// Sweeps every company whose business date moved, and reaps letters in doubt; the number of companies
/// swept and letters reaped.
pub async fn sweep_all(app: &App) -> Result<usize> {
    let now = app.clock.now();
    let mut done = crate::work::dispatch::reap(app).await?;
    for due in store::claims::sweep_due(&app.db, now, COMPANIES).await? {
        let mut tx = app.db.tenant(due.company, &Actor::System("sweep")).await?;
        let rules = store::sweep::company_rules(&mut tx).await?;
        let swept =
            store::sweep::company_sweep(&mut tx, now, due.today, &rules.settings, &rules.procedure).await?;
        tx.commit().await?;
        tracing::info!(company = %due.company, day = %due.today, opened = swept.opened, "swept");
        done += 1;
    }
    Ok(done)
}
