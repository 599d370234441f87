//! The daemon: configuration, command line, lifecycle, and the units of work.
//!
//! Why a library with a thin program: tests and the demo run the very same units. Start reading at
//! [`work::chase`], the road of an overdue invoice to a decided letter; then [`work::dispatch`] and
//! [`work::reply`]. Does not: hold SQL (crate `store`), decide (crate `policies`), know MIME (`mail`).

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod http;
pub mod import;
pub mod intake;
pub mod killpoint;
pub mod lifecycle;
pub mod logging;
pub mod runner;
pub mod sweep;
pub mod work;

use std::process::ExitCode;

/// Prints an error with its causes to standard error.
#[must_use]
pub fn fail(error: &anyhow::Error) -> ExitCode {
    let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    #[expect(clippy::print_stderr, reason = "the last word of the program")]
    {
        eprintln!("dunningd: {}", causes.join(": "));
    }
    ExitCode::FAILURE
}
