use super::*;
use proptest::prelude::*;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn place(country: &str, region: &str) -> Place {
    Place::new(country, Some(region)).unwrap()
}

fn add(country: &str, region: &str, from: &str, n: u16) -> NaiveDate {
    let landed = add_business_days(date(from), n, &place(country, region), Holidays::shipped()).unwrap();
    assert_eq!(landed.gaps, []);
    landed.date
}

#[test]
fn weekends_and_holidays_do_not_count() {
    // Maundy Thursday 2026 in Berlin: Good Friday to Easter Monday are closed.
    assert_eq!(add("DE", "BE", "2026-04-02", 1), date("2026-04-07"));
    // A New York creditor works on Good Friday.
    assert_eq!(add("US", "", "2026-04-02", 1), date("2026-04-03"));
    assert_eq!(add("US", "", "2026-04-03", 1), date("2026-04-06"));
    // Epiphany is kept in Munich, not in Berlin.
    assert_eq!(add("DE", "BY", "2026-01-05", 1), date("2026-01-07"));
    assert_eq!(add("DE", "BE", "2026-01-05", 1), date("2026-01-06"));
}

#[test]
fn zero_days_is_the_day_itself_or_the_next_open_one() {
    assert_eq!(add("DE", "", "2026-05-15", 0), date("2026-05-15"));
    assert_eq!(add("DE", "", "2026-05-16", 0), date("2026-05-18"));
    assert_eq!(add("DE", "", "2026-05-14", 0), date("2026-05-15"));
}

#[test]
fn leap_days_and_year_ends() {
    assert_eq!(add("DE", "", "2028-02-28", 1), date("2028-02-29"));
    assert_eq!(add("DE", "", "2027-02-26", 1), date("2027-03-01"));
    // 24 and 31 December are business days by law; 2026-12-26 is a Saturday.
    assert_eq!(add("DE", "", "2026-12-24", 1), date("2026-12-28"));
    assert_eq!(add("DE", "", "2026-12-31", 1), date("2027-01-04"));
    // In England the holidays that fall on a weekend are made up for.
    assert_eq!(add("GB", "ENG", "2027-12-24", 1), date("2027-12-29"));
}

#[test]
fn what_is_not_on_file_is_reported_and_weekends_still_count() {
    let holidays = Holidays::shipped();
    let landed = add_business_days(date("2028-12-29"), 1, &place("DE", ""), holidays).unwrap();
    assert_eq!(landed.date, date("2029-01-01"));
    assert_eq!(landed.gaps.iter().map(|g| g.year).collect::<Vec<_>>(), [2029]);
    assert!(is_business_day(date("2029-01-02"), &place("DE", ""), holidays).is_err());
    assert_eq!(is_business_day(date("2029-01-06"), &place("DE", ""), holidays), Ok(false));
    assert_eq!(is_business_day(date("2028-12-29"), &place("DE", ""), holidays), Ok(true));
    let landed = add_business_days(date("2028-12-29"), 300, &place("PL", ""), holidays).unwrap();
    assert_eq!(landed.gaps.iter().map(|g| g.year).collect::<Vec<_>>(), [2029, 2030]);
}

#[test]
fn an_absurd_calendar_ends_the_search() {
    let row = |on| crate::calendar::HolidayRow::new("DE", "", on, "closed").unwrap();
    let closed = Holidays::from_rows(date("2026-01-01").iter_days().take(500).map(row));
    let refused = add_business_days(date("2026-01-01"), 1, &place("DE", ""), &closed);
    assert_eq!(refused, Err(SlotError::Unreachable { days: SEARCH_DAYS }));
    let end = add_business_days(NaiveDate::MAX, 5, &place("DE", ""), &closed);
    assert_eq!(end, Err(SlotError::OutOfRange));
}

proptest! {
    #[test]
    fn counting_is_right_and_monotone(offset in 0u64..1200, n in 0u16..60, later in 0u64..30) {
        let (place, holidays) = (place("GB", "NIR"), Holidays::shipped());
        let from = date("2025-01-01") + chrono::Days::new(offset);
        let open = |d: &NaiveDate| is_business_day(*d, &place, holidays) == Ok(true);
        let landed = add_business_days(from, n, &place, holidays).unwrap().date;
        prop_assert!(landed >= from && open(&landed));
        // Counted the other way round: the business days after `from` up to where it landed.
        let between = from.iter_days().skip(1).take_while(|d| *d <= landed).filter(open).count();
        let expected = if n == 0 && !open(&from) { 1 } else { usize::from(n) };
        prop_assert_eq!(between, expected);
        let from_later = add_business_days(from + chrono::Days::new(later), n, &place, holidays).unwrap();
        prop_assert!(from_later.date >= landed);
    }
}
