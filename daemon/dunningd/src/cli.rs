//! The command line: what there is, with examples where they are needed.
//!
//! Every command has `--json`; human output goes to standard output, progress and logs to standard error.

mod company;
mod customer;
mod doctor;
mod explain;
mod import;
mod ingest;
pub mod output;
mod policy;
mod run;
mod shared;
mod user;

use crate::app::{self, App, PolicyCache, Reference};
use crate::clock::Clock;
use crate::config::{Config, reference};
use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use output::Output;
use std::path::PathBuf;
use std::sync::Arc;
use store::cluster::{Cluster, ClusterConfig};
use store::{Db, DbConfig};
use uuid::Uuid;

/// Collects unpaid invoices the way an excellent credit controller would.
#[derive(Parser)]
#[command(name = "dunningd", version, max_term_width = 100)]
pub struct Cli {
    /// Configuration file (TOML). Without it: environment and defaults.
    #[arg(long, global = true, env = "DUNNINGD_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Machine-readable output.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// See it work: a private database, a sample ledger, a month in a minute, simulated debtors.
    ///
    /// Nothing outside the folder it names is touched, and nothing leaves this machine.
    #[command(
        after_help = "Examples:\n  dunningd demo\n  dunningd demo --until-idle --json\n  dunningd demo --dir ./demo --days 60"
    )]
    Demo(crate::demo::Options),
    /// The daemon.
    #[command(
        after_help = "Examples:\n  dunningd run --config /etc/dunningd.toml\n  DATABASE_URL=postgres://dunningd@db/dunningd dunningd run\n\nCtrl-C or SIGTERM finishes what is under way; a second one stops at once."
    )]
    Run,
    /// Bring the database to this program's schema.
    #[command(after_help = "Example:\n  dunningd migrate --config /etc/dunningd.toml")]
    Migrate,
    /// Check database, mail, model, keys, clock and policies; say what to do about each.
    #[command(after_help = "Example:\n  dunningd doctor --json")]
    Doctor,
    /// Print every setting with its default and meaning.
    Config,
    /// Companies (tenants): add, show, change, stop.
    #[command(subcommand)]
    Company(company::Command),
    /// People who sign in.
    #[command(subcommand)]
    User(user::Command),
    /// Customers and their contacts; pause and resume.
    #[command(subcommand)]
    Customer(customer::Command),
    /// Import customers, contacts, invoices, credit notes and payments from CSV or JSON.
    Import(import::Options),
    /// What happened to an invoice, what is next and when, and why what was not sent was not sent.
    Explain(explain::Options),
    /// Policies: check, test, explain, and a company's own rules.
    #[command(subcommand)]
    Policy(policy::Command),
    /// Take in one raw mail from standard input, as a mail server's pipe does.
    Ingest(ingest::Options),
}

/// Runs a command; the exit code: 0 done, 1 failed, 2 wrong usage (clap), 3 done with findings.
pub async fn main(cli: Cli) -> Result<u8> {
    let out = Output::new(cli.json);
    let load = || Config::load(cli.config.as_deref());
    match cli.command {
        Command::Config => {
            out.text(&reference())?;
            Ok(0)
        }
        Command::Demo(options) => crate::demo::run(&options, &out).await,
        Command::Run => run::run(load()?).await,
        Command::Policy(command) => policy::main(command, load, &out).await,
        Command::Doctor => doctor::main(load(), &out).await,
        Command::Migrate => {
            let config = load()?;
            let database = Database::start(&config).await?;
            let report = store::migrate::migrate(&database.url).await?;
            out.value(&report, |r| {
                format!("{} migrations applied, {} already there.", r.applied.len(), r.already)
            })?;
            database.stop().await?;
            Ok(0)
        }
        Command::Company(command) => {
            with_db(load()?, async |db| company::main(command, &db, &out).await).await
        }
        Command::User(command) => with_db(load()?, async |db| user::main(command, &db, &out).await).await,
        Command::Customer(command) => {
            with_db(load()?, async |db| customer::main(command, &db, &out).await).await
        }
        Command::Import(options) => {
            with_db(load()?, async |db| import::main(&options, &db, &out).await).await
        }
        Command::Explain(options) => {
            with_db(load()?, async |db| explain::main(&options, &db, &out).await).await
        }
        Command::Ingest(options) => {
            let config = load()?;
            let keys = app::token_keys(&config)?;
            with_db(config, async |db| ingest::main(&options, &db, &keys, &out).await).await
        }
    }
}

/// The database of the configuration: the one named, or the private cluster.
pub struct Database {
    /// Where it is.
    pub url: String,
    cluster: Option<Cluster>,
}

/// Name of the database in the private cluster.
const DATABASE: &str = "dunningd";

impl Database {
    /// Connects or starts. A private cluster that a running daemon holds is used through its socket.
    pub async fn start(config: &Config) -> Result<Self> {
        if let Some(url) = &config.database_url {
            return Ok(Self { url: url.expose().to_owned(), cluster: None });
        }
        let settings = ClusterConfig::new(&config.data_dir);
        if let Some(url) = store::cluster::running_url(&settings, DATABASE) {
            return Ok(Self { url, cluster: None });
        }
        let cluster = Cluster::start(settings).await.context("the private PostgreSQL cluster")?;
        Ok(Self { url: cluster.url(DATABASE), cluster: Some(cluster) })
    }

    /// Stops the private cluster, if this process started it.
    pub async fn stop(self) -> Result<()> {
        match self.cluster {
            Some(cluster) => cluster.stop().await.context("stopping the private PostgreSQL cluster"),
            None => Ok(()),
        }
    }
}

/// Runs a short command against a migrated database.
async fn with_db(config: Config, command: impl AsyncFnOnce(Db) -> Result<u8>) -> Result<u8> {
    let database = Database::start(&config).await?;
    if database.cluster.is_some() {
        store::migrate::migrate(&database.url).await?;
    }
    let db = Db::connect(&DbConfig { max_connections: 4, ..DbConfig::new(database.url.clone()) }).await;
    let result = match db {
        Ok(db) => {
            let result = command(db.clone()).await;
            db.close().await;
            result
        }
        Err(error) => Err(error).context("cannot use the database; see `dunningd doctor`"),
    };
    database.stop().await?;
    result
}

/// The daemon's parts.
pub async fn assemble(config: &Config, db: Db, clock: Clock) -> Result<App> {
    Ok(App {
        reference: Arc::new(Reference::load(&db).await?),
        policies: Arc::new(PolicyCache::new()?),
        llm: app::model(config.model.as_ref())?,
        mailer: app::mailer(&config.mail)?,
        keys: app::token_keys(config)?,
        plus_addresses: config.mail.plus_addresses,
        worker: Uuid::now_v7(),
        work: config.work.clone(),
        db,
        clock,
    })
}
