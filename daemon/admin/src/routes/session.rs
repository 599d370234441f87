//! Signing in and out.

use crate::State;
use crate::auth::{COOKIE, Caller, digest, secret};
use crate::password;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State as Extract;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::json;
use store::Actor;
use store::identity::{
    LockRule, Login, NewSession, login_failed, login_lookup, login_succeeded, session_create, session_revoke,
    user,
};

/// How long a session lasts.
const LASTS: TimeDelta = TimeDelta::hours(12);

/// Body of `POST /v1/session`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    email: String,
    password: String,
    /// Slug, for a person who works for several companies.
    company: Option<String>,
}

/// `POST /v1/session`: a session, as a bearer secret and as a cookie.
pub async fn create(
    Extract(state): Extract<State>,
    headers: HeaderMap,
    Json(body): Json<SignIn>,
) -> Result<Response, Problem> {
    let now = (state.now)();
    let wrong = || Problem::new(StatusCode::UNAUTHORIZED, "sign_in", "e-mail or password is wrong");
    let mut tx = state.db.system(&Actor::System("sign-in")).await?;
    let logins = login_lookup(&mut tx, &body.email, body.company.as_deref()).await?;
    tx.rollback().await?;
    let login = match <[Login; 1]>::try_from(logins) {
        Ok([login]) => Some(login),
        Err(several) if several.is_empty() => None,
        Err(_) => return Err(Problem::bad("several companies know this address; add `company`")),
    };
    let hash = login.as_ref().map_or(password::NOBODY, |l| l.password_hash.as_str()).to_owned();
    let right = tokio::task::spawn_blocking(move || password::verify(&body.password, &hash)).await;
    let right = right.map_err(|_| wrong())?;
    let Some(login) = login else { return Err(wrong()) };
    let mut tx = state.db.tenant(login.company, &Actor::User(login.user)).await?;
    if let Some(until) = login.locked_until.filter(|until| *until > now) {
        let seconds = (until - now).num_seconds().max(1);
        return Err(Problem::too_many(u64::try_from(seconds).unwrap_or(60)));
    }
    if !right {
        login_failed(&mut tx, login.user, LockRule::default(), now).await?;
        tx.commit().await?;
        return Err(wrong());
    }
    login_succeeded(&mut tx, login.user, now).await?;
    let (token, csrf) = (secret()?, secret()?);
    let expires_at = now + LASTS;
    let new = NewSession {
        user: login.user,
        token_hash: digest(&token),
        csrf_hash: digest(&csrf),
        expires_at,
        ip: None,
        user_agent: headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).map(str::to_owned),
    };
    session_create(&mut tx, &new, now).await?;
    tx.commit().await?;
    let secure = if state.secure_cookies { "; Secure" } else { "" };
    let cookie =
        format!("{COOKIE}={token}; HttpOnly; SameSite=Lax; Path=/; Max-Age={}{secure}", LASTS.num_seconds());
    let mut response =
        (StatusCode::CREATED, Json(json!({ "token": token, "csrf": csrf, "expires_at": expires_at })))
            .into_response();
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    Ok(response)
}

/// `DELETE /v1/session`: signs out.
pub async fn delete(Extract(state): Extract<State>, caller: Caller) -> Result<Response, Problem> {
    if let Some(session) = caller.session {
        let mut tx = state.db.tenant(caller.company, &caller.actor()).await?;
        session_revoke(&mut tx, session, (state.now)()).await?;
        tx.commit().await?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    let gone = HeaderValue::from_static("dunningd_session=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
    response.headers_mut().insert(header::SET_COOKIE, gone);
    Ok(response)
}

/// `GET /v1/me`: who is signed in.
pub async fn me(Extract(state): Extract<State>, caller: Caller) -> Result<Response, Problem> {
    let mut tx = state.db.tenant_read(caller.company).await?;
    let user = user(&mut tx, caller.user).await?;
    tx.rollback().await?;
    Ok(Json(json!({ "company": caller.company, "user": user })).into_response())
}
