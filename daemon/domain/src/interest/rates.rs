//! Reference rates by half-year.
//!
//! Why: a wrong claim is worse than none, so a rate counts only for the half-year it was recorded
//! for. Guarantees: nothing is carried forward, interpolated or guessed; a row that cannot be right
//! is set aside and named, not used. Does not: fetch rates. They live in the table
//! `reference_rates`; what ships fills it.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

/// A reference rate that some law refers to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Series {
    /// European Central Bank, main refinancing operations, in force on the first day of the
    /// half-year. Official key `FM.B.U2.EUR.4F.KR.MRR_FR.LEV`.
    EcbMro,
    /// Germany, Basiszinssatz of § 247 BGB. Official key Bundesbank `BBIN1.M.DE.BBK.BBKBAS2.EUR.ME`;
    /// not the "Basiszins" of tax law.
    DeBasiszinssatz,
    /// Austria, Basiszinssatz, its value on the first day of the half-year.
    AtBasiszinssatz,
    /// Bank of England, official rate on the day before the half-year (31 December, 30 June).
    BoeBase,
    /// Netherlands, statutory interest against consumers, set by decree; the whole rate.
    NlConsumer,
}

/// A text that is no series.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a series of reference rates")]
pub struct UnknownSeries(String);

impl Series {
    /// Every series.
    pub const ALL: [Self; 5] =
        [Self::EcbMro, Self::DeBasiszinssatz, Self::AtBasiszinssatz, Self::BoeBase, Self::NlConsumer];

    /// The text in the column `series`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EcbMro => "ecb_mro",
            Self::DeBasiszinssatz => "de_basiszinssatz",
            Self::AtBasiszinssatz => "at_basiszinssatz",
            Self::BoeBase => "boe_base",
            Self::NlConsumer => "nl_consumer",
        }
    }
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Series {
    type Err = UnknownSeries;

    fn from_str(s: &str) -> Result<Self, UnknownSeries> {
        let found = Self::ALL.into_iter().find(|series| series.as_str() == s);
        found.ok_or_else(|| UnknownSeries(s.chars().take(64).collect()))
    }
}

/// Half a calendar year: rates change on 1 January and 1 July.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HalfYear {
    year: i32,
    second: bool,
}

impl HalfYear {
    /// The half-year a date lies in.
    #[must_use]
    pub fn of(date: NaiveDate) -> Self {
        Self { year: date.year(), second: date.month() > 6 }
    }

    /// The half-year that begins on `date`, if one does.
    #[must_use]
    pub fn beginning(date: NaiveDate) -> Option<Self> {
        (date.day() == 1 && matches!(date.month(), 1 | 7)).then(|| Self::of(date))
    }

    /// Its first day; `None` beyond the calendar.
    #[must_use]
    pub fn first_day(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year, if self.second { 7 } else { 1 }, 1)
    }

    /// The next one.
    #[must_use]
    pub const fn next(self) -> Self {
        if self.second {
            Self { year: self.year.saturating_add(1), second: false }
        } else {
            Self { year: self.year, second: true }
        }
    }
}

impl fmt::Display for HalfYear {
    /// `2026H1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}H{}", self.year, if self.second { 2 } else { 1 })
    }
}

/// A text that is no half-year.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a half-year such as 2026H1")]
pub struct UnknownHalfYear(String);

impl FromStr for HalfYear {
    type Err = UnknownHalfYear;

    fn from_str(s: &str) -> Result<Self, UnknownHalfYear> {
        let refused = || UnknownHalfYear(s.chars().take(16).collect());
        let (year, half) = s.split_once('H').ok_or_else(refused)?;
        let second = match half {
            "1" => false,
            "2" => true,
            _ => return Err(refused()),
        };
        Ok(Self { year: year.parse().map_err(|_| refused())?, second })
    }
}

impl TryFrom<String> for HalfYear {
    type Error = UnknownHalfYear;

    fn try_from(s: String) -> Result<Self, UnknownHalfYear> {
        s.parse()
    }
}

impl From<HalfYear> for String {
    fn from(half: HalfYear) -> Self {
        half.to_string()
    }
}

/// A row of `reference_rates`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RateRow {
    /// Which rate.
    pub series: Series,
    /// First day of the half-year it counts for: 1 January or 1 July. Not the day the rate changed.
    pub valid_from: NaiveDate,
    /// Percent a year, without the margin the law adds.
    pub rate: Decimal,
}

/// Rates, looked up by series and half-year.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RateTable {
    rates: BTreeMap<(Series, HalfYear), Decimal>,
    ignored: Vec<RateRow>,
}

impl RateTable {
    /// From rows. Set aside, for `doctor` to name: rows that do not begin a half-year (change points
    /// of the central bank, say), rates outside −5 to 30 percent (a slipped decimal point), and rows
    /// that contradict another one; of two that contradict each other neither is used.
    pub fn new(rows: impl IntoIterator<Item = RateRow>) -> Self {
        let mut table = Self::default();
        let mut contradicted = BTreeSet::new();
        for row in rows {
            let half = HalfYear::beginning(row.valid_from);
            let sane = (Decimal::from(-5)..=Decimal::from(30)).contains(&row.rate);
            let Some(half) = half.filter(|_| sane) else {
                table.ignored.push(row);
                continue;
            };
            let key = (row.series, half);
            match table.rates.get(&key) {
                Some(rate) if *rate != row.rate => {
                    table.ignored.push(row);
                    contradicted.insert(key);
                }
                Some(_) => {}
                None => {
                    table.rates.insert(key, row.rate);
                }
            }
        }
        for (series, half) in contradicted {
            let first = table.rates.remove(&(series, half)).zip(half.first_day());
            table.ignored.extend(first.map(|(rate, valid_from)| RateRow { series, valid_from, rate }));
        }
        table
    }

    /// The rate of a half-year, in percent.
    #[must_use]
    pub fn get(&self, series: Series, half: HalfYear) -> Option<Decimal> {
        self.rates.get(&(series, half)).copied()
    }

    /// Rows that were set aside.
    #[must_use]
    pub fn ignored(&self) -> &[RateRow] {
        &self.ignored
    }
}

/// A rate that is not on file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, thiserror::Error)]
#[error("no {series} for {half}")]
pub struct MissingRate {
    /// Which rate.
    pub series: Series,
    /// For which half-year.
    pub half: HalfYear,
}

/// What is missing of the series needed, from the half-year of `from` up to that of `today`, and up
/// to the next one from 15 June and 15 December on: the guard job's and `doctor`'s question. At
/// most 200 half-years are looked at.
#[must_use]
pub fn missing_rates(
    table: &RateTable,
    needed: &BTreeSet<Series>,
    from: NaiveDate,
    today: NaiveDate,
) -> Vec<MissingRate> {
    let this = HalfYear::of(today);
    let last = if matches!(today.month(), 6 | 12) && today.day() >= 15 { this.next() } else { this };
    let halves = std::iter::successors(Some(HalfYear::of(from)), |half| Some(half.next()));
    let halves = halves.take_while(|half| *half <= last).take(200);
    let wanted = halves.flat_map(|half| needed.iter().map(move |&series| MissingRate { series, half }));
    wanted.filter(|m| table.get(m.series, m.half).is_none()).collect()
}

/// A rate that ships, with where it comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShippedRate {
    /// The row.
    pub row: RateRow,
    /// Source, for the column of that name.
    pub source: &'static str,
}

/// The rates that ship (`data/reference_rates.csv`): for filling the table.
#[must_use]
pub fn shipped_rates() -> &'static [ShippedRate] {
    &SHIPPED
}

static SHIPPED: LazyLock<Vec<ShippedRate>> = LazyLock::new(|| {
    let lines = include_str!("../../data/reference_rates.csv").lines();
    // A test proves that every line parses; a line that did not would be a missing rate: no claim.
    lines.filter(|line| !line.starts_with('#')).skip(1).filter_map(shipped_rate).collect()
});

fn shipped_rate(line: &'static str) -> Option<ShippedRate> {
    let mut fields = line.splitn(4, ',');
    let row = RateRow {
        series: fields.next()?.parse().ok()?,
        valid_from: fields.next()?.parse().ok()?,
        rate: fields.next()?.parse().ok()?,
    };
    Some(ShippedRate { row, source: fields.next()? })
}

#[cfg(test)]
mod tests;
