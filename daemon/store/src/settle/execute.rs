//! Carrying out the seven actions.
//!
//! Why: an action is decided in one place and done in another, maybe days later by a person's
//! approval. Guarantees: every action checks again what it rests on, under the account's lock that the
//! caller holds, and is a [`Conflict`](crate::ErrorKind::Conflict) when that is gone; it is done with
//! everything that belongs to it or, by the transaction, not at all. Does not: decide, or wake a unit
//! under way; [`Effects`] says what the caller should do next.

use super::blocks::{block_lift, block_set};
use super::close::mark_paid;
use super::letter::letter_queue;
use super::plan::plan_accept;
use super::records::{Event, event_insert};
use super::words::{PromiseWords, dispute_open, promise_take};
use crate::error::{Result, StoreError};
use crate::tenancy::TenantTx;
use chrono::{DateTime, NaiveDate, Utc};
use domain::action::{Action, EscalationReason, NewBlock, Record};
use domain::ids::{
    ActionId, BlockId, ConversationId, CustomerId, InboundId, InvoiceId, OutreachId, PlanId, UserId,
};
use domain::kinds::PaymentMethod;
use domain::money::Currency;
use serde_json::json;

/// Where and for whom an action is carried out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ActContext {
    /// Its row in `ai_actions`, when it was written before; it becomes `executed`, or `approved` for a
    /// message, which is executed when it is sent.
    pub action: Option<ActionId>,
    /// Debtor.
    pub customer: CustomerId,
    /// Currency of the account.
    pub currency: Currency,
    /// Conversation it belongs to.
    pub conversation: Option<ConversationId>,
    /// Now, by the injected clock.
    pub at: DateTime<Utc>,
    /// The company's business date.
    pub today: NaiveDate,
    /// When a message may leave.
    pub send_after: DateTime<Utc>,
    /// The person who approved it.
    pub approved_by: Option<UserId>,
}

/// What an action did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Effects {
    /// Conversations whose status it changed by itself.
    pub touched: Vec<ConversationId>,
    /// The block it set.
    pub block: Option<BlockId>,
    /// The message it queued.
    pub outreach: Option<OutreachId>,
    /// The account should be looked at again at once.
    pub wake: bool,
    /// The account should be looked at again then.
    pub next_look: Option<DateTime<Utc>>,
}

/// Carries out an action. The caller holds the account's lock.
///
/// # Errors
/// `Conflict` when what it rests on is gone, `NotFound` when it names a row that is not the account's.
pub async fn action_execute(tx: &mut TenantTx, action: &Action, ctx: &ActContext) -> Result<Effects> {
    let waits_for_dispatch = matches!(action, Action::SendMessage { .. } | Action::OfferPaymentPlan { .. });
    let effects = match action {
        Action::SendMessage { outreach } => letter_queue(tx, *outreach, ctx).await?,
        Action::OfferPaymentPlan { plan, outreach } => {
            plan_waits(tx, *plan, ctx).await?;
            letter_queue(tx, *outreach, ctx).await?
        }
        Action::ScheduleFollowUp { on, block } => follow_up(tx, *on, block.as_ref(), ctx).await?,
        Action::Escalate { reason, inbound } => escalate(tx, *reason, *inbound, ctx).await?,
        Action::Pause { block, record } => pause(tx, block, record.as_ref(), ctx).await?,
        Action::Resume { block } => resume(tx, *block, ctx).await?,
        Action::MarkPaid { invoice, evidence } => mark_paid(tx, *invoice, evidence, ctx).await?,
    };
    if let Some(id) = ctx.action {
        let company = tx.company().uuid();
        sqlx::query!(
            "UPDATE ai_actions SET status = CASE WHEN $3 THEN 'approved' ELSE 'executed' END,
                    executed_at = CASE WHEN $3 THEN executed_at ELSE $4 END
              WHERE company_id = $1 AND id = $2 AND status IN ('pending_approval', 'approved')",
            company,
            id.uuid(),
            waits_for_dispatch,
            ctx.at,
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(effects)
}

/// The plan of an offer is still the account's and unsent.
async fn plan_waits(tx: &mut TenantTx, plan: PlanId, ctx: &ActContext) -> Result<()> {
    let company = tx.company().uuid();
    let state = sqlx::query_scalar!(
        "SELECT state FROM payment_plans WHERE company_id = $1 AND id = $2 AND customer_id = $3 AND currency = $4",
        company,
        plan.uuid(),
        ctx.customer.uuid(),
        ctx.currency.code(),
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(StoreError::NotFound("plan of the account"))?;
    if state == "proposed" {
        Ok(())
    } else {
        Err(StoreError::conflict("the plan no longer waits to be offered"))
    }
}

pub(super) fn event(kind: &'static str, ctx: &ActContext) -> Event {
    Event::new(kind, ctx.at)
        .customer(ctx.customer)
        .currency(ctx.currency)
        .conversation(ctx.conversation)
        .action(ctx.action)
}

async fn follow_up(
    tx: &mut TenantTx,
    on: NaiveDate,
    block: Option<&NewBlock>,
    ctx: &ActContext,
) -> Result<Effects> {
    let company = tx.company().uuid();
    let block = match block {
        Some(block) => Some(block_set(tx, block, None, ctx).await?),
        None => None,
    };
    let at = sqlx::query_scalar!(
        r#"WITH look AS (
             SELECT greatest($4::date::timestamp AT TIME ZONE co.time_zone, $5) AS at FROM companies co WHERE co.id = $1
           ), moved AS (
             UPDATE ai_conversations c SET next_action_at = l.at FROM look l
              WHERE c.company_id = $1 AND c.customer_id = $2 AND c.currency = $3 AND c.status = 'active'
                AND (c.claimed_until IS NULL OR c.claimed_until < clock_timestamp())
           )
           SELECT at AS "at!" FROM look"#,
        company,
        ctx.customer.uuid(),
        ctx.currency.code(),
        on,
        ctx.at,
    )
    .fetch_one(tx.conn())
    .await?;
    event_insert(tx, event("follow_up_scheduled", ctx).detail(json!({ "on": on }))).await?;
    Ok(Effects { block, next_look: Some(at), ..Effects::default() })
}

async fn escalate(
    tx: &mut TenantTx,
    reason: EscalationReason,
    inbound: Option<InboundId>,
    ctx: &ActContext,
) -> Result<Effects> {
    let company = tx.company().uuid();
    let touched = sqlx::query_scalar!(
        "UPDATE ai_conversations SET status = 'escalated', current_stage = 'escalated', escalation_reason = $4,
                last_action_at = $5
          WHERE company_id = $1 AND customer_id = $2 AND currency = $3 AND status IN ('active', 'paused')
         RETURNING id",
        company,
        ctx.customer.uuid(),
        ctx.currency.code(),
        reason.code(),
        ctx.at,
    )
    .fetch_all(tx.conn())
    .await?;
    let block = NewBlock { invoice: None, reason: reason.block(), until: None, inbound };
    let block = block_set(tx, &block, None, ctx).await?;
    if reason == EscalationReason::OptOut
        && let Some(inbound) = inbound
    {
        // The address that asked is silenced at once, whatever a person decides about the customer.
        sqlx::query!(
            "INSERT INTO suppressions (company_id, email_norm, reason, note)
             SELECT $1, lower(btrim(m.from_email)), 'opt_out', 'asked by mail' FROM inbound_mails m
              WHERE m.company_id = $1 AND m.id = $2 AND m.from_email IS NOT NULL
                AND EXISTS (SELECT 1 FROM contacts c WHERE c.company_id = $1 AND c.customer_id = $3
                             AND c.email_norm = lower(btrim(m.from_email)))
             ON CONFLICT DO NOTHING",
            company,
            inbound.uuid(),
            ctx.customer.uuid(),
        )
        .execute(tx.conn())
        .await?;
    }
    let line = event("escalated", ctx).reason(reason.code()).detail(json!({ "inbound": inbound }));
    event_insert(tx, line).await?;
    let touched = touched.into_iter().map(ConversationId::from_uuid).collect();
    Ok(Effects { touched, block: Some(block), ..Effects::default() })
}

async fn resume(tx: &mut TenantTx, block: BlockId, ctx: &ActContext) -> Result<Effects> {
    let reason = block_lift(tx, block, ctx).await?;
    event_insert(tx, event("resumed", ctx).reason(reason).detail(json!({ "block": block }))).await?;
    Ok(Effects { wake: true, ..Effects::default() })
}

async fn pause(
    tx: &mut TenantTx,
    block: &NewBlock,
    record: Option<&Record>,
    ctx: &ActContext,
) -> Result<Effects> {
    let source = match record {
        None => None,
        Some(Record::Promise { id, invoice, amount, promised_on, effective_until, method, quote }) => {
            let promise = PromiseWords {
                id: *id,
                invoice: *invoice,
                amount: *amount,
                promised_on: *promised_on,
                effective_until: *effective_until,
                method: method.map(PaymentMethod::as_str),
                quote,
                inbound: block.inbound,
            };
            promise_take(tx, &promise, ctx).await?;
            Some(id.uuid())
        }
        Some(Record::Dispute { id, invoice, reason, quote }) => {
            Some(dispute_open(tx, (*id, *invoice), reason.as_str(), quote, block.inbound, ctx).await?.uuid())
        }
        Some(Record::PlanAccepted { plan, quote }) => {
            plan_accept(tx, *plan, quote, ctx).await?;
            Some(plan.uuid())
        }
    };
    let id = block_set(tx, block, source, ctx).await?;
    if record.is_some() {
        negotiating(tx, block.invoice, ctx).await?;
    }
    let line = event("blocked", ctx).invoice(block.invoice).reason(block.reason.as_str());
    event_insert(tx, line.detail(json!({ "until": block.until, "inbound": block.inbound }))).await?;
    Ok(Effects { block: Some(id), ..Effects::default() })
}

/// The customer talks to us about it.
async fn negotiating(tx: &mut TenantTx, invoice: Option<InvoiceId>, ctx: &ActContext) -> Result<()> {
    let company = tx.company().uuid();
    sqlx::query!(
        "UPDATE ai_conversations SET current_stage = 'negotiation', last_action_at = $5
          WHERE company_id = $1 AND customer_id = $2 AND currency = $3 AND invoice_id = coalesce($4, invoice_id)
            AND status IN ('active', 'paused')",
        company,
        ctx.customer.uuid(),
        ctx.currency.code(),
        invoice.map(InvoiceId::uuid),
        ctx.at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
