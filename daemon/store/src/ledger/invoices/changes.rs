//! Changes of invoices.

use super::{Invoice, invoice};
use crate::error::{Result, StoreError};
use crate::ledger::{Business, accounts_lock, accounts_wake, business, lost, note, positive};
use crate::settle::{ActContext, Event, conversation_close};
use crate::tenancy::TenantTx;
use crate::text;
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{CustomerId, InvoiceId};
use domain::kinds::{DueDateBasis, Outcome};
use domain::money::Money;
use domain::snapshot::status_of;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

/// An invoice to be taken on file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewInvoice {
    /// The debtor.
    pub customer: CustomerId,
    /// Number, as the customer knows it; unique.
    pub number: String,
    /// Gross amount, above zero.
    pub amount: Money,
    /// Date, not in the future.
    pub invoice_date: NaiveDate,
    /// Due date, at most a year later.
    pub due_date: NaiveDate,
    /// When the customer received it.
    pub received_on: Option<NaiveDate>,
    /// What the due date rests on.
    pub basis: DueDateBasis,
    /// Order number of the customer.
    pub po_number: Option<String>,
    /// Where the document lies.
    pub file_url: Option<String>,
}

/// What a person may change about an invoice.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct InvoiceAmendment {
    /// Another amount in the same currency.
    pub amount: Option<Money>,
    /// Another due date; the first one is kept.
    pub due_date: Option<NaiveDate>,
    /// Another order number.
    pub po_number: Option<String>,
}

/// Takes an invoice on file.
///
/// # Errors
/// `Invalid` for dates or amounts that cannot be, `NotFound` without such a customer, `Conflict` when
/// the number is taken.
pub async fn invoice_create(tx: &mut TenantTx, new: &NewInvoice, as_of: DateTime<Utc>) -> Result<InvoiceId> {
    let business = business(tx, as_of).await?;
    let number = text::line(&new.number, text::NUMBER).map_err(|f| f.on("number"))?;
    let po_number = text::optional(new.po_number.as_deref(), text::NUMBER).map_err(|f| f.on("po_number"))?;
    let file_url = new.file_url.as_deref().map(text::url).transpose().map_err(|f| f.on("file_url"))?;
    let amount = positive(new.amount, "amount")?;
    let terms = terms(new.invoice_date, new.due_date, business.today)?;
    if new.received_on.is_some_and(|day| day > business.today) {
        return Err(StoreError::invalid("received_on lies in the future"));
    }
    accounts_lock(tx, &[new.customer.uuid()]).await?;
    let company = tx.company().uuid();
    let currency = new.amount.currency();
    let id = InvoiceId::new();
    let status = status_of(amount, new.due_date, business.today, business.due_soon_days);
    let done = sqlx::query!(
        r#"INSERT INTO invoices (company_id, id, customer_id, invoice_number, amount, currency, invoice_date,
                payment_terms_days, due_date, status, received_on, due_date_basis, po_number, file_url)
           SELECT $1, $2, c.id, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14
             FROM customers c WHERE c.company_id = (SELECT current_company())
               AND c.id = $3 AND c.deleted_at IS NULL"#,
        company,
        id.uuid(),
        new.customer.uuid(),
        number,
        amount,
        currency.code(),
        new.invoice_date,
        terms,
        new.due_date,
        status.as_str(),
        new.received_on,
        new.basis.as_str(),
        po_number,
        file_url,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::NotFound("customer"));
    }
    sweep_again(tx).await?;
    Ok(id)
}

/// Days between the dates, when they can be meant.
fn terms(invoice_date: NaiveDate, due_date: NaiveDate, today: NaiveDate) -> Result<i32> {
    if invoice_date > today {
        return Err(StoreError::invalid("invoice_date lies in the future"));
    }
    if (today - invoice_date).num_days() > 7_305 {
        return Err(StoreError::invalid("invoice_date is more than 20 years ago"));
    }
    match i32::try_from((due_date - invoice_date).num_days()) {
        Ok(days @ 0..=365) => Ok(days),
        _ => Err(StoreError::invalid("due_date must lie within a year after invoice_date")),
    }
}

/// The next sweep opens conversations for what changed, today still.
pub(crate) async fn sweep_again(tx: &mut TenantTx) -> Result<()> {
    sqlx::query!(
        "UPDATE companies SET last_swept_on = NULL WHERE id = (SELECT current_company())
      AND last_swept_on IS NOT NULL"
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Changes an invoice under a version; returns the new one. The account is woken.
pub async fn invoice_amend(
    tx: &mut TenantTx,
    id: InvoiceId,
    change: &InvoiceAmendment,
    expected: i64,
    as_of: DateTime<Utc>,
) -> Result<i64> {
    let business = business(tx, as_of).await?;
    let old = invoice_locked(tx, id).await?;
    if old.version != expected {
        return Err(lost(Some(old.version), expected, "invoice"));
    }
    let amount = change.amount.map(|a| positive(a, "amount")).transpose()?;
    if change.amount.is_some_and(|a| a.currency() != old.amount.currency()) {
        return Err(StoreError::invalid("amount is in another currency than the invoice"));
    }
    if let Some(due) = change.due_date {
        terms(old.invoice_date, due, business.today)?;
    }
    let po_number =
        text::optional(change.po_number.as_deref(), text::NUMBER).map_err(|f| f.on("po_number"))?;
    sqlx::query!(
        r#"UPDATE invoices SET amount = coalesce($2, amount), due_date = coalesce($3, due_date),
                  original_due_date = CASE WHEN $3 <> due_date THEN coalesce(original_due_date, due_date)
                                           ELSE original_due_date END,
                  po_number = coalesce($4, po_number)
            WHERE company_id = (SELECT current_company()) AND id = $1"#,
        id.uuid(),
        amount,
        change.due_date,
        po_number,
    )
    .execute(tx.conn())
    .await?;
    invoices_restate(tx, &[id], &business).await?;
    let detail = json!({ "amount": change.amount, "due_date": change.due_date, "po_number": po_number });
    let event = Event::new("invoice_amended", as_of).customer(old.customer).invoice(id);
    note(tx, event.currency(old.amount.currency()), detail).await?;
    moved(tx, &old, as_of).await?;
    Ok(invoice(tx, id).await?.version)
}

/// Locks the account of an invoice, then reads the invoice.
pub(crate) async fn invoice_locked(tx: &mut TenantTx, id: InvoiceId) -> Result<Invoice> {
    let customer = sqlx::query_scalar!(
        "SELECT customer_id FROM invoices WHERE company_id = (SELECT current_company())
      AND id = $1",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(StoreError::NotFound("invoice"))?;
    accounts_lock(tx, &[customer]).await?;
    invoice(tx, id).await
}

/// What follows every change of an invoice.
async fn moved(tx: &mut TenantTx, invoice: &Invoice, as_of: DateTime<Utc>) -> Result<()> {
    accounts_wake(tx, &[invoice.customer.uuid()], as_of).await?;
    sweep_again(tx).await
}

/// Cancels an invoice: it is owed no more. Its conversation is closed, with the outcome `written_off`: the
/// data model has none of its own for a claim that was withdrawn. Returns the new version.
pub async fn invoice_cancel(
    tx: &mut TenantTx,
    id: InvoiceId,
    expected: i64,
    as_of: DateTime<Utc>,
) -> Result<i64> {
    end(tx, id, expected, as_of, Ending::Cancelled).await
}

/// Gives an invoice up: it is chased no more, its conversation is closed. Returns the new version.
pub async fn invoice_write_off(
    tx: &mut TenantTx,
    id: InvoiceId,
    expected: i64,
    as_of: DateTime<Utc>,
) -> Result<i64> {
    end(tx, id, expected, as_of, Ending::WrittenOff).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Cancelled,
    WrittenOff,
}

async fn end(
    tx: &mut TenantTx,
    id: InvoiceId,
    expected: i64,
    as_of: DateTime<Utc>,
    how: Ending,
) -> Result<i64> {
    let old = invoice_locked(tx, id).await?;
    if old.version != expected {
        return Err(lost(Some(old.version), expected, "invoice"));
    }
    if old.cancelled_at.is_some() || old.written_off_at.is_some() {
        return Err(StoreError::conflict("the invoice is cancelled or written off already"));
    }
    let version = sqlx::query_scalar!(
        r#"UPDATE invoices SET cancelled_at = CASE WHEN $3 THEN $2::timestamptz END,
                  written_off_at = CASE WHEN NOT $3 THEN $2 END
            WHERE company_id = (SELECT current_company()) AND id = $1 RETURNING version"#,
        id.uuid(),
        as_of,
        how == Ending::Cancelled,
    )
    .fetch_one(tx.conn())
    .await?;
    let kind = match how {
        Ending::Cancelled => "invoice_cancelled",
        Ending::WrittenOff => "invoice_written_off",
    };
    let event = Event::new(kind, as_of).customer(old.customer).invoice(id).currency(old.amount.currency());
    note(tx, event, Value::Null).await?;
    let ctx = close_context(&old, as_of);
    conversation_close(tx, id, Outcome::WrittenOff, &ctx).await?;
    moved(tx, &old, as_of).await?;
    Ok(version)
}

/// The context in which the conversation of an invoice that is owed no more is closed.
fn close_context(invoice: &Invoice, as_of: DateTime<Utc>) -> ActContext {
    ActContext {
        action: None,
        customer: invoice.customer,
        currency: invoice.amount.currency(),
        conversation: invoice.conversation,
        at: as_of,
        today: as_of.date_naive(),
        send_after: as_of,
        approved_by: None,
    }
}

/// Closes the live conversations of invoices that were cancelled or written off; returns how many.
pub(crate) async fn conversations_end(
    tx: &mut TenantTx,
    invoices: &[Uuid],
    as_of: DateTime<Utc>,
) -> Result<u64> {
    let ended = sqlx::query_scalar!(
        r#"SELECT i.id FROM invoices i JOIN ai_conversations c ON c.company_id = i.company_id AND c.invoice_id = i.id
            WHERE i.company_id = (SELECT current_company()) AND i.id = ANY ($1)
              AND (i.cancelled_at IS NOT NULL OR i.written_off_at IS NOT NULL)
              AND c.status IN ('active', 'paused', 'escalated')"#,
        invoices,
    )
    .fetch_all(tx.conn())
    .await?;
    for id in &ended {
        let id = InvoiceId::from_uuid(*id);
        let ctx = close_context(&invoice(tx, id).await?, as_of);
        conversation_close(tx, id, Outcome::WrittenOff, &ctx).await?;
    }
    Ok(ended.len() as u64)
}

/// Computes the status of invoices anew; returns how many changed.
pub async fn invoice_status_refresh(
    tx: &mut TenantTx,
    ids: &[InvoiceId],
    as_of: DateTime<Utc>,
) -> Result<u64> {
    let business = business(tx, as_of).await?;
    invoices_restate(tx, ids, &business).await
}

/// The same, for a moment already resolved. What owes nothing is set to `paid` by trigger.
pub(crate) async fn invoices_restate(
    tx: &mut TenantTx,
    ids: &[InvoiceId],
    business: &Business,
) -> Result<u64> {
    if ids.is_empty() {
        return Ok(0);
    }
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        r#"SELECT id, status, due_date, residual AS "residual!" FROM invoices
            WHERE company_id = (SELECT current_company())
              AND id = ANY ($1) AND deleted_at IS NULL ORDER BY id"#,
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    let (mut changed, mut statuses) = (Vec::new(), Vec::new());
    for row in rows {
        let status = status_of(row.residual, row.due_date, business.today, business.due_soon_days).as_str();
        if status != row.status {
            changed.push(row.id);
            statuses.push(status);
        }
    }
    let done = sqlx::query!(
        r#"UPDATE invoices i SET status = u.status
             FROM unnest($1::uuid[], $2::text[]) AS u (id, status) WHERE i.company_id = (SELECT current_company())
               AND i.id = u.id"#,
        &changed,
        &statuses as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
