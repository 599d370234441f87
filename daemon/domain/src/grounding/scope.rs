//! Which invoice a value belongs to: a sentence that names an invoice may only state that one's values
//! and those of the whole letter.

use super::scan::{Hit, Scan};
use super::view::is_space;
use super::{Entry, EntryKind, FindingKind, Severity};
use std::collections::HashMap;

/// A hit's place: sentence and paragraph, counted from the start. A block is one of each per line.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Place {
    sentence: usize,
    paragraph: usize,
}

impl Scan<'_> {
    /// Chooses the fact behind each literal, and finds values that are another invoice's.
    pub(super) fn entries(&mut self) -> Vec<Entry> {
        let places = self.places();
        let named: Vec<Vec<usize>> = self.hits.iter().map(|h| self.items_of(h)).collect();
        let several = self.facts.context().items.len() > 1;
        let (in_sentences, in_paragraphs) =
            (gathered(&places, &named, |p| p.sentence), gathered(&places, &named, |p| p.paragraph));
        let mut entries = Vec::with_capacity(self.hits.len());
        let mut strays = Vec::new();
        let mut row: Option<usize> = None;
        for ((hit, place), own) in self.hits.iter().zip(&places).zip(&named) {
            let in_block = self.in_block(hit.start);
            row = if in_block { own.first().copied().or(row) } else { None };
            let sentence = in_sentences.get(&place.sentence).map_or(&[] as &[usize], Vec::as_slice);
            let here = match &row {
                Some(item) => std::slice::from_ref(item),
                None if sentence.is_empty() && several => {
                    in_paragraphs.get(&place.paragraph).map_or(&[] as &[usize], Vec::as_slice)
                }
                None => sentence,
            };
            let item = |n: &usize| self.facts.fact(*n).and_then(|f| f.item);
            let fits = |n: &&usize| item(n).is_some_and(|i| here.contains(&i) || !several);
            let chosen = hit.facts.iter().find(fits).or_else(|| hit.facts.iter().find(|n| item(n).is_none()));
            let value = matches!(hit.kind, EntryKind::Money | EntryKind::Date | EntryKind::Count);
            if chosen.is_none() && value && !in_block {
                strays.push((hit.start, hit.end));
            }
            let Some(fact) = chosen.or(hit.facts.first()).and_then(|n| self.facts.fact(*n)) else { continue };
            entries.push(Entry {
                part: self.part,
                start: self.view.byte(hit.start),
                end: self.view.byte(hit.end),
                literal: self.view.slice(hit.start, hit.end).to_owned(),
                kind: hit.kind,
                fact: fact.key.clone(),
            });
        }
        for (start, end) in strays {
            let message = "a value of an invoice that the sentence does not name";
            self.flaw(start, end, (FindingKind::Mismatch, Severity::Hard, message));
        }
        entries
    }

    /// The invoices a literal names.
    fn items_of(&self, hit: &Hit<'_>) -> Vec<usize> {
        if hit.kind != EntryKind::InvoiceNumber {
            return Vec::new();
        }
        hit.facts.iter().filter_map(|n| self.facts.fact(*n).and_then(|f| f.item)).collect()
    }

    /// A line that begins with an invoice number is a row of its own.
    fn opens_row(&self, line_end: usize, hit: &Hit<'_>) -> bool {
        let bullet = |i: usize| is_space(self.view.at(i)) || matches!(self.view.at(i), '-' | '*' | '•' | '–');
        hit.kind == EntryKind::InvoiceNumber && hit.start - line_end < 8 && (line_end..hit.start).all(bullet)
    }

    fn places(&self) -> Vec<Place> {
        let mut place = Place { sentence: 0, paragraph: 0 };
        let mut places = Vec::with_capacity(self.hits.len());
        let mut at = 0;
        for hit in &self.hits {
            while at < hit.start {
                let c = self.view.at(at);
                let next = self.view.at(at + 1);
                if c == '\n' && (next == '\n' || self.in_block(at)) {
                    place = Place { sentence: place.sentence + 1, paragraph: place.paragraph + 1 };
                } else if (matches!(c, '.' | '!' | '?') && is_space(next))
                    || (c == '\n' && self.opens_row(at, hit))
                {
                    place.sentence += 1;
                }
                at += 1;
            }
            at = hit.end;
            places.push(place);
        }
        places
    }
}

/// The invoices that each sentence or paragraph names.
fn gathered(places: &[Place], named: &[Vec<usize>], by: fn(&Place) -> usize) -> HashMap<usize, Vec<usize>> {
    let mut out: HashMap<usize, Vec<usize>> = HashMap::new();
    for (place, items) in places.iter().zip(named).filter(|(_, items)| !items.is_empty()) {
        out.entry(by(place)).or_default().extend(items);
    }
    out
}
