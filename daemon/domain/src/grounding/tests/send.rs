//! The proof at the send, and what a person may accept.

use super::firm;
use crate::facts::{Facts, FactsError, LetterContext};
use crate::fixture::{date, eur};
use crate::grounding::{
    Category, FindingKind, Parts, Severity, VerifyError, ground, ground_accepting, verify,
};
use crate::letter::testkit::{context, ledger, letter};
use crate::letter::{Block, Draft, Letter, Purpose, render};
use crate::locale::choose;
use crate::snapshot::Snapshot;

fn sent() -> (Snapshot, LetterContext, Letter) {
    let (snapshot, context) = firm();
    let letter = letter(&snapshot, &context, "de");
    (snapshot, context, letter)
}

fn again(snapshot: &Snapshot, context: &LetterContext, letter: &Letter) -> Result<(), VerifyError> {
    let parts = Parts { subject: &letter.subject, body: &letter.body };
    verify(parts, &letter.certificate, context, snapshot, choose("de").language).map(|c| {
        assert_eq!(c.snapshot_version, snapshot.version);
    })
}

#[test]
fn nothing_changed() {
    let (mut snapshot, context, letter) = sent();
    snapshot.version += 1;
    assert_eq!(again(&snapshot, &context, &letter), Ok(()));
}

#[test]
fn a_payment_makes_it_stale() {
    let (mut snapshot, mut context, _) = sent();
    context.claims = None;
    let letter = letter(&snapshot, &context, "de");
    snapshot.items[0].paid = eur(10_000);
    assert!(matches!(again(&snapshot, &context, &letter), Err(VerifyError::Findings(_))));
    snapshot.items[0].paid = eur(119_000);
    assert!(matches!(again(&snapshot, &context, &letter), Err(VerifyError::Facts(FactsError::NotOpen(_)))));
    snapshot.items.remove(0);
    let gone = again(&snapshot, &context, &letter).unwrap_err();
    assert!(matches!(gone, VerifyError::Facts(FactsError::NotOpen(_))) && gone.is_stale());
}

#[test]
fn a_changed_bank_account_sender_or_contact_makes_it_stale() {
    let change: [fn(&mut Snapshot); 5] = [
        |s| s.company.iban = Some("DE02120300000000202051".to_owned()),
        |s| s.company.bic = None,
        |s| s.company.name = "Andere GmbH".to_owned(),
        |s| s.contacts[0].name = "Otto Weber".to_owned(),
        |s| s.contacts[0].usable = false,
    ];
    for change in change {
        let (mut snapshot, context, letter) = sent();
        change(&mut snapshot);
        assert!(again(&snapshot, &context, &letter).is_err_and(|e| e.is_stale()));
    }
}

#[test]
fn a_day_too_late_is_too_late() {
    let (mut snapshot, context, letter) = sent();
    snapshot.today = date("2026-11-27");
    assert_eq!(again(&snapshot, &context, &letter), Err(VerifyError::Facts(FactsError::PayByPassed)));
}

#[test]
fn a_count_of_days_is_stale_the_next_day() {
    let (mut snapshot, context, _) = sent();
    let facts = Facts::build(&snapshot, &context).unwrap();
    let paragraphs = vec!["Seit {days_overdue} Tagen ist die älteste Rechnung fällig.".to_owned()];
    let letter = render(&Draft { subject: "Mahnung".to_owned(), paragraphs }, &facts, choose("de")).unwrap();
    assert_eq!(again(&snapshot, &context, &letter), Ok(()));
    snapshot.today = date("2026-11-13");
    assert!(matches!(again(&snapshot, &context, &letter), Err(VerifyError::Findings(_))));
}

#[test]
fn another_text_was_not_proven() {
    let (snapshot, context, mut letter) = sent();
    letter.body.push(' ');
    let error = again(&snapshot, &context, &letter).unwrap_err();
    assert!(error == VerifyError::Text && !error.is_stale());
}

#[test]
fn a_kept_promise_is_not_called_broken() {
    let snapshot = ledger();
    let mut context = context(&snapshot, Purpose::BrokenPromise, &snapshot.items);
    let letter = letter(&snapshot, &context, "de");
    let mut now = snapshot.clone();
    assert_eq!(again(&now, &context, &letter), Err(VerifyError::Facts(FactsError::Promise)));
    now.promises = context.promise.iter().cloned().collect();
    assert_eq!(again(&now, &context, &letter), Ok(()));
    now.promises[0].state = crate::kinds::PromiseState::Kept;
    assert_eq!(again(&now, &context, &letter), Err(VerifyError::Facts(FactsError::Promise)));
    context.promise = None;
    assert!(Facts::build(&snapshot, &context).is_err());
}

#[test]
fn a_person_may_accept_wording_and_nothing_else() {
    let (snapshot, context, letter) = sent();
    let facts = Facts::build(&snapshot, &context).unwrap();
    let german = choose("de").language;
    let edited = letter.body.replace("Hiermit mahnen", "Sonst gehen wir vor Gericht. Hiermit mahnen");
    let parts = Parts { subject: &letter.subject, body: &edited };
    let found = ground(parts, &facts, german).unwrap_err();
    assert!(found.iter().all(|f| f.severity == Severity::Wording));
    let certificate = ground_accepting(parts, &facts, german, &found).unwrap();
    assert_eq!(certificate.accepted, found);
    assert_eq!(certificate.accepted[0].kind, FindingKind::Wording(Category::LegalThreat));
    // What was accepted stays accepted at the send, for this text.
    assert!(verify(parts, &certificate, &context, &snapshot, german).is_ok());

    let worse = edited.replace("vor Gericht", "vor Gericht, oder Sie zahlen 512 EUR");
    let parts = Parts { subject: &letter.subject, body: &worse };
    let hard = ground(parts, &facts, german).unwrap_err();
    let left = ground_accepting(parts, &facts, german, &hard).unwrap_err();
    assert!(
        left.iter().any(|f| f.kind == FindingKind::Amount)
            && left.iter().all(|f| f.severity == Severity::Hard)
    );
}

#[test]
fn blocks_may_not_be_touched() {
    let (snapshot, mut context, _) = sent();
    context.ai_written = true;
    let letter = letter(&snapshot, &context, "de");
    let facts = Facts::build(&snapshot, &context).unwrap();
    for (from, to, block) in [
        ("4711          20.09.2026  20.10.2026     89,25 EUR\n", "", Block::Items),
        ("Summe   ", "Zusammen", Block::Items),
        ("  BIC:               COBADEFFXXX\n", "", Block::Payment),
        ("Diese Nachricht wurde von einem KI-Assistenten", "Diese Nachricht wurde", Block::Disclosure),
    ] {
        assert!(letter.body.contains(from), "{from}");
        let body = letter.body.replace(from, to);
        let parts = Parts { subject: &letter.subject, body: &body };
        let found = ground(parts, &facts, choose("de").language).unwrap_err();
        let altered = found.iter().find(|f| f.kind == FindingKind::Block(block));
        assert!(altered.is_some_and(|f| f.severity == Severity::Hard), "{block:?}: {found:#?}");
    }
}

#[test]
fn prose_may_be_rewritten_by_a_person() {
    let (snapshot, context, letter) = sent();
    let facts = Facts::build(&snapshot, &context).unwrap();
    let body = letter.body.replace(
        "Hiermit mahnen wir die Zahlung an.",
        "Wie besprochen: Frau Weber, bitte kümmern Sie sich darum.",
    );
    let parts = Parts { subject: "Nochmals zu 4711", body: &body };
    assert!(ground(parts, &facts, choose("de").language).is_ok());
}
