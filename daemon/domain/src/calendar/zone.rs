//! Zones: from an instant to a business date and back.
//!
//! Why: "today" is a date on somebody's clock. Guarantees: no panic at the ends of time, and wall
//! clock times that do not exist or exist twice have one documented meaning.

use chrono::{DateTime, LocalResult, NaiveDate, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// A text that names no zone of the IANA database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a time zone of the IANA database (such as Europe/Berlin)")]
pub struct UnknownZone(String);

/// The zone of an IANA name, exactly as the database spells it.
///
/// # Errors
/// No such zone.
pub fn zone(name: &str) -> Result<Tz, UnknownZone> {
    name.parse().map_err(|_| UnknownZone(name.chars().take(64).collect()))
}

/// The date on the zone's wall clock at an instant: the date of business.
#[must_use]
pub fn business_date(instant: DateTime<Utc>, zone: Tz) -> NaiveDate {
    local(instant, zone).0
}

/// Date and time on the zone's wall clock. At the very ends of what chrono can express, those of UTC.
pub(super) fn local(instant: DateTime<Utc>, zone: Tz) -> (NaiveDate, NaiveTime) {
    let utc = instant.naive_utc();
    let offset = zone.offset_from_utc_datetime(&utc).fix();
    let local = utc.checked_add_offset(offset).unwrap_or(utc);
    (local.date(), local.time())
}

/// The first instant at which the zone's wall clock shows `date` and `time`. Where the clock skips
/// that time, the instant of the jump (the next valid time); where it shows it twice, the first.
#[must_use]
pub fn at_local(date: NaiveDate, time: NaiveTime, zone: Tz) -> DateTime<Utc> {
    let wanted = date.and_time(time);
    match zone.from_local_datetime(&wanted) {
        LocalResult::Single(t) | LocalResult::Ambiguous(t, _) => t.with_timezone(&Utc),
        LocalResult::None => {
            // Offsets lie within a day of UTC, so the jump does too.
            let guess = wanted.and_utc();
            let (before, after) = (guess.checked_sub_signed(DAY), guess.checked_add_signed(DAY));
            before.zip(after).and_then(|(b, a)| transition(zone, b, a)).unwrap_or(guess)
        }
    }
}

/// One day of elapsed time.
pub(super) const DAY: TimeDelta = TimeDelta::days(1);

/// The instant in (`from`, `to`] at which the zone's offset changes, to the second, if the offsets
/// at both ends differ. For spans so short that there is at most one change: since 1970 no zone has
/// had two within six days.
pub(super) fn transition(zone: Tz, from: DateTime<Utc>, to: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let offset =
        |t: i64| DateTime::from_timestamp(t, 0).map(|t| zone.offset_from_utc_datetime(&t.naive_utc()).fix());
    let (mut low, mut high) = (from.timestamp(), to.timestamp());
    let before = offset(low)?;
    if offset(high)? == before {
        return None;
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if offset(middle)? == before {
            low = middle;
        } else {
            high = middle;
        }
    }
    DateTime::from_timestamp(high, 0)
}

#[cfg(test)]
mod tests;
