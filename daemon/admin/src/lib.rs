//! The HTTP side: a versioned JSON API for credit controllers, health and metrics for operators.
//!
//! Why: people decide here, so everything a decision needs is served here and every decision is checked
//! again here. Guarantees: the tenant comes from the credential, never from a path; every answer that
//! fails is a problem document; nothing is approved without a fresh look at the ledger ([`approval`]).
//! Does not: read mails or talk to models; what needs them is handed in by the daemon.

pub mod approval;
pub mod auth;
pub mod password;
pub mod problem;
mod routes;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::routing::{get, post, put};
use chrono::{DateTime, Utc};
use domain::calendar::Holidays;
use policies::PolicySet;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use store::{Db, TenantTx};

/// A future that can be kept in a struct.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where a raw mail went.
#[derive(Clone, Debug, serde::Serialize)]
pub struct StoredMail {
    /// Its id.
    pub id: domain::ids::InboundId,
    /// False: it was there already.
    pub new: bool,
}

/// What the daemon hands in because only it can do it: the arrow between the crates points the other way,
/// so this is the one place where a trait stands for a single implementation.
pub trait Daemon: Send + Sync {
    /// The policies in force for the company of `tx`.
    fn policies<'a>(&'a self, tx: &'a mut TenantTx) -> Boxed<'a, Result<Arc<PolicySet>, String>>;
    /// Stores a raw mail; `None` when no company can be found for it.
    fn store_mail(&self, raw: Vec<u8>) -> Boxed<'_, Result<Option<StoredMail>, String>>;
    /// There is new work: look soon.
    fn wake(&self);
    /// The loop is alive and its parts are reachable; otherwise what is wrong.
    fn not_ready(&self) -> Boxed<'_, Vec<String>>;
}

/// What every route needs.
#[derive(Clone)]
pub struct State {
    /// The database.
    pub db: Db,
    /// Business time.
    pub now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// Public holidays.
    pub holidays: Arc<Holidays>,
    /// The daemon.
    pub daemon: Arc<dyn Daemon>,
    /// SHA-256 of the secret for `POST /v1/inbound`; `None`: the route is closed.
    pub inbound_secret: Option<[u8; 32]>,
    /// Mark cookies `Secure`: off only on loopback.
    pub secure_cookies: bool,
}

/// Largest raw mail taken.
const MAIL_LIMIT: usize = 25 * 1024 * 1024;
/// Largest JSON body.
const BODY_LIMIT: usize = 256 * 1024;

/// The routes.
pub fn router(state: State) -> Router {
    use routes::{inbound, ledger, ops, proposals, session};
    Router::new()
        .route("/v1/session", post(session::create).delete(session::delete))
        .route("/v1/me", get(session::me))
        .route("/v1/proposals", get(proposals::list))
        .route("/v1/proposals/{id}", get(proposals::show).patch(proposals::edit))
        .route("/v1/proposals/{id}/approve", post(proposals::approve))
        .route("/v1/proposals/{id}/reject", post(proposals::reject))
        .route("/v1/customers", get(ledger::customers))
        .route("/v1/customers/{id}/timeline", get(ledger::timeline))
        .route("/v1/customers/{id}/pause", post(ledger::pause))
        .route("/v1/customers/{id}/resume", post(ledger::resume))
        .route("/v1/invoices/{key}/explain", get(ledger::explain))
        .route("/v1/outreaches", get(ledger::outreaches))
        .route("/v1/outreaches/{id}/resolve", post(ledger::resolve))
        .route("/v1/kill-switch", get(ledger::kill_switch).merge(put(ledger::set_kill_switch)))
        .route(
            "/v1/inbound",
            get(inbound::list).merge(post(inbound::create).layer(DefaultBodyLimit::max(MAIL_LIMIT))),
        )
        .route("/v1/inbound/{id}", get(inbound::show))
        .route("/v1/inbound/{id}/done", post(inbound::done))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .route("/healthz", get(ops::health))
        .route("/readyz", get(ops::ready))
        .route("/metrics", get(ops::metrics))
        .fallback(async || problem::Problem::not_found())
        .layer(middleware::from_fn(harden))
        .with_state(state)
}

/// Headers that cost nothing and close doors.
async fn harden(request: axum::extract::Request, next: Next) -> axum::response::Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Serves until `stop` resolves, then finishes what is under way.
pub async fn serve(
    listener: tokio::net::TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, router).with_graceful_shutdown(stop).await
}
