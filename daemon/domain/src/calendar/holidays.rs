//! Public holidays, from rows.
//!
//! Why: the store loads them from the `holidays` table, so that an operator can add a year without a
//! new binary; the file that ships fills that table and serves where there is no database.
//! Guarantees: a year that is not on file is told apart from a year without that holiday.

use super::place::{Country, Place, PlaceError, Region};
use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// One public holiday in one country, or in one region of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HolidayRow {
    /// Country.
    pub country: Country,
    /// Region; `None`: the whole country.
    pub region: Option<Region>,
    /// The day.
    pub on: NaiveDate,
    /// Its name in the country's language.
    pub name: String,
}

impl HolidayRow {
    /// From the columns of the table; an empty region means the whole country.
    ///
    /// # Errors
    /// A country or region of the wrong shape.
    pub fn new(country: &str, region: &str, on: NaiveDate, name: &str) -> Result<Self, PlaceError> {
        let Place { country, region } = Place::new(country, Some(region))?;
        Ok(Self { country, region, on, name: name.to_owned() })
    }
}

/// A country and year whose holidays are not on file. It is a finding, not a failure: business goes
/// on with weekends only, and somebody adds the year.
#[derive(
    Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize, thiserror::Error,
)]
#[error("public holidays of {country} in {year} are not on file")]
pub struct Gap {
    /// Country.
    pub country: Country,
    /// Year.
    pub year: i32,
}

/// What a day is somewhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Day<'a> {
    /// Monday to Friday, and no public holiday.
    Business,
    /// Saturday or Sunday.
    Weekend,
    /// A public holiday, by name; on a weekend too.
    Holiday(&'a str),
    /// Monday to Friday of a year that is not on file.
    Unknown(Gap),
}

impl Day<'_> {
    /// Business is done: a business day, or a weekday of which nothing else is known.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Business | Self::Unknown(_) => true,
            Self::Weekend | Self::Holiday(_) => false,
        }
    }

    /// What is not on file, if that mattered.
    #[must_use]
    pub const fn gap(self) -> Option<Gap> {
        match self {
            Self::Unknown(gap) => Some(gap),
            Self::Business | Self::Weekend | Self::Holiday(_) => None,
        }
    }
}

/// Why a holiday file was refused. Lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HolidayFileError {
    /// Not four fields.
    #[error("line {line}: expected country,region,date,name")]
    Fields {
        /// Line.
        line: usize,
    },
    /// A country or region of the wrong shape.
    #[error("line {line}: country or region")]
    Place {
        /// Line.
        line: usize,
        /// What is wrong.
        source: PlaceError,
    },
    /// Not a date.
    #[error("line {line}: the date is not YYYY-MM-DD")]
    Date {
        /// Line.
        line: usize,
        /// What is wrong.
        source: chrono::ParseError,
    },
}

/// Which region keeps a day (`None`: all), and under which name.
type Kept = (Option<Region>, String);

/// Public holidays of some countries and years.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Holidays {
    days: BTreeMap<(Country, NaiveDate), Vec<Kept>>,
    covered: BTreeSet<(Country, i32)>,
}

static SHIPPED_ROWS: LazyLock<Vec<HolidayRow>> = LazyLock::new(|| {
    // A test proves that the file parses. If it ever did not, every weekday would be `Unknown`: visible.
    parse(include_str!("../../data/holidays.csv")).unwrap_or_default()
});
static SHIPPED: LazyLock<Holidays> = LazyLock::new(|| Holidays::from_rows(SHIPPED_ROWS.iter().cloned()));

fn parse(text: &str) -> Result<Vec<HolidayRow>, HolidayFileError> {
    let mut rows = Vec::new();
    let lines = (1..).zip(text.lines()).filter(|(_, l)| !l.is_empty() && !l.starts_with('#'));
    for (line, content) in lines.skip(1) {
        let fields: Vec<&str> = content.split(',').collect();
        let &[country, regions, on, name] = fields.as_slice() else {
            return Err(HolidayFileError::Fields { line });
        };
        let on = on.parse().map_err(|source| HolidayFileError::Date { line, source })?;
        for region in regions.split(' ') {
            let row = HolidayRow::new(country, region, on, name);
            rows.push(row.map_err(|source| HolidayFileError::Place { line, source })?);
        }
    }
    Ok(rows)
}

impl Holidays {
    /// From rows, as the store reads them. Order and repetition do not matter.
    ///
    /// A country's year counts as on file when its 1 January is there as a nation-wide row (it is a
    /// holiday in every country that ships): a single stray row of a year does not make that year
    /// look complete, yet it is still honoured as a holiday.
    pub fn from_rows(rows: impl IntoIterator<Item = HolidayRow>) -> Self {
        let mut holidays = Self::default();
        for HolidayRow { country, region, on, name } in rows {
            if region.is_none() && on.ordinal() == 1 {
                holidays.covered.insert((country, on.year()));
            }
            let kept = holidays.days.entry((country, on)).or_default();
            if !kept.iter().any(|(r, _)| *r == region) {
                kept.push((region, name));
            }
        }
        holidays
    }

    /// From the text of a file: comment lines with `#`, a header line, then
    /// `country,regions,YYYY-MM-DD,name`; several regions are separated by spaces.
    ///
    /// # Errors
    /// The first line that does not fit.
    pub fn from_csv(text: &str) -> Result<Self, HolidayFileError> {
        parse(text).map(Self::from_rows)
    }

    /// What ships: AT, CH, DE, FR, GB, NL and US for 2025 to 2028 (`data/holidays.csv`).
    #[must_use]
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// The rows of [`Holidays::shipped`], one per country, region and day: for filling the table.
    #[must_use]
    pub fn shipped_rows() -> &'static [HolidayRow] {
        &SHIPPED_ROWS
    }

    /// What `date` is at `place`. Where the region is unknown, nation-wide days count; for GB and CH
    /// those of the most populous region, England and Zürich.
    #[must_use]
    pub fn day(&self, place: &Place, date: NaiveDate) -> Day<'_> {
        let region = place.holiday_region();
        let kept = self
            .days
            .get(&(place.country, date))
            .and_then(|kept| kept.iter().find(|(r, _)| r.as_ref().is_none_or(|r| Some(r.code()) == region)));
        let year = date.year();
        match (kept, date.weekday()) {
            (Some((_, name)), _) => Day::Holiday(name),
            (None, Weekday::Sat | Weekday::Sun) => Day::Weekend,
            (None, _) if self.covered.contains(&(place.country, year)) => Day::Business,
            (None, _) => Day::Unknown(Gap { country: place.country, year }),
        }
    }

    /// Whether `date` is a public holiday at `place`.
    ///
    /// # Errors
    /// No such holiday is on file, but neither is that year.
    pub fn is_holiday(&self, place: &Place, date: NaiveDate) -> Result<bool, Gap> {
        match self.day(place, date) {
            Day::Holiday(_) => Ok(true),
            Day::Business => Ok(false),
            Day::Unknown(gap) => Err(gap),
            Day::Weekend if self.covers(place.country, date.year()) => Ok(false),
            Day::Weekend => Err(Gap { country: place.country, year: date.year() }),
        }
    }

    /// Whether the holidays of a country in a year are on file.
    #[must_use]
    pub fn covers(&self, country: Country, year: i32) -> bool {
        self.covered.contains(&(country, year))
    }

    /// What is not on file of these countries between two years, both included: for `doctor`.
    pub fn gaps(&self, countries: impl IntoIterator<Item = Country>, from: i32, through: i32) -> Vec<Gap> {
        let countries: BTreeSet<Country> = countries.into_iter().collect();
        countries
            .into_iter()
            .flat_map(|country| (from..=through).map(move |year| Gap { country, year }))
            .filter(|gap| !self.covers(gap.country, gap.year))
            .collect()
    }

    /// Regions of a country that have holidays of their own: for checking what a user typed.
    #[must_use]
    pub fn regions(&self, country: Country) -> BTreeSet<&str> {
        let of_country = self.days.iter().filter(|((c, _), _)| *c == country);
        of_country.flat_map(|(_, kept)| kept).filter_map(|(r, _)| r.as_ref().map(Region::code)).collect()
    }
}

#[cfg(test)]
mod tests;
