//! Integration tests on a private PostgreSQL cluster: one binary, so that one cluster serves them all.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod architecture;
mod chase;
mod cli;
mod crash;
mod identity;
mod import;
mod ledger;
mod office;
mod proposals;
mod readme;
mod store;
mod timeline;
