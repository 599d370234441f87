//! Sending in two steps, so that a letter leaves at most once.
//!
//! Why: SMTP has no idempotency key. A daemon that dies after the server took a letter and before
//! it wrote that down must not send it again, and one that dies earlier must. So the way is cut in
//! two: [`Mailer::open`] goes as far as the server's `354` (nothing has left, everything may be
//! tried again); then the caller commits "transmitting" to the database; then
//! [`Ready::transmit`] lets the body go and says what became of it.
//!
//! Guarantees
//! - Dropping [`Ready`] sends nothing: the connection is closed without the final dot.
//! - A time-out, reset or unreadable answer once the body began is [`Outcome::InDoubt`], never a
//!   failure. A negative reply is what the server said: it did not take the letter.
//! - Every phase has its own deadline; a server that trickles or floods cannot hold a task.
//! - One letter is all or nothing: when any recipient is refused nothing is sent to the others, so
//!   that one outreach never counts as half delivered. [`Refusal::refused`] says which.
//! - Neither `Display` nor `Debug` of anything here shows an address or a server's text.
//!
//! What it does not do: it keeps no connection for the next letter, retries nothing and logs
//! nothing. Why not lettre's own connection type: its time-out ends with the connect, it keeps
//! octets read before STARTTLS across the TLS upgrade (a reply slipped in there would be believed),
//! and a reply line is read to its end before its length is looked at. lettre writes the commands;
//! the wire is ours.

mod maildir;
mod memory;
mod settings;
mod smtp;
mod wire;

pub use maildir::Maildir;
pub use memory::{Memory, Script};
pub use settings::{MailerError, Password, SmtpSettings, Timeouts};
pub use smtp::Smtp;

use crate::outgoing::Envelope;
use std::fmt;

/// Where letters go.
#[derive(Debug, Clone)]
pub enum Mailer {
    /// A mail server.
    Smtp(Smtp),
    /// A folder that mail programs open; for the demo and for hand-over to another system.
    Maildir(Maildir),
    /// A list in memory with scripted outcomes, for tests.
    Memory(Memory),
}

impl Mailer {
    /// A mailer by URL: `smtp://` (no TLS), `smtps://` (TLS from the start),
    /// `smtp+starttls://` (TLS required after STARTTLS) with `user:password@host:port`, or
    /// `maildir:/path`. Ports default to 25, 465 and 587.
    ///
    /// # Errors
    ///
    /// [`MailerError`] when the URL or a setting cannot be used; nothing is connected yet.
    pub fn from_url(url: &str, settings: SmtpSettings) -> Result<Self, MailerError> {
        match url.strip_prefix("maildir:") {
            Some(path) => match path.trim_start_matches("//") {
                "" => Err(MailerError::Url("maildir: needs a path")),
                path => Ok(Self::Maildir(Maildir::new(path))),
            },
            None => Ok(Self::Smtp(Smtp::from_url(url, settings)?)),
        }
    }

    /// Letters become files in a Maildir at `path`, which is made when it does not exist.
    #[must_use]
    pub fn maildir(path: impl Into<std::path::PathBuf>) -> Self {
        Self::Maildir(Maildir::new(path))
    }

    /// Letters are kept in memory; the second value reads and scripts them.
    #[must_use]
    pub fn memory() -> (Self, Memory) {
        let memory = Memory::default();
        (Self::Memory(memory.clone()), memory)
    }

    /// Everything up to the point of no return, for a letter of `size` octets. When it returns
    /// `Ready`, the server waits for the body and nothing has left.
    ///
    /// # Errors
    ///
    /// [`SendError`]: nothing has left, and the variant says whether to try again.
    pub async fn open(&self, envelope: &Envelope, size: usize) -> Result<Ready, SendError> {
        match self {
            Self::Smtp(smtp) => smtp.open(envelope, size).await.map(Slot::Smtp),
            Self::Maildir(folder) => folder.open().await.map(Slot::Maildir),
            Self::Memory(memory) => memory.open(envelope).map(Slot::Memory),
        }
        .map(Ready)
    }

    /// Whether the way is free: connects and authenticates, or looks at the folder. For `doctor`.
    ///
    /// # Errors
    ///
    /// [`SendError`] with the phase that failed.
    pub async fn probe(&self) -> Result<(), SendError> {
        match self {
            Self::Smtp(smtp) => smtp.probe().await,
            Self::Maildir(folder) => folder.open().await.map(drop),
            Self::Memory(_) => Ok(()),
        }
    }
}

/// A server that waits for the body of one letter. Dropping it sends nothing.
#[derive(Debug)]
#[must_use = "dropping it closes the connection without sending"]
pub struct Ready(Slot);

#[derive(Debug)]
enum Slot {
    Smtp(smtp::Session),
    Maildir(maildir::Slot),
    Memory(memory::Slot),
}

impl Ready {
    /// Sends the body, exactly [`crate::Composed::bytes`]. Not cancel-safe: a dropped future means
    /// [`Outcome::InDoubt`].
    pub async fn transmit(self, bytes: &[u8]) -> Outcome {
        match self.0 {
            Slot::Smtp(session) => session.transmit(bytes).await,
            Slot::Maildir(slot) => slot.transmit(bytes).await,
            Slot::Memory(slot) => slot.transmit(bytes),
        }
    }

    /// Gives the letter up (the fence was lost, the ledger moved): closes without sending.
    pub fn abandon(self) {
        drop(self);
    }
}

/// How far an attempt came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Name lookup and TCP.
    Connect,
    /// The TLS handshake.
    Tls,
    /// The server's first line.
    Greeting,
    /// EHLO, and STARTTLS.
    Ehlo,
    /// AUTH.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA, before the body.
    Data,
    /// The body and what was said to it.
    Body,
    /// The Maildir.
    Folder,
}

impl Phase {
    /// The name in lower case, for the database and for metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Greeting => "greeting",
            Self::Ehlo => "ehlo",
            Self::Auth => "auth",
            Self::Mail => "mail",
            Self::Rcpt => "rcpt",
            Self::Data => "data",
            Self::Body => "body",
            Self::Folder => "folder",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a server said.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    /// Three digits.
    pub code: u16,
    /// The lines joined by spaces, control characters removed, at most 512 characters. May hold
    /// addresses: for the database, not for the log.
    pub text: String,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({})", self.code)
    }
}

/// A recipient the server does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Place in [`Envelope::to`].
    pub index: usize,
    /// Why; 4xx may pass, 5xx will not.
    pub reply: Reply,
}

/// Why an attempt ended before the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// How far it came.
    pub phase: Phase,
    /// For the operator; no personal data.
    pub why: String,
    /// The reply that ended it.
    pub reply: Option<Reply>,
    /// The refused recipients when the phase is [`Phase::Rcpt`]; all recipients were asked.
    pub refused: Vec<Refused>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.phase, self.why)?;
        self.reply.as_ref().map_or(Ok(()), |reply| write!(f, " ({})", reply.code))
    }
}

/// An attempt that ended before the point of no return: nothing has left.
///
/// A reply to MAIL, RCPT or DATA is about this letter: 5xx rejects it, 4xx defers it. Whatever goes
/// wrong before that is about the connection or the configuration (a 554 greeting, a refused
/// password, an untrusted certificate, any 53x): it defers, because no letter is to be given up for
/// it. Of several refused recipients a 5xx weighs more than a 4xx.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Try again later.
    #[error("deferred at {0}")]
    Deferred(Refusal),
    /// Trying again is of no use.
    #[error("rejected at {0}")]
    Rejected(Refusal),
}

impl SendError {
    /// The circumstances, whichever variant.
    #[must_use]
    pub const fn refusal(&self) -> &Refusal {
        match self {
            Self::Deferred(refusal) | Self::Rejected(refusal) => refusal,
        }
    }
}

/// What became of a letter whose body was let go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// 2xx: the server answers for it from here on. The text often names its queue id.
    Accepted(Reply),
    /// 5xx: it was not taken and never will be.
    Rejected(Reply),
    /// 4xx, or a folder that could not take it: it was not taken; try again later.
    Deferred {
        /// The server's reply, if it was a server.
        reply: Option<Reply>,
        /// For the operator; no personal data.
        why: String,
    },
    /// Nobody knows. Never to be sent again by a machine.
    InDoubt {
        /// For the operator; no personal data.
        why: String,
    },
}

#[cfg(test)]
mod tests;
