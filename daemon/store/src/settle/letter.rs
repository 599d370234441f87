//! Letting an approved message go to the outbox.
//!
//! Guarantees: only a message that waits can be queued; it bears the account's version of that moment,
//! because the caller has validated it anew under the account's lock; when a person approved it, the
//! person answers for it. Does not: send.

use super::execute::{ActContext, Effects};
use super::records::{Event, event_insert};
use crate::error::{Result, StoreError};
use crate::tenancy::TenantTx;
use domain::ids::{OutreachId, UserId};

/// `proposed` or `drafted` to `queued`; a message that is queued already stays so.
pub(super) async fn letter_queue(
    tx: &mut TenantTx,
    outreach: OutreachId,
    ctx: &ActContext,
) -> Result<Effects> {
    let company = tx.company().uuid();
    let responsible = ctx.approved_by.map(|_| tx.actor().to_string());
    let queued = sqlx::query!(
        "WITH letter AS (
            UPDATE outreaches o
               SET state = 'queued', send_after = $5, account_version = a.version,
                   approved_by = coalesce($6, o.approved_by), responsible = coalesce($7, o.responsible)
              FROM accounts a
             WHERE o.company_id = $1 AND o.id = $2 AND o.customer_id = $3 AND o.currency = $4
               AND o.state IN ('drafted', 'proposed')
               AND a.company_id = $1 AND a.customer_id = $3 AND a.currency = $4
            RETURNING o.id, o.responsible, o.approved_by, o.draft_original IS NOT NULL AS edited, o.body_text, o.subject)
         UPDATE ai_messages m
            SET delivery_status = 'approved', responsible = l.responsible, approved_by = l.approved_by,
                content = l.body_text, subject = l.subject,
                message_type = CASE WHEN l.approved_by IS NULL THEN m.message_type
                                    WHEN l.edited THEN 'human_written' ELSE 'human_approved' END
           FROM letter l
          WHERE m.company_id = $1 AND m.outreach_id = l.id AND m.delivery_status = 'draft'",
        company,
        outreach.uuid(),
        ctx.customer.uuid(),
        ctx.currency.code(),
        ctx.send_after,
        ctx.approved_by.map(UserId::uuid),
        responsible,
    )
    .execute(tx.conn())
    .await?;
    if queued.rows_affected() == 0 {
        let state = sqlx::query_scalar!(
            "SELECT state FROM outreaches WHERE company_id = $1 AND id = $2 AND customer_id = $3 AND currency = $4",
            company,
            outreach.uuid(),
            ctx.customer.uuid(),
            ctx.currency.code(),
        )
        .fetch_optional(tx.conn())
        .await?;
        match state.as_deref() {
            None => return Err(StoreError::NotFound("outreach of the account")),
            Some("queued") => return Ok(Effects { outreach: Some(outreach), ..Effects::default() }),
            Some(_) => return Err(StoreError::conflict("the message no longer waits for a decision")),
        }
    }
    let event = Event::new("letter_queued", ctx.at)
        .customer(ctx.customer)
        .currency(ctx.currency)
        .conversation(ctx.conversation)
        .outreach(outreach)
        .action(ctx.action)
        .detail(serde_json::json!({ "send_after": ctx.send_after }));
    event_insert(tx, event).await?;
    Ok(Effects { outreach: Some(outreach), ..Effects::default() })
}
