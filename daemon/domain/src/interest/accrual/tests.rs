use super::super::tests::{claimed, date, debt, german, money, paid, parties};
use super::*;
use crate::kinds::DebtorKind;

fn dutch(principal: &str, due: &str) -> super::super::Debt {
    debt(parties("NL", "NL", DebtorKind::Business), principal, due)
}

/// Checked by hand, with fractions: the rates of 2023H1 to 2025H2 are 10.5, 12, 12.5, 12.25, 11.15
/// and 10.15 percent; years of default begin on 11 March.
#[test]
fn dutch_interest_is_added_on_each_anniversary_of_default() {
    let mut debt = dutch("10000.00 EUR", "2023-03-10");
    debt.reductions = vec![paid("2024-05-20", "4000.00 EUR")];
    let claim = claimed(&debt, "2025-09-15");
    let years: Vec<_> = claim.segments.iter().map(|s| (s.from, s.capitalised.round_dp(6))).collect();
    let expected = [
        ("2023-03-11", "0"),
        ("2023-07-01", "0"),
        ("2024-01-01", "0"),
        ("2024-03-11", FIRST_YEAR),
        ("2024-05-21", FIRST_YEAR),
        ("2024-07-01", FIRST_YEAR),
        ("2025-01-01", FIRST_YEAR),
        ("2025-03-11", SECOND_YEAR),
        ("2025-07-01", SECOND_YEAR),
    ]
    .map(|(from, capitalised)| (date(from), capitalised.parse().unwrap()));
    assert_eq!(years, expected);
    assert_eq!(claim.total, money(TOTAL));
    assert_eq!(claim.segments[3].formula(), "(10000.00 EUR + 1166.85 EUR) × 12.5 % × 71 / 365");
}

const FIRST_YEAR: &str = "1166.849315";
const SECOND_YEAR: &str = "2132.643368";
const TOTAL: &str = "2585.03 EUR";

#[test]
fn a_year_of_default_that_begins_on_29_february_begins_on_1_march_otherwise() {
    let days = |first: &str, last: &str| {
        anniversaries(date(first), date(last)).map(|d| d.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(days("2024-02-29", "2028-12-31"), ["2025-03-01", "2026-03-01", "2027-03-01", "2028-02-29"]);
    assert_eq!(days("2024-02-28", "2026-02-28"), ["2025-02-28", "2026-02-28"]);
    assert_eq!(days("2024-02-28", "2025-02-27"), Vec::<String>::new());
    assert!(days("2026-05-16", "2026-05-16").is_empty());
}

#[test]
fn german_interest_bears_no_interest() {
    let claim = claimed(&german("10000.00 EUR", "2023-03-10"), "2026-12-31");
    assert!(claim.segments.iter().all(|s| s.capitalised.is_zero() && s.principal == money("10000.00 EUR")));
}

#[test]
fn a_leap_year_has_366_days_from_1_january_to_31_december() {
    let claim = claimed(&german("10000.00 EUR", "2023-06-30"), "2025-06-30");
    let years: Vec<_> = claim.segments.iter().map(|s| (s.from.to_string(), s.days, s.year_days)).collect();
    let expected = [
        ("2023-07-01".to_owned(), 184, 365),
        ("2024-01-01".to_owned(), 182, 366),
        ("2024-07-01".to_owned(), 184, 366),
        ("2025-01-01".to_owned(), 181, 365),
    ];
    assert_eq!(years, expected);
    // A constant rate is split only where the denominator changes.
    let austrian = debt(parties("AT", "AT", DebtorKind::Consumer), "10000.00 EUR", "2023-06-30");
    let claim = claimed(&austrian, "2025-06-30");
    let years: Vec<_> = claim.segments.iter().map(|s| (s.days, s.year_days)).collect();
    assert_eq!(years, [(184, 365), (366, 366), (181, 365)]);
    assert_eq!(claim.total, money("800.00 EUR"));
}

#[test]
fn one_rounding_half_up_at_the_end() {
    // 36.50 × 10 % × 5 / 365 is 0.05; each tenth of it is 0.005: ten roundings would make 0.10.
    let terms =
        Terms { rate: RateRule::Constant(Decimal::TEN), ..super::super::Law::AustriaConsumer.terms() };
    let run = |principal, first, last, reductions: &[Reduction]| {
        let span = (date(first), date(last));
        let rates = RateTable::default();
        match accrue(&terms, DayCount::Act365, money(principal), reductions, span, &rates).unwrap() {
            Accrued::Interest(segments, total) => (segments, total),
            Accrued::NoRate(..) => panic!("a constant rate is always there"),
        }
    };
    let nothing: Vec<_> = (1..5).map(|day| paid(&format!("2026-03-0{day}"), "0.00 EUR")).collect();
    let (segments, total) = run("3.65 EUR", "2026-03-01", "2026-03-05", &nothing);
    assert_eq!(segments.len(), 5);
    assert!(segments.iter().all(|s| s.interest == Decimal::new(1, 3)));
    assert_eq!(total, money("0.01 EUR"));
    assert_eq!(
        segments.iter().map(|s| s.shown).collect::<Vec<_>>(),
        ["0.00 EUR", "0.00 EUR", "0.00 EUR", "0.00 EUR", "0.01 EUR"].map(money)
    );
    // Exactly half a cent rounds up, just below does not.
    assert_eq!(run("3.65 EUR", "2026-03-01", "2026-03-05", &[]).1, money("0.01 EUR"));
    assert_eq!(run("3.64 EUR", "2026-03-01", "2026-03-05", &[]).1, money("0.00 EUR"));
}

#[test]
fn a_rate_below_zero_owes_nothing() {
    let terms = super::super::Law::NetherlandsConsumer.terms();
    let row = super::super::RateRow {
        series: Series::NlConsumer,
        valid_from: date("2026-01-01"),
        rate: Decimal::NEGATIVE_ONE,
    };
    let span = (date("2026-03-01"), date("2026-03-31"));
    let rates = RateTable::new([row]);
    let accrued = accrue(&terms, DayCount::ActAct, money("1000.00 EUR"), &[], span, &rates).unwrap();
    assert!(matches!(accrued, Accrued::Interest(_, total) if total.is_zero()));
}
