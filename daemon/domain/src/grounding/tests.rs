//! The check against texts that lie, by mistake or on purpose, and against those that do not.

mod attacks;
mod harmless;
mod laws;
mod phrases;
mod send;

use super::*;
use crate::facts::LetterContext;
use crate::letter::testkit::{claims, context, ledger};
use crate::letter::{Draft, Purpose, RenderError, render};
use crate::locale::choose;

/// The letter that the texts below are put into: three invoices, interest, flat sum, level 3.
pub(super) fn firm() -> (crate::snapshot::Snapshot, LetterContext) {
    let snapshot = ledger();
    let mut context = context(&snapshot, Purpose::Firm, &snapshot.items);
    context.claims = Some(claims(&snapshot.items));
    (snapshot, context)
}

/// What is found in a letter with this paragraph, written as a model or a person might.
pub(super) fn findings(language: &str, paragraph: &str) -> Vec<Finding> {
    findings_in(language, "{amount_payable}", paragraph)
}

pub(super) fn findings_in(language: &str, subject: &str, paragraph: &str) -> Vec<Finding> {
    let (snapshot, context) = firm();
    let facts = Facts::build(&snapshot, &context).unwrap();
    let draft = Draft { subject: subject.to_owned(), paragraphs: vec![paragraph.to_owned()] };
    match render(&draft, &facts, choose(language)) {
        Ok(_) => Vec::new(),
        Err(RenderError::Ungrounded(findings)) => findings,
        Err(other) => panic!("{paragraph:?}: {other}"),
    }
}

/// Every text has such a finding.
#[track_caller]
pub(super) fn each(kind: FindingKind, severity: Severity, texts: &[(&str, &str)]) {
    for (language, text) in texts {
        assert_found(language, text, kind, severity);
    }
}

/// Some finding of the kind and severity.
#[track_caller]
pub(super) fn assert_found(language: &str, paragraph: &str, kind: FindingKind, severity: Severity) {
    let found = findings(language, paragraph);
    assert!(
        found.iter().any(|f| f.kind == kind && f.severity == severity),
        "{paragraph:?}: expected {severity:?} {kind:?}, found {found:#?}"
    );
}

#[track_caller]
pub(super) fn assert_clean(language: &str, paragraph: &str) {
    let found = findings(language, paragraph);
    assert!(found.is_empty(), "{paragraph:?}: {found:#?}");
}
