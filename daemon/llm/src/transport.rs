//! The HTTP exchange beneath the client library.
//!
//! Why: the library logs bodies it cannot read, loses the status when a server's error has another shape
//! than OpenAI's, honours any `Retry-After` and reads answers of any size. So it is given this service
//! instead of its own. Guarantees: an answer is read up to a limit; one that is not a success, or no
//! chat completion, leaves as a [`Fault`] and never reaches the library's own error and log paths; the
//! key is put on the request here and is known to nothing else; no redirect is followed, no proxy used.
//! Does not: retry (module `endpoint`).

use crate::config::EndpointConfig;
use crate::error::ConfigError;
use crate::wire::Completion;
use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use chrono::DateTime;
use reqwest::header::{AUTHORIZATION, DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Certificate, Client, Response, Url};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// Octets of an error's body that are looked at.
const ERROR_BODY: usize = 16 * 1024;

/// Why there is no chat completion.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("no connection")]
    Unreachable,
    #[error("no answer in time")]
    Timeout,
    #[error("HTTP status {status}")]
    Status { status: u16, retry_after: Option<Duration>, error: ErrorBody },
    #[error("not a chat completion")]
    Protocol,
    #[error("answer too large")]
    TooLarge,
}

impl From<Fault> for OpenAIError {
    fn from(fault: Fault) -> Self {
        Self::Boxed(Box::new(fault))
    }
}

impl From<OpenAIError> for Fault {
    fn from(error: OpenAIError) -> Self {
        match error {
            OpenAIError::Boxed(inner) => inner.downcast::<Self>().map_or(Self::Protocol, |fault| *fault),
            OpenAIError::Reqwest(inner) => Self::of(&inner),
            OpenAIError::ApiError(_)
            | OpenAIError::JSONDeserialize(..)
            | OpenAIError::FileSaveError(_)
            | OpenAIError::FileReadError(_)
            | OpenAIError::StreamError(_)
            | OpenAIError::InvalidArgument(_) => Self::Protocol,
        }
    }
}

impl Fault {
    fn of(error: &reqwest::Error) -> Self {
        if error.is_timeout() {
            Self::Timeout
        } else if error.is_connect() {
            Self::Unreachable
        } else {
            Self::Protocol
        }
    }
}

/// What is learnt from the body of an error. The text itself is dropped: it may quote the request.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ErrorBody {
    pub quota: bool,
    pub context: bool,
    pub filtered: bool,
    pub names_format: bool,
    pub names_token_limit: bool,
    pub names_temperature: bool,
}

impl ErrorBody {
    pub(crate) fn of(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body).to_lowercase();
        let any = |words: &[&str]| words.iter().any(|word| text.contains(word));
        Self {
            quota: any(&["insufficient_quota", "billing_hard_limit", "insufficient credit"]),
            context: any(&[
                "context_length",
                "context size",
                "context length",
                "maximum context",
                "exceed_context",
            ]),
            filtered: any(&["content_filter", "responsibleai", "content management policy"]),
            names_format: any(&[
                "response_format",
                "json_schema",
                "json_object",
                "grammar",
                "structured output",
            ]),
            names_token_limit: any(&["max_tokens", "max_completion_tokens"]),
            names_temperature: text.contains("temperature"),
        }
    }
}

/// The service under the client library.
#[derive(Clone)]
pub(crate) struct Transport {
    client: Client,
    auth: Option<(HeaderName, HeaderValue)>,
    query: Option<String>,
    limit: usize,
}

impl Transport {
    /// Sets up TLS (rustls with ring), timeouts and the key.
    pub(crate) fn new(config: &EndpointConfig, url: &Url) -> Result<Self, ConfigError> {
        // Fails only when a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .connect_timeout(config.connect_timeout)
            .timeout(config.attempt_timeout)
            .user_agent(concat!("dunningd/", env!("CARGO_PKG_VERSION")));
        let extra = match &config.ca_pem {
            Some(pem) => Certificate::from_pem_bundle(pem).map_err(|_| ConfigError::Tls)?,
            None => Vec::new(),
        };
        builder = if url.scheme() == "http" {
            // No TLS will be spoken: do not demand that the system has certificate authorities.
            builder.tls_certs_only(Vec::new())
        } else {
            builder.tls_certs_merge(extra)
        };
        let client = builder.build().map_err(|_| ConfigError::Tls)?;
        let azure = url.host_str().is_some_and(|host| host == "azure.com" || host.ends_with(".azure.com"));
        let auth = match &config.key {
            None => None,
            Some(key) if azure => Some((HeaderName::from_static("api-key"), key.header(""))),
            Some(key) => Some((AUTHORIZATION, key.header("Bearer "))),
        };
        let auth = match auth {
            None => None,
            Some((name, Some(value))) => Some((name, value)),
            Some((_, None)) => return Err(ConfigError::Key),
        };
        Ok(Self { client, auth, query: url.query().map(str::to_owned), limit: config.max_response_bytes })
    }

    async fn exchange(self, factory: HttpRequestFactory) -> Result<Response, Fault> {
        let mut request = factory.build().await?;
        request.headers_mut().remove(AUTHORIZATION);
        if let Some((name, value)) = self.auth {
            request.headers_mut().insert(name, value);
        }
        if let Some(query) = &self.query {
            request.url_mut().set_query(Some(query));
        }
        let mut response = self.client.execute(request).await.map_err(|e| Fault::of(&e))?;
        let status = response.status();
        let limit = if status.is_success() { self.limit } else { ERROR_BODY };
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| Fault::of(&e))? {
            if body.len() + chunk.len() > limit {
                if status.is_success() {
                    return Err(Fault::TooLarge);
                }
                break;
            }
            body.extend_from_slice(&chunk);
        }
        if !status.is_success() {
            let retry_after = retry_after(response.headers());
            return Err(Fault::Status { status: status.as_u16(), retry_after, error: ErrorBody::of(&body) });
        }
        // Some gateways answer 200 with an error object.
        let completion: Completion = serde_json::from_slice(&body).map_err(|_| Fault::Protocol)?;
        if let Some(status) = completion.error_status() {
            return Err(Fault::Status { status, retry_after: None, error: ErrorBody::of(&body) });
        }
        let rebuilt = http::Response::builder().status(status).body(body).map_err(|_| Fault::Protocol)?;
        Ok(Response::from(rebuilt))
    }
}

impl tower_service::Service<HttpRequestFactory> for Transport {
    type Response = Response;
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Fault>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, factory: HttpRequestFactory) -> Self::Future {
        Box::pin(self.clone().exchange(factory))
    }
}

/// `Retry-After` in seconds, or as a date relative to the server's own `Date` (our clock has no say).
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = DateTime::parse_from_rfc2822(value).ok()?;
    let now = DateTime::parse_from_rfc2822(headers.get(DATE)?.to_str().ok()?).ok()?;
    Some((until - now).to_std().unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_in_both_forms() {
        let read = |retry: &str, date: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, retry.parse().unwrap());
            if let Some(date) = date {
                headers.insert(DATE, date.parse().unwrap());
            }
            retry_after(&headers)
        };
        let at = Some("Mon, 23 Nov 2026 10:00:00 GMT");
        assert_eq!(read("7", None), Some(Duration::from_secs(7)));
        assert_eq!(read("Mon, 23 Nov 2026 10:00:30 GMT", at), Some(Duration::from_secs(30)));
        assert_eq!(read("Mon, 23 Nov 2026 09:00:00 GMT", at), Some(Duration::ZERO));
        assert_eq!(read("Mon, 23 Nov 2026 10:00:30 GMT", None), None);
        assert_eq!(read("soon", at), None);
        assert_eq!(read("-5", at), None);
    }

    #[test]
    fn error_bodies_of_several_servers() {
        let openai = br#"{"error":{"message":"Invalid parameter: 'response_format'","type":"invalid_request_error","code":null}}"#;
        assert!(ErrorBody::of(openai).names_format);
        let llama = br#"{"error":{"code":400,"message":"request (9000 tokens) exceeds the available context size","type":"exceed_context_size_error"}}"#;
        assert!(ErrorBody::of(llama).context);
        let quota = br#"{"error":{"code":"insufficient_quota","message":"..."}}"#;
        assert!(ErrorBody::of(quota).quota);
        assert_eq!(ErrorBody::of(b"\xff\xfe<html>"), ErrorBody::default());
    }
}
