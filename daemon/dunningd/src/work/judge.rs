//! From facts to a decision to the rows that record it.

use chrono::{DateTime, TimeDelta, Utc};
use domain::action::Action;
use domain::ids::{ActionId, ConversationId, OutreachId};
use domain::kinds::{ActionStatus, ActionType};
use domain::money::Money;
use domain::snapshot::Snapshot;
use policies::{Decision, Facts, PolicySet, StepFacts, Verdict};
use store::settle::{ActContext, NewAction, NewDecision};

/// A decision with the facts it saw.
pub struct Judged {
    /// The decision.
    pub decision: Decision,
    /// The facts, as stored.
    pub facts: serde_json::Value,
    /// How sure the agent was.
    pub confidence: f64,
    /// What is at stake.
    pub total: Option<Money>,
}

/// Asks the policies.
pub fn decide(policies: &PolicySet, snapshot: &Snapshot, step: &StepFacts) -> anyhow::Result<Judged> {
    let facts = Facts::of_account(snapshot, step);
    let decision = policies.decide(&facts);
    let total = facts.total;
    Ok(Judged { decision, facts: serde_json::to_value(&facts)?, confidence: step.confidence, total })
}

impl Judged {
    /// Reason codes.
    #[must_use]
    pub fn codes(&self) -> Vec<String> {
        self.decision.codes().into_iter().map(str::to_owned).collect()
    }

    /// Who answers for a step taken under this decision.
    #[must_use]
    pub fn responsible(&self) -> String {
        format!("policy:{}", self.decision.policy_version)
    }
}

/// The conversation that carries the account: that of its oldest open item.
#[must_use]
pub fn carrier(snapshot: &Snapshot) -> Option<ConversationId> {
    snapshot
        .items
        .iter()
        .find_map(|i| i.conversation.as_ref().map(|c| c.id))
        .or_else(|| snapshot.settled.first().map(|s| s.conversation))
}

/// The conversation an action belongs to: that of its invoice, else the carrier.
fn conversation_of(action: &Action, snapshot: &Snapshot) -> Option<ConversationId> {
    let invoice = match action {
        Action::MarkPaid { invoice, .. } => Some(*invoice),
        Action::Pause { block, .. } => block.invoice,
        Action::SendMessage { .. }
        | Action::ScheduleFollowUp { .. }
        | Action::OfferPaymentPlan { .. }
        | Action::Escalate { .. }
        | Action::Resume { .. } => None,
    };
    let of_item =
        || snapshot.items.iter().find(|i| Some(i.invoice) == invoice)?.conversation.as_ref().map(|c| c.id);
    let of_settled = || snapshot.settled.iter().find(|s| Some(s.invoice) == invoice).map(|s| s.conversation);
    of_item().or_else(of_settled).or_else(|| carrier(snapshot))
}

/// What a reviewer reads about an action that has no letter.
#[must_use]
pub fn reasoning(action: &Action) -> String {
    match action {
        Action::MarkPaid { .. } => "The ledger covers the invoice; close its conversation.".to_owned(),
        Action::Resume { .. } => "The date until which the chase stood still has come.".to_owned(),
        Action::Escalate { reason, .. } => {
            format!("Hand over to a person: {}.", reason.code().replace('_', " "))
        }
        Action::Pause { block, .. } => {
            format!("Stop the chase: {}.", block.reason.as_str().replace('_', " "))
        }
        Action::ScheduleFollowUp { on, .. } => format!("Look at the account again on {on}."),
        Action::SendMessage { .. } => "Send the drafted message.".to_owned(),
        Action::OfferPaymentPlan { .. } => "Offer a plan from the company's grid.".to_owned(),
    }
}

/// The row of an action that acts or is proposed.
#[must_use]
pub fn action_row(
    snapshot: &Snapshot,
    action: Action,
    judged: &Judged,
    reasoning: &str,
    dedupe_key: Option<String>,
) -> Option<NewAction> {
    let now = snapshot.as_of;
    let outreach = match action {
        Action::SendMessage { outreach } | Action::OfferPaymentPlan { outreach, .. } => Some(outreach),
        Action::ScheduleFollowUp { .. }
        | Action::Escalate { .. }
        | Action::Pause { .. }
        | Action::Resume { .. }
        | Action::MarkPaid { .. } => None,
    };
    let acts = judged.decision.verdict == Verdict::Act;
    let expires = TimeDelta::hours(snapshot.company.settings.approvals.expire_hours.into());
    Some(NewAction {
        id: ActionId::new(),
        customer: snapshot.customer.id,
        currency: snapshot.account.currency,
        conversation: conversation_of(&action, snapshot)?,
        outreach,
        inbound: None,
        verdict: judged.decision.verdict.as_str(),
        reasons: judged.codes(),
        policy_version: judged.decision.policy_version.clone(),
        facts: judged.facts.clone(),
        confidence: judged.confidence,
        reasoning: reasoning.to_owned(),
        // A letter is approved now and executed when the mail server took it.
        status: match (acts, outreach) {
            (true, Some(_)) => ActionStatus::Approved,
            (true, None) => ActionStatus::Executed,
            (false, _) => ActionStatus::PendingApproval,
        },
        expires_at: (!acts).then(|| now + expires),
        account_version: snapshot.version,
        dedupe_key,
        amount: judged.total,
        action,
        at: now,
    })
}

/// The row of a decision that came to nothing.
#[must_use]
pub fn decision_row(
    snapshot: &Snapshot,
    action_type: ActionType,
    judged: &Judged,
    outreach: Option<OutreachId>,
) -> NewDecision {
    NewDecision {
        customer: snapshot.customer.id,
        currency: snapshot.account.currency,
        conversation: carrier(snapshot),
        outreach,
        action: None,
        action_type,
        verdict: judged.decision.verdict.as_str(),
        reasons: judged.codes(),
        policy_version: judged.decision.policy_version.clone(),
        facts: judged.facts.clone(),
        at: snapshot.as_of,
    }
}

/// Where and when an action is executed.
#[must_use]
pub fn context(snapshot: &Snapshot, action: Option<ActionId>, what: &Action) -> ActContext {
    ActContext {
        action,
        customer: snapshot.customer.id,
        currency: snapshot.account.currency,
        conversation: conversation_of(what, snapshot),
        at: snapshot.as_of,
        today: snapshot.today,
        send_after: send_after(snapshot, snapshot.as_of),
        approved_by: None,
    }
}

/// When an automatic message may leave: after the company's hold-back.
#[must_use]
pub fn send_after(snapshot: &Snapshot, now: DateTime<Utc>) -> DateTime<Utc> {
    now + TimeDelta::minutes(snapshot.company.settings.contact.hold_back_minutes.into())
}
