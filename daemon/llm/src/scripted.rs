//! A model that says what it is told to: for tests and the demo.
//!
//! Why: nonsense, refusals and a model that obeys every attacker must be reproducible without a server.
//! Guarantees: an answer takes the same way as one from an endpoint (leak check, parsing, validation);
//! the prompts it was given can be looked at.

use crate::entropy::Entropy;
use crate::error::LlmError;
use crate::prompt::{CallPurpose, Prompt};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// One prompt as the model saw it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScriptedCall {
    /// What for.
    pub purpose: CallPurpose,
    /// Instructions.
    pub system: String,
    /// Brief and delimited words.
    pub user: String,
}

/// What the scripted model does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ScriptedAnswer {
    /// Answers with this text, JSON or not.
    Text(String),
    /// Fails.
    Fail(LlmError),
}

type Behaviour = Box<dyn Fn(&ScriptedCall) -> ScriptedAnswer + Send + Sync>;

enum Source {
    Queue(Mutex<VecDeque<ScriptedAnswer>>),
    By(Behaviour),
}

/// How many of the last prompts are kept.
const KEPT: usize = 64;

/// A model out of a queue or a function.
pub struct Scripted {
    source: Source,
    calls: Mutex<VecDeque<ScriptedCall>>,
    pub(crate) entropy: Entropy,
}

impl std::fmt::Debug for Scripted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Scripted(…)")
    }
}

impl Scripted {
    fn new(source: Source) -> Self {
        Self { source, calls: Mutex::default(), entropy: Entropy::new([0; 32]) }
    }

    /// Answers in this order; afterwards [`LlmError::Unreachable`].
    #[must_use]
    pub fn queue(answers: impl IntoIterator<Item = ScriptedAnswer>) -> Self {
        Self::new(Source::Queue(Mutex::new(answers.into_iter().collect())))
    }

    /// Answers as `behaviour` says.
    #[must_use]
    pub fn by(behaviour: impl Fn(&ScriptedCall) -> ScriptedAnswer + Send + Sync + 'static) -> Self {
        Self::new(Source::By(Box::new(behaviour)))
    }

    /// The last prompts, oldest first.
    #[must_use]
    pub fn calls(&self) -> Vec<ScriptedCall> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    pub(crate) fn answer(&self, prompt: &Prompt) -> Result<String, LlmError> {
        let call = ScriptedCall {
            purpose: prompt.purpose,
            system: prompt.system.clone(),
            user: prompt.user.clone(),
        };
        let answer = match &self.source {
            Source::Queue(queue) => queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front(),
            Source::By(behaviour) => Some(behaviour(&call)),
        };
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        if calls.len() == KEPT {
            calls.pop_front();
        }
        calls.push_back(call);
        match answer {
            Some(ScriptedAnswer::Text(text)) => Ok(text),
            Some(ScriptedAnswer::Fail(error)) => Err(error),
            None => Err(LlmError::Unreachable),
        }
    }
}
