//! Integration tests on a private PostgreSQL cluster: one binary, so that one cluster serves them all.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod architecture;
mod chase;
mod cli;
mod crash;
mod readme;
mod store;
