//! Words that the grounding check must know to find numbers, dates, names and promises in a text.

use crate::money::Currency;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Word lists of one language. Case and accents do not count.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    /// Words for a currency: `euro = ["EUR"]`.
    pub(crate) currencies: BTreeMap<String, Vec<Currency>>,
    /// Words for hundredths of a currency.
    pub(crate) subunits: Vec<String>,
    /// Words for percent.
    pub(crate) percent: Vec<String>,
    /// Words that multiply the number before them.
    pub(crate) multipliers: Vec<String>,
    /// Words for days.
    pub(crate) days: Vec<String>,
    /// Words for other stretches of time and times of day.
    pub(crate) times: Vec<String>,
    /// Words for what a letter lists.
    pub(crate) items: Vec<String>,
    /// Words for a dunning level.
    pub(crate) levels: Vec<String>,
    /// Words for instalments.
    pub(crate) instalments: Vec<String>,
    /// Numbers above one, and zero.
    pub(crate) numbers: BTreeMap<String, u32>,
    /// What compounds such as `zweiundzwanzig` are made of beside `numbers`.
    pub(crate) number_parts: Vec<String>,
    /// One, as far as it is also the article.
    pub(crate) articles: Vec<String>,
    /// Stems of ordinals.
    pub(crate) ordinals: BTreeMap<String, u32>,
    /// What follows the stem.
    pub(crate) ordinal_endings: Vec<String>,
    /// Month names that are also other words.
    pub(crate) ambiguous_months: Vec<String>,
    /// Words before a month that make it a date.
    pub(crate) before_months: Vec<String>,
    /// Words before an invoice number.
    pub(crate) invoice_words: Vec<String>,
    /// Titles before a person's name.
    pub(crate) titles: Vec<String>,
    /// How a salutation begins.
    pub(crate) salutations: Vec<String>,
    /// Addressees that are nobody in particular.
    pub(crate) anybody: Vec<String>,
    /// How a letter ends.
    pub(crate) closings: Vec<String>,
    /// Frequent words by which the language is known.
    pub(crate) frequent: Vec<String>,
    /// What may not be said without a person.
    pub(crate) rules: Vec<WordRule>,
}

/// Phrases of one kind.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WordRule {
    /// What kind of statement it is.
    pub(crate) category: Category,
    /// Not even a person may send it.
    #[serde(default)]
    pub(crate) hard: bool,
    /// Regular expressions over the text in lower case without accents; a space stands for any white
    /// space.
    pub(crate) patterns: Vec<String>,
}

/// What a phrase does that a letter must not.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Threatens.
    Threat,
    /// Announces courts, lawyers, collection agencies, police or credit bureaus.
    LegalThreat,
    /// Mentions or grants a discount.
    Discount,
    /// Gives up a claim or a part of it.
    Waiver,
    /// Promises something on the company's behalf.
    Promise,
    /// Admits a fault.
    Fault,
    /// Asks for secrecy.
    Secrecy,
    /// Speaks to or about the machine, or steers it.
    Instruction,
    /// Other bank details or another way to pay.
    BankChange,
    /// A term or a date that code did not set.
    Term,
    /// Gives legal or tax advice.
    Advice,
    /// Insults or presses.
    Pressure,
}
