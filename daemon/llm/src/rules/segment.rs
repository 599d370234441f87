//! Sentences and clauses of a mail.
//!
//! Why: a negation or a condition belongs to its sentence, an invoice number and a date to their clause.
//! Guarantees: ranges of the original text, in order, on character boundaries, without surrounding white
//! space; "3.12.", "Nr. 5", "3. Dezember" and "z. B." do not end a sentence; linear in the text.

use std::ops::Range;

/// A sentence and its parts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Sentence {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// At least one; several when the sentence has commas, conjunctions or the like.
    pub clauses: Vec<Range<usize>>,
}

/// Cuts the text.
#[must_use]
pub(super) fn sentences(text: &str) -> Vec<Sentence> {
    let mut out = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let stop = match c {
            '!' | '?' => true,
            '.' => ends_at_dot(text, start, at),
            '\n' => ends_at_line(text, start, at),
            _ => false,
        };
        if stop {
            push(&mut out, text, start..end);
            start = end;
        }
    }
    push(&mut out, text, start..text.len());
    out
}

fn push(out: &mut Vec<Sentence>, text: &str, range: Range<usize>) {
    let range = trimmed(text, range);
    // "?!" or "..." leave nothing behind.
    if text.get(range.clone()).is_some_and(|s| s.chars().any(char::is_alphanumeric)) {
        out.push(Sentence { clauses: clauses(text, &range), range });
    }
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = text.get(range.clone()).unwrap_or("");
    let start = range.start + (part.len() - part.trim_start().len());
    start..start + part.trim().len()
}

/// Words before a dot that does not end a sentence.
const ABBREVIATIONS: [&str; 41] = [
    "bzw", "lt", "ca", "inkl", "exkl", "zzgl", "ggf", "evtl", "dr", "prof", "mr", "mrs", "ms", "ltd", "inc",
    "co", "corp", "approx", "str", "fa", "hr", "fr", "mio", "tsd", "usw", "vgl", "vs", "jan", "feb", "apr",
    "jun", "jul", "aug", "sep", "sept", "okt", "oct", "nov", "dez", "dec", "mwst",
];

/// Words before a dot that belongs to a number: "Nr. 5", but "No. And on."
const BEFORE_NUMBER: [&str; 13] =
    ["nr", "no", "inv", "re", "rg", "rech", "abs", "art", "max", "min", "pos", "ref", "tel"];

const MONTHS: [&str; 20] = [
    "januar",
    "jaenner",
    "jänner",
    "februar",
    "märz",
    "maerz",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "dezember",
    "january",
    "february",
    "march",
    "october",
    "december",
];

/// Words with which a sentence begins after an ordinal: "am 15. Wir …", but not "der 2. Mahnung".
const STARTERS: [&str; 30] = [
    "wir", "ich", "bitte", "die", "das", "der", "mit", "sie", "es", "danke", "vielen", "leider", "und",
    "aber", "dann", "den", "we", "i", "please", "the", "it", "thanks", "thank", "sorry", "this", "that",
    "you", "mfg", "gruß", "viele",
];

fn ends_at_dot(text: &str, start: usize, at: usize) -> bool {
    let before = text.get(start..at).unwrap_or("");
    let after = text.get(at + 1..).unwrap_or("");
    let Some(next) = after.chars().next() else { return true };
    if !next.is_whitespace() {
        // "3.12.", "firm.example", "..."; but a quote or bracket closes the sentence.
        return matches!(next, '"' | ')' | '“' | '”');
    }
    let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    let following = after.trim_start();
    let upper = following.chars().next().is_none_or(|c| c.is_uppercase() || !c.is_alphanumeric());
    let next_word: String =
        following.chars().take_while(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit()) {
        if word.len() > 2 {
            return true;
        }
        if MONTHS.contains(&next_word.as_str()) {
            return false;
        }
        // "am 3.12. Danke" ends, "am 3.12. bezahlt" and "die 2. Mahnung" do not.
        let date = before.len() > word.len() && before.trim_end_matches(word).ends_with('.');
        return (upper && date) || STARTERS.contains(&next_word.as_str()) || next_word.is_empty();
    }
    let word = word.to_lowercase();
    let short = word.chars().count() == 1;
    let known = ABBREVIATIONS.contains(&word.as_str()) || (word.len() > 2 && word.ends_with("nr"));
    let counted =
        BEFORE_NUMBER.contains(&word.as_str()) && next_word.starts_with(|c: char| c.is_ascii_digit());
    !(short || known || counted) || next_word.is_empty()
}

/// An empty line, a list item or a short line ends a sentence; a wrapped line does not.
fn ends_at_line(text: &str, start: usize, at: usize) -> bool {
    let after = text.get(at + 1..).unwrap_or("");
    let next = after.lines().next().unwrap_or("").trim_start();
    if next.is_empty() || next.starts_with(['-', '*', '•', '>', '#', '<', '[']) {
        return true;
    }
    let before = text.get(start..at).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or(before).trim();
    // Wrapped text runs to 60 columns or more; what is shorter was ended on purpose.
    line.ends_with([',', ':', ';']) && line.chars().count() < 60 || line.chars().count() < 45
}

/// Conjunctions before which a clause begins, with a blank on both sides.
const CONJUNCTIONS: [&str; 24] = [
    "und geht",
    "und wird",
    "und ist",
    "and will",
    "and is",
    "aber",
    "jedoch",
    "sondern",
    "allerdings",
    "und wir",
    "und ich",
    "und bitte",
    "und bitten",
    "und zu",
    "und die",
    "but",
    "however",
    "whereas",
    "and we",
    "and i",
    "and please",
    "and the",
    "so we",
    "weil",
];

fn clauses(text: &str, sentence: &Range<usize>) -> Vec<Range<usize>> {
    let part = text.get(sentence.clone()).unwrap_or("");
    let mut cuts = vec![0];
    let bytes = part.as_bytes();
    for (at, c) in part.char_indices() {
        let blank = |i: usize| bytes.get(i).is_none_or(u8::is_ascii_whitespace);
        match c {
            ',' | ';' | ':' if blank(at + 1) => cuts.push(at + 1),
            '(' | ')' => cuts.push(at),
            '–' | '—' => cuts.push(at),
            '-' if blank(at + 1) && at > 0 && blank(at - 1) => cuts.push(at),
            ' ' | '\n' => {
                let tail = part.get(at + 1..).unwrap_or("");
                let likely =
                    tail.starts_with(['a', 'b', 'h', 'j', 's', 'u', 'w', 'A', 'B', 'H', 'J', 'S', 'U', 'W']);
                if likely && CONJUNCTIONS.iter().any(|word| starts_with_word(tail, word)) {
                    cuts.push(at);
                }
            }
            _ => {}
        }
    }
    cuts.push(part.len());
    let pieces = cuts.windows(2).filter_map(|w| match w {
        [from, to] => {
            let range = trimmed(text, sentence.start + from..sentence.start + to);
            text.get(range.clone()).filter(|s| s.chars().any(char::is_alphanumeric)).map(|_| range)
        }
        _ => None,
    });
    let pieces: Vec<_> = pieces.collect();
    if pieces.is_empty() { vec![sentence.clone()] } else { pieces }
}

/// `text` starts with `word` (lower case, ASCII), in any case, and the word ends there.
fn starts_with_word(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
        && text.as_bytes().get(word.len()).is_none_or(|b| !b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        sentences(text).iter().map(|s| &text[s.range.clone()]).collect()
    }

    fn parts(text: &str) -> Vec<&str> {
        sentences(text).iter().flat_map(|s| s.clauses.iter().map(|c| &text[c.clone()])).collect()
    }

    #[test]
    fn dots_that_end_nothing() {
        for text in [
            "Wir haben am 3.12. bezahlt",
            "Zahlung am 3. Dezember folgt",
            "Rechnung Nr. 5 ist bezahlt",
            "Ihre 2. Mahnung kam heute an",
            "z. B. am Freitag",
            "write to ap@firm.example today",
            "about 12.500,00 EUR or 3.4 percent",
        ] {
            assert_eq!(cut(text), [text]);
        }
    }

    #[test]
    fn sentences_end() {
        assert_eq!(cut("Paid? No. And on."), ["Paid?", "No.", "And on."]);
        assert_eq!(cut("Wir zahlen am 3.12. Danke!"), ["Wir zahlen am 3.12.", "Danke!"]);
        assert_eq!(cut("bis zum 15. Wir melden uns"), ["bis zum 15.", "Wir melden uns"]);
        assert_eq!(cut("Rechnung 4711. Wir zahlen"), ["Rechnung 4711.", "Wir zahlen"]);
        assert_eq!(cut("Hallo,\n\nwir zahlen.\nGruß\nMax"), ["Hallo,", "wir zahlen.", "Gruß", "Max"]);
        assert_eq!(cut("...\n\n?!"), Vec::<&str>::new());
    }

    #[test]
    fn a_wrapped_line_goes_on() {
        let text = "We have been trying to reach your colleagues about the broken\nmachine for weeks.";
        assert_eq!(cut(text), [text]);
    }

    #[test]
    fn clauses_split_at_commas_and_conjunctions() {
        assert_eq!(
            parts("RE-1 ist bezahlt, RE-2 zahlen wir am 1.12. und zu 3 brauchen wir 1.200,00 EUR"),
            ["RE-1 ist bezahlt,", "RE-2 zahlen wir am 1.12.", "und zu 3 brauchen wir 1.200,00 EUR"]
        );
        assert_eq!(parts("one (two) three"), ["one", "(two", ") three"]);
    }

    proptest::proptest! {
        #[test]
        fn ranges_lie_in_order_on_boundaries(text in "[a-zäöÜ0-9 .,;:!?()\\n–-]{0,200}") {
            let mut last = 0;
            for sentence in sentences(&text) {
                proptest::prop_assert!(sentence.range.start >= last);
                last = sentence.range.end;
                proptest::prop_assert!(text.get(sentence.range.clone()).is_some());
                let mut inner = sentence.range.start;
                for clause in &sentence.clauses {
                    proptest::prop_assert!(clause.start >= inner && clause.end <= sentence.range.end);
                    inner = clause.end;
                    proptest::prop_assert!(text.get(clause.clone()).is_some_and(|c| !c.is_empty()));
                }
            }
        }
    }
}
