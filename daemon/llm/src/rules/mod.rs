//! Replies read by rules: no model, no network, the same answer every time.
//!
//! Why: the product must read mail without a model, and with one the rules keep the last word on the
//! five dangerous intents (dispute, hardship, legal, stop, bank details). Guarantees: pure; linear in
//! the text, of which at most [`MOST_TEXT`] octets are read; every reading quotes the text verbatim; a mail
//! that no rule understands yields no reading, which sends it to a person; a sentence that addresses
//! the machine proposes nothing but what protects the customer. Does not: resolve "the other invoice",
//! understand irony, or check anything against the ledger.
//!
//! The rules themselves are data (`data/rules`, format in `book`); a second reader without a model, such
//! as a linear classifier, would join through [`crate::reconcile()`].

mod book;
mod describe;
mod entities;
mod fold;
mod lexicon;
mod scan;
mod segment;
mod table;
mod tone;

use chrono::NaiveDate;
use describe::Describer;
use domain::kinds::Intent;
use domain::reading::{RawReading, RawReadings};
use fold::fold;
use regex::bytes::{Regex, RegexBuilder};
use scan::{Found, scan};
use segment::{Sentence, sentences};
use std::ops::Range;
use std::sync::LazyLock;

/// Octets of a mail that are read.
pub const MOST_TEXT: usize = 24 * 1024;
/// Readings that are handed out.
const MOST_READINGS: usize = 40;

/// A mail to read.
#[derive(Clone, Copy, Debug)]
pub struct Mail<'a> {
    /// The new text, without quoted history.
    pub text: &'a str,
    /// The company's business date.
    pub today: NaiveDate,
    /// Numbers of the customer's open invoices.
    pub open_numbers: &'a [String],
    /// We have offered a payment plan that is not answered yet.
    pub offer_pending: bool,
}

/// Intents that are read even from a sentence that tries to steer us: they only ever stop or hand over.
const PROTECTIVE: [Intent; 6] = [
    Intent::PaymentInstructionChange,
    Intent::LegalOrComplaint,
    Intent::StopContact,
    Intent::HardshipInsolvency,
    Intent::Dispute,
    Intent::DebtDenied,
];

/// Reads a mail.
#[must_use]
pub fn read(mail: &Mail<'_>) -> RawReadings {
    let text = cap(mail.text);
    let cut = sentences(text);
    let mut found: Vec<Found> = Vec::new();
    let mut rest = Rest { suspicious: tone::whole_is_suspicious(text), ..Rest::default() };
    for (index, sentence) in cut.iter().enumerate() {
        sift(text, sentence, index, mail.offer_pending, &mut found, &mut rest);
    }
    scan::settle(&mut found);
    let mut readings = Describer::new(mail, text, &cut, &found).readings(&found);
    if readings.is_empty() {
        readings.extend(rest.nothing_to_do(text, cut.first()));
    }
    // Parts of the mail that no rule read, or an attack beside a harmless sentence: less sure.
    let doubt = (1.0 - f64::from(rest.unread) * 0.06).max(0.7) * if rest.suspicious { 0.6 } else { 1.0 };
    for reading in &mut readings {
        reading.confidence = (reading.confidence * doubt).clamp(0.0, 1.0);
    }
    RawReadings { readings, sentiment: tone::sentiment(text, &fold(text)), suspicious: rest.suspicious }
}

fn cap(text: &str) -> &str {
    let mut end = MOST_TEXT.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

/// What is known of a mail beside its readings.
#[derive(Default)]
struct Rest {
    suspicious: bool,
    /// Sentences that say something nobody understood.
    unread: u8,
    /// Words outside greetings and closings.
    words: usize,
    /// A rule that holds only alone: its confidence and its sentence.
    alone: Option<(u8, Range<usize>)>,
}

/// Reads one sentence into `found` and `rest`.
fn sift(text: &str, sentence: &Sentence, index: usize, offer: bool, found: &mut Vec<Found>, rest: &mut Rest) {
    let unit = text.get(sentence.range.clone()).unwrap_or("");
    let folded = fold(unit);
    if COURTESY.is_match(folded.as_bytes()) {
        return;
    }
    let mut said = scan(text, sentence, &folded, index, offer);
    let steering = tone::addresses_machine(&folded) || tone::hides_text(unit);
    if steering {
        rest.suspicious = true;
        said.found.retain(|f| PROTECTIVE.contains(&f.intent));
    }
    if let (None, Some(confidence)) = (&rest.alone, said.alone) {
        rest.alone = Some((confidence, sentence.range.clone()));
    }
    let words = folded.split_ascii_whitespace().count();
    rest.words += words;
    // Courtesy is short and speaks of nothing that matters.
    let courteous =
        said.alone.is_some() && (words <= 10 || said.advert) && !MATTERS.is_match(folded.as_bytes());
    if said.found.is_empty() && !steering && !courteous && words >= 3 {
        rest.unread = rest.unread.saturating_add(1);
    }
    found.append(&mut said.found);
}

/// Greetings, closings and what stands in footers: read by nobody.
static COURTESY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\W*(hallo|guten (tag|morgen|abend)|sehr geehrte\w*|liebe[rs]?|moin|servus|gruess gott|hi|hello|hey|dear|good (morning|afternoon|evening))( \w+)?\W*$|^\W*(hallo|guten (tag|morgen|abend)|sehr geehrte\w*|liebe[rs]?|moin|hi|hello|hey|dear|good (morning|afternoon|evening))( [\w.-]+){0,5}[,!]$|^\W*(mit (freundlichen|besten|herzlichen|vielen|lieben) gruess\w*|freundliche gruesse|viele gruesse|beste gruesse|liebe gruesse|schoene gruesse|herzliche gruesse|gruesse|gruss|mfg|lg|vg|hochachtungsvoll|kind regards|best regards|warm regards|regards|best wishes|sincerely|yours (sincerely|faithfully|truly))\W*(\w+[ .,]*){0,6}$|\b(registergericht|amtsgericht \w+ hr[ab]|hr[ab] [0-9]+|geschaeftsfuehrer(in)?:|ust-?id-?nr\.?: ?[a-z]{2}|sitz der gesellschaft|registered (office|in england)|intended recipient|vertraulich\w* informationen|think before you print|sent from my|von meinem \w+ gesendet)\b",
    )
});

#[expect(clippy::expect_used, reason = "a constant pattern; a test builds it")]
fn pattern(pattern: &str) -> Regex {
    RegexBuilder::new(pattern).unicode(false).build().expect("a constant pattern")
}

/// Words after which thanks are no longer just thanks.
static MATTERS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(\w*zahl\w*|ueberweis\w*|geld|betrag|preis\w*|rechnung\w*|mahn\w*gebuehr\w*|lieferung|ware|raten?|konto|anwalt|pay(s|ing|ments?)?|paid|money|invoices?|price|amount|goods|delivery|account|lawyer|court|refund|service fuer|for nothing)\b",
    )
});

impl Rest {
    /// Thanks, advertising, or an attack with nothing else in it. `None`: not understood.
    fn nothing_to_do(&self, text: &str, first: Option<&Sentence>) -> Option<RawReading> {
        let (confidence, range) = match self.alone.clone() {
            Some(alone) if self.unread == 0 && self.words <= 40 => alone,
            _ if self.suspicious => (60, first?.range.clone()),
            _ => return None,
        };
        let quote = describe::quote(text.get(range)?);
        Some(describe::plain(Intent::NoAction, quote, f64::from(confidence) / 100.0))
    }
}

#[cfg(test)]
mod eval;
#[cfg(test)]
mod tests;
