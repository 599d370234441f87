//! What keeps a letter from leaving, and that it is written down.

use super::desk::Desk;
use anyhow::Result;
use domain::kinds::Autonomy;

/// A debtor with one invoice and a letter that waits an hour in the outbox.
async fn waiting() -> Result<(Desk, tests::Customer, tests::Invoice)> {
    let desk = Desk::open().await?;
    desk.settings(|s| s.contact.hold_back_minutes = 60).await?;
    let debtor = desk.company.customer("Debtor").await?;
    let invoice = desk.company.invoice(&debtor, "1000", 6).await?;
    desk.idle().await?;
    assert_eq!(desk.letters_in("dunning_notice", "queued").await?, 1);
    assert!(desk.letters().is_empty());
    Ok((desk, debtor, invoice))
}

#[tokio::test]
async fn a_payment_between_draft_and_send_stops_the_letter() -> Result<()> {
    let (desk, _, invoice) = waiting().await?;
    desk.company.pay(&invoice, "1000").await?;
    desk.work_at("2026-03-02T10:30:00Z").await?;
    desk.work_at("2026-03-20T10:30:00Z").await?;
    assert!(desk.letters().is_empty());
    let state = desk.one("SELECT state FROM outreaches").await?.unwrap_or_default();
    assert!(["stale", "cancelled"].contains(&state.as_str()), "{state}");
    let why = "SELECT reason FROM chase_events WHERE kind IN ('letter_stale', 'letter_cancelled') LIMIT 1";
    assert!(desk.one(why).await?.is_some(), "the reason is written down");
    assert_eq!(desk.one("SELECT outcome::text FROM ai_conversations").await?.as_deref(), Some("paid"));
    desk.world.finish().await
}

#[tokio::test]
async fn a_part_payment_between_draft_and_send_changes_the_letter() -> Result<()> {
    let (desk, _, invoice) = waiting().await?;
    desk.company.pay(&invoice, "600").await?;
    desk.work_at("2026-03-02T10:30:00Z").await?;
    assert!(desk.letters().is_empty(), "the stale letter did not leave");
    assert_eq!(desk.world.count("SELECT count(*) FROM chase_events WHERE kind = 'letter_stale'").await?, 1);
    desk.work_at("2026-03-02T12:00:00Z").await?;
    let letter = desk.letter();
    assert!(letter.text.contains("400,00"), "{}", letter.text);
    // The same row, so the same slot and Message-ID, in a new revision.
    assert_eq!(
        desk.one("SELECT string_agg(concat_ws(',', state, revision), ';') FROM outreaches").await?.as_deref(),
        Some("sent,2")
    );
    desk.world.finish().await
}

#[tokio::test]
async fn the_kill_switch_stops_everything_until_it_is_lifted() -> Result<()> {
    let (desk, _, _) = waiting().await?;
    let switch = async |on| {
        let mut tx = desk.world.tx(&desk.company).await?;
        store::ledger::companies::kill_switch_set(&mut tx, on, "audit", desk.world.now()).await?;
        anyhow::Ok(tx.commit().await?)
    };
    switch(true).await?;
    desk.work_at("2026-03-02T11:00:00Z").await?;
    desk.march(3..=5).await?;
    assert!(desk.letters().is_empty());
    assert!(desk.noted("kill_switch").await?);
    switch(false).await?;
    desk.work_at("2026-03-06T09:00:00Z").await?;
    desk.work_at("2026-03-06T11:00:00Z").await?;
    desk.letter();
    desk.world.finish().await
}

#[tokio::test]
async fn a_ledger_that_was_not_read_for_days_sends_nothing() -> Result<()> {
    let (desk, _, _) = waiting().await?;
    // Drafted on a fresh ledger, to be sent on an old one.
    for day in 5..=9 {
        desk.at(&format!("2026-03-{day:02}T09:00:00Z"))?;
        desk.idle().await?;
    }
    assert!(desk.letters().is_empty());
    assert!(desk.noted("ledger_stale").await?);
    desk.work_at("2026-03-10T09:00:00Z").await?;
    desk.work_at("2026-03-10T11:00:00Z").await?;
    desk.letter();
    desk.world.finish().await
}

#[tokio::test]
async fn an_assisted_company_proposes_and_sends_nothing() -> Result<()> {
    let desk = Desk::open().await?;
    desk.world.run("UPDATE companies SET autonomy_level = 'assisted'").await?;
    assert_eq!(Autonomy::Assisted.as_str(), "assisted");
    let debtor = desk.company.customer("Debtor").await?;
    desk.company.invoice(&debtor, "1000", 6).await?;
    desk.idle().await?;
    desk.work_at("2026-03-03T09:00:00Z").await?;
    assert!(desk.letters().is_empty());
    assert_eq!(desk.letters_in("dunning_notice", "proposed").await?, 1);
    desk.world.finish().await
}

#[tokio::test]
async fn nights_weekends_and_blocks_only_ever_push_a_letter_later() -> Result<()> {
    let desk = Desk::open().await?;
    desk.at("2026-03-06T19:30:00Z")?;
    desk.sync().await?;
    let debtor = desk.company.customer("Debtor").await?;
    desk.company.invoice(&debtor, "1000", 6).await?;
    for moment in
        ["2026-03-06T19:30:00Z", "2026-03-07T10:00:00Z", "2026-03-08T10:00:00Z", "2026-03-09T05:00:00Z"]
    {
        desk.work_at(moment).await?;
        assert!(desk.letters().is_empty(), "{moment}");
    }
    assert!(desk.noted("contact_hours").await?);
    desk.work_at("2026-03-09T09:00:00Z").await?;
    desk.letter();
    desk.world.finish().await
}
