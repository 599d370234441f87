//! Invoices, payments, credit notes, receipts.

use super::*;
use domain::kinds::InvoiceStatus;
use store::ledger::credits::{NewCreditNote, credit_note_add, credit_note_allocate, credit_notes};
use store::ledger::invoices::{
    InvoiceAmendment, InvoiceFilter, invoice, invoice_amend, invoice_by_number, invoice_cancel,
    invoice_create, invoice_status_refresh, invoice_write_off, invoices,
};
use store::ledger::payments::{payment_add, payment_reverse, payments};
use store::ledger::receipts::{NewReceipt, receipt_add, receipt_apply, receipts_open};

#[tokio::test]
async fn an_invoice_lives_from_due_soon_to_paid() {
    let (world, company) = acme().await;
    let debtor = company.customer("Eins").await.unwrap();
    let mut tx = world.tx(&company).await.unwrap();
    let due = |date: &str| NewInvoice { due_date: day(date), ..new_invoice(debtor.id, date, "100") };
    let cases = [
        ("2026-03-01", InvoiceStatus::Overdue),
        ("2026-03-02", InvoiceStatus::DueSoon),
        ("2026-03-05", InvoiceStatus::DueSoon),
        ("2026-03-06", InvoiceStatus::Pending),
    ];
    for (date, status) in cases {
        let id = invoice_create(&mut tx, &due(date), world.now()).await.unwrap();
        assert_eq!(invoice(&mut tx, id).await.unwrap().status, status, "due {date}, today 2 March");
    }
    let id = invoice_by_number(&mut tx, " 2026-03-06 ").await.unwrap().unwrap();
    let later = world.now() + chrono::TimeDelta::days(10);
    assert_eq!(invoice_status_refresh(&mut tx, &[id], later).await.unwrap(), 1);
    assert_eq!(invoice(&mut tx, id).await.unwrap().status, InvoiceStatus::Overdue);
    payment_add(&mut tx, &new_payment(id, "60"), later).await.unwrap();
    assert_eq!(invoice(&mut tx, id).await.unwrap().residual, eur("40"));
    let second = payment_add(&mut tx, &new_payment(id, "40"), later).await.unwrap();
    let paid = invoice(&mut tx, id).await.unwrap();
    assert_eq!((paid.status, paid.residual), (InvoiceStatus::Paid, eur("0")));
    payment_reverse(&mut tx, second, later).await.unwrap();
    let back = invoice(&mut tx, id).await.unwrap();
    assert_eq!((back.status, back.residual, back.paid_at), (InvoiceStatus::Overdue, eur("40"), None));
    assert_eq!(kind(payment_reverse(&mut tx, second, later).await), ErrorKind::Conflict);
    assert_eq!(payments(&mut tx, id).await.unwrap().len(), 2, "a returned payment stays on file");
}

#[tokio::test]
async fn invoices_that_cannot_be_are_refused() {
    let (world, company) = acme().await;
    let debtor = company.customer("Eins").await.unwrap();
    let good = new_invoice(debtor.id, "R-1", "100");
    let bad = [
        NewInvoice { number: "R\u{0}".to_owned(), ..good.clone() },
        NewInvoice { number: String::new(), ..good.clone() },
        NewInvoice { number: "x".repeat(101), ..good.clone() },
        NewInvoice { amount: eur("0"), ..good.clone() },
        NewInvoice { amount: eur("-5"), ..good.clone() },
        NewInvoice { amount: eur("1000000000000"), ..good.clone() },
        NewInvoice { invoice_date: day("2026-03-03"), due_date: day("2026-03-10"), ..good.clone() },
        NewInvoice { invoice_date: day("1990-01-01"), due_date: day("1990-01-10"), ..good.clone() },
        NewInvoice { due_date: day("2026-01-09"), ..good.clone() },
        NewInvoice { due_date: day("2027-01-11"), ..good.clone() },
        NewInvoice { received_on: Some(day("2026-03-03")), ..good.clone() },
        NewInvoice { file_url: Some("file:///etc/passwd".to_owned()), ..good.clone() },
    ];
    for new in bad {
        let mut tx = world.tx(&company).await.unwrap();
        assert_eq!(kind(invoice_create(&mut tx, &new, world.now()).await), ErrorKind::Invalid, "{new:?}");
    }
    let mut tx = world.tx(&company).await.unwrap();
    invoice_create(&mut tx, &good, world.now()).await.unwrap();
    assert_eq!(kind(invoice_create(&mut tx, &good, world.now()).await), ErrorKind::Conflict);
}

#[tokio::test]
async fn an_amended_invoice_wakes_its_account_and_keeps_its_first_due_date() {
    let (world, company) = acme().await;
    let debtor = company.customer("Eins").await.unwrap();
    let open = company.invoice(&debtor, "100", 10).await.unwrap();
    company.conversation(&open).await.unwrap();
    sleep(&world).await;
    world.run("UPDATE companies SET last_swept_on = '2026-03-02'").await.unwrap();
    let before = account_version(&world, debtor.id).await;
    let mut tx = world.tx(&company).await.unwrap();
    let old = invoice(&mut tx, open.id).await.unwrap();
    let change =
        InvoiceAmendment { amount: Some(eur("80")), due_date: Some(day("2026-03-20")), po_number: None };
    let version = invoice_amend(&mut tx, open.id, &change, old.version, world.now()).await.unwrap();
    let now = invoice(&mut tx, open.id).await.unwrap();
    assert_eq!(
        (now.amount, now.due_date, now.original_due_date),
        (eur("80"), day("2026-03-20"), Some(old.due_date))
    );
    assert_eq!((now.status, now.version), (InvoiceStatus::Pending, version));
    assert!(matches!(
        invoice_amend(&mut tx, open.id, &change, old.version, world.now()).await,
        Err(StoreError::Version { .. })
    ));
    let in_francs = InvoiceAmendment {
        amount: Some(Money::new("1".parse().unwrap(), Currency::CHF).unwrap()),
        ..InvoiceAmendment::default()
    };
    assert_eq!(
        kind(invoice_amend(&mut tx, open.id, &in_francs, version, world.now()).await),
        ErrorKind::Invalid
    );
    tx.commit().await.unwrap();
    assert!(account_version(&world, debtor.id).await > before);
    assert_eq!(next_look(&world, open.id).await, world.now());
    assert_eq!(events(&world, "invoice_amended").await, 1);
    assert_eq!(world.count("SELECT count(*) FROM companies WHERE last_swept_on IS NULL").await.unwrap(), 1);
}

#[tokio::test]
async fn an_invoice_ends_once() {
    let (world, company) = acme().await;
    let debtor = company.customer("Eins").await.unwrap();
    let one = company.invoice(&debtor, "100", 10).await.unwrap();
    let two = company.invoice(&debtor, "100", 10).await.unwrap();
    let mut tx = world.tx(&company).await.unwrap();
    let version = invoice_cancel(&mut tx, one.id, 1, world.now()).await.unwrap();
    assert_eq!(kind(invoice_write_off(&mut tx, one.id, version, world.now()).await), ErrorKind::Conflict);
    assert!(matches!(invoice_cancel(&mut tx, two.id, 9, world.now()).await, Err(StoreError::Version { .. })));
    invoice_write_off(&mut tx, two.id, 1, world.now()).await.unwrap();
    let owing = InvoiceFilter { owing: true, ..InvoiceFilter::default() };
    assert!(invoices(&mut tx, &owing, None, 10).await.unwrap().rows.is_empty());
    tx.commit().await.unwrap();
    assert_eq!(
        (events(&world, "invoice_cancelled").await, events(&world, "invoice_written_off").await),
        (1, 1)
    );
}

#[tokio::test]
async fn the_conversation_of_an_invoice_that_ends_is_closed() {
    let (world, company) = acme().await;
    let debtor = company.customer("Eins").await.unwrap();
    let one = company.invoice(&debtor, "100", 10).await.unwrap();
    let two = company.invoice(&debtor, "100", 10).await.unwrap();
    for invoice in [&one, &two] {
        company.conversation(invoice).await.unwrap();
    }
    world
        .run("UPDATE ai_conversations SET status = 'paused', pause_reason = 'manual', next_action_at = NULL")
        .await
        .unwrap();
    let mut tx = world.tx(&company).await.unwrap();
    invoice_cancel(&mut tx, one.id, 1, world.now()).await.unwrap();
    tx.commit().await.unwrap();
    let closed =
        "SELECT count(*) FROM ai_conversations WHERE status = 'completed' AND outcome = 'written_off'";
    assert_eq!(world.count(closed).await.unwrap(), 1, "the other one goes on");
    let mut tx = world.tx(&company).await.unwrap();
    invoice_write_off(&mut tx, two.id, 1, world.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.count(closed).await.unwrap(), 2);
}

/// A worker holds the conversation while the money is booked: what it decided is out of date.
#[tokio::test]
async fn money_takes_the_lease_of_a_worker_on_the_account() {
    let (world, company) = acme().await;
    let debtor = company.customer("Eins").await.unwrap();
    let open = company.invoice(&debtor, "100", 10).await.unwrap();
    company.conversation(&open).await.unwrap();
    world
        .run(
            "UPDATE ai_conversations SET claimed_until = now() + interval '1 hour', claimed_by = uuid_v7(), attempt = 5,
                next_action_at = NULL",
        )
        .await
        .unwrap();
    let mut tx = world.tx(&company).await.unwrap();
    payment_add(&mut tx, &new_payment(open.id, "5"), world.now()).await.unwrap();
    tx.commit().await.unwrap();
    let freed = "SELECT count(*) FROM ai_conversations WHERE claimed_until IS NULL AND attempt = 6
                  AND next_action_at = timestamptz '2026-03-02 09:00Z'";
    assert_eq!(world.count(freed).await.unwrap(), 1);
}

#[tokio::test]
async fn invoices_are_listed_page_by_page() {
    let (world, company) = acme().await;
    let debtor = company.customer("Eins").await.unwrap();
    let other = company.customer("Zwei").await.unwrap();
    for overdue in [1, 2, 3, 4, 5] {
        company.invoice(&debtor, "10", overdue).await.unwrap();
    }
    company.invoice_in(&other, "10", Currency::CHF, -20).await.unwrap();
    let mut tx = world.tx(&company).await.unwrap();
    let mine = InvoiceFilter { customer: Some(debtor.id), ..InvoiceFilter::default() };
    let first = invoices(&mut tx, &mine, None, 2).await.unwrap();
    let second = invoices(&mut tx, &mine, first.next.as_deref(), 2).await.unwrap();
    let third = invoices(&mut tx, &mine, second.next.as_deref(), 2).await.unwrap();
    let dates: Vec<_> = [first.rows, second.rows, third.rows].concat().iter().map(|i| i.due_date).collect();
    assert_eq!(dates.len(), 5);
    assert!(dates.is_sorted(), "{dates:?}");
    assert_eq!(third.next, None);
    let by = |filter: InvoiceFilter| filter;
    for (filter, count) in [
        (by(InvoiceFilter { status: Some(InvoiceStatus::Overdue), ..InvoiceFilter::default() }), 5),
        (by(InvoiceFilter { currency: Some(Currency::CHF), ..InvoiceFilter::default() }), 1),
        (by(InvoiceFilter { search: Some("inv-".to_owned()), ..InvoiceFilter::default() }), 6),
        (by(InvoiceFilter { search: Some("%".to_owned()), ..InvoiceFilter::default() }), 0),
    ] {
        assert_eq!(invoices(&mut tx, &filter, None, 100).await.unwrap().rows.len(), count, "{filter:?}");
    }
    assert_eq!(kind(invoices(&mut tx, &mine, Some("zz"), 2).await), ErrorKind::Invalid);
}

#[tokio::test]
async fn payments_that_cannot_be_are_refused() {
    let (world, company) = acme().await;
    let debtor = company.customer("Eins").await.unwrap();
    let open = company.invoice(&debtor, "100", 10).await.unwrap();
    let good = new_payment(open.id, "10");
    let francs = Money::new("10".parse().unwrap(), Currency::CHF).unwrap();
    let bad = [
        NewPayment { amount: eur("0"), ..good.clone() },
        NewPayment { amount: eur("-1"), ..good.clone() },
        NewPayment { amount: francs, ..good.clone() },
        NewPayment { paid_on: day("2026-03-03"), ..good.clone() },
        NewPayment { reference: Some("a\u{0}b".to_owned()), ..good.clone() },
    ];
    for new in bad {
        let mut tx = world.tx(&company).await.unwrap();
        assert_eq!(kind(payment_add(&mut tx, &new, world.now()).await), ErrorKind::Invalid, "{new:?}");
    }
    let mut tx = world.tx(&company).await.unwrap();
    let referenced = NewPayment { reference: Some("bank-1".to_owned()), ..good.clone() };
    payment_add(&mut tx, &referenced, world.now()).await.unwrap();
    assert_eq!(kind(payment_add(&mut tx, &referenced, world.now()).await), ErrorKind::Conflict);
    tx.rollback().await.unwrap();
    let mut tx = world.tx(&company).await.unwrap();
    let nowhere = NewPayment { invoice: InvoiceId::new(), ..good };
    assert_eq!(kind(payment_add(&mut tx, &nowhere, world.now()).await), ErrorKind::NotFound);
}

/// Two people book on the same invoice at the same moment; a third reads for a letter.
#[tokio::test]
async fn parallel_payments_are_all_counted() {
    let (world, company) = acme().await;
    let debtor = company.customer("Eins").await.unwrap();
    let open = company.invoice(&debtor, "100", 10).await.unwrap();
    let book = |amount: &'static str| {
        let (world, company, id) = (world.clone(), company.clone(), open.id);
        async move {
            let mut tx = world.tx(&company).await.unwrap();
            payment_add(&mut tx, &new_payment(id, amount), world.now()).await.unwrap();
            tx.commit().await.unwrap();
        }
    };
    tokio::join!(book("10"), book("20"), book("30"), book("5"));
    let mut tx = world.tx(&company).await.unwrap();
    assert_eq!(invoice(&mut tx, open.id).await.unwrap().residual, eur("35"));
    let sums = "SELECT count(*) FROM invoices i WHERE amount_paid <>
                (SELECT sum(amount) FROM payments p WHERE p.invoice_id = i.id AND reversed_at IS NULL)";
    assert_eq!(world.count(sums).await.unwrap(), 0);
}

#[tokio::test]
async fn credit_is_allocated_within_both_amounts() {
    let (world, company) = acme().await;
    let debtor = company.customer("Eins").await.unwrap();
    let other = company.customer("Zwei").await.unwrap();
    let one = company.invoice(&debtor, "100", 10).await.unwrap();
    let theirs = company.invoice(&other, "100", 10).await.unwrap();
    let mut tx = world.tx(&company).await.unwrap();
    let new = NewCreditNote {
        customer: debtor.id,
        number: "G-1".to_owned(),
        amount: eur("150"),
        issued_on: day("2026-03-01"),
    };
    let note = credit_note_add(&mut tx, &new, world.now()).await.unwrap();
    credit_note_allocate(&mut tx, note, one.id, eur("60"), world.now()).await.unwrap();
    credit_note_allocate(&mut tx, note, one.id, eur("100"), world.now()).await.unwrap();
    assert_eq!(invoice(&mut tx, one.id).await.unwrap().status, InvoiceStatus::Paid);
    assert_eq!(credit_notes(&mut tx, debtor.id).await.unwrap()[0].allocated, eur("100"), "set, not added");
    assert_eq!(
        kind(credit_note_allocate(&mut tx, note, one.id, eur("101"), world.now()).await),
        ErrorKind::Conflict
    );
    assert_eq!(
        kind(credit_note_allocate(&mut tx, note, one.id, eur("151"), world.now()).await),
        ErrorKind::Conflict
    );
    assert_eq!(
        kind(credit_note_allocate(&mut tx, note, theirs.id, eur("1"), world.now()).await),
        ErrorKind::Invalid
    );
    assert_eq!(
        kind(credit_note_allocate(&mut tx, note, one.id, eur("-1"), world.now()).await),
        ErrorKind::Invalid
    );
    credit_note_allocate(&mut tx, note, one.id, eur("0"), world.now()).await.unwrap();
    let back = invoice(&mut tx, one.id).await.unwrap();
    assert_eq!((back.status, back.residual), (InvoiceStatus::Overdue, eur("100")));
    let tomorrow = NewCreditNote { number: "G-2".to_owned(), issued_on: day("2026-03-03"), ..new.clone() };
    assert_eq!(kind(credit_note_add(&mut tx, &tomorrow, world.now()).await), ErrorKind::Invalid);
    assert_eq!(kind(credit_note_add(&mut tx, &new, world.now()).await), ErrorKind::Conflict);
}

#[tokio::test]
async fn a_receipt_is_booked_once_and_whole() {
    let (world, company) = acme().await;
    let debtor = company.customer("Eins").await.unwrap();
    let one = company.invoice(&debtor, "100", 10).await.unwrap();
    let two = company.invoice(&debtor, "50", 10).await.unwrap();
    let mut tx = world.tx(&company).await.unwrap();
    let new = NewReceipt {
        customer: Some(debtor.id),
        amount: eur("150"),
        received_on: day("2026-03-02"),
        method: PaymentMethod::BankTransfer,
        source: PaymentSource::Manual,
        reference: Some("b-1".to_owned()),
        text: "both invoices".to_owned(),
        payer: Some("Eins".to_owned()),
    };
    let id = receipt_add(&mut tx, &new, world.now()).await.unwrap();
    assert_eq!(receipts_open(&mut tx, Some(debtor.id)).await.unwrap().len(), 1);
    assert_eq!(
        kind(receipt_apply(&mut tx, id, &[(one.id, eur("100"))], world.now()).await),
        ErrorKind::Invalid
    );
    assert_eq!(kind(receipt_apply(&mut tx, id, &[], world.now()).await), ErrorKind::Invalid);
    let parts = [(one.id, eur("100")), (two.id, eur("50"))];
    assert_eq!(receipt_apply(&mut tx, id, &parts, world.now()).await.unwrap().len(), 2);
    assert_eq!(kind(receipt_apply(&mut tx, id, &parts, world.now()).await), ErrorKind::Conflict);
    assert!(receipts_open(&mut tx, None).await.unwrap().is_empty());
    assert_eq!(invoice(&mut tx, two.id).await.unwrap().status, InvoiceStatus::Paid);
    assert_eq!(payments(&mut tx, one.id).await.unwrap()[0].receipt, Some(id));
}
