//! `dunningd user …`: the people who sign in, and the tokens of their programs.
//!
//! Guarantees: a password or token is shown once, when it is made, and never again; it is read from
//! standard input, never from the command line, where other users of the machine could see it.

mod secret;
mod token;

use super::output::Output;
use super::shared::{ACTOR, Tenant, kind, moment, nearest, now, pairs, tidy, zone_name};
use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use domain::calendar::zone;
use domain::ids::UserId;
use domain::kinds::UserRole;
use serde_json::json;
use store::identity::{
    NewUser, User, user as read_user, user_by_email, user_create, user_disable, user_enable,
    user_password_set, user_role_set, users,
};
use store::ledger::companies::company;
use store::{Db, TenantTx};

/// `dunningd user`.
#[derive(Subcommand)]
pub enum Command {
    /// Add a person.
    #[command(
        after_help = "Examples:\n  dunningd user add --email clara@lindner.example --name \"Clara\" --role controller\n  \
        pass show dunningd | dunningd user add --email bo@lindner.example --name Bo --role admin \\\n    --password-stdin\n\n\
        Without --password-stdin a password is made and shown once.\n\
        Roles: viewer reads; controller also decides on proposals; admin everything."
    )]
    Add(Add),
    /// List the people of a company.
    #[command(after_help = "Example:\n  dunningd user list --company lindner")]
    List(Tenant),
    /// Set another password; signs the person out everywhere and unlocks the account.
    #[command(after_help = "Examples:\n  dunningd user password clara@lindner.example\n  \
        pass show dunningd | dunningd user password clara@lindner.example --password-stdin")]
    Password {
        #[command(flatten)]
        who: Who,
        /// Read the password from standard input (one line) instead of making one.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Give a person another role.
    #[command(after_help = "Example:\n  dunningd user role clara@lindner.example admin")]
    Role {
        #[command(flatten)]
        who: Who,
        /// The new role.
        #[arg(value_parser = kind!(UserRole))]
        role: UserRole,
    },
    /// Turn an account off: signed out everywhere, tokens void.
    #[command(after_help = "Example:\n  dunningd user disable clara@lindner.example")]
    Disable(Who),
    /// Turn an account on again and unlock it.
    #[command(after_help = "Example:\n  dunningd user enable clara@lindner.example")]
    Enable(Who),
    /// API tokens: for programs that act for a person.
    #[command(subcommand)]
    Token(token::Command),
}

/// `dunningd user add`.
#[derive(Args)]
pub struct Add {
    #[command(flatten)]
    tenant: Tenant,
    /// Address to sign in with.
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    /// Name as others see it.
    #[arg(long)]
    name: String,
    /// What the person may do.
    #[arg(long, value_parser = kind!(UserRole))]
    role: UserRole,
    /// Time zone of the times on the page; the company's without it.
    #[arg(long, value_name = "ZONE", value_parser = zone_name)]
    zone: Option<String>,
    /// Read the password from standard input (one line) instead of making one.
    #[arg(long)]
    password_stdin: bool,
}

/// A person of a company.
#[derive(Args)]
pub struct Who {
    #[command(flatten)]
    tenant: Tenant,
    /// Address or id of the person.
    #[arg(value_name = "ADDRESS")]
    email: String,
}

/// The person a word means, or what to say instead.
pub async fn find(tx: &mut TenantTx, word: &str) -> Result<User> {
    if let Ok(id) = word.parse::<UserId>() {
        return Ok(read_user(tx, id).await?);
    }
    if let Some(user) = user_by_email(tx, word).await? {
        return Ok(user);
    }
    let all = users(tx).await?;
    let near = nearest(word, all.iter().map(|u| u.email.as_str()));
    let hint = near.map_or_else(|| "see `dunningd user list`".to_owned(), |n| format!("did you mean {n}?"));
    bail!("there is no user {}; {hint}", tidy(word, 80))
}

/// Runs the command.
pub async fn main(command: Command, db: &Db, out: &Output) -> Result<u8> {
    match command {
        Command::Add(options) => add(&options, db, out).await?,
        Command::List(tenant) => list(&tenant, db, out).await?,
        Command::Password { who, password_stdin } => password(&who, password_stdin, db, out).await?,
        Command::Role { who, role } => {
            let mut tx = db.tenant(who.tenant.id(db).await?, &ACTOR).await?;
            let user = find(&mut tx, &who.email).await?;
            user_role_set(&mut tx, user.id, role, user.version).await?;
            tx.commit().await?;
            out.value(&json!({ "id": user.id, "email": user.email, "role": role }), |_| {
                format!("{} is {role} now.", tidy(&user.email, 80))
            })?;
        }
        Command::Disable(who) => {
            let mut tx = db.tenant(who.tenant.id(db).await?, &ACTOR).await?;
            let user = find(&mut tx, &who.email).await?;
            user_disable(&mut tx, user.id, now()).await?;
            tx.commit().await?;
            out.value(&json!({ "id": user.id, "email": user.email, "disabled": true }), |_| {
                format!("{} cannot sign in any more; sessions and tokens are void.", tidy(&user.email, 80))
            })?;
        }
        Command::Enable(who) => {
            let mut tx = db.tenant(who.tenant.id(db).await?, &ACTOR).await?;
            let user = find(&mut tx, &who.email).await?;
            user_enable(&mut tx, user.id).await?;
            tx.commit().await?;
            out.value(&json!({ "id": user.id, "email": user.email, "disabled": false }), |_| {
                format!("{} can sign in again.", tidy(&user.email, 80))
            })?;
        }
        Command::Token(command) => token::main(command, db, out).await?,
    }
    Ok(0)
}

async fn add(options: &Add, db: &Db, out: &Output) -> Result<()> {
    let company_id = options.tenant.id(db).await?;
    let given = secret::given(options.password_stdin)?;
    let password = secret::Password::of(given).await?;
    let mut tx = db.tenant(company_id, &ACTOR).await?;
    let home = company(&mut tx).await?.fields.zone;
    let new = NewUser {
        email: options.email.clone(),
        name: options.name.clone(),
        role: options.role,
        password_hash: password.hash.clone(),
        zone: Some(options.zone.as_deref().map_or(Ok(home), zone)?),
    };
    if user_by_email(&mut tx, &options.email).await?.is_some() {
        bail!("{} is a user already; see `dunningd user list`", tidy(&options.email, 80));
    }
    let id = user_create(&mut tx, &new).await?;
    let user = read_user(&mut tx, id).await?;
    tx.commit().await?;
    let mut value = json!({ "id": id, "email": user.email, "name": user.name, "role": user.role });
    password.add_to(&mut value);
    out.value(&value, |_| {
        let who = [
            ("id", id.to_string()),
            ("email", tidy(&user.email, 80)),
            ("name", tidy(&user.name, 80)),
            ("role", user.role.to_string()),
            ("time zone", user.zone.to_string()),
        ];
        format!("{}{}", pairs(&who), password.sentence())
    })
}

async fn password(who: &Who, from_stdin: bool, db: &Db, out: &Output) -> Result<()> {
    let company_id = who.tenant.id(db).await?;
    let mut tx = db.tenant_read(company_id).await?;
    let user = find(&mut tx, &who.email).await?;
    tx.rollback().await?;
    let password = secret::Password::of(secret::given(from_stdin)?).await?;
    let mut tx = db.tenant(company_id, &ACTOR).await?;
    user_password_set(&mut tx, user.id, &password.hash, now()).await?;
    tx.commit().await?;
    let mut value = json!({ "id": user.id, "email": user.email });
    password.add_to(&mut value);
    out.value(&value, |_| {
        format!(
            "{} has another password and is signed out everywhere.{}",
            tidy(&user.email, 80),
            password.sentence()
        )
    })
}

async fn list(tenant: &Tenant, db: &Db, out: &Output) -> Result<()> {
    let mut tx = db.tenant_read(tenant.id(db).await?).await?;
    let home = company(&mut tx).await?.fields.zone;
    let all = users(&mut tx).await?;
    tx.rollback().await?;
    out.value(&all, |all| {
        if all.is_empty() {
            return "Nobody yet; add somebody with `dunningd user add`.".to_owned();
        }
        let mut rows = vec![["email", "name", "role", "last sign-in", "state"].map(str::to_owned).to_vec()];
        rows.extend(all.iter().map(|u| {
            let last = u.last_login_at.map_or_else(|| "never".to_owned(), |at| moment(at, &home));
            vec![tidy(&u.email, 60), tidy(&u.name, 40), u.role.to_string(), last, state(u)]
        }));
        Output::table(&rows)
    })
}

fn state(user: &User) -> String {
    let locked = user.locked_until.filter(|until| *until > now());
    match (user.disabled_at, locked) {
        (Some(_), _) => "off".to_owned(),
        (None, Some(until)) => format!("locked until {} UTC", until.format("%Y-%m-%d %H:%M")),
        (None, None) => "on".to_owned(),
    }
}
