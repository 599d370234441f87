//! Who may do what: users, sessions, API tokens, rate limits, idempotency keys.
//!
//! Why: the HTTP interface must know who asks before it knows the tenant, and must not do a thing twice
//! because a client repeated itself. Guarantees: passwords and tokens come in and go out only as hashes;
//! what looks across tenants returns ids only, by definer functions. Does not: hash, compare passwords,
//! issue tokens, decide what a role may do.

mod idempotency;
mod limits;
mod sessions;
mod tokens;
mod users;

pub use idempotency::{Idempotency, idempotency_begin, idempotency_finish, idempotency_purge};
pub use limits::{RateLimit, rate_limit_hit, rate_limits_purge};
pub use sessions::{
    NewSession, SessionId, SessionIdentity, session_create, session_lookup, session_revoke, session_touch,
    sessions_purge, sessions_revoke_all,
};
pub use tokens::{
    ApiToken, NewApiToken, TokenId, TokenIdentity, api_token_create, api_token_lookup, api_token_revoke,
    api_token_touch, api_tokens,
};
pub use users::{
    LockRule, Login, NewUser, User, login_failed, login_lookup, login_succeeded, user, user_by_email,
    user_create, user_disable, user_enable, user_password_set, user_role_set, users,
};
