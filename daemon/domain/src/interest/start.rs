//! From which day on interest runs.
//!
//! Why: default does not follow from the due date alone. Guarantees: the last day of payment in time
//! is never counted, and a fact that is not on record (receipt of the invoice, a reminder) is never
//! assumed.

use super::law::{Parties, StartRule, Terms};
use super::{NoClaim, NotInDefault};
use crate::calendar::{Gap, Holidays, SlotError, add_business_days};
use crate::kinds::{DebtorKind, DueDateBasis};
use chrono::{Days, NaiveDate};

/// What default depends on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StartFacts {
    /// The due date, as on the invoice.
    pub due_date: NaiveDate,
    /// What it rests on.
    pub basis: DueDateBasis,
    /// When the debtor received the invoice.
    pub received_on: Option<NaiveDate>,
    /// When the debtor received the first letter that clearly demands payment (a Mahnung). One from
    /// before the debt was late, such as a courtesy notice, has no effect and may be passed.
    pub reminded_on: Option<NaiveDate>,
    /// The invoice told the consumer that default follows 30 days after receipt (§ 286 (3) BGB).
    pub consumer_warned: bool,
}

/// First day that bears interest, or why there is none; and what the holidays on file did not know.
pub(super) type Start = (Result<NaiveDate, NoClaim>, Vec<Gap>);

/// Applies the start rule of the law.
pub(super) fn first_day(
    terms: &Terms,
    parties: &Parties,
    facts: &StartFacts,
    holidays: &Holidays,
) -> Result<Start, SlotError> {
    let mut gaps = Vec::new();
    let mut moved = |date| {
        if !terms.moves_to_business_day {
            return Ok(date);
        }
        let landed = add_business_days(date, 0, &parties.debtor, holidays)?;
        gaps.extend(landed.gaps);
        Ok::<_, SlotError>(landed.date)
    };
    let due = moved(facts.due_date)?;
    // A reminder works once the debt is late.
    let reminded = facts.reminded_on.filter(|on| *on > due);
    let thirty = |from: NaiveDate| from.checked_add_days(Days::new(30)).ok_or(SlotError::OutOfRange);
    let from_receipt = facts.received_on.map(thirty).transpose()?.map(|day| day.max(due));
    let last_in_time = match (facts.basis, terms.start) {
        (DueDateBasis::Contract, _) | (DueDateBasis::InvoiceUnilateral, StartRule::DueDate) => Ok(due),
        (DueDateBasis::Statutory, StartRule::DueDate)
        | (DueDateBasis::InvoiceUnilateral | DueDateBasis::Statutory, StartRule::AgreedOrThirtyDays) => {
            from_receipt.ok_or(NotInDefault::ReceiptUnknown)
        }
        (DueDateBasis::InvoiceUnilateral | DueDateBasis::Statutory, StartRule::Section286) => {
            let counts = match parties.debtor_kind {
                DebtorKind::Consumer => facts.consumer_warned,
                DebtorKind::Business | DebtorKind::PublicAuthority => true,
            };
            // Thirty days after both, the due date and the receipt.
            let from_both = facts.received_on.filter(|_| counts).map(|on| thirty(on.max(due)));
            let from_both = from_both.transpose()?.map(&mut moved).transpose()?;
            reminded.into_iter().chain(from_both).min().ok_or(NotInDefault::NoReminder)
        }
        (DueDateBasis::InvoiceUnilateral | DueDateBasis::Statutory, StartRule::AgreedOrReminder) => {
            reminded.ok_or(NotInDefault::NoReminder)
        }
        (DueDateBasis::InvoiceUnilateral | DueDateBasis::Statutory, StartRule::Agreed) => {
            Err(NotInDefault::NoAgreedDate)
        }
    };
    let first = match last_in_time {
        Ok(day) => Ok(day.succ_opt().ok_or(SlotError::OutOfRange)?),
        Err(why) => Err(NoClaim::NotInDefault(why)),
    };
    Ok((first, gaps))
}

#[cfg(test)]
mod tests;
