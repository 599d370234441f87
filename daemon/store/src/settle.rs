//! Ending a unit of work: one commit that writes everything it decided, under its fence.
//!
//! Why: a worker may be frozen, killed or overtaken at any moment. Guarantees: what a unit writes is
//! written together or not at all; a worker whose lease was taken writes nothing ([`Fence::Lost`]); a
//! unit decided on facts that have moved since writes nothing ([`Settled::Moved`]); a second letter for
//! the same purpose cannot be inserted. Does not: decide, or hold a transaction open while anything
//! else is awaited.
//!
//! The account row is locked before anything else, so units on one account follow one another.

mod blocks;
mod close;
mod conversations;
mod execute;
mod letter;
mod outreach;
mod plan;
mod records;
mod unit;
mod words;

pub(crate) use close::conversation_close;
pub use conversations::{
    Failed, account_wake, conversations_fail, conversations_finish, conversations_release, conversations_sync,
};
pub use execute::{ActContext, Effects, action_execute};
pub use outreach::{NewItem, NewOutreach, SlotKey, outreach_settle, outreach_slot};
pub use plan::plan_insert;
pub use records::{
    Event, NewAction, NewDecision, NewLearning, action_insert, decision_insert, event_insert, learning_insert,
};
pub use unit::{Settled, Slot, Unit, UnitLock, unit_lock, unit_settle};

use chrono::{DateTime, TimeDelta, Utc};
use domain::reason::Reason;

/// Whether a worker still held what it wrote about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fence {
    /// It did.
    Held,
    /// It did not: roll back and do nothing.
    Lost,
}

impl Fence {
    /// From the number of rows a fenced statement touched.
    pub(crate) const fn of(rows: u64) -> Self {
        if rows == 0 { Self::Lost } else { Self::Held }
    }
}

/// Why nothing was sent, for the page and the timeline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hold {
    /// Why.
    pub reason: Reason,
    /// Until when, where the reason has an end.
    pub until: Option<DateTime<Utc>>,
}

/// How a unit leaves the conversations of its account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Finish {
    /// When to look again; `None`: only when something wakes the account. A time before `at` is moved to
    /// one minute after it, so that a mistake cannot make a worker spin.
    pub next_action_at: Option<DateTime<Utc>>,
    /// Why nothing was sent; `None` when something was.
    pub hold: Option<Hold>,
    /// Now, by the injected clock.
    pub at: DateTime<Utc>,
}

impl Finish {
    fn next(&self) -> Option<DateTime<Utc>> {
        self.next_action_at.map(|next| if next < self.at { self.at + TimeDelta::minutes(1) } else { next })
    }
}
