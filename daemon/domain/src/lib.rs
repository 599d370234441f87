//! Nouns and arithmetic of collecting unpaid invoices.
//!
//! Why: what is owed, when to write, what may be said and what a reply means are questions with exact
//! answers, so they are answered here by pure functions that can be tested without a database, a
//! mail server or a model. Guarantees: no async, no I/O, never asks the time (the moment is always a
//! parameter), money is exact. Does not: store, send, decide about permissions (crate `policies`).

pub mod action;
pub mod ageing;
pub mod calendar;
pub mod facts;
pub mod grounding;
pub mod ids;
pub mod interest;
pub mod kinds;
pub mod letter;
pub mod locale;
pub mod money;
pub mod plan;
pub mod procedure;
pub mod reading;
pub mod reason;
pub mod reply;
pub mod revalidate;
pub mod settings;
pub mod snapshot;
pub mod statement;
pub mod step;
pub mod templates;
pub mod textdate;
pub mod textmoney;

#[cfg(test)]
mod fixture;
