//! Lines such as "On 3 May 2026 at 10:11, A B <a@b> wrote:".
//!
//! Why: mail programs write them in every language and break them over several lines. Guarantees:
//! at most [`WINDOW`] lines and 500 octets are joined and looked at for one line of the mail, and
//! only where a verb of writing or an address stands near.
//!
//! A person writes such lines too ("Am 3. Mai um 10:30 schrieb der Spediteur:"). So history without
//! `>` is only cut at a *strong* one: with an address, or ruled on both sides and with date and time,
//! and without a word like "you" or "uns", which programs never write.

use crate::text::pattern;
use regex::Regex;
use std::sync::LazyLock;

/// Lines joined at most.
pub(super) const WINDOW: usize = 5;

const VERB: &str = concat!(
    r"(?:wrote|writes|sent|schrieb|schreibt|geschrieben|hat geschrieben|a (?:é|e)crit|(?:é|e)crit|escribi(?:ó|o)|ha scritto|scritto|scrisse",
    r"|schreef|geschreven|napisa(?:ł|l)(?:\(a\)|a)?|pisze|escreveu|skrev|skreiv|написал(?:а|\(а\))?|пишет|kirjoitti|napsal(?:\(a\)|a)?|(?:í|i)rta|yazd(?:ı|i)|đã viết|写道|寫道)"
);

/// A verb of writing, or the end of an address at the end of a line.
static HINT: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"(?i){VERB}|@\S+>?:?\s*$")));
static START: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)^[\s*_-]{0,12}(?:on|am|le|el|il|op|em|no dia|w dniu|dnia|den|p(?:å|a)|v(?:à|a)o|dne|at)\s",
        r"|^[\s*_-]{0,12}(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|[a-zà-žа-я]{2,12}[.,]{1,2}\s\d{1,2}[.,]?\s)"
    ))
});
/// Some telephones put their own line in front: "Sent from … A B <a@b> wrote:".
static SENT_FROM: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)^\s*(?:sent from|gesendet von)\s"));
/// The verb ends it: "… wrote:".
static VERB_LAST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?i){VERB}(?: (?:folgendes|följande|het volgende|følgende))?\s*(?::\s*[*_]{{0,2}}|:?\s*-{{2,}})\s*$"
    ))
});
/// The name follows the verb: "Am … schrieb A B <a@b>:".
static NAME_LAST: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"(?i)\d.{{0,80}}\b{VERB}\s[^:\n]{{1,200}}:\s*[*_]{{0,2}}\s*$")));
/// The name comes first: "A B <a@b> schrieb am 3.5.2026 um 10:11:".
static NAME_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r#"(?i)^[\s*"']{{0,4}}[^:\n]{{2,120}}\b{VERB}\s(?:am|on|le|el|il|op|em|den|w dniu|at)\s.{{0,80}}\d.{{0,60}}:\s*$"#
    ))
});
/// The same, broken after the verb.
static NAME_BROKEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(r"(?i)^[^:\n]{{2,120}}\b{VERB}\s(?:am|on|le|el|il|op|em|den|w dniu|at)\s"))
});
/// Date and address and no verb: "2026-05-03 10:11 GMT+02:00 A B <a@b>:".
static DATE_ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^\s*\d{1,4}[./-]\d{1,2}[./-]\d{1,4}.{0,120}<\s*[^<>\s]{1,100}@[^<>\s]{1,200}\s*>\s*:?\s*$")
});
/// "---- A B wrote ----"
static RULED: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"(?i)^\s*-{{2,}}.{{2,120}}\b{VERB}\b.{{0,10}}-{{2,}}\s*$")));
static TIME: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b\d{1,2}[:.h]\d{2}\b"));
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b|\b\d{1,2}[.,]?(?:st|nd|rd|th)?[ -](?:[a-zà-žа-я]{3,12}|th(?:á|a)ng \d)|\b[a-zà-ž]{3,12}\.? \d{1,2}\b",
    )
});
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| pattern(r"[^\s<>()]{1,100}@[^\s<>()]{2,200}"));
/// Words of a person telling, not of a program.
static TOLD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:you|your|us|me|our|my|we|sie|ihnen|ihre?r?|uns|unsere?r?|mir|mich|dass|that|vous|nous|ons|mij|usted|nosotros)\b",
    )
});

/// An attribution found at a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Attribution {
    /// How many lines it takes.
    pub lines: usize,
    /// Whether it alone justifies cutting everything below.
    pub strong: bool,
}

/// For each line whether it could end an attribution.
pub(super) fn hints(lines: &[&str]) -> Vec<bool> {
    lines.iter().map(|line| line.len() < 500 && HINT.is_match(line)).collect()
}

/// The attribution that begins at the first of `lines`, if one does.
pub(super) fn at(lines: &[&str], hints: &[bool]) -> Option<Attribution> {
    let first = lines.first()?;
    let near = hints.iter().take(WINDOW + 1).any(|hint| *hint);
    if !near || first.len() > 500 {
        return None;
    }
    let starts = START.is_match(first);
    let mut joined = String::new();
    for (number, line) in lines.iter().take(WINDOW + 1).enumerate() {
        let line = line.trim();
        if line.starts_with('>')
            && !line.starts_with("> wrote")
            && line != ">"
            && number > 0
            && !continues(line, &joined)
        {
            break;
        }
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(line);
        if joined.len() > 500 {
            break;
        }
        let next_hint = hints.get(number).copied().unwrap_or(false) || line.ends_with([':', '>', '-']);
        let named = number == 0 || first.trim_end().ends_with('<') || NAME_BROKEN.is_match(first);
        if next_hint && let Some(strong) = judge(&joined, starts, named, number == 0) {
            return Some(Attribution { lines: number + 1, strong });
        }
    }
    None
}

/// A line that only closes the bracket of an address opened above.
fn continues(line: &str, joined: &str) -> bool {
    joined.matches('<').count() > joined.matches('>').count() && HINT.is_match(line)
}

/// Whether the text is an attribution, and a strong one. A name may only come first (`named`) on
/// one line or where that line is visibly broken: otherwise text above would be taken for the name.
fn judge(text: &str, starts: bool, named: bool, one_line: bool) -> Option<bool> {
    let starts = starts || (one_line && SENT_FROM.is_match(text));
    let ruled = one_line && RULED.is_match(text);
    let shaped = (starts && (VERB_LAST.is_match(text) || NAME_LAST.is_match(text)))
        || DATE_ADDRESS.is_match(text)
        || (named && NAME_FIRST.is_match(text))
        || ruled;
    let address = ADDRESS.is_match(text);
    let timed = TIME.is_match(text);
    // Any language: starts like one, has a time and an address, ends with a colon.
    let foreign = starts && address && timed && text.ends_with(':');
    if !shaped && !foreign {
        return None;
    }
    let known = shaped && (text.ends_with(':') || !DATE_ADDRESS.is_match(text));
    let sure = address || (ruled && timed && DATE.is_match(text));
    Some(known && sure && !TOLD.is_match(text))
}
