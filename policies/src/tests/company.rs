//! A company's own rules: what they can do, what they cannot, and what happens when they fail.

use super::*;

fn with(rules: &str) -> PolicySet {
    PolicySet::with_company(rules, 7).unwrap_or_else(|e| panic!("{e:?}"))
}

fn rule(head: &str, condition: &str) -> String {
    format!("@id(\"mine\") @reason(\"my_reason\") @text(\"Ours.\")\n{head}\nwhen {{ {condition} }};")
}

const FORBID_ALL: &str = "forbid (principal, action, resource)";
const PERMIT_ALL: &str = "permit (principal, action, resource)";

/// Never errs when it is not reached, always errs when it is: the product does not fit.
const OVERFLOW: &str = "context.total * 9223372036854775807 > 0";

#[test]
fn a_forbid_makes_it_stricter_and_says_why() {
    for (action, verdict) in [("alone", Verdict::Propose), ("now", Verdict::Hold), ("ever", Verdict::Refuse)]
    {
        let head = format!("forbid (principal, action == Action::\"{action}\", resource in Step::\"chase\")");
        let policies = with(&rule(&head, "context.total > 100000"));
        let decision = policies.decide(&clear());
        assert_eq!((decision.verdict, decision.codes()), (verdict, vec!["my_reason"]));
        assert_eq!(decision.reasons[0].rule, "company.mine");
        assert_eq!(decision.reasons[0].origin, Origin::Company);
        assert_eq!(decision.reasons[0].text, "Ours.");
        let small = Facts { total: Some(euro("1000")), ..clear() };
        assert_eq!(policies.decide(&small).verdict, Verdict::Act);
    }
}

#[test]
fn a_permit_widens_what_is_alone_inside_the_guard_rails() {
    let head = r#"permit (principal == Agent::"supervised", action == Action::"alone", resource == Step::"acknowledgement")"#;
    let policies = with(&rule(head, "true"));
    let ack = clear_of(ActionType::SendMessage, Some(Purpose::Acknowledgement), Autonomy::Supervised);
    assert_eq!(PolicySet::shipped().unwrap().decide(&ack).verdict, Verdict::Propose);
    assert_eq!(policies.decide(&ack).verdict, Verdict::Act);
    assert_eq!(policies.decide(&Facts { legal: Some(true), ..ack.clone() }).verdict, Verdict::Refuse);
    assert_eq!(policies.decide(&Facts { confidence: Some(0.5), ..ack }).verdict, Verdict::Propose);
}

/// The widest permit that can be written opens nothing that a shipped rule closes.
#[test]
fn permitting_everything_passes_no_guard_rail() {
    let shipped = PolicySet::shipped().unwrap();
    let policies = with(&rule(PERMIT_ALL, "true"));
    let mut freed = BTreeSet::new();
    for (_, file) in shipped_cases().unwrap() {
        for case in file.cases {
            let (before, after) = match &case.subject {
                Subject::Agent(facts) => (shipped.decide(facts), policies.decide(facts)),
                Subject::Person(facts) => (shipped.authorize_review(facts), policies.authorize_review(facts)),
            };
            if after.verdict != before.verdict {
                assert_eq!(before.codes(), ["not_permitted"], "{}", case.name);
                assert_eq!(after.verdict, Verdict::Act);
                freed.insert(case.name);
            }
        }
    }
    assert!(!freed.is_empty());
}

#[test]
fn a_forbid_that_covers_what_protects_draws_a_note() {
    let severities = |source: &str| check(source).unwrap().iter().map(|d| d.severity).collect::<Vec<_>>();
    assert_eq!(
        severities(&rule(FORBID_ALL, "context.paid").replace("action,", "action == Action::\"now\",")),
        [Severity::Note]
    );
    let reject =
        r#"@id("a") @reason("b") @text("T.") forbid (principal, action == Action::"reject", resource);"#;
    assert_eq!(severities(reject), [Severity::Note]);
    for fine in [
        rule(r#"forbid (principal, action == Action::"now", resource in Step::"advance")"#, "context.paid"),
        rule(r#"forbid (principal, action == Action::"alone", resource)"#, "context.paid"),
        rule(r#"permit (principal, action == Action::"ever", resource)"#, "context.paid"),
    ] {
        assert_eq!(severities(&fine), []);
    }
}

#[test]
fn forbidding_everything_does_not_stop_what_protects() {
    let policies = with(&rule(FORBID_ALL, "true"));
    assert_eq!(policies.decide(&clear()).verdict, Verdict::Refuse);
    for action in [ActionType::Pause, ActionType::Escalate] {
        let decision = policies.decide(&clear_of(action, None, Autonomy::Full));
        assert_eq!((decision.verdict, decision.codes()), (Verdict::Propose, vec!["my_reason"]));
    }
    let reject = ReviewFacts { what: ReviewAction::Reject, ..approval() };
    assert_eq!(policies.authorize_review(&reject).verdict, Verdict::Act);
    assert_eq!(policies.authorize_review(&approval()).verdict, Verdict::Refuse);
}

#[test]
fn a_forbid_that_fails_counts_as_matched() {
    for (action, verdict) in [("alone", Verdict::Propose), ("now", Verdict::Hold), ("ever", Verdict::Refuse)]
    {
        let head = format!("forbid (principal, action == Action::\"{action}\", resource)");
        let policies = with(&rule(&head, OVERFLOW));
        let decision = policies.decide(&clear());
        assert_eq!((decision.verdict, decision.codes()), (verdict, vec!["rule_failed"]));
        assert_eq!(decision.reasons[0].rule, "company.mine");
        assert_eq!(decision.errors.len(), 1);
        // The same question to Cedar alone would have been a yes: the failing rule is skipped there.
        let without = PolicySet::shipped().unwrap().decide(&clear());
        assert_eq!(without.verdict, Verdict::Act);
    }
}

#[test]
fn a_permit_that_fails_frees_nothing_and_lowers_what_was_free() {
    let policies = with(&rule("permit (principal, action, resource)", OVERFLOW));
    let decision = policies.decide(&clear());
    assert_eq!((decision.verdict, decision.codes()), (Verdict::Propose, vec!["rule_failed"; 1]));
    assert_eq!(decision.errors.len(), 3);
    assert_eq!(policies.authorize_review(&approval()).verdict, Verdict::Refuse);
    let paid = policies.decide(&Facts { paid: Some(true), ..clear() });
    assert_eq!((paid.verdict, paid.codes()), (Verdict::Refuse, vec!["paid", "rule_failed"]));
}

#[test]
fn a_failing_rule_beside_a_matching_one_keeps_both() {
    let policies = with(&rule(r#"forbid (principal, action == Action::"now", resource)"#, OVERFLOW));
    let decision = policies.decide(&Facts { open_dispute: Some(true), ..clear() });
    assert_eq!((decision.verdict, decision.codes()), (Verdict::Hold, vec!["open_dispute", "rule_failed"]));
}

#[test]
fn a_failing_rule_never_raises_a_verdict() {
    let shipped = PolicySet::shipped().unwrap();
    for head in [FORBID_ALL, PERMIT_ALL] {
        let policies = with(&rule(head, OVERFLOW));
        for (_, file) in shipped_cases().unwrap() {
            for case in file.cases {
                let (before, after) = match &case.subject {
                    Subject::Agent(facts) => (shipped.decide(facts), policies.decide(facts)),
                    Subject::Person(f) => (shipped.authorize_review(f), policies.authorize_review(f)),
                };
                assert!(after.verdict <= before.verdict, "{}", case.name);
                if !after.errors.is_empty() {
                    assert!(after.verdict < Verdict::Act, "{}", case.name);
                }
            }
        }
    }
}

#[test]
fn a_company_rule_may_bear_the_name_of_a_shipped_one() {
    let policies = with(
        r#"@id("paid") @reason("paid") @text("Ours.") forbid (principal, action == Action::"alone", resource);"#,
    );
    let decision = policies.decide(&Facts { paid: Some(true), ..clear() });
    assert_eq!((decision.verdict, decision.reasons.len()), (Verdict::Refuse, 1));
    assert_eq!(policies.decide(&clear()).reasons[0].rule, "company.paid");
    assert_eq!(policies.rules().filter(|r| r.origin == Origin::Company).count(), 1);
}

#[test]
fn wrong_company_rules_are_refused_whole() {
    let good = rule(FORBID_ALL, "context.paid");
    match PolicySet::with_company(&format!("{good}\nforbid (principal"), 1) {
        Err(PolicyError::Invalid { file, found }) => {
            assert_eq!(file, "company rules");
            assert!(!found.is_empty());
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn dry_run_shows_what_would_have_changed() {
    let old = PolicySet::shipped().unwrap();
    let new =
        with(&rule(r#"forbid (principal, action == Action::"alone", resource)"#, "context.total > 100000"));
    let facts = [
        clear(),
        Facts { total: Some(euro("10")), ..clear() },
        Facts { paid: Some(true), ..clear() },
        Facts { grounding: Some(Grounding::Hard), ..clear() },
    ];
    let changed = dry_run(&old, &new, &facts);
    assert_eq!(changed.iter().map(|c| c.index).collect::<Vec<_>>(), [0, 3]);
    assert_eq!((changed[0].before.verdict, changed[0].after.verdict), (Verdict::Act, Verdict::Propose));
    assert_eq!(changed.iter().map(Changed::verdict_changed).collect::<Vec<_>>(), [true, false]);
    assert!(dry_run(&old, &old, &facts).is_empty());
}

#[test]
fn explain_shows_every_rule_that_spoke() {
    let policies = PolicySet::shipped().unwrap();
    let facts = Facts { open_dispute: Some(true), grounding: Some(Grounding::Hard), level: None, ..clear() };
    let explanation = explain(&policies, &facts);
    assert_eq!(explanation.decision, policies.decide(&facts));
    assert_eq!(explanation.step, Step::DunningNotice);
    assert_eq!(explanation.missing, [Fact::Level]);
    let answers: Vec<(&str, bool)> =
        explanation.questions.iter().map(|q| (q.question.as_str(), q.allowed)).collect();
    assert_eq!(answers, [("ever", true), ("now", false), ("alone", false)]);
    let rules: Vec<&str> = explanation.questions[2].rules.iter().map(|r| r.rule.as_str()).collect();
    assert_eq!(rules, ["fact_missing", "grounding_hard"]);
    assert!(explanation.questions[1].rules[0].source.contains("context.open_dispute"));
    let json = serde_json::to_string(&explanation).unwrap();
    assert_eq!(serde_json::from_str::<Explanation>(&json).unwrap(), explanation);
}

#[test]
fn reasons_name_the_facts_that_are_not_known() {
    let policies = PolicySet::shipped().unwrap();
    let decision = policies.decide(&Facts { paid: None, ..clear() });
    assert_eq!((decision.codes(), &decision.reasons[0].unknown), (vec!["paid"], &vec![Fact::Paid]));
    let decision = policies.decide(&Facts { level: None, confidence: None, ..clear() });
    assert_eq!(decision.codes(), ["fact_missing", "low_confidence"]);
    assert_eq!(decision.reasons[0].unknown, [Fact::Level, Fact::Confidence]);
    assert_eq!(decision.reasons[1].unknown, [Fact::Confidence]);
}
