//! What a person must look at beside proposals: mail nobody could place, and messages of unknown fate.

use crate::error::{Result, StoreError};
use crate::inbound::reply_settled;
use crate::ledger::parse;
use crate::page::{Page, clamp, decode};
use crate::settle::{Event, event_insert};
use crate::tenancy::TenantTx;
use crate::text;
use chrono::{DateTime, Utc};
use domain::ids::{CustomerId, InboundId, OutreachId};
use domain::kinds::{InboundState, OutreachKind, OutreachState};
use domain::money::Currency;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// A line of the list of mails.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct InboundLine {
    /// Id.
    pub id: InboundId,
    /// State.
    pub state: InboundState,
    /// Why it is in that state.
    pub state_reason: Option<String>,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// From whom, as the mail says; hostile.
    pub from_email: Option<String>,
    /// Subject; hostile.
    pub subject: Option<String>,
    /// Octets.
    pub size: i32,
    /// The customer, when known.
    pub customer: Option<CustomerId>,
}

/// A mail with what was read in it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct InboundDetail {
    /// What the list shows.
    #[serde(flatten)]
    pub line: InboundLine,
    /// What is new in it; hostile.
    pub new_text: Option<String>,
    /// What was cut off as quoted; hostile.
    pub cut_text: Option<String>,
    /// Readings with their evidence.
    pub readings: Option<Value>,
    /// −1 (hostile) to 1 (friendly).
    pub sentiment: Option<f64>,
    /// The message it answers.
    pub outreach: Option<OutreachId>,
    /// When it was dealt with.
    pub processed_at: Option<DateTime<Utc>>,
}

struct InboundRow {
    id: Uuid,
    state: String,
    state_reason: Option<String>,
    received_at: DateTime<Utc>,
    from_email: Option<String>,
    subject: Option<String>,
    size: i32,
    customer_id: Option<Uuid>,
}

impl TryFrom<InboundRow> for InboundLine {
    type Error = StoreError;

    fn try_from(r: InboundRow) -> Result<Self> {
        Ok(Self {
            id: InboundId::from_uuid(r.id),
            state: parse(&r.state, "inbound_mails.state")?,
            state_reason: r.state_reason,
            received_at: r.received_at,
            from_email: r.from_email,
            subject: r.subject,
            size: r.size,
            customer: r.customer_id.map(CustomerId::from_uuid),
        })
    }
}

/// Mails in a state, newest first; without one, those a person must look at: unmatched, quarantined, and
/// read ones over which the chase still stands still.
pub async fn inbound_list(
    tx: &mut TenantTx,
    state: Option<InboundState>,
    cursor: Option<&str>,
    limit: u16,
) -> Result<Page<InboundLine>> {
    let after: Option<Uuid> = decode("inbound", cursor)?;
    let limit = clamp(limit);
    let rows = sqlx::query_as!(
        InboundRow,
        r#"SELECT id, state, state_reason, received_at, from_email, subject, size, customer_id FROM inbound_mails m
            WHERE company_id = (SELECT current_company()) AND ($2::uuid IS NULL OR id < $2)
              AND (state = $1 OR ($1::text IS NULL AND (state IN ('unmatched', 'quarantined')
                   OR (state = 'processed' AND EXISTS (
                       SELECT 1 FROM dunning_blocks b WHERE b.company_id = m.company_id AND b.inbound_id = m.id
                          AND b.reason = 'reply_pending' AND b.lifted_at IS NULL)))))
            ORDER BY id DESC LIMIT $3"#,
        state.map(InboundState::as_str),
        after,
        limit + 1,
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(InboundLine::try_from).collect::<Result<Vec<_>>>()?;
    Page::of("inbound", rows, limit, |l: &InboundLine| l.id.uuid())
}

/// A mail.
pub async fn inbound_get(tx: &mut TenantTx, id: InboundId) -> Result<InboundDetail> {
    let r = sqlx::query!(
        r#"SELECT state, state_reason, received_at, from_email, subject, size, customer_id, new_text, cut_text, readings,
                  sentiment, outreach_id, processed_at
             FROM inbound_mails WHERE company_id = (SELECT current_company()) AND id = $1"#,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(StoreError::NotFound("mail"))?;
    Ok(InboundDetail {
        line: InboundLine {
            id,
            state: parse(&r.state, "inbound_mails.state")?,
            state_reason: r.state_reason,
            received_at: r.received_at,
            from_email: r.from_email,
            subject: r.subject,
            size: r.size,
            customer: r.customer_id.map(CustomerId::from_uuid),
        },
        new_text: r.new_text,
        cut_text: r.cut_text,
        readings: r.readings,
        sentiment: r.sentiment,
        outreach: r.outreach_id.map(OutreachId::from_uuid),
        processed_at: r.processed_at,
    })
}

/// The mail as it came in, for a person who wants to see or keep it.
pub async fn inbound_raw(tx: &mut TenantTx, id: InboundId) -> Result<Vec<u8>> {
    sqlx::query_scalar!(
        "SELECT raw FROM inbound_mails WHERE company_id = (SELECT current_company())
      AND id = $1",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(StoreError::NotFound("mail"))
}

/// A person has dealt with a mail: it leaves the list, and the chase it stopped may go on.
///
/// # Errors
/// `Conflict` when it does not wait for a person.
pub async fn inbound_done(tx: &mut TenantTx, id: InboundId, note: &str, as_of: DateTime<Utc>) -> Result<()> {
    let note = text::optional_lines(Some(note), text::NOTE).map_err(|f| f.on("note"))?;
    let placed = sqlx::query!(
        r#"UPDATE inbound_mails SET state = 'processed', processed_at = $2, state_reason = 'done_by_person'
            WHERE company_id = (SELECT current_company())
              AND id = $1 AND state IN ('unmatched', 'quarantined')"#,
        id.uuid(),
        as_of,
    )
    .execute(tx.conn())
    .await?;
    let lifted = reply_settled(tx, id, as_of).await?;
    let mail = inbound_get(tx, id).await?;
    if placed.rows_affected() == 0 && lifted == 0 {
        return Err(StoreError::conflict("the mail does not wait for a person"));
    }
    let detail = json!({ "by": tx.actor().to_string(), "inbound": id, "note": note });
    event_insert(tx, Event::new("inbound_done", as_of).customer(mail.line.customer).detail(detail)).await
}

/// A line of the list of messages.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct OutreachLine {
    /// Id.
    pub id: OutreachId,
    /// Why we write.
    pub kind: OutreachKind,
    /// State.
    pub state: OutreachState,
    /// The customer.
    pub customer: CustomerId,
    /// Its name.
    pub customer_name: String,
    /// Currency of the account.
    pub currency: Currency,
    /// Dunning level.
    pub dunning_level: Option<i32>,
    /// Subject.
    pub subject: String,
    /// To.
    pub recipients: Vec<String>,
    /// Who answers for it.
    pub responsible: String,
    /// When it may leave.
    pub send_after: Option<DateTime<Utc>>,
    /// When the body began to leave.
    pub transmitting_at: Option<DateTime<Utc>>,
    /// When it was accepted.
    pub sent_at: Option<DateTime<Utc>>,
    /// What went wrong.
    pub failure: Option<String>,
    /// What the mail server said; hostile.
    pub smtp_text: Option<String>,
    /// Message-ID, to look for in the mail server's log.
    pub message_id: String,
    /// For If-Match.
    pub version: i64,
}

/// Messages in a state, newest first.
pub async fn outreach_list(
    tx: &mut TenantTx,
    state: OutreachState,
    cursor: Option<&str>,
    limit: u16,
) -> Result<Page<OutreachLine>> {
    let after: Option<Uuid> = decode("outreaches", cursor)?;
    let limit = clamp(limit);
    let rows = sqlx::query!(
        r#"SELECT o.id, o.kind, o.state, o.customer_id, c.name AS customer_name, o.currency, o.dunning_level, o.subject,
                  o.recipients, o.responsible, o.send_after, o.transmitting_at, o.sent_at, o.failure, o.smtp_text,
                  o.message_id_header, o.version
             FROM outreaches o JOIN customers c ON c.id = o.customer_id
            WHERE o.company_id = (SELECT current_company())
              AND o.state = $1 AND ($2::uuid IS NULL OR o.id < $2) ORDER BY o.id DESC LIMIT $3"#,
        state.as_str(),
        after,
        limit + 1,
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows
        .into_iter()
        .map(|r| {
            Ok(OutreachLine {
                id: OutreachId::from_uuid(r.id),
                kind: parse(&r.kind, "outreaches.kind")?,
                state: parse(&r.state, "outreaches.state")?,
                customer: CustomerId::from_uuid(r.customer_id),
                customer_name: r.customer_name,
                currency: parse(&r.currency, "outreaches.currency")?,
                dunning_level: r.dunning_level,
                subject: r.subject,
                recipients: r.recipients,
                responsible: r.responsible,
                send_after: r.send_after,
                transmitting_at: r.transmitting_at,
                sent_at: r.sent_at,
                failure: r.failure,
                smtp_text: r.smtp_text,
                message_id: r.message_id_header,
                version: r.version,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    Page::of("outreaches", rows, limit, |l: &OutreachLine| l.id.uuid())
}
