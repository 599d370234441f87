//! Checking rule text: what is wrong, where, and what to do about it.
//!
//! Why: a rule that parses may still be useless or dangerous: a misspelt name that never matches, a
//! condition that is always false, a look-alike character. Guarantees: rule text that passes is typed
//! against the schema in Cedar's strict mode, names only steps that exist, and bears an id, a reason and
//! a sentence; any warning of the validator counts as an error. Size and depth are bounded before the
//! parser sees the text. Does not: say what a rule would change (see [`crate::dry_run()`]).

use crate::compile;
use crate::rule::{self, Origin, Rule};
use crate::set::PolicyError;
use crate::step::Step;
use crate::vocabulary::Vocabulary;
use cedar_policy::{Policy, PolicySet, ValidationMode, Validator};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::str::FromStr;

/// Largest rule text, in bytes.
pub(crate) const MAX_SOURCE: usize = 32 * 1024;
/// Most rules a company may add; every one costs part of a microsecond on each decision.
pub(crate) const MAX_RULES: usize = 64;
/// Deepest nesting of brackets.
const MAX_DEPTH: usize = 24;
/// Most words and signs in one rule: a chain of operators nests as deeply as brackets do. Cedar's parser
/// overflows the stack on very deep text, and its validator lets deep text pass unchecked.
const MAX_TOKENS: usize = 400;

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The text is refused.
    Error,
    /// The text is accepted; the note says what may surprise.
    Note,
}

/// One finding in rule text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Diagnostic {
    /// How bad.
    pub severity: Severity,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub col: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it; may be empty.
    pub help: String,
    /// The `@id` of the rule, where known.
    pub rule: Option<String>,
}

impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.col, self.message)?;
        if self.help.is_empty() { Ok(()) } else { write!(f, " ({})", self.help) }
    }
}

/// A place in rule text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) col: usize,
}

impl Position {
    pub(crate) const START: Self = Self { line: 1, col: 1 };

    /// The place of a byte offset; offsets past the end are the end.
    fn of(source: &str, offset: usize) -> Self {
        let mut end = offset.min(source.len());
        while !source.is_char_boundary(end) {
            end -= 1;
        }
        let before = source.get(..end).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            line: before.matches('\n').count() + 1,
            col: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        }
    }
}

impl Diagnostic {
    pub(crate) fn error(at: Position, message: impl Into<String>, help: &str) -> Self {
        Self {
            severity: Severity::Error,
            line: at.line,
            col: at.col,
            message: message.into(),
            help: help.to_owned(),
            rule: None,
        }
    }

    pub(crate) fn of_rule(mut self, id: Option<&str>) -> Self {
        self.rule = id.map(rule::short);
        self
    }

    fn of_cedar(source: &str, error: &dyn miette::Diagnostic, fallback: Position) -> Self {
        let label = error.labels().and_then(|mut labels| labels.next());
        let at = label.as_ref().map_or(fallback, |l| Position::of(source, l.offset()));
        let help = error.help().map(|h| h.to_string());
        let hint = label.as_ref().and_then(|l| l.label()).map(str::to_owned);
        Self::error(at, error.to_string(), &help.or(hint).unwrap_or_default())
    }
}

/// Checks a company's rule text. Empty: nothing to say. Refused only by [`Severity::Error`].
///
/// # Errors
///
/// [`PolicyError`] when the shipped rules themselves do not load (a broken build).
pub fn check(source: &str) -> Result<Vec<Diagnostic>, PolicyError> {
    let vocabulary = Vocabulary::load()?;
    let mut found = Vec::new();
    rules(source, Origin::Company, &vocabulary, &mut found);
    found.sort_by_key(|d| (d.line, d.col));
    Ok(found)
}

/// Parses and validates rule text; whatever is wrong goes to `found`.
pub(crate) fn rules(
    source: &str,
    origin: Origin,
    vocabulary: &Vocabulary,
    found: &mut Vec<Diagnostic>,
) -> Vec<Rule> {
    if let Some(too_much) = too_large(source) {
        found.push(too_much);
        return Vec::new();
    }
    let parsed = match PolicySet::from_str(source) {
        Ok(parsed) => parsed,
        Err(errors) => {
            found.extend(errors.iter().map(|e| Diagnostic::of_cedar(source, e, Position::START)));
            return Vec::new();
        }
    };
    if parsed.num_of_templates() > 0 {
        let help = "write the entity itself instead of ?principal or ?resource";
        found.push(Diagnostic::error(Position::START, "templates are not supported", help));
    }
    let mut policies: Vec<&Policy> = parsed.policies().collect();
    // Cedar names unnamed policies policy0, policy1, …, in the order of the text.
    policies.sort_by_key(|p| p.id().to_string().trim_start_matches("policy").parse::<usize>().unwrap_or(0));
    if policies.len() > MAX_RULES {
        let message = format!("{} rules; at most {MAX_RULES} are allowed", policies.len());
        found.push(Diagnostic::error(Position::START, message, "join rules with the same reason"));
        return Vec::new();
    }
    let mut from = 0;
    let mut seen = HashSet::new();
    let mut accepted = Vec::new();
    for policy in policies {
        let text = policy.to_string();
        let offset = source.get(from..).and_then(|rest| rest.find(&text)).map_or(from, |at| from + at);
        from = (offset + text.len()).min(source.len());
        let at = Position::of(source, offset);
        unknown_steps(policy, at, vocabulary, found);
        let Some(rule) = rule::read(policy, origin, at, found) else { continue };
        if compile::partly_silent(&rule, vocabulary) {
            let message =
                "the rule has no effect on pausing, escalating and rejecting, which always stay possible";
            let help = "name the steps it is about, such as resource in Step::\"advance\"";
            let note = Diagnostic::error(at, message, help).of_rule(policy.annotation("id"));
            found.push(Diagnostic { severity: Severity::Note, ..note });
        }
        if seen.insert(rule.info.id.clone()) {
            accepted.push((rule, at));
        } else {
            let message = format!("a second rule has @id({:?})", policy.annotation("id").unwrap_or_default());
            found.push(Diagnostic::error(at, message, "rename one").of_rule(policy.annotation("id")));
        }
    }
    validate(source, &accepted, vocabulary, found);
    accepted.into_iter().map(|(rule, _)| rule).collect()
}

fn validate(source: &str, rules: &[(Rule, Position)], vocabulary: &Vocabulary, found: &mut Vec<Diagnostic>) {
    let set = match PolicySet::from_policies(rules.iter().map(|(r, _)| r.policy.clone())) {
        Ok(set) => set,
        Err(e) => {
            found.push(Diagnostic::error(Position::START, e.to_string(), ""));
            return;
        }
    };
    let place = |id: &cedar_policy::PolicyId| {
        rules.iter().find(|(r, _)| r.policy.id() == id).map_or(Position::START, |(_, at)| *at)
    };
    let result = Validator::new(vocabulary.schema.clone()).validate(&set, ValidationMode::Strict);
    for error in result.validation_errors() {
        let id = error.policy_id();
        found.push(Diagnostic::of_cedar(source, error, place(id)).of_rule(Some(id.as_ref())));
    }
    for warning in result.validation_warnings() {
        let id = warning.policy_id();
        found.push(Diagnostic::of_cedar(source, warning, place(id)).of_rule(Some(id.as_ref())));
    }
}

/// Steps are no closed list for Cedar (they form groups), so their names are checked here.
fn unknown_steps(policy: &Policy, at: Position, vocabulary: &Vocabulary, found: &mut Vec<Diagnostic>) {
    for literal in policy.entity_literals() {
        let name = literal.id().unescaped();
        if literal.type_name() == &vocabulary.types.step && !Step::ALL.iter().any(|s| s.as_str() == name) {
            let known: Vec<&str> = Step::ALL.iter().map(|s| s.as_str()).collect();
            let message = format!("Step::{:?} does not exist", rule::short(name));
            let help = format!("one of: {}", known.join(", "));
            found.push(Diagnostic::error(at, message, &help).of_rule(policy.annotation("id")));
        }
    }
}

/// Refuses text that could exhaust the parser, before it is parsed. Strings and comments are skipped.
fn too_large(source: &str) -> Option<Diagnostic> {
    if source.len() > MAX_SOURCE {
        let message = format!("the rules are {} bytes long; at most {MAX_SOURCE} are allowed", source.len());
        return Some(Diagnostic::error(Position::START, message, "shorten them"));
    }
    let (mut depth, mut tokens, mut in_word) = (0_usize, 0_usize, false);
    let mut chars = source.char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        let word = c.is_alphanumeric() || c == '_';
        let continues = word && in_word;
        if !c.is_whitespace() && !continues {
            tokens += 1;
        }
        in_word = word;
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ';' => tokens = 0,
            '"' => {
                while let Some((_, c)) = chars.next() {
                    match c {
                        '\\' => drop(chars.next()),
                        '"' => break,
                        _ => {}
                    }
                }
            }
            '/' if chars.peek().is_some_and(|(_, next)| *next == '/') => {
                while chars.next().is_some_and(|(_, c)| c != '\n') {}
                tokens = tokens.saturating_sub(1);
            }
            _ => {}
        }
        if depth > MAX_DEPTH || tokens > MAX_TOKENS {
            let message = if depth > MAX_DEPTH {
                format!("brackets are nested more than {MAX_DEPTH} deep")
            } else {
                format!("a rule has more than {MAX_TOKENS} words and signs")
            };
            return Some(Diagnostic::error(Position::of(source, offset), message, "split the rule"));
        }
    }
    None
}
