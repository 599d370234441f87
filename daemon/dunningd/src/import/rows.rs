//! The columns of each kind of row.

use super::record::Record;
use store::import::{
    ContactRow, CreditNoteRow, CustomerRow, Entity, ImportBatch, InvoiceRow, PaymentRow, ReceiptRow, Row,
    RowError,
};

const AMOUNT: &str = "an amount such as 1234.50";
const CURRENCY: &str = "a currency such as EUR";
const DATE: &str = "a date such as 2026-06-30";
const METHOD: &str = "bank_transfer, check, cash or other";
const FLAG: &str = "true or false";

/// Reads a record into the batch, or its errors into `errors`.
pub(super) fn add(batch: &mut ImportBatch, record: Record, errors: &mut Vec<RowError>) {
    let line = record.line();
    match record.entity() {
        Entity::Customer => keep(&mut batch.customers, line, customer(record, errors)),
        Entity::Contact => keep(&mut batch.contacts, line, contact(record, errors)),
        Entity::Invoice => keep(&mut batch.invoices, line, invoice(record, errors)),
        Entity::CreditNote => keep(&mut batch.credit_notes, line, credit_note(record, errors)),
        Entity::Payment => keep(&mut batch.payments, line, payment(record, errors)),
        Entity::Receipt => keep(&mut batch.receipts, line, receipt(record, errors)),
    }
}

fn keep<T>(rows: &mut Vec<Row<T>>, line: u64, row: Option<T>) {
    rows.extend(row.map(|row| Row { line, row }));
}

fn customer(mut r: Record, errors: &mut Vec<RowError>) -> Option<CustomerRow> {
    let row = CustomerRow {
        number: r.text("number"),
        name: r.required("name"),
        email: r.text("email"),
        contact_person: r.text("contact_person"),
        phone: r.text("phone"),
        kind: r.parse("kind", "business, consumer or public_authority"),
        country: r.text("country"),
        region: r.text("region"),
        language: r.text("language"),
        zone: r.parse("zone", "a time zone such as Europe/Berlin"),
        payment_terms: r.parse("payment_terms", "a number of days"),
        do_not_contact: r.parse("do_not_contact", FLAG),
        notes: r.text("notes"),
    };
    r.done(errors).then_some(row)
}

fn contact(mut r: Record, errors: &mut Vec<RowError>) -> Option<ContactRow> {
    let customer = r.customer(true);
    let name = r.text("name").unwrap_or_default();
    let email = r.required("email");
    let role = r.parse("role", "billing, general or escalation");
    let (phone, language) = (r.text("phone"), r.text("language"));
    let active = r.parse("active", FLAG);
    if !r.done(errors) {
        return None;
    }
    let role = role.unwrap_or(domain::kinds::ContactRole::Billing);
    Some(ContactRow { customer: customer?, name, email, role, phone, language, active })
}

fn invoice(mut r: Record, errors: &mut Vec<RowError>) -> Option<InvoiceRow> {
    let customer = r.customer(true);
    let row = InvoiceRow {
        customer: customer.clone().unwrap_or_default(),
        number: r.required("number"),
        amount: r.parse_required("amount", AMOUNT),
        currency: r.parse("currency", CURRENCY),
        invoice_date: r.parse_required("invoice_date", DATE),
        due_date: r.parse("due_date", DATE),
        payment_terms: r.parse("payment_terms", "a number of days"),
        received_on: r.parse("received_on", DATE),
        basis: r.parse("basis", "contract, invoice_unilateral or statutory"),
        po_number: r.text("po_number"),
        file_url: r.text("file_url"),
        cancelled: r.parse("cancelled", FLAG),
        written_off: r.parse("written_off", FLAG),
    };
    r.done(errors).then_some(row)
}

fn credit_note(mut r: Record, errors: &mut Vec<RowError>) -> Option<CreditNoteRow> {
    let customer = r.customer(true);
    let row = CreditNoteRow {
        customer: customer.clone().unwrap_or_default(),
        number: r.required("number"),
        amount: r.parse_required("amount", AMOUNT),
        currency: r.parse("currency", CURRENCY),
        issued_on: r.parse_required("issued_on", DATE),
        invoice: r.text("invoice"),
        allocated: r.parse("allocated", AMOUNT),
    };
    r.done(errors).then_some(row)
}

fn payment(mut r: Record, errors: &mut Vec<RowError>) -> Option<PaymentRow> {
    let row = PaymentRow {
        invoice: r.required("invoice"),
        amount: r.parse_required("amount", AMOUNT),
        currency: r.parse("currency", CURRENCY),
        paid_on: r.parse_required("paid_on", DATE),
        method: r.parse("method", METHOD),
        reference: r.text("reference"),
        notes: r.text("notes"),
        reversed: r.parse("reversed", FLAG).unwrap_or(false),
    };
    r.done(errors).then_some(row)
}

fn receipt(mut r: Record, errors: &mut Vec<RowError>) -> Option<ReceiptRow> {
    let row = ReceiptRow {
        customer: r.customer(false),
        amount: r.parse_required("amount", AMOUNT),
        currency: r.parse("currency", CURRENCY),
        received_on: r.parse_required("received_on", DATE),
        method: r.parse("method", METHOD),
        reference: r.text("reference"),
        text: r.text("text").unwrap_or_default(),
        payer: r.text("payer").unwrap_or_default(),
    };
    r.done(errors).then_some(row)
}
