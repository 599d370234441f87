//! The ledger by hand: companies, customers, contacts, invoices, money, blocks, promises, disputes.

mod money;
mod people;
mod standing;
mod tenants;

use chrono::NaiveDate;
use domain::ids::{CompanyId, CustomerId, InvoiceId};
use domain::kinds::{DueDateBasis, PaymentMethod, PaymentSource};
use domain::money::{Currency, Money};
use store::ledger::customers::CustomerFields;
use store::ledger::invoices::NewInvoice;
use store::ledger::payments::NewPayment;
use store::{ErrorKind, StoreError};
use tests::{Company, World};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn eur(amount: &str) -> Money {
    Money::new(amount.parse().unwrap(), Currency::EUR).unwrap()
}

/// Dated 10 January 2026, due 9 February: overdue on the world's Monday, 2 March.
fn new_invoice(customer: CustomerId, number: &str, amount: &str) -> NewInvoice {
    NewInvoice {
        customer,
        number: number.to_owned(),
        amount: eur(amount),
        invoice_date: day("2026-01-10"),
        due_date: day("2026-02-09"),
        received_on: None,
        basis: DueDateBasis::Contract,
        po_number: None,
        file_url: None,
    }
}

fn new_payment(invoice: InvoiceId, amount: &str) -> NewPayment {
    NewPayment {
        invoice,
        amount: eur(amount),
        paid_on: day("2026-02-20"),
        method: PaymentMethod::BankTransfer,
        source: PaymentSource::Manual,
        reference: None,
        notes: None,
        receipt: None,
    }
}

fn fields(name: &str, email: Option<&str>) -> CustomerFields {
    CustomerFields {
        number: None,
        name: name.to_owned(),
        email: email.map(str::to_owned),
        contact_person: None,
        phone: None,
        kind: domain::kinds::DebtorKind::Business,
        country: None,
        region: None,
        language: None,
        zone: None,
        payment_terms: None,
        notes: None,
        do_not_contact: false,
        autonomy: None,
    }
}

fn kind<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> ErrorKind {
    outcome.unwrap_err().kind()
}

/// The version of the account of a customer.
async fn account_version(world: &World, customer: CustomerId) -> i64 {
    sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM accounts WHERE customer_id = $1")
        .bind(customer.uuid())
        .fetch_one(&world.admin)
        .await
        .unwrap()
}

/// When the conversation of an invoice is next looked at.
async fn next_look(world: &World, invoice: InvoiceId) -> chrono::DateTime<chrono::Utc> {
    sqlx::query_scalar("SELECT next_action_at FROM ai_conversations WHERE invoice_id = $1")
        .bind(invoice.uuid())
        .fetch_one(&world.admin)
        .await
        .unwrap()
}

/// Puts every conversation to sleep for a month.
async fn sleep(world: &World) {
    sqlx::query("UPDATE ai_conversations SET next_action_at = $1")
        .bind(world.now() + chrono::TimeDelta::days(30))
        .execute(&world.admin)
        .await
        .unwrap();
}

/// How often an event was written.
async fn events(world: &World, kind: &str) -> i64 {
    sqlx::query_scalar(
        "SELECT count(*) FROM chase_events WHERE kind = $1 AND detail ->> 'by' = 'system:test'",
    )
    .bind(kind)
    .fetch_one(&world.admin)
    .await
    .unwrap()
}

async fn acme() -> (World, Company) {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    (world, company)
}

fn fresh() -> CompanyId {
    CompanyId::new()
}
