//! Mail addresses we write to and from.
//!
//! Why: an address ends up in an SMTP command and in header fields, so its shape is proven once,
//! here, and never again. Guarantees: ASCII, `local@domain`, the local part a dot-atom of at most
//! 64 octets, the domain made of letters, digits and hyphens, at most 254 octets in all (RFC 5321
//! 4.5.3.1, RFC 5322 3.2.3). Quoted local parts, address literals and non-ASCII addresses
//! (SMTPUTF8) are refused by name: no letter is ever sent to a guess.
//!
//! What it does not do: it does not say whether the address exists. Addresses read from other
//! people's mail are plain text; see [`email_norm`].

use std::fmt;
use std::str::FromStr;

/// Why a text is not an address we can write to. Never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Letters beyond ASCII, in the local part or the domain.
    #[error(
        "the address is not ASCII; internationalised addresses are not supported (write the domain in its xn-- form)"
    )]
    NotAscii,
    /// Not `local@domain` with a dot-atom and a host name.
    #[error("the address is not of the form local@domain")]
    Malformed,
    /// Local part over 64 octets or the whole over 254.
    #[error("the address is too long")]
    TooLong,
}

/// A validated ASCII address. `Debug` does not show it, so that it cannot slip into a log.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    text: String,
    at: usize,
}

impl Address {
    /// The address as given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The part before the `@`.
    #[must_use]
    pub fn local(&self) -> &str {
        self.text.get(..self.at).unwrap_or_default()
    }

    /// The part after the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.text.get(self.at + 1..).unwrap_or_default()
    }

    /// Equal as mail systems treat it: without regard to case.
    #[must_use]
    pub fn same_mailbox(&self, other: &Self) -> bool {
        self.text.eq_ignore_ascii_case(&other.text)
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if !text.is_ascii() {
            return Err(AddressError::NotAscii);
        }
        let at = text.rfind('@').ok_or(AddressError::Malformed)?;
        let (local, domain) = (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
        if local.len() > 64 || text.len() > 254 {
            return Err(AddressError::TooLong);
        }
        if dot_atom(local) && host_name(domain) {
            Ok(Self { text: text.to_owned(), at })
        } else {
            Err(AddressError::Malformed)
        }
    }
}

impl TryFrom<&str> for Address {
    type Error = AddressError;

    fn try_from(text: &str) -> Result<Self, AddressError> {
        text.parse()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}

/// `atext` of RFC 5322 3.2.3, in runs divided by single dots.
fn dot_atom(local: &str) -> bool {
    local.split('.').all(|atom| {
        !atom.is_empty()
            && atom.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
    })
}

/// At least one label; letters, digits and inner hyphens, 63 octets each (RFC 1123 2.1).
pub(crate) fn host_name(domain: &str) -> bool {
    domain.split('.').all(|label| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    })
}

/// An address with the name shown beside it.
#[derive(Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The name shown, if any.
    pub name: Option<String>,
    /// The address.
    pub address: Address,
}

impl Mailbox {
    /// A mailbox with a name.
    #[must_use]
    pub fn new(name: &str, address: Address) -> Self {
        Self { name: Some(name.to_owned()), address }
    }

    /// A bare address.
    #[must_use]
    pub fn bare(address: Address) -> Self {
        Self { name: None, address }
    }
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mailbox(…)")
    }
}

/// The form in which addresses of other people are compared and stored: trimmed, without angle
/// brackets, lower case. `None` when the text does not look like one address. Lenient on purpose
/// (quoted or non-ASCII local parts pass): what came in must be shown, not judged.
#[must_use]
pub fn email_norm(raw: &str) -> Option<String> {
    let text = raw.trim().trim_start_matches('<').trim_end_matches('>').trim();
    let (local, domain) = text.rsplit_once('@')?;
    let bad = |c: char| c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '(' | ')');
    let fits = !local.is_empty() && !domain.is_empty() && text.len() <= 320;
    (fits && !text.contains(bad) && !domain.contains(char::is_whitespace) && !domain.contains('"'))
        .then(|| text.to_lowercase())
}

#[cfg(test)]
mod tests;
