//! The rule files in `data/rules`: their format, read once.
//!
//! Why: how people write is data. A person who knows how customers answer should be able to read and
//! extend it without knowing Rust. A file looks like this:
//!
//! ```text
//! # a comment, at the beginning of a line
//! let GOODS = ware|lieferung*|
//!     paket*                       an indented line goes on
//!
//! intent dispute
//!
//! rule 90 not_received told        confidence in percent, then reason and flags
//! all {GOODS}                      must occur in the clause (several: in any order)
//! all nicht|nie
//! not rechnung                     must not occur in the clause
//! not-near mahnung                 must not occur in the sentence
//! ```
//!
//! The patterns are those of `lexicon`. Flags: `asked` (in questions only), `told` (never in questions),
//! `accepts` (a yes to the plan we offered), `alone` (only when no other rule holds); for a dispute its
//! reason. Guarantees: an unknown word, name, intent or pattern is an error with its file and line, and
//! a test reads all files.

use domain::kinds::{DisputeReason, Intent};
use std::collections::HashMap;

/// Whether the sentence must be a question.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Question {
    Either,
    Only,
    Never,
}

/// What a rule says beside its intent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Extra {
    None,
    Reason(DisputeReason),
    /// A yes to the offered plan; the rule holds only while an offer is pending.
    Accepts,
    /// The mail says nothing but this; the rule holds only when no other did.
    Alone,
}

/// One rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Rule {
    pub intent: Intent,
    /// 0 to 100.
    pub confidence: u8,
    /// All must occur in the unit.
    pub all: Vec<String>,
    /// None may occur in the unit.
    pub unless: Vec<String>,
    /// None may occur anywhere in the sentence.
    pub unless_near: Vec<String>,
    pub question: Question,
    pub extra: Extra,
}

/// Where a rule file is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Fault {
    pub file: &'static str,
    pub line: usize,
    pub what: &'static str,
}

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../data/rules/", $name)))),+]
    };
}

/// The files: shared words first, then the dangerous five, then the rest.
pub(super) const FILES: &[(&str, &str)] = files![
    "words.txt",
    "bank.de.txt",
    "bank.en.txt",
    "legal.de.txt",
    "legal.en.txt",
    "stop.de.txt",
    "stop.en.txt",
    "hardship.de.txt",
    "hardship.en.txt",
    "dispute.de.txt",
    "dispute.en.txt",
    "denial.de.txt",
    "denial.en.txt",
    "plan.de.txt",
    "plan.en.txt",
    "promise.de.txt",
    "promise.en.txt",
    "paid.de.txt",
    "paid.en.txt",
    "paper.de.txt",
    "paper.en.txt",
    "people.de.txt",
    "people.en.txt",
    "machine.de.txt",
    "machine.en.txt",
];

/// Reads rule files in order. Names defined in the first are known in all, others in their own file.
pub(super) fn read(files: &[(&'static str, &str)]) -> Result<Vec<Rule>, Fault> {
    let mut rules = Vec::new();
    let mut shared = HashMap::new();
    for (at, (file, text)) in files.iter().enumerate() {
        let mut names = shared.clone();
        let mut intent = None;
        for (line, statement) in statements(text) {
            let first = rules.len();
            obey(&statement, &mut names, &mut intent, &mut rules).map_err(|what| Fault {
                file,
                line,
                what,
            })?;
            debug_assert!(rules.len() <= first + 1, "one rule a statement");
        }
        if at == 0 {
            shared = names;
        }
    }
    Ok(rules)
}

/// Statements with the number of their first line; comments and empty lines left out, indented lines
/// joined to the one before.
fn statements(text: &str) -> Vec<(usize, String)> {
    let mut out: Vec<(usize, String)> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let content = line.trim();
        if content.is_empty() || line.starts_with('#') {
            continue;
        }
        match out.last_mut() {
            Some((_, statement)) if line.starts_with(' ') => statement.push_str(content),
            _ => out.push((at + 1, content.to_owned())),
        }
    }
    out
}

fn obey(
    statement: &str,
    names: &mut HashMap<String, String>,
    intent: &mut Option<Intent>,
    rules: &mut Vec<Rule>,
) -> Result<(), &'static str> {
    let (word, rest) = statement.split_once(' ').unwrap_or((statement, ""));
    let rest = rest.trim();
    match word {
        "let" => {
            let (name, pattern) = rest.split_once(" = ").ok_or("a definition needs a name and a pattern")?;
            if names.insert(name.to_owned(), filled(pattern, names)?).is_some() {
                return Err("the name is taken");
            }
        }
        "intent" => *intent = Some(rest.parse().map_err(|_| "no such intent")?),
        "rule" => rules.push(header(rest, intent.ok_or("a rule before its intent")?)?),
        "all" | "not" | "not-near" => {
            let pattern = filled(rest, names)?;
            let rule = rules.last_mut().ok_or("a pattern before its rule")?;
            match word {
                "all" => rule.all.push(pattern),
                "not" => rule.unless.push(pattern),
                _ => rule.unless_near.push(pattern),
            }
        }
        _ => return Err("an unknown statement"),
    }
    Ok(())
}

fn header(text: &str, intent: Intent) -> Result<Rule, &'static str> {
    let mut words = text.split_ascii_whitespace();
    let confidence = words.next().and_then(|w| w.parse().ok()).filter(|c| *c <= 100);
    let mut rule = Rule {
        intent,
        confidence: confidence.ok_or("a rule needs a confidence of 0 to 100")?,
        all: Vec::new(),
        unless: Vec::new(),
        unless_near: Vec::new(),
        question: Question::Either,
        extra: Extra::None,
    };
    for word in words {
        match word {
            "asked" => rule.question = Question::Only,
            "told" => rule.question = Question::Never,
            "accepts" => rule.extra = Extra::Accepts,
            "alone" => rule.extra = Extra::Alone,
            reason if intent == Intent::Dispute => {
                rule.extra = Extra::Reason(reason.parse().map_err(|_| "no such reason")?);
            }
            _ => return Err("an unknown flag"),
        }
    }
    Ok(rule)
}

/// The pattern with `{NAME}` replaced.
fn filled(pattern: &str, names: &HashMap<String, String>) -> Result<String, &'static str> {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}').ok_or("a brace is not closed")?;
        out.push_str(before);
        out.push_str(names.get(name).ok_or("an unknown name")?);
        rest = tail;
    }
    out.push_str(rest);
    if out.is_empty() { Err("an empty pattern") } else { Ok(out) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Result<Vec<Rule>, &'static str> {
        read(&[("words", "let NOT = nicht|nie\n"), ("test", text)]).map_err(|f| f.what)
    }

    #[test]
    fn a_file_is_read() {
        let text = "# note\nlet GOODS = ware|\n    paket*\n\nintent dispute\nrule 90 not_received told\nall {GOODS}\nall {NOT}|{GOODS}\n\
                    not rechnung\nnot-near mahnung\n\nintent question\nrule 55 asked\n";
        let rules = one(text).unwrap();
        assert_eq!(rules[0].all, ["ware|paket*", "nicht|nie|ware|paket*"]);
        assert_eq!(
            (rules[0].unless.as_slice(), rules[0].unless_near.as_slice()),
            (["rechnung".to_owned()].as_slice(), ["mahnung".to_owned()].as_slice())
        );
        assert_eq!(
            (rules[0].extra, rules[0].question),
            (Extra::Reason(DisputeReason::NotReceived), Question::Never)
        );
        assert_eq!((rules[1].intent, rules[1].question), (Intent::Question, Question::Only));
    }

    #[test]
    fn mistakes_are_found() {
        for (text, what) in [
            ("rule 90\n", "a rule before its intent"),
            ("intent nonsense\n", "no such intent"),
            ("intent dispute\nrule 900\n", "a rule needs a confidence of 0 to 100"),
            ("intent dispute\nrule 90 weather\n", "no such reason"),
            ("intent question\nrule 90 price\n", "an unknown flag"),
            ("all x\n", "a pattern before its rule"),
            ("intent question\nrule 9\nall {NONE}\n", "an unknown name"),
            ("intent question\nrule 9\nall {NOT\n", "a brace is not closed"),
            ("let NOT = x\n", "the name is taken"),
            ("when x\n", "an unknown statement"),
            ("intent question\nrule 9\nall\n", "an empty pattern"),
        ] {
            assert_eq!(one(text), Err(what), "{text}");
        }
        let fault = read(&[("words", ""), ("test", "# x\n\nintent x\n")]).unwrap_err();
        assert_eq!((fault.file, fault.line), ("test", 3));
    }

    #[test]
    fn the_shipped_files_are_read() {
        let rules = read(FILES).unwrap();
        assert!(rules.len() > 300);
        for intent in Intent::ALL {
            assert!(rules.iter().any(|r| r.intent == *intent), "{intent}");
        }
        // Only the last resort for questions has no pattern of its own.
        assert!(
            rules
                .iter()
                .filter(|r| r.all.is_empty())
                .all(|r| r.intent == Intent::Question && r.confidence < 60)
        );
    }
}
