//! The end of a unit of work.
//!
//! Why: it happens once per account and look, so it is the hot path: one statement locks and checks,
//! one writes. Guarantees: see [`super`]. [`unit_lock`] is for units that also carry out actions;
//! [`unit_settle`] does lock, check and write for the common ones.

use super::conversations::{conversations_finish, held, held_event};
use super::outreach::{NewOutreach, SlotKey, outreach_write};
use super::records::{Event, NewAction, NewDecision, action_rows, decision_rows, event_rows};
use super::{Fence, Finish};
use crate::claims::AccountClaim;
use crate::error::{Result, StoreError};
use crate::tenancy::TenantTx;
use domain::ids::{InboundId, OutreachId, PromiseId};
use domain::kinds::OutreachState;
use uuid::Uuid;

/// A row that a purpose has already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slot {
    /// Its id, which a new draft must bear.
    pub id: OutreachId,
    /// Its state.
    pub state: OutreachState,
    /// Its revision; a new draft gets the next.
    pub revision: i32,
}

impl Slot {
    pub(super) fn read(id: Uuid, state: &str, revision: i32) -> Result<Self> {
        let state = state.parse().map_err(|_| StoreError::corrupt("outreaches.state"))?;
        Ok(Self { id: OutreachId::from_uuid(id), state, revision })
    }

    /// Whether a new draft may take the row: nothing of it left, and nothing of it is under way.
    #[must_use]
    pub const fn redraftable(&self) -> bool {
        match self.state {
            OutreachState::Stale | OutreachState::Cancelled | OutreachState::Failed => true,
            OutreachState::Drafted
            | OutreachState::Proposed
            | OutreachState::Queued
            | OutreachState::Claimed
            | OutreachState::Transmitting
            | OutreachState::Sent
            | OutreachState::InDoubt => false,
        }
    }
}

/// What the lock found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnitLock {
    /// All is as it was; the account is locked until the transaction ends. With the row the purpose
    /// asked about has already.
    Held(Option<Slot>),
    /// The facts have moved: decide again on a new snapshot.
    Moved,
    /// The claim is lost: do nothing.
    Lost,
}

/// Locks the account, compares its version with the one the unit decided on, checks the fence of every
/// conversation of the claim, and looks up the row of a purpose.
///
/// # Errors
/// `NotFound` when there is no such account.
pub async fn unit_lock(
    tx: &mut TenantTx,
    claim: &AccountClaim,
    expect_version: i64,
    purpose: Option<&SlotKey>,
) -> Result<UnitLock> {
    let (ids, attempts) = held(claim);
    let row = sqlx::query!(
        r#"
WITH account AS (
    SELECT version FROM accounts WHERE company_id = $1 AND customer_id = $2 AND currency = $3 FOR NO KEY UPDATE
), held AS (
    SELECT c.id FROM ai_conversations c JOIN unnest($4::uuid[], $5::bigint[]) AS h (id, attempt)
        ON h.id = c.id AND h.attempt = c.attempt
     WHERE c.company_id = $1 AND c.claimed_by = $6 AND EXISTS (SELECT 1 FROM account) FOR NO KEY UPDATE OF c
), slot AS (
    SELECT o.id, o.state, o.revision FROM outreaches o
     WHERE $7 = 'dunning_notice' AND o.kind = 'dunning_notice' AND o.company_id = $1 AND o.customer_id = $2
       AND o.currency = $3 AND o.cycle = $8 AND o.dunning_level = $9
    UNION ALL
    SELECT o.id, o.state, o.revision FROM outreaches o
     WHERE o.company_id = $1 AND o.reply_to_inbound = $10 AND o.kind = $7
    UNION ALL
    SELECT o.id, o.state, o.revision FROM outreaches o
     WHERE $7 = 'broken_promise' AND o.kind = 'broken_promise' AND o.company_id = $1 AND o.promise_id = $11
)
SELECT (SELECT version FROM account) AS version, (SELECT count(*) FROM held) AS "held!",
       slot.id AS "id?", slot.state AS "state?", slot.revision AS "revision?"
  FROM (SELECT 1) one LEFT JOIN slot ON true LIMIT 1"#,
        claim.company.uuid(),
        claim.customer.uuid(),
        claim.currency.code(),
        &ids,
        &attempts,
        claim.worker,
        purpose.map(|p| p.kind.as_str()),
        purpose.map(|p| p.cycle),
        purpose.and_then(|p| p.level).map(i32::from),
        purpose.and_then(|p| p.reply_to_inbound).map(InboundId::uuid),
        purpose.and_then(|p| p.promise).map(PromiseId::uuid),
    )
    .fetch_one(tx.conn())
    .await?;
    let version = row.version.ok_or(StoreError::NotFound("account"))?;
    if usize::try_from(row.held).ok() != Some(claim.conversations.len()) {
        return Ok(UnitLock::Lost);
    }
    if version != expect_version {
        return Ok(UnitLock::Moved);
    }
    let slot = match (row.id, row.state, row.revision) {
        (Some(id), Some(state), Some(revision)) => Some(Slot::read(id, &state, revision)?),
        _ => None,
    };
    Ok(UnitLock::Held(slot))
}

/// Everything a unit writes.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Version of the snapshot it decided on.
    pub expect_version: i64,
    /// How the conversations are left.
    pub finish: Finish,
    /// The message, if there is one.
    pub outreach: Option<NewOutreach>,
    /// Actions to be written down.
    pub actions: Vec<NewAction>,
    /// Answers of the policies.
    pub decisions: Vec<NewDecision>,
    /// Lines of the timeline, beside the one about the hold, which is written by itself.
    pub events: Vec<Event>,
}

/// What became of a unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Settled {
    /// Written; commit.
    Done,
    /// Nothing was written: the purpose has a dead row already. Give the draft that row's id, make its
    /// headers anew and call again in the same transaction.
    Slot(Slot),
    /// Nothing was written: the facts have moved. Roll back and decide again.
    Moved,
    /// Nothing was written: the claim is lost. Roll back and do nothing.
    Lost,
}

/// Locks, checks and writes a unit that carries out no action beyond queueing its message.
///
/// # Errors
/// `Conflict` when a live message has the same purpose, or an action's dedupe key is taken.
pub async fn unit_settle(tx: &mut TenantTx, claim: &AccountClaim, unit: &Unit) -> Result<Settled> {
    let key = unit.outreach.as_ref().map(NewOutreach::key);
    let slot = match unit_lock(tx, claim, unit.expect_version, key.as_ref()).await? {
        UnitLock::Held(slot) => slot,
        UnitLock::Moved => return Ok(Settled::Moved),
        UnitLock::Lost => return Ok(Settled::Lost),
    };
    match (&unit.outreach, slot) {
        (Some(new), Some(slot)) if slot.redraftable() && slot.id != new.id => return Ok(Settled::Slot(slot)),
        (Some(new), slot @ Some(_)) => {
            outreach_write(tx, new, slot).await?;
            unit_write(tx, claim, unit, None).await?;
        }
        (Some(new), None) => {
            new.check()?;
            unit_write(tx, claim, unit, Some(new)).await?;
        }
        (None, _) if unit.actions.is_empty() && unit.decisions.is_empty() && unit.events.is_empty() => {
            if conversations_finish(tx, claim, &unit.finish).await? == Fence::Lost {
                return Ok(Settled::Lost);
            }
        }
        (None, _) => unit_write(tx, claim, unit, None).await?,
    }
    Ok(Settled::Done)
}

/// One statement for all that a unit writes. The caller holds the account and the conversations.
async fn unit_write(
    tx: &mut TenantTx,
    claim: &AccountClaim,
    unit: &Unit,
    outreach: Option<&NewOutreach>,
) -> Result<()> {
    let (ids, _) = held(claim);
    let finish = &unit.finish;
    let mut events = unit.events.clone();
    if let Some(hold) = finish.hold {
        events.insert(0, held_event(claim, finish, hold));
    }
    sqlx::query!(
        r#"
WITH old AS (
    SELECT id, hold_reason FROM ai_conversations WHERE company_id = $1 AND id = ANY ($4)
), moved AS (
    UPDATE ai_conversations c
       SET claimed_until = NULL, claimed_by = NULL, failures = 0,
           next_action_at = CASE WHEN c.status = 'active' THEN $5 ELSE c.next_action_at END,
           hold_reason = $6, hold_until = $7
     WHERE c.company_id = $1 AND c.customer_id = $2 AND c.currency = $3
       AND (c.id = ANY ($4)
            OR (c.status = 'active' AND (c.claimed_until IS NULL OR c.claimed_until < clock_timestamp())
                AND (c.next_action_at, c.hold_reason) IS DISTINCT FROM ($5, $6)))
), letter AS (
    INSERT INTO outreaches (company_id, id, customer_id, currency, conversation_id, kind, cycle, dunning_level,
        reply_to_inbound, promise_id, plan_id, state, language, subject, body_text, body_html, recipients, cc, sender,
        reply_to, message_id_header, in_reply_to, references_header, date_header, account_version, snapshot,
        grounding, drafted_by, responsible, disclosure_version, send_after)
    SELECT $1, o.id, o.customer_id, o.currency, o.conversation_id, o.kind, o.cycle, o.dunning_level,
        o.reply_to_inbound, o.promise_id, o.plan_id, o.state, o.language, o.subject, o.body_text, o.body_html,
        o.recipients, o.cc, o.sender, o.reply_to, o.message_id_header, o.in_reply_to, o.references_header,
        o.date_header, $8, o.snapshot, o.grounding, o.drafted_by, o.responsible, o.disclosure_version, o.send_after
      FROM jsonb_to_recordset($9) AS o (id uuid, customer_id uuid, currency text, conversation_id uuid, kind text,
        cycle integer, dunning_level integer, reply_to_inbound uuid, promise_id uuid, plan_id uuid, state text,
        language text, subject text, body_text text, body_html text, recipients text[], cc text[], sender text,
        reply_to text, message_id_header text, in_reply_to text, references_header text[], date_header timestamptz,
        snapshot jsonb, grounding jsonb, drafted_by text, responsible text, disclosure_version text,
        send_after timestamptz)
    RETURNING *
), items AS (
    INSERT INTO outreach_items (company_id, outreach_id, invoice_id, customer_id, currency, residual, due_date,
        days_overdue, level_before, level_after)
    SELECT $1, l.id, i.invoice_id, $2, $3, i.residual, i.due_date, i.days_overdue, i.level_before, i.level_after
      FROM letter l, jsonb_to_recordset($10) AS i (invoice_id uuid, residual numeric, due_date date,
        days_overdue integer, level_before integer, level_after integer)
), message AS (
    INSERT INTO ai_messages (company_id, id, conversation_id, direction, message_type, content, subject,
        delivery_status, created_at, outreach_id, customer_id, message_id_header, in_reply_to, recipients, language,
        responsible, disclosure_version, model_call_id, prompt_version, grounding)
    SELECT $1, m.id, l.conversation_id, 'outbound', 'ai_generated', l.body_text, l.subject, m.delivery_status,
        m.created_at, l.id, l.customer_id, l.message_id_header, l.in_reply_to, l.recipients || l.cc, l.language,
        l.responsible, l.disclosure_version, m.model_call_id, m.prompt_version, l.grounding
      FROM letter l, jsonb_to_record($11) AS m (id uuid, delivery_status text, created_at timestamptz,
        model_call_id uuid, prompt_version text)
), actions AS (
    INSERT INTO ai_actions (company_id, id, conversation_id, customer_id, currency, outreach_id, inbound_id, action_type,
        status, ai_confidence, ai_reasoning, payload, verdict, reasons, policy_version, facts, account_version,
        expires_at, dedupe_key, amount, created_at, executed_at)
    SELECT $1, a.id, a.conversation_id, a.customer_id, a.currency, a.outreach_id, a.inbound_id, a.action_type, a.status,
        a.ai_confidence, a.ai_reasoning, a.payload, a.verdict, a.reasons, a.policy_version, a.facts,
        a.account_version, a.expires_at, a.dedupe_key, a.amount, a.created_at, a.executed_at
      FROM jsonb_to_recordset($12) AS a (id uuid, conversation_id uuid, customer_id uuid, currency text,
        outreach_id uuid, inbound_id uuid, action_type text, status text, ai_confidence double precision,
        ai_reasoning text, payload jsonb, verdict text, reasons text[], policy_version text, facts jsonb,
        account_version bigint, expires_at timestamptz, dedupe_key text, amount numeric, created_at timestamptz,
        executed_at timestamptz)
), decided AS (
    INSERT INTO decisions (company_id, id, customer_id, currency, conversation_id, outreach_id, action_id, action_type,
        verdict, reasons, policy_version, facts, decided_at)
    SELECT $1, d.id, d.customer_id, d.currency, d.conversation_id, d.outreach_id, d.action_id, d.action_type,
        d.verdict, d.reasons, d.policy_version, d.facts, d.decided_at
      FROM jsonb_to_recordset($13) AS d (id uuid, customer_id uuid, currency text, conversation_id uuid,
        outreach_id uuid, action_id uuid, action_type text, verdict text, reasons text[], policy_version text,
        facts jsonb, decided_at timestamptz)
)
INSERT INTO chase_events (company_id, id, customer_id, currency, invoice_id, conversation_id, outreach_id, action_id,
    kind, reason, detail, at)
SELECT $1, e.id, e.customer_id, e.currency, e.invoice_id, e.conversation_id, e.outreach_id, e.action_id, e.kind,
    e.reason, e.detail, e.at
  FROM jsonb_to_recordset($14) AS e (id uuid, customer_id uuid, currency text, invoice_id uuid, conversation_id uuid,
    outreach_id uuid, action_id uuid, kind text, reason text, detail jsonb, at timestamptz)
 WHERE e.kind <> 'held' OR EXISTS (SELECT 1 FROM old WHERE old.hold_reason IS DISTINCT FROM $6)"#,
        claim.company.uuid(),
        claim.customer.uuid(),
        claim.currency.code(),
        &ids,
        finish.next(),
        finish.hold.map(|h| h.reason.code()),
        finish.hold.and_then(|h| h.until),
        unit.expect_version,
        serde_json::Value::Array(outreach.iter().map(|o| o.row()).collect()),
        outreach.map_or_else(|| serde_json::json!([]), NewOutreach::item_rows),
        outreach.map_or_else(|| serde_json::json!({}), NewOutreach::message_row),
        action_rows(&unit.actions)?,
        decision_rows(&unit.decisions),
        event_rows(&events)?,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
