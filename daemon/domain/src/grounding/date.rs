//! Dates in the forms that people write.

use super::lexicon::Word;
use super::scan::{Flaw, Found, Scan, Typed};
use super::{EntryKind, FindingKind, Severity};
use chrono::{Datelike, NaiveDate};
use std::borrow::Cow;

const DATE: Flaw = (FindingKind::Date, Severity::Hard, "a date that is none of the letter's");
const NO_DATE: Flaw = (FindingKind::Date, Severity::Hard, "no such day exists");
const AMBIGUOUS: Flaw = (FindingKind::Date, Severity::Hard, "day and month can be read either way round");
const MONTH: Flaw = (FindingKind::Date, Severity::Hard, "a month instead of a date");
const MONTH_NAMED: Flaw = (FindingKind::Date, Severity::Wording, "a month that is not part of a date");

/// Day, month and, where written, year.
#[derive(Clone, Copy)]
struct Written {
    end: usize,
    day: u32,
    month: u32,
    year: Option<i32>,
    /// Numbers with slashes: either order is possible.
    either: bool,
}

impl<'a> Scan<'a> {
    /// A date that begins with the digit at `i`.
    pub(super) fn date(&self, i: usize) -> Option<Typed<'a>> {
        let written = self.iso(i).or_else(|| self.day_first(i))?;
        let (next, after) = (self.view.at(written.end), self.view.at(written.end + 1));
        if next.is_alphanumeric() || (matches!(next, '.' | '/' | ',') && after.is_ascii_digit()) {
            return None;
        }
        Some(self.dated(written))
    }

    /// A date that begins with the name of a month at `i`, or the month by itself.
    pub(super) fn month_first(&self, i: usize, word: &Word) -> Option<Typed<'a>> {
        let view = &self.view;
        let end = view.word_end(i);
        let (month, sure) = word.month?;
        let dotted = end + usize::from(view.at(end) == '.');
        let at = view.skip_space(dotted);
        if at > end
            && let Some((day, mut day_end)) = self.digits(at, 1..=2)
        {
            if matches!(view.fold_of(day_end, view.word_end(day_end)), b"st" | b"nd" | b"rd" | b"th") {
                day_end += 2;
            }
            if !view.at(day_end).is_alphanumeric() {
                let (year, end) = self.year_after(day_end);
                return Some(self.dated(Written { end, day, month, year, either: false }));
            }
        }
        if word.short_month {
            return None;
        }
        let (year, end) = self.year_after(end);
        let before = self.lexicon.word(view.previous_word(i)).is_some_and(|w| w.before_month);
        if !sure && year.is_none() && !before {
            return None;
        }
        // "By the end of December" sets a term even where some date lies in December.
        let outcome = Err(if before { MONTH } else { MONTH_NAMED });
        Some(Typed { end, weak: false, outcome })
    }

    /// `2026-12-12`
    fn iso(&self, i: usize) -> Option<Written> {
        let (year, end) = self.digits(i, 4..=4)?;
        let (month, end) = self.digits(self.sign(end, '-')?, 2..=2)?;
        let (day, end) = self.digits(self.sign(end, '-')?, 2..=2)?;
        Some(Written { end, day, month, year: i32::try_from(year).ok(), either: false })
    }

    fn day_first(&self, i: usize) -> Option<Written> {
        let view = &self.view;
        let (day, end) = self.digits(i, 1..=2)?;
        if let Some(named) = self.named_month(day, end) {
            return Some(named);
        }
        for sign in ['/', '-'] {
            if let Some(at) = self.sign(end, sign)
                && let Some((month, end)) = self.digits(at, 1..=2)
                && let Some(at) = self.sign(end, sign)
                && let Some((year, end)) = self.year(at)
            {
                return Some(Written { end, day, month, year: Some(year), either: true });
            }
        }
        let after_dot = self.sign(end, '.')?;
        let at = view.skip_space(after_dot);
        let (month, end) = self.digits(at, 1..=2)?;
        let Some(after_dot) = self.sign(end, '.') else {
            // `12.12` without a full stop: a date only where the stop is no decimal sign.
            let goes_on = view.at(end).is_alphanumeric() || view.at(end) == ',';
            let date = at == after_dot && self.language.format.decimal != '.' && !goes_on;
            return date.then_some(Written { end, day, month, year: None, either: false });
        };
        let spaced = view.skip_space(after_dot);
        match self.year(spaced) {
            Some((year, end)) => Some(Written { end, day, month, year: Some(year), either: false }),
            None if view.at(after_dot).is_alphanumeric() => None,
            None => Some(Written { end: after_dot, day, month, year: None, either: false }),
        }
    }

    /// `12. Dezember 2026`, `12th of December, 2026`, `12 Dec`.
    fn named_month(&self, day: u32, end: usize) -> Option<Written> {
        let view = &self.view;
        let suffix = matches!(view.fold_of(end, view.word_end(end)), b"st" | b"nd" | b"rd" | b"th");
        let end = end + if suffix { 2 } else { usize::from(view.at(end) == '.') };
        let mut at = view.skip_space(end);
        if view.has(at, b"of") {
            at = view.skip_space(at + 2);
        }
        let name_end = view.word_end(at);
        let (month, _) = self.lexicon.word(view.fold_of(at, name_end))?.month?;
        let end =
            name_end + usize::from(view.at(name_end) == '.' && self.year_after(name_end + 1).0.is_some());
        let (year, end) = self.year_after(end);
        Some(Written { end, day, month, year, either: false })
    }

    /// A year with four digits behind an optional comma and a space; and where it ends.
    fn year_after(&self, end: usize) -> (Option<i32>, usize) {
        let at = end + usize::from(self.view.at(end) == ',');
        let start = self.view.skip_space(at);
        let year = self.digits(start, 4..=4).filter(|(year, y)| {
            let next = self.view.at(*y);
            (1900..2200).contains(year)
                && start > at
                && !next.is_alphanumeric()
                && !(matches!(next, '.' | ',') && self.view.at(*y + 1).is_ascii_digit())
        });
        match year {
            Some((year, y)) => (i32::try_from(year).ok(), y),
            None => (None, end),
        }
    }

    /// Four digits, or two, which are of this century.
    fn year(&self, i: usize) -> Option<(i32, usize)> {
        let (year, end) = self.digits(i, 4..=4).or_else(|| {
            let short = self.digits(i, 2..=2)?;
            Some((short.0 + 2000, short.1))
        })?;
        Some((i32::try_from(year).ok()?, end))
    }

    /// A run of digits as long as allowed, with its end.
    fn digits(&self, i: usize, allowed: std::ops::RangeInclusive<usize>) -> Option<(u32, usize)> {
        let mut value = 0_u32;
        let mut end = i;
        while let Some(digit) = self.view.at(end).to_digit(10) {
            if end - i >= *allowed.end() {
                return None;
            }
            value = value * 10 + digit;
            end += 1;
        }
        allowed.contains(&(end - i)).then_some((value, end))
    }

    fn sign(&self, i: usize, sign: char) -> Option<usize> {
        (self.view.at(i) == sign).then_some(i + 1)
    }

    fn dated(&self, w: Written) -> Typed<'a> {
        let index = self.facts.index();
        let find = |day: u32, month: u32| -> Result<Found<'a>, Flaw> {
            let Some(year) = w.year else {
                let any_leap_year = NaiveDate::from_ymd_opt(2024, month, day).ok_or(NO_DATE)?;
                let same =
                    |d: &NaiveDate| (d.month(), d.day()) == (any_leap_year.month(), any_leap_year.day());
                let mut found: Vec<usize> =
                    index.dates().filter(|(d, _)| same(d)).flat_map(|(_, f)| f).copied().collect();
                // The order of the index is not that of the facts, and a proof must be repeatable.
                found.sort_unstable();
                return Ok(Cow::Owned(found));
            };
            let date = NaiveDate::from_ymd_opt(year, month, day).ok_or(NO_DATE)?;
            Ok(Cow::Borrowed(index.date(date)))
        };
        let outcome = if w.either && w.day <= 12 && w.month <= 12 && w.day != w.month {
            Err(AMBIGUOUS)
        } else if w.either && w.month > 12 {
            find(w.month, w.day)
        } else {
            find(w.day, w.month)
        };
        let outcome = match outcome {
            Ok(found) if found.is_empty() => Err(DATE),
            Ok(found) => Ok((EntryKind::Date, found)),
            Err(flaw) => Err(flaw),
        };
        Typed { end: w.end, weak: false, outcome }
    }
}
