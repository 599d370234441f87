//! One customer for people: data, contacts, what is owed, what stands in the way.

use super::pause::sentence;
use super::{One, find};
use crate::cli::output::Output;
use crate::cli::shared::{now, pairs, tidy};
use anyhow::Result;
use chrono::NaiveDate;
use domain::calendar::business_date;
use domain::kinds::PromiseState;
use serde::Serialize;
use store::Db;
use store::ledger::blocks::{Block, blocks};
use store::ledger::companies::company;
use store::ledger::contacts::{Contact, contacts};
use store::ledger::customers::{Customer, customer};
use store::ledger::disputes::{Dispute, DisputeFilter, disputes};
use store::ledger::invoices::{Invoice, InvoiceFilter, invoices};
use store::ledger::promises::{Promise, promises};

/// Most invoices listed.
const MOST: u16 = 200;

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    customer: Customer,
    contacts: Vec<Contact>,
    owed: Vec<Invoice>,
    standing: Vec<Block>,
    promises: Vec<Promise>,
    disputes: Vec<Dispute>,
    today: NaiveDate,
}

/// Prints a customer.
pub async fn show(one: &One, db: &Db, out: &Output) -> Result<()> {
    let mut tx = db.tenant_read(one.tenant.id(db).await?).await?;
    let id = find(&mut tx, &one.customer).await?;
    let owing = InvoiceFilter { customer: Some(id), owing: true, ..InvoiceFilter::default() };
    let open = DisputeFilter { customer: Some(id), open_only: true };
    let mut promised = promises(&mut tx, id).await?;
    promised.retain(|p| p.state == PromiseState::Open);
    let shown = Shown {
        customer: customer(&mut tx, id).await?,
        contacts: contacts(&mut tx, id).await?,
        owed: invoices(&mut tx, &owing, None, MOST).await?.rows,
        standing: blocks(&mut tx, Some(id), true).await?,
        promises: promised,
        disputes: disputes(&mut tx, &open).await?,
        today: business_date(now(), company(&mut tx).await?.fields.zone),
    };
    tx.rollback().await?;
    out.value(&shown, human)
}

fn human(shown: &Shown) -> String {
    let f = &shown.customer.fields;
    let text = |value: &Option<String>| value.as_deref().map(|v| tidy(v, 80)).unwrap_or_default();
    let place = [text(&f.country), text(&f.region)].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>();
    let rows = [
        ("number", text(&f.number)),
        ("name", tidy(&f.name, 80)),
        ("email", text(&f.email)),
        ("person", text(&f.contact_person)),
        ("phone", text(&f.phone)),
        ("kind", f.kind.to_string()),
        ("place", place.join("-")),
        ("language", text(&f.language)),
        ("time zone", f.zone.map(|z| z.to_string()).unwrap_or_default()),
        ("payment terms", f.payment_terms.map(|d| format!("{d} days")).unwrap_or_default()),
        ("autonomy", f.autonomy.map(|a| a.to_string()).unwrap_or_default()),
        ("contact", if f.do_not_contact { "must not be contacted".to_owned() } else { String::new() }),
        ("notes", text(&f.notes)),
        ("id", shown.customer.id.to_string()),
    ];
    let mut out = pairs(&rows);
    section(&mut out, "Contacts", "none; nothing can be sent", &contact_rows(&shown.contacts));
    section(&mut out, "Owed", "nothing", &owed_rows(&shown.owed, shown.today));
    let number = |b: &Block| shown.owed.iter().find(|i| Some(i.id) == b.invoice).map(|i| i.number.clone());
    let blocks: Vec<String> = shown.standing.iter().map(|b| sentence(b, number(b).as_deref())).collect();
    if !blocks.is_empty() {
        out.push_str(&format!("\n\nNot chased because\n{}", blocks.join("\n")));
    }
    if !shown.promises.is_empty() {
        out.push_str("\n\nPromised");
    }
    for p in &shown.promises {
        out.push_str(&format!("\n  {} by {} “{}”", p.amount, p.promised_on, tidy(&p.quote, 120)));
    }
    if !shown.disputes.is_empty() {
        out.push_str("\n\nDisputed");
    }
    for d in &shown.disputes {
        out.push_str(&format!("\n  {} “{}”", d.reason, tidy(&d.quote, 120)));
    }
    out
}

fn section(out: &mut String, title: &str, empty: &str, rows: &[Vec<String>]) {
    if rows.len() < 2 {
        out.push_str(&format!("\n\n{title}: {empty}"));
    } else {
        let table = Output::table(rows);
        let table: Vec<String> = table.lines().map(|l| format!("  {l}")).collect();
        out.push_str(&format!("\n\n{title}\n{}", table.join("\n")));
    }
}

fn contact_rows(contacts: &[Contact]) -> Vec<Vec<String>> {
    let mut rows = vec![["email", "name", "role", "state"].map(str::to_owned).to_vec()];
    rows.extend(contacts.iter().map(|c| {
        let mut state = Vec::new();
        if !c.fields.active {
            state.push("off");
        }
        if !c.fields.verified {
            state.push("not confirmed");
        }
        if c.suppressed {
            state.push("asked not to be written to");
        }
        if c.undeliverable_since.is_some() {
            state.push("bounces");
        }
        let state = if state.is_empty() { "in use".to_owned() } else { state.join(", ") };
        vec![tidy(&c.fields.email, 60), tidy(&c.fields.name, 40), c.fields.role.to_string(), state]
    }));
    rows
}

fn owed_rows(owed: &[Invoice], today: NaiveDate) -> Vec<Vec<String>> {
    let mut rows = vec![["invoice", "owed", "of", "due", "overdue", "level"].map(str::to_owned).to_vec()];
    rows.extend(owed.iter().map(|i| {
        let days = (today - i.due_date).num_days();
        let overdue = if days > 0 { format!("{days} days") } else { String::new() };
        vec![
            tidy(&i.number, 40),
            i.residual.to_string(),
            i.amount.to_string(),
            i.due_date.to_string(),
            overdue,
            i.level.to_string(),
        ]
    }));
    rows
}
