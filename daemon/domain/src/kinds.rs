//! The closed lists of the data model, one enum each.
//!
//! Why: every text column with a CHECK list in the database has its Rust twin here, so that a new
//! value cannot be written in one place only; a test compares the two lists.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A text that is none of the values of a closed list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{value:?} is not a {kind}; one of: {allowed}")]
pub struct UnknownKind {
    kind: &'static str,
    value: String,
    allowed: String,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] $variant),+
        }

        impl $name {
            /// Every value, in the order of the list.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The text stored in the database and shown in JSON.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownKind;

            fn from_str(s: &str) -> Result<Self, UnknownKind> {
                Self::ALL.iter().copied().find(|k| k.as_str() == s).ok_or_else(|| UnknownKind {
                    kind: stringify!($name),
                    value: s.chars().take(64).collect(),
                    allowed: Self::ALL.iter().map(|k| k.as_str()).collect::<Vec<_>>().join(", "),
                })
            }
        }
    )+};
}

mod replies;

pub use replies::{BlockReason, Intent};

kinds! {
    /// `invoices.status`, computed from residual, due date and today; never copied from outside.
    InvoiceStatus {
        /// Not due for a while.
        Pending = "pending",
        /// Due within the company's notice period.
        DueSoon = "due_soon",
        /// The due date has passed and something is owed.
        Overdue = "overdue",
        /// Nothing is owed.
        Paid = "paid",
    }
    /// `payments.payment_method`.
    PaymentMethod {
        /// Bank transfer.
        BankTransfer = "bank_transfer",
        /// Cheque.
        Check = "check",
        /// Cash.
        Cash = "cash",
        /// Anything else.
        Other = "other",
    }
    /// `payments.source`.
    PaymentSource {
        /// Typed in by a person.
        Manual = "manual",
        /// A file import.
        CsvImport = "csv_import",
        /// An accounting system.
        ApiSync = "api_sync",
    }
    /// `ai_conversations.status`.
    ConversationStatus {
        /// The agent works on it.
        Active = "active",
        /// A dunning block stands.
        Paused = "paused",
        /// Over; see the outcome.
        Completed = "completed",
        /// Handed to a person.
        Escalated = "escalated",
    }
    /// `ai_conversations.autonomy_level`.
    Autonomy {
        /// Routine and consequential actions by itself, within the guard rails.
        Full = "full",
        /// Routine contact by itself; the rest is proposed.
        Supervised = "supervised",
        /// Every action is a proposal.
        Assisted = "assisted",
    }
    /// `ai_conversations.current_stage`.
    Stage {
        /// Nothing or one friendly notice sent.
        InitialOutreach = "initial_outreach",
        /// Further notices.
        FollowUp = "follow_up",
        /// The customer answered: promise, plan, dispute.
        Negotiation = "negotiation",
        /// A person or an agency has it.
        Escalated = "escalated",
        /// Over.
        Resolved = "resolved",
    }
    /// `ai_conversations.outcome`.
    Outcome {
        /// The money is there.
        Paid = "paid",
        /// A payment plan runs.
        PaymentPlan = "payment_plan",
        /// An upheld dispute ended it.
        Dispute = "dispute",
        /// The customer is gone.
        Churned = "churned",
        /// Given up.
        WrittenOff = "written_off",
    }
    /// `ai_messages.direction`.
    Direction {
        /// To the customer.
        Outbound = "outbound",
        /// From the customer.
        Inbound = "inbound",
    }
    /// `ai_messages.message_type`: who wrote it and who answers for it.
    MessageType {
        /// Written and sent by the agent under a policy.
        AiGenerated = "ai_generated",
        /// Written by the agent, approved by a person.
        HumanApproved = "human_approved",
        /// Edited or written by a person.
        HumanWritten = "human_written",
        /// A mail from the customer.
        CustomerReply = "customer_reply",
    }
    /// `ai_messages.delivery_status`.
    DeliveryStatus {
        /// Drafted.
        Draft = "draft",
        /// Approved, waiting for dispatch.
        Approved = "approved",
        /// The first byte of the body may have left.
        Transmitting = "transmitting",
        /// The mail server accepted it.
        Sent = "sent",
        /// It may or may not have left: never resent by the machine.
        InDoubt = "in_doubt",
        /// Confirmed delivered.
        Delivered = "delivered",
        /// Refused for good.
        Failed = "failed",
        /// Returned by a later server.
        Bounced = "bounced",
        /// Opened (never measured by default).
        Opened = "opened",
        /// Clicked (never measured by default).
        Clicked = "clicked",
        /// Inbound: received.
        Received = "received",
        /// Superseded or withdrawn before sending.
        Cancelled = "cancelled",
    }
    /// `ai_actions.action_type`.
    ActionType {
        /// Send a letter or an answer.
        SendMessage = "send_message",
        /// Look again on a date.
        ScheduleFollowUp = "schedule_follow_up",
        /// Offer a plan from the company's grid.
        OfferPaymentPlan = "offer_payment_plan",
        /// Hand over to a person with the whole file.
        Escalate = "escalate",
        /// Set a dunning block.
        Pause = "pause",
        /// Lift a dunning block.
        Resume = "resume",
        /// Book the ledger's evidence and close.
        MarkPaid = "mark_paid",
    }
    /// `ai_actions.status`.
    ActionStatus {
        /// Waiting for a person.
        PendingApproval = "pending_approval",
        /// Approved; its effect is under way (a letter in the outbox).
        Approved = "approved",
        /// Done.
        Executed = "executed",
        /// A person said no.
        Rejected = "rejected",
        /// Overtaken by events (stale, superseded).
        Cancelled = "cancelled",
        /// Nobody decided in time.
        Expired = "expired",
        /// Tried and failed for good.
        Failed = "failed",
    }
    /// Whom the law treats the debtor as.
    DebtorKind {
        /// A company or a trader acting as such.
        Business = "business",
        /// A consumer.
        Consumer = "consumer",
        /// A public authority.
        PublicAuthority = "public_authority",
    }
    /// `invoices.due_date_basis`: what the due date rests on; late-payment law asks.
    DueDateBasis {
        /// A calendar date agreed in the contract.
        Contract = "contract",
        /// Printed on the invoice by the creditor alone.
        InvoiceUnilateral = "invoice_unilateral",
        /// Nothing was agreed or printed; the law says when.
        Statutory = "statutory",
    }
    /// What a contact is for; letters go to `billing` first, then `general`.
    ContactRole {
        /// Accounts payable.
        Billing = "billing",
        /// The general address.
        General = "general",
        /// Whom to turn to when billing does not answer.
        Escalation = "escalation",
    }
    /// `outreaches.kind`: why we write.
    OutreachKind {
        /// A letter of the dunning procedure.
        DunningNotice = "dunning_notice",
        /// An answer to a mail of the customer.
        Reply = "reply",
        /// An offer of a payment plan.
        PlanOffer = "plan_offer",
        /// A reminder of a broken promise.
        BrokenPromise = "broken_promise",
    }
    /// `outreaches.state`.
    OutreachState {
        /// A draft exists, nothing is decided.
        Drafted = "drafted",
        /// Before a person.
        Proposed = "proposed",
        /// Decided; in the outbox until `send_after`.
        Queued = "queued",
        /// A dispatcher holds it; nothing has left yet.
        Claimed = "claimed",
        /// The body may be on its way.
        Transmitting = "transmitting",
        /// Accepted by the mail server.
        Sent = "sent",
        /// Nobody knows whether it left.
        InDoubt = "in_doubt",
        /// Refused for good.
        Failed = "failed",
        /// The ledger moved before it left; a new draft may follow.
        Stale = "stale",
        /// Rejected by a person or withdrawn.
        Cancelled = "cancelled",
    }
    /// State of a promise to pay.
    PromiseState {
        /// Not yet due.
        Open = "open",
        /// Paid in time.
        Kept = "kept",
        /// Not paid in time.
        Broken = "broken",
        /// Taken back or superseded.
        Withdrawn = "withdrawn",
    }
    /// State of a dispute.
    DisputeState {
        /// Under examination; the invoice is not chased.
        Open = "open",
        /// The customer was right.
        Upheld = "upheld",
        /// The claim stands.
        Rejected = "rejected",
        /// The customer took it back.
        Withdrawn = "withdrawn",
    }
    /// Reason of a dispute.
    DisputeReason {
        /// Price or discount.
        Price = "price",
        /// Quantity.
        Quantity = "quantity",
        /// Quality.
        Quality = "quality",
        /// Goods or services not received.
        NotReceived = "not_received",
        /// Billed twice.
        Duplicate = "duplicate",
        /// Purchase order missing or wrong.
        PurchaseOrder = "purchase_order",
        /// Tax.
        Tax = "tax",
        /// Anything else.
        Other = "other",
    }
    /// State of a payment plan.
    PlanState {
        /// Before a person.
        Proposed = "proposed",
        /// Sent to the customer.
        Offered = "offered",
        /// Accepted in writing; instalments are followed.
        Active = "active",
        /// All instalments paid.
        Completed = "completed",
        /// An instalment was missed.
        Broken = "broken",
        /// Not accepted.
        Declined = "declined",
    }
    /// State of one instalment.
    InstalmentState {
        /// Not yet paid.
        Open = "open",
        /// Paid.
        Paid = "paid",
        /// Missed.
        Missed = "missed",
    }
    /// State of a mail as it came in.
    InboundState {
        /// Stored raw, not yet read.
        Received = "received",
        /// Read and acted on.
        Processed = "processed",
        /// Belongs to nobody we know: a person looks.
        Unmatched = "unmatched",
        /// Breaks a limit or cannot be read: kept raw, a person looks.
        Quarantined = "quarantined",
    }
    /// `ai_learning_events.event_type`.
    LearningKind {
        /// What came of an action.
        ActionOutcome = "action_outcome",
        /// A person changed a draft.
        UserEdit = "user_edit",
        /// A person decided otherwise.
        UserOverride = "user_override",
        /// The customer said something about us.
        CustomerFeedback = "customer_feedback",
    }
    /// `ai_learning_events.learning_signal`.
    LearningSignal {
        /// Do more of it.
        Positive = "positive",
        /// Do less of it.
        Negative = "negative",
        /// Neither.
        Neutral = "neutral",
    }
    /// What a user may do.
    UserRole {
        /// Read.
        Viewer = "viewer",
        /// Read and decide on proposals.
        Controller = "controller",
        /// Everything, users and settings included.
        Admin = "admin",
    }
}
