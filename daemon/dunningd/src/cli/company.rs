//! `dunningd company …`: the tenants, their settings, their dunning procedure and their kill switch.

mod settings;
mod show;

pub use super::shared::by_slug;

use super::output::Output;
use super::shared::{ACTOR, FILE_LIMIT, companies, kind, now, read_json, read_text, wake, zone_name};
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use domain::calendar::zone;
use domain::ids::CompanyId;
use domain::kinds::Autonomy;
use domain::money::Currency;
use domain::procedure::Procedure;
use serde_json::json;
use std::path::PathBuf;
use store::Db;
use store::ledger::companies::{
    CompanyFields, company, company_create, company_settings_set, company_update, kill_switch_set,
};
use store::procedures::{procedure, procedure_put};

/// `dunningd company`.
#[derive(Subcommand)]
pub enum Command {
    /// Set up a company.
    #[command(after_help = "Example:\n  dunningd company add lindner --name \"Lindner Werkzeuge GmbH\" \
        --email rechnung@lindner.example \\\n    --iban DE02120300000000202051 --autonomy supervised\n\n\
        What is not given follows from the country (Germany unless --country says otherwise).")]
    Add(Box<Add>),
    /// List the companies.
    #[command(after_help = "Example:\n  dunningd company list --json")]
    List,
    /// Show a company: its data, settings and dunning procedure.
    #[command(after_help = "Examples:\n  dunningd company show lindner\n  \
        dunningd company show lindner --json | jq .settings > settings.json")]
    Show {
        /// Short name; needed only when there are several companies.
        #[arg(value_name = "SLUG")]
        slug: Option<String>,
    },
    /// Change a company: single fields, its settings, its dunning procedure.
    #[command(after_help = "Examples:\n  dunningd company set lindner --autonomy full --terms 14\n  \
        dunningd company set lindner --settings settings.json\n  \
        dunningd company set lindner --procedure procedure.json\n\n\
        A settings file is the whole of the settings: a key that is not in it goes back to its default.\n\
        A procedure file is a list of levels, such as\n  \
        [{\"days_after_due\": 4, \"tone\": \"friendly\"}, {\"days_after_due\": 14, \"tone\": \"firm\"}]\n\
        An empty value takes a field away: --iban \"\"")]
    Set(Box<Set>),
    /// Stop all sending of a company at once (kill switch).
    #[command(
        after_help = "Example:\n  dunningd company stop lindner --note \"wrong bank account on letters\""
    )]
    Stop {
        /// Short name.
        #[arg(value_name = "SLUG")]
        slug: String,
        /// Why, for the people who find everything stopped.
        #[arg(long, value_name = "TEXT")]
        note: String,
    },
    /// Take the kill switch off again.
    #[command(after_help = "Example:\n  dunningd company start lindner")]
    Start {
        /// Short name.
        #[arg(value_name = "SLUG")]
        slug: String,
    },
}

/// `dunningd company add`.
#[derive(Args)]
pub struct Add {
    /// Short name for commands: small letters, digits, hyphens.
    #[arg(value_name = "SLUG")]
    slug: String,
    /// Name as on letters.
    #[arg(long)]
    name: String,
    /// Address letters are sent from.
    #[arg(long)]
    email: String,
    #[command(flatten)]
    more: More,
}

/// `dunningd company set`.
#[derive(Args)]
pub struct Set {
    /// Short name.
    #[arg(value_name = "SLUG")]
    slug: String,
    /// Name as on letters.
    #[arg(long)]
    name: Option<String>,
    /// Address letters are sent from.
    #[arg(long)]
    email: Option<String>,
    #[command(flatten)]
    more: More,
    /// File with the settings (JSON); `-` reads standard input.
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// File with the dunning procedure (JSON); `-` reads standard input.
    #[arg(long, value_name = "FILE")]
    procedure: Option<PathBuf>,
}

/// Fields that may be left out.
#[derive(Args, Default)]
struct More {
    /// Country (two letters); the law of late payment follows from it.
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
    /// Language of last resort.
    #[arg(long, value_name = "CODE")]
    language: Option<String>,
    /// Time zone of business days.
    #[arg(long, value_name = "ZONE", value_parser = zone_name)]
    zone: Option<String>,
    /// Currency of rows that name none.
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
    /// Days a customer has to pay when nothing else says.
    #[arg(long, value_name = "DAYS")]
    terms: Option<i32>,
    /// What the agent may do by itself.
    #[arg(long, value_parser = kind!(Autonomy))]
    autonomy: Option<Autonomy>,
    /// Account the money goes to.
    #[arg(long)]
    iban: Option<String>,
    /// Bank of that account.
    #[arg(long)]
    bic: Option<String>,
    /// Holder of that account.
    #[arg(long, value_name = "NAME")]
    account_holder: Option<String>,
    /// Name shown as the sender; the company's name without it.
    #[arg(long, value_name = "NAME")]
    sender_name: Option<String>,
    /// Where answers go; the company's address without it.
    #[arg(long, value_name = "ADDRESS")]
    reply_to: Option<String>,
    /// A line of the postal address; give it once per line.
    #[arg(long = "address-line", value_name = "TEXT")]
    address_lines: Vec<String>,
}

impl More {
    fn apply(&self, fields: &mut CompanyFields) -> Result<()> {
        let text = |given: &Option<String>, field: &mut String| {
            if let Some(value) = given {
                field.clone_from(value);
            }
        };
        let optional = |given: &Option<String>, field: &mut Option<String>| {
            if let Some(value) = given {
                *field = Some(value.clone()).filter(|v| !v.trim().is_empty());
            }
        };
        text(&self.country, &mut fields.country);
        text(&self.language, &mut fields.language);
        if let Some(name) = &self.zone {
            fields.zone = zone(name)?;
        }
        fields.default_currency = self.currency.unwrap_or(fields.default_currency);
        fields.default_payment_terms = self.terms.unwrap_or(fields.default_payment_terms);
        fields.autonomy = self.autonomy.unwrap_or(fields.autonomy);
        optional(&self.iban, &mut fields.iban);
        optional(&self.bic, &mut fields.bic);
        optional(&self.account_holder, &mut fields.account_holder);
        optional(&self.sender_name, &mut fields.sender_name);
        optional(&self.reply_to, &mut fields.reply_to);
        if !self.address_lines.is_empty() {
            fields.address_lines =
                self.address_lines.iter().filter(|l| !l.trim().is_empty()).cloned().collect();
        }
        Ok(())
    }
}

/// What a new company has when nothing else was said.
fn fresh(add: &Add) -> Result<CompanyFields> {
    let country = add.more.country.clone().unwrap_or_else(|| "DE".to_owned());
    let (language, place, currency) = match country.as_str() {
        "DE" => ("de", "Europe/Berlin", Currency::EUR),
        "AT" => ("de", "Europe/Vienna", Currency::EUR),
        "CH" => ("de", "Europe/Zurich", Currency::CHF),
        "FR" => ("en", "Europe/Paris", Currency::EUR),
        "NL" => ("en", "Europe/Amsterdam", Currency::EUR),
        "GB" => ("en", "Europe/London", Currency::GBP),
        "US" => ("en", "America/New_York", Currency::USD),
        other if add.more.zone.is_none() || add.more.language.is_none() || add.more.currency.is_none() => {
            bail!("no usual values are known for country {other}; give --language, --zone and --currency too")
        }
        _ => ("en", "UTC", Currency::EUR),
    };
    Ok(CompanyFields {
        name: add.name.clone(),
        email: add.email.clone(),
        sender_name: None,
        reply_to: None,
        country,
        language: language.to_owned(),
        zone: zone(place)?,
        default_currency: currency,
        default_payment_terms: 30,
        autonomy: Autonomy::Supervised,
        iban: None,
        bic: None,
        account_holder: None,
        address_lines: Vec::new(),
    })
}

/// Runs the command.
pub async fn main(command: Command, db: &Db, out: &Output) -> Result<u8> {
    match command {
        Command::Add(options) => add(&options, db, out).await?,
        Command::List => list(db, out).await?,
        Command::Show { slug } => {
            let tenant = super::shared::Tenant { company: slug };
            show::show(db, tenant.id(db).await?, out).await?;
        }
        Command::Set(options) => set(&options, db, out).await?,
        Command::Stop { slug, note } => switch(db, &slug, Some(&note), out).await?,
        Command::Start { slug } => switch(db, &slug, None, out).await?,
    }
    Ok(0)
}

async fn add(options: &Add, db: &Db, out: &Output) -> Result<()> {
    let mut fields = fresh(options)?;
    options.more.apply(&mut fields)?;
    let known = companies(db).await?;
    if known.iter().any(|c| c.slug == options.slug) {
        bail!("there is a company `{}` already; see `dunningd company show {0}`", options.slug);
    }
    let id = CompanyId::new();
    let mut tx = db.tenant(id, &ACTOR).await?;
    company_create(&mut tx, &options.slug, &fields).await?;
    tx.commit().await?;
    show::show(db, id, out).await?;
    let slug = &options.slug;
    out.human(&format!(
        "\nNext:\n  dunningd user add --company {slug} --email YOU@… --name \"…\" --role admin\n  \
         dunningd import --company {slug} customers.csv invoices.csv"
    ))
}

async fn list(db: &Db, out: &Output) -> Result<()> {
    let all = companies(db).await?;
    out.value(&all, |all| {
        if all.is_empty() {
            return "No company yet; set one up with `dunningd company add`.".to_owned();
        }
        let mut rows = vec![vec!["slug".to_owned(), "name".to_owned(), "id".to_owned()]];
        rows.extend(
            all.iter().map(|c| vec![c.slug.clone(), super::shared::tidy(&c.name, 60), c.id.to_string()]),
        );
        Output::table(&rows)
    })
}

async fn set(options: &Set, db: &Db, out: &Output) -> Result<()> {
    let new_settings = options.settings.as_deref().map(|p| settings::read(p, &read_json(p)?)).transpose()?;
    let new_procedure = match &options.procedure {
        None => None,
        Some(path) => {
            let text = read_text(path, FILE_LIMIT)?;
            let levels: Procedure = serde_json::from_str(&text)
                .map_err(|e| anyhow::anyhow!("{} is not a dunning procedure: {e}", path.display()))?;
            Some(levels)
        }
    };
    let id = by_slug(db, &options.slug).await?;
    let mut tx = db.tenant(id, &ACTOR).await?;
    let old = company(&mut tx).await?;
    let mut fields = old.fields.clone();
    options.more.apply(&mut fields)?;
    fields.name = options.name.clone().unwrap_or(fields.name);
    fields.email = options.email.clone().unwrap_or(fields.email);
    let mut changes =
        settings::changes("", &serde_json::to_value(&old.fields)?, &serde_json::to_value(&fields)?);
    let mut version = old.version;
    if !changes.is_empty() {
        version = company_update(&mut tx, &fields, version).await?;
    }
    if let Some(new) = &new_settings {
        let found =
            settings::changes("settings", &serde_json::to_value(&old.settings)?, &serde_json::to_value(new)?);
        if !found.is_empty() {
            company_settings_set(&mut tx, new, version).await?;
        }
        changes.extend(found);
    }
    if let Some(new) = &new_procedure {
        let (was, version) = procedure(&mut tx).await?;
        let found = settings::changes("procedure", &serde_json::to_value(&was)?, &serde_json::to_value(new)?);
        if !found.is_empty() {
            procedure_put(&mut tx, new, version).await?;
        }
        changes.extend(found);
    }
    if options.settings.is_none() && options.procedure.is_none() && changes.is_empty() {
        bail!("nothing to change; say what, for example `--autonomy full`, or see --help");
    }
    tx.commit().await.context("nothing was changed")?;
    wake(db).await;
    out.value(&json!({ "changed": changes }), |_| {
        if changes.is_empty() {
            return "Nothing to change: everything is as given.".to_owned();
        }
        changes.iter().map(settings::Change::line).collect::<Vec<_>>().join("\n")
    })
}

async fn switch(db: &Db, slug: &str, stop: Option<&str>, out: &Output) -> Result<()> {
    let id = by_slug(db, slug).await?;
    let mut tx = db.tenant(id, &ACTOR).await?;
    kill_switch_set(&mut tx, stop.is_some(), stop.unwrap_or(""), now()).await?;
    tx.commit().await?;
    wake(db).await;
    out.value(&json!({ "company": slug, "stopped": stop.is_some() }), |_| match stop {
        Some(_) => {
            format!("{slug}: nothing is sent any more. `dunningd company start {slug}` takes it back.")
        }
        None => format!("{slug}: sending goes on; every letter is checked again first."),
    })
}

#[cfg(test)]
mod tests;
