//! Blocks of header fields above unmarked history ("From: … Sent: … To: … Subject: …").
//!
//! Why: Outlook and its kin mark history by nothing else. Guarantees: at most [`WINDOW`] lines are
//! looked at. A debtor's list of a payment ("Von: … An: … Datum: …") must not be taken for one, so
//! either an address or a subject line has to be among the fields.

use crate::text::pattern;
use regex::Regex;
use std::sync::LazyLock;

const WINDOW: usize = 16;

static FIELD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)^[\s*_]{0,6}(?:",
        r"(?P<from>from|von|de|da|van|od|fra|fr(?:å|a)n|l(?:ä|a)hett(?:ä|a)j(?:ä|a)|от|absender|exp(?:é|e)diteur|remitente|mittente|afzender)",
        r"|(?P<date>sent|date|gesendet|datum|envoy(?:é|e)|enviad[oa](?: el)?|inviato|data|verzonden|wys(?:ł|l)an[oe]|sendt|skickat|fecha|дата|отправлено|sent at|date d'envoi)",
        r"|(?P<to>to|an|à|a|para|aan|do|til|till|кому|destinataire|empf(?:ä|ae)nger)",
        r"|(?P<subject>subject|betreff|objet|asunto|assunto|oggetto|onderwerp|temat|emne|(?:ä|a)mne|тема|betr\.)",
        r"|(?P<other>cc|bcc|kopie|reply-to|antwort an|importance|priority|wichtigkeit|priorit(?:ä|ae)t|anlagen?|attachments?|organi[sz]ation)",
        r")[ *_\u{a0}]{0,3}:[ *_\u{a0}]{0,3}(?P<value>.*)$"
    ))
});
static CLOCK: LazyLock<Regex> = LazyLock::new(|| pattern(r"\d{1,2}:\d{2}"));

#[derive(Default)]
struct Seen {
    from: bool,
    date: bool,
    to: bool,
    subject: bool,
    /// An address in From or To.
    address: bool,
    /// A time of day in the date.
    clock: bool,
}

/// Whether a block begins at the first of `lines`.
pub(super) fn starts(lines: &[&str]) -> bool {
    let Some(first) = lines.first().filter(|l| l.len() < 500).and_then(|l| FIELD.captures(l)) else {
        return false;
    };
    if first.name("from").is_none() && first.name("date").is_none() {
        return false;
    }
    let mut seen = Seen::default();
    let (mut continued, mut blank) = (0, 0);
    for line in lines.iter().take(WINDOW) {
        match FIELD.captures(crate::text::head(line, 1000)) {
            Some(field) => {
                note(&field, &mut seen);
                (continued, blank) = (0, 0);
            }
            None if line.trim().is_empty() => {
                blank += 1;
                if blank > 1 || seen.complete() {
                    break;
                }
            }
            // Long recipient lists and subjects go on in the next line.
            None => {
                continued += 1;
                if blank > 0 || continued > 3 {
                    break;
                }
                seen.address |= line.contains('@');
            }
        }
    }
    seen.complete()
}

fn note(field: &regex::Captures<'_>, seen: &mut Seen) {
    let value = field.name("value").map_or("", |v| v.as_str());
    let (from, to) = (field.name("from").is_some(), field.name("to").is_some());
    seen.from |= from;
    seen.to |= to;
    seen.date |= field.name("date").is_some();
    seen.subject |= field.name("subject").is_some();
    seen.address |= (from || to) && value.contains('@');
    seen.clock |= field.name("date").is_some() && CLOCK.is_match(value);
}

impl Seen {
    fn complete(&self) -> bool {
        (self.from && (self.subject || self.address) && (self.date || self.to))
            || (self.date && self.clock && self.to && self.address)
    }
}
