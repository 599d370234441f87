//! The audit trail: who changed what, when, before and after. Written by triggers, read here.

use crate::error::Result;
use crate::page::{Page, clamp, decode};
use crate::tenancy::TenantTx;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// Which entries to list.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct AuditFilter {
    /// Of one table.
    pub table: Option<String>,
    /// Of one row.
    pub record: Option<Uuid>,
    /// By one actor, as written: `user:<id>`, `policy:<version>`, `system:<name>`.
    pub actor: Option<String>,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub to: Option<DateTime<Utc>>,
}

/// One change.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct AuditEntry {
    /// Id, in order of time.
    pub id: Uuid,
    /// When, by the database's clock.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: String,
    /// Table.
    pub table: String,
    /// Row.
    pub record: Uuid,
    /// `INSERT`, `UPDATE` or `DELETE`.
    pub action: String,
    /// Changed columns before.
    pub old: Option<Value>,
    /// Changed columns after.
    pub new: Option<Value>,
    /// From where.
    pub ip: Option<String>,
}

/// The trail, newest first.
pub async fn audit_list(
    tx: &mut TenantTx,
    filter: &AuditFilter,
    cursor: Option<&str>,
    limit: u16,
) -> Result<Page<AuditEntry>> {
    let after: Option<Uuid> = decode("audit", cursor)?;
    let limit = clamp(limit);
    // The ids are ordered by time, so a span of time is a span of ids and prunes partitions.
    let rows = sqlx::query_as!(
        AuditEntry,
        r#"SELECT id, changed_at AS at, actor, table_name AS "table", record_id AS record, action, old_values AS old,
                  new_values AS new, host(ip_address) AS ip
             FROM audit_logs
            WHERE company_id = (SELECT current_company()) AND ($1::uuid IS NULL OR id < $1)
              AND ($2::text IS NULL OR table_name = $2)
              AND ($3::uuid IS NULL OR record_id = $3)
              AND ($4::text IS NULL OR actor = $4)
              AND ($5::timestamptz IS NULL OR id >= uuid_v7_floor($5))
              AND ($6::timestamptz IS NULL OR id < uuid_v7_floor($6))
            ORDER BY id DESC LIMIT $7"#,
        after,
        filter.table,
        filter.record,
        filter.actor,
        filter.from,
        filter.to,
        limit + 1,
    )
    .fetch_all(tx.conn())
    .await?;
    Page::of("audit", rows, limit, |e: &AuditEntry| e.id)
}
