//! Invoices.
//!
//! The status is computed by the one rule ([`domain::snapshot::status_of`]) from residual, due date and
//! the company's today; no caller sets it.

mod changes;

pub use changes::{
    InvoiceAmendment, NewInvoice, invoice_amend, invoice_cancel, invoice_create, invoice_status_refresh,
    invoice_write_off,
};
pub(crate) use changes::{conversations_end, invoice_locked, invoices_restate, sweep_again};

use super::{customers::like, money, parse};
use crate::error::{Result, StoreError};
use crate::page::{Page, clamp, decode};
use crate::tenancy::TenantTx;
use crate::text;
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{ConversationId, CustomerId, InvoiceId};
use domain::kinds::{DueDateBasis, InvoiceStatus};
use domain::money::{Currency, Money};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An invoice.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Invoice {
    /// Id.
    pub id: InvoiceId,
    /// The debtor.
    pub customer: CustomerId,
    /// Its name.
    pub customer_name: String,
    /// Number.
    pub number: String,
    /// Gross amount.
    pub amount: Money,
    /// Paid so far, returned payments not counted.
    pub paid: Money,
    /// Credited so far.
    pub credited: Money,
    /// What is owed; below zero after an overpayment.
    pub residual: Money,
    /// Date.
    pub invoice_date: NaiveDate,
    /// Due date.
    pub due_date: NaiveDate,
    /// Due date before it was first moved.
    pub original_due_date: Option<NaiveDate>,
    /// What the due date rests on.
    pub basis: DueDateBasis,
    /// Status as of the last sweep or change.
    pub status: InvoiceStatus,
    /// Dunning level at which it was last notified; 0: never.
    pub level: u16,
    /// Order number of the customer.
    pub po_number: Option<String>,
    /// When nothing was owed any more.
    pub paid_at: Option<DateTime<Utc>>,
    /// When it was cancelled.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// When it was written off.
    pub written_off_at: Option<DateTime<Utc>>,
    /// Its latest conversation.
    pub conversation: Option<ConversationId>,
    /// For If-Match.
    pub version: i64,
}

/// Which invoices to list.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct InvoiceFilter {
    /// Of one customer.
    pub customer: Option<CustomerId>,
    /// In one status.
    pub status: Option<InvoiceStatus>,
    /// In one currency.
    pub currency: Option<Currency>,
    /// Part of the number or order number, any case.
    pub search: Option<String>,
    /// Only those on which something is owed (neither cancelled nor written off).
    pub owing: bool,
}

/// A row of the select lists below.
pub(crate) struct InvoiceRow {
    pub(crate) id: Uuid,
    pub(crate) customer_id: Uuid,
    pub(crate) customer_name: String,
    pub(crate) invoice_number: String,
    pub(crate) amount: Decimal,
    pub(crate) currency: String,
    pub(crate) amount_paid: Decimal,
    pub(crate) amount_credited: Decimal,
    pub(crate) invoice_date: NaiveDate,
    pub(crate) due_date: NaiveDate,
    pub(crate) original_due_date: Option<NaiveDate>,
    pub(crate) due_date_basis: String,
    pub(crate) status: String,
    pub(crate) reminder_sequence_step: i32,
    pub(crate) po_number: Option<String>,
    pub(crate) paid_at: Option<DateTime<Utc>>,
    pub(crate) cancelled_at: Option<DateTime<Utc>>,
    pub(crate) written_off_at: Option<DateTime<Utc>>,
    pub(crate) ai_conversation_id: Option<Uuid>,
    pub(crate) version: i64,
}

impl TryFrom<InvoiceRow> for Invoice {
    type Error = StoreError;

    fn try_from(r: InvoiceRow) -> Result<Self> {
        let currency: Currency = parse(&r.currency, "invoices.currency")?;
        let amount = money(r.amount, currency, "invoices.amount")?;
        let paid = money(r.amount_paid, currency, "invoices.amount_paid")?;
        let credited = money(r.amount_credited, currency, "invoices.amount_credited")?;
        let residual = amount.minus(paid).and_then(|m| m.minus(credited));
        Ok(Self {
            id: InvoiceId::from_uuid(r.id),
            customer: CustomerId::from_uuid(r.customer_id),
            customer_name: r.customer_name,
            number: r.invoice_number,
            amount,
            paid,
            credited,
            residual: residual.map_err(|_| StoreError::corrupt("invoices.residual"))?,
            invoice_date: r.invoice_date,
            due_date: r.due_date,
            original_due_date: r.original_due_date,
            basis: parse(&r.due_date_basis, "invoices.due_date_basis")?,
            status: parse(&r.status, "invoices.status")?,
            level: u16::try_from(r.reminder_sequence_step)
                .map_err(|_| StoreError::corrupt("invoices.reminder_sequence_step"))?,
            po_number: r.po_number,
            paid_at: r.paid_at,
            cancelled_at: r.cancelled_at,
            written_off_at: r.written_off_at,
            conversation: r.ai_conversation_id.map(ConversationId::from_uuid),
            version: r.version,
        })
    }
}

/// An invoice.
pub async fn invoice(tx: &mut TenantTx, id: InvoiceId) -> Result<Invoice> {
    let rows = invoices_by_id(tx, &[id.uuid()]).await?;
    rows.into_iter().next().ok_or(StoreError::NotFound("invoice"))
}

/// Invoices by id, oldest due date first.
pub(crate) async fn invoices_by_id(tx: &mut TenantTx, ids: &[Uuid]) -> Result<Vec<Invoice>> {
    sqlx::query_as!(
        InvoiceRow,
        r#"SELECT i.id, i.customer_id, c.name AS customer_name, i.invoice_number, i.amount, i.currency, i.amount_paid,
                  i.amount_credited, i.invoice_date, i.due_date, i.original_due_date, i.due_date_basis,
                  i.status, i.reminder_sequence_step, i.po_number, i.paid_at, i.cancelled_at, i.written_off_at,
                  i.ai_conversation_id, i.version
             FROM invoices i JOIN customers c ON c.id = i.customer_id
            WHERE i.company_id = (SELECT current_company())
              AND i.id = ANY ($1) AND i.deleted_at IS NULL ORDER BY i.due_date, i.id"#,
        ids,
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(Invoice::try_from)
    .collect()
}

/// The invoice of a number.
pub async fn invoice_by_number(tx: &mut TenantTx, number: &str) -> Result<Option<InvoiceId>> {
    let id = sqlx::query_scalar!(
        "SELECT id FROM invoices WHERE company_id = (SELECT current_company())
          AND invoice_number = $1 AND deleted_at IS NULL",
        number.trim(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id.map(InvoiceId::from_uuid))
}

/// Invoices, oldest due date first.
pub async fn invoices(
    tx: &mut TenantTx,
    filter: &InvoiceFilter,
    cursor: Option<&str>,
    limit: u16,
) -> Result<Page<Invoice>> {
    let after: Option<(NaiveDate, Uuid)> = decode("invoices", cursor)?;
    let search =
        text::optional(filter.search.as_deref(), text::NUMBER).map_err(|f| f.on("search"))?.map(like);
    let limit = clamp(limit);
    let (due, id) = after.unzip();
    let rows = sqlx::query_as!(
        InvoiceRow,
        r#"SELECT i.id, i.customer_id, c.name AS customer_name, i.invoice_number, i.amount, i.currency, i.amount_paid,
                  i.amount_credited, i.invoice_date, i.due_date, i.original_due_date, i.due_date_basis,
                  i.status, i.reminder_sequence_step, i.po_number, i.paid_at, i.cancelled_at, i.written_off_at,
                  i.ai_conversation_id, i.version
             FROM invoices i JOIN customers c ON c.id = i.customer_id
            WHERE i.company_id = (SELECT current_company()) AND i.deleted_at IS NULL
              AND ($1::date IS NULL OR (i.due_date, i.id) > ($1, $2))
              AND ($3::uuid IS NULL OR i.customer_id = $3)
              AND ($4::text IS NULL OR i.status = $4)
              AND ($5::text IS NULL OR i.currency = $5)
              AND ($6::text IS NULL OR i.invoice_number ILIKE $6 OR i.po_number ILIKE $6)
              AND (NOT $7 OR (i.residual > 0 AND i.cancelled_at IS NULL AND i.written_off_at IS NULL))
            ORDER BY i.due_date, i.id LIMIT $8"#,
        due,
        id,
        filter.customer.map(CustomerId::uuid),
        filter.status.map(InvoiceStatus::as_str),
        filter.currency.map(|c| c.to_string()),
        search,
        filter.owing,
        limit + 1,
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(Invoice::try_from).collect::<Result<Vec<_>>>()?;
    Page::of("invoices", rows, limit, |i: &Invoice| (i.due_date, i.id.uuid()))
}
