//! Which placeholders a letter may use, for the brief of a model and for the template editor.

use super::{Fact, FactValue, Facts, TextKind};
use crate::locale::Language;
use serde::Serialize;

/// The kind of value behind a placeholder.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// An amount with its currency.
    Money,
    /// A date.
    Date,
    /// A whole number.
    Count,
    /// A percentage.
    Percent,
    /// An invoice number, or a list of them.
    InvoiceNumber,
    /// A name.
    Name,
    /// Any other literal text.
    Text,
}

/// A placeholder that a letter may use.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CatalogueEntry {
    /// Its name without braces; `invoice:N.residual` stands for `invoice:1.residual` and so on.
    pub key: String,
    /// The kind of value.
    pub kind: FactKind,
    /// The value as it will be printed; names and other texts are masked as `…`.
    pub example: String,
}

/// Placeholders that only blocks written by code use.
const BLOCKS_ONLY: [&str; 7] = [
    "iban",
    "bic",
    "account_holder",
    "payment_reference",
    "company_email",
    "interest_basis",
    "flat_sum_basis",
];

impl Facts {
    /// The placeholders of this letter. One entry stands for all invoices and one for all instalments;
    /// texts are masked, so that nothing personal leaves with the list.
    #[must_use]
    pub fn catalogue(&self, language: &Language) -> Vec<CatalogueEntry> {
        let mut entries: Vec<CatalogueEntry> = Vec::new();
        for fact in self.all() {
            let Some(key) = listed(&fact.key) else { continue };
            if !entries.iter().any(|e| e.key == key) {
                entries.push(entry(key, fact, language));
            }
        }
        if !self.context().items.is_empty() {
            let (key, kind) = ("invoice_numbers".to_owned(), FactKind::InvoiceNumber);
            entries.push(CatalogueEntry { key, kind, example: "…".to_owned() });
        }
        entries
    }
}

/// The key as listed; `None` for what only code writes.
fn listed(key: &str) -> Option<String> {
    match key.split_once(':') {
        None if BLOCKS_ONLY.contains(&key) => None,
        None => Some(key.to_owned()),
        Some((family @ ("invoice" | "plan"), rest)) => {
            rest.split_once('.').map(|(_, field)| format!("{family}:N.{field}"))
        }
        Some(_) => None,
    }
}

fn entry(key: String, fact: &Fact, language: &Language) -> CatalogueEntry {
    let masked = || "…".to_owned();
    let (kind, example) = match &fact.value {
        FactValue::Money(money) => (FactKind::Money, language.money(*money)),
        FactValue::Date(date) => (FactKind::Date, language.date(*date)),
        FactValue::Count(_, count) => (FactKind::Count, count.to_string()),
        FactValue::Percent(percent) => (FactKind::Percent, language.percent(*percent)),
        FactValue::Text(TextKind::InvoiceNumber, _) => (FactKind::InvoiceNumber, masked()),
        FactValue::Text(TextKind::Name, _) => (FactKind::Name, masked()),
        FactValue::Text(_other, _) => (FactKind::Text, masked()),
    };
    CatalogueEntry { key, kind, example }
}
