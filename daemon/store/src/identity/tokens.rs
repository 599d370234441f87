//! API tokens of programs that act for a user.

use crate::error::{Result, StoreError};
use crate::ledger::parse;
use crate::tenancy::{SystemTx, TenantTx};
use crate::text;
use chrono::{DateTime, Utc};
use domain::ids::{CompanyId, UserId};
use domain::kinds::UserRole;
use serde::Serialize;
use uuid::Uuid;

/// A token's id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(transparent)]
pub struct TokenId(Uuid);

impl TokenId {
    /// Wraps a UUID from outside.
    #[must_use]
    pub const fn from_uuid(id: Uuid) -> Self {
        Self(id)
    }

    /// The UUID.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

/// A token to be issued.
#[derive(Clone)]
pub struct NewApiToken {
    /// For whom it acts.
    pub user: UserId,
    /// What it is for, for people.
    pub name: String,
    /// SHA-256 of the secret.
    pub token_hash: [u8; 32],
    /// What it may do; at most 32, each a short word.
    pub scopes: Vec<String>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A token, without its secret.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ApiToken {
    /// Id.
    pub id: TokenId,
    /// For whom it acts.
    pub user: UserId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was issued.
    pub created_at: DateTime<Utc>,
}

/// Who a token is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenIdentity {
    /// The tenant.
    pub company: CompanyId,
    /// The token.
    pub token: TokenId,
    /// For whom it acts.
    pub user: UserId,
    /// What that user may do.
    pub role: UserRole,
    /// What the token may do.
    pub scopes: Vec<String>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Issues a token.
///
/// # Errors
/// `NotFound` without such a user, or one who is off.
pub async fn api_token_create(tx: &mut TenantTx, new: &NewApiToken) -> Result<TokenId> {
    let name = text::line(&new.name, 100).map_err(|f| f.on("name"))?;
    let word = |s: &String| {
        (1..=50).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_lowercase() || b"_:.-".contains(&b))
    };
    if new.scopes.len() > 32 || !new.scopes.iter().all(word) {
        return Err(StoreError::invalid("scopes must be at most 32 words of small letters, _ : . and -"));
    }
    let company = tx.company().uuid();
    let id = Uuid::now_v7();
    let done = sqlx::query!(
        r#"INSERT INTO api_tokens (company_id, id, user_id, name, token_hash, scopes, expires_at)
           SELECT $1, $2, u.id, $4, $5, $6, $7 FROM users u
            WHERE u.company_id = (SELECT current_company())
              AND u.id = $3 AND u.deleted_at IS NULL AND u.disabled_at IS NULL"#,
        company,
        id,
        new.user.uuid(),
        name,
        &new.token_hash,
        &new.scopes,
        new.expires_at,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(StoreError::NotFound("user")) } else { Ok(TokenId(id)) }
}

/// All tokens of the company, newest first.
pub async fn api_tokens(tx: &mut TenantTx) -> Result<Vec<ApiToken>> {
    let rows = sqlx::query!(
        r#"SELECT id, user_id, name, scopes, expires_at, last_used_at, revoked_at, created_at
             FROM api_tokens WHERE company_id = (SELECT current_company()) ORDER BY id DESC LIMIT 500"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| ApiToken {
            id: TokenId(r.id),
            user: UserId::from_uuid(r.user_id),
            name: r.name,
            scopes: r.scopes,
            expires_at: r.expires_at,
            last_used_at: r.last_used_at,
            revoked_at: r.revoked_at,
            created_at: r.created_at,
        })
        .collect())
}

/// Revokes a token; one that is revoked stays so.
pub async fn api_token_revoke(tx: &mut TenantTx, id: TokenId, as_of: DateTime<Utc>) -> Result<()> {
    let done = sqlx::query!(
        "UPDATE api_tokens SET revoked_at = coalesce(revoked_at, $2) WHERE company_id = (SELECT current_company())
          AND id = $1",
        id.0,
        as_of,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(StoreError::NotFound("API token")) } else { Ok(()) }
}

/// Who the bearer of a secret is: `None` for an unknown, ended or revoked token and for a user who is off.
pub async fn api_token_lookup(
    tx: &mut SystemTx,
    token_hash: &[u8; 32],
    as_of: DateTime<Utc>,
) -> Result<Option<TokenIdentity>> {
    let row = sqlx::query!(
        r#"SELECT company_id AS "company_id!", token_id AS "token_id!", user_id AS "user_id!", role AS "role!",
                  scopes AS "scopes!", expires_at
             FROM api_token_lookup($1, $2)"#,
        token_hash,
        as_of,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|r| {
        Ok(TokenIdentity {
            company: CompanyId::from_uuid(r.company_id),
            token: TokenId(r.token_id),
            user: UserId::from_uuid(r.user_id),
            role: parse(&r.role, "users.role")?,
            scopes: r.scopes,
            expires_at: r.expires_at,
        })
    })
    .transpose()
}

/// Notes that a token is in use. The caller does so at most every few minutes.
pub async fn api_token_touch(tx: &mut TenantTx, id: TokenId, as_of: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "UPDATE api_tokens SET last_used_at = $2 WHERE company_id = (SELECT current_company())
          AND id = $1 AND (last_used_at IS NULL OR last_used_at < $2)",
        id.0,
        as_of,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
