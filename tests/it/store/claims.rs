//! Claims: fairness, fences, leases, several daemons.

use anyhow::Result;
use chrono::TimeDelta;
use domain::ids::{CompanyId, ConversationId};
use domain::kinds::BlockReason;
use domain::reason::Reason;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use store::claims::{AccountClaim, Claimer, heartbeat, next_wake};
use store::settle::{
    Fence, Finish, Hold, UnitLock, account_wake, conversations_fail, conversations_finish,
    conversations_release, unit_lock,
};
use tests::{Company, World};
use uuid::Uuid;

const LEASE: Duration = Duration::from_secs(120);

fn claimer() -> Claimer {
    Claimer::new(Uuid::now_v7(), LEASE)
}

/// `count` customers with one due conversation each.
async fn due(company: &Company, count: usize) -> Result<()> {
    for n in 0..count {
        let customer = company.customer(&format!("{} {n}", company.slug)).await?;
        let invoice = company.invoice(&customer, "100", 5).await?;
        company.conversation(&invoice).await?;
    }
    Ok(())
}

fn later(world: &World) -> Finish {
    Finish { next_action_at: Some(world.now() + TimeDelta::days(1)), hold: None, at: world.now() }
}

async fn finish(world: &World, company: &Company, claim: &AccountClaim) -> Result<Fence> {
    let mut tx = world.tx(company).await?;
    let fence = conversations_finish(&mut tx, claim, &later(world)).await?;
    tx.commit().await?;
    Ok(fence)
}

/// Makes every lease an old one, as if its holder had died.
async fn expire_leases(world: &World) -> Result<()> {
    world.run("UPDATE ai_conversations SET claimed_until = clock_timestamp() - interval '1 s' WHERE claimed_until IS NOT NULL").await
}

#[tokio::test]
async fn an_account_is_claimed_as_a_whole_and_per_currency() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    let customer = company.customer("Debtor").await?;
    let mut eur = BTreeSet::new();
    for overdue in [3, 40, 9] {
        let invoice = company.invoice(&customer, "100", overdue).await?;
        eur.insert(company.conversation(&invoice).await?);
    }
    let chf = company.invoice_in(&customer, "70", domain::money::Currency::CHF, 8).await?;
    let chf = company.conversation(&chf).await?;
    let not_due = company.invoice(&customer, "1", 1).await?;
    company.conversation(&not_due).await?;
    sqlx::query("UPDATE ai_conversations SET next_action_at = $2 WHERE invoice_id = $1")
        .bind(not_due.id.uuid())
        .bind(world.now() + TimeDelta::seconds(1))
        .execute(&world.admin)
        .await?;

    let claims = claimer().claim_accounts(&world.db, world.now(), 10).await?;
    let by_currency: BTreeMap<String, BTreeSet<ConversationId>> = claims
        .iter()
        .map(|c| (c.currency.to_string(), c.conversations.iter().map(|h| h.id).collect()))
        .collect();
    assert_eq!(by_currency, BTreeMap::from([("CHF".into(), BTreeSet::from([chf])), ("EUR".into(), eur)]));
    assert!(claimer().claim_accounts(&world.db, world.now(), 10).await?.is_empty(), "all are under lease");
    world.finish().await
}

#[tokio::test]
async fn two_workers_never_hold_the_same_account() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    // Accounts with several conversations are the hard case: each worker may start from another one.
    for n in 0..30 {
        let customer = company.customer(&format!("c{n}")).await?;
        for overdue in [1, 2, 3] {
            let invoice = company.invoice(&customer, "5", overdue).await?;
            company.conversation(&invoice).await?;
        }
    }
    let work = |world: World, company: Company| async move {
        let mut claimer = claimer();
        let mut mine = Vec::new();
        loop {
            let claims = claimer.claim_accounts(&world.db, world.now(), 4).await?;
            if claims.is_empty() {
                return anyhow::Ok(mine);
            }
            for claim in claims {
                assert_eq!(finish(&world, &company, &claim).await?, Fence::Held);
                mine.push(claim.customer);
            }
        }
    };
    let tasks: Vec<_> = (0..4).map(|_| tokio::spawn(work(world.clone(), company.clone()))).collect();
    let mut accounts = BTreeSet::new();
    for task in tasks {
        for customer in task.await?? {
            assert!(accounts.insert(customer), "one unit per account");
        }
    }
    // A worker may stop early because another one had just locked the last rows: look once more.
    for claim in claimer().claim_accounts(&world.db, world.now(), 30).await? {
        assert!(accounts.insert(claim.customer), "one unit per account");
        finish(&world, &company, &claim).await?;
    }
    assert_eq!(accounts.len(), 30);
    let left = world.count("SELECT count(*) FROM ai_conversations WHERE claimed_until IS NOT NULL OR next_action_at < '2026-03-03'");
    assert_eq!(left.await?, 0, "the unit of an account moves all its conversations");
    world.finish().await
}

#[tokio::test]
async fn a_noisy_tenant_gets_no_more_than_its_share() -> Result<()> {
    let world = World::new().await?;
    let noisy = world.company("noisy").await?;
    due(&noisy, 120).await?;
    // The noisy tenant has waited longest: first come, first served would serve it alone.
    world.run("UPDATE ai_conversations SET next_action_at = next_action_at - interval '1 day'").await?;
    let mut others = Vec::new();
    for n in 0..20 {
        let company = world.company(&format!("quiet{n}")).await?;
        due(&company, 2).await?;
        others.push(company.id);
    }
    let mut claimer = claimer();
    let claims = claimer.claim_accounts(&world.db, world.now(), 20).await?;
    assert_eq!(claims.len(), 20);
    let share = |id: CompanyId, claims: &[AccountClaim]| claims.iter().filter(|c| c.company == id).count();
    assert!(share(noisy.id, &claims) <= 2, "{}", share(noisy.id, &claims));
    // Two further batches serve the other tenants' rest; nobody is left out.
    let mut all = claims;
    for _ in 0..2 {
        all.extend(claimer.claim_accounts(&world.db, world.now(), 20).await?);
    }
    let served = others.iter().filter(|id| share(**id, &all) == 2).count();
    assert_eq!(served, 20, "every quiet tenant is done after three batches");
    // Work conserving: what nobody else wants goes to whoever has it.
    let rest = claimer.claim_accounts(&world.db, world.now(), 50).await?;
    assert_eq!(share(noisy.id, &rest), 50);
    world.finish().await
}

#[tokio::test]
async fn an_expired_lease_is_taken_over_and_the_old_holder_writes_nothing() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    due(&company, 1).await?;
    let old = claimer().claim_accounts(&world.db, world.now(), 1).await?.remove(0);
    expire_leases(&world).await?;
    let new = claimer().claim_accounts(&world.db, world.now(), 1).await?.remove(0);
    assert_eq!(new.conversations[0].attempt, old.conversations[0].attempt + 1);

    let mut tx = world.tx(&company).await?;
    assert_eq!(unit_lock(&mut tx, &old, 1, None).await?, UnitLock::Lost);
    assert_eq!(conversations_finish(&mut tx, &old, &later(&world)).await?, Fence::Lost);
    assert_eq!(conversations_release(&mut tx, &old).await?, Fence::Lost);
    let failed = conversations_fail(&mut tx, &old, world.now(), "model", world.now()).await?;
    assert_eq!(failed.fence, Fence::Lost);
    tx.commit().await?;
    assert_eq!(world.count("SELECT count(*) FROM chase_events").await?, 0);

    assert_eq!(finish(&world, &company, &new).await?, Fence::Held);
    assert_eq!(finish(&world, &company, &new).await?, Fence::Lost, "a claim ends once");
    world.finish().await
}

#[tokio::test]
async fn a_heartbeat_keeps_what_is_held_and_tells_what_is_lost() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    due(&company, 2).await?;
    let mut claimer = claimer();
    let claims = claimer.claim_accounts(&world.db, world.now(), 2).await?;
    let held: Vec<_> = claims.iter().flat_map(|c| c.conversations.iter().map(|h| (c.company, *h))).collect();
    assert_eq!(heartbeat(&world.db, claimer.worker(), LEASE, &held).await?.len(), 2);
    assert!(heartbeat(&world.db, Uuid::now_v7(), LEASE, &held).await?.is_empty(), "another worker's leases");

    let mut tx = world.tx(&company).await?;
    account_wake(&mut tx, claims[0].customer, None, world.now()).await?;
    tx.commit().await?;
    let alive = heartbeat(&world.db, claimer.worker(), LEASE, &held).await?;
    assert_eq!(alive, vec![claims[1].conversations[0].id]);
    world.finish().await
}

#[tokio::test]
async fn a_wake_up_during_a_unit_is_not_lost() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    due(&company, 1).await?;
    let claim = claimer().claim_accounts(&world.db, world.now(), 1).await?.remove(0);
    let mut tx = world.tx(&company).await?;
    assert_eq!(account_wake(&mut tx, claim.customer, Some(claim.currency), world.now()).await?, 1);
    tx.commit().await?;
    assert_eq!(finish(&world, &company, &claim).await?, Fence::Lost);
    assert_eq!(claimer().claim_accounts(&world.db, world.now(), 1).await?.len(), 1, "done again");
    world.finish().await
}

#[tokio::test]
async fn failures_end_with_a_person() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    due(&company, 1).await?;
    for round in 1..=5 {
        let claim = claimer().claim_accounts(&world.db, world.now(), 1).await?.remove(0);
        let mut tx = world.tx(&company).await?;
        let failed = conversations_fail(&mut tx, &claim, world.now(), "model timed out", world.now()).await?;
        tx.commit().await?;
        assert_eq!((failed.failures, failed.escalated), (round, round == 5));
        assert!(claimer().claim_accounts(&world.db, world.now(), 1).await?.is_empty(), "never at once again");
        world.clock.advance(TimeDelta::minutes(1));
    }
    assert!(claimer().claim_accounts(&world.db, world.now() + TimeDelta::days(9), 1).await?.is_empty());
    let status = world.count(
        "SELECT count(*) FROM ai_conversations WHERE status = 'escalated' AND escalation_reason = 'failing'",
    );
    assert_eq!(status.await?, 1);
    world.finish().await
}

#[tokio::test]
async fn a_hold_is_told_once_per_reason() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    due(&company, 1).await?;
    let reasons = [Reason::NotDue, Reason::NotDue, Reason::Blocked(BlockReason::Promise), Reason::NotDue];
    for reason in reasons {
        let claim = claimer().claim_accounts(&world.db, world.now(), 1).await?.remove(0);
        let hold = Some(Hold { reason, until: Some(world.now()) });
        let finish = Finish { next_action_at: Some(world.now()), hold, at: world.now() };
        let mut tx = world.tx(&company).await?;
        assert_eq!(conversations_finish(&mut tx, &claim, &finish).await?, Fence::Held);
        tx.commit().await?;
    }
    let told: Vec<String> =
        sqlx::query_scalar("SELECT reason FROM chase_events WHERE kind = 'held' ORDER BY id")
            .fetch_all(&world.admin)
            .await?;
    assert_eq!(told, ["not_due", "promise", "not_due"]);
    world.finish().await
}

#[tokio::test]
async fn a_claim_is_a_hot_update() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    // One in forty is due, as in life. A page just written has room for new versions of its rows only
    // because the fill factor left some.
    company.bulk(2000, 40).await?;
    world.run("VACUUM FULL ai_conversations").await?;
    // In one transaction, because only there the counters are exact at once.
    let mut tx = world.admin.begin().await?;
    let claimed = sqlx::query("SELECT claim_conversations($1, $2, '2 min', 50, '{}', 1, NULL)")
        .bind(world.now())
        .bind(Uuid::now_v7())
        .execute(&mut *tx)
        .await?;
    assert_eq!(claimed.rows_affected(), 50);
    let hot: (i64, i64) = sqlx::query_as(
        "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'ai_conversations'",
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.rollback().await?;
    assert_eq!(hot.0, 50);
    assert!(hot.1 * 10 >= hot.0 * 8, "{hot:?}: the lease must be in no index, and pages must have room");
    let indexed = world
        .count(
            "SELECT count(*) FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid
              WHERE i.indrelid = 'ai_conversations'::regclass
                AND a.attname IN ('claimed_until', 'claimed_by', 'attempt', 'failures')
                AND (a.attnum = ANY (i.indkey) OR pg_get_expr(i.indpred, i.indrelid) ~ a.attname)",
        )
        .await?;
    assert_eq!(indexed, 0);
    world.finish().await
}

#[tokio::test]
async fn the_next_wake_up_counts_nothing_that_is_leased() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    due(&company, 1).await?;
    assert_eq!(next_wake(&world.db, world.now()).await?.conversations, Some(world.now()));
    let claim = claimer().claim_accounts(&world.db, world.now(), 1).await?.remove(0);
    assert_eq!(next_wake(&world.db, world.now()).await?.conversations, None);
    finish(&world, &company, &claim).await?;
    let wake = next_wake(&world.db, world.now()).await?;
    assert_eq!(wake.conversations, Some(world.now() + TimeDelta::days(1)));
    assert_eq!(wake.sweep, Some(world.now()), "never swept: due now");
    assert_eq!(wake.earliest(), wake.sweep);
    world.finish().await
}

#[tokio::test]
async fn a_tenant_being_removed_is_not_worked_for() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    due(&company, 1).await?;
    world.run("UPDATE companies SET deleted_at = now()").await?;
    assert!(claimer().claim_accounts(&world.db, world.now(), 5).await?.is_empty());
    world.finish().await
}

#[tokio::test]
async fn rows_below_the_watermark_are_found_again() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    due(&company, 30).await?;
    let mut claimer = claimer();
    // Each full batch raises the watermark to the due time of what was claimed.
    assert_eq!(claimer.claim_accounts(&world.db, world.now(), 10).await?.len(), 10);
    // A row is dated back behind it, and a lease expires.
    world.run("UPDATE ai_conversations SET next_action_at = next_action_at - interval '3 days', claimed_until = NULL, claimed_by = NULL").await?;
    let mut seen = 0;
    for _ in 0..6 {
        seen += claimer.claim_accounts(&world.db, world.now(), 10).await?.len();
    }
    assert_eq!(seen, 30, "a batch that is not full ends the watermark");
    world.finish().await
}

#[tokio::test]
async fn a_tenant_with_an_old_backlog_takes_its_turns_like_any_other() -> Result<()> {
    let world = World::new().await?;
    let mut companies = Vec::new();
    for n in 0..12 {
        let company = world.company(&format!("tenant{n}")).await?;
        company.bulk(6, 1).await?;
        // Backlogs of every age: what one tenant's watermark hides must not be another's work.
        sqlx::query("UPDATE ai_conversations SET next_action_at = next_action_at - make_interval(days => $2) WHERE company_id = $1")
            .bind(company.id.uuid())
            .bind(n * 5 % 12)
            .execute(&world.admin)
            .await?;
        companies.push(company.id);
    }
    let mut claimer = claimer();
    let mut served: BTreeMap<CompanyId, usize> = BTreeMap::new();
    for claim in 1..=18 {
        for account in claimer.claim_accounts(&world.db, world.now(), 4).await? {
            *served.entry(account.company).or_default() += 1;
        }
        // Four a claim, twelve tenants: after every third claim all have had the same.
        if claim % 3 == 0 {
            assert_eq!(served.len(), 12);
            assert!(served.values().all(|n| *n == claim / 3), "after claim {claim}: {served:?}");
        }
    }
    assert!(claimer.claim_accounts(&world.db, world.now(), 4).await?.is_empty());
    world.finish().await
}
