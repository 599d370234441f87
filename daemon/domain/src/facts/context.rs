//! What is to be said: the choice that facts are built from.

use super::FactsError;
use crate::action::PlanTerms;
use crate::ids::InvoiceId;
use crate::kinds::PromiseState;
use crate::letter::Purpose;
use crate::money::Money;
use crate::snapshot::{ContactFacts, OpenItem, PromiseFacts, Snapshot};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What a letter is about. Stored with the outreach: the same letter is proven again before it leaves.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LetterContext {
    /// What it is for.
    pub purpose: Purpose,
    /// Dunning level of a notice; 0 for anything else.
    pub level: u16,
    /// Business date of the writing.
    pub written_on: NaiveDate,
    /// The date the money is asked for by; of a plan offer: until when it stands.
    pub pay_by: Option<NaiveDate>,
    /// The invoices it speaks about, in the order in which they are listed.
    pub items: Vec<OpenItem>,
    /// The promise it speaks about.
    pub promise: Option<PromiseFacts>,
    /// The plan it speaks about.
    pub plan: Option<PlanTerms>,
    /// Interest and flat sum.
    pub claims: Option<ClaimsFacts>,
    /// Whom it addresses by name; `None`: nobody in particular.
    pub recipient: Option<ContactFacts>,
    /// A model wrote it, or answers by itself: it says so.
    pub ai_written: bool,
    /// Subject of the mail that is answered; hostile.
    #[serde(default)]
    pub answered_subject: Option<String>,
    /// Copies of the invoices are attached.
    #[serde(default)]
    pub copies: bool,
    /// What to quote with the payment; `None`: the invoice numbers.
    #[serde(default)]
    pub reference: Option<String>,
    /// Lines under the letter: legal name, seat, register, managing directors.
    #[serde(default)]
    pub letterhead: Vec<String>,
}

/// Interest and flat sum as the letter states them. Plain figures: the arithmetic and the law are
/// [`crate::interest`]'s.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimsFacts {
    /// Interest asked for now: the segments less what was stated before.
    pub interest_total: Money,
    /// How it comes about.
    pub segments: Vec<ClaimSegment>,
    /// Interest stated in earlier letters; it is not asked for twice.
    #[serde(default)]
    pub stated_before: Option<Money>,
    /// The law the interest rests on.
    #[serde(default)]
    pub basis: Option<String>,
    /// Flat sum of all invoices listed that was not stated before.
    pub flat_sum: Option<Money>,
    /// The law the flat sum rests on.
    #[serde(default)]
    pub flat_sum_basis: Option<String>,
}

/// A stretch of time with one principal and one rate.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimSegment {
    /// Which invoice bears it.
    pub invoice: InvoiceId,
    /// What was owed of it.
    pub principal: Money,
    /// First day, counted.
    pub from: NaiveDate,
    /// Last day, counted.
    pub to: NaiveDate,
    /// Number of days.
    pub days: u32,
    /// Percent a year.
    pub rate: Decimal,
    /// Interest as shown; the shown amounts sum to the whole.
    pub interest: Money,
}

impl LetterContext {
    /// A letter with nothing in it yet.
    #[must_use]
    pub const fn new(purpose: Purpose, written_on: NaiveDate) -> Self {
        Self {
            purpose,
            level: 0,
            written_on,
            pay_by: None,
            items: Vec::new(),
            promise: None,
            plan: None,
            claims: None,
            recipient: None,
            ai_written: false,
            answered_subject: None,
            copies: false,
            reference: None,
            letterhead: Vec::new(),
        }
    }

    /// The same choice of invoices, promise and recipient with the values of a newer snapshot.
    ///
    /// # Errors
    /// Something of the choice is gone, or a broken promise is no longer broken.
    pub fn refreshed(&self, snapshot: &Snapshot) -> Result<Self, FactsError> {
        let mut fresh = self.clone();
        for item in &mut fresh.items {
            let found = snapshot.items.iter().find(|i| i.invoice == item.invoice);
            *item = found.ok_or(FactsError::NotOpen(item.invoice))?.clone();
        }
        if let Some(promise) = &mut fresh.promise {
            match snapshot.promises.iter().find(|p| p.id == promise.id) {
                Some(found) => *promise = found.clone(),
                // A confirmation is written before its promise is recorded.
                None if self.purpose == Purpose::PromiseConfirmation => {}
                None => return Err(FactsError::Promise),
            }
            let state = match self.purpose {
                Purpose::BrokenPromise => PromiseState::Broken,
                _other => PromiseState::Open,
            };
            if promise.state != state {
                return Err(FactsError::Promise);
            }
        }
        if let Some(recipient) = &mut fresh.recipient {
            let found = snapshot.contacts.iter().find(|c| c.id == recipient.id && c.usable);
            *recipient = found.ok_or(FactsError::Recipient)?.clone();
        }
        Ok(fresh)
    }
}
