//! Sessions of people in a browser.

use crate::error::Result;
use crate::ledger::parse;
use crate::tenancy::{SystemTx, TenantTx};
use chrono::{DateTime, Utc};
use domain::ids::{CompanyId, UserId};
use domain::kinds::UserRole;
use std::net::IpAddr;
use uuid::Uuid;

/// A session's id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SessionId(pub(super) Uuid);

impl SessionId {
    /// The UUID, for the page.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

/// A session to be opened.
#[derive(Clone)]
pub struct NewSession {
    /// Whose.
    pub user: UserId,
    /// SHA-256 of the secret in the cookie.
    pub token_hash: [u8; 32],
    /// SHA-256 of the secret in the forms.
    pub csrf_hash: [u8; 32],
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// From where.
    pub ip: Option<IpAddr>,
    /// With what; cut to 500 characters, it is only shown.
    pub user_agent: Option<String>,
}

/// Who a session is.
#[derive(Clone, Debug)]
pub struct SessionIdentity {
    /// The tenant.
    pub company: CompanyId,
    /// The session.
    pub session: SessionId,
    /// The user.
    pub user: UserId,
    /// What the user may do.
    pub role: UserRole,
    /// To compare the form's secret with.
    pub csrf_hash: Vec<u8>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// Opens a session.
pub async fn session_create(tx: &mut TenantTx, new: &NewSession, as_of: DateTime<Utc>) -> Result<SessionId> {
    let company = tx.company().uuid();
    let id = Uuid::now_v7();
    let agent: Option<String> =
        new.user_agent.as_ref().map(|a| a.chars().filter(|c| !c.is_control()).take(500).collect());
    sqlx::query!(
        r#"INSERT INTO sessions (company_id, id, user_id, token_hash, csrf_hash, created_at, last_seen_at, expires_at, ip,
                user_agent)
           VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8::text::inet, $9)"#,
        company,
        id,
        new.user.uuid(),
        &new.token_hash,
        &new.csrf_hash,
        as_of,
        new.expires_at,
        new.ip.map(|ip| ip.to_string()),
        agent,
    )
    .execute(tx.conn())
    .await?;
    Ok(SessionId(id))
}

/// Who the bearer of a secret is: `None` for an unknown, ended or revoked session and for a user who is off.
pub async fn session_lookup(
    tx: &mut SystemTx,
    token_hash: &[u8; 32],
    as_of: DateTime<Utc>,
) -> Result<Option<SessionIdentity>> {
    let row = sqlx::query!(
        r#"SELECT company_id AS "company_id!", session_id AS "session_id!", user_id AS "user_id!", role AS "role!",
                  csrf_hash AS "csrf_hash!", expires_at AS "expires_at!"
             FROM session_lookup($1, $2)"#,
        token_hash,
        as_of,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|r| {
        Ok(SessionIdentity {
            company: CompanyId::from_uuid(r.company_id),
            session: SessionId(r.session_id),
            user: UserId::from_uuid(r.user_id),
            role: parse(&r.role, "users.role")?,
            csrf_hash: r.csrf_hash,
            expires_at: r.expires_at,
        })
    })
    .transpose()
}

/// Notes that a session is in use. The caller does so at most every few minutes.
pub async fn session_touch(tx: &mut TenantTx, id: SessionId, as_of: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "UPDATE sessions SET last_seen_at = $2 WHERE company_id = (SELECT current_company())
      AND id = $1 AND last_seen_at < $2",
        id.0,
        as_of
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends a session; one that has ended stays ended.
pub async fn session_revoke(tx: &mut TenantTx, id: SessionId, as_of: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "UPDATE sessions SET revoked_at = $2 WHERE company_id = (SELECT current_company())
      AND id = $1 AND revoked_at IS NULL",
        id.0,
        as_of
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends all sessions of a user; returns how many.
pub async fn sessions_revoke_all(tx: &mut TenantTx, user: UserId, as_of: DateTime<Utc>) -> Result<u64> {
    let done = sqlx::query!(
        "UPDATE sessions SET revoked_at = $2 WHERE company_id = (SELECT current_company())
          AND user_id = $1 AND revoked_at IS NULL",
        user.uuid(),
        as_of,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Removes sessions that ended before a moment; returns how many.
pub async fn sessions_purge(tx: &mut TenantTx, before: DateTime<Utc>) -> Result<u64> {
    let done = sqlx::query!(
        "DELETE FROM sessions WHERE company_id = (SELECT current_company())
      AND (expires_at < $1 OR revoked_at < $1)",
        before
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
