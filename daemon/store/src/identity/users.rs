//! Users.

use super::sessions::sessions_revoke_all;
use crate::error::{Result, StoreError};
use crate::ledger::{lost, parse};
use crate::tenancy::{SystemTx, TenantTx};
use crate::text;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::ids::{CompanyId, UserId};
use domain::kinds::UserRole;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A user to be added.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Address to sign in with; unique in the company.
    pub email: String,
    /// Name as others see it.
    pub name: String,
    /// Role.
    pub role: UserRole,
    /// Encoded argon2id hash; anything else is refused.
    pub password_hash: String,
    /// Zone for times on the page; `None`: UTC.
    pub zone: Option<Tz>,
}

/// A user.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct User {
    /// Id.
    pub id: UserId,
    /// Address.
    pub email: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: UserRole,
    /// Zone for times on the page.
    pub zone: Tz,
    /// Last sign-in.
    pub last_login_at: Option<DateTime<Utc>>,
    /// Since when the account is off.
    pub disabled_at: Option<DateTime<Utc>>,
    /// Until when sign-in is locked after failures.
    pub locked_until: Option<DateTime<Utc>>,
    /// For If-Match.
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

/// An account an address may mean at sign-in.
#[derive(Clone)]
pub struct Login {
    /// The tenant.
    pub company: CompanyId,
    /// The user.
    pub user: UserId,
    /// To compare the password with.
    pub password_hash: String,
    /// Until when sign-in is locked.
    pub locked_until: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login")
            .field("company", &self.company)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// When repeated failures lock an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LockRule {
    /// Failures in a row that lock.
    pub attempts: u16,
    /// For how many minutes.
    pub minutes: u16,
}

impl Default for LockRule {
    fn default() -> Self {
        Self { attempts: 10, minutes: 15 }
    }
}

struct UserRow {
    id: Uuid,
    email: String,
    name: String,
    role: String,
    timezone: String,
    last_login_at: Option<DateTime<Utc>>,
    disabled_at: Option<DateTime<Utc>>,
    locked_until: Option<DateTime<Utc>>,
    version: i64,
    created_at: DateTime<Utc>,
}

impl TryFrom<UserRow> for User {
    type Error = StoreError;

    fn try_from(r: UserRow) -> Result<Self> {
        Ok(Self {
            id: UserId::from_uuid(r.id),
            email: r.email,
            name: r.name,
            role: parse(&r.role, "users.role")?,
            zone: parse(&r.timezone, "users.timezone")?,
            last_login_at: r.last_login_at,
            disabled_at: r.disabled_at,
            locked_until: r.locked_until,
            version: r.version,
            created_at: r.created_at,
        })
    }
}

/// Adds a user.
///
/// # Errors
/// `Conflict` when the address is in use, `Invalid` when the hash is none.
pub async fn user_create(tx: &mut TenantTx, new: &NewUser) -> Result<UserId> {
    let email = text::email(&new.email).map_err(|f| f.on("email"))?;
    let name = text::line(&new.name, text::NAME).map_err(|f| f.on("name"))?;
    let company = tx.company().uuid();
    let id = UserId::new();
    sqlx::query!(
        r#"INSERT INTO users (company_id, id, email, name, role, password_hash, timezone)
           VALUES ($1, $2, $3, $4, $5, $6, $7)"#,
        company,
        id.uuid(),
        email,
        name,
        new.role.as_str(),
        new.password_hash,
        new.zone.unwrap_or(Tz::UTC).name(),
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// A user.
pub async fn user(tx: &mut TenantTx, id: UserId) -> Result<User> {
    sqlx::query_as!(
        UserRow,
        r#"SELECT id, email, name, role, timezone, last_login_at, disabled_at, locked_until, version, created_at
             FROM users WHERE company_id = (SELECT current_company()) AND id = $1 AND deleted_at IS NULL"#,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(StoreError::NotFound("user"))?
    .try_into()
}

/// The user of an address.
pub async fn user_by_email(tx: &mut TenantTx, email: &str) -> Result<Option<User>> {
    sqlx::query_as!(
        UserRow,
        r#"SELECT id, email, name, role, timezone, last_login_at, disabled_at, locked_until, version, created_at
             FROM users WHERE company_id = (SELECT current_company())
               AND email_norm = lower(btrim($1)) AND deleted_at IS NULL"#,
        email,
    )
    .fetch_optional(tx.conn())
    .await?
    .map(User::try_from)
    .transpose()
}

/// All users, by name.
pub async fn users(tx: &mut TenantTx) -> Result<Vec<User>> {
    sqlx::query_as!(
        UserRow,
        r#"SELECT id, email, name, role, timezone, last_login_at, disabled_at, locked_until, version, created_at
             FROM users WHERE company_id = (SELECT current_company())
               AND deleted_at IS NULL ORDER BY name, id"#,
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(User::try_from)
    .collect()
}

/// Sets another password: signs the user out everywhere and unlocks the account.
pub async fn user_password_set(
    tx: &mut TenantTx,
    id: UserId,
    hash: &str,
    as_of: DateTime<Utc>,
) -> Result<()> {
    let done = sqlx::query!(
        r#"UPDATE users SET password_hash = $2, failed_logins = 0, locked_until = NULL
            WHERE company_id = (SELECT current_company()) AND id = $1 AND deleted_at IS NULL"#,
        id.uuid(),
        hash,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::NotFound("user"));
    }
    sessions_revoke_all(tx, id, as_of).await?;
    Ok(())
}

/// Refuses to go on when nobody but `id` could administer the company. The admins are locked, so that
/// two of them cannot leave at the same moment.
async fn keep_an_admin(tx: &mut TenantTx, id: UserId) -> Result<()> {
    let admins = sqlx::query_scalar!(
        r#"SELECT id FROM users WHERE company_id = (SELECT current_company())
          AND role = 'admin' AND deleted_at IS NULL AND disabled_at IS NULL
            ORDER BY id FOR NO KEY UPDATE"#
    )
    .fetch_all(tx.conn())
    .await?;
    if admins == [id.uuid()] {
        return Err(StoreError::conflict("the last admin must stay one"));
    }
    Ok(())
}

/// Sets another role under a version; returns the new one.
///
/// # Errors
/// `Conflict` for the last admin.
pub async fn user_role_set(tx: &mut TenantTx, id: UserId, role: UserRole, expected: i64) -> Result<i64> {
    let actual = user(tx, id).await?.version;
    if role != UserRole::Admin {
        keep_an_admin(tx, id).await?;
    }
    sqlx::query_scalar!(
        "UPDATE users SET role = $2 WHERE company_id = (SELECT current_company())
          AND id = $1 AND deleted_at IS NULL AND version = $3 RETURNING version",
        id.uuid(),
        role.as_str(),
        expected,
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or_else(|| lost(Some(actual), expected, "user"))
}

/// Turns an account off: signed out everywhere, tokens void.
///
/// # Errors
/// `Conflict` for the last admin.
pub async fn user_disable(tx: &mut TenantTx, id: UserId, as_of: DateTime<Utc>) -> Result<()> {
    user(tx, id).await?;
    keep_an_admin(tx, id).await?;
    sqlx::query!("UPDATE users SET disabled_at = coalesce(disabled_at, $2) WHERE company_id = (SELECT current_company())
      AND id = $1", id.uuid(), as_of)
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "UPDATE api_tokens SET revoked_at = $2 WHERE company_id = (SELECT current_company())
          AND user_id = $1 AND revoked_at IS NULL",
        id.uuid(),
        as_of,
    )
    .execute(tx.conn())
    .await?;
    sessions_revoke_all(tx, id, as_of).await?;
    Ok(())
}

/// Turns an account on again and unlocks it.
pub async fn user_enable(tx: &mut TenantTx, id: UserId) -> Result<()> {
    let done = sqlx::query!(
        r#"UPDATE users SET disabled_at = NULL, failed_logins = 0, locked_until = NULL
            WHERE company_id = (SELECT current_company()) AND id = $1 AND deleted_at IS NULL"#,
        id.uuid(),
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(StoreError::NotFound("user")) } else { Ok(()) }
}

/// The accounts an address may mean, of one company or of all. Accounts that are off are not among them.
pub async fn login_lookup(tx: &mut SystemTx, email: &str, slug: Option<&str>) -> Result<Vec<Login>> {
    let rows = sqlx::query!(
        r#"SELECT company_id AS "company_id!", user_id AS "user_id!", password_hash AS "password_hash!", locked_until
             FROM login_lookup($1, $2)"#,
        email,
        slug,
    )
    .fetch_all(tx.conn())
    .await?;
    let login = |company, user, password_hash, locked_until| Login {
        company: CompanyId::from_uuid(company),
        user: UserId::from_uuid(user),
        password_hash,
        locked_until,
    };
    Ok(rows.into_iter().map(|r| login(r.company_id, r.user_id, r.password_hash, r.locked_until)).collect())
}

/// Counts a failed sign-in; returns until when the account is locked, if it is now.
///
/// Failures in a row are counted on the row itself, so that parallel guesses count too. A lock that has
/// passed starts the count anew.
pub async fn login_failed(
    tx: &mut TenantTx,
    id: UserId,
    rule: LockRule,
    as_of: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    let until = as_of + TimeDelta::minutes(rule.minutes.into());
    let locked = sqlx::query_scalar!(
        r#"UPDATE users
              SET failed_logins = CASE WHEN locked_until <= $2 THEN 1 ELSE failed_logins + 1 END,
                  locked_until = CASE
                      WHEN locked_until > $2 THEN locked_until
                      WHEN (CASE WHEN locked_until <= $2 THEN 1 ELSE failed_logins + 1 END) >= $3 THEN $4
                      ELSE NULL END
            WHERE company_id = (SELECT current_company())
              AND id = $1 AND deleted_at IS NULL RETURNING locked_until"#,
        id.uuid(),
        as_of,
        i32::from(rule.attempts.max(1)),
        until,
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(StoreError::NotFound("user"))?;
    Ok(locked)
}

/// Notes a sign-in and forgets the failures before it.
pub async fn login_succeeded(tx: &mut TenantTx, id: UserId, as_of: DateTime<Utc>) -> Result<()> {
    let done = sqlx::query!(
        r#"UPDATE users SET last_login_at = $2, failed_logins = 0, locked_until = NULL
            WHERE company_id = (SELECT current_company()) AND id = $1 AND deleted_at IS NULL"#,
        id.uuid(),
        as_of,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(StoreError::NotFound("user")) } else { Ok(()) }
}
