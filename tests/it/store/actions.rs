//! The seven actions, carried out.

use super::scene::scene;
use anyhow::Result;
use chrono::TimeDelta;
use domain::action::{Action, EscalationReason, Evidence, NewBlock, PlanTerms, Record};
use domain::ids::{BlockId, DisputeId, OutreachId, PlanId, PromiseId, ReceiptId};
use domain::kinds::{ActionStatus, BlockReason, DisputeReason, OutreachState, PaymentMethod};
use domain::money::{Currency, Money};
use domain::snapshot::Instalment;
use store::ErrorKind;
use store::settle::{ActContext, Settled, action_execute, conversations_sync, plan_insert};
use store::snapshot::account_lock;
use uuid::Uuid;

#[tokio::test]
async fn a_promise_blocks_its_invoice_and_a_newer_one_takes_its_place() -> Result<()> {
    let s = scene().await?;
    let promise = |id, on: &str, until: &str| {
        anyhow::Ok(Record::Promise {
            id,
            invoice: s.invoice.id,
            amount: Money::new(100.into(), Currency::EUR)?,
            promised_on: on.parse()?,
            effective_until: until.parse()?,
            method: Some(PaymentMethod::BankTransfer),
            quote: "we pay on friday".into(),
        })
    };
    let first = PromiseId::new();
    s.pause(Some(promise(first, "2026-03-06", "2026-03-10")?), BlockReason::Promise, Some("2026-03-11"))
        .await?;
    s.pause(
        Some(promise(PromiseId::new(), "2026-03-13", "2026-03-17")?),
        BlockReason::Promise,
        Some("2026-03-18"),
    )
    .await?;
    assert_eq!(
        s.one("SELECT string_agg(state, ',' ORDER BY promised_on) FROM promises").await?.as_deref(),
        Some("withdrawn,open")
    );
    let standing = "SELECT string_agg(until::text, ',') FROM dunning_blocks WHERE lifted_at IS NULL";
    assert_eq!(s.one(standing).await?.as_deref(), Some("2026-03-18"));
    assert_eq!(
        s.one("SELECT status || ',' || current_stage FROM ai_conversations").await?.as_deref(),
        Some("active,negotiation")
    );
    // More than is owed is no promise of this invoice.
    let too_much = Record::Promise {
        id: PromiseId::new(),
        invoice: s.invoice.id,
        amount: Money::new(101.into(), Currency::EUR)?,
        promised_on: "2026-03-06".parse()?,
        effective_until: "2026-03-06".parse()?,
        method: None,
        quote: String::new(),
    };
    assert!(s.pause(Some(too_much), BlockReason::Promise, None).await.is_err());
    s.world.finish().await
}

#[tokio::test]
async fn a_dispute_pauses_only_its_invoice_and_stays_one() -> Result<()> {
    let s = scene().await?;
    let other = s.company.invoice(&s.customer, "7", 1).await?;
    s.company.conversation(&other).await?;
    for _ in 0..2 {
        let record = Record::Dispute {
            id: DisputeId::new(),
            invoice: s.invoice.id,
            reason: DisputeReason::Quality,
            quote: "half of it was broken".into(),
        };
        s.pause(Some(record), BlockReason::Dispute, None).await?;
    }
    assert_eq!(s.world.count("SELECT count(*) FROM disputes").await?, 1);
    assert_eq!(s.world.count("SELECT count(*) FROM dunning_blocks").await?, 1);
    let status = "SELECT string_agg(status || ':' || coalesce(pause_reason, ''), ',' ORDER BY status) FROM ai_conversations";
    assert_eq!(s.one(status).await?.as_deref(), Some("active:,paused:dispute"));
    // Lifting wakes what was paused.
    let block: Uuid = sqlx::query_scalar("SELECT id FROM dunning_blocks").fetch_one(&s.world.admin).await?;
    let effects = s.execute(&Action::Resume { block: BlockId::from_uuid(block) }).await?;
    assert!(effects.wake);
    assert_eq!(s.one(status).await?.as_deref(), Some("active:,active:"));
    // Again: nothing to do, no error.
    s.execute(&Action::Resume { block: BlockId::from_uuid(block) }).await?;
    s.world.finish().await
}

#[tokio::test]
async fn escalation_hands_the_whole_account_over() -> Result<()> {
    let s = scene().await?;
    let other = s.company.invoice(&s.customer, "7", 1).await?;
    s.company.conversation(&other).await?;
    let francs = s.company.invoice_in(&s.customer, "7", Currency::CHF, 1).await?;
    s.company.conversation(&francs).await?;
    let inbound: Uuid = sqlx::query_scalar(
        "INSERT INTO inbound_mails (company_id, received_at, route, raw, raw_sha256, size, from_email)
         SELECT company_id, now(), 'ingest', 'x', decode(repeat('00', 32), 'hex'), 1, upper(email) FROM contacts RETURNING id",
    )
    .fetch_one(&s.world.admin)
    .await?;
    let inbound = Some(domain::ids::InboundId::from_uuid(inbound));
    let effects = s.execute(&Action::Escalate { reason: EscalationReason::OptOut, inbound }).await?;
    assert_eq!(effects.touched.len(), 2);
    let status =
        "SELECT string_agg(currency || ':' || status, ',' ORDER BY currency, id) FROM ai_conversations";
    assert_eq!(s.one(status).await?.as_deref(), Some("CHF:paused,EUR:escalated,EUR:escalated"));
    assert_eq!(
        s.one("SELECT email_norm FROM suppressions").await?.as_deref(),
        Some("billing@debtor.example")
    );
    assert!(s.claim().await.is_err(), "nobody chases an escalated customer");
    s.world.finish().await
}

#[tokio::test]
async fn only_the_ledger_marks_paid() -> Result<()> {
    let s = scene().await?;
    let ledger =
        |payments| Action::MarkPaid { invoice: s.invoice.id, evidence: Evidence::Ledger { payments } };
    let refused = s.execute(&ledger(Vec::new())).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Conflict, "{refused}");
    s.pause(None, BlockReason::PaymentClaimed, None).await?;
    let payment = s.company.pay(&s.invoice, "100").await?;
    let effects = s.execute(&ledger(vec![payment])).await?;
    assert_eq!(effects.touched, [s.conversation]);
    let row = s.one(
        "SELECT concat_ws(',', status, current_stage, outcome, next_action_at IS NULL) FROM ai_conversations",
    );
    assert_eq!(row.await?.as_deref(), Some("completed,resolved,paid,t"));
    assert_eq!(s.world.count("SELECT count(*) FROM dunning_blocks WHERE lifted_at IS NULL").await?, 0);
    s.world.finish().await
}

#[tokio::test]
async fn a_receipt_is_booked_once_and_only_when_it_fits_exactly() -> Result<()> {
    let s = scene().await?;
    let stranger = s.company.customer("Stranger").await?;
    let receipt = |customer: Uuid, amount: &'static str, currency: &'static str| {
        let (admin, company) = (s.world.admin.clone(), s.company.id.uuid());
        async move {
            let id: Uuid = sqlx::query_scalar(
                "INSERT INTO unapplied_receipts (company_id, customer_id, currency, amount, received_on, source)
                 VALUES ($1, $2, $3, $4::text::numeric, '2026-03-01', 'manual') RETURNING id",
            )
            .bind(company)
            .bind(customer)
            .bind(currency)
            .bind(amount)
            .fetch_one(&admin)
            .await?;
            anyhow::Ok(Evidence::Receipt { receipt: ReceiptId::from_uuid(id) })
        }
    };
    let own = s.customer.id.uuid();
    for evidence in [
        receipt(own, "99.99", "EUR").await?,
        receipt(own, "100", "CHF").await?,
        receipt(stranger.id.uuid(), "100", "EUR").await?,
    ] {
        let error = s.execute(&Action::MarkPaid { invoice: s.invoice.id, evidence }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    }
    assert_eq!(s.world.count("SELECT count(*) FROM payments").await?, 0);
    let evidence = receipt(own, "100", "EUR").await?;
    let book = Action::MarkPaid { invoice: s.invoice.id, evidence };
    s.execute(&book).await?;
    assert_eq!(s.one("SELECT status FROM invoices").await?.as_deref(), Some("paid"));
    assert!(s.execute(&book).await.is_err());
    assert_eq!(s.world.count("SELECT count(*) FROM payments").await?, 1);
    s.world.finish().await
}

#[tokio::test]
async fn an_approved_letter_bears_the_person_and_todays_version() -> Result<()> {
    let s = scene().await?;
    let user = s.company.user("eve", "controller").await?;
    let claim = s.claim().await?;
    let mut letter = s.letter()?;
    (letter.state, letter.send_after) = (OutreachState::Proposed, None);
    let mut unit = s.unit(Some(letter)).await?;
    unit.actions[0].status = ActionStatus::PendingApproval;
    unit.actions[0].expires_at = Some(s.world.now() + TimeDelta::hours(72));
    let (action, outreach) = (unit.actions[0].id, unit.outreach.as_ref().unwrap().id);
    assert_eq!(s.settle(&claim, &unit).await?, Settled::Done);
    s.company.pay(&s.invoice, "1").await?;

    let who = domain::ids::UserId::from_uuid(user);
    let mut tx = s.world.db.tenant(s.company.id, &store::Actor::User(who)).await?;
    let version = account_lock(&mut tx, s.customer.id, Currency::EUR).await?;
    let ctx = ActContext { action: Some(action), approved_by: Some(who), ..s.ctx() };
    let effects = action_execute(&mut tx, &Action::SendMessage { outreach }, &ctx).await?;
    // Saying it twice changes nothing.
    action_execute(&mut tx, &Action::SendMessage { outreach }, &ctx).await?;
    tx.commit().await?;
    assert_eq!(effects.outreach, Some(outreach));
    let row: (String, i64, String, String, String) = sqlx::query_as(
        "SELECT o.state, o.account_version, o.responsible, a.status, m.message_type FROM outreaches o
           JOIN ai_actions a ON a.outreach_id = o.id JOIN ai_messages m ON m.outreach_id = o.id",
    )
    .fetch_one(&s.world.admin)
    .await?;
    assert_eq!(
        row,
        ("queued".into(), version, format!("user:{user}"), "approved".into(), "human_approved".into())
    );
    let unknown = s.execute(&Action::SendMessage { outreach: OutreachId::new() }).await.unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::NotFound);
    s.world.finish().await
}

#[tokio::test]
async fn a_plan_is_written_once_per_account_and_its_instalments_sum_up() -> Result<()> {
    let s = scene().await?;
    let part = |due: &str| {
        anyhow::Ok(Instalment { due_on: due.parse()?, amount: Money::new(50.into(), Currency::EUR)? })
    };
    let terms = PlanTerms {
        invoices: vec![s.invoice.id],
        total: Money::new(100.into(), Currency::EUR)?,
        instalments: vec![part("2026-03-16")?, part("2026-04-16")?],
    };
    let (first, second) = (PlanId::new(), PlanId::new());
    for id in [first, second] {
        let mut tx = s.world.tx(&s.company).await?;
        plan_insert(&mut tx, id, s.customer.id, &terms, 10, None, s.world.now()).await?;
        tx.commit().await?;
    }
    assert_eq!(
        s.one("SELECT string_agg(state, ',' ORDER BY id) FROM payment_plans").await?.as_deref(),
        Some("declined,proposed")
    );
    let sums = "SELECT count(*) FROM payment_plans p WHERE p.total = (SELECT sum(amount) FROM payment_plan_instalments i WHERE i.plan_id = p.id)";
    assert_eq!(s.world.count(sums).await?, 2);
    // What is not on offer cannot be accepted.
    let accept = Record::PlanAccepted { plan: second, quote: "agreed".into() };
    assert!(s.pause(Some(accept.clone()), BlockReason::PaymentPlan, None).await.is_err());
    s.world
        .run("UPDATE payment_plans SET state = 'offered', offered_at = now() WHERE state = 'proposed'")
        .await?;
    s.pause(Some(accept), BlockReason::PaymentPlan, None).await?;
    assert_eq!(
        s.world
            .count("SELECT count(*) FROM payment_plans WHERE state = 'active' AND accepted_at IS NOT NULL")
            .await?,
        1
    );
    // With a running plan no other one is written.
    let mut tx = s.world.tx(&s.company).await?;
    let error = plan_insert(&mut tx, PlanId::new(), s.customer.id, &terms, 10, None, s.world.now())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    drop(tx);
    s.world.finish().await
}

#[tokio::test]
async fn a_dated_block_leaves_the_conversation_active_and_follow_ups_are_scheduled() -> Result<()> {
    let s = scene().await?;
    let block = NewBlock {
        invoice: None,
        reason: BlockReason::OutOfOffice,
        until: Some("2026-03-09".parse()?),
        inbound: None,
    };
    let action = Action::ScheduleFollowUp { on: "2026-03-09".parse()?, block: Some(block) };
    let effects = s.execute(&action).await?;
    // Midnight in Berlin.
    assert_eq!(effects.next_look, Some("2026-03-08T23:00:00Z".parse()?));
    assert_eq!(
        s.one("SELECT status || ' ' || (next_action_at AT TIME ZONE 'UTC')::text FROM ai_conversations")
            .await?
            .as_deref(),
        Some("active 2026-03-08 23:00:00")
    );
    // A later date moves the same block; an earlier one does not shorten it.
    for (until, expect) in [("2026-03-20", "2026-03-20"), ("2026-03-11", "2026-03-20")] {
        let block = NewBlock {
            invoice: None,
            reason: BlockReason::OutOfOffice,
            until: Some(until.parse()?),
            inbound: None,
        };
        s.execute(&Action::ScheduleFollowUp { on: until.parse()?, block: Some(block) }).await?;
        assert_eq!(s.one("SELECT until::text FROM dunning_blocks").await?.as_deref(), Some(expect));
    }
    let mut tx = s.world.tx(&s.company).await?;
    assert_eq!(conversations_sync(&mut tx, s.customer.id, s.world.now()).await?, 0, "in step already");
    drop(tx);
    s.world.finish().await
}
