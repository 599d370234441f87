//! Errors as `application/problem+json` (RFC 9457).
//!
//! Guarantees: a stable `type`, the status, a sentence that says what to do; never a row, a name, a
//! secret or a server's own wording.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use store::{ErrorKind, StoreError};

/// An error for a client. Boxed, because it is the error of nearly every function here.
#[derive(Debug)]
pub struct Problem(Box<Parts>);

#[derive(Debug)]
struct Parts {
    status: StatusCode,
    kind: &'static str,
    detail: String,
    more: Map<String, Value>,
    retry_after: Option<u64>,
}

impl Problem {
    /// An error with its stable name.
    pub fn new(status: StatusCode, kind: &'static str, detail: impl Into<String>) -> Self {
        Self(Box::new(Parts { status, kind, detail: detail.into(), more: Map::new(), retry_after: None }))
    }

    /// 400.
    pub fn bad(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", detail)
    }

    /// 401.
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "sign in, or send a valid bearer token")
    }

    /// 403.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    /// 404.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "there is no such thing here")
    }

    /// 409.
    pub fn conflict(kind: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, kind, detail)
    }

    /// 429.
    #[must_use]
    pub fn too_many(seconds: u64) -> Self {
        let detail = "too many attempts; wait before the next one";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", detail).after(seconds)
    }

    /// Adds a member to the answer.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.0.more.insert(name.to_owned(), value);
        self
    }

    /// Says when to try again.
    fn after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        if let StoreError::Version { expected, actual } = error {
            let detail = "somebody changed it meanwhile; read it again";
            return Self::new(StatusCode::PRECONDITION_FAILED, "version", detail)
                .with("your_version", json!(expected))
                .with("current_version", json!(actual));
        }
        match error.kind() {
            ErrorKind::NotFound => Self::not_found(),
            ErrorKind::Invalid => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", error.to_string()),
            ErrorKind::Conflict => Self::conflict("conflict", error.to_string()),
            ErrorKind::Unavailable => {
                let detail = "the database is not available; try again";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail).after(5)
            }
            ErrorKind::Corrupt | ErrorKind::Other => {
                tracing::error!(%error, "a request failed");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "something went wrong on our side")
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Parts { status, kind, detail, more: mut body, retry_after } = *self.0;
        body.insert("type".to_owned(), json!(format!("urn:dunningd:{kind}")));
        body.insert("title".to_owned(), json!(status.canonical_reason().unwrap_or("Error")));
        body.insert("status".to_owned(), json!(status.as_u16()));
        body.insert("detail".to_owned(), json!(detail));
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
