//! Suppressed addresses: nothing is sent to them, whoever's contact they are.

use super::{accounts_wake, note, parse};
use crate::error::{Result, StoreError};
use crate::settle::Event;
use crate::tenancy::TenantTx;
use crate::text;
use chrono::{DateTime, Utc};
use domain::ids::CustomerId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// Why an address is suppressed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuppressionReason {
    /// The owner asked for it.
    OptOut,
    /// It does not exist.
    HardBounce,
    /// The owner complained.
    Complaint,
    /// A person decided.
    Manual,
}

impl SuppressionReason {
    /// Every reason.
    pub const ALL: &[Self] = &[Self::OptOut, Self::HardBounce, Self::Complaint, Self::Manual];

    /// As stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OptOut => "opt_out",
            Self::HardBounce => "hard_bounce",
            Self::Complaint => "complaint",
            Self::Manual => "manual",
        }
    }
}

impl fmt::Display for SuppressionReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for SuppressionReason {
    type Err = StoreError;

    fn from_str(s: &str) -> Result<Self> {
        let found = Self::ALL.iter().copied().find(|r| r.as_str() == s);
        found.ok_or_else(|| StoreError::invalid("not a reason for suppressing an address"))
    }
}

/// A suppressed address.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Suppression {
    /// Id.
    pub id: Uuid,
    /// The address, lower case.
    pub email: String,
    /// Why.
    pub reason: SuppressionReason,
    /// Free text.
    pub note: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Until when.
    pub lifted_at: Option<DateTime<Utc>>,
}

/// Suppresses an address; an address that is suppressed already stays as it is.
pub async fn suppression_add(
    tx: &mut TenantTx,
    email: &str,
    reason: SuppressionReason,
    words: &str,
    as_of: DateTime<Utc>,
) -> Result<Uuid> {
    let email = text::email(email).map_err(|f| f.on("email"))?;
    let words = text::optional_lines(Some(words), text::NOTE).map_err(|f| f.on("note"))?;
    let words = words.as_deref().unwrap_or("");
    let company = tx.company().uuid();
    let id = sqlx::query_scalar!(
        r#"INSERT INTO suppressions (company_id, id, email_norm, reason, note) VALUES ($1, $2, lower(btrim($3)), $4, $5)
               ON CONFLICT (company_id, email_norm) WHERE lifted_at IS NULL DO NOTHING RETURNING id"#,
        company,
        Uuid::now_v7(),
        email,
        reason.as_str(),
        words,
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(id) = id else {
        return Ok(sqlx::query_scalar!(
            "SELECT id FROM suppressions WHERE company_id = (SELECT current_company())
              AND email_norm = lower(btrim($1)) AND lifted_at IS NULL",
            email,
        )
        .fetch_one(tx.conn())
        .await?);
    };
    told(tx, "suppression_added", reason, email, as_of).await?;
    Ok(id)
}

/// An entry for every customer that has the address, each woken: a hold may begin or end.
async fn told(
    tx: &mut TenantTx,
    kind: &'static str,
    reason: SuppressionReason,
    email: &str,
    as_of: DateTime<Utc>,
) -> Result<()> {
    let customers = sqlx::query_scalar!(
        r#"SELECT customer_id AS "id!" FROM contacts WHERE company_id = (SELECT current_company())
          AND email_norm = lower(btrim($1)) AND deleted_at IS NULL
            UNION SELECT id FROM customers WHERE company_id = (SELECT current_company())
              AND email_norm = lower(btrim($1)) AND deleted_at IS NULL"#,
        email,
    )
    .fetch_all(tx.conn())
    .await?;
    for customer in &customers {
        let event =
            Event::new(kind, as_of).reason(reason.as_str()).customer(CustomerId::from_uuid(*customer));
        note(tx, event, Value::Null).await?;
    }
    accounts_wake(tx, &customers, as_of).await?;
    Ok(())
}

/// Lets an address be used again.
///
/// # Errors
/// `NotFound` when it is not suppressed.
pub async fn suppression_lift(tx: &mut TenantTx, id: Uuid, as_of: DateTime<Utc>) -> Result<()> {
    let row = sqlx::query!(
        "UPDATE suppressions SET lifted_at = $2 WHERE company_id = (SELECT current_company())
          AND id = $1 AND lifted_at IS NULL RETURNING email_norm, reason",
        id,
        as_of,
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(StoreError::NotFound("suppressed address"))?;
    let reason = parse(&row.reason, "suppressions.reason")?;
    told(tx, "suppression_lifted", reason, &row.email_norm, as_of).await
}

/// Suppressed addresses, newest first, at most 1,000.
pub async fn suppressions(tx: &mut TenantTx) -> Result<Vec<Suppression>> {
    let rows = sqlx::query!(
        r#"SELECT id, email_norm, reason, note, created_at, lifted_at FROM suppressions
            WHERE company_id = (SELECT current_company())
              AND lifted_at IS NULL ORDER BY id DESC LIMIT 1000"#
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Suppression {
                id: r.id,
                email: r.email_norm,
                reason: parse(&r.reason, "suppressions.reason")?,
                note: r.note,
                created_at: r.created_at,
                lifted_at: r.lifted_at,
            })
        })
        .collect()
}
