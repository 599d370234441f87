//! What the snapshot statement returns, and its way into the domain.

use crate::error::{Result, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::calendar::business_date;
use domain::ids::{BlockId, CompanyId, InboundId, InvoiceId, PlanId, PromiseId, ReceiptId};
use domain::kinds::{ActionType, Autonomy, BlockReason, PaymentMethod, PlanState, PromiseState};
use domain::money::{Currency, Money};
use domain::procedure::Procedure;
use domain::settings::CompanySettings;
use domain::snapshot::{
    AccountFacts, BlockFacts, BlockScope, CompanyFacts, ContactFacts, ConversationFacts, CustomerFacts,
    Instalment, OpenItem, PendingOutreach, PlanFacts, PromiseFacts, ReceiptFacts, SettledItem, Snapshot,
};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;

/// The one row.
#[derive(Deserialize)]
pub(super) struct Row {
    version: i64,
    cycle: i32,
    level: u16,
    last_notice_at: Option<DateTime<Utc>>,
    company: Company,
    customer: CustomerFacts,
    contacts: Vec<ContactFacts>,
    items: Vec<Item>,
    settled: Vec<SettledItem>,
    unapplied_credit: Decimal,
    receipts: Vec<Receipt>,
    promises: Vec<Promise>,
    broken_promises: u16,
    plan: Option<Plan>,
    blocks: Vec<Block>,
    contacted_at: Vec<DateTime<Utc>>,
    pending: Vec<PendingOutreach>,
    pending_actions: Vec<ActionType>,
    last_reply_at: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
struct Company {
    name: String,
    language: String,
    country: String,
    zone: Tz,
    sender_name: String,
    email: String,
    iban: Option<String>,
    bic: Option<String>,
    account_holder: Option<String>,
    autonomy: Autonomy,
    settings: Value,
    ledger_read_at: Option<DateTime<Utc>>,
    steps: Option<Value>,
}

#[derive(Deserialize)]
struct Item {
    invoice: InvoiceId,
    number: String,
    invoice_date: NaiveDate,
    due_date: NaiveDate,
    original: Decimal,
    paid: Decimal,
    credited: Decimal,
    level: u16,
    conversation: Option<ConversationFacts>,
}

#[derive(Deserialize)]
struct Receipt {
    id: ReceiptId,
    amount: Decimal,
    received_on: NaiveDate,
    reference: String,
}

#[derive(Deserialize)]
struct Promise {
    id: PromiseId,
    invoice: InvoiceId,
    amount: Decimal,
    promised_on: NaiveDate,
    effective_until: NaiveDate,
    state: PromiseState,
    method: Option<PaymentMethod>,
    answered: bool,
}

#[derive(Deserialize)]
struct Plan {
    id: PlanId,
    state: PlanState,
    instalments: Vec<PlanInstalment>,
}

#[derive(Deserialize)]
struct PlanInstalment {
    due_on: NaiveDate,
    amount: Decimal,
}

#[derive(Deserialize)]
struct Block {
    id: BlockId,
    invoice: Option<InvoiceId>,
    whole_company: bool,
    reason: BlockReason,
    until: Option<NaiveDate>,
    inbound: Option<InboundId>,
    resume_pending: bool,
}

/// An amount the currency cannot express is a corrupt row: it is never rounded away.
fn money(amount: Decimal, currency: Currency, column: &'static str) -> Result<Money> {
    Money::new(amount, currency).map_err(|_| StoreError::corrupt(column))
}

/// A company's settings and procedure out of their JSON columns.
pub(crate) fn rules(settings: &Value, steps: Option<Value>) -> Result<(CompanySettings, Procedure)> {
    let settings = CompanySettings::from_json(settings)
        .map_err(|e| StoreError::corrupt(format!("companies.settings: {}", e.path)))?;
    let procedure = match steps {
        Some(steps) => {
            serde_json::from_value(steps).map_err(|_| StoreError::corrupt("reminder_sequences.steps"))?
        }
        None => Procedure::default(),
    };
    Ok((settings, procedure))
}

impl Row {
    /// The domain's snapshot.
    pub(super) fn snapshot(
        self,
        company: CompanyId,
        currency: Currency,
        as_of: DateTime<Utc>,
    ) -> Result<Snapshot> {
        let c = self.company;
        let (settings, procedure) = rules(&c.settings, c.steps)?;
        let today = business_date(as_of, c.zone);
        let items = self.items.into_iter().map(|i| i.item(currency)).collect::<Result<_>>()?;
        let receipts = self.receipts.into_iter().map(|r| {
            let amount = money(r.amount, currency, "unapplied_receipts.amount")?;
            Ok(ReceiptFacts { id: r.id, amount, received_on: r.received_on, reference: r.reference })
        });
        let promises = self.promises.into_iter().map(|p| p.facts(currency));
        Ok(Snapshot {
            as_of,
            today,
            version: self.version,
            company: CompanyFacts {
                id: company,
                name: c.name,
                language: c.language,
                country: c.country,
                zone: c.zone,
                sender_name: c.sender_name,
                email: c.email,
                iban: c.iban,
                bic: c.bic,
                account_holder: c.account_holder,
                autonomy: c.autonomy,
                settings,
                procedure,
                ledger_read_at: c.ledger_read_at,
            },
            customer: self.customer,
            contacts: self.contacts,
            account: AccountFacts {
                currency,
                cycle: self.cycle,
                level: self.level,
                last_notice_at: self.last_notice_at,
            },
            items,
            settled: self.settled,
            unapplied_credit: money(self.unapplied_credit, currency, "credit_notes.amount")?,
            receipts: receipts.collect::<Result<_>>()?,
            promises: promises.collect::<Result<_>>()?,
            broken_promises: self.broken_promises,
            plan: self.plan.map(|p| p.facts(currency)).transpose()?,
            blocks: self.blocks.into_iter().map(Block::facts).collect(),
            contacted_at: self.contacted_at,
            pending: self.pending,
            pending_actions: self.pending_actions,
            last_reply_at: self.last_reply_at,
        })
    }
}

impl Item {
    fn item(self, currency: Currency) -> Result<OpenItem> {
        Ok(OpenItem {
            invoice: self.invoice,
            number: self.number,
            invoice_date: self.invoice_date,
            due_date: self.due_date,
            original: money(self.original, currency, "invoices.amount")?,
            paid: money(self.paid, currency, "invoices.amount_paid")?,
            credited: money(self.credited, currency, "invoices.amount_credited")?,
            level: self.level,
            conversation: self.conversation,
        })
    }
}

impl Promise {
    fn facts(self, currency: Currency) -> Result<PromiseFacts> {
        Ok(PromiseFacts {
            id: self.id,
            invoice: self.invoice,
            amount: money(self.amount, currency, "promises.amount")?,
            promised_on: self.promised_on,
            effective_until: self.effective_until,
            state: self.state,
            method: self.method,
            answered: self.answered,
        })
    }
}

impl Plan {
    fn facts(self, currency: Currency) -> Result<PlanFacts> {
        let instalments = self.instalments.into_iter().map(|i| {
            let amount = money(i.amount, currency, "payment_plan_instalments.amount")?;
            Ok(Instalment { due_on: i.due_on, amount })
        });
        Ok(PlanFacts { id: self.id, state: self.state, instalments: instalments.collect::<Result<_>>()? })
    }
}

impl Block {
    fn facts(self) -> BlockFacts {
        let scope = match self.invoice {
            Some(invoice) => BlockScope::Invoice(invoice),
            None if self.whole_company => BlockScope::Company,
            None => BlockScope::Customer,
        };
        BlockFacts {
            id: self.id,
            scope,
            reason: self.reason,
            until: self.until,
            inbound: self.inbound,
            resume_pending: self.resume_pending,
        }
    }
}
