//! One rule: its Cedar policy and the annotations people read.
//!
//! Guarantees: a [`Rule`] that exists has an id, a reason code and a sentence; ids and codes are short
//! lower-case words, so that they are safe as keys anywhere.

use crate::check::{Diagnostic, Position};
use crate::facts::{Fact, FactSet};
use cedar_policy::{Policy, PolicyId};
use serde::{Deserialize, Serialize};

/// Permit or forbid.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Allows, unless something forbids.
    Permit,
    /// Forbids, whatever permits.
    Forbid,
}

/// Whose rule.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Part of the program.
    Shipped,
    /// The company's own.
    Company,
}

/// What a list of rules shows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RuleInfo {
    /// The `@id`; a company's carry the prefix `company.`.
    pub id: String,
    /// Permit or forbid.
    pub effect: Effect,
    /// The `@reason`.
    pub code: String,
    /// The `@text`.
    pub text: String,
    /// Whose it is.
    pub origin: Origin,
    /// The Cedar text, without its comments.
    pub source: String,
}

/// A rule ready to be put into a set.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) info: RuleInfo,
    /// Facts named by `@facts`; `None` stands for `*`.
    pub(crate) facts: Option<FactSet>,
    pub(crate) policy: Policy,
}

const MAX_WORD: usize = 48;
const MAX_TEXT: usize = 240;

fn is_word(s: &str) -> bool {
    !s.is_empty()
        && s.len() <= MAX_WORD
        && s.starts_with(|c: char| c.is_ascii_lowercase())
        && s.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Reads the annotations of a policy and gives it its id; what is wrong is pushed to `found`.
pub(crate) fn read(
    policy: &Policy,
    origin: Origin,
    at: Position,
    found: &mut Vec<Diagnostic>,
) -> Option<Rule> {
    let before = found.len();
    let mut complain = |message: String, help: &str| {
        found.push(Diagnostic::error(at, message, help).of_rule(policy.annotation("id")));
    };
    for (key, _) in policy.annotations() {
        if !["id", "reason", "text", "facts"].contains(&key) {
            complain(
                format!("@{} is not an annotation of a rule", short(key)),
                "use @id, @reason, @text and, if wanted, @facts",
            );
        }
    }
    for key in ["id", "reason"] {
        match policy.annotation(key) {
            None => complain(
                format!("the rule has no @{key}"),
                "write @id(\"my_rule\") and @reason(\"my_reason\") before it",
            ),
            Some(word) if !is_word(word) => complain(
                format!("@{key}({:?}) is not a word", short(word)),
                "lower-case letters, digits and _, starting with a letter, at most 48",
            ),
            Some(_) => {}
        }
    }
    match policy.annotation("text") {
        None => complain(
            "the rule has no @text".to_owned(),
            "say in one sentence why, for the people who read it",
        ),
        Some(text)
            if text.trim().is_empty() || text.len() > MAX_TEXT || text.chars().any(char::is_control) =>
        {
            complain("@text must be one line of 1 to 240 bytes".to_owned(), "say in one sentence why");
        }
        Some(_) => {}
    }
    let facts = match policy.annotation("facts") {
        Some("*") => None,
        list => {
            let mut set = FactSet::default();
            for name in list.unwrap_or_default().split(',').map(str::trim).filter(|n| !n.is_empty()) {
                match Fact::ALL.iter().find(|f| f.as_str() == name) {
                    Some(fact) => set.insert(*fact, true),
                    None => complain(
                        format!("@facts names {:?}, which is no fact", short(name)),
                        "see the schema",
                    ),
                }
            }
            Some(set)
        }
    };
    if found.len() > before {
        return None;
    }
    let word = policy.annotation("id").unwrap_or_default();
    let id = match origin {
        Origin::Shipped => word.to_owned(),
        Origin::Company => format!("company.{word}"),
    };
    Some(Rule {
        info: RuleInfo {
            effect: match policy.effect() {
                cedar_policy::Effect::Permit => Effect::Permit,
                cedar_policy::Effect::Forbid => Effect::Forbid,
            },
            code: policy.annotation("reason").unwrap_or_default().to_owned(),
            text: policy.annotation("text").unwrap_or_default().to_owned(),
            origin,
            source: policy.to_string(),
            id: id.clone(),
        },
        facts,
        policy: policy.new_id(PolicyId::new(id)),
    })
}

/// The beginning of a text from outside, for a message.
pub(crate) fn short(s: &str) -> String {
    s.chars().take(MAX_WORD).collect()
}
