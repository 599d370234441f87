//! What is written about a decision: actions, decisions, events, learning events.
//!
//! Why: every step taken and every step not taken can be explained later. Guarantees: any number of
//! records costs one statement. Does not: carry out an action ([`super::action_execute`]).

use crate::error::Result;
use crate::tenancy::TenantTx;
use chrono::{DateTime, Utc};
use domain::action::Action;
use domain::ids::{ActionId, ConversationId, CustomerId, InboundId, InvoiceId, OutreachId};
use domain::kinds::{ActionStatus, ActionType, LearningKind, LearningSignal};
use domain::money::{Currency, Money};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// An action to be written down, already decided.
#[derive(Clone, Debug)]
pub struct NewAction {
    /// Id.
    pub id: ActionId,
    /// Debtor.
    pub customer: CustomerId,
    /// Currency of the account.
    pub currency: Currency,
    /// Conversation it belongs to: the carrier of the outreach, or the one it is about.
    pub conversation: ConversationId,
    /// The letter, for actions that send one.
    pub outreach: Option<OutreachId>,
    /// The mail it answers, if it answers one.
    pub inbound: Option<InboundId>,
    /// What is to be done.
    pub action: Action,
    /// `act`, `propose`, `hold` or `refuse`.
    pub verdict: &'static str,
    /// Reason codes of the verdict.
    pub reasons: Vec<String>,
    /// Version of the policies.
    pub policy_version: String,
    /// The facts the policies saw.
    pub facts: Value,
    /// 0 to 1.
    pub confidence: f64,
    /// One sentence for the person who decides.
    pub reasoning: String,
    /// `PendingApproval`, `Approved` (a letter in the outbox) or `Executed`.
    pub status: ActionStatus,
    /// When a proposal lapses.
    pub expires_at: Option<DateTime<Utc>>,
    /// Version of the account it was decided on.
    pub account_version: i64,
    /// The same step written twice meets this key.
    pub dedupe_key: Option<String>,
    /// The sum at stake, for sorting the inbox.
    pub amount: Option<Money>,
    /// Now, by the injected clock.
    pub at: DateTime<Utc>,
}

/// An answer of the policies.
#[derive(Clone, Debug)]
pub struct NewDecision {
    /// Debtor.
    pub customer: CustomerId,
    /// Currency of the account.
    pub currency: Currency,
    /// Conversation, if any.
    pub conversation: Option<ConversationId>,
    /// Letter, if any.
    pub outreach: Option<OutreachId>,
    /// Action, if one was written.
    pub action: Option<ActionId>,
    /// What was asked about.
    pub action_type: ActionType,
    /// `act`, `propose`, `hold` or `refuse`.
    pub verdict: &'static str,
    /// Reason codes.
    pub reasons: Vec<String>,
    /// Version of the policies.
    pub policy_version: String,
    /// The facts the policies saw.
    pub facts: Value,
    /// Now, by the injected clock.
    pub at: DateTime<Utc>,
}

/// A line of the timeline.
#[derive(Clone, Debug, Serialize)]
pub struct Event {
    id: Uuid,
    kind: &'static str,
    reason: Option<&'static str>,
    detail: Value,
    customer_id: Option<CustomerId>,
    currency: Option<Currency>,
    invoice_id: Option<InvoiceId>,
    conversation_id: Option<ConversationId>,
    outreach_id: Option<OutreachId>,
    action_id: Option<ActionId>,
    at: DateTime<Utc>,
}

impl Event {
    /// `kind` is a lower-case word such as `held` or `letter_sent`.
    #[must_use]
    pub fn new(kind: &'static str, at: DateTime<Utc>) -> Self {
        Self {
            id: Uuid::now_v7(),
            kind,
            reason: None,
            detail: json!({}),
            customer_id: None,
            currency: None,
            invoice_id: None,
            conversation_id: None,
            outreach_id: None,
            action_id: None,
            at,
        }
    }

    /// Code of why, for what was not done.
    #[must_use]
    pub fn reason(mut self, code: impl Into<Option<&'static str>>) -> Self {
        self.reason = code.into();
        self
    }

    /// Particulars; a JSON object.
    #[must_use]
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }

    /// The debtor.
    #[must_use]
    pub fn customer(mut self, id: impl Into<Option<CustomerId>>) -> Self {
        self.customer_id = id.into();
        self
    }

    /// The currency of the account.
    #[must_use]
    pub fn currency(mut self, currency: impl Into<Option<Currency>>) -> Self {
        self.currency = currency.into();
        self
    }

    /// The invoice.
    #[must_use]
    pub fn invoice(mut self, id: impl Into<Option<InvoiceId>>) -> Self {
        self.invoice_id = id.into();
        self
    }

    /// The conversation.
    #[must_use]
    pub fn conversation(mut self, id: impl Into<Option<ConversationId>>) -> Self {
        self.conversation_id = id.into();
        self
    }

    /// The letter.
    #[must_use]
    pub fn outreach(mut self, id: impl Into<Option<OutreachId>>) -> Self {
        self.outreach_id = id.into();
        self
    }

    /// The action.
    #[must_use]
    pub fn action(mut self, id: impl Into<Option<ActionId>>) -> Self {
        self.action_id = id.into();
        self
    }
}

/// Something to learn from.
#[derive(Clone, Debug)]
pub struct NewLearning {
    /// What kind.
    pub kind: LearningKind,
    /// Do more or less of it.
    pub signal: LearningSignal,
    /// Conversation, if any.
    pub conversation: Option<ConversationId>,
    /// Action, if any.
    pub action: Option<ActionId>,
    /// What the agent had.
    pub original: Value,
    /// What came of it.
    pub outcome: Value,
    /// Now, by the injected clock.
    pub at: DateTime<Utc>,
}

/// The rows of `ai_actions`, as JSON for one statement.
pub(super) fn action_rows(actions: &[NewAction]) -> Result<Value> {
    let rows = actions.iter().map(|a| {
        let payload = serde_json::to_value(&a.action)
            .map_err(|_| crate::StoreError::invalid("the content of an action cannot be written"))?;
        Ok(json!({
            "id": a.id, "conversation_id": a.conversation, "customer_id": a.customer, "currency": a.currency,
            "outreach_id": a.outreach, "inbound_id": a.inbound, "action_type": a.action.action_type(), "status": a.status,
            "ai_confidence": a.confidence, "ai_reasoning": a.reasoning, "payload": payload,
            "verdict": a.verdict, "reasons": a.reasons, "policy_version": a.policy_version, "facts": a.facts,
            "account_version": a.account_version, "expires_at": a.expires_at, "dedupe_key": a.dedupe_key,
            "amount": a.amount.map(|m| m.amount()), "created_at": a.at,
            "executed_at": (a.status == ActionStatus::Executed).then_some(a.at),
        }))
    });
    Ok(Value::Array(rows.collect::<Result<_>>()?))
}

/// The rows of `decisions`, as JSON for one statement.
pub(super) fn decision_rows(decisions: &[NewDecision]) -> Value {
    let rows = decisions.iter().map(|d| {
        json!({
            "id": Uuid::now_v7(), "customer_id": d.customer, "currency": d.currency,
            "conversation_id": d.conversation, "outreach_id": d.outreach, "action_id": d.action,
            "action_type": d.action_type, "verdict": d.verdict, "reasons": d.reasons,
            "policy_version": d.policy_version, "facts": d.facts, "decided_at": d.at,
        })
    });
    Value::Array(rows.collect())
}

/// The rows of `chase_events`, as JSON for one statement.
pub(super) fn event_rows(events: &[Event]) -> Result<Value> {
    serde_json::to_value(events)
        .map_err(|_| crate::StoreError::invalid("the detail of an event cannot be written"))
}

/// Writes one action.
///
/// # Errors
/// `Conflict` when its dedupe key is taken.
pub async fn action_insert(tx: &mut TenantTx, action: NewAction) -> Result<ActionId> {
    let id = action.id;
    let company = tx.company().uuid();
    let rows = action_rows(std::slice::from_ref(&action))?;
    sqlx::query!(
        "INSERT INTO ai_actions (company_id, id, conversation_id, customer_id, currency, outreach_id, inbound_id, action_type,
            status, ai_confidence, ai_reasoning, payload, verdict, reasons, policy_version, facts, account_version, expires_at,
            dedupe_key, amount, created_at, executed_at)
         SELECT $1, a.id, a.conversation_id, a.customer_id, a.currency, a.outreach_id, a.inbound_id, a.action_type, a.status,
            a.ai_confidence, a.ai_reasoning, a.payload, a.verdict, a.reasons, a.policy_version, a.facts,
            a.account_version, a.expires_at, a.dedupe_key, a.amount, a.created_at, a.executed_at
           FROM jsonb_to_recordset($2) AS a (id uuid, conversation_id uuid, customer_id uuid, currency text,
            outreach_id uuid, inbound_id uuid, action_type text, status text, ai_confidence double precision, ai_reasoning text,
            payload jsonb, verdict text, reasons text[], policy_version text, facts jsonb, account_version bigint,
            expires_at timestamptz, dedupe_key text, amount numeric, created_at timestamptz, executed_at timestamptz)",
        company,
        rows,
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Writes one answer of the policies.
pub async fn decision_insert(tx: &mut TenantTx, decision: NewDecision) -> Result<()> {
    let company = tx.company().uuid();
    let rows = decision_rows(std::slice::from_ref(&decision));
    sqlx::query!(
        "INSERT INTO decisions (company_id, id, customer_id, currency, conversation_id, outreach_id, action_id,
            action_type, verdict, reasons, policy_version, facts, decided_at)
         SELECT $1, d.id, d.customer_id, d.currency, d.conversation_id, d.outreach_id, d.action_id,
            d.action_type, d.verdict, d.reasons, d.policy_version, d.facts, d.decided_at
           FROM jsonb_to_recordset($2) AS d (id uuid, customer_id uuid, currency text, conversation_id uuid,
            outreach_id uuid, action_id uuid, action_type text, verdict text, reasons text[], policy_version text,
            facts jsonb, decided_at timestamptz)",
        company,
        rows,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes one line of the timeline.
pub async fn event_insert(tx: &mut TenantTx, event: Event) -> Result<()> {
    events_insert(tx, std::slice::from_ref(&event)).await
}

/// Writes lines of the timeline in one statement.
pub(crate) async fn events_insert(tx: &mut TenantTx, events: &[Event]) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let company = tx.company().uuid();
    let rows = event_rows(events)?;
    sqlx::query!(
        "INSERT INTO chase_events (company_id, id, customer_id, currency, invoice_id, conversation_id, outreach_id,
            action_id, kind, reason, detail, at)
         SELECT $1, e.id, e.customer_id, e.currency, e.invoice_id, e.conversation_id, e.outreach_id, e.action_id,
            e.kind, e.reason, e.detail, e.at
           FROM jsonb_to_recordset($2) AS e (id uuid, customer_id uuid, currency text, invoice_id uuid,
            conversation_id uuid, outreach_id uuid, action_id uuid, kind text, reason text, detail jsonb,
            at timestamptz)",
        company,
        rows,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes one learning event.
pub async fn learning_insert(tx: &mut TenantTx, learning: NewLearning) -> Result<()> {
    let company = tx.company().uuid();
    sqlx::query!(
        "INSERT INTO ai_learning_events (company_id, id, event_type, conversation_id, action_id, original_value,
            outcome_value, learning_signal, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        company,
        Uuid::now_v7(),
        learning.kind.as_str(),
        learning.conversation.map(ConversationId::uuid),
        learning.action.map(ActionId::uuid),
        learning.original,
        learning.outcome,
        learning.signal.as_str(),
        learning.at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
