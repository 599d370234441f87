//! Payment plans: offers that lapse, instalments paid or missed.

use super::Swept;
use crate::error::{Result, StoreError};
use crate::settle::{Event, account_wake, event_insert};
use crate::tenancy::TenantTx;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::ids::{CustomerId, PlanId};
use domain::kinds::{PaymentMethod, PlanState};
use domain::money::{Currency, Money};
use domain::plan::missed_instalment;
use domain::settings::CompanySettings;
use domain::snapshot::Instalment;
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

struct Plan {
    id: Uuid,
    customer: CustomerId,
    currency: Currency,
}

/// Follows every offered and active plan.
pub(super) async fn follow(
    tx: &mut TenantTx,
    as_of: DateTime<Utc>,
    today: NaiveDate,
    settings: &CompanySettings,
    swept: &mut Swept,
) -> Result<()> {
    let company = tx.company().uuid();
    let lapsed_before = as_of - TimeDelta::days(i64::from(settings.waits.plan_offer_days) * 7 / 5 + 1);
    let rows = sqlx::query!(
        r#"SELECT p.id, p.customer_id, p.currency, p.state, p.offered_at,
                  (SELECT coalesce(sum(y.amount), 0) FROM payments y
                     JOIN payment_plan_invoices pi ON pi.company_id = y.company_id AND pi.invoice_id = y.invoice_id
                    WHERE pi.company_id = $1 AND pi.plan_id = p.id AND y.reversed_at IS NULL
                      AND y.payment_date >= p.offered_at::date) AS "paid!",
                  (SELECT coalesce(sum(i.residual), 0) FROM invoices i
                     JOIN payment_plan_invoices pi ON pi.company_id = i.company_id AND pi.invoice_id = i.id
                    WHERE pi.company_id = $1 AND pi.plan_id = p.id) AS "owed!"
             FROM payment_plans p WHERE p.company_id = $1 AND p.state IN ('offered', 'active')"#,
        company,
    )
    .fetch_all(tx.conn())
    .await?;
    let slack = settings.promise_slack_days(PaymentMethod::BankTransfer);
    for row in rows {
        let currency = row.currency.parse().map_err(|_| StoreError::corrupt("payment_plans.currency"))?;
        let plan = Plan { id: row.id, customer: CustomerId::from_uuid(row.customer_id), currency };
        if row.owed <= Decimal::ZERO {
            end(tx, &plan, PlanState::Completed, "plan_completed", as_of).await?;
            swept.plans_completed += 1;
        } else if row.state == PlanState::Offered.as_str() {
            if row.offered_at.is_some_and(|at| at < lapsed_before) {
                end(tx, &plan, PlanState::Declined, "plan_offer_lapsed", as_of).await?;
                swept.offers_lapsed += 1;
            }
        } else if instalments(tx, &plan, row.paid, today, slack).await? {
            end(tx, &plan, PlanState::Broken, "plan_broken", as_of).await?;
            swept.plans_broken += 1;
        }
    }
    Ok(())
}

/// Marks what is paid; true when one was missed.
async fn instalments(
    tx: &mut TenantTx,
    plan: &Plan,
    paid: Decimal,
    today: NaiveDate,
    slack: u16,
) -> Result<bool> {
    let company = tx.company().uuid();
    sqlx::query!(
        "UPDATE payment_plan_instalments n SET state = 'paid', paid_on = $4
           FROM (SELECT seq, sum(amount) OVER (ORDER BY seq) AS owed FROM payment_plan_instalments
                  WHERE company_id = $1 AND plan_id = $2) t
          WHERE n.company_id = $1 AND n.plan_id = $2 AND n.seq = t.seq AND n.state = 'open' AND t.owed <= $3",
        company,
        plan.id,
        paid,
        today,
    )
    .execute(tx.conn())
    .await?;
    let rows = sqlx::query!(
        "SELECT seq, due_on, amount FROM payment_plan_instalments WHERE company_id = $1 AND plan_id = $2 ORDER BY seq",
        company,
        plan.id,
    )
    .fetch_all(tx.conn())
    .await?;
    let all = rows
        .iter()
        .map(|r| {
            let amount =
                Money::new(r.amount, plan.currency).map_err(|_| StoreError::corrupt("instalment amount"))?;
            Ok(Instalment { due_on: r.due_on, amount })
        })
        .collect::<Result<Vec<_>>>()?;
    let Some(missed) = missed_instalment(&all, paid, today, slack).and_then(|n| rows.get(n)) else {
        return Ok(false);
    };
    sqlx::query!(
        "UPDATE payment_plan_instalments SET state = 'missed'
          WHERE company_id = $1 AND plan_id = $2 AND seq = $3 AND state = 'open'",
        company,
        plan.id,
        missed.seq,
    )
    .execute(tx.conn())
    .await?;
    Ok(true)
}

/// Ends a plan: its state, its blocks, the timeline, and the account's next look.
async fn end(
    tx: &mut TenantTx,
    plan: &Plan,
    state: PlanState,
    kind: &'static str,
    as_of: DateTime<Utc>,
) -> Result<()> {
    let company = tx.company().uuid();
    let actor = tx.actor().to_string();
    // A plan paid before it was accepted was accepted by paying.
    sqlx::query!(
        "UPDATE payment_plans SET state = $3,
                accepted_at = CASE WHEN $3 = 'completed' THEN coalesce(accepted_at, $4) ELSE accepted_at END
          WHERE company_id = $1 AND id = $2",
        company,
        plan.id,
        state.as_str(),
        as_of,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE dunning_blocks SET lifted_at = $3, lifted_by = $4
          WHERE company_id = $1 AND source_id = $2 AND lifted_at IS NULL",
        company,
        plan.id,
        as_of,
        actor,
    )
    .execute(tx.conn())
    .await?;
    let detail = json!({ "plan": PlanId::from_uuid(plan.id) });
    event_insert(tx, Event::new(kind, as_of).customer(plan.customer).detail(detail)).await?;
    account_wake(tx, plan.customer, Some(plan.currency), as_of).await?;
    Ok(())
}
