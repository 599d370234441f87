//! The JSON of a chat completion: what is sent and how an answer is read.
//!
//! Why: servers differ. Some know no `json_schema`, some no `response_format` at all, some call the
//! token limit otherwise, some send integers where others send strings. Guarantees: only the fields that
//! matter are read, all of them optional; a [`Dialect`] names what an endpoint has been found to take.

use crate::error::LlmError;
use crate::prompt::Prompt;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// In which form an answer is asked for; each falls back to the next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerFormat {
    /// `response_format` of type `json_schema`, strict.
    JsonSchema,
    /// `response_format` of type `json_object`; the shape is told in the prompt.
    JsonObject,
    /// The prompt alone.
    PromptOnly,
}

impl AnswerFormat {
    pub(crate) const fn weaker(self) -> Option<Self> {
        match self {
            Self::JsonSchema => Some(Self::JsonObject),
            Self::JsonObject => Some(Self::PromptOnly),
            Self::PromptOnly => None,
        }
    }
}

/// What an endpoint takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Dialect {
    pub format: AnswerFormat,
    /// It has answered in this format before.
    pub proven: bool,
    /// `max_completion_tokens` instead of `max_tokens`.
    pub completion_tokens: bool,
    /// It takes a temperature.
    pub temperature: bool,
}

impl Dialect {
    pub(crate) const FIRST: Self =
        Self { format: AnswerFormat::JsonSchema, proven: false, completion_tokens: false, temperature: true };
}

/// The body of a request.
pub(crate) fn request(model: &str, prompt: &Prompt, dialect: Dialect, max_tokens: u32) -> Value {
    let shape = match dialect.format {
        AnswerFormat::JsonSchema => String::new(),
        AnswerFormat::JsonObject | AnswerFormat::PromptOnly => {
            format!("\n\nAnswer with one JSON object of this schema and nothing else:\n{}", prompt.schema)
        }
    };
    let mut body = json!({
        "model": model,
        "stream": false,
        "messages": [
            { "role": "system", "content": format!("{}{shape}", prompt.system) },
            { "role": "user", "content": prompt.user },
        ],
    });
    if let Some(map) = body.as_object_mut() {
        let limit = if dialect.completion_tokens { "max_completion_tokens" } else { "max_tokens" };
        map.insert(limit.to_owned(), json!(max_tokens));
        if dialect.temperature {
            map.insert("temperature".to_owned(), json!(0));
        }
        let format = match dialect.format {
            AnswerFormat::JsonSchema => Some(json!({
                "type": "json_schema",
                "json_schema": { "name": prompt.purpose.as_str(), "strict": true, "schema": prompt.schema },
            })),
            AnswerFormat::JsonObject => Some(json!({ "type": "json_object" })),
            AnswerFormat::PromptOnly => None,
        };
        if let Some(format) = format {
            map.insert("response_format".to_owned(), format);
        }
    }
    body
}

/// A chat completion, as far as it is read.
#[derive(Deserialize, Debug)]
pub(crate) struct Completion {
    #[serde(default)]
    choices: Option<Vec<Choice>>,
    #[serde(default)]
    usage: Option<Value>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Deserialize, Debug)]
struct Choice {
    #[serde(default)]
    finish_reason: Option<String>,
    #[serde(default)]
    message: Option<Message>,
}

#[derive(Deserialize, Debug)]
struct Message {
    #[serde(default)]
    content: Option<Value>,
    #[serde(default)]
    refusal: Option<String>,
}

impl Completion {
    /// The status hidden in a success: `{"error": {"code": 429, …}}`; 502 when it names none.
    pub(crate) fn error_status(&self) -> Option<u16> {
        let error = self.error.as_ref().filter(|e| !e.is_null())?;
        let code = error.get("code").or_else(|| error.get("status"));
        let status = code.and_then(|c| c.as_u64().or_else(|| c.as_str()?.parse().ok()));
        Some(status.and_then(|s| u16::try_from(s).ok()).filter(|s| (400..600).contains(s)).unwrap_or(502))
    }

    /// Tokens in and out, when the server counts them.
    pub(crate) fn tokens(&self) -> (Option<u32>, Option<u32>) {
        let read = |names: [&str; 2]| {
            let usage = self.usage.as_ref()?;
            let count = names.iter().find_map(|name| usage.get(name)?.as_u64())?;
            Some(u32::try_from(count).unwrap_or(u32::MAX))
        };
        (read(["prompt_tokens", "input_tokens"]), read(["completion_tokens", "output_tokens"]))
    }

    /// The text of the first choice.
    pub(crate) fn text(self) -> Result<String, LlmError> {
        let choice = self.choices.into_iter().flatten().next().ok_or(LlmError::Empty)?;
        let message = choice.message.ok_or(LlmError::Empty)?;
        if message.refusal.is_some_and(|r| !r.trim().is_empty()) {
            return Err(LlmError::Refused);
        }
        match choice.finish_reason.as_deref() {
            Some("length" | "max_tokens") => return Err(LlmError::Truncated),
            Some("content_filter") => return Err(LlmError::Filtered),
            Some("tool_calls" | "function_call") => return Err(LlmError::Protocol),
            Some(_) | None => {}
        }
        let text = match message.content {
            Some(Value::String(text)) => text,
            // Content in parts: [{"type":"text","text":"…"}, …].
            Some(Value::Array(parts)) => parts.iter().filter_map(|p| p.get("text")?.as_str()).collect(),
            Some(_) | None => String::new(),
        };
        if text.trim().is_empty() { Err(LlmError::Empty) } else { Ok(text) }
    }
}
