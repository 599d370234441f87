//! Dates in what people write, German and English.
//!
//! Why: a promise ("bis Ende nächster Woche") or an absence note must become a calendar day by
//! rules that can be read and tested, not by a model. Guarantees: linear in the text, never panics,
//! never asks what day it is (`today` is a parameter, in the reader's zone). A date without a year
//! is the one nearest to today; an impossible one (31.02.) is not found.
//!
//! What it does not do: it does not say what happens on that day, and it cannot know whether
//! "on Friday" looks back: a weekday alone is the next one. What only roughly names a day is marked
//! [`DateKind::Vague`] and must not be acted upon alone.

use chrono::{Datelike, NaiveDate};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

mod relative;

/// Octets of text that are looked at.
pub const MAX_TEXT: usize = 64 * 1024;
/// Dates that are reported.
pub const MAX_FOUND: usize = 200;

/// How surely a day is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateKind {
    /// Written as a date: `12.12.`, `3 December 2026`.
    Explicit,
    /// One day, counted from today: tomorrow, on Friday, in 10 days, end of the month.
    Relative,
    /// Roughly a day, at its late end (next week: its Friday), or a date that can be read in two
    /// ways (`03/04/2026`).
    Vague,
}

/// A date and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDate {
    /// Octets of the text.
    pub span: Range<usize>,
    /// The day.
    pub date: NaiveDate,
    /// How surely.
    pub kind: DateKind,
}

/// Compiles a constant pattern. Word boundaries are those of ASCII: with Unicode's, one umlaut in the
/// text makes the regex engine leave its fast automaton (measured: half the time of reading a mail).
#[expect(clippy::expect_used, reason = "the pattern is a constant; a test compiles each")]
pub(crate) fn pattern(text: &str) -> Regex {
    Regex::new(&text.replace(r"\b", r"(?-u:\b)")).expect("a constant pattern")
}

/// The first `max` octets, cut between characters.
pub(crate) fn head(text: &str, max: usize) -> &str {
    let mut end = max.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

const MONTH: &str = concat!(
    r"(?P<month>jan(?:uary?|\.)?|januar|j(?:ä|ae)n(?:ner|\.)?|feb(?:ruary?|ruar|\.)?|mar(?:ch|\.)?|m(?:ä|ae)rz|m(?:ä|ae)r\.|mrz\.?",
    r"|apr(?:il|\.)?|may|mai|june?|juni|jun\.|july?|juli|jul\.|aug(?:ust|\.)?|sept?(?:ember|\.)?|o[ck]t(?:ober|\.)?",
    r"|nov(?:ember|\.)?|de[cz](?:ember|\.)?)"
);

static ISO: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})\b"));
static DOTTED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?P<d>\d{1,2})\. ?(?P<m>\d{1,2})\.(?: ?(?P<y>\d{4})\b|(?P<yy>\d{2})\b)?"));
/// Without the last dot only after a word that wants a date.
static CUED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:am|bis|zum|vom|ab|den|dem|der|on|by|until|from) (?P<date>(?P<d>\d{1,2})\.(?P<m>\d{1,2}))\b",
    )
});
static SLASHED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?P<a>\d{1,2})(?P<s>[/-])(?P<b>\d{1,2})(?:[/-])(?P<y>\d{4}|\d{2})\b"));
static DAY_MONTH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?i)\b(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th)?[ \t\u{{a0}}]{{0,2}}(?:of )?{MONTH}(?:\b|$)(?:,?[ \t]{{1,2}}(?P<y>\d{{4}})\b)?"
    ))
});
static MONTH_DAY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?i)\b{MONTH}[ \t]{{1,2}}(?:the )?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?[ \t]{{1,2}}(?P<y>\d{{4}})\b)?"
    ))
});

/// The dates of `text` in their order, at most [`MAX_FOUND`].
#[must_use]
pub fn find_dates(text: &str, today: NaiveDate) -> Vec<FoundDate> {
    let text = head(text, MAX_TEXT);
    let mut found = Vec::new();
    explicit(text, today, &mut found);
    relative::add(text, today, &mut found);
    found.sort_by_key(|f| f.span.start);
    found.truncate(MAX_FOUND);
    found
}

/// Adds a date unless something found before (and so more surely) covers its place.
fn add(found: &mut Vec<FoundDate>, new: FoundDate) {
    let free = |old: &FoundDate| old.span.end <= new.span.start || new.span.end <= old.span.start;
    if found.len() < 4 * MAX_FOUND && found.iter().rev().take(4 * MAX_FOUND).all(free) {
        found.push(new);
    }
}

fn explicit(text: &str, today: NaiveDate, found: &mut Vec<FoundDate>) {
    let number =
        |c: &regex::Captures<'_>, name: &str| c.name(name).and_then(|m| m.as_str().parse::<u32>().ok());
    for c in ISO.captures_iter(text) {
        let date = full(number(&c, "y"), number(&c, "m"), number(&c, "d"), today);
        push(text, found, &c, date, DateKind::Explicit);
    }
    for c in DOTTED.captures_iter(text).chain(CUED.captures_iter(text)) {
        let year = number(&c, "y").or(number(&c, "yy"));
        push(text, found, &c, full(year, number(&c, "m"), number(&c, "d"), today), DateKind::Explicit);
    }
    for c in SLASHED.captures_iter(text) {
        let (a, b, year) = (number(&c, "a"), number(&c, "b"), number(&c, "y"));
        let day_first = full(year, b, a, today);
        let month_first =
            if c.name("s").is_some_and(|s| s.as_str() == "/") { full(year, a, b, today) } else { None };
        let (date, kind) = match (day_first, month_first) {
            (Some(one), Some(other)) if one != other => (Some(one), DateKind::Vague),
            (one, other) => (one.or(other), DateKind::Explicit),
        };
        push(text, found, &c, date, kind);
    }
    for (pattern, name) in [(&DAY_MONTH, "d"), (&MONTH_DAY, "d")] {
        for c in pattern.captures_iter(text) {
            let month = c.name("month").and_then(|m| month(m.as_str()));
            push(text, found, &c, full(number(&c, "y"), month, number(&c, name), today), DateKind::Explicit);
        }
    }
}

fn push(
    text: &str,
    found: &mut Vec<FoundDate>,
    c: &regex::Captures<'_>,
    date: Option<NaiveDate>,
    kind: DateKind,
) {
    let (Some(date), Some(whole)) = (date, c.name("date").or_else(|| c.get(0))) else { return };
    let span = whole.range();
    let before = text.get(..span.start).and_then(|t| t.chars().next_back());
    let mut after = text.get(span.end..).unwrap_or_default().chars();
    // The middle of a version, an address or a longer number is no date.
    let inside_left = before.is_some_and(|b| b.is_alphanumeric() || matches!(b, '.' | '/' | '-' | '_'));
    let inside_right = match after.next() {
        Some('.' | '/' | '-') => after.next().is_some_and(|a| a.is_ascii_digit()),
        Some(a) => a.is_ascii_digit() && whole.as_str().ends_with(|e: char| e == '.' || e.is_ascii_digit()),
        None => false,
    };
    if !inside_left && !inside_right {
        add(found, FoundDate { span, date, kind });
    }
}

/// A valid day; without a year the one nearest to today.
fn full(year: Option<u32>, month: Option<u32>, day: Option<u32>, today: NaiveDate) -> Option<NaiveDate> {
    let (month, day) = (month?, day?);
    let valid = |year: i32| NaiveDate::from_ymd_opt(year, month, day);
    match year {
        Some(short @ 0..=99) => valid(2000 + i32::try_from(short).ok()?),
        Some(year @ 1990..=2100) => valid(i32::try_from(year).ok()?),
        Some(_) => None,
        None => [-1, 0, 1]
            .into_iter()
            .filter_map(|offset| valid(today.year().checked_add(offset)?))
            .min_by_key(|date| (*date - today).num_days().abs()),
    }
}

/// The number of a month by the start of its name. `may` and `march` are words, so they count
/// only with a capital letter.
fn month(name: &str) -> Option<u32> {
    let folded = name.to_lowercase().replace('ä', "a").replace("ae", "a");
    if name.starts_with('m') && (folded == "may" || folded == "march") {
        return None;
    }
    let start = folded.get(..3)?;
    let position = [
        &["jan"][..],
        &["feb"],
        &["mar", "mrz"],
        &["apr"],
        &["mai", "may"],
        &["jun"],
        &["jul"],
        &["aug"],
        &["sep"],
        &["oct", "okt"],
        &["nov"],
        &["dec", "dez"],
    ];
    position.iter().position(|names| names.contains(&start)).and_then(|at| u32::try_from(at + 1).ok())
}

static UNTIL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)(?:\b(?:bis|until|till|til|through|to)(?: (?:zum|zu|einschlie(?:ß|ss)lich|inkl\.?|inklusive|incl\.?|including|and including|the|den|dem))*",
        r"|\d\.?[ ]?[-–])[ ]{0,2}(?:[a-zäöü]+,?[ ]{1,2}(?:den |dem |the )?)?$"
    ))
});
static BACK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)\b(?:zur(?:ü|ue)ck|wieder|back|return(?:ing)?|available again|resume|erreichbar|ab|from)\b",
        r"[^.!?\n]{0,40}$"
    ))
});

static BACK_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)^[^.!?\n]{0,30}\b(?:zur(?:ü|ue)ck|wieder (?:da|hier|im|f(?:ü|ue)r|erreichbar)|back)\b")
});

/// The first day a person is back, from an absence note: "back on Monday" is Monday, "bis 12.12."
/// and "until 12 December" are the day after, since most people include the last day. `None`
/// without such a phrase. Not for promises.
#[must_use]
pub fn find_return_date(text: &str, today: NaiveDate) -> Option<FoundDate> {
    let mut back: Option<FoundDate> = None;
    let mut until: Option<FoundDate> = None;
    for found in find_dates(text, today).into_iter().filter(|f| f.date >= today) {
        let before = tail(text.get(..found.span.start).unwrap_or_default(), 80);
        let after = head(text.get(found.span.end..).unwrap_or_default(), 60);
        if UNTIL.is_match(before) {
            let next = found.date.succ_opt().unwrap_or(found.date);
            let later = until.as_ref().is_none_or(|old| old.date < next);
            until = if later { Some(FoundDate { date: next, ..found }) } else { until };
        } else if (BACK.is_match(before) || BACK_AFTER.is_match(after))
            && back.as_ref().is_none_or(|old| old.date < found.date)
        {
            back = Some(found);
        }
    }
    match (back, until) {
        // "from 1 to 12 December": what comes after the first day of absence is the end.
        (Some(back), Some(until)) if back.date < until.date => Some(until),
        (back, until) => back.or(until),
    }
}

/// The last `max` octets, cut between characters.
fn tail(text: &str, max: usize) -> &str {
    let mut start = text.len().saturating_sub(max);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    text.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests;
