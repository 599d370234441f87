//! Payment plans: terms computed from the company's grid, never by a model.
//!
//! Guarantees: instalments are monthly, in whole minor units, each at least the grid's minimum except
//! that the last may be smaller by rounding only upwards of it, and they sum to the total exactly.

use crate::action::PlanTerms;
use crate::money::Money;
use crate::settings::PlanGrid;
use crate::snapshot::{Instalment, OpenItem};
use chrono::{Days, Months, NaiveDate};
use rust_decimal::{Decimal, RoundingStrategy};

/// Why the agent may not offer a plan; a person still may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPlan {
    /// The company has no grid.
    #[error("the company has set no grid for payment plans")]
    NoGrid,
    /// Nothing is owed.
    #[error("nothing is owed")]
    NothingOwed,
    /// Too much is owed for a plan of the agent.
    #[error("the total is above the grid's limit")]
    AboveLimit,
    /// Too little is owed for even two instalments.
    #[error("the total is too small for two instalments of the grid's minimum")]
    TooSmall,
    /// Amounts or dates cannot be computed.
    #[error("amounts or dates of the account cannot be computed")]
    Arithmetic,
}

/// The longest plan the grid allows for these items, or the number of instalments asked for when it
/// is within the grid.
///
/// Instalment = total ÷ n rounded down to the minor unit; the last one takes the remainder. First due
/// `first_due_days` after `today`, the others monthly on the same day (the last day of a short month).
pub fn terms(
    grid: Option<&PlanGrid>,
    items: &[&OpenItem],
    today: NaiveDate,
    wanted: Option<u16>,
) -> Result<PlanTerms, NoPlan> {
    let grid = grid.ok_or(NoPlan::NoGrid)?;
    let currency = items.first().ok_or(NoPlan::NothingOwed)?.original.currency();
    let residuals = items.iter().map(|i| i.residual()).collect::<Result<Vec<_>, _>>();
    let total = residuals.and_then(|r| Money::sum(currency, r)).map_err(|_| NoPlan::Arithmetic)?;
    if !total.is_positive() {
        return Err(NoPlan::NothingOwed);
    }
    if total.amount() > grid.max_total {
        return Err(NoPlan::AboveLimit);
    }
    let most = (total.amount() / grid.min_instalment).trunc();
    let most = u16::try_from(most).unwrap_or(u16::MAX).min(grid.max_instalments);
    if most < 2 {
        return Err(NoPlan::TooSmall);
    }
    let count = wanted.filter(|n| (2..=most).contains(n)).unwrap_or(most);
    let each = (total.amount() / Decimal::from(count))
        .round_dp_with_strategy(currency.digits(), RoundingStrategy::ToZero);
    let first = today.checked_add_days(Days::new(grid.first_due_days.into())).ok_or(NoPlan::Arithmetic)?;
    let instalments = (0..count)
        .map(|n| {
            let amount = if n + 1 == count { total.amount() - each * Decimal::from(n) } else { each };
            let due_on = first.checked_add_months(Months::new(n.into())).ok_or(NoPlan::Arithmetic)?;
            let amount = Money::new(amount, currency).map_err(|_| NoPlan::Arithmetic)?;
            Ok(Instalment { due_on, amount })
        })
        .collect::<Result<Vec<_>, NoPlan>>()?;
    Ok(PlanTerms { invoices: items.iter().map(|i| i.invoice).collect(), total, instalments })
}

/// The first instalment that is overdue: the money booked on the plan's invoices since the offer does
/// not cover the instalments due before `today` less `slack_days`.
#[must_use]
pub fn missed_instalment(
    instalments: &[Instalment],
    paid_since: Decimal,
    today: NaiveDate,
    slack_days: u16,
) -> Option<usize> {
    let mut owed = Decimal::ZERO;
    instalments.iter().position(|i| {
        owed += i.amount.amount();
        let last_day = i.due_on.checked_add_days(Days::new(slack_days.into()));
        last_day.is_some_and(|d| d < today) && paid_since < owed
    })
}
