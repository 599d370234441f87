//! Named points at which a test kills this very process.
//!
//! Why: "kill -9 at any point" is only proven by killing a real process at each point. Active only when
//! the environment names a point and the folder where it is noted; otherwise one relaxed load.

use std::sync::OnceLock;

static ARMED: OnceLock<Option<String>> = OnceLock::new();

/// Aborts the process here when the test asked for this point.
pub fn reached(point: &str) {
    let armed = ARMED.get_or_init(|| std::env::var("DUNNINGD_TEST_KILL_AT").ok());
    if armed.as_deref() == Some(point) {
        // As abrupt as SIGKILL: no destructor, no flush, no drain.
        std::process::abort();
    }
}
