//! Passwords: argon2id.
//!
//! Parameters: the crate's defaults, 19 MiB, 2 passes, 1 lane, which is the OWASP Password Storage Cheat
//! Sheet's first choice. Hashing takes tens of milliseconds of one core: never on an async thread.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

/// Shortest password accepted.
pub const MIN_LENGTH: usize = 10;
/// Longest password accepted: more would only be work for us.
pub const MAX_LENGTH: usize = 256;

/// Why a password was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short or too long.
    #[error("a password has {MIN_LENGTH} to {MAX_LENGTH} characters")]
    Length,
    /// No randomness for the salt, or a defect.
    #[error("the password could not be hashed")]
    Hash,
}

/// Hashes a new password. Blocking.
pub fn hash(password: &str) -> Result<String, PasswordError> {
    if !(MIN_LENGTH..=MAX_LENGTH).contains(&password.chars().count()) {
        return Err(PasswordError::Length);
    }
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|_| PasswordError::Hash)?;
    Ok(hash.to_string())
}

/// Compares; false for anything that is not right. Blocking; takes as long for an unknown user, for whom
/// the caller passes [`NOBODY`].
#[must_use]
pub fn verify(password: &str, encoded: &str) -> bool {
    if password.chars().count() > MAX_LENGTH {
        return false;
    }
    PasswordHash::new(encoded)
        .is_ok_and(|h| Argon2::default().verify_password(password.as_bytes(), &h).is_ok())
}

/// A hash that no password fits, with the same cost as a real one.
pub const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_fits_and_salts_differ() {
        let (a, b) = (hash("correct horse").unwrap(), hash("correct horse").unwrap());
        assert!(a.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{a}");
        assert_ne!(a, b);
        assert!(
            verify("correct horse", &a) && !verify("Correct horse", &a) && !verify("correct horse", "junk")
        );
        assert!(!verify("correct horse", NOBODY) && PasswordHash::new(NOBODY).is_ok());
    }

    #[test]
    fn lengths_are_bounded() {
        assert_eq!(hash("short"), Err(PasswordError::Length));
        assert_eq!(hash(&"x".repeat(257)), Err(PasswordError::Length));
    }
}
