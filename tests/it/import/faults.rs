//! What an import refuses: each fault with its line and column, all of them at once, nothing written.

use super::*;

/// How many rows of a ledger there are.
const ROWS: &str = "SELECT (SELECT count(*) FROM customers) + (SELECT count(*) FROM contacts) + (SELECT count(*) FROM invoices)
    + (SELECT count(*) FROM credit_notes) + (SELECT count(*) FROM credit_note_allocations) + (SELECT count(*) FROM payments)
    + (SELECT count(*) FROM unapplied_receipts) + (SELECT count(*) FROM chase_events) + (SELECT count(*) FROM audit_logs
       WHERE table_name NOT IN ('companies', 'reminder_sequences'))";

#[tokio::test]
async fn every_fault_of_every_row_is_told_and_nothing_is_written() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let mut bad = sample();
    bad.customers.push(Row { line: 2, row: customer("", "No key", "") });
    bad.customers.push(Row { line: 3, row: customer("K-3", " ", "not an address") });
    bad.invoices.push(Row { line: 3, row: invoice("K-404", "R-3", "10") });
    bad.invoices.push(Row { line: 4, row: invoice("K-1", "R-4", "-10") });
    // R-4 has a fault of its own: its payment is not reported as well.
    bad.payments.push(Row { line: 3, row: payment("R-4", "10", None) });
    bad.payments.push(Row { line: 4, row: payment("R-404", "10", None) });
    let before = world.count(ROWS).await.unwrap();
    assert_eq!(
        refused(&world, &company, &bad).await,
        [
            "2 customer number",
            "3 customer email",
            "3 customer name",
            "3 invoice customer_number",
            "4 invoice amount",
            "4 payment invoice",
        ]
    );
    assert_eq!(world.count(ROWS).await.unwrap(), before);
}

#[tokio::test]
async fn a_failure_of_the_database_in_the_middle_leaves_nothing() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let before = world.count(ROWS).await.unwrap();
    world
        .run(
            "CREATE FUNCTION fail_late() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN RAISE EXCEPTION 'disk full' USING ERRCODE = 'disk_full'; END $$;
             CREATE TRIGGER fail_late BEFORE INSERT ON payments FOR EACH ROW EXECUTE FUNCTION fail_late()",
        )
        .await
        .unwrap();
    match load(&world, &company, &sample()).await {
        Err(ImportError::Store(error)) => assert_eq!(error.kind(), store::ErrorKind::Unavailable),
        other => panic!("{other:?}"),
    }
    assert_eq!(world.count(ROWS).await.unwrap(), before);
    world.run("DROP TRIGGER fail_late ON payments").await.unwrap();
    load(&world, &company, &sample()).await.unwrap();
}

#[tokio::test]
async fn dates_that_cannot_be_are_refused() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let at = |date: &str, due: Option<&str>| InvoiceRow {
        invoice_date: day(date),
        due_date: due.map(day),
        ..invoice("K-1", &format!("R-{date}-{due:?}"), "10")
    };
    let batch = ImportBatch {
        customers: lines([customer("K-1", "Eins", "a@eins.example")]),
        invoices: lines([
            at("2026-03-02", Some("2026-03-02")),
            at("2026-03-03", Some("2026-04-03")),
            at("1996-01-01", Some("1996-02-01")),
            at("2026-01-10", Some("2026-01-09")),
            at("2026-01-10", Some("2027-01-10")),
            at("2026-01-10", Some("2027-01-11")),
            at("2026-01-10", Some("9999-12-31")),
            InvoiceRow { received_on: Some(day("2026-03-03")), ..at("2026-01-11", None) },
            InvoiceRow { payment_terms: Some(366), ..at("2026-01-12", None) },
            InvoiceRow { payment_terms: Some(-1), ..at("2026-01-13", None) },
        ]),
        credit_notes: lines([CreditNoteRow {
            issued_on: day("2026-03-03"),
            ..credit("K-1", "G", "5", None, None)
        }]),
        payments: lines([PaymentRow {
            paid_on: day("2026-03-03"),
            ..payment("R-2026-01-10-Some(\"2027-01-10\")", "1", None)
        }]),
        receipts: lines([ReceiptRow { received_on: day("2030-01-01"), ..receipt(None, "1", None) }]),
        ..ImportBatch::default()
    };
    assert_eq!(
        refused(&world, &company, &batch).await,
        [
            "1 credit note issued_on",
            "1 payment paid_on",
            "1 receipt received_on",
            "2 invoice invoice_date",
            "3 invoice invoice_date",
            "4 invoice due_date",
            "6 invoice due_date",
            "7 invoice due_date",
            "8 invoice received_on",
            "9 invoice payment_terms",
            "10 invoice payment_terms",
        ]
    );
}

/// "Today" is the company's: on the world's Monday at 9:00 UTC it is still Sunday on Midway, and the
/// same moment is already evening in Auckland.
#[tokio::test]
async fn today_is_the_companys_day() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let monday = ImportBatch {
        customers: lines([customer("K-1", "Eins", "a@eins.example")]),
        invoices: lines([InvoiceRow {
            invoice_date: day("2026-03-02"),
            due_date: Some(day("2026-03-09")),
            ..invoice("K-1", "R", "10")
        }]),
        ..ImportBatch::default()
    };
    world.run("UPDATE companies SET time_zone = 'Pacific/Midway'").await.unwrap();
    assert_eq!(refused(&world, &company, &monday).await, ["1 invoice invoice_date"]);
    world.run("UPDATE companies SET time_zone = 'Pacific/Auckland'").await.unwrap();
    load(&world, &company, &monday).await.unwrap();
}

#[tokio::test]
async fn amounts_that_cannot_be_are_refused() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let yen: Currency = "JPY".parse().unwrap();
    let dinar: Currency = "KWD".parse().unwrap();
    let unknown: Currency = "ZZZ".parse().unwrap();
    let of = |no: &str, amount: &str, currency: Currency| InvoiceRow {
        currency: Some(currency),
        ..invoice("K-1", no, amount)
    };
    let batch = ImportBatch {
        customers: lines([customer("K-1", "Eins", "a@eins.example")]),
        invoices: lines([
            of("A", "0", EUR),
            of("B", "-0.01", EUR),
            of("C", "1.005", EUR),
            of("D", "1000000000000", EUR),
            of("E", "79228162514264337593543950335", EUR),
            of("F", "100.5", yen),
            of("G", "1.234", dinar),
            of("H", "10", unknown),
            of("I", "999999999999.00", EUR),
            of("J", "1.2300000", EUR),
        ]),
        payments: lines([
            payment("F", "1", None),
            PaymentRow { currency: Some(EUR), ..payment("G", "1", None) },
            payment("I", "0.001", None),
            payment("G", "0.001", None),
        ]),
        ..ImportBatch::default()
    };
    assert_eq!(
        refused(&world, &company, &batch).await,
        [
            "1 invoice amount",
            "2 invoice amount",
            "2 payment currency",
            "3 invoice amount",
            "3 payment amount",
            "4 invoice amount",
            "5 invoice amount",
            "6 invoice amount",
            "8 invoice currency",
        ]
    );
}

#[tokio::test]
async fn hostile_text_is_refused_not_cut() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let long = "x".repeat(300);
    let named = |no: &str, name: &str| customer(no, name, &format!("{no}@eins.example"));
    let batch = ImportBatch {
        customers: lines([
            named("a", "NUL\0name"),
            named("b", "two\nlines"),
            named("c", "bell\u{7}"),
            named("d", "evil\u{202e}txt.exe"),
            named("e", &long),
            CustomerRow { notes: Some("fine\nnotes".to_owned()), ..named("f", "Fine") },
            CustomerRow { notes: Some("bad\0notes".to_owned()), ..named("g", "Bad") },
            CustomerRow {
                country: Some("Germany".to_owned()),
                language: Some("deutsch".to_owned()),
                ..named("h", "Codes")
            },
            CustomerRow { region: Some("BY".to_owned()), ..named("i", "Region") },
            customer("j", "Header", "a@b.de\nBcc: all@victims.example"),
            named(&long, "Number"),
        ]),
        contacts: lines([
            contact("f", "C\u{0}", "c@eins.example", ContactRole::General),
            contact("f", "C", "nobody", ContactRole::General),
        ]),
        invoices: lines([
            InvoiceRow { customer: number("f"), ..invoice("f", "R\n1", "1") },
            InvoiceRow { file_url: Some("javascript:alert(1)".to_owned()), ..invoice("f", "R-2", "1") },
            InvoiceRow { po_number: Some(long.clone()), ..invoice("f", "R-3", "1") },
            InvoiceRow { customer: CustomerKey::default(), ..invoice("f", "R-4", "1") },
        ]),
        receipts: lines([ReceiptRow {
            text: format!("{long}{long}"),
            payer: "p\u{1b}[2J".to_owned(),
            ..receipt(None, "1", None)
        }]),
        ..ImportBatch::default()
    };
    let mut got = refused(&world, &company, &batch).await;
    got.sort();
    let mut want = [
        "1 customer name",
        "2 customer name",
        "3 customer name",
        "4 customer name",
        "5 customer name",
        "7 customer notes",
        "8 customer country",
        "8 customer language",
        "9 customer region",
        "10 customer email",
        "11 customer number",
        "11 customer email",
        "1 contact name",
        "2 contact email",
        "1 invoice number",
        "2 invoice file_url",
        "3 invoice po_number",
        "4 invoice customer_number",
        "1 receipt payer",
        "1 receipt text",
    ];
    want.sort_unstable();
    assert_eq!(got, want);
}

#[tokio::test]
async fn a_reason_repeats_no_name_and_no_address() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let batch = ImportBatch {
        customers: lines([
            customer("", "Geheimer Name", "geheim@@firma.example"),
            customer("K", "Anderer Name\u{1}", "x@y.example"),
        ]),
        contacts: lines([contact("K-404", "Wer", "wer@firma.example", ContactRole::Billing)]),
        ..ImportBatch::default()
    };
    let Err(ImportError::Rows(rows)) = load(&world, &company, &batch).await else { panic!("not refused") };
    for row in &rows {
        let text = row.to_string().to_lowercase();
        assert!(!text.contains("geheim") && !text.contains("anderer") && !text.contains('@'), "{text}");
    }
    assert_eq!(ImportError::Rows(rows).to_string(), "3 row(s) cannot be imported");
}

#[tokio::test]
async fn an_empty_file_is_a_reading_of_the_ledger() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let report = load(&world, &company, &ImportBatch::default()).await.unwrap();
    assert_eq!(report, ImportReport::default());
}

#[tokio::test]
async fn a_company_that_is_not_there_imports_nothing() {
    let world = World::new().await.unwrap();
    let mut tx = world.db.tenant(domain::ids::CompanyId::new(), &store::Actor::System("test")).await.unwrap();
    let outcome = import(&mut tx, &sample(), PaymentSource::CsvImport, world.now(), &mut |_| ()).await;
    assert!(matches!(outcome, Err(ImportError::Store(store::StoreError::NotFound("company")))));
}
