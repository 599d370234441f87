//! Replies read by rules: no model, no network, the same answer every time.
//!
//! Why: the product must read mail without a model, and with one the rules keep the last word on the
//! five dangerous intents (dispute, hardship, legal, stop, bank details). Guarantees: pure; linear in
//! the text, of which at most [`MOST_TEXT`] octets are read; every reading quotes the text verbatim; a mail
//! that no rule understands yields no reading, which sends it to a person; a sentence that addresses
//! the machine proposes nothing but what protects the customer. Does not: resolve "the other invoice",
//! understand irony, or check anything against the ledger.

mod book;
mod entities;
mod fold;
mod lexicon;
mod segment;
mod table;
mod tone;

use book::Extra;
use chrono::NaiveDate;
use domain::kinds::{DisputeReason, Intent};
use domain::reading::{RawReading, RawReadings};
use entities::{FoundNumber, Numbers, When};
use fold::fold;
use regex::bytes::{Regex, RegexBuilder};
use segment::{Sentence, sentences};
use std::ops::Range;
use std::sync::LazyLock;
use table::{Hits, TABLE};

/// Octets of a mail that are read.
pub const MOST_TEXT: usize = 24 * 1024;
/// Longest quote in characters.
const MOST_QUOTE: usize = 400;

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

/// A rule that held, and where.
struct Found {
    intent: Intent,
    confidence: u8,
    extra: Extra,
    unit: Range<usize>,
    sentence: usize,
}

/// Reads a mail.
#[must_use]
pub fn read(mail: &Mail<'_>) -> RawReadings {
    let text = cap(mail.text);
    let cut = sentences(text);
    let mut found = Vec::new();
    let mut alone = None;
    let mut suspicious = tone::whole_is_suspicious(text);
    let mut unread = 0_u8;
    let mut words = 0;
    for (index, sentence) in cut.iter().enumerate() {
        let unit = text.get(sentence.range.clone()).unwrap_or("");
        let folded = fold(unit);
        if COURTESY.is_match(folded.as_bytes()) {
            continue;
        }
        let steering = tone::addresses_machine(&folded) || tone::hides_text(unit);
        suspicious |= steering;
        let before = found.len();
        let (lone, advert) = scan(text, sentence, &folded, index, mail.offer_pending, &mut found);
        if steering {
            let mut at = 0;
            found.retain(|f| {
                at += 1;
                at <= before || PROTECTIVE.contains(&f.intent)
            });
        }
        alone = alone.or(lone.map(|confidence| (confidence, sentence.range.clone())));
        let count = folded.split_ascii_whitespace().count();
        words += count;
        // Courtesy is short and speaks of nothing that matters.
        let courteous = lone.is_some() && (count <= 10 || advert) && !MATTERS.is_match(folded.as_bytes());
        if found.len() == before && !steering && !courteous && count >= 3 {
            unread = unread.saturating_add(1);
        }
    }
    settle(&mut found);
    let sentiment = tone::sentiment(text, &fold(text));
    let mut readings = describe(mail, text, &cut, &found);
    if readings.is_empty() {
        readings.extend(nothing_to_do(text, alone, words, suspicious, unread, cut.first()));
    }
    // Parts of the mail that no rule read, or an attack beside a harmless sentence: less sure.
    let doubt = (1.0 - f64::from(unread) * 0.06).max(0.7) * if suspicious { 0.6 } else { 1.0 };
    for reading in &mut readings {
        reading.confidence = (reading.confidence * doubt).clamp(0.0, 1.0);
    }
    RawReadings { readings, sentiment, suspicious }
}

fn cap(text: &str) -> &str {
    let mut end = MOST_TEXT.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

/// Greetings, closings and what stands in footers: read by nobody.
static COURTESY: LazyLock<Regex> = LazyLock::new(|| {
    courtesy(
        r"^\W*(hallo|guten (tag|morgen|abend)|sehr geehrte\w*|liebe[rs]?|moin|servus|gruess gott|hi|hello|hey|dear|good (morning|afternoon|evening))( \w+)?\W*$|^\W*(hallo|guten (tag|morgen|abend)|sehr geehrte\w*|liebe[rs]?|moin|hi|hello|hey|dear|good (morning|afternoon|evening))( [\w.-]+){0,5}[,!]$|^\W*(mit (freundlichen|besten|herzlichen|vielen|lieben) gruess\w*|freundliche gruesse|viele gruesse|beste gruesse|liebe gruesse|schoene gruesse|herzliche gruesse|gruesse|gruss|mfg|lg|vg|hochachtungsvoll|kind regards|best regards|warm regards|regards|best wishes|sincerely|yours (sincerely|faithfully|truly))\W*(\w+[ .,]*){0,6}$|\b(registergericht|amtsgericht \w+ hr[ab]|hr[ab] [0-9]+|geschaeftsfuehrer(in)?:|ust-?id-?nr\.?: ?[a-z]{2}|sitz der gesellschaft|registered (office|in england)|intended recipient|vertraulich\w* informationen|think before you print|sent from my|von meinem \w+ gesendet)\b",
    )
});

#[expect(clippy::expect_used, reason = "a constant pattern; a test builds it")]
fn courtesy(pattern: &str) -> Regex {
    RegexBuilder::new(pattern).unicode(false).build().expect("a constant pattern")
}

/// Words after which thanks are no longer just thanks.
static MATTERS: LazyLock<Regex> = LazyLock::new(|| {
    courtesy(
        r"\b(\w*zahl\w*|ueberweis\w*|geld|betrag|preis\w*|rechnung\w*|mahn\w*gebuehr\w*|lieferung|ware|raten?|konto|anwalt|pay(s|ing|ments?)?|paid|money|invoices?|price|amount|goods|delivery|account|lawyer|court|refund|service fuer|for nothing)\b",
    )
});

/// Applies all rules to a sentence; returns the confidence of a rule that holds only alone, and whether
/// it is advertising.
fn scan(
    text: &str,
    sentence: &Sentence,
    folded: &str,
    index: usize,
    offer: bool,
    out: &mut Vec<Found>,
) -> (Option<u8>, bool) {
    let whole = TABLE.scan(folded);
    let question = folded.trim_end_matches(['"', '\'', ')', ' ', '!']).ends_with('?');
    let mut units: Vec<(Range<usize>, Hits)> = Vec::with_capacity(sentence.clauses.len() + 1);
    if sentence.clauses.len() > 1 {
        for clause in &sentence.clauses {
            let hits = TABLE.scan(&fold(text.get(clause.clone()).unwrap_or("")));
            units.push((clause.clone(), hits));
        }
    }
    let (mut alone, mut advert) = (None, false);
    for compiled in &TABLE.rules {
        let rule = &compiled.rule;
        if rule.extra == Extra::Accepts && !offer {
            continue;
        }
        let mut push = |unit: &Range<usize>, confidence: u8| {
            let unit = unit.clone();
            out.push(Found { intent: rule.intent, confidence, extra: rule.extra, unit, sentence: index });
        };
        if rule.extra == Extra::Alone {
            if compiled.holds(&whole, &whole, question) {
                alone = alone.max(Some(rule.confidence));
                advert |= rule.all.len() > 1;
            }
            continue;
        }
        let mut held = false;
        for (unit, hits) in &units {
            if compiled.holds(hits, &whole, question) {
                held = true;
                push(unit, rule.confidence);
            }
        }
        if !held && compiled.holds(&whole, &whole, question) {
            // Spread over several clauses: a little less sure.
            push(&sentence.range, rule.confidence - if units.is_empty() { 0 } else { 4 });
        }
    }
    (alone, advert)
}

/// Takes out what a stronger reading of the same words explains.
fn settle(found: &mut Vec<Found>) {
    prefer_clauses(found);
    let accepts = found.iter().any(|f| f.extra == Extra::Accepts);
    let machine = found.iter().any(|f| f.intent == Intent::AutoReply);
    let in_unit: Vec<_> = found.iter().map(|f| (f.intent, f.sentence, f.unit.clone())).collect();
    let beside = |f: &Found, intents: &[Intent], same_unit: bool| {
        in_unit.iter().any(|(intent, sentence, unit)| {
            intents.contains(intent) && *sentence == f.sentence && (!same_unit || *unit == f.unit)
        })
    };
    found.retain(|f| match f.intent {
        Intent::PaymentPlanRequest => !accepts,
        Intent::PromiseToPay => {
            f.extra == Extra::Accepts || accepts || !beside(f, &[Intent::PaymentPlanRequest], false)
        }
        // A polite request or a doubt in the form of a question is answered by what it asks for.
        Intent::Question => {
            let vague = f.confidence < 60;
            !machine
                && !in_unit.iter().any(|(intent, sentence, unit)| {
                    *intent != Intent::Question
                        && *sentence == f.sentence
                        && (vague || overlaps(unit, &f.unit))
                })
        }
        // The deputy in an out-of-office note is no new contact.
        Intent::ContactChange => !machine,
        // A corrected document is a correction, a proof of payment no request.
        Intent::DocumentRequest => {
            !machine && !beside(f, &[Intent::InvoiceCorrection, Intent::PaymentClaimed], true)
        }
        Intent::PaymentClaimed
        | Intent::Dispute
        | Intent::InvoiceCorrection
        | Intent::AutoReply
        | Intent::DeliveryFailure
        | Intent::HardshipInsolvency
        | Intent::DebtDenied
        | Intent::LegalOrComplaint
        | Intent::StopContact
        | Intent::PaymentInstructionChange
        | Intent::NoAction => true,
    });
}

/// What a clause says counts for more than the same thing pieced together from its sentence; a reason
/// found in the sentence is kept.
fn prefer_clauses(found: &mut Vec<Found>) {
    let all: Vec<_> = found.iter().map(|f| (f.intent, f.sentence, f.unit.clone(), f.extra)).collect();
    let within = |inner: &Range<usize>, outer: &Range<usize>| {
        inner != outer && outer.start <= inner.start && inner.end <= outer.end
    };
    found.retain_mut(|f| {
        let (intent, sentence) = (f.intent, f.sentence);
        let mut alike = all.iter().filter(|(i, s, ..)| *i == intent && *s == sentence);
        if alike.clone().any(|(_, _, unit, _)| within(unit, &f.unit)) {
            return false;
        }
        if f.extra == Extra::Reason(DisputeReason::Other) {
            let specific = |extra: &Extra| matches!(extra, Extra::Reason(r) if *r != DisputeReason::Other);
            if let Some((.., extra)) =
                alike.find(|(_, _, unit, extra)| within(&f.unit, unit) && specific(extra))
            {
                f.extra = *extra;
            }
        }
        true
    });
}

fn overlaps(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// Readings with quote, invoices, amount, date and the rest.
fn describe(mail: &Mail<'_>, text: &str, cut: &[Sentence], found: &[Found]) -> Vec<RawReading> {
    let numbers = Numbers::new(mail.open_numbers);
    let everywhere = if found.is_empty() { Vec::new() } else { numbers.find(text) };
    let mut out: Vec<RawReading> = Vec::new();
    // The surest rule of each intent in each unit; a rule with a reason before one without.
    let mut best: Vec<&Found> = Vec::new();
    for f in found {
        match best
            .iter_mut()
            .find(|b| b.intent == f.intent && b.sentence == f.sentence && overlaps(&b.unit, &f.unit))
        {
            Some(b) if stronger(f, b) => *b = f,
            Some(_) => {}
            None => best.push(f),
        }
    }
    for f in best {
        let sentence = cut.get(f.sentence).map_or(f.unit.clone(), |s| s.range.clone());
        let reading = one(mail, text, f, &sentence, &numbers, &everywhere);
        match out.iter_mut().find(|r| same_matter(r, &reading)) {
            Some(earlier) => merge(earlier, reading),
            None => out.push(reading),
        }
    }
    out
}

fn stronger(new: &Found, old: &Found) -> bool {
    let specific = |f: &Found| match f.extra {
        Extra::Accepts => 3,
        Extra::Reason(reason) if reason != DisputeReason::Other => 2,
        Extra::Reason(_) => 1,
        Extra::None | Extra::Alone => 0,
    };
    (specific(new), new.confidence) > (specific(old), old.confidence)
}

fn one(
    mail: &Mail<'_>,
    text: &str,
    f: &Found,
    sentence: &Range<usize>,
    numbers: &Numbers<'_>,
    everywhere: &[FoundNumber],
) -> RawReading {
    let unit = text.get(f.unit.clone()).unwrap_or("");
    let whole = text.get(sentence.clone()).unwrap_or("");
    let folded = fold(whole);
    let mut named = numbers.find(unit);
    if named.is_empty() {
        named = numbers.find(whole);
    }
    // "To RE-1: … The goods were broken." One number in the whole mail is meant throughout, unless the
    // sentence speaks of another one.
    if named.is_empty()
        && let [only] = everywhere
        && !OTHERS.is_match(folded.as_bytes())
    {
        named.push(only.clone());
    }
    let protective = PROTECTIVE.contains(&f.intent);
    let amount = if protective { None } else { entities::amount(unit, &numbers.find(unit)) };
    let when =
        |when| entities::date(unit, mail.today, when).or_else(|| entities::date(whole, mail.today, when));
    let (date, vague) = match f.intent {
        Intent::PromiseToPay | Intent::PaymentPlanRequest => when(When::Future),
        Intent::PaymentClaimed => when(When::Past),
        Intent::AutoReply => domain::textdate::find_return_date(text, mail.today).map(|d| (d.date, false)),
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
    }
    .map_or((None, false), |(date, vague)| (Some(date), vague));
    let paying = matches!(f.intent, Intent::PromiseToPay | Intent::PaymentClaimed);
    let confidence = f64::from(f.confidence) / 100.0;
    RawReading {
        intent: f.intent,
        quote: quote(whole),
        // A number that is not open would make the check reject the reading; what protects stays.
        invoice_numbers: named.iter().filter(|n| n.open || !protective).map(|n| n.number.clone()).collect(),
        amount: amount.map(|(amount, _)| amount),
        currency: amount.map(|(_, currency)| currency),
        date,
        method: if paying { entities::method(&folded) } else { None },
        dispute: match f.extra {
            Extra::Reason(reason) => Some(reason),
            Extra::None | Extra::Accepts | Extra::Alone if f.intent == Intent::Dispute => {
                Some(DisputeReason::Other)
            }
            Extra::None | Extra::Accepts | Extra::Alone => None,
        },
        accepts_plan: f.extra == Extra::Accepts,
        confidence: if vague { confidence.min(0.65) } else { confidence },
    }
}

/// Words that point away from the one invoice named elsewhere.
static OTHERS: LazyLock<Regex> = LazyLock::new(|| {
    courtesy(
        r"\b(ander\w*|uebrig\w*|rest|restlich\w*|alle|allen|beiden?|weitere\w*|zweite\w*|dritte\w*|other|others|rest|remaining|all|both|second|third|another|everything)\b",
    )
});

/// The sentence, cut at a word.
fn quote(sentence: &str) -> String {
    let sentence = sentence.trim();
    if sentence.chars().count() <= MOST_QUOTE {
        return sentence.to_owned();
    }
    let head = crate::prompt::head(sentence, MOST_QUOTE);
    head.rsplit_once(char::is_whitespace).map_or(head, |(before, _)| before).trim_end().to_owned()
}

/// Two readings that say the same of the same thing: one of them may name less.
fn same_matter(a: &RawReading, b: &RawReading) -> bool {
    fn agrees<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> bool {
        a.is_none() || b.is_none() || a == b
    }
    let schedule =
        matches!(a.intent, Intent::PromiseToPay | Intent::PaymentPlanRequest | Intent::PaymentClaimed);
    a.intent == b.intent
        && (!schedule
            || (agrees(a.date.as_ref(), b.date.as_ref()) && agrees(a.amount.as_ref(), b.amount.as_ref())))
}

/// Puts the second into the first; the surer one's words are quoted.
fn merge(first: &mut RawReading, second: RawReading) {
    let first_names_less = first.date.is_none() && second.date.is_some();
    if second.confidence > first.confidence || first_names_less {
        first.quote = second.quote;
    }
    for number in second.invoice_numbers {
        if !first.invoice_numbers.contains(&number) {
            first.invoice_numbers.push(number);
        }
    }
    let vague = if first_names_less { second.confidence } else { first.confidence.max(second.confidence) };
    first.confidence = vague;
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

/// Thanks, advertising, or an attack with nothing else in it. `None`: not understood.
fn nothing_to_do(
    text: &str,
    alone: Option<(u8, Range<usize>)>,
    words: usize,
    suspicious: bool,
    unread: u8,
    first: Option<&Sentence>,
) -> Option<RawReading> {
    let (confidence, range) = match (alone, suspicious) {
        (Some((confidence, range)), _) if unread == 0 && words <= 40 => (confidence, range),
        (_, true) => (60, first?.range.clone()),
        (_, false) => return None,
    };
    Some(RawReading {
        intent: Intent::NoAction,
        quote: quote(text.get(range)?),
        invoice_numbers: Vec::new(),
        amount: None,
        currency: None,
        date: None,
        method: None,
        dispute: None,
        accepts_plan: false,
        confidence: f64::from(confidence) / 100.0,
    })
}

#[cfg(test)]
mod eval;
#[cfg(test)]
mod tests;
