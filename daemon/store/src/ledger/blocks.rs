//! Dunning blocks: nothing is chased in their scope while they stand.

use super::{accounts_lock, accounts_wake, note, parse};
use crate::error::{Result, StoreError};
use crate::settle::Event;
use crate::tenancy::TenantTx;
use crate::text;
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{BlockId, CustomerId, InboundId, InvoiceId};
use domain::kinds::BlockReason;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// A block to be set.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewBlock {
    /// Of one customer; `None` with no invoice: of the whole company.
    pub customer: Option<CustomerId>,
    /// Of one invoice; its customer is filled in.
    pub invoice: Option<InvoiceId>,
    /// Why.
    pub reason: BlockReason,
    /// Free text for people.
    pub note: String,
    /// Day from which the agent considers lifting it; `None`: a person does.
    pub until: Option<NaiveDate>,
    /// The mail that caused it.
    pub inbound: Option<InboundId>,
    /// The promise, dispute or plan it belongs to.
    pub source: Option<Uuid>,
}

/// A block.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Block {
    /// Id.
    pub id: BlockId,
    /// Of one customer.
    pub customer: Option<CustomerId>,
    /// Of one invoice.
    pub invoice: Option<InvoiceId>,
    /// Why.
    pub reason: BlockReason,
    /// Free text for people.
    pub note: String,
    /// Day from which the agent considers lifting it.
    pub until: Option<NaiveDate>,
    /// Who set it.
    pub created_by: String,
    /// When it was set.
    pub created_at: DateTime<Utc>,
    /// When it was lifted.
    pub lifted_at: Option<DateTime<Utc>>,
    /// Who lifted it.
    pub lifted_by: Option<String>,
}

/// Sets a block. The account is woken, so that it shows at once why it rests.
///
/// # Errors
/// `NotFound` without such a customer or invoice.
pub async fn block_set(tx: &mut TenantTx, new: &NewBlock, as_of: DateTime<Utc>) -> Result<BlockId> {
    let words = text::optional_lines(Some(&new.note), text::NOTE).map_err(|f| f.on("note"))?;
    let words = words.as_deref().unwrap_or("");
    let customer = match (new.invoice, new.customer) {
        (Some(invoice), customer) => {
            let owner = super::invoices::invoice_locked(tx, invoice).await?.customer;
            if customer.is_some_and(|c| c != owner) {
                return Err(StoreError::invalid("the invoice belongs to another customer"));
            }
            Some(owner)
        }
        (None, Some(customer)) => {
            accounts_lock(tx, &[customer.uuid()]).await?;
            super::customers::customer(tx, customer).await?;
            Some(customer)
        }
        (None, None) => None,
    };
    let company = tx.company().uuid();
    let actor = tx.actor().to_string();
    let id = BlockId::new();
    sqlx::query!(
        r#"INSERT INTO dunning_blocks (company_id, id, customer_id, invoice_id, reason, note, until, inbound_id,
                source_id, created_by)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"#,
        company,
        id.uuid(),
        customer.map(CustomerId::uuid),
        new.invoice.map(InvoiceId::uuid),
        new.reason.as_str(),
        words,
        new.until,
        new.inbound.map(InboundId::uuid),
        new.source,
        actor,
    )
    .execute(tx.conn())
    .await?;
    let event =
        Event::new("blocked", as_of).reason(new.reason.as_str()).customer(customer).invoice(new.invoice);
    note(tx, event, json!({ "block": id, "until": new.until, "note": words })).await?;
    if let Some(customer) = customer {
        accounts_wake(tx, &[customer.uuid()], as_of).await?;
    }
    Ok(id)
}

/// Lifts a block and wakes its accounts.
///
/// # Errors
/// `Conflict` when it is lifted already.
pub async fn block_lift(tx: &mut TenantTx, id: BlockId, as_of: DateTime<Utc>) -> Result<()> {
    let row =
        sqlx::query!("SELECT customer_id, invoice_id, reason FROM dunning_blocks WHERE company_id = (SELECT current_company())
          AND id = $1", id.uuid())
            .fetch_optional(tx.conn())
            .await?
            .ok_or(StoreError::NotFound("dunning block"))?;
    let customers = match row.customer_id {
        Some(customer) => vec![customer],
        None => {
            sqlx::query_scalar!(
                "SELECT DISTINCT customer_id FROM accounts WHERE company_id = (SELECT current_company())"
            )
            .fetch_all(tx.conn())
            .await?
        }
    };
    accounts_lock(tx, &customers).await?;
    let actor = tx.actor().to_string();
    let done = sqlx::query!(
        "UPDATE dunning_blocks SET lifted_at = $2, lifted_by = $3 WHERE company_id = (SELECT current_company())
          AND id = $1 AND lifted_at IS NULL",
        id.uuid(),
        as_of,
        actor,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::conflict("the dunning block is lifted already"));
    }
    let reason: BlockReason = parse(&row.reason, "dunning_blocks.reason")?;
    let event = Event::new("resumed", as_of)
        .reason(reason.as_str())
        .customer(row.customer_id.map(CustomerId::from_uuid))
        .invoice(row.invoice_id.map(InvoiceId::from_uuid));
    note(tx, event, json!({ "block": id })).await?;
    accounts_wake(tx, &customers, as_of).await?;
    Ok(())
}

/// Lifts what stands because of a promise, dispute or plan.
pub(super) async fn blocks_lift_source(tx: &mut TenantTx, source: Uuid, as_of: DateTime<Utc>) -> Result<()> {
    let ids = sqlx::query_scalar!(
        "SELECT id FROM dunning_blocks WHERE company_id = (SELECT current_company())
          AND source_id = $1 AND lifted_at IS NULL",
        source
    )
    .fetch_all(tx.conn())
    .await?;
    for id in ids {
        block_lift(tx, BlockId::from_uuid(id), as_of).await?;
    }
    Ok(())
}

/// Blocks that reach a customer (its own, its invoices', the company's), or only the company's; newest
/// first, at most 500.
pub async fn blocks(
    tx: &mut TenantTx,
    customer: Option<CustomerId>,
    standing_only: bool,
) -> Result<Vec<Block>> {
    let rows = sqlx::query!(
        r#"SELECT id, customer_id, invoice_id, reason, note, until, created_by, created_at, lifted_at, lifted_by
             FROM dunning_blocks
            WHERE company_id = (SELECT current_company())
              AND (customer_id IS NULL OR customer_id = $1) AND (NOT $2 OR lifted_at IS NULL)
            ORDER BY id DESC LIMIT 500"#,
        customer.map(CustomerId::uuid),
        standing_only,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Block {
                id: BlockId::from_uuid(r.id),
                customer: r.customer_id.map(CustomerId::from_uuid),
                invoice: r.invoice_id.map(InvoiceId::from_uuid),
                reason: parse(&r.reason, "dunning_blocks.reason")?,
                note: r.note,
                until: r.until,
                created_by: r.created_by,
                created_at: r.created_at,
                lifted_at: r.lifted_at,
                lifted_by: r.lifted_by,
            })
        })
        .collect()
}
