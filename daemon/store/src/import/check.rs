//! What a single row may contain.
//!
//! Guarantees: a row that passes fits the columns of the schema, its dates have been and its amounts can
//! be written in their currency; text keeps its exact wording but for white space at the ends.

use super::clean::{At, Contact, Credit, Customer, Faults, Frame, Invoice, Key, Payment, Receipt};
use super::rows::{ContactRow, CreditNoteRow, CustomerKey, CustomerRow, InvoiceRow, PaymentRow, ReceiptRow};
use crate::text::{self, Flaw};
use chrono::{Days, NaiveDate};
use domain::kinds::PaymentMethod;
use domain::money::{Currency, Money};
use rust_decimal::Decimal;

/// Largest amount of one row. Twelve digits before the point; more is a typing error.
const MAX_AMOUNT: Decimal = Decimal::from_parts(0xD4A5_0FFF, 0xE8, 0, false, 0);

/// How far back a ledger may reach, in days (about 20 years).
const MAX_AGE_DAYS: u64 = 7_305;

/// Longest terms, in days; the limit of the schema.
const MAX_TERMS: i32 = 365;

fn key<'a>(key: &'a CustomerKey, at: At, faults: &mut Faults) -> Option<Key<'a>> {
    let number = faults.take(at, "customer_number", text::optional(key.number.as_deref(), text::NUMBER))?;
    if let Some(number) = number {
        return Some(Key::Number(number));
    }
    match key.email.as_deref().map(str::trim).filter(|e| !e.is_empty()) {
        Some(email) => {
            faults.take(at, "customer_email", text::email(email)).map(|e| Key::Email(text::email_norm(e)))
        }
        None => {
            faults.add(at, "customer_number", "is missing, and so is the e-mail address: whose is it?");
            None
        }
    }
}

pub(super) fn customer<'a>(row: &'a CustomerRow, at: At, faults: &mut Faults) -> Option<Customer<'a>> {
    let before = faults.count();
    let number = faults.take(at, "number", text::optional(row.number.as_deref(), text::NUMBER)).flatten();
    let name = faults.take(at, "name", text::line(&row.name, text::NAME));
    let email = row.email.as_deref().map(str::trim).filter(|e| !e.is_empty());
    let email = email.and_then(|e| faults.take(at, "email", text::email(e)));
    if number.is_none() && email.is_none() && faults.count() == before {
        faults.add(at, "number", "is missing, and so is the e-mail address: one of them is needed");
    }
    faults.take(at, "contact_person", text::optional(row.contact_person.as_deref(), text::NAME));
    faults.take(at, "phone", text::optional(row.phone.as_deref(), text::PHONE));
    let notes = faults.take(at, "notes", text::optional_lines(row.notes.as_deref(), text::NOTE)).flatten();
    for (column, value, check) in [
        ("country", &row.country, text::country as fn(&str) -> Result<&str, Flaw>),
        ("region", &row.region, text::region),
        ("language", &row.language, text::language),
    ] {
        value.as_deref().map(|v| faults.take(at, column, check(v)));
    }
    if row.region.is_some() && row.country.is_none() {
        faults.add(at, "region", "needs a country");
    }
    terms(row.payment_terms, at, faults);
    (faults.count() == before).then_some(())?;
    Some(Customer { number, name: name?, email, notes, row })
}

pub(super) fn contact<'a>(row: &'a ContactRow, at: At, faults: &mut Faults) -> Option<Contact<'a>> {
    let before = faults.count();
    let customer = key(&row.customer, at, faults);
    let name = faults.take(at, "name", text::line(&row.name, text::NAME));
    let email = faults.take(at, "email", text::email(&row.email));
    faults.take(at, "phone", text::optional(row.phone.as_deref(), text::PHONE));
    row.language.as_deref().map(|l| faults.take(at, "language", text::language(l)));
    (faults.count() == before).then_some(())?;
    Some(Contact { customer: customer?, name: name?, email: email?, row })
}

pub(super) fn invoice<'a>(
    row: &'a InvoiceRow,
    frame: &Frame,
    at: At,
    faults: &mut Faults,
) -> Option<Invoice<'a>> {
    let before = faults.count();
    let customer = key(&row.customer, at, faults);
    let number = faults.take(at, "number", text::line(&row.number, text::NUMBER));
    let currency = row.currency.unwrap_or(frame.currency);
    let amount = amount(row.amount, currency, "amount", frame, at, faults);
    past_day(row.invoice_date, "invoice_date", frame, at, faults);
    if let Some(due) = row.due_date {
        let days = (due - row.invoice_date).num_days();
        if days < 0 {
            faults.add(at, "due_date", format!("{due} lies before the invoice date {}", row.invoice_date));
        } else if days > i64::from(MAX_TERMS) {
            faults.add(at, "due_date", format!("{due} is more than {MAX_TERMS} days after the invoice date"));
        }
    }
    if let Some(day) = row.received_on {
        past_day(day, "received_on", frame, at, faults);
    }
    terms(row.payment_terms, at, faults);
    faults.take(at, "po_number", text::optional(row.po_number.as_deref(), text::NUMBER));
    row.file_url.as_deref().map(|u| faults.take(at, "file_url", text::url(u)));
    (faults.count() == before).then_some(())?;
    Some(Invoice { customer: customer?, number: number?, amount: amount?, currency, row })
}

pub(super) fn credit<'a>(
    row: &'a CreditNoteRow,
    frame: &Frame,
    at: At,
    faults: &mut Faults,
) -> Option<Credit<'a>> {
    let before = faults.count();
    let customer = key(&row.customer, at, faults);
    let number = faults.take(at, "number", text::line(&row.number, text::NUMBER));
    let currency = row.currency.unwrap_or(frame.currency);
    let whole = amount(row.amount, currency, "amount", frame, at, faults);
    past_day(row.issued_on, "issued_on", frame, at, faults);
    let invoice = faults.take(at, "invoice", text::optional(row.invoice.as_deref(), text::NUMBER)).flatten();
    if row.allocated.is_some() && invoice.is_none() {
        faults.add(at, "allocated", "names no invoice to be allocated to");
    }
    let allocated = match row.allocated {
        // Zero takes the allocation back.
        Some(zero) if zero.is_zero() => Some(zero),
        Some(part) => amount(part, currency, "allocated", frame, at, faults),
        None => None,
    };
    if let (Some(part), Some(whole)) = (allocated, whole)
        && part > whole
    {
        faults.add(at, "allocated", format!("{part} is more than the credit note's {whole}"));
    }
    (faults.count() == before).then_some(())?;
    Some(Credit {
        customer: customer?,
        number: number?,
        amount: whole?,
        currency,
        issued_on: row.issued_on,
        invoice,
        allocated,
    })
}

pub(super) fn payment<'a>(
    row: &'a PaymentRow,
    frame: &Frame,
    at: At,
    faults: &mut Faults,
) -> Option<Payment<'a>> {
    let before = faults.count();
    let invoice = faults.take(at, "invoice", text::line(&row.invoice, text::NUMBER));
    // Its decimals are checked against the invoice's currency once the invoice is known.
    let amount = sane(row.amount, "amount", at, faults);
    past_day(row.paid_on, "paid_on", frame, at, faults);
    let reference =
        faults.take(at, "reference", text::optional(row.reference.as_deref(), text::NAME)).flatten();
    let notes = faults.take(at, "notes", text::optional_lines(row.notes.as_deref(), text::NOTE)).flatten();
    if row.reversed && reference.is_none() {
        faults.add(at, "reference", "is missing: a returned payment is found by its reference");
    }
    (faults.count() == before).then_some(())?;
    Some(Payment {
        invoice: invoice?,
        amount: amount?,
        currency: row.currency,
        paid_on: row.paid_on,
        method: row.method.unwrap_or(PaymentMethod::BankTransfer),
        reference,
        notes,
        reversed: row.reversed,
    })
}

pub(super) fn receipt<'a>(
    row: &'a ReceiptRow,
    frame: &Frame,
    at: At,
    faults: &mut Faults,
) -> Option<Receipt<'a>> {
    let before = faults.count();
    let customer = row.customer.as_ref().map(|k| key(k, at, faults));
    let currency = row.currency.unwrap_or(frame.currency);
    let amount = amount(row.amount, currency, "amount", frame, at, faults);
    past_day(row.received_on, "received_on", frame, at, faults);
    let reference =
        faults.take(at, "reference", text::optional(row.reference.as_deref(), text::NAME)).flatten();
    let text = faults.take(at, "text", text::optional_lines(Some(&row.text), text::REFERENCE)).flatten();
    let payer = faults.take(at, "payer", text::optional(Some(&row.payer), text::NAME)).flatten();
    (faults.count() == before).then_some(())?;
    Some(Receipt {
        customer: match customer {
            Some(found) => Some(found?),
            None => None,
        },
        amount: amount?,
        currency,
        received_on: row.received_on,
        method: row.method.unwrap_or(PaymentMethod::BankTransfer),
        reference,
        text: text.unwrap_or_default(),
        payer,
    })
}

/// Above zero and not absurd.
fn sane(value: Decimal, column: &str, at: At, faults: &mut Faults) -> Option<Decimal> {
    if value <= Decimal::ZERO {
        faults.add(at, column, format!("{value} must be above zero (a credit is a credit note)"));
    } else if value > MAX_AMOUNT {
        faults.add(at, column, format!("{value} is more than {MAX_AMOUNT}"));
    } else {
        return Some(value);
    }
    None
}

/// The amount as the ledger stores it, or a fault.
fn amount(
    value: Decimal,
    currency: Currency,
    column: &str,
    frame: &Frame,
    at: At,
    faults: &mut Faults,
) -> Option<Decimal> {
    if !frame.currencies.contains(&currency) {
        faults.add(at, "currency", format!("{currency} is not a currency (ISO 4217)"));
        return None;
    }
    let value = sane(value, column, at, faults)?;
    let money = Money::new(value, currency).map_err(|error| faults.add(at, column, error.to_string()));
    money.ok().map(|m| m.amount())
}

/// A day that has been, and not too long ago.
fn past_day(day: NaiveDate, column: &str, frame: &Frame, at: At, faults: &mut Faults) {
    if day > frame.today {
        faults.add(at, column, format!("{day} lies in the future (today is {})", frame.today));
    } else if frame.today.checked_sub_days(Days::new(MAX_AGE_DAYS)).is_some_and(|oldest| day < oldest) {
        faults.add(at, column, format!("{day} is more than 20 years ago"));
    }
}

fn terms(days: Option<i32>, at: At, faults: &mut Faults) {
    if let Some(days) = days
        && !(0..=MAX_TERMS).contains(&days)
    {
        faults.add(at, "payment_terms", format!("{days} days: must lie between 0 and {MAX_TERMS}"));
    }
}
