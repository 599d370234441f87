//! That Rust and the schema speak of the same things.

use super::*;
use crate::context;
use crate::vocabulary::{Question, Vocabulary, uid};
use cedar_policy::{EntityTypeName, Request};
use proptest::prelude::*;

/// The quoted words of an enumeration in the schema text.
fn listed(entity: &str) -> BTreeSet<String> {
    let start = SCHEMA.find(&format!("entity {entity} enum [")).unwrap();
    let body = SCHEMA[start..].split_once('[').unwrap().1.split_once(']').unwrap().0;
    body.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

fn words<'a>(all: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    all.into_iter().map(str::to_owned).collect()
}

#[test]
fn every_list_of_the_schema_is_the_list_of_the_code() {
    let unknown = ["unknown"];
    assert_eq!(listed("Agent"), words(Autonomy::ALL.iter().map(|k| k.as_str())));
    assert_eq!(listed("Role"), words(domain::kinds::UserRole::ALL.iter().map(|k| k.as_str())));
    assert_eq!(listed("Stage"), words(Stage::ALL.iter().map(|k| k.as_str()).chain(unknown)));
    assert_eq!(listed("Debtor"), words(DebtorKind::ALL.iter().map(|k| k.as_str()).chain(unknown)));
    assert_eq!(listed("Intent"), words(Intent::ALL.iter().map(|k| k.as_str())));
    assert_eq!(listed("Block"), words(BlockReason::ALL.iter().map(|k| k.as_str())));
    assert_eq!(listed("Fact"), words(Fact::ALL.iter().map(|k| k.as_str())));
    let tones = [Tone::Courtesy, Tone::Friendly, Tone::Firm, Tone::Final];
    assert_eq!(listed("Tone"), words(tones.iter().map(|t| t.as_str()).chain(["none"])));
}

#[test]
fn every_fact_is_an_attribute_and_has_one_name() {
    let stored = serde_json::to_value(Facts::unknown(ActionType::Pause)).unwrap();
    let mut keys: BTreeSet<&str> = stored.as_object().unwrap().keys().map(String::as_str).collect();
    assert!(keys.remove("action"));
    assert_eq!(keys, Fact::ALL.iter().map(|f| f.as_str()).collect());
    for fact in Fact::ALL {
        assert_eq!(serde_json::to_value(fact).unwrap(), fact.as_str());
        // These two are the principal and the resource.
        if ![Fact::Autonomy, Fact::Purpose].contains(fact) {
            assert!(SCHEMA.contains(&format!("\n  {}: ", fact.as_str())), "{fact:?} is no attribute");
        }
    }
}

#[test]
fn lists_are_in_the_order_of_their_enumerations() {
    assert!(Fact::ALL.iter().enumerate().all(|(at, f)| at == *f as usize));
    assert!(BlockReason::ALL.iter().enumerate().all(|(at, b)| at == *b as usize));
    assert!(Intent::ALL.iter().enumerate().all(|(at, i)| at == *i as usize));
}

#[test]
fn facts_fit_into_a_set() {
    assert!(Fact::ALL.len() <= 64);
    let names: BTreeSet<&str> = Step::ALL.iter().map(|s| s.as_str()).collect();
    assert_eq!(names.len(), Step::ALL.len());
    for step in Step::ALL {
        assert!(SCHEMA.contains(step.as_str()), "{step:?} is not explained in the schema");
    }
}

#[test]
fn the_shipped_files_draw_no_warning_and_all_annotations_are_read() {
    let policies = PolicySet::shipped().unwrap();
    assert!(policies.rules().count() > 50);
    for rule in policies.rules() {
        assert!(rule.text.ends_with('.'), "{}: {}", rule.id, rule.text);
        assert_eq!(rule.origin, Origin::Shipped);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_request_fits_the_schema(action in prop::sample::select(ActionType::ALL),
                                     values in prop::collection::vec(any::<u8>(), Fact::ALL.len()),
                                     forgotten in prop::collection::vec(prop::sample::select(Fact::ALL), 0..39)) {
        let mut facts = Facts::unknown(action);
        for (fact, n) in Fact::ALL.iter().zip(values) {
            vary(&mut facts, *fact, n);
        }
        for fact in forgotten {
            facts.forget(fact);
        }
        let policies = PolicySet::shipped().unwrap();
        let vocabulary = Vocabulary::load().unwrap();
        let (who, step, missing) = policies.prepare(&facts);
        let context = context::situation(&facts, missing, &vocabulary).unwrap();
        for gate in Question::GATES {
            let action = uid(&vocabulary.types.action, gate.as_str());
            let request = Request::new(
                who.uid(&vocabulary.types), action, uid(&vocabulary.types.step, step.as_str()), context.clone(), Some(&vocabulary.schema));
            prop_assert!(request.is_ok(), "{:?}", request.err());
        }
    }
}

#[test]
fn every_review_request_fits_the_schema() {
    let vocabulary = Vocabulary::load().unwrap();
    let role: EntityTypeName = vocabulary.types.role.clone();
    for what in ReviewAction::ALL {
        for facts in [ReviewFacts { what: *what, ..approval() }, ReviewFacts::unknown(*what)] {
            let context = context::review(&facts, &vocabulary.types).unwrap();
            let action = uid(&vocabulary.types.action, what.as_str());
            let resource = uid(&vocabulary.types.step, facts.step().as_str());
            let request =
                Request::new(uid(&role, "viewer"), action, resource, context, Some(&vocabulary.schema));
            assert!(request.is_ok(), "{what:?}: {:?}", request.err());
        }
    }
}

#[test]
fn the_version_is_stable_and_short() {
    let policies = PolicySet::shipped().unwrap();
    let version = policies.version();
    assert!(version.starts_with("shipped-") && version.len() == 20 && version.is_ascii(), "{version}");
    assert_eq!(policies.decide(&clear()).policy_version, version);
    let rule = r#"@id("a") @reason("b") @text("C.") forbid(principal, action == Action::"alone", resource);"#;
    let company = PolicySet::with_company(rule, u32::MAX).unwrap();
    assert!(company.version().starts_with(version) && company.version().len() <= 64, "{}", company.version());
    assert_eq!(company.version(), PolicySet::with_company(rule, u32::MAX).unwrap().version());
    assert_eq!(company.version(), PolicySet::with_company(&format!("{rule}\r"), u32::MAX).unwrap().version());
    let other = PolicySet::with_company(&rule.replace("C.", "D."), u32::MAX).unwrap();
    assert_ne!(company.version(), other.version());
}
