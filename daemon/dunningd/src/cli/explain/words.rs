//! Sentences for codes: reasons of the chase, of the policies, of a hand-over; and lines of a story.

use crate::cli::shared::{moment, tidy};
use chrono::{DateTime, TimeZone, Utc};
use domain::kinds::BlockReason;
use domain::reason::Reason;
use policies::PolicySet;
use serde_json::Value;
use std::fmt::Display;
use store::timeline::Entry;

/// Every reason that is not a block; a test holds it complete.
pub(super) const PLAIN: [Reason; 22] = [
    Reason::Settled,
    Reason::NotDue,
    Reason::MinGap,
    Reason::Cooldown,
    Reason::Cap,
    Reason::ContactHours,
    Reason::DoNotContact,
    Reason::NoAddress,
    Reason::LedgerStale,
    Reason::UnappliedReceipt,
    Reason::UnappliedCredit,
    Reason::BelowMinimum,
    Reason::AwaitingApproval,
    Reason::InFlight,
    Reason::Stale,
    Reason::Ungrounded,
    Reason::Policy,
    Reason::Rejected,
    Reason::Expired,
    Reason::Exhausted,
    Reason::Misconfigured,
    Reason::UnknownHolidays,
];

/// Words for codes that are neither.
const OTHER: &[(&str, &str)] = &[
    ("failing", "the same step failed again and again"),
    ("in_doubt", "the mail server did not say whether it took the letter"),
    ("mail_server", "the mail server refused it"),
    ("plan_broken", "an instalment of the payment plan was missed"),
    ("promises_broken", "too many promises were broken"),
    ("unclear", "the answer could not be understood with certainty"),
];

/// The sentence behind a stored code; a code without one is shown as it is.
pub fn sentence(code: &str) -> String {
    let blocks = BlockReason::ALL.iter().map(|b| Reason::Blocked(*b));
    if let Some(reason) = PLAIN.into_iter().chain(blocks).find(|r| r.code() == code) {
        return reason.sentence().to_owned();
    }
    let other = OTHER.iter().find(|(c, _)| *c == code);
    other.map_or_else(|| tidy(&code.replace('_', " "), 80), |(_, text)| (*text).to_owned())
}

/// The sentence of a policy's reason code, which is why a person is asked.
pub fn because(code: &str) -> String {
    let rule = PolicySet::shipped()
        .ok()
        .and_then(|set| set.rules().find(|r| r.code == code).map(|r| r.text.clone()));
    let text = rule.map_or_else(|| sentence(code), |text| text.trim_end_matches('.').to_owned());
    let mut letters = text.chars();
    let lower = letters.next().map(|c| c.to_lowercase().collect::<String>()).unwrap_or_default();
    format!("{lower}{} ({})", letters.as_str(), tidy(code, 60))
}

/// One entry of a timeline on one line.
pub fn told<Z: TimeZone>(entry: &Entry, zone: &Z) -> String
where
    Z::Offset: Display,
{
    let mut out = tidy(&entry.title, 120);
    let detail = |key: &str| entry.detail.get(key).filter(|v| !v.is_null());
    if let Some(level) = detail("level").and_then(Value::as_u64) {
        out.push_str(&format!(", level {level}"));
    }
    if let Some(reason) = &entry.reason {
        let why = sentence(reason);
        // Some reasons say again what happened; then they say it better.
        out = if why.starts_with(&out) { why } else { format!("{out}: {why}") };
    }
    if let Some(subject) = detail("subject").and_then(Value::as_str) {
        out.push_str(&format!(" “{}”", tidy(subject, 80)));
    }
    if let Some(note) = detail("note").and_then(Value::as_str).filter(|n| !n.trim().is_empty()) {
        out.push_str(&format!(" “{}”", tidy(note, 80)));
    }
    for (key, word) in
        [("until", "until"), ("send_after", "not before"), ("promised_on", "for"), ("why", "because")]
    {
        if let Some(value) = detail(key).and_then(Value::as_str) {
            let day = value.parse::<DateTime<Utc>>().map_or_else(|_| tidy(value, 80), |at| moment(at, zone));
            out.push_str(&format!(", {word} {}", day.replace('_', " ")));
        }
    }
    out
}
