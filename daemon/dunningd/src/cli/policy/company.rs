//! A company's own rules: drafts, the version in force, and the way back to the shipped ones.

use super::Version;
use super::files::{findings, refused, told};
use crate::cli::output::Output;
use crate::cli::shared::{ACTOR, FILE_LIMIT, Tenant, moment, now, read_text, tidy, wake};
use anyhow::{Result, bail};
use serde_json::json;
use std::path::Path;
use store::ledger::companies::company;
use store::policy_versions::{PolicyState, PolicyVersion, policies, policy_add, policy_retire};
use store::{Db, TenantTx};

/// The version of a number, or what to say instead.
pub async fn version(tx: &mut TenantTx, number: i32) -> Result<PolicyVersion> {
    let all = policies(tx).await?;
    let newest = all.first().map(|v| v.version);
    match (all.into_iter().find(|v| v.version == number), newest) {
        (Some(version), _) => Ok(version),
        (None, Some(newest)) => bail!("there is no version {number}; the newest is {newest}"),
        (None, None) => bail!("the company has no rules of its own yet; `dunningd policy add` keeps some"),
    }
}

/// The state for people.
pub const fn state(state: PolicyState) -> &'static str {
    match state {
        PolicyState::Draft => "draft",
        PolicyState::Active => "in force",
        PolicyState::Retired => "retired",
    }
}

/// `dunningd policy list`.
pub async fn list(tenant: &Tenant, db: &Db, out: &Output) -> Result<u8> {
    let mut tx = db.tenant_read(tenant.id(db).await?).await?;
    let zone = company(&mut tx).await?.fields.zone;
    let all = policies(&mut tx).await?;
    tx.rollback().await?;
    out.value(&all, |all| {
        if all.is_empty() {
            return "No rules of its own; the shipped rules hold.".to_owned();
        }
        let mut rows =
            vec![["version", "state", "tried", "added", "in force since", "by"].map(str::to_owned).to_vec()];
        rows.extend(all.iter().map(|v| {
            vec![
                v.version.to_string(),
                state(v.state).to_owned(),
                if v.dry_run.is_some() { "yes" } else { "no" }.to_owned(),
                moment(v.created_at, &zone),
                v.activated_at.map(|at| moment(at, &zone)).unwrap_or_default(),
                tidy(&v.created_by, 50),
            ]
        }));
        Output::table(&rows)
    })?;
    Ok(0)
}

/// `dunningd policy show`.
pub async fn show(which: &Version, db: &Db, out: &Output) -> Result<u8> {
    let mut tx = db.tenant_read(which.tenant.id(db).await?).await?;
    let version = version(&mut tx, which.number).await?;
    tx.rollback().await?;
    out.value(&version, |v| v.source.trim_end().to_owned())?;
    Ok(0)
}

/// `dunningd policy add`.
pub async fn add(tenant: &Tenant, file: &Path, db: &Db, out: &Output) -> Result<u8> {
    let source = read_text(file, FILE_LIMIT)?;
    let found = findings(&source)?;
    let name = file.display().to_string();
    if refused(&found) {
        out.value(&json!({ "added": false, "findings": found }), |_| {
            format!("{}\nNothing was kept.", told(&name, &found))
        })?;
        return Ok(3);
    }
    let mut tx = db.tenant(tenant.id(db).await?, &ACTOR).await?;
    let added = policy_add(&mut tx, &source, &admin::auth::digest(&source), now()).await?;
    tx.commit().await?;
    out.value(&json!({ "added": true, "version": added.version, "findings": found }), |_| {
        let notes = if found.is_empty() { String::new() } else { format!("{}\n", told(&name, &found)) };
        format!(
            "{notes}Kept as version {0}, a draft. Nothing changes yet.\nNext:\n  dunningd policy dry-run {0}\n  \
             dunningd policy activate {0}",
            added.version
        )
    })?;
    Ok(0)
}

/// `dunningd policy retire`.
pub async fn retire(tenant: &Tenant, db: &Db, out: &Output) -> Result<u8> {
    let mut tx = db.tenant(tenant.id(db).await?, &ACTOR).await?;
    let was = policy_retire(&mut tx).await?;
    tx.commit().await?;
    wake(db).await;
    out.value(&json!({ "retired": was }), |_| {
        if was { "Only the shipped rules hold now." } else { "No rules of its own were in force." }.to_owned()
    })?;
    Ok(0)
}
