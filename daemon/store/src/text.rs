//! Checks on text that comes from outside: files, forms, accounting systems.
//!
//! Why: a name or a number typed by somebody else ends up in letters, on pages and before a model, so
//! what it may contain is decided where it comes in. Guarantees: nothing is cut off silently (too long
//! is refused), NUL and control characters are refused, and so are invisible and direction-changing
//! characters that make a text read differently from what it is. White space at both ends is dropped.
//! A [`Flaw`] never repeats the text. Does not: know whether an address works or an account exists.

use crate::error::StoreError;
use domain::calendar::{Country, Region};
use std::borrow::Cow;

/// Longest name of a company, customer or contact, in characters.
pub const NAME: usize = 255;
/// Longest number of an invoice, credit note, customer or order.
pub const NUMBER: usize = 100;
/// Longest e-mail address in octets (RFC 5321, 4.5.3.1.3, less the angle brackets).
pub const EMAIL: usize = 254;
/// Longest telephone number.
pub const PHONE: usize = 50;
/// Longest note.
pub const NOTE: usize = 4_000;
/// Longest text of a bank about a payment (SEPA allows 140; others are generous).
pub const REFERENCE: usize = 500;
/// Longest address of a file.
pub const URL: usize = 2_000;

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Nothing but white space.
    #[error("must not be empty")]
    Empty,
    /// Too long; nothing is cut off.
    #[error("is longer than {0} characters")]
    TooLong(usize),
    /// A character that does not show or breaks the line.
    #[error("contains the control or invisible character U+{0:04X}")]
    Control(u32),
    /// Not an address.
    #[error("is not an e-mail address")]
    Email,
    /// Not a country.
    #[error("is not a country code (two capital letters, ISO 3166-1)")]
    Country,
    /// Not a region.
    #[error("is not a region code (such as BY of DE-BY, ISO 3166-2)")]
    Region,
    /// Not a language.
    #[error("is not a language code (two or three small letters, such as de)")]
    Language,
    /// Not an IBAN, or its check digits are wrong.
    #[error("is not an IBAN (wrong form or check digits, ISO 13616)")]
    Iban,
    /// Not a BIC.
    #[error("is not a BIC (8 or 11 letters and digits, ISO 9362)")]
    Bic,
    /// Not a slug.
    #[error("is not a short name (small letters, digits and hyphens, 2 to 63, starting with a letter)")]
    Slug,
    /// Not a web address.
    #[error("is not an http(s) address")]
    Url,
}

impl Flaw {
    /// The error of a call that was given such a value for `field`.
    pub(crate) fn on(self, field: &str) -> StoreError {
        StoreError::invalid(format!("{field} {self}"))
    }
}

/// A character that must not be stored: control characters, line and paragraph separators, direction
/// overrides, zero-width marks that hide or split words, and the invisible tag characters.
fn is_forbidden(c: char, lines: bool) -> bool {
    match c {
        '\n' | '\t' => !lines,
        '\u{200B}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}' => true,
        '\u{E0000}'..='\u{E007F}' | '\u{FFFE}' | '\u{FFFF}' => true,
        _ => c.is_control(),
    }
}

fn plain(text: &str, max: usize, lines: bool) -> Result<&str, Flaw> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Flaw::Empty);
    }
    // Octets first: counting the characters of a huge text is work for nothing.
    if text.len() > max.saturating_mul(4) || text.chars().count() > max {
        return Err(Flaw::TooLong(max));
    }
    match text.chars().find(|c| is_forbidden(*c, lines)) {
        Some(c) => Err(Flaw::Control(u32::from(c))),
        None => Ok(text),
    }
}

/// One line, not empty, at most `max` characters.
pub fn line(text: &str, max: usize) -> Result<&str, Flaw> {
    plain(text, max, false)
}

/// One line, or nothing: empty counts as absent.
pub fn optional(text: Option<&str>, max: usize) -> Result<Option<&str>, Flaw> {
    match text.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => line(text, max).map(Some),
    }
}

/// Several lines, not empty. Line ends are `\n` alone: offsets into the text may already exist, so nothing
/// is changed here.
pub fn lines(text: &str, max: usize) -> Result<&str, Flaw> {
    plain(text, max, true)
}

/// Several lines as a person or a spreadsheet writes them, or nothing: empty counts as absent, and line
/// ends of Windows become `\n`.
pub fn optional_lines(text: Option<&str>, max: usize) -> Result<Option<Cow<'_, str>>, Flaw> {
    match text.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) if text.contains("\r\n") => {
            let text = text.replace("\r\n", "\n");
            lines(&text, max)?;
            Ok(Some(Cow::Owned(text)))
        }
        Some(text) => lines(text, max).map(|text| Some(Cow::Borrowed(text))),
    }
}

/// One bare address: `local@domain` with a dot in the domain, letters beyond ASCII allowed (RFC 6531),
/// no display name, no quoted local part, no comment.
pub fn email(text: &str) -> Result<&str, Flaw> {
    let text = line(text, EMAIL).map_err(|flaw| if flaw == Flaw::Empty { flaw } else { Flaw::Email })?;
    let (local, host) = text.rsplit_once('@').ok_or(Flaw::Email)?;
    let atom = |c: char| {
        !c.is_ascii() && !c.is_whitespace() || c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c)
    };
    let local_ok = (1..=64).contains(&local.len())
        && local.split('.').all(|part| !part.is_empty() && part.chars().all(atom));
    let label_ok = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c == '-' || c.is_alphanumeric())
    };
    let top = host.rsplit('.').next().unwrap_or("");
    let host_ok =
        host.contains('.') && host.split('.').all(label_ok) && !top.chars().all(|c| c.is_ascii_digit());
    if text.len() <= EMAIL && local_ok && host_ok { Ok(text) } else { Err(Flaw::Email) }
}

/// The form in which addresses are compared: lower case. (RFC 5321 lets the local part be case
/// sensitive; no mail system in use is.)
#[must_use]
pub fn email_norm(text: &str) -> String {
    text.trim().to_lowercase()
}

/// ISO 3166-1 alpha-2.
pub fn country(text: &str) -> Result<&str, Flaw> {
    let text = text.trim();
    text.parse::<Country>().map(|_| text).map_err(|_| Flaw::Country)
}

/// The part of ISO 3166-2 after the country.
pub fn region(text: &str) -> Result<&str, Flaw> {
    let text = text.trim();
    text.parse::<Region>().map(|_| text).map_err(|_| Flaw::Region)
}

/// The primary tag of BCP 47.
pub fn language(text: &str) -> Result<&str, Flaw> {
    let text = text.trim();
    let fits = (2..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase());
    if fits { Ok(text) } else { Err(Flaw::Language) }
}

/// An IBAN without spaces, check digits verified (ISO 7064 mod 97-10).
pub fn iban(text: &str) -> Result<String, Flaw> {
    let bare: String = text.chars().filter(|c| *c != ' ').collect();
    let shape = (15..=34).contains(&bare.len())
        && bare.bytes().take(2).all(|b| b.is_ascii_uppercase())
        && bare.bytes().skip(2).take(2).all(|b| b.is_ascii_digit())
        && bare.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let rest = bare.bytes().cycle().skip(4).take(bare.len()).fold(0u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte.wrapping_sub(b'A')) + 10) % 97,
    });
    if shape && rest == 1 { Ok(bare) } else { Err(Flaw::Iban) }
}

/// A BIC: four letters of the bank, two of the country, two or five more.
pub fn bic(text: &str) -> Result<&str, Flaw> {
    let text = text.trim();
    let fits = matches!(text.len(), 8 | 11)
        && text.bytes().take(6).all(|b| b.is_ascii_uppercase())
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if fits { Ok(text) } else { Err(Flaw::Bic) }
}

/// The short name of a company in commands and addresses.
pub fn slug(text: &str) -> Result<&str, Flaw> {
    let fits = (2..=63).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if fits { Ok(text) } else { Err(Flaw::Slug) }
}

/// A web address by its scheme; nothing is ever fetched because of it.
pub fn url(text: &str) -> Result<&str, Flaw> {
    let text = line(text, URL)?;
    let fits =
        (text.starts_with("https://") || text.starts_with("http://")) && !text.contains(char::is_whitespace);
    if fits { Ok(text) } else { Err(Flaw::Url) }
}

#[cfg(test)]
mod tests;
