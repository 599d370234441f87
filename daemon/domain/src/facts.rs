//! The facts a letter may state, and nothing else.
//!
//! Why: a letter is proven only if there is one list of what is true, built from the account snapshot,
//! that both the writing and the checking use. Guarantees: [`Facts::build`] refuses what does not add up
//! (an item that is not on the account or has changed, a second currency, a plan or a claim whose parts
//! do not sum, a recipient who is not a usable contact, a deadline in the past); text from outside is
//! one line of visible characters. Does not: write ([`crate::letter`]) or check
//! ([`crate::grounding`]) a letter.

mod build;
mod catalogue;
mod clean;
mod context;
mod index;

pub use catalogue::{CatalogueEntry, FactKind};
pub use clean::clean;
pub(crate) use clean::is_hidden;
pub use context::{ClaimSegment, ClaimsFacts, LetterContext};
pub(crate) use index::{Index, lower};

use crate::ids::InvoiceId;
use crate::letter::{Block, Purpose, blocks};
use crate::locale::Language;
use crate::money::{Currency, Money, MoneyError};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

/// What a text fact is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum TextKind {
    /// Number of an invoice on the account.
    InvoiceNumber,
    /// Name of the company, the sender, the customer, the recipient or the account holder.
    Name,
    /// Address of the sender.
    Email,
    /// Bank account of the company.
    Iban,
    /// Its bank.
    Bic,
    /// What to quote with the payment.
    Reference,
    /// The law a claim rests on.
    LegalBasis,
    /// A line of the company's letterhead.
    Letterhead,
}

/// What a count counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum CountUnit {
    /// Invoices.
    Items,
    /// Days.
    Days,
    /// The dunning level.
    Level,
    /// Instalments.
    Instalments,
}

/// A value that a letter may state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FactValue {
    /// An amount.
    Money(Money),
    /// A date.
    Date(NaiveDate),
    /// A literal text.
    Text(TextKind, String),
    /// A number of something.
    Count(CountUnit, i64),
    /// A percentage.
    Percent(Decimal),
}

/// A value with its key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fact {
    /// Placeholder name, such as `total_due` or `invoice:2.number`.
    pub key: String,
    /// The value.
    pub value: FactValue,
    /// Position of the invoice it belongs to, when it is a fact about one invoice only.
    pub item: Option<usize>,
}

/// Everything a letter may state.
#[derive(Clone, Debug)]
pub struct Facts {
    context: LetterContext,
    version: i64,
    currency: Currency,
    facts: Vec<Fact>,
    keys: HashMap<String, usize>,
    index: Index,
    total: Money,
    payable: Money,
    /// Blocks in the language they were last asked for in: writing and checking use the same ones.
    blocks: OnceLock<(String, Vec<(Block, String)>)>,
}

/// Why facts for a letter could not be put together. Names no customer, number or address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FactsError {
    /// The purpose needs something that is not there.
    #[error("a letter of kind {purpose} needs {what}")]
    Missing {
        /// The purpose.
        purpose: Purpose,
        /// What is missing.
        what: &'static str,
    },
    /// The purpose does not allow something that is there.
    #[error("a letter of kind {purpose} must not state {what}")]
    NotAllowed {
        /// The purpose.
        purpose: Purpose,
        /// What must not be stated.
        what: &'static str,
    },
    /// An invoice to be listed is no longer open on the account.
    #[error("invoice {0} is not open on the account")]
    NotOpen(InvoiceId),
    /// An invoice to be listed is not as the ledger has it.
    #[error("invoice {0} is not as the ledger has it")]
    Changed(InvoiceId),
    /// An invoice is listed twice.
    #[error("invoice {0} is listed twice")]
    Twice(InvoiceId),
    /// The recipient is not a usable contact of the customer.
    #[error("the recipient is not a usable contact of the customer")]
    Recipient,
    /// The promise is not, or no longer, what the letter says.
    #[error("the promise is not as the ledger has it")]
    Promise,
    /// The instalments do not sum to the plan's total, or that is not what is owed.
    #[error("the instalments do not sum to what is owed on the plan's invoices")]
    Plan,
    /// Interest and its segments do not sum.
    #[error("the interest claimed is not the sum of its parts")]
    Claims,
    /// The date to pay by has passed.
    #[error("the date to pay by has passed")]
    PayByPassed,
    /// A text that a letter needs is empty.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// Two currencies, or an amount too large.
    #[error("the amounts of the account cannot be added up")]
    Money(#[from] MoneyError),
}

impl Facts {
    /// What the letter is for.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        self.context.purpose
    }

    /// Version of the snapshot the facts come from.
    #[must_use]
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// The account's currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Sum of the residuals of the listed items.
    #[must_use]
    pub const fn total(&self) -> Money {
        self.total
    }

    /// What the letter asks for: the total with interest and flat sum.
    #[must_use]
    pub const fn payable(&self) -> Money {
        self.payable
    }

    /// What the facts were built from, with cleaned texts.
    #[must_use]
    pub const fn context(&self) -> &LetterContext {
        &self.context
    }

    /// All facts.
    #[must_use]
    pub fn all(&self) -> &[Fact] {
        &self.facts
    }

    /// The value of a key, if this letter has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&FactValue> {
        self.keys.get(key).and_then(|n| self.facts.get(*n)).map(|f| &f.value)
    }

    /// The text of a key, if this letter has it and it is a text.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.get(key) {
            Some(FactValue::Text(_, text)) => Some(text),
            Some(FactValue::Money(_) | FactValue::Date(_) | FactValue::Count(..) | FactValue::Percent(_))
            | None => None,
        }
    }

    /// The blocks that code writes into this letter, in a language.
    pub(crate) fn blocks(&self, language: &Language) -> Cow<'_, [(Block, String)]> {
        let written = || blocks::required(self, language);
        let (tag, kept) = self.blocks.get_or_init(|| (language.tag().to_owned(), written()));
        if tag == language.tag() { Cow::Borrowed(kept) } else { Cow::Owned(written()) }
    }

    pub(crate) const fn index(&self) -> &Index {
        &self.index
    }

    pub(crate) fn fact(&self, n: usize) -> Option<&Fact> {
        self.facts.get(n)
    }
}

#[cfg(test)]
mod tests;
