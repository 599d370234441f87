//! Amounts of money in what people write, German and English.
//!
//! Why: "we will pay 1.190,00 € on Friday" must be compared with the ledger by code, not by a model.
//! Guarantees: linear in the text, never panics, exact decimals. When in doubt nothing is found
//! rather than something wrong: a bare whole number, a date, a percentage or "1.5 million" is no
//! amount here.
//!
//! What it does not do: it does not know which invoice an amount belongs to, takes `$` for US
//! dollars, and ignores a minus sign ("30-40 €" is a range more often than a debt of ours).

use crate::money::Currency;
use regex::Regex;
use rust_decimal::Decimal;
use std::ops::Range;
use std::str::FromStr;
use std::sync::LazyLock;

/// Octets of text that are looked at.
pub const MAX_TEXT: usize = 64 * 1024;
/// Amounts that are reported.
pub const MAX_FOUND: usize = 200;

/// An amount and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundAmount {
    /// Octets of the text, currency included.
    pub span: Range<usize>,
    /// The amount, never negative.
    pub amount: Decimal,
    /// The currency, if one stands beside it.
    pub currency: Option<Currency>,
}

/// Digits grouped by threes or not at all, up to two decimals, or a dash in their place ("40,-").
const NUMBER: &str = concat!(
    r"(?:\d{1,3}(?:[.,'’\u{a0}\u{2009}\u{202f} ]\d{3})+(?:[.,]\d{1,2})?|\d{1,12}(?:[.,]\d{1,2})?)",
    r"(?:[.,](?:-{1,2}|[–—]))?"
);
/// Marks of a currency before or after a number; codes that are also words only in capitals.
const MARK: &str = concat!(
    r"US\$|[€£$]|\b(?i:eur|euros?|usd|gbp|chf|sfr|franken|dollars?|pounds?|pfund)\b",
    r"|\b(?:SEK|NOK|DKK|PLN|CZK|HUF|CAD|AUD|NZD|JPY|CNY)\b"
);

static AMOUNT: LazyLock<Regex> = LazyLock::new(|| {
    let space = r"[ \t\u{a0}\u{2009}\u{202f}]{0,2}";
    super::textdate::pattern(&format!(
        "(?P<before>{MARK})(?:[.:]{{0,2}}{space})(?P<first>{NUMBER})|(?P<last>{NUMBER}){space}(?P<after>{MARK})|(?P<bare>{NUMBER})"
    ))
});

/// Words that multiply, right after a number.
static MULTIPLIED: LazyLock<Regex> = LazyLock::new(|| {
    super::textdate::pattern(r"^\s?(?i:k|tsd|tausend|mio|mill|mrd|thousand|million|billion|bn|m)\b")
});

/// The amounts of `text` in their order, at most [`MAX_FOUND`].
#[must_use]
pub fn find_amounts(text: &str) -> Vec<FoundAmount> {
    let text = super::textdate::head(text, MAX_TEXT);
    AMOUNT.captures_iter(text).filter_map(|found| read(text, &found)).take(MAX_FOUND).collect()
}

fn read(text: &str, found: &regex::Captures<'_>) -> Option<FoundAmount> {
    let span = found.get(0)?.range();
    let mark = found.name("before").or_else(|| found.name("after"));
    let number = found.name("first").or_else(|| found.name("last")).or_else(|| found.name("bare"))?;
    let (left, right) = (text.get(..span.start)?, text.get(span.end..)?);
    if !stands_alone(left, right, found.name("before").is_some()) || MULTIPLIED.is_match(right) {
        return None;
    }
    let amount = parse(number.as_str())?;
    if mark.is_none() && !is_amount_alone(number.as_str(), right, amount) {
        return None;
    }
    Some(FoundAmount { span, amount, currency: mark.and_then(|m| currency(m.as_str())) })
}

/// Not the middle of a longer number, an invoice number, a date or a word.
fn stands_alone(left: &str, right: &str, marked_before: bool) -> bool {
    let mut back = left.chars().rev();
    let clear_left = match back.next() {
        None => true,
        Some('.' | ',' | '-' | '/' | ':' | '\'') if !marked_before => {
            !back.next().is_some_and(char::is_alphanumeric)
        }
        Some(c) => !c.is_alphanumeric() && c != '_' && c != '#',
    };
    let mut ahead = right.chars();
    let clear_right = match ahead.next() {
        None => true,
        Some('.' | ',' | '-' | '/' | ':') => !ahead.next().is_some_and(|c| c.is_ascii_digit()),
        Some(c) => !c.is_alphanumeric() && c != '_',
    };
    clear_left && clear_right
}

/// Without a currency only what is written like money: two decimals after a comma, grouped
/// thousands with decimals, or a dash for the cents. A dot may be a date or a time of day.
fn is_amount_alone(number: &str, right: &str, amount: Decimal) -> bool {
    if right.trim_start().starts_with('%') {
        return false;
    }
    if number.ends_with(['-', '–', '—']) {
        return true;
    }
    let decimals = number.rfind(['.', ',']).map(|at| number.len() - at - 1);
    let grouped = number.matches(['.', ',', '\'', '’', ' ', '\u{a0}', '\u{2009}', '\u{202f}']).count() > 1;
    match (decimals, number.contains('.') && !grouped) {
        (Some(2), false) => true,
        (Some(2), true) => amount >= Decimal::from(32) && !right.starts_with('.'),
        _ => false,
    }
}

/// The value of a number in German, English or Swiss writing. With both separators the last one
/// marks the decimals; a single one followed by three digits groups.
fn parse(number: &str) -> Option<Decimal> {
    let number = number.trim_end_matches(['-', '–', '—']).trim_end_matches(['.', ',']);
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let Some(at) = number.rfind(['.', ',']) else { return Decimal::from_str(&digits(number)).ok() };
    let (whole, fraction) = (number.get(..at)?, number.get(at + 1..)?);
    let separator = number.get(at..at + 1)?;
    if fraction.len() == 3 {
        let plausible = !whole.starts_with('0');
        return plausible.then(|| Decimal::from_str(&digits(number)).ok())?;
    }
    if whole.contains(separator) {
        return None;
    }
    Decimal::from_str(&format!("{}.{fraction}", digits(whole))).ok()
}

fn currency(mark: &str) -> Option<Currency> {
    match mark.to_lowercase().as_str() {
        "€" | "eur" | "euro" | "euros" => Some(Currency::EUR),
        "$" | "us$" | "usd" | "dollar" | "dollars" => Some(Currency::USD),
        "£" | "gbp" | "pound" | "pounds" | "pfund" => Some(Currency::GBP),
        "chf" | "sfr" | "franken" => Some(Currency::CHF),
        code => code.to_uppercase().parse().ok(),
    }
}

#[cfg(test)]
mod tests;
