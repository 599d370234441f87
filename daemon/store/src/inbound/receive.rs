//! Keeping a raw mail before anything else happens to it.

use crate::error::Result;
use crate::tenancy::TenantTx;
use chrono::{DateTime, Utc};
use domain::ids::InboundId;

/// A mail as it came in.
#[derive(Clone, Copy, Debug)]
pub struct NewInbound<'a> {
    /// `ingest`, `http`, `imap` or `demo`.
    pub route: &'static str,
    /// The bytes.
    pub raw: &'a [u8],
    /// Digest of the canonical form.
    pub sha256: [u8; 32],
    /// When, by the injected clock.
    pub received_at: DateTime<Utc>,
    /// Message-ID, if readable.
    pub message_id: Option<&'a str>,
    /// Sender, if readable; normalised.
    pub from_email: Option<&'a str>,
    /// Subject, if readable.
    pub subject: Option<&'a str>,
}

/// Where a mail is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stored {
    /// Its id.
    pub id: InboundId,
    /// False: it was there already.
    pub new: bool,
}

/// Keeps a mail; the same bytes again are the same row.
pub async fn inbound_store(tx: &mut TenantTx, mail: &NewInbound<'_>) -> Result<Stored> {
    let company = tx.company().uuid();
    let id = InboundId::new();
    let size = i32::try_from(mail.raw.len()).unwrap_or(i32::MAX);
    let inserted = sqlx::query_scalar!(
        "INSERT INTO inbound_mails (company_id, id, received_at, route, raw, raw_sha256, size, message_id_header,
                from_email, subject, next_attempt_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $3)
         ON CONFLICT (company_id, raw_sha256) DO NOTHING RETURNING id",
        company,
        id.uuid(),
        mail.received_at,
        mail.route,
        mail.raw,
        &mail.sha256[..],
        size,
        mail.message_id,
        mail.from_email,
        mail.subject,
    )
    .fetch_optional(tx.conn())
    .await?;
    if inserted.is_some() {
        return Ok(Stored { id, new: true });
    }
    let there = sqlx::query_scalar!(
        "SELECT id FROM inbound_mails WHERE company_id = $1 AND raw_sha256 = $2",
        company,
        &mail.sha256[..],
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Stored { id: InboundId::from_uuid(there), new: false })
}
