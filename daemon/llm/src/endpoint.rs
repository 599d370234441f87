//! Calls to an OpenAI-compatible endpoint.
//!
//! Why: endpoints are slow, limited and different, and the daemon must go on without them (I16).
//! Guarantees: a call ends within `total_timeout`; at most `max_concurrent` requests are under way; a
//! retry waits with jitter and never longer than `retry_after_cap`; what an endpoint does not take
//! (an answer format, a temperature, a name of the token limit) is found out by asking less of it, and
//! remembered once it worked. Does not: judge answers.

use crate::config::EndpointConfig;
use crate::entropy::Entropy;
use crate::error::{ConfigError, LlmError};
use crate::prompt::Prompt;
use crate::transport::{Fault, Transport};
use crate::wire::{AnswerFormat, Completion, Dialect, request};
use async_openai::Client;
use async_openai::config::OpenAIConfig;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

/// An endpoint with its connection pool and what is known about it.
pub struct Endpoint {
    config: EndpointConfig,
    client: Client<OpenAIConfig>,
    permits: Semaphore,
    dialect: Mutex<Dialect>,
    pub(crate) entropy: Entropy,
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Endpoint").field("config", &self.config).finish_non_exhaustive()
    }
}

/// What a call cost so far.
#[derive(Default, Debug, Clone, Copy)]
pub(crate) struct Cost {
    pub attempts: u8,
    pub input_tokens: Option<u32>,
    pub output_tokens: Option<u32>,
}

impl Cost {
    fn add(&mut self, (input, output): (Option<u32>, Option<u32>)) {
        let sum = |a: Option<u32>, b: Option<u32>| match (a, b) {
            (Some(a), Some(b)) => Some(a.saturating_add(b)),
            (one, None) | (None, one) => one,
        };
        self.input_tokens = sum(self.input_tokens, input);
        self.output_tokens = sum(self.output_tokens, output);
    }
}

/// What to do about a fault.
enum Reaction {
    Ask(Dialect),
    Wait(Duration),
    GiveUp(LlmError),
}

impl Endpoint {
    pub(crate) fn new(config: EndpointConfig, seed: [u8; 32]) -> Result<Self, ConfigError> {
        let url = config.validate()?;
        let transport = Transport::new(&config, &url)?;
        let mut base = url;
        base.set_query(None);
        // Every field is set here, so that no OPENAI_* variable is left standing. The key is not given
        // to the library: the transport adds it.
        let settings = OpenAIConfig::new()
            .with_api_base(base.as_str().trim_end_matches('/'))
            .with_api_key("")
            .with_org_id("")
            .with_project_id("");
        let client = Client::with_config(settings).with_http_service(transport);
        let permits = Semaphore::new(config.max_concurrent);
        let dialect = Mutex::new(Dialect::FIRST);
        Ok(Self { config, client, permits, dialect, entropy: Entropy::new(seed) })
    }

    pub(crate) const fn config(&self) -> &EndpointConfig {
        &self.config
    }

    fn dialect(&self) -> Dialect {
        *self.dialect.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, dialect: Dialect) {
        *self.dialect.lock().unwrap_or_else(PoisonError::into_inner) = Dialect { proven: true, ..dialect };
    }

    /// Forgets what is known, so that the next call starts from the strongest format.
    pub(crate) fn forget(&self) {
        *self.dialect.lock().unwrap_or_else(PoisonError::into_inner) = Dialect::FIRST;
    }

    /// The format of the last answer.
    pub(crate) fn format(&self) -> AnswerFormat {
        self.dialect().format
    }

    /// One answer's text. The caller bounds the time (`total_timeout`).
    pub(crate) async fn chat(
        &self,
        prompt: &Prompt,
        max_tokens: u32,
        cost: &mut Cost,
    ) -> Result<String, LlmError> {
        let mut dialect = self.dialect();
        let mut tries = 0;
        loop {
            tries += 1;
            cost.attempts = cost.attempts.saturating_add(1);
            let fault = match self.attempt(prompt, dialect, max_tokens).await {
                Ok(completion) => {
                    cost.add(completion.tokens());
                    self.remember(dialect);
                    return completion.text();
                }
                Err(fault) => fault,
            };
            match self.react(fault, dialect, tries) {
                Reaction::Ask(less) => {
                    // Each dialect asks for less than the one before: this ends after a few rounds.
                    dialect = less;
                    tries -= 1;
                }
                Reaction::Wait(delay) => tokio::time::sleep(delay).await,
                Reaction::GiveUp(error) => return Err(error),
            }
        }
    }

    async fn attempt(&self, prompt: &Prompt, dialect: Dialect, max_tokens: u32) -> Result<Completion, Fault> {
        // The semaphore is never closed.
        let _permit = self.permits.acquire().await.map_err(|_| Fault::Protocol)?;
        let body = request(self.config.model.trim(), prompt, dialect, max_tokens);
        self.client.chat().create_byot(body).await.map_err(Fault::from)
    }

    fn react(&self, fault: Fault, dialect: Dialect, tries: u8) -> Reaction {
        let last = tries >= self.config.max_attempts;
        let or_wait =
            |error: LlmError| if last { Reaction::GiveUp(error) } else { Reaction::Wait(self.pause(tries)) };
        match fault {
            Fault::Unreachable => or_wait(LlmError::Unreachable),
            Fault::Timeout => or_wait(LlmError::Timeout),
            Fault::Protocol => or_wait(LlmError::Protocol),
            Fault::TooLarge => Reaction::GiveUp(LlmError::TooLarge { limit: self.config.max_response_bytes }),
            Fault::Status { error, .. } if error.quota => Reaction::GiveUp(LlmError::Quota),
            Fault::Status { status: 429, retry_after, .. } => {
                let wait = retry_after.unwrap_or_else(|| self.pause(tries));
                if last || wait > self.config.retry_after_cap {
                    Reaction::GiveUp(LlmError::RateLimited { retry_after })
                } else {
                    Reaction::Wait(wait.max(self.pause(tries)).min(self.config.retry_after_cap))
                }
            }
            Fault::Status { status: status @ (401 | 403), .. } => {
                Reaction::GiveUp(LlmError::Unauthorized { status })
            }
            Fault::Status { error, .. } if error.filtered => Reaction::GiveUp(LlmError::Filtered),
            Fault::Status { error, .. } if error.context => Reaction::GiveUp(LlmError::TooLong),
            Fault::Status { status, error, .. } => {
                let takes_less = match status {
                    400 | 404 | 415 | 422 | 501 => less(dialect, error, !dialect.proven),
                    // A server that fails on a format it does not know: tried again once before.
                    500 => less(dialect, error, !dialect.proven && tries > 1),
                    _ => None,
                };
                match (takes_less, status) {
                    (Some(dialect), _) => Reaction::Ask(dialect),
                    (None, 408 | 409 | 425 | 500..) => or_wait(LlmError::Server { status }),
                    (None, _) => Reaction::GiveUp(LlmError::Rejected { status }),
                }
            }
        }
    }

    /// Doubling waits, each drawn between its half and its whole.
    fn pause(&self, tries: u8) -> Duration {
        let factor = 1_u32 << u32::from(tries.saturating_sub(1)).min(10);
        let whole = self.config.backoff.saturating_mul(factor).min(Duration::from_secs(60));
        whole.mul_f64(0.5 + self.entropy.fraction() / 2.0)
    }
}

/// The next dialect to try, when the error names what is not taken, or may mean the answer format.
fn less(dialect: Dialect, error: crate::transport::ErrorBody, may_be_format: bool) -> Option<Dialect> {
    if error.names_token_limit && !dialect.completion_tokens {
        return Some(Dialect { completion_tokens: true, ..dialect });
    }
    if error.names_temperature && dialect.temperature {
        return Some(Dialect { temperature: false, ..dialect });
    }
    if error.names_format || may_be_format {
        return dialect.format.weaker().map(|format| Dialect { format, proven: false, ..dialect });
    }
    None
}
