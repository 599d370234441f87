//! Idempotency keys: a repeated write gets the first one's answer and does nothing.
//!
//! The key is taken in the transaction of the write itself: while it runs, a repetition waits for it;
//! when it rolls back, the key is free again.

use crate::error::{Result, StoreError};
use crate::tenancy::TenantTx;
use crate::text;
use chrono::{DateTime, Utc};
use domain::ids::UserId;
use serde_json::Value;

/// What a key means for this request.
#[derive(Clone, PartialEq, Debug)]
pub enum Idempotency {
    /// Never seen: do it, then [`idempotency_finish`] in the same transaction.
    Fresh,
    /// Done before: this was the answer.
    Replay {
        /// HTTP status.
        status: u16,
        /// Body.
        response: Value,
    },
    /// The key was used for another request.
    Mismatch,
}

/// Takes a key for a request, identified by the hash of its method, path and body.
pub async fn idempotency_begin(
    tx: &mut TenantTx,
    user: UserId,
    key: &str,
    request_sha256: &[u8; 32],
) -> Result<Idempotency> {
    let key = text::line(key, 200).map_err(|f| f.on("Idempotency-Key"))?;
    let company = tx.company().uuid();
    let taken = sqlx::query!(
        r#"INSERT INTO idempotency_keys (company_id, user_id, key, request_sha256) VALUES ($1, $2, $3, $4)
               ON CONFLICT (company_id, user_id, key) DO NOTHING"#,
        company,
        user.uuid(),
        key,
        request_sha256,
    )
    .execute(tx.conn())
    .await?;
    if taken.rows_affected() == 1 {
        return Ok(Idempotency::Fresh);
    }
    let row = sqlx::query!(
        "SELECT request_sha256, status, response FROM idempotency_keys WHERE company_id = (SELECT current_company())
          AND user_id = $1 AND key = $2",
        user.uuid(),
        key,
    )
    .fetch_optional(tx.conn())
    .await?;
    match row {
        Some(row) if row.request_sha256 != request_sha256 => Ok(Idempotency::Mismatch),
        Some(row) => match row.status.and_then(|s| u16::try_from(s).ok()).zip(row.response) {
            Some((status, response)) => Ok(Idempotency::Replay { status, response }),
            // Committed without an answer: whoever did it left out the second half.
            None => Err(StoreError::conflict("the request of this idempotency key has no answer on file")),
        },
        None => Err(StoreError::conflict("the idempotency key was removed meanwhile")),
    }
}

/// Stores the answer of a request whose key was taken in this transaction.
pub async fn idempotency_finish(
    tx: &mut TenantTx,
    user: UserId,
    key: &str,
    status: u16,
    response: &Value,
) -> Result<()> {
    let done = sqlx::query!(
        "UPDATE idempotency_keys SET status = $3, response = $4 WHERE company_id = (SELECT current_company())
          AND user_id = $1 AND key = $2 AND status IS NULL",
        user.uuid(),
        key.trim(),
        i32::from(status),
        response,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(StoreError::NotFound("idempotency key")) } else { Ok(()) }
}

/// Forgets keys taken before a moment; returns how many.
pub async fn idempotency_purge(tx: &mut TenantTx, before: DateTime<Utc>) -> Result<u64> {
    let done = sqlx::query!(
        "DELETE FROM idempotency_keys WHERE company_id = (SELECT current_company())
          AND created_at < $1",
        before
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
