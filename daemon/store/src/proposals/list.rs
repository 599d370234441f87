//! The inbox.

use crate::error::Result;
use crate::ledger::{money, parse};
use crate::page::{Page, clamp, decode};
use crate::tenancy::TenantTx;
use chrono::{DateTime, Utc};
use domain::ids::{ActionId, CustomerId, OutreachId};
use domain::kinds::ActionType;
use domain::money::{Currency, Money};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// In which order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalSort {
    /// Longest waiting first.
    #[default]
    Oldest,
    /// Largest amount first; those without one last.
    Value,
    /// Soonest to lapse first.
    Expiry,
}

/// Which proposals to list. All conditions must hold.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProposalFilter {
    /// What is to be done.
    pub kind: Option<ActionType>,
    /// Of one customer.
    pub customer: Option<CustomerId>,
    /// In one currency.
    pub currency: Option<Currency>,
    /// At stake at least.
    pub min_amount: Option<Decimal>,
    /// At stake at most.
    pub max_amount: Option<Decimal>,
    /// Written at or after.
    pub created_after: Option<DateTime<Utc>>,
    /// Written before.
    pub created_before: Option<DateTime<Utc>>,
    /// Confidence at least.
    pub min_confidence: Option<f64>,
    /// Confidence at most.
    pub max_confidence: Option<f64>,
    /// With this reason code.
    pub reason: Option<String>,
    /// In which order.
    pub sort: ProposalSort,
}

/// A line of the inbox.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ProposalLine {
    /// Id.
    pub id: ActionId,
    /// What is to be done.
    pub action_type: ActionType,
    /// The customer.
    pub customer: CustomerId,
    /// Its name.
    pub customer_name: String,
    /// Currency of the account.
    pub currency: Currency,
    /// What is at stake.
    pub amount: Option<Money>,
    /// How many invoices the message lists; 0 without a message.
    pub invoices: i64,
    /// 0 to 1.
    pub confidence: f64,
    /// The policies' answer.
    pub verdict: String,
    /// Why the agent may not do it alone.
    pub reasons: Vec<String>,
    /// What the agent wants, in one sentence.
    pub reasoning: String,
    /// The message.
    pub outreach: Option<OutreachId>,
    /// Its subject.
    pub subject: Option<String>,
    /// Its dunning level.
    pub dunning_level: Option<i32>,
    /// How many people have approved it so far.
    pub approvals: i64,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it lapses.
    pub expires_at: Option<DateTime<Utc>>,
    /// For If-Match.
    pub version: i64,
}

/// Where a page ends, in the order asked for.
#[derive(Serialize, Deserialize)]
struct After {
    sort: ProposalSort,
    at: DateTime<Utc>,
    amount: Option<Decimal>,
    id: Uuid,
}

/// How many proposals wait.
pub async fn proposals_count(tx: &mut TenantTx) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM ai_actions WHERE company_id = (SELECT current_company())
      AND status = 'pending_approval'"#
    )
    .fetch_one(tx.conn())
    .await?)
}

/// The proposals that wait. The ids of a page come off an index in the order asked for; everything else
/// is read for those rows only.
pub async fn proposals(
    tx: &mut TenantTx,
    filter: &ProposalFilter,
    cursor: Option<&str>,
    limit: u16,
) -> Result<Page<ProposalLine>> {
    // A cursor of another order is one of another list.
    let after: Option<After> = decode("proposals", cursor)?;
    if after.as_ref().is_some_and(|a| a.sort != filter.sort) {
        return Err(crate::error::StoreError::invalid("the cursor is not one of this list"));
    }
    let limit = clamp(limit);
    let ids = match filter.sort {
        ProposalSort::Oldest => ids_oldest(tx, filter, after.as_ref(), limit + 1).await?,
        ProposalSort::Value => ids_by_value(tx, filter, after.as_ref(), limit + 1).await?,
        ProposalSort::Expiry => ids_by_expiry(tx, filter, after.as_ref(), limit + 1).await?,
    };
    let lines = lines(tx, &ids).await?;
    Page::of("proposals", lines, limit, |l: &ProposalLine| After {
        sort: filter.sort,
        at: match filter.sort {
            ProposalSort::Oldest | ProposalSort::Value => l.created_at,
            ProposalSort::Expiry => l.expires_at.unwrap_or(l.created_at),
        },
        amount: l.amount.map(|m| m.amount()),
        id: l.id.uuid(),
    })
}

async fn ids_oldest(
    tx: &mut TenantTx,
    f: &ProposalFilter,
    after: Option<&After>,
    limit: i64,
) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT a.id FROM ai_actions a
            WHERE a.company_id = (SELECT current_company()) AND a.status = 'pending_approval'
              AND ($1::timestamptz IS NULL OR (a.created_at, a.id) > ($1, $2::uuid))
              AND ($3::text IS NULL OR a.action_type = $3) AND ($4::uuid IS NULL OR a.customer_id = $4)
              AND ($5::text IS NULL OR a.currency = $5) AND ($6::numeric IS NULL OR a.amount >= $6)
              AND ($7::numeric IS NULL OR a.amount <= $7) AND ($8::timestamptz IS NULL OR a.created_at >= $8)
              AND ($9::timestamptz IS NULL OR a.created_at < $9) AND ($10::float8 IS NULL OR a.ai_confidence >= $10)
              AND ($11::float8 IS NULL OR a.ai_confidence <= $11) AND ($12::text IS NULL OR $12 = ANY (a.reasons))
            ORDER BY a.created_at, a.id LIMIT $13"#,
        after.map(|a| a.at),
        after.map(|a| a.id),
        f.kind.map(ActionType::as_str),
        f.customer.map(CustomerId::uuid),
        f.currency.map(|c| c.to_string()),
        f.min_amount,
        f.max_amount,
        f.created_after,
        f.created_before,
        f.min_confidence,
        f.max_confidence,
        f.reason,
        limit,
    )
    .fetch_all(tx.conn())
    .await?)
}

async fn ids_by_value(
    tx: &mut TenantTx,
    f: &ProposalFilter,
    after: Option<&After>,
    limit: i64,
) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT a.id FROM ai_actions a
            WHERE a.company_id = (SELECT current_company()) AND a.status = 'pending_approval'
              AND ($2::uuid IS NULL OR CASE WHEN $1::numeric IS NULL THEN a.amount IS NULL AND a.id > $2
                       ELSE a.amount IS NULL OR a.amount < $1 OR (a.amount = $1 AND a.id > $2) END)
              AND ($3::text IS NULL OR a.action_type = $3) AND ($4::uuid IS NULL OR a.customer_id = $4)
              AND ($5::text IS NULL OR a.currency = $5) AND ($6::numeric IS NULL OR a.amount >= $6)
              AND ($7::numeric IS NULL OR a.amount <= $7) AND ($8::timestamptz IS NULL OR a.created_at >= $8)
              AND ($9::timestamptz IS NULL OR a.created_at < $9) AND ($10::float8 IS NULL OR a.ai_confidence >= $10)
              AND ($11::float8 IS NULL OR a.ai_confidence <= $11) AND ($12::text IS NULL OR $12 = ANY (a.reasons))
            ORDER BY a.amount DESC NULLS LAST, a.id LIMIT $13"#,
        after.and_then(|a| a.amount),
        after.map(|a| a.id),
        f.kind.map(ActionType::as_str),
        f.customer.map(CustomerId::uuid),
        f.currency.map(|c| c.to_string()),
        f.min_amount,
        f.max_amount,
        f.created_after,
        f.created_before,
        f.min_confidence,
        f.max_confidence,
        f.reason,
        limit,
    )
    .fetch_all(tx.conn())
    .await?)
}

async fn ids_by_expiry(
    tx: &mut TenantTx,
    f: &ProposalFilter,
    after: Option<&After>,
    limit: i64,
) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT a.id FROM ai_actions a
            WHERE a.company_id = (SELECT current_company()) AND a.status = 'pending_approval'
              AND ($1::timestamptz IS NULL OR (a.expires_at, a.id) > ($1, $2::uuid))
              AND ($3::text IS NULL OR a.action_type = $3) AND ($4::uuid IS NULL OR a.customer_id = $4)
              AND ($5::text IS NULL OR a.currency = $5) AND ($6::numeric IS NULL OR a.amount >= $6)
              AND ($7::numeric IS NULL OR a.amount <= $7) AND ($8::timestamptz IS NULL OR a.created_at >= $8)
              AND ($9::timestamptz IS NULL OR a.created_at < $9) AND ($10::float8 IS NULL OR a.ai_confidence >= $10)
              AND ($11::float8 IS NULL OR a.ai_confidence <= $11) AND ($12::text IS NULL OR $12 = ANY (a.reasons))
            ORDER BY a.expires_at, a.id LIMIT $13"#,
        after.map(|a| a.at),
        after.map(|a| a.id),
        f.kind.map(ActionType::as_str),
        f.customer.map(CustomerId::uuid),
        f.currency.map(|c| c.to_string()),
        f.min_amount,
        f.max_amount,
        f.created_after,
        f.created_before,
        f.min_confidence,
        f.max_confidence,
        f.reason,
        limit,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// The lines of some proposals, in the order of the ids.
pub(super) async fn lines(tx: &mut TenantTx, ids: &[Uuid]) -> Result<Vec<ProposalLine>> {
    let rows = sqlx::query!(
        r#"SELECT a.id, a.action_type, a.customer_id, c.name AS customer_name, a.currency, a.amount, a.ai_confidence,
                  a.verdict, a.reasons, a.ai_reasoning, a.outreach_id, o.subject AS "subject?",
                  o.dunning_level AS "dunning_level?", a.created_at, a.expires_at, a.version,
                  (SELECT count(*) FROM outreach_items t WHERE t.company_id = (SELECT current_company())
                    AND t.outreach_id = a.outreach_id) AS "invoices!",
                  (SELECT count(*) FROM action_approvals p WHERE p.company_id = (SELECT current_company())
                    AND p.action_id = a.id) AS "approvals!"
             FROM unnest($1::uuid[]) WITH ORDINALITY AS k (id, n)
             JOIN ai_actions a ON a.company_id = (SELECT current_company()) AND a.id = k.id
             JOIN customers c ON c.id = a.customer_id
             LEFT JOIN outreaches o ON o.id = a.outreach_id
            ORDER BY k.n"#,
        ids,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let currency: Currency = parse(&r.currency, "ai_actions.currency")?;
            Ok(ProposalLine {
                id: ActionId::from_uuid(r.id),
                action_type: parse(&r.action_type, "ai_actions.action_type")?,
                customer: CustomerId::from_uuid(r.customer_id),
                customer_name: r.customer_name,
                currency,
                amount: r.amount.map(|a| money(a, currency, "ai_actions.amount")).transpose()?,
                invoices: r.invoices,
                confidence: r.ai_confidence,
                verdict: r.verdict,
                reasons: r.reasons,
                reasoning: r.ai_reasoning,
                outreach: r.outreach_id.map(OutreachId::from_uuid),
                subject: r.subject,
                dunning_level: r.dunning_level,
                approvals: r.approvals,
                created_at: r.created_at,
                expires_at: r.expires_at,
                version: r.version,
            })
        })
        .collect()
}
