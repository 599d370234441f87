//! The timeline: what happened, from every source, and why something did not.

use chrono::TimeDelta;
use domain::kinds::{BlockReason, PaymentMethod, PaymentSource};
use domain::money::{Currency, Money};
use serde_json::json;
use store::ErrorKind;
use store::ledger::blocks::{NewBlock, block_set};
use store::ledger::credits::{NewCreditNote, credit_note_add, credit_note_allocate};
use store::ledger::payments::{NewPayment, payment_add, payment_reverse};
use store::settle::{Event, event_insert};
use store::timeline::{Entry, ageing_lines, customer_timeline, invoice_explain, recent, summary};
use tests::{Company, Customer, Invoice, World};

fn eur(amount: &str) -> Money {
    Money::new(amount.parse().unwrap(), Currency::EUR).unwrap()
}

fn kinds(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|e| e.kind.as_str()).collect()
}

/// A customer with two overdue invoices: on the first a payment (returned later), credit and a block on
/// the customer; on the second an event of its own.
async fn story() -> (World, Company, Customer, Invoice, Invoice) {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let debtor = company.customer("Eins").await.unwrap();
    let one = company.invoice(&debtor, "100", 10).await.unwrap();
    let two = company.invoice(&debtor, "50", 10).await.unwrap();
    company.conversation(&one).await.unwrap();
    let mut tx = world.tx(&company).await.unwrap();
    let paid = NewPayment {
        invoice: one.id,
        amount: eur("40"),
        paid_on: "2026-02-20".parse().unwrap(),
        method: PaymentMethod::BankTransfer,
        source: PaymentSource::Manual,
        reference: Some("bank-1".to_owned()),
        notes: None,
        receipt: None,
    };
    let payment = payment_add(&mut tx, &paid, world.now()).await.unwrap();
    let note = NewCreditNote {
        customer: debtor.id,
        number: "G-1".to_owned(),
        amount: eur("10"),
        issued_on: "2026-02-25".parse().unwrap(),
    };
    let note = credit_note_add(&mut tx, &note, world.now()).await.unwrap();
    credit_note_allocate(&mut tx, note, one.id, eur("10"), world.now()).await.unwrap();
    world.clock.advance(TimeDelta::hours(1));
    payment_reverse(&mut tx, payment, world.now()).await.unwrap();
    world.clock.advance(TimeDelta::hours(1));
    let block = NewBlock {
        customer: Some(debtor.id),
        invoice: None,
        reason: BlockReason::Manual,
        note: "asked for time".to_owned(),
        until: None,
        inbound: None,
        source: None,
    };
    block_set(&mut tx, &block, world.now()).await.unwrap();
    world.clock.advance(TimeDelta::hours(1));
    let event = Event::new("held", world.now()).reason("dispute").customer(debtor.id).invoice(two.id);
    event_insert(&mut tx, event.detail(json!({ "until": "2026-03-10" }))).await.unwrap();
    tx.commit().await.unwrap();
    (world, company, debtor, one, two)
}

#[tokio::test]
async fn an_invoice_is_explained_from_every_source() {
    let (world, company, _, one, two) = story().await;
    let mut tx = world.tx(&company).await.unwrap();
    let told = invoice_explain(&mut tx, one.id).await.unwrap();
    assert_eq!(
        kinds(&told.entries),
        ["payment_booked", "credit_note_allocated", "payment_reversed", "blocked"],
        "oldest first, money once"
    );
    let money = &told.entries[0];
    assert_eq!(money.detail["amount"], json!({ "amount": "40.00", "currency": "EUR" }));
    assert_eq!(money.detail["reference"], "bank-1");
    assert_eq!(
        money.at,
        "2026-02-19T23:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap(),
        "its value date in Berlin"
    );
    assert_eq!((told.invoice.residual, told.standing.len(), told.pending.len()), (eur("90"), 1, 0));
    let conversation = told.conversation.unwrap();
    assert_eq!(conversation.status.as_str(), "paused", "a block without a date");
    let other = invoice_explain(&mut tx, two.id).await.unwrap();
    assert_eq!(
        kinds(&other.entries),
        ["blocked", "held"],
        "the customer's block is part of it, the other invoice's money is not"
    );
    assert_eq!(other.entries[1].reason.as_deref(), Some("dispute"));
    assert!(other.conversation.is_none());
}

#[tokio::test]
async fn a_customers_timeline_is_read_page_by_page_newest_first() {
    let (world, company, debtor, _, _) = story().await;
    let mut tx = world.tx(&company).await.unwrap();
    let all = customer_timeline(&mut tx, debtor.id, None, 50).await.unwrap();
    assert_eq!(
        kinds(&all.rows),
        ["held", "blocked", "payment_reversed", "credit_note_allocated", "payment_booked"]
    );
    let mut paged = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = customer_timeline(&mut tx, debtor.id, cursor.as_deref(), 2).await.unwrap();
        paged.extend(page.rows);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(paged, all.rows);
    assert_eq!(
        customer_timeline(&mut tx, debtor.id, Some("00"), 2).await.unwrap_err().kind(),
        ErrorKind::Invalid
    );
}

#[tokio::test]
async fn the_feed_goes_on_where_it_was_left() {
    let (world, company, debtor, _, two) = story().await;
    let mut tx = world.tx(&company).await.unwrap();
    let feed = recent(&mut tx, None, 100).await.unwrap();
    let kinds: Vec<_> = feed.iter().map(|f| f.entry.kind.as_str()).collect();
    assert_eq!(kinds, ["payment_booked", "payment_reversed", "blocked", "held"]);
    let last = &feed[3];
    assert_eq!(
        (last.customer_name.as_deref(), last.invoice_number.as_deref()),
        (Some("Eins"), Some(two.number.as_str()))
    );
    assert!(recent(&mut tx, Some(last.entry.id), 100).await.unwrap().is_empty());
    event_insert(&mut tx, Event::new("held", world.now()).customer(debtor.id)).await.unwrap();
    assert_eq!(recent(&mut tx, Some(last.entry.id), 100).await.unwrap().len(), 1);
}

#[tokio::test]
async fn figures_count_the_ledger_as_it_is() {
    let (world, company, _, one, _) = story().await;
    company.pay(&one, "90").await.unwrap();
    let mut tx = world.tx(&company).await.unwrap();
    let lines = ageing_lines(&mut tx).await.unwrap();
    let owed: Vec<_> = lines.iter().map(|l| l.owed_on(world.today()).unwrap()).collect();
    assert_eq!(
        owed.iter().filter(|m| m.is_positive()).collect::<Vec<_>>(),
        [&eur("50")],
        "returned money does not count, credit does"
    );
    let totals = summary(&mut tx).await.unwrap();
    assert_eq!((totals.messages_sent, totals.proposals_open, totals.in_doubt), (0, 0, 0));
    assert_eq!(totals.held, [("dispute".to_owned(), 1)]);
}

#[tokio::test]
async fn another_tenants_story_is_not_told() {
    let (world, _, debtor, one, _) = story().await;
    let other = world.company("other").await.unwrap();
    let mut tx = world.tx(&other).await.unwrap();
    assert_eq!(invoice_explain(&mut tx, one.id).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(
        customer_timeline(&mut tx, debtor.id, None, 10).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
    assert!(recent(&mut tx, None, 10).await.unwrap().is_empty());
    assert!(ageing_lines(&mut tx).await.unwrap().is_empty());
}
