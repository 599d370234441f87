//! Signed marks that lead an answer back to its letter.
//!
//! Why: the sender of a reply, its subject and its In-Reply-To can be forged or lost on the way
//! (some relays replace Message-ID), and a guessable Message-ID lets a stranger into a
//! conversation. So both our Message-ID and a plus-address in Reply-To and in the envelope sender
//! carry the outreach id with an HMAC.
//!
//! Guarantees: a mark that verifies was made with one of the keys (HMAC-SHA256 truncated to 80
//! bits, RFC 2104 5); the comparison takes the same time whatever differs; a token is lower-case
//! base32, read back in any case; local parts stay within 64 octets. The same input always gives
//! the same mark, so a letter rendered twice is the same letter.
//!
//! What it does not do: a mark proves which letter was answered, not who answers.

use crate::address::{Address, host_name};
use crate::base32;
use domain::ids::OutreachId;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use uuid::Uuid;

/// Octets of the HMAC that are kept: 80 bits.
const TAG: usize = 10;
/// Characters of 26 octets (id and tag) in base32.
const BODY: usize = 42;

/// Why a key ring or a mark could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// No key at all.
    #[error("at least one token key is needed")]
    NoKey,
    /// A key under 32 octets.
    #[error("token key {0} is shorter than 32 octets")]
    ShortKey(u8),
    /// A key id over 31 or given twice.
    #[error("token key id {0} is over 31 or used twice")]
    KeyId(u8),
    /// The domain is not a host name.
    #[error("the domain for Message-IDs is not a host name")]
    Domain,
    /// The base address leaves no room for the token.
    #[error("the local part of the base address is longer than {max} octets, no room for a token")]
    BaseTooLong {
        /// How long the base may be.
        max: usize,
    },
}

/// What a plus-address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Reply-To: a person answers here.
    Reply,
    /// Envelope sender: mail systems report here (VERP).
    Bounce,
}

impl TokenKind {
    const fn letter(self) -> char {
        match self {
            Self::Reply => 'r',
            Self::Bounce => 'b',
        }
    }
}

/// The keys that sign and verify; the first one signs. `Debug` shows none of them.
#[derive(Clone)]
pub struct TokenKeys {
    keys: Vec<(u8, Hmac<Sha256>)>,
}

impl fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenKeys({} keys)", self.keys.len())
    }
}

impl TokenKeys {
    /// Keys with their ids (0 to 31), the signing key first, at least 32 octets each. Older keys
    /// stay in the list for as long as their letters may be answered.
    ///
    /// # Errors
    ///
    /// [`TokenError::NoKey`], [`TokenError::ShortKey`], [`TokenError::KeyId`].
    pub fn new(keys: Vec<(u8, Vec<u8>)>) -> Result<Self, TokenError> {
        let mut ring: Vec<(u8, Hmac<Sha256>)> = Vec::with_capacity(keys.len());
        for (id, secret) in keys {
            if id > 31 || ring.iter().any(|(known, _)| *known == id) {
                return Err(TokenError::KeyId(id));
            }
            if secret.len() < 32 {
                return Err(TokenError::ShortKey(id));
            }
            let mac = Hmac::<Sha256>::new_from_slice(&secret).map_err(|_| TokenError::ShortKey(id))?;
            ring.push((id, mac));
        }
        if ring.is_empty() { Err(TokenError::NoKey) } else { Ok(Self { keys: ring }) }
    }

    /// The Message-ID of an outreach, with its angle brackets.
    ///
    /// # Errors
    ///
    /// [`TokenError::Domain`] when `domain` is not a host name.
    pub fn message_id(&self, id: OutreachId, domain: &str) -> Result<String, TokenError> {
        if !host_name(domain) || domain.len() > 200 {
            return Err(TokenError::Domain);
        }
        let domain = domain.to_ascii_lowercase();
        let token = self.mint('m', id, domain.as_bytes())?;
        Ok(format!("<{token}@{domain}>"))
    }

    /// The outreach whose Message-ID this is, if one of our keys made it.
    #[must_use]
    pub fn own_message_id(&self, header: &str) -> Option<OutreachId> {
        let inner = header.trim().trim_start_matches('<').trim_end_matches('>');
        let (token, domain) = inner.split_once('@')?;
        self.verify('m', token, domain.to_ascii_lowercase().as_bytes())
    }

    /// `base` with the token of an outreach as its plus-detail: `replies@x` becomes
    /// `replies+r…@x`.
    ///
    /// # Errors
    ///
    /// [`TokenError::BaseTooLong`] when the local part would exceed 64 octets.
    pub fn address(&self, kind: TokenKind, id: OutreachId, base: &Address) -> Result<Address, TokenError> {
        let token = self.mint(kind.letter(), id, b"")?;
        let max = 64 - token.len() - 1;
        if base.local().len() > max {
            return Err(TokenError::BaseTooLong { max });
        }
        let text = format!("{}+{token}@{}", base.local(), base.domain());
        text.parse().map_err(|_| TokenError::BaseTooLong { max })
    }

    /// The kind and outreach named by the plus-detail of an address in any form
    /// (`Name <a+token@b>`, any case).
    #[must_use]
    pub fn read(&self, recipient: &str) -> Option<(TokenKind, OutreachId)> {
        let local = recipient.rsplit_once('@')?.0;
        let detail = local.rsplit_once('+')?.1;
        [TokenKind::Reply, TokenKind::Bounce]
            .into_iter()
            .find_map(|kind| self.verify(kind.letter(), detail, b"").map(|id| (kind, id)))
    }

    /// Purpose letter, key id, then id and tag.
    fn mint(&self, purpose: char, id: OutreachId, context: &[u8]) -> Result<String, TokenError> {
        let (key_id, mac) = self.keys.first().ok_or(TokenError::NoKey)?;
        let tag = sign(mac, purpose, id, context).finalize().into_bytes();
        let mut body = id.uuid().as_bytes().to_vec();
        body.extend(tag.iter().take(TAG));
        Ok(format!("{purpose}{}{}", base32::digit(*key_id), base32::encode(&body)))
    }

    fn verify(&self, purpose: char, token: &str, context: &[u8]) -> Option<OutreachId> {
        if token.len() != BODY + 2 || !token.is_ascii() {
            return None;
        }
        let (head, body) = token.split_at(2);
        let mut head = head.bytes();
        if head.next()?.to_ascii_lowercase() != u8::try_from(purpose).ok()? {
            return None;
        }
        let key_id = base32::value(head.next()?)?;
        let (_, mac) = self.keys.iter().find(|(known, _)| *known == key_id)?;
        let body = base32::decode(body)?;
        let (id, tag) = body.split_at_checked(16)?;
        let id = OutreachId::from_uuid(Uuid::from_slice(id).ok()?);
        sign(mac, purpose, id, context).verify_truncated_left(tag).ok()?;
        (tag.len() == TAG).then_some(id)
    }
}

/// The purpose is part of what is signed: a Message-ID can never serve as a reply token.
fn sign(mac: &Hmac<Sha256>, purpose: char, id: OutreachId, context: &[u8]) -> Hmac<Sha256> {
    let mut mac = mac.clone();
    mac.update(b"dunningd/token/1/");
    mac.update(purpose.encode_utf8(&mut [0; 4]).as_bytes());
    mac.update(id.uuid().as_bytes());
    mac.update(context);
    mac
}

#[cfg(test)]
mod tests;
