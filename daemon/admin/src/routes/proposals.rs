//! The inbox of a credit controller.

use super::{etag, id, if_match};
use crate::State;
use crate::approval::{self, Reviewer};
use crate::auth::Caller;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, Query, State as Extract};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::ids::CustomerId;
use domain::kinds::ActionType;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::json;
use store::proposals::{ProposalFilter, ProposalSort};

/// Query of `GET /v1/proposals`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    kind: Option<ActionType>,
    customer: Option<CustomerId>,
    min_amount: Option<Decimal>,
    reason: Option<String>,
    #[serde(default)]
    sort: Sort,
    cursor: Option<String>,
    limit: Option<u16>,
}

/// Order of the inbox.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Sort {
    #[default]
    Oldest,
    Value,
    Expiry,
}

impl Caller {
    const fn reviewer(&self) -> Reviewer {
        Reviewer { company: self.company, user: self.user, role: self.role }
    }
}

/// `GET /v1/proposals`: what waits, a page at a time.
pub async fn list(
    Extract(state): Extract<State>,
    caller: Caller,
    Query(query): Query<Listing>,
) -> Result<Response, Problem> {
    let filter = ProposalFilter {
        kind: query.kind,
        customer: query.customer,
        min_amount: query.min_amount,
        reason: query.reason,
        sort: match query.sort {
            Sort::Oldest => ProposalSort::Oldest,
            Sort::Value => ProposalSort::Value,
            Sort::Expiry => ProposalSort::Expiry,
        },
        ..ProposalFilter::default()
    };
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let mut tx = state.db.tenant_read(caller.company).await?;
    let page = store::proposals::proposals(&mut tx, &filter, query.cursor.as_deref(), limit).await?;
    tx.rollback().await?;
    Ok(Json(json!({ "proposals": page.rows, "next": page.next })).into_response())
}

/// `GET /v1/proposals/{id}`: everything a decision needs.
pub async fn show(
    Extract(state): Extract<State>,
    caller: Caller,
    Path(key): Path<String>,
) -> Result<Response, Problem> {
    let mut tx = state.db.tenant_read(caller.company).await?;
    let proposal = store::proposals::proposal(&mut tx, id(&key)?).await?;
    tx.rollback().await?;
    Ok((etag(proposal.line.version), Json(proposal)).into_response())
}

/// Body of `PATCH /v1/proposals/{id}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditBody {
    subject: String,
    body: String,
    #[serde(default)]
    accept_wording: bool,
}

/// `PATCH /v1/proposals/{id}`: changes the text; it is proven again.
pub async fn edit(
    Extract(state): Extract<State>,
    caller: Caller,
    Path(key): Path<String>,
    headers: HeaderMap,
    Json(body): Json<EditBody>,
) -> Result<Response, Problem> {
    caller.decides()?;
    let expected = if_match(&headers)?;
    let who = caller.reviewer();
    let version =
        approval::edit(&state, who, id(&key)?, expected, &body.subject, &body.body, body.accept_wording)
            .await?;
    Ok((etag(version), Json(json!({ "version": version }))).into_response())
}

/// Body of `POST /v1/proposals/{id}/approve`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApproveBody {
    note: Option<String>,
}

/// `POST /v1/proposals/{id}/approve`.
pub async fn approve(
    Extract(state): Extract<State>,
    caller: Caller,
    Path(key): Path<String>,
    headers: HeaderMap,
    body: Option<Json<ApproveBody>>,
) -> Result<Response, Problem> {
    caller.decides()?;
    let expected = if_match(&headers)?;
    let note = body.and_then(|b| b.0.note);
    let done = approval::approve(&state, caller.reviewer(), id(&key)?, expected, note.as_deref()).await?;
    Ok(Json(done).into_response())
}

/// Body of `POST /v1/proposals/{id}/reject`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RejectBody {
    reason: String,
    snooze_days: Option<u16>,
}

/// `POST /v1/proposals/{id}/reject`.
pub async fn reject(
    Extract(state): Extract<State>,
    caller: Caller,
    Path(key): Path<String>,
    headers: HeaderMap,
    Json(body): Json<RejectBody>,
) -> Result<StatusCode, Problem> {
    caller.decides()?;
    let expected = if_match(&headers)?;
    let reason = body.reason.trim();
    if reason.is_empty() {
        return Err(Problem::bad("say why: `reason` must not be empty"));
    }
    approval::reject(&state, caller.reviewer(), id(&key)?, expected, reason, body.snooze_days).await?;
    Ok(StatusCode::NO_CONTENT)
}
