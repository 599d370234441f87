//! Disputes. They are recorded when an answer is acted on; here a person examines and ends them.

use super::blocks::blocks_lift_source;
use super::{accounts_lock, accounts_wake, lost, note, parse};
use crate::error::{Result, StoreError};
use crate::settle::Event;
use crate::tenancy::TenantTx;
use crate::text;
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{CustomerId, DisputeId, InboundId, InvoiceId, UserId};
use domain::kinds::{DisputeReason, DisputeState};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A dispute.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Dispute {
    /// Id.
    pub id: DisputeId,
    /// Of whom.
    pub customer: CustomerId,
    /// Of which invoice.
    pub invoice: InvoiceId,
    /// Its number.
    pub invoice_number: String,
    /// Why.
    pub reason: DisputeReason,
    /// State.
    pub state: DisputeState,
    /// The customer's words; hostile.
    pub quote: String,
    /// Who examines it.
    pub owner: Option<UserId>,
    /// Until when it should be examined.
    pub review_by: Option<NaiveDate>,
    /// The mail it was raised in.
    pub inbound: Option<InboundId>,
    /// When it ended.
    pub resolved_at: Option<DateTime<Utc>>,
    /// For If-Match.
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
}

/// Which disputes to list.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct DisputeFilter {
    /// Of one customer.
    pub customer: Option<CustomerId>,
    /// Only open ones.
    pub open_only: bool,
}

/// Disputes, newest first, at most 500.
pub async fn disputes(tx: &mut TenantTx, filter: &DisputeFilter) -> Result<Vec<Dispute>> {
    let rows = sqlx::query!(
        r#"SELECT d.id, d.customer_id, d.invoice_id, i.invoice_number, d.reason, d.state, d.quote, d.owner_user_id,
                  d.review_by, d.inbound_id, d.resolved_at, d.version, d.created_at
             FROM disputes d JOIN invoices i ON i.id = d.invoice_id
            WHERE d.company_id = (SELECT current_company())
              AND ($1::uuid IS NULL OR d.customer_id = $1) AND (NOT $2 OR d.state = 'open')
            ORDER BY d.id DESC LIMIT 500"#,
        filter.customer.map(CustomerId::uuid),
        filter.open_only,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Dispute {
                id: DisputeId::from_uuid(r.id),
                customer: CustomerId::from_uuid(r.customer_id),
                invoice: InvoiceId::from_uuid(r.invoice_id),
                invoice_number: r.invoice_number,
                reason: parse(&r.reason, "disputes.reason")?,
                state: parse(&r.state, "disputes.state")?,
                quote: r.quote,
                owner: r.owner_user_id.map(UserId::from_uuid),
                review_by: r.review_by,
                inbound: r.inbound_id.map(InboundId::from_uuid),
                resolved_at: r.resolved_at,
                version: r.version,
                created_at: r.created_at,
            })
        })
        .collect()
}

/// Locks a dispute after its account; its customer and invoice.
async fn dispute_locked(tx: &mut TenantTx, id: DisputeId, expected: i64) -> Result<(CustomerId, InvoiceId)> {
    let row = sqlx::query!(
        "SELECT customer_id, invoice_id FROM disputes WHERE company_id = (SELECT current_company())
      AND id = $1",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(StoreError::NotFound("dispute"))?;
    accounts_lock(tx, &[row.customer_id]).await?;
    let now = sqlx::query!(
        "SELECT state, version FROM disputes WHERE company_id = (SELECT current_company())
      AND id = $1 FOR NO KEY UPDATE",
        id.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    if now.version != expected {
        return Err(lost(Some(now.version), expected, "dispute"));
    }
    if parse::<DisputeState>(&now.state, "disputes.state")? != DisputeState::Open {
        return Err(StoreError::conflict("the dispute has ended already"));
    }
    Ok((CustomerId::from_uuid(row.customer_id), InvoiceId::from_uuid(row.invoice_id)))
}

/// Ends an open dispute: its block is lifted, the account woken. Returns the new version. An upheld
/// dispute changes no amount by itself: that is the credit note's.
///
/// # Errors
/// `Invalid` for `open`, `Conflict` when it has ended already.
pub async fn dispute_resolve(
    tx: &mut TenantTx,
    id: DisputeId,
    state: DisputeState,
    words: &str,
    expected: i64,
    as_of: DateTime<Utc>,
) -> Result<i64> {
    let words = text::optional_lines(Some(words), text::NOTE).map_err(|f| f.on("note"))?;
    match state {
        DisputeState::Open => {
            return Err(StoreError::invalid("a dispute is ended as upheld, rejected or withdrawn"));
        }
        DisputeState::Upheld | DisputeState::Rejected | DisputeState::Withdrawn => {}
    }
    let (customer, invoice) = dispute_locked(tx, id, expected).await?;
    let version = sqlx::query_scalar!(
        "UPDATE disputes SET state = $2, resolved_at = $3 WHERE company_id = (SELECT current_company())
          AND id = $1 RETURNING version",
        id.uuid(),
        state.as_str(),
        as_of,
    )
    .fetch_one(tx.conn())
    .await?;
    blocks_lift_source(tx, id.uuid(), as_of).await?;
    let event =
        Event::new("dispute_resolved", as_of).reason(state.as_str()).customer(customer).invoice(invoice);
    note(tx, event, json!({ "dispute": id, "note": words })).await?;
    accounts_wake(tx, &[customer.uuid()], as_of).await?;
    Ok(version)
}

/// Says who examines an open dispute, and until when. Returns the new version.
pub async fn dispute_assign(
    tx: &mut TenantTx,
    id: DisputeId,
    owner: Option<UserId>,
    review_by: Option<NaiveDate>,
    expected: i64,
) -> Result<i64> {
    dispute_locked(tx, id, expected).await?;
    if let Some(owner) = owner {
        crate::identity::user(tx, owner).await?;
    }
    Ok(sqlx::query_scalar!(
        "UPDATE disputes SET owner_user_id = $2, review_by = $3 WHERE company_id = (SELECT current_company())
          AND id = $1 RETURNING version",
        id.uuid(),
        owner.map(UserId::uuid),
        review_by,
    )
    .fetch_one(tx.conn())
    .await?)
}
