//! One pass over a text: at every place, is there a fact, a value that must be one, or a word?

use super::lexicon::{Lexicon, Word};
use super::view::{View, fits_script, is_space};
use super::{Entry, EntryKind, Finding, FindingKind, Part, Severity};
use crate::facts::{Facts, TextKind, is_hidden};
use crate::letter::Block;
use crate::locale::Language;
use std::borrow::Cow;
use std::ops::Range;

/// How far a word is followed over joining signs, to see whether it is a number of some document.
const TOKEN_MAX: usize = 100;

/// What a text came to.
pub(super) struct Scanned {
    pub(super) entries: Vec<Entry>,
    pub(super) findings: Vec<Finding>,
}

/// A literal that resolved, with every fact it may be.
pub(super) struct Hit<'a> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: EntryKind,
    pub(super) facts: Found<'a>,
}

/// Positions of facts.
pub(super) type Found<'a> = Cow<'a, [usize]>;

/// Why a value did not resolve.
pub(super) type Flaw = (FindingKind, Severity, &'static str);

/// A value at a place: where it ends, whether only its surroundings make it one, and what it came to.
pub(super) struct Typed<'a> {
    pub(super) end: usize,
    /// A bare number or a number of something, not an amount, a date or an address.
    pub(super) weak: bool,
    pub(super) outcome: Result<(EntryKind, Found<'a>), Flaw>,
}

/// What covers a character.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cover {
    Nothing,
    /// A text fact: its words are data, not statements.
    Literal,
    /// A value.
    Value,
}

/// The state of a pass.
pub(super) struct Scan<'a> {
    pub(super) view: View<'a>,
    pub(super) facts: &'a Facts,
    pub(super) language: &'a Language,
    pub(super) lexicon: &'static Lexicon,
    pub(super) part: Part,
    pub(super) hits: Vec<Hit<'a>>,
    pub(super) findings: Vec<Finding>,
    pub(super) cover: Vec<Cover>,
    /// Where code's own blocks stand.
    pub(super) blocks: Vec<Range<usize>>,
    /// Where titles stand.
    pub(super) titles: Vec<Range<usize>>,
    /// Where words stand, with the languages they are frequent in.
    pub(super) words: Vec<(usize, u32)>,
}

/// Checks one part of a message.
pub(super) fn scan(part: Part, text: &str, facts: &Facts, language: &Language) -> Scanned {
    let view = View::new(text);
    let cover = vec![Cover::Nothing; view.len()];
    let lexicon = Lexicon::get();
    let mut scan = Scan {
        view,
        facts,
        language,
        lexicon,
        part,
        hits: Vec::with_capacity(128),
        findings: Vec::new(),
        cover,
        blocks: Vec::new(),
        titles: Vec::new(),
        words: Vec::with_capacity(256),
    };
    if part == Part::Body {
        scan.find_blocks();
    }
    scan.walk();
    scan.names();
    scan.languages();
    scan.wording();
    let entries = scan.entries();
    let mut findings = scan.findings;
    findings.sort_by_key(|f| (f.start, f.end));
    Scanned { entries, findings }
}

impl<'a> Scan<'a> {
    pub(super) fn flaw(&mut self, start: usize, end: usize, (kind, severity, message): Flaw) {
        self.findings.push(Finding {
            part: self.part,
            start: self.view.byte(start),
            end: self.view.byte(end),
            literal: self.view.slice(start, end).to_owned(),
            kind,
            severity,
            message: Cow::Borrowed(message),
        });
    }

    pub(super) fn in_block(&self, i: usize) -> bool {
        self.blocks.iter().any(|b| b.contains(&i))
    }

    /// Every block that code writes must stand there, whole lines, unchanged.
    fn find_blocks(&mut self) {
        let text = self.view.text();
        for (block, wanted) in self.facts.blocks(self.language).iter() {
            let whole_lines = |at: &usize| {
                let before = text.get(..*at).is_some_and(|t| t.is_empty() || t.ends_with('\n'));
                let after =
                    text.get(at + wanted.len()..).is_some_and(|t| t.is_empty() || t.starts_with('\n'));
                before && after
            };
            match text.match_indices(wanted.as_str()).map(|(at, _)| at).find(whole_lines) {
                Some(at) => self.blocks.push(self.view.place(at)..self.view.place(at + wanted.len())),
                None => self.flaw(0, 0, (FindingKind::Block(*block), Severity::Hard, missing(*block))),
            }
        }
    }

    fn walk(&mut self) {
        let mut i = 0;
        while i < self.view.len() {
            let c = self.view.at(i);
            if is_space(c) {
                i += self.space(i, c);
                continue;
            }
            let alphanumeric = c.is_alphanumeric();
            let end = if alphanumeric { self.view.word_end(i) } else { i };
            let word = if alphanumeric { self.lexicon.word(self.view.fold_of(i, end)) } else { None };
            if (!alphanumeric || !self.view.before(i).is_alphanumeric())
                && let Some(end) = self.value_or_literal(i, end, word)
            {
                i = end;
                continue;
            }
            if alphanumeric {
                i = self.run(i, end, word);
            } else {
                self.symbol(i, c);
                i += 1;
            }
        }
    }

    /// A fact or a value that begins here: records it and returns its end.
    fn value_or_literal(&mut self, i: usize, word_end: usize, word: Option<&'static Word>) -> Option<usize> {
        let literal = self.literal(i);
        let typed = self.typed(i, word_end, word);
        let (end, outcome, cover) = match (literal, typed) {
            (None, None) => return None,
            (Some(l), None) => (l.end, Ok((l.kind, l.facts)), Cover::Literal),
            (None, Some(t)) => (t.end, t.outcome, Cover::Value),
            (Some(l), Some(t)) => {
                if self.literal_wins(i, &l, &t) {
                    (l.end, Ok((l.kind, l.facts)), Cover::Literal)
                } else {
                    (t.end, t.outcome, Cover::Value)
                }
            }
        };
        for place in self.cover.iter_mut().take(end).skip(i) {
            *place = cover;
        }
        match outcome {
            Ok((kind, facts)) => self.hits.push(Hit { start: i, end, kind, facts }),
            Err(flaw) => self.flaw(i, end, flaw),
        }
        Some(end)
    }

    /// The longer of the two is meant. A text fact that is an amount, a date or the like by its form
    /// does not prove an amount: a customer may be called anything. An invoice number does behind the
    /// word for it.
    fn literal_wins(&self, i: usize, literal: &Hit<'_>, typed: &Typed<'_>) -> bool {
        let named = literal.kind == EntryKind::InvoiceNumber && (self.in_block(i) || self.names_invoice(i));
        if literal.end != typed.end {
            return literal.end > typed.end || (typed.weak && named);
        }
        let contact = matches!(literal.kind, EntryKind::Email | EntryKind::Iban | EntryKind::Bic);
        let address = matches!(typed.outcome, Err((FindingKind::Email | FindingKind::Link, ..)));
        let name = literal.kind == EntryKind::Name && (address || self.is_own(literal));
        typed.weak || contact || name || self.in_block(i) || (typed.outcome.is_err() && named)
    }

    /// Our side's name: the tenant chose it.
    fn is_own(&self, literal: &Hit<'_>) -> bool {
        let own = |key: &str| matches!(key, "company_name" | "sender_name" | "account_holder");
        literal.facts.iter().any(|n| self.facts.fact(*n).is_some_and(|f| own(&f.key)))
    }

    /// Behind the word for an invoice, or behind another number in a list of them.
    fn names_invoice(&self, i: usize) -> bool {
        if self.lexicon.word(self.view.previous_word(i)).is_some_and(|w| w.invoice) {
            return true;
        }
        let Some(before) = self.hits.last().filter(|h| h.kind == EntryKind::InvoiceNumber) else {
            return false;
        };
        if before.end >= i || i - before.end > 12 {
            return false;
        }
        let between = self.view.slice(before.end, i).trim().trim_start_matches(',').trim();
        between.is_empty() || between == self.language.format.and
    }

    /// The longest text fact that stands here as a whole.
    fn literal(&self, i: usize) -> Option<Hit<'a>> {
        let candidates = self.facts.index().literals(self.view.at(i));
        let mut found: Option<Hit<'a>> = None;
        for literal in candidates {
            let Some(end) = self.matches(i, &literal.chars, literal.exact) else { continue };
            match &mut found {
                None => {
                    if literal.kind == TextKind::Name
                        && self.is_only_digits(literal.fact)
                        && !self.in_block(i)
                    {
                        continue;
                    }
                    found = Some(Hit {
                        start: i,
                        end,
                        kind: literal.kind.into(),
                        facts: Cow::Owned(vec![literal.fact]),
                    });
                }
                Some(hit) if hit.end == end => {
                    if literal.kind == TextKind::InvoiceNumber {
                        hit.kind = EntryKind::InvoiceNumber;
                    }
                    hit.facts.to_mut().push(literal.fact);
                }
                Some(_) => break,
            }
        }
        found
    }

    /// A customer that is called by a number would make that number true everywhere.
    fn is_only_digits(&self, fact: usize) -> bool {
        let customer = self.facts.fact(fact).filter(|f| f.key == "customer_name");
        let name = customer.and_then(|_| self.facts.text("customer_name"));
        name.is_some_and(|n| n.chars().any(char::is_numeric) && !n.chars().any(char::is_alphabetic))
    }

    /// Where `chars` end if they stand at `i`; a space stands for any white space.
    fn matches(&self, i: usize, chars: &[char], exact: bool) -> Option<usize> {
        let mut at = i;
        for wanted in chars.iter().copied() {
            let c = self.view.at(at);
            if wanted == ' ' {
                let next = self.view.skip_spaces(at);
                if next == at {
                    return None;
                }
                at = next;
            } else if c == wanted || (!exact && crate::facts::lower(c) == crate::facts::lower(wanted)) {
                at += 1;
            } else {
                return None;
            }
        }
        let last = chars.last().copied().unwrap_or(' ');
        let (next, after) = (self.view.at(at), self.view.at(at + 1));
        let goes_on = last.is_alphanumeric()
            && (next.is_alphanumeric() || (exact && is_connector(next) && after.is_alphanumeric()));
        (!goes_on).then_some(at)
    }

    /// A run of letters and digits that is no fact: a word, or something with digits in it.
    fn run(&mut self, i: usize, word_end: usize, word: Option<&'static Word>) -> usize {
        let mut end = word_end;
        while end - i < TOKEN_MAX
            && is_connector(self.view.at(end))
            && self.view.at(end) != '.'
            && self.view.at(end + 1).is_alphanumeric()
        {
            end = self.view.word_end(end + 1);
        }
        if (i..end).any(|at| self.view.at(at).is_numeric()) {
            let (kind, message) = if self.view.slice(i, end).chars().any(char::is_alphabetic) {
                (FindingKind::InvoiceNumber, "a number that is not on the account")
            } else {
                (FindingKind::Number, "a number that is not among the facts")
            };
            self.flaw(i, end, (kind, Severity::Hard, message));
            self.mark(i, end);
            return end;
        }
        self.script(i, word_end);
        if !self.in_block(i) {
            self.word(i, word_end, word);
        }
        word_end
    }

    pub(super) fn mark(&mut self, start: usize, end: usize) {
        for place in self.cover.iter_mut().take(end).skip(start) {
            *place = Cover::Value;
        }
    }

    /// A letter of another script passes for one of ours.
    fn script(&mut self, start: usize, end: usize) {
        let foreign = |c: char| !c.is_ascii() && (!fits_script(c, &self.language.scripts) || is_hidden(c));
        if (start..end).any(|at| foreign(self.view.at(at))) {
            let message = "letters of another script, which may pass for others";
            self.flaw(start, end, (FindingKind::Character, Severity::Hard, message));
        }
    }

    fn space(&mut self, i: usize, c: char) -> usize {
        if c == '\r' {
            self.flaw(i, i + 1, (FindingKind::Character, Severity::Hard, "a carriage return"));
        }
        1
    }

    /// A character that is neither letter, digit nor space, and begins no value.
    fn symbol(&mut self, i: usize, c: char) {
        const TYPOGRAPHY: &str = "„“”‚‘’«»‹›–—‑−…•·©®™→×´¡¿°";
        let flaw = |kind, severity, message| Some((kind, severity, message));
        let problem = match c {
            _ if is_hidden(c) || c.is_control() => {
                flaw(FindingKind::Character, Severity::Hard, "a character that is not seen")
            }
            // `tidy` composes the accents of our languages; what is left overlays or reverses.
            _ if is_mark(c) => {
                flaw(FindingKind::Character, Severity::Hard, "a mark that changes the character before it")
            }
            '%' | '‰' | '％' => {
                flaw(FindingKind::Percent, Severity::Hard, "a percentage without a number")
            }
            '@' => flaw(FindingKind::Email, Severity::Hard, "something like an address"),
            _ if super::currency::is_sign(c) => {
                let own = self.currency(i).is_some_and(|n| n.currencies.contains(&self.facts.currency()));
                let message = "a currency that is not the account's";
                if own { None } else { flaw(FindingKind::Currency, Severity::Hard, message) }
            }
            '{' | '}' | '[' | ']' | '<' | '>' => {
                flaw(FindingKind::Leftover, Severity::Wording, "a placeholder or mark-up left over")
            }
            _ if c.is_ascii() || TYPOGRAPHY.contains(c) => None,
            _ => flaw(FindingKind::Character, Severity::Wording, "an unusual character"),
        };
        if let Some(problem) = problem {
            self.flaw(i, i + 1, problem);
        }
    }
}

/// Characters that join the parts of a number such as `RE-2026/0815`.
pub(super) const fn is_connector(c: char) -> bool {
    matches!(c, '-' | '/' | '_' | '#' | '+' | '.' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Combining marks.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

const fn missing(block: Block) -> &'static str {
    match block {
        Block::Items => "the list of invoices is missing, changed or out of date",
        Block::Plan => "the list of instalments is missing, changed or out of date",
        Block::Payment => "the bank details are missing, changed or out of date",
        Block::Disclosure => "the sentence that a machine wrote this is missing or changed",
    }
}
