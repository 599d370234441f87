//! Writes a letter down as a MIME message.
//!
//! Why: a letter is rendered once, stored, and sent from what was stored; a second rendering of
//! the same values must be the same bytes, or a resend could say something else.
//!
//! Guarantees: equal [`Outgoing`] values give equal bytes (date and Message-ID are the caller's,
//! boundaries are derived from the Message-ID); no value can start a header field or a part of its
//! own; the result is ASCII with CRLF line ends and no line over 998 octets, so any SMTP server
//! takes it; the HTML part is made from the text and says the same.
//!
//! What it does not do: long lines of the body are not wrapped: quoted-printable carries them as
//! they are and the reader's program wraps them, so that the text that was checked is the text that
//! arrives.

use crate::address::Mailbox;
use crate::markup::html_from_text;
use crate::outgoing::{Attachment, Composed, Envelope, Outgoing};
use lettre::message::header::{
    ContentDisposition, ContentTransferEncoding, ContentType, HeaderName, HeaderValue,
};
use lettre::message::{Body, MessageBuilder, MultiPart, SinglePart};
use sha2::{Digest, Sha256};
use std::time::SystemTime;

/// Most recipients of one letter.
pub const MAX_RECIPIENTS: usize = 50;
/// Most octets of all attachments together, before encoding.
pub const MAX_ATTACHED: usize = 20 * 1024 * 1024;
/// Most octets of the text.
pub const MAX_TEXT: usize = 256 * 1024;

/// Why a letter cannot be written down. Names the part, never its content.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// `to` is empty.
    #[error("the letter has no recipient")]
    NoRecipient,
    /// More than [`MAX_RECIPIENTS`].
    #[error("the letter has more than {MAX_RECIPIENTS} recipients")]
    TooManyRecipients,
    /// Not `<local@domain>` in ASCII.
    #[error("the Message-ID is not of the form <local@domain>")]
    MessageId,
    /// Before 1970 or after 9999.
    #[error("the date is outside the years 1970 to 9999")]
    Date,
    /// Not a media type that may be attached.
    #[error("attachment {0} has no usable media type")]
    MediaType(usize),
    /// More than [`MAX_ATTACHED`] octets.
    #[error("the attachments are larger than {MAX_ATTACHED} octets together")]
    Attachments,
    /// More than [`MAX_TEXT`] octets.
    #[error("the text is larger than {MAX_TEXT} octets")]
    Text,
    /// `Content-Language` is not a language tag.
    #[error("the language is not a tag such as de or en-GB")]
    Language,
    /// A header line that cannot be folded under 998 octets.
    #[error("a header line is longer than 998 octets")]
    Line,
    /// The builder refused.
    #[error("the message cannot be built")]
    Build(#[source] lettre::error::Error),
    /// The builder refused an address that we accept.
    #[error("an address cannot be written in a header")]
    Address(#[source] lettre::address::AddressError),
}

/// Renders a letter.
///
/// # Errors
///
/// See [`ComposeError`]; nothing is rendered half.
pub fn compose(letter: &Outgoing) -> Result<Composed, ComposeError> {
    let envelope = envelope(letter)?;
    if !is_message_id(&letter.message_id) {
        return Err(ComposeError::MessageId);
    }
    if letter.text.len() > MAX_TEXT {
        return Err(ComposeError::Text);
    }
    if letter.attachments.iter().map(|a| a.bytes.len()).sum::<usize>() > MAX_ATTACHED {
        return Err(ComposeError::Attachments);
    }
    let message = match body(letter)? {
        Content::Single(part) => headers(letter)?.singlepart(part),
        Content::Multi(part) => headers(letter)?.multipart(part),
    };
    let mut bytes = message.map_err(ComposeError::Build)?.formatted();
    if !bytes.ends_with(b"\r\n") {
        bytes.extend(b"\r\n");
    }
    let lines_fit = bytes.split(|b| *b == b'\n').all(|line| line.len() <= 999);
    if lines_fit && bytes.is_ascii() { Ok(Composed { envelope, bytes }) } else { Err(ComposeError::Line) }
}

fn envelope(letter: &Outgoing) -> Result<Envelope, ComposeError> {
    let mut to: Vec<crate::Address> = Vec::with_capacity(letter.to.len() + letter.cc.len());
    for mailbox in letter.to.iter().chain(&letter.cc) {
        if !to.iter().any(|known| known.same_mailbox(&mailbox.address)) {
            to.push(mailbox.address.clone());
        }
    }
    match to.len() {
        _ if letter.to.is_empty() => Err(ComposeError::NoRecipient),
        n if n > MAX_RECIPIENTS => Err(ComposeError::TooManyRecipients),
        _ => Ok(Envelope { from: letter.envelope_from.clone(), to }),
    }
}

fn headers(letter: &Outgoing) -> Result<MessageBuilder, ComposeError> {
    let seconds = letter.date.timestamp();
    // The last second of the year 9999; the date formatter below has no form for later ones.
    if !(0..=253_402_300_799).contains(&seconds) {
        return Err(ComposeError::Date);
    }
    let date = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds.unsigned_abs());
    let mut builder = lettre::Message::builder()
        .date(date)
        .from(mailbox(&letter.from)?)
        .message_id(Some(letter.message_id.clone()));
    for to in &letter.to {
        builder = builder.to(mailbox(to)?);
    }
    for cc in &letter.cc {
        builder = builder.cc(mailbox(cc)?);
    }
    if let Some(reply_to) = &letter.reply_to {
        builder = builder.reply_to(mailbox(reply_to)?);
    }
    builder = builder.subject(one_line(&letter.subject));
    if let Some(id) = letter.in_reply_to.as_ref().filter(|id| is_message_id(id)) {
        builder = builder.in_reply_to(id.clone());
    }
    let references = references(&letter.references);
    if !references.is_empty() {
        builder = builder.references(references);
    }
    if letter.automatic {
        builder = raw(builder, HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated");
        builder = raw(builder, HeaderName::new_from_ascii_str("X-Auto-Response-Suppress"), "All");
    }
    if let Some(note) = &letter.ai_generated {
        builder = raw(builder, HeaderName::new_from_ascii_str("X-AI-Generated"), &one_line(note));
    }
    if let Some(language) = &letter.language {
        if !is_language_tag(language) {
            return Err(ComposeError::Language);
        }
        builder = raw(builder, HeaderName::new_from_ascii_str("Content-Language"), language);
    }
    Ok(builder)
}

fn raw(builder: MessageBuilder, name: HeaderName, value: &str) -> MessageBuilder {
    builder.raw_header(HeaderValue::new(name, value.to_owned()))
}

enum Content {
    Single(SinglePart),
    Multi(MultiPart),
}

fn body(letter: &Outgoing) -> Result<Content, ComposeError> {
    let text = clean_text(&letter.text);
    let plain = text_part(ContentType::TEXT_PLAIN, text.clone());
    let html = letter
        .html
        .then(|| text_part(ContentType::TEXT_HTML, html_from_text(&text, letter.language.as_deref())));
    if letter.attachments.is_empty() {
        return Ok(match html {
            None => Content::Single(plain),
            Some(html) => Content::Multi(alternative(letter, plain, html)),
        });
    }
    let mixed = MultiPart::mixed().boundary(boundary(letter, "mixed"));
    let mut mixed = match html {
        None => mixed.singlepart(plain),
        Some(html) => mixed.multipart(alternative(letter, plain, html)),
    };
    for (index, attachment) in letter.attachments.iter().enumerate() {
        mixed = mixed.singlepart(file_part(index, attachment)?);
    }
    Ok(Content::Multi(mixed))
}

fn alternative(letter: &Outgoing, plain: SinglePart, html: SinglePart) -> MultiPart {
    MultiPart::alternative().boundary(boundary(letter, "alternative")).singlepart(plain).singlepart(html)
}

/// `=_` cannot occur in quoted-printable or base64 text, so the boundary never occurs in a part.
fn boundary(letter: &Outgoing, role: &str) -> String {
    let digest = Sha256::new().chain_update(role).chain_update(&letter.message_id).finalize();
    let token = crate::base32::encode(&digest);
    format!("=_{}", token.get(..32).unwrap_or(&token))
}

fn text_part(kind: ContentType, text: String) -> SinglePart {
    // Quoted-printable takes any text; the error arm hands the octets back and cannot be reached.
    let body =
        Body::new_with_encoding(text, ContentTransferEncoding::QuotedPrintable).unwrap_or_else(Body::new);
    SinglePart::builder().header(kind).body(body)
}

fn file_part(index: usize, file: &Attachment) -> Result<SinglePart, ComposeError> {
    let composite = ["multipart/", "message/"].iter().any(|p| file.mime.to_ascii_lowercase().starts_with(p));
    let clean = file.mime.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    let kind = ContentType::parse(&file.mime).ok().filter(|_| clean && !composite);
    let kind = kind.ok_or(ComposeError::MediaType(index))?;
    let name = one_line(&file.name).replace(['/', '\\', '"'], "_");
    let name = if name.is_empty() { "attachment" } else { name.as_str() };
    let body = Body::new_with_encoding(file.bytes.clone(), ContentTransferEncoding::Base64)
        .unwrap_or_else(Body::new);
    Ok(SinglePart::builder().header(kind).header(ContentDisposition::attachment(name)).body(body))
}

fn mailbox(mailbox: &Mailbox) -> Result<lettre::message::Mailbox, ComposeError> {
    let address = lettre::Address::new(mailbox.address.local(), mailbox.address.domain())
        .map_err(ComposeError::Address)?;
    let name = mailbox.name.as_deref().map(one_line).filter(|name| !name.is_empty());
    Ok(lettre::message::Mailbox::new(name, address))
}

/// A text that fits in one header field: whitespace and control characters become single spaces,
/// invisible direction overrides are removed, and a word over 200 characters is broken by a space,
/// since a field can only be folded between words.
fn one_line(text: &str) -> String {
    let hidden = |c: &char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let spaced: String =
        text.chars().filter(|c| !hidden(c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut line = String::with_capacity(spaced.len());
    for word in spaced.split_whitespace() {
        for (position, c) in word.chars().enumerate() {
            if position % 200 == 0 && !line.is_empty() {
                line.push(' ');
            }
            line.push(c);
        }
    }
    line
}

/// Line feeds only, no other control characters but tabs, one line feed at the end.
fn clean_text(text: &str) -> String {
    let unified = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut clean: String =
        unified.chars().map(|c| if c.is_control() && c != '\n' && c != '\t' { ' ' } else { c }).collect();
    clean.truncate(clean.trim_end().len());
    clean.push('\n');
    clean
}

/// `<left@right>`: printable ASCII, no spaces, no further brackets, at most 250 octets.
pub(crate) fn is_message_id(id: &str) -> bool {
    let inner = id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).unwrap_or_default();
    let printable = inner.bytes().all(|b| b.is_ascii_graphic() && b != b'<' && b != b'>');
    let halves = inner.split_once('@').is_some_and(|(left, right)| !left.is_empty() && !right.is_empty());
    id.len() <= 250 && printable && halves
}

/// The first and the last 19: threads need the root and the recent ones (RFC 5537 3.4.4).
fn references(ids: &[String]) -> String {
    let ids: Vec<&str> = ids.iter().map(String::as_str).filter(|id| is_message_id(id)).collect();
    let skip = ids.len().saturating_sub(19).max(1);
    let kept: Vec<&str> = ids.iter().take(1).chain(ids.iter().skip(skip)).copied().collect();
    kept.join(" ")
}

fn is_language_tag(tag: &str) -> bool {
    tag.len() <= 35
        && tag
            .split('-')
            .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests;
