//! The outbox: at most once, whatever happens between the commits.

use anyhow::{Context, Result};
use chrono::TimeDelta;
use domain::ids::{ConversationId, OutreachId};
use domain::kinds::OutreachState;
use domain::money::Currency;
use domain::reason::Reason;
use std::time::Duration;
use store::claims::{OutreachClaim, claim_outreaches, next_wake, reap_outreaches};
use store::dispatch::{
    Gate, Resolution, outreach_bounced, outreach_defer, outreach_failed, outreach_in_doubt, outreach_lapsed,
    outreach_refused, outreach_resolve, outreach_sent, outreach_stale, outreach_to_send,
    outreach_transmitting,
};
use store::settle::{Fence, outreach_settle};
use store::snapshot::{account_lock, account_snapshot};
use store::{ErrorKind, TenantTx};
use tests::{Company, Customer, Invoice, World, notice};
use uuid::Uuid;

const LEASE: Duration = Duration::from_secs(60);

struct Scene {
    world: World,
    company: Company,
    customer: Customer,
    invoice: Invoice,
    conversation: ConversationId,
    letter: OutreachId,
}

/// A queued letter.
async fn scene() -> Result<Scene> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    let customer = company.customer("Debtor").await?;
    let invoice = company.invoice(&customer, "100", 5).await?;
    let conversation = company.conversation(&invoice).await?;
    let mut tx = world.tx(&company).await?;
    let letter = outreach_settle(&mut tx, &notice(&world, &company, conversation, &[&invoice])?).await?;
    tx.commit().await?;
    Ok(Scene { world, company, customer, invoice, conversation, letter })
}

impl Scene {
    async fn claims(&self) -> Result<Vec<OutreachClaim>> {
        Ok(claim_outreaches(&self.world.db, self.world.now(), Uuid::now_v7(), LEASE, 10).await?)
    }

    async fn claim(&self) -> Result<OutreachClaim> {
        self.claims().await?.pop().context("a letter is due")
    }

    async fn tx(&self) -> Result<TenantTx> {
        self.world.tx(&self.company).await
    }

    async fn state(&self) -> Result<String> {
        Ok(sqlx::query_scalar("SELECT state FROM outreaches").fetch_one(&self.world.admin).await?)
    }

    async fn version(&self) -> Result<i64> {
        let mut tx = self.tx().await?;
        Ok(account_lock(&mut tx, self.customer.id, Currency::EUR).await?)
    }

    async fn gate(&self, claim: &OutreachClaim, version: i64) -> Result<Gate> {
        let mut tx = self.tx().await?;
        let gate = outreach_transmitting(&mut tx, claim, version, b"mime", self.world.now()).await?;
        if gate == Gate::Go {
            tx.commit().await?;
        }
        Ok(gate)
    }

    async fn transmitting(&self) -> Result<OutreachClaim> {
        let claim = self.claim().await?;
        assert_eq!(self.gate(&claim, self.version().await?).await?, Gate::Go);
        Ok(claim)
    }

    async fn sent(&self, claim: &OutreachClaim) -> Result<Fence> {
        let mut tx = self.tx().await?;
        let fence = outreach_sent(&mut tx, claim, 250, "2.0.0 queued", self.world.now()).await?;
        tx.commit().await?;
        Ok(fence)
    }

    async fn expire_leases(&self) -> Result<()> {
        self.world.run("UPDATE outreaches SET claimed_until = clock_timestamp() - interval '1 s' WHERE claimed_until IS NOT NULL").await
    }
}

#[tokio::test]
async fn a_letter_is_claimed_once_and_not_before_its_time() -> Result<()> {
    let s = scene().await?;
    s.world.run("UPDATE outreaches SET send_after = send_after + interval '1 hour'").await?;
    assert!(s.claims().await?.is_empty());
    assert_eq!(
        next_wake(&s.world.db, s.world.now()).await?.outreaches,
        Some(s.world.now() + TimeDelta::hours(1))
    );
    s.world.clock.advance(TimeDelta::hours(1));
    let claims = s.claims().await?;
    assert_eq!(claims.len(), 1);
    assert_eq!(
        (claims[0].outreach, claims[0].customer, claims[0].currency),
        (s.letter, s.customer.id, Currency::EUR)
    );
    assert!(s.claims().await?.is_empty());
    s.world.finish().await
}

#[tokio::test]
async fn what_is_read_is_what_was_written() -> Result<()> {
    let s = scene().await?;
    let claim = s.claim().await?;
    let mut tx = s.tx().await?;
    let letter = outreach_to_send(&mut tx, &claim).await?.context("held")?;
    assert_eq!((letter.subject.as_str(), letter.items.len(), letter.level), ("Reminder", 1, Some(1)));
    assert_eq!(letter.items[0].invoice, s.invoice.id);
    let stale = OutreachClaim { attempt: claim.attempt - 1, ..claim };
    assert!(outreach_to_send(&mut tx, &stale).await?.is_none(), "an old claim reads nothing");
    drop(tx);
    s.world.finish().await
}

#[tokio::test]
async fn nothing_leaves_when_the_account_moved_or_the_lease_is_lost() -> Result<()> {
    let s = scene().await?;
    let claim = s.claim().await?;
    let version = s.version().await?;
    s.company.pay(&s.invoice, "1").await?;
    assert_eq!(s.gate(&claim, version).await?, Gate::Moved);
    let version = s.version().await?;
    s.expire_leases().await?;
    assert_eq!(s.gate(&claim, version).await?, Gate::Lost, "the lease ended");
    assert_eq!(s.state().await?, "claimed");
    let reaped = reap_outreaches(&s.world.db, 10).await?;
    assert_eq!(reaped.iter().map(|l| l.in_doubt).collect::<Vec<_>>(), [false], "nothing had left");
    let next = s.claim().await?;
    assert_eq!(s.gate(&claim, version).await?, Gate::Lost, "another worker has it");
    assert_eq!(s.gate(&next, version).await?, Gate::Go);
    s.world.finish().await
}

#[tokio::test]
async fn what_began_to_leave_is_never_queued_again() -> Result<()> {
    let s = scene().await?;
    let dead = s.transmitting().await?;
    assert!(reap_outreaches(&s.world.db, 10).await?.is_empty(), "the transmission may still be under way");
    s.expire_leases().await?;
    let lapsed = reap_outreaches(&s.world.db, 10).await?;
    assert_eq!((lapsed.len(), lapsed[0].in_doubt), (1, true));
    let mut tx = s.tx().await?;
    assert_eq!(outreach_lapsed(&mut tx, s.letter, s.world.now()).await?, Fence::Held);
    tx.commit().await?;
    assert_eq!(s.state().await?, "in_doubt");
    let message: String =
        sqlx::query_scalar("SELECT delivery_status FROM ai_messages").fetch_one(&s.world.admin).await?;
    assert_eq!(message, "in_doubt");
    assert!(s.claims().await?.is_empty());
    // The dispatcher wakes up after all: it has no say any more.
    assert_eq!(s.sent(&dead).await?, Fence::Lost);
    // Nor has anybody else a way back to the queue.
    let error =
        sqlx::query("UPDATE outreaches SET state = 'queued'").execute(&s.world.admin).await.unwrap_err();
    assert_eq!(error.as_database_error().unwrap().code().unwrap(), "23514");
    // It counts as a contact and stands in the way of the next letter.
    let mut tx = s.tx().await?;
    let snapshot =
        account_snapshot(&mut tx, s.customer.id, Currency::EUR, s.world.now()).await?.context("account")?;
    assert_eq!((snapshot.contacted_at.len(), snapshot.pending[0].state), (1, OutreachState::InDoubt));
    drop(tx);
    s.world.finish().await
}

#[tokio::test]
async fn a_sent_letter_moves_levels_history_and_schedule() -> Result<()> {
    let s = scene().await?;
    let claim = s.transmitting().await?;
    assert_eq!(s.sent(&claim).await?, Fence::Held);
    assert_eq!(s.sent(&claim).await?, Fence::Lost, "once");
    let level: (i32, i32, i32) = sqlx::query_as(
        "SELECT i.reminder_sequence_step, a.dunning_level, a.cycle FROM invoices i
           JOIN accounts a ON a.customer_id = i.customer_id AND a.currency = i.currency",
    )
    .fetch_one(&s.world.admin)
    .await?;
    assert_eq!(level, (1, 1, 1));
    let events: (String, String) =
        sqlx::query_as("SELECT template_type, recipient_email FROM reminder_events")
            .fetch_one(&s.world.admin)
            .await?;
    assert_eq!(events, ("friendly".into(), "billing@debtor.example".into()));
    let conversation: (i32, bool) = sqlx::query_as(
        "SELECT total_messages_sent, next_action_at <= $2 FROM ai_conversations WHERE id = $1",
    )
    .bind(s.conversation.uuid())
    .bind(s.world.now())
    .fetch_one(&s.world.admin)
    .await?;
    assert_eq!(conversation, (1, true), "the account is looked at again");
    let message: String =
        sqlx::query_scalar("SELECT delivery_status FROM ai_messages").fetch_one(&s.world.admin).await?;
    assert_eq!(message, "sent");
    s.world.finish().await
}

#[tokio::test]
async fn a_deferred_letter_waits_and_a_refused_one_may_go_again() -> Result<()> {
    let s = scene().await?;
    let claim = s.claim().await?;
    let until = s.world.now() + TimeDelta::minutes(10);
    let mut tx = s.tx().await?;
    assert_eq!(
        outreach_defer(&mut tx, &claim, until, "mail_server", true, s.world.now()).await?,
        Fence::Held
    );
    assert_eq!(
        outreach_defer(&mut tx, &claim, until, "mail_server", true, s.world.now()).await?,
        Fence::Lost
    );
    tx.commit().await?;
    assert!(s.claims().await?.is_empty());
    s.world.clock.set(until);
    let claim = s.transmitting().await?;
    // The server answered the body with 451: it said in words that it has not taken it.
    let mut tx = s.tx().await?;
    assert_eq!(outreach_refused(&mut tx, &claim, until, 451, s.world.now()).await?, Fence::Held);
    tx.commit().await?;
    let claim = s.transmitting().await?;
    assert_eq!(s.sent(&claim).await?, Fence::Held);
    s.world.finish().await
}

#[tokio::test]
async fn a_stale_letter_takes_its_action_and_message_with_it() -> Result<()> {
    let s = scene().await?;
    let claim = s.claim().await?;
    let mut tx = s.tx().await?;
    assert_eq!(outreach_stale(&mut tx, &claim, Reason::Stale, s.world.now()).await?, Fence::Held);
    tx.commit().await?;
    assert_eq!(s.state().await?, "stale");
    let message: String =
        sqlx::query_scalar("SELECT delivery_status FROM ai_messages").fetch_one(&s.world.admin).await?;
    assert_eq!(message, "cancelled");
    let told = s
        .world
        .count("SELECT count(*) FROM chase_events WHERE kind = 'letter_stale' AND reason = 'stale'")
        .await?;
    assert_eq!(told, 1);
    s.world.finish().await
}

#[tokio::test]
async fn a_failure_is_final_for_the_machine_but_not_for_a_new_draft() -> Result<()> {
    let s = scene().await?;
    let claim = s.claim().await?;
    let mut tx = s.tx().await?;
    assert_eq!(
        outreach_failed(&mut tx, &claim, Some(550), "no such user", s.world.now()).await?,
        Fence::Held
    );
    tx.commit().await?;
    assert_eq!(s.state().await?, "failed");
    assert!(s.claims().await?.is_empty());
    let mut tx = s.tx().await?;
    let mut again = notice(&s.world, &s.company, s.conversation, &[&s.invoice])?;
    assert_eq!(
        outreach_settle(&mut tx, &again).await.unwrap_err().kind(),
        ErrorKind::Conflict,
        "only in its own row"
    );
    again.id = s.letter;
    outreach_settle(&mut tx, &again).await?;
    tx.commit().await?;
    assert_eq!(s.state().await?, "queued");
    s.world.finish().await
}

#[tokio::test]
async fn doubt_is_settled_by_a_person_once() -> Result<()> {
    for (resolution, state, level) in [(Resolution::Sent, "sent", 1), (Resolution::Failed, "failed", 0)] {
        let s = scene().await?;
        let claim = s.transmitting().await?;
        let mut tx = s.tx().await?;
        assert_eq!(
            outreach_in_doubt(&mut tx, &claim, "connection reset after the body", s.world.now()).await?,
            Fence::Held
        );
        tx.commit().await?;
        let mut tx = s.tx().await?;
        outreach_resolve(&mut tx, s.letter, resolution, s.world.now()).await?;
        let again = outreach_resolve(&mut tx, s.letter, resolution, s.world.now()).await.unwrap_err();
        assert_eq!(again.kind(), ErrorKind::Conflict);
        tx.commit().await?;
        assert_eq!(s.state().await?, state);
        assert_eq!(s.world.count("SELECT reminder_sequence_step::bigint FROM invoices").await?, level);
        s.world.finish().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_bounce_silences_only_an_address_the_letter_went_to() -> Result<()> {
    let s = scene().await?;
    let claim = s.transmitting().await?;
    s.sent(&claim).await?;
    let mut tx = s.tx().await?;
    // A forged report about somebody else's address.
    let forged =
        outreach_bounced(&mut tx, s.letter, Some("boss@debtor.example"), true, s.world.now()).await?;
    assert!(!forged.contact);
    let real =
        outreach_bounced(&mut tx, s.letter, Some("Billing@Debtor.example"), true, s.world.now()).await?;
    assert!(real.contact);
    tx.commit().await?;
    let suppressed: Vec<String> =
        sqlx::query_scalar("SELECT email_norm FROM suppressions").fetch_all(&s.world.admin).await?;
    assert_eq!(suppressed, ["billing@debtor.example"]);
    assert_eq!(
        s.world.count("SELECT reminder_sequence_step::bigint FROM invoices").await?,
        0,
        "nobody saw it"
    );
    s.world.finish().await
}

#[tokio::test]
async fn content_on_its_way_is_frozen() -> Result<()> {
    let s = scene().await?;
    s.transmitting().await?;
    for change in [
        "body_text = 'changed'",
        "recipients = '{other@debtor.example}'",
        "mime = 'other'",
        "subject = 'other'",
    ] {
        let sql = sqlx::AssertSqlSafe(format!("UPDATE outreaches SET {change}"));
        let error = sqlx::query(sql).execute(&s.world.admin).await.unwrap_err();
        assert_eq!(error.as_database_error().unwrap().code().unwrap(), "23514", "{change}");
    }
    s.world.finish().await
}

/// Every pair of states, on a fresh row each: the allowed ones are exactly the machine's.
#[tokio::test]
async fn the_state_machine_is_the_one_that_is_documented() -> Result<()> {
    use OutreachState::{
        Cancelled, Claimed, Drafted, Failed, InDoubt, Proposed, Queued, Sent, Stale, Transmitting,
    };
    let s = scene().await?;
    let allowed: &[(OutreachState, &[OutreachState])] = &[
        (Drafted, &[Proposed, Queued, Stale, Cancelled]),
        (Proposed, &[Drafted, Queued, Stale, Cancelled]),
        (Queued, &[Claimed, Proposed, Stale, Cancelled]),
        (Claimed, &[Transmitting, Queued, Proposed, Failed, Stale, Cancelled]),
        (Transmitting, &[Sent, Failed, InDoubt, Queued]),
        (Sent, &[]),
        (InDoubt, &[Sent, Failed]),
        (Failed, &[Drafted, Cancelled]),
        (Stale, &[Drafted, Cancelled]),
        (Cancelled, &[Drafted]),
    ];
    for (from, targets) in allowed {
        for to in OutreachState::ALL {
            if from == to {
                continue;
            }
            let mut tx = s.world.admin.begin().await?;
            // Put the row into its state past the trigger, with everything a state may need.
            sqlx::raw_sql("ALTER TABLE outreaches DISABLE TRIGGER USER").execute(&mut *tx).await?;
            sqlx::query(
                "UPDATE outreaches SET state = $1, mime = 'x', transmitting_at = now(), sent_at = now(), failure = 'x',
                    claimed_until = now(), claimed_by = id, smtp_code = NULL",
            )
            .bind(from.as_str())
            .execute(&mut *tx)
            .await?;
            sqlx::raw_sql("ALTER TABLE outreaches ENABLE TRIGGER USER").execute(&mut *tx).await?;
            let revision = if *to == Drafted { ", revision = revision + 1" } else { "" };
            let code = if (*from, *to) == (Transmitting, Queued) { ", smtp_code = 451" } else { "" };
            let sql = sqlx::AssertSqlSafe(format!("UPDATE outreaches SET state = $1{revision}{code}"));
            let moved = sqlx::query(sql).bind(to.as_str()).execute(&mut *tx).await;
            assert_eq!(moved.is_ok(), targets.contains(to), "{from} to {to}");
            tx.rollback().await?;
        }
    }
    // Back to the queue without the server's refusal in words is refused.
    s.transmitting().await?;
    let error = sqlx::query("UPDATE outreaches SET state = 'queued'").execute(&s.world.admin).await;
    assert!(error.is_err());
    s.world.finish().await
}
