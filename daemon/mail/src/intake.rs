//! Reads a mail that came in.
//!
//! Why: every octet of it was chosen by a stranger. Guarantees: [`read`] is linear in the size of
//! the mail, does not recurse, does not panic and keeps nothing of unbounded length; what breaks a
//! limit is a [`Quarantine`] with its reason, to be kept raw and shown. All texts are free of NUL.
//!
//! What it does not do: it matches no customer and decides nothing. It does not follow links, load
//! pictures, open attachments or enclosed messages.

mod auto;
mod body;
mod fields;
mod guard;
mod html;
mod mime;
mod own;
mod report;

pub use auto::{AutoSign, AutoSigns};
pub use body::{MAX_BODY, TextSource};
pub use guard::{MAX_BOUNDARIES, MAX_ENCLOSED, MAX_HEADER, MAX_SIZE, QuarantineReason, raw_sha256};
pub use mime::{MAX_DEPTH, MAX_PARTS};
pub use own::{NoAnswer, Own, is_own_mail, may_answer_automatically};
pub use report::{AddressHealth, DeliveryReport, MessageFate, ReportedRecipient, StatusCode};

use crate::reply::{Extract, extract_new_text};
use crate::token::{TokenKeys, TokenKind};
use chrono::{DateTime, Utc};
use domain::ids::OutreachId;
use fields::Fields;
use sha2::{Digest, Sha256};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A mail kept aside unread.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the mail is quarantined: {reason}")]
pub struct Quarantine {
    /// Which limit it broke.
    pub reason: QuarantineReason,
}

/// Somebody in a header field.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// The name shown, if any; chosen by the sender, proves nothing.
    pub name: Option<String>,
    /// The address in the form of [`crate::email_norm`].
    pub email: String,
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person(…)")
    }
}

/// What the delivering server noted as the envelope sender.
#[derive(Clone, PartialEq, Eq)]
pub enum ReturnPath {
    /// It noted none.
    Absent,
    /// `<>`: no answer is wanted.
    Null,
    /// An address.
    Address(String),
}

/// A file in a mail.
#[derive(Clone, PartialEq, Eq)]
pub struct AttachmentInfo {
    /// The sender's name for it, without directories.
    pub name: Option<String>,
    /// The sender's media type for it, in lower case.
    pub mime: String,
    /// Octets after decoding (quoted-printable: before).
    pub size: usize,
    /// Meant to be shown within the text.
    pub inline: bool,
}

/// What a mail is, by its structure and header fields. Asked in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Class {
    /// We wrote it.
    Own,
    /// A mail system reports on a delivery (RFC 3464 and other forms).
    Delivery(DeliveryReport),
    /// A recipient's program reports what it did (RFC 8098), such as a refusal by a filter.
    Disposition(DeliveryReport),
    /// Somebody pressed "spam" (RFC 5965).
    Complaint,
    /// A machine answered: absence, receipt.
    AutoReply,
    /// A newsletter or mailing list.
    List,
    /// A person, as far as anyone can tell.
    Human,
}

impl Class {
    /// The class as stored and shown.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Delivery(_) => "delivery_report",
            Self::Disposition(_) => "disposition_report",
            Self::Complaint => "complaint",
            Self::AutoReply => "auto_reply",
            Self::List => "list",
            Self::Human => "human",
        }
    }
}

/// A mail that was read. Not `Debug`-printable in full on purpose: it is somebody's letter.
#[derive(Clone, PartialEq)]
pub struct Incoming {
    /// `Message-ID` with angle brackets. Chosen by the sender.
    pub message_id: Option<String>,
    /// Message-IDs of `In-Reply-To`; some programs write several.
    pub in_reply_to: Vec<String>,
    /// Message-IDs of `References`, newest first.
    pub references: Vec<String>,
    /// First address of `From`.
    pub from: Option<Person>,
    /// `Sender`.
    pub sender: Option<Person>,
    /// `Reply-To`.
    pub reply_to: Vec<Person>,
    /// `Subject`, decoded, one line.
    pub subject: String,
    /// `Date`, as the sender's clock had it.
    pub date: Option<DateTime<Utc>>,
    /// Addresses it was sent to, normalised, without repeats: Delivered-To, X-Original-To,
    /// Envelope-To, X-Envelope-To, To, Cc, in this order.
    pub recipients: Vec<String>,
    /// `Return-Path`.
    pub return_path: ReturnPath,
    /// What a person sees as the text, history included; line feeds, at most
    /// [`crate::MAX_BODY`] octets.
    pub text: String,
    /// Where the text came from.
    pub text_source: TextSource,
    /// Whether the HTML hides text from the reader's eye; it is not part of `text`.
    pub hidden_text: bool,
    /// Files, at most 1,000.
    pub attachments: Vec<AttachmentInfo>,
    /// Signs of a machine.
    pub auto: AutoSigns,
    /// What it is.
    pub class: Class,
    /// The new text, apart from signature and history.
    pub extract: Extract,
    /// SHA-256 of `text`: with Message-ID and sender it tells the same mail by two routes.
    pub body_sha256: [u8; 32],
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Incoming({}, {} octets of text)", self.class.as_str(), self.text.len())
    }
}

impl Incoming {
    /// Message-IDs it answers: In-Reply-To, then References newest first, without repeats.
    pub fn thread_ids(&self) -> impl Iterator<Item = &str> {
        let first = self.in_reply_to.iter();
        let rest = self.references.iter().filter(|id| !self.in_reply_to.contains(id));
        first.chain(rest).map(String::as_str)
    }

    /// Our letters among [`Self::thread_ids`], proven by their signature.
    #[must_use]
    pub fn own_references(&self, keys: &TokenKeys) -> Vec<OutreachId> {
        distinct(self.thread_ids().filter_map(|id| keys.own_message_id(id)))
    }

    /// Tokens among [`Self::recipients`], proven by their signature.
    #[must_use]
    pub fn tokens(&self, keys: &TokenKeys) -> Vec<(TokenKind, OutreachId)> {
        distinct(self.recipients.iter().filter_map(|address| keys.read(address)))
    }
}

fn distinct<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = Vec::new();
    for item in items {
        if !seen.contains(&item) {
            seen.push(item);
        }
    }
    seen
}

/// Reads a mail. `own` says which addresses and marks are ours; what it lacks is not recognised as
/// ours.
///
/// # Errors
///
/// [`Quarantine`] when a limit is broken or nothing can be made of it.
pub fn read(raw: &[u8], own: &Own) -> Result<Incoming, Quarantine> {
    // The parsers below are not known to panic; should one, the mail is kept aside and the daemon
    // goes on. Nothing is shared across this line, so nothing can be left half changed.
    let read = catch_unwind(AssertUnwindSafe(|| read_admitted(raw, own)));
    read.unwrap_or(Err(QuarantineReason::Unreadable)).map_err(|reason| Quarantine { reason })
}

fn read_admitted(raw: &[u8], own: &Own) -> Result<Incoming, QuarantineReason> {
    let text = guard::admit(raw)?;
    let tree = mime::walk(&text)?;
    let body = body::choose(&tree.leaves);
    let fields = &tree.fields;
    let auto = auto::signs(fields);
    let mut incoming = Incoming {
        message_id: fields.ids("Message-ID").into_iter().next(),
        in_reply_to: fields.ids("In-Reply-To"),
        references: fields.ids_backwards("References"),
        from: fields.people("From").into_iter().next(),
        sender: fields.people("Sender").into_iter().next(),
        reply_to: fields.people("Reply-To"),
        subject: fields.text("Subject").unwrap_or_default(),
        date: fields.date(),
        recipients: recipients(fields),
        return_path: return_path(fields),
        attachments: body::attachments(&tree.leaves, &body),
        auto,
        class: Class::Human,
        extract: Extract::default(),
        body_sha256: Sha256::digest(&body.text).into(),
        text_source: body.source,
        hidden_text: body.hidden,
        text: body.text,
    };
    incoming.class = class(&incoming, &tree, own);
    incoming.extract = extract_new_text(&incoming.text);
    Ok(incoming)
}

fn class(mail: &Incoming, tree: &mime::Tree<'_>, own: &Own) -> Class {
    if is_own_mail(mail, own) {
        return Class::Own;
    }
    if let Some(class) = report::read(mail, tree) {
        return class;
    }
    if mail.auto.is_automatic {
        return Class::AutoReply;
    }
    let answers_us = own
        .keys
        .as_ref()
        .is_some_and(|keys| !mail.own_references(keys).is_empty() || !mail.tokens(keys).is_empty());
    // A debtor's accounts mailbox may be a list; what answers our letter is read as an answer.
    if mail.auto.is_list() && !answers_us { Class::List } else { Class::Human }
}

fn recipients(fields: &Fields<'_>) -> Vec<String> {
    const NAMES: [&str; 6] = ["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc"];
    distinct(NAMES.iter().flat_map(|name| fields.addresses(name)))
}

fn return_path(fields: &Fields<'_>) -> ReturnPath {
    match fields.first("Return-Path") {
        None => ReturnPath::Absent,
        Some(text) => match fields.addresses("Return-Path").into_iter().next() {
            Some(address) => ReturnPath::Address(address),
            None if text.chars().all(|c| matches!(c, '<' | '>' | ' ')) => ReturnPath::Null,
            None => ReturnPath::Absent,
        },
    }
}

#[cfg(test)]
mod tests;
