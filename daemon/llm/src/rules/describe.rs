//! From intents to readings: quote, invoices, amount, date, reason; the same matter only once.
//!
//! Guarantees: the quote is verbatim and at most [`MOST_QUOTE`] characters; what the clause does not name
//! is looked for in its sentence, and an invoice in the whole mail only when it names exactly one.

use super::book::Extra;
use super::entities::{Named, When, method};
use super::scan::Found;
use super::segment::Sentence;
use super::{Mail, PROTECTIVE, fold, pattern};
use crate::prompt::head;
use chrono::NaiveDate;
use domain::kinds::{DisputeReason, Intent};
use domain::reading::RawReading;
use domain::textdate::find_return_date;
use regex::bytes::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// Longest quote in characters.
pub(super) const MOST_QUOTE: usize = 400;

/// Everything named in a mail, found once.
pub(super) struct Describer<'a> {
    text: &'a str,
    cut: &'a [Sentence],
    today: NaiveDate,
    named: Named,
    /// First day after an absence, when the mail is about one.
    back: Option<NaiveDate>,
}

/// Words that point away from the one invoice named elsewhere.
static OTHERS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(ander\w*|uebrig\w*|rest|restlich\w*|alle|allen|beiden?|weitere\w*|zweite\w*|dritte\w*|other|others|rest|remaining|all|both|second|third|another|everything)\b",
    )
});

impl<'a> Describer<'a> {
    /// Looks for invoices, dates and amounts, unless nothing was found that could need them.
    pub(super) fn new(mail: &Mail<'_>, text: &'a str, cut: &'a [Sentence], found: &[Found]) -> Self {
        let named =
            if found.is_empty() { Named::default() } else { Named::new(text, mail.today, mail.open_numbers) };
        let absent = found.iter().any(|f| f.intent == Intent::AutoReply);
        let back = if absent { find_return_date(text, mail.today).map(|d| d.date) } else { None };
        Self { text, cut, today: mail.today, named, back }
    }

    /// One reading for each matter.
    pub(super) fn readings(&self, found: &[Found]) -> Vec<RawReading> {
        let mut out: Vec<RawReading> = Vec::new();
        for f in found {
            let reading = self.one(f);
            if let Some(earlier) = out.iter_mut().find(|r| same_matter(r, &reading)) {
                merge(earlier, reading);
            } else if out.len() < super::MOST_READINGS {
                out.push(reading);
            }
        }
        out
    }

    fn one(&self, f: &Found) -> RawReading {
        let sentence = self.cut.get(f.sentence).map_or(f.unit.clone(), |s| s.range.clone());
        let whole = self.text.get(sentence.clone()).unwrap_or("");
        let folded = fold(whole);
        let protective = PROTECTIVE.contains(&f.intent);
        let amount = if protective { None } else { self.named.amount(&f.unit) };
        let (date, vague) = self.date(f, &sentence);
        let paying = matches!(f.intent, Intent::PromiseToPay | Intent::PaymentClaimed);
        let confidence = f64::from(f.confidence) / 100.0;
        RawReading {
            invoice_numbers: self.invoices(&f.unit, &sentence, &folded, protective),
            amount: amount.map(|(amount, _)| amount),
            currency: amount.map(|(_, currency)| currency),
            date,
            method: if paying { method(&folded) } else { None },
            dispute: match f.extra {
                Extra::Reason(reason) => Some(reason),
                Extra::None | Extra::Accepts | Extra::Alone if f.intent == Intent::Dispute => {
                    Some(DisputeReason::Other)
                }
                Extra::None | Extra::Accepts | Extra::Alone => None,
            },
            accepts_plan: f.extra == Extra::Accepts,
            ..plain(f.intent, quote(whole), if vague { confidence.min(0.65) } else { confidence })
        }
    }

    fn invoices(
        &self,
        unit: &Range<usize>,
        sentence: &Range<usize>,
        folded: &str,
        protective: bool,
    ) -> Vec<String> {
        let mut named = self.named.numbers(unit);
        if named.is_empty() {
            named = self.named.numbers(sentence);
        }
        // "To RE-1: … The goods were broken." One number in the whole mail is meant throughout, unless
        // the sentence speaks of another one.
        if named.is_empty() && !OTHERS.is_match(folded.as_bytes()) {
            let all = self.named.numbers(&(0..self.text.len()));
            if all.len() == 1 {
                named = all;
            }
        }
        // A number that is not open makes the check reject the reading; what protects must stay.
        named.into_iter().filter(|n| n.open || !protective).map(|n| n.number.clone()).collect()
    }

    /// The date that matters for the intent, and whether it is only roughly meant.
    fn date(&self, f: &Found, sentence: &Range<usize>) -> (Option<NaiveDate>, bool) {
        let when = |when| {
            let date = self.named.date(&f.unit, self.today, when);
            date.or_else(|| self.named.date(sentence, self.today, when))
        };
        let date = match f.intent {
            Intent::PromiseToPay | Intent::PaymentPlanRequest => when(When::Future),
            Intent::PaymentClaimed => when(When::Past),
            Intent::AutoReply => self.back.map(|date| (date, false)),
            Intent::Dispute
            | Intent::InvoiceCorrection
            | Intent::DocumentRequest
            | Intent::Question
            | Intent::ContactChange
            | Intent::DeliveryFailure
            | Intent::HardshipInsolvency
            | Intent::DebtDenied
            | Intent::LegalOrComplaint
            | Intent::StopContact
            | Intent::PaymentInstructionChange
            | Intent::NoAction => None,
        };
        date.map_or((None, false), |(date, vague)| (Some(date), vague))
    }
}

/// A reading with nothing but intent and quote.
pub(super) const fn plain(intent: Intent, quote: String, confidence: f64) -> RawReading {
    RawReading {
        intent,
        quote,
        invoice_numbers: Vec::new(),
        amount: None,
        currency: None,
        date: None,
        method: None,
        dispute: None,
        accepts_plan: false,
        confidence,
    }
}

/// The sentence, cut at a word.
pub(super) fn quote(sentence: &str) -> String {
    let sentence = sentence.trim();
    let cut = head(sentence, MOST_QUOTE);
    if cut.len() == sentence.len() {
        return sentence.to_owned();
    }
    cut.rsplit_once(char::is_whitespace).map_or(cut, |(before, _)| before).trim_end().to_owned()
}

/// Two readings that say the same of the same thing: one of them may name less.
fn same_matter(a: &RawReading, b: &RawReading) -> bool {
    fn agrees<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> bool {
        a.is_none() || b.is_none() || a == b
    }
    let dated =
        matches!(a.intent, Intent::PromiseToPay | Intent::PaymentPlanRequest | Intent::PaymentClaimed);
    let agree = || agrees(a.date.as_ref(), b.date.as_ref()) && agrees(a.amount.as_ref(), b.amount.as_ref());
    a.intent == b.intent && (!dated || agree())
}

/// Puts the second into the first; the surer one's words are quoted, or those that name the date.
fn merge(first: &mut RawReading, second: RawReading) {
    let dates = first.date.is_none() && second.date.is_some();
    if second.confidence > first.confidence || dates {
        first.quote = second.quote;
    }
    first.confidence = if dates { second.confidence } else { first.confidence.max(second.confidence) };
    for number in second.invoice_numbers {
        if !first.invoice_numbers.contains(&number) {
            first.invoice_numbers.push(number);
        }
    }
    if first.amount.is_none() {
        (first.amount, first.currency) = (second.amount, second.currency);
    }
    first.date = first.date.or(second.date);
    first.method = first.method.or(second.method);
    first.accepts_plan |= second.accepts_plan;
    first.dispute = match (first.dispute, second.dispute) {
        (Some(DisputeReason::Other) | None, Some(reason)) => Some(reason),
        (reason, _) => reason,
    };
}
