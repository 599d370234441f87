//! Schedules and leases of an account's conversations.
//!
//! Why: an account is one unit of work, so its conversations share a next look. Guarantees: a lease is
//! given back only under its fence; a wake-up that comes while a unit is under way is not lost, because
//! it takes the lease away and the unit is done again; a conversation is paused exactly while a block
//! without a date covers it. Does not: change facts of the account.

use super::{Fence, Finish};
use crate::claims::AccountClaim;
use crate::error::Result;
use crate::settle::records::{Event, event_insert};
use crate::tenancy::TenantTx;
use chrono::{DateTime, Utc};
use domain::action::EscalationReason;
use domain::ids::CustomerId;
use domain::money::Currency;
use serde_json::json;
use uuid::Uuid;

/// Failures in a row after which a person takes over.
const MOST_FAILURES: i32 = 5;

/// The ids and fences of a claim, for statements.
pub(super) fn held(claim: &AccountClaim) -> (Vec<Uuid>, Vec<i64>) {
    claim.conversations.iter().map(|h| (h.id.uuid(), h.attempt)).unzip()
}

/// Gives the leases of a claim back and sets when the account is looked at next. Conversations of the
/// account that were not due get the same date, because the next look is at the whole account.
///
/// A line of the timeline is written only when the reason of the hold is a new one.
pub async fn conversations_finish(tx: &mut TenantTx, claim: &AccountClaim, finish: &Finish) -> Result<Fence> {
    let (ids, attempts) = held(claim);
    let next = finish.next();
    let done = sqlx::query!(
        r#"
WITH held AS (
    SELECT c.id, c.hold_reason FROM ai_conversations c JOIN unnest($4::uuid[], $5::bigint[]) AS h (id, attempt)
        ON h.id = c.id AND h.attempt = c.attempt
     WHERE c.company_id = $1 AND c.claimed_by = $6 FOR NO KEY UPDATE OF c
), moved AS (
    UPDATE ai_conversations c
       SET claimed_until = NULL, claimed_by = NULL, failures = 0,
           next_action_at = CASE WHEN c.status = 'active' THEN $7 ELSE c.next_action_at END,
           hold_reason = $8, hold_until = $9
     WHERE c.company_id = $1 AND c.customer_id = $2 AND c.currency = $3
       AND (SELECT count(*) FROM held) = cardinality($4::uuid[])
       AND (c.id IN (SELECT id FROM held)
            OR (c.status = 'active' AND (c.claimed_until IS NULL OR c.claimed_until < clock_timestamp())
                AND (c.next_action_at, c.hold_reason) IS DISTINCT FROM ($7, $8)))
    RETURNING c.id
)
SELECT (SELECT count(*) FROM moved) AS "moved!",
       coalesce((SELECT bool_or(hold_reason IS DISTINCT FROM $8) FROM held), false) AS "new_reason!""#,
        claim.company.uuid(),
        claim.customer.uuid(),
        claim.currency.code(),
        &ids,
        &attempts,
        claim.worker,
        next,
        finish.hold.map(|h| h.reason.code()),
        finish.hold.and_then(|h| h.until),
    )
    .fetch_one(tx.conn())
    .await?;
    if done.moved == 0 {
        return Ok(Fence::Lost);
    }
    if let Some(hold) = finish.hold.filter(|_| done.new_reason) {
        event_insert(tx, held_event(claim, finish, hold)).await?;
    }
    Ok(Fence::Held)
}

/// The timeline's line about a hold.
pub(super) fn held_event(claim: &AccountClaim, finish: &Finish, hold: super::Hold) -> Event {
    Event::new("held", finish.at)
        .customer(claim.customer)
        .currency(claim.currency)
        .conversation(claim.conversations.first().map(|h| h.id))
        .reason(hold.reason.code())
        .detail(json!({ "until": hold.until, "next": finish.next() }))
}

/// What came of a failed unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Failed {
    /// Whether the claim was still held.
    pub fence: Fence,
    /// Failures in a row.
    pub failures: i16,
    /// A person has it now.
    pub escalated: bool,
}

/// Ends a unit that failed: another attempt at `retry_at`, and after five in a row a person.
///
/// `error` is a class of failure for the timeline; no names, addresses or texts.
pub async fn conversations_fail(
    tx: &mut TenantTx,
    claim: &AccountClaim,
    retry_at: DateTime<Utc>,
    error: &str,
    at: DateTime<Utc>,
) -> Result<Failed> {
    let (ids, attempts) = held(claim);
    let failures = sqlx::query_scalar!(
        r#"
UPDATE ai_conversations c
   SET claimed_until = NULL, claimed_by = NULL, failures = c.failures + 1,
       next_action_at = CASE WHEN c.status = 'active' THEN greatest($5, $6::timestamptz + interval '1 minute') ELSE c.next_action_at END,
       status = CASE WHEN c.failures + 1 >= $7 AND c.status = 'active' THEN 'escalated' ELSE c.status END,
       current_stage = CASE WHEN c.failures + 1 >= $7 AND c.status = 'active' THEN 'escalated' ELSE c.current_stage END,
       escalation_reason = CASE WHEN c.failures + 1 >= $7 AND c.status = 'active' THEN $8 ELSE c.escalation_reason END
  FROM unnest($2::uuid[], $3::bigint[]) AS h (id, attempt)
 WHERE c.company_id = $1 AND c.id = h.id AND c.attempt = h.attempt AND c.claimed_by = $4
RETURNING c.failures"#,
        claim.company.uuid(),
        &ids,
        &attempts,
        claim.worker,
        retry_at,
        at,
        MOST_FAILURES,
        EscalationReason::Failing.code(),
    )
    .fetch_all(tx.conn())
    .await?;
    let Some(failures) = failures.into_iter().max() else {
        return Ok(Failed { fence: Fence::Lost, failures: 0, escalated: false });
    };
    let escalated = i32::from(failures) >= MOST_FAILURES;
    let kind = if escalated { "escalated" } else { "failed" };
    let event = Event::new(kind, at)
        .customer(claim.customer)
        .currency(claim.currency)
        .conversation(claim.conversations.first().map(|h| h.id))
        .reason(EscalationReason::Failing.code())
        .detail(json!({ "error": error, "failures": failures }));
    event_insert(tx, event).await?;
    Ok(Failed { fence: Fence::Held, failures, escalated })
}

/// Gives a claim back unworked; the schedule stays as it is.
pub async fn conversations_release(tx: &mut TenantTx, claim: &AccountClaim) -> Result<Fence> {
    let (ids, attempts) = held(claim);
    let done = sqlx::query!(
        "UPDATE ai_conversations c SET claimed_until = NULL, claimed_by = NULL
           FROM unnest($2::uuid[], $3::bigint[]) AS h (id, attempt)
          WHERE c.company_id = $1 AND c.id = h.id AND c.attempt = h.attempt AND c.claimed_by = $4",
        claim.company.uuid(),
        &ids,
        &attempts,
        claim.worker,
    )
    .execute(tx.conn())
    .await?;
    Ok(Fence::of(done.rows_affected()))
}

/// Makes the active conversations of a customer due now; returns how many.
///
/// A unit under way on them loses its lease, so that what it decided without knowing of the cause is
/// not written: never call this inside a unit before [`conversations_finish`]. Conversations over which
/// no block stands any more, and paused or escalated ones whose invoice owes nothing any more, become
/// active, the latter so that they are closed.
pub async fn account_wake(
    tx: &mut TenantTx,
    customer: CustomerId,
    currency: Option<Currency>,
    at: DateTime<Utc>,
) -> Result<u64> {
    let company = tx.company().uuid();
    conversations_sync(tx, customer, at).await?;
    let settled = sqlx::query!(
        "UPDATE ai_conversations c SET status = 'active', next_action_at = $4
           FROM invoices i
          WHERE c.company_id = $1 AND c.customer_id = $2 AND c.currency = coalesce($3, c.currency)
            AND c.status IN ('paused', 'escalated')
            AND i.company_id = $1 AND i.id = c.invoice_id AND i.status = 'paid'",
        company,
        customer.uuid(),
        currency.map(|c| c.to_string()),
        at,
    )
    .execute(tx.conn())
    .await?;
    let woken = sqlx::query!(
        "UPDATE ai_conversations c
            SET next_action_at = least(c.next_action_at, $4),
                attempt = c.attempt + CASE WHEN c.claimed_until IS NULL THEN 0 ELSE 1 END,
                claimed_until = NULL, claimed_by = NULL
          WHERE c.company_id = $1 AND c.customer_id = $2 AND c.currency = coalesce($3, c.currency)
            AND c.status = 'active' AND (c.next_action_at IS NULL OR c.next_action_at > $4 OR c.claimed_until IS NOT NULL)",
        company,
        customer.uuid(),
        currency.map(|c| c.to_string()),
        at,
    )
    .execute(tx.conn())
    .await?;
    Ok(settled.rows_affected() + woken.rows_affected())
}

/// Pauses and unpauses the conversations of a customer by the blocks that stand; returns how many
/// changed.
///
/// Only a block without a date pauses: one with a date leaves the conversation active, asleep until
/// then, so that the agent itself finds the date come. A block of the whole company pauses nobody: it
/// is one row, and there may be very many conversations.
pub async fn conversations_sync(tx: &mut TenantTx, customer: CustomerId, at: DateTime<Utc>) -> Result<u64> {
    let company = tx.company().uuid();
    let done = sqlx::query!(
        r#"
UPDATE ai_conversations c
   SET status = CASE WHEN s.reason IS NULL THEN 'active' ELSE 'paused' END, pause_reason = s.reason,
       next_action_at = CASE WHEN s.reason IS NULL THEN $3 ELSE c.next_action_at END
  FROM (SELECT v.id, b.reason
          FROM ai_conversations v
          LEFT JOIN LATERAL (
            SELECT d.reason FROM dunning_blocks d
             WHERE d.company_id = $1 AND d.customer_id = $2 AND d.lifted_at IS NULL AND d.until IS NULL
               AND (d.invoice_id IS NULL OR d.invoice_id = v.invoice_id)
             ORDER BY d.invoice_id NULLS FIRST, d.id LIMIT 1) b ON true
         WHERE v.company_id = $1 AND v.customer_id = $2 AND v.status IN ('active', 'paused')) s
 WHERE c.company_id = $1 AND c.id = s.id
   AND (c.status, c.pause_reason) IS DISTINCT FROM (CASE WHEN s.reason IS NULL THEN 'active' ELSE 'paused' END, s.reason)"#,
        company,
        customer.uuid(),
        at,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
