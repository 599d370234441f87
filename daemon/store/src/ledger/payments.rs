//! Payments booked on invoices. Bank facts are taken as they are: too much, too early, for a cancelled
//! invoice. A payment is never deleted; a returned one is reversed and stays on file.

use super::invoices::invoice_locked;
use super::{accounts_wake, business, invoices_restate, money, note, parse, positive};
use crate::error::{Result, StoreError};
use crate::settle::Event;
use crate::tenancy::TenantTx;
use crate::text;
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{InvoiceId, PaymentId, ReceiptId};
use domain::kinds::{PaymentMethod, PaymentSource};
use domain::money::Money;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A payment to be booked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewPayment {
    /// On which invoice.
    pub invoice: InvoiceId,
    /// Amount in the invoice's currency, above zero.
    pub amount: Money,
    /// Value date, not in the future.
    pub paid_on: NaiveDate,
    /// How.
    pub method: PaymentMethod,
    /// Who says so.
    pub source: PaymentSource,
    /// Reference of the bank; unique per source.
    pub reference: Option<String>,
    /// Free text.
    pub notes: Option<String>,
    /// The receipt it is booked from.
    pub receipt: Option<ReceiptId>,
}

/// A payment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Payment {
    /// Id.
    pub id: PaymentId,
    /// On which invoice.
    pub invoice: InvoiceId,
    /// Amount.
    pub amount: Money,
    /// Value date.
    pub paid_on: NaiveDate,
    /// How.
    pub method: PaymentMethod,
    /// Who says so.
    pub source: PaymentSource,
    /// Reference of the bank.
    pub reference: Option<String>,
    /// Free text.
    pub notes: Option<String>,
    /// The receipt it was booked from.
    pub receipt: Option<ReceiptId>,
    /// When it was returned.
    pub reversed_at: Option<DateTime<Utc>>,
}

/// Books a payment and wakes the account.
///
/// # Errors
/// `Invalid` for another currency than the invoice's or a day to come, `Conflict` for a reference that is
/// on file.
pub async fn payment_add(tx: &mut TenantTx, new: &NewPayment, as_of: DateTime<Utc>) -> Result<PaymentId> {
    let business = business(tx, as_of).await?;
    let amount = positive(new.amount, "amount")?;
    let reference = text::optional(new.reference.as_deref(), text::NAME).map_err(|f| f.on("reference"))?;
    let notes = text::optional_lines(new.notes.as_deref(), text::NOTE).map_err(|f| f.on("notes"))?;
    if new.paid_on > business.today {
        return Err(StoreError::invalid("paid_on lies in the future"));
    }
    let invoice = invoice_locked(tx, new.invoice).await?;
    if invoice.amount.currency() != new.amount.currency() {
        return Err(StoreError::invalid("the payment is in another currency than the invoice"));
    }
    let company = tx.company().uuid();
    let currency = new.amount.currency();
    let id = PaymentId::new();
    sqlx::query!(
        r#"INSERT INTO payments (company_id, id, invoice_id, amount, currency, payment_date, payment_method, source,
                external_reference, notes, receipt_id)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"#,
        company,
        id.uuid(),
        new.invoice.uuid(),
        amount,
        currency.code(),
        new.paid_on,
        new.method.as_str(),
        new.source.as_str(),
        reference,
        notes.as_deref(),
        new.receipt.map(ReceiptId::uuid),
    )
    .execute(tx.conn())
    .await?;
    let event = Event::new("payment_booked", as_of).customer(invoice.customer).invoice(new.invoice);
    let detail = json!({ "payment": id, "amount": new.amount, "paid_on": new.paid_on, "source": new.source });
    note(tx, event.currency(currency), detail).await?;
    accounts_wake(tx, &[invoice.customer.uuid()], as_of).await?;
    Ok(id)
}

/// Marks a payment as returned: the invoice owes it again, the account is woken.
///
/// # Errors
/// `Conflict` when it was returned already.
pub async fn payment_reverse(tx: &mut TenantTx, id: PaymentId, as_of: DateTime<Utc>) -> Result<()> {
    let business = business(tx, as_of).await?;
    let invoice = sqlx::query_scalar!(
        "SELECT invoice_id FROM payments WHERE company_id = (SELECT current_company())
      AND id = $1",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(StoreError::NotFound("payment"))?;
    let invoice = invoice_locked(tx, InvoiceId::from_uuid(invoice)).await?;
    let done = sqlx::query!(
        "UPDATE payments SET reversed_at = $2 WHERE company_id = (SELECT current_company())
          AND id = $1 AND reversed_at IS NULL",
        id.uuid(),
        as_of,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::conflict("the payment was returned already"));
    }
    invoices_restate(tx, &[invoice.id], &business).await?;
    let event = Event::new("payment_reversed", as_of).customer(invoice.customer).invoice(invoice.id);
    note(tx, event.currency(invoice.amount.currency()), json!({ "payment": id })).await?;
    accounts_wake(tx, &[invoice.customer.uuid()], as_of).await?;
    super::invoices::sweep_again(tx).await
}

/// The payments of an invoice, oldest first.
pub async fn payments(tx: &mut TenantTx, invoice: InvoiceId) -> Result<Vec<Payment>> {
    let rows = sqlx::query!(
        r#"SELECT id, amount, currency, payment_date, payment_method, source, external_reference, notes, receipt_id,
                  reversed_at
             FROM payments WHERE company_id = (SELECT current_company())
               AND invoice_id = $1 ORDER BY payment_date, id"#,
        invoice.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Payment {
                id: PaymentId::from_uuid(r.id),
                invoice,
                amount: money(r.amount, parse(&r.currency, "payments.currency")?, "payments.amount")?,
                paid_on: r.payment_date,
                method: parse(&r.payment_method, "payments.payment_method")?,
                source: parse(&r.source, "payments.source")?,
                reference: r.external_reference,
                notes: r.notes,
                receipt: r.receipt_id.map(ReceiptId::from_uuid),
                reversed_at: r.reversed_at,
            })
        })
        .collect()
}
