//! `dunningd ingest < mail`: a raw mail from a mail server's pipe.

use super::output::Output;
use crate::intake::{MAIL_LIMIT, store_mail};
use anyhow::{Context, Result, bail};
use chrono::Utc;
use mail::TokenKeys;
use serde_json::json;
use std::io::Read;
use store::{Db, Wake};

/// Options of `dunningd ingest`.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  dunningd ingest --company lindner < reply.eml\n  In a mail server's alias file:  invoices: \"|/usr/bin/dunningd ingest\"\n\nExit code 75 asks the mail server to keep the mail and try again."
)]
pub struct Options {
    /// Slug of the company; without it the mail's own token, Message-ID or recipient decides.
    #[arg(long, value_name = "SLUG")]
    company: Option<String>,
}

/// The exit code of sysexits(3) for "try again later".
const EX_TEMPFAIL: u8 = 75;

/// Keeps the mail; everything else is the daemon's work.
pub async fn main(options: &Options, db: &Db, keys: &TokenKeys, out: &Output) -> Result<u8> {
    let mut raw = Vec::new();
    let limit = u64::try_from(MAIL_LIMIT).unwrap_or(u64::MAX) + 1;
    std::io::stdin().lock().take(limit).read_to_end(&mut raw).context("reading standard input")?;
    if raw.is_empty() {
        bail!("standard input is empty: pipe a raw mail into `dunningd ingest`");
    }
    if raw.len() > MAIL_LIMIT {
        bail!("the mail is larger than {} MiB", MAIL_LIMIT / 1024 / 1024);
    }
    let company = match &options.company {
        Some(slug) => Some(super::company::by_slug(db, slug).await?),
        None => None,
    };
    #[expect(clippy::disallowed_methods, reason = "a mail that comes in now came in now")]
    let now = Utc::now();
    match store_mail(db, keys, company, raw, "ingest", now).await {
        Ok(Some(stored)) => {
            db.notify(Wake::Inbound).await?;
            let value = json!({ "id": stored.id, "new": stored.new });
            out.value(&value, |_| if stored.new { "Kept.".to_owned() } else { "Known already.".to_owned() })?;
            Ok(0)
        }
        Ok(None) => bail!("no company of ours is meant by this mail; name one with --company"),
        Err(error)
            if error.downcast_ref::<store::StoreError>().is_some_and(store::StoreError::is_transient) =>
        {
            let _ = crate::fail(&error);
            Ok(EX_TEMPFAIL)
        }
        Err(error) => Err(error),
    }
}
