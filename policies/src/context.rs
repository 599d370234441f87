//! From facts to what Cedar sees.
//!
//! Why: the one place where "not known" becomes the worst value of a fact. Guarantees: every attribute
//! of the schema is present with its type (a test validates it), entities are built from typed values,
//! never parsed from text.

use crate::facts::{Fact, FactSet, Facts, Grounding, Recipient, TextSource, limit_units, minor_units};
use crate::review::ReviewFacts;
use crate::set::PolicyError;
use crate::vocabulary::{Types, Vocabulary, engine, literal};
use cedar_policy::{Context, EntityTypeName, RestrictedExpression};
use domain::kinds::{BlockReason, Intent};

type Pair = (String, RestrictedExpression);

fn yes(name: &str, value: bool) -> Pair {
    (name.to_owned(), RestrictedExpression::new_bool(value))
}

fn number(name: &str, value: i64) -> Pair {
    (name.to_owned(), RestrictedExpression::new_long(value))
}

fn word(name: &str, kind: &EntityTypeName, id: &str) -> Pair {
    (name.to_owned(), literal(kind, id))
}

const fn grounding(found: Option<Grounding>) -> &'static str {
    match found {
        Some(Grounding::Certified) => "certified",
        Some(Grounding::Wording) => "wording",
        Some(Grounding::Hard) => "hard",
        None => "unknown",
    }
}

const fn recipient(who: Option<Recipient>) -> &'static str {
    match who {
        Some(Recipient::Known) => "known",
        Some(Recipient::Unverified) => "unverified",
        Some(Recipient::None) => "none",
        Some(Recipient::Foreign) => "foreign",
        None => "unknown",
    }
}

const fn text(source: Option<TextSource>) -> &'static str {
    match source {
        Some(TextSource::None) => "none",
        Some(TextSource::Template) => "template",
        Some(TextSource::Model) | None => "model",
    }
}

/// The context of the agent's three questions.
pub(crate) fn situation(facts: &Facts, missing: FactSet, v: &Vocabulary) -> Result<Context, PolicyError> {
    let (t, w) = (&v.types, &v.words);
    let set = |value: Option<bool>| value.unwrap_or(true);
    let tone = match facts.tone {
        Some(tone) => tone.as_str(),
        None if missing.contains(Fact::Tone) => "final",
        None => "none",
    };
    let blocks = match &facts.blocks {
        Some(known) => w.blocks(t, known.iter().copied()),
        None => w.blocks(t, BlockReason::ALL.iter().copied()),
    };
    let intents = match &facts.intents {
        Some(known) => w.intents(t, known.iter().copied()),
        None => w.intents(t, Intent::ALL.iter().copied()),
    };
    let pairs = [
        ("missing".to_owned(), w.facts(t, missing.iter())),
        word("stage", &t.stage, facts.stage.map_or("unknown", |s| s.as_str())),
        word("debtor", &t.debtor, facts.debtor.map_or("unknown", |d| d.as_str())),
        number("level", facts.level.map_or(0, i64::from)),
        number("levels", facts.levels.map_or(0, i64::from)),
        word("tone", &t.tone, tone),
        number("total", facts.total.and_then(minor_units).unwrap_or(i64::MAX)),
        number("auto_limit", limit_units(facts.auto_limit, facts.total).unwrap_or(-1)),
        number("four_eyes_limit", limit_units(facts.four_eyes_limit, facts.total).unwrap_or(-1)),
        number("confidence", facts.confidence_points().unwrap_or(0)),
        number("confidence_floor", facts.floor_points().unwrap_or(10_001)),
        number("sentiment", facts.sentiment_points().unwrap_or(-100)),
        word("grounding", &t.grounding, grounding(facts.grounding)),
        word("text", &t.text, text(facts.text)),
        word("recipient", &t.recipient, recipient(facts.recipient)),
        yes("paid", set(facts.paid)),
        yes("open_dispute", set(facts.open_dispute)),
        yes("open_promise", set(facts.open_promise)),
        yes("plan_running", set(facts.plan_running)),
        yes("opted_out", set(facts.opted_out)),
        yes("do_not_contact", set(facts.do_not_contact)),
        yes("legal", set(facts.legal)),
        yes("hardship", set(facts.hardship)),
        yes("bank_change", set(facts.bank_change)),
        yes("outside_window", set(facts.outside_window)),
        yes("cap_reached", set(facts.cap_reached)),
        yes("cooldown", set(facts.cooldown)),
        yes("ledger_stale", set(facts.ledger_stale)),
        yes("snapshot_stale", set(facts.snapshot_stale)),
        yes("unapplied_receipt", set(facts.unapplied_receipt)),
        yes("reply_pending", set(facts.reply_pending)),
        yes("kill_switch", set(facts.kill_switch)),
        yes("adverse", set(facts.adverse)),
        yes("first_ai_message", set(facts.first_ai_message)),
        yes("within_grid", facts.within_grid.unwrap_or(false)),
        yes("ledger_evidence", facts.ledger_evidence.unwrap_or(false)),
        ("blocks".to_owned(), blocks),
        ("intents".to_owned(), intents),
    ];
    Context::from_pairs(pairs).map_err(engine)
}

/// The context of a person's question.
pub(crate) fn review(facts: &ReviewFacts, t: &Types) -> Result<Context, PolicyError> {
    let pairs = [
        word("findings", &t.grounding, grounding(facts.findings)),
        yes("override_wording", facts.override_wording.unwrap_or(false)),
        number("total", facts.total.and_then(minor_units).unwrap_or(i64::MAX)),
        number("four_eyes_limit", limit_units(facts.four_eyes_limit, facts.total).unwrap_or(-1)),
        yes("second_person", facts.second_person.unwrap_or(false)),
        yes("expired", facts.expired.unwrap_or(true)),
        yes("stale", facts.stale.unwrap_or(true)),
    ];
    Context::from_pairs(pairs).map_err(engine)
}
