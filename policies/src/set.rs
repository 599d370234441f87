//! Rule sets: the shipped one, and the shipped one with a company's rules on top.
//!
//! Guarantees: a [`PolicySet`] that exists is valid; cloning it is cheap; the shipped rules are held once
//! per process, however many companies add their own.

use crate::check::{self, Diagnostic, Severity};
use crate::compile::{Compiled, Needs};
use crate::rule::{Origin, Rule, RuleInfo};
use crate::vocabulary::Vocabulary;
use cedar_policy::Authorizer;
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// The schema that every rule is checked against, as text.
pub const SCHEMA: &str = include_str!("../schema.cedarschema");

/// The shipped rule files: name and text.
pub const SHIPPED_RULES: &[(&str, &str)] = &[
    ("10-autonomy.cedar", include_str!("../rules/10-autonomy.cedar")),
    ("20-ledger.cedar", include_str!("../rules/20-ledger.cedar")),
    ("30-customer.cedar", include_str!("../rules/30-customer.cedar")),
    ("40-protection.cedar", include_str!("../rules/40-protection.cedar")),
    ("50-contact.cedar", include_str!("../rules/50-contact.cedar")),
    ("60-text.cedar", include_str!("../rules/60-text.cedar")),
    ("70-amount.cedar", include_str!("../rules/70-amount.cedar")),
    ("80-review.cedar", include_str!("../rules/80-review.cedar")),
];

/// Why rules were not loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// The text is wrong; at least one finding is a [`Severity::Error`].
    #[error("{file}: {} finding(s) in the rules", found.len())]
    Invalid {
        /// The file, or `company rules`.
        file: String,
        /// What is wrong, in the order of the text.
        found: Vec<Diagnostic>,
    },
    /// The engine could not be set up.
    #[error("the policy engine could not be set up: {0}")]
    Engine(String),
}

/// A set of rules, ready to be asked: the shipped ones, and a company's where it has some.
#[derive(Clone)]
pub struct PolicySet {
    pub(crate) vocabulary: Arc<Vocabulary>,
    pub(crate) authorizer: Authorizer,
    pub(crate) needs: Arc<Needs>,
    /// Shipped rules first.
    pub(crate) layers: Vec<Arc<Compiled>>,
    version: Arc<str>,
}

impl fmt::Debug for PolicySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicySet")
            .field("version", &self.version)
            .field("rules", &self.rules().count())
            .finish()
    }
}

impl PolicySet {
    /// The shipped rules alone.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] when the shipped rules do not load, which only a broken build can cause.
    pub fn shipped() -> Result<Self, PolicyError> {
        static LOADED: OnceLock<Result<PolicySet, PolicyError>> = OnceLock::new();
        LOADED.get_or_init(|| Self::build(shipped_rules()?, shipped_version())).clone()
    }

    /// The shipped rules with a company's own on top.
    ///
    /// A company's `forbid` makes things stricter. Its `permit` may allow the agent more at the autonomy
    /// levels `full` and `supervised`, never past a shipped `forbid`. Forbids that would keep the agent
    /// from pausing or escalating (questions `ever` and `now`), or a person from rejecting, have no
    /// effect. `version` is the number of the company's rules (`policy_versions.version`).
    ///
    /// # Errors
    ///
    /// [`PolicyError::Invalid`] with every finding when the text does not pass [`crate::check()`].
    pub fn with_company(source: &str, version: u32) -> Result<Self, PolicyError> {
        let mut set = Self::shipped()?;
        let rules = parse("company rules", source, Origin::Company)?;
        let text = source.replace('\r', "");
        set.version = format!("{}+company-{version}-{}", set.version, digest([text.as_str()])).into();
        set.layers.push(Arc::new(Compiled::new(rules, &set.vocabulary)?));
        Ok(set)
    }

    /// The version that is stored with every decision: a digest of the shipped rules and the schema, and
    /// for a company its version number and a digest of its text. At most 64 ASCII characters.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Every rule of the set, shipped ones first, in the order of the files.
    pub fn rules(&self) -> impl Iterator<Item = &RuleInfo> {
        self.layers.iter().flat_map(|l| &l.rules).map(|r| &r.info)
    }

    /// The same set without one shipped rule: shows what the rule is for.
    #[cfg(test)]
    pub(crate) fn without(&self, id: &str) -> Result<Self, PolicyError> {
        let rules = shipped_rules()?.into_iter().filter(|r| r.info.id != id).collect();
        Self::build(rules, format!("{} without {id}", self.version))
    }

    fn build(rules: Vec<Rule>, version: String) -> Result<Self, PolicyError> {
        let vocabulary = Vocabulary::load()?;
        let layers = vec![Arc::new(Compiled::new(rules, &vocabulary)?)];
        let needs = Arc::new(Needs::new());
        Ok(Self { vocabulary, authorizer: Authorizer::new(), needs, layers, version: version.into() })
    }
}

fn parse(file: &str, source: &str, origin: Origin) -> Result<Vec<Rule>, PolicyError> {
    let mut found = Vec::new();
    let rules = check::rules(source, origin, &*Vocabulary::load()?, &mut found);
    if found.iter().any(|d| d.severity == Severity::Error) {
        found.sort_by_key(|d| (d.line, d.col));
        return Err(PolicyError::Invalid { file: file.to_owned(), found });
    }
    Ok(rules)
}

fn shipped_rules() -> Result<Vec<Rule>, PolicyError> {
    let mut rules = Vec::new();
    for (file, source) in SHIPPED_RULES {
        rules.extend(parse(file, source, Origin::Shipped)?);
    }
    Ok(rules)
}

/// The crate's version is part of it, because the reading of facts is code.
fn shipped_version() -> String {
    let files = SHIPPED_RULES.iter().flat_map(|(name, text)| [*name, *text]);
    let parts: Vec<String> =
        files.chain([SCHEMA, env!("CARGO_PKG_VERSION")]).map(|t| t.replace('\r', "")).collect();
    format!("shipped-{}", digest(parts.iter().map(String::as_str)))
}

/// The first 12 hex digits of a SHA-256 over length-prefixed parts.
fn digest<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
