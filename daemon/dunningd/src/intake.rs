//! Taking in a raw mail by whatever route: kept before anything else happens to it.

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use domain::ids::CompanyId;
use mail::{Own, TokenKeys};
use store::inbound::{NewInbound, RouteKeys, Stored, inbound_store, route_company};
use store::{Actor, Db};

/// Largest mail kept, in bytes.
pub const MAIL_LIMIT: usize = 25 * 1024 * 1024;

/// Stores a mail for `company`, or for the one company it can only be meant for; `None`: nobody's.
///
/// What cannot be read is stored all the same when the company is known: it is quarantined later, raw.
pub async fn store_mail(
    db: &Db,
    keys: &TokenKeys,
    company: Option<CompanyId>,
    raw: Vec<u8>,
    route: &'static str,
    now: DateTime<Utc>,
) -> Result<Option<Stored>> {
    let own = Own { addresses: Vec::new(), keys: Some(keys.clone()) };
    let (raw, read) = tokio::task::spawn_blocking(move || {
        let read = mail::read(&raw, &own);
        (raw, read)
    })
    .await
    .context("reading the mail")?;
    let company = match (company, &read) {
        (Some(company), _) => Some(company),
        (None, Err(_)) => None,
        (None, Ok(mail)) => {
            let mut outreach_ids: Vec<_> = mail.tokens(keys).into_iter().map(|(_, id)| id).collect();
            outreach_ids.extend(mail.own_references(keys));
            let message_ids: Vec<String> = mail.thread_ids().map(str::to_owned).collect();
            let keys = RouteKeys {
                message_ids: &message_ids,
                outreach_ids: &outreach_ids,
                addresses: &mail.recipients,
            };
            route_company(db, &keys).await?
        }
    };
    let Some(company) = company else { return Ok(None) };
    let (message_id, from_email, subject) = match &read {
        Ok(mail) => (
            mail.message_id.as_deref(),
            mail.from.as_ref().map(|p| p.email.as_str()),
            Some(mail.subject.as_str()),
        ),
        // Not even its head can be trusted: it is kept raw.
        Err(_) => (None, None, None),
    };
    let new = NewInbound {
        route,
        raw: &raw,
        sha256: mail::raw_sha256(&raw),
        received_at: now,
        message_id,
        from_email,
        subject,
    };
    let mut tx = db.tenant(company, &Actor::System("intake")).await?;
    let stored = inbound_store(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(Some(stored))
}
