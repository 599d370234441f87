//! Promises to pay. They are recorded when an answer is acted on and kept or broken by the sweep; here
//! they are read, and taken back by a person.

use super::blocks::blocks_lift_source;
use super::{accounts_lock, accounts_wake, lost, money, note, parse, parse_opt};
use crate::error::{Result, StoreError};
use crate::settle::Event;
use crate::tenancy::TenantTx;
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{CustomerId, InboundId, InvoiceId, PromiseId};
use domain::kinds::{PaymentMethod, PromiseState};
use domain::money::Money;
use serde::Serialize;
use serde_json::json;

/// A promise to pay.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Promise {
    /// Id.
    pub id: PromiseId,
    /// Of whom.
    pub customer: CustomerId,
    /// For which invoice.
    pub invoice: InvoiceId,
    /// Its number.
    pub invoice_number: String,
    /// How much.
    pub amount: Money,
    /// When.
    pub promised_on: NaiveDate,
    /// Day after which it counts as broken.
    pub effective_until: NaiveDate,
    /// State.
    pub state: PromiseState,
    /// The customer's words; hostile.
    pub quote: String,
    /// How, when said.
    pub method: Option<PaymentMethod>,
    /// The mail it was made in.
    pub inbound: Option<InboundId>,
    /// For If-Match.
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
}

/// The promises of a customer, newest first, at most 200.
pub async fn promises(tx: &mut TenantTx, customer: CustomerId) -> Result<Vec<Promise>> {
    let rows = sqlx::query!(
        r#"SELECT p.id, p.invoice_id, i.invoice_number, p.amount, p.currency, p.promised_on, p.effective_until, p.state,
                  p.quote, p.payment_method, p.inbound_id, p.version, p.created_at
             FROM promises p JOIN invoices i ON i.id = p.invoice_id
            WHERE p.company_id = (SELECT current_company())
              AND p.customer_id = $1 ORDER BY p.id DESC LIMIT 200"#,
        customer.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Promise {
                id: PromiseId::from_uuid(r.id),
                customer,
                invoice: InvoiceId::from_uuid(r.invoice_id),
                invoice_number: r.invoice_number,
                amount: money(r.amount, parse(&r.currency, "promises.currency")?, "promises.amount")?,
                promised_on: r.promised_on,
                effective_until: r.effective_until,
                state: parse(&r.state, "promises.state")?,
                quote: r.quote,
                method: parse_opt(r.payment_method.as_deref(), "promises.payment_method")?,
                inbound: r.inbound_id.map(InboundId::from_uuid),
                version: r.version,
                created_at: r.created_at,
            })
        })
        .collect()
}

/// Takes an open promise back: its block is lifted, the account woken. Returns the new version.
///
/// # Errors
/// `Conflict` when it is not open any more.
pub async fn promise_withdraw(
    tx: &mut TenantTx,
    id: PromiseId,
    expected: i64,
    as_of: DateTime<Utc>,
) -> Result<i64> {
    let row = sqlx::query!(
        "SELECT customer_id, invoice_id FROM promises WHERE company_id = (SELECT current_company())
      AND id = $1",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(StoreError::NotFound("promise"))?;
    accounts_lock(tx, &[row.customer_id]).await?;
    let now = sqlx::query!(
        "SELECT state, version FROM promises WHERE company_id = (SELECT current_company())
      AND id = $1 FOR NO KEY UPDATE",
        id.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    if now.version != expected {
        return Err(lost(Some(now.version), expected, "promise"));
    }
    if parse::<PromiseState>(&now.state, "promises.state")? != PromiseState::Open {
        return Err(StoreError::conflict("the promise is not open any more"));
    }
    let version = sqlx::query_scalar!(
        "UPDATE promises SET state = 'withdrawn' WHERE company_id = (SELECT current_company())
          AND id = $1 RETURNING version",
        id.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    blocks_lift_source(tx, id.uuid(), as_of).await?;
    let event = Event::new("promise_withdrawn", as_of)
        .customer(CustomerId::from_uuid(row.customer_id))
        .invoice(InvoiceId::from_uuid(row.invoice_id));
    note(tx, event, json!({ "promise": id })).await?;
    accounts_wake(tx, &[row.customer_id], as_of).await?;
    Ok(version)
}
