//! The answer to a question, with everything a person needs to understand it.
//!
//! Guarantees: every decision names its verdict, at least one reason, and the version of the rules that
//! gave it; two decisions about the same facts under the same rules are equal, order included.

use crate::facts::Fact;
use crate::rule::Origin;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What may be done. Ordered from strict to free.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Never, on these facts: drop the draft, keep the reason.
    Refuse,
    /// Not now: look again later. When is for the caller to say. For an approval: it counts, and a
    /// second person is waited for.
    Hold,
    /// Put it before a person.
    Propose,
    /// Do it. For a person: allowed.
    Act,
}

impl Verdict {
    /// The text stored in the database (`act`, `propose`, `hold`, `refuse`).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Hold => "hold",
            Self::Propose => "propose",
            Self::Act => "act",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why: one rule that decided, or the absence of one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Reason {
    /// Stable code, the key for translation: the rule's `@reason`. Beside those of the rules there are
    /// `not_permitted` (no rule allows it), `rule_failed` (a rule could not be evaluated) and
    /// `engine_failed` (the question could not be asked).
    pub code: String,
    /// English sentence: the rule's `@text`. Text of a company's rule is hostile data for a page.
    pub text: String,
    /// Id of the rule; empty where no rule stands behind it.
    pub rule: String,
    /// Whose rule it is.
    pub origin: Origin,
    /// Facts of this reason that are not known and were read as their worst value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<Fact>,
}

/// A rule that could not be evaluated.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RuleError {
    /// Id of the rule.
    pub rule: String,
    /// What Cedar said.
    pub message: String,
}

/// Verdict, reasons and the version of the rules: what is stored with every action.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Decision {
    /// What may be done.
    pub verdict: Verdict,
    /// The rules that decided, in the order of the rule files; never empty. For [`Verdict::Act`] the
    /// permits, otherwise what stood in the way of the next freer verdict.
    pub reasons: Vec<Reason>,
    /// Version of shipped and company rules; see [`crate::PolicySet::version`].
    pub policy_version: String,
    /// Rules whose evaluation failed. Not empty only when `verdict` is not [`Verdict::Act`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<RuleError>,
}

impl Decision {
    /// The reason codes, each once, in order: what `ai_actions.reasons` stores.
    #[must_use]
    pub fn codes(&self) -> Vec<&str> {
        let mut codes: Vec<&str> = Vec::with_capacity(self.reasons.len());
        for reason in &self.reasons {
            if !codes.contains(&reason.code.as_str()) {
                codes.push(&reason.code);
            }
        }
        codes
    }
}
