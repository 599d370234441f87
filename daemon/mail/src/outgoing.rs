//! A letter before it is bytes: plain values, no behaviour.
//!
//! Why: the caller decides everything that is said (texts, recipients, date, Message-ID); this
//! crate only writes it down. Nothing here comes from an inbound mail's body, and nothing is
//! filled in silently: no clock, no random boundary, no default recipient.

use crate::address::{Address, Mailbox};
use chrono::{DateTime, Utc};

/// What [`crate::compose`] turns into a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// `From`.
    pub from: Mailbox,
    /// Envelope sender, where delivery reports go (VERP); `None` is the null sender `<>`.
    pub envelope_from: Option<Address>,
    /// `To`; at least one.
    pub to: Vec<Mailbox>,
    /// `Cc`.
    pub cc: Vec<Mailbox>,
    /// `Reply-To`.
    pub reply_to: Option<Mailbox>,
    /// `Subject`; line breaks and control characters become spaces.
    pub subject: String,
    /// The body. Sent as it stands, with CRLF line ends; other control characters become spaces.
    pub text: String,
    /// Whether an HTML part made from `text` is added ([`crate::html_from_text`]).
    pub html: bool,
    /// `Message-ID` with its angle brackets; see [`crate::TokenKeys::message_id`].
    pub message_id: String,
    /// `Date`.
    pub date: DateTime<Utc>,
    /// `In-Reply-To`: a Message-ID with angle brackets. Dropped when it is not one, since it comes
    /// from a stranger's mail and only serves threading.
    pub in_reply_to: Option<String>,
    /// `References`, oldest first; what is not a Message-ID is dropped, and only the first and the
    /// last 19 are kept.
    pub references: Vec<String>,
    /// `Content-Language`, such as `de` or `en-GB`.
    pub language: Option<String>,
    /// Whether the letter is marked as written by a machine: `Auto-Submitted: auto-generated`
    /// (RFC 3834 5) and `X-Auto-Response-Suppress: All` (Exchange), so that machines do not answer.
    pub automatic: bool,
    /// Value of `X-AI-Generated`, the machine-readable mark of Art. 50(2) of Regulation (EU)
    /// 2024/1689; the readable line is part of `text`.
    pub ai_generated: Option<String>,
    /// Files, in order.
    pub attachments: Vec<Attachment>,
}

/// A file sent along.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// File name; directories and control characters are removed.
    pub name: String,
    /// Media type such as `application/pdf`; neither `multipart/*` nor `message/*`.
    pub mime: String,
    /// Content.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Attachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Attachment({}, {} octets)", self.mime, self.bytes.len())
    }
}

/// Whom the mail server is told: the recipients of `To` and `Cc` without repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// `MAIL FROM`; `None` is `<>`.
    pub from: Option<Address>,
    /// `RCPT TO`, at least one.
    pub to: Vec<Address>,
}

/// A finished message.
#[derive(Clone, PartialEq, Eq)]
pub struct Composed {
    /// Sender and recipients.
    pub envelope: Envelope,
    /// The message: ASCII, CRLF line ends, no line over 998 octets, ends with CRLF.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Composed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Composed({} recipients, {} octets)", self.envelope.to.len(), self.bytes.len())
    }
}
