//! The program: parses the command line, runs a command, turns an error into an exit code.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = dunningd::cli::Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return dunningd::fail(&error.into()),
    };
    match runtime.block_on(dunningd::cli::main(cli)) {
        Ok(code) => ExitCode::from(code),
        Err(error) => dunningd::fail(&error),
    }
}
