//! What a clause names beside its meaning: invoices, amounts, dates, the way of payment.
//!
//! Why: a promise without its date or a dispute without its invoice is half read. Guarantees: an invoice
//! number is returned as it stands in the ledger when it is one of the open ones, and otherwise only
//! where the text calls it an invoice; an amount needs a currency beside it; nothing is guessed: two
//! amounts are none. Does not: check anything against the account (`domain::reading`).

use chrono::NaiveDate;
use domain::kinds::PaymentMethod;
use domain::money::Currency;
use domain::textdate::{DateKind, find_dates};
use domain::textmoney::find_amounts;
use regex::Regex;
use rust_decimal::Decimal;
use std::ops::Range;
use std::sync::LazyLock;

/// Open invoice numbers in a comparable form.
pub(super) struct Numbers<'a> {
    open: Vec<(String, &'a str)>,
}

/// Letters and digits only, upper case: `re 2026/0117` and `RE-2026-0117` are the same.
fn canonical(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
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

impl<'a> Numbers<'a> {
    pub(super) fn new(open: &'a [String]) -> Self {
        let open = open.iter().take(2000).map(|n| (canonical(n), n.as_str())).filter(|(c, _)| c.len() >= 2);
        Self { open: open.collect() }
    }

    /// Invoice numbers in `text`, in order, each once. Linear in the text times the open numbers.
    pub(super) fn find(&self, text: &str) -> Vec<FoundNumber> {
        let mut out: Vec<FoundNumber> = Vec::new();
        let mut taken = 0;
        for token in TOKEN.find_iter(text) {
            let range = token.range();
            if range.start < taken {
                continue;
            }
            let open = self.open_at(text, &range);
            let found = match open {
                Some((end, number)) => {
                    taken = end;
                    FoundNumber { range: range.start..end, number: number.to_owned(), open: true }
                }
                None if self.is_called_invoice(text, range.start) && looks_like_number(token.as_str()) => {
                    FoundNumber { range, number: token.as_str().to_owned(), open: false }
                }
                None => continue,
            };
            if !out.iter().any(|f| f.number == found.number) {
                out.push(found);
            }
        }
        out
    }

    /// The open number that begins with the token at `range`, perhaps over several tokens ("RE 2026 17"),
    /// or that the token is an unmistakable tail of ("0117" or "2026-0117" for "RE-2026-0117").
    fn open_at(&self, text: &str, range: &Range<usize>) -> Option<(usize, &'a str)> {
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
            if let Some((_, number)) = self.open.iter().find(|(canonical, _)| *canonical == joined) {
                // "15" or "2026" alone may be a day or a year.
                let sure = !is_weak(&joined) || self.is_called_invoice(text, range.start);
                return sure.then_some((end, *number));
            }
        }
        let token = canonical(text.get(range.clone())?);
        let digits = token.bytes().filter(u8::is_ascii_digit).count();
        if digits < 4 || is_weak(&token) {
            return None;
        }
        let mut tails = self.open.iter().filter(|(canonical, _)| canonical.ends_with(&token));
        match (tails.next(), tails.next()) {
            (Some((_, number)), None) => Some((range.end, *number)),
            _ => None,
        }
    }

    fn is_called_invoice(&self, text: &str, at: usize) -> bool {
        let mut from = at.saturating_sub(40);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        text.get(from..at).is_some_and(|before| CALLED.is_match(before))
    }
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

/// Which dates a reading wants.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum When {
    /// The last one from today on: a promise is not due before its latest date.
    Future,
    /// The last one up to today.
    Past,
}

/// The date meant in `text`, and whether it is only roughly meant.
pub(super) fn date(text: &str, today: NaiveDate, when: When) -> Option<(NaiveDate, bool)> {
    let dates = find_dates(text, today).into_iter().map(|found| (found.date, found.kind == DateKind::Vague));
    match when {
        When::Future => dates.filter(|(d, _)| *d >= today).max(),
        When::Past => dates.filter(|(d, _)| *d <= today).max(),
    }
}

/// The one amount with a currency in `text`.
pub(super) fn amount(text: &str, numbers: &[FoundNumber]) -> Option<(Decimal, Currency)> {
    let mut only = None;
    for found in find_amounts(text) {
        let Some(currency) = found.currency else { continue };
        let is_number =
            numbers.iter().any(|n| n.range.start < found.span.end && found.span.start < n.range.end);
        match only {
            _ if is_number => {}
            None => only = Some((found.amount, currency)),
            Some(same) if same == (found.amount, currency) => {}
            Some(_) => return None,
        }
    }
    only
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
