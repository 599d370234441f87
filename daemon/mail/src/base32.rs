//! Lower-case base32 (RFC 4648 alphabet, no padding), for tokens in addresses.
//!
//! Why: the local part of an address is case-folded by some mail systems, so a token must survive
//! `to_lowercase` and `to_uppercase`. Decoding accepts both cases and nothing else: no padding, no
//! look-alike digits, and the unused low bits of the last character must be zero, so that one value
//! has one spelling.

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The character for five bits; `bits` is taken modulo 32.
pub(crate) fn digit(bits: u8) -> char {
    ALPHABET.get(usize::from(bits & 31)).map_or('a', |b| char::from(*b))
}

/// The five bits of a character.
pub(crate) fn value(c: u8) -> Option<u8> {
    match c {
        b'a'..=b'z' => Some(c - b'a'),
        b'A'..=b'Z' => Some(c - b'A'),
        b'2'..=b'7' => Some(c - b'2' + 26),
        _ => None,
    }
}

/// `ceil(8 * bytes / 5)` characters.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut hold, mut bits) = (0u32, 0u32);
    for byte in bytes {
        hold = (hold << 8 | u32::from(*byte)) & 0xfff;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(digit((hold >> bits) as u8));
        }
    }
    if bits > 0 {
        out.push(digit((hold << (5 - bits)) as u8));
    }
    out
}

/// The bytes, or `None` when a character or the length is wrong.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 5 / 8);
    let (mut hold, mut bits) = (0u32, 0u32);
    for c in text.bytes() {
        hold = (hold << 5 | u32::from(value(c)?)) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push((hold >> bits) as u8);
        }
    }
    (bits < 5 && hold & ((1 << bits) - 1) == 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn knows_the_vectors_of_rfc_4648() {
        for (plain, coded) in [
            ("", ""),
            ("f", "my"),
            ("fo", "mzxq"),
            ("foo", "mzxw6"),
            ("foob", "mzxw6yq"),
            ("foobar", "mzxw6ytboi"),
        ] {
            assert_eq!(encode(plain.as_bytes()), coded);
            assert_eq!(decode(coded).unwrap(), plain.as_bytes());
        }
    }

    #[test]
    fn has_one_spelling_for_one_value() {
        assert_eq!(decode("mz"), None, "unused bits set");
        assert_eq!(decode("m"), None, "a lone character holds no byte");
        for bad in ["m=", "m0", "m1", "m8", "mü", "m y"] {
            assert_eq!(decode(bad), None, "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn survives_both_case_foldings(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let coded = encode(&bytes);
            prop_assert_eq!(decode(&coded.to_uppercase()), Some(bytes.clone()));
            prop_assert_eq!(decode(&coded), Some(bytes));
        }
    }
}
