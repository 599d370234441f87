//! Customers, invoices, letters: what a controller looks up and what a controller may stop.

use super::{etag, id};
use crate::State;
use crate::auth::Caller;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, Query, State as Extract};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use domain::ids::{CustomerId, OutreachId};
use domain::kinds::{BlockReason, OutreachState};
use serde::Deserialize;
use serde_json::json;
use store::dispatch::Resolution;
use store::ledger::blocks::{self, NewBlock};
use store::ledger::{companies, customers as rows, invoices};

/// A page of a listing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    search: Option<String>,
    #[serde(default)]
    owing: bool,
    cursor: Option<String>,
    limit: Option<u16>,
}

/// `GET /v1/customers`.
pub async fn customers(
    Extract(state): Extract<State>,
    caller: Caller,
    Query(query): Query<Listing>,
) -> Result<Response, Problem> {
    let filter = rows::CustomerFilter { search: query.search, owing: query.owing };
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let mut tx = state.db.tenant_read(caller.company).await?;
    let zone = companies::company(&mut tx).await?.fields.zone;
    let today = domain::calendar::business_date((state.now)(), zone);
    let page = rows::customers(&mut tx, &filter, today, query.cursor.as_deref(), limit).await?;
    tx.rollback().await?;
    Ok(Json(json!({ "customers": page.rows, "next": page.next })).into_response())
}

/// Query of a timeline.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paging {
    cursor: Option<String>,
    limit: Option<u16>,
}

/// `GET /v1/customers/{id}/timeline`: everything that happened, newest first.
pub async fn timeline(
    Extract(state): Extract<State>,
    caller: Caller,
    Path(key): Path<String>,
    Query(query): Query<Paging>,
) -> Result<Response, Problem> {
    let customer: CustomerId = id(&key)?;
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let mut tx = state.db.tenant_read(caller.company).await?;
    rows::customer(&mut tx, customer).await?;
    let page = store::timeline::customer_timeline(&mut tx, customer, query.cursor.as_deref(), limit).await?;
    tx.rollback().await?;
    Ok(Json(json!({ "entries": page.rows, "next": page.next })).into_response())
}

/// Body of `POST /v1/customers/{id}/pause`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    note: String,
    until: Option<NaiveDate>,
}

/// `POST /v1/customers/{id}/pause`: nothing is chased until the date, or until somebody resumes.
pub async fn pause(
    Extract(state): Extract<State>,
    caller: Caller,
    Path(key): Path<String>,
    Json(body): Json<Pause>,
) -> Result<Response, Problem> {
    caller.decides()?;
    let block = NewBlock {
        customer: Some(id(&key)?),
        invoice: None,
        reason: BlockReason::Manual,
        note: body.note,
        until: body.until,
        inbound: None,
        source: None,
    };
    let mut tx = state.db.tenant(caller.company, &caller.actor()).await?;
    let id = blocks::block_set(&mut tx, &block, (state.now)()).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(json!({ "block": id }))).into_response())
}

/// `POST /v1/customers/{id}/resume`: lifts the pauses people set.
pub async fn resume(
    Extract(state): Extract<State>,
    caller: Caller,
    Path(key): Path<String>,
) -> Result<Response, Problem> {
    caller.decides()?;
    let now = (state.now)();
    let mut tx = state.db.tenant(caller.company, &caller.actor()).await?;
    let standing = blocks::blocks(&mut tx, Some(id(&key)?), true).await?;
    let mut lifted = 0u32;
    for block in standing.iter().filter(|b| b.reason == BlockReason::Manual && b.customer.is_some()) {
        blocks::block_lift(&mut tx, block.id, now).await?;
        lifted += 1;
    }
    tx.commit().await?;
    state.daemon.wake();
    Ok(Json(json!({ "lifted": lifted })).into_response())
}

/// `GET /v1/invoices/{id or number}/explain`.
pub async fn explain(
    Extract(state): Extract<State>,
    caller: Caller,
    Path(key): Path<String>,
) -> Result<Response, Problem> {
    let mut tx = state.db.tenant_read(caller.company).await?;
    let by_number = invoices::invoice_by_number(&mut tx, &key).await?;
    let invoice = match by_number {
        Some(invoice) => invoice,
        None => id(&key)?,
    };
    let explanation = store::timeline::invoice_explain(&mut tx, invoice).await?;
    tx.rollback().await?;
    Ok((etag(explanation.invoice.version), Json(explanation)).into_response())
}

/// Query of `GET /v1/outreaches`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letters {
    state: OutreachState,
    cursor: Option<String>,
    limit: Option<u16>,
}

/// `GET /v1/outreaches?state=in_doubt`: letters by state.
pub async fn outreaches(
    Extract(state): Extract<State>,
    caller: Caller,
    Query(query): Query<Letters>,
) -> Result<Response, Problem> {
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let mut tx = state.db.tenant_read(caller.company).await?;
    let page = store::desk::outreach_list(&mut tx, query.state, query.cursor.as_deref(), limit).await?;
    tx.rollback().await?;
    Ok(Json(json!({ "outreaches": page.rows, "next": page.next })).into_response())
}

/// Body of `POST /v1/outreaches/{id}/resolve`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resolve {
    outcome: ResolveAs,
}

/// What a person found out.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ResolveAs {
    Sent,
    Failed,
}

/// `POST /v1/outreaches/{id}/resolve`: a person says what became of a letter in doubt.
pub async fn resolve(
    Extract(state): Extract<State>,
    caller: Caller,
    Path(key): Path<String>,
    Json(body): Json<Resolve>,
) -> Result<StatusCode, Problem> {
    caller.decides()?;
    let letter: OutreachId = id(&key)?;
    let resolution = match body.outcome {
        ResolveAs::Sent => Resolution::Sent,
        ResolveAs::Failed => Resolution::Failed,
    };
    let mut tx = state.db.tenant(caller.company, &caller.actor()).await?;
    store::dispatch::outreach_resolve(&mut tx, letter, resolution, (state.now)()).await?;
    tx.commit().await?;
    state.daemon.wake();
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /v1/kill-switch`.
pub async fn kill_switch(Extract(state): Extract<State>, caller: Caller) -> Result<Response, Problem> {
    let mut tx = state.db.tenant_read(caller.company).await?;
    let on = companies::kill_switch(&mut tx).await?;
    tx.rollback().await?;
    Ok(Json(json!({ "on": on })).into_response())
}

/// Body of `PUT /v1/kill-switch`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KillSwitch {
    on: bool,
    note: String,
}

/// `PUT /v1/kill-switch`: stops or allows everything automatic of the company.
pub async fn set_kill_switch(
    Extract(state): Extract<State>,
    caller: Caller,
    Json(body): Json<KillSwitch>,
) -> Result<Response, Problem> {
    // Anybody who may decide may stop; only an admin starts again.
    if body.on {
        caller.decides()?
    } else {
        caller.administers()?
    }
    let mut tx = state.db.tenant(caller.company, &caller.actor()).await?;
    companies::kill_switch_set(&mut tx, body.on, &body.note, (state.now)()).await?;
    tx.commit().await?;
    state.daemon.wake();
    Ok(Json(json!({ "on": body.on })).into_response())
}
