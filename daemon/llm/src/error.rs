//! What can go wrong with a model, and how it is recorded.
//!
//! Why: every failure has the same consequence (the template, the rules or a person take over, I16), but
//! an operator must see which one it was. Guarantees: no variant carries a prompt, an answer, a key, an
//! address or the text of a server's error message; the texts are fixed apart from numbers.

use std::time::Duration;

/// Why a model gave no usable answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LlmError {
    /// No model is configured.
    #[error("no model is configured")]
    Off,
    /// This purpose is written by templates only.
    #[error("letters of this purpose are written by templates only")]
    TemplateOnly,
    /// No connection: refused, unknown host, TLS.
    #[error("the model's endpoint cannot be reached")]
    Unreachable,
    /// No complete answer in time.
    #[error("the model did not answer in time")]
    Timeout,
    /// 429; not tried again because the wait is too long or the attempts are used up.
    #[error("the model's endpoint limits the rate")]
    RateLimited {
        /// How long the endpoint asks us to wait.
        retry_after: Option<Duration>,
    },
    /// The quota or the credit of the key is used up.
    #[error("the quota of the model's key is used up")]
    Quota,
    /// 401 or 403.
    #[error("the model's endpoint refuses the key (HTTP {status})")]
    Unauthorized {
        /// HTTP status.
        status: u16,
    },
    /// Another 4xx.
    #[error("the model's endpoint refuses the request (HTTP {status})")]
    Rejected {
        /// HTTP status.
        status: u16,
    },
    /// 5xx after all attempts.
    #[error("the model's endpoint fails (HTTP {status})")]
    Server {
        /// HTTP status.
        status: u16,
    },
    /// The connection broke or the answer is no chat completion.
    #[error("the model's endpoint does not speak the protocol")]
    Protocol,
    /// The answer exceeds the limit.
    #[error("the model's answer exceeds {limit} octets")]
    TooLarge {
        /// Limit in octets.
        limit: usize,
    },
    /// The request exceeds the model's context.
    #[error("the request exceeds the model's context")]
    TooLong,
    /// `finish_reason` length: the answer is cut off.
    #[error("the model's answer was cut off")]
    Truncated,
    /// The model refused.
    #[error("the model refused")]
    Refused,
    /// The endpoint's content filter stepped in.
    #[error("the endpoint's content filter stepped in")]
    Filtered,
    /// No choice, or an empty one.
    #[error("the model's answer is empty")]
    Empty,
    /// Not JSON, or not of the agreed shape.
    #[error("the model's answer is {0}")]
    Malformed(Malformed),
    /// A draft that breaks a rule for drafts.
    #[error("the model's draft {0}")]
    Draft(DraftFlaw),
    /// The answer repeats what it must never repeat: it follows someone else's instructions.
    #[error("the model's answer {0}")]
    Suspicious(Leak),
}

/// How an answer misses the agreed shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// No JSON.
    #[error("not JSON (line {line}, column {column})")]
    Json {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// JSON with a missing, an unknown or a wrong field.
    #[error("JSON of another shape (line {line}, column {column})")]
    Shape {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// A list or a text beyond its limit.
    #[error("beyond the limits of its shape")]
    Limits,
}

/// Which rule for drafts was broken. Paragraph 0 is the subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DraftFlaw {
    /// Subject or text missing.
    #[error("is empty")]
    Empty,
    /// Too long, or too many paragraphs.
    #[error("is too long")]
    TooLong,
    /// A digit or another number character.
    #[error("states a number in paragraph {paragraph}")]
    Digit {
        /// Where.
        paragraph: usize,
    },
    /// A placeholder that was not offered, or a stray brace.
    #[error("uses a placeholder that does not exist in paragraph {paragraph}")]
    Placeholder {
        /// Where.
        paragraph: usize,
    },
    /// A link or an address.
    #[error("contains a link or an address in paragraph {paragraph}")]
    Link {
        /// Where.
        paragraph: usize,
    },
    /// The name of an organisation or a person.
    #[error("contains a name in paragraph {paragraph}")]
    Name {
        /// Where.
        paragraph: usize,
    },
    /// Control, invisible or markup characters.
    #[error("contains markup or invisible characters in paragraph {paragraph}")]
    Markup {
        /// Where.
        paragraph: usize,
    },
}

/// What an answer must never repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Leak {
    /// The secret token of the instructions.
    #[error("repeats the secret token of its instructions")]
    Canary,
    /// The delimiter around the customer's words.
    #[error("repeats the delimiter of the customer's words")]
    Delimiter,
    /// A passage of its instructions.
    #[error("repeats its instructions")]
    Instructions,
}

/// `model_calls.outcome`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallOutcome {
    /// A valid answer.
    Ok,
    /// See [`LlmError::Unreachable`].
    Unreachable,
    /// See [`LlmError::Timeout`].
    Timeout,
    /// See [`LlmError::RateLimited`] and [`LlmError::Quota`].
    RateLimited,
    /// The endpoint refused: key, request, context.
    Rejected,
    /// 5xx, protocol, size.
    ServerError,
    /// Cut off.
    Truncated,
    /// Refusal or content filter.
    Refused,
    /// Empty, malformed or against the rules.
    Invalid,
    /// See [`LlmError::Suspicious`].
    Suspicious,
    /// Nothing was sent.
    NotCalled,
}

impl CallOutcome {
    /// The text stored in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unreachable => "unreachable",
            Self::Timeout => "timeout",
            Self::RateLimited => "rate_limited",
            Self::Rejected => "rejected",
            Self::ServerError => "server_error",
            Self::Truncated => "truncated",
            Self::Refused => "refused",
            Self::Invalid => "invalid",
            Self::Suspicious => "suspicious",
            Self::NotCalled => "not_called",
        }
    }
}

impl LlmError {
    /// The outcome to record.
    #[must_use]
    pub const fn outcome(&self) -> CallOutcome {
        match self {
            Self::Off | Self::TemplateOnly => CallOutcome::NotCalled,
            Self::Unreachable => CallOutcome::Unreachable,
            Self::Timeout => CallOutcome::Timeout,
            Self::RateLimited { .. } | Self::Quota => CallOutcome::RateLimited,
            Self::Unauthorized { .. } | Self::Rejected { .. } | Self::TooLong => CallOutcome::Rejected,
            Self::Server { .. } | Self::Protocol | Self::TooLarge { .. } => CallOutcome::ServerError,
            Self::Truncated => CallOutcome::Truncated,
            Self::Refused | Self::Filtered => CallOutcome::Refused,
            Self::Empty | Self::Malformed(_) | Self::Draft(_) => CallOutcome::Invalid,
            Self::Suspicious(_) => CallOutcome::Suspicious,
        }
    }

    /// The same call may succeed later: the endpoint was the trouble, not the request or the answer.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable
            | Self::Timeout
            | Self::RateLimited { .. }
            | Self::Server { .. }
            | Self::Protocol => true,
            Self::Off
            | Self::TemplateOnly
            | Self::Quota
            | Self::Unauthorized { .. }
            | Self::Rejected { .. }
            | Self::TooLarge { .. }
            | Self::TooLong
            | Self::Truncated
            | Self::Refused
            | Self::Filtered
            | Self::Empty
            | Self::Malformed(_)
            | Self::Draft(_)
            | Self::Suspicious(_) => false,
        }
    }

    /// How long the endpoint asked us to wait, when it did.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        if let Self::RateLimited { retry_after } = self { *retry_after } else { None }
    }

    /// Worth telling the model once what was wrong with its answer.
    pub(crate) const fn is_reaskable(&self) -> bool {
        matches!(self, Self::Malformed(_) | Self::Draft(_) | Self::Empty)
    }
}

/// Why an endpoint cannot be configured this way. Never shows the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Not an absolute http(s) URL, or one with credentials in it.
    #[error("the model's base URL must be an absolute http or https URL without credentials and fragment")]
    BaseUrl,
    /// No model name.
    #[error("the model's name is empty or longer than 200 characters")]
    Model,
    /// A key that cannot be sent in a header.
    #[error(
        "the model's key contains a line break, a blank or a character outside printable ASCII; \
         check the file it is read from"
    )]
    Key,
    /// A limit of zero or out of range.
    #[error("the model's {setting} must lie between {least} and {most}")]
    Limit {
        /// Which setting.
        setting: &'static str,
        /// Least value.
        least: u64,
        /// Greatest value.
        most: u64,
    },
    /// No usable certificate authority.
    #[error("TLS for the model's endpoint cannot be set up: no usable CA certificates")]
    Tls,
}
