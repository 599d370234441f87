//! Every SQL statement of dunningd.
//!
//! Why: one place where the data model is read and written, checked against a real schema at compile
//! time. Guarantees: tenant rows are reached only through a [`TenantTx`]; rows become domain types or
//! an error; no transaction is open while anything outside the database is awaited, because nothing
//! here awaits anything else. Does not: decide what to do, ask the time (the moment is a parameter;
//! leases alone use the database's clock), send or read mail.

pub mod audit;
pub mod checkup;
pub mod claims;
pub mod cluster;
mod db;
pub mod desk;
pub mod dispatch;
mod error;
pub mod identity;
pub mod import;
pub mod inbound;
pub mod learning;
pub mod ledger;
pub mod metrics;
pub mod migrate;
pub mod model_calls;
pub mod page;
pub mod policy_versions;
pub mod procedures;
pub mod proposals;
pub mod reference;
pub mod settle;
pub mod snapshot;
pub mod sweep;
pub mod templates;
mod tenancy;
pub mod text;
pub mod timeline;

pub use db::{APP_ROLE, Db, DbConfig, Health, Listener, Wake};
pub use error::{Cause, ErrorKind, Result, StoreError};
pub use tenancy::{Actor, SystemTx, TenantTx};
