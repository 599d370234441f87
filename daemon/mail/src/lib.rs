//! Mail out and mail in.
//!
//! Why: mail is where the daemon meets strangers. Outgoing letters must be provably one letter
//! ([`compose()`], [`Mailer`]); incoming bytes are hostile until read ([`read`]).
//!
//! Guarantees: nothing here asks the time, draws random numbers, touches the database or logs an
//! address, a name or a text. Everything that reads a stranger's bytes is linear in their number,
//! does not recurse and does not panic.
//!
//! What it does not do: it fetches no mail (IMAP), signs nothing (DKIM) and decides nothing; it
//! gives facts to those who do.

mod address;
mod base32;
mod compose;
mod intake;
mod markup;
mod outgoing;
mod reply;
mod send;
mod text;
mod token;

pub use address::{Address, AddressError, Mailbox, email_norm};
pub use compose::{ComposeError, MAX_ATTACHED, MAX_RECIPIENTS, MAX_TEXT, compose};
pub use intake::{
    AddressHealth, AttachmentInfo, AutoSign, AutoSigns, Class, DeliveryReport, Incoming, MAX_BODY,
    MAX_BOUNDARIES, MAX_DEPTH, MAX_ENCLOSED, MAX_HEADER, MAX_PARTS, MAX_SIZE, MessageFate, NoAnswer, Own,
    Person, Quarantine, QuarantineReason, ReportedRecipient, ReturnPath, StatusCode, TextSource, is_own_mail,
    may_answer_automatically, raw_sha256, read,
};
pub use markup::html_from_text;
pub use outgoing::{Attachment, Composed, Envelope, Outgoing};
pub use reply::{Extract, extract_new_text};
pub use send::{
    Maildir, Mailer, MailerError, Memory, Outcome, Password, Phase, Ready, Refusal, Refused, Reply, Script,
    SendError, Smtp, SmtpSettings, Timeouts,
};
pub use token::{TokenError, TokenKeys, TokenKind};
