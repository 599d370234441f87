//! Tests of the shipped rules and of the engine around them.

mod cases;
mod check;
mod company;
mod facts;
mod guards;
mod monotone;
mod schema;
mod slices;

use crate::*;
use domain::kinds::{ActionType, Autonomy, BlockReason, DebtorKind, Intent, Stage};
use domain::money::{Currency, Money};
use domain::procedure::Tone;
use std::collections::BTreeSet;

pub(crate) fn euro(amount: &str) -> Money {
    Money::new(amount.parse().unwrap(), Currency::EUR).unwrap()
}

/// A firm notice with nothing in its way, in full autonomy: the base of the case files.
pub(crate) fn clear() -> Facts {
    let json = r#"{"cases":[{"name":"base","facts":{},"expect":{"verdict":"act","reasons":[]}}]}"#;
    match CaseFile::parse(json).unwrap().cases.remove(0).subject {
        Subject::Agent(facts) => *facts,
        Subject::Person(_) => panic!("the base is about the agent"),
    }
}

pub(crate) fn approval() -> ReviewFacts {
    let json = r#"{"cases":[{"name":"base","review":{},"expect":{"verdict":"act","reasons":[]}}]}"#;
    match CaseFile::parse(json).unwrap().cases.remove(0).subject {
        Subject::Person(facts) => facts,
        Subject::Agent(_) => panic!("the base is about a person"),
    }
}

pub(crate) const PURPOSES: &[Option<Purpose>] = &[
    None,
    Some(Purpose::DunningNotice),
    Some(Purpose::BrokenPromise),
    Some(Purpose::Acknowledgement),
    Some(Purpose::Answer),
    Some(Purpose::DocumentCopy),
    Some(Purpose::PlanOffer),
];

/// Clear facts of any action, purpose and autonomy, such that the agent acts wherever it ever may.
pub(crate) fn clear_of(action: ActionType, purpose: Option<Purpose>, autonomy: Autonomy) -> Facts {
    let mut facts = Facts { action, purpose, autonomy: Some(autonomy), ..clear() };
    if action == ActionType::OfferPaymentPlan || purpose == Some(Purpose::PlanOffer) {
        facts.intents = Some(BTreeSet::from([Intent::PaymentPlanRequest]));
    }
    if action == ActionType::Pause {
        facts.intents = Some(BTreeSet::from([Intent::Dispute]));
    }
    facts.tone = Some(Tone::Friendly);
    facts
}

fn pick<T: Copy>(all: &[T], n: u8) -> T {
    all[usize::from(n) % all.len()]
}

/// Sets one fact to the `n`th of its values.
pub(crate) fn vary(facts: &mut Facts, fact: Fact, n: u8) {
    let flag = Some(n.is_multiple_of(2));
    match fact {
        Fact::Purpose => facts.purpose = pick(PURPOSES, n),
        Fact::Autonomy => facts.autonomy = Some(pick(Autonomy::ALL, n)),
        Fact::Stage => facts.stage = Some(pick(Stage::ALL, n)),
        Fact::Debtor => facts.debtor = Some(pick(DebtorKind::ALL, n)),
        Fact::Level => facts.level = Some(u16::from(n % 6)),
        Fact::Levels => facts.levels = Some(u16::from(n % 6)),
        Fact::Tone => facts.tone = Some(pick(&[Tone::Courtesy, Tone::Friendly, Tone::Firm, Tone::Final], n)),
        Fact::Total => {
            let yen = Money::new(7.into(), "JPY".parse().unwrap()).unwrap();
            facts.total =
                Some(pick(&[euro("0"), euro("5000"), euro("5000.01"), euro("20000.01"), euro("-3"), yen], n));
        }
        Fact::AutoLimit => facts.auto_limit = Some(limit(n)),
        Fact::FourEyesLimit => facts.four_eyes_limit = Some(limit(n)),
        Fact::Confidence => facts.confidence = Some(pick(&[0.0, 0.79, 0.8, 1.0, 7.0, f64::NAN], n)),
        Fact::ConfidenceFloor => facts.confidence_floor = Some(pick(&[0.0, 0.8, 1.0, -1.0], n)),
        Fact::Sentiment => facts.sentiment = Some(pick(&[-1.0, -0.51, -0.5, 0.0, 1.0, f64::INFINITY], n)),
        Fact::Grounding => {
            facts.grounding = Some(pick(&[Grounding::Certified, Grounding::Wording, Grounding::Hard], n));
        }
        Fact::Text => {
            facts.text = Some(pick(&[TextSource::None, TextSource::Template, TextSource::Model], n))
        }
        Fact::Recipient => {
            let all = [Recipient::Known, Recipient::Unverified, Recipient::None, Recipient::Foreign];
            facts.recipient = Some(pick(&all, n));
        }
        Fact::Blocks => facts.blocks = Some(some(BlockReason::ALL, n)),
        Fact::Intents => facts.intents = Some(some(Intent::ALL, n)),
        Fact::Paid => facts.paid = flag,
        Fact::OpenDispute => facts.open_dispute = flag,
        Fact::OpenPromise => facts.open_promise = flag,
        Fact::PlanRunning => facts.plan_running = flag,
        Fact::OptedOut => facts.opted_out = flag,
        Fact::DoNotContact => facts.do_not_contact = flag,
        Fact::Legal => facts.legal = flag,
        Fact::Hardship => facts.hardship = flag,
        Fact::BankChange => facts.bank_change = flag,
        Fact::OutsideWindow => facts.outside_window = flag,
        Fact::CapReached => facts.cap_reached = flag,
        Fact::Cooldown => facts.cooldown = flag,
        Fact::LedgerStale => facts.ledger_stale = flag,
        Fact::SnapshotStale => facts.snapshot_stale = flag,
        Fact::UnappliedReceipt => facts.unapplied_receipt = flag,
        Fact::ReplyPending => facts.reply_pending = flag,
        Fact::KillSwitch => facts.kill_switch = flag,
        Fact::Adverse => facts.adverse = flag,
        Fact::FirstAiMessage => facts.first_ai_message = flag,
        Fact::WithinGrid => facts.within_grid = flag,
        Fact::LedgerEvidence => facts.ledger_evidence = flag,
    }
}

fn limit(n: u8) -> Limit {
    pick(&[Limit::Unlimited, Limit::UpTo(euro("5000")), Limit::UpTo(euro("0")), Limit::UpTo(euro("-1"))], n)
}

fn some<T: Copy + Ord>(all: &[T], n: u8) -> BTreeSet<T> {
    match n % 5 {
        0 => BTreeSet::new(),
        1..=3 => BTreeSet::from([pick(all, n)]),
        _ => BTreeSet::from([pick(all, n), pick(all, n / 7)]),
    }
}
