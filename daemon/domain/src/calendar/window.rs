//! Contact windows: the earliest permitted instant at or after a given one.
//!
//! Why: quiet hours, weekends and holidays push a message later, never earlier. Guarantees, each
//! with a property test: the slot is never before the instant, is permitted, is the first such
//! instant to the second, is unchanged when asked again, and never moves back for a later instant.

use super::days::SEARCH_DAYS;
use super::holidays::{Day, Gap, Holidays};
use super::place::Place;
use super::zone::{DAY, local, transition};
use chrono::{DateTime, Datelike, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use std::fmt;

/// Local times at which nobody is written to: from `from`, up to but not including `to`. They may
/// run over midnight.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct QuietHours {
    from: NaiveTime,
    to: NaiveTime,
}

/// `from` and `to` are the same time: whether that means always or never is anybody's guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("quiet hours must begin and end at different times")]
pub struct QuietHoursError;

impl QuietHours {
    /// Quiet from `from` until `to`, over midnight when `to` is the earlier time of day.
    ///
    /// # Errors
    /// Both are the same time.
    pub fn new(from: NaiveTime, to: NaiveTime) -> Result<Self, QuietHoursError> {
        if from == to { Err(QuietHoursError) } else { Ok(Self { from, to }) }
    }

    /// Quiet outside the contact hours: open from `earliest` up to but not including `latest`.
    ///
    /// # Errors
    /// Both are the same time.
    pub fn outside(earliest: NaiveTime, latest: NaiveTime) -> Result<Self, QuietHoursError> {
        Self::new(latest, earliest)
    }

    /// Whether it is quiet at this time of day.
    #[must_use]
    pub fn contains(self, time: NaiveTime) -> bool {
        if self.from < self.to {
            (self.from..self.to).contains(&time)
        } else {
            time >= self.from || time < self.to
        }
    }
}

/// When a customer may be contacted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ContactWindow {
    /// The customer's zone.
    pub zone: Tz,
    /// Whose holidays count.
    pub place: Place,
    /// Quiet hours on the customer's clock; `None`: no hour is quiet.
    pub quiet: Option<QuietHours>,
    /// Only Monday to Friday without public holidays.
    pub business_days_only: bool,
}

/// Why an instant is not permitted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Closed {
    /// Saturday or Sunday there.
    Weekend,
    /// A public holiday there, by name.
    Holiday(String),
    /// Quiet hours there.
    QuietHours,
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weekend => f.write_str("weekend"),
            Self::Holiday(name) => write!(f, "public holiday ({name})"),
            Self::QuietHours => f.write_str("quiet hours"),
        }
    }
}

/// A permitted instant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slot {
    /// The earliest permitted instant at or after the one asked for.
    pub at: DateTime<Utc>,
    /// Why the one asked for is not permitted; `None` when `at` is that instant.
    pub held: Option<Closed>,
    /// The slot lies on a weekday of a year whose holidays are not on file.
    pub gap: Option<Gap>,
}

/// Why there is no slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SlotError {
    /// The instant is not one business is done at.
    #[error("the time lies outside the years 1970 to 2500")]
    OutOfRange,
    /// Nothing is permitted for longer than any calendar closes: the holiday rows or hours are wrong.
    #[error("no permitted time within {days} days: check the holidays on file and the contact hours")]
    Unreachable {
        /// Days searched.
        days: u32,
    },
}

impl ContactWindow {
    /// What is closed at an instant, and what of that day is not on file.
    fn look(&self, instant: DateTime<Utc>, holidays: &Holidays) -> (Option<Closed>, Option<Gap>) {
        let (date, time) = local(instant, self.zone);
        let day = if self.business_days_only { holidays.day(&self.place, date) } else { Day::Business };
        let closed = match day {
            Day::Weekend => Some(Closed::Weekend),
            Day::Holiday(name) => Some(Closed::Holiday(name.to_owned())),
            Day::Business | Day::Unknown(_) => {
                self.quiet.is_some_and(|q| q.contains(time)).then_some(Closed::QuietHours)
            }
        };
        (closed, day.gap())
    }

    /// Instants within [`from`, `to`] at which something may open: a local midnight, the end of the
    /// quiet hours, a jump of the clock. Between them permission can only be lost.
    fn openings(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        let times = [Some(NaiveTime::MIN), self.quiet.map(|q| q.to)];
        let mut found: Vec<_> = transition(self.zone, from, to).into_iter().collect();
        let last = local(to, self.zone).0;
        let dates = local(from, self.zone).0.iter_days().take_while(|date| *date <= last);
        for date in dates {
            for time in times.into_iter().flatten() {
                let (first, second) = match self.zone.from_local_datetime(&date.and_time(time)) {
                    chrono::LocalResult::Single(t) => (Some(t), None),
                    chrono::LocalResult::Ambiguous(a, b) => (Some(a), Some(b)),
                    // Skipped by the clock: the jump itself is the opening.
                    chrono::LocalResult::None => (None, None),
                };
                found.extend([first, second].into_iter().flatten().map(|t| t.with_timezone(&Utc)));
            }
        }
        found.retain(|t| (from..=to).contains(t));
        found.sort_unstable();
        found
    }
}

/// Why `instant` is not permitted, or `None` when it is.
///
/// # Errors
/// [`SlotError::OutOfRange`].
pub fn closed_at(
    instant: DateTime<Utc>,
    window: &ContactWindow,
    holidays: &Holidays,
) -> Result<Option<Closed>, SlotError> {
    if !(1970..=2500).contains(&instant.year()) {
        return Err(SlotError::OutOfRange);
    }
    Ok(window.look(instant, holidays).0)
}

/// The earliest permitted instant at or after `instant`.
///
/// A wall-clock time that the clock skips counts as the instant of the jump; one that it shows twice
/// is taken the first time it comes at or after `instant`.
///
/// # Errors
/// [`SlotError::OutOfRange`] outside the years 1970 to 2500; [`SlotError::Unreachable`] when
/// nothing is permitted within 400 days.
pub fn next_slot(
    instant: DateTime<Utc>,
    window: &ContactWindow,
    holidays: &Holidays,
) -> Result<Slot, SlotError> {
    let held = closed_at(instant, window, holidays)?;
    if held.is_none() {
        return Ok(Slot { at: instant, held, gap: window.look(instant, holidays).1 });
    }
    let mut from = instant;
    for _ in 0..SEARCH_DAYS {
        let to = from.checked_add_signed(DAY).ok_or(SlotError::OutOfRange)?;
        for at in window.openings(from, to) {
            let (closed, gap) = window.look(at, holidays);
            if closed.is_none() {
                return Ok(Slot { at, held, gap });
            }
        }
        from = to;
    }
    Err(SlotError::Unreachable { days: SEARCH_DAYS })
}

#[cfg(test)]
mod tests;
