//! What happened, what did not and why, and what comes next.
//!
//! Why: "why did nobody write to them" must have an answer a person can read (I9). Guarantees: entries are
//! what was written when it happened, and the ledger's own rows for money; nothing is derived afterwards
//! but the figures. Does not: format for people beyond a short title.

mod explain;
mod figures;
mod lines;

pub use explain::{ConversationState, Explanation, PendingStep, invoice_explain};
pub use figures::{Totals, ageing_lines, summary};

use crate::error::{Result, StoreError};
use crate::page::{self, Page};
use crate::tenancy::TenantTx;
use chrono::{DateTime, Utc};
use domain::ids::{ActionId, CustomerId, InvoiceId, OutreachId};
use domain::reason::title_of;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// One line of a timeline.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Entry {
    /// When, by the business clock.
    pub at: DateTime<Utc>,
    /// Id; breaks ties of time.
    pub id: Uuid,
    /// What, as a stable code.
    pub kind: String,
    /// What, in words.
    pub title: String,
    /// Why, as a stable code.
    pub reason: Option<String>,
    /// The invoice.
    pub invoice: Option<InvoiceId>,
    /// The letter.
    pub outreach: Option<OutreachId>,
    /// The action.
    pub action: Option<ActionId>,
    /// More.
    pub detail: Value,
}

pub(crate) struct EntryRow {
    pub(crate) at: DateTime<Utc>,
    pub(crate) id: Uuid,
    pub(crate) kind: String,
    pub(crate) reason: Option<String>,
    pub(crate) invoice_id: Option<Uuid>,
    pub(crate) outreach_id: Option<Uuid>,
    pub(crate) action_id: Option<Uuid>,
    pub(crate) detail: Value,
}

impl From<EntryRow> for Entry {
    fn from(r: EntryRow) -> Self {
        Self {
            at: r.at,
            id: r.id,
            title: title_of(&r.kind),
            kind: r.kind,
            reason: r.reason,
            invoice: r.invoice_id.map(InvoiceId::from_uuid),
            outreach: r.outreach_id.map(OutreachId::from_uuid),
            action: r.action_id.map(ActionId::from_uuid),
            detail: r.detail,
        }
    }
}

/// Everything about a customer, newest first.
///
/// # Errors
/// `NotFound` without such a customer.
pub async fn customer_timeline(
    tx: &mut TenantTx,
    customer: CustomerId,
    cursor: Option<&str>,
    limit: u16,
) -> Result<Page<Entry>> {
    crate::ledger::customers::customer(tx, customer).await?;
    let limit = page::clamp(limit);
    let before = page::decode::<(DateTime<Utc>, Uuid)>("timeline", cursor)?;
    let rows = lines::lines(tx, customer, None, before, limit + 1).await?;
    Page::of("timeline", rows.into_iter().map(Entry::from).collect(), limit, |e| (e.at, e.id))
}

/// A line of the company's feed.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct FeedEntry {
    /// What.
    #[serde(flatten)]
    pub entry: Entry,
    /// About whom.
    pub customer_name: Option<String>,
    /// About which invoice.
    pub invoice_number: Option<String>,
    /// Subject of the letter.
    pub subject: Option<String>,
}

/// What happened in the company after the entry `after`, oldest first.
pub async fn recent(tx: &mut TenantTx, after: Option<Uuid>, limit: i64) -> Result<Vec<FeedEntry>> {
    let company = tx.company().uuid();
    let rows = sqlx::query!(
        r#"SELECT e.at, e.id, e.kind, e.reason, e.invoice_id, e.outreach_id, e.action_id, e.detail,
                  c.name AS "customer_name?", i.invoice_number AS "invoice_number?", o.subject AS "subject?"
             FROM chase_events e
             LEFT JOIN customers c ON c.company_id = e.company_id AND c.id = e.customer_id
             LEFT JOIN invoices i ON i.company_id = e.company_id AND i.id = e.invoice_id
             LEFT JOIN outreaches o ON o.company_id = e.company_id AND o.id = e.outreach_id
            WHERE e.company_id = $1 AND ($2::uuid IS NULL OR e.id > $2) ORDER BY e.id LIMIT $3"#,
        company,
        after,
        limit.clamp(1, 1000),
    )
    .fetch_all(tx.conn())
    .await?;
    let feed = rows.into_iter().map(|r| FeedEntry {
        entry: EntryRow {
            at: r.at,
            id: r.id,
            kind: r.kind,
            reason: r.reason,
            invoice_id: r.invoice_id,
            outreach_id: r.outreach_id,
            action_id: r.action_id,
            detail: r.detail,
        }
        .into(),
        customer_name: r.customer_name,
        invoice_number: r.invoice_number,
        subject: r.subject,
    });
    Ok(feed.collect())
}

pub(crate) fn corrupt(column: &'static str) -> StoreError {
    StoreError::corrupt(column)
}
