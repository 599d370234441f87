//! The always-on loop: who is woken when.
//!
//! Why: an idle daemon must ask the database almost nothing, and a slow model must not keep letters from
//! leaving. One scheduler asks once when the next thing is due, then sleeps until then, a notification
//! or a minute, whichever comes first. Three queues (accounts, mails, outbox) claim only when woken and
//! as long as they find full batches; their units run beside each other.

use crate::app::App;
use crate::lifecycle::Shutdown;
use crate::work::{chase, dispatch, reply};
use anyhow::Result;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use store::Wake;
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// Longest sleep between two looks: catches a lost notification and a moved wall clock.
const SAFETY_POLL: Duration = Duration::from_secs(60);

/// Wakes the queues.
#[derive(Clone, Default)]
pub struct Bell {
    accounts: Arc<Notify>,
    inbound: Arc<Notify>,
    outbox: Arc<Notify>,
    scheduler: Arc<Notify>,
}

impl Bell {
    /// Something changed in this process: look soon.
    pub fn ring(&self) {
        self.scheduler.notify_one();
    }
}

/// Runs until the shutdown; returns when everything under way is finished or dropped.
pub async fn run(app: &App, shutdown: &Shutdown, bell: &Bell) -> Result<()> {
    let (accounts, mails, outbox) = (queue("accounts", app), queue("inbound", app), queue("outbox", app));
    let mut claimer = app.claimer();
    let work = async {
        tokio::join!(
            schedule(app, shutdown, bell),
            accounts.pump(
                shutdown,
                &bell.accounts,
                bell,
                async |n| claimer.claim_accounts(&app.db, app.clock.now(), n).await,
                |claim| {
                    let app = app.clone();
                    async move { chase::run(&app, claim).await }
                },
            ),
            mails.pump(
                shutdown,
                &bell.inbound,
                bell,
                async |_| crate::work::inbound(app).await,
                |claim| {
                    let app = app.clone();
                    async move { reply::run(&app, claim).await }
                },
            ),
            outbox.pump(
                shutdown,
                &bell.outbox,
                bell,
                async |_| crate::work::outreaches(app).await,
                |claim| {
                    let app = app.clone();
                    async move { dispatch::run(&app, claim).await }
                },
            ),
        );
    };
    tokio::select! {
        () = work => Ok(()),
        () = shutdown.forced() => {
            tracing::warn!("work under way was dropped; its leases return it");
            Ok(())
        }
    }
}

/// Asks when the next thing is due, wakes the queue it belongs to, and sleeps.
async fn schedule(app: &App, shutdown: &Shutdown, bell: &Bell) {
    let mut listener = app.db.listen();
    let mut broken = Duration::from_millis(200);
    while !shutdown.begun() {
        let sleep = match look(app, bell).await {
            Ok(sleep) => {
                broken = Duration::from_millis(200);
                sleep
            }
            Err(error) => {
                tracing::warn!(%error, "the database cannot be asked; waiting");
                broken = (broken * 2).min(Duration::from_secs(30));
                broken
            }
        };
        tokio::select! {
            () = shutdown.stopping() => {}
            () = tokio::time::sleep(sleep) => {}
            () = bell.scheduler.notified() => {}
            wake = listener.recv() => match wake {
                Wake::Conversations | Wake::Outreaches | Wake::Inbound | Wake::Policies | Wake::Anything => {}
            },
        }
    }
}

async fn look(app: &App, bell: &Bell) -> Result<Duration> {
    crate::sweep::sweep_all(app).await?;
    let now = app.clock.now();
    let next = store::claims::next_wake(&app.db, now).await?;
    let due = |at: Option<chrono::DateTime<chrono::Utc>>| at.is_some_and(|at| at <= now);
    if due(next.conversations) {
        bell.accounts.notify_one();
    }
    if due(next.inbound) {
        bell.inbound.notify_one();
    }
    if due(next.outreaches) && app.mailer.is_some() {
        bell.outbox.notify_one();
    }
    let later = [next.conversations, next.inbound, next.outreaches]
        .into_iter()
        .flatten()
        .filter(|at| *at > now)
        .min();
    let wait = later.and_then(|at| (at - now).to_std().ok()).unwrap_or(SAFETY_POLL);
    Ok(wait.clamp(Duration::from_millis(5), SAFETY_POLL))
}

struct Queue {
    name: &'static str,
    capacity: usize,
}

fn queue(name: &'static str, app: &App) -> Queue {
    Queue { name, capacity: app.work.batch.into() }
}

impl Queue {
    /// Claims when woken, keeps claiming while batches come back full, drains at the stop.
    async fn pump<C, F>(
        &self,
        shutdown: &Shutdown,
        wake: &Notify,
        bell: &Bell,
        mut claim: impl AsyncFnMut(usize) -> store::Result<Vec<C>>,
        run: impl Fn(C) -> F,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut running = JoinSet::new();
        loop {
            tokio::select! {
                () = shutdown.stopping() => break,
                () = wake.notified() => {}
            }
            // Claim in halves of the capacity: few round trips, and no unit waits with a running lease.
            loop {
                let free = self.capacity - running.len();
                if free * 2 >= self.capacity && !shutdown.begun() {
                    match claim(free).await {
                        Ok(claims) if claims.is_empty() && running.is_empty() => break,
                        Ok(claims) => claims.into_iter().for_each(|c| {
                            running.spawn(run(c));
                        }),
                        Err(error) => {
                            tracing::warn!(queue = self.name, %error, "cannot claim");
                            break;
                        }
                    }
                }
                if running.join_next().await.is_none() {
                    break;
                }
                while running.try_join_next().is_some() {}
                if running.is_empty() {
                    bell.ring();
                }
            }
        }
        while running.join_next().await.is_some() {}
    }
}
