//! Grounding: every statement of a final text is traced to a fact, or it is a finding.
//!
//! Why: whoever wrote the text (a template, a model, a person), what it says about amounts, dates,
//! invoices, names and bank details must be what the ledger says (I4). The check reads the final text,
//! not the draft, and by value: `1.234,50 EUR` is the fact 1234.50 EUR wherever it stands.
//!
//! Guarantees:
//! - Every digit of the text belongs to a literal that resolved to a fact or to a finding; so does every
//!   currency, percentage, address, link, IBAN, salutation and company name that can be told by its form.
//! - An amount in another currency than its fact, or of another invoice than its sentence names, is a
//!   finding.
//! - The blocks that code writes must stand in the text unchanged.
//! - A person may accept findings on wording ([`Severity::Wording`]), never hard ones.
//! - Linear in the text; no panic on any input.
//!
//! Limits: names without title, salutation or legal form look like other words, and wording is a list
//! of phrases per language, not understanding. That is why a model's draft holds placeholders only.

mod contact;
mod currency;
mod date;
mod lexicon;
mod number;
mod prose;
mod scan;
mod scope;
mod text;
mod verify;
mod view;

pub(crate) use lexicon::Lexicon;
pub use text::tidy;
pub use verify::{VerifyError, verify};

use crate::facts::{Facts, TextKind};
use crate::letter::Block;
pub use crate::locale::Category;
use crate::locale::Language;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// Grows when the rules of the check change, so that a certificate says what it was checked by.
pub const CHECKER: u16 = 1;

/// Where in a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The subject line.
    Subject,
    /// The body.
    Body,
}

/// A message to be checked.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// Subject.
    pub subject: &'a str,
    /// Body, as [`tidy`] leaves it.
    pub body: &'a str,
}

/// What a proven literal is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// An amount with its currency.
    Money,
    /// A date.
    Date,
    /// A number of something.
    Count,
    /// A percentage.
    Percent,
    /// An invoice number.
    InvoiceNumber,
    /// A name.
    Name,
    /// An address.
    Email,
    /// An IBAN.
    Iban,
    /// A BIC.
    Bic,
    /// A payment reference.
    Reference,
    /// A citation.
    LegalBasis,
    /// A line of the letterhead.
    Letterhead,
}

impl From<TextKind> for EntryKind {
    fn from(kind: TextKind) -> Self {
        match kind {
            TextKind::InvoiceNumber => Self::InvoiceNumber,
            TextKind::Name => Self::Name,
            TextKind::Email => Self::Email,
            TextKind::Iban => Self::Iban,
            TextKind::Bic => Self::Bic,
            TextKind::Reference => Self::Reference,
            TextKind::LegalBasis => Self::LegalBasis,
            TextKind::Letterhead => Self::Letterhead,
        }
    }
}

/// A literal of the text and the fact it was resolved to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Where.
    pub part: Part,
    /// Byte offset of its first character.
    pub start: usize,
    /// Byte offset behind its last.
    pub end: usize,
    /// The literal.
    pub literal: String,
    /// What it is.
    pub kind: EntryKind,
    /// Key of the fact.
    pub fact: String,
}

/// The proof of a text, stored with the message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Account version of the snapshot behind the facts.
    pub snapshot_version: i64,
    /// Tag of the language the text was read in.
    pub language: String,
    /// [`CHECKER`] at the time.
    pub checker: u16,
    /// Every literal, in the order of the text.
    pub entries: Vec<Entry>,
    /// Findings on wording that a person accepted.
    pub accepted: Vec<Finding>,
    /// SHA-256 of subject, line feed and body, in hexadecimal.
    pub text_sha256: String,
}

/// What is wrong with a literal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// An amount that is not on the account.
    Amount,
    /// A currency that is not the account's, or an amount in another currency than its fact.
    Currency,
    /// A date that is none of the letter's.
    Date,
    /// A number that is none of the letter's.
    Number,
    /// A stretch of time or a time of day that code did not set.
    Term,
    /// An invoice number, or something like it, that is not on the account.
    InvoiceNumber,
    /// A percentage that is none of the letter's.
    Percent,
    /// A person or company that is not the recipient, the customer or the sender.
    Name,
    /// An IBAN that is not the company's.
    Iban,
    /// A BIC that is not the company's.
    Bic,
    /// An address that is not the sender's.
    Email,
    /// A link.
    Link,
    /// A telephone number.
    Phone,
    /// A value of another invoice than the one its sentence names, or of one it does not name.
    Mismatch,
    /// A part that code writes is missing or changed.
    Block(Block),
    /// A character that is not seen, or that passes for another one.
    Character,
    /// A placeholder or mark-up left over.
    Leftover,
    /// Another language than the letter's.
    Language,
    /// A phrase that may not be said.
    Wording(Category),
}

/// Who may let it pass.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nobody.
    Hard,
    /// A person, by name.
    Wording,
}

/// Something in a text that is not proven or may not be said.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Where.
    pub part: Part,
    /// Byte offset of its first character.
    pub start: usize,
    /// Byte offset behind its last; equal to `start` where something is missing.
    pub end: usize,
    /// The words in question. Personal: shown to people, never logged.
    pub literal: String,
    /// What is wrong.
    pub kind: FindingKind,
    /// Who may let it pass.
    pub severity: Severity,
    /// One English sentence for a person; holds no value.
    pub message: Cow<'static, str>,
}

/// Proves a text. Any finding is an error: nothing is let pass.
///
/// # Errors
/// Everything that is not proven or may not be said, in the order of the text.
pub fn ground(parts: Parts<'_>, facts: &Facts, language: &Language) -> Result<Certificate, Vec<Finding>> {
    ground_accepting(parts, facts, language, &[])
}

/// Proves a text that a person answers for: findings on wording that are among `accepted` (same words,
/// same kind) pass and are written down; hard ones never pass.
///
/// # Errors
/// Every finding that does not pass.
pub fn ground_accepting(
    parts: Parts<'_>,
    facts: &Facts,
    language: &Language,
    accepted: &[Finding],
) -> Result<Certificate, Vec<Finding>> {
    let subject = scan::scan(Part::Subject, parts.subject, facts, language);
    let body = scan::scan(Part::Body, parts.body, facts, language);
    let passes = |f: &Finding| {
        let same = |a: &Finding| a.part == f.part && a.kind == f.kind && a.literal == f.literal;
        f.severity == Severity::Wording && accepted.iter().any(same)
    };
    let (accepted, findings): (Vec<_>, Vec<_>) =
        subject.findings.into_iter().chain(body.findings).partition(passes);
    if !findings.is_empty() {
        return Err(findings);
    }
    let mut entries = subject.entries;
    entries.extend(body.entries);
    Ok(Certificate {
        snapshot_version: facts.version(),
        language: language.tag().to_owned(),
        checker: CHECKER,
        entries,
        accepted,
        text_sha256: digest(parts),
    })
}

/// Proves one part by itself.
pub(crate) fn ground_part(
    part: Part,
    text: &str,
    facts: &Facts,
    language: &Language,
) -> Result<(), Vec<Finding>> {
    let scanned = scan::scan(part, text, facts, language);
    if scanned.findings.is_empty() { Ok(()) } else { Err(scanned.findings) }
}

fn digest(parts: Parts<'_>) -> String {
    use std::fmt::Write as _;
    let mut hash = Sha256::new();
    hash.update(parts.subject.as_bytes());
    hash.update(b"\n");
    hash.update(parts.body.as_bytes());
    let mut out = String::with_capacity(64);
    for byte in hash.finalize() {
        let _infallible = write!(out, "{byte:02x}");
    }
    out
}

#[cfg(test)]
mod tests;
