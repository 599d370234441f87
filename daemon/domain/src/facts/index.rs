//! Looking facts up by what a text says: by value, not by key.

use super::{CountUnit, Fact, FactValue, TextKind};
use crate::money::Currency;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::{HashMap, HashSet};

/// A text fact, prepared for the search.
#[derive(Clone, Debug)]
pub(crate) struct Literal {
    /// Its characters; a space stands for any white space.
    pub(crate) chars: Vec<char>,
    /// Position of the fact.
    pub(crate) fact: usize,
    /// What it is.
    pub(crate) kind: TextKind,
    /// Case counts.
    pub(crate) exact: bool,
}

/// Facts by value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    money: HashMap<(Decimal, Currency), Vec<usize>>,
    amounts: HashSet<Decimal>,
    dates: HashMap<NaiveDate, Vec<usize>>,
    percents: Vec<(Decimal, usize)>,
    counts: Vec<(CountUnit, i64, usize)>,
    literals: HashMap<char, Vec<Literal>>,
}

impl Index {
    pub(crate) fn of(facts: &[Fact]) -> Self {
        let mut index = Self::default();
        for (n, fact) in facts.iter().enumerate() {
            match &fact.value {
                FactValue::Money(m) => {
                    index.money.entry((m.amount(), m.currency())).or_default().push(n);
                    index.amounts.insert(m.amount());
                }
                FactValue::Date(date) => index.dates.entry(*date).or_default().push(n),
                FactValue::Percent(percent) => index.percents.push((*percent, n)),
                FactValue::Count(unit, count) => index.counts.push((*unit, *count, n)),
                FactValue::Text(kind, text) => index.add(*kind, text, n),
            }
        }
        for list in index.literals.values_mut() {
            list.sort_by_key(|l| std::cmp::Reverse(l.chars.len()));
        }
        index
    }

    fn add(&mut self, kind: TextKind, text: &str, fact: usize) {
        let exact = match kind {
            TextKind::InvoiceNumber | TextKind::Iban | TextKind::Bic | TextKind::Reference => true,
            TextKind::Name | TextKind::Email | TextKind::LegalBasis | TextKind::Letterhead => false,
        };
        let mut push = |text: &str| {
            let chars: Vec<char> = text.chars().collect();
            if let Some(first) = chars.first().copied() {
                self.literals.entry(lower(first)).or_default().push(Literal { chars, fact, kind, exact });
            }
        };
        push(text);
        if kind == TextKind::Iban {
            push(&text.replace(' ', ""));
        }
    }

    /// Facts with exactly this amount in this currency.
    pub(crate) fn money(&self, amount: Decimal, currency: Currency) -> &[usize] {
        self.money.get(&(amount, currency)).map_or(&[], Vec::as_slice)
    }

    /// Some fact has this number, in whatever currency.
    pub(crate) fn is_amount(&self, amount: Decimal) -> bool {
        self.amounts.contains(&amount)
    }

    pub(crate) fn date(&self, date: NaiveDate) -> &[usize] {
        self.dates.get(&date).map_or(&[], Vec::as_slice)
    }

    /// Every date on file.
    pub(crate) fn dates(&self) -> impl Iterator<Item = (&NaiveDate, &[usize])> {
        self.dates.iter().map(|(date, facts)| (date, facts.as_slice()))
    }

    pub(crate) fn percent(&self, percent: Decimal) -> impl Iterator<Item = usize> {
        self.percents.iter().filter(move |(p, _)| *p == percent).map(|(_, n)| *n)
    }

    /// Counts with this value; of this unit, if one is named.
    pub(crate) fn count(&self, count: i64, unit: Option<CountUnit>) -> impl Iterator<Item = usize> {
        let fits = move |u: CountUnit| unit.map_or(u != CountUnit::Days, |wanted| wanted == u);
        self.counts.iter().filter(move |(u, n, _)| *n == count && fits(*u)).map(|(_, _, n)| *n)
    }

    /// Text facts that may begin with this character, the longest first.
    pub(crate) fn literals(&self, first: char) -> &[Literal] {
        self.literals.get(&lower(first)).map_or(&[], Vec::as_slice)
    }
}

/// Lower case where it is one character; enough to compare names.
pub(crate) fn lower(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}
