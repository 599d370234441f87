//! The store: what is promised about data, on a real database.

mod actions;
mod claims;
mod dispatch;
mod lists;
mod outage;
mod scene;
mod schema;
mod settle;
mod snapshot;
mod sweep;
mod tenancy;
