//! What is ours, and what a machine may never answer.
//!
//! Why: two machines that answer one another never stop, and a mail of our own that comes back must
//! not be taken for a customer's. This is the one place that says no; whoever sends automatically
//! asks here first. Its no is never overruled by a model or a policy.

use super::{Class, Incoming, ReturnPath};
use crate::address::email_norm;
use crate::token::{TokenKeys, TokenKind};

/// What identifies us.
#[derive(Debug, Clone, Default)]
pub struct Own {
    /// Addresses we send from or receive at, in any case; a plus-detail is ignored.
    pub addresses: Vec<String>,
    /// Keys that sign our Message-IDs and tokens.
    pub keys: Option<TokenKeys>,
}

impl Own {
    fn has(&self, email: &str) -> bool {
        let plain = without_detail(email);
        self.addresses.iter().filter_map(|a| email_norm(a)).any(|own| without_detail(&own) == plain)
    }
}

/// `a+b@c` as `a@c`.
fn without_detail(email: &str) -> String {
    match email.rsplit_once('@') {
        Some((local, domain)) => format!("{}@{domain}", local.split('+').next().unwrap_or_default()),
        None => email.to_owned(),
    }
}

/// Whether we wrote it: its Message-ID carries our signature, or it claims one of our addresses as
/// its author. The claim may be forged; such a mail is set aside as ours and shown, not acted upon.
#[must_use]
pub fn is_own_mail(mail: &Incoming, own: &Own) -> bool {
    let by_id =
        |keys: &TokenKeys| mail.message_id.as_ref().is_some_and(|id| keys.own_message_id(id).is_some());
    own.keys.as_ref().is_some_and(by_id) || mail.from.as_ref().is_some_and(|from| own.has(&from.email))
}

/// Why a mail must not be answered by a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NoAnswer {
    /// We wrote it.
    #[error("it is our own mail")]
    OwnMail,
    /// A delivery or disposition report, or a complaint.
    #[error("it is a report of a mail system")]
    Report,
    /// An automatic answer.
    #[error("it is an automatic mail")]
    Automatic,
    /// A list or newsletter.
    #[error("it came through a list")]
    List,
    /// It asks for no automatic answer, or has no envelope sender to answer to.
    #[error("it asks for no automatic answer")]
    AskedNotTo,
    /// No usable sender, or one that no person reads.
    #[error("nobody reads at its sender")]
    NobodyThere,
    /// The answer would go to ourselves.
    #[error("the answer would go to ourselves")]
    ToOurselves,
    /// It was sent to an envelope address of ours, where only machines write.
    #[error("it was sent to a bounce address")]
    AtBounceAddress,
}

impl NoAnswer {
    /// The reason as stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OwnMail => "own_mail",
            Self::Report => "report",
            Self::Automatic => "automatic",
            Self::List => "list",
            Self::AskedNotTo => "asked_not_to",
            Self::NobodyThere => "nobody_there",
            Self::ToOurselves => "to_ourselves",
            Self::AtBounceAddress => "at_bounce_address",
        }
    }
}

/// Local parts no person answers from (RFC 2142, RFC 3834 2, and custom).
const NOBODY: [&str; 12] = [
    "mailer-daemon",
    "mail-daemon",
    "mailerdaemon",
    "postmaster",
    "noreply",
    "no-reply",
    "no_reply",
    "donotreply",
    "do-not-reply",
    "nicht-antworten",
    "bounce",
    "bounces",
];

/// Whether a machine may answer this mail at all (I7). A yes is no permission: caps, holds and
/// policies come on top.
///
/// # Errors
///
/// [`NoAnswer`], the first reason found.
pub fn may_answer_automatically(mail: &Incoming, own: &Own) -> Result<(), NoAnswer> {
    if is_own_mail(mail, own) {
        return Err(NoAnswer::OwnMail);
    }
    match mail.class {
        Class::Own => return Err(NoAnswer::OwnMail),
        Class::Delivery(_) | Class::Disposition(_) | Class::Complaint => return Err(NoAnswer::Report),
        Class::AutoReply => return Err(NoAnswer::Automatic),
        Class::List => return Err(NoAnswer::List),
        Class::Human => {}
    }
    if mail.auto.is_automatic {
        return Err(NoAnswer::Automatic);
    }
    if mail.auto.is_list() {
        return Err(NoAnswer::List);
    }
    if !mail.auto.may_auto_answer || mail.return_path == ReturnPath::Null {
        return Err(NoAnswer::AskedNotTo);
    }
    let target = mail.reply_to.first().or(mail.from.as_ref()).ok_or(NoAnswer::NobodyThere)?;
    let nobody = |email: &str| {
        let local = email.split(['@', '+']).next().unwrap_or_default();
        NOBODY.contains(&local) || local.starts_with("owner-") || local.ends_with("-request")
    };
    if nobody(&target.email) || mail.from.as_ref().is_none_or(|from| nobody(&from.email)) {
        return Err(NoAnswer::NobodyThere);
    }
    if own.has(&target.email) {
        return Err(NoAnswer::ToOurselves);
    }
    let at_bounce = |keys: &TokenKeys| mail.tokens(keys).iter().any(|(kind, _)| *kind == TokenKind::Bounce);
    if own.keys.as_ref().is_some_and(at_bounce) { Err(NoAnswer::AtBounceAddress) } else { Ok(()) }
}
