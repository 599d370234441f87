//! Which law grants interest on an unpaid invoice, and on what terms.
//!
//! Why: the rate depends on who owes whom where. Guarantees: where the governing law is not certain
//! or was not looked into, nothing is claimed and the reason is said; against a consumer there is
//! never a flat sum. Does not: know agreed rates, or decide whether to claim at all (settings).
//!
//! Limits kept on purpose, each claiming less than the law may grant:
//! - Between two countries, without a governing law on record, nothing is claimed: contracts and the
//!   UN sales convention may point elsewhere than the creditor's country.
//! - Against consumers only within DE, AT and NL; across a border their own law may protect them.
//! - Against public authorities in France nothing is claimed: procurement law has rates of its own.
//! - "EU minimum" means the Directive's rate in euro countries without rules of their own here;
//!   elsewhere in the EU the reference rate is that of the national central bank.
//! - Only in the currency of the law, and only for contracts since [`EARLIEST_CONTRACT`].

use super::NoClaim;
use super::rates::Series;
use crate::calendar::{Country, Place};
use crate::kinds::DebtorKind;
use crate::money::Currency;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Contracts from before this day (the German transposition of Directive 2011/7/EU) may be under
/// older rates everywhere: nothing is claimed. 29 July 2014.
pub const EARLIEST_CONTRACT: Option<NaiveDate> = NaiveDate::from_ymd_opt(2014, 7, 29);

/// Who owes whom.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parties {
    /// Country of the creditor.
    pub creditor: Country,
    /// Where the debtor is.
    pub debtor: Place,
    /// What the law treats the debtor as.
    pub debtor_kind: DebtorKind,
    /// The law the contract names, where that is on record.
    pub governing_law: Option<Country>,
}

/// The rules a claim rests on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Law {
    /// Germany, between businesses.
    GermanyBusiness,
    /// Germany, against a consumer.
    GermanyConsumer,
    /// Austria, between businesses.
    AustriaBusiness,
    /// Austria, against a consumer.
    AustriaConsumer,
    /// France, between businesses.
    France,
    /// Netherlands, between businesses.
    NetherlandsBusiness,
    /// Netherlands, against a consumer.
    NetherlandsConsumer,
    /// United Kingdom, between businesses.
    UnitedKingdom,
    /// The minimum of Directive 2011/7/EU, in a euro country without rules of its own here.
    EuMinimum,
}

/// How the yearly rate comes about, in percent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum RateRule {
    /// The reference rate of each half-year, plus a margin.
    EachHalfYear(Series, Decimal),
    /// The reference rate of the half-year in which interest starts, plus a margin, for good.
    FixedAtStart(Series, Decimal),
    /// Written in the law.
    Constant(Decimal),
}

/// When the debtor is in default.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum StartRule {
    /// The due date passes, however it came about; a statutory one needs 30 days from receipt.
    DueDate,
    /// An agreed date passes; otherwise 30 days from receipt of the invoice, not before the due date.
    AgreedOrThirtyDays,
    /// An agreed date passes; otherwise a reminder, or 30 days from receipt of the invoice and due
    /// date; those 30 days count against a consumer only if the invoice warned of it (§ 286 BGB).
    Section286,
    /// An agreed date passes; otherwise a reminder.
    AgreedOrReminder,
    /// An agreed date passes.
    Agreed,
}

/// The lump sum for recovery costs, once for each invoice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum FlatSum {
    /// None.
    None,
    /// EUR 40.
    Forty,
    /// GBP 40, 70 or 100 by the size of the debt.
    BySize,
}

/// How days become a part of a year.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayCount {
    /// Days over the days of that calendar year, 365 or 366. Never more than [`DayCount::Act365`].
    ActAct,
    /// Days over 365, in leap years too.
    #[serde(rename = "act_365")]
    Act365,
}

/// Everything [`Law`] says, in one place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Terms {
    pub rate: RateRule,
    pub start: StartRule,
    pub flat_sum: FlatSum,
    pub currency: Currency,
    /// Interest of a full year of default is added to the principal.
    pub capitalised_yearly: bool,
    /// A last day of payment on a Saturday, Sunday or public holiday at the debtor's place moves to
    /// the next business day (§ 193 BGB, § 903 ABGB).
    pub moves_to_business_day: bool,
}

impl Law {
    pub(super) fn terms(self) -> Terms {
        let points = |tenths: i64| Decimal::new(tenths, 1);
        let business = |rate, start| Terms {
            rate,
            start,
            flat_sum: FlatSum::Forty,
            currency: Currency::EUR,
            capitalised_yearly: false,
            moves_to_business_day: false,
        };
        let moving = |terms| Terms { moves_to_business_day: true, ..terms };
        let consumer = |rate, start| Terms { flat_sum: FlatSum::None, ..business(rate, start) };
        match self {
            Self::GermanyBusiness => moving(business(
                RateRule::EachHalfYear(Series::DeBasiszinssatz, points(90)),
                StartRule::Section286,
            )),
            Self::GermanyConsumer => moving(consumer(
                RateRule::EachHalfYear(Series::DeBasiszinssatz, points(50)),
                StartRule::Section286,
            )),
            Self::AustriaBusiness => moving(business(
                RateRule::EachHalfYear(Series::AtBasiszinssatz, points(92)),
                StartRule::DueDate,
            )),
            Self::AustriaConsumer => {
                moving(consumer(RateRule::Constant(points(40)), StartRule::AgreedOrReminder))
            }
            Self::France => business(RateRule::EachHalfYear(Series::EcbMro, points(100)), StartRule::DueDate),
            Self::NetherlandsBusiness => Terms {
                capitalised_yearly: true,
                ..business(RateRule::EachHalfYear(Series::EcbMro, points(80)), StartRule::AgreedOrThirtyDays)
            },
            Self::NetherlandsConsumer => Terms {
                capitalised_yearly: true,
                ..consumer(RateRule::EachHalfYear(Series::NlConsumer, Decimal::ZERO), StartRule::Agreed)
            },
            Self::UnitedKingdom => Terms {
                flat_sum: FlatSum::BySize,
                currency: Currency::GBP,
                ..business(RateRule::FixedAtStart(Series::BoeBase, points(80)), StartRule::AgreedOrThirtyDays)
            },
            Self::EuMinimum => {
                business(RateRule::EachHalfYear(Series::EcbMro, points(80)), StartRule::AgreedOrThirtyDays)
            }
        }
    }

    /// The day count used unless another is asked for. No statute says; actual/365 where calculators
    /// of that country's authorities and practitioners divide by 365 (GB, NL), otherwise
    /// actual/actual, which never claims more.
    #[must_use]
    pub const fn day_count(self) -> DayCount {
        match self {
            Self::UnitedKingdom | Self::NetherlandsBusiness | Self::NetherlandsConsumer => DayCount::Act365,
            Self::GermanyBusiness
            | Self::GermanyConsumer
            | Self::AustriaBusiness
            | Self::AustriaConsumer
            | Self::France
            | Self::EuMinimum => DayCount::ActAct,
        }
    }

    /// Where the claim is written, as a letter cites it.
    #[must_use]
    pub const fn citation(self) -> &'static str {
        match self {
            Self::GermanyBusiness => "§ 288 Abs. 2 BGB",
            Self::GermanyConsumer => "§ 288 Abs. 1 BGB",
            Self::AustriaBusiness => "§ 456 UGB",
            Self::AustriaConsumer => "§ 1000 ABGB",
            Self::France => "article L441-10 du code de commerce",
            Self::NetherlandsBusiness => "artikel 6:119a BW",
            Self::NetherlandsConsumer => "artikel 6:119 BW",
            Self::UnitedKingdom => "Late Payment of Commercial Debts (Interest) Act 1998",
            Self::EuMinimum => "Directive 2011/7/EU",
        }
    }

    /// Where the flat sum is written; `None` where there is none.
    #[must_use]
    pub const fn flat_sum_citation(self) -> Option<&'static str> {
        match self {
            Self::GermanyBusiness => Some("§ 288 Abs. 5 BGB"),
            Self::AustriaBusiness => Some("§ 458 UGB"),
            Self::France | Self::UnitedKingdom | Self::EuMinimum => Some(self.citation()),
            Self::NetherlandsBusiness => Some("artikel 6:96 BW"),
            Self::GermanyConsumer | Self::AustriaConsumer | Self::NetherlandsConsumer => None,
        }
    }

    /// The series the law refers to, if any.
    #[must_use]
    pub fn series(self) -> Option<Series> {
        match self.terms().rate {
            RateRule::EachHalfYear(series, _) | RateRule::FixedAtStart(series, _) => Some(series),
            RateRule::Constant(_) => None,
        }
    }

    /// The law for these parties.
    ///
    /// # Errors
    /// Why nothing can be claimed; see the limits above.
    pub fn of(parties: &Parties) -> Result<Self, NoClaim> {
        let Parties { creditor, debtor_kind, governing_law, debtor: Place { country: debtor, .. } } =
            *parties;
        let domestic = creditor == debtor;
        let country = match governing_law {
            Some(country) => country,
            None if domestic => creditor,
            None => return Err(NoClaim::GoverningLaw { creditor, debtor }),
        };
        match debtor_kind {
            DebtorKind::Consumer => match country.code() {
                _ if !domestic || country != debtor => Err(NoClaim::Consumer(debtor)),
                "DE" => Ok(Self::GermanyConsumer),
                "AT" => Ok(Self::AustriaConsumer),
                "NL" => Ok(Self::NetherlandsConsumer),
                _ => Err(NoClaim::Consumer(country)),
            },
            DebtorKind::PublicAuthority if country.code() == "FR" => Err(NoClaim::PublicAuthority(country)),
            DebtorKind::Business | DebtorKind::PublicAuthority => match country.code() {
                "DE" => Ok(Self::GermanyBusiness),
                "AT" => Ok(Self::AustriaBusiness),
                "FR" => Ok(Self::France),
                "NL" => Ok(Self::NetherlandsBusiness),
                "GB" => Ok(Self::UnitedKingdom),
                // Euro countries since 2023 or before.
                "BE" | "CY" | "EE" | "ES" | "FI" | "GR" | "HR" | "IE" | "IT" | "LT" | "LU" | "LV" | "MT"
                | "PT" | "SI" | "SK" => Ok(Self::EuMinimum),
                _ => Err(NoClaim::Country(country)),
            },
        }
    }
}

/// The series needed for claims between these parties: what the rate table must hold.
#[must_use]
pub fn series_needed<'a>(parties: impl IntoIterator<Item = &'a Parties>) -> BTreeSet<Series> {
    parties.into_iter().filter_map(|p| Law::of(p).ok().and_then(Law::series)).collect()
}

#[cfg(test)]
mod tests;
