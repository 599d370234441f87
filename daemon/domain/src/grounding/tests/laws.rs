//! Laws over random ledgers: what is rendered is proven; a changed digit is found; nothing panics.

use crate::facts::{Facts, LetterContext};
use crate::fixture::{date, item, snapshot};
use crate::grounding::{Entry, EntryKind, Parts, ground, tidy};
use crate::letter::testkit::{context, money};
use crate::letter::{Purpose, render};
use crate::locale::{Language, all, choose};
use crate::money::Money;
use crate::snapshot::Snapshot;
use crate::templates::shipped;
use chrono::Days;
use proptest::prelude::*;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

const CURRENCIES: &[&str] = &["EUR", "USD", "GBP", "CHF", "JPY", "KWD", "SEK", "TRY", "ALL", "XAF", "ZZZ"];

/// Names as customers have them, and as attackers choose them.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-ZÄÖÜ][a-zäöüß]{2,12}( [A-Z][a-z]{2,9}){0,2}( GmbH| AG| GmbH & Co\\. KG| Ltd| e\\.K\\.)?",
        Just("3M Deutschland GmbH".to_owned()),
        Just("1&1 Telecom GmbH".to_owned()),
        Just("100 % Öko GmbH".to_owned()),
        Just("{total_due} {items} {{}}".to_owned()),
        Just("Rabatt & Nachlass 24 GmbH".to_owned()),
        Just("\u{202e}hbmG retsuM\u{202c}\u{200b}".to_owned()),
        Just("Müller\r\nSumme: 1,00 EUR\u{0}".to_owned()),
        Just("株式会社テスト 12".to_owned()),
        Just("Zwei Brüder OHG".to_owned()),
        Just("O'Brien \"The\" <b>Ltd</b>".to_owned()),
        Just("Halbe AG, Gericht & Inkasso SE".to_owned()),
        Just("check24.de / pay@bank.example".to_owned()),
        "\\PC{1,40}",
    ]
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        "RE-20[0-9]{2}/[0-9]{3,6}",
        "[1-9][0-9]{2,9}",
        "[A-Z]{1,4}-?[0-9]{2,8}(-[0-9]{1,3})?",
        "R/[0-9]{2}\\.[0-9]{4}",
        "#[0-9]{3,6}",
        "INV [0-9]{3,5}",
        "[0-9]{4}-[0-9]{3}",
        "Rechnung/2026/[0-9]{2}",
        "[0-9]{20,40}",
        Just("{invoice:1.number}".to_owned()),
    ]
}

#[derive(Clone, Debug)]
struct Line {
    number: String,
    minor: i64,
    paid: u8,
    credited: u8,
    due: u64,
}

fn line() -> impl Strategy<Value = Line> {
    let amount = prop_oneof![1_i64..100, 100_i64..1_000_000, 1_000_000_i64..900_000_000_000];
    (number(), amount, 0_u8..90, 0_u8..10, 0_u64..400).prop_map(|(number, minor, paid, credited, due)| Line {
        number,
        minor,
        paid,
        credited,
        due,
    })
}

fn ledger() -> impl Strategy<Value = Snapshot> {
    let lines = prop::collection::vec(line(), 1..=20);
    (lines, prop::sample::select(CURRENCIES), name(), name(), name(), any::<bool>()).prop_map(
        |(lines, currency, customer, contact, company, bank)| {
            let mut seen = BTreeSet::new();
            let mut items = Vec::new();
            for line in lines.into_iter().filter(|l| seen.insert(l.number.clone())) {
                let mut i = item(&line.number, "2026-11-11", 1, 0);
                let one = money("1", currency);
                let scale = one.currency().digits();
                let part = |percent: u8| {
                    Money::rounded(
                        Decimal::new(line.minor, scale) * Decimal::from(percent) / Decimal::from(100),
                        one.currency(),
                    )
                };
                i.due_date = date("2026-11-12") - Days::new(line.due);
                i.invoice_date = i.due_date - Days::new(14);
                i.original = Money::new(Decimal::new(line.minor, scale), one.currency()).unwrap();
                (i.paid, i.credited) = (part(line.paid), part(line.credited));
                if i.residual().unwrap().is_positive() {
                    items.push(i);
                }
            }
            if items.is_empty() {
                let mut i = item("1", "2026-10-01", 1, 0);
                let m = money("1", currency);
                (i.original, i.paid, i.credited) = (m, Money::zero(m.currency()), Money::zero(m.currency()));
                items.push(i);
            }
            let mut s = snapshot("2026-11-12T09:00:00Z", items);
            s.account.currency = currency.parse().unwrap();
            s.unapplied_credit = Money::zero(s.account.currency);
            s.customer.name = customer;
            s.contacts[0].name = contact;
            if !crate::facts::clean(&company).is_empty() {
                s.company.name = company;
            }
            if !bank {
                s.company.iban = None;
            }
            s
        },
    )
}

fn letters() -> impl Strategy<Value = (Snapshot, Purpose, &'static Language)> {
    (ledger(), prop::sample::select(Purpose::ALL), 0..all().len()).prop_map(|(s, p, l)| (s, p, &all()[l]))
}

/// A name that by itself is an amount, a date or the like is refused in prose, and rightly so.
fn prepared(snapshot: &Snapshot, purpose: Purpose) -> (LetterContext, Facts) {
    let context = context(snapshot, purpose, &snapshot.items);
    let facts = Facts::build(snapshot, &context).unwrap();
    (context, facts)
}

proptest! {
    #[test]
    fn what_is_rendered_is_proven((snapshot, purpose, language) in letters()) {
        let (_, facts) = prepared(&snapshot, purpose);
        let draft = shipped(language, purpose).draft(&facts);
        let letter = render(&draft, &facts, choose(language.tag()));
        prop_assert!(letter.is_ok(), "{:#?}", letter);
        let letter = letter.unwrap();
        prop_assert_eq!(&tidy(&letter.body), &letter.body);
        for line in letter.body.lines() {
            let long = line.chars().count() > 78;
            // Only a value that cannot be broken may be longer.
            prop_assert!(!long || line.chars().any(|c| c.is_numeric()) || line.contains(facts.text("customer_name").unwrap_or("\0")) || line.contains(facts.text("company_name").unwrap_or("\0")), "{}", line);
        }
    }

    #[test]
    fn a_changed_digit_of_a_fact_is_found((snapshot, purpose, language) in letters(), pick in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), by in 1_u8..10) {
        let (_, facts) = prepared(&snapshot, purpose);
        let draft = shipped(language, purpose).draft(&facts);
        let letter = render(&draft, &facts, choose(language.tag()));
        prop_assert!(letter.is_ok());
        let letter = letter.unwrap();
        let digit = |e: &&Entry| e.literal.bytes().any(|b| b.is_ascii_digit());
        let mut candidates: Vec<_> = letter.certificate.entries.iter().filter(digit).collect();
        // Mostly amounts: they matter most.
        if by % 3 != 0 && candidates.iter().any(|e| e.kind == EntryKind::Money) {
            candidates.retain(|e| e.kind == EntryKind::Money);
        }
        if candidates.is_empty() {
            return Ok(());
        }
        let entry = candidates[pick.index(candidates.len())];
        let digits: Vec<usize> = entry.literal.char_indices().filter(|(_, c)| c.is_ascii_digit()).map(|(i, _)| i).collect();
        let at = digits[place.index(digits.len())];
        let old = entry.literal.as_bytes()[at] - b'0';
        let new = char::from(b'0' + (old + by) % 10);
        let (mut subject, mut body) = (letter.subject.clone(), letter.body.clone());
        let (text, start) = match entry.part {
            crate::grounding::Part::Subject => (&mut subject, entry.start),
            crate::grounding::Part::Body => (&mut body, entry.start),
        };
        text.replace_range(start + at..start + at + 1, &new.to_string());
        let result = ground(Parts { subject: &subject, body: &body }, &facts, language);
        // The new number may be another true value of the whole letter, outside a block: 300 instead of
        // 340, both of which are owed. Nothing that reads the text alone can tell.
        if let Ok(certificate) = &result {
            let twin = certificate.entries.iter().find(|e| e.part == entry.part && e.start == entry.start);
            prop_assert!(twin.is_some_and(|t| t.fact != entry.fact && t.kind == entry.kind), "{:?} -> {}", entry, new);
        }
    }

    #[test]
    fn nothing_panics((snapshot, purpose, language) in letters(), body in "(\\PC|\n|[0-9.,:/ €$%@+-]|EUR|RE-2026|Sehr geehrte|DE[0-9]{4}){0,200}") {
        let (_, facts) = prepared(&snapshot, purpose);
        let _findings = ground(Parts { subject: &body, body: &body }, &facts, language);
    }
}
