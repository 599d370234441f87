//! Letters by the model: the brief, the shape of a draft, and what a draft may contain.
//!
//! Why: a model gets numbers and dates wrong in fluent text and can be talked into things, so it never
//! writes a fact: only placeholders out of a list (I10). Guarantees: a [`ModelDraft`] that exists holds
//! no digit, link, organisation's name, salutation or markup outside placeholders, and only placeholders
//! that were offered. Does not: render, ground (module `grounding` of `domain` looks at the final text
//! again), or judge wording.

use crate::answer::{parse, percent};
use crate::entropy::Entropy;
use crate::error::{DraftFlaw, LlmError, Malformed};
use crate::prompt::{CallPurpose, Prompt, head, is_invisible};
use domain::facts::{CatalogueEntry, FactKind};
use domain::letter::{Draft, Purpose};
use domain::procedure::Tone;
use regex::Regex;
use serde::Deserialize;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::sync::LazyLock;

/// What happened before, as facts the code knows; no words of anybody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HistoryFact {
    /// We have not written about these invoices yet.
    FirstContact,
    /// One notice was sent.
    OneNotice,
    /// Several notices were sent.
    SeveralNotices,
    /// The letter is about one invoice.
    OneInvoice,
    /// The letter is about several invoices.
    SeveralInvoices,
    /// Something was paid; a residual remains.
    PartPaid,
    /// A credit note reduced what is owed.
    Credited,
    /// The customer promised to pay and the date has passed.
    PromiseBroken,
    /// A plan was agreed and an instalment is missing.
    PlanBroken,
    /// A dispute was closed; the claim stands.
    DisputeRejected,
    /// The customer has answered before.
    Answered,
    /// The customer has not answered so far.
    Silent,
    /// The customer usually pays in time.
    GoodPayer,
    /// The letter carries a claim for interest or a flat sum, stated by the program.
    ClaimsAdded,
}

impl HistoryFact {
    const fn sentence(self) -> &'static str {
        match self {
            Self::FirstContact => "This is our first message about these invoices.",
            Self::OneNotice => "One reminder was sent before.",
            Self::SeveralNotices => "Several reminders were sent before.",
            Self::OneInvoice => "The letter is about one invoice.",
            Self::SeveralInvoices => "The letter is about several invoices; the table lists them.",
            Self::PartPaid => "A part was paid; thank the customer for it. A residual is still owed.",
            Self::Credited => "A credit note was taken into account.",
            Self::PromiseBroken => {
                "The customer promised to pay; the promised date has passed without payment."
            }
            Self::PlanBroken => "A payment plan was agreed; an instalment is missing.",
            Self::DisputeRejected => "The customer's objection was examined; the claim stands.",
            Self::Answered => "The customer has answered us before.",
            Self::Silent => "The customer has not answered so far.",
            Self::GoodPayer => "The customer usually pays in time; an oversight is likely.",
            Self::ClaimsAdded => "The program adds a line about interest or a flat sum; do not mention it.",
        }
    }
}

/// Everything a letter needs. One tenant, one customer, no facts in words.
#[derive(Clone, PartialEq, Debug)]
pub struct DraftBrief {
    /// What the letter is for.
    pub purpose: Purpose,
    /// How firmly it speaks.
    pub tone: Tone,
    /// Primary language tag, such as `de`.
    pub language: String,
    /// Placeholders on offer (`Facts::catalogue`); the first 60 are shown to the model, without their
    /// values.
    pub catalogue: Vec<CatalogueEntry>,
    /// What happened before.
    pub history: Vec<HistoryFact>,
    /// New text of the mail that is answered; only where the answer needs it. Cut at 2000 characters.
    pub customer_words: Option<String>,
}

/// A draft that keeps the rules for drafts.
#[derive(Clone, PartialEq, Debug)]
pub struct ModelDraft {
    /// Subject and paragraphs with placeholders.
    pub draft: Draft,
    /// What the model says of itself, 0 to 1. Says little; never a permission.
    pub confidence: f64,
    /// One sentence for the person who approves, at most 500 characters.
    pub reasoning: String,
}

const fn assignment(purpose: Purpose) -> Option<&'static str> {
    Some(match purpose {
        Purpose::Final => return None,
        Purpose::Courtesy => "A notice before or on the due date: invoices will soon fall due.",
        Purpose::Friendly => "A friendly reminder: the due date has passed, perhaps by oversight.",
        Purpose::Firm => {
            "A firm reminder: still not paid in spite of our reminder; ask for payment by the date \
             we give or for an answer why not."
        }
        Purpose::BrokenPromise => "A reminder that the payment promised by the customer has not arrived.",
        Purpose::PlanOffer => {
            "An offer of a payment plan; the program adds the instalments. Ask for a written yes."
        }
        Purpose::PromiseConfirmation => "A short confirmation of the customer's promise to pay, with thanks.",
        Purpose::DisputeAck => {
            "A neutral acknowledgement of the customer's objection: it is being examined. Admit \
             nothing, promise nothing, argue nothing."
        }
        Purpose::PaymentClaimAck => {
            "Thanks for the news of a payment that we cannot find yet; ask for the date, the \
             amount and the reference used."
        }
        Purpose::AskForDate => {
            "Thanks for the intention to pay; ask for the day on which we can expect the payment."
        }
        Purpose::DocumentCopy => "The documents asked for are enclosed; say so in one or two sentences.",
        Purpose::AnswerBalance => "An answer to a question about the balance: state what is owed.",
        Purpose::PlanAccepted => "Thanks for accepting the payment plan; the program adds the instalments.",
        Purpose::GenericAck => "An acknowledgement: the message has arrived and a colleague looks into it.",
    })
}

const fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Courtesy => "courteous and light, without any reproach",
        Tone::Friendly => "friendly and factual",
        Tone::Firm => "firm, factual and polite",
        Tone::Final => "serious, factual and polite",
    }
}

/// English name of a language; an unknown tag stands for itself.
fn language(tag: &str) -> String {
    let tag: String = tag.chars().filter(|c| c.is_ascii_alphabetic() || *c == '-').take(12).collect();
    let known = [
        ("de", "German"),
        ("en", "English"),
        ("fr", "French"),
        ("es", "Spanish"),
        ("it", "Italian"),
        ("nl", "Dutch"),
        ("pl", "Polish"),
        ("pt", "Portuguese"),
        ("da", "Danish"),
        ("sv", "Swedish"),
    ];
    let name = known.iter().find(|(code, _)| *code == tag).map(|(_, name)| (*name).to_owned());
    name.unwrap_or_else(|| format!("the language with the tag {tag}"))
}

/// Most placeholders shown to the model.
const SHOWN_SLOTS: usize = 60;
/// Most characters of the customer's words.
const MOST_WORDS: usize = 2000;

impl DraftBrief {
    /// Tokens that a draft will cost about, for the question whether the budget allows it.
    #[must_use]
    pub fn estimated_tokens(&self) -> u64 {
        let words = self.customer_words.as_deref().map_or(0, |w| w.len().min(MOST_WORDS * 2));
        CallPurpose::Draft.estimate(words + 60 * self.catalogue.len().min(SHOWN_SLOTS) + 1500, 500)
    }

    /// The prompt; an error for purposes that only templates serve.
    pub(crate) fn prompt(&self, entropy: &Entropy) -> Result<Prompt, LlmError> {
        let assignment = assignment(self.purpose).ok_or(LlmError::TemplateOnly)?;
        let mut history = String::new();
        for fact in &self.history {
            let _ = writeln!(history, "- {}", fact.sentence());
        }
        let mut slots = String::new();
        for slot in self.catalogue.iter().filter(|s| is_key(&s.key)).take(SHOWN_SLOTS) {
            let kind = match slot.kind {
                FactKind::Money => "an amount with its currency",
                FactKind::Date => "a date",
                FactKind::Count => "a number",
                FactKind::Percent => "a percentage",
                FactKind::InvoiceNumber => "an invoice number, or a list of them",
                FactKind::Name => "a name",
                FactKind::Text => "a text",
            };
            let family = if slot.key.contains(FAMILY) { "; N is the row of the table, from 1" } else { "" };
            let _ = writeln!(slots, "- {{{}}}: {kind}{family}", slot.key);
        }
        let words = self.customer_words.as_deref().map_or("(nothing)", |words| head(words, MOST_WORDS));
        let values = [
            ("assignment", assignment),
            ("tone", tone(self.tone)),
            ("language", &language(&self.language)),
            ("history", if history.is_empty() { "- nothing of note" } else { history.trim_end() }),
            ("slots", if slots.is_empty() { "none" } else { slots.trim_end() }),
        ];
        Ok(Prompt::new(CallPurpose::Draft, schema(), &values, words, entropy))
    }

    /// Reads and checks an answer.
    pub(crate) fn read_answer(&self, text: &str) -> Result<ModelDraft, LlmError> {
        let answer: DraftAnswer = parse(text)?;
        if answer.paragraphs.len() > 40 {
            return Err(LlmError::Malformed(Malformed::Limits));
        }
        let subject = answer.subject.trim().to_owned();
        let paragraphs = body(answer.paragraphs);
        let long = |text: &str, most: usize| text.chars().count() > most;
        if subject.is_empty() || paragraphs.is_empty() {
            return Err(LlmError::Draft(DraftFlaw::Empty));
        }
        if long(&subject, 150) || paragraphs.len() > 8 || paragraphs.iter().any(|p| long(p, 1200)) {
            return Err(LlmError::Draft(DraftFlaw::TooLong));
        }
        let parts = std::iter::once(&subject).chain(&paragraphs);
        for (paragraph, text) in parts.enumerate() {
            self.check(paragraph, text).map_err(LlmError::Draft)?;
        }
        let reasoning: String = answer.reasoning.chars().filter(|c| !c.is_control()).take(500).collect();
        Ok(ModelDraft { draft: Draft { subject, paragraphs }, confidence: answer.confidence, reasoning })
    }

    fn check(&self, paragraph: usize, text: &str) -> Result<(), DraftFlaw> {
        let prose = self.without_placeholders(text).ok_or(DraftFlaw::Placeholder { paragraph })?;
        if prose.chars().any(char::is_numeric) {
            return Err(DraftFlaw::Digit { paragraph });
        }
        if LINK.is_match(&prose) {
            return Err(DraftFlaw::Link { paragraph });
        }
        if NAME.is_match(&prose) {
            return Err(DraftFlaw::Name { paragraph });
        }
        let markup =
            |c: char| is_invisible(c) || matches!(c, '<' | '>' | '*' | '#' | '`' | '|' | '[' | ']' | '\n');
        if prose.chars().any(markup) || prose.contains("__") {
            return Err(DraftFlaw::Markup { paragraph });
        }
        Ok(())
    }

    /// The text without `{key}`; `None` for a key that was not offered or a stray brace.
    fn without_placeholders(&self, text: &str) -> Option<String> {
        let mut prose = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (key, tail) = after.split_once('}')?;
            let family = of_family(key);
            let key = family.as_deref().unwrap_or(key);
            self.catalogue.iter().find(|slot| slot.key == key)?;
            prose.push_str(before);
            rest = tail;
        }
        prose.push_str(rest);
        (!prose.contains('}')).then_some(prose)
    }
}

/// In a catalogue, `invoice:N.residual` stands for `invoice:1.residual` and so on.
const FAMILY: &str = ":N.";

/// `invoice:N.residual` for `invoice:12.residual`.
fn of_family(key: &str) -> Option<String> {
    let (family, rest) = key.split_once(':')?;
    let (row, field) = rest.split_once('.')?;
    let numbered =
        (1..=3).contains(&row.len()) && row.bytes().all(|b| b.is_ascii_digit()) && !row.starts_with('0');
    numbered.then(|| format!("{family}{FAMILY}{field}"))
}

/// Characters that a placeholder's key may have.
fn is_key(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"_:.".contains(&b))
}

/// Something that points elsewhere: an address, a scheme, a host name.
static LINK: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)@|://|\bwww\b|\bmailto:|\b[a-z0-9-]{2,}\.[a-z]{2,}"));

/// Legal forms and salutations with a name: code writes names, the model never.
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:GmbH|AG|KG|KGaA|OHG|GbR|UG|SE|eG|e\.\s?K|e\.\s?V|Ltd|Limited|LLP|LLC|Inc|Corp|PLC|plc|SARL|SAS|BV|NV|S\.\s?A|B\.\s?V)\b|\b(?:Herrn?|Frau|Mr|Mrs|Ms|Dr|Prof)\b\.?\s+\p{Lu}",
    )
});

#[expect(clippy::expect_used, reason = "constant patterns; a test builds them")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

/// Drops empty paragraphs, and a greeting and a closing, which the program writes.
fn body(paragraphs: Vec<String>) -> Vec<String> {
    const GREETINGS: [&str; 8] =
        ["sehr geehrte", "guten tag", "hallo", "liebe", "dear ", "hello", "hi ", "good "];
    const CLOSINGS: [&str; 10] = [
        "mit freundlichen gr",
        "freundliche gr",
        "viele gr",
        "beste gr",
        "mit besten gr",
        "kind regards",
        "best regards",
        "sincerely",
        "yours ",
        "regards",
    ];
    let mut out: Vec<String> =
        paragraphs.into_iter().map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect();
    let is = |text: &str, starts: &[&str]| {
        let lower = text.to_lowercase();
        text.chars().count() <= 100 && starts.iter().any(|start| lower.starts_with(start))
    };
    if out.first().is_some_and(|p| is(p, &GREETINGS) && p.ends_with([',', '!', ':'])) {
        out.remove(0);
    }
    if let Some(at) = out.iter().position(|p| is(p, &CLOSINGS)) {
        out.truncate(at);
    }
    out
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DraftAnswer {
    subject: String,
    paragraphs: Vec<String>,
    #[serde(deserialize_with = "percent")]
    confidence: f64,
    #[serde(default)]
    reasoning: String,
}

fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "subject": { "type": "string" },
            "paragraphs": { "type": "array", "items": { "type": "string" } },
            "confidence": { "type": "integer" },
            "reasoning": { "type": "string" },
        },
        "required": ["subject", "paragraphs", "confidence", "reasoning"],
        "additionalProperties": false,
    })
}

#[cfg(test)]
#[path = "draft_tests.rs"]
mod tests;
