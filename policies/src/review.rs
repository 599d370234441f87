//! What a person may do with a proposal.
//!
//! Why: approvals are authorised by the same engine and the same readable text as the agent's own
//! steps. Guarantees: what is not known counts as its worst value (an unknown role is a viewer, an
//! unknown finding is a hard one). Does not: re-check the ledger; an approval is followed by a fresh
//! [`crate::PolicySet::decide`] on fresh facts.

use crate::facts::{Grounding, Limit, Purpose};
use crate::step::Step;
use domain::kinds::{ActionType, UserRole};
use domain::money::Money;
use serde::{Deserialize, Serialize};

/// What the person wants to do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewAction {
    /// Approve a proposal as it stands. Asks `release` too (see [`ReviewAction::Release`]).
    Approve,
    /// Let an approval take effect; asked by [`ReviewAction::Approve`] itself, rarely alone.
    Release,
    /// Change the text of a proposal.
    Edit,
    /// Say no to a proposal.
    Reject,
    /// Settle what the agent may not: a message in doubt, a dispute, an unmatched mail, a block.
    Resolve,
    /// Change settings, users, rules or the kill switch.
    Configure,
}

impl ReviewAction {
    /// Every one.
    pub const ALL: &[Self] =
        &[Self::Approve, Self::Release, Self::Edit, Self::Reject, Self::Resolve, Self::Configure];

    /// The name in rules.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Release => "release",
            Self::Edit => "edit",
            Self::Reject => "reject",
            Self::Resolve => "resolve",
            Self::Configure => "configure",
        }
    }
}

/// Everything the rules may ask about a person's decision. `None` is "not known".
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewFacts {
    /// What the person wants to do.
    pub what: ReviewAction,
    /// Role of the person.
    #[serde(default)]
    pub role: Option<UserRole>,
    /// The proposed action; `None` for [`ReviewAction::Resolve`] and [`ReviewAction::Configure`].
    #[serde(default)]
    pub action: Option<ActionType>,
    /// What its message is for.
    #[serde(default)]
    pub purpose: Option<Purpose>,
    /// What the grounding check said about the text as it stands now; certified when there is no text.
    #[serde(default)]
    pub findings: Option<Grounding>,
    /// The person answers for the wording findings.
    #[serde(default)]
    pub override_wording: Option<bool>,
    /// Residual of the account.
    #[serde(default)]
    pub total: Option<Money>,
    /// Above it two people approve.
    #[serde(default)]
    pub four_eyes_limit: Option<Limit>,
    /// Another person than this one approved the same revision before.
    #[serde(default)]
    pub second_person: Option<bool>,
    /// The proposal has expired.
    #[serde(default)]
    pub expired: Option<bool>,
    /// The account moved since the draft was made.
    #[serde(default)]
    pub stale: Option<bool>,
}

impl ReviewFacts {
    /// Facts of which nothing is known but the question; fill in with struct update syntax.
    #[must_use]
    pub const fn unknown(what: ReviewAction) -> Self {
        Self {
            what,
            role: None,
            action: None,
            purpose: None,
            findings: None,
            override_wording: None,
            total: None,
            four_eyes_limit: None,
            second_person: None,
            expired: None,
            stale: None,
        }
    }

    /// The step under review. An approval without an action counts as one of an unknown message.
    #[must_use]
    pub const fn step(&self) -> Step {
        match self.action {
            Some(action) => Step::of(action, self.purpose),
            None => match self.what {
                ReviewAction::Approve | ReviewAction::Release => Step::UnknownMessage,
                ReviewAction::Edit
                | ReviewAction::Reject
                | ReviewAction::Resolve
                | ReviewAction::Configure => Step::Desk,
            },
        }
    }
}
