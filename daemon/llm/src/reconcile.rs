//! What rules and model agree on.
//!
//! Why: a model's own confidence says nothing, its agreement with the rules says much. Guarantees: what
//! the rules read of the five dangerous intents and of a denied debt always stands; what only the model
//! read of them is added; any disagreement lowers confidence, so that a person decides; an amount, a
//! date or a yes to a plan that only one of them read never counts as agreed.
//! Does not: check quotes (`domain::reading::check`).

use domain::kinds::Intent;
use domain::reading::{RawReading, RawReadings};

/// Readings to go on with, and whether a person should look.
#[derive(Clone, PartialEq, Debug)]
pub struct Agreed {
    /// The readings.
    pub readings: RawReadings,
    /// Rules and model say different things.
    pub disagreement: bool,
}

/// Highest confidence of what only one of them says, or of what they say differently.
const DOUBTED: f64 = 0.5;

const DANGEROUS: [Intent; 6] = [
    Intent::Dispute,
    Intent::HardshipInsolvency,
    Intent::LegalOrComplaint,
    Intent::StopContact,
    Intent::PaymentInstructionChange,
    Intent::DebtDenied,
];

/// Joins the readings. Without a model the rules' stand as they are.
#[must_use]
pub fn reconcile(rules: RawReadings, model: Option<RawReadings>) -> Agreed {
    let Some(model) = model else {
        return Agreed { readings: rules, disagreement: false };
    };
    let suspicious = rules.suspicious || model.suspicious;
    // Of two judgements the less friendly one: it can only lead to a person.
    let sentiment = rules.sentiment.min(model.sentiment);
    let mut theirs = substantial(model.readings);
    let mut disagreement = false;
    let mut readings = Vec::new();
    for mut ours in substantial(rules.readings) {
        let at = partner(&ours, &theirs);
        match at.map(|at| theirs.remove(at)) {
            Some(other) => disagreement |= !join(&mut ours, &other),
            None => {
                disagreement = true;
                ours.confidence = ours.confidence.min(DOUBTED);
            }
        }
        readings.push(ours);
    }
    // A second reading of an intent that both saw is detail, not disagreement; a new intent is.
    for mut other in theirs {
        let known = readings.iter().any(|r: &RawReading| r.intent == other.intent);
        if known && !DANGEROUS.contains(&other.intent) {
            continue;
        }
        disagreement |= !known;
        other.confidence = other.confidence.min(DOUBTED);
        other.accepts_plan = false;
        readings.push(other);
    }
    Agreed { readings: RawReadings { readings, sentiment, suspicious }, disagreement }
}

/// Without "nothing to do" beside something.
fn substantial(mut readings: Vec<RawReading>) -> Vec<RawReading> {
    if readings.iter().any(|r| r.intent != Intent::NoAction) {
        readings.retain(|r| r.intent != Intent::NoAction);
    }
    readings
}

/// The model's reading of the same intent, by preference of the same invoices.
fn partner(ours: &RawReading, theirs: &[RawReading]) -> Option<usize> {
    let same = |r: &&RawReading| r.intent == ours.intent;
    theirs
        .iter()
        .position(|r| same(&r) && r.invoice_numbers == ours.invoice_numbers)
        .or_else(|| theirs.iter().position(|r| same(&r)))
}

/// Joins the model's reading into ours; false when they differ in what matters.
fn join(ours: &mut RawReading, other: &RawReading) -> bool {
    let matters = matches!(ours.intent, Intent::PromiseToPay | Intent::PaymentPlanRequest);
    let same = !matters
        || (ours.date == other.date
            && ours.amount == other.amount
            && ours.accepts_plan == other.accepts_plan);
    if same {
        // Two independent readers: half of the remaining doubt goes.
        ours.confidence = (1.0 - (1.0 - ours.confidence) / 2.0).clamp(0.0, 1.0);
    } else {
        ours.confidence = ours.confidence.min(DOUBTED);
        ours.accepts_plan = ours.accepts_plan && other.accepts_plan;
    }
    ours.dispute = ours.dispute.or(other.dispute);
    ours.method = ours.method.or(other.method);
    same
}

#[cfg(test)]
#[path = "reconcile_tests.rs"]
mod tests;
