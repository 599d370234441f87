//! Imports: every refusal, idempotency, all or nothing, and the time of a large file.

mod bookings;
mod clashes;
mod faults;
mod laws;
mod rules;
mod scale;

use anyhow::Result;
use chrono::NaiveDate;
use domain::kinds::{ContactRole, PaymentSource};
use domain::money::Currency;
use rust_decimal::Decimal;
use store::import::{
    ContactRow, CreditNoteRow, CustomerKey, CustomerRow, ImportBatch, ImportError, ImportReport, InvoiceRow,
    PaymentRow, ReceiptRow, Row, RowError, Tally, import,
};
use tests::{Company, World};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn number(number: &str) -> CustomerKey {
    CustomerKey { number: Some(number.to_owned()), email: None }
}

fn customer(number: &str, name: &str, email: &str) -> CustomerRow {
    CustomerRow {
        number: (!number.is_empty()).then(|| number.to_owned()),
        name: name.to_owned(),
        email: (!email.is_empty()).then(|| email.to_owned()),
        ..CustomerRow::default()
    }
}

fn contact(of: &str, name: &str, email: &str, role: ContactRole) -> ContactRow {
    ContactRow {
        customer: number(of),
        name: name.to_owned(),
        email: email.to_owned(),
        role,
        phone: None,
        language: None,
        active: None,
    }
}

/// Dated 10 January 2026, due 9 February: overdue on the world's Monday, 2 March.
fn invoice(of: &str, no: &str, amount: &str) -> InvoiceRow {
    InvoiceRow {
        customer: number(of),
        number: no.to_owned(),
        amount: dec(amount),
        currency: None,
        invoice_date: day("2026-01-10"),
        due_date: Some(day("2026-02-09")),
        payment_terms: None,
        received_on: None,
        basis: None,
        po_number: None,
        file_url: None,
        cancelled: None,
        written_off: None,
    }
}

fn credit(of: &str, no: &str, amount: &str, invoice: Option<&str>, allocated: Option<&str>) -> CreditNoteRow {
    CreditNoteRow {
        customer: number(of),
        number: no.to_owned(),
        amount: dec(amount),
        currency: None,
        issued_on: day("2026-02-01"),
        invoice: invoice.map(str::to_owned),
        allocated: allocated.map(dec),
    }
}

fn payment(invoice: &str, amount: &str, reference: Option<&str>) -> PaymentRow {
    PaymentRow {
        invoice: invoice.to_owned(),
        amount: dec(amount),
        currency: None,
        paid_on: day("2026-02-20"),
        method: None,
        reference: reference.map(str::to_owned),
        notes: None,
        reversed: false,
    }
}

fn receipt(of: Option<&str>, amount: &str, reference: Option<&str>) -> ReceiptRow {
    ReceiptRow {
        customer: of.map(number),
        amount: dec(amount),
        currency: None,
        received_on: day("2026-02-25"),
        method: None,
        reference: reference.map(str::to_owned),
        text: "invoice?".to_owned(),
        payer: "Somebody".to_owned(),
    }
}

/// Rows with their lines, from 1.
fn lines<T>(rows: impl IntoIterator<Item = T>) -> Vec<Row<T>> {
    (1..).zip(rows).map(|(line, row)| Row { line, row }).collect()
}

/// Imports and commits.
async fn load(world: &World, company: &Company, batch: &ImportBatch) -> Result<ImportReport, ImportError> {
    let mut tx = world.tx(company).await.unwrap();
    let report = import(&mut tx, batch, PaymentSource::CsvImport, world.now(), &mut |_| ()).await;
    // Committed even after a refusal: nothing may have been written.
    tx.commit().await?;
    report
}

/// The faults of a batch that must be refused, as `line entity column`.
async fn refused(world: &World, company: &Company, batch: &ImportBatch) -> Vec<String> {
    let ImportError::Rows(rows) = load(world, company, batch).await.unwrap_err() else {
        return vec!["the database failed".to_owned()];
    };
    rows.iter().map(place).collect()
}

fn place(error: &RowError) -> String {
    format!("{} {} {}", error.line, error.entity.as_str(), error.column)
}

const fn tally(inserted: u64, updated: u64, unchanged: u64) -> Tally {
    Tally { inserted, updated, unchanged }
}

/// One customer with two contacts, two invoices, a credit note, a payment and a receipt.
fn sample() -> ImportBatch {
    ImportBatch {
        customers: lines([customer("K-1", "Müller & Söhne GmbH", "info@mueller.example")]),
        contacts: lines([contact("K-1", "Accounts payable", "ap@mueller.example", ContactRole::Billing)]),
        invoices: lines([invoice("K-1", "R-1", "1000.00"), invoice("K-1", "R-2", "250.50")]),
        credit_notes: lines([credit("K-1", "G-1", "100.00", Some("R-1"), None)]),
        payments: lines([payment("R-1", "400.00", Some("bank-1")), payment("R-2", "250.50", None)]),
        receipts: lines([receipt(Some("K-1"), "55.00", Some("bank-2"))]),
    }
}

const EUR: Currency = Currency::EUR;
