//! Checks of single rows and of rows against each other, without the database.
//!
//! Guarantees: every fault of every row is recorded with its line; a row with a fault is remembered by
//! its key, so that rows that refer to it are not reported as well.

use super::check::{contact, credit, customer, invoice, payment, receipt};
use super::rows::{ContactRow, CustomerRow, Entity, ImportBatch, InvoiceRow, Row, RowError};
use crate::text::{self, Flaw};
use chrono::NaiveDate;
use domain::kinds::PaymentMethod;
use domain::money::Currency;
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// What every row is measured against.
#[derive(Debug)]
pub(super) struct Frame {
    /// Business date of the company.
    pub today: NaiveDate,
    /// Currency when a row names none.
    pub currency: Currency,
    /// Terms when neither row nor customer has any.
    pub terms: i32,
    /// Currencies in existence.
    pub currencies: HashSet<Currency>,
}

/// The faults found so far.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<RowError>);

/// Where a fault is.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    pub entity: Entity,
    pub line: u64,
}

impl Faults {
    pub(super) fn add(&mut self, at: At, column: &str, reason: impl Into<String>) {
        let At { entity, line } = at;
        self.0.push(RowError { line, entity, column: column.to_owned(), reason: reason.into() });
    }

    pub(super) fn take<T>(&mut self, at: At, column: &str, found: Result<T, Flaw>) -> Option<T> {
        found.map_err(|flaw| self.add(at, column, flaw.to_string())).ok()
    }

    /// The faults by line, or nothing.
    pub(super) fn finish(mut self) -> Option<Vec<RowError>> {
        self.0.sort();
        if self.0.is_empty() { None } else { Some(self.0) }
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }
}

/// A customer key, cleaned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Key<'a> {
    Number(&'a str),
    /// Lower-cased address.
    Email(String),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Customer<'a> {
    pub number: Option<&'a str>,
    pub name: &'a str,
    pub email: Option<&'a str>,
    pub notes: Option<Cow<'a, str>>,
    pub row: &'a CustomerRow,
}

impl Customer<'_> {
    /// Lower-cased address.
    pub(super) fn norm(&self) -> Option<String> {
        self.email.map(text::email_norm)
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Contact<'a> {
    pub customer: Key<'a>,
    pub name: &'a str,
    pub email: &'a str,
    pub row: &'a ContactRow,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Invoice<'a> {
    pub customer: Key<'a>,
    pub number: &'a str,
    pub amount: Decimal,
    pub currency: Currency,
    pub row: &'a InvoiceRow,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Credit<'a> {
    pub customer: Key<'a>,
    pub number: &'a str,
    pub amount: Decimal,
    pub currency: Currency,
    pub issued_on: NaiveDate,
    pub invoice: Option<&'a str>,
    pub allocated: Option<Decimal>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Payment<'a> {
    pub invoice: &'a str,
    pub amount: Decimal,
    pub currency: Option<Currency>,
    pub paid_on: NaiveDate,
    pub method: PaymentMethod,
    pub reference: Option<&'a str>,
    pub notes: Option<Cow<'a, str>>,
    pub reversed: bool,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Receipt<'a> {
    pub customer: Option<Key<'a>>,
    pub amount: Decimal,
    pub currency: Currency,
    pub received_on: NaiveDate,
    pub method: PaymentMethod,
    pub reference: Option<&'a str>,
    pub text: Cow<'a, str>,
    pub payer: Option<&'a str>,
}

/// All rows that stood their checks.
#[derive(Debug, Default)]
pub(super) struct Clean<'a> {
    pub customers: Vec<Row<Customer<'a>>>,
    pub contacts: Vec<Row<Contact<'a>>>,
    pub invoices: Vec<Row<Invoice<'a>>>,
    pub credits: Vec<Row<Credit<'a>>>,
    pub payments: Vec<Row<Payment<'a>>>,
    pub receipts: Vec<Row<Receipt<'a>>>,
    /// Keys of customers whose row has a fault.
    pub broken_numbers: HashSet<&'a str>,
    pub broken_emails: HashSet<String>,
    /// Numbers of invoices whose row has a fault.
    pub broken_invoices: HashSet<&'a str>,
}

/// Checks every row by itself and against the others of the file.
pub(super) fn clean<'a>(batch: &'a ImportBatch, frame: &Frame, faults: &mut Faults) -> Clean<'a> {
    let mut out = Clean::default();
    let mut numbers: HashMap<&str, Row<Customer<'_>>> = HashMap::new();
    let mut emails: HashMap<String, Row<Customer<'_>>> = HashMap::new();
    for Row { line, row } in &batch.customers {
        let at = At { entity: Entity::Customer, line: *line };
        let before = faults.count();
        let found = customer(row, at, faults);
        let same = found.as_ref().and_then(|c| match c.number {
            Some(number) => numbers.get(number),
            None => c.norm().and_then(|norm| emails.get(&norm)),
        });
        match (&found, same) {
            (Some(new), Some(old)) if *new.row != *old.row.row => {
                let reason = format!("differs from line {}, which has the same key", old.line);
                faults.add(at, if new.number.is_some() { "number" } else { "email" }, reason);
            }
            (Some(_), Some(_)) => continue,
            (Some(new), None) => {
                let kept = Row { line: *line, row: new.clone() };
                match new.number {
                    Some(number) => drop(numbers.insert(number, kept.clone())),
                    None => drop(new.norm().map(|norm| emails.insert(norm, kept.clone()))),
                }
                out.customers.push(kept);
            }
            (None, _) => {}
        }
        if faults.count() > before {
            out.broken_numbers.extend(row.number.as_deref().map(str::trim));
            out.broken_emails.extend(row.email.as_deref().map(text::email_norm));
        }
    }
    for Row { line, row } in &batch.contacts {
        let at = At { entity: Entity::Contact, line: *line };
        out.contacts.extend(contact(row, at, faults).map(|row| Row { line: *line, row }));
    }
    let mut seen: HashMap<&str, Row<Invoice<'_>>> = HashMap::new();
    for Row { line, row } in &batch.invoices {
        let at = At { entity: Entity::Invoice, line: *line };
        let Some(new) = invoice(row, frame, at, faults) else {
            out.broken_invoices.insert(row.number.trim());
            continue;
        };
        match seen.get(new.number) {
            Some(old) if old.row != new => {
                faults.add(
                    at,
                    "number",
                    format!("differs from line {}, which has the same number", old.line),
                );
                out.broken_invoices.insert(new.number);
            }
            Some(_) => {}
            None => {
                let kept = Row { line: *line, row: new };
                seen.insert(kept.row.number, kept.clone());
                out.invoices.push(kept);
            }
        }
    }
    for Row { line, row } in &batch.credit_notes {
        let at = At { entity: Entity::CreditNote, line: *line };
        out.credits.extend(credit(row, frame, at, faults).map(|row| Row { line: *line, row }));
    }
    let mut seen: HashMap<&str, Row<Payment<'_>>> = HashMap::new();
    for Row { line, row } in &batch.payments {
        let at = At { entity: Entity::Payment, line: *line };
        let Some(row) = payment(row, frame, at, faults) else { continue };
        let kept = Row { line: *line, row };
        if unless_seen(&mut seen, kept.row.reference, &kept, at, faults) {
            out.payments.push(kept);
        }
    }
    let mut seen: HashMap<&str, Row<Receipt<'_>>> = HashMap::new();
    for Row { line, row } in &batch.receipts {
        let at = At { entity: Entity::Receipt, line: *line };
        let Some(row) = receipt(row, frame, at, faults) else { continue };
        let kept = Row { line: *line, row };
        if unless_seen(&mut seen, kept.row.reference, &kept, at, faults) {
            out.receipts.push(kept);
        }
    }
    out
}

/// True when the row is the first of its reference (or has none); an equal one is the same booking
/// written twice, a different one a fault.
fn unless_seen<'a, T: PartialEq + Clone>(
    seen: &mut HashMap<&'a str, Row<T>>,
    reference: Option<&'a str>,
    new: &Row<T>,
    at: At,
    faults: &mut Faults,
) -> bool {
    let Some(reference) = reference else { return true };
    match seen.get(reference) {
        Some(old) => {
            if old.row != new.row {
                let reason = format!("differs from line {}, which has the same reference", old.line);
                faults.add(at, "reference", reason);
            }
            false
        }
        None => {
            seen.insert(reference, new.clone());
            true
        }
    }
}
