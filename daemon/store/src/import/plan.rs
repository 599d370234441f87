//! What is to be written: rows measured against what is on file.
//!
//! Guarantees: no database; when this finds no fault, the writes that follow break no rule of the
//! ledger. Bank facts are not argued with (an overpayment is booked), but a booking on file is never
//! silently turned into another one: a known reference with another amount or invoice is a fault.

mod credits;

use super::book::{Book, KnownInvoice, PaymentLike, ReceiptLike};
use super::clean::{At, Clean, Contact, Credit, Faults, Frame, Invoice, Payment, Receipt};
use super::directory::Directory;
use super::rows::{Entity, Row};
use chrono::{Days, NaiveDate};
use domain::money::{Currency, Money};
use rust_decimal::Decimal;
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// An invoice to be written.
#[derive(Debug)]
pub(super) struct InvoiceWrite<'a> {
    pub id: Uuid,
    pub known: bool,
    pub customer: Uuid,
    pub due_date: NaiveDate,
    pub terms: i32,
    pub row: &'a Invoice<'a>,
}

/// A credit note to be written.
#[derive(Debug)]
pub(super) struct NoteWrite<'a> {
    pub id: Uuid,
    pub known: bool,
    pub customer: Uuid,
    pub row: &'a Credit<'a>,
}

/// An allocation to be written; zero takes it back.
#[derive(Debug)]
pub(super) struct AllocationWrite {
    pub note: Uuid,
    pub invoice: Uuid,
    pub customer: Uuid,
    pub currency: Currency,
    pub amount: Decimal,
    /// What is on file; zero when nothing is.
    pub before: Decimal,
}

/// A payment to be written.
#[derive(Debug)]
pub(super) struct PaymentWrite<'a> {
    pub id: Uuid,
    pub known: bool,
    pub invoice: Uuid,
    pub customer: Uuid,
    pub currency: Currency,
    pub amount: Decimal,
    /// The receipt it was booked from.
    pub receipt: Option<Uuid>,
    pub row: &'a Payment<'a>,
}

/// A receipt to be written.
#[derive(Debug)]
pub(super) struct ReceiptWrite<'a> {
    pub id: Uuid,
    pub known: bool,
    pub customer: Option<Uuid>,
    pub row: &'a Receipt<'a>,
}

/// Everything to be written.
#[derive(Debug, Default)]
pub(super) struct Plan<'a> {
    pub contacts: Vec<(Uuid, &'a Contact<'a>)>,
    pub invoices: Vec<InvoiceWrite<'a>>,
    pub notes: Vec<NoteWrite<'a>>,
    pub allocations: Vec<AllocationWrite>,
    pub payments: Vec<PaymentWrite<'a>>,
    /// Payments without a reference that are on file already.
    pub payments_unchanged: u64,
    pub receipts: Vec<ReceiptWrite<'a>>,
    /// Receipts without a reference that are on file already.
    pub receipts_unchanged: u64,
    /// Customers any row is about, for the locks; in order.
    pub customers: BTreeSet<Uuid>,
}

struct Planner<'a, 'f> {
    directory: &'f Directory<'a>,
    book: &'f Book,
    frame: &'f Frame,
    faults: &'f mut Faults,
    /// Invoices as they will be: those of the file, else those on file.
    targets: HashMap<&'a str, KnownInvoice>,
    /// Invoices of the file that have a fault.
    failed: HashSet<&'a str>,
    plan: Plan<'a>,
}

/// Plans the writes; faults are added for rows that cannot be written.
pub(super) fn plan<'a>(
    clean: &'a Clean<'a>,
    directory: &Directory<'a>,
    book: &Book,
    frame: &Frame,
    faults: &mut Faults,
) -> Plan<'a> {
    let mut planner = Planner {
        directory,
        book,
        frame,
        faults,
        targets: HashMap::new(),
        failed: clean.broken_invoices.clone(),
        plan: Plan::default(),
    };
    planner.plan.customers.extend(directory.slots.iter().filter(|s| s.known).map(|s| s.id));
    planner.contacts(&clean.contacts);
    for row in &clean.invoices {
        if planner.invoice(row).is_none() {
            planner.failed.insert(row.row.number);
        }
    }
    planner.credits(&clean.credits);
    planner.payments(&clean.payments);
    planner.receipts(&clean.receipts);
    planner.plan
}

impl<'a> Planner<'a, '_> {
    fn contacts(&mut self, rows: &'a [Row<Contact<'a>>]) {
        let mut seen: HashMap<(Uuid, String), &'a Row<Contact<'a>>> = HashMap::new();
        for new in rows {
            let at = At { entity: Entity::Contact, line: new.line };
            let Some(customer) = self.directory.resolve(&new.row.customer, at, self.faults) else { continue };
            let key = (customer, crate::text::email_norm(new.row.email));
            match seen.get(&key) {
                // The customer may be named by number here and by address there.
                Some(old) if !same_contact(&old.row, &new.row) => {
                    let reason =
                        format!("differs from line {}, the same address of the same customer", old.line);
                    self.faults.add(at, "email", reason);
                }
                Some(_) => {}
                None => {
                    seen.insert(key, new);
                    self.plan.customers.insert(customer);
                    self.plan.contacts.push((customer, &new.row));
                }
            }
        }
    }

    /// `None` when the row has a fault.
    fn invoice(&mut self, Row { line, row }: &'a Row<Invoice<'a>>) -> Option<()> {
        let at = At { entity: Entity::Invoice, line: *line };
        let customer = self.directory.resolve(&row.customer, at, self.faults)?;
        let known = self.book.invoices.get(row.number);
        if let Some(known) = known {
            if known.customer != customer {
                self.faults.add(at, "customer_number", "is not the customer of this invoice on file");
                return None;
            }
            if known.currency != row.currency {
                let reason =
                    format!("{} is not the {} of this invoice on file", row.currency, known.currency);
                self.faults.add(at, "currency", reason);
                return None;
            }
        }
        // Without a date of its own a row leaves the due date on file alone: terms may have changed since.
        let terms = row.row.payment_terms;
        let due = match (row.row.due_date, known.filter(|_| terms.is_none())) {
            (Some(due), _) => Some(due),
            (None, Some(known)) => Some(known.due_date),
            (None, None) => {
                let days = terms.or_else(|| self.directory.terms(customer)).unwrap_or(self.frame.terms);
                row.row.invoice_date.checked_add_days(Days::new(days.unsigned_abs().into()))
            }
        };
        let span = due.map(|due| (due - row.row.invoice_date).num_days());
        let (Some(due_date), Some(span @ 0..=365)) = (due, span) else {
            self.faults.add(at, "due_date", "on file does not fit this invoice date; give the due date");
            return None;
        };
        let id = known.map_or_else(Uuid::now_v7, |k| k.id);
        let target = KnownInvoice { id, customer, currency: row.currency, amount: row.amount, due_date };
        self.targets.insert(row.number, target);
        self.plan.customers.insert(customer);
        let terms = terms.or(i32::try_from(span).ok()).unwrap_or(0);
        self.plan.invoices.push(InvoiceWrite { id, known: known.is_some(), customer, due_date, terms, row });
        Some(())
    }

    /// The invoice a row names, or a fault.
    fn target(&mut self, number: &str, at: At) -> Option<KnownInvoice> {
        if let Some(found) = self.targets.get(number) {
            return Some(found.clone());
        }
        // In the file, but with a fault that is reported there.
        if self.failed.contains(number) {
            return None;
        }
        let found = self.book.invoices.get(number).cloned();
        if found.is_none() {
            self.faults.add(at, "invoice", format!("{number} is neither in this file nor on file"));
        }
        found
    }

    fn payments(&mut self, rows: &'a [Row<Payment<'a>>]) {
        let mut counted: HashMap<PaymentLike, i64> = HashMap::new();
        for Row { line, row } in rows {
            let at = At { entity: Entity::Payment, line: *line };
            let Some(target) = self.target(row.invoice, at) else { continue };
            if let Some(currency) = row.currency.filter(|c| *c != target.currency) {
                let reason = format!("{currency} is not the {} of invoice {}", target.currency, row.invoice);
                self.faults.add(at, "currency", reason);
                continue;
            }
            let amount = match Money::new(row.amount, target.currency) {
                Ok(money) => money.amount(),
                Err(error) => {
                    self.faults.add(at, "amount", error.to_string());
                    continue;
                }
            };
            let known = row.reference.and_then(|r| self.book.payments.get(r));
            if let Some(known) = known
                && (known.invoice != target.id || known.amount != amount)
            {
                let reason = "is on file for another invoice or amount; return that payment first";
                self.faults.add(at, "reference", reason);
                continue;
            }
            if row.reference.is_none() {
                let like = (target.id, row.paid_on, amount, row.method.as_str().to_owned());
                let on_file = self.book.payments_like.get(&like).copied().unwrap_or(0);
                let nth = counted.entry(like).or_default();
                *nth += 1;
                if *nth <= on_file {
                    self.plan.payments_unchanged += 1;
                    continue;
                }
            }
            let receipt = row.reference.and_then(|r| self.book.receipts.get(r)).filter(|r| {
                known.is_none()
                    && r.open
                    && r.currency == target.currency
                    && r.amount == amount
                    && !row.reversed
            });
            self.plan.customers.insert(target.customer);
            self.plan.payments.push(PaymentWrite {
                id: known.map_or_else(Uuid::now_v7, |k| k.id),
                known: known.is_some(),
                invoice: target.id,
                customer: target.customer,
                currency: target.currency,
                amount,
                receipt: receipt.map(|r| r.id),
                row,
            });
        }
    }

    fn receipts(&mut self, rows: &'a [Row<Receipt<'a>>]) {
        let mut counted: HashMap<ReceiptLike, i64> = HashMap::new();
        for Row { line, row } in rows {
            let at = At { entity: Entity::Receipt, line: *line };
            let customer = match &row.customer {
                Some(key) => match self.directory.resolve(key, at, self.faults) {
                    Some(id) => Some(id),
                    None => continue,
                },
                None => None,
            };
            let known = row.reference.and_then(|r| self.book.receipts.get(r));
            if let Some(known) = known
                && (known.amount != row.amount || known.currency != row.currency)
            {
                self.faults.add(at, "reference", "is on file with another amount");
                continue;
            }
            if row.reference.is_none() {
                let method = row.method.as_str().to_owned();
                let like = (row.received_on, row.amount, row.currency, method, row.text.clone().into_owned());
                let on_file = self.book.receipts_like.get(&like).copied().unwrap_or(0);
                let nth = counted.entry(like).or_default();
                *nth += 1;
                if *nth <= on_file {
                    self.plan.receipts_unchanged += 1;
                    continue;
                }
            }
            self.plan.customers.extend(customer);
            let id = known.map_or_else(Uuid::now_v7, |k| k.id);
            self.plan.receipts.push(ReceiptWrite { id, known: known.is_some(), customer, row });
        }
    }
}

fn same_contact(a: &Contact<'_>, b: &Contact<'_>) -> bool {
    a.name == b.name
        && a.row.role == b.row.role
        && a.row.phone == b.row.phone
        && a.row.language == b.row.language
        && a.row.active == b.row.active
}
