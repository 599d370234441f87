//! The account snapshot tells what the ledger says, no more and no less.

use anyhow::{Context, Result};
use chrono::TimeDelta;
use domain::kinds::{ActionType, Autonomy, BlockReason, OutreachState};
use domain::money::{Currency, Money};
use domain::snapshot::{BlockScope, Snapshot};
use rust_decimal::Decimal;
use store::settle::outreach_settle;
use store::snapshot::{account_lock, account_snapshot};
use tests::{Company, Customer, World, notice};

async fn snapshot(world: &World, company: &Company, customer: &Customer) -> Result<Snapshot> {
    let mut tx = world.db.tenant_read(company.id).await?;
    let snapshot = account_snapshot(&mut tx, customer.id, Currency::EUR, world.now()).await?;
    tx.commit().await?;
    snapshot.context("the account is there")
}

fn eur(amount: &str) -> Money {
    Money::new(amount.parse().unwrap(), Currency::EUR).unwrap()
}

#[tokio::test]
async fn what_is_owed_is_the_amount_less_payments_and_credits() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    let customer = company.customer("Debtor").await?;
    let old = company.invoice(&customer, "119.00", 40).await?;
    let young = company.invoice(&customer, "50.5", 3).await?;
    company.invoice_in(&customer, "1000", Currency::CHF, 9).await?;
    let paid = company.invoice(&customer, "10", 9).await?;
    let conversation = company.conversation(&paid).await?;
    company.conversation(&old).await?;
    let reversed = company.pay(&old, "19").await?;
    company.pay(&old, "19").await?;
    let covering = company.pay(&paid, "12").await?;
    sqlx::query("UPDATE payments SET reversed_at = now() WHERE id = $1")
        .bind(reversed.uuid())
        .execute(&world.admin)
        .await?;
    sqlx::query(
        "WITH n AS (INSERT INTO credit_notes (company_id, customer_id, number, currency, amount, issued_on)
            VALUES ($1, $2, 'C-1', 'EUR', 30, '2026-02-01') RETURNING id)
         INSERT INTO credit_note_allocations (company_id, credit_note_id, invoice_id, amount)
         SELECT $1, id, $3, 20 FROM n",
    )
    .bind(company.id.uuid())
    .bind(customer.id.uuid())
    .bind(young.id.uuid())
    .execute(&world.admin)
    .await?;

    let s = snapshot(&world, &company, &customer).await?;
    let residuals: Vec<_> = s.items.iter().map(|i| (i.invoice, i.residual().unwrap())).collect();
    assert_eq!(
        residuals,
        [(old.id, eur("100")), (young.id, eur("30.50"))],
        "oldest first, other currencies apart"
    );
    assert_eq!(s.unapplied_credit, eur("10"));
    assert_eq!(s.settled.len(), 1);
    assert_eq!(
        (s.settled[0].conversation, s.settled[0].payments.as_slice()),
        (conversation, [covering].as_slice())
    );
    assert!(s.items[0].conversation.is_some() && s.items[1].conversation.is_none());
    assert_eq!((s.today, s.account.level, s.account.cycle), (world.today(), 0, 1));
    assert_eq!(s.company.ledger_read_at, Some(world.now()));
    world.finish().await
}

#[tokio::test]
async fn invoices_that_are_no_longer_claimed_are_not_items() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    let customer = company.customer("Debtor").await?;
    for column in ["cancelled_at", "written_off_at", "deleted_at"] {
        let invoice = company.invoice(&customer, "10", 9).await?;
        let sql = sqlx::AssertSqlSafe(format!("UPDATE invoices SET {column} = now() WHERE id = $1"));
        sqlx::query(sql).bind(invoice.id.uuid()).execute(&world.admin).await?;
    }
    assert!(snapshot(&world, &company, &customer).await?.items.is_empty());
    world.finish().await
}

#[tokio::test]
async fn a_contact_is_usable_only_when_nothing_speaks_against_it() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    let customer = company.customer("Debtor").await?;
    company.invoice(&customer, "10", 9).await?;
    let usable = |s: &Snapshot| s.contacts.iter().filter(|c| c.usable).count();
    assert_eq!(usable(&snapshot(&world, &company, &customer).await?), 1);
    for (set, reset) in [
        ("is_active = false", "is_active = true"),
        ("verified = false", "verified = true"),
        ("undeliverable_since = now()", "undeliverable_since = NULL"),
        ("deleted_at = now()", "deleted_at = NULL"),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(format!("UPDATE contacts SET {set}"))).execute(&world.admin).await?;
        assert_eq!(usable(&snapshot(&world, &company, &customer).await?), 0, "{set}");
        sqlx::query(sqlx::AssertSqlSafe(format!("UPDATE contacts SET {reset}")))
            .execute(&world.admin)
            .await?;
    }
    sqlx::query("INSERT INTO suppressions (company_id, email_norm, reason) SELECT company_id, email_norm, 'manual' FROM contacts")
        .execute(&world.admin)
        .await?;
    assert_eq!(usable(&snapshot(&world, &company, &customer).await?), 0, "suppressed");
    world.run("UPDATE suppressions SET lifted_at = now()").await?;
    assert_eq!(usable(&snapshot(&world, &company, &customer).await?), 1, "and back");
    world.finish().await
}

#[tokio::test]
async fn blocks_of_company_customer_and_invoice_are_told_apart() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    let customer = company.customer("Debtor").await?;
    let stranger = company.customer("Stranger").await?;
    let invoice = company.invoice(&customer, "10", 9).await?;
    sqlx::query(
        "INSERT INTO dunning_blocks (company_id, customer_id, invoice_id, reason, until, created_by, lifted_at, lifted_by)
         VALUES ($1, NULL, NULL, 'kill_switch', NULL, 'test', NULL, NULL),
                ($1, $2, NULL, 'manual', '2026-03-09', 'test', NULL, NULL),
                ($1, $2, $3, 'dispute', NULL, 'test', NULL, NULL),
                ($1, $2, NULL, 'legal', NULL, 'test', now(), 'test'),
                ($1, $4, NULL, 'fraud', NULL, 'test', NULL, NULL)",
    )
    .bind(company.id.uuid())
    .bind(customer.id.uuid())
    .bind(invoice.id.uuid())
    .bind(stranger.id.uuid())
    .execute(&world.admin)
    .await?;
    let s = snapshot(&world, &company, &customer).await?;
    let seen: Vec<_> = s.blocks.iter().map(|b| (b.scope, b.reason)).collect();
    assert_eq!(
        seen,
        [
            (BlockScope::Company, BlockReason::KillSwitch),
            (BlockScope::Customer, BlockReason::Manual),
            (BlockScope::Invoice(invoice.id), BlockReason::Dispute),
        ]
    );
    assert_eq!(s.blocks[1].until, Some("2026-03-09".parse()?));
    world.finish().await
}

#[tokio::test]
async fn promises_receipts_pending_letters_and_contacts_are_there() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    let customer = company.customer("Debtor").await?;
    let invoice = company.invoice(&customer, "100", 9).await?;
    let carrier = company.conversation(&invoice).await?;
    sqlx::query(
        "INSERT INTO promises (company_id, customer_id, currency, invoice_id, conversation_id, amount, promised_on,
            effective_until, state, answered_at)
         SELECT $1, $2, 'EUR', $3, $4, 10, d, d + 2, s, a FROM (VALUES
            (date '2026-03-05', 'open', NULL::timestamptz), ('2026-02-05', 'broken', NULL), ('2026-01-05', 'broken', now()),
            ('2024-01-05', 'broken', now()), ('2026-01-07', 'kept', NULL), ('2026-01-08', 'withdrawn', NULL)) v (d, s, a)",
    )
    .bind(company.id.uuid())
    .bind(customer.id.uuid())
    .bind(invoice.id.uuid())
    .bind(carrier.uuid())
    .execute(&world.admin)
    .await?;
    sqlx::query(
        "INSERT INTO unapplied_receipts (company_id, customer_id, currency, amount, received_on, reference, source, applied_at)
         VALUES ($1, $2, 'EUR', 100, '2026-03-01', 'INV ''; DROP TABLE x', 'manual', NULL),
                ($1, $2, 'EUR', 5, '2026-03-01', 'booked', 'manual', now()), ($1, $2, 'CHF', 7, '2026-03-01', 'francs', 'manual', NULL)",
    )
    .bind(company.id.uuid())
    .bind(customer.id.uuid())
    .execute(&world.admin)
    .await?;
    let mut tx = world.tx(&company).await?;
    outreach_settle(&mut tx, &notice(&world, &company, carrier, &[&invoice])?).await?;
    tx.commit().await?;

    let s = snapshot(&world, &company, &customer).await?;
    assert_eq!(
        s.promises.iter().map(|p| p.promised_on.to_string()).collect::<Vec<_>>(),
        ["2026-02-05", "2026-03-05"]
    );
    assert_eq!(s.broken_promises, 2, "of the last twelve months, answered or not");
    assert_eq!(s.receipts.iter().map(|r| r.amount).collect::<Vec<_>>(), [eur("100")]);
    assert_eq!(s.pending.iter().map(|p| p.state).collect::<Vec<_>>(), [OutreachState::Queued]);
    assert!(s.contacted_at.is_empty());

    let sent = world.now() - TimeDelta::days(2);
    sqlx::query(
        "UPDATE outreaches SET state = 'claimed', claimed_until = now(), claimed_by = id;
         ",
    )
    .execute(&world.admin)
    .await?;
    sqlx::query("UPDATE outreaches SET state = 'transmitting', mime = 'x', transmitting_at = $1")
        .bind(sent)
        .execute(&world.admin)
        .await?;
    let s = snapshot(&world, &company, &customer).await?;
    assert_eq!(s.contacted_at, [sent], "what may have left counts as contact");
    sqlx::query("UPDATE outreaches SET state = 'sent', sent_at = $1")
        .bind(world.now())
        .execute(&world.admin)
        .await?;
    let s = snapshot(&world, &company, &customer).await?;
    assert_eq!((s.contacted_at.as_slice(), s.pending.len()), ([world.now()].as_slice(), 0));
    world.finish().await
}

#[tokio::test]
async fn waiting_and_rejected_proposals_are_known() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    let user = company.user("eve", "controller").await?;
    let customer = company.customer("Debtor").await?;
    let invoice = company.invoice(&customer, "100", 9).await?;
    let carrier = company.conversation(&invoice).await?;
    let block: uuid::Uuid = sqlx::query_scalar(
        "INSERT INTO dunning_blocks (company_id, customer_id, reason, until, created_by) VALUES ($1, $2, 'manual', '2026-03-01', 't')
         RETURNING id",
    )
    .bind(company.id.uuid())
    .bind(customer.id.uuid())
    .fetch_one(&world.admin)
    .await?;
    let s = snapshot(&world, &company, &customer).await?;
    assert!(!s.blocks[0].resume_pending && s.pending_actions.is_empty());
    sqlx::query(
        "INSERT INTO ai_actions (company_id, conversation_id, customer_id, currency, action_type, status, ai_confidence,
            ai_reasoning, payload, verdict, policy_version, facts, account_version, expires_at, human_reviewer_id, human_decision_at)
         VALUES ($1, $2, $3, 'EUR', 'resume', 'rejected', 1, '', jsonb_build_object('type', 'resume', 'block', $4::text),
                 'propose', '1', '{}', 1, NULL, $5, now()),
                ($1, $2, $3, 'EUR', 'escalate', 'pending_approval', 1, '', '{\"type\": \"escalate\"}', 'propose', '1', '{}', 1,
                 now(), NULL, NULL)",
    )
    .bind(company.id.uuid())
    .bind(carrier.uuid())
    .bind(customer.id.uuid())
    .bind(block)
    .bind(user)
    .execute(&world.admin)
    .await?;
    let s = snapshot(&world, &company, &customer).await?;
    assert!(s.blocks[0].resume_pending);
    assert_eq!(s.pending_actions, [ActionType::Escalate]);
    world.finish().await
}

#[tokio::test]
async fn the_version_moves_with_facts_and_not_with_bookkeeping() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    let customer = company.customer("Debtor").await?;
    let invoice = company.invoice(&customer, "100", 9).await?;
    company.conversation(&invoice).await?;
    let version = || async {
        let mut tx = world.tx(&company).await?;
        let version = account_lock(&mut tx, customer.id, Currency::EUR).await?;
        tx.rollback().await?;
        anyhow::Ok(version)
    };
    let mut last = version().await?;
    for (sql, moves) in [
        ("UPDATE invoices SET due_date = due_date - 1", true),
        ("UPDATE invoices SET reminder_sequence_step = 1, last_reminder_date = now()", false),
        ("UPDATE invoices SET status = 'overdue'", false),
        ("UPDATE contacts SET email = 'new@debtor.example'", true),
        ("UPDATE customers SET notes = 'likes golf', risk_score = 3", false),
        ("UPDATE customers SET do_not_contact = true", true),
        ("UPDATE companies SET iban = 'DE89370400440532013000'", true),
        ("UPDATE companies SET last_sync_at = now(), last_swept_on = '2026-03-02'", false),
        ("UPDATE ai_conversations SET next_action_at = now(), current_stage = 'follow_up'", false),
        ("INSERT INTO dunning_blocks (company_id, customer_id, reason, created_by) SELECT company_id, id, 'manual', 't' FROM customers", true),
        ("UPDATE dunning_blocks SET lifted_at = now(), lifted_by = 't'", true),
        ("INSERT INTO payments (company_id, invoice_id, amount, payment_date, payment_method, source, currency)
          SELECT company_id, id, 1, '2026-03-01', 'cash', 'manual', 'EUR' FROM invoices", true),
        ("INSERT INTO unapplied_receipts (company_id, customer_id, currency, amount, received_on, source)
          SELECT company_id, id, 'EUR', 1, '2026-03-01', 'manual' FROM customers", true),
        ("INSERT INTO suppressions (company_id, email_norm, reason) SELECT company_id, email_norm, 'manual' FROM contacts", true),
    ] {
        world.run(sql).await?;
        let now = version().await?;
        assert_eq!(now > last, moves, "{sql}");
        last = now;
    }
    world.finish().await
}

#[tokio::test]
async fn settings_that_cannot_be_read_are_an_error_and_not_a_default() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    let customer = company.customer("Debtor").await?;
    company.invoice(&customer, "100", 9).await?;
    assert_eq!(snapshot(&world, &company, &customer).await?.autonomy(), Autonomy::Full);
    for bad in [
        "UPDATE companies SET settings = '{\"contact\": {\"no_such_key\": 1}}'",
        "UPDATE companies SET settings = '{}'; UPDATE reminder_sequences SET steps = '[{\"days_after_due\": 4}]'",
    ] {
        world.run(bad).await?;
        let mut tx = world.tx(&company).await?;
        let error = account_snapshot(&mut tx, customer.id, Currency::EUR, world.now()).await.unwrap_err();
        assert_eq!(error.kind(), store::ErrorKind::Corrupt, "{error}");
    }
    // A residual finer than the currency's unit is refused, not rounded.
    world
        .run("UPDATE reminder_sequences SET steps = '[{\"days_after_due\": 4, \"tone\": \"friendly\"}]'")
        .await?;
    sqlx::query("UPDATE invoices SET amount = $1")
        .bind(Decimal::new(100_0005, 4))
        .execute(&world.admin)
        .await?;
    let mut tx = world.tx(&company).await?;
    let error = account_snapshot(&mut tx, customer.id, Currency::EUR, world.now()).await.unwrap_err();
    assert_eq!(error.kind(), store::ErrorKind::Corrupt, "{error}");
    drop(tx);
    world.finish().await
}
