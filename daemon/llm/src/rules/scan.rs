//! From patterns to intents: which rules hold where, and which of them count.
//!
//! Guarantees: for each clause and intent at most one rule is left; what a stronger reading of the same
//! words explains is taken out. Work grows with the number of sentences, not with its square.

use super::book::Extra;
use super::fold::fold;
use super::segment::Sentence;
use super::table::{Hits, TABLE};
use domain::kinds::{DisputeReason, Intent};
use std::ops::Range;

/// A rule that held, and where.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub intent: Intent,
    pub confidence: u8,
    pub extra: Extra,
    /// Bytes of the text: a clause or the whole sentence.
    pub unit: Range<usize>,
    /// Which sentence.
    pub sentence: usize,
}

/// What a sentence says.
#[derive(Default)]
pub(super) struct Said {
    pub found: Vec<Found>,
    /// Confidence of a rule that holds only alone.
    pub alone: Option<u8>,
    /// That rule is about advertising.
    pub advert: bool,
}

/// Applies all rules to a sentence.
pub(super) fn scan(text: &str, sentence: &Sentence, folded: &str, index: usize, offer: bool) -> Said {
    let whole = TABLE.scan(folded);
    let question = folded.trim_end_matches(['"', '\'', ')', ' ', '!']).ends_with('?');
    let mut units: Vec<(&Range<usize>, Hits)> = Vec::new();
    if sentence.clauses.len() > 1 {
        let hits = |clause: &Range<usize>| TABLE.scan(&fold(text.get(clause.clone()).unwrap_or("")));
        units.extend(sentence.clauses.iter().map(|clause| (clause, hits(clause))));
    }
    let mut said = Said::default();
    for compiled in &TABLE.rules {
        let rule = &compiled.rule;
        if rule.extra == Extra::Accepts && !offer {
            continue;
        }
        if rule.extra == Extra::Alone {
            if compiled.holds(&whole, &whole, question) {
                said.alone = said.alone.max(Some(rule.confidence));
                said.advert |= rule.all.len() > 1;
            }
            continue;
        }
        let mut push = |unit: &Range<usize>, confidence: u8| {
            let new = Found {
                intent: rule.intent,
                confidence,
                extra: rule.extra,
                unit: unit.clone(),
                sentence: index,
            };
            match said.found.iter_mut().find(|f| f.intent == new.intent && f.unit == new.unit) {
                Some(old) if strength(&new) > strength(old) => *old = new,
                Some(_) => {}
                None => said.found.push(new),
            }
        };
        let mut held = false;
        for (unit, hits) in &units {
            if compiled.holds(hits, &whole, question) {
                held = true;
                push(unit, rule.confidence);
            }
        }
        if !held && compiled.holds(&whole, &whole, question) {
            // Spread over several clauses: a little less sure.
            push(&sentence.range, rule.confidence.saturating_sub(if units.is_empty() { 0 } else { 4 }));
        }
    }
    prefer_clauses(&mut said.found);
    within_sentence(&mut said.found);
    said
}

/// A yes to a plan and a dispute with a reason come before the rest, then confidence counts.
fn strength(found: &Found) -> (u8, u8) {
    let specific = match found.extra {
        Extra::Accepts => 3,
        Extra::Reason(DisputeReason::Other) => 1,
        Extra::Reason(_) => 2,
        Extra::None | Extra::Alone => 0,
    };
    (specific, found.confidence)
}

/// What a clause says counts for more than the same thing pieced together from its sentence; a reason
/// found in the sentence is kept.
fn prefer_clauses(found: &mut Vec<Found>) {
    let all = found.clone();
    let within = |inner: &Range<usize>, outer: &Range<usize>| {
        inner != outer && outer.start <= inner.start && inner.end <= outer.end
    };
    found.retain_mut(|f| {
        let mut alike = all.iter().filter(|other| other.intent == f.intent);
        if alike.clone().any(|other| within(&other.unit, &f.unit)) {
            return false;
        }
        if f.extra == Extra::Reason(DisputeReason::Other) {
            let specific = |e: Extra| matches!(e, Extra::Reason(r) if r != DisputeReason::Other);
            if let Some(other) = alike.find(|other| within(&f.unit, &other.unit) && specific(other.extra)) {
                f.extra = other.extra;
            }
        }
        true
    });
}

/// Takes out what a stronger reading in the same sentence explains.
fn within_sentence(found: &mut Vec<Found>) {
    let all = found.clone();
    let accepts = all.iter().any(|f| f.extra == Extra::Accepts);
    let overlaps = |a: &Found, b: &Found| a.unit.start < b.unit.end && b.unit.start < a.unit.end;
    found.retain(|f| match f.intent {
        // A promise inside a request for a plan is part of the request.
        Intent::PromiseToPay => accepts || !all.iter().any(|o| o.intent == Intent::PaymentPlanRequest),
        // A polite request or a doubt in the form of a question is answered by what it asks for; the
        // last resort for questions gives way to anything.
        Intent::Question => {
            !all.iter().any(|o| o.intent != Intent::Question && (f.confidence < 60 || overlaps(f, o)))
        }
        // A corrected document is a correction, a proof of payment no request.
        Intent::DocumentRequest => !all.iter().any(|o| {
            matches!(o.intent, Intent::InvoiceCorrection | Intent::PaymentClaimed) && o.unit == f.unit
        }),
        Intent::PaymentPlanRequest
        | Intent::PaymentClaimed
        | Intent::Dispute
        | Intent::InvoiceCorrection
        | Intent::ContactChange
        | Intent::AutoReply
        | Intent::DeliveryFailure
        | Intent::HardshipInsolvency
        | Intent::DebtDenied
        | Intent::LegalOrComplaint
        | Intent::StopContact
        | Intent::PaymentInstructionChange
        | Intent::NoAction => true,
    });
}

/// Takes out what another sentence explains: a yes to our plan is no new request for one, and the deputy
/// or the question in an out-of-office note is part of the note.
pub(super) fn settle(found: &mut Vec<Found>) {
    let accepts = found.iter().any(|f| f.extra == Extra::Accepts);
    let machine = found.iter().any(|f| f.intent == Intent::AutoReply);
    found.retain(|f| match f.intent {
        Intent::PaymentPlanRequest => !accepts,
        Intent::Question | Intent::ContactChange | Intent::DocumentRequest => !machine,
        Intent::PromiseToPay
        | Intent::PaymentClaimed
        | Intent::Dispute
        | Intent::InvoiceCorrection
        | Intent::AutoReply
        | Intent::DeliveryFailure
        | Intent::HardshipInsolvency
        | Intent::DebtDenied
        | Intent::LegalOrComplaint
        | Intent::StopContact
        | Intent::PaymentInstructionChange
        | Intent::NoAction => true,
    });
}
