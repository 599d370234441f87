//! Policies: facts in, decision out.
//!
//! Why: whether the agent may take a step by itself is a question for readable text with tests, not
//! for code spread over the daemon. The rules are Cedar (`rules/*.cedar`), typed by one schema
//! (`schema.cedarschema`), each file with its cases (`cases/*.json`), all of them part of the binary.
//!
//! Guarantees:
//! - Pure: no clock, no I/O, no randomness; the same facts and rules give the same [`Decision`].
//! - Three questions are asked in turn (`ever`, `now`, `alone`); the first "no" is the verdict:
//!   [`Verdict::Refuse`], [`Verdict::Hold`], [`Verdict::Propose`]; three times "yes" is
//!   [`Verdict::Act`].
//! - A guard rail is a `forbid` of the shipped set. In Cedar a `forbid` overrides every `permit`, so a
//!   company's own rules ([`PolicySet::with_company`]) may permit more only inside the guard rails.
//! - A fact that is not known is read as its worst value, and rules out [`Verdict::Act`] when the step
//!   rests on it. Taking a fact away never raises the verdict under the shipped rules.
//! - Cedar skips a rule whose evaluation fails. Here a `forbid` that fails counts as matched, and any
//!   failure rules out [`Verdict::Act`].
//! - Facts are typed values, never spliced into rule text: no string from outside can change a rule.
//! - Pausing, escalating and rejecting are protective: a company's rules can never refuse or hold them.
//!
//! Does not: compute facts, know when a hold ends (the caller does), store anything, or decide what a
//! letter says.

mod account;
mod cases;
mod check;
mod compile;
mod context;
mod decide;
mod decision;
mod dry_run;
mod explain;
mod facts;
mod review;
mod rule;
mod set;
mod step;
#[cfg(test)]
mod tests;
mod vocabulary;

pub use account::{StepFacts, Timing};
pub use cases::{Case, CaseError, CaseFile, Expected, Failure, Report, Subject, run_cases, shipped_cases};
pub use check::{Diagnostic, Severity, check};
pub use decision::{Decision, Reason, RuleError, Verdict};
pub use dry_run::{Changed, dry_run};
pub use explain::{Explanation, GateAnswer, MatchedRule, explain};
pub use facts::{Fact, Facts, Grounding, Limit, Purpose, Recipient, TextSource};
pub use review::{ReviewAction, ReviewFacts};
pub use rule::{Effect, Origin, RuleInfo};
pub use set::{PolicyError, PolicySet, SCHEMA, SHIPPED_RULES};
pub use step::Step;
