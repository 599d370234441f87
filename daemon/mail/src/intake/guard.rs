//! Looks at the raw octets before anything parses them.
//!
//! Why: a mail is as long and as deeply nested as its sender likes. Guarantees: what passes has at
//! most [`MAX_SIZE`] octets, a bounded header block and bounded numbers of boundaries and enclosed
//! messages, line feeds as its only line ends, and no NUL. One pass or two over the octets, no
//! recursion, no allocation beyond one copy.
//!
//! What it does not do: it does not understand MIME; parts and depth are counted where they are
//! divided (`mime`). What it refuses is kept raw and shown to a person, never tried again.

use crate::text::octet_pattern;
use regex::bytes::Regex;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// Octets of one message.
pub const MAX_SIZE: usize = 25 * 1024 * 1024;
/// Octets before the first empty line.
pub const MAX_HEADER: usize = 256 * 1024;
/// Mentions of a type that encloses a message.
pub const MAX_ENCLOSED: usize = 100;
/// Mentions of a boundary parameter.
pub const MAX_BOUNDARIES: usize = 200;

/// Why a mail is kept aside unread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QuarantineReason {
    /// Nothing in it.
    Empty,
    /// Over [`MAX_SIZE`].
    TooLarge,
    /// Holds NUL octets.
    NulBytes,
    /// Header block over [`MAX_HEADER`].
    HeaderTooLarge,
    /// Over [`MAX_ENCLOSED`].
    TooManyMessages,
    /// Over [`MAX_BOUNDARIES`].
    TooManyBoundaries,
    /// More parts than [`super::mime::MAX_PARTS`].
    TooManyParts,
    /// Nested deeper than [`super::mime::MAX_DEPTH`].
    TooDeep,
    /// No header field at all, or the parser gave up.
    Unreadable,
}

impl QuarantineReason {
    /// The reason as stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge => "too_large",
            Self::NulBytes => "nul_bytes",
            Self::HeaderTooLarge => "header_too_large",
            Self::TooManyMessages => "too_many_messages",
            Self::TooManyBoundaries => "too_many_boundaries",
            Self::TooManyParts => "too_many_parts",
            Self::TooDeep => "too_deep",
            Self::Unreadable => "unreadable",
        }
    }
}

impl std::fmt::Display for QuarantineReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

static ENCLOSED: LazyLock<Regex> =
    LazyLock::new(|| octet_pattern(r"(?i-u)message/(?:rfc822|global)\b|multipart/digest"));
static BOUNDARY: LazyLock<Regex> = LazyLock::new(|| octet_pattern(r"(?i-u)\bboundary[\s*0-9]*="));

/// The message with line feeds as line ends, without an mbox `From ` line, ending with a line feed.
pub(super) fn admit(raw: &[u8]) -> Result<Vec<u8>, QuarantineReason> {
    if raw.len() > MAX_SIZE {
        return Err(QuarantineReason::TooLarge);
    }
    if raw.contains(&0) {
        return Err(QuarantineReason::NulBytes);
    }
    let mut clean = canonical(raw);
    if clean.is_empty() {
        return Err(QuarantineReason::Empty);
    }
    clean.push(b'\n');
    let header = clean.windows(2).take(MAX_HEADER).position(|pair| pair == b"\n\n");
    if header.is_none() && clean.len() > MAX_HEADER {
        return Err(QuarantineReason::HeaderTooLarge);
    }
    if exceeds(&ENCLOSED, &clean, MAX_ENCLOSED) {
        return Err(QuarantineReason::TooManyMessages);
    }
    if exceeds(&BOUNDARY, &clean, MAX_BOUNDARIES) {
        return Err(QuarantineReason::TooManyBoundaries);
    }
    Ok(clean)
}

fn exceeds(pattern: &Regex, text: &[u8], max: usize) -> bool {
    pattern.find_iter(text).nth(max).is_some()
}

/// SHA-256 of the message in a form that does not depend on how it was handed over: line ends
/// unified, without an mbox `From ` line and without empty lines at either end.
///
/// It recognises the same stored message arriving again. The same letter by two routes differs in
/// its trace fields; [`super::Incoming::body_sha256`] with Message-ID and sender tells those.
#[must_use]
pub fn raw_sha256(raw: &[u8]) -> [u8; 32] {
    Sha256::digest(canonical(raw)).into()
}

/// Line feeds for CRLF and lone CR; no leading empty lines, no mbox line, no trailing empty lines.
fn canonical(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.iter().position(|b| *b == b'\r') {
        let (before, after) = rest.split_at(at);
        out.extend_from_slice(before);
        out.push(b'\n');
        rest = after.get(1..).unwrap_or_default();
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
    out.extend_from_slice(rest);
    let end = out.iter().rposition(|b| *b != b'\n').map_or(0, |last| last + 1);
    out.truncate(end);
    let mut start = out.iter().position(|b| *b != b'\n').unwrap_or(0);
    if out.get(start..).is_some_and(|text| text.starts_with(b"From ")) {
        start = out.iter().skip(start).position(|b| *b == b'\n').map_or(out.len(), |end| start + end + 1);
    }
    out.drain(..start);
    out
}
