//! From the text of an answer to a typed value.
//!
//! Why: valid JSON is not a right answer, and weak servers wrap it. Guarantees: a reasoning block, a
//! markdown fence and, where no format could be demanded, prose around one object are set aside; what
//! remains is read with unknown fields refused; errors carry a position, never the text.

use crate::error::{LlmError, Malformed};
use serde::de::{DeserializeOwned, Deserializer, Error, Unexpected, Visitor};
use serde_json::error::Category;

/// Reads the one JSON object in `text`.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, LlmError> {
    let body = object(text);
    serde_json::from_str(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        LlmError::Malformed(match error.classify() {
            Category::Data => Malformed::Shape { line, column },
            Category::Io | Category::Syntax | Category::Eof => Malformed::Json { line, column },
        })
    })
}

/// The object without what models put around it.
fn object(text: &str) -> &str {
    let mut body = text.trim();
    if let Some(rest) = body.strip_prefix("<think>")
        && let Some((_, after)) = rest.split_once("</think>")
    {
        body = after.trim();
    }
    match (body.find('{'), body.rfind('}')) {
        (Some(from), Some(to)) if from < to => body.get(from..=to).unwrap_or(body),
        _ => body,
    }
}

/// Reads a percentage as 0.0 to 1.0: an integer of 0 to 100, clamped; a fraction below one counts as
/// such. Servers that ignore number ranges send anything.
pub(crate) fn percent<'de, D: Deserializer<'de>>(d: D) -> Result<f64, D::Error> {
    Ok(number(d, 0.0)? / 100.0)
}

/// As [`percent`], from -1.0 to 1.0.
pub(crate) fn signed_percent<'de, D: Deserializer<'de>>(d: D) -> Result<f64, D::Error> {
    Ok(number(d, -100.0)? / 100.0)
}

fn number<'de, D: Deserializer<'de>>(d: D, least: f64) -> Result<f64, D::Error> {
    struct Number;
    impl Visitor<'_> for Number {
        type Value = f64;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a number")
        }

        fn visit_i64<E: Error>(self, v: i64) -> Result<f64, E> {
            Ok(f64::from(i32::try_from(v.clamp(-1000, 1000)).unwrap_or(0)))
        }

        fn visit_u64<E: Error>(self, v: u64) -> Result<f64, E> {
            Ok(f64::from(u16::try_from(v.min(1000)).unwrap_or(1000)))
        }

        fn visit_f64<E: Error>(self, v: f64) -> Result<f64, E> {
            if !v.is_finite() {
                return Err(E::invalid_value(Unexpected::Float(v), &self));
            }
            Ok(if v.abs() < 1.0 { v * 100.0 } else { v })
        }
    }
    Ok(d.deserialize_any(Number)?.clamp(least, 100.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Small {
        #[serde(deserialize_with = "signed_percent")]
        n: f64,
    }

    #[test]
    fn wrappings_are_set_aside() {
        for text in [
            r#"{"n": 50}"#,
            "```json\n{\"n\": 50}\n```",
            "<think>{ hm }</think>\n{\"n\": 50}",
            "Here you are:\n{\"n\": 50}\nAnything else?",
            "\u{feff}{\"n\": 0.5}",
        ] {
            assert_eq!(parse::<Small>(text), Ok(Small { n: 0.5 }), "{text}");
        }
    }

    #[test]
    fn numbers_are_clamped() {
        for (json, n) in [("999999999999", 1.0), ("-5000", -1.0), ("-0.25", -0.25), ("1", 0.01), ("0", 0.0)] {
            assert_eq!(parse::<Small>(&format!("{{\"n\":{json}}}")), Ok(Small { n }), "{json}");
        }
    }

    #[test]
    fn errors_tell_kind_and_place_only() {
        let kind = |text: &str| match parse::<Small>(text) {
            Err(LlmError::Malformed(m)) => m,
            other => panic!("{other:?}"),
        };
        assert!(matches!(kind(""), Malformed::Json { .. }));
        assert!(matches!(kind("no"), Malformed::Json { .. }));
        assert!(matches!(kind(r#"{"n": 1"#), Malformed::Json { .. }));
        assert!(matches!(kind(r#"{"n": 1} {"n": 2}"#), Malformed::Json { .. }));
        assert!(matches!(kind(r#"{"n": "Erika"}"#), Malformed::Shape { .. }));
        assert!(matches!(kind(r#"{"n": 1, "Erika": 2}"#), Malformed::Shape { .. }));
        assert!(matches!(kind(r#"{"n": 1, "n": 2}"#), Malformed::Shape { .. }));
        let shown = parse::<Small>(r#"{"n": "Erika"}"#).unwrap_err().to_string();
        assert!(!shown.contains("Erika"), "{shown}");
    }
}
