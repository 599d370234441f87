//! What the customer said that the ledger keeps: promises and disputes.
//!
//! Guarantees: one open promise and one open dispute per invoice; a promise is for an invoice of the
//! account that owes at least as much. Does not: set the block that goes with them.

use super::blocks::blocks_of_source_lift;
use super::execute::{ActContext, event};
use super::records::event_insert;
use crate::error::{Result, StoreError};
use crate::tenancy::TenantTx;
use chrono::NaiveDate;
use domain::ids::{DisputeId, InboundId, InvoiceId, PromiseId};
use domain::kinds::BlockReason;
use domain::money::Money;
use serde_json::json;

/// A promise in the customer's words, resolved to ledger facts.
pub(super) struct PromiseWords<'a> {
    pub id: PromiseId,
    pub invoice: InvoiceId,
    pub amount: Money,
    pub promised_on: NaiveDate,
    pub effective_until: NaiveDate,
    pub method: Option<&'static str>,
    pub quote: &'a str,
    pub inbound: Option<InboundId>,
}

/// Records a promise; an open one for the same invoice is superseded, and its block with it.
pub(super) async fn promise_take(
    tx: &mut TenantTx,
    promise: &PromiseWords<'_>,
    ctx: &ActContext,
) -> Result<()> {
    let company = tx.company().uuid();
    let superseded = sqlx::query_scalar!(
        "UPDATE promises SET state = 'withdrawn' WHERE company_id = $1 AND invoice_id = $2 AND state = 'open' RETURNING id",
        company,
        promise.invoice.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    for old in superseded {
        blocks_of_source_lift(tx, old, ctx).await?;
    }
    let inserted = sqlx::query!(
        "INSERT INTO promises (company_id, id, customer_id, currency, invoice_id, conversation_id, inbound_id, amount,
                promised_on, effective_until, quote, taken_by, payment_method, created_at)
         SELECT $1, $2, $3, $4, i.id, c.id, $6, $7, $8, $9, $10, $11, $12, $13
           FROM invoices i
           JOIN ai_conversations c ON c.company_id = $1 AND c.invoice_id = i.id
                AND c.status IN ('active', 'paused', 'escalated')
          WHERE i.company_id = $1 AND i.id = $5 AND i.customer_id = $3 AND i.currency = $4 AND i.residual >= $7",
        company,
        promise.id.uuid(),
        ctx.customer.uuid(),
        ctx.currency.code(),
        promise.invoice.uuid(),
        promise.inbound.map(InboundId::uuid),
        promise.amount.amount(),
        promise.promised_on,
        promise.effective_until,
        promise.quote,
        if ctx.approved_by.is_some() { "person" } else { "agent" },
        promise.method,
        ctx.at,
    )
    .execute(tx.conn())
    .await?;
    if inserted.rows_affected() == 0 {
        return Err(StoreError::conflict("no open invoice of the account that the promise could be for"));
    }
    let line = event("promise_taken", ctx).invoice(promise.invoice).reason(BlockReason::Promise.as_str());
    let detail = json!({ "promise": promise.id, "amount": promise.amount, "promised_on": promise.promised_on,
        "effective_until": promise.effective_until });
    event_insert(tx, line.detail(detail)).await
}

/// Records a dispute; one that is open already stays the one.
pub(super) async fn dispute_open(
    tx: &mut TenantTx,
    (id, invoice): (DisputeId, InvoiceId),
    reason: &'static str,
    quote: &str,
    inbound: Option<InboundId>,
    ctx: &ActContext,
) -> Result<DisputeId> {
    let company = tx.company().uuid();
    let open = sqlx::query_scalar!(
        "SELECT id FROM disputes WHERE company_id = $1 AND invoice_id = $2 AND state = 'open'",
        company,
        invoice.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    if let Some(open) = open {
        return Ok(DisputeId::from_uuid(open));
    }
    sqlx::query!(
        "INSERT INTO disputes (company_id, id, customer_id, invoice_id, currency, inbound_id, reason, quote, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        company,
        id.uuid(),
        ctx.customer.uuid(),
        invoice.uuid(),
        ctx.currency.code(),
        inbound.map(InboundId::uuid),
        reason,
        quote,
        ctx.at,
    )
    .execute(tx.conn())
    .await?;
    let line = event("dispute_opened", ctx).invoice(invoice).reason(BlockReason::Dispute.as_str());
    event_insert(tx, line.detail(json!({ "dispute": id, "cause": reason }))).await?;
    Ok(id)
}
