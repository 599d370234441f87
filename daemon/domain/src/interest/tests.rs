use super::*;
use crate::calendar::Place;
use crate::kinds::{DebtorKind, DueDateBasis};
use proptest::prelude::*;
use rust_decimal::RoundingStrategy;

pub(super) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn money(text: &str) -> Money {
    let (amount, currency) = text.split_once(' ').unwrap();
    Money::new(amount.parse().unwrap(), currency.parse().unwrap()).unwrap()
}

pub(super) fn rates() -> RateTable {
    RateTable::new(shipped_rates().iter().map(|shipped| shipped.row))
}

pub(super) fn parties(creditor: &str, debtor: &str, debtor_kind: DebtorKind) -> Parties {
    let debtor = Place::new(debtor, None).unwrap();
    Parties { creditor: creditor.parse().unwrap(), debtor, debtor_kind, governing_law: None }
}

/// A debt with an agreed due date.
pub(super) fn debt(parties: Parties, principal: &str, due: &str) -> Debt {
    let start = StartFacts {
        due_date: date(due),
        basis: DueDateBasis::Contract,
        received_on: None,
        reminded_on: None,
        consumer_warned: false,
    };
    Debt { parties, contract_on: None, start, principal: money(principal), reductions: Vec::new() }
}

pub(super) fn german(principal: &str, due: &str) -> Debt {
    debt(parties("DE", "DE", DebtorKind::Business), principal, due)
}

pub(super) fn paid(on: &str, amount: &str) -> Reduction {
    Reduction { on: date(on), amount: money(amount), kind: ReductionKind::Payment }
}

pub(super) fn claimed(debt: &Debt, as_of: &str) -> Claim {
    claim(debt, date(as_of), &rates(), Holidays::shipped(), None).unwrap()
}

#[test]
fn worked_cases() {
    let lines = include_str!("cases.csv").lines().filter(|line| !line.starts_with('#'));
    let mut count = 0;
    for line in lines.skip(1) {
        let fields: Vec<_> = line.split(',').collect();
        let [name, creditor, debtor, kind, day_count, principal, due, as_of, segments, total, flat] =
            fields[..]
        else {
            panic!("fields of {line}");
        };
        let debt = debt(parties(creditor, debtor, kind.parse().unwrap()), principal, due);
        let day_count = match day_count {
            "default" => None,
            other => Some(serde_json::from_value(other.into()).unwrap()),
        };
        let claim = claim(&debt, date(as_of), &rates(), Holidays::shipped(), day_count).unwrap();
        assert_eq!(claim.missing, None, "{name}");
        let six = |d: Decimal| d.round_dp_with_strategy(6, RoundingStrategy::MidpointAwayFromZero);
        let found: Vec<_> =
            claim.segments.iter().map(|s| (s.from, s.to, s.days, s.rate, six(s.interest))).collect();
        let expected: Vec<_> = segments
            .split(' ')
            .map(|segment| {
                let parts: Vec<_> = segment.split('/').collect();
                let number = |i: usize| parts[i].parse::<Decimal>().unwrap();
                (date(parts[0]), date(parts[1]), parts[2].parse().unwrap(), number(3), number(4))
            })
            .collect();
        assert_eq!(found, expected, "{name}");
        assert_eq!(claim.total, money(total), "{name}");
        assert_eq!(claim.flat_sum, (!flat.is_empty()).then(|| money(flat)), "{name}");
        assert_eq!(claim.flat_sum.is_some(), claim.law.unwrap().flat_sum_citation().is_some(), "{name}");
        count += 1;
    }
    assert_eq!(count, 15);
}

#[test]
fn a_half_year_without_a_rate_yields_no_interest_and_says_so() {
    // The rate of the first half of 2027 is not known yet.
    let claim = claimed(&german("10000.00 EUR", "2026-05-15"), "2027-01-01");
    assert!(claim.segments.is_empty() && claim.total.is_zero());
    let missing = claim.missing.unwrap();
    assert_eq!(missing.to_string(), "no de_basiszinssatz on file for 2027H1");
    // The flat sum does not depend on a rate.
    assert_eq!(claim.flat_sum, Some(money("40.00 EUR")));
    // A hole in the middle counts as well, and each half-year is named once.
    let holed = RateTable::new(rates_without(&["2025-07-01", "2026-01-01"]));
    let mut debt = german("10000.00 EUR", "2025-05-15");
    debt.reductions = vec![paid("2025-08-01", "1.00 EUR"), paid("2025-09-01", "1.00 EUR")];
    let claim = super::claim(&debt, date("2026-08-01"), &holed, Holidays::shipped(), None).unwrap();
    assert_eq!(claim.missing.unwrap().to_string(), "no de_basiszinssatz on file for 2025H2, 2026H1");
    assert!(claim.total.is_zero());
}

fn rates_without(days: &[&str]) -> Vec<RateRow> {
    let rows = shipped_rates().iter().map(|shipped| shipped.row);
    rows.filter(|row| !days.iter().any(|day| row.valid_from == date(day))).collect()
}

#[test]
fn the_last_day_of_a_known_half_year_can_still_be_claimed() {
    let debt = german("10000.00 EUR", "2026-12-18");
    assert!(claimed(&debt, "2026-12-31").missing.is_none());
    assert!(claimed(&debt, "2027-01-01").missing.is_some());
}

#[test]
fn the_due_day_bears_nothing_and_the_day_of_payment_does() {
    let debt = german("10000.00 EUR", "2026-05-15");
    let early = claimed(&debt, "2026-05-15");
    assert_eq!(
        early.missing,
        Some(NoClaim::NotInDefault(NotInDefault::Later { first_day: date("2026-05-16") }))
    );
    assert_eq!((early.flat_sum, early.first_day), (None, None));
    let first = claimed(&debt, "2026-05-16");
    assert_eq!(first.segments[0].days, 1);
    // Paid in full on 20 August: looking back from later changes nothing.
    let mut paid_up = debt.clone();
    paid_up.reductions = vec![paid("2026-08-20", "10000.00 EUR")];
    for as_of in ["2026-08-20", "2026-08-21", "2026-12-31", "2031-05-05"] {
        assert_eq!(claimed(&paid_up, as_of).total, money("276.42 EUR"), "{as_of}");
    }
}

#[test]
fn payment_in_time_leaves_nothing_to_claim() {
    let mut debt = german("10000.00 EUR", "2026-05-15");
    debt.reductions = vec![paid("2026-05-15", "10000.00 EUR")];
    let claim = claimed(&debt, "2026-08-20");
    assert_eq!((claim.missing, claim.flat_sum), (Some(NoClaim::Settled), None));
    // A day later it was late: one day of interest, and the flat sum.
    debt.reductions = vec![paid("2026-05-16", "10000.00 EUR")];
    let claim = claimed(&debt, "2026-08-20");
    assert_eq!((claim.total, claim.flat_sum), (money("2.81 EUR"), Some(money("40.00 EUR"))));
}

#[test]
fn a_part_payment_begins_a_new_segment_on_the_next_day() {
    let mut debt = german("10000.00 EUR", "2026-05-15");
    debt.reductions = vec![paid("2026-06-10", "4000.00 EUR"), paid("2026-05-01", "500.00 EUR")];
    let claim = claimed(&debt, "2026-06-30");
    let stretches: Vec<_> = claim.segments.iter().map(|s| (s.to, s.days, s.principal)).collect();
    assert_eq!(
        stretches,
        [(date("2026-06-10"), 26, money("9500.00 EUR")), (date("2026-06-30"), 20, money("5500.00 EUR")),]
    );
    // (9500 × 26 + 5500 × 20) × 10.27 % / 365 = 100.4490…
    assert_eq!(claim.total, money("100.45 EUR"));
    assert_eq!(claim.segments[0].formula(), "9500.00 EUR × 10.27 % × 26 / 365");
}

#[test]
fn a_credit_note_counts_from_the_start() {
    let mut debt = german("10000.00 EUR", "2026-05-15");
    debt.reductions =
        vec![Reduction { on: date("2026-08-01"), amount: money("4000.00 EUR"), kind: ReductionKind::Credit }];
    let credited = claimed(&debt, "2026-08-20");
    assert_eq!(credited.total, claimed(&german("6000.00 EUR", "2026-05-15"), "2026-08-20").total);
    assert!(credited.segments.iter().all(|s| s.principal == money("6000.00 EUR")));
}

#[test]
fn the_flat_sum_of_the_united_kingdom_goes_by_size() {
    let british = |amount| debt(parties("GB", "GB", DebtorKind::Business), amount, "2026-05-15");
    for (amount, flat) in [
        ("0.01 GBP", "40.00 GBP"),
        ("999.99 GBP", "40.00 GBP"),
        ("1000.00 GBP", "70.00 GBP"),
        ("9999.99 GBP", "70.00 GBP"),
        ("10000.00 GBP", "100.00 GBP"),
    ] {
        assert_eq!(claimed(&british(amount), "2026-06-01").flat_sum, Some(money(flat)), "{amount}");
    }
    // What was paid in time does not count towards the size.
    let mut part = british("10000.00 GBP");
    part.reductions = vec![paid("2026-05-10", "9500.00 GBP")];
    assert_eq!(claimed(&part, "2026-06-01").flat_sum, Some(money("40.00 GBP")));
}

#[test]
fn the_british_rate_is_that_of_the_day_interest_starts() {
    let british = |due| debt(parties("GB", "GB", DebtorKind::Business), "10000.00 GBP", due);
    // Due on 30 June 2025, interest starts on 1 July: the rate of 30 June (4.25) applies for good.
    let claim = claimed(&british("2025-06-30"), "2026-02-01");
    assert_eq!(claim.segments.iter().map(|s| s.rate).collect::<Vec<_>>(), ["12.25".parse().unwrap()]);
    let claim = claimed(&british("2025-06-29"), "2026-02-01");
    assert_eq!(claim.segments[0].rate, "12.75".parse().unwrap());
    // No row for the second half of 2026: a debt late since then is not billed, an older one is.
    assert!(claimed(&british("2026-07-15"), "2026-08-01").missing.is_some());
    assert!(claimed(&british("2026-05-15"), "2026-12-01").missing.is_none());
}

#[test]
fn only_what_was_not_claimed_before_is_billed() {
    let debt = german("10000.00 EUR", "2026-05-15");
    let (first, second) = (claimed(&debt, "2026-06-15"), claimed(&debt, "2026-08-20"));
    let none = Claimed { interest: money("0.00 EUR"), flat_sum: None };
    let opening = first.since(&none).unwrap();
    assert_eq!((opening.interest, opening.flat_sum), (first.total, Some(money("40.00 EUR"))));
    let before = Claimed { interest: opening.interest, flat_sum: opening.flat_sum };
    let next = second.since(&before).unwrap();
    assert_eq!(next.interest.plus(first.total).unwrap(), second.total);
    assert_eq!((next.flat_sum, next.overclaimed), (None, None));
    // The same day again: nothing.
    let all = Claimed { interest: second.total, flat_sum: before.flat_sum };
    assert!(second.since(&all).unwrap().interest.is_zero());
}

#[test]
fn a_later_credit_note_shows_what_was_claimed_too_much() {
    let mut debt = german("10000.00 EUR", "2026-05-15");
    let before = Claimed { interest: claimed(&debt, "2026-08-20").total, flat_sum: None };
    debt.reductions =
        vec![Reduction { on: date("2026-08-21"), amount: money("9000.00 EUR"), kind: ReductionKind::Credit }];
    let delta = claimed(&debt, "2026-08-21").since(&before).unwrap();
    assert!(delta.interest.is_zero());
    assert_eq!(delta.overclaimed, Some(money("248.49 EUR")));
    // Without a rate nothing is said about earlier claims.
    let delta = claimed(&debt, "2027-01-05").since(&before).unwrap();
    assert!(delta.interest.is_zero() && delta.overclaimed.is_none());
    let dollars = Claimed { interest: money("1.00 USD"), flat_sum: None };
    assert!(claimed(&debt, "2026-08-21").since(&dollars).is_err());
}

#[test]
fn contradicting_input_is_an_error_not_a_claim() {
    let day = date("2026-08-20");
    let run = |debt: &Debt| claim(debt, day, &rates(), Holidays::shipped(), None).unwrap_err();
    let mut debt = german("10000.00 EUR", "2026-05-15");
    debt.reductions = vec![paid("2026-06-01", "1.00 USD")];
    assert!(matches!(run(&debt), InterestError::Money(MoneyError::Mixed(..))));
    debt.reductions = vec![paid("2026-06-01", "-1.00 EUR")];
    assert_eq!(run(&debt), InterestError::Negative);
    assert_eq!(run(&german("-10.00 EUR", "2026-05-15")), InterestError::Negative);
    let huge = german("79228162514264337593543950335 EUR", "2026-05-15");
    assert_eq!(run(&huge), InterestError::Money(MoneyError::Overflow));
    let far = claim(&german("1.00 EUR", "2026-05-15"), NaiveDate::MAX, &rates(), Holidays::shipped(), None);
    assert_eq!(far.unwrap_err(), InterestError::Span);
    let end = Debt {
        start: StartFacts { due_date: NaiveDate::MAX, ..debt.start },
        ..german("1.00 EUR", "2026-05-15")
    };
    assert!(matches!(run(&end), InterestError::Calendar(_)));
}

#[test]
fn a_claim_survives_storage() {
    for as_of in ["2026-08-20", "2027-01-05", "2026-05-01"] {
        let claim = claimed(&german("10000.00 EUR", "2026-05-15"), as_of);
        let json = serde_json::to_string(&claim).unwrap();
        assert_eq!(serde_json::from_str::<Claim>(&json).unwrap(), claim);
    }
}

const COUNTRIES: [&str; 6] = ["DE", "AT", "FR", "NL", "GB", "IE"];

prop_compose! {
    /// A debt within the years whose rates are on file in every series, some of it paid in between.
    fn debts()(
        country in 0usize..6, consumer in any::<bool>(), cents in 1i64..50_000_000, due in 0u64..180,
        payments in proptest::collection::vec((0u64..500, 1i64..20_000_000), 0..5),
    ) -> Debt {
        let currency = if COUNTRIES[country] == "GB" { "GBP" } else { "EUR" };
        let kind = if consumer { DebtorKind::Consumer } else { DebtorKind::Business };
        let from = date("2025-07-01");
        let amount = |cents| Money::new(Decimal::new(cents, 2), currency.parse().unwrap()).unwrap();
        let mut debt = debt(parties(COUNTRIES[country], COUNTRIES[country], kind), "0.00 EUR", "2025-07-01");
        debt.principal = amount(cents);
        debt.start.due_date = from + chrono::Days::new(due);
        debt.reductions = payments.into_iter().map(|(day, cents)| Reduction {
            on: from + chrono::Days::new(day), amount: amount(cents), kind: ReductionKind::Payment,
        }).collect();
        debt
    }
}

proptest! {
    /// Against adding up day by day; the law's own rate is taken from the segments.
    #[test]
    fn segments_say_what_each_day_says(debt in debts(), days in 0u64..500) {
        let as_of = date("2025-07-01") + chrono::Days::new(days);
        let claim = claim(&debt, as_of, &rates(), Holidays::shipped(), None).unwrap();
        let mut by_day = Decimal::ZERO;
        let mut counted = 0;
        if let Some(first) = claim.first_day.filter(|_| claim.missing.is_none()) {
            for day in first.iter_days().take_while(|day| *day <= as_of) {
                let owed = residual(debt.principal, &debt.reductions, day).unwrap().amount();
                let Some(segment) = claim.segments.iter().find(|s| (s.from..=s.to).contains(&day)) else {
                    prop_assert!(owed.is_zero(), "{} is owed on {} and bears nothing", owed, day);
                    continue;
                };
                counted += 1;
                prop_assert_eq!(segment.principal.amount(), owed);
                by_day += (owed + segment.capitalised) * segment.rate / Decimal::from(100 * u32::from(segment.year_days));
            }
        }
        prop_assert_eq!(claim.segments.iter().map(|s| s.days).sum::<u32>(), counted);
        prop_assert!((claim.total.amount() - by_day).abs() <= Decimal::new(5_000_001, 9));
        let shown = Money::sum(debt.principal.currency(), claim.segments.iter().map(|s| s.shown)).unwrap();
        prop_assert_eq!(shown, claim.total);
    }

    #[test]
    fn waiting_never_lowers_a_claim_and_paying_never_raises_it(
        debt in debts(), days in 0u64..400, more in 0u64..100, on in 0u64..500, cents in 1i64..100_000,
    ) {
        let day = |n| date("2025-07-01") + chrono::Days::new(n);
        let run = |debt: &Debt, as_of| claim(debt, as_of, &rates(), Holidays::shipped(), None).unwrap();
        let (now, later) = (run(&debt, day(days)), run(&debt, day(days + more)));
        prop_assert!(later.total.amount() >= now.total.amount());
        prop_assert!(later.flat_sum.is_some() || now.flat_sum.is_none());
        let before = Claimed { interest: now.total, flat_sum: now.flat_sum };
        let delta = later.since(&before).unwrap();
        prop_assert_eq!(now.total.plus(delta.interest).unwrap(), later.total);
        prop_assert_eq!(delta.overclaimed, None);
        let mut relieved = debt.clone();
        let amount = Money::new(Decimal::new(cents, 2), debt.principal.currency()).unwrap();
        relieved.reductions.push(Reduction { on: day(on), amount, kind: ReductionKind::Payment });
        prop_assert!(run(&relieved, day(days)).total.amount() <= now.total.amount());
        if debt.parties.debtor_kind == DebtorKind::Consumer {
            prop_assert_eq!(now.flat_sum, None);
        }
    }

    #[test]
    fn actual_actual_never_claims_more_than_actual_365(cents in 1i64..10_000_000, due in 0u64..900, days in 0u64..900) {
        let mut debt = german("1.00 EUR", "2024-01-01");
        debt.principal = Money::new(Decimal::new(cents, 2), Currency::EUR).unwrap();
        debt.start.due_date = date("2023-07-01") + chrono::Days::new(due);
        let as_of = (debt.start.due_date + chrono::Days::new(days)).min(date("2026-12-31"));
        let run = |count| claim(&debt, as_of, &rates(), Holidays::shipped(), Some(count)).unwrap().total.amount();
        prop_assert!(run(DayCount::ActAct) <= run(DayCount::Act365));
    }
}
