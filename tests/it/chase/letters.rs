//! What leaves, and how often.

use super::desk::{Desk, ledger, tight};
use anyhow::Result;
use chrono::TimeDelta;
use domain::money::Currency;

#[tokio::test]
async fn overdue_invoices_become_exactly_one_proven_letter() -> Result<()> {
    let desk = Desk::open().await?;
    let debtor = desk.company.customer("Debtor").await?;
    let first = desk.company.invoice(&debtor, "1000", 6).await?;
    let second = desk.company.invoice(&debtor, "250.50", 5).await?;
    let before = ledger(&desk.world).await?;
    desk.idle().await?;

    let letter = desk.letter();
    for fact in ["1.250,50", "250,50", first.number.as_str(), second.number.as_str()] {
        assert!(letter.text.contains(fact), "{fact} in {}", letter.text);
    }
    assert!(tight(&letter.text).contains("DE02120300000000202051"));
    assert_eq!(letter.recipients, ["billing@debtor.example"]);
    assert_eq!(letter.from.as_ref().unwrap().email, "billing@seller.example");
    // The proof is stored, and it is about this very text.
    let proof = "SELECT concat_ws(',', state, smtp_code, jsonb_array_length(grounding -> 'entries') >= 5,
                        encode(sha256(convert_to(subject || chr(10) || body_text, 'UTF8')), 'hex') = grounding ->> 'text_sha256')
                   FROM outreaches";
    assert_eq!(desk.one(proof).await?.as_deref(), Some("sent,250,t,t"));
    assert_eq!(desk.world.count("SELECT count(*) FROM reminder_events").await?, 2, "one for each invoice");
    assert_eq!(
        desk.world
            .count("SELECT count(*) FROM ai_actions WHERE verdict = 'act' AND policy_version <> ''")
            .await?,
        1
    );

    // A hundred more times, a minute apart: nothing.
    for _ in 0..100 {
        let now = desk.world.clock.advance(TimeDelta::minutes(1));
        desk.app.clock.advance_to(now);
        desk.idle().await?;
    }
    assert_eq!(desk.letters().len(), 1);
    assert_eq!(ledger(&desk.world).await?, before);
    desk.world.finish().await
}

#[tokio::test]
async fn the_levels_follow_the_procedure_and_none_is_sent_twice() -> Result<()> {
    let desk = Desk::open().await?;
    let debtor = desk.company.customer("Debtor").await?;
    desk.company.invoice(&debtor, "1000", 6).await?;
    desk.march(2..=31).await?;
    let levels =
        "SELECT string_agg(dunning_level::text, ',' ORDER BY sent_at) FROM outreaches WHERE state = 'sent'";
    let sent = desk.one(levels).await?.unwrap_or_default();
    let mut sorted: Vec<&str> = sent.split(',').collect();
    assert_eq!(desk.letters().len(), sorted.len());
    assert!(sorted.len() >= 2, "{sent}");
    let sent_order = sorted.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted, sent_order, "ascending, each once");
    desk.world.finish().await
}

#[tokio::test]
async fn currencies_are_never_summed() -> Result<()> {
    let desk = Desk::open().await?;
    let debtor = desk.company.customer("Debtor").await?;
    desk.company.invoice(&debtor, "1000", 6).await?;
    desk.company.invoice_in(&debtor, "234", Currency::CHF, 6).await?;
    // The cooldown of the contact rules holds over currencies: the second letter follows days later.
    desk.march(2..=6).await?;
    assert_eq!(desk.letters_in("dunning_notice", "sent").await?, 2);
    for letter in desk.letters() {
        assert!(!letter.text.contains("1.234"), "a sum over currencies: {}", letter.text);
        let eur = letter.text.contains("1.000,00");
        assert!(eur != letter.text.contains("234,00"), "one currency a letter: {}", letter.text);
        assert!(eur != letter.text.contains("CHF"), "{}", letter.text);
    }
    desk.world.finish().await
}

#[tokio::test]
async fn days_of_downtime_are_caught_up_by_one_letter() -> Result<()> {
    let desk = Desk::open().await?;
    let debtor = desk.company.customer("Debtor").await?;
    let mut invoices = Vec::new();
    for overdue in [3, 2, 1] {
        invoices.push(desk.company.invoice(&debtor, "100", overdue).await?);
    }
    // Nobody runs from Monday to Thursday; each of the invoices would have been noticed on its day.
    desk.work_at("2026-03-05T09:00:00Z").await?;
    let letter = desk.letter();
    assert!(letter.text.contains("300,00"), "{}", letter.text);
    assert!(invoices.iter().all(|i| letter.text.contains(&i.number)));
    desk.idle().await?;
    assert_eq!(desk.letters().len(), 1);
    desk.world.finish().await
}

#[tokio::test]
async fn a_letter_that_may_not_have_arrived_is_never_sent_again() -> Result<()> {
    for delivered in [true, false] {
        let desk = Desk::open().await?;
        let debtor = desk.company.customer("Debtor").await?;
        desk.company.invoice(&debtor, "1000", 6).await?;
        desk.mail.script(mail::Script::InDoubt { delivered });
        desk.march(2..=31).await?;
        assert_eq!(desk.letters().len(), usize::from(delivered), "what became of it is for a person to say");
        assert_eq!(desk.letters_in("dunning_notice", "in_doubt").await?, 1);
        desk.world.finish().await?;
    }
    Ok(())
}

#[tokio::test]
async fn refusals_are_retried_when_temporary_and_shown_when_final() -> Result<()> {
    let desk = Desk::open().await?;
    let debtor = desk.company.customer("Debtor").await?;
    desk.company.invoice(&debtor, "1000", 6).await?;
    desk.mail.script(mail::Script::OpenDeferred(421));
    desk.mail.script(mail::Script::Defer(452));
    desk.idle().await?;
    assert!(desk.letters().is_empty());
    for hour in ["09:10", "09:30", "10:30"] {
        desk.work_at(&format!("2026-03-02T{hour}:00Z")).await?;
    }
    desk.letter();
    let other = desk.company.customer("Other").await?;
    desk.company.invoice(&other, "70", 6).await?;
    for _ in 0..3 {
        desk.mail.script(mail::Script::OpenRejected(550));
    }
    // A server that says no is asked once a day, not in circles.
    for (day, refused) in [(3, 1), (4, 2), (5, 3)] {
        desk.march(day..=day).await?;
        assert_eq!(desk.letters_in("dunning_notice", "failed").await?, 1);
        let failures = "SELECT count(*) FROM chase_events WHERE kind = 'letter_failed'";
        assert_eq!(desk.world.count(failures).await?, refused, "day {day}");
    }
    assert_eq!(desk.letters().len(), 1);
    desk.world.finish().await
}
