//! A ledger and a letter of every kind, for the tests of this crate.

use super::{Letter, Purpose, render};
use crate::action::PlanTerms;
use crate::facts::{ClaimSegment, ClaimsFacts, Facts, LetterContext};
use crate::fixture::{date, eur, item, snapshot};
use crate::ids::PromiseId;
use crate::kinds::PromiseState;
use crate::locale::choose;
use crate::money::{Currency, Money};
use crate::snapshot::{Instalment, OpenItem, PromiseFacts, Snapshot};
use crate::templates::shipped;
use rust_decimal::Decimal;

pub(crate) fn money(text: &str, currency: &str) -> Money {
    Money::new(text.parse().unwrap(), currency.parse::<Currency>().unwrap()).unwrap()
}

/// Three invoices, one of them paid and credited in part, seen on 12 November 2026.
pub(crate) fn ledger() -> Snapshot {
    let mut partly = item("RE-2026/0816", "2026-10-10", 200_000, 0);
    partly.paid = eur(50_000);
    partly.credited = eur(26_550);
    let items =
        vec![item("RE-2026/0815", "2026-10-05", 119_000, 0), partly, item("4711", "2026-10-20", 8_925, 0)];
    let mut snapshot = snapshot("2026-11-12T09:00:00Z", items);
    snapshot.version = 42;
    snapshot.company.name = "Muster & Söhne GmbH".to_owned();
    snapshot.company.sender_name = "Petra Klein".to_owned();
    snapshot.company.email = "rechnung@muster.example".to_owned();
    snapshot.company.iban = Some("DE89370400440532013000".to_owned());
    snapshot.company.bic = Some("COBADEFFXXX".to_owned());
    snapshot.company.account_holder = None;
    snapshot.customer.name = "Beispiel AG".to_owned();
    if let Some(contact) = snapshot.contacts.first_mut() {
        contact.name = "Erika Weber".to_owned();
    }
    snapshot
}

/// A letter about these invoices with everything its purpose needs.
pub(crate) fn context(snapshot: &Snapshot, purpose: Purpose, items: &[OpenItem]) -> LetterContext {
    let mut context = LetterContext::new(purpose, snapshot.today);
    context.items = items.to_vec();
    context.recipient = snapshot.contacts.first().cloned();
    context.level = match purpose {
        Purpose::Friendly => 2,
        Purpose::Firm => 3,
        Purpose::Final => 4,
        _ => 0,
    };
    if purpose.has_deadline() {
        context.pay_by = Some(date("2026-11-26"));
    }
    let currency = snapshot.account.currency;
    let total = Money::sum(currency, items.iter().map(|i| i.residual().unwrap())).unwrap();
    if let Some(first) = items.first().filter(|_| purpose.needs_promise()) {
        context.promise = Some(PromiseFacts {
            id: PromiseId::new(),
            invoice: first.invoice,
            amount: first.residual().unwrap(),
            promised_on: date(if purpose == Purpose::BrokenPromise { "2026-11-06" } else { "2026-11-20" }),
            effective_until: date(if purpose == Purpose::BrokenPromise {
                "2026-11-10"
            } else {
                "2026-11-24"
            }),
            state: if purpose == Purpose::BrokenPromise { PromiseState::Broken } else { PromiseState::Open },
            method: None,
            answered: false,
        });
    }
    if purpose.needs_plan() {
        let third = Money::rounded((total.amount() / Decimal::from(3)).trunc(), currency);
        let rest = total.minus(third).unwrap().minus(third).unwrap();
        let instalments = [("2026-12-01", third), ("2027-01-01", third), ("2027-02-01", rest)];
        let instalments = instalments.map(|(due, amount)| Instalment { due_on: date(due), amount });
        let invoices = items.iter().map(|i| i.invoice).collect();
        context.plan = Some(PlanTerms { invoices, total, instalments: instalments.to_vec() });
    }
    context
}

/// Interest and flat sum on the first invoice.
pub(crate) fn claims(items: &[OpenItem]) -> ClaimsFacts {
    let first = items.first().unwrap();
    let segment = ClaimSegment {
        invoice: first.invoice,
        principal: first.residual().unwrap(),
        from: date("2026-10-06"),
        to: date("2026-11-12"),
        days: 38,
        rate: "10.52".parse().unwrap(),
        interest: eur(1_303),
    };
    ClaimsFacts {
        interest_total: eur(1_303),
        segments: vec![segment],
        stated_before: None,
        basis: Some("§ 288 Abs. 2 BGB".to_owned()),
        flat_sum: Some(eur(4_000)),
        flat_sum_basis: Some("§ 288 Abs. 5 BGB".to_owned()),
    }
}

pub(crate) fn letter(snapshot: &Snapshot, context: &LetterContext, language: &str) -> Letter {
    let facts = Facts::build(snapshot, context).unwrap();
    let chosen = choose(language);
    let draft = shipped(chosen.language, context.purpose).draft(&facts);
    render(&draft, &facts, chosen).unwrap_or_else(|e| panic!("{}: {e:?}", context.purpose))
}
