//! kill -9: a real daemon dies at every named point and at random times, and nothing is lost, nothing
//! is sent twice, and every letter is accounted for.

mod field;
mod sink;

use crate::chase::ledger;
use anyhow::Result;
use field::Field;
use std::collections::BTreeSet;
use std::time::Duration;

/// What must hold whatever was killed when.
async fn accounted_for(field: &Field, debtors: usize) -> Result<()> {
    let accepted = field.sink.accepted();
    let distinct: BTreeSet<&String> = accepted.iter().collect();
    assert_eq!(distinct.len(), accepted.len(), "a Message-ID twice at the mail server");
    let states = field.states().await?;
    let of = |state: &str| states.get(state).copied().unwrap_or(0);
    let ended = of("sent") + of("failed") + of("in_doubt");
    assert_eq!(ended, i64::try_from(debtors)?, "one letter a debtor, each with an end: {states:?}");
    assert_eq!(states.values().sum::<i64>(), ended, "none left over: {states:?}");
    assert_eq!(of("failed"), 0, "the server refused nothing: {states:?}");
    for id in field.ids(&["sent"]).await? {
        assert!(distinct.contains(&id), "sent, but the mail server never had it");
    }
    let known: BTreeSet<String> = field.ids(&["sent", "in_doubt"]).await?.into_iter().collect();
    assert!(accepted.iter().all(|id| known.contains(id)), "the mail server has a letter we call unsent");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn death_at_every_named_point_loses_and_repeats_nothing() -> Result<()> {
    const POINTS: [&str; 7] = [
        "chase_read",
        "settle_before_commit",
        "settled",
        "before_open",
        "opened",
        "transmitting",
        "transmitted",
    ];
    const EACH: usize = 4;
    let field = Field::with(0).await?;
    for (n, point) in POINTS.iter().enumerate() {
        field.debtors(EACH).await?;
        let before = ledger(&field.world).await?;
        // Twice: the second one meets what the first one left behind.
        for _ in 0..2 {
            if *point == "transmitting" || *point == "transmitted" {
                field.hasten().await?;
            }
            let daemon = field.daemon(Some(point))?;
            field.died(daemon, point).await?;
        }
        field.finish().await?;
        accounted_for(&field, EACH * (n + 1)).await?;
        assert_eq!(ledger(&field.world).await?, before, "{point}");
    }
    // The two points after the commitment leave doubt, and only they do.
    let doubt = field.ids(&["in_doubt"]).await?;
    assert!(
        !doubt.is_empty(),
        "dying in mid-transmission must leave a doubt, or the points were not reached"
    );
    let accepted = field.sink.accepted();
    let (arrived, lost): (Vec<_>, Vec<_>) = doubt.iter().partition(|id| accepted.contains(id));
    assert!(
        !arrived.is_empty() && !lost.is_empty(),
        "doubt of both kinds: {} and {}",
        arrived.len(),
        lost.len()
    );
    field.world.finish().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn death_at_random_times_of_two_daemons_loses_and_repeats_nothing() -> Result<()> {
    const DEBTORS: usize = 120;
    const KILLS: usize = 16;
    let field = Field::with(DEBTORS).await?;
    let before = ledger(&field.world).await?;
    // A linear congruence: the same moments in every run, as far as a scheduler allows.
    let mut seed: u64 = 20_260_302;
    let mut random = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut daemons = vec![field.daemon(None)?, field.daemon(None)?];
    for _ in 0..KILLS {
        let victim = usize::try_from(random(2))?;
        // Some progress since the last death, then a random moment later.
        field.progress().await;
        tokio::time::sleep(Duration::from_micros(random(60_000))).await;
        daemons[victim].kill().await?;
        daemons[victim] = field.daemon(None)?;
    }
    for daemon in &mut daemons {
        daemon.kill().await?;
    }
    field.finish().await?;
    accounted_for(&field, DEBTORS).await?;
    assert_eq!(ledger(&field.world).await?, before);
    field.world.finish().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_in_work_when_death_comes_is_answered_once() -> Result<()> {
    let field = Field::with(3).await?;
    field.finish().await?;
    for id in field.ids(&["sent"]).await? {
        field.reply(&id).await?;
    }
    for _ in 0..2 {
        let daemon = field.daemon(Some("reply_opened"))?;
        field.died(daemon, "reply_opened").await?;
    }
    let mut daemon = field.daemon(None)?;
    let unread = "SELECT count(*) FROM inbound_mails WHERE state <> 'processed'";
    field.until("an end of every mail", unread, |n| n == 0).await?;
    let open = "SELECT count(*) FROM outreaches WHERE state NOT IN ('sent', 'failed', 'in_doubt')";
    field.until("an end of every answer", open, |n| n == 0).await?;
    daemon.kill().await?;
    let promises = "SELECT count(*) FROM promises WHERE state = 'open'";
    assert_eq!(field.world.count(promises).await?, 3, "each promise is taken once");
    let pending = "SELECT count(*) FROM dunning_blocks WHERE reason = 'reply_pending' AND lifted_at IS NULL";
    assert_eq!(field.world.count(pending).await?, 0, "nobody waits for ever");
    assert_eq!(field.world.count("SELECT count(*) FROM ai_messages WHERE direction = 'inbound'").await?, 3);
    assert_eq!(field.sink.accepted().len(), 6, "a letter and one answer each");
    accounted_for(&field, 6).await?;
    field.world.finish().await
}

/// The negative control: were a letter given back when its lease runs out, as a plain queue does, this
/// very test would see it twice. If it does not, the proofs above are blind.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_with_leases_alone_would_send_twice() -> Result<()> {
    let field = Field::with(2).await?;
    let daemon = field.daemon(Some("transmitted"))?;
    field.died(daemon, "transmitted").await?;
    let doubtful = field.ids(&["transmitting"]).await?;
    assert!(doubtful.iter().any(|id| field.sink.accepted().contains(id)));
    // The schema forbids this step, so the control has to switch its guard off.
    field
        .world
        .run(
            "SET session_replication_role = replica;
             UPDATE outreaches SET state = 'queued', claimed_until = NULL, claimed_by = NULL WHERE state = 'transmitting';
             RESET session_replication_role",
        )
        .await?;
    field.finish().await?;
    let accepted = field.sink.accepted();
    let distinct: BTreeSet<&String> = accepted.iter().collect();
    assert!(distinct.len() < accepted.len(), "the control sent nothing twice: the proof is blind");
    field.world.finish().await
}
