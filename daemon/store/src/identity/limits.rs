//! Rate limits: requests counted per company, endpoint and window.

use crate::error::{Result, StoreError};
use crate::tenancy::TenantTx;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// Where a request stands in its window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RateLimit {
    /// Requests in this window, this one included.
    pub count: u32,
    /// Within the limit.
    pub allowed: bool,
    /// When the next window begins: the value for Retry-After.
    pub resets_at: DateTime<Utc>,
}

/// Counts a request. Windows are aligned to the epoch, so that every daemon counts in the same one.
///
/// # Errors
/// `Invalid` for a window shorter than a second or longer than a day.
pub async fn rate_limit_hit(
    tx: &mut TenantTx,
    endpoint: &str,
    window: TimeDelta,
    limit: u32,
    as_of: DateTime<Utc>,
) -> Result<RateLimit> {
    let span = window.num_seconds();
    if !(1..=86_400).contains(&span) {
        return Err(StoreError::invalid("a rate window lasts between a second and a day"));
    }
    let start = as_of.timestamp() - as_of.timestamp().rem_euclid(span);
    let bounds = DateTime::from_timestamp(start, 0).zip(DateTime::from_timestamp(start + span, 0));
    let (start, end) = bounds.ok_or_else(|| StoreError::invalid("the moment of a request"))?;
    let company = tx.company().uuid();
    let count = sqlx::query_scalar!(
        r#"INSERT INTO api_rate_limits AS r (company_id, id, endpoint, request_count, window_start, window_end,
                                             limit_exceeded)
           VALUES ($1, $2, left($3, 200), 1, $4, $5, 1 > $6)
               ON CONFLICT (company_id, endpoint, window_start) DO UPDATE
               SET request_count = least(r.request_count, 2147483646) + 1, limit_exceeded = r.request_count + 1 > $6
           RETURNING request_count"#,
        company,
        Uuid::now_v7(),
        endpoint,
        start,
        end,
        i64::from(limit) as _,
    )
    .fetch_one(tx.conn())
    .await?;
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    Ok(RateLimit { count, allowed: count <= limit, resets_at: end })
}

/// Removes windows that ended before a moment; returns how many.
pub async fn rate_limits_purge(tx: &mut TenantTx, before: DateTime<Utc>) -> Result<u64> {
    let done = sqlx::query!(
        "DELETE FROM api_rate_limits WHERE company_id = (SELECT current_company())
          AND window_end < $1",
        before
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
