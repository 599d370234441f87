//! The case files, and that they notice every rule.

use crate::*;
use std::collections::BTreeSet;

fn all_cases() -> Vec<Case> {
    shipped_cases().unwrap().into_iter().flat_map(|(_, file)| file.cases).collect()
}

#[test]
fn every_case_gets_the_expected_answer() {
    let policies = PolicySet::shipped().unwrap();
    for (name, file) in shipped_cases().unwrap() {
        assert!(!file.cases.is_empty(), "{name} has no case");
        let report = run_cases(&policies, &file.cases);
        let wrong: Vec<String> = report
            .failures
            .iter()
            .map(|f| format!("{}: got {} {:?}, want {:?}", f.name, f.got.verdict, f.got.codes(), f.expected))
            .collect();
        assert!(wrong.is_empty(), "{name}: {wrong:#?}");
    }
}

#[test]
fn every_rule_decides_some_case() {
    let report = run_cases(&PolicySet::shipped().unwrap(), &all_cases());
    // Its effect is that proposals exist at all; a yes to the first two questions is no reason.
    assert_eq!(report.undecided, ["may_consider"]);
}

#[test]
fn every_rule_file_has_its_case_file() {
    let stem = |name: &str| name.split('.').next().unwrap().to_owned();
    let rules: Vec<String> = SHIPPED_RULES.iter().map(|(name, _)| stem(name)).collect();
    let cases: Vec<String> = shipped_cases().unwrap().iter().map(|(name, _)| stem(name)).collect();
    assert_eq!(rules, cases);
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");
    let on_disk: BTreeSet<String> =
        std::fs::read_dir(dir).unwrap().map(|e| stem(&e.unwrap().file_name().to_string_lossy())).collect();
    assert_eq!(on_disk, rules.into_iter().collect(), "every file of rules/ is compiled in");
}

#[test]
fn taking_any_rule_away_fails_a_case() {
    let policies = PolicySet::shipped().unwrap();
    let cases = all_cases();
    let unnoticed: Vec<&str> = policies
        .rules()
        .filter(|rule| run_cases(&policies.without(&rule.id).unwrap(), &cases).failures.is_empty())
        .map(|rule| rule.id.as_str())
        .collect();
    assert_eq!(unnoticed, Vec::<&str>::new(), "rules without a case that needs them");
}

/// Stronger than a changed reason: for each guard rail some case gets a freer verdict without it.
#[test]
fn taking_a_forbid_away_frees_a_case() {
    let policies = PolicySet::shipped().unwrap();
    let cases = all_cases();
    let idle: Vec<&str> = policies
        .rules()
        .filter(|rule| rule.effect == Effect::Forbid)
        .filter(|rule| {
            let without = policies.without(&rule.id).unwrap();
            run_cases(&without, &cases).failures.iter().all(|f| f.got.verdict <= f.expected.verdict)
        })
        .map(|rule| rule.id.as_str())
        .collect();
    // The viewer has no permit either, and the settings are permitted to the administrator only: these
    // two stand so that a company's permit cannot open what they close.
    assert_eq!(idle, ["assisted_proposes", "viewer_reads", "settings_by_admin"]);
}

#[test]
fn a_wrong_case_file_is_refused() {
    let parse = CaseFile::parse;
    let case = |body: &str| parse(&format!(r#"{{"cases":[{body}]}}"#));
    let expect = r#""expect":{"verdict":"act","reasons":[]}"#;
    assert!(matches!(parse("{"), Err(CaseError::Json(_))));
    assert!(matches!(parse(r#"{"cases":[],"casse":[]}"#), Err(CaseError::Json(_))));
    assert!(matches!(case(&format!(r#"{{"name":"a",{expect}}}"#)), Err(CaseError::Subject(_))));
    let both = format!(r#"{{"name":"a","facts":{{}},"review":{{}},{expect}}}"#);
    assert!(matches!(case(&both), Err(CaseError::Subject(_))));
    let typo = format!(r#"{{"name":"a","facts":{{"payed":true}},{expect}}}"#);
    assert!(matches!(case(&typo), Err(CaseError::Facts { .. })));
    let one = format!(r#"{{"name":"a","facts":{{}},{expect}}}"#);
    assert!(matches!(case(&format!("{one},{one}")), Err(CaseError::Name(_))));
    assert!(matches!(case(&format!(r#"{{"name":" ","facts":{{}},{expect}}}"#)), Err(CaseError::Name(_))));
    let verdict = r#"{"name":"a","facts":{},"expect":{"verdict":"maybe","reasons":[]}}"#;
    assert!(matches!(case(verdict), Err(CaseError::Json(_))));
}

#[test]
fn a_wrong_expectation_fails() {
    let json = r#"{"cases":[
        {"name":"verdict","facts":{},"expect":{"verdict":"hold","reasons":["full_autonomy"]}},
        {"name":"reason","facts":{"paid":true},"expect":{"verdict":"refuse","reasons":["opted_out"]}},
        {"name":"right","facts":{"paid":true},"expect":{"verdict":"refuse","reasons":["paid"]}}]}"#;
    let report = run_cases(&PolicySet::shipped().unwrap(), &CaseFile::parse(json).unwrap().cases);
    assert_eq!(report.passed, 1);
    assert_eq!(report.failures.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["verdict", "reason"]);
}

#[test]
fn a_file_may_bring_its_own_base() {
    let json = r#"{"about":"ours","base":{"facts":{"autonomy":"assisted"}},
        "cases":[{"name":"a","facts":{},"expect":{"verdict":"propose","reasons":["assisted"]}}]}"#;
    let report = run_cases(&PolicySet::shipped().unwrap(), &CaseFile::parse(json).unwrap().cases);
    assert_eq!(report.passed, 1);
}
