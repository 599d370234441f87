//! What a letter is for.

use super::Block;
use crate::procedure::Tone;
use crate::reply::Answer;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

macro_rules! purposes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal),+ $(,)?) => {
        /// What a letter is for; also `email_templates.template_type`.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        pub enum Purpose {
            $($(#[$doc])* #[serde(rename = $text)] $variant),+
        }

        impl Purpose {
            /// Every purpose, the dunning levels first.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The text stored in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
    };
}

purposes! {
    /// Before or on the due date.
    Courtesy = "courtesy",
    /// A friendly reminder.
    Friendly = "friendly",
    /// A firm demand.
    Firm = "firm",
    /// The last demand; never written by a model.
    Final = "final",
    /// A promise was not kept.
    BrokenPromise = "broken_promise",
    /// Offers a payment plan.
    PlanOffer = "plan_offer",
    /// Confirms a promise to pay.
    PromiseConfirmation = "promise_confirmation",
    /// Acknowledges a dispute.
    DisputeAck = "dispute_ack",
    /// Asks for the reference of a payment that the customer says it made.
    PaymentClaimAck = "payment_claim_ack",
    /// Asks for a date.
    AskForDate = "ask_for_date",
    /// Sends a statement of account and copies.
    DocumentCopy = "document_copy",
    /// States the balance.
    AnswerBalance = "answer_balance",
    /// Confirms an accepted plan.
    PlanAccepted = "plan_accepted",
    /// Says that a person looks into it.
    GenericAck = "generic_ack",
}

/// A text that is no purpose.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of letter; one of: {}", names())]
pub struct UnknownPurpose;

fn names() -> String {
    Purpose::ALL.iter().map(|p| p.as_str()).collect::<Vec<_>>().join(", ")
}

impl FromStr for Purpose {
    type Err = UnknownPurpose;

    fn from_str(s: &str) -> Result<Self, UnknownPurpose> {
        Self::ALL.iter().copied().find(|p| p.as_str() == s).ok_or(UnknownPurpose)
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<Tone> for Purpose {
    fn from(tone: Tone) -> Self {
        match tone {
            Tone::Courtesy => Self::Courtesy,
            Tone::Friendly => Self::Friendly,
            Tone::Firm => Self::Firm,
            Tone::Final => Self::Final,
        }
    }
}

impl From<Answer> for Purpose {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::PromiseConfirmation => Self::PromiseConfirmation,
            Answer::AskForDate => Self::AskForDate,
            Answer::DisputeAck => Self::DisputeAck,
            Answer::PaymentClaimAck => Self::PaymentClaimAck,
            Answer::DocumentCopy => Self::DocumentCopy,
            Answer::AnswerBalance => Self::AnswerBalance,
            Answer::PlanAccepted => Self::PlanAccepted,
            Answer::GenericAck => Self::GenericAck,
        }
    }
}

impl Purpose {
    /// A model may write it. Not the last demand: it comes from a template only.
    #[must_use]
    pub const fn model_may_write(self) -> bool {
        !matches!(self, Self::Final)
    }

    /// It asks for money by a date, so there must be one.
    #[must_use]
    pub const fn has_deadline(self) -> bool {
        match self {
            Self::Friendly | Self::Firm | Self::Final | Self::BrokenPromise | Self::PlanOffer => true,
            Self::Courtesy
            | Self::PromiseConfirmation
            | Self::DisputeAck
            | Self::PaymentClaimAck
            | Self::AskForDate
            | Self::DocumentCopy
            | Self::AnswerBalance
            | Self::PlanAccepted
            | Self::GenericAck => false,
        }
    }

    /// Interest and flat sum may be stated in it.
    #[must_use]
    pub const fn may_claim(self) -> bool {
        match self {
            Self::Friendly | Self::Firm | Self::Final | Self::BrokenPromise => true,
            Self::Courtesy
            | Self::PlanOffer
            | Self::PromiseConfirmation
            | Self::DisputeAck
            | Self::PaymentClaimAck
            | Self::AskForDate
            | Self::DocumentCopy
            | Self::AnswerBalance
            | Self::PlanAccepted
            | Self::GenericAck => false,
        }
    }

    /// It speaks about a promise, so there must be one.
    #[must_use]
    pub const fn needs_promise(self) -> bool {
        matches!(self, Self::BrokenPromise | Self::PromiseConfirmation)
    }

    /// It speaks about a plan, so there must be one.
    #[must_use]
    pub const fn needs_plan(self) -> bool {
        matches!(self, Self::PlanOffer | Self::PlanAccepted)
    }

    /// It speaks about invoices, so there must be some.
    #[must_use]
    pub const fn needs_items(self) -> bool {
        !matches!(self, Self::GenericAck)
    }

    /// The blocks that code writes into it, in the order in which they stand by default.
    #[must_use]
    pub const fn blocks(self) -> &'static [Block] {
        match self {
            Self::Courtesy
            | Self::Friendly
            | Self::Firm
            | Self::Final
            | Self::BrokenPromise
            | Self::AskForDate
            | Self::AnswerBalance => &[Block::Items, Block::Payment],
            Self::PlanOffer | Self::PlanAccepted => &[Block::Items, Block::Plan, Block::Payment],
            Self::PromiseConfirmation => &[Block::Payment],
            Self::DocumentCopy => &[Block::Items],
            Self::DisputeAck | Self::PaymentClaimAck | Self::GenericAck => &[],
        }
    }
}
