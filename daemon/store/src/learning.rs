//! Learning events, as read by whoever learns from them. They are written where things are decided
//! ([`crate::settle::learning_insert`], [`crate::proposals`]).

use crate::error::Result;
use crate::ledger::parse;
use crate::tenancy::TenantTx;
use chrono::{DateTime, Utc};
use domain::ids::{ActionId, ConversationId};
use domain::kinds::{LearningKind, LearningSignal};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// A learning event.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Learning {
    /// Id.
    pub id: Uuid,
    /// What kind.
    pub kind: LearningKind,
    /// Do more or less of it.
    pub signal: LearningSignal,
    /// Conversation, if any.
    pub conversation: Option<ConversationId>,
    /// Action, if any.
    pub action: Option<ActionId>,
    /// What the agent had.
    pub original: Option<Value>,
    /// What came of it.
    pub outcome: Option<Value>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Events nobody has learned from yet, oldest first; at most 1,000.
pub async fn learning_unprocessed(tx: &mut TenantTx, limit: u16) -> Result<Vec<Learning>> {
    let rows = sqlx::query!(
        r#"SELECT id, event_type, learning_signal, conversation_id, action_id, original_value, outcome_value, created_at
             FROM ai_learning_events WHERE company_id = (SELECT current_company())
               AND NOT processed ORDER BY created_at, id LIMIT $1"#,
        i64::from(limit.clamp(1, 1_000)),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Learning {
                id: r.id,
                kind: parse(&r.event_type, "ai_learning_events.event_type")?,
                signal: parse(&r.learning_signal, "ai_learning_events.learning_signal")?,
                conversation: r.conversation_id.map(ConversationId::from_uuid),
                action: r.action_id.map(ActionId::from_uuid),
                original: r.original_value,
                outcome: r.outcome_value,
                at: r.created_at,
            })
        })
        .collect()
}

/// Marks events as learned from; returns how many were not before.
pub async fn learning_processed(tx: &mut TenantTx, ids: &[Uuid]) -> Result<u64> {
    let done = sqlx::query!(
        "UPDATE ai_learning_events SET processed = true WHERE company_id = (SELECT current_company())
          AND id = ANY ($1) AND NOT processed",
        ids
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
