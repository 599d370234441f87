//! Adding up interest over segments.
//!
//! Why: principal, rate and length of the year change over time; between two changes the formula is
//! principal × rate × days ÷ year. Guarantees: simple interest on what is owed of the principal
//! only, save where the law adds a full year's interest to it; the day of payment counts, the next
//! one does not; one rounding, of the whole; the shown amounts of the segments add up to it.

use super::law::{DayCount, RateRule, Terms};
use super::rates::{HalfYear, RateTable, Series};
use super::{InterestError, Reduction, ReductionKind};
use crate::money::{Money, MoneyError};
use chrono::{Datelike, Months, NaiveDate};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A stretch of days with one principal and one rate.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Segment {
    /// First day, counted.
    pub from: NaiveDate,
    /// Last day, counted.
    pub to: NaiveDate,
    /// Number of days.
    pub days: u32,
    /// What was owed of the principal.
    pub principal: Money,
    /// Interest of full years that the law added to it (Netherlands), exact; otherwise zero.
    pub capitalised: Decimal,
    /// Percent a year: reference rate plus margin.
    pub rate: Decimal,
    /// The reference rate, where the law refers to one.
    pub reference: Option<Reference>,
    /// Days of the year in the denominator.
    pub year_days: u16,
    /// Interest, exact.
    pub interest: Decimal,
    /// Interest to print: rounded so that the shown amounts of all segments add up to the total.
    pub shown: Money,
}

/// A reference rate as used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Reference {
    /// Which rate.
    pub series: Series,
    /// Of which half-year.
    pub half: HalfYear,
    /// Percent.
    pub rate: Decimal,
}

impl Segment {
    /// The formula with its figures, independent of language: `10000.00 EUR × 10.27 % × 46 / 365`.
    #[must_use]
    pub fn formula(&self) -> String {
        let Self { principal, rate, days, year_days, .. } = self;
        let rate = rate.normalize();
        if self.capitalised.is_zero() {
            format!("{principal} × {rate} % × {days} / {year_days}")
        } else {
            let added = Money::rounded(self.capitalised, principal.currency());
            format!("({principal} + {added}) × {rate} % × {days} / {year_days}")
        }
    }
}

/// What came of it.
pub(super) enum Accrued {
    /// Segments and their rounded sum.
    Interest(Vec<Segment>, Money),
    /// Rates that are not on file.
    NoRate(Series, Vec<HalfYear>),
}

/// What is owed on the morning of a day. Credit notes count from the start: what was credited was
/// never owed. Payments count from the day after.
pub(super) fn residual(
    principal: Money,
    reductions: &[Reduction],
    on: NaiveDate,
) -> Result<Money, MoneyError> {
    let counts = |r: &&Reduction| match r.kind {
        ReductionKind::Credit => true,
        ReductionKind::Payment => r.on < on,
    };
    let left = reductions.iter().filter(counts).try_fold(principal, |left, r| left.minus(r.amount))?;
    Ok(if left.is_positive() { left } else { Money::zero(left.currency()) })
}

/// Longest span there is interest for; more is a wrong date.
const MAX_YEARS: i32 = 100;

/// Interest from `first` through `last`, both counted.
pub(super) fn accrue(
    terms: &Terms,
    day_count: DayCount,
    principal: Money,
    reductions: &[Reduction],
    (first, last): (NaiveDate, NaiveDate),
    rates: &RateTable,
) -> Result<Accrued, InterestError> {
    if last.year() - first.year() > MAX_YEARS {
        return Err(InterestError::Span);
    }
    let mut sum = Sum::default();
    let mut shown = Money::zero(principal.currency());
    let mut missing: Option<(Series, Vec<HalfYear>)> = None;
    let mut segments = Vec::new();
    let (mut capitalised, mut of_this_year) = (Decimal::ZERO, Decimal::ZERO);
    let starts = starts(terms, day_count, reductions, (first, last));
    let ends = starts.iter().skip(1).map(|next| next.pred_opt().unwrap_or(*next)).chain([last]);
    for (&from, to) in starts.iter().zip(ends) {
        if terms.capitalised_yearly && anniversaries(first, last).any(|day| day == from) {
            capitalised = add(capitalised, of_this_year)?;
            of_this_year = Decimal::ZERO;
        }
        let owed = residual(principal, reductions, from)?;
        if owed.is_zero() {
            break;
        }
        let (rate, reference) = match rate(terms.rate, first, from, rates) {
            Ok(found) => found,
            Err((series, half)) => {
                missing.get_or_insert((series, Vec::new())).1.push(half);
                continue;
            }
        };
        let days = u32::try_from((to - from).num_days() + 1).map_err(|_| InterestError::Span)?;
        let year_days = if day_count == DayCount::ActAct && from.leap_year() { 366 } else { 365 };
        let base = add(owed.amount(), capitalised)?;
        let interest = sum.add(base, rate, days, year_days)?;
        of_this_year = add(of_this_year, interest)?;
        let before = shown;
        shown = Money::rounded(sum.total()?, principal.currency());
        segments.push(Segment {
            from,
            to,
            days,
            principal: owed,
            capitalised,
            rate,
            reference,
            year_days,
            interest,
            shown: shown.minus(before)?,
        });
    }
    Ok(match missing {
        None => Accrued::Interest(segments, shown),
        Some((series, mut halves)) => {
            halves.dedup();
            Accrued::NoRate(series, halves)
        }
    })
}

/// First days of segments, within the span.
fn starts(
    terms: &Terms,
    day_count: DayCount,
    reductions: &[Reduction],
    (first, last): (NaiveDate, NaiveDate),
) -> BTreeSet<NaiveDate> {
    let mut starts = BTreeSet::from([first]);
    starts.extend(
        reductions
            .iter()
            .filter(|r| r.kind == ReductionKind::Payment)
            .filter_map(|payment| payment.on.succ_opt()),
    );
    let halves = std::iter::successors(Some(HalfYear::of(first)), |half| Some(half.next()));
    let halves = halves.map_while(HalfYear::first_day).take_while(|day| *day <= last);
    match terms.rate {
        RateRule::EachHalfYear(..) => starts.extend(halves),
        // The year in the denominator changes, the rate does not.
        RateRule::FixedAtStart(..) | RateRule::Constant(_) => {
            starts.extend(halves.filter(|day| day_count == DayCount::ActAct && day.ordinal() == 1));
        }
    }
    if terms.capitalised_yearly {
        starts.extend(anniversaries(first, last));
    }
    starts.into_iter().filter(|day| (first..=last).contains(day)).collect()
}

/// First days of the second and later years of default. A year that began on 29 February begins on
/// 1 March where there is none.
fn anniversaries(first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let nth = move |n: u32| {
        let day = first.checked_add_months(Months::new(n.checked_mul(12)?))?;
        if day.day() == first.day() { Some(day) } else { day.succ_opt() }
    };
    (1..).map_while(nth).take_while(move |day| *day <= last)
}

type Found = (Decimal, Option<Reference>);

fn rate(
    rule: RateRule,
    first: NaiveDate,
    from: NaiveDate,
    rates: &RateTable,
) -> Result<Found, (Series, HalfYear)> {
    let (series, margin, half) = match rule {
        RateRule::Constant(rate) => return Ok((rate, None)),
        RateRule::EachHalfYear(series, margin) => (series, margin, HalfYear::of(from)),
        RateRule::FixedAtStart(series, margin) => (series, margin, HalfYear::of(first)),
    };
    let rate = rates.get(series, half).ok_or((series, half))?;
    // Far below zero the sum could turn negative; nobody owes negative interest for being late.
    Ok(((rate + margin).max(Decimal::ZERO), Some(Reference { series, half, rate })))
}

/// A sum that stays exact: base × rate × days, kept apart by denominator and divided at the end.
#[derive(Default)]
struct Sum {
    over_365: Decimal,
    over_366: Decimal,
}

impl Sum {
    /// Adds a segment and returns its interest.
    fn add(
        &mut self,
        base: Decimal,
        rate: Decimal,
        days: u32,
        year_days: u16,
    ) -> Result<Decimal, MoneyError> {
        let product = base.checked_mul(rate).and_then(|p| p.checked_mul(days.into()));
        let product = product.ok_or(MoneyError::Overflow)?;
        let sum = if year_days == 366 { &mut self.over_366 } else { &mut self.over_365 };
        *sum = add(*sum, product)?;
        Ok(product / (Decimal::ONE_HUNDRED * Decimal::from(year_days)))
    }

    fn total(&self) -> Result<Decimal, MoneyError> {
        add(self.over_365 / Decimal::from(36_500), self.over_366 / Decimal::from(36_600))
    }
}

fn add(a: Decimal, b: Decimal) -> Result<Decimal, MoneyError> {
    a.checked_add(b).ok_or(MoneyError::Overflow)
}

#[cfg(test)]
mod tests;
