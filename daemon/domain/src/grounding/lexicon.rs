//! All languages' words in one table, folded, built once.
//!
//! Every language's words count in every letter: a German letter with an English promise is no better
//! for it.

use super::view::folded;
use crate::facts::CountUnit;
use crate::locale::{Category, Language, all};
use crate::money::Currency;
use regex::bytes::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

/// What a word says about the number beside it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unit {
    /// Something that is counted.
    Count(CountUnit),
    /// Time in anything but days.
    Time,
}

/// What is known of a word.
#[derive(Clone, Default, Debug)]
pub(super) struct Word {
    /// It names one of these currencies.
    pub(super) currencies: &'static [Currency],
    /// It names a hundredth of a currency, or multiplies the number before it.
    pub(super) scales: bool,
    pub(super) percent: bool,
    pub(super) unit: Option<Unit>,
    pub(super) number: Option<u32>,
    pub(super) ordinal: Option<u32>,
    pub(super) article: bool,
    /// Month from 1, and whether the word is always one.
    pub(super) month: Option<(u32, bool)>,
    /// A short form of a month, which counts only beside a day.
    pub(super) short_month: bool,
    pub(super) before_month: bool,
    pub(super) invoice: bool,
    pub(super) title: bool,
    pub(super) anybody: bool,
    /// It may be a legal form, if it is written like one.
    pub(super) legal_form: bool,
    /// One bit for each language in which it is frequent.
    pub(super) frequent: u32,
}

/// FNV-1a: short keys, and only compiled-in ones are stored, so that nobody can choose collisions.
#[derive(Default)]
pub(super) struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn write_usize(&mut self, n: usize) {
        self.0 ^= n as u64;
    }
}

type Table = HashMap<Vec<u8>, Word, BuildHasherDefault<Fnv>>;

/// A phrase that may not be said.
pub(super) struct Rule {
    pub(super) category: Category,
    pub(super) hard: bool,
    pub(super) regex: Regex,
}

/// All words and rules.
pub(crate) struct Lexicon {
    words: Table,
    /// What number words are made of, by their first letter.
    number_parts: HashMap<u8, Vec<(Vec<u8>, bool)>>,
    pub(super) salutations: Vec<Vec<u8>>,
    pub(super) closings: Vec<Vec<u8>>,
    pub(super) rules: Vec<Rule>,
    pub(super) set: RegexSet,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::build);

impl Lexicon {
    pub(crate) fn get() -> &'static Self {
        &LEXICON
    }

    pub(super) fn word(&self, folded: &[u8]) -> Option<&Word> {
        self.words.get(folded)
    }

    /// The bit of a language in [`Word::frequent`].
    pub(super) fn bit(language: &Language) -> u32 {
        all().iter().position(|l| l == language).map_or(0, |n| 1 << n)
    }

    /// Made of number words only, such as `zweihundertfunfzig`; one of them more than a filler.
    pub(super) fn is_compound_number(&self, word: &[u8]) -> bool {
        const LONGEST: usize = 60;
        let begins = |parts: &Vec<(Vec<u8>, bool)>| parts.iter().any(|(part, _)| word.starts_with(part));
        let possible = word.first().and_then(|first| self.number_parts.get(first)).is_some_and(begins);
        if word.len() < 6 || word.len() > LONGEST || !possible {
            return false;
        }
        // reach[i]: how the first i bytes can be cut into parts: 0 not, 1 by fillers only, 2 with a number.
        let mut reach = vec![0_u8; word.len() + 1];
        if let Some(first) = reach.first_mut() {
            *first = 1;
        }
        for i in 0..word.len() {
            let here = reach.get(i).copied().unwrap_or_default();
            if here == 0 {
                continue;
            }
            let parts = word.get(i).and_then(|first| self.number_parts.get(first));
            for (part, number) in parts.into_iter().flatten() {
                if word.get(i..).is_some_and(|rest| rest.starts_with(part))
                    && let Some(there) = reach.get_mut(i + part.len())
                {
                    *there = (*there).max(here).max(if *number { 2 } else { 1 });
                }
            }
        }
        reach.last() == Some(&2)
    }

    /// A paragraph that only greets: `Sehr geehrte Frau Muster,`.
    pub(crate) fn is_greeting(&self, paragraph: &str) -> bool {
        const LONGEST: usize = 80;
        let text = folded(paragraph.trim());
        let short = text.len() <= LONGEST && !text.contains(&b'\n');
        let ends = text.last().is_some_and(|c| matches!(c, b',' | b'!' | b':'));
        short && ends && self.salutations.iter().any(|s| starts_with_word(&text, s))
    }

    /// A line that is a closing formula.
    pub(super) fn is_closing_line(&self, line: &[u8]) -> bool {
        let line = line.trim_ascii();
        let line = line.strip_suffix(b",").unwrap_or(line);
        self.closings.iter().any(|c| c == line)
    }

    /// A paragraph that only closes: `Mit freundlichen Grüßen` and names below.
    pub(crate) fn is_closing(&self, paragraph: &str) -> bool {
        const LONGEST: usize = 160;
        let text = folded(paragraph.trim());
        let closes = |c: &Vec<u8>| {
            starts_with_word(&text, c) && matches!(text.get(c.len()), None | Some(b',' | b'\n' | b'.'))
        };
        text.len() <= LONGEST && self.closings.iter().any(closes)
    }

    #[expect(clippy::expect_used, reason = "compiled-in data; a test compiles every rule")]
    fn build() -> Self {
        let mut words = Table::default();
        let mut number_parts: HashMap<u8, Vec<(Vec<u8>, bool)>> = HashMap::new();
        let (mut salutations, mut closings) = (Vec::new(), Vec::new());
        let mut patterns = Vec::new();
        for language in all() {
            add(&mut words, language);
            let w = &language.words;
            let numbers = w.numbers.keys().map(|k| (folded(k), true));
            for part in numbers.chain(w.number_parts.iter().map(|k| (folded(k), false))) {
                let first = part.0.first().copied().unwrap_or_default();
                number_parts.entry(first).or_default().push(part);
            }
            salutations.extend(w.salutations.iter().map(|s| folded(s)));
            closings.extend(w.closings.iter().map(|s| folded(s)));
            for rule in &w.rules {
                let each = rule.patterns.iter().map(|p| (rule.category, rule.hard, pattern(p)));
                patterns.extend(each);
            }
        }
        for form in super::prose::FORMS {
            words.entry(folded(form)).or_default().legal_form = true;
        }
        salutations.sort_by_key(|s| std::cmp::Reverse(s.len()));
        let sources: Vec<&str> = patterns.iter().map(|(_, _, p)| p.as_str()).collect();
        let set = RegexSetBuilder::new(sources).unicode(false).build().expect("rules compile");
        let compile = |p: &str| RegexBuilder::new(p).unicode(false).build().expect("a rule compiles");
        let rules = patterns.iter().map(|(category, hard, p)| Rule {
            category: *category,
            hard: *hard,
            regex: compile(p),
        });
        let rules = rules.collect();
        Self { words, number_parts, salutations, closings, rules, set }
    }
}

fn starts_with_word(text: &[u8], word: &[u8]) -> bool {
    text.starts_with(word) && !text.get(word.len()).is_some_and(u8::is_ascii_alphanumeric)
}

/// A rule as it is compiled: from a word's beginning, any white space for a space.
fn pattern(source: &str) -> String {
    format!(r"\b(?:{})", source.replace(' ', r"\s+"))
}

fn add(words: &mut Table, language: &'static Language) {
    let w = &language.words;
    let mut each = |list: &[String], set: &dyn Fn(&mut Word)| {
        for word in list {
            set(words.entry(folded(word)).or_default());
        }
    };
    each(&w.subunits, &|x| x.scales = true);
    each(&w.multipliers, &|x| x.scales = true);
    each(&w.percent, &|x| x.percent = true);
    each(&w.days, &|x| x.unit = Some(Unit::Count(CountUnit::Days)));
    each(&w.times, &|x| x.unit = Some(Unit::Time));
    each(&w.items, &|x| x.unit = Some(Unit::Count(CountUnit::Items)));
    each(&w.levels, &|x| x.unit = Some(Unit::Count(CountUnit::Level)));
    each(&w.instalments, &|x| x.unit = Some(Unit::Count(CountUnit::Instalments)));
    each(&w.articles, &|x| x.article = true);
    each(&w.before_months, &|x| x.before_month = true);
    each(&w.invoice_words, &|x| x.invoice = true);
    each(&w.titles, &|x| x.title = true);
    each(&w.anybody, &|x| x.anybody = true);
    let bit = Lexicon::bit(language);
    each(&w.frequent, &|x| x.frequent |= bit);
    for (names, short) in [(&language.format.months_short, true), (&language.format.months, false)] {
        for (n, month) in (1..).zip(names) {
            let name = folded(month);
            let sure = !w.ambiguous_months.iter().any(|a| folded(a) == name);
            let word = words.entry(name).or_default();
            word.month = Some((n, sure && word.month.is_none_or(|(_, before)| before)));
            word.short_month = short;
        }
    }
    for (word, n) in &w.numbers {
        words.entry(folded(word)).or_default().number = Some(*n);
    }
    for (stem, n) in &w.ordinals {
        for ending in &w.ordinal_endings {
            words.entry(folded(&format!("{stem}{ending}"))).or_default().ordinal = Some(*n);
        }
    }
    for (word, currencies) in &w.currencies {
        words.entry(folded(word)).or_default().currencies = currencies;
    }
}
