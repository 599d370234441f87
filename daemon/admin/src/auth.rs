//! Who asks: a session (cookie or bearer) or an API token.
//!
//! Guarantees: the tenant comes from the credential alone; secrets are compared as SHA-256 hashes; a
//! write on the strength of a cookie needs the CSRF secret as well; a token does only what its scopes
//! name and its user may.

use crate::State;
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use domain::ids::{CompanyId, UserId};
use domain::kinds::UserRole;
use sha2::{Digest, Sha256};
use store::Actor;
use store::identity::{SessionId, api_token_lookup, api_token_touch, session_lookup};

/// Name of the session cookie.
pub const COOKIE: &str = "dunningd_session";
/// Header with the CSRF secret.
pub const CSRF: &str = "x-csrf-token";

/// Somebody who signed in.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The tenant.
    pub company: CompanyId,
    /// The person.
    pub user: UserId,
    /// What the person may do.
    pub role: UserRole,
    /// The session, when it is one.
    pub session: Option<SessionId>,
    scopes: Option<Vec<String>>,
}

impl Caller {
    /// The actor of the audit trail.
    #[must_use]
    pub const fn actor(&self) -> Actor {
        Actor::User(self.user)
    }

    /// May decide on proposals.
    pub fn decides(&self) -> Result<(), Problem> {
        self.needs("decide", matches!(self.role, UserRole::Controller | UserRole::Admin))
    }

    /// May change users, settings, the kill switch.
    pub fn administers(&self) -> Result<(), Problem> {
        self.needs("admin", self.role == UserRole::Admin)
    }

    fn needs(&self, scope: &str, role: bool) -> Result<(), Problem> {
        let scoped = self.scopes.as_ref().is_none_or(|s| s.iter().any(|s| s == scope));
        if role && scoped {
            Ok(())
        } else {
            Err(Problem::forbidden(format!("this needs the right to `{scope}`")))
        }
    }
}

/// SHA-256 of a secret.
#[must_use]
pub fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// A new secret: 32 random bytes in hexadecimal.
pub fn secret() -> Result<String, Problem> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(|_| {
        Problem::new(
            axum::http::StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "no randomness on this machine",
        )
    })?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

/// The bearer secret of a request.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(secret.trim())
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    all.flat_map(|v| v.split(';')).find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE).then_some(value)
    })
}

impl FromRequestParts<State> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
        let now = (state.now)();
        let by_cookie = cookie(&parts.headers);
        let secret = bearer(&parts.headers).or(by_cookie).ok_or_else(Problem::unauthorized)?;
        let hash = digest(secret);
        let mut tx = state.db.system(&Actor::System("auth")).await?;
        let session = session_lookup(&mut tx, &hash, now).await?;
        if let Some(session) = session {
            tx.rollback().await?;
            let safe = matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
            if bearer(&parts.headers).is_none() && !safe {
                let sent = parts.headers.get(CSRF).and_then(|v| v.to_str().ok()).unwrap_or("");
                if digest(sent).as_slice() != session.csrf_hash {
                    return Err(Problem::forbidden(format!("a cookie needs the header {CSRF} for this")));
                }
            }
            return Ok(Self {
                company: session.company,
                user: session.user,
                role: session.role,
                session: Some(session.session),
                scopes: None,
            });
        }
        let token = api_token_lookup(&mut tx, &hash, now).await?;
        tx.rollback().await?;
        let token = token.ok_or_else(Problem::unauthorized)?;
        let mut touched = state.db.tenant(token.company, &Actor::User(token.user)).await?;
        api_token_touch(&mut touched, token.token, now).await?;
        touched.commit().await?;
        Ok(Self {
            company: token.company,
            user: token.user,
            role: token.role,
            session: None,
            scopes: Some(token.scopes),
        })
    }
}
