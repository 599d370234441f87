//! Why a decision is what it is.
//!
//! Why: the page and `dunningd policy explain` show every rule that spoke, not only those that decided.
//! Guarantees: the decision inside is the one [`PolicySet::decide`] gives. All three questions are
//! asked, also after a "no".

use crate::context;
use crate::decision::{Decision, RuleError};
use crate::facts::{Fact, Facts};
use crate::rule::{Effect, Origin};
use crate::set::PolicySet;
use crate::step::Step;
use crate::vocabulary::Question;
use serde::{Deserialize, Serialize};

/// A rule that matched.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MatchedRule {
    /// Id of the rule.
    pub rule: String,
    /// Permit or forbid.
    pub effect: Effect,
    /// Reason code.
    pub code: String,
    /// Sentence.
    pub text: String,
    /// Whose it is.
    pub origin: Origin,
    /// The Cedar text.
    pub source: String,
}

/// One of the three questions.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct GateAnswer {
    /// `ever`, `now` or `alone`.
    pub question: String,
    /// The answer.
    pub allowed: bool,
    /// The rules that decided it: the forbids where it is "no", else the permits.
    pub rules: Vec<MatchedRule>,
    /// Rules whose evaluation failed.
    pub errors: Vec<RuleError>,
}

/// Everything behind a decision.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Explanation {
    /// What the action counts as.
    pub step: Step,
    /// The decision.
    pub decision: Decision,
    /// What the step rests on and is not known.
    pub missing: Vec<Fact>,
    /// The three questions; fewer only when the engine failed.
    pub questions: Vec<GateAnswer>,
    /// The facts.
    pub facts: Facts,
}

/// Decides and shows the work.
#[must_use]
pub fn explain(policies: &PolicySet, facts: &Facts) -> Explanation {
    Explanation {
        step: facts.step(),
        decision: policies.decide(facts),
        missing: facts.missing(),
        questions: questions(policies, facts).unwrap_or_default(),
        facts: facts.clone(),
    }
}

fn questions(policies: &PolicySet, facts: &Facts) -> Option<Vec<GateAnswer>> {
    let (who, step, missing) = policies.prepare(facts);
    let context = context::situation(facts, missing, &policies.vocabulary).ok()?;
    let ask = |question: Question| {
        let answer = policies.ask(who, question, step, &context)?;
        let rules = answer.matched.iter().map(|rule| MatchedRule {
            rule: rule.info.id.clone(),
            effect: rule.info.effect,
            code: rule.info.code.clone(),
            text: rule.info.text.clone(),
            origin: rule.info.origin,
            source: rule.info.source.clone(),
        });
        let errors = answer
            .failed
            .iter()
            .map(|(rule, message)| RuleError { rule: rule.info.id.clone(), message: message.clone() });
        Some(GateAnswer {
            question: question.as_str().to_owned(),
            allowed: answer.allowed,
            rules: rules.collect(),
            errors: errors.collect(),
        })
    };
    Question::GATES.into_iter().map(ask).collect()
}
