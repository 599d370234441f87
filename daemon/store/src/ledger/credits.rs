//! Credit notes and what they are allocated to.

use super::invoices::invoice_locked;
use super::{accounts_lock, accounts_wake, business, invoices_restate, money, parse, positive};
use crate::error::{Result, StoreError};
use crate::tenancy::TenantTx;
use crate::text;
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{CreditNoteId, CustomerId, InvoiceId};
use domain::money::{Currency, Money};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A credit note to be taken on file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewCreditNote {
    /// The debtor.
    pub customer: CustomerId,
    /// Number; unique.
    pub number: String,
    /// Gross amount, above zero.
    pub amount: Money,
    /// Date, not in the future.
    pub issued_on: NaiveDate,
}

/// A credit note.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CreditNote {
    /// Id.
    pub id: CreditNoteId,
    /// The debtor.
    pub customer: CustomerId,
    /// Number.
    pub number: String,
    /// Gross amount.
    pub amount: Money,
    /// How much of it reduces invoices.
    pub allocated: Money,
    /// Date.
    pub issued_on: NaiveDate,
    /// For If-Match.
    pub version: i64,
}

/// Takes a credit note on file. Until it is allocated it holds the chase of its customer.
///
/// # Errors
/// `NotFound` without such a customer, `Conflict` when the number is taken.
pub async fn credit_note_add(
    tx: &mut TenantTx,
    new: &NewCreditNote,
    as_of: DateTime<Utc>,
) -> Result<CreditNoteId> {
    let business = business(tx, as_of).await?;
    let number = text::line(&new.number, text::NUMBER).map_err(|f| f.on("number"))?;
    let amount = positive(new.amount, "amount")?;
    if new.issued_on > business.today {
        return Err(StoreError::invalid("issued_on lies in the future"));
    }
    accounts_lock(tx, &[new.customer.uuid()]).await?;
    let company = tx.company().uuid();
    let currency = new.amount.currency();
    let id = CreditNoteId::new();
    let done = sqlx::query!(
        r#"INSERT INTO credit_notes (company_id, id, customer_id, number, currency, amount, issued_on)
           SELECT $1, $2, c.id, $4, $5, $6, $7 FROM customers c WHERE c.company_id = (SELECT current_company())
             AND c.id = $3 AND c.deleted_at IS NULL"#,
        company,
        id.uuid(),
        new.customer.uuid(),
        number,
        currency.code(),
        amount,
        new.issued_on,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::NotFound("customer"));
    }
    accounts_wake(tx, &[new.customer.uuid()], as_of).await?;
    Ok(id)
}

/// Sets how much of a credit note reduces an invoice; zero takes the allocation back.
///
/// # Errors
/// `Invalid` when the invoice is of another customer or currency, `Conflict` when the credit note holds
/// less or the invoice would be credited more than its amount.
pub async fn credit_note_allocate(
    tx: &mut TenantTx,
    note: CreditNoteId,
    invoice: InvoiceId,
    amount: Money,
    as_of: DateTime<Utc>,
) -> Result<()> {
    let business = business(tx, as_of).await?;
    let invoice = invoice_locked(tx, invoice).await?;
    let held = sqlx::query!(
        r#"SELECT n.customer_id, n.currency, n.amount - n.amount_allocated AS "free!",
                  coalesce((SELECT a.amount FROM credit_note_allocations a
                             WHERE a.company_id = (SELECT current_company())
                               AND a.credit_note_id = n.id AND a.invoice_id = $2), 0) AS "before!"
             FROM credit_notes n WHERE n.company_id = (SELECT current_company())
               AND n.id = $1 AND n.deleted_at IS NULL"#,
        note.uuid(),
        invoice.id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(StoreError::NotFound("credit note"))?;
    let currency: Currency = parse(&held.currency, "credit_notes.currency")?;
    if held.customer_id != invoice.customer.uuid() || currency != invoice.amount.currency() {
        return Err(StoreError::invalid(
            "the invoice is of another customer or currency than the credit note",
        ));
    }
    if amount.currency() != currency || amount.amount() < Decimal::ZERO {
        return Err(StoreError::invalid(
            "the amount is negative or in another currency than the credit note",
        ));
    }
    let more = amount.amount() - held.before;
    if more > held.free {
        return Err(StoreError::conflict("the credit note does not hold that much any more"));
    }
    if invoice.credited.amount() + more > invoice.amount.amount() {
        return Err(StoreError::conflict("more would be credited than the invoice's amount"));
    }
    let company = tx.company().uuid();
    if amount.is_zero() {
        sqlx::query!(
            "DELETE FROM credit_note_allocations WHERE company_id = (SELECT current_company())
              AND credit_note_id = $1 AND invoice_id = $2",
            note.uuid(),
            invoice.id.uuid(),
        )
        .execute(tx.conn())
        .await?;
    } else {
        sqlx::query!(
            r#"INSERT INTO credit_note_allocations (company_id, id, credit_note_id, invoice_id, customer_id, currency,
                                                    amount)
               VALUES ($1, $2, $3, $4, $5, $6, $7)
                   ON CONFLICT (company_id, credit_note_id, invoice_id) DO UPDATE SET amount = excluded.amount"#,
            company,
            Uuid::now_v7(),
            note.uuid(),
            invoice.id.uuid(),
            invoice.customer.uuid(),
            currency.code(),
            amount.amount(),
        )
        .execute(tx.conn())
        .await?;
    }
    invoices_restate(tx, &[invoice.id], &business).await?;
    accounts_wake(tx, &[invoice.customer.uuid()], as_of).await?;
    Ok(())
}

/// The credit notes of a customer, oldest first.
pub async fn credit_notes(tx: &mut TenantTx, customer: CustomerId) -> Result<Vec<CreditNote>> {
    let rows = sqlx::query!(
        r#"SELECT id, number, currency, amount, amount_allocated, issued_on, version FROM credit_notes
            WHERE company_id = (SELECT current_company())
              AND customer_id = $1 AND deleted_at IS NULL ORDER BY issued_on, id"#,
        customer.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let currency = parse(&r.currency, "credit_notes.currency")?;
            Ok(CreditNote {
                id: CreditNoteId::from_uuid(r.id),
                customer,
                number: r.number,
                amount: money(r.amount, currency, "credit_notes.amount")?,
                allocated: money(r.amount_allocated, currency, "credit_notes.amount_allocated")?,
                issued_on: r.issued_on,
                version: r.version,
            })
        })
        .collect()
}
