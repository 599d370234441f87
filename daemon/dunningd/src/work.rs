//! The units of work: claim → read → draft → check → decide → settle → dispatch.
//!
//! Why: each file here is one road from a claim to one commit, readable from top to bottom. Guarantees:
//! no transaction is open while a model or a mail server is awaited (I14); a unit that lost its lease
//! writes nothing; an error is written down with the unit and retried later, never dropped.

mod budget;
pub mod chase;
mod claims;
mod compose;
pub mod dispatch;
pub mod draft;
pub mod judge;
pub mod reply;

use crate::app::App;
use chrono::{DateTime, TimeDelta, Utc};
use std::future::Future;
use store::claims::{InboundClaim, OutreachClaim};
use tokio::task::JoinSet;

/// Claims and works one batch of each queue until there is nothing left to do at this moment; the
/// number of units worked. For the demo and tests, which move the clock themselves.
pub async fn until_idle(app: &App) -> anyhow::Result<usize> {
    let mut claimer = app.claimer();
    let mut total = 0;
    loop {
        let mut done = crate::sweep::sweep_all(app).await?;
        let mails = inbound(app).await?;
        done += each(app, mails, |app, claim| async move { reply::run(&app, claim).await }).await;
        let accounts = claimer.claim_accounts(&app.db, app.clock.now(), batch(app)).await?;
        done += each(app, accounts, |app, claim| async move { chase::run(&app, claim).await }).await;
        let letters = outreaches(app).await?;
        done += each(app, letters, |app, claim| async move { dispatch::run(&app, claim).await }).await;
        if done == 0 {
            return Ok(total);
        }
        total += done;
    }
}

/// Works claimed units at the same time.
async fn each<C, F>(app: &App, claims: Vec<C>, run: impl Fn(App, C) -> F) -> usize
where
    F: Future<Output = ()> + Send + 'static,
{
    let count = claims.len();
    let mut units: JoinSet<()> = claims.into_iter().map(|claim| run(app.clone(), claim)).collect();
    while units.join_next().await.is_some() {}
    count
}

fn batch(app: &App) -> usize {
    app.work.batch.into()
}

/// Claims inbound mails.
pub async fn inbound(app: &App) -> store::Result<Vec<InboundClaim>> {
    store::claims::claim_inbound(&app.db, app.clock.now(), app.worker, app.work.lease, batch(app)).await
}

/// Claims letters of the outbox.
pub async fn outreaches(app: &App) -> store::Result<Vec<OutreachClaim>> {
    if app.mailer.is_none() {
        return Ok(Vec::new());
    }
    store::claims::claim_outreaches(&app.db, app.clock.now(), app.worker, app.work.lease, batch(app)).await
}

/// When to try a failed unit again: 1, 4, 16, 64 minutes, then four hours.
#[must_use]
pub fn backoff(now: DateTime<Utc>, failures: u32) -> DateTime<Utc> {
    now + TimeDelta::minutes(4i64.pow(failures.min(4)).min(240))
}
