//! The admin endpoint inside the daemon: hands the crate `admin` what only the daemon can do.

use crate::app::App;
use crate::config::{Config, Secret};
use crate::lifecycle::Shutdown;
use crate::runner::Bell;
use admin::{Boxed, Daemon, State, StoredMail};
use anyhow::{Context, Result};
use policies::PolicySet;
use std::net::SocketAddr;
use std::sync::Arc;
use store::TenantTx;
use store::migrate::SchemaStatus;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A served endpoint.
pub struct Served {
    address: Option<SocketAddr>,
    task: Option<JoinHandle<std::io::Result<()>>>,
}

impl Served {
    /// Where it listens, as text; empty when it does not.
    #[must_use]
    pub fn address(&self) -> String {
        self.address.map(|a| a.to_string()).unwrap_or_default()
    }

    /// Resolves when the last request is answered.
    pub async fn finished(self) {
        if let Some(task) = self.task {
            // A panicking handler was logged by its own task.
            let _ = task.await;
        }
    }
}

/// Serves at the configured address, if there is one.
pub async fn serve(config: &Config, app: &App, bell: &Bell, shutdown: &Shutdown) -> Result<Served> {
    match config.admin {
        Some(address) => serve_at(address, config.inbound_secret.as_ref(), app, bell, shutdown).await,
        None => Ok(Served { address: None, task: None }),
    }
}

/// Serves at an address.
pub async fn serve_at(
    address: SocketAddr,
    inbound_secret: Option<&Secret>,
    app: &App,
    bell: &Bell,
    shutdown: &Shutdown,
) -> Result<Served> {
    let listener = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
    let bound = listener.local_addr()?;
    let state = state(app, bell, inbound_secret, !bound.ip().is_loopback());
    let stop = shutdown.clone();
    let task =
        tokio::spawn(admin::serve(listener, admin::router(state), async move { stop.stopping().await }));
    Ok(Served { address: Some(bound), task: Some(task) })
}

/// The state of the routes; also for the demo's own reviewer and for tests.
#[must_use]
pub fn state(app: &App, bell: &Bell, inbound_secret: Option<&Secret>, secure_cookies: bool) -> State {
    let clock = app.clock.clone();
    State {
        db: app.db.clone(),
        now: Arc::new(move || clock.now()),
        holidays: Arc::new(app.reference.holidays.clone()),
        daemon: Arc::new(Inside { app: app.clone(), bell: bell.clone() }),
        inbound_secret: inbound_secret.map(|s| admin::auth::digest(s.expose())),
        secure_cookies,
    }
}

struct Inside {
    app: App,
    bell: Bell,
}

impl Daemon for Inside {
    fn policies<'a>(&'a self, tx: &'a mut TenantTx) -> Boxed<'a, Result<Arc<PolicySet>, String>> {
        Box::pin(async move { self.app.policies.of(tx).await.map_err(|e| e.to_string()) })
    }

    fn store_mail(&self, raw: Vec<u8>) -> Boxed<'_, Result<Option<StoredMail>, String>> {
        Box::pin(async move {
            let (db, keys, now) = (&self.app.db, &self.app.keys, self.app.clock.now());
            let stored = crate::intake::store_mail(db, keys, None, raw, "http", now).await;
            stored.map(|s| s.map(|s| StoredMail { id: s.id, new: s.new })).map_err(|e| e.to_string())
        })
    }

    fn wake(&self) {
        self.bell.ring();
    }

    fn not_ready(&self) -> Boxed<'_, Vec<String>> {
        Box::pin(async move {
            let mut wrong = Vec::new();
            match store::migrate::schema_status(&self.app.db).await {
                Ok(SchemaStatus::Current { .. }) => {}
                Ok(SchemaStatus::Missing | SchemaStatus::Behind { .. } | SchemaStatus::Newer { .. }) => {
                    wrong.push("schema: not the one of this program; run `dunningd migrate`".to_owned());
                }
                Err(error) => wrong.push(format!("database: {error}")),
            }
            wrong
        })
    }
}
