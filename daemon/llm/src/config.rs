//! How an endpoint is reached.
//!
//! Why: any OpenAI-compatible server is configured by base URL, key and model, and nothing else decides:
//! neither `OPENAI_*` nor proxy variables of the environment are honoured. Guarantees: an
//! [`EndpointConfig`] that passed [`EndpointConfig::validate`] can be sent; the key shows in no Debug.

use crate::error::ConfigError;
use reqwest::Url;
use reqwest::header::HeaderValue;
use std::time::Duration;

/// The secret of an endpoint.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// A key of printable ASCII without blanks, at most 4096 characters.
    pub fn new(key: impl Into<String>) -> Result<Self, ConfigError> {
        let key = key.into();
        let sendable = !key.is_empty() && key.len() <= 4096 && key.bytes().all(|b| b.is_ascii_graphic());
        if sendable { Ok(Self(key)) } else { Err(ConfigError::Key) }
    }

    /// The value of a header, marked as sensitive.
    pub(crate) fn header(&self, prefix: &str) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(&format!("{prefix}{}", self.0)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

/// An OpenAI-compatible endpoint and the limits of its use.
#[derive(Clone, Debug, PartialEq)]
pub struct EndpointConfig {
    /// Up to and without `/chat/completions`, such as `https://api.openai.com/v1` or
    /// `http://127.0.0.1:11434/v1`. A query (`?api-version=…`) is kept and sent with every request.
    pub base_url: String,
    /// The key; `None` sends no key at all. Hosts under `azure.com` get it as `api-key`, all others as
    /// a bearer token.
    pub key: Option<ApiKey>,
    /// Name of the model or deployment.
    pub model: String,
    /// Until the connection stands, TLS included.
    pub connect_timeout: Duration,
    /// For one attempt, reading the answer included.
    pub attempt_timeout: Duration,
    /// For one call: queueing, all attempts and the waits between them.
    pub total_timeout: Duration,
    /// Attempts a call (1 to 10); asking in another answer format does not count.
    pub max_attempts: u8,
    /// The longest wait that a `Retry-After` can impose; a longer one ends the call.
    pub retry_after_cap: Duration,
    /// The first wait between attempts; doubles each time, with jitter between half and the whole.
    pub backoff: Duration,
    /// Requests under way at once.
    pub max_concurrent: usize,
    /// Largest answer in octets.
    pub max_response_bytes: usize,
    /// Largest answer in tokens.
    pub max_output_tokens: u32,
    /// Further certificate authorities, PEM.
    pub ca_pem: Option<Vec<u8>>,
}

impl EndpointConfig {
    /// An endpoint with the default limits: 5 s to connect, 60 s an attempt, 120 s a call, 3 attempts,
    /// 4 requests at once, 1 MiB and 2000 tokens an answer.
    #[must_use]
    pub fn new(base_url: impl Into<String>, key: Option<ApiKey>, model: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            key,
            model: model.into(),
            connect_timeout: Duration::from_secs(5),
            attempt_timeout: Duration::from_secs(60),
            total_timeout: Duration::from_secs(120),
            max_attempts: 3,
            retry_after_cap: Duration::from_secs(20),
            backoff: Duration::from_millis(500),
            max_concurrent: 4,
            max_response_bytes: 1 << 20,
            max_output_tokens: 2000,
            ca_pem: None,
        }
    }

    /// Checks every field; the URL comes back parsed, its path without a slash at the end.
    pub(crate) fn validate(&self) -> Result<Url, ConfigError> {
        let mut url = Url::parse(self.base_url.trim()).map_err(|_| ConfigError::BaseUrl)?;
        let usable = matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some_and(|host| !host.is_empty())
            && url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none();
        if !usable {
            return Err(ConfigError::BaseUrl);
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        let name = self.model.trim();
        if name.is_empty() || name.len() > 200 || name.chars().any(char::is_control) {
            return Err(ConfigError::Model);
        }
        let millis = |d: Duration| u64::try_from(d.as_millis()).unwrap_or(u64::MAX);
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        for (setting, value, least, most) in [
            ("connect_timeout (ms)", millis(self.connect_timeout), 1, 600_000),
            ("attempt_timeout (ms)", millis(self.attempt_timeout), 1, 3_600_000),
            ("total_timeout (ms)", millis(self.total_timeout), 1, 3_600_000),
            ("max_attempts", u64::from(self.max_attempts), 1, 10),
            ("retry_after_cap (ms)", millis(self.retry_after_cap), 0, 3_600_000),
            ("backoff (ms)", millis(self.backoff), 0, 60_000),
            ("max_concurrent", count(self.max_concurrent), 1, 1024),
            ("max_response_bytes", count(self.max_response_bytes), 1024, 64 << 20),
            ("max_output_tokens", u64::from(self.max_output_tokens), 64, 100_000),
        ] {
            if !(least..=most).contains(&value) {
                return Err(ConfigError::Limit { setting, least, most });
            }
        }
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_url(url: &str) -> Result<Url, ConfigError> {
        EndpointConfig::new(url, None, "m").validate()
    }

    #[test]
    fn urls() {
        assert_eq!(with_url("http://127.0.0.1:1/v1/").unwrap().as_str(), "http://127.0.0.1:1/v1");
        assert_eq!(with_url(" https://h.example/o/d?api-version=1 ").unwrap().query(), Some("api-version=1"));
        for bad in
            ["", "/v1", "ftp://h/v1", "http://", "https://user:pw@h/v1", "https://h/v1#x", "file:///etc"]
        {
            assert_eq!(with_url(bad), Err(ConfigError::BaseUrl), "{bad:?}");
        }
    }

    #[test]
    fn keys_that_cannot_be_sent_are_refused_and_never_shown() {
        for bad in ["", "sk-1\n", "sk-1\r\nX-Evil: 1", "sk 1", "sk-\u{e4}", "sk-1\0"] {
            let error = ApiKey::new(bad).unwrap_err();
            assert_eq!(error, ConfigError::Key);
            assert!(!error.to_string().contains("sk"), "{error}");
        }
        let key = ApiKey::new("sk-secret").unwrap();
        let config = EndpointConfig::new("http://h/v1", Some(key.clone()), "m");
        assert!(!format!("{config:?} {key:?}").contains("secret"));
        assert!(!format!("{:?}", key.header("Bearer ").unwrap()).contains("secret"));
    }

    #[test]
    fn limits_are_named() {
        let mut config = EndpointConfig::new("http://h/v1", None, "m");
        config.max_attempts = 0;
        assert_eq!(
            config.validate().unwrap_err().to_string(),
            "the model's max_attempts must lie between 1 and 10"
        );
        config = EndpointConfig::new("http://h/v1", None, "  ");
        assert_eq!(config.validate(), Err(ConfigError::Model));
    }
}
