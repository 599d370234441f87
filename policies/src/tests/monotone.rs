//! Knowing less never frees anything.

use super::*;
use proptest::prelude::*;

pub(super) fn any_facts() -> impl Strategy<Value = Facts> {
    let fact = prop::sample::select(Fact::ALL);
    (
        prop::sample::select(ActionType::ALL),
        prop::sample::select(PURPOSES),
        prop::sample::select(Autonomy::ALL),
        prop::collection::vec((fact, any::<u8>()), 0..7),
        prop::collection::vec(prop::sample::select(Fact::ALL), 0..3),
    )
        .prop_map(|(action, purpose, autonomy, changes, forgotten)| {
            let mut facts = clear_of(action, purpose, autonomy);
            for (fact, n) in changes {
                vary(&mut facts, fact, n);
            }
            for fact in forgotten {
                facts.forget(fact);
            }
            facts
        })
}

fn any_wild_facts() -> impl Strategy<Value = Facts> {
    let values = prop::collection::vec(any::<u8>(), Fact::ALL.len());
    (prop::sample::select(ActionType::ALL), values).prop_map(|(action, values)| {
        let mut facts = Facts::unknown(action);
        for (fact, n) in Fact::ALL.iter().zip(values) {
            vary(&mut facts, *fact, n);
        }
        facts
    })
}

fn never_freer_when_forgotten(facts: &Facts) -> Result<(), TestCaseError> {
    let policies = PolicySet::shipped().unwrap();
    let before = policies.decide(facts);
    prop_assert!(!before.reasons.is_empty());
    prop_assert!(before.errors.is_empty());
    for fact in Fact::ALL {
        let mut less = facts.clone();
        less.forget(*fact);
        let after = policies.decide(&less);
        prop_assert!(
            after.verdict <= before.verdict,
            "without {fact:?}: {} -> {} {:?}",
            before.verdict,
            after.verdict,
            after.codes()
        );
        if less.missing().contains(fact) {
            prop_assert!(after.verdict < Verdict::Act, "{fact:?} is missing");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn forgetting_a_fact_never_raises_the_verdict(facts in any_facts()) {
        never_freer_when_forgotten(&facts)?;
    }

    #[test]
    fn forgetting_a_fact_never_raises_the_verdict_of_wild_facts(facts in any_wild_facts()) {
        never_freer_when_forgotten(&facts)?;
    }

    #[test]
    fn facts_survive_storage(facts in any_facts()) {
        let policies = PolicySet::shipped().unwrap();
        let stored = serde_json::to_string(&facts).unwrap();
        let read: Facts = serde_json::from_str(&stored).unwrap();
        prop_assert_eq!(policies.decide(&read), policies.decide(&facts), "{}", stored);
    }

    #[test]
    fn deciding_again_gives_the_same_answer(facts in any_facts()) {
        let policies = PolicySet::shipped().unwrap();
        prop_assert_eq!(policies.decide(&facts), policies.decide(&facts));
    }

    #[test]
    fn a_reply_written_by_a_model_cannot_hide_behind_confidence(facts in any_facts(), confidence in 0.0..=1.0) {
        // The one number a model gives of itself: raising it may free an action only if nothing else
        // stands in its way, so the answer with the lowest confidence differs by that reason alone.
        let policies = PolicySet::shipped().unwrap();
        let sure = policies.decide(&Facts { confidence: Some(1.0), ..facts.clone() });
        let unsure = policies.decide(&Facts { confidence: Some(confidence), ..facts });
        prop_assert!(unsure.verdict <= sure.verdict);
        if sure.verdict < Verdict::Propose {
            prop_assert_eq!(unsure, sure);
        }
    }
}

#[test]
fn each_single_fact_that_a_clear_step_rests_on_is_needed() {
    let policies = PolicySet::shipped().unwrap();
    for action in ActionType::ALL {
        let purpose = (*action == ActionType::SendMessage).then_some(Purpose::DunningNotice);
        let clear = clear_of(*action, purpose, Autonomy::Full);
        assert_eq!(policies.decide(&clear).verdict, Verdict::Act, "{action}");
        for fact in Fact::ALL {
            let mut facts = clear.clone();
            facts.forget(*fact);
            let missing = facts.missing();
            let verdict = policies.decide(&facts).verdict;
            assert_eq!(
                missing.contains(fact),
                verdict < Verdict::Act,
                "{action} without {fact:?}: {verdict}"
            );
        }
    }
}

#[test]
fn a_review_of_which_less_is_known_is_never_freer() {
    let policies = PolicySet::shipped().unwrap();
    let forget: [fn(&mut ReviewFacts); 9] = [
        |f| f.role = None,
        |f| f.action = None,
        |f| f.purpose = None,
        |f| f.findings = None,
        |f| f.override_wording = None,
        |f| f.total = None,
        |f| f.four_eyes_limit = None,
        |f| f.second_person = None,
        |f| (f.expired, f.stale) = (None, None),
    ];
    for what in ReviewAction::ALL {
        for role in domain::kinds::UserRole::ALL {
            for total in ["1", "20000.01"] {
                for second_person in [Some(false), Some(true)] {
                    let full = ReviewFacts {
                        what: *what,
                        role: Some(*role),
                        total: Some(euro(total)),
                        second_person,
                        ..approval()
                    };
                    let before = policies.authorize_review(&full).verdict;
                    for forget in forget {
                        let mut less = full.clone();
                        forget(&mut less);
                        let after = policies.authorize_review(&less).verdict;
                        assert!(after <= before, "{less:?}: {before} -> {after}");
                    }
                }
            }
        }
    }
}
