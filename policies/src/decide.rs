//! Asking the questions.
//!
//! Guarantees: the verdict is the strictest answer; a rule that fails never frees anything. Errors are
//! read from every response, because Cedar itself would skip the failing rule.

use crate::compile::{Compiled, Slice};
use crate::context;
use crate::decision::{Decision, Reason, RuleError, Verdict};
use crate::facts::{FactSet, Facts};
use crate::review::{ReviewAction, ReviewFacts};
use crate::rule::{Effect, Origin, Rule};
use crate::set::PolicySet;
use crate::step::Step;
use crate::vocabulary::{Question, Who, uid};
use cedar_policy::{AuthorizationError, Context, Request, Response};
use domain::kinds::{Autonomy, UserRole};

/// The answer to one question.
#[derive(Debug, Default)]
pub(crate) struct Answer<'a> {
    pub(crate) allowed: bool,
    /// The rules that decided: forbids where it is "no", else permits.
    pub(crate) matched: Vec<&'a Rule>,
    /// The rules that failed, and what Cedar said.
    pub(crate) failed: Vec<(&'a Rule, String)>,
}

impl PolicySet {
    /// Decides one action of the agent: facts in, decision out, some tens of microseconds.
    #[must_use]
    pub fn decide(&self, facts: &Facts) -> Decision {
        let (who, step, missing) = self.prepare(facts);
        let context = match context::situation(facts, missing, &self.vocabulary) {
            Ok(context) => context,
            Err(e) => return self.broken(&e.to_string()),
        };
        let mut failed = Vec::new();
        let mut answer = Answer::default();
        let mut verdict = Verdict::Act;
        for (question, no) in
            Question::GATES.into_iter().zip([Verdict::Refuse, Verdict::Hold, Verdict::Propose])
        {
            match self.ask(who, question, step, &context) {
                Some(asked) => answer = asked,
                None => return self.broken("the question could not be asked"),
            }
            failed.append(&mut answer.failed);
            if !answer.allowed {
                verdict = no;
                break;
            }
        }
        if verdict == Verdict::Act && !failed.is_empty() {
            verdict = Verdict::Propose;
            answer.matched.clear();
        }
        self.decision(verdict, &answer.matched, missing, &failed)
    }

    /// Authorises what a person wants to do: [`Verdict::Act`] is allowed, [`Verdict::Refuse`] is not, and
    /// [`Verdict::Hold`] (approvals only) means that the approval counts and a second person has to
    /// approve as well.
    #[must_use]
    pub fn authorize_review(&self, facts: &ReviewFacts) -> Decision {
        let context = match context::review(facts, &self.vocabulary.types) {
            Ok(context) => context,
            Err(e) => return self.broken(&e.to_string()),
        };
        let who = Who::Person(facts.role.unwrap_or(UserRole::Viewer));
        let ask = |what| self.ask(who, Question::Review(what), facts.step(), &context);
        let Some(mut answer) = ask(facts.what) else { return self.broken("the question could not be asked") };
        let mut failed = std::mem::take(&mut answer.failed);
        let mut verdict = if answer.allowed && failed.is_empty() { Verdict::Act } else { Verdict::Refuse };
        if verdict == Verdict::Act && facts.what == ReviewAction::Approve {
            let Some(mut release) = ask(ReviewAction::Release) else {
                return self.broken("the question could not be asked");
            };
            failed = std::mem::take(&mut release.failed);
            if !failed.is_empty() {
                verdict = Verdict::Refuse;
                answer = release;
            } else if !release.allowed {
                verdict = Verdict::Hold;
                answer = release;
            }
        }
        if answer.allowed && verdict != Verdict::Act {
            answer.matched.clear();
        }
        self.decision(verdict, &answer.matched, FactSet::default(), &failed)
    }

    /// Who asks, about which step, and what the step rests on that is not known.
    pub(crate) fn prepare(&self, facts: &Facts) -> (Who, Step, FactSet) {
        let step = facts.step();
        let missing = self.needs.of(step, facts.adverse != Some(false)).without(facts.known());
        (Who::Agent(facts.autonomy.unwrap_or(Autonomy::Assisted)), step, missing)
    }

    /// Asks one question of every layer. Allowed: some layer permits, none forbids. A failing forbid
    /// counts as matched. `None`: the request could not be made.
    pub(crate) fn ask(
        &self,
        who: Who,
        question: Question,
        step: Step,
        context: &Context,
    ) -> Option<Answer<'_>> {
        let types = &self.vocabulary.types;
        let action = uid(&types.action, question.as_str());
        let resource = uid(&types.step, step.as_str());
        let request = Request::new(who.uid(types), action, resource, context.clone(), None).ok()?;
        let (mut permits, mut forbids, mut failed) = (Vec::new(), Vec::new(), Vec::new());
        let mut forbid_failed = false;
        for layer in &self.layers {
            let Some(slice) = layer.slice(who, question, step) else { continue };
            let response = self.consult(slice, &request);
            let side = match response.decision() {
                cedar_policy::Decision::Allow => &mut permits,
                cedar_policy::Decision::Deny => &mut forbids,
            };
            let decided = response.diagnostics().reason().filter_map(|id| layer.index.get(id).copied());
            side.extend(in_order(layer, decided.map(|at| (at, ()))).map(|(rule, ())| rule));
            let errors = response.diagnostics().errors().filter_map(|e| {
                let AuthorizationError::PolicyEvaluationError(e) = e;
                Some((layer.index.get(e.policy_id()).copied()?, e.inner().to_string()))
            });
            for (rule, message) in in_order(layer, errors) {
                forbid_failed |= rule.info.effect == Effect::Forbid;
                failed.push((rule, message));
            }
        }
        let allowed = forbids.is_empty() && !forbid_failed && !permits.is_empty();
        let matched = if allowed { permits } else { forbids };
        Some(Answer { allowed, matched, failed })
    }

    /// Asks the joined slice first; where one of its forbids matched or anything failed, each rule.
    fn consult(&self, slice: &Slice, request: &Request) -> Response {
        let entities = &self.vocabulary.entities;
        let quick = self.authorizer.is_authorized(request, &slice.joined, entities);
        let clear = quick.decision() == cedar_policy::Decision::Allow
            || quick.diagnostics().reason().next().is_none();
        if clear && quick.diagnostics().errors().next().is_none() {
            quick
        } else {
            self.authorizer.is_authorized(request, &slice.each, entities)
        }
    }

    /// Puts an answer into words.
    fn decision(
        &self,
        verdict: Verdict,
        matched: &[&Rule],
        missing: FactSet,
        failed: &[(&Rule, String)],
    ) -> Decision {
        let mut reasons: Vec<Reason> = matched.iter().map(|r| reason(r, missing)).collect();
        reasons.extend(failed.iter().map(|(rule, _)| Reason {
            code: "rule_failed".to_owned(),
            text: "A rule could not be evaluated, which counts as a no.".to_owned(),
            rule: rule.info.id.clone(),
            origin: rule.info.origin,
            unknown: Vec::new(),
        }));
        if reasons.is_empty() {
            reasons.push(own("not_permitted", "No rule allows this at this level of autonomy or role."));
        }
        let errors = failed
            .iter()
            .map(|(rule, message)| RuleError { rule: rule.info.id.clone(), message: message.clone() });
        Decision { verdict, reasons, policy_version: self.version().to_owned(), errors: errors.collect() }
    }

    /// The engine itself failed: nothing goes forward, and it can be tried again.
    fn broken(&self, message: &str) -> Decision {
        Decision {
            verdict: Verdict::Hold,
            reasons: vec![own("engine_failed", "The policy engine could not decide.")],
            policy_version: self.version().to_owned(),
            errors: vec![RuleError { rule: String::new(), message: message.to_owned() }],
        }
    }
}

/// Rules of a layer in the order of the files (Cedar names them in any order).
fn in_order<T: Ord>(
    layer: &Compiled,
    found: impl Iterator<Item = (usize, T)>,
) -> impl Iterator<Item = (&Rule, T)> {
    let mut found: Vec<(usize, T)> = found.collect();
    found.sort_unstable();
    found.into_iter().filter_map(|(at, with)| Some((layer.rules.get(at)?, with)))
}

fn own(code: &str, text: &str) -> Reason {
    Reason {
        code: code.to_owned(),
        text: text.to_owned(),
        rule: String::new(),
        origin: Origin::Shipped,
        unknown: Vec::new(),
    }
}

fn reason(rule: &Rule, missing: FactSet) -> Reason {
    let unknown = missing.iter().filter(|f| rule.facts.is_none_or(|named| named.contains(*f)));
    Reason {
        code: rule.info.code.clone(),
        text: rule.info.text.clone(),
        rule: rule.info.id.clone(),
        origin: rule.info.origin,
        unknown: unknown.collect(),
    }
}
