//! The step a decision is about, and the groups the rules speak of.
//!
//! Why: "no chase while a dispute is open" must not stop the copy of an invoice that the customer asked
//! for; the rules tell the two apart by group. Guarantees: a message whose purpose is not known belongs
//! to every group of messages, so that every rule about any message holds for it too.

use crate::facts::{Fact, FactSet, Facts, Purpose};
use domain::kinds::ActionType;
use serde::{Deserialize, Serialize};

/// A step, a group of steps, or the desk of a person. Names as in the schema.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A notice of the dunning procedure.
    DunningNotice,
    /// A reminder of a broken promise.
    BrokenPromise,
    /// A confirmation of what the customer wrote.
    Acknowledgement,
    /// An answer from ledger fields.
    Answer,
    /// A document that was asked for.
    DocumentCopy,
    /// An offer of a payment plan.
    PlanOffer,
    /// A message whose purpose is not known: all of the above at once.
    UnknownMessage,
    /// Look again on a date.
    ScheduleFollowUp,
    /// Lift a dunning block.
    Resume,
    /// Book the ledger's evidence.
    MarkPaid,
    /// Set a dunning block.
    Pause,
    /// Hand over to a person.
    Escalate,
    /// A person's work that is about no proposal.
    Desk,
    /// Group: we ask for the money.
    Chase,
    /// Group: we answer a mail.
    Reply,
    /// Group: rests on the debt being owed.
    Claim,
    /// Group: the customer receives something.
    Contact,
    /// Group: the agent's own books.
    Bookkeeping,
    /// Group: everything that goes forward.
    Advance,
    /// Group: stops us or calls a person.
    Protective,
}

impl Step {
    /// Every step and group.
    pub const ALL: &[Self] = &[
        Self::DunningNotice,
        Self::BrokenPromise,
        Self::Acknowledgement,
        Self::Answer,
        Self::DocumentCopy,
        Self::PlanOffer,
        Self::UnknownMessage,
        Self::ScheduleFollowUp,
        Self::Resume,
        Self::MarkPaid,
        Self::Pause,
        Self::Escalate,
        Self::Desk,
        Self::Chase,
        Self::Reply,
        Self::Claim,
        Self::Contact,
        Self::Bookkeeping,
        Self::Advance,
        Self::Protective,
    ];

    /// The name in rules.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DunningNotice => "dunning_notice",
            Self::BrokenPromise => "broken_promise",
            Self::Acknowledgement => "acknowledgement",
            Self::Answer => "answer",
            Self::DocumentCopy => "document_copy",
            Self::PlanOffer => "plan_offer",
            Self::UnknownMessage => "unknown_message",
            Self::ScheduleFollowUp => "schedule_follow_up",
            Self::Resume => "resume",
            Self::MarkPaid => "mark_paid",
            Self::Pause => "pause",
            Self::Escalate => "escalate",
            Self::Desk => "desk",
            Self::Chase => "chase",
            Self::Reply => "reply",
            Self::Claim => "claim",
            Self::Contact => "contact",
            Self::Bookkeeping => "bookkeeping",
            Self::Advance => "advance",
            Self::Protective => "protective",
        }
    }

    /// The groups it belongs to directly.
    pub(crate) const fn parents(self) -> &'static [Self] {
        match self {
            Self::DunningNotice | Self::BrokenPromise => &[Self::Chase, Self::Claim],
            Self::Acknowledgement | Self::Answer | Self::DocumentCopy => &[Self::Reply],
            Self::PlanOffer => &[Self::Reply, Self::Claim],
            Self::UnknownMessage => &[
                Self::DunningNotice,
                Self::BrokenPromise,
                Self::Acknowledgement,
                Self::Answer,
                Self::DocumentCopy,
                Self::PlanOffer,
            ],
            Self::ScheduleFollowUp | Self::Resume | Self::MarkPaid => &[Self::Bookkeeping],
            Self::Pause | Self::Escalate => &[Self::Protective],
            Self::Chase | Self::Reply | Self::Claim => &[Self::Contact],
            Self::Contact | Self::Bookkeeping => &[Self::Advance],
            Self::Desk | Self::Advance | Self::Protective => &[],
        }
    }

    /// Whether it is `group` or belongs to it.
    #[must_use]
    pub fn is_in(self, group: Self) -> bool {
        self == group || self.parents().iter().any(|p| p.is_in(group))
    }

    /// The step that an action with a purpose is.
    #[must_use]
    pub const fn of(action: ActionType, purpose: Option<Purpose>) -> Self {
        match action {
            ActionType::SendMessage => match purpose {
                Some(Purpose::DunningNotice) => Self::DunningNotice,
                Some(Purpose::BrokenPromise) => Self::BrokenPromise,
                Some(Purpose::Acknowledgement) => Self::Acknowledgement,
                Some(Purpose::Answer) => Self::Answer,
                Some(Purpose::DocumentCopy) => Self::DocumentCopy,
                Some(Purpose::PlanOffer) => Self::PlanOffer,
                None => Self::UnknownMessage,
            },
            ActionType::OfferPaymentPlan => Self::PlanOffer,
            ActionType::ScheduleFollowUp => Self::ScheduleFollowUp,
            ActionType::Resume => Self::Resume,
            ActionType::MarkPaid => Self::MarkPaid,
            ActionType::Pause => Self::Pause,
            ActionType::Escalate => Self::Escalate,
        }
    }

    /// Facts without which the agent never takes this step alone.
    fn rests_on(self, fact: Fact, adverse: bool) -> bool {
        let contact = self.is_in(Self::Contact);
        let claim = self.is_in(Self::Claim);
        let advance = self.is_in(Self::Advance);
        let resume = self == Self::Resume;
        match fact {
            Fact::Autonomy | Fact::Adverse => true,
            Fact::Purpose => self == Self::UnknownMessage,
            Fact::Debtor => contact || self == Self::Escalate || adverse,
            Fact::Level | Fact::Levels | Fact::Tone => self.is_in(Self::DunningNotice),
            Fact::Total | Fact::AutoLimit | Fact::FourEyesLimit => claim || adverse,
            Fact::Confidence
            | Fact::ConfidenceFloor
            | Fact::LedgerStale
            | Fact::SnapshotStale
            | Fact::KillSwitch
            | Fact::Blocks => advance,
            Fact::Stage
            | Fact::Sentiment
            | Fact::Grounding
            | Fact::Text
            | Fact::Recipient
            | Fact::OutsideWindow
            | Fact::CapReached
            | Fact::FirstAiMessage => contact,
            Fact::OptedOut | Fact::DoNotContact | Fact::Legal | Fact::Hardship | Fact::BankChange => {
                contact || resume
            }
            Fact::Paid | Fact::PlanRunning | Fact::UnappliedReceipt | Fact::OpenPromise => claim || resume,
            Fact::OpenDispute => claim || resume || self.is_in(Self::Answer),
            Fact::ReplyPending => self.is_in(Self::Chase) || resume,
            Fact::Cooldown => self.is_in(Self::Chase),
            Fact::WithinGrid => self.is_in(Self::PlanOffer),
            Fact::LedgerEvidence => self == Self::MarkPaid,
            Fact::Intents => contact || self == Self::Pause,
        }
    }

    /// All the facts it rests on; more of them when the step is adverse.
    pub(crate) fn needed(self, adverse: bool) -> FactSet {
        let mut needed = FactSet::default();
        for fact in Fact::ALL {
            needed.insert(*fact, self.rests_on(*fact, adverse));
        }
        needed
    }
}

impl Facts {
    /// The step these facts are about.
    #[must_use]
    pub const fn step(&self) -> Step {
        Step::of(self.action, self.purpose)
    }

    /// What the step rests on and is not known (or makes no sense, such as a confidence of 7). While
    /// this is not empty the agent never acts alone.
    #[must_use]
    pub fn missing(&self) -> Vec<Fact> {
        self.step().needed(self.adverse != Some(false)).without(self.known()).iter().collect()
    }
}
