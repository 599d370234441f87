//! Integration tests on a private PostgreSQL cluster: one binary, so that one cluster serves them all.

mod architecture;
mod store;
