//! Status and reply codes, and what they say about an address.

use super::MessageFate;
use crate::text::pattern;
use regex::Regex;
use std::fmt;
use std::sync::LazyLock;

/// An enhanced status code (RFC 3463).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StatusCode {
    /// 2, 4 or 5.
    pub class: u16,
    /// What it is about: 1 address, 2 mailbox, 7 policy and so on.
    pub subject: u16,
    /// The detail.
    pub detail: u16,
}

impl fmt::Display for StatusCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// What a report says about an address, apart from the one letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddressHealth {
    /// It does not exist or takes no mail any more. An unknown permanent code counts as this:
    /// writing on into refusals is worse than asking a person.
    Dead,
    /// It exists, but our mail is refused by policy (5.7.x): a person must look.
    Refused,
    /// Full, busy, unreachable: may work later.
    Temporary,
    /// Nothing: delivered, or the letter itself was the trouble (size, content).
    Untouched,
}

// Not part of an IP address or a longer number.
static ENHANCED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:^|[^\d.])([245])\.(\d{1,3})\.(\d{1,3})(?:$|[^\d.]|\.(?:$|\D))"));
static SMTP: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:^|[^\d.])([245][0-5]\d)(?:$|[ \-:#,;)])"));

/// The first enhanced code in a text.
pub(super) fn enhanced(text: &str) -> Option<StatusCode> {
    let found = ENHANCED.captures(text)?;
    let number = |index| found.get(index).and_then(|m| m.as_str().parse().ok());
    Some(StatusCode { class: number(1)?, subject: number(2)?, detail: number(3)? })
}

/// The first SMTP reply code in a text.
pub(super) fn smtp(text: &str) -> Option<u16> {
    SMTP.captures(text)?.get(1)?.as_str().parse().ok()
}

pub(super) fn health(fate: MessageFate, code: Option<StatusCode>, smtp: Option<u16>) -> AddressHealth {
    match fate {
        MessageFate::Delivered | MessageFate::Relayed => return AddressHealth::Untouched,
        MessageFate::Delayed => return AddressHealth::Temporary,
        MessageFate::Failed => {}
    }
    match code.map(|c| (c.class, c.subject, c.detail)) {
        // Mailbox full, and where a provider says so with its own detail.
        Some((5, 2, 2)) => AddressHealth::Temporary,
        // Too large, or content not taken: the letter, not the address.
        Some((5, 2, 3) | (5, 3, 4) | (5, 6, _)) => AddressHealth::Untouched,
        Some((5, 7, _)) => AddressHealth::Refused,
        // A bare 5.0.0 says less than the reply code.
        Some((5, 0, 0)) | None => match smtp {
            Some(552 | 452) => AddressHealth::Temporary,
            Some(554) => AddressHealth::Refused,
            Some(code) if code >= 500 => AddressHealth::Dead,
            _ if code.is_some() => AddressHealth::Dead,
            _ => AddressHealth::Temporary,
        },
        Some((5, _, _)) => AddressHealth::Dead,
        Some(_) => AddressHealth::Temporary,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_out_of_prose_and_not_out_of_addresses() {
        let code = |text| enhanced(text).map(|c| c.to_string());
        assert_eq!(code("smtp; 552 5.2.2 mailbox full").as_deref(), Some("5.2.2"));
        assert_eq!(code("5.1.1").as_deref(), Some("5.1.1"));
        assert_eq!(code("550-5.7.1 [5.9.1.2] blocked").as_deref(), Some("5.7.1"));
        assert_eq!(code("(#5.1.1)").as_deref(), Some("5.1.1"));
        assert_eq!(code("host 5.9.1.2 said nothing"), None);
        assert_eq!(code("version 15.1.1"), None);
        assert_eq!(code("3.1.1"), None);
        assert_eq!(smtp("host mx[5.9.1.2] said: 550 5.1.1 unknown"), Some(550));
        assert_eq!(smtp("550-5.1.1 unknown"), Some(550));
        assert_eq!(smtp("sent 1550 mails"), None);
    }

    #[test]
    fn the_letter_and_the_address_are_judged_apart() {
        let judge = |text| health(MessageFate::Failed, enhanced(text), smtp(text));
        assert_eq!(judge("550 5.1.1 unknown"), AddressHealth::Dead);
        assert_eq!(judge("550 5.9.9 never seen"), AddressHealth::Dead);
        assert_eq!(judge("552 5.2.2 full"), AddressHealth::Temporary);
        assert_eq!(judge("552 quota"), AddressHealth::Temporary);
        assert_eq!(judge("451 4.7.1 later"), AddressHealth::Temporary);
        assert_eq!(judge("552 5.3.4 too big"), AddressHealth::Untouched);
        assert_eq!(judge("550 5.7.1 spam"), AddressHealth::Refused);
        assert_eq!(judge("550 no such user"), AddressHealth::Dead);
        assert_eq!(judge("5.0.0"), AddressHealth::Dead);
        assert_eq!(judge("retry timeout exceeded"), AddressHealth::Temporary);
        assert_eq!(health(MessageFate::Delayed, enhanced("5.1.1"), None), AddressHealth::Temporary);
        assert_eq!(health(MessageFate::Delivered, None, None), AddressHealth::Untouched);
    }
}
