//! What a person does with a proposal. Approving is put together by the caller: lock the account, lock
//! the proposal, read the account again, check, authorise, execute, mark.

use super::detail::approvals;
use crate::error::{Result, StoreError};
use crate::ledger::{lost, money, parse};
use crate::settle::{Event, NewLearning, event_insert, learning_insert};
use crate::snapshot::account_lock;
use crate::tenancy::TenantTx;
use crate::text;
use chrono::{DateTime, Utc};
use domain::action::Action;
use domain::ids::{ActionId, ConversationId, CustomerId, InboundId, OutreachId, UserId};
use domain::kinds::{ActionStatus, LearningKind, LearningSignal};
use domain::money::{Currency, Money};
use serde_json::{Value, json};

/// Longest text of a message a person may write, in characters.
const MAX_BODY: usize = 20_000;

/// A proposal under lock.
#[derive(Clone, PartialEq, Debug)]
pub struct LockedProposal {
    /// Id.
    pub id: ActionId,
    /// What is to be done.
    pub action: Action,
    /// Where it stands.
    pub status: ActionStatus,
    /// For If-Match.
    pub version: i64,
    /// The customer.
    pub customer: CustomerId,
    /// Currency of the account.
    pub currency: Currency,
    /// The conversation.
    pub conversation: ConversationId,
    /// Version of the account it was decided on.
    pub account_version: i64,
    /// The message.
    pub outreach: Option<OutreachId>,
    /// The mail it answers.
    pub inbound: Option<InboundId>,
    /// When it lapses.
    pub expires_at: Option<DateTime<Utc>>,
    /// What is at stake.
    pub amount: Option<Money>,
    /// The agent's confidence, 0 to 1.
    pub confidence: f64,
    /// Who has approved it so far.
    pub approvals: Vec<UserId>,
}

impl LockedProposal {
    /// Refuses a proposal that is decided already or was read in another version.
    ///
    /// # Errors
    /// `Version` or `Conflict`.
    pub fn pending(&self, expected: i64) -> Result<()> {
        if self.version != expected {
            return Err(lost(Some(self.version), expected, "proposal"));
        }
        if self.status != ActionStatus::PendingApproval {
            return Err(StoreError::conflict(format!("the proposal is {} already", self.status)));
        }
        Ok(())
    }
}

/// A message as a person wrote it; its text has been proven by the caller.
#[derive(Clone, PartialEq, Debug)]
pub struct Edit {
    /// Subject, one line.
    pub subject: String,
    /// Text.
    pub body_text: String,
    /// HTML text, when it is not made from the text.
    pub body_html: Option<String>,
    /// Certificate of the new text.
    pub grounding: Value,
}

/// Customer and currency of a proposal.
pub async fn proposal_account(tx: &mut TenantTx, id: ActionId) -> Result<(CustomerId, Currency)> {
    let row = sqlx::query!(
        "SELECT customer_id, currency FROM ai_actions WHERE company_id = (SELECT current_company())
      AND id = $1",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(StoreError::NotFound("proposal"))?;
    Ok((CustomerId::from_uuid(row.customer_id), parse(&row.currency, "ai_actions.currency")?))
}

/// Locks a proposal until the end of the transaction, and its account before it: the order everybody
/// keeps.
pub async fn proposal_lock(tx: &mut TenantTx, id: ActionId) -> Result<LockedProposal> {
    let (customer, currency) = proposal_account(tx, id).await?;
    account_lock(tx, customer, currency).await?;
    let r = sqlx::query!(
        r#"SELECT payload, status, version, conversation_id, account_version, outreach_id, inbound_id,
                  expires_at, amount, ai_confidence
             FROM ai_actions WHERE company_id = (SELECT current_company()) AND id = $1 FOR NO KEY UPDATE"#,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(StoreError::NotFound("proposal"))?;
    Ok(LockedProposal {
        id,
        action: serde_json::from_value(r.payload).map_err(|_| StoreError::corrupt("ai_actions.payload"))?,
        status: parse(&r.status, "ai_actions.status")?,
        version: r.version,
        customer,
        currency,
        conversation: ConversationId::from_uuid(r.conversation_id),
        account_version: r.account_version,
        outreach: r.outreach_id.map(OutreachId::from_uuid),
        inbound: r.inbound_id.map(InboundId::from_uuid),
        expires_at: r.expires_at,
        amount: r.amount.map(|a| money(a, currency, "ai_actions.amount")).transpose()?,
        confidence: r.ai_confidence,
        approvals: approvals(tx, id).await?.into_iter().map(|a| a.user).collect(),
    })
}

/// Replaces the text of a proposed message under the proposal's version; returns the new version. The
/// agent's draft is kept with the first edit.
///
/// # Errors
/// `Version`, or `Conflict` when it is decided already or has no message.
pub async fn proposal_edit(
    tx: &mut TenantTx,
    id: ActionId,
    edit: &Edit,
    expected: i64,
    as_of: DateTime<Utc>,
) -> Result<i64> {
    let subject = text::line(&edit.subject, 500).map_err(|f| f.on("subject"))?;
    let body = text::lines(&edit.body_text, MAX_BODY).map_err(|f| f.on("body_text"))?;
    let proposal = proposal_lock(tx, id).await?;
    proposal.pending(expected)?;
    let outreach = proposal.outreach.ok_or_else(|| StoreError::conflict("the proposal has no message"))?;
    let actor = tx.actor().to_string();
    let original = sqlx::query_scalar!(
        r#"UPDATE outreaches o
              SET subject = $2, body_text = $3, body_html = $4, grounding = $5, responsible = $6,
                  draft_original = coalesce(o.draft_original, jsonb_build_object('subject', b.subject,
                      'body_text', b.body_text, 'grounding', b.grounding, 'drafted_by', b.drafted_by))
             FROM outreaches b
            WHERE o.company_id = (SELECT current_company())
              AND o.id = $1 AND b.id = o.id AND o.state = 'proposed'
        RETURNING jsonb_build_object('subject', b.subject, 'body_text', b.body_text) AS "original!""#,
        outreach.uuid(),
        subject,
        body,
        edit.body_html,
        edit.grounding,
        actor,
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or_else(|| StoreError::conflict("the message is not before a person any more"))?;
    sqlx::query!(
        r#"UPDATE ai_messages SET subject = $2, content = $3, message_type = 'human_written', grounding = $4, responsible = $5
            WHERE company_id = (SELECT current_company())
              AND outreach_id = $1 AND delivery_status = 'draft'"#,
        outreach.uuid(),
        subject,
        body,
        edit.grounding,
        actor,
    )
    .execute(tx.conn())
    .await?;
    // The reviewer's version is the action's: what others have read is out of date now.
    let version = sqlx::query_scalar!(
        "UPDATE ai_actions SET status = status WHERE company_id = (SELECT current_company())
          AND id = $1 RETURNING version",
        id.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    let learning = NewLearning {
        kind: LearningKind::UserEdit,
        signal: LearningSignal::Neutral,
        conversation: Some(proposal.conversation),
        action: Some(id),
        original,
        outcome: json!({ "subject": subject, "body_text": body }),
        at: as_of,
    };
    learning_insert(tx, learning).await?;
    event_insert(tx, event(&proposal, "proposal_edited", as_of).detail(json!({ "by": actor }))).await?;
    Ok(version)
}

fn event(proposal: &LockedProposal, kind: &'static str, as_of: DateTime<Utc>) -> Event {
    Event::new(kind, as_of)
        .customer(proposal.customer)
        .currency(proposal.currency)
        .conversation(proposal.conversation)
        .outreach(proposal.outreach)
        .action(proposal.id)
}

/// A person says no: the message is withdrawn, and the account rests until `snooze_until`.
///
/// # Errors
/// `Version`, `Conflict` when it is decided already, `Invalid` without a reason.
pub async fn proposal_reject(
    tx: &mut TenantTx,
    id: ActionId,
    user: UserId,
    reason: &str,
    snooze_until: DateTime<Utc>,
    expected: i64,
    as_of: DateTime<Utc>,
) -> Result<()> {
    let reason = text::optional_lines(Some(reason), text::NOTE).map_err(|f| f.on("reason"))?;
    let reason = reason.ok_or_else(|| text::Flaw::Empty.on("reason"))?;
    let proposal = proposal_lock(tx, id).await?;
    proposal.pending(expected)?;
    sqlx::query!(
        r#"UPDATE ai_actions SET status = 'rejected', human_reviewer_id = $2, human_decision_at = $3, human_notes = $4
            WHERE company_id = (SELECT current_company()) AND id = $1"#,
        id.uuid(),
        user.uuid(),
        as_of,
        &*reason,
    )
    .execute(tx.conn())
    .await?;
    withdraw(tx, &proposal).await?;
    sqlx::query!(
        r#"UPDATE ai_conversations
              SET next_action_at = $3, hold_reason = 'rejected', hold_until = $3,
                  attempt = attempt + CASE WHEN claimed_until IS NULL THEN 0 ELSE 1 END,
                  claimed_until = NULL, claimed_by = NULL
            WHERE company_id = (SELECT current_company())
              AND customer_id = $1 AND currency = $2 AND status = 'active'"#,
        proposal.customer.uuid(),
        proposal.currency.code(),
        snooze_until,
    )
    .execute(tx.conn())
    .await?;
    let learning = NewLearning {
        kind: LearningKind::UserOverride,
        signal: LearningSignal::Negative,
        conversation: Some(proposal.conversation),
        action: Some(id),
        original: serde_json::to_value(&proposal.action).unwrap_or_default(),
        outcome: json!({ "decision": "rejected", "reason": reason }),
        at: as_of,
    };
    learning_insert(tx, learning).await?;
    let detail = json!({ "by": tx.actor().to_string(), "reason": reason, "until": snooze_until });
    event_insert(tx, event(&proposal, "proposal_rejected", as_of).reason("rejected").detail(detail)).await
}

/// Withdraws the message of a proposal, if it has one that has not left.
async fn withdraw(tx: &mut TenantTx, proposal: &LockedProposal) -> Result<()> {
    let Some(outreach) = proposal.outreach else { return Ok(()) };
    sqlx::query!(
        "UPDATE outreaches SET state = 'cancelled' WHERE company_id = (SELECT current_company())
          AND id = $1 AND state IN ('drafted', 'proposed', 'stale')",
        outreach.uuid(),
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE ai_messages SET delivery_status = 'cancelled' WHERE company_id = (SELECT current_company())
          AND outreach_id = $1 AND delivery_status = 'draft'",
        outreach.uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes one person's approval; returns how many different people have approved now.
pub async fn proposal_approval_add(
    tx: &mut TenantTx,
    id: ActionId,
    user: UserId,
    as_of: DateTime<Utc>,
) -> Result<usize> {
    let company = tx.company().uuid();
    sqlx::query!(
        r#"INSERT INTO action_approvals (company_id, action_id, user_id, approved_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (company_id, action_id, user_id) DO NOTHING"#,
        company,
        id.uuid(),
        user.uuid(),
        as_of,
    )
    .execute(tx.conn())
    .await?;
    Ok(approvals(tx, id).await?.len())
}

/// A person's yes: the action's effect is under way (a letter in the outbox). Written with a positive
/// learning event.
///
/// # Errors
/// `Conflict` when it was not pending.
pub async fn proposal_mark_approved(
    tx: &mut TenantTx,
    id: ActionId,
    user: UserId,
    notes: Option<&str>,
    as_of: DateTime<Utc>,
) -> Result<()> {
    let notes = text::optional_lines(notes, text::NOTE).map_err(|f| f.on("note"))?;
    let row = sqlx::query!(
        r#"UPDATE ai_actions a SET status = 'approved', human_reviewer_id = $2, human_decision_at = $3, human_notes = $4
            WHERE a.company_id = (SELECT current_company()) AND a.id = $1 AND a.status = 'pending_approval'
        RETURNING a.conversation_id, a.payload,
                  EXISTS (SELECT 1 FROM outreaches o WHERE o.company_id = (SELECT current_company())
                    AND o.id = a.outreach_id AND o.draft_original IS NOT NULL)
                  AS "edited!""#,
        id.uuid(),
        user.uuid(),
        as_of,
        notes.as_deref(),
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or_else(|| StoreError::conflict("the proposal is decided already"))?;
    // An edited draft has told what was wrong with it; approving the person's own text says nothing.
    let signal = if row.edited { LearningSignal::Neutral } else { LearningSignal::Positive };
    let learning = NewLearning {
        kind: LearningKind::UserOverride,
        signal,
        conversation: Some(ConversationId::from_uuid(row.conversation_id)),
        action: Some(id),
        original: row.payload,
        outcome: json!({ "decision": "approved", "edited": row.edited, "note": notes }),
        at: as_of,
    };
    learning_insert(tx, learning).await
}

/// The effect of an approved action has happened.
///
/// # Errors
/// `Conflict` when it was neither pending nor approved.
pub async fn proposal_mark_executed(tx: &mut TenantTx, id: ActionId, as_of: DateTime<Utc>) -> Result<()> {
    let done = sqlx::query!(
        r#"UPDATE ai_actions SET status = 'executed', executed_at = coalesce(executed_at, $2)
            WHERE company_id = (SELECT current_company())
              AND id = $1 AND status IN ('pending_approval', 'approved', 'executed')"#,
        id.uuid(),
        as_of,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        Err(StoreError::conflict("the action cannot be executed any more"))
    } else {
        Ok(())
    }
}

/// Events have overtaken a proposal: it is withdrawn with its message. One that is decided stays so.
pub async fn proposal_mark_cancelled(
    tx: &mut TenantTx,
    id: ActionId,
    reason: &'static str,
    as_of: DateTime<Utc>,
) -> Result<bool> {
    let proposal = proposal_lock(tx, id).await?;
    if proposal.status != ActionStatus::PendingApproval {
        return Ok(false);
    }
    sqlx::query!(
        "UPDATE ai_actions SET status = 'cancelled' WHERE company_id = (SELECT current_company())
      AND id = $1",
        id.uuid()
    )
    .execute(tx.conn())
    .await?;
    withdraw(tx, &proposal).await?;
    event_insert(tx, event(&proposal, "proposal_cancelled", as_of).reason(reason)).await?;
    Ok(true)
}
