//! Examples of the help texts, trials on past decisions, and what people read of them.

use super::*;
use clap::CommandFactory;
use policies::{CaseFile, Facts, PolicySet, Subject};
use store::policy_versions::PastDecision;
use uuid::Uuid;

#[derive(clap::Parser)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

const RULE: &str = r#"@id("large_accounts") @reason("large_account")
@text("Accounts above 2,000 are for a person.")
forbid (principal, action == Action::"alone", resource in Step::"claim")
when { context.total > 200000 };"#;

fn help_of(name: &str) -> String {
    let command = Line::command();
    let sub = command.get_subcommands().find(|c| c.get_name() == name).unwrap();
    sub.get_after_help().unwrap().to_string()
}

fn facts(patch: &str) -> Facts {
    let file = format!(
        r#"{{"cases": [{{"name": "x", "facts": {patch}, "expect": {{"verdict": "act", "reasons": []}}}}]}}"#
    );
    match CaseFile::parse(&file).unwrap().cases.remove(0).subject {
        Subject::Agent(facts) => *facts,
        Subject::Person(_) => panic!("facts of the agent"),
    }
}

fn past(facts: serde_json::Value) -> PastDecision {
    PastDecision {
        id: Uuid::now_v7(),
        customer: domain::ids::CustomerId::new(),
        action_type: domain::kinds::ActionType::SendMessage,
        verdict: "act".to_owned(),
        reasons: vec!["full_autonomy".to_owned()],
        policy_version: "old".to_owned(),
        facts,
        decided_at: chrono::DateTime::UNIX_EPOCH,
    }
}

#[test]
fn the_rule_in_the_help_is_a_rule_and_the_case_too() {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(plain(&help_of("check")).contains(&plain(RULE)), "{}", help_of("check"));
    assert_eq!(files::findings(RULE).unwrap(), []);
    let help = help_of("test");
    let case = &help[help.find("{\"cases\"").unwrap()..=help.rfind("}]}").unwrap() + 2];
    let cases = CaseFile::parse(case).unwrap();
    let report = policies::run_cases(&PolicySet::shipped().unwrap(), &cases.cases);
    assert!(report.failures.is_empty(), "{:?}", report.failures);
}

#[test]
fn findings_say_file_line_and_column() {
    let source = RULE.replace("context.total", "context.totl");
    let found = files::findings(&source).unwrap();
    assert!(files::refused(&found));
    let text = files::told("rules.cedar", &found);
    assert!(text.starts_with("rules.cedar:4:") && text.contains("error:") && text.contains("totl"), "{text}");
}

#[test]
fn a_trial_names_what_would_come_out_differently() {
    let old = PolicySet::shipped().unwrap();
    let new = PolicySet::with_company(RULE, 2).unwrap();
    let json = |patch: &str| serde_json::to_value(facts(patch)).unwrap();
    let large = r#"{"total": {"amount": "3000.00", "currency": "EUR"}}"#;
    let decisions = [
        past(json(large)),
        past(json("{}")),
        past(json(r#"{"open_dispute": true}"#)),
        past(serde_json::json!({ "not": "facts" })),
    ];
    let trial = trial::compare(&old, &new, &decisions, chrono::DateTime::UNIX_EPOCH);
    let value = serde_json::to_value(&trial).unwrap();
    assert_eq!(value["decisions"], 3);
    assert_eq!(value["unreadable"], 1);
    assert_eq!(value["verdicts"], serde_json::json!({ "act -> propose": 1 }));
    assert_eq!(value["changed"][0]["reasons_after"], serde_json::json!(["large_account"]));
    assert_eq!(value["changed"][0]["decision"], serde_json::json!(decisions[0].id));
    assert_eq!(value["changed"].as_array().unwrap().len(), 1);
    let same = trial::compare(&old, &old, &decisions, chrono::DateTime::UNIX_EPOCH);
    assert_eq!(serde_json::to_value(&same).unwrap()["changed"], serde_json::json!([]));
}

#[test]
fn versions_count_from_one() {
    use clap::Parser;
    assert!(Line::try_parse_from(["policy", "activate", "0"]).is_err());
    assert!(Line::try_parse_from(["policy", "activate", "3", "--yes"]).is_ok());
    assert!(Line::try_parse_from(["policy", "dry-run", "rules.cedar", "--last", "0"]).is_err());
}
