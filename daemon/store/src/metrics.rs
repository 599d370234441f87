//! Gauges: what piles up and how late it is.
//!
//! Guarantees: the gauges of the whole daemon are sums over all companies from a definer function, with
//! no company in them; those of one company come from its own rows.

use crate::error::Result;
use crate::tenancy::{SystemTx, TenantTx};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// A figure.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Gauge {
    /// Name, such as `outreaches`.
    pub name: String,
    /// What it is split by, such as a state or a reason code.
    pub label: Option<String>,
    /// Value.
    pub value: f64,
}

/// Gauges over all companies.
pub async fn gauges(tx: &mut SystemTx, as_of: DateTime<Utc>) -> Result<Vec<Gauge>> {
    Ok(sqlx::query_as!(
        Gauge,
        r#"SELECT name AS "name!", label, value AS "value!" FROM metrics_gauges($1) ORDER BY 1, 2"#,
        as_of,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Gauges of one company.
pub async fn company_gauges(tx: &mut TenantTx, as_of: DateTime<Utc>) -> Result<Vec<Gauge>> {
    Ok(sqlx::query_as!(
        Gauge,
        r#"SELECT 'conversations' AS "name!", status AS label, count(*)::float8 AS "value!"
             FROM ai_conversations WHERE company_id = (SELECT current_company())
               AND status <> 'completed' GROUP BY 2
            UNION ALL
           SELECT 'held', hold_reason, count(*)::float8
             FROM ai_conversations WHERE company_id = (SELECT current_company())
               AND status IN ('active', 'paused') AND hold_reason IS NOT NULL GROUP BY 2
            UNION ALL
           SELECT 'conversations_due', NULL, count(*)::float8
             FROM ai_conversations WHERE company_id = (SELECT current_company())
               AND status = 'active' AND next_action_at <= $1
            UNION ALL
           SELECT 'proposals_pending', action_type, count(*)::float8
             FROM ai_actions WHERE company_id = (SELECT current_company())
               AND status = 'pending_approval' GROUP BY 2
            UNION ALL
           SELECT 'outreaches', state, count(*)::float8
             FROM outreaches WHERE company_id = (SELECT current_company())
               AND state NOT IN ('sent', 'stale', 'cancelled') GROUP BY 2
            UNION ALL
           SELECT 'inbound', state, count(*)::float8 FROM inbound_mails WHERE company_id = (SELECT current_company())
             AND state <> 'processed' GROUP BY 2
            UNION ALL
           SELECT 'ledger_age_seconds', NULL, extract(epoch FROM $1 - last_sync_at)::float8
             FROM companies WHERE id = (SELECT current_company()) AND last_sync_at IS NOT NULL
            ORDER BY 1, 2"#,
        as_of,
    )
    .fetch_all(tx.conn())
    .await?)
}
