//! Signatures.
//!
//! Why: a signature holds dates, amounts of capital and legal words that are not the author's
//! message. Only two forms are sure enough: the mark `-- ` (RFC 3676 4.3) and the one line that
//! mobile programs add. A signature that would leave no text is text.

use super::Mark;
use crate::text::pattern;
use regex::Regex;
use std::sync::LazyLock;

/// Lines a signature may have.
const MAX_LINES: usize = 25;

static MOBILE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)^\s*(?:sent (?:from|with|via) \S|gesendet (?:von|mit|vom|(?:ü|ue)ber) \S|von meinem .{2,30} gesendet|diese nachricht wurde von meinem .{2,40}",
        r"|envoy(?:é|e) de(?:puis)? \S|enviado (?:desde|do|de) \S|inviato da(?:l)? \S|verzonden (?:vanaf|met|vanuit) \S|skickat fr(?:å|a)n \S|sendt fra \S",
        r"|get outlook for |holen sie sich outlook|outlook f(?:ü|ue)r (?:ios|android))"
    ))
});

pub(super) fn mark_signature(lines: &[&str], marks: &mut [Mark]) {
    let mut start = 0;
    while start < lines.len() {
        let run = marks.iter().skip(start).take_while(|m| **m == Mark::New).count();
        if run == 0 {
            start += 1;
            continue;
        }
        if let Some(at) = in_run(lines.get(start..start + run).unwrap_or_default()) {
            let others = lines.iter().zip(marks.iter()).enumerate().any(|(i, (line, mark))| {
                *mark == Mark::New && (i < start + at || i >= start + run) && !line.trim().is_empty()
            });
            if others {
                super::mark_range(marks, start + at, start + run, Mark::Signature);
            }
        }
        start += run;
    }
}

/// Where the signature begins in a run of new lines.
fn in_run(run: &[&str]) -> Option<usize> {
    let plain = |line: &&str| line.trim_end() == "--";
    let marked =
        run.iter().rposition(|line| *line == "-- ").or_else(|| run.iter().rposition(plain)).filter(|at| {
            let below = run.get(at + 1..).unwrap_or_default();
            let exact = run.get(*at).is_some_and(|line| *line == "-- ");
            let lines = below.iter().filter(|line| !line.trim().is_empty()).count();
            let long = below.iter().any(|line| line.chars().count() > 100);
            lines <= if exact { MAX_LINES } else { 12 } && (exact || !long)
        });
    marked.or_else(|| {
        let last = run.iter().rposition(|line| !line.trim().is_empty())?;
        run.get(last).filter(|line| line.len() < 100 && MOBILE.is_match(line)).map(|_| last)
    })
}
