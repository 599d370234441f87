//! Starting to stop: shutdown as a type.
//!
//! Why: a daemon that is stopped in mid-letter must neither lose the letter nor send it twice. The soft
//! token stops claiming; units under way get until the drain deadline; then, or at a second signal, the
//! hard token drops them and their leases return the work.

use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Both tokens.
#[derive(Clone, Debug, Default)]
pub struct Shutdown {
    soft: CancellationToken,
    hard: CancellationToken,
}

impl Shutdown {
    /// Nothing is stopping.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Claim nothing more.
    pub fn begin(&self) {
        self.soft.cancel();
    }

    /// Drop what is under way.
    pub fn force(&self) {
        self.soft.cancel();
        self.hard.cancel();
    }

    /// A stop has begun.
    #[must_use]
    pub fn begun(&self) -> bool {
        self.soft.is_cancelled()
    }

    /// Resolves when a stop begins.
    pub async fn stopping(&self) {
        self.soft.cancelled().await;
    }

    /// Resolves when work under way must be dropped.
    pub async fn forced(&self) {
        self.hard.cancelled().await;
    }

    /// Listens for Ctrl-C and SIGTERM: the first begins, the second, or the end of `drain`, forces.
    pub async fn watch_signals(self, drain: Duration) {
        if !signal().await {
            return;
        }
        tracing::info!(
            seconds = drain.as_secs(),
            "stopping: finishing what is under way; again to stop at once"
        );
        self.begin();
        tokio::select! {
            _ = signal() => tracing::warn!("stopping at once"),
            () = tokio::time::sleep(drain) => tracing::warn!("drain deadline passed"),
        }
        self.force();
    }
}

/// One Ctrl-C or SIGTERM; false when signals cannot be listened to.
async fn signal() -> bool {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        tracing::error!("cannot listen for signals");
        return false;
    };
    tokio::select! {
        _ = term.recv() => true,
        _ = int.recv() => true,
    }
}
