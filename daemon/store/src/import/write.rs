//! The writes of an import, in pieces.
//!
//! Guarantees: set-based statements of at most [`CHUNK`] rows, so that the size of a file costs memory
//! in proportion and no statement runs long; a row on file that already has the values is not written,
//! so that its version, its audit trail and its account stay as they are.

mod credits;
mod customers;
mod finish;
mod invoices;
mod payments;

pub(super) use finish::{finish, lock, prepare};

use super::directory::Directory;
use super::plan::Plan;
use super::rows::{Entity, ImportReport, Progress};
use crate::error::Result;
use crate::ledger::Business;
use crate::tenancy::TenantTx;
use chrono::{DateTime, Utc};
use domain::kinds::PaymentSource;
use std::collections::HashSet;
use uuid::Uuid;

/// Rows of one statement.
const CHUNK: usize = 5_000;

/// What the writes share.
pub(super) struct Writer<'w> {
    pub source: PaymentSource,
    pub as_of: DateTime<Utc>,
    pub business: Business,
    pub progress: &'w mut (dyn FnMut(Progress) + Send),
    pub report: ImportReport,
    /// Customers whose ledger moved.
    pub touched: HashSet<Uuid>,
    /// Invoices whose status must be computed anew.
    pub restate: HashSet<Uuid>,
}

impl Writer<'_> {
    fn tell(&mut self, entity: Entity, done: usize, total: usize) {
        (self.progress)(Progress { entity, done: done as u64, total: total as u64 });
    }

    /// Writes everything of a plan without faults.
    pub(super) async fn write(
        &mut self,
        tx: &mut TenantTx,
        directory: &Directory<'_>,
        plan: &Plan<'_>,
    ) -> Result<()> {
        self.customers(tx, directory).await?;
        self.contacts(tx, directory, plan).await?;
        self.invoices(tx, plan).await?;
        self.credits(tx, plan).await?;
        self.payments(tx, plan).await?;
        self.receipts(tx, plan).await
    }
}
