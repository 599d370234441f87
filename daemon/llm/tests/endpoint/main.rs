//! The client against a scripted endpoint on loopback.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod calls;
mod environment;
mod logs;
mod server;
