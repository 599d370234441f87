//! The daily rounds.

use anyhow::Result;
use chrono::TimeDelta;
use domain::money::Currency;
use store::claims::{next_wake, sweep_due};
use store::sweep::{Swept, company_rules, company_sweep};
use tests::{Company, World};

async fn sweep(world: &World, company: &Company) -> Result<Swept> {
    let mut tx = world.tx(company).await?;
    let rules = company_rules(&mut tx).await?;
    let swept = company_sweep(&mut tx, world.now(), world.today(), &rules.settings, &rules.procedure).await?;
    tx.commit().await?;
    Ok(swept)
}

#[tokio::test]
async fn statuses_follow_the_calendar_and_conversations_are_opened_once() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    let customer = company.customer("Debtor").await?;
    let mut invoices = Vec::new();
    for overdue in [-30, -3, 0, 1, 40] {
        invoices.push(company.invoice(&customer, "10", overdue).await?);
    }
    world.run("UPDATE invoices SET status = 'pending'").await?;
    let first = sweep(&world, &company).await?;
    // Courtesy notices of the default procedure begin three days before the due date.
    let statuses: Vec<String> = sqlx::query_scalar("SELECT status FROM invoices ORDER BY due_date DESC")
        .fetch_all(&world.admin)
        .await?;
    assert_eq!(statuses, ["pending", "due_soon", "due_soon", "overdue", "overdue"]);
    assert_eq!((first.flipped, first.opened), (4, 4));
    let second = sweep(&world, &company).await?;
    assert_eq!(second, Swept::default(), "twice on a day changes nothing");
    // A long downtime is one round.
    world.clock.advance(TimeDelta::days(40));
    let later = sweep(&world, &company).await?;
    assert_eq!((later.flipped, later.opened), (3, 1));
    world.finish().await
}

#[tokio::test]
async fn a_company_is_due_when_its_own_day_begins() -> Result<()> {
    let world = World::new().await?;
    let (berlin, auckland) = (world.company("berlin").await?, world.company("auckland").await?);
    world.run("UPDATE companies SET time_zone = 'Pacific/Auckland' WHERE slug = 'auckland'").await?;
    let due = |world: World| async move { anyhow::Ok(sweep_due(&world.db, world.now(), 10).await?) };
    assert_eq!(due(world.clone()).await?.len(), 2, "never swept");
    for company in [&berlin, &auckland] {
        let mut tx = world.tx(company).await?;
        let rules = company_rules(&mut tx).await?;
        let today = domain::calendar::business_date(world.now(), rules.zone);
        company_sweep(&mut tx, world.now(), today, &rules.settings, &rules.procedure).await?;
        tx.commit().await?;
    }
    assert!(due(world.clone()).await?.is_empty());
    // Midnight in Auckland is 11:00 UTC in March.
    assert_eq!(next_wake(&world.db, world.now()).await?.sweep, Some("2026-03-02T11:00:00Z".parse()?));
    world.clock.set("2026-03-02T11:00:00Z".parse()?);
    let next = due(world.clone()).await?;
    assert_eq!(
        next.iter().map(|d| (d.company, d.today.to_string())).collect::<Vec<_>>(),
        [(auckland.id, "2026-03-03".into())]
    );
    world.finish().await
}

#[tokio::test]
async fn promises_are_kept_by_money_and_broken_by_time() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    let customer = company.customer("Debtor").await?;
    let mut rows = Vec::new();
    for _ in 0..3 {
        let invoice = company.invoice(&customer, "100", 9).await?;
        let conversation = company.conversation(&invoice).await?;
        sqlx::query(
            "WITH p AS (INSERT INTO promises (company_id, customer_id, currency, invoice_id, conversation_id, amount,
                promised_on, effective_until, created_at)
                VALUES ($1, $2, 'EUR', $3, $4, 60, '2026-03-05', '2026-03-09', $5) RETURNING id)
             INSERT INTO dunning_blocks (company_id, customer_id, invoice_id, reason, until, source_id, created_by)
             SELECT $1, $2, $3, 'promise', '2026-03-10', p.id, 'test' FROM p",
        )
        .bind(company.id.uuid())
        .bind(customer.id.uuid())
        .bind(invoice.id.uuid())
        .bind(conversation.uuid())
        .bind(world.now())
        .execute(&world.admin)
        .await?;
        rows.push(invoice);
    }
    company.pay(&rows[0], "60").await?; // kept: the promised part came
    company.pay(&rows[1], "59.99").await?; // not quite
    world.clock.advance(TimeDelta::days(7));
    let swept = sweep(&world, &company).await?;
    assert_eq!((swept.promises_kept, swept.promises_broken), (1, 0), "9 March is still within the grace");
    world.clock.advance(TimeDelta::days(1));
    let swept = sweep(&world, &company).await?;
    assert_eq!((swept.promises_kept, swept.promises_broken), (0, 2));
    assert_eq!(world.count("SELECT count(*) FROM dunning_blocks WHERE lifted_at IS NULL").await?, 0);
    let learned =
        world.count("SELECT count(*) FROM ai_learning_events WHERE learning_signal = 'negative'").await?;
    assert_eq!(learned, 2);
    world.finish().await
}

#[tokio::test]
async fn proposals_expire_and_paid_conversations_come_back_to_be_closed() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    let customer = company.customer("Debtor").await?;
    let invoice = company.invoice_in(&customer, "100", Currency::EUR, 9).await?;
    let conversation = company.conversation(&invoice).await?;
    sqlx::query(
        "INSERT INTO ai_actions (company_id, conversation_id, customer_id, currency, action_type, status, ai_confidence,
            ai_reasoning, payload, verdict, policy_version, facts, account_version, expires_at)
         VALUES ($1, $2, $3, 'EUR', 'escalate', 'pending_approval', 1, '', '{}', 'propose', '1', '{}', 1, $4)",
    )
    .bind(company.id.uuid())
    .bind(conversation.uuid())
    .bind(customer.id.uuid())
    .bind(world.now())
    .execute(&world.admin)
    .await?;
    world.run("UPDATE ai_conversations SET status = 'escalated', escalation_reason = 'manual', next_action_at = NULL").await?;
    assert_eq!(sweep(&world, &company).await?.expired, 1);
    assert_eq!(world.count("SELECT count(*) FROM ai_actions WHERE status = 'expired'").await?, 1);
    company.pay(&invoice, "100").await?;
    assert_eq!(sweep(&world, &company).await?.woken, 1);
    let due = world.count("SELECT count(*) FROM ai_conversations WHERE status = 'active' AND next_action_at <= '2026-03-02 09:00+00'");
    assert_eq!(due.await?, 1);
    world.finish().await
}
