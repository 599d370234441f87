//! What the daemon needs to know about the companies and the world: settings, rules, people, a fresh
//! ledger, public holidays and interest rates where the debtors are.

use super::Check;
use crate::app::Reference;
use crate::cli::shared::{count, now, tidy};
use anyhow::Result;
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use domain::calendar::{Country, Gap, Place};
use domain::interest::{MissingRate, Parties, missing_rates, series_needed};
use domain::kinds::DebtorKind;
use domain::settings::LatePayment;
use policies::PolicySet;
use std::collections::BTreeSet;
use store::checkup::debtor_places;
use store::identity::users;
use store::ledger::companies::{Company, CompanyEntry, company, company_list, kill_switch};
use store::policy_versions::policy_active;
use store::{Actor, Db};

/// The checks of this module, in their order.
pub const NAMES: [&str; 3] = ["companies", "holidays", "rates"];

/// Companies looked at; with more, the first ones stand for all.
const MOST: usize = 200;

/// None could be looked at.
pub fn skipped(because: &str) -> Vec<Check> {
    NAMES.map(|name| Check::skipped(name, because)).to_vec()
}

/// What one company needs.
#[derive(Default)]
struct Needs {
    countries: BTreeSet<Country>,
    parties: Vec<Parties>,
    problems: Vec<String>,
}

/// All of them.
pub async fn checks(db: &Db) -> Vec<Check> {
    match look(db).await {
        Ok(checks) => checks,
        Err(error) => skipped(&tidy(&format!("{error:#}"), 300)),
    }
}

async fn look(db: &Db) -> Result<Vec<Check>> {
    let mut tx = db.system(&Actor::System("doctor")).await?;
    let all = company_list(&mut tx).await?;
    tx.rollback().await?;
    let reference = Reference::load(db).await?;
    let now = now();
    let mut needs = Needs::default();
    for entry in all.iter().take(MOST) {
        if let Err(error) = one(db, entry, now, &mut needs).await {
            needs.problems.push(format!("{}: {}", entry.slug, tidy(&format!("{error:#}"), 200)));
        }
    }
    let today = now.date_naive();
    let through = (today + TimeDelta::days(183)).year();
    let gaps = reference.holidays.gaps(needs.countries.iter().copied(), today.year(), through);
    let series = series_needed(&needs.parties);
    let missing = missing_rates(&reference.rates, &series, today - TimeDelta::days(365), today);
    Ok(vec![
        companies(all.len(), &needs.problems),
        holidays(&needs.countries, through, &gaps),
        rates(&needs.parties, &missing, reference.rates.ignored().len()),
    ])
}

async fn one(db: &Db, entry: &CompanyEntry, now: DateTime<Utc>, needs: &mut Needs) -> Result<()> {
    let mut tx = db.tenant_read(entry.id).await?;
    let c = company(&mut tx).await?;
    let stopped = kill_switch(&mut tx).await?;
    let people = users(&mut tx).await?.iter().filter(|u| u.disabled_at.is_none()).count();
    let rules = policy_active(&mut tx).await?;
    let places = debtor_places(&mut tx).await?;
    tx.rollback().await?;
    let bad_rules = rules
        .is_some_and(|v| PolicySet::with_company(&v.source, u32::try_from(v.version).unwrap_or(0)).is_err());
    let state = State { stopped, people, bad_rules, owing: !places.is_empty() };
    needs.problems.extend(problems(&c, &state, now).into_iter().map(|p| format!("{}: {p}", c.slug)));
    let home: Country = c.fields.country.parse()?;
    needs.countries.insert(home);
    let LatePayment { interest_from_level, flat_sum_from_level } = c.settings.late_payment;
    for place in places {
        let debtor = Place::new(&place.country, None)?;
        needs.countries.insert(debtor.country);
        if interest_from_level.is_some() || flat_sum_from_level.is_some() {
            needs.parties.push(parties(home, debtor, place.kind));
        }
    }
    Ok(())
}

const fn parties(creditor: Country, debtor: Place, debtor_kind: DebtorKind) -> Parties {
    Parties { creditor, debtor, debtor_kind, governing_law: None }
}

/// What was read beside the company itself.
pub(super) struct State {
    /// The kill switch is on.
    pub stopped: bool,
    /// People who can sign in.
    pub people: usize,
    /// The rules in force do not load.
    pub bad_rules: bool,
    /// Somebody owes something.
    pub owing: bool,
}

/// What keeps a company from being served, in words with what to do.
pub(super) fn problems(c: &Company, state: &State, now: DateTime<Utc>) -> Vec<String> {
    let mut found = Vec::new();
    if state.bad_rules {
        found.push("its own policy rules do not load, so nothing is decided; `dunningd policy retire`, then check them".to_owned());
    }
    if state.stopped {
        found.push(format!("sending is stopped; `dunningd company start {}` goes on", c.slug));
    }
    if state.people == 0 {
        found.push("nobody can sign in to decide on proposals; `dunningd user add`".to_owned());
    }
    if c.fields.iban.is_none() {
        found.push(format!("letters name no bank account; `dunningd company set {} --iban …`", c.slug));
    }
    let limit = c.settings.contact.ledger_max_age_hours;
    match c.last_sync_at {
        None => found.push("the ledger was never read; `dunningd import`".to_owned()),
        Some(at) if state.owing && now - at > TimeDelta::hours(limit.into()) => {
            let hours = (now - at).num_hours();
            let age = if hours < 72 { format!("{hours} hours") } else { format!("{} days", hours / 24) };
            found.push(format!(
                "the ledger was read {age} ago, the limit is {limit} hours: nothing is sent; `dunningd import`"
            ));
        }
        Some(_) => {}
    }
    found
}

pub(super) fn companies(all: usize, problems: &[String]) -> Check {
    const NAME: &str = "companies";
    if all == 0 {
        return Check::warn(NAME, "none yet", "set one up with `dunningd company add`");
    }
    if problems.is_empty() {
        return Check::ok(NAME, count(all, "company is", "companies are") + " ready");
    }
    Check::warn(NAME, problems.join("\n"), "each line says what to do")
}

pub(super) fn holidays(countries: &BTreeSet<Country>, through: i32, gaps: &[Gap]) -> Check {
    const NAME: &str = "holidays";
    if gaps.is_empty() {
        return Check::ok(
            NAME,
            format!("on file through {through} for {}", count(countries.len(), "country", "countries")),
        );
    }
    let list: Vec<String> = gaps.iter().take(10).map(|g| format!("{} {}", g.country, g.year)).collect();
    Check::warn(
        NAME,
        format!("not on file: {}", list.join(", ")),
        "letters to these countries are held then; add rows to the table `holidays` or update dunningd",
    )
}

pub(super) fn rates(parties: &[Parties], missing: &[MissingRate], ignored: usize) -> Check {
    const NAME: &str = "rates";
    let advice =
        "no interest is claimed for that time; add rows to the table `reference_rates` or update dunningd";
    if ignored > 0 {
        let advice = "correct them: valid_from must be 1 January or 1 July, the rate a plausible percentage";
        return Check::warn(
            NAME,
            format!("{} in `reference_rates` cannot be used", count(ignored, "row", "rows")),
            advice,
        );
    }
    if !missing.is_empty() {
        let list: Vec<String> = missing.iter().take(10).map(|m| format!("{} {}", m.series, m.half)).collect();
        return Check::warn(NAME, format!("not on file: {}", list.join(", ")), advice);
    }
    if parties.is_empty() {
        return Check::ok(NAME, "no company states interest or the flat sum");
    }
    Check::ok(NAME, "on file for every debtor whose law needs one")
}
