//! The routes, one file a subject. Every handler: who asks, one transaction, one answer.

pub mod inbound;
pub mod ledger;
pub mod ops;
pub mod proposals;
pub mod session;

use crate::problem::Problem;
use axum::http::{HeaderMap, StatusCode, header};
use std::str::FromStr;

/// A path segment as an id; anything else is "not found", as an unknown id is.
fn id<T: FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

/// The version of `If-Match`, which every write on something with a version needs.
fn if_match(headers: &HeaderMap) -> Result<i64, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else {
        let detail = "send If-Match with the version you have read";
        return Err(Problem::new(StatusCode::PRECONDITION_REQUIRED, "if_match", detail));
    };
    let text = value.to_str().unwrap_or("").trim().trim_start_matches("W/").trim_matches('"');
    text.parse().map_err(|_| Problem::bad("If-Match is not a version of ours"))
}

/// An ETag of a version.
fn etag(version: i64) -> [(header::HeaderName, String); 1] {
    [(header::ETAG, format!("\"{version}\""))]
}
