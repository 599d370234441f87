//! Folding of text for matching: lower case, ASCII, single blanks.
//!
//! Why: people write ä, ae or a, straight or curly quotes, line breaks anywhere; patterns should be
//! written once. Guarantees: the result is ASCII without control characters; German umlauts become two
//! letters, accents are dropped, € and £ become eur and gbp, what has no counterpart becomes a blank.
//! Quotes are never taken from folded text.

use crate::prompt::is_invisible;

/// The folded text.
#[must_use]
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            'a'..='z' | '0'..='9' | '!'..=',' | '.' | '/' | ':'..='@' | '[' | ']' | '_' | '{'..='~' => {
                out.push(c)
            }
            'A'..='Z' => out.push(c.to_ascii_lowercase()),
            '\\' => out.push('/'),
            '^' => {}
            '`' | '\u{b4}' | '\u{2018}' | '\u{2019}' | '\u{2032}' => out.push('\''),
            '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}' => out.push('"'),
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => hyphen(&mut out),
            '\u{2026}' => out.push_str("..."),
            'ä' | 'Ä' | 'æ' | 'Æ' => out.push_str("ae"),
            'ö' | 'Ö' | 'ø' | 'Ø' | 'œ' => out.push_str("oe"),
            'ü' | 'Ü' => out.push_str("ue"),
            'ß' | 'ẞ' => out.push_str("ss"),
            'à'..='ã' | 'å' | 'À'..='Ã' | 'Å' => out.push('a'),
            'è'..='ë' | 'È'..='Ë' => out.push('e'),
            'ì'..='ï' | 'Ì'..='Ï' => out.push('i'),
            'ò'..='õ' | 'Ò'..='Õ' => out.push('o'),
            'ù'..='û' | 'Ù'..='Û' => out.push('u'),
            'ç' | 'Ç' => out.push('c'),
            'ñ' | 'Ñ' => out.push('n'),
            '€' => unit(&mut out, "eur "),
            '£' => unit(&mut out, "gbp "),
            _ if is_invisible(c) => {}
            // Combining marks after a decomposed letter: a + U+0308 is ä.
            '\u{308}' => out.push('e'),
            '\u{300}'..='\u{36f}' => {}
            _ => out.push(' '),
        }
        if out.ends_with("  ") {
            out.pop();
        }
    }
    out
}

/// A hyphen; none after a lone letter, so that e-mail is email.
fn hyphen(out: &mut String) {
    let mut back = out.bytes().rev();
    let letter = back.next().is_some_and(|b| b.is_ascii_lowercase());
    if !(letter && back.next().is_none_or(|b| !b.is_ascii_alphanumeric())) {
        out.push('-');
    }
}

/// A word set off by blanks.
fn unit(out: &mut String, word: &str) {
    if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
    out.push_str(word);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds() {
        for (text, folded) in [
            ("Wir ÜBERWEISEN  heute\n\nnoch", "wir ueberweisen heute noch"),
            ("Straße, Größe", "strasse, groesse"),
            ("don’t – “no” … café", "don't - \"no\" ... cafe"),
            ("200€ oder £5", "200 eur oder gbp 5"),
            ("u\u{308}ber", "ueber"),
            ("E-Mail, X-Rechnung, USt-Id", "email, xrechnung, ust-id"),
            ("pay\u{200b}ment 😀 ok", "payment ok"),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    proptest::proptest! {
        #[test]
        fn the_result_is_plain(text in "\\PC{0,80}|[\\x00-\\x7f]{0,80}") {
            let folded = fold(&text);
            proptest::prop_assert!(folded.bytes().all(|b| (b' '..=b'~').contains(&b)));
            proptest::prop_assert!(!folded.bytes().any(|b| b.is_ascii_uppercase()));
        }
    }
}
