//! How long the grounding check of a 20-invoice letter takes, and the limit it must keep.
//!
//! `cargo bench -p domain --bench grounding`. The ratio to the limit is printed in the same run; the
//! run fails above it.

#![expect(clippy::print_stdout, reason = "the ratio is for a person to read")]

use chrono::{DateTime, NaiveDate, Utc};
use criterion::Criterion;
use domain::facts::{Facts, LetterContext};
use domain::grounding::{Parts, ground};
use domain::ids::{CompanyId, ContactId, CustomerId, InvoiceId};
use domain::kinds::{Autonomy, ContactRole, DebtorKind};
use domain::letter::{Purpose, render};
use domain::locale::choose;
use domain::money::{Currency, Money};
use domain::procedure::Procedure;
use domain::settings::CompanySettings;
use domain::snapshot::{AccountFacts, CompanyFacts, ContactFacts, CustomerFacts, OpenItem, Snapshot};
use domain::templates::shipped;
use rust_decimal::Decimal;
use std::hint::black_box;
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_micros(200);

fn eur(cents: i64) -> Money {
    Money::rounded(Decimal::new(cents, 2), Currency::EUR)
}

fn day(n: u64) -> NaiveDate {
    NaiveDate::default() + chrono::Days::new(20_600 + n)
}

fn ledger(count: u64) -> Snapshot {
    let items = (0..count).map(|n| {
        let cents = 10_000 + i64::try_from(n).unwrap_or(0) * 7_919;
        OpenItem {
            invoice: InvoiceId::new(),
            number: format!("RE-2026/{:04}", 815 + n),
            invoice_date: day(n),
            due_date: day(n + 14),
            original: eur(cents),
            paid: eur(if n % 3 == 0 { cents / 4 } else { 0 }),
            credited: eur(0),
            level: 1,
            conversation: None,
        }
    });
    let contact = ContactFacts {
        id: ContactId::new(),
        name: "Erika Weber".to_owned(),
        email: "kreditoren@beispiel.example".to_owned(),
        role: ContactRole::Billing,
        language: None,
        usable: true,
    };
    Snapshot {
        as_of: DateTime::<Utc>::default(),
        today: day(60),
        version: 1,
        company: CompanyFacts {
            id: CompanyId::new(),
            name: "Muster & Söhne GmbH".to_owned(),
            language: "de".to_owned(),
            country: "DE".to_owned(),
            zone: chrono_tz::Europe::Berlin,
            sender_name: "Petra Klein".to_owned(),
            email: "rechnung@muster.example".to_owned(),
            iban: Some("DE89370400440532013000".to_owned()),
            bic: Some("COBADEFFXXX".to_owned()),
            account_holder: None,
            autonomy: Autonomy::Full,
            settings: CompanySettings::default(),
            procedure: Procedure::default(),
            ledger_read_at: None,
        },
        customer: CustomerFacts {
            id: CustomerId::new(),
            name: "Beispiel AG".to_owned(),
            kind: DebtorKind::Business,
            country: None,
            region: None,
            language: None,
            zone: None,
            do_not_contact: false,
            autonomy: None,
        },
        contacts: vec![contact],
        account: AccountFacts { currency: Currency::EUR, cycle: 1, level: 2, last_notice_at: None },
        items: items.collect(),
        settled: Vec::new(),
        unapplied_credit: eur(0),
        receipts: Vec::new(),
        promises: Vec::new(),
        broken_promises: 0,
        plan: None,
        blocks: Vec::new(),
        contacted_at: Vec::new(),
        pending: Vec::new(),
        pending_actions: Vec::new(),
        last_reply_at: None,
    }
}

fn main() {
    let snapshot = ledger(20);
    let mut context = LetterContext::new(Purpose::Firm, snapshot.today);
    context.level = 3;
    context.pay_by = Some(day(70));
    context.items.clone_from(&snapshot.items);
    context.recipient = snapshot.contacts.first().cloned();
    context.ai_written = true;
    let build = || Facts::build(&snapshot, &context);
    let (Ok(facts), chosen) = (build(), choose("de")) else { return };
    let template = shipped(chosen.language, Purpose::Firm);
    let Ok(letter) = render(&template.draft(&facts), &facts, chosen) else { return };
    let check = || {
        let parts = Parts { subject: black_box(&letter.subject), body: black_box(&letter.body) };
        ground(parts, &facts, chosen.language)
    };
    println!("{} bytes, {} literals", letter.body.len(), letter.certificate.entries.len());

    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("ground, 20 invoices", |b| b.iter(check));
    criterion.bench_function("facts, 20 invoices", |b| b.iter(build));
    criterion.bench_function("render, 20 invoices", |b| {
        b.iter(|| render(&template.draft(&facts), &facts, chosen));
    });
    criterion.final_summary();

    // The limit is for one check: the median of single runs, not their sum.
    let mut times: Vec<Duration> = (0..2_001)
        .map(|_| {
            let start = Instant::now();
            let _ = black_box(check());
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    let ratio = median.as_secs_f64() / LIMIT.as_secs_f64();
    println!("grounding check, 20 invoices: median {median:?}, limit {LIMIT:?}, ratio {ratio:.2}");
    assert!(ratio <= 1.0 || cfg!(debug_assertions), "the grounding check is above its limit");
}
