//! All rules, compiled.
//!
//! Why: every mail is tried against hundreds of rules. Guarantees: each distinct pattern is looked for
//! once per clause however many rules use it; whether a rule holds is then a matter of bits.

use super::book::{FILES, Question, Rule, read};
use super::lexicon::{Id, Lexicon, Malformed, words};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Which patterns occur in a clause or a sentence.
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
    unless_near: Vec<Id>,
}

impl Compiled {
    /// The rule holds in a unit with `hits`, in a sentence with `sentence`.
    pub(super) fn holds(&self, hits: &Hits, sentence: &Hits, question: bool) -> bool {
        let asked = match self.rule.question {
            Question::Either => true,
            Question::Only => question,
            Question::Never => !question,
        };
        asked && hits.all(&self.all) && !hits.any(&self.unless) && !sentence.any(&self.unless_near)
    }
}

/// All rules.
pub(super) struct Table {
    lexicon: Lexicon,
    /// Machine words needed for one bit a pattern.
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

    fn new(rules: Vec<Rule>) -> Result<Self, Malformed> {
        let mut index: HashMap<String, Id> = HashMap::new();
        let mut lexicon = Lexicon::default();
        let mut number = |patterns: &[String]| -> Result<Vec<Id>, Malformed> {
            let mut ids = Vec::with_capacity(patterns.len());
            for pattern in patterns {
                let next = Id::try_from(index.len()).map_err(|_| Malformed(pattern.clone()))?;
                let id = match index.get(pattern) {
                    Some(id) => *id,
                    None => {
                        lexicon.add(pattern, next)?;
                        index.insert(pattern.clone(), next);
                        next
                    }
                };
                ids.push(id);
            }
            Ok(ids)
        };
        let mut compiled = Vec::with_capacity(rules.len());
        for rule in rules {
            let (all, unless) = (number(&rule.all)?, number(&rule.unless)?);
            let unless_near = number(&rule.unless_near)?;
            compiled.push(Compiled { all, unless, unless_near, rule });
        }
        Ok(Self { words: index.len().div_ceil(64), lexicon, rules: compiled })
    }
}

/// The compiled table; built at the first use.
#[expect(clippy::expect_used, reason = "shipped files; a test reads them all")]
pub(super) static TABLE: LazyLock<Table> =
    LazyLock::new(|| Table::new(read(FILES).expect("shipped rules")).expect("shipped patterns"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_pattern_can_be_read() {
        for rule in read(FILES).unwrap() {
            for pattern in rule.all.iter().chain(&rule.unless).chain(&rule.unless_near) {
                assert_eq!(Lexicon::default().add(pattern, 0), Ok(()), "{pattern}");
            }
        }
    }

    #[test]
    fn patterns_are_shared_and_bits_fit() {
        let rules = read(FILES).unwrap();
        let mentioned: usize = rules.iter().map(|r| r.all.len() + r.unless.len() + r.unless_near.len()).sum();
        assert!(TABLE.words * 64 < mentioned + 64);
        assert_eq!(TABLE.rules.len(), rules.len());
    }
}
