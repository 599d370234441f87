//! Divides a message into its parts.
//!
//! Why: a MIME tree is as deep as its sender likes, and mail-parser builds and drops enclosed
//! messages recursively: some ten thousand nested `message/rfc822` headers overflow a worker's
//! stack, hidden in base64 even past a scan of the raw octets. So the tree is walked here, in one
//! pass over the lines with an explicit stack of boundaries; mail-parser reads what is flat: header
//! blocks, transfer encodings and charsets.
//!
//! Guarantees: time linear in the octets times the number of open boundaries (at most
//! [`MAX_DEPTH`]); enclosed messages are leaves and are never entered; no recursion.
//!
//! What it does not do: external bodies, partial messages and encrypted parts are leaves like any
//! other file.

use super::fields::Fields;
use super::guard::{MAX_HEADER, QuarantineReason};
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::parsers::MessageStream;
use std::borrow::Cow;

/// Boundaries open at once.
pub const MAX_DEPTH: usize = 20;
/// Parts of one message.
pub const MAX_PARTS: usize = 1000;

/// How a body is encoded for transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transfer {
    Identity,
    QuotedPrintable,
    Base64,
}

/// A part that is not a multipart.
#[derive(Debug)]
pub(super) struct Leaf<'a> {
    /// Media type in lower case, such as `text/plain`.
    pub kind: String,
    pub charset: Option<String>,
    /// `format=flowed`, and whether the space before a soft break is to be deleted.
    pub flowed: Option<bool>,
    pub transfer: Transfer,
    /// `Content-Disposition: attachment`.
    pub attachment: bool,
    pub name: Option<String>,
    /// The innermost multipart/alternative it is in.
    pub alternative: Option<usize>,
    /// As transferred.
    pub body: &'a [u8],
}

/// A message taken apart.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    pub fields: Fields<'a>,
    /// `report-type` of a multipart/report, in lower case; empty when it names none.
    pub report: Option<String>,
    pub leaves: Vec<Leaf<'a>>,
}

struct Open {
    boundary: String,
    alternative: Option<usize>,
    digest: bool,
}

struct Delimiter {
    /// Which of the open boundaries.
    index: usize,
    /// Whether it closes that multipart.
    closes: bool,
    /// Where its line starts and where the next one does.
    start: usize,
    next: usize,
}

pub(super) fn walk(text: &[u8]) -> Result<Tree<'_>, QuarantineReason> {
    let mut leaves = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut top: Option<(Fields<'_>, Option<String>)> = None;
    let mut parts = 0;
    let mut at = 0;
    loop {
        parts += 1;
        if parts > MAX_PARTS {
            return Err(QuarantineReason::TooManyParts);
        }
        let (head, body_at) = header_block(text, at, &open)?;
        let fields = Fields::parse(head);
        let leaf = describe(&fields, open.last());
        let boundary = fields.multipart_boundary();
        let found = match boundary.filter(|_| leaf.kind.starts_with("multipart/")) {
            Some(boundary) => {
                if open.len() >= MAX_DEPTH {
                    return Err(QuarantineReason::TooDeep);
                }
                let outer = open.last().and_then(|o| o.alternative);
                let alternative = if leaf.kind == "multipart/alternative" { Some(parts) } else { outer };
                open.push(Open { boundary, alternative, digest: leaf.kind == "multipart/digest" });
                let found = next_delimiter(text, body_at, &open);
                if found.as_ref().is_none_or(|d| d.index + 1 < open.len()) {
                    // Its boundary never comes: what there is, is text.
                    let body = slice(text, body_at, found.as_ref());
                    leaves.push(Leaf { kind: "text/plain".to_owned(), body, ..leaf });
                    open.pop();
                }
                found
            }
            None => {
                let found = next_delimiter(text, body_at, &open);
                let kind =
                    if leaf.kind.starts_with("multipart/") { "text/plain".to_owned() } else { leaf.kind };
                leaves.push(Leaf { kind, body: slice(text, body_at, found.as_ref()), ..leaf });
                found
            }
        };
        if top.is_none() {
            let report = fields.report_type();
            top = Some((fields, report));
        }
        match next_part(text, found, &mut open) {
            Some(next) => at = next,
            None => break,
        }
    }
    let (fields, report) = top.ok_or(QuarantineReason::Unreadable)?;
    if fields.is_empty() { Err(QuarantineReason::Unreadable) } else { Ok(Tree { fields, report, leaves }) }
}

/// Closes what the delimiter closes; where the next part begins.
fn next_part(text: &[u8], found: Option<Delimiter>, open: &mut Vec<Open>) -> Option<usize> {
    let mut found = found?;
    loop {
        open.truncate(found.index + 1);
        if !found.closes {
            return Some(found.next);
        }
        open.pop();
        found = next_delimiter(text, found.next, open)?;
    }
}

/// The octets before the delimiter, without the line feed that belongs to it.
fn slice<'a>(text: &'a [u8], from: usize, until: Option<&Delimiter>) -> &'a [u8] {
    let body = text.get(from..until.map_or(text.len(), |d| d.start)).unwrap_or_default();
    body.strip_suffix(b"\n").unwrap_or(body)
}

/// The next line that is a delimiter of an open multipart.
fn next_delimiter(text: &[u8], from: usize, open: &[Open]) -> Option<Delimiter> {
    let mut start = from;
    while !open.is_empty() && start < text.len() {
        let rest = text.get(start..).unwrap_or_default();
        let next = start + rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len()) + 1;
        if let Some((index, closes)) = delimiter(rest, open) {
            return Some(Delimiter { index, closes, start, next });
        }
        start = next;
    }
    None
}

/// Which open multipart, the innermost first, the line at the start of `rest` delimits, and whether
/// it closes it.
fn delimiter(rest: &[u8], open: &[Open]) -> Option<(usize, bool)> {
    let line = rest.strip_prefix(b"--")?;
    open.iter().enumerate().rev().find_map(|(index, o)| {
        let after = line.strip_prefix(o.boundary.as_bytes())?;
        let after = after.split(|b| *b == b'\n').next()?.trim_ascii_end();
        matches!(after, b"" | b"--").then_some((index, after == b"--"))
    })
}

/// The header block, ending with a line feed, and where the body starts. A delimiter ends it too.
fn header_block<'a>(
    text: &'a [u8],
    from: usize,
    open: &[Open],
) -> Result<(&'a [u8], usize), QuarantineReason> {
    let mut at = from;
    let body = loop {
        let rest = text.get(at..).unwrap_or_default();
        match rest.first() {
            None => break at,
            Some(b'\n') => break at + 1,
            Some(b'-') if delimiter(rest, open).is_some() => break at,
            Some(_) => at += rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |end| end + 1),
        }
        if at - from > MAX_HEADER {
            return Err(QuarantineReason::HeaderTooLarge);
        }
    };
    Ok((text.get(from..at).unwrap_or_default(), body))
}

fn describe<'a>(fields: &Fields<'_>, parent: Option<&Open>) -> Leaf<'a> {
    let fallback = if parent.is_some_and(|p| p.digest) { "message/rfc822" } else { "text/plain" };
    let flowed = fields.type_parameter("format").is_some_and(|f| f.eq_ignore_ascii_case("flowed"));
    let delete = fields.type_parameter("delsp").is_some_and(|d| d.eq_ignore_ascii_case("yes"));
    Leaf {
        kind: fields.media_type().unwrap_or_else(|| fallback.to_owned()),
        charset: fields.type_parameter("charset"),
        flowed: flowed.then_some(delete),
        transfer: match fields
            .first("Content-Transfer-Encoding")
            .unwrap_or_default()
            .to_ascii_lowercase()
            .as_str()
        {
            "base64" => Transfer::Base64,
            "quoted-printable" => Transfer::QuotedPrintable,
            _ => Transfer::Identity,
        },
        attachment: fields.is_attachment(),
        name: fields.file_name(),
        alternative: parent.and_then(|p| p.alternative),
        body: b"",
    }
}

impl Leaf<'_> {
    /// The content; what is not encoded as announced is taken as it is.
    pub fn decoded(&self, max: usize) -> Cow<'_, [u8]> {
        let body = self.body.get(..max.min(self.body.len())).unwrap_or_default();
        let mut stream = MessageStream::new(body);
        let (end, content) = match self.transfer {
            Transfer::Identity => return Cow::Borrowed(body),
            Transfer::QuotedPrintable => stream.decode_quoted_printable_mime(b""),
            Transfer::Base64 => stream.decode_base64_mime(b""),
        };
        // usize::MAX is how the decoder says that it gave up.
        if end == usize::MAX { Cow::Borrowed(body) } else { Cow::Owned(content.into_owned()) }
    }

    /// The content as text, at most `max` encoded octets of it: by its charset, else UTF-8, else
    /// Windows-1252. Without NUL, which PostgreSQL cannot store.
    pub fn text(&self, max: usize) -> String {
        let octets = self.decoded(max);
        let named = self.charset.as_deref().filter(|c| !c.is_empty() && !c.eq_ignore_ascii_case("utf-8"));
        let decoder = named.and_then(|c| charset_decoder(c.trim().as_bytes()));
        let text = match (decoder, std::str::from_utf8(&octets)) {
            (Some(decode), _) => decode(&octets),
            (None, Ok(text)) => text.to_owned(),
            (None, Err(error)) if error.error_len().is_none() => {
                String::from_utf8_lossy(&octets).into_owned()
            }
            (None, Err(_)) => match charset_decoder(b"windows-1252") {
                Some(decode) => decode(&octets),
                None => String::from_utf8_lossy(&octets).into_owned(),
            },
        };
        text.replace("\r\n", "\n").replace(['\0', '\r'], "")
    }

    /// Octets of the content, without decoding it.
    pub fn size(&self) -> usize {
        match self.transfer {
            Transfer::Identity | Transfer::QuotedPrintable => self.body.len(),
            Transfer::Base64 => {
                let digits =
                    self.body.iter().filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'));
                digits.count() * 3 / 4
            }
        }
    }
}
