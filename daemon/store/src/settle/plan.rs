//! Payment plans: writing down the terms that are offered, and their acceptance.
//!
//! Guarantees: the terms are those computed from the company's grid, written before the offer leaves;
//! one live plan per account. Does not: follow the instalments; the sweep does.

use super::execute::ActContext;
use super::records::{Event, event_insert};
use crate::error::{Result, StoreError};
use crate::tenancy::TenantTx;
use chrono::{DateTime, Utc};
use domain::action::PlanTerms;
use domain::ids::{CustomerId, InboundId, PlanId};
use serde_json::json;

/// Writes a plan in state `proposed`. `offer_days` is how long the offer will stand once it is sent.
/// A proposed plan of the account that was never sent is replaced.
///
/// # Errors
/// `Conflict` when the account has an offered or running plan; `Invalid` when the terms have no
/// instalment.
pub async fn plan_insert(
    tx: &mut TenantTx,
    id: PlanId,
    customer: CustomerId,
    terms: &PlanTerms,
    offer_days: u16,
    inbound: Option<InboundId>,
    at: DateTime<Utc>,
) -> Result<()> {
    let company = tx.company().uuid();
    let currency = terms.total.currency();
    let first = terms.instalments.first().ok_or_else(|| StoreError::invalid("a plan without instalments"))?;
    sqlx::query!(
        "UPDATE payment_plans SET state = 'declined'
          WHERE company_id = $1 AND customer_id = $2 AND currency = $3 AND state = 'proposed'",
        company,
        customer.uuid(),
        currency.code(),
    )
    .execute(tx.conn())
    .await?;
    let count = i32::try_from(terms.instalments.len()).unwrap_or(i32::MAX);
    sqlx::query!(
        "INSERT INTO payment_plans (company_id, id, customer_id, currency, inbound_id, total, instalment_count, first_due,
            terms, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        company,
        id.uuid(),
        customer.uuid(),
        currency.code(),
        inbound.map(InboundId::uuid),
        terms.total.amount(),
        count,
        first.due_on,
        json!({ "offer_days": offer_days }),
        at,
    )
    .execute(tx.conn())
    .await?;
    let invoices: Vec<_> = terms.invoices.iter().map(|i| i.uuid()).collect();
    sqlx::query!(
        "INSERT INTO payment_plan_invoices (company_id, plan_id, invoice_id)
         SELECT $1, $2, i.id FROM unnest($3::uuid[]) AS i (id)",
        company,
        id.uuid(),
        &invoices,
    )
    .execute(tx.conn())
    .await?;
    let days: Vec<_> = terms.instalments.iter().map(|i| i.due_on).collect();
    let amounts: Vec<_> = terms.instalments.iter().map(|i| i.amount.amount()).collect();
    sqlx::query!(
        "INSERT INTO payment_plan_instalments (company_id, plan_id, seq, due_on, amount)
         SELECT $1, $2, i.seq, i.due_on, i.amount
           FROM unnest($3::date[], $4::numeric[]) WITH ORDINALITY AS i (due_on, amount, seq)",
        company,
        id.uuid(),
        &days,
        &amounts,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The customer said yes in writing: from now on the instalments are followed.
pub(super) async fn plan_accept(
    tx: &mut TenantTx,
    plan: PlanId,
    quote: &str,
    ctx: &ActContext,
) -> Result<()> {
    let company = tx.company().uuid();
    let accepted = sqlx::query!(
        "UPDATE payment_plans SET state = 'active', accepted_at = $5
          WHERE company_id = $1 AND id = $2 AND customer_id = $3 AND currency = $4 AND state = 'offered'",
        company,
        plan.uuid(),
        ctx.customer.uuid(),
        ctx.currency.code(),
        ctx.at,
    )
    .execute(tx.conn())
    .await?;
    if accepted.rows_affected() == 0 {
        return Err(StoreError::conflict("no such plan is on offer"));
    }
    let event = Event::new("plan_accepted", ctx.at)
        .customer(ctx.customer)
        .currency(ctx.currency)
        .conversation(ctx.conversation)
        .action(ctx.action)
        .detail(json!({ "plan": plan, "quote": quote }));
    event_insert(tx, event).await
}
