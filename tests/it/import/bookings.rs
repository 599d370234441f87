//! Payments, receipts and credit notes that are right.

use super::rules::by_number;
use super::*;
use domain::kinds::InvoiceStatus;
use store::ledger::payments::payments;

#[tokio::test]
async fn payments_without_a_reference_are_counted() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let mut batch = ImportBatch {
        customers: lines([customer("K-1", "Eins", "a@eins.example")]),
        invoices: lines([invoice("K-1", "A", "100")]),
        payments: lines([payment("A", "10", None), payment("A", "10.00", None)]),
        ..ImportBatch::default()
    };
    assert_eq!(
        load(&world, &company, &batch).await.unwrap().payments,
        tally(2, 0, 0),
        "two equal ones are two"
    );
    assert_eq!(load(&world, &company, &batch).await.unwrap().payments, tally(0, 0, 2));
    batch.payments = lines([payment("A", "10", None), payment("A", "10", None), payment("A", "10", None)]);
    assert_eq!(load(&world, &company, &batch).await.unwrap().payments, tally(1, 0, 2), "the third is new");
    assert_eq!(by_number(&world, &company, "A").await.residual.amount(), dec("70"));
    // A returned one is not booked again by the next import of the same file.
    world
        .run("UPDATE payments SET reversed_at = now() WHERE id = (SELECT min(id::text)::uuid FROM payments)")
        .await
        .unwrap();
    assert_eq!(load(&world, &company, &batch).await.unwrap().payments, tally(0, 0, 3));
}

#[tokio::test]
async fn a_returned_payment_is_owed_again_and_overpayment_is_a_fact() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let mut batch = ImportBatch {
        customers: lines([customer("K-1", "Eins", "a@eins.example")]),
        invoices: lines([invoice("K-1", "A", "100")]),
        payments: lines([payment("A", "130", Some("b-1"))]),
        ..ImportBatch::default()
    };
    load(&world, &company, &batch).await.unwrap();
    let over = by_number(&world, &company, "A").await;
    assert_eq!((over.residual.amount(), over.status), (dec("-30"), InvoiceStatus::Paid));
    batch.payments[0].row.reversed = true;
    assert_eq!(load(&world, &company, &batch).await.unwrap().payments, tally(0, 1, 0));
    let back = by_number(&world, &company, "A").await;
    assert_eq!(
        (back.residual.amount(), back.status),
        (dec("100"), InvoiceStatus::Overdue),
        "overdue at once, not tomorrow"
    );
    batch.payments[0].row.reversed = false;
    assert_eq!(
        load(&world, &company, &batch).await.unwrap().payments,
        tally(0, 0, 1),
        "a return is not undone by a file"
    );
    let mut tx = world.tx(&company).await.unwrap();
    assert!(payments(&mut tx, back.id).await.unwrap()[0].reversed_at.is_some());
}

#[tokio::test]
async fn a_payment_of_a_receipts_reference_books_the_receipt() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let mut batch = ImportBatch {
        customers: lines([customer("K-1", "Eins", "a@eins.example")]),
        invoices: lines([invoice("K-1", "A", "100"), invoice("K-1", "B", "100")]),
        receipts: lines([
            receipt(Some("K-1"), "100", Some("b-1")),
            receipt(None, "30", Some("b-2")),
            receipt(None, "7", None),
        ]),
        ..ImportBatch::default()
    };
    assert_eq!(load(&world, &company, &batch).await.unwrap().receipts, tally(3, 0, 0));
    assert_eq!(load(&world, &company, &batch).await.unwrap().receipts, tally(0, 0, 3));
    batch.receipts.clear();
    batch.payments = lines([payment("A", "100", Some("b-1")), payment("B", "31", Some("b-2"))]);
    let report = load(&world, &company, &batch).await.unwrap();
    assert_eq!((report.payments, report.receipts), (tally(2, 0, 0), tally(0, 1, 0)));
    let linked = "SELECT count(*) FROM payments p JOIN unapplied_receipts r ON r.id = p.receipt_id
                   WHERE r.external_reference = 'b-1' AND r.applied_at IS NOT NULL";
    assert_eq!(world.count(linked).await.unwrap(), 1);
    // Another amount is not the same money: a person looks.
    assert_eq!(
        world.count("SELECT count(*) FROM unapplied_receipts WHERE applied_at IS NULL").await.unwrap(),
        2
    );
}

#[tokio::test]
async fn credit_notes_are_split_moved_and_taken_back() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let mut batch = ImportBatch {
        customers: lines([customer("K-1", "Eins", "a@eins.example")]),
        invoices: lines([invoice("K-1", "A", "100"), invoice("K-1", "B", "100")]),
        credit_notes: lines([
            credit("K-1", "G", "120", Some("A"), Some("70")),
            credit("K-1", "G", "120", Some("B"), Some("50")),
        ]),
        ..ImportBatch::default()
    };
    let report = load(&world, &company, &batch).await.unwrap();
    assert_eq!((report.credit_notes, report.allocations), (tally(1, 0, 0), tally(2, 0, 0)));
    assert_eq!(by_number(&world, &company, "A").await.residual.amount(), dec("30"));
    // From A to B: the part on A shrinks first, so that the sum fits on the way.
    batch.credit_notes = lines([
        credit("K-1", "G", "120", Some("B"), Some("100")),
        credit("K-1", "G", "120", Some("A"), Some("20")),
    ]);
    assert_eq!(load(&world, &company, &batch).await.unwrap().allocations, tally(0, 2, 0));
    assert_eq!(by_number(&world, &company, "B").await.status, InvoiceStatus::Paid);
    // Taken back altogether: B is owed again, and the credit waits.
    batch.credit_notes = lines([
        credit("K-1", "G", "120", Some("B"), Some("0")),
        credit("K-1", "G", "120", Some("A"), Some("0")),
    ]);
    assert_eq!(load(&world, &company, &batch).await.unwrap().allocations, tally(0, 2, 0));
    let open = by_number(&world, &company, "B").await;
    assert_eq!((open.residual.amount(), open.status), (dec("100"), InvoiceStatus::Overdue));
    assert_eq!(load(&world, &company, &batch).await.unwrap().allocations, tally(0, 0, 2));
    assert_eq!(world.count("SELECT count(*) FROM credit_note_allocations").await.unwrap(), 0);
}
