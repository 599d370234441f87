//! Rules, cases and facts in files: no database needed.

use crate::cli::output::Output;
use crate::cli::shared::{FILE_LIMIT, count, pairs, read_text, tidy};
use anyhow::{Context, Result, bail};
use policies::{
    CaseFile, Diagnostic, Explanation, Facts, PolicySet, Report, Severity, Subject, run_cases, shipped_cases,
};
use serde::Serialize;
use serde_json::{Value, json};
use std::path::Path;

/// What is wrong with rule text; empty or notes only: it may be used.
pub fn findings(source: &str) -> Result<Vec<Diagnostic>> {
    policies::check(source).context("the shipped rules do not load; this build is broken")
}

/// Any of them forbids the use of the text.
pub fn refused(found: &[Diagnostic]) -> bool {
    found.iter().any(|d| d.severity == Severity::Error)
}

/// Findings for people, each with its place.
pub fn told(name: &str, found: &[Diagnostic]) -> String {
    let line = |d: &Diagnostic| {
        let kind = match d.severity {
            Severity::Error => "error",
            Severity::Note => "note",
        };
        let rule = d.rule.as_deref().map(|r| format!(" [rule {}]", tidy(r, 60))).unwrap_or_default();
        let help = if d.help.is_empty() { String::new() } else { format!("\n    {}", tidy(&d.help, 300)) };
        format!("{name}:{}:{}: {kind}: {}{rule}{help}", d.line, d.col, tidy(&d.message, 300))
    };
    found.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// `dunningd policy check`.
pub fn check(file: &Path, out: &Output) -> Result<u8> {
    let source = read_text(file, FILE_LIMIT)?;
    let found = findings(&source)?;
    let ok = !refused(&found);
    out.value(&json!({ "ok": ok, "findings": found }), |_| {
        let name = file.display().to_string();
        let rules = PolicySet::with_company(&source, 1).map(|set| set.rules().count()).unwrap_or_default();
        let shipped = PolicySet::shipped().map(|set| set.rules().count()).unwrap_or_default();
        let end = if ok {
            let own = count(rules.saturating_sub(shipped), "rule", "rules");
            format!("{name}: {own}, nothing wrong.")
        } else {
            format!("{name}: these rules cannot be used.")
        };
        if found.is_empty() { end } else { format!("{}\n{end}", told(&name, &found)) }
    })?;
    Ok(if ok { 0 } else { 3 })
}

/// The shipped rules, with a file's on top where one is named; whatever is wrong with it is the error.
fn set_of(rules: Option<&Path>) -> Result<PolicySet> {
    let Some(path) = rules else { return Ok(PolicySet::shipped()?) };
    let source = read_text(path, FILE_LIMIT)?;
    let found = findings(&source)?;
    if refused(&found) {
        bail!("the rules cannot be used:\n{}", told(&path.display().to_string(), &found));
    }
    Ok(PolicySet::with_company(&source, 1)?)
}

#[derive(Serialize)]
struct Tested {
    file: String,
    #[serde(flatten)]
    report: Report,
}

/// `dunningd policy test`.
pub fn test(files: &[std::path::PathBuf], rules: Option<&Path>, out: &Output) -> Result<u8> {
    let shipped = PolicySet::shipped()?;
    let set = set_of(rules)?;
    let mut tested = Vec::new();
    for (name, cases) in shipped_cases()? {
        let mut report = run_cases(&shipped, &cases.cases);
        report.undecided.clear(); // each file covers its own rules only
        tested.push(Tested { file: name.to_owned(), report });
    }
    for path in files {
        let name = path.display().to_string();
        let cases = CaseFile::parse(&read_text(path, FILE_LIMIT)?).with_context(|| name.clone())?;
        let mut report = run_cases(&set, &cases.cases);
        // Only a company's rules need cases here; the shipped ones have theirs.
        report.undecided.retain(|rule| rule.starts_with("company."));
        tested.push(Tested { file: name, report });
    }
    let failed: usize = tested.iter().map(|t| t.report.failures.len()).sum();
    out.value(&json!({ "ok": failed == 0, "files": tested }), |_| {
        let mut lines: Vec<String> = tested.iter().map(tested_lines).collect();
        let passed = tested.iter().map(|t| t.report.passed).sum();
        lines.push(format!("{} passed, {failed} failed.", count(passed, "case", "cases")));
        lines.join("\n")
    })?;
    Ok(if failed == 0 { 0 } else { 3 })
}

fn tested_lines(tested: &Tested) -> String {
    let report = &tested.report;
    let mut out = format!("{}: {} passed, {} failed", tested.file, report.passed, report.failures.len());
    for f in &report.failures {
        let list =
            |codes: Vec<&str>| if codes.is_empty() { "no reason".to_owned() } else { codes.join(", ") };
        let expected = list(f.expected.reasons.iter().map(String::as_str).collect());
        out.push_str(&format!(
            "\n  {}\n    expected {} ({})\n    got      {} ({})",
            tidy(&f.name, 120),
            f.expected.verdict,
            tidy(&expected, 200),
            f.got.verdict,
            list(f.got.codes())
        ));
    }
    if !report.undecided.is_empty() {
        out.push_str(&format!("\n  no case decided by: {}", report.undecided.join(", ")));
    }
    out
}

/// `dunningd policy explain`.
pub fn explain(path: &Path, rules: Option<&Path>, fill: bool, out: &Output) -> Result<u8> {
    let text = read_text(path, FILE_LIMIT)?;
    let facts = facts(&text, fill).with_context(|| path.display().to_string())?;
    let set = set_of(rules)?;
    out.value(&policies::explain(&set, &facts), explained)?;
    Ok(0)
}

/// Facts of a file. Filled in by the reader of case files, which has the base.
fn facts(text: &str, fill: bool) -> Result<Facts> {
    if !fill {
        return serde_json::from_str(text).map_err(|e| anyhow::anyhow!("these are not facts: {e}"));
    }
    let given: Value = serde_json::from_str(text).map_err(|e| anyhow::anyhow!("not valid JSON: {e}"))?;
    if !given.is_object() {
        bail!("facts are an object such as {{\"action\": \"send_message\"}}");
    }
    let case = json!({ "name": "facts", "facts": given, "expect": { "verdict": "act", "reasons": [] } });
    let file = CaseFile::parse(&json!({ "cases": [case] }).to_string())?;
    match file.cases.into_iter().next().map(|c| c.subject) {
        Some(Subject::Agent(facts)) => Ok(*facts),
        Some(Subject::Person(_)) | None => bail!("these are not facts about an action of the agent"),
    }
}

fn explained(e: &Explanation) -> String {
    let mut out = pairs(&[
        ("verdict", format!("{}: {}", e.decision.verdict, meaning(e))),
        ("step", e.step.as_str().to_owned()),
        ("rules", e.decision.policy_version.clone()),
    ]);
    for reason in &e.decision.reasons {
        let unknown: Vec<&str> = reason.unknown.iter().map(|f| f.as_str()).collect();
        let unknown =
            if unknown.is_empty() { String::new() } else { format!(" (not known: {})", unknown.join(", ")) };
        out.push_str(&format!("\n  {} [{}]{unknown}", tidy(&reason.text, 240), reason.code));
    }
    for gate in &e.questions {
        let answer = if gate.allowed { "yes" } else { "no" };
        out.push_str(&format!("\n\n{} {answer}", question(&gate.question)));
        for rule in &gate.rules {
            out.push_str(&format!("\n  {} — {}", rule.rule, tidy(&rule.text, 240)));
        }
        for error in &gate.errors {
            out.push_str(&format!(
                "\n  {} could not be evaluated: {}",
                error.rule,
                tidy(&error.message, 240)
            ));
        }
    }
    if !e.missing.is_empty() {
        let missing: Vec<&str> = e.missing.iter().map(|f| f.as_str()).collect();
        out.push_str(&format!("\n\nNot known, and so read as the worst: {}", missing.join(", ")));
    }
    out
}

fn question(name: &str) -> String {
    match name {
        "ever" => "May this ever be done on these facts?".to_owned(),
        "now" => "May it be done now?".to_owned(),
        "alone" => "May the agent do it alone?".to_owned(),
        other => tidy(other, 40),
    }
}

fn meaning(e: &Explanation) -> &'static str {
    match e.decision.verdict {
        policies::Verdict::Act => "the agent does it",
        policies::Verdict::Propose => "it is put before a person",
        policies::Verdict::Hold => "not now; it is looked at again later",
        policies::Verdict::Refuse => "never on these facts",
    }
}
