//! A company's own policy rules: versions, the one in force, and the decisions a new one is tried on.
//!
//! Guarantees: at most one version is active; the text of a version never changes. Does not: read or
//! check the rules (crate `policies`).

use crate::error::{Result, StoreError};
use crate::ledger::parse;
use crate::settle::{Event, event_insert};
use crate::tenancy::TenantTx;
use chrono::{DateTime, Utc};
use domain::ids::{CustomerId, PolicyVersionId};
use domain::kinds::ActionType;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::str::FromStr;
use uuid::Uuid;

/// Longest text of a version, in octets.
pub const MAX_SOURCE: usize = 256 * 1024;

/// State of a version.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyState {
    /// Written, not in force.
    Draft,
    /// In force.
    Active,
    /// Was in force.
    Retired,
}

impl FromStr for PolicyState {
    type Err = StoreError;

    fn from_str(s: &str) -> Result<Self> {
        match s {
            "draft" => Ok(Self::Draft),
            "active" => Ok(Self::Active),
            "retired" => Ok(Self::Retired),
            _ => Err(StoreError::corrupt("policy_versions.state")),
        }
    }
}

/// A version of the rules.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PolicyVersion {
    /// Id.
    pub id: PolicyVersionId,
    /// Number, from 1.
    pub version: i32,
    /// The rules.
    pub source: String,
    /// State.
    pub state: PolicyState,
    /// What the last trial on past decisions said.
    pub dry_run: Option<Value>,
    /// Who wrote it.
    pub created_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it came into force.
    pub activated_at: Option<DateTime<Utc>>,
}

/// A decision of the past, to try rules on.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PastDecision {
    /// Id.
    pub id: Uuid,
    /// Debtor.
    pub customer: CustomerId,
    /// What was asked about.
    pub action_type: ActionType,
    /// `act`, `propose`, `hold` or `refuse`.
    pub verdict: String,
    /// Reason codes.
    pub reasons: Vec<String>,
    /// Version of the policies.
    pub policy_version: String,
    /// The facts they saw.
    pub facts: Value,
    /// When.
    pub decided_at: DateTime<Utc>,
}

struct VersionRow {
    id: Uuid,
    version: i32,
    source: String,
    state: String,
    dry_run: Option<Value>,
    created_by: String,
    created_at: DateTime<Utc>,
    activated_at: Option<DateTime<Utc>>,
}

impl TryFrom<VersionRow> for PolicyVersion {
    type Error = StoreError;

    fn try_from(r: VersionRow) -> Result<Self> {
        Ok(Self {
            id: PolicyVersionId::from_uuid(r.id),
            version: r.version,
            source: r.source,
            state: r.state.parse()?,
            dry_run: r.dry_run,
            created_by: r.created_by,
            created_at: r.created_at,
            activated_at: r.activated_at,
        })
    }
}

/// Writes a version as a draft; the caller has validated it. `sha256` is of the source.
pub async fn policy_add(
    tx: &mut TenantTx,
    source: &str,
    sha256: &[u8; 32],
    as_of: DateTime<Utc>,
) -> Result<PolicyVersion> {
    if source.len() > MAX_SOURCE || source.contains('\0') {
        return Err(StoreError::invalid("policy rules are at most 256 KiB of text without NUL"));
    }
    let company = tx.company().uuid();
    let actor = tx.actor().to_string();
    // The row of the company serialises the numbering.
    sqlx::query!("SELECT id FROM companies WHERE id = $1 FOR NO KEY UPDATE", company)
        .fetch_one(tx.conn())
        .await?;
    sqlx::query_as!(
        VersionRow,
        r#"INSERT INTO policy_versions (company_id, id, version, source, sha256, state, created_by, created_at)
           SELECT $1, $2, coalesce(max(version), 0) + 1, $3, $4, 'draft', $5, $6 FROM policy_versions
            WHERE company_id = $1
        RETURNING id, version, source, state, dry_run, created_by, created_at, activated_at"#,
        company,
        PolicyVersionId::new().uuid(),
        source,
        sha256,
        actor,
        as_of,
    )
    .fetch_one(tx.conn())
    .await?
    .try_into()
}

/// Versions, newest first, at most 200.
pub async fn policies(tx: &mut TenantTx) -> Result<Vec<PolicyVersion>> {
    sqlx::query_as!(
        VersionRow,
        r#"SELECT id, version, source, state, dry_run, created_by, created_at, activated_at
             FROM policy_versions WHERE company_id = (SELECT current_company()) ORDER BY version DESC LIMIT 200"#
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(PolicyVersion::try_from)
    .collect()
}

/// The version in force; `None`: only the shipped rules.
pub async fn policy_active(tx: &mut TenantTx) -> Result<Option<PolicyVersion>> {
    sqlx::query_as!(
        VersionRow,
        r#"SELECT id, version, source, state, dry_run, created_by, created_at, activated_at
             FROM policy_versions WHERE company_id = (SELECT current_company()) AND state = 'active'"#
    )
    .fetch_optional(tx.conn())
    .await?
    .map(PolicyVersion::try_from)
    .transpose()
}

/// Notes what a trial of a draft said.
///
/// # Errors
/// `NotFound` when there is no such draft.
pub async fn policy_dry_run_set(tx: &mut TenantTx, id: PolicyVersionId, result: &Value) -> Result<()> {
    let done = sqlx::query!(
        "UPDATE policy_versions SET dry_run = $2 WHERE company_id = (SELECT current_company())
          AND id = $1 AND state = 'draft'",
        id.uuid(),
        result,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(StoreError::NotFound("draft of policy rules")) } else { Ok(()) }
}

/// Puts a version in force and retires the one that was.
///
/// # Errors
/// `Conflict` for a draft that was not tried on past decisions.
pub async fn policy_activate(tx: &mut TenantTx, id: PolicyVersionId, as_of: DateTime<Utc>) -> Result<()> {
    let company = tx.company().uuid();
    sqlx::query!("SELECT id FROM companies WHERE id = $1 FOR NO KEY UPDATE", company)
        .fetch_one(tx.conn())
        .await?;
    let row = sqlx::query!(
        r#"SELECT version, state, dry_run IS NOT NULL AS "tried!" FROM policy_versions
            WHERE company_id = (SELECT current_company()) AND id = $1"#,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(StoreError::NotFound("version of policy rules"))?;
    match row.state.parse()? {
        PolicyState::Active => return Ok(()),
        PolicyState::Draft if !row.tried => {
            return Err(StoreError::conflict("try the rules on past decisions before activating them"));
        }
        PolicyState::Draft | PolicyState::Retired => {}
    }
    policy_retire(tx).await?;
    sqlx::query!(
        "UPDATE policy_versions SET state = 'active', activated_at = $2 WHERE company_id = (SELECT current_company())
          AND id = $1",
        id.uuid(),
        as_of,
    )
    .execute(tx.conn())
    .await?;
    event_insert(tx, Event::new("policy_activated", as_of).detail(json!({ "version": row.version }))).await
}

/// Takes the company's own rules out of force; the shipped ones remain. Returns whether there were any.
pub async fn policy_retire(tx: &mut TenantTx) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE policy_versions SET state = 'retired' WHERE company_id = (SELECT current_company())
      AND state = 'active'"
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The last decisions, newest first; at most 1,000.
///
/// An action bears the decision it was made under; only what led to no action stands in `decisions` alone.
pub async fn decisions_recent(tx: &mut TenantTx, limit: u16) -> Result<Vec<PastDecision>> {
    let rows = sqlx::query!(
        r#"WITH alone AS (
             SELECT id, customer_id, action_type, verdict, reasons, policy_version, facts, decided_at, action_id
               FROM decisions WHERE company_id = (SELECT current_company()) ORDER BY id DESC LIMIT $1
           ), acted AS (
             SELECT id, customer_id, action_type, verdict, reasons, policy_version, facts, created_at
               FROM ai_actions WHERE company_id = (SELECT current_company()) ORDER BY id DESC LIMIT $1
           )
           SELECT id AS "id!", customer_id AS "customer_id!", action_type AS "action_type!", verdict AS "verdict!",
                  reasons AS "reasons!", policy_version AS "policy_version!", facts AS "facts!",
                  decided_at AS "decided_at!"
             FROM (SELECT id, customer_id, action_type, verdict, reasons, policy_version, facts, decided_at FROM alone
                   UNION ALL
                   SELECT * FROM acted a WHERE NOT EXISTS (SELECT 1 FROM alone d WHERE d.action_id = a.id)) both_kinds
            ORDER BY id DESC LIMIT $1"#,
        i64::from(limit.clamp(1, 1_000)),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(PastDecision {
                id: r.id,
                customer: CustomerId::from_uuid(r.customer_id),
                action_type: parse(&r.action_type, "decisions.action_type")?,
                verdict: r.verdict,
                reasons: r.reasons,
                policy_version: r.policy_version,
                facts: r.facts,
                decided_at: r.decided_at,
            })
        })
        .collect()
}
