//! `dunningd user token …`: secrets of programs that act for a person.

use super::{Who, find};
use crate::cli::output::Output;
use crate::cli::shared::{ACTOR, Tenant, moment, now, pairs, tidy};
use anyhow::{Context, Result, bail};
use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, Subcommand};
use serde_json::json;
use store::Db;
use store::identity::{
    ApiToken, NewApiToken, TokenId, api_token_create, api_token_revoke, api_tokens, users,
};
use store::ledger::companies::company;
use uuid::Uuid;

/// What a token may be allowed: the admin interface asks for these words.
const SCOPES: [&str; 3] = ["read", "decide", "admin"];

/// `dunningd user token`.
#[derive(Subcommand)]
pub enum Command {
    /// Make a token; it is shown once.
    #[command(
        after_help = "Examples:\n  dunningd user token create bot@lindner.example --name \"nightly report\"\n  \
        dunningd user token create clara@lindner.example --name review --scopes read,decide --days 30\n\n\
        A token does what its scopes name and its person may: read lists and shows, decide approves and\n\
        rejects, admin changes users, settings and the kill switch."
    )]
    Create(Create),
    /// List the tokens of a company.
    #[command(after_help = "Example:\n  dunningd user token list --company lindner")]
    List(Tenant),
    /// Make a token void.
    #[command(after_help = "Example:\n  dunningd user token revoke 01939f3e-…")]
    Revoke {
        #[command(flatten)]
        tenant: Tenant,
        /// Id of the token, as `list` shows it.
        id: Uuid,
    },
}

/// `dunningd user token create`.
#[derive(Args)]
pub struct Create {
    #[command(flatten)]
    who: Who,
    /// What it is for.
    #[arg(long)]
    name: String,
    /// What it may do, separated by commas.
    #[arg(long, value_delimiter = ',', default_value = "read", value_parser = SCOPES)]
    scopes: Vec<String>,
    /// Days until it ends.
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u16).range(1..=1095))]
    days: u16,
}

/// Runs the command.
pub async fn main(command: Command, db: &Db, out: &Output) -> Result<()> {
    match command {
        Command::Create(options) => create(&options, db, out).await,
        Command::List(tenant) => list(&tenant, db, out).await,
        Command::Revoke { tenant, id } => {
            let mut tx = db.tenant(tenant.id(db).await?, &ACTOR).await?;
            let revoked = api_token_revoke(&mut tx, TokenId::from_uuid(id), now()).await;
            revoked.with_context(|| format!("token {id}; see `dunningd user token list`"))?;
            tx.commit().await?;
            out.value(&json!({ "id": id, "revoked": true }), |_| "The token is void.".to_owned())
        }
    }
}

async fn create(options: &Create, db: &Db, out: &Output) -> Result<()> {
    let mut scopes = options.scopes.clone();
    scopes.sort_unstable();
    scopes.dedup();
    let secret = admin::auth::secret().map_err(|_| anyhow::anyhow!("no randomness on this machine"))?;
    let mut tx = db.tenant(options.who.tenant.id(db).await?, &ACTOR).await?;
    let user = find(&mut tx, &options.who.email).await?;
    if user.disabled_at.is_some() {
        bail!("{} is off; `dunningd user enable` first", tidy(&user.email, 80));
    }
    let expires_at = now() + TimeDelta::days(options.days.into());
    let new = NewApiToken {
        user: user.id,
        name: options.name.clone(),
        token_hash: admin::auth::digest(&secret),
        scopes: scopes.clone(),
        expires_at: Some(expires_at),
    };
    let id = api_token_create(&mut tx, &new).await?;
    tx.commit().await?;
    let value =
        json!({ "id": id, "user": user.email, "scopes": scopes, "expires_at": expires_at, "token": secret });
    out.value(&value, |_| {
        let rows = [
            ("id", id.uuid().to_string()),
            ("acts for", tidy(&user.email, 80)),
            ("may", scopes.join(", ")),
            ("until", format!("{} UTC", expires_at.format("%Y-%m-%d %H:%M"))),
        ];
        format!("{}\n\nToken, shown only now:  {secret}\nUse it as:  Authorization: Bearer …", pairs(&rows))
    })
}

async fn list(tenant: &Tenant, db: &Db, out: &Output) -> Result<()> {
    let mut tx = db.tenant_read(tenant.id(db).await?).await?;
    let zone = company(&mut tx).await?.fields.zone;
    let tokens = api_tokens(&mut tx).await?;
    let people = users(&mut tx).await?;
    tx.rollback().await?;
    let (now, day) =
        (now(), |at: Option<DateTime<Utc>>| at.map_or_else(|| "never".to_owned(), |t| moment(t, &zone)));
    out.value(&tokens, |tokens| {
        if tokens.is_empty() {
            return "No tokens.".to_owned();
        }
        let mut rows =
            vec![["id", "acts for", "name", "may", "last used", "state"].map(str::to_owned).to_vec()];
        rows.extend(tokens.iter().map(|t| {
            let who = people
                .iter()
                .find(|u| u.id == t.user)
                .map_or_else(|| t.user.to_string(), |u| tidy(&u.email, 60));
            let (id, may) = (t.id.uuid().to_string(), t.scopes.join(","));
            vec![id, who, tidy(&t.name, 40), may, day(t.last_used_at), state(t, now, &day(t.expires_at))]
        }));
        Output::table(&rows)
    })
}

fn state(token: &ApiToken, now: DateTime<Utc>, until: &str) -> String {
    if token.revoked_at.is_some() {
        "revoked".to_owned()
    } else if token.expires_at.is_some_and(|at| at <= now) {
        format!("ended {until}")
    } else {
        format!("good until {until}")
    }
}
