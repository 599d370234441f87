//! Passwords: read from standard input or made here, hashed off the async threads, shown at most once.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::io::Read;

/// Letters and digits that nobody mistakes for one another; 32 of them, so each carries five bits.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A password that was hashed.
pub struct Password {
    /// Encoded argon2id hash.
    pub hash: String,
    made: Option<String>,
}

/// The password on standard input, when it was asked for.
pub fn given(from_stdin: bool) -> Result<Option<String>> {
    if !from_stdin {
        return Ok(None);
    }
    let mut text = String::new();
    std::io::stdin().lock().take(4096).read_to_string(&mut text).context("reading the password")?;
    one_line(&text).map(Some)
}

fn one_line(text: &str) -> Result<String> {
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        bail!("standard input is empty: pipe the password into the command");
    }
    if line.chars().any(char::is_control) {
        bail!("a password is one line without control characters");
    }
    Ok(line.to_owned())
}

/// A hundred random bits in groups that can be read out.
fn made() -> Result<String> {
    let mut bytes = [0u8; 20];
    getrandom::fill(&mut bytes).context("no randomness on this machine")?;
    Ok(spelled(&bytes))
}

fn spelled(bytes: &[u8]) -> String {
    let letter = |b: &u8| LETTERS.get(usize::from(b % 32)).copied().map(char::from);
    let group = |chunk: &[u8]| chunk.iter().filter_map(letter).collect::<String>();
    bytes.chunks(5).map(group).collect::<Vec<_>>().join("-")
}

impl Password {
    /// Hashes the given password, or one made here.
    pub async fn of(given: Option<String>) -> Result<Self> {
        let made = if given.is_none() { Some(made()?) } else { None };
        let plain = given.or_else(|| made.clone()).unwrap_or_default();
        let hashing = tokio::task::spawn_blocking(move || admin::password::hash(&plain));
        Ok(Self { hash: hashing.await.context("hashing the password")??, made })
    }

    /// Adds the password to a JSON result, if it was made here.
    pub fn add_to(&self, value: &mut Value) {
        if let (Some(made), Some(members)) = (&self.made, value.as_object_mut()) {
            members.insert("password".to_owned(), Value::String(made.clone()));
        }
    }

    /// The same for people.
    pub fn sentence(&self) -> String {
        match &self.made {
            Some(made) => format!("\n\nPassword, shown only now:  {made}"),
            None => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_end_is_not_part_of_a_password_and_a_second_line_is_refused() {
        assert_eq!(one_line("correct horse\r\n").unwrap(), "correct horse");
        assert_eq!(one_line(" spaces stay ").unwrap(), " spaces stay ");
        assert!(one_line("\n").is_err() && one_line("").is_err() && one_line("a\nb\n").is_err());
    }

    #[test]
    fn made_passwords_are_long_distinct_and_readable() {
        let (a, b) = (made().unwrap(), made().unwrap());
        assert_ne!(a, b);
        assert_eq!(a.len(), 23);
        assert!(a.chars().all(|c| c == '-' || (c.is_ascii_alphanumeric() && !"lo01".contains(c))), "{a}");
        assert_eq!(spelled(&[0, 31, 32, 63, 255]), "a9a99");
    }

    #[tokio::test]
    async fn a_given_password_is_never_shown_and_a_made_one_once() {
        let given = Password::of(Some("correct horse battery".to_owned())).await.unwrap();
        let mut value = serde_json::json!({});
        given.add_to(&mut value);
        assert_eq!((value.to_string().as_str(), given.sentence().as_str()), ("{}", ""));
        let made = Password::of(None).await.unwrap();
        made.add_to(&mut value);
        let shown = value["password"].as_str().unwrap();
        assert!(admin::password::verify(shown, &made.hash) && made.sentence().contains(shown));
        assert!(Password::of(Some("short".to_owned())).await.is_err());
    }
}
