//! Deciding on a proposal: approve, edit, reject.
//!
//! Why: an approval is given for what a person saw; what is sent is what is true now (I13). Guarantees:
//! the account and the proposal are locked, the ledger is read again, the text is proven again, the
//! policies are asked about the person and once more about the step; only then, in the same commit, the
//! action is carried out under the person's name. A ledger that moved voids the draft and says what moved.

use crate::State;
use crate::problem::Problem;
use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use domain::facts::{Facts as LetterFacts, LetterContext};
use domain::grounding::{Certificate, Finding, Parts, Severity, ground, ground_accepting, tidy};
use domain::ids::{ActionId, CompanyId, OutreachId, UserId};
use domain::kinds::{ActionStatus, UserRole};
use domain::locale;
use domain::reason::Reason;
use domain::revalidate::{Objection, Prepared, revalidate};
use domain::snapshot::Snapshot;
use policies::{Decision, Facts, Grounding, ReviewAction, ReviewFacts, StepFacts, TextSource, Verdict};
use serde_json::{Value, json};
use store::dispatch::ToSend;
use store::proposals::{self, Edit, LockedProposal};
use store::settle::ActContext;
use store::{Actor, TenantTx};

/// Who decides, and where.
#[derive(Clone, Copy, Debug)]
pub struct Reviewer {
    /// The tenant.
    pub company: CompanyId,
    /// The person.
    pub user: UserId,
    /// What the person may do.
    pub role: UserRole,
}

/// What came of an approval.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "result")]
pub enum Approved {
    /// Carried out; a letter leaves at `send_after` at the earliest.
    Done {
        /// When.
        send_after: Option<DateTime<Utc>>,
    },
    /// Counted; above the company's limit a second person approves.
    SecondPersonNeeded,
}

/// Everything that must be looked at again before a decision.
struct Desk {
    tx: TenantTx,
    proposal: LockedProposal,
    snapshot: Snapshot,
    letter: Option<ToSend>,
}

impl Desk {
    /// Locks account and proposal and reads the ledger again.
    async fn open(state: &State, who: Reviewer, id: ActionId, expected: i64) -> Result<Self, Problem> {
        let now = (state.now)();
        let mut tx = state.db.tenant(who.company, &Actor::User(who.user)).await?;
        let (customer, currency) = proposals::proposal_account(&mut tx, id).await?;
        store::snapshot::account_lock(&mut tx, customer, currency).await?;
        let proposal = proposals::proposal_lock(&mut tx, id).await?;
        if proposal.status != ActionStatus::PendingApproval {
            let detail = format!("this proposal is {} already", proposal.status);
            return Err(Problem::conflict("decided", detail).with("status", json!(proposal.status)));
        }
        if proposal.version != expected {
            return Err(store::StoreError::Version { expected, actual: proposal.version }.into());
        }
        let snapshot = store::snapshot::account_snapshot(&mut tx, customer, currency, now).await?;
        let snapshot = snapshot.ok_or_else(Problem::not_found)?;
        let letter = match proposal.outreach {
            Some(outreach) => store::dispatch::letter(&mut tx, outreach).await?,
            None => None,
        };
        Ok(Self { tx, proposal, snapshot, letter })
    }
}

/// Approves a proposal.
pub async fn approve(
    state: &State,
    who: Reviewer,
    id: ActionId,
    expected: i64,
    note: Option<&str>,
) -> Result<Approved, Problem> {
    let now = (state.now)();
    let mut desk = Desk::open(state, who, id, expected).await?;
    let mut send_after = now;
    let mut step = StepFacts::of_action(&desk.proposal.action, &desk.snapshot);
    let mut accepted = false;
    if let Some(letter) = &desk.letter {
        match revalidate(&prepared(letter), &desk.snapshot, &state.holidays) {
            Ok(()) => {}
            Err(Objection::Later { until, .. }) => send_after = until,
            Err(Objection::Stale(why)) => {
                let letter = letter.id;
                return Err(moved(desk, letter, why, state).await);
            }
        }
        let context = context(letter)?;
        let (grounding, findings) = prove(letter, &context, &desk.snapshot)?;
        accepted = findings.is_empty() && has_accepted(letter);
        step.grounding = if accepted { Grounding::Wording } else { grounding };
        step.purpose = Some(context.purpose.into());
        step.text =
            if letter.drafted_by.starts_with("model:") { TextSource::Model } else { TextSource::Template };
        step.touches = letter.items.iter().map(|i| i.invoice).collect();
        step.answers = desk.proposal.inbound;
    }
    let policies = state.daemon.policies(&mut desk.tx).await.map_err(policy_failed)?;
    let again = policies.decide(&Facts::of_account(&desk.snapshot, &step));
    // A letter that may not leave now waits in the outbox; anything else is not done now.
    if again.verdict == Verdict::Refuse || (again.verdict == Verdict::Hold && desk.letter.is_none()) {
        return Err(denied(&again));
    }
    let allowed = policies.authorize_review(&review(&desk, who, &step, accepted, now));
    match allowed.verdict {
        Verdict::Act => {}
        Verdict::Hold => {
            proposals::proposal_approval_add(&mut desk.tx, id, who.user, now).await?;
            desk.tx.commit().await?;
            return Ok(Approved::SecondPersonNeeded);
        }
        Verdict::Propose | Verdict::Refuse => return Err(denied(&allowed)),
    }
    carry_out(state, desk, who, id, note, now, send_after).await
}

async fn carry_out(
    state: &State,
    desk: Desk,
    who: Reviewer,
    id: ActionId,
    note: Option<&str>,
    now: DateTime<Utc>,
    send_after: DateTime<Utc>,
) -> Result<Approved, Problem> {
    let Desk { mut tx, proposal, snapshot, letter } = desk;
    proposals::proposal_mark_approved(&mut tx, id, who.user, note, now).await?;
    let context = ActContext {
        action: Some(id),
        customer: proposal.customer,
        currency: proposal.currency,
        conversation: Some(proposal.conversation),
        at: now,
        today: snapshot.today,
        send_after,
        approved_by: Some(who.user),
    };
    store::settle::action_execute(&mut tx, &proposal.action, &context).await?;
    if letter.is_none() {
        proposals::proposal_mark_executed(&mut tx, id, now).await?;
    }
    if let Some(inbound) = proposal.inbound {
        store::inbound::reply_settle_if_done(&mut tx, inbound, now).await?;
    }
    store::settle::account_wake(&mut tx, proposal.customer, Some(proposal.currency), now).await?;
    tx.commit().await?;
    state.daemon.wake();
    Ok(Approved::Done { send_after: letter.is_some().then_some(send_after) })
}

/// Changes the text of a proposal. Hard findings refuse; wording findings need `accept_wording`.
pub async fn edit(
    state: &State,
    who: Reviewer,
    id: ActionId,
    expected: i64,
    subject: &str,
    body: &str,
    accept_wording: bool,
) -> Result<i64, Problem> {
    let now = (state.now)();
    let mut desk = Desk::open(state, who, id, expected).await?;
    let Some(letter) = &desk.letter else { return Err(Problem::bad("this proposal has no text to edit")) };
    let policies = state.daemon.policies(&mut desk.tx).await.map_err(policy_failed)?;
    let facts = ReviewFacts {
        role: Some(who.role),
        action: Some(desk.proposal.action.action_type()),
        ..ReviewFacts::unknown(ReviewAction::Edit)
    };
    let allowed = policies.authorize_review(&facts);
    if allowed.verdict != Verdict::Act {
        return Err(denied(&allowed));
    }
    let (subject, body) = (tidy(subject), tidy(body));
    let context = context(letter)?.refreshed(&desk.snapshot).map_err(|_| ledger_moved(Reason::Stale))?;
    let facts = LetterFacts::build(&desk.snapshot, &context).map_err(|_| ledger_moved(Reason::Stale))?;
    let language = locale::choose(&letter.language).language;
    let parts = Parts { subject: &subject, body: &body };
    let certificate = match ground(parts, &facts, language) {
        Ok(certificate) => certificate,
        Err(findings) if accept_wording && findings.iter().all(|f| f.severity == Severity::Wording) => {
            let parts = Parts { subject: &subject, body: &body };
            ground_accepting(parts, &facts, language, &findings).map_err(|f| unproven(&f))?
        }
        Err(findings) => return Err(unproven(&findings)),
    };
    let grounding = to_json(&certificate)?;
    let edit = Edit { subject, body_text: body, body_html: None, grounding };
    let version = proposals::proposal_edit(&mut desk.tx, id, &edit, expected, now).await?;
    desk.tx.commit().await?;
    Ok(version)
}

/// Says no, with a reason. The step may be proposed again after `snooze_days`.
pub async fn reject(
    state: &State,
    who: Reviewer,
    id: ActionId,
    expected: i64,
    reason: &str,
    snooze_days: Option<u16>,
) -> Result<(), Problem> {
    let now = (state.now)();
    let mut desk = Desk::open(state, who, id, expected).await?;
    let policies = state.daemon.policies(&mut desk.tx).await.map_err(policy_failed)?;
    let facts = ReviewFacts {
        role: Some(who.role),
        action: Some(desk.proposal.action.action_type()),
        ..ReviewFacts::unknown(ReviewAction::Reject)
    };
    let allowed = policies.authorize_review(&facts);
    if allowed.verdict != Verdict::Act {
        return Err(denied(&allowed));
    }
    let days = snooze_days.unwrap_or(desk.snapshot.company.settings.approvals.reject_snooze_days);
    let until = now + TimeDelta::days(days.into());
    proposals::proposal_reject(&mut desk.tx, id, who.user, reason, until, expected, now).await?;
    if let Some(inbound) = desk.proposal.inbound {
        store::inbound::reply_settle_if_done(&mut desk.tx, inbound, now).await?;
    }
    desk.tx.commit().await?;
    state.daemon.wake();
    Ok(())
}

/// The draft is void: commit that, and tell the person what moved.
async fn moved(mut desk: Desk, letter: OutreachId, why: Reason, state: &State) -> Problem {
    let now = (state.now)();
    let voided = store::dispatch::outreach_void(&mut desk.tx, letter, why, now).await;
    match voided {
        Ok(()) => match desk.tx.commit().await {
            Ok(()) => {
                state.daemon.wake();
                ledger_moved(why)
            }
            Err(error) => error.into(),
        },
        Err(error) => error.into(),
    }
}

fn ledger_moved(why: Reason) -> Problem {
    let detail = format!("the draft no longer holds: {why}. A new one follows if it is still due");
    Problem::conflict("moved", detail).with("reason", json!(why.code()))
}

fn prepared(letter: &ToSend) -> Prepared {
    Prepared {
        outreach: letter.id,
        kind: letter.kind,
        cycle: letter.cycle,
        level: letter.level,
        items: letter.items.iter().map(|i| (i.invoice, i.residual)).collect(),
        recipients: letter.recipients.iter().chain(&letter.cc).cloned().collect(),
        drafted_at: letter.drafted_at,
    }
}

fn context(letter: &ToSend) -> Result<LetterContext, Problem> {
    serde_json::from_value(letter.snapshot.clone()).map_err(|_| internal())
}

/// Proves the text as it stands from the ledger as it stands.
fn prove(
    letter: &ToSend,
    context: &LetterContext,
    now: &Snapshot,
) -> Result<(Grounding, Vec<Finding>), Problem> {
    let certificate: Certificate =
        serde_json::from_value(letter.grounding.clone()).map_err(|_| internal())?;
    let parts = Parts { subject: &letter.subject, body: &letter.body_text };
    let language = locale::choose(&letter.language).language;
    if domain::grounding::verify(parts, &certificate, context, now, language).is_ok() {
        return Ok((Grounding::Certified, Vec::new()));
    }
    let fresh = context
        .refreshed(now)
        .and_then(|c| LetterFacts::build(now, &c))
        .map_err(|_| ledger_moved(Reason::Stale))?;
    let parts = Parts { subject: &letter.subject, body: &letter.body_text };
    let findings = ground(parts, &fresh, language).err().unwrap_or_default();
    let hard = findings.iter().any(|f| f.severity == Severity::Hard);
    Ok((if hard { Grounding::Hard } else { Grounding::Wording }, findings))
}

/// The certificate bears wording findings that a person answered for.
fn has_accepted(letter: &ToSend) -> bool {
    letter.grounding.get("accepted").and_then(Value::as_array).is_some_and(|a| !a.is_empty())
}

fn review(desk: &Desk, who: Reviewer, step: &StepFacts, accepted: bool, now: DateTime<Utc>) -> ReviewFacts {
    let facts = Facts::of_account(&desk.snapshot, step);
    ReviewFacts {
        role: Some(who.role),
        action: Some(desk.proposal.action.action_type()),
        purpose: step.purpose,
        findings: Some(step.grounding),
        override_wording: Some(accepted),
        total: facts.total,
        four_eyes_limit: facts.four_eyes_limit,
        second_person: Some(desk.proposal.approvals.iter().any(|u| *u != who.user)),
        expired: Some(desk.proposal.expires_at.is_some_and(|at| at <= now)),
        stale: Some(false),
        ..ReviewFacts::unknown(ReviewAction::Approve)
    }
}

fn denied(decision: &Decision) -> Problem {
    let why = decision.reasons.first().map_or("a policy forbids it", |r| r.text.as_str());
    Problem::forbidden(why)
        .with("reasons", json!(decision.codes()))
        .with("policy_version", json!(decision.policy_version))
}

fn unproven(findings: &[Finding]) -> Problem {
    let detail = "the text says what the ledger does not; see `findings`";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "ungrounded", detail).with("findings", json!(findings))
}

fn policy_failed(_: String) -> Problem {
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "policies",
        "the company's policies cannot be loaded; run `dunningd doctor`",
    )
}

fn internal() -> Problem {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the stored draft cannot be read")
}

fn to_json(certificate: &Certificate) -> Result<Value, Problem> {
    serde_json::to_value(certificate).map_err(|_| internal())
}
