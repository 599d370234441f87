//! The daily rounds of a company, in set-based statements.
//!
//! Why: dates pass for every row at once. Guarantees: one transaction; running it twice on a day changes
//! nothing the second time; a week of downtime is one round. Everything found is written to the timeline
//! and wakes the account, so that the next step is decided there and not here.

mod plans;
mod promises;

use crate::error::{Result, StoreError};
use crate::tenancy::TenantTx;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::procedure::Procedure;
use domain::settings::CompanySettings;

/// What a sweep must know of its company.
#[derive(Clone, Debug)]
pub struct CompanyRules {
    /// Settings.
    pub settings: CompanySettings,
    /// Dunning procedure.
    pub procedure: Procedure,
    /// Zone of business dates.
    pub zone: Tz,
}

/// Reads settings, procedure and zone.
pub async fn company_rules(tx: &mut TenantTx) -> Result<CompanyRules> {
    let company = tx.company().uuid();
    let row = sqlx::query!(
        r#"SELECT c.settings, c.time_zone, s.steps AS "steps?" FROM companies c
             LEFT JOIN reminder_sequences s ON s.company_id = c.id WHERE c.id = $1"#,
        company,
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(StoreError::NotFound("company"))?;
    let settings = CompanySettings::from_json(&row.settings).map_err(|e| StoreError::corrupt(e.path))?;
    let procedure = match row.steps {
        Some(steps) => {
            serde_json::from_value(steps).map_err(|_| StoreError::corrupt("reminder_sequences.steps"))?
        }
        None => Procedure::default(),
    };
    Ok(CompanyRules {
        settings,
        procedure,
        zone: row.time_zone.parse().map_err(|_| StoreError::corrupt("companies.time_zone"))?,
    })
}

/// What a sweep found.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Swept {
    /// Invoices whose status changed.
    pub flipped: u64,
    /// Conversations opened.
    pub opened: u64,
    /// Conversations put back to work.
    pub woken: u64,
    /// Promises kept.
    pub promises_kept: u64,
    /// Promises broken.
    pub promises_broken: u64,
    /// Proposals nobody decided in time.
    pub expired: u64,
    /// Plans paid to the end.
    pub plans_completed: u64,
    /// Plans with a missed instalment.
    pub plans_broken: u64,
    /// Offers nobody accepted in time.
    pub offers_lapsed: u64,
}

/// Sweeps the company of `tx` for its business day `today`.
pub async fn company_sweep(
    tx: &mut TenantTx,
    as_of: DateTime<Utc>,
    today: NaiveDate,
    settings: &CompanySettings,
    procedure: &Procedure,
) -> Result<Swept> {
    let mut swept = Swept { flipped: flip(tx, today, procedure).await?, ..Swept::default() };
    (swept.promises_kept, swept.promises_broken) = promises::settle(tx, as_of, today).await?;
    plans::follow(tx, as_of, today, settings, &mut swept).await?;
    swept.expired = expire(tx, as_of).await?;
    swept.opened = open(tx, as_of, today).await?;
    swept.woken = wake(tx, as_of, today).await?;
    let company = tx.company().uuid();
    sqlx::query!("UPDATE companies SET last_swept_on = $2 WHERE id = $1", company, today)
        .execute(tx.conn())
        .await?;
    Ok(swept)
}

/// `domain::snapshot::status_of`, for every unpaid invoice at once.
async fn flip(tx: &mut TenantTx, today: NaiveDate, procedure: &Procedure) -> Result<u64> {
    let company = tx.company().uuid();
    let soon = i32::from(procedure.due_soon_days(0));
    let done = sqlx::query!(
        "UPDATE invoices i SET status = n.status
           FROM (SELECT id, CASE WHEN due_date < $2 THEN 'overdue' WHEN due_date - $2 <= $3 THEN 'due_soon'
                                 ELSE 'pending' END AS status
                   FROM invoices WHERE company_id = $1 AND residual > 0 AND deleted_at IS NULL) n
          WHERE i.company_id = $1 AND i.id = n.id AND i.status <> n.status",
        company,
        today,
        soon,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// A conversation for every invoice that is due soon or overdue and has none; one that a person wrote
/// off is left alone.
async fn open(tx: &mut TenantTx, as_of: DateTime<Utc>, today: NaiveDate) -> Result<u64> {
    let company = tx.company().uuid();
    let done = sqlx::query!(
        "INSERT INTO ai_conversations (company_id, invoice_id, customer_id, currency, status, autonomy_level,
                current_stage, next_action_at, opened_on)
         SELECT i.company_id, i.id, i.customer_id, i.currency, 'active',
                coalesce(cu.autonomy_level, co.autonomy_level), 'initial_outreach', $2, $3
           FROM invoices i
           JOIN customers cu ON cu.company_id = i.company_id AND cu.id = i.customer_id AND cu.deleted_at IS NULL
           JOIN companies co ON co.id = i.company_id
          WHERE i.company_id = $1 AND i.residual > 0 AND i.status IN ('due_soon', 'overdue')
            AND i.deleted_at IS NULL AND i.cancelled_at IS NULL AND i.written_off_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM ai_conversations c
                             WHERE c.company_id = i.company_id AND c.invoice_id = i.id
                               AND (c.status <> 'completed' OR c.outcome IN ('written_off', 'churned')))
         ON CONFLICT DO NOTHING",
        company,
        as_of,
        today,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Proposals nobody decided in time; the account is looked at again.
async fn expire(tx: &mut TenantTx, as_of: DateTime<Utc>) -> Result<u64> {
    let company = tx.company().uuid();
    let expired = sqlx::query!(
        "UPDATE ai_actions SET status = 'expired'
          WHERE company_id = $1 AND status = 'pending_approval' AND expires_at <= $2
         RETURNING id, outreach_id, conversation_id, customer_id, currency",
        company,
        as_of,
    )
    .fetch_all(tx.conn())
    .await?;
    if expired.is_empty() {
        return Ok(0);
    }
    let letters: Vec<_> = expired.iter().filter_map(|e| e.outreach_id).collect();
    sqlx::query!(
        "UPDATE outreaches SET state = 'cancelled' WHERE company_id = $1 AND id = ANY ($2)
            AND state IN ('proposed', 'drafted')",
        company,
        &letters,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE ai_messages SET delivery_status = 'cancelled' WHERE company_id = $1 AND outreach_id = ANY ($2)
            AND delivery_status IN ('draft', 'approved')",
        company,
        &letters,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE payment_plans p SET state = 'declined' FROM outreaches o
          WHERE p.company_id = $1 AND o.company_id = $1 AND o.id = ANY ($2) AND o.plan_id = p.id AND p.state = 'proposed'",
        company,
        &letters,
    )
    .execute(tx.conn())
    .await?;
    let (ids, conversations): (Vec<_>, Vec<_>) = expired.iter().map(|e| (e.id, e.conversation_id)).unzip();
    sqlx::query!(
        "INSERT INTO chase_events (company_id, customer_id, currency, conversation_id, outreach_id, action_id, kind,
                reason, at)
         SELECT company_id, customer_id, currency, conversation_id, outreach_id, id, 'proposal_expired', 'expired', $3
           FROM ai_actions WHERE company_id = $1 AND id = ANY ($2)",
        company,
        &ids,
        as_of,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE ai_conversations c SET next_action_at = $3 FROM ai_conversations e
          WHERE e.company_id = $1 AND e.id = ANY ($2) AND c.company_id = $1 AND c.customer_id = e.customer_id
            AND c.currency = e.currency AND c.status = 'active' AND c.next_action_at > $3",
        company,
        &conversations,
        as_of,
    )
    .execute(tx.conn())
    .await?;
    Ok(u64::try_from(expired.len()).unwrap_or(0))
}

/// Puts conversations back to work: paused ones over which no block stands any more or whose block may
/// be lifted, and those of invoices that are paid and must be closed.
async fn wake(tx: &mut TenantTx, as_of: DateTime<Utc>, today: NaiveDate) -> Result<u64> {
    let company = tx.company().uuid();
    let resumed = sqlx::query!(
        "UPDATE ai_conversations c SET status = 'active', next_action_at = $2, paused_until = NULL, pause_reason = NULL
          WHERE c.company_id = $1 AND c.status = 'paused'
            AND NOT EXISTS (SELECT 1 FROM dunning_blocks b
                             WHERE b.company_id = $1 AND b.lifted_at IS NULL AND (b.until IS NULL OR b.until > $3)
                               AND (b.customer_id IS NULL OR b.customer_id = c.customer_id)
                               AND (b.invoice_id IS NULL OR b.invoice_id = c.invoice_id))",
        company,
        as_of,
        today,
    )
    .execute(tx.conn())
    .await?;
    let paid = sqlx::query!(
        "UPDATE ai_conversations c SET status = 'active', next_action_at = $2 FROM invoices i
          WHERE c.company_id = $1 AND i.company_id = $1 AND i.id = c.invoice_id AND i.residual <= 0
            AND (c.status IN ('paused', 'escalated') OR (c.status = 'active' AND c.next_action_at > $2))
            AND NOT EXISTS (SELECT 1 FROM ai_actions a
                             WHERE a.company_id = $1 AND a.conversation_id = c.id AND a.action_type = 'mark_paid'
                               AND a.status IN ('pending_approval', 'rejected'))",
        company,
        as_of,
    )
    .execute(tx.conn())
    .await?;
    Ok(resumed.rows_affected() + paid.rows_affected())
}
