//! Letters: from a draft with placeholders and the facts to the final text with its certificate.
//!
//! Why: a template or a model supplies sentences; every figure, name and date is put in by code from
//! [`Facts`]. Guarantees: what [`render`] returns has passed [`crate::grounding::ground`]; greeting,
//! list of items, bank details, disclosure and closing are written by code in the letter's one
//! language; values are never read as placeholders. Does not: choose the template
//! ([`crate::templates`]), send, make HTML.

pub(crate) mod blocks;
mod fill;
mod purpose;

pub(crate) use fill::{is_known, placeholders};
pub use purpose::{Purpose, UnknownPurpose};

use crate::facts::Facts;
use crate::grounding::{Certificate, Finding, Lexicon, Part, Parts, ground, ground_part};
use crate::locale::{Chosen, Language};
use fill::{fill, glued, plain, wrap};
use serde::{Deserialize, Serialize};

/// Most paragraphs of a draft.
const PARAGRAPHS_MAX: usize = 20;
/// Longest paragraph of a draft, in characters.
const PARAGRAPH_MAX: usize = 2_000;
/// Longest subject, filled, in characters.
const SUBJECT_MAX: usize = 200;

/// A part of a letter that code writes word for word.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// The invoices with their residuals, the total, interest and flat sum.
    Items,
    /// The instalments.
    Plan,
    /// Bank details, amount, reference, date.
    Payment,
    /// That a machine wrote it.
    Disclosure,
}

impl Block {
    /// Its name; as a paragraph of its own, `{name}` says where it stands.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Items => "items",
            Self::Plan => "plan",
            Self::Payment => "payment",
            Self::Disclosure => "disclosure",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Items, Self::Plan, Self::Payment, Self::Disclosure].into_iter().find(|b| b.as_str() == name)
    }
}

/// What a template or a model supplies: sentences with placeholders.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// Subject line.
    pub subject: String,
    /// Paragraphs between greeting and closing. One that is just `{items}`, `{plan}` or `{payment}` says
    /// where that block stands.
    pub paragraphs: Vec<String>,
}

/// A letter, proven.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// Tag of the language it is written in.
    pub language: String,
    /// That is not the language asked for.
    pub fell_back: bool,
    /// Subject.
    pub subject: String,
    /// Plain text, lines ended by `\n`.
    pub body: String,
    /// What each literal was resolved to.
    pub certificate: Certificate,
    /// Version of the sentence that says a machine wrote it.
    pub disclosure: Option<String>,
}

/// Why a draft became no letter. Holds no value of a fact.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RenderError {
    /// No letter has a placeholder of this name.
    #[error("unknown placeholder {{{0}}}")]
    Unknown(String),
    /// This letter has nothing for the placeholder.
    #[error("placeholder {{{0}}} has no value in this letter")]
    Unavailable(String),
    /// A block in the middle of a paragraph.
    #[error("{{{}}} must be a paragraph of its own", .0.as_str())]
    Inline(Block),
    /// A brace that opens or closes nothing.
    #[error("a brace without its counterpart")]
    Brace,
    /// Nothing there.
    #[error("the {0} is empty")]
    Empty(&'static str),
    /// Too long or too many.
    #[error("the {0} is too long")]
    TooLong(&'static str),
    /// The final text states what is not proven.
    #[error("the text states something that is not proven ({} findings)", .0.len())]
    Ungrounded(Vec<Finding>),
}

impl Draft {
    /// A draft from plain text: an empty line ends a paragraph.
    #[must_use]
    pub fn from_text(subject: &str, body: &str) -> Self {
        let body = crate::grounding::tidy(body);
        let paragraphs = body.split("\n\n").map(|p| p.trim_matches('\n').to_owned());
        Self {
            subject: subject.trim().to_owned(),
            paragraphs: paragraphs.filter(|p| !p.is_empty()).collect(),
        }
    }

    /// Without a first paragraph that only greets and without a last one that only closes: models write
    /// them although code does.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        let lexicon = Lexicon::get();
        if self.paragraphs.first().is_some_and(|p| lexicon.is_greeting(p)) {
            self.paragraphs.remove(0);
        }
        if self.paragraphs.last().is_some_and(|p| lexicon.is_closing(p)) {
            self.paragraphs.pop();
        }
        self
    }

    fn check_size(&self) -> Result<(), RenderError> {
        let long = |p: &String| p.chars().count() > PARAGRAPH_MAX;
        if self.subject.trim().is_empty() {
            return Err(RenderError::Empty("subject"));
        }
        if self.paragraphs.iter().all(|p| p.trim().is_empty()) {
            return Err(RenderError::Empty("text"));
        }
        if self.paragraphs.len() > PARAGRAPHS_MAX || self.paragraphs.iter().any(long) {
            return Err(RenderError::TooLong("text"));
        }
        Ok(())
    }
}

/// Writes and proves a letter.
///
/// Blocks that the draft does not place are placed by code: items and instalments after the first
/// paragraph, bank details before the last. An answer keeps the subject it answers, if that states
/// nothing unproven; otherwise it has the draft's.
///
/// # Errors
/// A draft that cannot be filled, or whose text states something that is not proven.
pub fn render(draft: &Draft, facts: &Facts, chosen: Chosen) -> Result<Letter, RenderError> {
    let language = chosen.language;
    draft.check_size()?;
    let own = plain(&fill(&draft.subject, facts, language)?);
    let subject = answered_subject(facts, language).unwrap_or(own);
    if subject.chars().count() > SUBJECT_MAX {
        return Err(RenderError::TooLong("subject"));
    }
    let body = body(draft, facts, language)?;
    let parts = Parts { subject: &subject, body: &body };
    let certificate = ground(parts, facts, language).map_err(RenderError::Ungrounded)?;
    let disclosure = facts.context().ai_written.then(|| language.phrases.disclosure_version.clone());
    let (tag, fell_back) = (language.tag().to_owned(), chosen.fell_back);
    Ok(Letter { language: tag, fell_back, subject, body, certificate, disclosure })
}

fn body(draft: &Draft, facts: &Facts, language: &Language) -> Result<String, RenderError> {
    let blocks = facts.blocks(language);
    let block = |wanted: Block| blocks.iter().find(|(b, _)| *b == wanted).map(|(_, text)| text.clone());
    let mut parts = vec![greeting(facts, language)];
    for paragraph in placed(draft, facts) {
        match paragraph {
            Paragraph::Block(wanted) => parts.extend(block(wanted)),
            Paragraph::Text(text) => parts.push(wrap(&fill(text, facts, language)?, "")),
            Paragraph::Misplaced(block) => return Err(RenderError::Unavailable(block.as_str().to_owned())),
        }
    }
    parts.push(closing(facts, language));
    parts.extend(block(Block::Disclosure));
    let letterhead = (1..).map_while(|n| facts.text(&format!("letterhead:{n}"))).collect::<Vec<_>>();
    parts.push(letterhead.join("\n"));
    parts.retain(|p| !p.is_empty());
    let mut body = parts.join("\n\n");
    body.push('\n');
    Ok(body)
}

enum Paragraph<'a> {
    Text(&'a str),
    Block(Block),
    Misplaced(Block),
}

/// Paragraphs and blocks in their order.
fn placed<'a>(draft: &'a Draft, facts: &Facts) -> Vec<Paragraph<'a>> {
    let expected = facts.purpose().blocks();
    let mut out: Vec<Paragraph<'a>> = Vec::with_capacity(draft.paragraphs.len() + 3);
    let mut seen = Vec::new();
    for text in draft.paragraphs.iter().filter(|p| !p.trim().is_empty()) {
        let block = text.trim().strip_prefix('{').and_then(|t| t.strip_suffix('}')).and_then(Block::named);
        out.push(match block {
            Some(block) if seen.contains(&block) || !expected.contains(&block) => Paragraph::Misplaced(block),
            Some(block) => {
                seen.push(block);
                Paragraph::Block(block)
            }
            None => Paragraph::Text(text),
        });
    }
    let mut after_first = 1.min(out.len());
    for block in expected.iter().copied().filter(|b| !seen.contains(b)) {
        let at = match block {
            Block::Items | Block::Plan => after_first,
            Block::Payment | Block::Disclosure => out.len().saturating_sub(1).max(after_first),
        };
        after_first += usize::from(at == after_first);
        out.insert(at, Paragraph::Block(block));
    }
    out
}

fn greeting(facts: &Facts, language: &Language) -> String {
    match facts.text("contact_name") {
        Some(name) => wrap(&language.phrases.greeting_named.replace("{name}", &glued(name)), ""),
        None => language.phrases.greeting.clone(),
    }
}

fn closing(facts: &Facts, language: &Language) -> String {
    let (sender, company) = (facts.text("sender_name"), facts.text("company_name"));
    let mut lines = vec![language.phrases.closing.as_str()];
    lines.extend(sender);
    lines.extend(company.filter(|c| Some(*c) != sender));
    lines.join("\n")
}

/// `Re: …`, if the subject that is answered is proven by itself and short enough.
fn answered_subject(facts: &Facts, language: &Language) -> Option<String> {
    const PREFIXES: [&str; 8] = ["re:", "aw:", "fw:", "fwd:", "wg:", "sv:", "vs:", "antw:"];
    let cleaned = crate::facts::clean(facts.context().answered_subject.as_deref()?);
    let mut subject = cleaned.as_str();
    while let Some(rest) = PREFIXES.iter().find_map(|p| {
        let (head, rest) = subject.split_at_checked(p.len())?;
        head.eq_ignore_ascii_case(p).then(|| rest.trim_start())
    }) {
        subject = rest;
    }
    if subject.is_empty() {
        return None;
    }
    let subject = format!("{}{subject}", language.phrases.reply_prefix);
    let proven = ground_part(Part::Subject, &subject, facts, language).is_ok();
    (proven && subject.chars().count() <= SUBJECT_MAX).then_some(subject)
}

#[cfg(test)]
pub(crate) mod testkit;
#[cfg(test)]
mod tests;
