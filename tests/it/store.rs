//! The store: what is promised about data, on a real database.

mod claims;
mod dispatch;
mod lists;
mod outage;
mod schema;
mod settle;
mod snapshot;
mod sweep;
mod tenancy;
