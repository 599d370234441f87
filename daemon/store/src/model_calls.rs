//! Calls of the language model, and the daily budget of tokens.
//!
//! Guarantees: parallel calls of one company cannot pass its budget together: tokens are reserved before
//! a call and settled to what was used after it. A call that died keeps its reservation for the day.

use crate::error::Result;
use crate::tenancy::TenantTx;
use chrono::{DateTime, NaiveDate, Utc};
use domain::money::Currency;
use uuid::Uuid;

/// A call to be noted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewModelCall {
    /// What for: `draft` or `read`.
    pub purpose: String,
    /// Model, as the endpoint names it.
    pub model: String,
    /// Version of the prompt.
    pub prompt_version: String,
    /// Tokens in; 0 when the endpoint did not say.
    pub input_tokens: u32,
    /// Tokens out; 0 when the endpoint did not say.
    pub output_tokens: u32,
    /// Cost in millionths of its currency.
    pub cost: Option<(i64, Currency)>,
    /// How long it took.
    pub latency_ms: u32,
    /// How it ended; a short word.
    pub outcome: String,
    /// What went wrong; no text of the prompt or the answer. Cut to 1,000 characters.
    pub error: Option<String>,
}

/// Notes a call; returns its id for the message made with it.
pub async fn model_call_insert(tx: &mut TenantTx, call: &NewModelCall, as_of: DateTime<Utc>) -> Result<Uuid> {
    let count = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
    let error: Option<String> =
        call.error.as_ref().map(|e| e.chars().filter(|c| *c != '\0').take(1_000).collect());
    let company = tx.company().uuid();
    let id = Uuid::now_v7();
    sqlx::query!(
        r#"INSERT INTO model_calls (company_id, id, purpose, model, prompt_version, input_tokens, output_tokens, cost_micro,
                cost_currency, latency_ms, outcome, error, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"#,
        company,
        id,
        call.purpose,
        call.model,
        call.prompt_version,
        count(call.input_tokens),
        count(call.output_tokens),
        call.cost.map(|(micro, _)| micro),
        call.cost.map(|(_, currency)| currency.to_string()),
        count(call.latency_ms),
        call.outcome,
        error,
        as_of,
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Reserves tokens of a day's budget; false when they would pass it, and then nothing is reserved.
pub async fn budget_reserve(
    tx: &mut TenantTx,
    day: NaiveDate,
    tokens: u64,
    daily_limit: u64,
) -> Result<bool> {
    let tokens = i64::try_from(tokens).unwrap_or(i64::MAX);
    let limit = i64::try_from(daily_limit).unwrap_or(i64::MAX);
    if tokens > limit {
        return Ok(false);
    }
    let company = tx.company().uuid();
    let done = sqlx::query!(
        r#"INSERT INTO model_budgets AS b (company_id, day, tokens, calls) VALUES ($1, $2, $3, 1)
               ON CONFLICT (company_id, day) DO UPDATE SET tokens = b.tokens + $3, calls = b.calls + 1
            WHERE b.tokens <= $4::bigint - $3"#,
        company,
        day,
        tokens,
        limit,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Replaces a reservation by what was used.
pub async fn budget_settle(tx: &mut TenantTx, day: NaiveDate, reserved: u64, used: u64) -> Result<()> {
    let delta =
        i64::try_from(used).unwrap_or(i64::MAX).saturating_sub(i64::try_from(reserved).unwrap_or(i64::MAX));
    sqlx::query!("UPDATE model_budgets SET tokens = greatest(0, tokens + $2) WHERE company_id = (SELECT current_company())
      AND day = $1", day, delta)
        .execute(tx.conn())
        .await?;
    Ok(())
}
