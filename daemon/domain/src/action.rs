//! What the agent can do: the seven action types with their content, as stored in
//! `ai_actions.payload`.
//!
//! Why: an action is written down completely before anything happens, so that it can be put before a
//! person, approved later and executed once. Guarantees: a payload names ledger rows by id and never
//! carries an amount that is not repeated from the ledger or the company's plan grid.

use crate::ids::{
    BlockId, DisputeId, InboundId, InvoiceId, OutreachId, PaymentId, PlanId, PromiseId, ReceiptId,
};
use crate::kinds::{ActionType, BlockReason, DisputeReason, PaymentMethod};
use crate::money::Money;
use crate::snapshot::Instalment;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// An action with its content.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Send the drafted message of an outreach.
    SendMessage {
        /// The outreach that holds the draft.
        outreach: OutreachId,
    },
    /// Look at the account again on a date.
    ScheduleFollowUp {
        /// The first day of the next look.
        on: NaiveDate,
        /// Why a block stands until then, if one is set.
        block: Option<NewBlock>,
    },
    /// Offer a plan from the company's grid; its message is the outreach.
    OfferPaymentPlan {
        /// The plan row.
        plan: PlanId,
        /// The message.
        outreach: OutreachId,
    },
    /// Hand the account over to a person with statement, history and messages.
    Escalate {
        /// Why.
        reason: EscalationReason,
        /// The mail that caused it.
        inbound: Option<InboundId>,
    },
    /// Set a dunning block, and record what caused it.
    Pause {
        /// The block.
        block: NewBlock,
        /// What is recorded with it.
        record: Option<Record>,
    },
    /// Lift a dunning block.
    Resume {
        /// The block.
        block: BlockId,
    },
    /// Book the ledger's evidence and close.
    MarkPaid {
        /// The invoice.
        invoice: InvoiceId,
        /// What proves it.
        evidence: Evidence,
    },
}

/// Proof that an invoice is paid: rows of the ledger, never a mail.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Evidence {
    /// Payments and credit notes on file cover it.
    Ledger {
        /// The payments (may be empty when credit notes cover it).
        payments: Vec<PaymentId>,
    },
    /// An unapplied receipt of the exact residual that names the invoice.
    Receipt {
        /// The receipt.
        receipt: ReceiptId,
    },
}

/// A block to be set.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewBlock {
    /// One invoice, or the whole customer.
    pub invoice: Option<InvoiceId>,
    /// Why.
    pub reason: BlockReason,
    /// First day on which it no longer stands; `None`: until a person lifts it.
    pub until: Option<NaiveDate>,
    /// The mail that caused it.
    pub inbound: Option<InboundId>,
}

/// What a reply adds to the ledger beside a block.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Record {
    /// A promise to pay.
    Promise {
        /// Row id.
        id: PromiseId,
        /// For which invoice.
        invoice: InvoiceId,
        /// How much.
        amount: Money,
        /// When.
        promised_on: NaiveDate,
        /// Day after which it counts as broken.
        effective_until: NaiveDate,
        /// How.
        method: Option<PaymentMethod>,
        /// The words of the customer.
        quote: String,
    },
    /// A dispute.
    Dispute {
        /// Row id.
        id: DisputeId,
        /// Of which invoice.
        invoice: InvoiceId,
        /// Why.
        reason: DisputeReason,
        /// The words of the customer.
        quote: String,
    },
    /// Acceptance of the plan that was offered.
    PlanAccepted {
        /// The plan.
        plan: PlanId,
        /// The words of the customer.
        quote: String,
    },
}

/// Terms of a plan, computed from the grid.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanTerms {
    /// Invoices covered.
    pub invoices: Vec<InvoiceId>,
    /// Sum of their residuals.
    pub total: Money,
    /// Monthly instalments; they sum to `total`.
    pub instalments: Vec<Instalment>,
}

/// Why an account is handed to a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EscalationReason {
    /// All levels were sent without result.
    ProcedureExhausted,
    /// Too many promises were broken.
    PromisesBroken,
    /// An instalment of a plan was missed.
    PlanBroken,
    /// Hardship or insolvency.
    Hardship,
    /// Lawyer, court, regulator, data-subject request, threat.
    Legal,
    /// The debt is denied.
    DebtDenied,
    /// Bank details in question.
    Fraud,
    /// The customer opted out.
    OptOut,
    /// The reply could not be understood or readings disagree.
    Unclear,
    /// No address works.
    NoAddress,
    /// The same unit failed again and again.
    Failing,
    /// A person escalated.
    Manual,
}

impl EscalationReason {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ProcedureExhausted => "procedure_exhausted",
            Self::PromisesBroken => "promises_broken",
            Self::PlanBroken => "plan_broken",
            Self::Hardship => "hardship",
            Self::Legal => "legal",
            Self::DebtDenied => "debt_denied",
            Self::Fraud => "fraud",
            Self::OptOut => "opt_out",
            Self::Unclear => "unclear",
            Self::NoAddress => "no_address",
            Self::Failing => "failing",
            Self::Manual => "manual",
        }
    }

    /// The block that stands while a person has it.
    #[must_use]
    pub const fn block(self) -> BlockReason {
        match self {
            Self::Hardship => BlockReason::Hardship,
            Self::Legal => BlockReason::Legal,
            Self::DebtDenied => BlockReason::DebtDenied,
            Self::Fraud => BlockReason::Fraud,
            Self::OptOut => BlockReason::OptOut,
            Self::NoAddress => BlockReason::NoAddress,
            Self::ProcedureExhausted
            | Self::PromisesBroken
            | Self::PlanBroken
            | Self::Unclear
            | Self::Failing
            | Self::Manual => BlockReason::Escalated,
        }
    }
}

impl Action {
    /// Its type, for the column and the policies.
    #[must_use]
    pub const fn action_type(&self) -> ActionType {
        match self {
            Self::SendMessage { .. } => ActionType::SendMessage,
            Self::ScheduleFollowUp { .. } => ActionType::ScheduleFollowUp,
            Self::OfferPaymentPlan { .. } => ActionType::OfferPaymentPlan,
            Self::Escalate { .. } => ActionType::Escalate,
            Self::Pause { .. } => ActionType::Pause,
            Self::Resume { .. } => ActionType::Resume,
            Self::MarkPaid { .. } => ActionType::MarkPaid,
        }
    }
}
