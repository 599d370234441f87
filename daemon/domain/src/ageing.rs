//! Figures of a receivables ledger: ageing, DSO and CEI.
//!
//! Why: they show whether the chase works, before and after. Guarantees: pure; exact decimals; each
//! currency by itself, never summed with another. Does not: net unapplied receipts against invoices;
//! what is overpaid or over-credited is shown apart and counts as nothing owed.
//!
//! - **Ageing**: what is owed on a date, by whole days past the due date: not due, 1–30, 31–60,
//!   61–90, more than 90. The due date itself is not overdue.
//! - **DSO** (days sales outstanding), simple method: receivables at the end of the period ÷ credit
//!   sales of the period × days of the period. The simple method, not the count-back, because the
//!   count-back forgets what is long overdue as soon as a recent large sale exhausts the balance,
//!   and that is just what collecting is about. [`DSO_DAYS`] is a quarter, the usual period.
//! - **CEI** (Collection Effectiveness Index), after the Credit Research Foundation: (beginning
//!   receivables + credit sales − ending total receivables) ÷ (beginning receivables + credit sales
//!   − ending current receivables) × 100, all of one period; "current" is what is not yet due at its
//!   end. The Foundation divides the sales by the number of months to use monthly figures; here all
//!   terms are of the same period, so a month is asked for as a month. 100 is best: everything that
//!   could be collected was. Credit notes and write-offs count as collected, as in the formula.

use crate::money::{Currency, Money, MoneyError};
use chrono::{Days, NaiveDate};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Days of the period for [`dso`] unless another is wanted.
pub const DSO_DAYS: u16 = 90;

/// How late something is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bucket {
    /// Due today or later.
    NotDue,
    /// 1 to 30 days late.
    #[serde(rename = "days_1_to_30")]
    Days1To30,
    /// 31 to 60 days late.
    #[serde(rename = "days_31_to_60")]
    Days31To60,
    /// 61 to 90 days late.
    #[serde(rename = "days_61_to_90")]
    Days61To90,
    /// More than 90 days late.
    #[serde(rename = "over_90")]
    Over90,
}

impl Bucket {
    /// Every bucket, in order of lateness.
    pub const ALL: [Self; 5] =
        [Self::NotDue, Self::Days1To30, Self::Days31To60, Self::Days61To90, Self::Over90];

    /// The bucket for a number of days past the due date.
    #[must_use]
    pub const fn of(days_overdue: i64) -> Self {
        match days_overdue {
            ..=0 => Self::NotDue,
            1..=30 => Self::Days1To30,
            31..=60 => Self::Days31To60,
            61..=90 => Self::Days61To90,
            91.. => Self::Over90,
        }
    }
}

/// What is owed on one invoice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AgeingLine {
    /// Amount less payments and credit notes; negative when overpaid.
    pub residual: Money,
    /// Due date.
    pub due_on: NaiveDate,
}

/// The ageing of one currency.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Ageing {
    /// Not yet due.
    pub not_due: Money,
    /// 1 to 30 days late.
    pub days_1_to_30: Money,
    /// 31 to 60 days late.
    pub days_31_to_60: Money,
    /// 61 to 90 days late.
    pub days_61_to_90: Money,
    /// More than 90 days late.
    pub over_90: Money,
    /// Overpaid invoices, as a positive amount; in no bucket and not in the total.
    pub overpaid: Money,
}

impl Ageing {
    fn empty(currency: Currency) -> Self {
        let zero = Money::zero(currency);
        Self {
            not_due: zero,
            days_1_to_30: zero,
            days_31_to_60: zero,
            days_61_to_90: zero,
            over_90: zero,
            overpaid: zero,
        }
    }

    /// The amount in a bucket.
    #[must_use]
    pub const fn bucket(&self, bucket: Bucket) -> Money {
        match bucket {
            Bucket::NotDue => self.not_due,
            Bucket::Days1To30 => self.days_1_to_30,
            Bucket::Days31To60 => self.days_31_to_60,
            Bucket::Days61To90 => self.days_61_to_90,
            Bucket::Over90 => self.over_90,
        }
    }

    const fn bucket_mut(&mut self, bucket: Bucket) -> &mut Money {
        match bucket {
            Bucket::NotDue => &mut self.not_due,
            Bucket::Days1To30 => &mut self.days_1_to_30,
            Bucket::Days31To60 => &mut self.days_31_to_60,
            Bucket::Days61To90 => &mut self.days_61_to_90,
            Bucket::Over90 => &mut self.over_90,
        }
    }

    /// Everything past its due date.
    ///
    /// # Errors
    /// A sum too large.
    pub fn overdue(&self) -> Result<Money, MoneyError> {
        let late = [self.days_1_to_30, self.days_31_to_60, self.days_61_to_90, self.over_90];
        Money::sum(self.not_due.currency(), late)
    }

    /// Everything owed.
    ///
    /// # Errors
    /// A sum too large.
    pub fn total(&self) -> Result<Money, MoneyError> {
        self.not_due.plus(self.overdue()?)
    }
}

/// Ageing on `as_of`, each currency by itself.
///
/// # Errors
/// A sum too large.
pub fn ageing<'a>(
    lines: impl IntoIterator<Item = &'a AgeingLine>,
    as_of: NaiveDate,
) -> Result<BTreeMap<Currency, Ageing>, MoneyError> {
    let mut by_currency = BTreeMap::new();
    for AgeingLine { residual, due_on } in lines {
        let currency = residual.currency();
        let of_currency = by_currency.entry(currency).or_insert_with(|| Ageing::empty(currency));
        if residual.amount().is_sign_negative() {
            of_currency.overpaid = of_currency.overpaid.minus(*residual)?;
        } else {
            let late = as_of.signed_duration_since(*due_on).num_days();
            let amount = of_currency.bucket_mut(Bucket::of(late));
            *amount = amount.plus(*residual)?;
        }
    }
    Ok(by_currency)
}

/// An invoice with its history, for figures over a period.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LedgerLine {
    /// Invoice date: the day of the credit sale.
    pub issued_on: NaiveDate,
    /// Due date.
    pub due_on: NaiveDate,
    /// Gross amount.
    pub amount: Money,
    /// Payments and credit notes, by date.
    pub reductions: Vec<(NaiveDate, Money)>,
}

impl LedgerLine {
    /// What is owed at the end of a day: nothing before the invoice exists, never below zero.
    ///
    /// # Errors
    /// A reduction in another currency.
    pub fn owed_on(&self, day: NaiveDate) -> Result<Money, MoneyError> {
        let zero = Money::zero(self.amount.currency());
        if self.issued_on > day {
            return Ok(zero);
        }
        let until = self.reductions.iter().filter(|(on, _)| *on <= day);
        let left = until.map(|(_, amount)| *amount).try_fold(self.amount, Money::minus)?;
        Ok(if left.is_positive() { left } else { zero })
    }
}

/// Sums what `pick` takes from the lines of one currency.
fn sum(
    lines: &[LedgerLine],
    currency: Currency,
    mut pick: impl FnMut(&LedgerLine) -> Result<Option<Money>, MoneyError>,
) -> Result<Decimal, MoneyError> {
    let of_currency = lines.iter().filter(|line| line.amount.currency() == currency);
    let picked = of_currency.filter_map(|line| pick(line).transpose()).collect::<Result<Vec<_>, _>>()?;
    Money::sum(currency, picked).map(|m| m.amount())
}

fn sales(
    lines: &[LedgerLine],
    currency: Currency,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Decimal, MoneyError> {
    sum(lines, currency, |line| Ok((from..=to).contains(&line.issued_on).then_some(line.amount)))
}

/// One decimal, half up.
fn rounded(figure: Decimal) -> Decimal {
    figure.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero)
}

/// Days sales outstanding at the end of `as_of`, over the last `days` days, to one decimal. `None`
/// when nothing was sold in that time or `days` is 0: there is no such figure then.
///
/// # Errors
/// Mixed currencies within a line, or a sum too large.
pub fn dso(
    lines: &[LedgerLine],
    currency: Currency,
    as_of: NaiveDate,
    days: u16,
) -> Result<Option<Decimal>, MoneyError> {
    let before = u64::from(days).checked_sub(1).and_then(|n| as_of.checked_sub_days(Days::new(n)));
    let Some(from) = before else { return Ok(None) };
    let sold = sales(lines, currency, (from, as_of))?;
    if sold <= Decimal::ZERO {
        return Ok(None);
    }
    let owed = sum(lines, currency, |line| line.owed_on(as_of).map(Some))?;
    let scaled = owed.checked_mul(days.into()).ok_or(MoneyError::Overflow)?;
    scaled.checked_div(sold).map(|figure| Some(rounded(figure))).ok_or(MoneyError::Overflow)
}

/// Collection Effectiveness Index of the period `from` to `to`, both included, in percent to one
/// decimal. `None` when nothing was collectable in it, or `to` lies before `from`.
///
/// # Errors
/// Mixed currencies within a line, or a sum too large.
pub fn cei(
    lines: &[LedgerLine],
    currency: Currency,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Option<Decimal>, MoneyError> {
    let Some(eve) = from.pred_opt().filter(|_| from <= to) else { return Ok(None) };
    let owed = |day| sum(lines, currency, |line| line.owed_on(day).map(Some));
    let available =
        owed(eve)?.checked_add(sales(lines, currency, (from, to))?).ok_or(MoneyError::Overflow)?;
    let current =
        sum(lines, currency, |line| line.owed_on(to).map(|left| (line.due_on >= to).then_some(left)))?;
    let collectable = available - current;
    if collectable <= Decimal::ZERO {
        return Ok(None);
    }
    let collected = (available - owed(to)?).checked_mul(Decimal::ONE_HUNDRED).ok_or(MoneyError::Overflow)?;
    collected.checked_div(collectable).map(|figure| Some(rounded(figure))).ok_or(MoneyError::Overflow)
}

#[cfg(test)]
mod tests;
