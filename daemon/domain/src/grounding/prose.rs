//! Words: numbers written out, names, languages, and phrases that may not be said.

use super::lexicon::{Lexicon, Unit, Word};
use super::scan::{Cover, Flaw, Scan};
use super::{FindingKind, Severity};
use crate::facts::CountUnit;
use crate::locale::{Category, all};

const WORD_AMOUNT: Flaw = (FindingKind::Amount, Severity::Hard, "an amount in words");
const WORD_PERCENT: Flaw = (FindingKind::Percent, Severity::Hard, "a percentage in words");
const WORD_TERM: Flaw = (FindingKind::Term, Severity::Wording, "a term that is not among the facts");
const WORD_NUMBER: Flaw =
    (FindingKind::Number, Severity::Wording, "a number in words that is not among the facts");
const CURRENCY: Flaw = (FindingKind::Currency, Severity::Hard, "a currency that is not the account's");
const COMPANY: Flaw = (FindingKind::Name, Severity::Hard, "a company that is not among the facts");
const PERSON: Flaw = (FindingKind::Name, Severity::Hard, "a person that is not among the facts");

/// Legal forms, as written.
pub(super) const FORMS: &[&str] = &[
    "AB", "AG", "ApS", "BV", "EOOD", "GbR", "GesmbH", "GmbH", "Inc", "KG", "KGaA", "LLC", "LLP", "Limited",
    "Ltd", "mbH", "NV", "OHG", "OOD", "Oy", "OÜ", "PLC", "Plc", "SARL", "SAS", "SE", "SL", "SRL", "SpA",
    "Srl", "UG", "eG", "eK", "eV", "gGmbH", "plc",
];
/// Legal forms with full stops, folded.
const DOTTED: &[&[u8]] =
    &[b"e.k.", b"e.v.", b"s.a.", b"b.v.", b"n.v.", b"s.p.a.", b"s.r.l.", b"s.l.", b"a.s.", b"s.a.r.l."];

impl Scan<'_> {
    /// A word outside code's blocks that is no fact.
    pub(super) fn word(&mut self, start: usize, end: usize, word: Option<&'static Word>) {
        self.words.push((start, word.map_or(0, |w| w.frequent)));
        if self.is_legal_form(start, end, word) {
            let first = self.capitalised_before(start);
            if first < start {
                self.flaw(first, end, COMPANY);
            }
            return;
        }
        let code = end - start == 3 && self.view.at(start).is_ascii_uppercase();
        if (code || word.is_some_and(|w| !w.currencies.is_empty()))
            && let Some(named) = self.currency(start).filter(|n| n.end == end && !n.doubtful)
            && !named.currencies.is_empty()
        {
            if !named.currencies.contains(&self.facts.currency()) {
                self.flaw(start, end, CURRENCY);
            }
            return;
        }
        let number = word.and_then(|w| w.number);
        let compound = word.is_none() && self.lexicon.is_compound_number(self.view.fold_of(start, end));
        if number.is_some() || compound {
            self.number_word(start, end, number);
        } else if let Some(n) = word.and_then(|w| w.ordinal) {
            self.ordinal_word(start, end, n);
        } else if word.is_some_and(|w| w.article) {
            self.article(start, end);
        } else if word.is_some_and(|w| w.title) {
            self.titles.push(start..end);
        }
    }

    fn number_word(&mut self, start: usize, end: usize, number: Option<u32>) {
        let next = self.view.skip_space(end);
        let flaw = if self.percent_word(next).is_some() || matches!(self.view.at(next), '%' | '‰') {
            Some(WORD_PERCENT)
        } else if self.currency(next).is_some() || self.previous_is_currency(start) {
            Some(WORD_AMOUNT)
        } else {
            let unit = self.lexicon.word(self.view.next_word(end)).and_then(|w| w.unit);
            match (unit, number) {
                (Some(Unit::Time | Unit::Count(CountUnit::Days)), None) | (Some(Unit::Time), _) => {
                    Some(WORD_TERM)
                }
                (unit, Some(n)) => match self.counted(Some(n.into()), unit) {
                    Ok((kind, facts)) => {
                        self.hits.push(super::scan::Hit { start, end, kind, facts });
                        None
                    }
                    Err((FindingKind::Term, ..)) => Some(WORD_TERM),
                    Err(_) => Some(WORD_NUMBER),
                },
                (Some(Unit::Count(_)) | None, None) => Some(WORD_NUMBER),
            }
        };
        if let Some(flaw) = flaw {
            self.flaw(start, end, flaw);
        }
    }

    fn previous_is_currency(&self, start: usize) -> bool {
        let before = self.view.previous_word(start);
        let code = |c: &str| c.bytes().map(|b| b.to_ascii_lowercase()).eq(before.iter().copied());
        self.lexicon.word(before).is_some_and(|w| !w.currencies.is_empty())
            || code(self.facts.currency().code())
            || ["EUR", "USD", "GBP", "CHF"].into_iter().any(code)
    }

    /// `third reminder` must be the third.
    fn ordinal_word(&mut self, start: usize, end: usize, n: u32) {
        let unit = self.lexicon.word(self.view.next_word(end)).and_then(|w| w.unit);
        if let Some(unit @ Unit::Count(CountUnit::Level | CountUnit::Instalments)) = unit {
            match self.counted(Some(n.into()), Some(unit)) {
                Ok((kind, facts)) => self.hits.push(super::scan::Hit { start, end, kind, facts }),
                Err(_) => self.flaw(start, end, WORD_NUMBER),
            }
        }
    }

    /// `one week`, `ein Euro`: the article counts.
    fn article(&mut self, start: usize, end: usize) {
        let next = self.view.skip_space(end);
        let unit = self.lexicon.word(self.view.next_word(end)).and_then(|w| w.unit);
        if self.percent_word(next).is_some() {
            self.flaw(start, end, WORD_PERCENT);
        } else if self.currency(next).is_some_and(|n| !n.doubtful) {
            self.flaw(start, end, WORD_AMOUNT);
        } else if matches!(unit, Some(Unit::Time | Unit::Count(CountUnit::Days))) {
            self.flaw(start, self.view.word_end(next), WORD_TERM);
        }
    }

    fn is_legal_form(&self, start: usize, end: usize, word: Option<&Word>) -> bool {
        (word.is_some_and(|w| w.legal_form) && FORMS.contains(&self.view.slice(start, end)))
            || (end - start == 1
                && self.view.at(end) == '.'
                && DOTTED.iter().any(|form| self.view.fold_of(start, start + form.len()) == *form))
    }

    /// Where the capitalised words before a place begin.
    fn capitalised_before(&self, start: usize) -> usize {
        let mut first = start;
        for _word in 0..4 {
            let mut end = first;
            while end > 0 && matches!(self.view.before(end), ' ' | '&' | '-' | '.' | '\n') {
                end -= 1;
            }
            let mut begin = end;
            while begin > 0 && self.view.before(begin).is_alphanumeric() {
                begin -= 1;
            }
            if begin == end || !self.view.at(begin).is_uppercase() {
                break;
            }
            first = begin;
        }
        first
    }

    /// Salutations, titles and signatures must name the people of this letter.
    pub(super) fn names(&mut self) {
        for title in std::mem::take(&mut self.titles) {
            let mut at = title.end + usize::from(self.view.at(title.end) == '.');
            at = self.view.skip_space(at);
            let end = self.view.word_end(at);
            if self.view.at(at).is_uppercase() && !self.is_nobody(at, end) && !self.is_known_person(at, end) {
                self.flaw(title.start, end, PERSON);
            }
        }
        if self.part == super::Part::Body {
            self.line_starts();
        }
    }

    fn line_starts(&mut self) {
        let mut at = 0;
        let mut after_empty = true;
        let mut after_closing = false;
        while at < self.view.len() {
            let rest = (at..self.view.len()).find(|i| self.view.at(*i) == '\n').unwrap_or(self.view.len());
            let line = self.view.fold_of(at, rest);
            if line.iter().all(u8::is_ascii_whitespace) {
                after_empty = true;
            } else if self.in_block(at) {
                (after_empty, after_closing) = (false, false);
            } else {
                let closing = self.lexicon.is_closing_line(line);
                if after_closing && !self.is_proven(at, rest) && rest - at < 60 {
                    self.flaw(at, rest, PERSON);
                }
                after_closing = closing;
                if after_empty && !closing {
                    self.salutation(at, rest);
                }
                after_empty = false;
            }
            at = rest + 1;
        }
    }

    fn salutation(&mut self, start: usize, end: usize) {
        let found = self.lexicon.salutations.iter().find(|s| self.view.has(start, s)).map(Vec::len);
        let Some(len) = found else { return };
        let from = start + len;
        let stop = (from..end).find(|i| matches!(self.view.at(*i), ',' | '!' | ':' | ';')).unwrap_or(end);
        let mut at = from;
        while at < stop {
            if !self.view.at(at).is_alphanumeric() {
                at += 1;
                continue;
            }
            let word = self.view.word_end(at);
            let capital = self.view.at(at).is_uppercase();
            if capital && !self.is_nobody(at, word) && !self.is_known_person(at, word) {
                self.flaw(start, stop, PERSON);
                return;
            }
            at = word;
        }
    }

    /// Covered by a fact, or a word such as `Damen` or a title.
    fn is_nobody(&self, start: usize, end: usize) -> bool {
        let known = self.lexicon.word(self.view.fold_of(start, end));
        self.cover.get(start) == Some(&Cover::Literal) || known.is_some_and(|w| w.anybody || w.title)
    }

    /// A part of the recipient's or the sender's name.
    fn is_known_person(&self, start: usize, end: usize) -> bool {
        let word = self.view.slice(start, end).to_lowercase();
        let names = ["contact_name", "sender_name"].into_iter().filter_map(|key| self.facts.text(key));
        names.flat_map(|n| n.split(|c: char| !c.is_alphanumeric())).any(|part| part.to_lowercase() == word)
    }

    /// Every word of the stretch is a fact.
    fn is_proven(&self, start: usize, end: usize) -> bool {
        (start..end).all(|i| !self.view.at(i).is_alphanumeric() || self.cover.get(i) == Some(&Cover::Literal))
    }

    /// A paragraph in another language than the letter's.
    pub(super) fn languages(&mut self) {
        const FEWEST: u32 = 4;
        /// So many words without a single frequent one are no sentence of this language.
        const LONG: u32 = 12;
        let own = Lexicon::bit(self.language);
        let others: Vec<u32> = all().iter().map(Lexicon::bit).filter(|bit| *bit != own).collect();
        let mut counts = vec![0_u32; others.len()];
        let (mut own_count, mut all_count) = (0_u32, 0_u32);
        let (mut start, mut foreign) = (0, Vec::new());
        let mut words = self.words.iter().peekable();
        for i in 0..=self.view.len() {
            let ends = i == self.view.len() || (self.view.at(i) == '\n' && self.view.at(i + 1) == '\n');
            if !ends {
                continue;
            }
            while let Some((_, bits)) = words.next_if(|(at, _)| *at < i) {
                all_count += 1;
                own_count += u32::from(bits & own != 0);
                for (count, other) in counts.iter_mut().zip(&others) {
                    *count += u32::from(bits & other != 0);
                }
            }
            let other = counts.iter().any(|n| *n >= FEWEST && *n > own_count);
            if other || (all_count >= LONG && own_count == 0) {
                foreign.push((start, i));
            }
            counts.fill(0);
            (own_count, all_count, start) = (0, 0, i + 2);
        }
        for (start, end) in foreign {
            let message = "a paragraph in another language than the letter's";
            self.flaw(start, end, (FindingKind::Language, Severity::Wording, message));
        }
    }

    /// Phrases that may not be said; names and code's own blocks are not phrases.
    pub(super) fn wording(&mut self) {
        const FACT: u8 = 2;
        let mut text = self.view.folded().to_vec();
        for (byte, cover) in text.iter_mut().zip(&self.cover) {
            if *cover == Cover::Literal {
                *byte = FACT;
            }
        }
        for block in &self.blocks {
            if let Some(bytes) = text.get_mut(block.clone()) {
                bytes.fill(FACT);
            }
        }
        for n in self.lexicon.set.matches(&text) {
            let Some(rule) = self.lexicon.rules.get(n) else { continue };
            for found in rule.regex.find_iter(&text) {
                let severity = if rule.hard { Severity::Hard } else { Severity::Wording };
                self.flaw(
                    found.start(),
                    found.end(),
                    (FindingKind::Wording(rule.category), severity, said(rule.category)),
                );
            }
        }
    }
}

const fn said(category: Category) -> &'static str {
    match category {
        Category::Threat => "a threat",
        Category::LegalThreat => "an announcement of legal steps",
        Category::Discount => "a discount",
        Category::Waiver => "a claim given up",
        Category::Promise => "a promise on the company's behalf",
        Category::Fault => "a fault admitted",
        Category::Secrecy => "a request for secrecy",
        Category::Instruction => "words to or about a machine",
        Category::BankChange => "other bank details or another way to pay",
        Category::Term => "a term that code did not set",
        Category::Advice => "legal or tax advice",
        Category::Pressure => "an insult or pressure",
    }
}
