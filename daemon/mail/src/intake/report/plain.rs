//! Delivery reports in prose.
//!
//! Why: about half of all bounces are not in the standard form. Here only what is sure: who writes
//! (mailer-daemon, an empty envelope sender), X-Failed-Recipients, and a subject as mail systems
//! word it. A person who forwards a bounce is a person.

use super::{
    AddressHealth, Incoming, MAX_RECIPIENTS, MessageFate, ReportedRecipient, ReturnPath, codes, null_sender,
};
use crate::address::email_norm;
use crate::intake::AutoSign;
use crate::text::{line, pattern};
use regex::Regex;
use std::sync::LazyLock;

/// Lines of a report that are looked at; below them is the returned letter.
const MAX_LINES: usize = 120;

/// No person writes from here.
static DAEMON: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^(?:mail(?:er)?[._-]?daemon|mdaemon)(?:[+@]|$)"));
/// Here persons and programs write.
static POSTMASTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i)^"?(?:postmaster|mail[._-]?delivery(?:[._-]?(?:sub)?system)?|system[ ._-]administrator)"?(?:[+@]|$)"#,
    )
});
/// How mail systems word it; at the start, so that an answer or a forward is none.
static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)^\W{0,3}(?:undeliver(?:ed|able)|(?:mail )?delivery (?:status notification|failure|report|problem|has failed|failed|notification|warning|error)",
        r"|(?:your )?(?:mail|message) .{0,60}(?:delivery failed|delivery failure|delivery warning|could not be delivered|not delivered|delayed)",
        r"|(?:re)?mail (?:delivery )?(?:failed|failure|error|warning|system error)|returned mail|failure (?:notice|delivery)|failed (?:mail|delivery)|returned to sender",
        r"|non[- ]?delivery|delivery delayed|warning: message|unzustellbar|(?:nachricht |mail )?nicht zugestellt|nicht zustellbar|zustellfehler|zustellung .{0,40}(?:fehlgeschlagen|gescheitert|verz(?:ö|oe)gert)",
        r"|unzustellbarkeit|fehler bei der zustellung|non remis|non distribuable|(?:.{0,40})?: non remis|mancato recapito)"
    ))
});
/// What such a report says in its first lines.
static PROSE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)could not (?:be )?deliver|(?:was|were|been|be) (?:un|not )deliver|undeliverable|not (?:yet )?(?:been )?delivered|unable to deliver|delivery .{0,40}(?:fail|problem|error|delay)",
        r"|did not reach|permanent(?:ly)? (?:fatal )?(?:error|fail)|user unknown|unknown user|no such user|mailbox (?:unavailable|full|not found|is full)|not (?:listed|found) in|recipient.{0,30}(?:rejected|unknown)",
        r"|returned to you|is being returned|konnte nicht (?:zugestellt|ausgeliefert)|nicht zugestellt|unzustellbar|empf(?:ä|ae)nger.{0,30}unbekannt|\b[45][0-5]\d[ -][45]\.\d{1,2}\.\d"
    ))
});
static DELAY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\bdelay(?:ed)?\b|warning: message|verz(?:ö|oe)ger|noch nicht zugestellt|not yet been delivered|will (?:be retried|keep trying)|temporar(?:y|ily) (?:failure|problem)",
    )
});
static GIVEN_UP: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)permanent|giving up|given up|returned|undeliver|failed|fatal|unzustellbar|nicht zugestellt")
});
static ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"[^\s<>()\[\],;:"'@]{1,64}@[a-zA-Z0-9][a-zA-Z0-9.-]{1,250}[a-zA-Z0-9]"#));
static RETURNED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^[\s>*-]{0,20}(?:this is a copy of|below this line is a copy|original message|returned message|message headers follow|received: |return-path: |urspr(?:ü|ue)ngliche nachricht)",
    )
});

static EXPIRED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)retry time(?:out)? (?:exceeded|not reached)|delivery time expired|message expired|(?:connection|operation) timed out|queue too long|in queue too long",
    )
});

/// A bare x.0.0 without the remote server's words: what the prose says beside the address counts.
pub(super) fn refine(recipient: &mut ReportedRecipient, text: &str) {
    let bare = recipient.code.is_none_or(|c| (c.subject, c.detail) == (0, 0));
    if !bare || recipient.diagnostic.is_some() || recipient.fate != MessageFate::Failed {
        return;
    }
    let lines: Vec<&str> = text.lines().take(MAX_LINES).collect();
    let folded = |line: &&str| line.to_lowercase().contains(&recipient.address);
    let Some(at) = lines.iter().position(folded) else { return };
    let near = lines.iter().skip(at).take(5).copied().collect::<Vec<_>>().join(" ");
    recipient.code = codes::enhanced(&near).or(recipient.code);
    recipient.smtp_code = codes::smtp(&near);
    recipient.health = codes::health(recipient.fate, recipient.code, recipient.smtp_code);
    let said = recipient.smtp_code.is_some() || codes::enhanced(&near).is_some();
    if said || EXPIRED.is_match(&near) {
        recipient.diagnostic = Some(line(&near, 500));
    }
    if !said && EXPIRED.is_match(&near) {
        recipient.health = AddressHealth::Temporary;
    }
}

pub(super) fn is_bounce(mail: &Incoming, failed: &[String]) -> bool {
    if mail.auto.signs.contains(&AutoSign::AutoSubmittedNo) {
        return false;
    }
    if !failed.is_empty() {
        return true;
    }
    if mail.auto.signs.contains(&AutoSign::Subject) {
        return false;
    }
    let sender = mail.from.as_ref().map_or("", |from| from.email.as_str());
    let returned = matches!(&mail.return_path, ReturnPath::Address(path) if DAEMON.is_match(path));
    let nobody = null_sender(mail) || returned;
    let subject = SUBJECT.is_match(&mail.subject);
    let prose = || mail.text.lines().take(40).any(|line| line.len() < 500 && PROSE.is_match(line));
    DAEMON.is_match(sender)
        || (nobody && (subject || POSTMASTER.is_match(sender)))
        || (subject && (POSTMASTER.is_match(sender) || prose()))
}

pub(super) fn recipients(mail: &Incoming, failed: &[String]) -> Vec<ReportedRecipient> {
    let lines: Vec<&str> = mail.text.lines().take(MAX_LINES).take_while(|l| !RETURNED.is_match(l)).collect();
    let prose = lines.join("\n");
    let delayed = |text: &str| DELAY.is_match(text) && !GIVEN_UP.is_match(text);
    let fate = if failed.is_empty() && (delayed(&mail.subject) || delayed(&prose)) {
        MessageFate::Delayed
    } else {
        MessageFate::Failed
    };
    let mut found: Vec<ReportedRecipient> = Vec::new();
    let candidates = lines.iter().enumerate().flat_map(|(number, text)| {
        ADDRESS.find_iter(text).take(3).filter_map(move |m| Some((number, email_norm(m.as_str())?)))
    });
    let skip = |address: &String| {
        DAEMON.is_match(address)
            || POSTMASTER.is_match(address)
            || mail.recipients.contains(address)
            || mail.from.as_ref().is_some_and(|f| f.email == *address)
    };
    for (number, address) in candidates.filter(|(_, a)| !skip(a)) {
        let wanted = failed.is_empty() || failed.contains(&address);
        if wanted && found.len() < MAX_RECIPIENTS && !found.iter().any(|r| r.address == address) {
            // The reason stands on the same line or on the few below it.
            let near = lines.iter().skip(number).take(5).copied().collect::<Vec<_>>().join(" ");
            found.push(reported(address, fate, &near));
        }
    }
    for address in failed.iter().take(MAX_RECIPIENTS) {
        if !found.iter().any(|r| r.address == *address) {
            found.push(reported(address.clone(), fate, &prose));
        }
    }
    // Prose names other addresses too: without a code beside it, only the first is believed.
    let coded = found.iter().any(|r| r.code.is_some() || r.smtp_code.is_some());
    if failed.is_empty() {
        found.retain(|r| !coded || r.code.is_some() || r.smtp_code.is_some());
        found.truncate(if coded { MAX_RECIPIENTS } else { 1 });
    }
    found
}

fn reported(address: String, fate: MessageFate, near: &str) -> ReportedRecipient {
    let (code, smtp_code) = (codes::enhanced(near), codes::smtp(near));
    let health: AddressHealth = codes::health(fate, code, smtp_code);
    let diagnostic = (code.is_some() || smtp_code.is_some()).then(|| line(near, 500));
    ReportedRecipient { address, original: None, fate, health, code, smtp_code, diagnostic }
}
