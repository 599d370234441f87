//! Statutory interest and flat sum for a letter: law from `domain::interest`, wish from the settings.
//!
//! Claims too little rather than too much: interest runs on what is still owed (nothing on parts that
//! were paid late), and where a reminder starts the default, from the last notice on.

use crate::app::Reference;
use domain::calendar::Country;
use domain::facts::{ClaimSegment, ClaimsFacts};
use domain::interest::{Claim, Debt, Parties, StartFacts, claim};
use domain::kinds::DueDateBasis;
use domain::money::{Money, MoneyError};
use domain::snapshot::{OpenItem, Snapshot};
use domain::step::customer_place;

/// What a notice of this level may add; `None`: nothing, because of settings, law or missing rates.
pub fn claims(
    snapshot: &Snapshot,
    items: &[&OpenItem],
    level: u16,
    reference: &Reference,
) -> Result<Option<ClaimsFacts>, MoneyError> {
    let settings = &snapshot.company.settings.late_payment;
    let reached = |from: Option<u16>| from.is_some_and(|from| level >= from);
    let (interest, flat) = (reached(settings.interest_from_level), reached(settings.flat_sum_from_level));
    let (Ok(debtor), Ok(creditor)) = (customer_place(snapshot), snapshot.company.country.parse::<Country>())
    else {
        return Ok(None);
    };
    if !interest && !flat {
        return Ok(None);
    }
    let parties = Parties { creditor, debtor, debtor_kind: snapshot.customer.kind, governing_law: None };
    let currency = snapshot.account.currency;
    let mut facts = ClaimsFacts {
        interest_total: Money::zero(currency),
        segments: Vec::new(),
        stated_before: None,
        basis: None,
        flat_sum: None,
        flat_sum_basis: None,
    };
    for item in items {
        let Some(claim) = of_item(snapshot, item, &parties, reference)? else { continue };
        if interest && claim.missing.is_none() {
            facts.interest_total = facts.interest_total.plus(claim.total)?;
            facts.segments.extend(claim.segments.iter().map(|s| ClaimSegment {
                invoice: item.invoice,
                principal: s.principal,
                from: s.from,
                to: s.to,
                days: s.days,
                rate: s.rate,
                interest: s.shown,
            }));
            facts.basis = claim.law.map(|law| law.citation().to_owned());
        }
        if let Some(sum) = claim.flat_sum.filter(|_| flat) {
            facts.flat_sum_basis = claim.law.and_then(|law| law.flat_sum_citation()).map(str::to_owned);
            facts.flat_sum = Some(facts.flat_sum.unwrap_or_else(|| Money::zero(currency)).plus(sum)?);
        }
    }
    Ok((facts.interest_total.is_positive() || facts.flat_sum.is_some()).then_some(facts))
}

fn of_item(
    snapshot: &Snapshot,
    item: &OpenItem,
    parties: &Parties,
    reference: &Reference,
) -> Result<Option<Claim>, MoneyError> {
    let debt = Debt {
        parties: parties.clone(),
        contract_on: None,
        start: StartFacts {
            due_date: item.due_date,
            basis: DueDateBasis::InvoiceUnilateral,
            received_on: None,
            reminded_on: snapshot
                .account
                .last_notice_at
                .filter(|_| item.level > 0)
                .map(|at| at.with_timezone(&snapshot.company.zone).date_naive()),
            consumer_warned: false,
        },
        principal: item.residual()?,
        reductions: Vec::new(),
    };
    // Input that contradicts itself: no claim is the safe answer.
    Ok(claim(&debt, snapshot.today, &reference.rates, &reference.holidays, None).ok())
}
