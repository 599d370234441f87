//! `dunningd explain INVOICE`: what is owed, what happened, what is next and when, and for everything
//! that was not sent, why.
//!
//! Guarantees: what happened is told from what was written down when it happened; what is next is asked
//! of the very function the daemon asks (`domain::step`), on the ledger as it is now. Does not: change
//! anything.

mod next;
mod words;

use super::output::Output;
use super::shared::{ACTOR, Tenant, moment, nearest, now, pairs, tidy};
use anyhow::{Result, bail};
use chrono::{DateTime, NaiveDate, Utc};
use domain::calendar::business_date;
use domain::ids::{CompanyId, InvoiceId};
use domain::kinds::ConversationStatus;
use domain::snapshot::{BlockFacts, BlockScope};
use domain::step::next_step;
use next::{Look, Next};
use serde::Serialize;
use store::ledger::companies::{CompanyFields, company};
use store::ledger::invoices::{Invoice, InvoiceFilter, invoice_by_number, invoices};
use store::ledger::payments::{Payment, payments};
use store::procedures::procedure;
use store::snapshot::account_snapshot;
use store::timeline::{Explanation, invoice_explain};
use store::{Db, TenantTx};
use words::{because, sentence, told};

/// Options of `dunningd explain`.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  dunningd explain R-2026-0117\n  \
    dunningd explain R-2026-0117 --company lindner --json | jq .next\n\n\
    Times are those of the company's zone. `next` is what the daemon would do if it looked now.")]
pub struct Options {
    #[command(flatten)]
    tenant: Tenant,
    /// Number or id of the invoice.
    #[arg(value_name = "INVOICE")]
    invoice: String,
}

/// The whole story, as JSON has it.
#[derive(Serialize)]
struct Story {
    as_of: DateTime<Utc>,
    today: NaiveDate,
    #[serde(flatten)]
    explanation: Explanation,
    payments: Vec<Payment>,
    next: Next,
}

/// Prints the story.
pub async fn main(options: &Options, db: &Db, out: &Output) -> Result<u8> {
    let company_id = options.tenant.id(db).await?;
    let mut system = db.system(&ACTOR).await?;
    let holidays = store::reference::holidays(&mut system).await?;
    system.rollback().await?;
    let now = now();
    let mut tx = db.tenant_read(company_id).await?;
    let fields = company(&mut tx).await?.fields;
    let today = business_date(now, fields.zone);
    let id = find(&mut tx, &options.invoice, company_id).await?;
    let explanation = invoice_explain(&mut tx, id).await?;
    let paid = payments(&mut tx, id).await?;
    let (levels, _) = procedure(&mut tx).await?;
    let i = &explanation.invoice;
    let snapshot = account_snapshot(&mut tx, i.customer, i.amount.currency(), now).await?;
    tx.rollback().await?;
    let step = snapshot.as_ref().map(|s| next_step(s, &holidays)).transpose()?;
    let together = snapshot.as_ref().map_or(0, |s| s.chaseable().count());
    let own = |b: &&BlockFacts| b.scope == BlockScope::Invoice(id);
    let own_block = snapshot.as_ref().and_then(|s| s.blocks.iter().find(own));
    let look = Look { now, today, step: step.as_ref(), procedure: &levels, together, own_block };
    let story =
        Story { as_of: now, today, next: look.next(&explanation, &fields.zone), explanation, payments: paid };
    out.value(&story, |s| human(s, &fields))?;
    Ok(0)
}

/// The invoice a word means, or what to say instead.
async fn find(tx: &mut TenantTx, word: &str, company: CompanyId) -> Result<InvoiceId> {
    if let Some(id) = invoice_by_number(tx, word).await? {
        return Ok(id);
    }
    if let Ok(id) = word.parse::<InvoiceId>() {
        return Ok(id);
    }
    let shown = tidy(word, 60);
    let filter = InvoiceFilter { search: Some(word.to_owned()), ..InvoiceFilter::default() };
    let near = invoices(tx, &filter, None, 5).await?.rows;
    if !near.is_empty() {
        let numbers: Vec<String> = near.iter().map(|i| tidy(&i.number, 40)).collect();
        bail!("there is no invoice {shown}; perhaps {}", numbers.join(", "));
    }
    let all = invoices(tx, &InvoiceFilter::default(), None, 200).await?.rows;
    match nearest(word, all.iter().map(|i| i.number.as_str())) {
        Some(number) => bail!("there is no invoice {shown}; did you mean {}?", tidy(number, 60)),
        None if all.is_empty() => {
            bail!("company {company} has no invoices yet; import them with `dunningd import`")
        }
        None => bail!("there is no invoice {shown}; `dunningd customer show` lists a customer's invoices"),
    }
}

fn human(story: &Story, home: &CompanyFields) -> String {
    let e = &story.explanation;
    let i = &e.invoice;
    let zone = &home.zone;
    let late = (story.today - i.due_date).num_days();
    let due = match late {
        _ if !i.residual.is_positive() => i.due_date.to_string(),
        0 => format!("{}, today", i.due_date),
        1 => format!("{}, 1 day overdue", i.due_date),
        late if late > 0 => format!("{}, {late} days overdue", i.due_date),
        late => format!("{}, in {} days", i.due_date, -late),
    };
    let moved = i.original_due_date.filter(|day| *day != i.due_date);
    let due = moved.map_or_else(|| due.clone(), |day| format!("{due} (first {day})"));
    let none = String::new;
    let mut rows = vec![
        ("invoice", tidy(&i.number, 60)),
        ("customer", tidy(&i.customer_name, 80)),
        ("owed", format!("{} of {}", i.residual, i.amount)),
        ("paid", if i.paid.is_zero() { none() } else { i.paid.to_string() }),
        ("credited", if i.credited.is_zero() { none() } else { i.credited.to_string() }),
        ("invoice date", i.invoice_date.to_string()),
        ("due", due),
        ("status", i.status.to_string().replace('_', " ")),
        ("last notice", if i.level == 0 { "none yet".to_owned() } else { format!("level {}", i.level) }),
    ];
    if let Some(c) = &e.conversation {
        rows.push((
            "chase",
            format!("{}, stage {}, autonomy {}", c.status, c.stage, c.autonomy).replace('_', " "),
        ));
        rows.push(("so far", format!("{} sent, {} answered", c.messages_sent, c.responses)));
    }
    let mut out = pairs(&rows);
    out.push_str("\n\nWhat happened\n");
    let lines = events(story, zone);
    out.push_str(&if lines.is_empty() { "  nothing yet".to_owned() } else { lines.join("\n") });
    out.push_str("\n\nWhat is next\n");
    out.push_str(&story.next.text.iter().map(|t| format!("  {t}")).collect::<Vec<_>>().join("\n"));
    // Of a conversation at rest this would be yesterday's news.
    if let Some(c) = e.conversation.as_ref().filter(|c| c.status == ConversationStatus::Active)
        && let Some(code) = &c.hold
    {
        let until = c.hold_until.map(|at| format!(", until {}", moment(at, zone))).unwrap_or_default();
        out.push_str(&format!(
            "\n\nWhy nothing was sent at the last look\n  {}{until} ({code})",
            sentence(code)
        ));
    }
    if !e.standing.is_empty() {
        out.push_str("\n\nWhat stands in the way\n");
        let own = |b: &store::ledger::blocks::Block| b.invoice.map(|_| i.number.as_str());
        let lines: Vec<String> = e.standing.iter().map(|b| super::customer::sentence(b, own(b))).collect();
        out.push_str(&lines.join("\n"));
    }
    if !e.pending.is_empty() {
        out.push_str("\n\nWhat waits for a person");
    }
    for p in &e.pending {
        let until = p.expires_at.map(|at| format!(", until {}", moment(at, zone))).unwrap_or_default();
        out.push_str(&format!(
            "\n  {}{until} (proposal {})",
            p.action_type.as_str().replace('_', " "),
            p.action
        ));
        p.reasons.iter().for_each(|r| out.push_str(&format!("\n    because {}", because(r))));
    }
    out
}

/// What happened and what was paid, oldest first, each with its date.
fn events<Z: chrono::TimeZone>(story: &Story, zone: &Z) -> Vec<String>
where
    Z::Offset: std::fmt::Display,
{
    let mut lines: Vec<(String, String)> = Vec::new();
    // Money is told from the ledger, by its value date, wherever it was booked.
    let booked = ["payment_booked", "payment_reversed"];
    let entries = story.explanation.entries.iter().filter(|e| !booked.contains(&e.kind.as_str()));
    let entries = entries.filter(|e| !(e.kind == "held" && elsewhere(&story.explanation.invoice, e.at)));
    lines.extend(entries.map(|e| (moment(e.at, zone), told(e, zone))));
    for p in &story.payments {
        let how = p.method.as_str().replace('_', " ");
        lines.push((p.paid_on.to_string(), format!("{} paid by {how}", p.amount)));
        if let Some(at) = p.reversed_at {
            lines.push((
                moment(at, zone),
                format!("the payment of {} from {} was returned", p.amount, p.paid_on),
            ));
        }
    }
    lines.sort_by(|a, b| a.0.cmp(&b.0));
    lines.into_iter().map(|(at, text)| format!("  {at:<16}  {text}")).collect()
}

/// A hold of the account cannot have been about an invoice that was paid, or not written yet.
fn elsewhere(invoice: &Invoice, at: DateTime<Utc>) -> bool {
    invoice.paid_at.is_some_and(|paid| at >= paid) || at.date_naive() < invoice.invoice_date
}

#[cfg(test)]
mod tests;
