//! Facts that are there but make no sense, and the steps.

use super::*;
use crate::facts::{limit_units, minor_units};

fn money(json: &str) -> Money {
    serde_json::from_str(json).unwrap()
}

#[test]
fn amounts_become_minor_units_exactly_or_not_at_all() {
    assert_eq!(minor_units(euro("12.34")), Some(1234));
    assert_eq!(minor_units(euro("-0.01")), Some(-1));
    assert_eq!(minor_units(euro("0")), Some(0));
    assert_eq!(minor_units(Money::new(7.into(), "JPY".parse().unwrap()).unwrap()), Some(7));
    assert_eq!(
        minor_units(Money::new("1.234".parse().unwrap(), "KWD".parse().unwrap()).unwrap()),
        Some(1234)
    );
    assert_eq!(minor_units(euro("92233720368547758.06")), Some(i64::MAX - 1));
    assert_eq!(minor_units(euro("92233720368547758.07")), None, "the largest number stands for not known");
    assert_eq!(minor_units(euro("92233720368547758.08")), None);
    let huge = Money::rounded("79228162514264337593543950335".parse().unwrap(), Currency::EUR);
    assert_eq!(minor_units(huge), None);
}

#[test]
fn a_stored_amount_with_too_many_decimals_is_not_rounded_down_to_a_limit() {
    let json = r#"{"amount":"5000.004","currency":"EUR"}"#;
    if let Ok(total) = serde_json::from_str::<Money>(json) {
        assert_eq!(minor_units(total), None);
        let facts = Facts { total: Some(total), ..clear() };
        assert_eq!(facts.missing(), [Fact::Total]);
    }
    let padded = money(r#"{"amount":"5000.000","currency":"EUR"}"#);
    assert_eq!(minor_units(padded), Some(500_000));
}

#[test]
fn a_limit_counts_in_the_currency_of_the_total_only() {
    let limit = Some(Limit::UpTo(euro("10")));
    let dollars = Money::new(10.into(), Currency::USD).unwrap();
    assert_eq!(limit_units(limit, Some(euro("3"))), Some(1000));
    assert_eq!(limit_units(limit, Some(dollars)), None);
    assert_eq!(limit_units(limit, None), Some(1000));
    assert_eq!(limit_units(None, Some(euro("3"))), None);
    assert_eq!(limit_units(Some(Limit::Unlimited), Some(dollars)), Some(i64::MAX));
    assert_eq!(limit_units(Some(Limit::UpTo(euro("-0.01"))), Some(euro("3"))), None);
}

#[test]
fn numbers_outside_their_range_are_not_known() {
    for nonsense in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.01, 1.01] {
        let facts = Facts { confidence: Some(nonsense), ..clear() };
        assert_eq!(facts.missing(), [Fact::Confidence], "{nonsense}");
        let facts = Facts { confidence_floor: Some(nonsense), ..clear() };
        assert_eq!(facts.missing(), [Fact::ConfidenceFloor], "{nonsense}");
    }
    for nonsense in [f64::NAN, -1.01, 1.01] {
        assert_eq!(Facts { sentiment: Some(nonsense), ..clear() }.missing(), [Fact::Sentiment]);
    }
    for sense in [0.0, 0.8, 1.0, -0.0] {
        let facts = Facts { confidence: Some(sense), confidence_floor: Some(sense), ..clear() };
        assert_eq!(PolicySet::shipped().unwrap().decide(&facts).verdict, Verdict::Act, "equal is enough");
    }
}

#[test]
fn forgetting_is_the_same_as_never_having_known() {
    let mut facts = clear();
    for fact in Fact::ALL {
        facts.forget(*fact);
    }
    assert_eq!(facts, Facts::unknown(ActionType::SendMessage));
    assert_eq!(serde_json::from_str::<Facts>(r#"{"action":"send_message"}"#).unwrap(), facts);
    assert!(serde_json::from_str::<Facts>("{}").is_err());
}

#[test]
fn an_unknown_message_is_every_message() {
    for step in Step::ALL.iter().filter(|s| s.is_in(Step::Contact)) {
        assert!(Step::UnknownMessage.is_in(*step), "{step:?}");
    }
    assert!(!Step::UnknownMessage.is_in(Step::Bookkeeping) && !Step::UnknownMessage.is_in(Step::Protective));
    assert_eq!(Step::of(ActionType::OfferPaymentPlan, None), Step::PlanOffer);
    assert_eq!(Step::of(ActionType::Pause, Some(Purpose::Answer)), Step::Pause);
}

/// The rule in the README is one that works.
#[test]
fn the_example_of_the_readme_is_true() {
    let readme = include_str!("../../README.md");
    let block = |kind: &str| {
        let start = readme.split_once(&format!("```{kind}\n")).unwrap().1;
        start.split_once("```").unwrap().0
    };
    assert_eq!(check(block("cedar")).unwrap(), []);
    let policies = PolicySet::with_company(block("cedar"), 1).unwrap();
    let report = run_cases(&policies, &CaseFile::parse(block("json")).unwrap().cases);
    assert_eq!(report.failures, []);
    assert!(report.passed > 1);
    for (name, _) in SHIPPED_RULES {
        assert!(readme.contains(name), "{name}");
    }
}
