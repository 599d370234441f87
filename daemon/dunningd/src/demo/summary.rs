//! What the demo prints: one line an event, and the figures at the end.

use chrono::NaiveDate;
use domain::ageing::{AgeingLine, Bucket, DSO_DAYS, LedgerLine, ageing, dso};
use domain::money::MoneyError;
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;
use store::timeline::{FeedEntry, Totals};

/// DSO and ageing of each currency.
#[derive(Serialize)]
pub struct Figures {
    /// As of.
    pub on: NaiveDate,
    /// By currency.
    pub currencies: BTreeMap<String, CurrencyFigures>,
}

/// What is owed in one bucket.
#[derive(Serialize)]
pub struct Aged {
    /// Days past due.
    pub bucket: &'static str,
    /// Owed.
    pub amount: Decimal,
}

/// Figures of one currency.
#[derive(Serialize)]
pub struct CurrencyFigures {
    /// Days sales outstanding.
    pub dso_days: Option<Decimal>,
    /// Owed by age.
    pub ageing: Vec<Aged>,
}

impl Figures {
    /// Computes both from the ledger.
    pub fn of(lines: &[LedgerLine], on: NaiveDate) -> Result<Self, MoneyError> {
        let open = lines.iter().map(|l| Ok(AgeingLine { residual: l.owed_on(on)?, due_on: l.due_on }));
        let by_currency = ageing(&open.collect::<Result<Vec<_>, MoneyError>>()?, on)?;
        let mut currencies = BTreeMap::new();
        for (currency, aged) in by_currency {
            let ageing = Bucket::ALL
                .iter()
                .map(|b| Aged { bucket: name(*b), amount: aged.bucket(*b).amount() })
                .collect();
            let dso_days = dso(lines, currency, on, DSO_DAYS)?;
            currencies.insert(currency.to_string(), CurrencyFigures { dso_days, ageing });
        }
        Ok(Self { on, currencies })
    }
}

const fn name(bucket: Bucket) -> &'static str {
    match bucket {
        Bucket::NotDue => "not_due",
        Bucket::Days1To30 => "1_to_30_days",
        Bucket::Days31To60 => "31_to_60_days",
        Bucket::Days61To90 => "61_to_90_days",
        Bucket::Over90 => "over_90_days",
    }
}

/// The closing summary.
#[derive(Serialize)]
pub struct Summary {
    /// Where everything lies.
    pub folder: String,
    /// Counts.
    pub totals: Totals,
    /// On the first day.
    pub before: Figures,
    /// On the last day.
    pub after: Figures,
}

/// The summary for a person.
#[must_use]
pub fn human(summary: &Summary) -> String {
    let t = &summary.totals;
    let mut out = format!(
        "\nAfter the month\n  messages sent       {}\n  replies read        {}\n  proposals made      {}\n  \
         proposals waiting   {}\n  \
         promises kept       {}\n  promises broken     {}\n  in doubt            {}\n",
        t.messages_sent,
        t.replies,
        t.proposals,
        t.proposals_open,
        t.promises_kept,
        t.promises_broken,
        t.in_doubt
    );
    out.push_str("  held, and why\n");
    for (reason, count) in &t.held {
        out.push_str(&format!("    {count:>4}  {}\n", reason.replace('_', " ")));
    }
    for (currency, after) in &summary.after.currencies {
        let before = summary.before.currencies.get(currency);
        let dso = |f: Option<&CurrencyFigures>| {
            f.and_then(|f| f.dso_days).map_or_else(|| "–".to_owned(), |d| format!("{d} days"))
        };
        out.push_str(&format!("\n{currency}: DSO {} before, {} after\n", dso(before), dso(Some(after))));
        out.push_str("  owed                    before         after\n");
        for aged in &after.ageing {
            let was = before.and_then(|b| b.ageing.iter().find(|a| a.bucket == aged.bucket));
            let was = was.map_or(Decimal::ZERO, |a| a.amount);
            out.push_str(&format!("  {:<16} {was:>14} {:>13}\n", aged.bucket.replace('_', " "), aged.amount));
        }
    }
    out
}

/// One event for a person; `None` for those that only say that nothing is due.
#[must_use]
pub fn line(entry: &FeedEntry) -> Option<String> {
    let e = &entry.entry;
    let quiet = ["not_due", "in_flight", "min_gap"];
    let nothing = e.kind == "held" && e.reason.as_deref().is_some_and(|r| quiet.contains(&r));
    if nothing || matches!(e.kind.as_str(), "ledger_imported" | "letter_queued") {
        return None;
    }
    let at = e.at.format("%a %d %b %H:%M");
    let who = entry.customer_name.as_deref().unwrap_or("–");
    let why = e.reason.as_deref().map(|r| format!(" ({})", r.replace('_', " "))).unwrap_or_default();
    let about = entry.subject.as_deref().or(entry.invoice_number.as_deref());
    let about = about.map(|a| format!(": {a}")).unwrap_or_default();
    Some(format!("{at}  {who:<26} {}{why}{about}", e.title))
}
