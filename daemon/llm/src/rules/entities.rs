//! What a clause names beside its meaning: invoices, amounts, dates, the way of payment.
//!
//! Why: a promise without its date or a dispute without its invoice is half read. Guarantees: an invoice
//! number is returned as it stands in the ledger when it is one of the open ones, and otherwise only
//! where the text calls it an invoice; an amount needs a currency beside it; nothing is guessed: two
//! amounts are none. Does not: check anything against the account (`domain::reading`).

use chrono::NaiveDate;
use domain::kinds::PaymentMethod;
use domain::money::Currency;
use domain::textdate::{DateKind, FoundDate, find_dates};
use domain::textmoney::{FoundAmount, find_amounts};
use regex::Regex;
use rust_decimal::Decimal;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

/// Invoices, dates and amounts of a text, each with its place; looked for once.
#[derive(Default)]
pub(super) struct Named {
    numbers: Vec<FoundNumber>,
    dates: Vec<FoundDate>,
    amounts: Vec<FoundAmount>,
}

/// An invoice number found in the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct FoundNumber {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// As in the ledger when open, else as written.
    pub number: String,
    /// It is one of the open ones.
    pub open: bool,
}

/// Which dates a reading wants.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum When {
    /// The last one from today on: a promise is not due before its latest date.
    Future,
    /// The last one up to today.
    Past,
}

/// Most invoice numbers that are looked for and found.
const MOST_NUMBERS: usize = 2000;

impl Named {
    /// Everything named in `text`.
    pub(super) fn new(text: &str, today: NaiveDate, open: &[String]) -> Self {
        let numbers = Open::new(open).find(text);
        Self { numbers, dates: find_dates(text, today), amounts: find_amounts(text) }
    }

    /// Invoice numbers in a range, in order, each once.
    pub(super) fn numbers(&self, range: &Range<usize>) -> Vec<&FoundNumber> {
        let mut out: Vec<&FoundNumber> = Vec::new();
        for found in self.numbers.iter().filter(|n| inside(&n.range, range)) {
            if !out.iter().any(|f| f.number == found.number) {
                out.push(found);
            }
        }
        out
    }

    /// The date meant in a range, and whether it is only roughly meant.
    pub(super) fn date(
        &self,
        range: &Range<usize>,
        today: NaiveDate,
        when: When,
    ) -> Option<(NaiveDate, bool)> {
        let within = self.dates.iter().filter(|d| inside(&d.span, range));
        let dates = within.map(|found| (found.date, found.kind == DateKind::Vague));
        match when {
            When::Future => dates.filter(|(d, _)| *d >= today).max(),
            When::Past => dates.filter(|(d, _)| *d <= today).max(),
        }
    }

    /// The one amount with a currency in a range; two different ones are none.
    pub(super) fn amount(&self, range: &Range<usize>) -> Option<(Decimal, Currency)> {
        let mut only = None;
        for found in self.amounts.iter().filter(|a| inside(&a.span, range)) {
            let Some(currency) = found.currency else { continue };
            let is_number = self.numbers.iter().any(|n| overlaps(&n.range, &found.span));
            match only {
                _ if is_number => {}
                None => only = Some((found.amount, currency)),
                Some(same) if same == (found.amount, currency) => {}
                Some(_) => return None,
            }
        }
        only
    }
}

fn inside(inner: &Range<usize>, outer: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

fn overlaps(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// Open invoice numbers in a comparable form.
struct Open<'a> {
    all: HashMap<String, &'a str>,
    /// The letters that numbers begin with: "RE" of "RE-2026-0117".
    beginnings: HashSet<String>,
}

/// Letters and digits only, upper case: `re 2026/0117` and `RE-2026-0117` are the same.
fn canonical(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

fn letters(canonical: &str) -> &str {
    let end = canonical.find(|c: char| c.is_ascii_digit()).unwrap_or(canonical.len());
    canonical.get(..end).unwrap_or("")
}

impl<'a> Open<'a> {
    fn new(open: &'a [String]) -> Self {
        let forms = open.iter().take(MOST_NUMBERS).map(|n| (canonical(n), n.as_str()));
        let all: HashMap<_, _> = forms.filter(|(form, _)| form.len() >= 2).collect();
        let beginnings = all.keys().map(|form| letters(form).to_owned()).collect();
        Self { all, beginnings }
    }

    /// Invoice numbers in `text`, in order.
    fn find(&self, text: &str) -> Vec<FoundNumber> {
        let mut out: Vec<FoundNumber> = Vec::new();
        let mut taken = 0;
        for token in TOKEN.find_iter(text) {
            let range = token.range();
            if range.start < taken || out.len() == MOST_NUMBERS {
                continue;
            }
            if let Some((end, number)) = self.open_at(text, &range) {
                taken = end;
                out.push(FoundNumber { range: range.start..end, number: number.to_owned(), open: true });
            } else if looks_like_number(token.as_str()) && is_called_invoice(text, range.start) {
                out.push(FoundNumber { range, number: token.as_str().to_owned(), open: false });
            }
        }
        out
    }

    /// The open number that begins with the token at `range`, perhaps over several tokens ("RE 2026 17"),
    /// or that the token is an unmistakable tail of ("0117" or "2026-0117" for "RE-2026-0117").
    fn open_at(&self, text: &str, range: &Range<usize>) -> Option<(usize, &'a str)> {
        let first = canonical(text.get(range.clone())?);
        if !first.bytes().any(|b| b.is_ascii_digit()) && !self.beginnings.contains(&first) {
            return None;
        }
        let mut joined = String::new();
        let mut end = range.start;
        for token in TOKEN.find_iter(text.get(range.start..)?).take(4) {
            // Only blanks and single separators lie between the parts of one number.
            let start = range.start + token.start();
            if start > end && !text.get(end..start)?.trim_matches(['-', '/', '.', '#', '_', ' ']).is_empty() {
                break;
            }
            end = range.start + token.end();
            joined.push_str(&canonical(token.as_str()));
            if let Some(number) = self.all.get(&joined) {
                // "15" or "2026" alone may be a day or a year.
                let sure = !is_weak(&joined) || is_called_invoice(text, range.start);
                return sure.then_some((end, *number));
            }
        }
        let digits = first.bytes().filter(u8::is_ascii_digit).count();
        if digits < 4 || is_weak(&first) {
            return None;
        }
        let mut tails = self.all.iter().filter(|(form, _)| form.ends_with(&first));
        match (tails.next(), tails.next()) {
            (Some((_, number)), None) => Some((range.end, *number)),
            _ => None,
        }
    }
}

fn is_called_invoice(text: &str, at: usize) -> bool {
    let mut from = at.saturating_sub(40);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    text.get(from..at).is_some_and(|before| CALLED.is_match(before))
}

/// A number that is more likely a count, a day or a year.
fn is_weak(canonical: &str) -> bool {
    let year = canonical.len() == 4 && (canonical.starts_with("19") || canonical.starts_with("20"));
    canonical.bytes().all(|b| b.is_ascii_digit()) && (canonical.len() < 4 || year)
}

fn looks_like_number(token: &str) -> bool {
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    digits >= 3 && token.len() <= 32 && !token.contains(',')
}

static TOKEN: LazyLock<Regex> = LazyLock::new(|| pattern(r"[\p{L}\d]+(?:[-/._#][\p{L}\d]+)*"));
static CALLED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:rechnung|rechnungsnummer|rg|re|invoice|inv|bill)s?[\s-]*(?:nummer|nr|no|number)?[.:]?\s*#?\s*$",
    )
});

#[expect(clippy::expect_used, reason = "constant patterns; a test builds them")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

/// The way of payment named in folded text.
pub(super) fn method(folded: &str) -> Option<PaymentMethod> {
    const WORDS: [(&str, PaymentMethod); 16] = [
        ("ueberweis", PaymentMethod::BankTransfer),
        ("ueberwies", PaymentMethod::BankTransfer),
        ("bank transfer", PaymentMethod::BankTransfer),
        ("wire", PaymentMethod::BankTransfer),
        ("sepa", PaymentMethod::BankTransfer),
        ("bacs", PaymentMethod::BankTransfer),
        ("transferred", PaymentMethod::BankTransfer),
        ("by cheque", PaymentMethod::Check),
        ("by check", PaymentMethod::Check),
        ("check no", PaymentMethod::Check),
        ("scheck", PaymentMethod::Check),
        (" cheque", PaymentMethod::Check),
        ("in cash", PaymentMethod::Cash),
        ("bar bezahl", PaymentMethod::Cash),
        ("in bar", PaymentMethod::Cash),
        ("paypal", PaymentMethod::Other),
    ];
    WORDS.iter().find(|(word, _)| folded.contains(word)).map(|(_, method)| *method)
}

#[cfg(test)]
#[path = "entities_tests.rs"]
mod tests;
