//! Import of a ledger: customers, contacts, invoices, credit notes, payments, receipts.
//!
//! Why: the daemon proves letters from the ledger, so what comes in must be right or not come in at
//! all. Guarantees:
//! - **All or nothing.** Every row is checked, alone, against the file and against what is on file,
//!   before anything is written; all faults are returned together, each with line, column and reason.
//!   A later failure rolls everything back, even if the caller then commits.
//! - **Idempotent.** Rows are recognised by natural keys: a customer by its number, else by its e-mail
//!   address; a contact by customer and address; an invoice and a credit note by number; a payment or
//!   receipt by its reference, and without one by counting equal bookings. The same file a second time
//!   changes nothing, not even a version.
//! - **Nothing is deleted** and nothing is guessed from a missing row. An invoice is cancelled or written
//!   off by its own field. A changed amount or due date is taken over; the audit trail shows it and the
//!   first due date is kept. A customer's or invoice's other values are changed but never cleared.
//! - **Bounded.** Memory is proportional to the file; statements take 5,000 rows at a time.
//!
//! Does not: read files (the daemon parses CSV and JSON into [`ImportBatch`]), decide what is chased.

mod book;
mod check;
mod clean;
mod directory;
mod plan;
mod rows;
mod write;

pub use rows::{
    ContactRow, CreditNoteRow, CustomerKey, CustomerRow, Entity, ImportBatch, ImportError, ImportReport,
    InvoiceRow, PaymentRow, Progress, ReceiptRow, Row, RowError, Tally,
};

use crate::error::{Result, StoreError};
use crate::ledger::business;
use crate::tenancy::TenantTx;
use book::Book;
use chrono::{DateTime, Utc};
use clean::{Faults, Frame, clean};
use directory::Directory;
use domain::kinds::PaymentSource;
use std::collections::HashSet;
use write::Writer;

/// Imports a batch; see the [module](self) for what holds.
///
/// `source` is part of a payment's key, so that a reference of a file is not taken for one of an
/// adapter. `progress` is called after each piece of each kind.
///
/// # Errors
/// [`ImportError::Rows`] with every faulty row; [`ImportError::Store`] when the database fails.
pub async fn import(
    tx: &mut TenantTx,
    batch: &ImportBatch,
    source: PaymentSource,
    as_of: DateTime<Utc>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> std::result::Result<ImportReport, ImportError> {
    write::prepare(tx).await?;
    savepoint(tx, "SAVEPOINT import").await?;
    let outcome = run(tx, batch, source, as_of, progress).await;
    match &outcome {
        Ok(_) => savepoint(tx, "RELEASE SAVEPOINT import").await?,
        // Nothing of it may stay. When the connection is gone the server has seen to that.
        Err(_) => drop(savepoint(tx, "ROLLBACK TO SAVEPOINT import").await),
    }
    outcome
}

async fn run(
    tx: &mut TenantTx,
    batch: &ImportBatch,
    source: PaymentSource,
    as_of: DateTime<Utc>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> std::result::Result<ImportReport, ImportError> {
    let business = business(tx, as_of).await?;
    let frame = Frame {
        today: business.today,
        currency: business.currency,
        terms: business.terms,
        currencies: currencies(tx).await?,
    };
    let mut faults = Faults::default();
    let clean = clean(batch, &frame, &mut faults);
    let directory = Directory::load(tx, &clean, &mut faults).await?;
    let book = Book::load(tx, &clean, source).await?;
    let plan = plan::plan(&clean, &directory, &book, &frame, &mut faults);
    if let Some(rows) = faults.finish() {
        return Err(ImportError::Rows(rows));
    }
    write::lock(tx, &plan.customers).await?;
    let mut writer = Writer {
        source,
        as_of,
        business,
        progress,
        report: ImportReport::default(),
        touched: HashSet::new(),
        restate: HashSet::new(),
    };
    writer.write(tx, &directory, &plan).await?;
    write::finish(tx, &mut writer).await?;
    Ok(writer.report)
}

async fn currencies(tx: &mut TenantTx) -> Result<HashSet<domain::money::Currency>> {
    let codes = sqlx::query_scalar!("SELECT code FROM currencies").fetch_all(tx.conn()).await?;
    let codes = codes.iter().map(|code| code.parse().map_err(|_| StoreError::corrupt("currencies.code")));
    codes.collect()
}

async fn savepoint(tx: &mut TenantTx, statement: &'static str) -> Result<()> {
    sqlx::raw_sql(statement).execute(tx.conn()).await?;
    Ok(())
}
