//! The road from an overdue invoice to a proven letter, and what stops it: the very units of the daemon
//! on a real database, with letters kept in memory.

mod desk;
mod letters;
mod model;
mod obstacles;
mod replies;

pub use desk::ledger;
