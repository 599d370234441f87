//! A mailer that keeps letters in memory, for tests.
//!
//! Why: work that sends must be tested against every outcome without a server. Guarantees: outcomes
//! are taken from the script in order, then everything is accepted; a letter is in [`Memory::sent`]
//! exactly if a real server would have it.

use super::{Outcome, Phase, Refusal, Refused, Reply, SendError};
use crate::outgoing::{Composed, Envelope};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What the next letter meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// 250.
    Accept,
    /// Put off before the body, with this code.
    OpenDeferred(u16),
    /// Rejected before the body, with this code, for the first recipient.
    OpenRejected(u16),
    /// 5xx after the body.
    Reject(u16),
    /// 4xx after the body.
    Defer(u16),
    /// The connection breaks after the body.
    InDoubt {
        /// Whether the letter arrived all the same.
        delivered: bool,
    },
}

/// Handle to the letters and the script; clones share both.
#[derive(Debug, Clone, Default)]
pub struct Memory(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    script: VecDeque<Script>,
    sent: Vec<Composed>,
}

impl Memory {
    /// Adds an outcome for a letter to come.
    pub fn script(&self, step: Script) {
        self.state().script.push_back(step);
    }

    /// The letters that arrived, oldest first.
    #[must_use]
    pub fn sent(&self) -> Vec<Composed> {
        self.state().sent.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn open(&self, envelope: &Envelope) -> Result<Slot, SendError> {
        let step = self.state().script.pop_front().unwrap_or(Script::Accept);
        let refusal = |phase, code, refused| Refusal {
            phase,
            why: "scripted".to_owned(),
            reply: Some(reply(code)),
            refused,
        };
        match step {
            Script::OpenDeferred(code) => Err(SendError::Deferred(refusal(Phase::Greeting, code, vec![]))),
            Script::OpenRejected(code) => {
                let first = Refused { index: 0, reply: reply(code) };
                Err(SendError::Rejected(refusal(Phase::Rcpt, code, vec![first])))
            }
            Script::Accept | Script::Reject(_) | Script::Defer(_) | Script::InDoubt { .. } => {
                Ok(Slot { memory: self.clone(), envelope: envelope.clone(), step })
            }
        }
    }
}

fn reply(code: u16) -> Reply {
    Reply { code, text: "scripted".to_owned() }
}

#[derive(Debug)]
pub(super) struct Slot {
    memory: Memory,
    envelope: Envelope,
    step: Script,
}

impl Slot {
    pub fn transmit(self, bytes: &[u8]) -> Outcome {
        let arrives = matches!(self.step, Script::Accept | Script::InDoubt { delivered: true });
        if arrives {
            let letter = Composed { envelope: self.envelope, bytes: bytes.to_vec() };
            self.memory.state().sent.push(letter);
        }
        match self.step {
            Script::Accept => Outcome::Accepted(reply(250)),
            Script::OpenRejected(code) | Script::Reject(code) => Outcome::Rejected(reply(code)),
            Script::OpenDeferred(code) | Script::Defer(code) => {
                Outcome::Deferred { reply: Some(reply(code)), why: "scripted".to_owned() }
            }
            Script::InDoubt { .. } => Outcome::InDoubt { why: "scripted".to_owned() },
        }
    }
}
