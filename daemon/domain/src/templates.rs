//! Templates: the letters that ship, and the check of a company's own.
//!
//! Why: the product works without a model, and the last demand never comes from one. Guarantees: every
//! language has a template for every purpose, and a test renders and proves each. A company's own text
//! is checked before it is stored, with what is wrong with it. Does not: fill in values
//! ([`crate::letter::render`]).

use crate::facts::Facts;
use crate::letter::{Block, Draft, Purpose, RenderError, is_known, placeholders};
use crate::locale::{Language, SHIPPED};
use serde::Deserialize;
use std::sync::LazyLock;

/// A shipped template.
#[derive(Debug)]
pub struct Template {
    language: &'static str,
    purpose: Purpose,
    file: File,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Grows with every change of the text.
    version: u16,
    /// A clear and definite demand, which puts the debtor in default where the law asks for one
    /// (§ 286 BGB: a Mahnung, whatever it is called).
    demand: bool,
    subject: Text,
    paragraphs: Vec<Paragraph>,
}

/// One text for any number of invoices, or two.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Text {
    Any(String),
    Number(Number),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Number {
    one: String,
    many: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Paragraph {
    text: Text,
    when: Option<When>,
}

/// When a paragraph is there.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum When {
    /// Interest or a flat sum is asked for.
    Claims,
    /// Copies of the invoices are attached.
    Copies,
}

impl Text {
    fn choose(&self, many: bool) -> &str {
        match self {
            Self::Any(text) => text,
            Self::Number(n) => {
                if many {
                    &n.many
                } else {
                    &n.one
                }
            }
        }
    }
}

impl Template {
    /// What it is for.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// A clear and definite demand for payment (a Mahnung in the sense of § 286 BGB).
    #[must_use]
    pub const fn is_demand(&self) -> bool {
        self.file.demand
    }

    /// Language, purpose and version, such as `de/firm@1`; stored with the message.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}/{}@{}", self.language, self.purpose, self.file.version)
    }

    /// The draft for these facts: one invoice or several, with interest or without.
    #[must_use]
    pub fn draft(&self, facts: &Facts) -> Draft {
        let context = facts.context();
        let many = context.items.len() > 1;
        let there = |when: Option<When>| match when {
            None => true,
            Some(When::Claims) => context.claims.is_some(),
            Some(When::Copies) => context.copies,
        };
        let paragraphs = self.file.paragraphs.iter().filter(|p| there(p.when));
        Draft {
            subject: self.file.subject.choose(many).to_owned(),
            paragraphs: paragraphs.map(|p| p.text.choose(many).to_owned()).collect(),
        }
    }
}

/// The shipped template of a language for a purpose.
#[must_use]
#[expect(clippy::expect_used, reason = "compiled-in data; a test looks for every language and purpose")]
pub fn shipped(language: &Language, purpose: Purpose) -> &'static Template {
    static ALL: LazyLock<Vec<Template>> = LazyLock::new(|| {
        let letters =
            SHIPPED.iter().flat_map(|s| s.letters.iter().map(|(purpose, text)| (s.tag, *purpose, *text)));
        letters.map(|(language, purpose, text)| Template { language, purpose, file: parse(text) }).collect()
    });
    let found = ALL.iter().find(|t| t.language == language.tag() && t.purpose == purpose);
    found.expect("a language has a letter for every purpose")
}

#[expect(clippy::expect_used, reason = "compiled-in data; a test parses every file")]
fn parse(text: &str) -> File {
    toml::from_str(text).expect("a shipped letter parses")
}

/// Why a company's own template was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// No letter has a placeholder of this name.
    #[error("unknown placeholder {{{0}}}")]
    Unknown(String),
    /// A brace that opens or closes nothing.
    #[error("a brace without its counterpart")]
    Brace,
    /// Subject or text is empty.
    #[error("subject and text must not be empty")]
    Empty,
    /// A demand must name what is to be paid and by when.
    #[error("a letter of kind {purpose} must contain {{{placeholder}}}")]
    Needs {
        /// The purpose.
        purpose: Purpose,
        /// What it must contain.
        placeholder: &'static str,
    },
    /// A block in the middle of a paragraph, or one that this kind of letter does not have.
    #[error("{{{0}}} must be a paragraph of its own, in a letter that has it")]
    Block(&'static str),
    /// Longer than a letter may be.
    #[error("subject or text is too long")]
    TooLong,
}

/// Checks a company's own template before it is stored: known placeholders, size, and in a demand the
/// amount and the date. Digits and wording are checked with every letter made from it.
///
/// # Errors
/// The first thing that is wrong.
pub fn check_company_template(purpose: Purpose, subject: &str, body: &str) -> Result<Draft, TemplateError> {
    const TEXT_MAX: usize = 20_000;
    const SUBJECT_MAX: usize = 200;
    let draft = Draft::from_text(subject, body);
    if draft.subject.is_empty() || draft.paragraphs.is_empty() {
        return Err(TemplateError::Empty);
    }
    if body.chars().count() > TEXT_MAX || subject.chars().count() > SUBJECT_MAX {
        return Err(TemplateError::TooLong);
    }
    let mut names = Vec::new();
    for text in draft.paragraphs.iter().chain([&draft.subject]) {
        names.extend(placeholders(text).map_err(|_brace: RenderError| TemplateError::Brace)?);
    }
    names.retain(|name| Block::named(name).is_none());
    for text in draft.paragraphs.iter().chain([&draft.subject]) {
        for block in placeholders(text).unwrap_or_default().into_iter().filter_map(Block::named) {
            let alone = text.trim() == format!("{{{}}}", block.as_str()) && *text != draft.subject;
            if !alone || !purpose.blocks().contains(&block) {
                return Err(TemplateError::Block(block.as_str()));
            }
        }
    }
    if let Some(unknown) = names.iter().find(|n| !is_known(n)) {
        return Err(TemplateError::Unknown(unknown.chars().take(40).collect()));
    }
    if purpose.has_deadline() {
        let needs = |placeholder| Err(TemplateError::Needs { purpose, placeholder });
        if !names.contains(&"pay_by") {
            return needs("pay_by");
        }
        let amount = if purpose.needs_plan() { "plan_total" } else { "amount_payable" };
        if !names.contains(&amount) {
            return needs(amount);
        }
    }
    Ok(draft)
}

#[cfg(test)]
mod tests;
