//! Languages as data: how amounts, dates and lists are written, and the fixed phrases of a letter.
//!
//! Why: a letter is in one language from the salutation to the last column heading, and a further
//! language must not need code. Guarantees: every fixed phrase, separator, month name and word rule of a
//! letter comes from `data/languages/<tag>.toml` of its own language; a file with a missing or unknown
//! phrase does not parse, and a test parses all; an unknown language becomes English, and the caller
//! learns of it. Does not: choose the language ([`crate::snapshot::Snapshot::language`]).
//!
//! A further language: `data/languages/fr.toml`, `data/letters/fr/*.toml`, and `"fr"` in the table in
//! `locale/shipped.rs`.

mod format;
mod shipped;
mod words;

pub(crate) use shipped::SHIPPED;
pub use words::Category;
pub(crate) use words::Words;

use serde::Deserialize;
use std::fmt;
use std::sync::LazyLock;

/// The language that stands in for one that is not on file.
const FALLBACK: &str = "en";

/// A language.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    tag: String,
    name: String,
    pub(crate) scripts: Vec<Script>,
    pub(crate) format: Format,
    pub(crate) phrases: Phrases,
    pub(crate) words: Words,
}

/// Alphabets whose letters may stand in a text; others are only in names on file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Script {
    Latin,
    Greek,
    Cyrillic,
}

/// Where the currency code stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Placement {
    Before,
    After,
}

/// How values are written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Format {
    /// Decimal separator.
    pub(crate) decimal: char,
    /// Thousands separator.
    pub(crate) group: char,
    /// Where the currency code stands.
    pub(crate) currency: Placement,
    /// `{n}` and the percent sign.
    pub(crate) percent: String,
    /// Pattern of a date in a sentence: `{d}`, `{dd}`, `{mm}`, `{month}`, `{mon}`, `{y}`.
    pub(crate) date: String,
    /// Pattern of a date in a table; every date as wide as any other, or nearly.
    pub(crate) date_short: String,
    /// Names of the months.
    pub(crate) months: [String; 12],
    /// Their short forms, without a full stop.
    pub(crate) months_short: [String; 12],
    /// Between the last two of a list.
    pub(crate) and: String,
    /// Field separator of CSV files that open in the spreadsheet of that country.
    pub(crate) csv_separator: char,
}

/// Fixed phrases of the blocks that code writes. `{…}` is replaced by code.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Phrases {
    pub(crate) greeting: String,
    /// With `{name}`.
    pub(crate) greeting_named: String,
    pub(crate) closing: String,
    pub(crate) reply_prefix: String,
    pub(crate) customer: String,
    pub(crate) column_number: String,
    pub(crate) column_dated: String,
    pub(crate) column_due: String,
    pub(crate) column_open: String,
    /// With `{amount}`: the invoice's amount before payments.
    pub(crate) of_original: String,
    /// With `{amount}`.
    pub(crate) already_paid: String,
    /// With `{amount}`.
    pub(crate) credited: String,
    pub(crate) total: String,
    pub(crate) interest: String,
    /// With `{amount}`: interest asked for in earlier letters, not asked for again.
    pub(crate) interest_before: String,
    pub(crate) flat_sum: String,
    /// With `{name}` and `{basis}`: a claim and the law it rests on.
    pub(crate) with_basis: String,
    pub(crate) payable: String,
    pub(crate) interest_heading: String,
    /// With `{number}`, `{rate}`, `{principal}`, `{from}`, `{to}`, `{days}`, `{interest}`.
    pub(crate) interest_line: String,
    pub(crate) payment_heading: String,
    pub(crate) payment_elsewhere: String,
    pub(crate) payee: String,
    pub(crate) iban: String,
    pub(crate) bic: String,
    pub(crate) amount: String,
    pub(crate) reference: String,
    pub(crate) pay_by: String,
    pub(crate) plan_heading: String,
    pub(crate) plan_due: String,
    /// With `{company}` and `{email}`: who wrote it, and how to reach a person.
    pub(crate) disclosure: String,
    /// Changes whenever the sentence changes; stored with the message.
    pub(crate) disclosure_version: String,
    pub(crate) statement: Statement,
}

/// Words of the statement of account.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Statement {
    /// With `{date}`.
    pub(crate) heading: String,
    pub(crate) original: String,
    pub(crate) paid: String,
    pub(crate) credited: String,
    pub(crate) currency: String,
    pub(crate) days_overdue: String,
    pub(crate) open_total: String,
    pub(crate) overdue_total: String,
    pub(crate) unapplied_credit: String,
    pub(crate) unapplied_receipts: String,
    pub(crate) balance: String,
    pub(crate) nothing_open: String,
}

/// A language that was asked for, or its stand-in.
#[derive(Clone, Copy, Debug)]
pub struct Chosen {
    /// The language to write in.
    pub language: &'static Language,
    /// The language asked for is not on file; this is English instead.
    pub fell_back: bool,
}

/// The language of a BCP 47 tag: only its primary part counts (`de-AT` is `de`), in any case. Unknown:
/// English, and [`Chosen::fell_back`] says so.
#[must_use]
pub fn choose(tag: &str) -> Chosen {
    let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
    let found = all().iter().find(|l| l.tag.eq_ignore_ascii_case(primary));
    Chosen { language: found.unwrap_or_else(fallback), fell_back: found.is_none() }
}

/// Every language on file.
#[must_use]
pub fn all() -> &'static [Language] {
    static ALL: LazyLock<Vec<Language>> = LazyLock::new(|| SHIPPED.iter().map(parse).collect());
    &ALL
}

#[expect(clippy::expect_used, reason = "compiled-in data; a test parses every file")]
fn parse(source: &shipped::Source) -> Language {
    toml::from_str(source.language).expect("a shipped language file parses")
}

#[expect(clippy::expect_used, reason = "compiled-in data; a test looks for it")]
fn fallback() -> &'static Language {
    all().iter().find(|l| l.tag == FALLBACK).expect("English is shipped")
}

impl Language {
    /// BCP 47 primary tag, lower case.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// Its own name for itself.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Language").field(&self.tag).finish()
    }
}

/// Two are the same when their tags are.
impl PartialEq for Language {
    fn eq(&self, other: &Self) -> bool {
        self.tag == other.tag
    }
}

#[cfg(test)]
mod tests;
