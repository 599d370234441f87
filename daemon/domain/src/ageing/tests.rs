use super::*;
use proptest::prelude::*;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn money(text: &str) -> Money {
    let (amount, currency) = text.split_once(' ').unwrap();
    Money::new(amount.parse().unwrap(), currency.parse().unwrap()).unwrap()
}

fn owed(residual: &str, due_on: &str) -> AgeingLine {
    AgeingLine { residual: money(residual), due_on: date(due_on) }
}

fn line(issued_on: &str, due_on: &str, amount: &str, reductions: &[(&str, &str)]) -> LedgerLine {
    LedgerLine {
        issued_on: date(issued_on),
        due_on: date(due_on),
        amount: money(amount),
        reductions: reductions.iter().map(|(on, amount)| (date(on), money(amount))).collect(),
    }
}

fn figure(text: &str) -> Option<Decimal> {
    Some(text.parse().unwrap())
}

#[test]
fn buckets_by_days_past_the_due_date() {
    for (days, bucket) in [
        (i64::MIN, Bucket::NotDue),
        (-1, Bucket::NotDue),
        (0, Bucket::NotDue),
        (1, Bucket::Days1To30),
        (30, Bucket::Days1To30),
        (31, Bucket::Days31To60),
        (60, Bucket::Days31To60),
        (61, Bucket::Days61To90),
        (90, Bucket::Days61To90),
        (91, Bucket::Over90),
        (i64::MAX, Bucket::Over90),
    ] {
        assert_eq!(Bucket::of(days), bucket, "{days}");
    }
}

#[test]
fn each_currency_ages_by_itself() {
    let lines = [
        owed("100.00 EUR", "2026-03-31"),
        owed("10.00 EUR", "2026-03-30"),
        owed("20.00 EUR", "2026-02-28"),
        owed("40.00 EUR", "2025-12-30"),
        owed("-5.00 EUR", "2025-01-01"),
        owed("0.00 EUR", "2025-01-01"),
        owed("7.00 USD", "2026-01-29"),
    ];
    let found = ageing(&lines, date("2026-03-31")).unwrap();
    let eur = found[&Currency::EUR];
    assert_eq!(eur.not_due, money("100.00 EUR"));
    assert_eq!(eur.days_1_to_30, money("10.00 EUR"));
    assert_eq!(eur.days_31_to_60, money("20.00 EUR"));
    assert_eq!(eur.days_61_to_90, money("0.00 EUR"));
    assert_eq!(eur.over_90, money("40.00 EUR"));
    assert_eq!(eur.overpaid, money("5.00 EUR"));
    assert_eq!(eur.overdue().unwrap(), money("70.00 EUR"));
    assert_eq!(eur.total().unwrap(), money("170.00 EUR"));
    assert_eq!(found[&Currency::USD].days_61_to_90, money("7.00 USD"));
    assert_eq!(found.len(), 2);
    assert!(ageing(&[], date("2026-03-31")).unwrap().is_empty());
}

#[test]
fn an_invoice_is_owed_from_its_date_until_it_is_paid() {
    let line = line(
        "2026-01-10",
        "2026-02-09",
        "100.00 EUR",
        &[("2026-02-20", "60.00 EUR"), ("2026-03-01", "50.00 EUR")],
    );
    for (day, left) in [
        ("2026-01-09", "0.00 EUR"),
        ("2026-01-10", "100.00 EUR"),
        ("2026-02-19", "100.00 EUR"),
        ("2026-02-20", "40.00 EUR"),
        ("2026-03-01", "0.00 EUR"),
    ] {
        assert_eq!(line.owed_on(date(day)).unwrap(), money(left), "{day}");
    }
}

#[test]
fn dso_is_receivables_over_sales_times_days() {
    // 900 sold in the 90 days up to 31 March, 300 of all ever sold still owed: 30 days.
    let lines = [
        line("2025-11-01", "2025-12-01", "100.00 EUR", &[]),
        line("2026-01-01", "2026-01-31", "400.00 EUR", &[("2026-02-01", "400.00 EUR")]),
        line("2026-03-31", "2026-04-30", "500.00 EUR", &[("2026-03-31", "300.00 EUR")]),
        line("2026-03-01", "2026-04-30", "9999.00 USD", &[]),
    ];
    let run = |as_of: &str, days| dso(&lines, Currency::EUR, date(as_of), days).unwrap();
    assert_eq!(run("2026-03-31", DSO_DAYS), figure("30.0"));
    // 1 January is the 90th day back, 2 January the 89th.
    assert_eq!(run("2026-03-31", 89), figure("53.4"));
    assert_eq!(run("2026-03-31", 0), None);
    assert_eq!(run("2025-10-01", DSO_DAYS), None);
    assert_eq!(dso(&lines, Currency::GBP, date("2026-03-31"), DSO_DAYS).unwrap(), None);
    assert_eq!(dso(&lines, Currency::EUR, NaiveDate::MIN, DSO_DAYS).unwrap(), None);
}

#[test]
fn cei_is_what_was_collected_of_what_could_be() {
    // Owed on 28 February: 1000. Sold in March: 500. Owed on 31 March: 600, of it 400 not yet due.
    let lines = [
        line("2026-01-15", "2026-02-14", "1000.00 EUR", &[("2026-03-10", "800.00 EUR")]),
        line("2026-03-05", "2026-04-04", "400.00 EUR", &[]),
        line("2026-03-06", "2026-03-20", "100.00 EUR", &[("2026-03-18", "100.00 EUR")]),
    ];
    let run = |from: &str, to: &str| cei(&lines, Currency::EUR, date(from), date(to)).unwrap();
    // (1000 + 500 − 600) ÷ (1000 + 500 − 400) × 100
    assert_eq!(run("2026-03-01", "2026-03-31"), figure("81.8"));
    // Due on the last day of the period counts as current.
    assert_eq!(run("2026-03-01", "2026-04-04"), figure("81.8"));
    assert_eq!(run("2026-03-01", "2026-04-05"), figure("60.0"));
    assert_eq!(run("2026-03-31", "2026-03-01"), None);
    assert_eq!(run("2020-01-01", "2020-01-31"), None);
}

#[test]
fn figures_refuse_what_does_not_add_up() {
    let mixed = [line("2026-01-15", "2026-02-14", "10.00 EUR", &[("2026-02-01", "1.00 USD")])];
    assert!(dso(&mixed, Currency::EUR, date("2026-03-31"), 90).is_err());
    assert!(cei(&mixed, Currency::EUR, date("2026-03-01"), date("2026-03-31")).is_err());
    let huge = line("2026-03-15", "2026-02-14", "79228162514264337593543950335 EUR", &[]);
    assert!(dso(std::slice::from_ref(&huge), Currency::EUR, date("2026-03-31"), 90).is_err());
    assert!(cei(&[huge.clone(), huge], Currency::EUR, date("2026-03-01"), date("2026-03-31")).is_err());
}

proptest! {
    /// Nothing falls between the buckets, and waiting moves amounts only to later ones.
    #[test]
    fn ageing_loses_nothing(lines in proptest::collection::vec((1i64..1_000_000, -200i64..200), 0..20), later in 0i64..200) {
        let today = date("2026-03-31");
        let lines: Vec<_> = lines.into_iter().map(|(cents, late)| AgeingLine {
            residual: Money::new(Decimal::new(cents, 2), Currency::EUR).unwrap(),
            due_on: today - chrono::TimeDelta::days(late),
        }).collect();
        let all = Money::sum(Currency::EUR, lines.iter().map(|l| l.residual)).unwrap();
        let total = |as_of| {
            let found = ageing(&lines, as_of).unwrap();
            found.get(&Currency::EUR).map_or((all, Money::zero(Currency::EUR)), |a| (a.total().unwrap(), a.overdue().unwrap()))
        };
        let (now, then) = (total(today), total(today + chrono::TimeDelta::days(later)));
        prop_assert_eq!((now.0, then.0), (all, all));
        prop_assert!(then.1.amount() >= now.1.amount());
    }

    /// CEI lies between 0 and 100, and is 100 exactly when nothing overdue is left.
    #[test]
    fn cei_is_a_percentage(
        lines in proptest::collection::vec((0u64..150, 1u64..60, 1i64..100_000, 0u64..150, 0i64..100_000), 1..12),
    ) {
        let day = |n| date("2026-01-01") + Days::new(n);
        let amount = |cents| Money::new(Decimal::new(cents, 2), Currency::EUR).unwrap();
        let lines: Vec<_> = lines.into_iter().map(|(issued, terms, cents, paid_after, paid)| LedgerLine {
            issued_on: day(issued), due_on: day(issued + terms), amount: amount(cents),
            reductions: vec![(day(issued + paid_after), amount(paid))],
        }).collect();
        let (from, to) = (day(90), day(119));
        if let Some(index) = cei(&lines, Currency::EUR, from, to).unwrap() {
            prop_assert!(index >= Decimal::ZERO && index <= Decimal::ONE_HUNDRED);
            let overdue = lines.iter().any(|l| l.due_on < to && l.owed_on(to).unwrap().is_positive());
            prop_assert!(overdue || index == Decimal::ONE_HUNDRED);
        }
    }
}
