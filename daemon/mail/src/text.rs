//! Small helpers for patterns and for strangers' text.

/// Compiles a constant pattern.
#[expect(clippy::expect_used, reason = "the pattern is a constant; tests compile each")]
pub(crate) fn pattern(text: &str) -> regex::Regex {
    regex::Regex::new(text).expect("a constant pattern")
}

/// Compiles a constant pattern over octets.
#[expect(clippy::expect_used, reason = "the pattern is a constant; tests compile each")]
pub(crate) fn octet_pattern(text: &str) -> regex::bytes::Regex {
    regex::bytes::Regex::new(text).expect("a constant pattern")
}

/// The first `max` octets, cut between characters.
pub(crate) fn head(text: &str, max: usize) -> &str {
    let mut end = max.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// One line for the database: no control characters, single spaces, at most `max` characters.
pub(crate) fn line(text: &str, max: usize) -> String {
    let spaced: String = head(text, 16 * max).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let joined = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.chars().take(max).collect()
}
