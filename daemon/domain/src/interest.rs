//! Statutory interest and flat sum for late payment.
//!
//! Why: the law of many countries grants a creditor interest and a lump sum, at rates that change
//! every half-year; a letter may claim them only to the cent and only where they are due, since an
//! unfounded charge misleads the debtor. Guarantees: pure; every figure can be traced to a rate row
//! and a formula; where anything is missing or uncertain the claim is nothing and says why
//! ([`NoClaim`]); a rate counts only for the half-year it is on file for.
//!
//! Does not: decide whether to claim ([`crate::settings::LatePayment`]), know agreed rates (do not
//! claim statutory interest where a contract sets its own), or allocate payments to interest first:
//! payments reduce the principal, which claims less.
//!
//! Choices, where law leaves or may leave room:
//! - Interest runs from the day after the last day of payment in time up to and including the day of
//!   payment; in Germany and Austria a last day on a weekend or public holiday moves to the next
//!   business day at the debtor's place. Receipt on the creditor's account is the day of payment.
//! - Gross amounts bear interest. Credit notes count from the start, payments from the day after.
//! - Exact decimals, one half-up rounding of the whole claim to the minor unit.
//! - The flat sum is due once for an invoice, not for each letter (CJEU C-370/21), never against
//!   consumers; it counts towards recovery costs. In the Netherlands the legal minimum is claimed.
//! - A letter bills only what was not billed before: [`Claim::since`].
//!
//! Sources: Directive 2011/7/EU; §§ 247, 286, 288, 289 BGB; §§ 456, 458 UGB, § 1000 ABGB; code de
//! commerce L441-10; 6:119, 6:119a BW; Late Payment of Commercial Debts (Interest) Act 1998 with
//! SI 2002/1675.

mod accrual;
mod law;
mod rates;
mod start;

pub use accrual::{Reference, Segment};
pub use law::{DayCount, EARLIEST_CONTRACT, Law, Parties, series_needed};
pub use rates::{
    HalfYear, MissingRate, RateRow, RateTable, Series, ShippedRate, UnknownHalfYear, UnknownSeries,
    missing_rates, shipped_rates,
};
pub use start::StartFacts;

use crate::calendar::{Country, Gap, Holidays, SlotError};
use crate::money::{Currency, Money, MoneyError};
use accrual::{Accrued, accrue, residual};
use chrono::NaiveDate;
use law::FlatSum;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What reduces a debt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reduction {
    /// Value date of the payment; date of the credit note.
    pub on: NaiveDate,
    /// How much; not negative. Reversed payments are left out by the caller.
    pub amount: Money,
    /// What it is.
    pub kind: ReductionKind,
}

/// What a reduction is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ReductionKind {
    /// Money received: the debt bore interest up to and including that day.
    Payment,
    /// A credit note: that part of the invoice is treated as never owed, whatever its date.
    Credit,
}

/// An invoice, as far as late-payment law asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Debt {
    /// Who owes whom.
    pub parties: Parties,
    /// Date of the contract, where known; otherwise the due date stands in for it.
    pub contract_on: Option<NaiveDate>,
    /// What default depends on.
    pub start: StartFacts,
    /// Gross amount of the invoice.
    pub principal: Money,
    /// Payments and credit notes, in any order.
    pub reductions: Vec<Reduction>,
}

/// Why the debtor is not, or not provably, in default.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NotInDefault {
    /// Default begins later.
    #[error("default begins on {first_day}")]
    Later {
        /// The first day that bears interest.
        first_day: NaiveDate,
    },
    /// Nothing but a reminder could have put the debtor in default, and none was received.
    #[error("no due date was agreed, and no reminder or receipt of the invoice is on record")]
    NoReminder,
    /// The 30 days run from a receipt that is not on record.
    #[error("no due date was agreed, and the receipt of the invoice is not on record")]
    ReceiptUnknown,
    /// Only an agreed date counts.
    #[error("no due date was agreed with the consumer")]
    NoAgreedDate,
}

/// Why no interest is claimed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NoClaim {
    /// The parties are in different countries and no governing law is on record.
    #[error("creditor in {creditor}, debtor in {debtor}: no governing law is on record")]
    GoverningLaw {
        /// Country of the creditor.
        creditor: Country,
        /// Country of the debtor.
        debtor: Country,
    },
    /// No rules for that country's law.
    #[error("late-payment rules of {0} are not known")]
    Country(Country),
    /// No rules against consumers there, or across a border.
    #[error("late-payment rules against consumers in {0} are not known")]
    Consumer(Country),
    /// No rules against public authorities there.
    #[error("late-payment rules against public authorities in {0} are not known")]
    PublicAuthority(Country),
    /// Not the currency of that law.
    #[error("the invoice is in {invoice}, the law's currency is {law}")]
    Currency {
        /// Currency of the invoice.
        invoice: Currency,
        /// Currency of the law.
        law: Currency,
    },
    /// From before today's rules.
    #[error("the contract is older than today's late-payment rules")]
    OldContract,
    /// Not in default.
    #[error("not in default")]
    NotInDefault(#[source] NotInDefault),
    /// Nothing was owed any more when default began.
    #[error("nothing was owed when default began")]
    Settled,
    /// A half-year has no rate on file.
    #[error("no {series} on file for {}", list(halves))]
    NoRate {
        /// Which rate.
        series: Series,
        /// For which half-years.
        halves: Vec<HalfYear>,
    },
}

fn list(halves: &[HalfYear]) -> String {
    halves.iter().map(HalfYear::to_string).collect::<Vec<_>>().join(", ")
}

/// Why a claim could not be computed: the input is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InterestError {
    /// Two currencies, or an amount too large.
    #[error("late-payment interest")]
    Money(#[from] MoneyError),
    /// A negative principal or reduction.
    #[error("principal, payments and credit notes must not be negative")]
    Negative,
    /// More than 100 years.
    #[error("the dates are more than 100 years apart")]
    Span,
    /// The business day after the due date could not be found.
    #[error("late-payment interest: first business day")]
    Calendar(#[from] SlotError),
}

/// What may be claimed on top of the principal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Claim {
    /// The law, where there is one.
    pub law: Option<Law>,
    /// First day that bears interest, where there is default.
    pub first_day: Option<NaiveDate>,
    /// The day up to and including which it was computed.
    pub as_of: NaiveDate,
    /// How days were counted.
    pub day_count: Option<DayCount>,
    /// The stretches it is made of; empty when nothing is claimed.
    pub segments: Vec<Segment>,
    /// Interest, rounded once.
    pub total: Money,
    /// Flat sum, once for the invoice.
    pub flat_sum: Option<Money>,
    /// Why no interest is claimed.
    pub missing: Option<NoClaim>,
    /// Years whose holidays are not on file and that mattered: interest may start a day too early.
    pub gaps: Vec<Gap>,
}

/// What earlier letters claimed for an invoice, as stored with the last of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Claimed {
    /// Interest, all letters together.
    pub interest: Money,
    /// Flat sum.
    pub flat_sum: Option<Money>,
}

/// What a new letter adds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Delta {
    /// Interest not yet claimed; zero or more.
    pub interest: Money,
    /// Flat sum, if it was not claimed before.
    pub flat_sum: Option<Money>,
    /// Interest claimed before that is not due, because of a later credit note or an earlier value
    /// date: to be corrected by a person.
    pub overclaimed: Option<Money>,
}

impl Claim {
    /// What was not claimed before. Where no interest can be computed now, nothing is added and
    /// nothing is said about earlier claims.
    ///
    /// # Errors
    /// Another currency.
    pub fn since(&self, before: &Claimed) -> Result<Delta, MoneyError> {
        let zero = Money::zero(self.total.currency());
        let flat_sum = if before.flat_sum.is_some() { None } else { self.flat_sum };
        let difference = self.total.minus(before.interest)?;
        Ok(if self.missing.is_some() {
            Delta { interest: zero, flat_sum, overclaimed: None }
        } else if difference.amount().is_sign_negative() {
            let overclaimed = Some(before.interest.minus(self.total)?);
            Delta { interest: zero, flat_sum, overclaimed }
        } else {
            Delta { interest: difference, flat_sum, overclaimed: None }
        })
    }
}

/// Interest and flat sum on an invoice up to and including `as_of`. `day_count`: `None` for the
/// default of the law, [`Law::day_count`].
///
/// # Errors
/// Input that contradicts itself. That nothing can be claimed is not an error: see
/// [`Claim::missing`].
pub fn claim(
    debt: &Debt,
    as_of: NaiveDate,
    rates: &RateTable,
    holidays: &Holidays,
    day_count: Option<DayCount>,
) -> Result<Claim, InterestError> {
    let currency = debt.principal.currency();
    let amounts = debt.reductions.iter().map(|r| r.amount).chain([debt.principal]);
    if amounts.clone().any(|a| !a.is_zero() && !a.is_positive()) {
        return Err(InterestError::Negative);
    }
    Money::sum(currency, amounts)?;
    let mut claim = Claim {
        law: None,
        first_day: None,
        as_of,
        day_count: None,
        segments: Vec::new(),
        total: Money::zero(currency),
        flat_sum: None,
        missing: None,
        gaps: Vec::new(),
    };
    claim.missing = fill(&mut claim, debt, rates, holidays, day_count)?.err();
    Ok(claim)
}

/// Fills in what is due; the inner error is why there is no interest.
fn fill(
    claim: &mut Claim,
    debt: &Debt,
    rates: &RateTable,
    holidays: &Holidays,
    day_count: Option<DayCount>,
) -> Result<Result<(), NoClaim>, InterestError> {
    let law = match Law::of(&debt.parties) {
        Ok(law) => law,
        Err(why) => return Ok(Err(why)),
    };
    claim.law = Some(law);
    let (terms, invoice) = (law.terms(), debt.principal.currency());
    if invoice != terms.currency {
        return Ok(Err(NoClaim::Currency { invoice, law: terms.currency }));
    }
    if EARLIEST_CONTRACT.is_none_or(|day| debt.contract_on.unwrap_or(debt.start.due_date) < day) {
        return Ok(Err(NoClaim::OldContract));
    }
    let (first_day, gaps) = start::first_day(&terms, &debt.parties, &debt.start, holidays)?;
    claim.gaps = gaps;
    let first_day = match first_day {
        Ok(day) => day,
        Err(why) => return Ok(Err(why)),
    };
    if claim.as_of < first_day {
        return Ok(Err(NoClaim::NotInDefault(NotInDefault::Later { first_day })));
    }
    claim.first_day = Some(first_day);
    let owed = residual(debt.principal, &debt.reductions, first_day)?;
    if owed.is_zero() {
        return Ok(Err(NoClaim::Settled));
    }
    claim.flat_sum = flat_sum(terms.flat_sum, owed);
    let day_count = day_count.unwrap_or(law.day_count());
    claim.day_count = Some(day_count);
    let span = (first_day, claim.as_of);
    Ok(match accrue(&terms, day_count, debt.principal, &debt.reductions, span, rates)? {
        Accrued::NoRate(series, halves) => Err(NoClaim::NoRate { series, halves }),
        Accrued::Interest(segments, total) => {
            (claim.segments, claim.total) = (segments, total);
            Ok(())
        }
    })
}

/// The lump sum for a debt of this size when default began.
fn flat_sum(rule: FlatSum, owed: Money) -> Option<Money> {
    let units = match rule {
        FlatSum::None => return None,
        FlatSum::Forty => 40,
        FlatSum::BySize if owed.amount() < Decimal::from(1_000) => 40,
        FlatSum::BySize if owed.amount() < Decimal::from(10_000) => 70,
        FlatSum::BySize => 100,
    };
    Some(Money::rounded(Decimal::from(units), owed.currency()))
}

#[cfg(test)]
mod tests;
