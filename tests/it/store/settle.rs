//! Settling a unit: everything or nothing, under the fence, once per purpose.

use anyhow::{Context, Result};
use chrono::TimeDelta;
use domain::action::{Action, EscalationReason, Evidence, NewBlock, PlanTerms, Record};
use domain::ids::{ActionId, BlockId, ConversationId, DisputeId, OutreachId, PlanId, PromiseId, ReceiptId};
use domain::kinds::{ActionStatus, ActionType, BlockReason, DisputeReason, OutreachState, PaymentMethod};
use domain::money::{Currency, Money};
use domain::reason::Reason;
use domain::snapshot::Instalment;
use serde_json::json;
use std::time::Duration;
use store::ErrorKind;
use store::claims::{AccountClaim, Claimer};
use store::settle::{
    ActContext, Effects, Event, Finish, Hold, NewAction, NewDecision, NewOutreach, Settled, Unit, action_execute,
    conversations_sync, outreach_settle, plan_insert, unit_settle,
};
use store::snapshot::account_lock;
use tests::{Company, Customer, Invoice, World, notice};
use uuid::Uuid;

struct Scene {
    world: World,
    company: Company,
    customer: Customer,
    invoice: Invoice,
    conversation: ConversationId,
}

async fn scene() -> Result<Scene> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    let customer = company.customer("Debtor").await?;
    let invoice = company.invoice(&customer, "100", 5).await?;
    let conversation = company.conversation(&invoice).await?;
    Ok(Scene { world, company, customer, invoice, conversation })
}

impl Scene {
    async fn claim(&self) -> Result<AccountClaim> {
        let mut claimer = Claimer::new(Uuid::now_v7(), Duration::from_secs(60));
        claimer.claim_accounts(&self.world.db, self.world.now(), 1).await?.pop().context("something is due")
    }

    async fn version(&self) -> Result<i64> {
        let mut tx = self.world.tx(&self.company).await?;
        let version = account_lock(&mut tx, self.customer.id, Currency::EUR).await?;
        tx.rollback().await?;
        Ok(version)
    }

    fn letter(&self) -> Result<NewOutreach> {
        Ok(notice(&self.world, &self.company, self.conversation, &[&self.invoice])?)
    }

    async fn unit(&self, outreach: Option<NewOutreach>) -> Result<Unit> {
        let (at, version) = (self.world.now(), self.version().await?);
        let (customer, currency) = (self.customer.id, Currency::EUR);
        let action = outreach.as_ref().map(|o| NewAction {
            id: ActionId::new(),
            customer,
            currency,
            conversation: self.conversation,
            outreach: Some(o.id),
            inbound: None,
            action: Action::SendMessage { outreach: o.id },
            verdict: "act",
            reasons: vec!["routine".into()],
            policy_version: "1".into(),
            facts: json!({ "amount": "100" }),
            confidence: 0.9,
            reasoning: "level 1 is due".into(),
            status: ActionStatus::Approved,
            expires_at: None,
            account_version: version,
            dedupe_key: Some(format!("send:{}", o.id)),
            amount: Money::new(100.into(), currency).ok(),
            at,
        });
        let decision = action.as_ref().map(|a| NewDecision {
            customer,
            currency,
            conversation: Some(self.conversation),
            outreach: a.outreach,
            action: Some(a.id),
            action_type: ActionType::SendMessage,
            verdict: "act",
            reasons: a.reasons.clone(),
            policy_version: "1".into(),
            facts: a.facts.clone(),
            at,
        });
        let hold = outreach.is_none().then_some(Hold { reason: Reason::NotDue, until: None });
        Ok(Unit {
            expect_version: version,
            finish: Finish { next_action_at: Some(at + TimeDelta::days(1)), hold, at },
            events: outreach.iter().map(|o| Event::new("letter_drafted", at).customer(customer).outreach(o.id)).collect(),
            outreach,
            actions: action.into_iter().collect(),
            decisions: decision.into_iter().collect(),
        })
    }

    async fn settle(&self, claim: &AccountClaim, unit: &Unit) -> Result<Settled> {
        let mut tx = self.world.tx(&self.company).await?;
        let settled = unit_settle(&mut tx, claim, unit).await?;
        if settled == Settled::Done {
            tx.commit().await?;
        }
        Ok(settled)
    }

    fn ctx(&self) -> ActContext {
        ActContext {
            action: None,
            customer: self.customer.id,
            currency: Currency::EUR,
            conversation: Some(self.conversation),
            at: self.world.now(),
            today: self.world.today(),
            send_after: self.world.now(),
            approved_by: None,
        }
    }

    async fn execute(&self, action: &Action) -> store::Result<Effects> {
        let mut tx = self.world.tx(&self.company).await.map_err(|_| store::StoreError::NotFound("tx"))?;
        account_lock(&mut tx, self.customer.id, Currency::EUR).await?;
        let effects = action_execute(&mut tx, action, &self.ctx()).await?;
        tx.commit().await?;
        Ok(effects)
    }

    async fn pause(&self, record: Option<Record>, reason: BlockReason, until: Option<&str>) -> Result<Effects> {
        let block = NewBlock {
            invoice: Some(self.invoice.id),
            reason,
            until: until.map(str::parse).transpose()?,
            inbound: None,
        };
        Ok(self.execute(&Action::Pause { block, record }).await?)
    }

    async fn one(&self, sql: &'static str) -> Result<Option<String>> {
        Ok(sqlx::query_scalar(sql).fetch_one(&self.world.admin).await?)
    }

    async fn written(&self) -> Result<Vec<i64>> {
        let mut out = Vec::new();
        for table in ["outreaches", "outreach_items", "ai_messages", "ai_actions", "decisions", "chase_events"] {
            let sql = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
            out.push(sqlx::query_scalar(sql).fetch_one(&self.world.admin).await?);
        }
        Ok(out)
    }
}

#[tokio::test]
async fn a_unit_writes_everything_at_once() -> Result<()> {
    let s = scene().await?;
    let claim = s.claim().await?;
    let unit = s.unit(Some(s.letter()?)).await?;
    assert_eq!(s.settle(&claim, &unit).await?, Settled::Done);
    assert_eq!(s.written().await?, [1, 1, 1, 1, 1, 1]);
    let row: (String, i64, String, Option<String>) = sqlx::query_as(
        "SELECT o.state, o.account_version, m.delivery_status, c.hold_reason FROM outreaches o
           JOIN ai_messages m ON m.outreach_id = o.id JOIN ai_conversations c ON c.id = o.conversation_id",
    )
    .fetch_one(&s.world.admin)
    .await?;
    assert_eq!(row, ("queued".into(), unit.expect_version, "approved".into(), None));
    let free = s.world.count("SELECT count(*) FROM ai_conversations WHERE claimed_until IS NULL AND next_action_at > '2026-03-02 10:00+00'");
    assert_eq!(free.await?, 1);
    // The same worker again: its claim ended with the unit.
    assert_eq!(s.settle(&claim, &s.unit(None).await?).await?, Settled::Lost);
    s.world.finish().await
}

#[tokio::test]
async fn facts_that_moved_or_a_lost_lease_write_nothing() -> Result<()> {
    let s = scene().await?;
    let claim = s.claim().await?;
    let unit = s.unit(Some(s.letter()?)).await?;
    s.company.pay(&s.invoice, "1").await?;
    assert_eq!(s.settle(&claim, &unit).await?, Settled::Moved);
    s.world.run("UPDATE ai_conversations SET attempt = attempt + 1").await?;
    let fresh = s.unit(Some(s.letter()?)).await?;
    assert_eq!(s.settle(&claim, &fresh).await?, Settled::Lost);
    assert_eq!(s.written().await?, [0, 0, 0, 0, 0, 0]);
    s.world.finish().await
}

#[tokio::test]
async fn two_units_cannot_both_write_the_same_letter() -> Result<()> {
    let s = scene().await?;
    let claim = s.claim().await?;
    let unit = s.unit(Some(s.letter()?)).await?;
    assert_eq!(s.settle(&claim, &unit).await?, Settled::Done);
    s.world.clock.advance(TimeDelta::days(2));
    let second = s.claim().await?;
    let again = s.unit(Some(s.letter()?)).await?;
    let error = s.settle(&second, &again).await.unwrap_err();
    assert_eq!(error.downcast_ref::<store::StoreError>().unwrap().kind(), ErrorKind::Conflict);
    assert_eq!(s.written().await?, [1, 1, 1, 1, 1, 1]);
    s.world.finish().await
}

#[tokio::test]
async fn a_dead_draft_is_drafted_anew_in_its_own_row() -> Result<()> {
    for dead in ["stale", "cancelled"] {
        let s = scene().await?;
        let claim = s.claim().await?;
        let first = s.letter()?;
        assert_eq!(s.settle(&claim, &s.unit(Some(first.clone())).await?).await?, Settled::Done);
        sqlx::query("UPDATE outreaches SET state = $1").bind(dead).execute(&s.world.admin).await?;
        s.world.clock.advance(TimeDelta::days(2));

        let claim = s.claim().await?;
        let mut second = s.letter()?;
        second.body_text = "Please pay now.".into();
        let mut unit = s.unit(Some(second.clone())).await?;
        let Settled::Slot(slot) = s.settle(&claim, &unit).await? else { panic!("the row must be found") };
        assert_eq!((slot.id, slot.revision), (first.id, 1));
        second.id = slot.id;
        let key = unit.actions[0].dedupe_key.replace("send:second".into());
        assert!(key.is_some());
        (unit.actions[0].outreach, unit.decisions[0].outreach) = (Some(slot.id), Some(slot.id));
        unit.outreach = Some(second);
        assert_eq!(s.settle(&claim, &unit).await?, Settled::Done);
        let row: (i32, String, String) =
            sqlx::query_as("SELECT revision, state, body_text FROM outreaches").fetch_one(&s.world.admin).await?;
        assert_eq!(row, (2, "queued".into(), "Please pay now.".into()));
        assert_eq!(s.written().await?[..3], [1, 1, 2], "one row, its items anew, both drafts in the history");
        s.world.finish().await?;
    }
    Ok(())
}

#[tokio::test]
async fn other_conversations_of_the_account_follow() -> Result<()> {
    let s = scene().await?;
    let other = s.company.invoice(&s.customer, "7", 1).await?;
    let other = s.company.conversation(&other).await?;
    sqlx::query("UPDATE ai_conversations SET next_action_at = $2 WHERE id = $1")
        .bind(other.uuid())
        .bind(s.world.now() + TimeDelta::hours(1))
        .execute(&s.world.admin)
        .await?;
    let claim = s.claim().await?;
    assert_eq!(claim.conversations.len(), 1);
    assert_eq!(s.settle(&claim, &s.unit(None).await?).await?, Settled::Done);
    assert_eq!(s.world.count("SELECT count(DISTINCT next_action_at) FROM ai_conversations").await?, 1);
    assert_eq!(s.world.count("SELECT count(*) FROM ai_conversations WHERE hold_reason = 'not_due'").await?, 2);
    s.world.finish().await
}

#[tokio::test]
async fn a_next_look_in_the_past_does_not_spin() -> Result<()> {
    let s = scene().await?;
    let claim = s.claim().await?;
    let mut unit = s.unit(None).await?;
    unit.finish.next_action_at = Some(s.world.now() - TimeDelta::days(3));
    assert_eq!(s.settle(&claim, &unit).await?, Settled::Done);
    assert!(s.claim().await.is_err());
    s.world.finish().await
}

#[tokio::test]
async fn a_letter_of_another_customers_invoice_cannot_be_written() -> Result<()> {
    let s = scene().await?;
    let stranger = s.company.customer("Stranger").await?;
    let foreign = s.company.invoice(&stranger, "100", 5).await?;
    let mut letter = s.letter()?;
    letter.items[0].invoice = foreign.id;
    let mut tx = s.world.tx(&s.company).await?;
    let error = outreach_settle(&mut tx, &letter).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    drop(tx);
    s.world.finish().await
}

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
    s.pause(Some(promise(first, "2026-03-06", "2026-03-10")?), BlockReason::Promise, Some("2026-03-11")).await?;
    s.pause(Some(promise(PromiseId::new(), "2026-03-13", "2026-03-17")?), BlockReason::Promise, Some("2026-03-18")).await?;
    assert_eq!(s.one("SELECT string_agg(state, ',' ORDER BY promised_on) FROM promises").await?.as_deref(), Some("withdrawn,open"));
    let standing = "SELECT string_agg(until::text, ',') FROM dunning_blocks WHERE lifted_at IS NULL";
    assert_eq!(s.one(standing).await?.as_deref(), Some("2026-03-18"));
    assert_eq!(s.one("SELECT status || ',' || current_stage FROM ai_conversations").await?.as_deref(), Some("active,negotiation"));
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
    let status = "SELECT string_agg(currency || ':' || status, ',' ORDER BY currency, id) FROM ai_conversations";
    assert_eq!(s.one(status).await?.as_deref(), Some("CHF:paused,EUR:escalated,EUR:escalated"));
    assert_eq!(s.one("SELECT email_norm FROM suppressions").await?.as_deref(), Some("billing@debtor.example"));
    assert!(s.claim().await.is_err(), "nobody chases an escalated customer");
    s.world.finish().await
}

#[tokio::test]
async fn only_the_ledger_marks_paid() -> Result<()> {
    let s = scene().await?;
    let ledger = |payments| Action::MarkPaid { invoice: s.invoice.id, evidence: Evidence::Ledger { payments } };
    let refused = s.execute(&ledger(Vec::new())).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Conflict, "{refused}");
    s.pause(None, BlockReason::PaymentClaimed, None).await?;
    let payment = s.company.pay(&s.invoice, "100").await?;
    let effects = s.execute(&ledger(vec![payment])).await?;
    assert_eq!(effects.touched, [s.conversation]);
    let row = s.one("SELECT concat_ws(',', status, current_stage, outcome, next_action_at IS NULL) FROM ai_conversations");
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
    assert_eq!(row, ("queued".into(), version, format!("user:{user}"), "approved".into(), "human_approved".into()));
    let unknown = s.execute(&Action::SendMessage { outreach: OutreachId::new() }).await.unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::NotFound);
    s.world.finish().await
}

#[tokio::test]
async fn a_plan_is_written_once_per_account_and_its_instalments_sum_up() -> Result<()> {
    let s = scene().await?;
    let part = |due: &str| anyhow::Ok(Instalment { due_on: due.parse()?, amount: Money::new(50.into(), Currency::EUR)? });
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
    assert_eq!(s.one("SELECT string_agg(state, ',' ORDER BY id) FROM payment_plans").await?.as_deref(), Some("declined,proposed"));
    let sums = "SELECT count(*) FROM payment_plans p WHERE p.total = (SELECT sum(amount) FROM payment_plan_instalments i WHERE i.plan_id = p.id)";
    assert_eq!(s.world.count(sums).await?, 2);
    // What is not on offer cannot be accepted.
    let accept = Record::PlanAccepted { plan: second, quote: "agreed".into() };
    assert!(s.pause(Some(accept.clone()), BlockReason::PaymentPlan, None).await.is_err());
    s.world.run("UPDATE payment_plans SET state = 'offered', offered_at = now() WHERE state = 'proposed'").await?;
    s.pause(Some(accept), BlockReason::PaymentPlan, None).await?;
    assert_eq!(s.world.count("SELECT count(*) FROM payment_plans WHERE state = 'active' AND accepted_at IS NOT NULL").await?, 1);
    // With a running plan no other one is written.
    let mut tx = s.world.tx(&s.company).await?;
    let error = plan_insert(&mut tx, PlanId::new(), s.customer.id, &terms, 10, None, s.world.now()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    drop(tx);
    s.world.finish().await
}

#[tokio::test]
async fn a_dated_block_leaves_the_conversation_active_and_follow_ups_are_scheduled() -> Result<()> {
    let s = scene().await?;
    let block = NewBlock { invoice: None, reason: BlockReason::OutOfOffice, until: Some("2026-03-09".parse()?), inbound: None };
    let action = Action::ScheduleFollowUp { on: "2026-03-09".parse()?, block: Some(block) };
    let effects = s.execute(&action).await?;
    // Midnight in Berlin.
    assert_eq!(effects.next_look, Some("2026-03-08T23:00:00Z".parse()?));
    assert_eq!(s.one("SELECT status || ' ' || (next_action_at AT TIME ZONE 'UTC')::text FROM ai_conversations").await?.as_deref(), Some("active 2026-03-08 23:00:00"));
    // A later date moves the same block; an earlier one does not shorten it.
    for (until, expect) in [("2026-03-20", "2026-03-20"), ("2026-03-11", "2026-03-20")] {
        let block = NewBlock { invoice: None, reason: BlockReason::OutOfOffice, until: Some(until.parse()?), inbound: None };
        s.execute(&Action::ScheduleFollowUp { on: until.parse()?, block: Some(block) }).await?;
        assert_eq!(s.one("SELECT until::text FROM dunning_blocks").await?.as_deref(), Some(expect));
    }
    let mut tx = s.world.tx(&s.company).await?;
    assert_eq!(conversations_sync(&mut tx, s.customer.id, s.world.now()).await?, 0, "in step already");
    drop(tx);
    s.world.finish().await
}
