//! Unpredictable tokens from one seed.
//!
//! Why: delimiters and canaries must not be guessable by whoever wrote the mail, and tests must be able
//! to repeat a run, so the randomness is a parameter. Guarantees: SHA-256 over (seed, counter); without
//! the seed the next token cannot be told from the previous ones; no token is handed out twice.
//! Does not: read the operating system's randomness (the caller does, once).

use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicU64, Ordering};

/// A generator of tokens and jitter; shared by all calls of one client.
pub struct Entropy {
    seed: [u8; 32],
    counter: AtomicU64,
}

impl std::fmt::Debug for Entropy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Entropy(…)")
    }
}

impl Entropy {
    /// A generator. `seed` is 32 octets of the operating system's randomness, or fixed in a test.
    #[must_use]
    pub const fn new(seed: [u8; 32]) -> Self {
        Self { seed, counter: AtomicU64::new(0) }
    }

    fn block(&self) -> [u8; 32] {
        let count = self.counter.fetch_add(1, Ordering::Relaxed);
        Sha256::new().chain_update(self.seed).chain_update(count.to_le_bytes()).finalize().into()
    }

    /// A token of 24 characters `0-9a-f` (96 bits).
    #[must_use]
    pub fn token(&self) -> String {
        hex(self.block().iter().take(12))
    }

    /// A number in `0.0..1.0`, for jitter.
    #[must_use]
    pub fn fraction(&self) -> f64 {
        let [a, b, c, d, ..] = self.block();
        f64::from(u32::from_le_bytes([a, b, c, d])) / (f64::from(u32::MAX) + 1.0)
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex<'a>(bytes: impl Iterator<Item = &'a u8>) -> String {
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_seed_repeats_and_a_token_does_not() {
        let (one, same, other) = (Entropy::new([7; 32]), Entropy::new([7; 32]), Entropy::new([8; 32]));
        let tokens: Vec<_> = (0..100).map(|_| one.token()).collect();
        assert_eq!(tokens, (0..100).map(|_| same.token()).collect::<Vec<_>>());
        assert_ne!(tokens[0], other.token());
        assert_eq!(tokens.iter().collect::<BTreeSet<_>>().len(), 100);
        assert!(tokens.iter().all(|t| t.len() == 24 && t.bytes().all(|b| b.is_ascii_hexdigit())));
    }

    #[test]
    fn fractions_stay_in_range_and_spread() {
        let entropy = Entropy::new([1; 32]);
        let drawn: Vec<_> = (0..1000).map(|_| entropy.fraction()).collect();
        assert!(drawn.iter().all(|f| (0.0..1.0).contains(f)));
        assert!(drawn.iter().any(|f| *f < 0.05) && drawn.iter().any(|f| *f > 0.95));
    }

    #[test]
    fn the_seed_is_not_shown() {
        assert_eq!(format!("{:?}", Entropy::new([7; 32])), "Entropy(…)");
    }
}
