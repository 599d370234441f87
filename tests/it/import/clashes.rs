//! Rows that contradict each other or what is on file.

use super::*;

#[tokio::test]
async fn rows_that_contradict_each_other_are_refused_and_repeated_ones_are_not() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let batch = ImportBatch {
        customers: lines([
            customer("K-1", "Eins", "a@eins.example"),
            customer("K-1", "Eins", "a@eins.example"),
            customer("K-1", "Uno", "a@eins.example"),
            customer("", "Ohne", "b@eins.example"),
            customer("", "Ohne", "B@eins.example"),
            customer("", "Noch einer", "a@eins.example"),
        ]),
        contacts: lines([
            contact("K-1", "C", "c@eins.example", ContactRole::General),
            contact("K-1", "C", "C@EINS.example", ContactRole::General),
            contact("K-1", "C", "c@eins.example", ContactRole::Billing),
        ]),
        invoices: lines([invoice("K-1", "R", "10"), invoice("K-1", "R", "10.00"), invoice("K-1", "R", "11")]),
        credit_notes: lines([
            credit("K-1", "G", "10", Some("S"), Some("5")),
            credit("K-1", "G", "11", Some("S"), Some("5")),
            credit("K-1", "H", "10", Some("T"), None),
            credit("K-1", "H", "10", None, None),
        ]),
        payments: lines([
            payment("T", "1", Some("x")),
            payment("T", "1", Some("x")),
            payment("T", "2", Some("x")),
        ]),
        receipts: lines([receipt(None, "1", Some("y")), receipt(None, "2", Some("y"))]),
    };
    let mut batch = batch;
    batch.invoices.extend(lines([invoice("K-1", "S", "10"), invoice("K-1", "T", "10")]).into_iter().map(
        |mut r| {
            r.line += 3;
            r
        },
    ));
    let mut got = refused(&world, &company, &batch).await;
    got.sort();
    let mut want = [
        "3 customer number",
        "5 customer email",
        "6 customer email",
        "3 contact email",
        "3 invoice number",
        "2 credit note number",
        "3 credit note allocated",
        "3 payment reference",
        "2 receipt reference",
    ];
    want.sort_unstable();
    assert_eq!(got, want, "line 5 writes its address differently from line 4");
}

#[tokio::test]
async fn what_is_on_file_is_not_turned_into_something_else() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    load(&world, &company, &sample()).await.unwrap();
    let batch = ImportBatch {
        customers: lines([customer("K-2", "Zwei", "a@zwei.example")]),
        invoices: lines([
            invoice("K-2", "R-1", "1000.00"),
            InvoiceRow { currency: Some(Currency::CHF), ..invoice("K-1", "R-2", "250.50") },
        ]),
        credit_notes: lines([
            credit("K-2", "G-1", "100.00", None, None),
            credit("K-1", "G-2", "2000", Some("R-1"), Some("950")),
            credit("K-2", "G-3", "10", Some("R-1"), None),
        ]),
        payments: lines([payment("R-1", "401", Some("bank-1")), payment("R-2", "400.00", Some("bank-1"))]),
        receipts: lines([receipt(Some("K-1"), "56.00", Some("bank-2"))]),
        ..ImportBatch::default()
    };
    // The invoices of the file have faults, so rows that name them are not judged: name others.
    let faults = refused(&world, &company, &batch).await;
    assert_eq!(
        faults,
        [
            "1 invoice customer_number",
            "1 credit note number",
            "1 receipt reference",
            "2 invoice currency",
            "2 payment reference"
        ],
    );
    let alone = ImportBatch { invoices: Vec::new(), ..batch };
    assert_eq!(
        refused(&world, &company, &alone).await,
        [
            "1 credit note number",
            "1 payment reference",
            "1 receipt reference",
            "2 credit note allocated",
            "2 payment reference",
            "3 credit note invoice",
        ]
    );
}

#[tokio::test]
async fn a_credit_note_cannot_shrink_below_what_was_allocated() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    load(&world, &company, &sample()).await.unwrap();
    let less = ImportBatch {
        credit_notes: lines([credit("K-1", "G-1", "99", None, None)]),
        ..ImportBatch::default()
    };
    assert_eq!(refused(&world, &company, &less).await, ["1 credit note amount"]);
    let more = ImportBatch {
        credit_notes: lines([credit("K-1", "G-1", "100", Some("R-2"), Some("1"))]),
        ..ImportBatch::default()
    };
    assert_eq!(refused(&world, &company, &more).await, ["1 credit note amount"], "all of it is on R-1");
}

#[tokio::test]
async fn an_address_of_two_customers_needs_the_number() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let two = ImportBatch {
        customers: lines([
            customer("K-1", "Eins", "x@shared.example"),
            customer("K-2", "Zwei", "x@shared.example"),
        ]),
        ..ImportBatch::default()
    };
    load(&world, &company, &two).await.unwrap();
    let by_address = CustomerKey { number: None, email: Some("X@shared.example".to_owned()) };
    let batch = ImportBatch {
        customers: lines([customer("", "Eins", "x@shared.example")]),
        invoices: lines([InvoiceRow { customer: by_address, ..invoice("", "R", "1") }]),
        ..ImportBatch::default()
    };
    assert_eq!(refused(&world, &company, &batch).await, ["1 customer email", "1 invoice customer_email"]);
}
