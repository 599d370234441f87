//! Figures of a company: rows for ageing, DSO and CEI, and counts.

use super::corrupt;
use crate::error::Result;
use crate::tenancy::TenantTx;
use domain::ageing::LedgerLine;
use domain::money::{Currency, Money};
use serde::Serialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Every invoice that was not cancelled, with what reduced it and when.
pub async fn ageing_lines(tx: &mut TenantTx) -> Result<Vec<LedgerLine>> {
    let company = tx.company().uuid();
    let invoices = sqlx::query!(
        "SELECT id, invoice_date, due_date, amount, currency FROM invoices
          WHERE company_id = $1 AND deleted_at IS NULL AND cancelled_at IS NULL ORDER BY id",
        company,
    )
    .fetch_all(tx.conn())
    .await?;
    let reductions = sqlx::query!(
        r#"SELECT invoice_id AS "invoice_id!", payment_date AS "on!", amount AS "amount!" FROM payments
            WHERE company_id = $1 AND reversed_at IS NULL
           UNION ALL
           SELECT a.invoice_id, n.issued_on, a.amount FROM credit_note_allocations a
             JOIN credit_notes n ON n.company_id = a.company_id AND n.id = a.credit_note_id
            WHERE a.company_id = $1"#,
        company,
    )
    .fetch_all(tx.conn())
    .await?;
    let mut by_invoice: BTreeMap<Uuid, Vec<_>> = BTreeMap::new();
    for r in reductions {
        by_invoice.entry(r.invoice_id).or_default().push((r.on, r.amount));
    }
    invoices
        .into_iter()
        .map(|i| {
            let currency: Currency = i.currency.parse().map_err(|_| corrupt("invoices.currency"))?;
            let money = |a| Money::new(a, currency).map_err(|_| corrupt("invoices.amount"));
            let reductions = by_invoice.remove(&i.id).unwrap_or_default();
            Ok(LedgerLine {
                issued_on: i.invoice_date,
                due_on: i.due_date,
                amount: money(i.amount)?,
                reductions: reductions
                    .into_iter()
                    .map(|(on, a)| Ok((on, money(a)?)))
                    .collect::<Result<_>>()?,
            })
        })
        .collect()
}

/// Counts since the beginning, and how things stand.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Totals {
    /// Letters that left.
    pub messages_sent: i64,
    /// Replies of people.
    pub replies: i64,
    /// Proposals made.
    pub proposals: i64,
    /// Proposals that wait.
    pub proposals_open: i64,
    /// Promises kept.
    pub promises_kept: i64,
    /// Promises broken.
    pub promises_broken: i64,
    /// Letters nobody knows the fate of.
    pub in_doubt: i64,
    /// Letters that came back.
    pub bounced: i64,
    /// How often a step was held or dropped, by reason, most frequent first.
    pub held: Vec<(String, i64)>,
}

/// Counts for a summary.
pub async fn summary(tx: &mut TenantTx) -> Result<Totals> {
    let company = tx.company().uuid();
    let r = sqlx::query!(
        r#"SELECT (SELECT count(*) FROM outreaches WHERE company_id = $1 AND state = 'sent') AS "sent!",
                  (SELECT count(*) FROM ai_messages WHERE company_id = $1 AND direction = 'inbound') AS "replies!",
                  (SELECT count(*) FROM ai_actions WHERE company_id = $1 AND verdict = 'propose') AS "proposals!",
                  (SELECT count(*) FROM ai_actions WHERE company_id = $1 AND status = 'pending_approval') AS "open!",
                  (SELECT count(*) FROM promises WHERE company_id = $1 AND state = 'kept') AS "kept!",
                  (SELECT count(*) FROM promises WHERE company_id = $1 AND state = 'broken') AS "broken!",
                  (SELECT count(*) FROM outreaches WHERE company_id = $1 AND state = 'in_doubt') AS "doubt!",
                  (SELECT count(*) FROM chase_events WHERE company_id = $1 AND kind = 'letter_bounced') AS "bounced!""#,
        company,
    )
    .fetch_one(tx.conn())
    .await?;
    let held = sqlx::query!(
        r#"SELECT reason AS "reason!", count(*) AS "count!" FROM chase_events
            WHERE company_id = $1 AND reason IS NOT NULL AND kind IN ('held', 'letter_stale', 'letter_voided', 'letter_deferred')
            GROUP BY reason ORDER BY count(*) DESC, reason"#,
        company,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(Totals {
        messages_sent: r.sent,
        replies: r.replies,
        proposals: r.proposals,
        proposals_open: r.open,
        promises_kept: r.kept,
        promises_broken: r.broken,
        in_doubt: r.doubt,
        bounced: r.bounced,
        held: held.into_iter().map(|h| (h.reason, h.count)).collect(),
    })
}
