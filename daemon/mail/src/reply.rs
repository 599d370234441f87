//! Divides a reply into what its author wrote now and what was there before.
//!
//! Why: the classifier must read the debtor's words, not our own letter below them; and a lost "I
//! dispute this" is worse than a quote too many. Guarantees: linear in the text (patterns of the
//! `regex` crate over bounded windows of lines), at most [`MAX_TEXT`] octets and [`MAX_LINES`] lines
//! are looked at; nothing is thrown away: what is not new text is in [`Extract::cut_text`]; when in
//! doubt a line stays, and when the doubt is about the whole, [`Extract::unsure`] says so.
//!
//! How: lines marked with `>` are history, with the line above them that says who wrote when.
//! Unmarked history runs to the end of the mail and is cut only at a block of header fields, at
//! "Original Message", or at a line with an address and a verb of writing. Forwarded
//! mail is kept: it was put there to be read. Text between quoted lines is new.
//!
//! What it does not do: greetings, closings and disclaimers stay.

mod attribution;
mod header;
mod tail;

use crate::text::pattern;
use regex::Regex;
use std::sync::LazyLock;

/// Octets that are looked at; what follows is cut and [`Extract::truncated`] is set.
pub const MAX_TEXT: usize = 200 * 1024;
/// Lines that are looked at.
pub const MAX_LINES: usize = 5000;

/// A reply taken apart.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Extract {
    /// What the author wrote now.
    pub new_text: String,
    /// The signature below it: after `-- `, or a mobile program's line.
    pub signature: Option<String>,
    /// Everything that was cut, signature included, in the order of the mail.
    pub cut_text: String,
    /// The mail was longer than what was looked at.
    pub truncated: bool,
    /// A person should look: the mail is only history without marks (a forward, an empty reply),
    /// its author says that the answers stand inside the history, or it was truncated. In the first
    /// two cases `new_text` holds everything that is not marked as quoted, our own words included.
    pub unsure: bool,
}

impl std::fmt::Debug for Extract {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (new, cut) = (self.new_text.len(), self.cut_text.len());
        write!(f, "Extract({new} octets new, {cut} cut, unsure: {})", self.unsure)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    New,
    Quoted,
    Signature,
    /// Unmarked history.
    Below,
}

static ORIGINAL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)^[\s*>]*(?:[-_=]{2,}|[—–])\s*(?:original(?:[- ](?:message|nachricht|mail|e-mail|appointment))|urspr(?:ü|ue)ngliche (?:nachricht|mail|e-mail|termin)",
        r"|message d['’ ]origine|message original|mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|origineel bericht",
        r"|(?:wiadomo(?:ś|s)(?:ć|c) oryginalna|oryginalna wiadomo(?:ś|s)(?:ć|c))|oprindelig meddelelse|oprindelig besked|ursprungligt meddelande|opprinnelig melding)\s*(?:[-_=]{2,}|[—–])?[\s*]*$"
    ))
});
static FORWARDED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)^\s*(?:[-_=]{2,}\s*(?:forwarded (?:message|by)|weitergeleitete (?:nachricht|mail|e-mail)|message transf(?:é|e)r(?:é|e)|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht|mensagem encaminhada)",
        r"|begin forwarded message:|anfang der weitergeleiteten (?:nachricht|e-mail):)"
    ))
});
static RULE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*[-_=*]{5,}\s*$"));
/// "My answers are below, in red".
static INSIDE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)\b(?:antwort(?:en)?|anmerkung(?:en)?|kommentare?|stellungnahme)\b.{0,40}\b(?:unten|im text|in rot|rot markiert|farbig|zwischen den zeilen|inline|im verlauf)\b",
        r"|\b(?:answers?|comments?|replies|response|remarks)\b.{0,40}\b(?:below|inline|in[- ]line|in red|in blue|in the text|between the lines)\b",
        r"|\b(?:see|siehe)\b.{0,20}\b(?:inline|in red|in rot|im text)\b"
    ))
});
/// An attribution glued to the end of a line of text.
static GLUED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?P<text>[^>\s-].*?\S)\s*-{2,}\s*(?P<rest>(?:On|Am) .{10,200}(?:wrote|schrieb.{0,80}):?-*)\s*$",
    )
});

/// Takes a reply apart. `body` has line feeds as line ends.
#[must_use]
pub fn extract_new_text(body: &str) -> Extract {
    let looked_at = crate::text::head(body, MAX_TEXT);
    let mut lines: Vec<&str> = Vec::new();
    let mut taken = 0;
    for line in looked_at.split_inclusive('\n') {
        if lines.len() >= MAX_LINES {
            break;
        }
        taken += line.len();
        split_glued(line.trim_end_matches(['\n', '\r']), &mut lines);
    }
    let beyond = body.get(taken..).unwrap_or_default();
    let mut marks = mark_quotes(&lines);
    let unsure = mark_history(&lines, &mut marks);
    tail::mark_signature(&lines, &mut marks);
    let select = |wanted: fn(Mark) -> bool| -> String {
        let kept = lines.iter().zip(&marks).filter(|(_, mark)| wanted(**mark));
        let text = kept.map(|(line, _)| line.trim_end()).collect::<Vec<_>>().join("\n");
        text.trim_matches('\n').to_owned()
    };
    let signature = select(|mark| mark == Mark::Signature);
    let mut cut_text = select(|mark| mark != Mark::New);
    let truncated = !beyond.trim().is_empty();
    if truncated {
        cut_text.push('\n');
        cut_text.push_str(beyond);
    }
    Extract {
        new_text: select(|mark| mark == Mark::New),
        signature: (!signature.trim().is_empty()).then_some(signature),
        cut_text,
        truncated,
        unsure: unsure || truncated,
    }
}

fn split_glued<'a>(line: &'a str, lines: &mut Vec<&'a str>) {
    let short = line.len() < 600 && line.contains("--");
    match short.then(|| GLUED.captures(line)).flatten().and_then(|c| Some((c.name("text")?, c.name("rest")?)))
    {
        Some((text, rest)) => lines.extend([text.as_str(), rest.as_str()]),
        None => lines.push(line),
    }
}

/// Lines that begin with `>`; arrows on both ends are decoration.
fn mark_quotes(lines: &[&str]) -> Vec<Mark> {
    let quoted = |line: &str| line.trim_start().starts_with('>') && !line.contains("<<<");
    let mut marks: Vec<Mark> =
        lines.iter().map(|line| if quoted(line) { Mark::Quoted } else { Mark::New }).collect();
    // A quoted line that some server broke: the rest of its link stands alone below it.
    for (index, pair) in lines.windows(2).enumerate() {
        let [above, line] = pair else { continue };
        let after = |step: usize| marks.get(index + step).copied();
        let between =
            after(0) == Some(Mark::Quoted) && after(1) == Some(Mark::New) && after(2) == Some(Mark::Quoted);
        let open = above.matches(['(', '<']).count() > above.matches([')', '>']).count().saturating_sub(1);
        let rest = !line.trim().contains(' ') && line.trim_end().ends_with([')', '>']);
        if between
            && rest
            && open
            && let Some(mark) = marks.get_mut(index + 1)
        {
            *mark = Mark::Quoted;
        }
    }
    marks
}

/// Marks attributions and unmarked history. True when the division is doubtful.
fn mark_history(lines: &[&str], marks: &mut [Mark]) -> bool {
    let hints = attribution::hints(lines);
    let mut index = 0;
    while let (Some(line), Some(mark)) = (lines.get(index), marks.get(index)) {
        if *mark != Mark::New || line.trim().is_empty() {
            index += 1;
            continue;
        }
        if FORWARDED.is_match(line) {
            return false;
        }
        let rest = lines.get(index..).unwrap_or_default();
        if ORIGINAL.is_match(line) || header::starts(rest) {
            return cut_below(lines, marks, index);
        }
        match attribution::at(rest, hints.get(index..).unwrap_or_default()) {
            Some(found) if followed_by_quote(lines, marks, index + found.lines) => {
                mark_range(marks, index, index + found.lines, Mark::Quoted);
                index += found.lines;
            }
            Some(found) if found.strong => return cut_below(lines, marks, index),
            _ => index += 1,
        }
    }
    false
}

fn followed_by_quote(lines: &[&str], marks: &[Mark], from: usize) -> bool {
    let next = lines.iter().zip(marks).skip(from).find(|(line, _)| !line.trim().is_empty());
    next.is_some_and(|(_, mark)| *mark == Mark::Quoted)
}

fn mark_range(marks: &mut [Mark], from: usize, to: usize, new: Mark) {
    marks.iter_mut().take(to).skip(from).for_each(|mark| *mark = new);
}

/// Unmarked history from `index` to the end, with a ruled line above it. When nothing stands above,
/// or the author says that the answers are inside, everything stays and is doubtful.
fn cut_below(lines: &[&str], marks: &mut [Mark], index: usize) -> bool {
    let mut start = index;
    while let Some(above) = start.checked_sub(1).and_then(|i| lines.get(i)) {
        if !above.trim().is_empty() && !RULE.is_match(above) {
            break;
        }
        start -= 1;
    }
    let above: Vec<&str> = lines
        .iter()
        .zip(marks.iter())
        .take(start)
        .filter(|(_, m)| **m == Mark::New)
        .map(|(l, _)| *l)
        .collect();
    let nothing_new = above.iter().all(|line| line.trim().is_empty());
    if nothing_new || above.iter().any(|line| line.len() < 500 && INSIDE.is_match(line)) {
        return true;
    }
    mark_range(marks, start, lines.len(), Mark::Below);
    false
}

#[cfg(test)]
mod tests;
