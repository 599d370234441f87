//! Wake-ups over LISTEN/NOTIFY.
//!
//! Why: an idle daemon asks the database almost nothing and still reacts at once to an approval or a
//! reply. Guarantees: [`Listener::recv`] never fails; it reconnects with backoff for ever and reports a
//! reconnect as [`Wake::Anything`], because what was sent meanwhile is lost. Does not: promise
//! delivery; the runner polls on a timer besides.

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use std::time::Duration;

/// The one channel; the payload says what woke.
pub(crate) const CHANNEL: &str = "dunningd_wake";

/// What there may be to do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Wake {
    /// Conversations became due earlier than planned.
    Conversations,
    /// The outbox has something new.
    Outreaches,
    /// A mail came in.
    Inbound,
    /// A company's policies or settings changed.
    Policies,
    /// Unknown: look at everything.
    Anything,
}

impl Wake {
    /// The payload.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Conversations => "conversations",
            Self::Outreaches => "outreaches",
            Self::Inbound => "inbound",
            Self::Policies => "policies",
            Self::Anything => "anything",
        }
    }

    /// Whoever may connect to the database may notify, so an unknown payload only means: look.
    fn from_payload(text: &str) -> Self {
        [Self::Conversations, Self::Outreaches, Self::Inbound, Self::Policies]
            .into_iter()
            .find(|w| w.as_str() == text)
            .unwrap_or(Self::Anything)
    }
}

/// Waits between attempts to reconnect.
const BACKOFF: [Duration; 5] = [
    Duration::from_millis(200),
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(10),
    Duration::from_secs(30),
];

/// Hears wake-ups on a connection of its own.
#[derive(Debug)]
pub struct Listener {
    pool: PgPool,
    inner: Option<PgListener>,
    attempt: usize,
    connected_before: bool,
}

impl Listener {
    pub(crate) fn new(options: PgConnectOptions) -> Self {
        let options = options.application_name("dunningd listen");
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .max_lifetime(None)
            .idle_timeout(None)
            .acquire_timeout(Duration::from_secs(5))
            .connect_lazy_with(options);
        Self { pool, inner: None, attempt: 0, connected_before: false }
    }

    /// The next wake-up. Safe to drop and call again (for use in `select!`).
    pub async fn recv(&mut self) -> Wake {
        loop {
            if let Some(listener) = &mut self.inner {
                if let Ok(Some(note)) = listener.try_recv().await {
                    return Wake::from_payload(note.payload());
                }
                // The connection is gone; a fresh listener is simpler than a mended one.
                self.inner = None;
            }
            if self.attempt > 0 {
                let wait = BACKOFF.get(self.attempt - 1).copied().unwrap_or(Duration::from_secs(30));
                tokio::time::sleep(wait).await;
            }
            match self.connect().await {
                Ok(listener) => {
                    self.inner = Some(listener);
                    self.attempt = 0;
                    if std::mem::replace(&mut self.connected_before, true) {
                        return Wake::Anything;
                    }
                }
                Err(error) => {
                    self.attempt = (self.attempt + 1).min(BACKOFF.len());
                    // Once per outage would hide that it lasts; the backoff keeps it rare.
                    tracing::warn!(error = %crate::StoreError::from(error), "no wake-ups: cannot listen");
                }
            }
        }
    }

    async fn connect(&self) -> Result<PgListener, sqlx::Error> {
        let mut listener = PgListener::connect_with(&self.pool).await?;
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        Ok(listener)
    }
}
