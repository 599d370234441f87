//! Numbers with what stands beside them: amounts, percentages, counts, terms.

use super::lexicon::Unit;
use super::scan::{Flaw, Found, Scan, Typed, is_connector};
use super::view::is_space;
use super::{EntryKind, FindingKind, Severity};
use crate::facts::CountUnit;
use crate::money::Currency;
use rust_decimal::Decimal;
use std::borrow::Cow;

const AMOUNT: Flaw = (FindingKind::Amount, Severity::Hard, "an amount that is not on the account");
const WRITTEN: Flaw =
    (FindingKind::Amount, Severity::Hard, "an amount that is not written as this language writes numbers");
const CURRENCY: Flaw =
    (FindingKind::Currency, Severity::Hard, "an amount of the account, but in another currency");
const PERCENT: Flaw = (FindingKind::Percent, Severity::Hard, "a percentage that is not among the facts");
const TERM: Flaw = (FindingKind::Term, Severity::Wording, "a time or a term that is not among the facts");
const COUNT: Flaw = (FindingKind::Number, Severity::Hard, "a number that is not among the facts");
const INVOICE: Flaw =
    (FindingKind::InvoiceNumber, Severity::Hard, "an invoice number that is not on the account");

/// A number as written.
pub(super) struct Number {
    pub(super) end: usize,
    /// Its value; `None` when this language does not write numbers like that.
    pub(super) value: Option<Decimal>,
    /// Its value if it is digits only.
    pub(super) whole: Option<i64>,
}

impl<'a> Scan<'a> {
    /// The number whose first digit is at `i`.
    pub(super) fn number(&self, i: usize) -> Number {
        let view = &self.view;
        let format = &self.language.format;
        let spaces = is_space(format.group);
        let mut end = i;
        // Digits of the integer part since the last separator; of the fraction once `fraction` is set.
        let (mut run, mut groups, mut fraction, mut ill) = (0_usize, 0_usize, false, false);
        let (mut mantissa, mut digits, mut scale) = (0_i64, 0_usize, 0_u32);
        loop {
            let c = view.at(end);
            if let Some(digit) = c.to_digit(10) {
                run += 1;
                digits += 1;
                scale += u32::from(fraction);
                mantissa = mantissa.saturating_mul(10).saturating_add(digit.into());
                end += 1;
                continue;
            }
            if !view.at(end + 1).is_ascii_digit() {
                break;
            }
            let thin = matches!(c, '\u{a0}' | '\u{202f}' | '\u{2009}') || (spaces && c == ' ');
            let group_of_three =
                (1..=3).all(|n| view.at(end + n).is_ascii_digit()) && !view.at(end + 4).is_ascii_digit();
            if c == format.decimal && !fraction {
                ill |= groups > 0 && run != 3;
                (fraction, run) = (true, 0);
            } else if (c == format.group && !is_space(c)) || (thin && group_of_three && !fraction) {
                ill |= fraction || run > 3 || (groups > 0 && run != 3);
                groups += 1;
                run = 0;
            } else if matches!(c, '.' | ',' | '\'' | '’') {
                ill = true;
                run = 0;
            } else {
                break;
            }
            end += 1;
        }
        ill |= groups > 0 && !fraction && run != 3;
        let ok = !ill && digits <= 18 && scale <= 18;
        let value = ok.then(|| Decimal::new(mantissa, scale));
        let whole = (ok && !fraction && groups == 0).then_some(mantissa);
        Number { end, value, whole }
    }

    /// An amount, percentage, count or term that begins with the digit at `i`.
    pub(super) fn numeric(&self, i: usize) -> Typed<'a> {
        let view = &self.view;
        let number = self.number(i);
        let strong = |end, outcome| Typed { end, weak: false, outcome };
        let negative = i > 0 && matches!(view.before(i), '-' | '−' | '–');
        let mut end = number.end;
        let mut value = number.value;
        // `100,-` and `100,--` are whole amounts.
        if number.whole.is_some()
            && matches!(view.at(end), ',' | '.')
            && matches!(view.at(end + 1), '-' | '–' | '—')
        {
            end += 2 + usize::from(view.at(end + 2) == '-');
        }
        let next = self.beside(end);
        if matches!(view.at(next), '%' | '‰' | '％') {
            let permille = view.at(next) == '‰';
            let value = value.filter(|_| !permille && !negative);
            return strong(next + 1, self.percent(value));
        }
        if let Some(word_end) = self.percent_word(next) {
            return strong(word_end, self.percent(value.filter(|_| !negative)));
        }
        if let Some(named) = self.currency(next).filter(|n| !n.scaled) {
            if negative {
                value = None;
            }
            let prefixed = self.amount_follows(named.end);
            let bound = !(prefixed && self.language.format.currency == crate::locale::Placement::Before);
            if bound {
                return strong(named.end, self.amount(value, &named.currencies));
            }
        }
        let word = view.fold_of(next, view.word_end(next));
        let known = self.lexicon.word(word);
        if known.is_some_and(|w| w.scales) {
            let mut end = view.word_end(next);
            end += usize::from(view.at(end) == '.');
            let end = self.currency(self.beside(end)).map_or(end, |n| n.end);
            return strong(end, Err(AMOUNT));
        }
        if view.at(end).is_alphabetic()
            && let Some(typed) = self.ordinal(i, end, number.whole)
        {
            return typed;
        }
        if view.at(end).is_alphanumeric()
            || (is_connector(view.at(end)) && view.at(end + 1).is_alphanumeric())
        {
            return self.code(i, end);
        }
        if let Some(unit) = known.and_then(|w| w.unit).filter(|_| next > end) {
            let end = view.word_end(next);
            return Typed { end, weak: true, outcome: self.counted(number.whole, Some(unit)) };
        }
        // `2. Mahnung`
        if view.at(end) == '.' && is_space(view.at(end + 1)) {
            let start = end + 2;
            let word_end = view.word_end(start);
            let unit = self.lexicon.word(view.fold_of(start, word_end)).and_then(|w| w.unit);
            if let Some(unit @ Unit::Count(CountUnit::Level | CountUnit::Instalments)) = unit {
                return Typed { end: word_end, weak: true, outcome: self.counted(number.whole, Some(unit)) };
            }
        }
        let before = self.lexicon.word(view.previous_word(i));
        let outcome = if before.is_some_and(|w| w.invoice) {
            Err(INVOICE)
        } else {
            // `Mahnstufe 2`, but not `Mahnung: 2 Rechnungen`.
            let beside = view.before(i.saturating_sub(1)).is_alphanumeric();
            let level = Unit::Count(CountUnit::Level);
            let unit = before.and_then(|w| w.unit).filter(|u| *u == level && beside);
            self.counted(number.whole, unit)
        };
        Typed { end: number.end, weak: true, outcome }
    }

    /// A place behind at most one white-space character; a row of a block ends with its line.
    pub(super) fn beside(&self, i: usize) -> usize {
        if self.view.at(i) == '\n' && self.in_block(i) { i } else { self.view.skip_space(i) }
    }

    /// A currency and the number behind it.
    pub(super) fn prefixed(&self, i: usize) -> Option<Typed<'a>> {
        let named = self.currency(i).filter(|n| !n.scaled)?;
        let mut at = self.beside(named.end);
        let negative = matches!(self.view.at(at), '-' | '−' | '–');
        at += usize::from(negative);
        // A word needs a space before the number; `Fr10` is no amount.
        let word =
            self.view.at(i).is_alphabetic() && self.view.slice(i, named.end).parse::<Currency>().is_err();
        let glued = word && at == named.end && !super::currency::is_sign(self.view.before(at));
        if !self.view.at(at).is_ascii_digit() || glued {
            return None;
        }
        let number = self.number(at);
        let mut end = number.end;
        if number.whole.is_some()
            && matches!(self.view.at(end), ',' | '.')
            && matches!(self.view.at(end + 1), '-' | '–')
        {
            end += 2;
        }
        let mut outcome = self.amount(number.value.filter(|_| !negative), &named.currencies);
        let next = self.beside(end);
        let after = self.lexicon.word(self.view.fold_of(next, self.view.word_end(next)));
        if after.is_some_and(|w| w.scales) || self.view.at(end).is_alphabetic() {
            end = self.view.word_end(next);
            outcome = Err(AMOUNT);
        } else if let Some(second) =
            self.currency(next).filter(|n| !n.doubtful && n.currencies != named.currencies)
            && !self.amount_follows(second.end)
        {
            (end, outcome) = (second.end, Err(CURRENCY));
        }
        Some(Typed { end, weak: false, outcome })
    }

    fn amount_follows(&self, end: usize) -> bool {
        self.view.at(self.beside(end)).is_ascii_digit()
    }

    fn amount(
        &self,
        value: Option<Decimal>,
        currencies: &[Currency],
    ) -> Result<(EntryKind, Found<'a>), Flaw> {
        let value = value.ok_or(WRITTEN)?;
        let index = self.facts.index();
        for currency in currencies {
            let found = index.money(value, *currency);
            if !found.is_empty() {
                return Ok((EntryKind::Money, Cow::Borrowed(found)));
            }
        }
        Err(if index.is_amount(value) { CURRENCY } else { AMOUNT })
    }

    fn percent(&self, value: Option<Decimal>) -> Result<(EntryKind, Found<'a>), Flaw> {
        let found: Vec<usize> = self.facts.index().percent(value.ok_or(PERCENT)?).collect();
        if found.is_empty() { Err(PERCENT) } else { Ok((EntryKind::Percent, Cow::Owned(found))) }
    }

    /// End of a word for percent: `Prozent`, `per cent`.
    pub(super) fn percent_word(&self, i: usize) -> Option<usize> {
        let end = self.view.word_end(i);
        let word = self.view.fold_of(i, end);
        if word == b"per" && self.view.has(self.beside(end), b"cent") {
            return Some(self.beside(end) + 4);
        }
        self.lexicon.word(word).is_some_and(|w| w.percent).then_some(end)
    }

    /// A number of something.
    pub(super) fn counted(&self, n: Option<i64>, unit: Option<Unit>) -> Result<(EntryKind, Found<'a>), Flaw> {
        let unit = match unit {
            Some(Unit::Time) => return Err(TERM),
            Some(Unit::Count(unit)) => Some(unit),
            None => None,
        };
        let flaw = if unit == Some(CountUnit::Days) { TERM } else { COUNT };
        let found: Vec<usize> = self.facts.index().count(n.ok_or(flaw)?, unit).collect();
        if found.is_empty() { Err(flaw) } else { Ok((EntryKind::Count, Cow::Owned(found))) }
    }

    /// `2nd reminder`
    fn ordinal(&self, i: usize, end: usize, n: Option<i64>) -> Option<Typed<'a>> {
        let suffix = self.view.fold_of(end, self.view.word_end(end));
        if !matches!(suffix, b"st" | b"nd" | b"rd" | b"th") || self.view.before(i).is_alphanumeric() {
            return None;
        }
        let start = self.view.skip_space(end + 2);
        let word_end = self.view.word_end(start);
        let unit = self.lexicon.word(self.view.fold_of(start, word_end)).and_then(|w| w.unit);
        let end = if unit.is_some() { word_end } else { end + 2 };
        Some(Typed { end, weak: true, outcome: self.counted(n, unit) })
    }

    /// Digits that go on with letters or joining signs: a number of some document, or a word like `3x`.
    fn code(&self, i: usize, end: usize) -> Typed<'a> {
        let view = &self.view;
        let mut end = view.word_end(end);
        while is_connector(view.at(end)) && view.at(end + 1).is_alphanumeric() {
            end = view.word_end(end + 1);
        }
        let lettered = view.slice(i, end).chars().any(char::is_alphabetic);
        let before = self.lexicon.word(view.previous_word(i)).is_some_and(|w| w.invoice);
        let slashed = view.slice(i, end).contains(['/', '_', '#']);
        Typed { end, weak: true, outcome: Err(if lettered || before || slashed { INVOICE } else { COUNT }) }
    }
}
