//! Word patterns: what the rules are written in, and how they are found.
//!
//! Why: hundreds of patterns have to be looked for in every mail in well under a millisecond, by people
//! who know how customers write rather than regular expressions. A pattern is a list of alternatives:
//!
//! ```text
//! bezahlt|gezahlt          either word
//! ueberweis*|*behoerde     beginnings and endings; * alone is any word that is no number
//! in (two|three) parts     words in a row, one of several in one place
//! pay it? back             a word (or one of several) that may be missing
//! steht .. aus             up to four words between
//! #                        a number
//! =please stop|=stop       the whole clause is just this
//! ^zahle                   the clause begins with it
//! <iban>|<address>         a bank account number, an e-mail address
//! ```
//!
//! Guarantees: text and patterns are folded (see `fold`); matching is linear in the words of the text
//! for a given set of patterns, whatever the text says; a malformed pattern is found by a test.

use std::collections::HashMap;

/// The number of a pattern.
pub(super) type Id = u16;

/// Most words that `..` skips.
const GAP: usize = 4;

#[derive(Clone, PartialEq, Eq, Debug)]
enum Term {
    Is(String),
    Starts(String),
    Ends(String),
    Holds(String),
    Any,
    Number,
    Iban,
    Address,
    OneOf(Vec<Term>),
    Gap,
}

#[derive(Debug)]
struct Entry {
    /// What follows the first term.
    rest: Vec<Term>,
    place: Place,
    id: Id,
}

/// Where in the clause an alternative must stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    Anywhere,
    Beginning,
    Whole,
}

/// Compiled patterns, by their first word.
#[derive(Default, Debug)]
pub(super) struct Lexicon {
    entries: Vec<Entry>,
    exact: HashMap<String, Vec<u32>>,
    starts: HashMap<String, Vec<u32>>,
    /// Lengths of the beginnings, for the look-up of a word's prefixes.
    lengths: Vec<usize>,
    /// Endings by their last letter.
    ends: HashMap<u8, Vec<(String, u32)>>,
    others: Vec<(Term, u32)>,
}

/// One word of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    text: &'a str,
    /// "we" of "we'll"; not "can" of "can't".
    base: Option<&'a str>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Word,
    Number,
    Iban,
    Address,
}

/// A pattern that cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed(pub String);

impl Lexicon {
    /// Adds a pattern.
    pub(super) fn add(&mut self, pattern: &str, id: Id) -> Result<(), Malformed> {
        for alternative in split_outside(pattern, '|') {
            self.add_one(alternative, id).ok_or_else(|| Malformed(alternative.to_owned()))?;
        }
        Ok(())
    }

    fn add_one(&mut self, text: &str, id: Id) -> Option<()> {
        let (place, text) = match (text.strip_prefix('='), text.strip_prefix('^')) {
            (Some(rest), _) => (Place::Whole, rest),
            (_, Some(rest)) => (Place::Beginning, rest),
            (None, None) => (Place::Anywhere, text),
        };
        // With and without each word that may be missing.
        let parts = split_outside(text, ' ');
        if let Some(at) = parts.iter().position(|part| part.ends_with('?')) {
            let (mut with, mut without) = (parts.clone(), parts);
            let optional = without.remove(at);
            if let Some(part) = with.get_mut(at) {
                *part = optional.strip_suffix('?')?;
            }
            let mark = match place {
                Place::Anywhere => "",
                Place::Beginning => "^",
                Place::Whole => "=",
            };
            self.add_one(&format!("{mark}{}", with.join(" ")), id)?;
            return self.add_one(&format!("{mark}{}", without.join(" ")), id);
        }
        let mut terms = parts.into_iter().map(term).collect::<Option<Vec<_>>>()?;
        if terms.is_empty() || terms.first() == Some(&Term::Gap) || terms.last() == Some(&Term::Gap) {
            return None;
        }
        let rest = terms.split_off(1);
        let entry = u32::try_from(self.entries.len()).ok()?;
        self.entries.push(Entry { rest, place, id });
        self.index(terms.pop()?, entry);
        Some(())
    }

    fn index(&mut self, first: Term, entry: u32) {
        match first {
            Term::Is(word) => self.exact.entry(word).or_default().push(entry),
            Term::Starts(start) => {
                if !self.lengths.contains(&start.len()) {
                    self.lengths.push(start.len());
                }
                self.starts.entry(start).or_default().push(entry);
            }
            Term::OneOf(terms) => {
                for term in terms {
                    self.index(term, entry);
                }
            }
            Term::Ends(end) => {
                let last = end.bytes().last().unwrap_or(0);
                self.ends.entry(last).or_default().push((end, entry));
            }
            other => self.others.push((other, entry)),
        }
    }

    /// Calls `hit` with the id of every pattern that occurs, possibly more than once.
    pub(super) fn scan(&self, words: &[Word<'_>], mut hit: impl FnMut(Id)) {
        for (at, word) in words.iter().enumerate() {
            let tail = words.get(at + 1..).unwrap_or(&[]);
            let mut consider = |entries: &[u32]| {
                for entry in entries.iter().filter_map(|e| self.entries.get(usize::try_from(*e).ok()?)) {
                    let placed = entry.place == Place::Anywhere || at == 0;
                    if placed && follows(&entry.rest, tail, entry.place == Place::Whole) {
                        hit(entry.id);
                    }
                }
            };
            for text in [Some(word.text), word.base].into_iter().flatten() {
                if let Some(entries) = self.exact.get(text) {
                    consider(entries);
                }
            }
            for length in &self.lengths {
                if let Some(entries) = word.text.get(..*length).and_then(|start| self.starts.get(start)) {
                    consider(entries);
                }
            }
            let last = word.text.bytes().last().unwrap_or(0);
            for (end, entry) in self.ends.get(&last).into_iter().flatten() {
                if word.text.ends_with(end.as_str()) {
                    consider(std::slice::from_ref(entry));
                }
            }
            for (term, entry) in &self.others {
                if matches(term, word) {
                    consider(std::slice::from_ref(entry));
                }
            }
        }
    }
}

/// `rest` stands at the beginning of `words` (and, for a whole clause, ends with it).
fn follows(rest: &[Term], words: &[Word<'_>], whole: bool) -> bool {
    let Some((first, further)) = rest.split_first() else { return !whole || words.is_empty() };
    if *first == Term::Gap {
        return (0..=GAP.min(words.len()))
            .any(|skip| follows(further, words.get(skip..).unwrap_or(&[]), whole));
    }
    words.split_first().is_some_and(|(word, tail)| matches(first, word) && follows(further, tail, whole))
}

fn matches(term: &Term, word: &Word<'_>) -> bool {
    match term {
        Term::Is(text) => word.text == text || word.base == Some(text),
        Term::Starts(text) => word.text.starts_with(text.as_str()),
        Term::Ends(text) => word.text.ends_with(text.as_str()),
        Term::Holds(text) => word.text.contains(text.as_str()),
        Term::Any => word.kind == Kind::Word,
        Term::Number => word.kind == Kind::Number,
        Term::Iban => word.kind == Kind::Iban,
        Term::Address => word.kind == Kind::Address,
        Term::OneOf(terms) => terms.iter().any(|t| matches(t, word)),
        Term::Gap => false,
    }
}

fn term(text: &str) -> Option<Term> {
    if let Some(inner) = text.strip_prefix('(') {
        let terms = inner.strip_suffix(')')?.split('|').map(term).collect::<Option<Vec<_>>>()?;
        return Some(Term::OneOf(terms));
    }
    match text {
        "*" => return Some(Term::Any),
        "#" => return Some(Term::Number),
        "%" => return Some(Term::Is(text.to_owned())),
        ".." => return Some(Term::Gap),
        "<iban>" => return Some(Term::Iban),
        "<address>" => return Some(Term::Address),
        _ => {}
    }
    let core = text.trim_matches('*');
    let plain = core.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'\'');
    if core.is_empty() || !plain {
        return None;
    }
    let core = core.to_owned();
    Some(match (text.starts_with('*'), text.ends_with('*')) {
        (false, false) => Term::Is(core),
        (false, true) => Term::Starts(core),
        (true, false) => Term::Ends(core),
        (true, true) => Term::Holds(core),
    })
}

/// Splits at `mark`, but not inside parentheses; empty pieces are kept, so that they are refused.
fn split_outside(text: &str, mark: char) -> Vec<&str> {
    let (mut depth, mut from, mut out) = (0_i32, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if c == mark && depth == 0 => {
                out.extend(text.get(from..at));
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    out.extend(text.get(from..));
    out
}

/// The words of folded text. A single letter before a hyphen belongs to the next word (e-mail is email),
/// other hyphens separate; an address and a bank account number are one word each.
pub(super) fn words(folded: &str) -> Vec<Word<'_>> {
    let mut out: Vec<Word<'_>> = Vec::with_capacity(folded.len() / 5);
    for chunk in folded.split_ascii_whitespace() {
        let inner = chunk.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        if inner.contains('@') && inner.split('@').all(|part| !part.is_empty()) {
            out.push(Word { text: inner, base: None, kind: Kind::Address });
            continue;
        }
        for piece in chunk.split(|c: char| !(c.is_ascii_alphanumeric() || c == '\'' || c == '%')) {
            push(piece, &mut out);
        }
    }
    mark_accounts(out)
}

fn push<'a>(piece: &'a str, out: &mut Vec<Word<'a>>) {
    let text = piece.trim_matches('\'');
    // "200eur", "10%": a number and what it counts.
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if let Some((number, unit)) = text.split_at_checked(digits).filter(|(number, _)| !number.is_empty()) {
        out.push(Word { text: number, base: None, kind: Kind::Number });
        return push(unit, out);
    }
    if text.is_empty() {
        return;
    }
    let base = text.split_once('\'').filter(|(_, end)| *end != "t").map(|(base, _)| base);
    let kind = if is_account(text) { Kind::Iban } else { Kind::Word };
    out.push(Word { text, base, kind });
}

/// Two letters, two digits, and together at least 15 characters.
fn is_account(text: &str) -> bool {
    text.len() >= 15 && text.len() <= 34 && starts_account(text)
}

fn starts_account(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes, [a, b, c, d, ..] if a.is_ascii_lowercase() && b.is_ascii_lowercase() && c.is_ascii_digit() && d.is_ascii_digit())
}

/// "de02 1203 0000 …": the first group bears the mark.
fn mark_accounts(mut words: Vec<Word<'_>>) -> Vec<Word<'_>> {
    let groups: Vec<bool> = words.iter().map(|w| w.text.len() == 4).collect();
    for (at, word) in words.iter_mut().enumerate() {
        let group = groups.get(at..at + 4).is_some_and(|next| next.iter().all(|four| *four));
        if group && starts_account(word.text) {
            word.kind = Kind::Iban;
        }
    }
    words
}

#[cfg(test)]
#[path = "lexicon_tests.rs"]
mod tests;
