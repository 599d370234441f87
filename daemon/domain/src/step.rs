//! `next_step`: what to do about an account now.
//!
//! Why: this is the heart of the chase, and the place where restraint is decided, so it is one pure
//! function from a snapshot to a step. Guarantees: no level is skipped, a notice is never earlier than
//! the procedure and the contact rules allow, a block always wins, and whatever is not done comes
//! with its reason. Does not: write text, decide about autonomy, touch the database.
//!
//! The account's dunning level is the highest level at which any chaseable item was listed. When the
//! items that carried it are settled or blocked, the account is re-anchored ([`anchor`]): a new cycle
//! begins at the level of what remains, so that an item two days late is not met with the tone meant
//! for another one.

use crate::action::{EscalationReason, Evidence};
use crate::calendar::{ContactWindow, Holidays, Place, QuietHours, at_local, next_slot};
use crate::ids::{BlockId, InvoiceId, PromiseId};
use crate::kinds::{ActionType, BlockReason, OutreachState, PromiseState};
use crate::money::{Money, MoneyError};
use crate::procedure::{Level, Tone};
use crate::reason::Reason;
use crate::snapshot::{BlockFacts, BlockScope, OpenItem, ReceiptFacts, SettledItem, Snapshot};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

/// What to do now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// Nothing is owed and nothing is open.
    Settled,
    /// Close what the ledger shows as paid.
    Close(Vec<SettledItem>),
    /// A block's date has come: lift it.
    Resume(BlockId),
    /// Nothing yet; look again at `until`.
    Wait {
        /// When to look again.
        until: DateTime<Utc>,
        /// Why not now.
        why: Reason,
    },
    /// Something else must happen first; look again at `until`, or when the ledger moves.
    Blocked {
        /// What is in the way.
        why: Reason,
        /// When the obstacle ends by itself, if it does.
        until: Option<DateTime<Utc>>,
    },
    /// Send a dunning notice.
    Notice(Notice),
    /// Write about a broken promise.
    BrokenPromise {
        /// The promise.
        promise: PromiseId,
        /// Every overdue item.
        items: Vec<InvoiceId>,
        /// The new date.
        pay_by: NaiveDate,
    },
    /// Hand over to a person.
    Escalate(EscalationReason),
    /// Book a receipt that matches an invoice exactly.
    MarkPaid {
        /// The invoice.
        invoice: InvoiceId,
        /// The receipt.
        evidence: Evidence,
    },
}

/// A dunning notice to be drafted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// The cycle it belongs to (already re-anchored).
    pub cycle: i32,
    /// Its level, from 1.
    pub level: u16,
    /// How it speaks.
    pub tone: Tone,
    /// The date it asks for.
    pub pay_by: NaiveDate,
    /// What it lists.
    pub items: Vec<Listed>,
}

/// An item of a notice, with its level before and after.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Listed {
    /// The invoice.
    pub invoice: InvoiceId,
    /// Level before.
    pub before: u16,
    /// Level once the notice is sent.
    pub after: u16,
}

/// Cycle and level of the account as of now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Anchor {
    /// Cycle.
    pub cycle: i32,
    /// Highest level among chaseable items.
    pub level: u16,
}

/// Re-anchors the account: when no chaseable item carries the account's level any more, a new cycle
/// begins.
#[must_use]
pub fn anchor(snapshot: &Snapshot) -> Anchor {
    let level = snapshot.chaseable().map(|i| i.level).max().unwrap_or(0);
    let cycle = snapshot.account.cycle + i32::from(level < snapshot.account.level);
    Anchor { cycle, level }
}

/// What to do about the account at the snapshot's moment.
pub fn next_step(snapshot: &Snapshot, holidays: &Holidays) -> Result<Step, MoneyError> {
    for item in &snapshot.items {
        item.residual()?; // an account whose amounts cannot be computed goes no further
    }
    if !snapshot.settled.is_empty() {
        return Ok(Step::Close(snapshot.settled.clone()));
    }
    if snapshot.items.iter().all(|i| i.residual().is_ok_and(|r| r.is_zero())) {
        return Ok(Step::Settled);
    }
    if let Some((receipt, item)) = exact_receipt(snapshot)? {
        let evidence = Evidence::Receipt { receipt: receipt.id };
        return Ok(Step::MarkPaid { invoice: item.invoice, evidence });
    }
    let over = |b: &&BlockFacts| !b.resume_pending && b.until.is_some_and(|until| until <= snapshot.today);
    if let Some(block) = snapshot.blocks.iter().find(over) {
        return Ok(Step::Resume(block.id));
    }
    if let Some(step) = obstacle(snapshot) {
        return Ok(step);
    }
    let wait_or = |step: Step| -> Step {
        match contact_time(snapshot, holidays) {
            Ok(None) => step,
            Ok(Some((until, why))) => Step::Wait { until, why },
            Err(why) => Step::Blocked { why, until: None },
        }
    };
    if snapshot.broken_promises >= snapshot.company.settings.promises.broken_before_escalation
        && snapshot.promises.iter().any(|p| p.state == PromiseState::Broken && !p.answered)
    {
        return Ok(Step::Escalate(EscalationReason::PromisesBroken));
    }
    let overdue: Vec<&OpenItem> =
        snapshot.chaseable().filter(|i| i.days_overdue(snapshot.today) > 0).collect();
    let broken = snapshot.promises.iter().find(|p| {
        p.state == PromiseState::Broken && !p.answered && overdue.iter().any(|i| i.invoice == p.invoice)
    });
    if let Some(promise) = broken {
        let items = overdue.iter().map(|i| i.invoice).collect();
        let pay_by = pay_by(snapshot, 7);
        return Ok(wait_or(Step::BrokenPromise { promise: promise.id, items, pay_by }));
    }
    Ok(match notice(snapshot) {
        Step::Notice(n)
            if total(snapshot, &n)?.amount() < snapshot.company.settings.contact.minimum_total =>
        {
            Step::Blocked { why: Reason::BelowMinimum, until: None }
        }
        Step::Notice(n) => wait_or(Step::Notice(n)),
        other @ (Step::Settled
        | Step::Close(_)
        | Step::Resume(_)
        | Step::Wait { .. }
        | Step::Blocked { .. }
        | Step::BrokenPromise { .. }
        | Step::Escalate(_)
        | Step::MarkPaid { .. }) => other,
    })
}

/// A receipt whose amount is exactly one item's residual and whose text names that invoice, and no
/// other item of the account.
fn exact_receipt(snapshot: &Snapshot) -> Result<Option<(&ReceiptFacts, &OpenItem)>, MoneyError> {
    for receipt in &snapshot.receipts {
        let mut named = snapshot.items.iter().filter(|i| names(&receipt.reference, &i.number));
        if let (Some(item), None) = (named.next(), named.next())
            && item.residual()? == receipt.amount
        {
            return Ok(Some((receipt, item)));
        }
    }
    Ok(None)
}

/// `number` stands in `text` as a whole: not inside a longer number or word.
fn names(text: &str, number: &str) -> bool {
    let (text, number) = (text.to_ascii_uppercase(), number.trim().to_ascii_uppercase());
    if number.len() < 3 {
        return false;
    }
    text.match_indices(&number).any(|(start, found)| {
        let before = text.get(..start).and_then(|s| s.chars().next_back());
        let after = text.get(start + found.len()..).and_then(|s| s.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// Whatever forbids contact regardless of level and date.
fn obstacle(snapshot: &Snapshot) -> Option<Step> {
    let blocked = |why| Some(Step::Blocked { why, until: None });
    if let Some(block) = snapshot.block_on_account() {
        let until = block.until.map(|d| midnight(snapshot, d));
        return Some(Step::Blocked { why: Reason::Blocked(block.reason), until });
    }
    if snapshot.customer.do_not_contact {
        return blocked(Reason::DoNotContact);
    }
    if snapshot.pending_actions.contains(&ActionType::Escalate) {
        return blocked(Reason::AwaitingApproval);
    }
    for pending in &snapshot.pending {
        match pending.state {
            OutreachState::Proposed | OutreachState::Drafted => return blocked(Reason::AwaitingApproval),
            OutreachState::Queued
            | OutreachState::Claimed
            | OutreachState::Transmitting
            | OutreachState::InDoubt => return blocked(Reason::InFlight),
            OutreachState::Sent | OutreachState::Failed | OutreachState::Stale | OutreachState::Cancelled => {
            }
        }
    }
    if ledger_is_stale(snapshot) {
        return blocked(Reason::LedgerStale);
    }
    if !snapshot.receipts.is_empty() {
        return blocked(Reason::UnappliedReceipt);
    }
    if snapshot.unapplied_credit.is_positive() {
        return blocked(Reason::UnappliedCredit);
    }
    if snapshot.chaseable().next().is_none() {
        return Some(all_items_blocked(snapshot));
    }
    if snapshot.recipients().is_empty() {
        return blocked(Reason::NoAddress);
    }
    None
}

/// The ledger was read longer ago than the company allows, or never.
#[must_use]
pub fn ledger_is_stale(snapshot: &Snapshot) -> bool {
    let limit = TimeDelta::hours(snapshot.company.settings.contact.ledger_max_age_hours.into());
    snapshot.company.ledger_read_at.is_none_or(|read| snapshot.as_of - read > limit)
}

fn all_items_blocked(snapshot: &Snapshot) -> Step {
    let standing: Vec<_> = snapshot.items.iter().filter_map(|i| snapshot.block_on(i)).collect();
    let why = standing.first().map_or(BlockReason::Manual, |b| b.reason);
    let until = standing.iter().filter_map(|b| b.until).min().map(|d| midnight(snapshot, d));
    debug_assert!(standing.iter().all(|b| matches!(b.scope, BlockScope::Invoice(_))));
    Step::Blocked { why: Reason::Blocked(why), until }
}

/// The notice that the procedure asks for, before contact rules.
fn notice(snapshot: &Snapshot) -> Step {
    let procedure = &snapshot.company.procedure;
    let anchor = anchor(snapshot);
    let today = snapshot.today;
    let carriers: Vec<&OpenItem> = snapshot.chaseable().filter(|i| i.level == anchor.level).collect();
    let overdue_carrier = carriers.iter().any(|i| i.days_overdue(today) > 0);
    let next =
        procedure.levels().find(|(n, l)| *n > anchor.level && !(overdue_carrier && l.tone == Tone::Courtesy));
    let Some((number, level)) = next else {
        return exhausted(snapshot, anchor.level);
    };
    let reached = |i: &&OpenItem| i.days_overdue(today) >= level.days_after_due.into();
    if !carriers.iter().any(reached) {
        let first = carriers.iter().filter_map(|i| shifted(i.due_date, level.days_after_due)).min();
        let until = midnight(snapshot, first.unwrap_or(today + Days::new(1)));
        return Step::Wait { until, why: Reason::NotDue };
    }
    if let Some(last) = snapshot.account.last_notice_at {
        let until = last + TimeDelta::days(level.min_days_since_previous.into());
        if until > snapshot.as_of {
            return Step::Wait { until, why: Reason::MinGap };
        }
    }
    let listed = listed(snapshot, anchor.level, number, level);
    Step::Notice(Notice {
        cycle: anchor.cycle,
        level: number,
        tone: level.tone,
        pay_by: pay_by(snapshot, level.pay_within_days),
        items: listed,
    })
}

/// Every overdue item (for a courtesy notice: every item near its due date), each moving at most one
/// applicable level.
fn listed(snapshot: &Snapshot, carried: u16, number: u16, level: &Level) -> Vec<Listed> {
    let today = snapshot.today;
    let procedure = &snapshot.company.procedure;
    let belongs = |i: &&OpenItem| {
        if level.tone == Tone::Courtesy {
            (level.days_after_due.into()..=0).contains(&i.days_overdue(today))
        } else {
            i.days_overdue(today) > 0
        }
    };
    let after = |i: &OpenItem| {
        if i.level == carried && i.days_overdue(today) >= level.days_after_due.into() {
            return number;
        }
        let own = procedure.levels().find(|(n, l)| *n > i.level && l.tone != Tone::Courtesy);
        match own {
            Some((n, l)) if n <= number && i.days_overdue(today) >= l.days_after_due.into() => n,
            Some(_) | None => i.level,
        }
    };
    snapshot
        .chaseable()
        .filter(belongs)
        .map(|i| Listed { invoice: i.invoice, before: i.level, after: after(i) })
        .collect()
}

/// The last level was sent: wait for its date, then a person takes over.
fn exhausted(snapshot: &Snapshot, level: u16) -> Step {
    let days = snapshot.company.procedure.level(level).map_or(0, |l| l.pay_within_days);
    let until = snapshot.account.last_notice_at.map(|at| at + TimeDelta::days(i64::from(days) + 1));
    match until {
        Some(until) if until > snapshot.as_of => Step::Wait { until, why: Reason::MinGap },
        Some(_) | None => Step::Escalate(EscalationReason::ProcedureExhausted),
    }
}

/// When contact rules push the message: `None` when it may go now. Never earlier than now (I6).
pub(crate) fn contact_time(
    snapshot: &Snapshot,
    holidays: &Holidays,
) -> Result<Option<(DateTime<Utc>, Reason)>, Reason> {
    let rules = &snapshot.company.settings.contact;
    let mut earliest = snapshot.as_of;
    let mut why = Reason::ContactHours;
    let mut push = |until: DateTime<Utc>, reason| {
        if until > earliest {
            (earliest, why) = (until, reason);
        }
    };
    if let Some(last) = snapshot.contacted_at.iter().max() {
        push(*last + TimeDelta::days(rules.cooldown_days.into()), Reason::Cooldown);
    }
    let window = TimeDelta::days(rules.cap_days.into());
    let mut recent: Vec<_> =
        snapshot.contacted_at.iter().filter(|at| **at + window > snapshot.as_of).copied().collect();
    recent.sort_unstable_by(|a, b| b.cmp(a));
    // With cap n, the n-th newest contact must have left the window.
    if let Some(nth) = usize::from(rules.cap_messages).checked_sub(1).and_then(|n| recent.get(n)) {
        push(*nth + window, Reason::Cap);
    }
    let slot = next_slot(earliest, &contact_window(snapshot)?, holidays).map_err(|_| Reason::ContactHours)?;
    Ok((slot.at > snapshot.as_of).then_some((slot.at, why)))
}

/// The debtor's contact window; an error when country or region on file are no such thing.
pub fn contact_window(snapshot: &Snapshot) -> Result<ContactWindow, Reason> {
    let rules = &snapshot.company.settings.contact;
    Ok(ContactWindow {
        zone: snapshot.customer_zone(),
        place: customer_place(snapshot)?,
        quiet: Some(QuietHours::outside(rules.earliest, rules.latest).map_err(|_| Reason::Misconfigured)?),
        business_days_only: rules.business_days_only,
    })
}

/// Where the debtor's holidays are those of.
pub fn customer_place(snapshot: &Snapshot) -> Result<Place, Reason> {
    Place::new(snapshot.customer_country(), snapshot.customer.region.as_deref())
        .map_err(|_| Reason::Misconfigured)
}

fn total(snapshot: &Snapshot, notice: &Notice) -> Result<Money, MoneyError> {
    let items = snapshot.items.iter().filter(|i| notice.items.iter().any(|l| l.invoice == i.invoice));
    Money::sum(snapshot.account.currency, items.map(OpenItem::residual).collect::<Result<Vec<_>, _>>()?)
}

fn pay_by(snapshot: &Snapshot, days: u16) -> NaiveDate {
    snapshot.today.checked_add_days(Days::new(days.into())).unwrap_or(snapshot.today)
}

fn shifted(date: NaiveDate, days: i32) -> Option<NaiveDate> {
    date.checked_add_signed(TimeDelta::days(days.into()))
}

/// The first instant of a business date in the company's zone.
fn midnight(snapshot: &Snapshot, date: NaiveDate) -> DateTime<Utc> {
    at_local(date, NaiveTime::MIN, snapshot.company.zone)
}

#[cfg(test)]
mod tests;
