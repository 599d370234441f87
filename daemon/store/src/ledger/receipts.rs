//! Money that came in and is not booked on an invoice. While a receipt may belong to a customer, that
//! customer is not chased.

use super::payments::{NewPayment, payment_add};
use super::{accounts_lock, accounts_wake, business, money, parse, positive};
use crate::error::{Result, StoreError};
use crate::tenancy::TenantTx;
use crate::text;
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{CustomerId, InvoiceId, PaymentId, ReceiptId};
use domain::kinds::{PaymentMethod, PaymentSource};
use domain::money::{Currency, Money};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A receipt to be taken on file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewReceipt {
    /// From whom, when known.
    pub customer: Option<CustomerId>,
    /// Amount, above zero.
    pub amount: Money,
    /// Value date, not in the future.
    pub received_on: NaiveDate,
    /// How.
    pub method: PaymentMethod,
    /// Who says so.
    pub source: PaymentSource,
    /// Reference of the bank; unique per source.
    pub reference: Option<String>,
    /// Text of the transfer; hostile.
    pub text: String,
    /// Who paid, as the bank says; hostile.
    pub payer: Option<String>,
}

/// A receipt.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Receipt {
    /// Id.
    pub id: ReceiptId,
    /// From whom, when known.
    pub customer: Option<CustomerId>,
    /// Amount.
    pub amount: Money,
    /// Value date.
    pub received_on: NaiveDate,
    /// How.
    pub method: PaymentMethod,
    /// Reference of the bank.
    pub reference: Option<String>,
    /// Text of the transfer; hostile.
    pub text: String,
    /// Who paid, as the bank says; hostile.
    pub payer: Option<String>,
}

/// Takes a receipt on file and wakes the account it may belong to.
pub async fn receipt_add(tx: &mut TenantTx, new: &NewReceipt, as_of: DateTime<Utc>) -> Result<ReceiptId> {
    let business = business(tx, as_of).await?;
    let amount = positive(new.amount, "amount")?;
    let reference = text::optional(new.reference.as_deref(), text::NAME).map_err(|f| f.on("reference"))?;
    let words = text::optional_lines(Some(&new.text), text::REFERENCE).map_err(|f| f.on("text"))?;
    let payer = text::optional(new.payer.as_deref(), text::NAME).map_err(|f| f.on("payer"))?;
    if new.received_on > business.today {
        return Err(StoreError::invalid("received_on lies in the future"));
    }
    if let Some(customer) = new.customer {
        accounts_lock(tx, &[customer.uuid()]).await?;
        super::customers::customer(tx, customer).await?;
    }
    let company = tx.company().uuid();
    let currency = new.amount.currency();
    let id = ReceiptId::new();
    sqlx::query!(
        r#"INSERT INTO unapplied_receipts (company_id, id, customer_id, currency, amount, received_on, payment_method,
                reference, payer, source, external_reference)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"#,
        company,
        id.uuid(),
        new.customer.map(CustomerId::uuid),
        currency.code(),
        amount,
        new.received_on,
        new.method.as_str(),
        words.as_deref().unwrap_or(""),
        payer,
        new.source.as_str(),
        reference,
    )
    .execute(tx.conn())
    .await?;
    if let Some(customer) = new.customer {
        accounts_wake(tx, &[customer.uuid()], as_of).await?;
    }
    Ok(id)
}

struct ReceiptRow {
    id: Uuid,
    customer_id: Option<Uuid>,
    currency: String,
    amount: rust_decimal::Decimal,
    received_on: NaiveDate,
    payment_method: String,
    reference: String,
    payer: Option<String>,
    external_reference: Option<String>,
    applied_at: Option<DateTime<Utc>>,
}

impl TryFrom<ReceiptRow> for Receipt {
    type Error = StoreError;

    fn try_from(r: ReceiptRow) -> Result<Self> {
        let currency: Currency = parse(&r.currency, "unapplied_receipts.currency")?;
        Ok(Self {
            id: ReceiptId::from_uuid(r.id),
            customer: r.customer_id.map(CustomerId::from_uuid),
            amount: money(r.amount, currency, "unapplied_receipts.amount")?,
            received_on: r.received_on,
            method: parse(&r.payment_method, "unapplied_receipts.payment_method")?,
            reference: r.external_reference,
            text: r.reference,
            payer: r.payer,
        })
    }
}

/// Books an open receipt on invoices; the parts must add up to it.
///
/// # Errors
/// `Conflict` when it is booked already, `Invalid` when the parts do not add up or differ in currency.
pub async fn receipt_apply(
    tx: &mut TenantTx,
    id: ReceiptId,
    parts: &[(InvoiceId, Money)],
    as_of: DateTime<Utc>,
) -> Result<Vec<PaymentId>> {
    // Accounts before receipts: whoever closes an account books its receipts under its lock.
    let invoices: Vec<Uuid> = parts.iter().map(|(invoice, _)| invoice.uuid()).collect();
    let customers = sqlx::query_scalar!(
        r#"SELECT customer_id AS "id!" FROM invoices
            WHERE company_id = (SELECT current_company()) AND id = ANY ($1)
            UNION SELECT customer_id FROM unapplied_receipts
            WHERE company_id = (SELECT current_company()) AND id = $2 AND customer_id IS NOT NULL"#,
        &invoices,
        id.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    accounts_lock(tx, &customers).await?;
    let row = sqlx::query_as!(
        ReceiptRow,
        r#"SELECT id, customer_id, currency, amount, received_on, payment_method, reference, payer,
                  external_reference, applied_at
             FROM unapplied_receipts WHERE company_id = (SELECT current_company())
               AND id = $1 FOR NO KEY UPDATE"#,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(StoreError::NotFound("receipt"))?;
    if row.applied_at.is_some() {
        return Err(StoreError::conflict("the receipt is booked already"));
    }
    let receipt = Receipt::try_from(row)?;
    let total = Money::sum(receipt.amount.currency(), parts.iter().map(|(_, amount)| *amount));
    if total.ok() != Some(receipt.amount) {
        return Err(StoreError::invalid("the parts do not add up to the receipt"));
    }
    let mut payments = Vec::with_capacity(parts.len());
    for (invoice, amount) in parts {
        let new = NewPayment {
            invoice: *invoice,
            amount: *amount,
            paid_on: receipt.received_on,
            method: receipt.method,
            source: PaymentSource::Manual,
            reference: None,
            notes: None,
            receipt: Some(id),
        };
        payments.push(payment_add(tx, &new, as_of).await?);
    }
    sqlx::query!(
        "UPDATE unapplied_receipts SET applied_at = $2 WHERE company_id = (SELECT current_company())
      AND id = $1",
        id.uuid(),
        as_of
    )
    .execute(tx.conn())
    .await?;
    if let Some(customer) = receipt.customer {
        accounts_wake(tx, &[customer.uuid()], as_of).await?;
    }
    Ok(payments)
}

/// Open receipts, of one customer or all, oldest first, at most 500.
pub async fn receipts_open(tx: &mut TenantTx, customer: Option<CustomerId>) -> Result<Vec<Receipt>> {
    sqlx::query_as!(
        ReceiptRow,
        r#"SELECT id, customer_id, currency, amount, received_on, payment_method, reference, payer,
                  external_reference, applied_at
             FROM unapplied_receipts
            WHERE company_id = (SELECT current_company())
              AND applied_at IS NULL AND ($1::uuid IS NULL OR customer_id = $1)
            ORDER BY received_on, id LIMIT 500"#,
        customer.map(CustomerId::uuid),
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(Receipt::try_from)
    .collect()
}
