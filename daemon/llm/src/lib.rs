//! Language models, and the rules that work without one.
//!
//! Why: a model writes better prose and reads what no rule foresees, but it is slow, wrong with
//! confidence, and can be talked into things. So it only proposes: [`Llm::draft`] yields paragraphs with
//! placeholders, [`Llm::read`] yields unchecked readings, and [`rules`] reads every mail without it.
//! Guarantees: a call ends in time; every failure is an [`LlmError`] that names the trouble and nothing
//! personal; every call made is accounted for in a [`CallRecord`], failed ones too; prompts and answers
//! are never logged (this crate logs none, and keeps them from the client library's log statements; the
//! daemon turns the target `async_openai` off as well). Does not: decide, send, store, or keep budgets
//! (the caller reserves tokens before it calls and settles them by the [`CallRecord`]).

mod answer;
mod config;
mod draft;
mod endpoint;
mod entropy;
mod error;
mod prompt;
mod reader;
mod reconcile;
pub mod rules;
mod scripted;
mod transport;
mod wire;

pub use config::{ApiKey, EndpointConfig};
pub use draft::{DraftBrief, HistoryFact, ModelDraft};
pub use endpoint::Endpoint;
pub use entropy::Entropy;
pub use error::{CallOutcome, ConfigError, DraftFlaw, Leak, LlmError, Malformed};
pub use prompt::CallPurpose;
pub use reader::{MOST_WORDS, ReadBrief};
pub use reconcile::{Agreed, reconcile};
pub use scripted::{Scripted, ScriptedAnswer, ScriptedCall};
pub use wire::AnswerFormat;

use domain::reading::RawReadings;
use endpoint::Cost;
use prompt::Prompt;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Where drafts and readings come from.
#[derive(Clone, Debug)]
pub enum Llm {
    /// No model: templates and rules work alone.
    Off,
    /// An OpenAI-compatible endpoint.
    Endpoint(Arc<Endpoint>),
    /// A script, for tests and the demo.
    Scripted(Arc<Scripted>),
}

/// What a call brought, and its record.
#[derive(Debug)]
pub struct Answer<T> {
    /// The answer, or why there is none.
    pub result: Result<T, LlmError>,
    /// The record for `model_calls`; `None` when nothing was asked.
    pub call: Option<CallRecord>,
}

/// One row of `model_calls`, without ids, cost and moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallRecord {
    /// What for.
    pub purpose: CallPurpose,
    /// The model's configured name.
    pub model: String,
    /// Name and hash of the prompt.
    pub prompt_version: String,
    /// Tokens in, over all attempts, when the endpoint counts them.
    pub input_tokens: Option<u32>,
    /// Tokens out.
    pub output_tokens: Option<u32>,
    /// From the call to its end, waits included.
    pub latency: Duration,
    /// Requests made; 0 when the time was up before the first.
    pub attempts: u8,
    /// How it ended.
    pub outcome: CallOutcome,
    /// The error's text; without personal data.
    pub error: Option<String>,
}

/// What `doctor` wants to know.
#[derive(Debug)]
pub struct Probe {
    /// The strongest answer format that works.
    pub result: Result<AnswerFormat, LlmError>,
    /// The connection is not encrypted.
    pub plain_text: bool,
    /// The record of the call.
    pub call: Option<CallRecord>,
}

impl Llm {
    /// A model behind an endpoint. `seed`: 32 octets of the operating system's randomness, out of which
    /// delimiters, canaries and jitter are drawn. Connects to nothing yet.
    pub fn endpoint(config: EndpointConfig, seed: [u8; 32]) -> Result<Self, ConfigError> {
        Endpoint::new(config, seed).map(|endpoint| Self::Endpoint(Arc::new(endpoint)))
    }

    /// A scripted model.
    #[must_use]
    pub fn scripted(script: Scripted) -> Self {
        Self::Scripted(Arc::new(script))
    }

    /// A model is configured.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        match self {
            Self::Off => false,
            Self::Endpoint(_) | Self::Scripted(_) => true,
        }
    }

    /// Its name, as recorded with messages.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        match self {
            Self::Off => None,
            Self::Endpoint(endpoint) => Some(endpoint.config().model.trim()),
            Self::Scripted(_) => Some("scripted"),
        }
    }

    /// A letter with placeholders. An error means: use the template.
    pub async fn draft(&self, brief: &DraftBrief) -> Answer<ModelDraft> {
        let prompt = match self.entropy().map(|entropy| brief.prompt(entropy)) {
            None => return Answer { result: Err(LlmError::Off), call: None },
            Some(Err(error)) => return Answer { result: Err(error), call: None },
            Some(Ok(prompt)) => prompt,
        };
        self.ask(prompt, u32::MAX, |text| brief.read_answer(text)).await
    }

    /// Unchecked readings of a reply. An error means: the rules read alone.
    pub async fn read(&self, brief: &ReadBrief) -> Answer<RawReadings> {
        let Some(entropy) = self.entropy() else {
            return Answer { result: Err(LlmError::Off), call: None };
        };
        self.ask(brief.prompt(entropy), u32::MAX, |text| brief.read_answer(text)).await
    }

    /// Makes one small call and finds out anew which answer format works.
    pub async fn probe(&self) -> Probe {
        let plain_text = match self {
            Self::Off | Self::Scripted(_) => false,
            Self::Endpoint(endpoint) => {
                endpoint.forget();
                endpoint.config().base_url.trim_start().starts_with("http:")
            }
        };
        let Some(entropy) = self.entropy() else {
            return Probe { result: Err(LlmError::Off), plain_text, call: None };
        };
        let schema = json!({
            "type": "object",
            "properties": { "ok": { "type": "boolean" } },
            "required": ["ok"],
            "additionalProperties": false,
        });
        let prompt = Prompt::new(CallPurpose::Probe, schema, &[], "", entropy);
        let answer = self.ask(prompt, 512, answer::parse::<ProbeAnswer>).await;
        let format = match self {
            Self::Endpoint(endpoint) => endpoint.format(),
            Self::Off | Self::Scripted(_) => AnswerFormat::JsonSchema,
        };
        let result =
            answer.result.and_then(|said| if said.ok { Ok(format) } else { Err(LlmError::Protocol) });
        Probe { result, plain_text, call: answer.call }
    }

    fn entropy(&self) -> Option<&Entropy> {
        match self {
            Self::Off => None,
            Self::Endpoint(endpoint) => Some(&endpoint.entropy),
            Self::Scripted(script) => Some(&script.entropy),
        }
    }

    /// Asks; an answer that misses its shape is asked for once more, with a word on what was wrong.
    async fn ask<T>(
        &self,
        mut prompt: Prompt,
        most_tokens: u32,
        read: impl Fn(&str) -> Result<T, LlmError>,
    ) -> Answer<T> {
        let start = Instant::now();
        let mut cost = Cost::default();
        let purpose = prompt.purpose;
        let work = async {
            let mut asked_again = false;
            loop {
                let answer = self.say(&prompt, most_tokens, &mut cost).await;
                let result = answer.and_then(|text| {
                    prompt.check(&text)?;
                    read(&text)
                });
                match result {
                    Err(flaw) if flaw.is_reaskable() && !asked_again => {
                        asked_again = true;
                        prompt.again(&flaw);
                    }
                    Ok(_) | Err(_) => return result,
                }
            }
        };
        let result = match self {
            Self::Endpoint(endpoint) => tokio::time::timeout(endpoint.config().total_timeout, work)
                .await
                .unwrap_or(Err(LlmError::Timeout)),
            Self::Off | Self::Scripted(_) => work.await,
        };
        let call = CallRecord {
            purpose,
            model: self.model().unwrap_or_default().to_owned(),
            prompt_version: purpose.version(),
            input_tokens: cost.input_tokens,
            output_tokens: cost.output_tokens,
            latency: start.elapsed(),
            attempts: cost.attempts,
            outcome: result.as_ref().map_or_else(LlmError::outcome, |_| CallOutcome::Ok),
            error: result.as_ref().err().map(ToString::to_string),
        };
        Answer { result, call: Some(call) }
    }

    async fn say(&self, prompt: &Prompt, most_tokens: u32, cost: &mut Cost) -> Result<String, LlmError> {
        match self {
            Self::Off => Err(LlmError::Off),
            Self::Endpoint(endpoint) => {
                let tokens = endpoint.config().max_output_tokens.min(most_tokens);
                endpoint.chat(prompt, tokens, cost).await
            }
            Self::Scripted(script) => {
                cost.attempts = cost.attempts.saturating_add(1);
                script.answer(prompt)
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProbeAnswer {
    ok: bool,
}
