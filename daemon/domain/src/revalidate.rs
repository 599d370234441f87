//! The last look: may this prepared message still leave, given the account as it is now?
//!
//! Why: between draft and send lie seconds or days of approval; a payment, a dispute, a promise, a reply
//! or a new overdue item in between makes the message wrong (I3, I13). Guarantees: pure; whatever a
//! fresh draft would have been refused for refuses the old one too. Does not check the text: that is
//! [`crate::grounding`], run against the same fresh snapshot.

use crate::calendar::Holidays;
use crate::ids::{InvoiceId, OutreachId};
use crate::kinds::{BlockReason, OutreachKind};
use crate::money::Money;
use crate::reason::Reason;
use crate::snapshot::Snapshot;
use crate::step::{anchor, contact_time, ledger_is_stale};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What was drafted, as far as the ledger can contradict it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Prepared {
    /// The outreach.
    pub outreach: OutreachId,
    /// Why we write.
    pub kind: OutreachKind,
    /// Cycle of a notice.
    pub cycle: i32,
    /// Level of a notice.
    pub level: Option<u16>,
    /// What it lists, with the residual it states.
    pub items: Vec<(InvoiceId, Money)>,
    /// Addresses.
    pub recipients: Vec<String>,
    /// When the facts were read.
    pub drafted_at: DateTime<Utc>,
}

/// Why it may not leave now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Objection {
    /// It is no longer true or no longer wanted: draft anew.
    Stale(Reason),
    /// It is still true, but not now.
    Later {
        /// When.
        until: DateTime<Utc>,
        /// Why.
        why: Reason,
    },
}

/// Looks at the account once more.
pub fn revalidate(prepared: &Prepared, now: &Snapshot, holidays: &Holidays) -> Result<(), Objection> {
    let stale = |why| Err(Objection::Stale(why));
    let chase = matches!(prepared.kind, OutreachKind::DunningNotice | OutreachKind::BrokenPromise);
    if now.customer.do_not_contact {
        return stale(Reason::DoNotContact);
    }
    if let Some(block) = now.block_on_account().filter(|b| chase || stops_answers(b.reason)) {
        return stale(Reason::Blocked(block.reason));
    }
    if now.last_reply_at.is_some_and(|at| at > prepared.drafted_at) {
        return stale(Reason::Blocked(BlockReason::ReplyPending));
    }
    let usable =
        |address: &String| now.contacts.iter().any(|c| c.usable && c.email.eq_ignore_ascii_case(address));
    if prepared.recipients.is_empty() || !prepared.recipients.iter().all(usable) {
        return stale(Reason::NoAddress);
    }
    if ledger_is_stale(now) {
        return stale(Reason::LedgerStale);
    }
    for (invoice, stated) in &prepared.items {
        let item = now.items.iter().find(|i| i.invoice == *invoice);
        if item.and_then(|i| i.residual().ok()) != Some(*stated) {
            return stale(Reason::Stale);
        }
    }
    if chase { chase_still_due(prepared, now, holidays) } else { Ok(()) }
}

/// Blocks under which not even an answer leaves by itself.
const fn stops_answers(reason: BlockReason) -> bool {
    match reason {
        BlockReason::KillSwitch
        | BlockReason::Manual
        | BlockReason::Hardship
        | BlockReason::Legal
        | BlockReason::OptOut
        | BlockReason::Fraud
        | BlockReason::DebtDenied
        | BlockReason::NoAddress => true,
        BlockReason::ReplyPending
        | BlockReason::Promise
        | BlockReason::Dispute
        | BlockReason::PaymentPlan
        | BlockReason::PaymentClaimed
        | BlockReason::OutOfOffice
        | BlockReason::InvoiceCorrection
        | BlockReason::Escalated
        | BlockReason::AwaitingAnswer => false,
    }
}

fn chase_still_due(prepared: &Prepared, now: &Snapshot, holidays: &Holidays) -> Result<(), Objection> {
    let stale = |why| Err(Objection::Stale(why));
    if !now.receipts.is_empty() {
        return stale(Reason::UnappliedReceipt);
    }
    if now.unapplied_credit.is_positive() {
        return stale(Reason::UnappliedCredit);
    }
    let listed = |id| prepared.items.iter().any(|(invoice, _)| *invoice == id);
    if now.items.iter().any(|i| listed(i.invoice) && now.block_on(i).is_some()) {
        return stale(Reason::Stale);
    }
    // A letter lists every overdue item (I2): one that fell overdue meanwhile makes it incomplete.
    if now.chaseable().any(|i| i.days_overdue(now.today) > 0 && !listed(i.invoice)) {
        return stale(Reason::Stale);
    }
    if let Some(level) = prepared.level {
        let anchor = anchor(now);
        if anchor.cycle != prepared.cycle || anchor.level >= level {
            return stale(Reason::Stale);
        }
    }
    match contact_time(now, holidays) {
        Ok(None) => Ok(()),
        Ok(Some((until, why))) => Err(Objection::Later { until, why }),
        Err(why) => stale(why),
    }
}
