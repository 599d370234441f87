//! Trying rules on past decisions, and putting them in force.
//!
//! Guarantees: a trial decides the facts of the past under both sets of rules, so that a change of the
//! program is not taken for a change of the rules; what it said is kept with a draft.

use super::Version;
use super::company::{state, version};
use super::files::{findings, refused, told};
use crate::cli::output::Output;
use crate::cli::shared::{ACTOR, FILE_LIMIT, Tenant, count, moment, now, read_text, tidy, wake};
use anyhow::{Context, Result, bail};
use chrono::{DateTime, TimeZone, Utc};
use clap::Args;
use domain::ids::{CustomerId, PolicyVersionId};
use domain::kinds::ActionType;
use policies::{Facts, PolicySet, Verdict, dry_run};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;
use store::ledger::companies::company;
use store::policy_versions::{
    PastDecision, PolicyState, PolicyVersion, decisions_recent, policy_activate, policy_active,
    policy_dry_run_set,
};
use store::{Db, TenantTx};
use uuid::Uuid;

/// Most changed decisions shown to people; JSON has them all.
const SHOWN: usize = 20;

/// `dunningd policy dry-run`.
#[derive(Args)]
pub struct DryRun {
    #[command(flatten)]
    tenant: Tenant,
    /// Number of a version, or a file with rules.
    #[arg(value_name = "VERSION|FILE")]
    what: String,
    /// How many of the last decisions to try it on.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u16).range(1..=1000))]
    last: u16,
}

/// A decision that comes out differently.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Differs {
    decision: Uuid,
    decided_at: DateTime<Utc>,
    customer: CustomerId,
    action_type: ActionType,
    before: Verdict,
    after: Verdict,
    reasons_before: Vec<String>,
    reasons_after: Vec<String>,
}

/// What a trial said; kept with a draft.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Trial {
    /// When it was made.
    at: DateTime<Utc>,
    /// Version of the rules in force.
    against: String,
    /// Version of the rules tried.
    rules: String,
    /// How many decisions were tried.
    decisions: usize,
    /// Decisions whose facts this program cannot read (written by another version of it).
    unreadable: usize,
    /// How many changed, by verdict: `act -> propose`.
    verdicts: BTreeMap<String, usize>,
    /// Those whose verdict or reasons differ.
    changed: Vec<Differs>,
}

/// Decides past facts under both sets of rules.
pub fn compare(old: &PolicySet, new: &PolicySet, past: &[PastDecision], at: DateTime<Utc>) -> Trial {
    let read: Vec<(&PastDecision, Facts)> = past
        .iter()
        .filter_map(|d| Some((d, serde_json::from_value::<Facts>(d.facts.clone()).ok()?)))
        .collect();
    let mut verdicts = BTreeMap::new();
    let mut changed = Vec::new();
    for c in dry_run(old, new, read.iter().map(|(_, facts)| facts)) {
        let Some((d, _)) = read.get(c.index) else { continue };
        if c.verdict_changed() {
            *verdicts.entry(format!("{} -> {}", c.before.verdict, c.after.verdict)).or_insert(0) += 1;
        }
        let codes = |d: &policies::Decision| d.codes().into_iter().map(str::to_owned).collect();
        changed.push(Differs {
            decision: d.id,
            decided_at: d.decided_at,
            customer: d.customer,
            action_type: d.action_type,
            before: c.before.verdict,
            after: c.after.verdict,
            reasons_before: codes(&c.before),
            reasons_after: codes(&c.after),
        });
    }
    Trial {
        at,
        against: old.version().to_owned(),
        rules: new.version().to_owned(),
        decisions: read.len(),
        unreadable: past.len() - read.len(),
        verdicts,
        changed,
    }
}

/// Rules on top of the shipped ones.
fn set_of(source: &str, number: i32, name: &str) -> Result<PolicySet> {
    let found = findings(source)?;
    if refused(&found) {
        bail!("the rules cannot be used:\n{}", told(name, &found));
    }
    Ok(PolicySet::with_company(source, u32::try_from(number).unwrap_or(0))?)
}

async fn try_out(tx: &mut TenantTx, new: &PolicySet, last: u16) -> Result<Trial> {
    let old = match policy_active(tx).await? {
        Some(active) => set_of(&active.source, active.version, "the rules in force")?,
        None => PolicySet::shipped()?,
    };
    let past = decisions_recent(tx, last).await?;
    Ok(compare(&old, new, &past, now()))
}

async fn keep(tx: &mut TenantTx, id: PolicyVersionId, trial: &Trial) -> Result<()> {
    // The changed decisions themselves can be found again; the row stays small.
    let mut value = serde_json::to_value(trial)?;
    if let Some(members) = value.as_object_mut() {
        members.insert("changed".to_owned(), json!(trial.changed.len()));
    }
    Ok(policy_dry_run_set(tx, id, &value).await?)
}

/// `dunningd policy dry-run`.
pub async fn main(options: &DryRun, db: &Db, out: &Output) -> Result<u8> {
    let mut tx = db.tenant(options.tenant.id(db).await?, &ACTOR).await?;
    let zone = company(&mut tx).await?.fields.zone;
    let (set, draft) = match options.what.parse::<i32>() {
        Ok(number) => {
            let v = version(&mut tx, number).await?;
            (set_of(&v.source, v.version, &format!("version {number}"))?, Some(v))
        }
        Err(_) => {
            let source = read_text(Path::new(&options.what), FILE_LIMIT)?;
            (set_of(&source, 0, &options.what)?, None)
        }
    };
    let trial = try_out(&mut tx, &set, options.last).await?;
    let kept = draft.filter(|v| v.state == PolicyState::Draft);
    if let Some(v) = &kept {
        keep(&mut tx, v.id, &trial).await?;
    }
    tx.commit().await?;
    out.value(&trial, |t| human(t, kept.as_ref(), &zone))?;
    Ok(0)
}

fn human<Z: TimeZone>(trial: &Trial, kept: Option<&PolicyVersion>, zone: &Z) -> String
where
    Z::Offset: Display,
{
    let mut out = summary(trial);
    for d in trial.changed.iter().take(SHOWN) {
        let what = d.action_type.as_str().replace('_', " ");
        let codes = |codes: &[String]| tidy(&codes.join(", "), 80);
        out.push_str(&format!(
            "\n  {}  {what}: {} ({}) → {} ({})",
            moment(d.decided_at, zone),
            d.before,
            codes(&d.reasons_before),
            d.after,
            codes(&d.reasons_after)
        ));
    }
    if trial.changed.len() > SHOWN {
        out.push_str(&format!("\n  … and {} more; --json has them all", trial.changed.len() - SHOWN));
    }
    if let Some(v) = kept {
        out.push_str(&format!("\nKept with version {0}. Next: dunningd policy activate {0}", v.version));
    }
    out
}

fn summary(trial: &Trial) -> String {
    if trial.decisions == 0 {
        return "There are no past decisions to try the rules on.".to_owned();
    }
    let of = count(trial.decisions, "past decision", "past decisions");
    let mut out = match (trial.changed.len(), trial.verdicts.values().sum::<usize>()) {
        (0, _) => format!("Nothing would have changed in {of}."),
        (n, 0) => format!("The reasons of {n} of {of} would have changed, no verdict."),
        (n, verdicts) => {
            let each: Vec<String> =
                trial.verdicts.iter().map(|(change, n)| format!("{n} × {change}")).collect();
            format!(
                "{verdicts} of {of} would have another verdict ({}); {n} differ in verdict or reasons.",
                each.join(", ")
            )
        }
    };
    if trial.unreadable > 0 {
        out.push_str(&format!(" {} could not be read.", count(trial.unreadable, "older one", "older ones")));
    }
    out
}

/// `dunningd policy activate`.
pub async fn activate(which: &Version, yes: bool, db: &Db, out: &Output) -> Result<u8> {
    let mut tx = db.tenant(which.tenant.id(db).await?, &ACTOR).await?;
    let v = version(&mut tx, which.number).await?;
    let number = v.version;
    let mut tried = None;
    match v.state {
        PolicyState::Active => {
            tx.rollback().await?;
            let value = json!({ "version": number, "state": v.state });
            out.value(&value, |_| format!("Version {number} is {} already.", state(v.state)))?;
            return Ok(0);
        }
        PolicyState::Draft if v.dry_run.is_none() && !yes => bail!(
            "version {number} was not tried on past decisions; run `dunningd policy dry-run {number}` first, or add --yes"
        ),
        PolicyState::Draft if v.dry_run.is_none() => {
            let set = set_of(&v.source, number, &format!("version {number}"))?;
            let trial = try_out(&mut tx, &set, 1000).await?;
            keep(&mut tx, v.id, &trial).await?;
            tried = Some(trial);
        }
        // A version of an older program may no longer pass the checks of this one.
        PolicyState::Draft | PolicyState::Retired => {
            set_of(&v.source, number, &format!("version {number}"))?;
        }
    }
    policy_activate(&mut tx, v.id, now()).await.context("the rules stay as they were")?;
    tx.commit().await?;
    wake(db).await;
    out.value(&json!({ "version": number, "state": PolicyState::Active, "dry_run": tried }), |_| {
        let trial = tried.as_ref().map(|t| format!("{}\n", summary(t))).unwrap_or_default();
        format!("{trial}Version {number} is in force; `dunningd policy retire` goes back to the shipped rules alone.")
    })?;
    Ok(0)
}
