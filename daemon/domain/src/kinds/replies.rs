//! The lists about replies: what they mean, and why the chase stands still.

use super::UnknownKind;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

kinds! {
    /// What a reply means: the 16 labels. Several may hold at once.
    Intent {
        /// "We have paid."
        PaymentClaimed = "payment_claimed",
        /// "We will pay on …"
        PromiseToPay = "promise_to_pay",
        /// "Can we pay in instalments?"
        PaymentPlanRequest = "payment_plan_request",
        /// The claim or its amount is contested.
        Dispute = "dispute",
        /// The invoice needs a formal change.
        InvoiceCorrection = "invoice_correction",
        /// A copy, a statement or a proof is asked for.
        DocumentRequest = "document_request",
        /// A question about balance, terms or how to pay.
        Question = "question",
        /// Write to somebody else.
        ContactChange = "contact_change",
        /// A machine answered.
        AutoReply = "auto_reply",
        /// The mail could not be delivered.
        DeliveryFailure = "delivery_failure",
        /// Hardship or insolvency.
        HardshipInsolvency = "hardship_insolvency",
        /// "This is not ours", "this was credited".
        DebtDenied = "debt_denied",
        /// A lawyer, a court, a regulator, a data-subject request, abuse, a threat.
        LegalOrComplaint = "legal_or_complaint",
        /// "Stop writing to us."
        StopContact = "stop_contact",
        /// Bank details questioned or changed.
        PaymentInstructionChange = "payment_instruction_change",
        /// Thanks, unrelated, spam or suspicious.
        NoAction = "no_action",
    }
    /// Why a dunning block stands.
    BlockReason {
        /// A person paused it.
        Manual = "manual",
        /// A human reply waits to be dealt with.
        ReplyPending = "reply_pending",
        /// A promise runs.
        Promise = "promise",
        /// A dispute is open.
        Dispute = "dispute",
        /// A payment plan is offered or runs.
        PaymentPlan = "payment_plan",
        /// The customer says it has paid.
        PaymentClaimed = "payment_claimed",
        /// An out-of-office reply names a return date.
        OutOfOffice = "out_of_office",
        /// The invoice is being corrected.
        InvoiceCorrection = "invoice_correction",
        /// Hardship or insolvency.
        Hardship = "hardship",
        /// Legal matter or complaint.
        Legal = "legal",
        /// The customer opted out.
        OptOut = "opt_out",
        /// Bank details in question: fraud path.
        Fraud = "fraud",
        /// The customer denies the debt.
        DebtDenied = "debt_denied",
        /// No address works.
        NoAddress = "no_address",
        /// Escalated to a person.
        Escalated = "escalated",
        /// The whole company is stopped (kill switch).
        KillSwitch = "kill_switch",
        /// A document or an answer was sent: wait for it.
        AwaitingAnswer = "awaiting_answer",
    }
}
