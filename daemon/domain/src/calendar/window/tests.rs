use super::*;
use chrono::TimeDelta;
use chrono_tz::{Africa, America, Asia, Australia, Europe};
use proptest::prelude::*;

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn time(text: &str) -> NaiveTime {
    text.parse().unwrap()
}

fn window(zone: Tz, country: &str, quiet: Option<(&str, &str)>) -> ContactWindow {
    let place = Place::new(country, None).unwrap();
    let quiet = quiet.map(|(from, to)| QuietHours::new(time(from), time(to)).unwrap());
    ContactWindow { zone, place, quiet, business_days_only: true }
}

fn every_day(zone: Tz, from: &str, to: &str) -> ContactWindow {
    ContactWindow { business_days_only: false, ..window(zone, "DE", Some((from, to))) }
}

fn slot(instant: &str, window: &ContactWindow) -> Slot {
    next_slot(utc(instant), window, Holidays::shipped()).unwrap()
}

fn office(zone: Tz, country: &str) -> ContactWindow {
    window(zone, country, Some(("18:00:00", "08:00:00")))
}

#[test]
fn a_permitted_instant_stays_as_it_is() {
    let found = slot("2026-05-13T09:17:23.456Z", &office(Europe::Berlin, "DE"));
    assert_eq!(found, Slot { at: utc("2026-05-13T09:17:23.456Z"), held: None, gap: None });
}

#[test]
fn night_weekend_and_holiday_push_to_the_next_open_morning() {
    let berlin = office(Europe::Berlin, "DE");
    // Wednesday 18:00 local; Thursday is Ascension Day.
    let found = slot("2026-05-13T16:00:00Z", &berlin);
    assert_eq!(found.at, utc("2026-05-15T06:00:00Z"));
    assert_eq!(found.held, Some(Closed::QuietHours));
    let found = slot("2026-05-14T09:00:00Z", &berlin);
    assert_eq!(found.held, Some(Closed::Holiday("Christi Himmelfahrt".to_owned())));
    assert_eq!(found.at, utc("2026-05-15T06:00:00Z"));
    let found = slot("2026-05-16T09:00:00Z", &berlin);
    assert_eq!((found.held, found.at), (Some(Closed::Weekend), utc("2026-05-18T06:00:00Z")));
    // The first instant of the quiet hours is quiet, the last is not.
    assert_eq!(slot("2026-05-13T15:59:59.999Z", &berlin).held, None);
    assert_eq!(slot("2026-05-15T06:00:00Z", &berlin).held, None);
}

#[test]
fn the_customers_clock_and_calendar_decide() {
    // 08:30 in Berlin is the middle of the night in New York.
    let instant = "2026-05-13T06:30:00Z";
    assert_eq!(slot(instant, &office(Europe::Berlin, "DE")).at, utc(instant));
    assert_eq!(slot(instant, &office(America::New_York, "US")).at, utc("2026-05-13T12:00:00Z"));
    // Thanksgiving holds the customer in New York only.
    let instant = "2026-11-26T15:00:00Z";
    assert_eq!(slot(instant, &office(Europe::Berlin, "DE")).at, utc(instant));
    assert_eq!(slot(instant, &office(America::New_York, "US")).at, utc("2026-11-27T13:00:00Z"));
}

#[test]
fn a_turn_of_the_year_and_a_leap_day() {
    let berlin = office(Europe::Berlin, "DE");
    // Thursday evening 31 December 2026 to Monday 4 January.
    assert_eq!(slot("2026-12-31T18:30:00Z", &berlin).at, utc("2027-01-04T07:00:00Z"));
    assert_eq!(slot("2028-02-28T20:00:00Z", &berlin).at, utc("2028-02-29T07:00:00Z"));
    assert_eq!(slot("2028-02-29T20:00:00Z", &berlin).at, utc("2028-03-01T07:00:00Z"));
    assert_eq!(slot("2027-02-28T20:00:00Z", &berlin).at, utc("2027-03-01T07:00:00Z"));
}

#[test]
fn a_year_that_is_not_on_file_shows_in_the_slot() {
    let found = slot("2028-12-29T20:00:00Z", &office(Europe::Berlin, "DE"));
    // 1 January 2029 is a Monday; nobody told us that it is a holiday.
    assert_eq!(found.at, utc("2029-01-01T07:00:00Z"));
    assert_eq!(found.gap.unwrap().year, 2029);
    assert_eq!(slot("2028-12-29T12:00:00Z", &office(Europe::Berlin, "DE")).gap, None);
    // Where no day matters, nothing is unknown.
    assert_eq!(slot("2029-01-01T12:00:00Z", &every_day(Europe::Berlin, "18:00:00", "08:00:00")).gap, None);
}

#[test]
fn quiet_hours_within_the_day_and_over_midnight() {
    let lunch = every_day(Europe::Berlin, "12:00:00", "14:00:00");
    assert_eq!(slot("2026-05-13T10:00:00Z", &lunch).at, utc("2026-05-13T12:00:00Z"));
    assert_eq!(slot("2026-05-13T12:00:00Z", &lunch).held, None);
    let night = every_day(Europe::Berlin, "22:00:00", "06:00:00");
    assert_eq!(slot("2026-05-13T21:59:00Z", &night).at, utc("2026-05-14T04:00:00Z"));
    assert_eq!(slot("2026-05-14T03:59:59Z", &night).at, utc("2026-05-14T04:00:00Z"));
    let until_midnight = every_day(Europe::Berlin, "18:00:00", "00:00:00");
    assert_eq!(slot("2026-05-13T17:00:00Z", &until_midnight).at, utc("2026-05-13T22:00:00Z"));
    assert_eq!(slot("2026-05-13T22:00:00Z", &until_midnight).held, None);
    assert_eq!(QuietHours::new(time("08:00:00"), time("08:00:00")), Err(QuietHoursError));
    assert_eq!(
        QuietHours::outside(time("08:00:00"), time("18:00:00")),
        QuietHours::new(time("18:00:00"), time("08:00:00"))
    );
}

/// Where the clock jumps over the end of the quiet hours, the jump ends them.
#[test]
fn spring_skips_the_end_of_the_quiet_hours() {
    let berlin = every_day(Europe::Berlin, "22:00:00", "02:30:00");
    assert_eq!(slot("2026-03-28T22:00:00Z", &berlin).at, utc("2026-03-29T01:00:00Z"));
    let new_york = every_day(America::New_York, "22:00:00", "02:00:00");
    assert_eq!(slot("2026-03-08T05:00:00Z", &new_york).at, utc("2026-03-08T07:00:00Z"));
    let lord_howe = every_day(Australia::Lord_Howe, "22:00:00", "02:15:00");
    assert_eq!(slot("2026-10-03T13:00:00Z", &lord_howe).at, utc("2026-10-03T15:30:00Z"));
}

/// Where the clock shows an hour twice, the first end of the quiet hours that is not before the
/// instant counts, and the second turn of the hour is quiet again.
#[test]
fn autumn_repeats_the_end_of_the_quiet_hours() {
    let berlin = every_day(Europe::Berlin, "22:00:00", "02:30:00");
    let first = utc("2026-10-25T00:30:00Z");
    assert_eq!(slot("2026-10-24T22:00:00Z", &berlin).at, first);
    assert_eq!(slot("2026-10-25T00:59:59Z", &berlin).held, None);
    assert_eq!(slot("2026-10-25T01:00:00Z", &berlin).at, utc("2026-10-25T01:30:00Z"));
    let new_york = every_day(America::New_York, "22:00:00", "01:30:00");
    assert_eq!(slot("2026-11-01T05:00:00Z", &new_york).at, utc("2026-11-01T05:30:00Z"));
    assert_eq!(slot("2026-11-01T06:00:00Z", &new_york).at, utc("2026-11-01T06:30:00Z"));
    let lord_howe = every_day(Australia::Lord_Howe, "22:00:00", "01:45:00");
    assert_eq!(slot("2026-04-04T13:00:00Z", &lord_howe).at, utc("2026-04-04T14:45:00Z"));
    assert_eq!(slot("2026-04-04T15:00:00Z", &lord_howe).at, utc("2026-04-04T15:15:00Z"));
}

/// The clock going back can itself end the quiet hours or a closed day.
#[test]
fn the_clock_going_back_can_open() {
    let from_half_past = every_day(Europe::Berlin, "02:30:00", "06:00:00");
    assert_eq!(slot("2026-10-25T00:45:00Z", &from_half_past).at, utc("2026-10-25T01:00:00Z"));
    // In Havana the clock went back from Sunday 01:00 to 00:00; the first midnight already counted.
    let havana = every_day(America::Havana, "18:00:00", "00:00:00");
    assert_eq!(slot("2026-11-01T00:00:00Z", &havana).at, utc("2026-11-01T04:00:00Z"));
}

/// In Cairo and Beirut the clock jumps over midnight itself: the day begins at the jump.
#[test]
fn a_skipped_midnight_begins_the_day_at_the_jump() {
    let beirut = every_day(Asia::Beirut, "18:00:00", "00:00:00");
    assert_eq!(slot("2026-03-28T20:00:00Z", &beirut).at, utc("2026-03-28T22:00:00Z"));
    // Thursday 23 April 2026 is closed, and Friday begins at 01:00.
    let cairo = window(Africa::Cairo, "EG", None);
    let row = |on: &str| super::super::HolidayRow::new("EG", "", on.parse().unwrap(), "closed").unwrap();
    let holidays = Holidays::from_rows([row("2026-01-01"), row("2026-04-23")]);
    let found = next_slot(utc("2026-04-23T10:00:00Z"), &cairo, &holidays).unwrap();
    assert_eq!(found.at, utc("2026-04-23T22:00:00Z"));
    assert_eq!(local(found.at, Africa::Cairo).1, time("01:00:00"));
}

#[test]
fn the_search_is_bounded() {
    let row = |on| super::super::HolidayRow::new("DE", "", on, "closed").unwrap();
    let first: chrono::NaiveDate = "2026-01-01".parse().unwrap();
    let berlin = office(Europe::Berlin, "DE");
    let closed = Holidays::from_rows(first.iter_days().take(500).map(row));
    let refused = next_slot(utc("2026-01-01T00:00:00Z"), &berlin, &closed);
    assert_eq!(refused, Err(SlotError::Unreachable { days: 400 }));
    for instant in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC, utc("1969-06-01T00:00:00Z")] {
        assert_eq!(next_slot(instant, &berlin, &closed), Err(SlotError::OutOfRange));
        assert_eq!(closed_at(instant, &berlin, &closed), Err(SlotError::OutOfRange));
    }
}

#[test]
fn reasons_can_be_read() {
    assert_eq!(Closed::Holiday("Neujahr".to_owned()).to_string(), "public holiday (Neujahr)");
    assert_eq!(Closed::Weekend.to_string(), "weekend");
    assert_eq!(Closed::QuietHours.to_string(), "quiet hours");
}

/// Zones whose clocks change in every way there is, and a country whose holidays are on file.
const ZONES: [(Tz, &str); 6] = [
    (Europe::Berlin, "DE"),
    (America::New_York, "US"),
    (Australia::Lord_Howe, "GB"),
    (America::Havana, "US"),
    (Asia::Beirut, "CH"),
    (Africa::Cairo, "NL"),
];

/// Starts within two days of a change of the clock half of the time, anywhere else otherwise.
fn starts() -> impl Strategy<Value = (usize, DateTime<Utc>)> {
    let near = (0..ZONES.len(), 0i64..1400, -2880i64..2880).prop_map(|(z, day, minutes)| {
        let from = utc("2025-01-03T00:00:00Z") + TimeDelta::days(day);
        let next = (0..200).map(|d| from + TimeDelta::days(d));
        let jump = next.into_iter().find_map(|t| transition(ZONES[z].0, t, t + DAY)).unwrap_or(from);
        (z, jump + TimeDelta::minutes(minutes))
    });
    let any = (0..ZONES.len(), 0i64..1440 * 1400)
        .prop_map(|(z, minutes)| (z, utc("2025-01-03T00:00:00Z") + TimeDelta::minutes(minutes)));
    prop_oneof![near, any]
}

fn windows() -> impl Strategy<Value = (Option<(u32, u32)>, bool)> {
    let minute = (0u32..1440 / 15).prop_map(|q| q * 15);
    (proptest::option::of((minute.clone(), minute)), any::<bool>())
}

fn make(zone: usize, quiet: Option<(u32, u32)>, business_days_only: bool) -> ContactWindow {
    let (zone, country) = ZONES[zone];
    let at = |m: u32| NaiveTime::from_hms_opt(m / 60, m % 60, 0).unwrap();
    let quiet = quiet.and_then(|(from, to)| QuietHours::new(at(from), at(to)).ok());
    ContactWindow { zone, place: Place::new(country, None).unwrap(), quiet, business_days_only }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Against a walk minute by minute: never earlier, permitted, and the first such minute.
    #[test]
    fn the_slot_is_the_first_permitted_instant((z, start) in starts(), (quiet, days) in windows()) {
        let (window, holidays) = (make(z, quiet, days), Holidays::shipped());
        let found = next_slot(start, &window, holidays).unwrap();
        let first = (0..1440 * 14).map(|m| start + TimeDelta::minutes(m))
            .find(|t| window.look(*t, holidays).0.is_none());
        prop_assert_eq!(Some(found.at), first);
        prop_assert_eq!(found.held.is_none(), found.at == start);
    }

    #[test]
    fn asking_again_changes_nothing_and_later_is_never_earlier(
        (z, start) in starts(), (quiet, days) in windows(), nanos in 0i64..200_000_000_000_000,
    ) {
        let (window, holidays) = (make(z, quiet, days), Holidays::shipped());
        let found = next_slot(start, &window, holidays).unwrap();
        prop_assert!(found.at >= start);
        prop_assert_eq!(closed_at(found.at, &window, holidays), Ok(None));
        let again = next_slot(found.at, &window, holidays).unwrap();
        prop_assert_eq!((again.at, again.held), (found.at, None));
        let later = next_slot(start + TimeDelta::nanoseconds(nanos), &window, holidays).unwrap();
        prop_assert!(later.at >= found.at);
    }
}
