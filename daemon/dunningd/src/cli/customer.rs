//! `dunningd customer …`: debtors, their contacts, and the pause of their chase.

mod add;
mod pause;
mod show;

pub use pause::sentence;

use super::output::Output;
use super::shared::{ACTOR, Tenant, nearest, now, tidy};
use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use domain::calendar::business_date;
use domain::ids::{BlockId, CustomerId};
use domain::money::Money;
use serde::Serialize;
use store::ledger::companies::company;
use store::ledger::customers::{CustomerFilter, CustomerLine, customer_find, customers};
use store::{Db, TenantTx};

/// `dunningd customer`.
#[derive(Subcommand)]
pub enum Command {
    /// List customers and what they owe.
    #[command(
        after_help = "Examples:\n  dunningd customer list --owing\n  dunningd customer list --search nord --json"
    )]
    List(List),
    /// Show a customer: data, contacts, what is owed, what stands in the way.
    #[command(
        after_help = "Examples:\n  dunningd customer show D-1001\n  dunningd customer show \"Nordlicht GmbH\" --json"
    )]
    Show(One),
    /// Take a customer on file.
    #[command(
        after_help = "Example:\n  dunningd customer add --number D-1001 --name \"Nordlicht GmbH\" \\\n    --email billing@nordlicht.example --country DE --region HH\n\nMany at once: see `dunningd import --help`."
    )]
    Add(Box<add::Add>),
    /// Add a contact to a customer.
    #[command(
        after_help = "Example:\n  dunningd customer contact-add D-1001 --name \"Anna Krug\" \\\n    --email krug@nordlicht.example --role escalation"
    )]
    ContactAdd(add::ContactAdd),
    /// Pause the chase of a customer, or of one invoice.
    #[command(
        after_help = "Examples:\n  dunningd customer pause D-1001 --note \"talks about a delivery\" --until 2026-07-15\n  \
        dunningd customer pause D-1001 --invoice R-7 --note \"invoice is being checked\"\n\n\
        Without --until it holds until `dunningd customer resume`."
    )]
    Pause(pause::Pause),
    /// Lift a pause.
    #[command(after_help = "Examples:\n  dunningd customer resume D-1001\n  \
        dunningd customer resume D-1001 --block 01939f3e-…\n\n\
        Without --block every pause set by a person is lifted; what a promise, a dispute or a reply set\n\
        stays and is named. Exit code 3: something still stands in the way.")]
    Resume(Resume),
}

/// `dunningd customer list`.
#[derive(Args)]
pub struct List {
    #[command(flatten)]
    tenant: Tenant,
    /// Part of the name, number or address.
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only those who owe something.
    #[arg(long)]
    owing: bool,
    /// Most customers to list.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
}

/// One customer.
#[derive(Args)]
pub struct One {
    #[command(flatten)]
    tenant: Tenant,
    /// Number, address, exact name or id.
    #[arg(value_name = "CUSTOMER")]
    customer: String,
}

/// `dunningd customer resume`.
#[derive(Args)]
pub struct Resume {
    #[command(flatten)]
    one: One,
    /// Lift this block, whatever set it.
    #[arg(long, value_name = "ID")]
    block: Option<BlockId>,
}

/// Runs the command.
pub async fn main(command: Command, db: &Db, out: &Output) -> Result<u8> {
    match command {
        Command::List(options) => list(&options, db, out).await.map(|()| 0),
        Command::Show(one) => show::show(&one, db, out).await.map(|()| 0),
        Command::Add(options) => add::add(&options, db, out).await.map(|()| 0),
        Command::ContactAdd(options) => add::contact(&options, db, out).await.map(|()| 0),
        Command::Pause(options) => pause::pause(&options, db, out).await.map(|()| 0),
        Command::Resume(options) => pause::resume(&options.one, options.block, db, out).await,
    }
}

/// The one customer a word means, or what to say instead.
pub async fn find(tx: &mut TenantTx, word: &str) -> Result<CustomerId> {
    match customer_find(tx, word).await?.as_slice() {
        [one] => Ok(*one),
        [] => {
            let today = now().date_naive();
            let filter = CustomerFilter { search: Some(word.to_owned()), owing: false };
            let near = customers(tx, &filter, today, None, 5).await?.rows;
            let all = customers(tx, &CustomerFilter::default(), today, None, 200).await?.rows;
            let slip = nearest(word, all.iter().filter_map(|c| c.number.as_deref()));
            let names: Vec<String> = near.iter().map(called).collect();
            match (slip, names.is_empty()) {
                (_, false) => {
                    bail!("no customer is called exactly {}; perhaps {}", tidy(word, 80), names.join(", "))
                }
                (Some(slip), true) => bail!("there is no customer {}; did you mean {slip}?", tidy(word, 80)),
                (None, true) => {
                    bail!("there is no customer {}; see `dunningd customer list`", tidy(word, 80))
                }
            }
        }
        several => bail!(
            "{} customers are called {}; name one by its number or id ({})",
            several.len(),
            tidy(word, 80),
            several.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        ),
    }
}

fn called(line: &CustomerLine) -> String {
    match &line.number {
        Some(number) => format!("{} ({})", tidy(&line.name, 60), tidy(number, 40)),
        None => tidy(&line.name, 60),
    }
}

#[derive(Serialize)]
struct Listed {
    customers: Vec<CustomerLine>,
    more: bool,
}

async fn list(options: &List, db: &Db, out: &Output) -> Result<()> {
    let mut tx = db.tenant(options.tenant.id(db).await?, &ACTOR).await?;
    let today = business_date(now(), company(&mut tx).await?.fields.zone);
    let filter = CustomerFilter { search: options.search.clone(), owing: options.owing };
    let wanted = usize::try_from(options.limit).unwrap_or(usize::MAX);
    let mut listed = Listed { customers: Vec::new(), more: false };
    let mut cursor = None;
    loop {
        let page = customers(&mut tx, &filter, today, cursor.as_deref(), 200).await?;
        listed.customers.extend(page.rows);
        cursor = page.next;
        if cursor.is_none() || listed.customers.len() >= wanted {
            break;
        }
    }
    tx.rollback().await?;
    listed.more = cursor.is_some() || listed.customers.len() > wanted;
    listed.customers.truncate(wanted);
    out.value(&listed, table)
}

fn table(listed: &Listed) -> String {
    if listed.customers.is_empty() {
        return "No such customer.".to_owned();
    }
    let mut rows = vec![["number", "name", "email", "owed", "overdue"].map(str::to_owned).to_vec()];
    rows.extend(listed.customers.iter().map(|c| {
        vec![
            c.number.as_deref().map(|n| tidy(n, 30)).unwrap_or_default(),
            tidy(&c.name, 40),
            c.email.as_deref().map(|e| tidy(e, 50)).unwrap_or_default(),
            sums(&c.open),
            sums(&c.overdue),
        ]
    }));
    let more = if listed.more { "\n… and more; see --limit and --search" } else { "" };
    format!("{}{more}", Output::table(&rows))
}

/// Amounts of several currencies on one line.
fn sums(amounts: &[Money]) -> String {
    amounts.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + ")
}
