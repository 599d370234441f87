//! The account snapshot: everything a decision about one customer in one currency rests on, read in
//! one transaction.
//!
//! Why: drafting, checking, deciding and the last look before the send must see the same facts, and
//! the message must bear what it was proven from. Guarantees: plain data, no I/O; amounts of one
//! currency only; `version` is the account's version at the moment of reading.

use crate::ids::{
    BlockId, CompanyId, ContactId, ConversationId, CustomerId, InboundId, InvoiceId, OutreachId, PaymentId,
    PlanId, PromiseId, ReceiptId,
};
use crate::kinds::{
    ActionType, Autonomy, BlockReason, ContactRole, ConversationStatus, DebtorKind, InvoiceStatus,
    OutreachKind, OutreachState, PaymentMethod, PlanState, PromiseState, Stage,
};
use crate::money::{Currency, Money, MoneyError};
use crate::procedure::Procedure;
use crate::settings::CompanySettings;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The tenant, as far as a letter or a decision needs it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CompanyFacts {
    /// Id.
    pub id: CompanyId,
    /// Name as on the letter.
    pub name: String,
    /// Language of last resort (BCP 47 primary tag, lower case).
    pub language: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Zone of business dates.
    pub zone: Tz,
    /// Display name of the sender.
    pub sender_name: String,
    /// Sender and reply address.
    pub email: String,
    /// Where the money goes.
    pub iban: Option<String>,
    /// Bank identifier.
    pub bic: Option<String>,
    /// Holder of the account.
    pub account_holder: Option<String>,
    /// Default autonomy.
    pub autonomy: Autonomy,
    /// Settings.
    pub settings: CompanySettings,
    /// Dunning procedure.
    pub procedure: Procedure,
    /// When the ledger was last read from its source.
    pub ledger_read_at: Option<DateTime<Utc>>,
}

/// The debtor.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CustomerFacts {
    /// Id.
    pub id: CustomerId,
    /// Name.
    pub name: String,
    /// Business, consumer or public authority.
    pub kind: DebtorKind,
    /// ISO 3166-1 alpha-2; `None` counts as the company's country.
    pub country: Option<String>,
    /// Region for holidays (ISO 3166-2 suffix).
    pub region: Option<String>,
    /// Language of letters; `None` counts as the company's.
    pub language: Option<String>,
    /// Zone for contact hours; `None` counts as the company's.
    pub zone: Option<Tz>,
    /// Must not be contacted at all.
    pub do_not_contact: bool,
    /// Autonomy for this customer, when it differs.
    pub autonomy: Option<Autonomy>,
}

/// A contact of the debtor.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ContactFacts {
    /// Id.
    pub id: ContactId,
    /// Person or department.
    pub name: String,
    /// Address.
    pub email: String,
    /// What it is for.
    pub role: ContactRole,
    /// Language, when it differs from the customer's.
    pub language: Option<String>,
    /// Usable: active, verified, not suppressed, not undeliverable.
    pub usable: bool,
}

/// State of the account.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AccountFacts {
    /// Its currency.
    pub currency: Currency,
    /// Counts re-anchorings.
    pub cycle: i32,
    /// Last dunning level sent in this cycle; 0: none.
    pub level: u16,
    /// When the last dunning notice was sent.
    pub last_notice_at: Option<DateTime<Utc>>,
}

/// An invoice with something owed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OpenItem {
    /// Id.
    pub invoice: InvoiceId,
    /// Its number, as the customer knows it.
    pub number: String,
    /// Date of the invoice.
    pub invoice_date: NaiveDate,
    /// Due date.
    pub due_date: NaiveDate,
    /// Amount of the invoice.
    pub original: Money,
    /// Paid so far.
    pub paid: Money,
    /// Credited so far.
    pub credited: Money,
    /// Dunning level at which it was last listed; 0: never.
    pub level: u16,
    /// Its conversation, when one is open.
    pub conversation: Option<ConversationFacts>,
}

/// The conversation of an open item.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ConversationFacts {
    /// Id.
    pub id: ConversationId,
    /// Status.
    pub status: ConversationStatus,
    /// Stage.
    pub stage: Stage,
    /// Autonomy.
    pub autonomy: Autonomy,
}

impl OpenItem {
    /// What is still owed: original − paid − credited; never below zero.
    pub fn residual(&self) -> Result<Money, MoneyError> {
        let rest = self.original.minus(self.paid)?.minus(self.credited)?;
        Ok(if rest.is_positive() { rest } else { Money::zero(rest.currency()) })
    }

    /// Days past the due date; negative before it.
    #[must_use]
    pub fn days_overdue(&self, today: NaiveDate) -> i64 {
        (today - self.due_date).num_days()
    }

    /// Status on a day, from residual and due date alone.
    pub fn status(&self, today: NaiveDate, due_soon_days: u16) -> Result<InvoiceStatus, MoneyError> {
        Ok(status_of(self.residual()?.amount(), self.due_date, today, due_soon_days))
    }
}

/// The one rule for `invoices.status`.
#[must_use]
pub fn status_of(
    residual: Decimal,
    due_date: NaiveDate,
    today: NaiveDate,
    due_soon_days: u16,
) -> InvoiceStatus {
    let days = (today - due_date).num_days();
    if residual <= Decimal::ZERO {
        InvoiceStatus::Paid
    } else if days > 0 {
        InvoiceStatus::Overdue
    } else if days >= -i64::from(due_soon_days) {
        InvoiceStatus::DueSoon
    } else {
        InvoiceStatus::Pending
    }
}

/// Money received and not yet booked on an invoice.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReceiptFacts {
    /// Id.
    pub id: ReceiptId,
    /// Amount.
    pub amount: Money,
    /// Value date.
    pub received_on: NaiveDate,
    /// Text of the bank; hostile.
    pub reference: String,
}

/// A promise that matters: open, or broken and not yet answered by us.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PromiseFacts {
    /// Id.
    pub id: PromiseId,
    /// For which invoice.
    pub invoice: InvoiceId,
    /// Amount.
    pub amount: Money,
    /// Promised date.
    pub promised_on: NaiveDate,
    /// Day after which it counts as broken.
    pub effective_until: NaiveDate,
    /// State.
    pub state: PromiseState,
    /// Payment method, when said.
    pub method: Option<PaymentMethod>,
    /// We already wrote about it being broken.
    pub answered: bool,
}

/// A running or offered plan.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PlanFacts {
    /// Id.
    pub id: PlanId,
    /// State.
    pub state: PlanState,
    /// Instalments, in order.
    pub instalments: Vec<Instalment>,
}

/// One instalment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Instalment {
    /// Due date.
    pub due_on: NaiveDate,
    /// Amount.
    pub amount: Money,
}

/// What a dunning block covers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockScope {
    /// Everything the company sends.
    Company,
    /// Everything to this customer.
    Customer,
    /// One invoice.
    Invoice(InvoiceId),
}

/// A standing dunning block.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BlockFacts {
    /// Id.
    pub id: BlockId,
    /// What it covers.
    pub scope: BlockScope,
    /// Why.
    pub reason: BlockReason,
    /// From this day on the agent considers lifting it; `None`: a person does.
    pub until: Option<NaiveDate>,
    /// The mail that caused it.
    pub inbound: Option<InboundId>,
    /// A proposal to lift it waits for a person, or was rejected.
    pub resume_pending: bool,
}

/// A conversation still open although its invoice owes nothing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SettledItem {
    /// The invoice.
    pub invoice: InvoiceId,
    /// The conversation to close.
    pub conversation: ConversationId,
    /// Payments that cover it; empty when credit notes do.
    pub payments: Vec<PaymentId>,
}

/// An outreach of this account that is neither sent nor withdrawn.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PendingOutreach {
    /// Id.
    pub id: OutreachId,
    /// Why we write.
    pub kind: OutreachKind,
    /// State.
    pub state: OutreachState,
}

/// Everything about one account at one moment.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Snapshot {
    /// The moment, by the injected clock.
    pub as_of: DateTime<Utc>,
    /// The company's business date at that moment.
    pub today: NaiveDate,
    /// `accounts.version`.
    pub version: i64,
    /// The tenant.
    pub company: CompanyFacts,
    /// The debtor.
    pub customer: CustomerFacts,
    /// Its contacts.
    pub contacts: Vec<ContactFacts>,
    /// The account.
    pub account: AccountFacts,
    /// Everything owed, oldest due date first.
    pub items: Vec<OpenItem>,
    /// Conversations to close, without an open or rejected `mark_paid` action.
    pub settled: Vec<SettledItem>,
    /// Credit notes not yet allocated.
    pub unapplied_credit: Money,
    /// Receipts not yet booked.
    pub receipts: Vec<ReceiptFacts>,
    /// Promises that matter.
    pub promises: Vec<PromiseFacts>,
    /// Broken promises of this account in the last twelve months.
    pub broken_promises: u16,
    /// The plan, when one is offered or runs.
    pub plan: Option<PlanFacts>,
    /// Standing blocks.
    pub blocks: Vec<BlockFacts>,
    /// Messages to this customer, any currency, newest first, within the cap window.
    pub contacted_at: Vec<DateTime<Utc>>,
    /// Outreaches under way.
    pub pending: Vec<PendingOutreach>,
    /// Types of this account's proposals that wait for a person and have no outreach.
    pub pending_actions: Vec<ActionType>,
    /// When the customer last answered.
    pub last_reply_at: Option<DateTime<Utc>>,
}

impl Snapshot {
    /// The zone for contact hours.
    #[must_use]
    pub fn customer_zone(&self) -> Tz {
        self.customer.zone.unwrap_or(self.company.zone)
    }

    /// The country for holidays and law.
    #[must_use]
    pub fn customer_country(&self) -> &str {
        self.customer.country.as_deref().unwrap_or(&self.company.country)
    }

    /// Whom a letter goes to: all usable billing contacts, else the usable general ones.
    #[must_use]
    pub fn recipients(&self) -> Vec<&ContactFacts> {
        let with =
            |role| self.contacts.iter().filter(move |c| c.usable && c.role == role).collect::<Vec<_>>();
        let billing = with(ContactRole::Billing);
        if billing.is_empty() { with(ContactRole::General) } else { billing }
    }

    /// The language of a letter: contact, customer, company.
    #[must_use]
    pub fn language(&self) -> &str {
        self.recipients()
            .first()
            .and_then(|c| c.language.as_deref())
            .or(self.customer.language.as_deref())
            .unwrap_or(&self.company.language)
    }

    /// The block that covers an item, the strictest scope first.
    #[must_use]
    pub fn block_on(&self, item: &OpenItem) -> Option<&BlockFacts> {
        self.blocks.iter().find(|b| match b.scope {
            BlockScope::Company | BlockScope::Customer => true,
            BlockScope::Invoice(id) => id == item.invoice,
        })
    }

    /// A block on the whole account.
    #[must_use]
    pub fn block_on_account(&self) -> Option<&BlockFacts> {
        self.blocks.iter().find(|b| matches!(b.scope, BlockScope::Company | BlockScope::Customer))
    }

    /// Items that may be listed in a notice: owed and under no block of their own.
    pub fn chaseable(&self) -> impl Iterator<Item = &OpenItem> {
        self.items.iter().filter(|i| {
            i.residual().is_ok_and(|r| r.is_positive())
                && !self.blocks.iter().any(|b| b.scope == BlockScope::Invoice(i.invoice))
        })
    }

    /// Autonomy for this account: the customer's, else the company's.
    #[must_use]
    pub fn autonomy(&self) -> Autonomy {
        self.customer.autonomy.unwrap_or(self.company.autonomy)
    }
}
