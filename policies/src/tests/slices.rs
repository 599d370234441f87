//! That slicing, scope removal and joining change no answer: the whole set, asked in one piece through
//! Cedar alone, says the same.

use super::*;
use crate::context;
use crate::vocabulary::{Question, Who, uid};
use cedar_policy::{Authorizer, Context, Request};
use domain::kinds::UserRole;
use proptest::prelude::*;

/// A company's rules in every form of scope.
const COMPANY: &str = r#"
@id("c1") @reason("c1") @text("T.") forbid (principal == Agent::"full", action, resource)
when { context.total > 500000 } unless { context.debtor == Debtor::"business" } when { !context.paid };
@id("c2") @reason("c2") @text("T.") permit (principal is Agent, action in [Action::"alone"], resource is Step)
when { resource == Step::"acknowledgement" || context.tone == Tone::"final" };
@id("c3") @reason("c3") @text("T.") forbid (principal in Agent::"supervised", action, resource is Step in Step::"reply")
when { context.sentiment * 922337203685477580 > 0 };
@id("c4") @reason("c4") @text("T.") permit (principal, action, resource == Step::"answer") when { context.total < 100 };
@id("c5") @reason("c5") @text("T.") forbid (principal is Role in Role::"controller", action == Action::"approve", resource in Step::"chase")
when { principal == Role::"controller" && resource in Step::"claim" && context.total > 100000 };
"#;

/// What Cedar says about the whole set, rules in their original scopes.
fn whole(
    policies: &PolicySet,
    who: Who,
    question: Question,
    step: Step,
    context: &Context,
) -> (bool, Vec<String>, usize) {
    let all = policies.layers.iter().flat_map(|l| &l.rules).map(|r| r.policy.clone());
    let set = cedar_policy::PolicySet::from_policies(all).unwrap();
    let types = &policies.vocabulary.types;
    let action = uid(&types.action, question.as_str());
    let resource = uid(&types.step, step.as_str());
    let request =
        Request::new(who.uid(types), action, resource, context.clone(), Some(&policies.vocabulary.schema));
    let response = Authorizer::new().is_authorized(&request.unwrap(), &set, &policies.vocabulary.entities);
    let failing_forbid = response.diagnostics().errors().any(|e| {
        let cedar_policy::AuthorizationError::PolicyEvaluationError(e) = e;
        set.policy(e.policy_id()).unwrap().effect() == cedar_policy::Effect::Forbid
    });
    let allow = response.decision() == cedar_policy::Decision::Allow;
    let mut rules: Vec<String> = response.diagnostics().reason().map(ToString::to_string).collect();
    if allow && failing_forbid {
        rules.clear();
    }
    rules.sort();
    (allow && !failing_forbid, rules, response.diagnostics().errors().count())
}

fn sliced(
    policies: &PolicySet,
    who: Who,
    question: Question,
    step: Step,
    context: &Context,
) -> (bool, Vec<String>, usize) {
    let answer = policies.ask(who, question, step, context).unwrap();
    let mut rules: Vec<String> = answer.matched.iter().map(|r| r.info.id.clone()).collect();
    rules.sort();
    (answer.allowed, rules, answer.failed.len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn a_slice_says_what_the_whole_set_says(facts in super::monotone::any_facts()) {
        for policies in [PolicySet::shipped().unwrap(), PolicySet::with_company(COMPANY, 1).unwrap()] {
            let (who, step, missing) = policies.prepare(&facts);
            // Protective steps differ on purpose: a company's forbids do not reach them.
            prop_assume!(!step.is_in(Step::Protective));
            let context = context::situation(&facts, missing, &policies.vocabulary).unwrap();
            for question in Question::GATES {
                let (one, all) = (sliced(&policies, who, question, step, &context), whole(&policies, who, question, step, &context));
                prop_assert_eq!(one, all, "{:?} {:?}", question, step);
            }
        }
    }

    #[test]
    fn a_review_slice_says_what_the_whole_set_says(role in prop::sample::select(UserRole::ALL),
                                                   action in prop::option::of(prop::sample::select(ActionType::ALL)),
                                                   total in 0_u32..3_000_000,
                                                   findings in 0_u8..4,
                                                   flags in any::<[bool; 4]>()) {
        let findings = [None, Some(Grounding::Certified), Some(Grounding::Wording), Some(Grounding::Hard)][usize::from(findings)];
        for policies in [PolicySet::shipped().unwrap(), PolicySet::with_company(COMPANY, 1).unwrap()] {
            for what in ReviewAction::ALL {
                let facts = ReviewFacts {
                    what: *what, action, findings, role: Some(role),
                    total: Some(Money::rounded(rust_decimal::Decimal::new(total.into(), 2), Currency::EUR)),
                    override_wording: Some(flags[0]), second_person: Some(flags[1]),
                    expired: Some(flags[2]), stale: Some(flags[3]),
                    ..approval()
                };
                let context = context::review(&facts, &policies.vocabulary.types).unwrap();
                let (who, question) = (Who::Person(role), Question::Review(*what));
                let (one, all) = (
                    sliced(&policies, who, question, facts.step(), &context),
                    whole(&policies, who, question, facts.step(), &context),
                );
                prop_assert_eq!(one, all, "{:?}", facts);
            }
        }
    }
}
