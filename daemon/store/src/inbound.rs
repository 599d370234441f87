//! Mails from outside: stored raw first, matched, and tied to what they stop and cause.
//!
//! Guarantees: the same mail by two routes is one row; a human reply stops the chase of its customer and
//! voids waiting drafts in one commit (I8); everything written about a mail is fenced by its lease.
//! Does not: read the mail (crate `mail`), decide about it.

mod matching;
mod receive;

pub use matching::{
    CustomerRef, InvoiceRef, MatchFacts, MatchKeys, OutreachRef, RouteKeys, inbound_candidates, route_company,
};

pub use receive::{NewInbound, Stored, inbound_store};

use crate::claims::InboundClaim;
use crate::error::Result;
use crate::settle::{Event, Fence, account_wake, event_insert};
use crate::tenancy::TenantTx;
use chrono::{DateTime, Utc};
use domain::ids::{BlockId, ConversationId, CustomerId, InboundId, MessageId, OutreachId};
use domain::kinds::{BlockReason, DeliveryStatus, Direction, InboundState, MessageType};
use domain::money::Currency;
use serde_json::{Value, json};
use uuid::Uuid;

/// A claimed mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InboundRow {
    /// The bytes.
    pub raw: Vec<u8>,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// Failed attempts before this one.
    pub failures: i16,
}

/// The claimed mail; `None` when the lease is lost.
pub async fn inbound_load(tx: &mut TenantTx, claim: &InboundClaim) -> Result<Option<InboundRow>> {
    let company = tx.company().uuid();
    Ok(sqlx::query_as!(
        InboundRow,
        "SELECT raw, received_at, failures FROM inbound_mails
          WHERE company_id = $1 AND id = $2 AND attempt = $3 AND state = 'received'",
        company,
        claim.inbound.uuid(),
        claim.attempt,
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// A human reply that was matched.
#[derive(Clone, Debug)]
pub struct ReplyOpen {
    /// The mail.
    pub inbound: InboundId,
    /// Its customer.
    pub customer: CustomerId,
    /// Its account.
    pub currency: Option<Currency>,
    /// Its conversation.
    pub conversation: Option<ConversationId>,
    /// The letter it answers.
    pub outreach: Option<OutreachId>,
    /// What the customer wrote this time.
    pub new_text: String,
    /// How.
    pub sentiment: Option<f64>,
    /// Message-ID of the mail.
    pub message_id: Option<String>,
    /// Subject of the mail.
    pub subject: Option<String>,
    /// When, by the injected clock.
    pub at: DateTime<Utc>,
}

/// What a reply stopped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReplyOpened {
    /// The block that stands until the reply is dealt with.
    pub block: BlockId,
    /// Waiting letters that are void now.
    pub cancelled: Vec<OutreachId>,
    /// The message row, where there is a conversation to hold it.
    pub message: Option<MessageId>,
}

/// Stops the chase of the whole customer until the reply is dealt with. Repeating it changes nothing.
pub async fn reply_open(tx: &mut TenantTx, reply: &ReplyOpen) -> Result<ReplyOpened> {
    let company = tx.company().uuid();
    let (customer, inbound) = (reply.customer.uuid(), reply.inbound.uuid());
    let standing = sqlx::query_scalar!(
        "SELECT id FROM dunning_blocks WHERE company_id = $1 AND customer_id = $2 AND inbound_id = $3
            AND reason = 'reply_pending' AND invoice_id IS NULL",
        company,
        customer,
        inbound,
    )
    .fetch_optional(tx.conn())
    .await?;
    if let Some(block) = standing {
        return Ok(ReplyOpened { block: BlockId::from_uuid(block), cancelled: Vec::new(), message: None });
    }
    let block = BlockId::new();
    let actor = tx.actor().to_string();
    sqlx::query!(
        "INSERT INTO dunning_blocks (company_id, id, customer_id, reason, inbound_id, created_by)
         VALUES ($1, $2, $3, $4, $5, $6)",
        company,
        block.uuid(),
        customer,
        BlockReason::ReplyPending.as_str(),
        inbound,
        actor,
    )
    .execute(tx.conn())
    .await?;
    let cancelled = void_waiting_letters(tx, reply).await?;
    let message = message_insert(tx, reply).await?;
    let event = Event::new("reply_received", reply.at).customer(reply.customer).outreach(reply.outreach);
    event_insert(tx, event.detail(json!({ "inbound": reply.inbound }))).await?;
    Ok(ReplyOpened { block, cancelled, message })
}

async fn void_waiting_letters(tx: &mut TenantTx, reply: &ReplyOpen) -> Result<Vec<OutreachId>> {
    let company = tx.company().uuid();
    let void = sqlx::query_scalar!(
        "UPDATE outreaches SET state = 'stale', claimed_until = NULL, claimed_by = NULL
          WHERE company_id = $1 AND customer_id = $2 AND state IN ('drafted', 'proposed', 'queued', 'claimed')
         RETURNING id",
        company,
        reply.customer.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    if void.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query!(
        "UPDATE ai_actions SET status = 'cancelled' WHERE company_id = $1 AND outreach_id = ANY ($2)
            AND status IN ('pending_approval', 'approved')",
        company,
        &void,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE ai_messages SET delivery_status = 'cancelled' WHERE company_id = $1 AND outreach_id = ANY ($2)
            AND delivery_status IN ('draft', 'approved')",
        company,
        &void,
    )
    .execute(tx.conn())
    .await?;
    for id in &void {
        let event = Event::new("letter_voided", reply.at).customer(reply.customer);
        event_insert(
            tx,
            event.outreach(OutreachId::from_uuid(*id)).reason(BlockReason::ReplyPending.as_str()),
        )
        .await?;
    }
    Ok(void.into_iter().map(OutreachId::from_uuid).collect())
}

async fn message_insert(tx: &mut TenantTx, reply: &ReplyOpen) -> Result<Option<MessageId>> {
    let company = tx.company().uuid();
    let conversation = match reply.conversation {
        Some(id) => Some(id.uuid()),
        None => {
            sqlx::query_scalar!(
                "SELECT id FROM ai_conversations WHERE company_id = $1 AND customer_id = $2
                    AND ($3::text IS NULL OR currency = $3) ORDER BY status = 'completed', id LIMIT 1",
                company,
                reply.customer.uuid(),
                reply.currency.map(|c| c.to_string()),
            )
            .fetch_optional(tx.conn())
            .await?
        }
    };
    let Some(conversation) = conversation else { return Ok(None) };
    let id = MessageId::new();
    sqlx::query!(
        "INSERT INTO ai_messages (company_id, id, conversation_id, direction, message_type, content, subject,
                delivery_status, created_at, inbound_id, customer_id, message_id_header)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        company,
        id.uuid(),
        conversation,
        Direction::Inbound.as_str(),
        MessageType::CustomerReply.as_str(),
        reply.new_text,
        reply.subject,
        DeliveryStatus::Received.as_str(),
        reply.at,
        reply.inbound.uuid(),
        reply.customer.uuid(),
        reply.message_id,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE ai_conversations SET total_responses_received = total_responses_received + 1, last_action_at = $3,
                current_stage = CASE WHEN current_stage IN ('initial_outreach', 'follow_up') THEN 'negotiation'
                                     ELSE current_stage END
          WHERE company_id = $1 AND id = $2",
        company,
        conversation,
        reply.at,
    )
    .execute(tx.conn())
    .await?;
    Ok(Some(id))
}

/// What became of a mail.
#[derive(Clone, Debug)]
pub struct InboundFinish {
    /// Its state.
    pub state: InboundState,
    /// Why, for a person.
    pub reason: Option<String>,
    /// Its customer.
    pub customer: Option<CustomerId>,
    /// Its account.
    pub currency: Option<Currency>,
    /// The letter it answers.
    pub outreach: Option<OutreachId>,
    /// Its conversation.
    pub conversation: Option<ConversationId>,
    /// What the customer wrote this time.
    pub new_text: Option<String>,
    /// What was quoted.
    pub cut_text: Option<String>,
    /// What was understood.
    pub readings: Option<Value>,
    /// How it was said; `None` for machines.
    pub sentiment: Option<f64>,
    /// When, by the injected clock.
    pub at: DateTime<Utc>,
}

/// Finishes a claimed mail under its fence.
pub async fn inbound_finish(tx: &mut TenantTx, claim: &InboundClaim, f: &InboundFinish) -> Result<Fence> {
    let company = tx.company().uuid();
    let done = sqlx::query!(
        "UPDATE inbound_mails SET state = $4, state_reason = $5, customer_id = $6, currency = $7, outreach_id = $8,
                conversation_id = $9, new_text = $10, cut_text = $11, readings = $12, sentiment = $13,
                processed_at = $14, claimed_until = NULL, claimed_by = NULL
          WHERE company_id = $1 AND id = $2 AND attempt = $3 AND state = 'received'",
        company,
        claim.inbound.uuid(),
        claim.attempt,
        f.state.as_str(),
        f.reason,
        f.customer.map(CustomerId::uuid),
        f.currency.map(|c| c.to_string()),
        f.outreach.map(OutreachId::uuid),
        f.conversation.map(ConversationId::uuid),
        f.new_text,
        f.cut_text,
        f.readings,
        f.sentiment,
        f.at,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(Fence::Lost);
    }
    if let Some(sentiment) = f.sentiment {
        let labels = f.readings.as_ref().map(labels).unwrap_or_default();
        sqlx::query!(
            "UPDATE ai_messages SET sentiment_score = $3, intent_classification = $4
              WHERE company_id = $1 AND inbound_id = $2 AND direction = 'inbound'",
            company,
            claim.inbound.uuid(),
            sentiment,
            labels,
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(Fence::Held)
}

/// The labels of readings, separated by commas, as the column holds them (at most 100 characters).
fn labels(readings: &Value) -> String {
    let list = readings.get("readings").and_then(Value::as_array).into_iter().flatten();
    let mut out = String::new();
    for label in list.filter_map(|r| r.get("intent")).filter_map(Value::as_str) {
        if out.split(',').any(|l| l == label) || out.len() + label.len() + 1 > 100 {
            continue;
        }
        if !out.is_empty() {
            out.push(',');
        }
        out.push_str(label);
    }
    out
}

/// Attempts after which a mail is shown to a person instead of tried again.
const MOST_FAILURES: i32 = 5;

/// Gives a mail back for a later attempt; after five it is quarantined, raw and with its reason.
pub async fn inbound_retry(
    tx: &mut TenantTx,
    claim: &InboundClaim,
    next_attempt_at: DateTime<Utc>,
    error: &str,
) -> Result<Fence> {
    let company = tx.company().uuid();
    let done = sqlx::query!(
        "UPDATE inbound_mails SET failures = failures + 1, next_attempt_at = $4, claimed_until = NULL, claimed_by = NULL,
                state = CASE WHEN failures + 1 >= $5 THEN 'quarantined' ELSE state END,
                state_reason = CASE WHEN failures + 1 >= $5 THEN $6 ELSE state_reason END
          WHERE company_id = $1 AND id = $2 AND attempt = $3 AND state = 'received'",
        company,
        claim.inbound.uuid(),
        claim.attempt,
        next_attempt_at,
        MOST_FAILURES,
        error,
    )
    .execute(tx.conn())
    .await?;
    Ok(if done.rows_affected() == 0 { Fence::Lost } else { Fence::Held })
}

/// The reply is dealt with: lifts its block and looks at the customer's accounts again.
pub async fn reply_settled(tx: &mut TenantTx, inbound: InboundId, at: DateTime<Utc>) -> Result<u64> {
    let company = tx.company().uuid();
    let actor = tx.actor().to_string();
    let lifted: Vec<Option<Uuid>> = sqlx::query_scalar!(
        "UPDATE dunning_blocks SET lifted_at = $3, lifted_by = $4
          WHERE company_id = $1 AND inbound_id = $2 AND reason = 'reply_pending' AND lifted_at IS NULL
         RETURNING customer_id",
        company,
        inbound.uuid(),
        at,
        actor,
    )
    .fetch_all(tx.conn())
    .await?;
    for customer in lifted.iter().flatten() {
        account_wake(tx, CustomerId::from_uuid(*customer), None, at).await?;
    }
    Ok(u64::try_from(lifted.len()).unwrap_or(0))
}

/// Lifts the block of a reply when no proposal that came of it waits any more and it was not handed to
/// a person; true when it was lifted.
pub async fn reply_settle_if_done(tx: &mut TenantTx, inbound: InboundId, at: DateTime<Utc>) -> Result<bool> {
    let company = tx.company().uuid();
    let open = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM ai_actions WHERE company_id = $1 AND inbound_id = $2
                           AND status = 'pending_approval')
               OR EXISTS (SELECT 1 FROM chase_events WHERE company_id = $1 AND kind = 'needs_person'
                           AND detail ->> 'inbound' = $2::uuid::text) AS "open!""#,
        company,
        inbound.uuid(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(!open && reply_settled(tx, inbound, at).await? > 0)
}
