//! Why a step was not taken: the closed list of reasons a person can read (I9).
//!
//! Guarantees: every reason has a stable code (stored, filtered, translated) and an English sentence.

use crate::kinds::BlockReason;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why nothing is sent now.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "code", content = "block", rename_all = "snake_case")]
pub enum Reason {
    /// Nothing is owed any more.
    Settled,
    /// The next level is not reached yet.
    NotDue,
    /// The previous notice is too recent.
    MinGap,
    /// Cooldown of the contact rules.
    Cooldown,
    /// Contact cap reached.
    Cap,
    /// Outside the customer's contact hours, or a weekend or holiday.
    ContactHours,
    /// A dunning block stands.
    Blocked(BlockReason),
    /// The customer must not be contacted.
    DoNotContact,
    /// No contact with a working address.
    NoAddress,
    /// The ledger was last read too long ago.
    LedgerStale,
    /// Money was received that may cover the invoices.
    UnappliedReceipt,
    /// A credit note is not yet allocated.
    UnappliedCredit,
    /// The total is below the company's minimum.
    BelowMinimum,
    /// A proposal for this account waits for a person.
    AwaitingApproval,
    /// A message for this account is on its way or in doubt.
    InFlight,
    /// The ledger moved between draft and send.
    Stale,
    /// The text could not be proven from the ledger.
    Ungrounded,
    /// A policy said no.
    Policy,
    /// A person rejected it.
    Rejected,
    /// Nobody approved it in time.
    Expired,
    /// All levels are sent; a person has it.
    Exhausted,
    /// Company data are missing (sender address, procedure).
    Misconfigured,
    /// Public holidays of that year are not on file.
    UnknownHolidays,
}

impl Reason {
    /// Stable code for storage and translation.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Settled => "settled",
            Self::NotDue => "not_due",
            Self::MinGap => "min_gap",
            Self::Cooldown => "cooldown",
            Self::Cap => "cap",
            Self::ContactHours => "contact_hours",
            Self::Blocked(b) => b.as_str(),
            Self::DoNotContact => "do_not_contact",
            Self::NoAddress => "no_address",
            Self::LedgerStale => "ledger_stale",
            Self::UnappliedReceipt => "unapplied_receipt",
            Self::UnappliedCredit => "unapplied_credit",
            Self::BelowMinimum => "below_minimum",
            Self::AwaitingApproval => "awaiting_approval",
            Self::InFlight => "in_flight",
            Self::Stale => "stale",
            Self::Ungrounded => "ungrounded",
            Self::Policy => "policy",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Exhausted => "procedure_exhausted",
            Self::Misconfigured => "misconfigured",
            Self::UnknownHolidays => "unknown_holidays",
        }
    }

    /// One sentence for a person.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Settled => "nothing is owed any more",
            Self::NotDue => "the next dunning level is not reached yet",
            Self::MinGap => "the previous notice is too recent for the next level",
            Self::Cooldown => "the customer was contacted too recently (cooldown)",
            Self::Cap => "the customer was contacted as often as the contact cap allows",
            Self::ContactHours => {
                "outside the customer's contact hours, or a weekend or public holiday there"
            }
            Self::Blocked(b) => match b {
                BlockReason::Manual => "a person paused the chase",
                BlockReason::ReplyPending => "a reply of the customer waits to be dealt with",
                BlockReason::Promise => "the customer promised to pay; the date has not passed",
                BlockReason::Dispute => "the invoice is disputed",
                BlockReason::PaymentPlan => "a payment plan is offered or runs",
                BlockReason::PaymentClaimed => "the customer says it has paid; the bank is awaited",
                BlockReason::OutOfOffice => "the customer is out of office",
                BlockReason::InvoiceCorrection => "the invoice is being corrected",
                BlockReason::Hardship => "the customer reports hardship or insolvency",
                BlockReason::Legal => "a legal matter or complaint is open",
                BlockReason::OptOut => "the customer asked not to be contacted",
                BlockReason::Fraud => "bank details are in question; everything is frozen",
                BlockReason::DebtDenied => "the customer denies the debt",
                BlockReason::NoAddress => "no address of the customer works",
                BlockReason::Escalated => "the case was handed to a person",
                BlockReason::KillSwitch => "sending is stopped for the whole company",
                BlockReason::AwaitingAnswer => "an answer of the customer is awaited",
            },
            Self::DoNotContact => "the customer must not be contacted",
            Self::NoAddress => "no contact with a working address; add one",
            Self::LedgerStale => "the ledger was last read too long ago; import or sync first",
            Self::UnappliedReceipt => "money was received that may cover the invoices; apply it first",
            Self::UnappliedCredit => "a credit note is not allocated yet; allocate it first",
            Self::BelowMinimum => "the total is below the company's minimum",
            Self::AwaitingApproval => "a proposal waits for a person",
            Self::InFlight => "a message is on its way, or its fate is in doubt",
            Self::Stale => "the ledger moved since the draft was made",
            Self::Ungrounded => "the text could not be proven from the ledger",
            Self::Policy => "a policy held it back",
            Self::Rejected => "a person rejected it",
            Self::Expired => "nobody approved it in time",
            Self::Exhausted => "all dunning levels are sent; a person decides what comes next",
            Self::Misconfigured => "the company's settings are incomplete",
            Self::UnknownHolidays => "public holidays of that year are not on file",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence())
    }
}

/// Titles of timeline entries (`chase_events.kind`).
const TITLES: &[(&str, &str)] = &[
    ("block_lifted", "a dunning block was lifted"),
    ("block_set", "a dunning block was set"),
    ("blocked", "the chase was paused"),
    ("closed", "the conversation was closed"),
    ("customer_deleted", "the customer was taken off the list"),
    ("dispute_opened", "the invoice is disputed"),
    ("dispute_resolved", "the dispute was resolved"),
    ("escalated", "handed over to a person"),
    ("failed", "a step failed and is tried again"),
    ("held", "nothing was sent"),
    ("inbound_done", "a person dealt with the mail"),
    ("invoice_amended", "the invoice was changed"),
    ("invoice_cancelled", "the invoice was cancelled"),
    ("invoice_written_off", "the invoice was written off"),
    ("kill_switch_off", "sending was allowed again for the whole company"),
    ("kill_switch_on", "sending was stopped for the whole company"),
    ("ledger_imported", "the ledger was read"),
    ("letter_bounced", "the letter came back"),
    ("letter_deferred", "the letter waits"),
    ("letter_failed", "the letter was refused"),
    ("letter_in_doubt", "nobody knows whether the letter left"),
    ("letter_queued", "a letter was put into the outbox"),
    ("letter_sent", "a letter was sent"),
    ("letter_stale", "the letter was withdrawn before it left"),
    ("letter_voided", "a waiting letter was withdrawn"),
    ("model_draft_discarded", "the model's draft was not used"),
    ("needs_person", "a person must look"),
    ("payment_booked", "a payment was booked"),
    ("payment_reversed", "a payment was returned"),
    ("plan_accepted", "the customer accepted the payment plan"),
    ("plan_broken", "an instalment was missed"),
    ("plan_completed", "the payment plan was paid to the end"),
    ("plan_offer_lapsed", "the offered payment plan was not accepted in time"),
    ("policy_activated", "a version of the company's own rules came into force"),
    ("promise_broken", "the promise to pay was broken"),
    ("promise_given", "the customer promised to pay"),
    ("promise_kept", "the promise to pay was kept"),
    ("promise_taken", "the customer promised to pay"),
    ("promise_withdrawn", "the promise to pay was withdrawn"),
    ("proposal_approved", "a person approved the proposal"),
    ("proposal_cancelled", "the proposal was withdrawn"),
    ("proposal_edited", "a person changed the proposal"),
    ("proposal_expired", "nobody decided on the proposal in time"),
    ("proposal_rejected", "a person rejected the proposal"),
    ("proposed", "a proposal was put before a person"),
    ("reply_received", "the customer answered"),
    ("resumed", "the pause was lifted"),
    ("suppression_added", "an address must not be written to any more"),
    ("suppression_lifted", "an address may be written to again"),
];

/// The title of a timeline entry; a kind without one is shown as it is.
#[must_use]
pub fn title_of(kind: &str) -> String {
    TITLES
        .iter()
        .find(|(k, _)| *k == kind)
        .map_or_else(|| kind.replace('_', " "), |(_, title)| (*title).to_owned())
}
