//! `dunningd policy …`: the rules that say what the agent may do by itself.
//!
//! Files are checked, tested and explained without a database; a company's own rules are added, tried
//! on its past decisions and put in force with one. Does not: decide anything (crate `policies`).

mod company;
mod files;
mod trial;

use super::output::Output;
use super::shared::Tenant;
use super::with_db;
use crate::config::{Config, ConfigError};
use anyhow::Result;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `dunningd policy`.
#[derive(Subcommand)]
pub enum Command {
    /// Check a file of rules: what is wrong, where, and what to do about it.
    #[command(after_help = "Example:\n  dunningd policy check rules.cedar\n\n\
        A rule has an id, a reason and a sentence, and asks one of three questions (ever, now, alone):\n  \
        @id(\"large_accounts\") @reason(\"large_account\")\n  \
        @text(\"Accounts above 2,000 are for a person.\")\n  \
        forbid (principal, action == Action::\"alone\", resource in Step::\"claim\")\n  \
        when { context.total > 200000 };\n\n\
        `dunningd policy schema` prints what a rule may ask about. Exit code 3: something is wrong.")]
    Check {
        /// File with rules (Cedar); `-` reads standard input.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Run the shipped test cases, and case files of your own.
    #[command(
        after_help = "Examples:\n  dunningd policy test\n  dunningd policy test --rules rules.cedar cases.json\n\n\
        A case file: {\"cases\": [{\"name\": \"…\", \"facts\": {\"open_dispute\": true},\n  \
        \"expect\": {\"verdict\": \"hold\", \"reasons\": [\"open_dispute\"]}}]}\n\
        What a case leaves out is taken from a base in which nothing stands in the way; null means unknown.\n\
        Shipped cases are run under the shipped rules, your files under --rules on top of them.\n\
        Exit code 3: a case got another answer."
    )]
    Test {
        /// Case files (JSON).
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Rules of a company, on top of the shipped ones.
        #[arg(long, value_name = "FILE")]
        rules: Option<PathBuf>,
    },
    /// Explain a decision: which rules spoke, and what is not known.
    #[command(
        after_help = "Examples:\n  echo '{\"action\": \"send_message\", \"open_dispute\": true}' | dunningd policy explain - --fill\n  \
        dunningd policy explain facts.json --rules rules.cedar --json\n\n\
        Every decision on file holds its facts in this form. What is left out is unknown, which counts as\n\
        its worst value; with --fill it is taken from a base in which nothing stands in the way."
    )]
    Explain {
        /// File with facts (JSON); `-` reads standard input.
        #[arg(value_name = "FACTS")]
        facts: PathBuf,
        /// Rules of a company, on top of the shipped ones.
        #[arg(long, value_name = "FILE")]
        rules: Option<PathBuf>,
        /// Take what the file leaves out from a base in which nothing stands in the way.
        #[arg(long)]
        fill: bool,
    },
    /// Print what a rule may ask about (a Cedar schema).
    #[command(after_help = "Example:\n  dunningd policy schema > dunningd.cedarschema")]
    Schema,
    /// List a company's versions of its own rules.
    #[command(after_help = "Example:\n  dunningd policy list --company lindner")]
    List(Tenant),
    /// Print the rules of a version.
    #[command(after_help = "Example:\n  dunningd policy show 3 --company lindner > rules.cedar")]
    Show(Version),
    /// Check a company's rules and keep them as a draft.
    #[command(after_help = "Example:\n  dunningd policy add --company lindner rules.cedar\n\n\
        A draft changes nothing. Exit code 3: something is wrong with the rules; nothing was kept.")]
    Add {
        #[command(flatten)]
        tenant: Tenant,
        /// File with rules (Cedar); `-` reads standard input.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Try rules on past decisions: what would have come out differently.
    #[command(after_help = "Examples:\n  dunningd policy dry-run --company lindner 3\n  \
        dunningd policy dry-run --company lindner rules.cedar --last 1000\n\n\
        The result of a draft is kept with it; `activate` asks for it.")]
    DryRun(trial::DryRun),
    /// Put a version in force; the one before is retired.
    #[command(after_help = "Examples:\n  dunningd policy activate --company lindner 3\n  \
        dunningd policy activate --company lindner 3 --yes\n\n\
        A draft must have been tried on past decisions (`dry-run`); --yes tries it now and activates it\n\
        whatever comes out.")]
    Activate {
        #[command(flatten)]
        version: Version,
        /// Try a draft that was not tried yet, and activate it whatever comes out.
        #[arg(long)]
        yes: bool,
    },
    /// Take a company's own rules out of force; the shipped ones remain.
    #[command(after_help = "Example:\n  dunningd policy retire --company lindner")]
    Retire(Tenant),
}

/// A version of a company's rules.
#[derive(Args)]
pub struct Version {
    #[command(flatten)]
    tenant: Tenant,
    /// Number of the version, as `list` shows it.
    #[arg(value_name = "VERSION", value_parser = clap::value_parser!(i32).range(1..))]
    number: i32,
}

/// Runs the command.
pub async fn main(
    command: Command,
    load: impl Fn() -> Result<Config, ConfigError>,
    out: &Output,
) -> Result<u8> {
    match command {
        Command::Check { file } => files::check(&file, out),
        Command::Test { files, rules } => files::test(&files, rules.as_deref(), out),
        Command::Explain { facts, rules, fill } => files::explain(&facts, rules.as_deref(), fill, out),
        Command::Schema => out.text(policies::SCHEMA).map(|()| 0),
        Command::List(tenant) => with_db(load()?, async |db| company::list(&tenant, &db, out).await).await,
        Command::Show(version) => with_db(load()?, async |db| company::show(&version, &db, out).await).await,
        Command::Add { tenant, file } => {
            with_db(load()?, async |db| company::add(&tenant, &file, &db, out).await).await
        }
        Command::DryRun(options) => with_db(load()?, async |db| trial::main(&options, &db, out).await).await,
        Command::Activate { version, yes } => {
            with_db(load()?, async |db| trial::activate(&version, yes, &db, out).await).await
        }
        Command::Retire(tenant) => {
            with_db(load()?, async |db| company::retire(&tenant, &db, out).await).await
        }
    }
}

#[cfg(test)]
mod tests;
