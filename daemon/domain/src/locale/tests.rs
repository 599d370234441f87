//! The language files, and how values are written.

use super::*;
use crate::grounding::Lexicon;
use crate::letter::testkit::money;
use crate::money::Money;
use chrono::NaiveDate;
use rust_decimal::Decimal;

fn language(tag: &str) -> &'static Language {
    choose(tag).language
}

#[test]
fn every_file_parses_under_its_own_tag_and_every_rule_compiles() {
    assert_eq!(all().len(), SHIPPED.len());
    for (language, source) in all().iter().zip(SHIPPED) {
        assert_eq!(language.tag(), source.tag);
        assert!(!language.name().is_empty());
    }
    assert!(Lexicon::get().is_greeting("Sehr geehrte Frau Weber,"));
}

#[test]
fn a_tag_is_matched_by_its_primary_part() {
    for (tag, wanted, fell_back) in [
        ("de", "de", false),
        ("DE-AT", "de", false),
        ("en_US", "en", false),
        (" en ", "en", false),
        ("fr", "en", true),
        ("", "en", true),
        ("deutsch", "en", true),
    ] {
        let chosen = choose(tag);
        assert_eq!((chosen.language.tag(), chosen.fell_back), (wanted, fell_back), "{tag:?}");
    }
}

#[test]
fn amounts() {
    for (amount, currency, german, english) in [
        ("1234.50", "EUR", "1.234,50 EUR", "EUR 1,234.50"),
        ("0.05", "EUR", "0,05 EUR", "EUR 0.05"),
        ("999", "JPY", "999 JPY", "JPY 999"),
        ("1000", "JPY", "1.000 JPY", "JPY 1,000"),
        ("1234567.891", "KWD", "1.234.567,891 KWD", "KWD 1,234,567.891"),
        ("-1234.5", "USD", "-1.234,50 USD", "USD -1,234.50"),
        ("0", "CHF", "0,00 CHF", "CHF 0.00"),
    ] {
        let money = money(amount, currency);
        assert_eq!(language("de").money(money), german);
        assert_eq!(language("en").money(money), english);
    }
    let largest = Money::rounded(Decimal::MAX, "JPY".parse().unwrap());
    assert!(language("de").money(largest).starts_with("79.228.162.514."));
}

#[test]
fn dates_percentages_and_lists() {
    let date: NaiveDate = "2026-03-05".parse().unwrap();
    assert_eq!(language("de").date(date), "05.03.2026");
    assert_eq!(language("de").date_short(date), "05.03.2026");
    assert_eq!(language("en").date(date), "5 March 2026");
    assert_eq!(language("en").date_short(date), "05 Mar 2026");
    assert_eq!(language("de").percent("10.520".parse().unwrap()), "10,52 %");
    assert_eq!(language("en").percent("8".parse().unwrap()), "8%");
    assert_eq!(language("de").list::<&str>(&[]), "");
    assert_eq!(language("de").list(&["a"]), "a");
    assert_eq!(language("de").list(&["a", "b", "c"]), "a, b und c");
    assert_eq!(language("en").list(&["a", "b"]), "a and b");
}

#[test]
fn every_phrase_has_the_values_it_needs() {
    for language in all() {
        let p = &language.phrases;
        for (phrase, values) in [
            (&p.greeting_named, &["{name}"] as &[&str]),
            (&p.of_original, &["{amount}"]),
            (&p.already_paid, &["{amount}"]),
            (&p.credited, &["{amount}"]),
            (&p.interest_before, &["{amount}"]),
            (&p.with_basis, &["{name}", "{basis}"]),
            (&p.disclosure, &["{company}", "{email}"]),
            (&p.statement.heading, &["{date}"]),
            (
                &p.interest_line,
                &["{number}", "{rate}", "{principal}", "{from}", "{to}", "{days}", "{interest}"],
            ),
        ] {
            assert_eq!(phrase.matches('{').count(), values.len(), "{phrase}");
            for value in values {
                assert_eq!(phrase.matches(value).count(), 1, "{phrase}: {value}");
            }
        }
        // A digit in a fixed phrase would be a statement without a fact.
        let fixed = [&p.greeting, &p.closing, &p.payment_heading, &p.plan_heading, &p.total, &p.payable];
        assert!(fixed.iter().all(|f| !f.chars().any(char::is_numeric)));
    }
}
