//! What would have changed.
//!
//! Why: before a company's new rules are activated, they are asked again about the facts of its recent
//! decisions. Guarantees: pure; the order of the facts is kept.

use crate::decision::Decision;
use crate::facts::Facts;
use crate::set::PolicySet;
use serde::{Deserialize, Serialize};

/// A recorded case that the new rules decide differently.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Changed {
    /// Position in the facts that were given.
    pub index: usize,
    /// Under the old rules.
    pub before: Decision,
    /// Under the new rules.
    pub after: Decision,
}

impl Changed {
    /// The verdict itself changed, not only its reasons.
    #[must_use]
    pub fn verdict_changed(&self) -> bool {
        self.before.verdict != self.after.verdict
    }
}

/// Decides `recorded` under both rule sets and returns those whose verdict or reason codes differ.
#[must_use]
pub fn dry_run<'a>(
    old: &PolicySet,
    new: &PolicySet,
    recorded: impl IntoIterator<Item = &'a Facts>,
) -> Vec<Changed> {
    let both = recorded.into_iter().enumerate().map(|(index, facts)| Changed {
        index,
        before: old.decide(facts),
        after: new.decide(facts),
    });
    both.filter(|c| c.verdict_changed() || c.before.codes() != c.after.codes()).collect()
}
