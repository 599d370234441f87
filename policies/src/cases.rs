//! Test cases for rules, as files.
//!
//! Why: a rule is only understood by what it decides; a case file says it in facts and expected answers,
//! and anybody can run it. A case gives only what differs from a base in which nothing stands in the
//! way. Guarantees: unknown keys and facts are refused; the reasons are compared in full, so that an
//! answer for the wrong reason fails.

use crate::decision::{Decision, Verdict};
use crate::facts::Facts;
use crate::review::ReviewFacts;
use crate::set::PolicySet;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

const BASE: &str = include_str!("../cases/base.json");

const SHIPPED: &[(&str, &str)] = &[
    ("10-autonomy.json", include_str!("../cases/10-autonomy.json")),
    ("20-ledger.json", include_str!("../cases/20-ledger.json")),
    ("30-customer.json", include_str!("../cases/30-customer.json")),
    ("40-protection.json", include_str!("../cases/40-protection.json")),
    ("50-contact.json", include_str!("../cases/50-contact.json")),
    ("60-text.json", include_str!("../cases/60-text.json")),
    ("70-amount.json", include_str!("../cases/70-amount.json")),
    ("80-review.json", include_str!("../cases/80-review.json")),
];

/// Why a case file was refused.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// Not the JSON of a case file.
    #[error("this is not a case file")]
    Json(#[from] serde_json::Error),
    /// The facts of one case do not fit.
    #[error("case {name:?}: the facts do not fit")]
    Facts {
        /// The case.
        name: String,
        /// What does not fit.
        source: serde_json::Error,
    },
    /// A case must be about the agent or about a person, not both and not neither.
    #[error("case {0:?}: give either \"facts\" or \"review\"")]
    Subject(String),
    /// Two cases have the same name, or a case has none.
    #[error("case {0:?}: every case needs a name of its own")]
    Name(String),
}

/// What a case is about.
#[derive(Clone, PartialEq, Debug)]
pub enum Subject {
    /// An action of the agent.
    Agent(Box<Facts>),
    /// A decision of a person.
    Person(ReviewFacts),
}

/// The answer a case expects.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The verdict.
    pub verdict: Verdict,
    /// All reason codes, in any order.
    pub reasons: BTreeSet<String>,
}

/// One case.
#[derive(Clone, PartialEq, Debug)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// Facts, the base filled in.
    pub subject: Subject,
    /// The expected answer.
    pub expect: Expected,
}

/// The cases of one file.
#[derive(Clone, PartialEq, Debug)]
pub struct CaseFile {
    /// In the order of the file.
    pub cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    /// What the file is about, for its readers.
    #[serde(default, rename = "about")]
    _about: Option<String>,
    #[serde(default)]
    base: Option<RawBase>,
    cases: Vec<RawCase>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawBase {
    #[serde(default)]
    facts: Map<String, Value>,
    #[serde(default)]
    review: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCase {
    name: String,
    #[serde(default)]
    facts: Option<Map<String, Value>>,
    #[serde(default)]
    review: Option<Map<String, Value>>,
    expect: Expected,
}

impl CaseFile {
    /// Reads a case file: `{"about": "…", "base": {"facts": {…}, "review": {…}}, "cases": [{"name": "…", "facts": {…},
    /// "expect": {"verdict": "hold", "reasons": ["open_dispute"]}}]}`. What a case names replaces the
    /// same key of the base; `null` makes the fact unknown. The file's own `base` is laid over the
    /// shipped one.
    ///
    /// # Errors
    ///
    /// [`CaseError`] names the case and what is wrong with it.
    pub fn parse(json: &str) -> Result<Self, CaseError> {
        let raw: RawFile = serde_json::from_str(json)?;
        let mut base: RawBase = serde_json::from_str(BASE)?;
        let own = raw.base.unwrap_or_default();
        base.facts.extend(own.facts);
        base.review.extend(own.review);
        let mut names = BTreeSet::new();
        let mut cases = Vec::with_capacity(raw.cases.len());
        for case in raw.cases {
            if case.name.trim().is_empty() || !names.insert(case.name.clone()) {
                return Err(CaseError::Name(case.name));
            }
            let subject = match (case.facts, case.review) {
                (Some(patch), None) => over(&base.facts, patch).map(|f| Subject::Agent(Box::new(f))),
                (None, Some(patch)) => over(&base.review, patch).map(Subject::Person),
                (Some(_), Some(_)) | (None, None) => return Err(CaseError::Subject(case.name)),
            };
            let subject = subject.map_err(|source| CaseError::Facts { name: case.name.clone(), source })?;
            cases.push(Case { name: case.name, subject, expect: case.expect });
        }
        Ok(Self { cases })
    }
}

fn over<T: serde::de::DeserializeOwned>(
    base: &Map<String, Value>,
    patch: Map<String, Value>,
) -> Result<T, serde_json::Error> {
    let mut whole = base.clone();
    whole.extend(patch);
    serde_json::from_value(Value::Object(whole))
}

/// The shipped case files: name and cases.
///
/// # Errors
///
/// [`CaseError`] when one does not parse, which only a broken build can cause.
pub fn shipped_cases() -> Result<Vec<(&'static str, CaseFile)>, CaseError> {
    SHIPPED.iter().map(|(name, json)| Ok((*name, CaseFile::parse(json)?))).collect()
}

/// A case that got another answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Failure {
    /// The case.
    pub name: String,
    /// What it expects.
    pub expected: Expected,
    /// What the rules say.
    pub got: Decision,
}

/// What a run of cases gave.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// Cases whose verdict and reasons are as expected.
    pub passed: usize,
    /// The others.
    pub failures: Vec<Failure>,
    /// Rules that decided no case: candidates for a case of their own.
    pub undecided: Vec<String>,
}

/// Runs cases against rules.
#[must_use]
pub fn run_cases<'a>(policies: &PolicySet, cases: impl IntoIterator<Item = &'a Case>) -> Report {
    let mut report = Report::default();
    let mut silent: BTreeSet<&str> = policies.rules().map(|r| r.id.as_str()).collect();
    for case in cases {
        let got = match &case.subject {
            Subject::Agent(facts) => policies.decide(facts),
            Subject::Person(facts) => policies.authorize_review(facts),
        };
        for reason in &got.reasons {
            silent.remove(reason.rule.as_str());
        }
        let codes: BTreeSet<&str> = got.codes().into_iter().collect();
        let expected: BTreeSet<&str> = case.expect.reasons.iter().map(String::as_str).collect();
        if got.verdict == case.expect.verdict && codes == expected {
            report.passed += 1;
        } else {
            report.failures.push(Failure { name: case.name.clone(), expected: case.expect.clone(), got });
        }
    }
    report.undecided =
        policies.rules().filter(|r| silent.contains(r.id.as_str())).map(|r| r.id.clone()).collect();
    report
}
