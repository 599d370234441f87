//! Promises: kept when the money came, broken when its time has passed.

use crate::error::Result;
use crate::tenancy::TenantTx;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// Settles open promises; how many were kept and broken.
///
/// Kept: the invoice owes nothing, or at least the promised amount was booked on it since the day the
/// promise was given. Broken: not kept, and the last day (promised date, the days money needs, grace) is
/// past.
pub(super) async fn settle(tx: &mut TenantTx, as_of: DateTime<Utc>, today: NaiveDate) -> Result<(u64, u64)> {
    let company = tx.company().uuid();
    let kept = sqlx::query_scalar!(
        "UPDATE promises p SET state = 'kept' FROM invoices i
          WHERE p.company_id = $1 AND p.state = 'open' AND i.company_id = $1 AND i.id = p.invoice_id
            AND (i.residual <= 0
                 OR p.amount <= (SELECT coalesce(sum(y.amount), 0) FROM payments y
                                  WHERE y.company_id = $1 AND y.invoice_id = p.invoice_id AND y.reversed_at IS NULL
                                    AND y.payment_date >= p.created_at::date))
         RETURNING p.id",
        company,
    )
    .fetch_all(tx.conn())
    .await?;
    let broken = sqlx::query_scalar!(
        "UPDATE promises SET state = 'broken' WHERE company_id = $1 AND state = 'open' AND effective_until < $2
         RETURNING id",
        company,
        today,
    )
    .fetch_all(tx.conn())
    .await?;
    after(tx, &kept, "promise_kept", as_of).await?;
    after(tx, &broken, "promise_broken", as_of).await?;
    Ok((count(&kept), count(&broken)))
}

fn count(ids: &[Uuid]) -> u64 {
    u64::try_from(ids.len()).unwrap_or(0)
}

/// Timeline, learning, the promise's block, and the account's next look.
async fn after(tx: &mut TenantTx, promises: &[Uuid], kind: &str, as_of: DateTime<Utc>) -> Result<()> {
    if promises.is_empty() {
        return Ok(());
    }
    let company = tx.company().uuid();
    let actor = tx.actor().to_string();
    sqlx::query!(
        "INSERT INTO chase_events (company_id, customer_id, currency, invoice_id, conversation_id, kind, detail, at)
         SELECT company_id, customer_id, currency, invoice_id, conversation_id, $3,
                jsonb_build_object('promise', id, 'promised_on', promised_on, 'amount', amount::text), $4
           FROM promises WHERE company_id = $1 AND id = ANY ($2)",
        company,
        promises,
        kind,
        as_of,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO ai_learning_events (company_id, event_type, conversation_id, outcome_value, learning_signal)
         SELECT company_id, 'action_outcome', conversation_id, jsonb_build_object('promise', id, 'outcome', $3::text),
                CASE WHEN $3 = 'promise_kept' THEN 'positive' ELSE 'negative' END
           FROM promises WHERE company_id = $1 AND id = ANY ($2)",
        company,
        promises,
        kind,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE dunning_blocks SET lifted_at = $3, lifted_by = $4
          WHERE company_id = $1 AND source_id = ANY ($2) AND lifted_at IS NULL",
        company,
        promises,
        as_of,
        actor,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE ai_conversations c SET next_action_at = $3 FROM promises p
          WHERE p.company_id = $1 AND p.id = ANY ($2) AND c.company_id = $1 AND c.customer_id = p.customer_id
            AND c.currency = p.currency AND c.status = 'active' AND c.next_action_at > $3",
        company,
        promises,
        as_of,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
