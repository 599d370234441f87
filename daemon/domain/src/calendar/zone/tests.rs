use super::*;
use chrono_tz::{America, Australia, Europe, Pacific};
use proptest::prelude::*;

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn at(date: &str, time: &str, zone: Tz) -> DateTime<Utc> {
    at_local(date.parse().unwrap(), time.parse().unwrap(), zone)
}

#[test]
fn zones_are_named_as_the_iana_database_names_them() {
    assert_eq!(zone("Europe/Berlin").unwrap(), Europe::Berlin);
    for name in
        ["", "europe/berlin", "Berlin", "+02:00", "Europe/Berlin ", "Europe/Atlantis", "../etc/passwd"]
    {
        assert!(zone(name).is_err(), "{name:?}");
    }
    assert!(zone(&"x".repeat(10_000)).unwrap_err().to_string().len() < 200);
}

#[test]
fn the_business_date_is_the_date_on_the_wall() {
    let late = utc("2026-12-31T23:30:00Z");
    assert_eq!(business_date(late, Europe::Berlin).to_string(), "2027-01-01");
    assert_eq!(business_date(late, America::New_York).to_string(), "2026-12-31");
    assert_eq!(business_date(utc("2028-02-28T23:00:00Z"), Europe::Berlin).to_string(), "2028-02-29");
    assert_eq!(business_date(utc("2027-02-28T23:00:00Z"), Europe::Berlin).to_string(), "2027-03-01");
}

#[test]
fn nothing_panics_at_the_ends_of_time() {
    for end in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
        for zone in [Europe::Berlin, America::New_York, Pacific::Kiritimati] {
            let _ = business_date(end, zone);
        }
    }
    for zone in [Europe::Berlin, America::New_York] {
        let _ = at_local(NaiveDate::MIN, NaiveTime::MIN, zone);
        let _ = at_local(NaiveDate::MAX, NaiveTime::MIN, zone);
    }
}

#[test]
fn a_skipped_time_is_the_instant_of_the_jump() {
    assert_eq!(at("2026-03-29", "02:30:00", Europe::Berlin), utc("2026-03-29T01:00:00Z"));
    assert_eq!(at("2026-03-08", "02:00:00", America::New_York), utc("2026-03-08T07:00:00Z"));
    // Lord Howe moves by half an hour only.
    assert_eq!(at("2026-10-04", "02:15:00", Australia::Lord_Howe), utc("2026-10-03T15:30:00Z"));
    // Samoa skipped a whole day.
    assert_eq!(at("2011-12-30", "12:00:00", Pacific::Apia), utc("2011-12-30T10:00:00Z"));
}

#[test]
fn a_repeated_time_is_taken_the_first_time() {
    assert_eq!(at("2026-10-25", "02:30:00", Europe::Berlin), utc("2026-10-25T00:30:00Z"));
    assert_eq!(at("2026-11-01", "01:30:00", America::New_York), utc("2026-11-01T05:30:00Z"));
    assert_eq!(at("2026-04-05", "01:45:00", Australia::Lord_Howe), utc("2026-04-04T14:45:00Z"));
}

#[test]
fn the_change_of_the_clock_is_found_to_the_second() {
    let jump = transition(Europe::Berlin, utc("2026-03-28T12:00:00Z"), utc("2026-03-29T12:00:00Z"));
    assert_eq!(jump, Some(utc("2026-03-29T01:00:00Z")));
    assert_eq!(transition(Europe::Berlin, utc("2026-05-28T12:00:00Z"), utc("2026-05-29T12:00:00Z")), None);
    // Not before the span, and at its end.
    assert_eq!(transition(Europe::Berlin, utc("2026-03-29T01:00:00Z"), utc("2026-03-30T01:00:00Z")), None);
    assert_eq!(transition(Europe::Berlin, utc("2026-03-28T01:00:00Z"), utc("2026-03-29T01:00:00Z")), jump);
}

proptest! {
    /// Going to an instant's wall clock and back never lands after the instant, and lands on it
    /// except in the second turn of a repeated hour.
    #[test]
    fn wall_clock_and_back(seconds in 1_700_000_000i64..2_000_000_000, z in 0usize..4) {
        let zone = [Europe::Berlin, America::New_York, Australia::Lord_Howe, America::Sao_Paulo][z];
        let instant = DateTime::from_timestamp(seconds, 0).unwrap();
        let (date, time) = local(instant, zone);
        let back = at_local(date, time, zone);
        prop_assert!(back <= instant);
        prop_assert_eq!(local(back, zone), (date, time));
        prop_assert!(instant - back <= TimeDelta::hours(1));
    }
}
