//! Prompts: versioned texts, filled in one pass, with the customer's words delimited as data.
//!
//! Why: a letter must bear the version of the words it was made with, and text from a mail must not be
//! able to pass for instructions (I11). Guarantees: the version is the prompt's name and the first eight
//! digits of its SHA-256; a value put into a prompt is never scanned for placeholders again; the
//! delimiter is a random token that does not occur in the text it surrounds; invisible characters are
//! removed from that text; [`Prompt::check`] refuses an answer that repeats the canary, the delimiter or
//! a passage of the instructions.

use crate::entropy::{Entropy, hex};
use crate::error::{Leak, LlmError};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// What a model is called for; `model_calls.purpose`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CallPurpose {
    /// Write a letter.
    Draft,
    /// Read a reply.
    Read,
    /// Test the connection.
    Probe,
}

impl CallPurpose {
    /// The text stored in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Read => "read",
            Self::Probe => "probe",
        }
    }

    /// The text of the prompt: system part, the line `=== user ===`, user part.
    const fn text(self) -> &'static str {
        match self {
            Self::Draft => include_str!("../prompts/draft.md"),
            Self::Read => include_str!("../prompts/read.md"),
            Self::Probe => include_str!("../prompts/probe.md"),
        }
    }

    /// Tokens that a call will cost about, with `words` characters of brief: three characters a token,
    /// and `answer` tokens back. Rather too high than too low.
    pub(crate) fn estimate(self, words: usize, answer: u64) -> u64 {
        u64::try_from((self.text().len() + words) / 3).unwrap_or(u64::MAX).saturating_add(answer)
    }

    /// `name@` and eight digits of the text's SHA-256, such as `read@1f0c9a27`.
    #[must_use]
    pub fn version(self) -> String {
        let digest: [u8; 32] = Sha256::digest(self.text().as_bytes()).into();
        format!("{}@{}", self.as_str(), hex(digest.iter().take(4)))
    }
}

/// A prompt ready to be sent. Holds the customer's words: never logged.
pub(crate) struct Prompt {
    pub purpose: CallPurpose,
    pub system: String,
    pub user: String,
    /// JSON schema of the answer.
    pub schema: Value,
    canary: String,
    nonce: String,
}

const USER: &str = "\n=== user ===\n";
/// Lines of the instructions at least this long must not come back in an answer.
const PASSAGE: usize = 60;

impl Prompt {
    /// Fills the prompt of `purpose`. `values` are (name, value); `words` is the customer's text.
    pub(crate) fn new(
        purpose: CallPurpose,
        schema: Value,
        values: &[(&str, &str)],
        words: &str,
        entropy: &Entropy,
    ) -> Self {
        let (system, user) = purpose.text().split_once(USER).unwrap_or((purpose.text(), ""));
        let words = visible(words);
        let fresh = || {
            let mut token = entropy.token();
            while words.contains(&token) {
                token = entropy.token();
            }
            token
        };
        let (canary, nonce) = (fresh(), fresh());
        let mut all = vec![("canary", canary.as_str()), ("nonce", nonce.as_str()), ("words", words.as_str())];
        all.extend_from_slice(values);
        let (system, user) = (fill(system, &all), fill(user.trim_end(), &all));
        Self { purpose, system, user, schema, canary, nonce }
    }

    /// Refuses an answer that shows that it follows instructions other than ours.
    pub(crate) fn check(&self, answer: &str) -> Result<(), LlmError> {
        let leak = if answer.contains(&self.canary) {
            Leak::Canary
        } else if answer.contains(&self.nonce) {
            Leak::Delimiter
        } else if self.purpose.text().lines().any(|line| line.len() >= PASSAGE && answer.contains(line)) {
            Leak::Instructions
        } else {
            return Ok(());
        };
        Err(LlmError::Suspicious(leak))
    }

    /// The same prompt, with a word on what was wrong with the answer before.
    pub(crate) fn again(&mut self, flaw: &LlmError) {
        let note = format!("\n\nA first answer was refused: {flaw}. Keep to the rules and answer again.");
        self.user.push_str(&note);
    }

    #[cfg(test)]
    pub(crate) fn secrets(&self) -> (&str, &str) {
        (&self.canary, &self.nonce)
    }
}

/// Puts values in place of `{{name}}`; a name without a value stays. Values are not scanned again.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((name, tail)) = after.split_once("}}") else {
            out.push_str("{{");
            rest = after;
            continue;
        };
        match values.iter().find(|(key, _)| *key == name) {
            Some((_, value)) => out.push_str(value),
            None => {
                out.push_str("{{");
                out.push_str(name);
                out.push_str("}}");
            }
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// A character that shows nothing and is not white space: control and format characters, soft hyphen,
/// zero-width and direction marks, variation selectors, and the tag block in which text can be hidden.
#[must_use]
pub(crate) const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

fn visible(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).collect()
}

/// The first `most` characters.
#[must_use]
pub(crate) fn head(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}

#[cfg(test)]
#[path = "prompt_tests.rs"]
mod tests;
