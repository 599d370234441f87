//! Dunning blocks: setting and lifting them on behalf of the agent.
//!
//! Guarantees: a block of the same scope, reason and cause is one row; its date only moves later or to
//! "until a person lifts it"; conversations follow their blocks at once. Does not: wake a unit under
//! way; the caller does.

use super::conversations::conversations_sync;
use super::execute::ActContext;
use crate::error::{Result, StoreError};
use crate::tenancy::TenantTx;
use domain::action::NewBlock;
use domain::ids::{BlockId, CustomerId, InboundId, InvoiceId};
use uuid::Uuid;

/// Sets a block; `source` is the promise, dispute or plan it belongs to.
pub(super) async fn block_set(
    tx: &mut TenantTx,
    block: &NewBlock,
    source: Option<Uuid>,
    ctx: &ActContext,
) -> Result<BlockId> {
    let company = tx.company().uuid();
    let actor = tx.actor().to_string();
    let standing = sqlx::query_scalar!(
        "UPDATE dunning_blocks SET until = CASE WHEN until IS NULL OR $6::date IS NULL THEN NULL ELSE greatest(until, $6) END
          WHERE company_id = $1 AND customer_id = $2 AND invoice_id IS NOT DISTINCT FROM $3 AND reason = $4
            AND source_id IS NOT DISTINCT FROM $5 AND lifted_at IS NULL
         RETURNING id",
        company,
        ctx.customer.uuid(),
        block.invoice.map(InvoiceId::uuid),
        block.reason.as_str(),
        source,
        block.until,
    )
    .fetch_all(tx.conn())
    .await?;
    let id = match standing.first() {
        Some(id) => BlockId::from_uuid(*id),
        None => {
            let id = BlockId::new();
            sqlx::query!(
                "INSERT INTO dunning_blocks (company_id, id, customer_id, invoice_id, reason, until, inbound_id, source_id,
                    created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                company,
                id.uuid(),
                ctx.customer.uuid(),
                block.invoice.map(InvoiceId::uuid),
                block.reason.as_str(),
                block.until,
                block.inbound.map(InboundId::uuid),
                source,
                actor,
                ctx.at,
            )
            .execute(tx.conn())
            .await?;
            id
        }
    };
    conversations_sync(tx, ctx.customer, ctx.at).await?;
    Ok(id)
}

/// Lifts a block of the customer; one that was lifted before stays as it is.
pub(super) async fn block_lift(tx: &mut TenantTx, block: BlockId, ctx: &ActContext) -> Result<&'static str> {
    let company = tx.company().uuid();
    let actor = tx.actor().to_string();
    let row = sqlx::query!(
        "UPDATE dunning_blocks SET lifted_at = coalesce(lifted_at, $4), lifted_by = coalesce(lifted_by, $5)
          WHERE company_id = $1 AND id = $2 AND customer_id = $3 RETURNING reason",
        company,
        block.uuid(),
        ctx.customer.uuid(),
        ctx.at,
        actor,
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(StoreError::NotFound("dunning block of the customer"))?;
    conversations_sync(tx, ctx.customer, ctx.at).await?;
    let reason: domain::kinds::BlockReason =
        row.reason.parse().map_err(|_| StoreError::corrupt("dunning_blocks.reason"))?;
    Ok(reason.as_str())
}

/// Lifts what belongs to a promise, dispute or plan that is over.
pub(super) async fn blocks_of_source_lift(tx: &mut TenantTx, source: Uuid, ctx: &ActContext) -> Result<u64> {
    let company = tx.company().uuid();
    let actor = tx.actor().to_string();
    let done = sqlx::query!(
        "UPDATE dunning_blocks SET lifted_at = $3, lifted_by = $4
          WHERE company_id = $1 AND source_id = $2 AND lifted_at IS NULL",
        company,
        source,
        ctx.at,
        actor,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Lifts what a settled invoice makes pointless: its own blocks, and, when the customer owes nothing
/// any more, the customer's blocks that were only about the money. What a person must decide (legal,
/// fraud, opt-out, hardship, denial, manual) stays.
pub(super) async fn blocks_of_settled_lift(
    tx: &mut TenantTx,
    customer: CustomerId,
    invoice: InvoiceId,
    ctx: &ActContext,
) -> Result<()> {
    let company = tx.company().uuid();
    let actor = tx.actor().to_string();
    sqlx::query!(
        "UPDATE dunning_blocks b SET lifted_at = $4, lifted_by = $5
          WHERE b.company_id = $1 AND b.customer_id = $2 AND b.lifted_at IS NULL
            AND (b.invoice_id = $3
                 OR b.invoice_id IS NULL
                    AND b.reason IN ('promise', 'payment_plan', 'payment_claimed', 'awaiting_answer', 'escalated', 'dispute')
                    AND NOT EXISTS (SELECT 1 FROM invoices i
                         WHERE i.company_id = $1 AND i.customer_id = $2 AND i.status IN ('pending', 'due_soon', 'overdue')
                           AND i.cancelled_at IS NULL AND i.written_off_at IS NULL AND i.deleted_at IS NULL))",
        company,
        customer.uuid(),
        invoice.uuid(),
        ctx.at,
        actor,
    )
    .execute(tx.conn())
    .await?;
    conversations_sync(tx, customer, ctx.at).await?;
    Ok(())
}
