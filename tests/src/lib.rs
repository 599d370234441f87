//! The harness of the integration tests.
//!
//! Why: the product's promises are about what PostgreSQL does, so they are tested on PostgreSQL.
//! Guarantees: one private cluster per test process, started at its first use and gone with the
//! process, however that ends; a database of its own for every test, copied from a migrated template;
//! time stands still until a test moves it. Nothing outside the temp folder is touched, and no server
//! that was there before is used.

mod clock;
mod cluster;
mod ledger;
mod letter;
mod world;

pub use clock::ManualClock;
pub use cluster::{Postgres, postgres};
pub use ledger::{Company, Customer, Invoice};
pub use letter::notice;
pub use world::World;
