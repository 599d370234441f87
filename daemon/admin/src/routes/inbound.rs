//! Mails: taken in from a mail server, and shown where a person must look.

use super::id;
use crate::State;
use crate::auth::{Caller, bearer, digest};
use crate::problem::Problem;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State as Extract};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::ids::InboundId;
use domain::kinds::InboundState;
use serde::Deserialize;
use serde_json::json;
use store::desk;

/// `POST /v1/inbound`: one raw mail (`message/rfc822`), from a mail server that knows the secret.
///
/// 202: kept. 200: known already. 404: no company of ours is meant. The mail is kept before the answer.
pub async fn create(
    Extract(state): Extract<State>,
    headers: HeaderMap,
    raw: Bytes,
) -> Result<Response, Problem> {
    let Some(expected) = state.inbound_secret else { return Err(Problem::not_found()) };
    // Hashes of the same length: comparing them tells nothing about the secret.
    if bearer(&headers).map(digest) != Some(expected) {
        return Err(Problem::unauthorized());
    }
    if raw.is_empty() {
        return Err(Problem::bad("the body is the raw mail, and it is empty"));
    }
    let stored = state.daemon.store_mail(raw.to_vec()).await.map_err(|_| {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "the mail could not be kept; send it again",
        )
    })?;
    let Some(stored) = stored else { return Err(Problem::not_found()) };
    state.daemon.wake();
    let status = if stored.new { StatusCode::ACCEPTED } else { StatusCode::OK };
    Ok((status, Json(stored)).into_response())
}

/// Query of `GET /v1/inbound`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    state: Option<InboundState>,
    cursor: Option<String>,
    limit: Option<u16>,
}

/// `GET /v1/inbound`: mails by state; without one, those that wait for a person.
pub async fn list(
    Extract(state): Extract<State>,
    caller: Caller,
    Query(query): Query<Listing>,
) -> Result<Response, Problem> {
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let mut tx = state.db.tenant_read(caller.company).await?;
    let page = desk::inbound_list(&mut tx, query.state, query.cursor.as_deref(), limit).await?;
    tx.rollback().await?;
    Ok(Json(json!({ "mails": page.rows, "next": page.next })).into_response())
}

/// `GET /v1/inbound/{id}`: what was understood of a mail.
pub async fn show(
    Extract(state): Extract<State>,
    caller: Caller,
    Path(key): Path<String>,
) -> Result<Response, Problem> {
    let mut tx = state.db.tenant_read(caller.company).await?;
    let mail = desk::inbound_get(&mut tx, id(&key)?).await?;
    tx.rollback().await?;
    Ok(Json(mail).into_response())
}

/// Body of `POST /v1/inbound/{id}/done`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Done {
    note: String,
}

/// `POST /v1/inbound/{id}/done`: a person has dealt with the mail; the chase may go on.
pub async fn done(
    Extract(state): Extract<State>,
    caller: Caller,
    Path(key): Path<String>,
    Json(body): Json<Done>,
) -> Result<StatusCode, Problem> {
    caller.decides()?;
    let inbound: InboundId = id(&key)?;
    let mut tx = state.db.tenant(caller.company, &caller.actor()).await?;
    desk::inbound_done(&mut tx, inbound, &body.note, (state.now)()).await?;
    tx.commit().await?;
    state.daemon.wake();
    Ok(StatusCode::NO_CONTENT)
}
