//! A company for people: data, settings that differ from the defaults, procedure, state.

use super::settings::{Change, changes, shown};
use crate::cli::output::Output;
use crate::cli::shared::{moment, now, pairs, tidy};
use anyhow::Result;
use chrono::TimeDelta;
use domain::ids::CompanyId;
use domain::procedure::Procedure;
use domain::settings::CompanySettings;
use serde::Serialize;
use store::Db;
use store::ledger::companies::{Company, company, kill_switch};
use store::procedures::procedure;

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    company: Company,
    procedure: Procedure,
    stopped: bool,
}

/// Prints a company.
pub async fn show(db: &Db, id: CompanyId, out: &Output) -> Result<()> {
    let mut tx = db.tenant_read(id).await?;
    let shown = Shown {
        company: company(&mut tx).await?,
        procedure: procedure(&mut tx).await?.0,
        stopped: kill_switch(&mut tx).await?,
    };
    tx.rollback().await?;
    out.value(&shown, human)
}

fn human(of: &Shown) -> String {
    let (c, f) = (&of.company, &of.company.fields);
    let text = |value: &Option<String>| value.as_deref().map(|v| tidy(v, 80)).unwrap_or_default();
    let sending = if of.stopped {
        format!("STOPPED; `dunningd company start {}` goes on", c.slug)
    } else {
        "on".to_owned()
    };
    let mut out = pairs(&[
        ("slug", c.slug.clone()),
        ("name", tidy(&f.name, 80)),
        ("email", tidy(&f.email, 80)),
        ("sender name", text(&f.sender_name)),
        ("answers to", text(&f.reply_to)),
        ("country", f.country.clone()),
        ("language", f.language.clone()),
        ("time zone", f.zone.to_string()),
        ("currency", f.default_currency.to_string()),
        ("payment terms", format!("{} days", f.default_payment_terms)),
        ("autonomy", f.autonomy.to_string()),
        ("iban", text(&f.iban)),
        ("bic", text(&f.bic)),
        ("account holder", text(&f.account_holder)),
        ("address", f.address_lines.iter().map(|l| tidy(l, 80)).collect::<Vec<_>>().join(", ")),
        ("ledger read", ledger_age(c)),
        ("sending", sending),
    ]);
    out.push_str("\n\nDunning procedure\n");
    out.push_str(&indent(&levels(&of.procedure)));
    out.push_str("\n\nSettings");
    let json = |s: &CompanySettings| serde_json::to_value(s).unwrap_or_default();
    let own = changes("", &json(&CompanySettings::default()), &json(&c.settings));
    if own.is_empty() {
        out.push_str(": all as by default (--json shows them)");
    } else {
        out.push_str(" that differ from the defaults (--json shows all)\n");
        let line = |c: &Change| format!("{} = {} (default {})", c.key, shown(&c.after), shown(&c.before));
        out.push_str(&indent(&own.iter().map(line).collect::<Vec<_>>().join("\n")));
    }
    out
}

/// How fresh the ledger is: when it is too old, nothing leaves, and this is where one looks first.
fn ledger_age(company: &Company) -> String {
    let Some(at) = company.last_sync_at else {
        return "never; import it with `dunningd import`".to_owned();
    };
    let limit = company.settings.contact.ledger_max_age_hours;
    let old = now() - at > TimeDelta::hours(limit.into());
    let note = if old {
        format!("; older than {limit} hours, so nothing is sent until it is read again")
    } else {
        String::new()
    };
    format!("{}{note}", moment(at, &company.fields.zone))
}

/// The levels as a table.
pub fn levels(procedure: &Procedure) -> String {
    let mut rows =
        vec![["level", "from", "tone", "pay within", "after the last"].map(str::to_owned).to_vec()];
    for (n, level) in procedure.levels() {
        let from = match level.days_after_due {
            0 => "the due date".to_owned(),
            days if days < 0 => format!("{} days before", -days),
            days => format!("{days} days after"),
        };
        rows.push(vec![
            n.to_string(),
            from,
            level.tone.as_str().to_owned(),
            format!("{} days", level.pay_within_days),
            format!("{} days", level.min_days_since_previous),
        ]);
    }
    Output::table(&rows)
}

/// Two blanks before every line.
pub fn indent(text: &str) -> String {
    text.lines().map(|l| format!("  {l}")).collect::<Vec<_>>().join("\n")
}
