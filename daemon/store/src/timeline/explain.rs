//! The story of one invoice.

use super::lines::lines;
use super::{Entry, corrupt};
use crate::error::Result;
use crate::ledger::blocks::{Block, blocks};
use crate::ledger::invoices::{Invoice, invoice};
use crate::tenancy::TenantTx;
use chrono::{DateTime, Utc};
use domain::ids::{ActionId, ConversationId, InvoiceId};
use domain::kinds::{ActionType, Autonomy, ConversationStatus, Outcome, Stage};
use serde::Serialize;

/// How the chase of an invoice stands.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ConversationState {
    /// Id.
    pub id: ConversationId,
    /// Status.
    pub status: ConversationStatus,
    /// Stage.
    pub stage: Stage,
    /// Autonomy.
    pub autonomy: Autonomy,
    /// When the agent looks again.
    pub next_action_at: Option<DateTime<Utc>>,
    /// Why nothing was sent at the last look, as a code.
    pub hold: Option<String>,
    /// Until when.
    pub hold_until: Option<DateTime<Utc>>,
    /// Why a person has it.
    pub escalation_reason: Option<String>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Letters sent.
    pub messages_sent: i32,
    /// Replies read.
    pub responses: i32,
}

/// A proposal that waits.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PendingStep {
    /// Id.
    pub action: ActionId,
    /// What.
    pub action_type: ActionType,
    /// Why a person decides: codes.
    pub reasons: Vec<String>,
    /// When it expires.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Everything about an invoice.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Explanation {
    /// The invoice.
    pub invoice: Invoice,
    /// Its chase, the latest.
    pub conversation: Option<ConversationState>,
    /// What happened, oldest first; the last 500.
    pub entries: Vec<Entry>,
    /// Blocks that stand on it or its customer.
    pub standing: Vec<Block>,
    /// Proposals that wait.
    pub pending: Vec<PendingStep>,
}

/// What happened to an invoice, what is next, and why what was not sent was not sent.
pub async fn invoice_explain(tx: &mut TenantTx, id: InvoiceId) -> Result<Explanation> {
    let invoice = invoice(tx, id).await?;
    let mut entries = lines(tx, invoice.customer, Some(id), None, 500).await?;
    entries.reverse();
    let standing = blocks(tx, Some(invoice.customer), true).await?;
    Ok(Explanation {
        conversation: conversation(tx, id).await?,
        entries: entries.into_iter().map(Entry::from).collect(),
        standing: standing.into_iter().filter(|b| b.invoice.is_none_or(|i| i == id)).collect(),
        pending: pending(tx, &invoice).await?,
        invoice,
    })
}

async fn conversation(tx: &mut TenantTx, id: InvoiceId) -> Result<Option<ConversationState>> {
    let company = tx.company().uuid();
    let row = sqlx::query!(
        "SELECT id, status, current_stage, autonomy_level, next_action_at, hold_reason, hold_until, escalation_reason,
                outcome, total_messages_sent, total_responses_received
           FROM ai_conversations WHERE company_id = $1 AND invoice_id = $2 ORDER BY id DESC LIMIT 1",
        company,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(r) = row else { return Ok(None) };
    Ok(Some(ConversationState {
        id: ConversationId::from_uuid(r.id),
        status: r.status.parse().map_err(|_| corrupt("ai_conversations.status"))?,
        stage: r.current_stage.parse().map_err(|_| corrupt("ai_conversations.current_stage"))?,
        autonomy: r.autonomy_level.parse().map_err(|_| corrupt("ai_conversations.autonomy_level"))?,
        next_action_at: r.next_action_at,
        hold: r.hold_reason,
        hold_until: r.hold_until,
        escalation_reason: r.escalation_reason,
        outcome: r.outcome.map(|o| o.parse().map_err(|_| corrupt("ai_conversations.outcome"))).transpose()?,
        messages_sent: r.total_messages_sent,
        responses: r.total_responses_received,
    }))
}

async fn pending(tx: &mut TenantTx, invoice: &Invoice) -> Result<Vec<PendingStep>> {
    let company = tx.company().uuid();
    let currency = invoice.amount.currency().to_string();
    let rows = sqlx::query!(
        "SELECT a.id, a.action_type, a.reasons, a.expires_at FROM ai_actions a
          WHERE a.company_id = $1 AND a.customer_id = $2 AND a.currency = $3 AND a.status = 'pending_approval'
            AND (a.outreach_id IS NULL OR EXISTS (
                 SELECT 1 FROM outreach_items i WHERE i.company_id = $1 AND i.outreach_id = a.outreach_id
                    AND i.invoice_id = $4))
          ORDER BY a.created_at",
        company,
        invoice.customer.uuid(),
        currency,
        invoice.id.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(PendingStep {
                action: ActionId::from_uuid(r.id),
                action_type: r.action_type.parse().map_err(|_| corrupt("ai_actions.action_type"))?,
                reasons: r.reasons,
                expires_at: r.expires_at,
            })
        })
        .collect()
}
