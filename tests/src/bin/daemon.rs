//! The daemon as a program of this package, so that a test can start, kill and restart the real thing.

use clap::Parser;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match dunningd::cli::main(dunningd::cli::Cli::parse()).await {
        Ok(code) => ExitCode::from(code),
        Err(error) => dunningd::fail(&error),
    }
}
