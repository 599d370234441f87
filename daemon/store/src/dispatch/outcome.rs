//! What became of a letter, and everything that follows from it.

use super::{Gone, ToSend, load};
use crate::claims::OutreachClaim;
use crate::error::{Result, StoreError};
use crate::settle::{Event, Fence, account_wake, event_insert};
use crate::tenancy::TenantTx;
use chrono::{DateTime, Utc};
use domain::ids::{ConversationId, CustomerId, OutreachId, PromiseId};
use domain::kinds::{DeliveryStatus, OutreachKind, OutreachState};
use domain::procedure::Tone;
use serde_json::json;
use uuid::Uuid;

/// The server took it.
pub async fn outreach_sent(
    tx: &mut TenantTx,
    claim: &OutreachClaim,
    smtp_code: u16,
    smtp_text: &str,
    at: DateTime<Utc>,
) -> Result<Fence> {
    let company = tx.company().uuid();
    let done = sqlx::query!(
        "UPDATE outreaches SET state = 'sent', sent_at = $4, smtp_code = $5, smtp_text = $6, claimed_until = NULL,
                claimed_by = NULL
          WHERE company_id = $1 AND id = $2 AND attempt = $3 AND state = 'transmitting'",
        company,
        claim.outreach.uuid(),
        claim.attempt,
        at,
        i32::from(smtp_code),
        smtp_text,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(Fence::Lost);
    }
    after_sent(tx, claim.outreach, at).await?;
    Ok(Fence::Held)
}

/// Levels, cycle, history, schedule: what a letter that left means for its account.
pub(super) async fn after_sent(tx: &mut TenantTx, id: OutreachId, at: DateTime<Utc>) -> Result<()> {
    let letter = load(tx, id, None).await?.ok_or(StoreError::NotFound("letter"))?;
    let company = tx.company().uuid();
    message_status(tx, id, DeliveryStatus::Sent, Some(at)).await?;
    sqlx::query!(
        "UPDATE ai_actions SET status = 'executed', executed_at = $3
          WHERE company_id = $1 AND outreach_id = $2 AND status = 'approved'",
        company,
        id.uuid(),
        at,
    )
    .execute(tx.conn())
    .await?;
    contact(tx, &letter, at).await?;
    match letter.kind {
        OutreachKind::DunningNotice => notice(tx, &letter, at).await?,
        OutreachKind::BrokenPromise => {
            reminders(tx, &letter, at).await?;
            // The letter lists every overdue invoice, so it answers every broken promise about them.
            let listed: Vec<Uuid> = letter.items.iter().map(|i| i.invoice.uuid()).collect();
            sqlx::query!(
                "UPDATE promises SET answered_at = $3
                  WHERE company_id = $1 AND (id = $2 OR state = 'broken' AND answered_at IS NULL AND invoice_id = ANY ($4))",
                company,
                letter.promise.map(PromiseId::uuid),
                at,
                &listed,
            )
            .execute(tx.conn())
            .await?;
        }
        OutreachKind::PlanOffer => offer(tx, &letter, at).await?,
        OutreachKind::Reply => {}
    }
    let event = Event::new("letter_sent", at)
        .customer(letter.customer)
        .currency(letter.currency)
        .conversation(letter.conversation)
        .outreach(id)
        .detail(json!({ "kind": letter.kind, "level": letter.level, "subject": letter.subject }));
    event_insert(tx, event).await?;
    account_wake(tx, letter.customer, Some(letter.currency), at).await?;
    Ok(())
}

pub(super) async fn message_status(
    tx: &mut TenantTx,
    id: OutreachId,
    status: DeliveryStatus,
    sent_at: Option<DateTime<Utc>>,
) -> Result<()> {
    let company = tx.company().uuid();
    sqlx::query!(
        "UPDATE ai_messages SET delivery_status = $3, sent_at = coalesce($4, sent_at)
          WHERE company_id = $1 AND outreach_id = $2 AND direction = 'outbound'
            AND delivery_status NOT IN ('cancelled', 'bounced')",
        company,
        id.uuid(),
        status.as_str(),
        sent_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Every letter counts as a contact; conversations count it and move on from their first stage.
async fn contact(tx: &mut TenantTx, letter: &ToSend, at: DateTime<Utc>) -> Result<()> {
    let company = tx.company().uuid();
    sqlx::query!(
        "UPDATE accounts SET last_contact_at = $4 WHERE company_id = $1 AND customer_id = $2 AND currency = $3",
        company,
        letter.customer.uuid(),
        letter.currency.code(),
        at,
    )
    .execute(tx.conn())
    .await?;
    let stage = if letter.level.is_some_and(|l| l > 1) { "follow_up" } else { "initial_outreach" };
    let invoices: Vec<Uuid> = letter.items.iter().map(|i| i.invoice.uuid()).collect();
    sqlx::query!(
        "UPDATE ai_conversations SET total_messages_sent = total_messages_sent + 1, last_action_at = $5,
                current_stage = CASE WHEN current_stage = 'initial_outreach' THEN $6 ELSE current_stage END
          WHERE company_id = $1 AND customer_id = $2 AND (invoice_id = ANY ($3) OR id = $4)
            AND status IN ('active', 'paused', 'escalated')",
        company,
        letter.customer.uuid(),
        &invoices,
        letter.conversation.uuid(),
        at,
        stage,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A dunning notice raises the level of what it listed and of the account.
async fn notice(tx: &mut TenantTx, letter: &ToSend, at: DateTime<Utc>) -> Result<()> {
    let company = tx.company().uuid();
    sqlx::query!(
        "UPDATE invoices i SET reminder_sequence_step = greatest(i.reminder_sequence_step, o.level_after),
                last_reminder_date = $3
           FROM outreach_items o
          WHERE o.company_id = $1 AND o.outreach_id = $2 AND i.company_id = $1 AND i.id = o.invoice_id",
        company,
        letter.id.uuid(),
        at,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE accounts SET cycle = $4, dunning_level = $5, last_notice_at = $6
          WHERE company_id = $1 AND customer_id = $2 AND currency = $3",
        company,
        letter.customer.uuid(),
        letter.currency.code(),
        letter.cycle,
        letter.level.map_or(0, i32::from),
        at,
    )
    .execute(tx.conn())
    .await?;
    reminders(tx, letter, at).await
}

/// One `reminder_events` row for each invoice and recipient.
async fn reminders(tx: &mut TenantTx, letter: &ToSend, at: DateTime<Utc>) -> Result<()> {
    let company = tx.company().uuid();
    let purpose = letter.snapshot.get("purpose").and_then(serde_json::Value::as_str);
    let template = match letter.kind {
        OutreachKind::BrokenPromise => "broken_promise",
        OutreachKind::PlanOffer => "plan_offer",
        OutreachKind::Reply => "reply",
        OutreachKind::DunningNotice => {
            let tones = [Tone::Courtesy, Tone::Friendly, Tone::Firm, Tone::Final];
            tones.iter().map(|t| t.as_str()).find(|t| Some(*t) == purpose).unwrap_or("firm")
        }
    };
    let invoices: Vec<Uuid> = letter.items.iter().map(|i| i.invoice.uuid()).collect();
    sqlx::query!(
        "INSERT INTO reminder_events (company_id, invoice_id, customer_id, outreach_id, template_type, sent_at,
                recipient_email, delivery_status, is_manual)
         SELECT $1, i, $2, $3, $4, $5, r, 'sent', $8 FROM unnest($6::uuid[]) i CROSS JOIN unnest($7::text[]) r",
        company,
        letter.customer.uuid(),
        letter.id.uuid(),
        template,
        at,
        &invoices,
        &letter.recipients,
        letter.approved_by.is_some(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// An offer that left: the plan is offered, and its invoices are not chased while the answer is awaited.
async fn offer(tx: &mut TenantTx, letter: &ToSend, at: DateTime<Utc>) -> Result<()> {
    let Some(plan) = letter.plan else { return Ok(()) };
    let company = tx.company().uuid();
    let actor = tx.actor().to_string();
    sqlx::query!(
        "UPDATE payment_plans SET state = 'offered', offered_at = $3
          WHERE company_id = $1 AND id = $2 AND state = 'proposed'",
        company,
        plan.uuid(),
        at,
    )
    .execute(tx.conn())
    .await?;
    // No date: the sweep declines an offer nobody answered and lifts the block with it.
    sqlx::query!(
        "INSERT INTO dunning_blocks (company_id, customer_id, invoice_id, reason, source_id, inbound_id, created_by)
         SELECT company_id, $3, invoice_id, 'payment_plan', plan_id, $4, $5 FROM payment_plan_invoices
          WHERE company_id = $1 AND plan_id = $2",
        company,
        plan.uuid(),
        letter.customer.uuid(),
        letter.reply_to_inbound.map(domain::ids::InboundId::uuid),
        actor,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The server refused it after the body with a temporary code: it said that it has not taken it, so the
/// same letter may go again.
pub async fn outreach_refused(
    tx: &mut TenantTx,
    claim: &OutreachClaim,
    until: DateTime<Utc>,
    smtp_code: u16,
    at: DateTime<Utc>,
) -> Result<Fence> {
    let company = tx.company().uuid();
    let row = sqlx::query!(
        "UPDATE outreaches SET state = 'queued', send_after = $4, smtp_code = $5, failures = failures + 1,
                transmitting_at = NULL, claimed_until = NULL, claimed_by = NULL
          WHERE company_id = $1 AND id = $2 AND attempt = $3 AND state = 'transmitting'
         RETURNING customer_id",
        company,
        claim.outreach.uuid(),
        claim.attempt,
        until,
        i32::from(smtp_code),
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(Fence::Lost) };
    let event = Event::new("letter_deferred", at)
        .customer(CustomerId::from_uuid(row.customer_id))
        .outreach(claim.outreach)
        .reason("mail_server")
        .detail(json!({ "until": until, "code": smtp_code }));
    event_insert(tx, event).await?;
    Ok(Fence::Held)
}

/// Refused for good, or tried too often: nothing has left, a person sees it.
pub async fn outreach_failed(
    tx: &mut TenantTx,
    claim: &OutreachClaim,
    code: Option<u16>,
    text: &str,
    at: DateTime<Utc>,
) -> Result<Fence> {
    let fence = Some(claim.attempt);
    end(tx, claim.outreach, fence, OutreachState::Failed, code, text, at).await
}

/// Nobody knows whether it left: never sent again by the machine.
pub async fn outreach_in_doubt(
    tx: &mut TenantTx,
    claim: &OutreachClaim,
    text: &str,
    at: DateTime<Utc>,
) -> Result<Fence> {
    end(tx, claim.outreach, Some(claim.attempt), OutreachState::InDoubt, None, text, at).await
}

/// The timeline and the message of a letter that the reaper found transmitting with a lease long over.
pub async fn outreach_lapsed(tx: &mut TenantTx, id: OutreachId, at: DateTime<Utc>) -> Result<Fence> {
    end(tx, id, None, OutreachState::InDoubt, None, "the dispatcher died while transmitting", at).await
}

pub(super) async fn end(
    tx: &mut TenantTx,
    id: OutreachId,
    attempt: Option<i64>,
    state: OutreachState,
    code: Option<u16>,
    text: &str,
    at: DateTime<Utc>,
) -> Result<Fence> {
    let company = tx.company().uuid();
    let row = sqlx::query!(
        "UPDATE outreaches SET state = $4, smtp_code = coalesce($5, smtp_code), failure = $6, claimed_until = NULL,
                claimed_by = NULL
          WHERE company_id = $1 AND id = $2
            AND (($3::bigint IS NOT NULL AND attempt = $3 AND state IN ('claimed', 'transmitting'))
                 OR ($3::bigint IS NULL AND state IN ('transmitting', 'in_doubt')))
         RETURNING customer_id, currency, conversation_id",
        company,
        id.uuid(),
        attempt,
        state.as_str(),
        code.map(i32::from),
        if text.is_empty() { "refused" } else { text },
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(Fence::Lost) };
    let gone = Gone {
        outreach: id,
        customer: CustomerId::from_uuid(row.customer_id),
        currency: row.currency.parse().map_err(|_| StoreError::corrupt("outreaches.currency"))?,
        conversation: ConversationId::from_uuid(row.conversation_id),
    };
    finish_failed(tx, &gone, state, code, at).await?;
    Ok(Fence::Held)
}

async fn finish_failed(
    tx: &mut TenantTx,
    gone: &Gone,
    state: OutreachState,
    code: Option<u16>,
    at: DateTime<Utc>,
) -> Result<()> {
    let company = tx.company().uuid();
    let in_doubt = state == OutreachState::InDoubt;
    let status = if in_doubt { DeliveryStatus::InDoubt } else { DeliveryStatus::Failed };
    message_status(tx, gone.outreach, status, None).await?;
    if !in_doubt {
        sqlx::query!(
            "UPDATE ai_actions SET status = 'failed' WHERE company_id = $1 AND outreach_id = $2 AND status = 'approved'",
            company,
            gone.outreach.uuid(),
        )
        .execute(tx.conn())
        .await?;
    }
    let event = Event::new(if in_doubt { "letter_in_doubt" } else { "letter_failed" }, at)
        .customer(gone.customer)
        .currency(gone.currency)
        .conversation(gone.conversation)
        .outreach(gone.outreach)
        .reason(if in_doubt { "in_doubt" } else { "mail_server" })
        .detail(json!({ "code": code }));
    event_insert(tx, event).await?;
    // A refusal is looked at again on the account's own date, a day after the draft: at once would ask a
    // server that says no in circles.
    if in_doubt {
        account_wake(tx, gone.customer, Some(gone.currency), at).await?;
    }
    Ok(())
}
