//! Counting business days.

use super::holidays::{Day, Gap, Holidays};
use super::place::Place;
use super::window::SlotError;
use chrono::NaiveDate;

/// A date arrived at, and what of the way was not on file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Landed {
    /// The date.
    pub date: NaiveDate,
    /// Years whose holidays are not on file; their weekdays counted as business days.
    pub gaps: Vec<Gap>,
}

/// More days in a row than any calendar closes; the search ends here.
pub(super) const SEARCH_DAYS: u32 = 400;

/// Whether `date` is a business day at `place`: Monday to Friday and no public holiday.
///
/// # Errors
/// A weekday of a year that is not on file.
pub fn is_business_day(date: NaiveDate, place: &Place, holidays: &Holidays) -> Result<bool, Gap> {
    match holidays.day(place, date) {
        Day::Business => Ok(true),
        Day::Weekend | Day::Holiday(_) => Ok(false),
        Day::Unknown(gap) => Err(gap),
    }
}

/// The `n`-th business day after `date`; with `n` = 0, `date` itself or else the next business day.
/// Never earlier than `date`, and never earlier for a later `date` or a greater `n`.
///
/// # Errors
/// [`SlotError::Unreachable`] when more than 400 days in a row are closed, [`SlotError::OutOfRange`]
/// at the end of the calendar.
pub fn add_business_days(
    date: NaiveDate,
    n: u16,
    place: &Place,
    holidays: &Holidays,
) -> Result<Landed, SlotError> {
    let mut gaps = Vec::new();
    let mut open = |date| {
        let day = holidays.day(place, date);
        if let Some(gap) = day.gap().filter(|gap| !gaps.contains(gap)) {
            gaps.push(gap);
        }
        day.is_open()
    };
    let (mut date, mut left, mut closed) = (date, n, 0);
    if n == 0 && open(date) {
        return Ok(Landed { date, gaps });
    }
    loop {
        date = date.succ_opt().ok_or(SlotError::OutOfRange)?;
        if open(date) {
            (left, closed) = (left.saturating_sub(1), 0);
            if left == 0 {
                return Ok(Landed { date, gaps });
            }
        } else {
            closed += 1;
            if closed > SEARCH_DAYS {
                return Err(SlotError::Unreachable { days: SEARCH_DAYS });
            }
        }
    }
}

#[cfg(test)]
mod tests;
