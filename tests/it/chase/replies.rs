//! What debtors answer, and what follows.

use super::desk::{Desk, ledger};
use anyhow::Result;
use mail::Incoming;
use tests::{Customer, Invoice};

const DEBTOR: &str = "billing@debtor.example";

/// A debtor that has just got a letter about its invoices of 1,000 and 70.
async fn written() -> Result<(Desk, Customer, Invoice, Invoice, Incoming)> {
    let desk = Desk::open().await?;
    let debtor = desk.company.customer("Debtor").await?;
    let first = desk.company.invoice(&debtor, "1000", 6).await?;
    let second = desk.company.invoice(&debtor, "70", 6).await?;
    desk.idle().await?;
    let letter = desk.letter();
    desk.work_at("2026-03-03T09:00:00Z").await?;
    Ok((desk, debtor, first, second, letter))
}

#[tokio::test]
async fn a_disputed_invoice_is_left_alone_and_the_rest_is_chased() -> Result<()> {
    let (desk, _, first, second, letter) = written().await?;
    let text = format!(
        "Sehr geehrte Damen und Herren,\n\ndie Rechnung {} erkennen wir nicht an: Die Ware kam beschädigt an.\n",
        first.number
    );
    desk.receives(DEBTOR, Some(&letter), &text).await?;
    let dispute = desk.one("SELECT concat_ws(',', invoice_id, state) FROM disputes").await?;
    assert_eq!(dispute, Some(format!("{},open", first.id.uuid())));
    desk.march(4..=31).await?;
    assert_eq!(desk.listed(&first, "dunning_notice").await?, 1, "not after the dispute");
    assert!(desk.listed(&second, "dunning_notice").await? >= 2, "still owed and undisputed");
    desk.world.finish().await
}

#[tokio::test]
async fn a_promise_pauses_and_a_broken_one_is_answered_once() -> Result<()> {
    let (desk, _, first, second, letter) = written().await?;
    let before = ledger(&desk.world).await?;
    desk.receives(DEBTOR, Some(&letter), "Hallo,\n\nwir zahlen beide Rechnungen bis zum 09.03.2026.\n")
        .await?;
    let promised = "SELECT string_agg(DISTINCT concat_ws(',', state, promised_on), ';') FROM promises";
    assert_eq!(desk.one(promised).await?.as_deref(), Some("open,2026-03-09"));
    // Four days of bank and grace after the promised day.
    desk.march(4..=13).await?;
    for invoice in [&first, &second] {
        assert_eq!(desk.listed(invoice, "dunning_notice").await?, 1, "paused");
        assert_eq!(desk.listed(invoice, "broken_promise").await?, 0, "too early");
    }
    desk.march(14..=20).await?;
    assert_eq!(desk.one(promised).await?.as_deref(), Some("broken,2026-03-09"));
    // One mail is one promise, also about two invoices: one letter, and no case for a person yet.
    assert_eq!(desk.listed(&first, "broken_promise").await?, 1);
    assert_eq!(desk.listed(&second, "broken_promise").await?, 1);
    assert_eq!(
        desk.world.count("SELECT count(*) FROM ai_conversations WHERE status = 'escalated'").await?,
        0
    );
    assert_eq!(ledger(&desk.world).await?, before);
    desk.world.finish().await
}

#[tokio::test]
async fn a_kept_promise_ends_the_chase() -> Result<()> {
    let (desk, _, first, second, letter) = written().await?;
    desk.receives(DEBTOR, Some(&letter), "Hallo,\n\nwir zahlen beide Rechnungen bis zum 09.03.2026.\n")
        .await?;
    let so_far = desk.letters().len();
    desk.work_at("2026-03-09T09:00:00Z").await?;
    desk.company.pay(&first, "1000").await?;
    desk.company.pay(&second, "70").await?;
    desk.march(10..=31).await?;
    assert_eq!(desk.letters().len(), so_far);
    let kept = "SELECT string_agg(DISTINCT state, ',') FROM promises";
    assert_eq!(desk.one(kept).await?.as_deref(), Some("kept"));
    let closed = "SELECT string_agg(DISTINCT concat_ws(',', status, outcome), ';') FROM ai_conversations";
    assert_eq!(desk.one(closed).await?.as_deref(), Some("completed,paid"));
    desk.world.finish().await
}

#[tokio::test]
async fn an_out_of_office_reply_is_no_reply_and_is_not_answered() -> Result<()> {
    let (desk, _, _, _, letter) = written().await?;
    let text = "Ich bin bis zum 12.03.2026 nicht im Büro. Bitte bestätigen Sie den Erhalt dieser Nachricht.";
    desk.receives_with(DEBTOR, Some(&letter), "Auto-Submitted: auto-replied\n", text).await?;
    desk.march(4..=6).await?;
    assert_eq!(desk.letters().len(), 1, "a machine is not answered");
    assert_eq!(
        desk.world.count("SELECT count(*) FROM dunning_blocks WHERE reason = 'reply_pending'").await?,
        0
    );
    assert_eq!(desk.one("SELECT state FROM inbound_mails").await?.as_deref(), Some("processed"));
    desk.world.finish().await
}

#[tokio::test]
async fn a_mail_of_a_stranger_moves_nothing() -> Result<()> {
    let (desk, _, first, _, _) = written().await?;
    let before = ledger(&desk.world).await?;
    let text =
        format!("Wir haben die Rechnung {} bereits bezahlt. Bitte senden Sie uns nichts mehr.", first.number);
    desk.receives("somebody@elsewhere.example", None, &text).await?;
    assert_eq!(desk.one("SELECT state FROM inbound_mails").await?.as_deref(), Some("unmatched"));
    assert_eq!(desk.letters().len(), 1, "nothing is answered");
    assert_eq!(desk.world.count("SELECT count(*) FROM dunning_blocks").await?, 0);
    assert_eq!(desk.world.count("SELECT count(*) FROM suppressions").await?, 0);
    assert_eq!(ledger(&desk.world).await?, before);
    desk.world.finish().await
}

#[tokio::test]
async fn a_stranger_in_a_thread_of_ours_stops_the_chase_but_gets_no_answer() -> Result<()> {
    let (desk, _, _, _, letter) = written().await?;
    desk.receives(
        "somebody@elsewhere.example",
        Some(&letter),
        "Könnten Sie uns bitte eine Kopie der Rechnung senden?",
    )
    .await?;
    assert_eq!(
        desk.world
            .count("SELECT count(*) FROM dunning_blocks WHERE reason = 'reply_pending' AND lifted_at IS NULL")
            .await?,
        1
    );
    desk.march(4..=31).await?;
    let elsewhere = desk.letters().iter().any(|l| l.recipients.iter().any(|r| r.contains("elsewhere")));
    assert!(!elsewhere, "no copy to a stranger");
    assert_eq!(desk.letters().len(), 1, "a person looks first");
    desk.world.finish().await
}

#[tokio::test]
async fn changed_bank_details_freeze_the_account_and_generate_nothing() -> Result<()> {
    let (desk, _, _, _, letter) = written().await?;
    let text = "Hello,\n\nwe received a message that your bank details have changed. Please confirm the new account \
                GB33BUKB20201555555555 before we pay.\n";
    desk.receives(DEBTOR, Some(&letter), text).await?;
    desk.march(4..=31).await?;
    assert_eq!(desk.letters().len(), 1);
    let state = "SELECT string_agg(DISTINCT status, ',') FROM ai_conversations";
    assert_eq!(desk.one(state).await?.as_deref(), Some("escalated"));
    assert_eq!(desk.world.count("SELECT count(*) FROM outreaches WHERE body_text LIKE '%GB33%'").await?, 0);
    let own = "SELECT iban FROM companies";
    assert_eq!(desk.one(own).await?.as_deref(), Some("DE02120300000000202051"));
    desk.world.finish().await
}

#[tokio::test]
async fn that_somebody_says_it_is_paid_does_not_make_it_paid() -> Result<()> {
    let (desk, _, _, _, letter) = written().await?;
    let before = ledger(&desk.world).await?;
    desk.receives(DEBTOR, Some(&letter), "Guten Tag,\n\ndie Rechnungen haben wir bereits bezahlt.\n").await?;
    desk.march(4..=6).await?;
    assert_eq!(ledger(&desk.world).await?, before);
    assert_eq!(desk.world.count("SELECT count(*) FROM ai_conversations WHERE outcome = 'paid'").await?, 0);
    assert_eq!(desk.letters_in("dunning_notice", "sent").await?, 1, "the bank is awaited");
    desk.world.finish().await
}

#[tokio::test]
async fn another_tenants_thread_cannot_be_touched() -> Result<()> {
    let (desk, _, _, _, _) = written().await?;
    let other = desk.world.company("other").await?;
    let debtor = other.customer("Debtor").await?;
    let invoice = other.invoice(&debtor, "500", 6).await?;
    let state = "SELECT md5(concat(
        (SELECT string_agg(to_jsonb(b)::text, ';' ORDER BY id) FROM dunning_blocks b WHERE company_id = $1),
        (SELECT string_agg(to_jsonb(d)::text, ';' ORDER BY id) FROM disputes d WHERE company_id = $1),
        (SELECT string_agg(to_jsonb(o)::text, ';' ORDER BY id) FROM outreaches o WHERE company_id = $1),
        (SELECT string_agg(to_jsonb(a)::text, ';' ORDER BY customer_id) FROM accounts a WHERE company_id = $1),
        (SELECT string_agg(to_jsonb(e)::text, ';' ORDER BY id) FROM chase_events e WHERE company_id = $1),
        (SELECT string_agg(to_jsonb(c)::text, ';' ORDER BY id) FROM ai_conversations c WHERE company_id = $1)))";
    desk.settings(|_| ()).await?;
    // The other company works for itself first, so that it has nothing due while the mail is worked.
    desk.sync().await?;
    desk.idle().await?;
    let letters = desk.letters();
    let their_letter =
        letters.iter().find(|l| l.from.as_ref().is_some_and(|f| f.email.contains("other"))).cloned();
    assert!(their_letter.is_some(), "the other company writes for itself");
    let before = desk.world.text(state, other.id.uuid()).await?;
    // Their thread and their invoice number, handed in at the door of the first company.
    let text = format!("Die Rechnung {} erkennen wir nicht an: Die Ware kam beschädigt an.", invoice.number);
    desk.receives("stranger@debtor.example", their_letter.as_ref(), &text).await?;
    assert_eq!(desk.world.text(state, other.id.uuid()).await?, before);
    let mine = "SELECT concat_ws(',', company_id = (SELECT id FROM companies WHERE slug = 'seller'), state) FROM inbound_mails";
    assert_eq!(desk.one(mine).await?.as_deref(), Some("t,unmatched"), "a stranger's mail at this door");
    assert_eq!(desk.letters().len(), letters.len());
    desk.world.finish().await
}

#[tokio::test]
async fn hostile_bytes_are_kept_and_shown_not_worked() -> Result<()> {
    let (desk, _, _, _, _) = written().await?;
    for raw in [b"".to_vec(), vec![0xff; 5_000], b"From: a@b\r\n\r\n".to_vec()] {
        desk.takes_in(raw).await?;
        desk.idle().await?;
    }
    assert_eq!(desk.world.count("SELECT count(*) FROM inbound_mails WHERE state = 'received'").await?, 0);
    assert_eq!(desk.letters().len(), 1);
    desk.world.finish().await
}
