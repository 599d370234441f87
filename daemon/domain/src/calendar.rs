//! Calendar: when a customer may be written to, and which days are business days.
//!
//! Why: contact rules are promises to people in other countries and zones. A message goes out on a
//! business day of the customer's country, outside quiet hours on the customer's clock, and only
//! ever later than planned, never earlier (I6).
//!
//! Guarantees: pure; the instant is always a parameter. [`next_slot`] returns the earliest permitted
//! instant at or after the one asked for, across daylight-saving gaps and folds. What the holiday
//! file does not know is never taken for "no holiday" silently: a weekday of a year that is not on
//! file counts as open, and the answer bears the [`Gap`], which the caller records as a finding
//! ([`crate::reason::Reason::UnknownHolidays`]).
//!
//! Does not: know caps, cooldowns or blocks ([`crate::settings`], [`crate::snapshot`]), weekends
//! other than Saturday and Sunday, or holidays of single towns.

mod days;
mod holidays;
mod place;
mod window;
mod zone;

pub use days::{Landed, add_business_days, is_business_day};
pub use holidays::{Day, Gap, HolidayFileError, HolidayRow, Holidays};
pub use place::{Country, Place, PlaceError, Region};
pub use window::{Closed, ContactWindow, QuietHours, QuietHoursError, Slot, SlotError, closed_at, next_slot};
pub use zone::{UnknownZone, at_local, business_date, zone};
