//! Settling a unit: everything or nothing, under the fence, once per purpose.

use super::scene::scene;
use anyhow::Result;
use chrono::TimeDelta;
use store::ErrorKind;
use store::settle::{Settled, outreach_settle};

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
        let row: (i32, String, String) = sqlx::query_as("SELECT revision, state, body_text FROM outreaches")
            .fetch_one(&s.world.admin)
            .await?;
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
    assert_eq!(
        s.world.count("SELECT count(*) FROM ai_conversations WHERE hold_reason = 'not_due'").await?,
        2
    );
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
