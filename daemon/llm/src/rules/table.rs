//! The form of a rule, and all rules compiled into one automaton.
//!
//! Why: how people write is data, not code. A rule is a set of patterns that must all occur in one
//! clause (or, where the thought is spread, in one sentence) and patterns that must not. Guarantees:
//! patterns are written for folded text (lower case, ASCII); each distinct pattern is matched once per
//! clause however many rules use it; matching is linear in the text.

use super::data;
use super::lexicon::{Id, Lexicon, words};
use domain::kinds::{DisputeReason, Intent};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Whether the sentence must be a question.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Question {
    Either,
    Only,
    Never,
}

/// What a rule says beside its intent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Extra {
    None,
    Reason(DisputeReason),
    /// A yes to the offered plan; the rule holds only while an offer is pending.
    Accepts,
    /// The mail says nothing but this; the rule holds only when no other did.
    Alone,
}

/// One rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub intent: Intent,
    /// 0 to 100.
    pub confidence: u8,
    /// All must occur in the unit.
    pub all: &'static [&'static str],
    /// None may occur in the unit.
    pub unless: &'static [&'static str],
    /// None may occur anywhere in the sentence.
    pub unless_sentence: &'static [&'static str],
    pub question: Question,
    pub extra: Extra,
}

/// A rule whose patterns must all occur in one clause or sentence.
pub(super) const fn rule(intent: Intent, confidence: u8, all: &'static [&'static str]) -> Rule {
    Rule {
        intent,
        confidence,
        all,
        unless: &[],
        unless_sentence: &[],
        question: Question::Either,
        extra: Extra::None,
    }
}

/// A dispute with its reason.
pub(super) const fn dispute(reason: DisputeReason, confidence: u8, all: &'static [&'static str]) -> Rule {
    let mut it = rule(Intent::Dispute, confidence, all);
    it.extra = Extra::Reason(reason);
    it
}

impl Rule {
    /// Does not hold where one of these occurs in the same clause.
    pub(super) const fn unless(mut self, patterns: &'static [&'static str]) -> Self {
        self.unless = patterns;
        self
    }

    /// Does not hold where one of these occurs in the same sentence.
    pub(super) const fn unless_sentence(mut self, patterns: &'static [&'static str]) -> Self {
        self.unless_sentence = patterns;
        self
    }

    /// Holds in questions only.
    pub(super) const fn asked(mut self) -> Self {
        self.question = Question::Only;
        self
    }

    /// Does not hold in questions.
    pub(super) const fn told(mut self) -> Self {
        self.question = Question::Never;
        self
    }

    pub(super) const fn accepts(mut self) -> Self {
        self.extra = Extra::Accepts;
        self
    }

    pub(super) const fn alone(mut self) -> Self {
        self.extra = Extra::Alone;
        self
    }
}

/// Which patterns occur in a unit.
#[derive(Clone, Debug, Default)]
pub(super) struct Hits(Vec<u64>);

impl Hits {
    fn has(&self, pattern: Id) -> bool {
        let (word, bit) = (usize::from(pattern / 64), pattern % 64);
        self.0.get(word).is_some_and(|w| w >> bit & 1 == 1)
    }

    fn any(&self, patterns: &[Id]) -> bool {
        patterns.iter().any(|p| self.has(*p))
    }

    fn all(&self, patterns: &[Id]) -> bool {
        patterns.iter().all(|p| self.has(*p))
    }
}

/// A rule with its patterns resolved.
pub(super) struct Compiled {
    pub rule: Rule,
    all: Vec<Id>,
    unless: Vec<Id>,
    unless_sentence: Vec<Id>,
}

impl Compiled {
    /// The rule holds in a unit with `hits`, in a sentence with `sentence`.
    pub(super) fn holds(&self, hits: &Hits, sentence: &Hits, question: bool) -> bool {
        let asked = match self.rule.question {
            Question::Either => true,
            Question::Only => question,
            Question::Never => !question,
        };
        asked && hits.all(&self.all) && !hits.any(&self.unless) && !sentence.any(&self.unless_sentence)
    }
}

/// All rules.
pub(super) struct Table {
    lexicon: Lexicon,
    /// 64-bit words needed for one bit a pattern.
    words: usize,
    pub rules: Vec<Compiled>,
}

impl Table {
    /// Which patterns occur in folded text.
    pub(super) fn scan(&self, folded: &str) -> Hits {
        let mut hits = vec![0; self.words];
        self.lexicon.scan(&words(folded), |id| {
            if let Some(word) = hits.get_mut(usize::from(id / 64)) {
                *word |= 1 << (id % 64);
            }
        });
        Hits(hits)
    }
}

/// The compiled table; built at the first use.
pub(super) static TABLE: LazyLock<Table> = LazyLock::new(build);

fn build() -> Table {
    let mut index: HashMap<&'static str, Id> = HashMap::new();
    let mut lexicon = Lexicon::default();
    let mut number = |list: &'static [&'static str]| -> Vec<Id> {
        let mut ids = Vec::with_capacity(list.len());
        for pattern in list {
            let next = Id::try_from(index.len()).unwrap_or(Id::MAX);
            ids.push(*index.entry(pattern).or_insert_with(|| {
                // A test adds every pattern and fails on a malformed one.
                let _ = lexicon.add(pattern, next);
                next
            }));
        }
        ids
    };
    let rules: Vec<Compiled> = data::GROUPS
        .iter()
        .flat_map(|group| group.iter())
        .map(|rule| Compiled {
            rule: *rule,
            all: number(rule.all),
            unless: number(rule.unless),
            unless_sentence: number(rule.unless_sentence),
        })
        .collect();
    Table { words: index.len().div_ceil(64), lexicon, rules }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_can_be_read() {
        let rules = data::GROUPS.iter().flat_map(|group| group.iter());
        for pattern in rules.flat_map(|r| [r.all, r.unless, r.unless_sentence]).flatten() {
            assert_eq!(Lexicon::default().add(pattern, 0), Ok(()), "{pattern}");
        }
        assert!(TABLE.words * 64 < usize::from(Id::MAX));
    }
}
