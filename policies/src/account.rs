//! Facts from an account snapshot: the one place where ledger facts become what the rules may ask.
//!
//! Why: the daemon decides and the approval page decides again later; both must ask the same question.
//! Guarantees: whatever the snapshot does not tell stays unknown.

use crate::facts::{Facts, Grounding, Limit, Purpose, Recipient, TextSource};
use domain::action::{Action, Evidence};
use domain::ids::{InboundId, InvoiceId};
use domain::kinds::{ActionType, BlockReason, Intent, PlanState, PromiseState};
use domain::money::Money;
use domain::procedure::Tone;
use domain::snapshot::{BlockScope, OpenItem, Snapshot};
use domain::step::ledger_is_stale;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// What is known about the step itself.
#[derive(Clone, Debug)]
pub struct StepFacts {
    /// What is to be decided.
    pub action: ActionType,
    /// What a message is for.
    pub purpose: Option<Purpose>,
    /// Level and tone of a dunning notice.
    pub notice: Option<(u16, Tone)>,
    /// How sure the agent is.
    pub confidence: f64,
    /// Of the customer's last words.
    pub sentiment: f64,
    /// What the grounding check said.
    pub grounding: Grounding,
    /// Who wrote the text.
    pub text: TextSource,
    /// Invoices the step touches; empty: the whole account.
    pub touches: Vec<InvoiceId>,
    /// The mail it answers: its own `reply_pending` block does not count.
    pub answers: Option<InboundId>,
    /// Readings it follows from.
    pub intents: BTreeSet<Intent>,
    /// A step against the debtor.
    pub adverse: bool,
    /// Terms come from the company's grid.
    pub within_grid: Option<bool>,
    /// Ledger rows prove it.
    pub ledger_evidence: Option<bool>,
    /// Contact rules forbid a message right now (cap, cooldown); `None`: not looked at.
    pub timing: Option<Timing>,
    /// No model-written message went to this customer before.
    pub first_ai_message: Option<bool>,
    /// The account moved since it was read.
    pub moved: bool,
}

/// Contact rules at the moment of the decision.
#[derive(Clone, Copy, Default, Debug)]
pub struct Timing {
    /// Outside the contact hours.
    pub outside_window: bool,
    /// Cap reached.
    pub cap_reached: bool,
    /// Cooldown runs.
    pub cooldown: bool,
}

impl From<domain::letter::Purpose> for Purpose {
    fn from(purpose: domain::letter::Purpose) -> Self {
        use domain::letter::Purpose as Letter;
        match purpose {
            Letter::DocumentCopy => Self::DocumentCopy,
            Letter::AnswerBalance => Self::Answer,
            Letter::PlanOffer => Self::PlanOffer,
            Letter::BrokenPromise => Self::BrokenPromise,
            Letter::Courtesy | Letter::Friendly | Letter::Firm | Letter::Final => Self::DunningNotice,
            Letter::PromiseConfirmation
            | Letter::DisputeAck
            | Letter::PaymentClaimAck
            | Letter::AskForDate
            | Letter::PlanAccepted
            | Letter::GenericAck => Self::Acknowledgement,
        }
    }
}

impl StepFacts {
    /// A step that code computed without text: certain, grounded, about the whole account.
    #[must_use]
    pub fn computed(action: ActionType) -> Self {
        Self {
            action,
            purpose: None,
            notice: None,
            confidence: 1.0,
            sentiment: 0.0,
            grounding: Grounding::Certified,
            text: TextSource::None,
            touches: Vec::new(),
            answers: None,
            intents: BTreeSet::new(),
            adverse: false,
            within_grid: None,
            ledger_evidence: None,
            timing: Some(Timing::default()),
            first_ai_message: Some(false),
            moved: false,
        }
    }
}

impl StepFacts {
    /// The facts of an action without a text of its own.
    #[must_use]
    pub fn of_action(action: &Action, snapshot: &Snapshot) -> Self {
        let base = Self::computed(action.action_type());
        match action {
            Action::MarkPaid { invoice, evidence } => {
                let proven = match evidence {
                    Evidence::Ledger { .. } => snapshot.settled.iter().any(|s| s.invoice == *invoice),
                    Evidence::Receipt { receipt } => snapshot.receipts.iter().any(|r| r.id == *receipt),
                };
                Self { touches: vec![*invoice], ledger_evidence: Some(proven), ..base }
            }
            Action::Pause { block, .. } => {
                Self { touches: block.invoice.into_iter().collect(), answers: block.inbound, ..base }
            }
            Action::ScheduleFollowUp { block, .. } => {
                Self { answers: block.as_ref().and_then(|b| b.inbound), ..base }
            }
            Action::Escalate { inbound, .. } => Self { answers: *inbound, ..base },
            Action::Resume { .. } | Action::SendMessage { .. } | Action::OfferPaymentPlan { .. } => base,
        }
    }
}

impl Facts {
    /// Everything the rules may ask about `step` on this account.
    #[must_use]
    pub fn of_account(snapshot: &Snapshot, step: &StepFacts) -> Self {
        let settings = &snapshot.company.settings;
        let currency = snapshot.account.currency;
        let touched = |invoice: InvoiceId| step.touches.is_empty() || step.touches.contains(&invoice);
        let blocks = standing(snapshot, step);
        let has = |reason| blocks.contains(&reason);
        let residuals = snapshot.items.iter().map(OpenItem::residual).collect::<Result<Vec<_>, _>>();
        let total = residuals.and_then(|r| Money::sum(currency, r)).ok();
        let limit =
            |amount: Option<Decimal>| amount.and_then(|a| Money::new(a, currency).ok()).map(Limit::UpTo);
        // No four-eyes limit means that the company wants none; no automatic limit means it never said.
        let four_eyes = match settings.approvals.four_eyes_limit {
            None => Some(Limit::Unlimited),
            Some(amount) => limit(Some(amount)),
        };
        let conversations = snapshot.items.iter().filter_map(|i| i.conversation.as_ref()).map(|c| c.autonomy);
        let of_action = settings.approvals.autonomy.get(&step.action).copied();
        let strictest = conversations.chain(of_action).fold(snapshot.autonomy(), std::cmp::Ord::max);
        let stage = snapshot.items.iter().filter_map(|i| i.conversation.as_ref()).map(|c| c.stage).max();
        Self {
            purpose: step.purpose,
            autonomy: Some(strictest),
            stage,
            debtor: Some(snapshot.customer.kind),
            level: step.notice.map(|(level, _)| level),
            levels: step.notice.map(|_| snapshot.company.procedure.len()),
            tone: step.notice.map(|(_, tone)| tone),
            total,
            auto_limit: limit(settings.approvals.auto_limit),
            four_eyes_limit: four_eyes,
            confidence: Some(step.confidence),
            confidence_floor: Some(settings.approvals.confidence_floor),
            sentiment: Some(step.sentiment),
            grounding: Some(step.grounding),
            text: Some(step.text),
            recipient: Some(if snapshot.recipients().is_empty() {
                Recipient::None
            } else {
                Recipient::Known
            }),
            paid: total.map(|t| t.is_zero()),
            open_dispute: Some(has(BlockReason::Dispute)),
            open_promise: Some(
                has(BlockReason::Promise)
                    || snapshot.promises.iter().any(|p| p.state == PromiseState::Open && touched(p.invoice)),
            ),
            plan_running: Some(
                has(BlockReason::PaymentPlan)
                    || snapshot
                        .plan
                        .as_ref()
                        .is_some_and(|p| matches!(p.state, PlanState::Offered | PlanState::Active)),
            ),
            opted_out: Some(has(BlockReason::OptOut)),
            do_not_contact: Some(snapshot.customer.do_not_contact),
            legal: Some(has(BlockReason::Legal)),
            hardship: Some(has(BlockReason::Hardship)),
            bank_change: Some(has(BlockReason::Fraud)),
            outside_window: step.timing.map(|t| t.outside_window),
            cap_reached: step.timing.map(|t| t.cap_reached),
            cooldown: step.timing.map(|t| t.cooldown),
            ledger_stale: Some(ledger_is_stale(snapshot)),
            snapshot_stale: Some(step.moved),
            unapplied_receipt: Some(!snapshot.receipts.is_empty()),
            reply_pending: Some(has(BlockReason::ReplyPending)),
            kill_switch: Some(has(BlockReason::KillSwitch)),
            adverse: Some(step.adverse),
            first_ai_message: step.first_ai_message,
            within_grid: step.within_grid,
            ledger_evidence: step.ledger_evidence,
            blocks: Some(blocks),
            intents: Some(step.intents.clone()),
            ..Self::unknown(step.action)
        }
    }
}

/// Reasons of the blocks that stand on what the step touches.
fn standing(snapshot: &Snapshot, step: &StepFacts) -> BTreeSet<BlockReason> {
    let counts = |scope: BlockScope| match scope {
        BlockScope::Company | BlockScope::Customer => true,
        BlockScope::Invoice(id) => step.touches.is_empty() || step.touches.contains(&id),
    };
    snapshot
        .blocks
        .iter()
        .filter(|b| counts(b.scope))
        .filter(|b| {
            !(b.reason == BlockReason::ReplyPending && step.answers.is_some() && b.inbound == step.answers)
        })
        .map(|b| b.reason)
        .collect()
}
