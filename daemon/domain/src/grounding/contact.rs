//! Addresses, links, bank accounts and telephone numbers, told by their form.

use super::lexicon::Word;
use super::scan::{Flaw, Scan, Typed};
use super::view::is_space;
use super::{EntryKind, FindingKind, Severity};
use std::borrow::Cow;

const EMAIL: Flaw = (FindingKind::Email, Severity::Hard, "an address that is not the sender's");
const LINK: Flaw = (FindingKind::Link, Severity::Hard, "a link that is not among the facts");
const IBAN: Flaw = (FindingKind::Iban, Severity::Hard, "a bank account that is not the company's");
const BIC: Flaw = (FindingKind::Bic, Severity::Hard, "a bank that is not the company's");
const PHONE: Flaw = (FindingKind::Phone, Severity::Hard, "a telephone number that is not among the facts");
const TIME: Flaw = (FindingKind::Term, Severity::Wording, "a time of day that is not among the facts");

/// How far an address is read.
const ADDRESS_MAX: usize = 128;

/// Top-level domains beside those of two letters that make a dotted word a link.
const TLDS: &[&str] = &[
    "app", "bank", "biz", "cloud", "club", "com", "dev", "email", "finance", "gmbh", "info", "link", "live",
    "money", "net", "online", "org", "page", "pay", "pro", "services", "shop", "site", "store", "top", "xyz",
];

impl<'a> Scan<'a> {
    /// Whatever begins at `i` and must be a fact; `word` is the word there, which ends at `word_end`.
    pub(super) fn typed(&self, i: usize, word_end: usize, word: Option<&'static Word>) -> Option<Typed<'a>> {
        let view = &self.view;
        let c = view.at(i);
        let next = view.at(i + 1);
        if c.is_ascii_digit() {
            if let Some(link) = self.address(i) {
                return Some(link);
            }
            let numeric = self.numeric(i);
            let mut best = match self.time(i).or_else(|| self.date(i)) {
                Some(other) if other.end >= numeric.end || numeric.weak => other,
                Some(_) | None => numeric,
            };
            if let Some(phone) = self.phone(i).filter(|p| p.end >= best.end && best.weak) {
                best = phone;
            }
            return Some(best);
        }
        let fresh = i == 0 || is_space(view.before(i)) || matches!(view.before(i), '(' | ':');
        match c {
            '+' | '(' if next.is_ascii_digit() || next == '+' => self.phone(i),
            '-' | '−' | '–' if fresh && next.is_ascii_digit() => Some(self.numeric(i + 1)),
            _ if c.is_alphabetic() => self
                .address(i)
                .or_else(|| self.iban(i))
                .or_else(|| self.bic(i, word_end))
                .or_else(|| self.prefixed(i))
                .or_else(|| word.and_then(|w| self.month_first(i, w))),
            _ if super::currency::is_sign(c) => self.prefixed(i),
            _ => None,
        }
    }

    /// An address or a link. Longer ones than [`ADDRESS_MAX`] are found by their beginning.
    fn address(&self, i: usize) -> Option<Typed<'a>> {
        let view = &self.view;
        let mut end = view.word_end(i);
        if !matches!(view.at(end), '.' | '_' | '%' | '+' | '-' | '@' | ':' | '/')
            || is_space(view.at(end + 1))
        {
            return None;
        }
        let (mut at_sign, mut dot, mut scheme) = (false, false, false);
        loop {
            let c = view.at(end);
            let part = c.is_alphanumeric()
                || matches!(
                    c,
                    '.' | '_'
                        | '%'
                        | '+'
                        | '-'
                        | '@'
                        | ':'
                        | '/'
                        | '?'
                        | '#'
                        | '='
                        | '&'
                        | '~'
                        | '$'
                        | '*'
                        | '!'
                        | '\''
                );
            if !part || end - i > ADDRESS_MAX {
                break;
            }
            let inside = view.at(end + 1).is_alphanumeric() || view.at(end + 1) == '/';
            at_sign |= c == '@';
            dot |= c == '.' && inside;
            scheme |= c == ':' && view.at(end + 1) == '/' && view.at(end + 2) == '/';
            end += 1;
        }
        while end > i && matches!(view.at(end - 1), '.' | ',' | ';' | ':' | '!' | '?' | '-' | '\'' | '*') {
            end -= 1;
        }
        let strong = |outcome| Some(Typed { end, weak: false, outcome });
        if at_sign && view.slice(i, end).split_once('@').is_some_and(|(_, domain)| !domain.is_empty()) {
            let address = view.slice(i, end);
            let own = self.facts.text("company_email").is_some_and(|own| own.eq_ignore_ascii_case(address));
            let key = own.then(|| self.facts.all().iter().position(|f| f.key == "company_email")).flatten();
            return strong(key.map(|n| (EntryKind::Email, Cow::Owned(vec![n]))).ok_or(EMAIL));
        }
        if scheme || view.has(i, b"www") && dot {
            return strong(Err(LINK));
        }
        if dot && self.is_domain(i, end) {
            return strong(Err(LINK));
        }
        None
    }

    /// `name.tld`, with a path or without.
    fn is_domain(&self, i: usize, end: usize) -> bool {
        let text = self.view.slice(i, end);
        let host = text.split(['/', ':', '?', '#']).next().unwrap_or_default();
        let Some((name, tld)) = host.rsplit_once('.') else { return false };
        let known = (tld.len() == 2 && tld.bytes().all(|b| b.is_ascii_lowercase()))
            || TLDS.contains(&tld.to_ascii_lowercase().as_str());
        let label = |l: &str| !l.is_empty() && l.chars().all(|c| c.is_alphanumeric() || c == '-');
        known && name.split('.').all(label) && name.chars().filter(|c| c.is_alphabetic()).count() > 1
    }

    /// Two letters, two check digits and groups of letters and digits.
    fn iban(&self, i: usize) -> Option<Typed<'a>> {
        const SHORTEST: usize = 15;
        const LONGEST: usize = 34;
        let view = &self.view;
        let head = |n, digit: bool| {
            let c = view.at(i + n);
            if digit { c.is_ascii_digit() } else { c.is_ascii_alphabetic() }
        };
        if !(head(0, false) && head(1, false) && head(2, true) && head(3, true)) {
            return None;
        }
        let mut compact = String::with_capacity(LONGEST);
        let mut ends = Vec::new();
        let mut end = i;
        loop {
            let group_end = view.word_end(end);
            let group = view.slice(end, group_end);
            let digits = group.bytes().any(|b| b.is_ascii_digit());
            let long = compact.len() + group.len() > LONGEST;
            // A bank code of letters is in capitals and stands before the account number.
            let word =
                !digits && (compact.len() >= SHORTEST || !group.bytes().all(|b| b.is_ascii_uppercase()));
            if group.is_empty() || !group.is_ascii() || long || word {
                break;
            }
            compact.push_str(&group.to_ascii_uppercase());
            ends.push((group_end, compact.len()));
            end = view.skip_space(group_end);
            if end == group_end {
                break;
            }
        }
        let valid = ends.iter().rev().find(|(_, len)| compact.get(..*len).is_some_and(is_iban));
        let (end, len) = valid.or(ends.last()).copied().filter(|(_, len)| *len >= SHORTEST)?;
        let digits = compact.bytes().take(len).filter(u8::is_ascii_digit).count();
        if valid.is_none() && digits < SHORTEST - 5 {
            return None;
        }
        let own = self.facts.all().iter().position(|f| f.key == "iban");
        let same =
            self.facts.text("iban").is_some_and(|own| compact.get(..len) == Some(&own.replace(' ', "")));
        let outcome = own.filter(|_| same).map(|n| (EntryKind::Iban, Cow::Owned(vec![n]))).ok_or(IBAN);
        Some(Typed { end, weak: false, outcome })
    }

    /// Eight or eleven capitals and digits behind the word BIC or SWIFT.
    fn bic(&self, i: usize, end: usize) -> Option<Typed<'a>> {
        let view = &self.view;
        if !matches!(end - i, 8 | 11) || !matches!(view.previous_word(i), b"bic" | b"swift") {
            return None;
        }
        let code = view.slice(i, end);
        let form = code.bytes().all(|b| b.is_ascii_alphanumeric());
        if !form {
            return None;
        }
        let own = self.facts.all().iter().position(|f| f.key == "bic");
        let same = self.facts.text("bic").is_some_and(|own| own.eq_ignore_ascii_case(code));
        let outcome = own.filter(|_| same).map(|n| (EntryKind::Bic, Cow::Owned(vec![n]))).ok_or(BIC);
        Some(Typed { end, weak: false, outcome })
    }

    /// `+49 30 1234567`, `(030) 123 45-67`, `0171/2345678`.
    fn phone(&self, i: usize) -> Option<Typed<'a>> {
        const FEWEST: usize = 7;
        const MOST: usize = 17;
        let view = &self.view;
        if !matches!(view.at(i), '+' | '(' | '0') {
            return None;
        }
        let (mut end, mut digits, mut last) = (i, 0_usize, i);
        loop {
            let c = view.at(end);
            if c.is_ascii_digit() && digits <= MOST {
                digits += 1;
                last = end + 1;
            } else if !matches!(c, ' ' | '-' | '/' | '(' | ')' | '+' | '.' | '\u{a0}')
                || (is_space(c) && is_space(view.at(end + 1)))
            {
                break;
            }
            end += 1;
        }
        ((FEWEST..=MOST).contains(&digits) && !view.at(last).is_alphanumeric()).then_some(Typed {
            end: last,
            weak: true,
            outcome: Err(PHONE),
        })
    }

    /// `14:00`
    fn time(&self, i: usize) -> Option<Typed<'a>> {
        let view = &self.view;
        let colon = (1..=2).map(|n| i + n).find(|at| view.at(*at) == ':')?;
        let digits = |at: usize| view.at(at).is_ascii_digit();
        let ok = (i..colon).all(digits) && digits(colon + 1) && digits(colon + 2) && !digits(colon + 3);
        ok.then_some(Typed { end: colon + 3, weak: false, outcome: Err(TIME) })
    }
}

/// ISO 13616: the rearranged number leaves 1 when divided by 97.
fn is_iban(compact: &str) -> bool {
    let (head, tail) = compact.split_at_checked(4).unwrap_or_default();
    let digit = |c: char| c.to_digit(36);
    let rest = tail.chars().chain(head.chars()).try_fold(0_u32, |rest, c| {
        let value = digit(c)?;
        Some(if value < 10 { (rest * 10 + value) % 97 } else { (rest * 100 + value) % 97 })
    });
    compact.len() > 4 && rest == Some(1)
}
