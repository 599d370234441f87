//! Delivery reports, disposition reports and complaints.
//!
//! Why: a letter that bounced was not received, and must not count as sent. Sources: RFC 3464
//! (delivery status), RFC 3463 (status codes), RFC 8098 (disposition), RFC 5965 (complaints).
//! Guarantees: what became of the message and what is known of the address are two facts: "failed"
//! with a 4.x code ends this letter and says nothing final about the address; a delay is no
//! failure. The remote server's own words (Diagnostic-Code) count before the reporting server's
//! Status, which is often a bare 5.0.0.
//!
//! What it does not do: it proves nothing. A report can be forged; whoever acts on one needs a
//! token or Message-ID of ours in it ([`DeliveryReport::original_message_ids`],
//! [`super::Incoming::tokens`]). Of the non-standard forms only the common ones are read.

use super::mime::{Leaf, Tree};
use super::{Class, Incoming, ReturnPath};
use crate::address::email_norm;
use crate::text::{line, pattern};
use regex::Regex;
use std::fmt;
use std::sync::LazyLock;

mod codes;
mod plain;

pub use codes::{AddressHealth, StatusCode};

/// Octets of a report part that are read.
const MAX_PART: usize = 64 * 1024;
/// Recipients of one report.
const MAX_RECIPIENTS: usize = 100;

/// What became of the letter for one recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageFate {
    /// Given up.
    Failed,
    /// Still being tried: no outcome yet.
    Delayed,
    /// In the mailbox, or read.
    Delivered,
    /// Handed to a system that reports no more, or to a list.
    Relayed,
}

/// One recipient in a report.
#[derive(Clone, PartialEq, Eq)]
pub struct ReportedRecipient {
    /// The address as the report names it, normalised.
    pub address: String,
    /// The address as we wrote it, when the report tells (Original-Recipient).
    pub original: Option<String>,
    /// What became of the letter.
    pub fate: MessageFate,
    /// What it says about the address.
    pub health: AddressHealth,
    /// RFC 3463 code.
    pub code: Option<StatusCode>,
    /// SMTP reply code.
    pub smtp_code: Option<u16>,
    /// The remote server's words, one line, at most 500 characters. For the database, not the log.
    pub diagnostic: Option<String>,
}

impl fmt::Debug for ReportedRecipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "ReportedRecipient({:?}, {:?}, {:?}, {:?})",
            self.fate, self.health, self.code, self.smtp_code
        )
    }
}

/// A report on the delivery of one letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryReport {
    /// The recipients it names, at most 100. Empty when the report could not be read so far.
    pub recipients: Vec<ReportedRecipient>,
    /// Message-IDs of the letter, the surest first; unproven.
    pub original_message_ids: Vec<String>,
    /// Whether it was in the standard form.
    pub standard: bool,
}

static MESSAGE_ID_LINE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?im)^[>|\s]{0,8}message-id:\s*(<[^<>\s]{1,250}@[^<>\s]{1,250}>)"));

/// The report a mail is, if it is one.
pub(super) fn read(mail: &Incoming, tree: &Tree<'_>) -> Option<Class> {
    let part = |names: &[&str]| tree.leaves.iter().find(|l| names.contains(&l.kind.as_str()));
    let report = tree.report.as_deref();
    if report == Some("feedback-report") || part(&["message/feedback-report"]).is_some() {
        return Some(Class::Complaint);
    }
    let ids = || original_ids(mail, tree);
    if let Some(leaf) = part(&["message/disposition-notification", "message/global-disposition-notification"])
    {
        let recipients = disposition(&groups(leaf));
        return Some(Class::Disposition(DeliveryReport {
            recipients,
            original_message_ids: ids(),
            standard: true,
        }));
    }
    let status = part(&["message/delivery-status", "message/global-delivery-status"]);
    if let Some(leaf) = status {
        let mut recipients: Vec<_> =
            groups(leaf).iter().filter_map(|group| recipient(group)).take(MAX_RECIPIENTS).collect();
        recipients.iter_mut().for_each(|recipient| plain::refine(recipient, &mail.text));
        if !recipients.is_empty() {
            let report = DeliveryReport { recipients, original_message_ids: ids(), standard: true };
            return Some(Class::Delivery(report));
        }
    }
    let claimed = status.is_some() || report == Some("delivery-status");
    let failed = tree.fields.addresses("X-Failed-Recipients");
    let bounce = claimed || plain::is_bounce(mail, &failed);
    bounce.then(|| {
        let recipients = plain::recipients(mail, &failed);
        Class::Delivery(DeliveryReport { recipients, original_message_ids: ids(), standard: false })
    })
}

/// Groups of fields divided by empty lines, names in lower case, values unfolded.
fn groups(leaf: &Leaf<'_>) -> Vec<Vec<(String, String)>> {
    let mut groups = vec![Vec::new()];
    for text in leaf.text(MAX_PART).lines() {
        let Some(group) = groups.last_mut() else { break };
        if text.trim().is_empty() {
            if !group.is_empty() {
                groups.push(Vec::new());
            }
        } else if let (true, Some((_, value))) = (text.starts_with([' ', '\t']), group.last_mut()) {
            let value: &mut String = value;
            value.push(' ');
            value.push_str(text.trim());
        } else if let Some((name, value)) = text.split_once(':') {
            group.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    groups
}

fn field<'a>(group: &'a [(String, String)], name: &str) -> Option<&'a str> {
    group.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// The address behind `rfc822;`.
fn address(value: &str) -> Option<String> {
    email_norm(value.rsplit_once(';').map_or(value, |(_, address)| address))
}

fn recipient(group: &[(String, String)]) -> Option<ReportedRecipient> {
    let original = field(group, "original-recipient").and_then(address);
    let address = field(group, "final-recipient").and_then(address).or_else(|| original.clone())?;
    let diagnostic = field(group, "diagnostic-code").map(|text| line(text, 500));
    let status = field(group, "status").and_then(codes::enhanced);
    let code = diagnostic.as_deref().and_then(codes::enhanced).or(status);
    let smtp_code = diagnostic.as_deref().and_then(codes::smtp);
    let action = field(group, "action").unwrap_or_default().to_ascii_lowercase();
    let fate = match action.split([' ', '(']).next() {
        Some("failed") => MessageFate::Failed,
        Some("delayed") => MessageFate::Delayed,
        Some("delivered") => MessageFate::Delivered,
        Some("relayed" | "expanded") => MessageFate::Relayed,
        _ => match code.map(|c| c.class) {
            Some(2) => MessageFate::Delivered,
            Some(4) => MessageFate::Delayed,
            _ => MessageFate::Failed,
        },
    };
    let health = codes::health(fate, code, smtp_code);
    Some(ReportedRecipient { address, original, fate, health, code, smtp_code, diagnostic })
}

/// RFC 8098 3.2.6: a letter deleted by a rule was refused; one deleted by hand had arrived.
fn disposition(groups: &[Vec<(String, String)>]) -> Vec<ReportedRecipient> {
    let fields: Vec<(String, String)> = groups.concat();
    let original = field(&fields, "original-recipient").and_then(address);
    let Some(address) = field(&fields, "final-recipient").and_then(address).or_else(|| original.clone())
    else {
        return Vec::new();
    };
    let disposition = field(&fields, "disposition").unwrap_or_default().to_ascii_lowercase();
    let (mode, kind) = disposition.split_once(';').unwrap_or(("", ""));
    let kind = kind.trim().split(['/', ' ']).next().unwrap_or_default();
    let by_rule = mode.contains("automatic-action");
    let fate = match kind {
        "deleted" if by_rule => MessageFate::Failed,
        "denied" | "failed" => MessageFate::Failed,
        "dispatched" | "processed" => MessageFate::Relayed,
        _ => MessageFate::Delivered,
    };
    let health = AddressHealth::Untouched;
    vec![ReportedRecipient { address, original, fate, health, code: None, smtp_code: None, diagnostic: None }]
}

/// Message-IDs of the letter: in the returned copy, in the report's own fields, in its threading
/// fields, in its text.
fn original_ids(mail: &Incoming, tree: &Tree<'_>) -> Vec<String> {
    const COPIES: [&str; 5] = [
        "message/rfc822",
        "text/rfc822-headers",
        "message/rfc822-headers",
        "message/global",
        "message/global-headers",
    ];
    let mut ids: Vec<String> = Vec::new();
    let copies = tree.leaves.iter().filter(|l| COPIES.contains(&l.kind.as_str()));
    let reports = tree.leaves.iter().filter(|l| l.kind.starts_with("message/"));
    for leaf in copies.take(5) {
        let mut block = leaf.text(MAX_PART);
        block.truncate(block.find("\n\n").map_or(block.len(), |end| end + 1));
        block.push('\n');
        ids.extend(super::fields::Fields::parse(block.as_bytes()).ids("Message-ID"));
    }
    for group in reports.take(5).flat_map(groups) {
        ids.extend(field(&group, "original-message-id").map(str::to_owned));
    }
    ids.extend(mail.thread_ids().map(str::to_owned));
    ids.extend(
        MESSAGE_ID_LINE.captures_iter(&mail.text).filter_map(|c| Some(c.get(1)?.as_str().to_owned())).take(5),
    );
    ids.retain(|id| id.len() <= 510 && id.starts_with('<'));
    let mut distinct = super::distinct(ids.into_iter());
    distinct.truncate(50);
    distinct
}

/// Where the envelope sender is empty.
fn null_sender(mail: &Incoming) -> bool {
    mail.return_path == ReturnPath::Null
}
