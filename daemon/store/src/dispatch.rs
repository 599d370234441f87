//! The outbox: what a dispatcher reads, and every way a letter can end.
//!
//! Why: at most once. Guarantees: everything a dispatcher writes names the lease (`attempt`); the step to
//! `transmitting` locks the account and compares its version in the same commit; what follows from a
//! letter having left (levels, cycle, schedule, history) is written with the fact itself. Does not: send.

mod bounce;
mod outcome;
mod person;

pub use bounce::{Bounced, outreach_bounced};
pub use outcome::{outreach_failed, outreach_in_doubt, outreach_lapsed, outreach_refused, outreach_sent};
pub use person::{Resolution, outreach_resolve, outreach_void};

use crate::claims::OutreachClaim;
use crate::error::{Result, StoreError};
use crate::settle::{Event, Fence, account_wake, event_insert};
use crate::tenancy::TenantTx;
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{ConversationId, CustomerId, InboundId, InvoiceId, OutreachId, PlanId, PromiseId, UserId};
use domain::kinds::{OutreachKind, OutreachState};
use domain::money::{Currency, Money};
use domain::reason::Reason;
use serde_json::Value;
use uuid::Uuid;

/// An invoice of a letter, with what the letter says is owed on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SentItem {
    /// The invoice.
    pub invoice: InvoiceId,
    /// What it states.
    pub residual: Money,
    /// Due date.
    pub due_date: NaiveDate,
    /// Level before.
    pub before: u16,
    /// Level once sent.
    pub after: u16,
}

/// A letter as a dispatcher or a reviewer needs it.
#[derive(Clone, Debug)]
pub struct ToSend {
    /// Id.
    pub id: OutreachId,
    /// To whom.
    pub customer: CustomerId,
    /// In which currency.
    pub currency: Currency,
    /// The conversation that carries it.
    pub conversation: ConversationId,
    /// Why we write.
    pub kind: OutreachKind,
    /// Cycle.
    pub cycle: i32,
    /// Level of a notice.
    pub level: Option<u16>,
    /// The mail it answers.
    pub reply_to_inbound: Option<InboundId>,
    /// The promise it is about.
    pub promise: Option<PromiseId>,
    /// The plan it offers.
    pub plan: Option<PlanId>,
    /// State.
    pub state: OutreachState,
    /// Language.
    pub language: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub body_text: String,
    /// Recipients.
    pub recipients: Vec<String>,
    /// Copies.
    pub cc: Vec<String>,
    /// Sender address.
    pub sender: String,
    /// Message-ID.
    pub message_id_header: String,
    /// The mail it answers, by Message-ID.
    pub in_reply_to: Option<String>,
    /// The thread, oldest first.
    pub references: Vec<String>,
    /// Date header.
    pub date_header: DateTime<Utc>,
    /// When the facts were read.
    pub drafted_at: DateTime<Utc>,
    /// What it was drafted from (`domain::facts::LetterContext`).
    pub snapshot: Value,
    /// Grounding certificate.
    pub grounding: Value,
    /// Who drafted it.
    pub drafted_by: String,
    /// Who approved it.
    pub approved_by: Option<UserId>,
    /// Failed attempts.
    pub failures: i16,
    /// What it lists.
    pub items: Vec<SentItem>,
}

/// The claimed letter; `None` when the lease is lost.
pub async fn outreach_to_send(tx: &mut TenantTx, claim: &OutreachClaim) -> Result<Option<ToSend>> {
    load(tx, claim.outreach, Some(claim.attempt)).await
}

/// A letter in any state, for a reviewer.
pub async fn letter(tx: &mut TenantTx, id: OutreachId) -> Result<Option<ToSend>> {
    load(tx, id, None).await
}

async fn load(tx: &mut TenantTx, id: OutreachId, attempt: Option<i64>) -> Result<Option<ToSend>> {
    let company = tx.company().uuid();
    let row = sqlx::query!(
        "SELECT customer_id, currency, conversation_id, kind, cycle, dunning_level, reply_to_inbound, promise_id, plan_id,
                state, language, subject, body_text, recipients, cc, sender, message_id_header, in_reply_to,
                references_header, date_header, snapshot, grounding, drafted_by, approved_by, failures
           FROM outreaches WHERE company_id = $1 AND id = $2
            AND ($3::bigint IS NULL OR (attempt = $3 AND state = 'claimed'))",
        company,
        id.uuid(),
        attempt,
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let currency: Currency = row.currency.parse().map_err(|_| StoreError::corrupt("outreaches.currency"))?;
    let level = |n: i32| u16::try_from(n).map_err(|_| StoreError::corrupt("outreaches.dunning_level"));
    Ok(Some(ToSend {
        id,
        customer: CustomerId::from_uuid(row.customer_id),
        currency,
        conversation: ConversationId::from_uuid(row.conversation_id),
        kind: row.kind.parse().map_err(|_| StoreError::corrupt("outreaches.kind"))?,
        cycle: row.cycle,
        level: row.dunning_level.map(level).transpose()?,
        reply_to_inbound: row.reply_to_inbound.map(InboundId::from_uuid),
        promise: row.promise_id.map(PromiseId::from_uuid),
        plan: row.plan_id.map(PlanId::from_uuid),
        state: row.state.parse().map_err(|_| StoreError::corrupt("outreaches.state"))?,
        language: row.language,
        subject: row.subject,
        body_text: row.body_text,
        recipients: row.recipients,
        cc: row.cc,
        sender: row.sender,
        message_id_header: row.message_id_header,
        in_reply_to: row.in_reply_to,
        references: row.references_header,
        date_header: row.date_header,
        drafted_at: row.date_header,
        snapshot: row.snapshot,
        grounding: row.grounding,
        drafted_by: row.drafted_by,
        approved_by: row.approved_by.map(UserId::from_uuid),
        failures: row.failures,
        items: items(tx, id, currency).await?,
    }))
}

async fn items(tx: &mut TenantTx, id: OutreachId, currency: Currency) -> Result<Vec<SentItem>> {
    let company = tx.company().uuid();
    let rows = sqlx::query!(
        "SELECT invoice_id, residual, due_date, level_before, level_after FROM outreach_items
          WHERE company_id = $1 AND outreach_id = $2 ORDER BY due_date, invoice_id",
        company,
        id.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    let level = |n: i32| u16::try_from(n).map_err(|_| StoreError::corrupt("outreach_items.level"));
    rows.into_iter()
        .map(|r| {
            Ok(SentItem {
                invoice: InvoiceId::from_uuid(r.invoice_id),
                residual: Money::new(r.residual, currency)
                    .map_err(|_| StoreError::corrupt("outreach_items.residual"))?,
                due_date: r.due_date,
                before: level(r.level_before)?,
                after: level(r.level_after)?,
            })
        })
        .collect()
}

/// Back into the outbox until `until`; `failure` counts it as a failed attempt.
pub async fn outreach_defer(
    tx: &mut TenantTx,
    claim: &OutreachClaim,
    until: DateTime<Utc>,
    why: &'static str,
    failure: bool,
    at: DateTime<Utc>,
) -> Result<Fence> {
    let company = tx.company().uuid();
    let row = sqlx::query!(
        "UPDATE outreaches SET state = 'queued', send_after = $4, claimed_until = NULL, claimed_by = NULL,
                failures = failures + $5
          WHERE company_id = $1 AND id = $2 AND attempt = $3 AND state = 'claimed'
         RETURNING customer_id, conversation_id",
        company,
        claim.outreach.uuid(),
        claim.attempt,
        until,
        i16::from(failure),
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(Fence::Lost) };
    let event = Event::new("letter_deferred", at)
        .customer(CustomerId::from_uuid(row.customer_id))
        .conversation(ConversationId::from_uuid(row.conversation_id))
        .outreach(claim.outreach)
        .reason(why)
        .detail(serde_json::json!({ "until": until }));
    event_insert(tx, event).await?;
    Ok(Fence::Held)
}

/// The letter is no longer true or wanted: nothing leaves, and the account is looked at again.
pub async fn outreach_stale(
    tx: &mut TenantTx,
    claim: &OutreachClaim,
    why: Reason,
    at: DateTime<Utc>,
) -> Result<Fence> {
    let company = tx.company().uuid();
    let row = sqlx::query!(
        "UPDATE outreaches SET state = 'stale', claimed_until = NULL, claimed_by = NULL
          WHERE company_id = $1 AND id = $2 AND attempt = $3 AND state = 'claimed'
         RETURNING customer_id, currency, conversation_id",
        company,
        claim.outreach.uuid(),
        claim.attempt,
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(Fence::Lost) };
    let currency = row.currency.parse().map_err(|_| StoreError::corrupt("outreaches.currency"))?;
    let gone = Gone {
        outreach: claim.outreach,
        customer: CustomerId::from_uuid(row.customer_id),
        currency,
        conversation: ConversationId::from_uuid(row.conversation_id),
    };
    gone.withdraw(tx, "letter_stale", why.code(), at).await?;
    Ok(Fence::Held)
}

/// A letter that will not leave as it is.
pub(crate) struct Gone {
    pub(crate) outreach: OutreachId,
    pub(crate) customer: CustomerId,
    pub(crate) currency: Currency,
    pub(crate) conversation: ConversationId,
}

impl Gone {
    /// Its action and message are cancelled, the timeline says why, the account is looked at again.
    pub(crate) async fn withdraw(
        &self,
        tx: &mut TenantTx,
        kind: &'static str,
        why: &'static str,
        at: DateTime<Utc>,
    ) -> Result<()> {
        let company = tx.company().uuid();
        let outreach: Uuid = self.outreach.uuid();
        sqlx::query!(
            "UPDATE ai_actions SET status = 'cancelled' WHERE company_id = $1 AND outreach_id = $2
                AND status IN ('pending_approval', 'approved')",
            company,
            outreach,
        )
        .execute(tx.conn())
        .await?;
        sqlx::query!(
            "UPDATE ai_messages SET delivery_status = 'cancelled' WHERE company_id = $1 AND outreach_id = $2
                AND delivery_status IN ('draft', 'approved')",
            company,
            outreach,
        )
        .execute(tx.conn())
        .await?;
        let event = Event::new(kind, at)
            .customer(self.customer)
            .currency(self.currency)
            .conversation(self.conversation)
            .outreach(self.outreach)
            .reason(why);
        event_insert(tx, event).await?;
        account_wake(tx, self.customer, Some(self.currency), at).await?;
        Ok(())
    }
}

/// May the body leave?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gate {
    /// Commit, then send.
    Go,
    /// The account moved since it was read.
    Moved,
    /// The lease is lost.
    Lost,
}

/// Minutes a transmission may take before the letter counts as in doubt.
const TRANSMIT_MINUTES: i32 = 15;

/// The point of no return: locks the account, compares its version, marks the letter as transmitting and
/// keeps its bytes. Commit before the first byte of the body leaves.
pub async fn outreach_transmitting(
    tx: &mut TenantTx,
    claim: &OutreachClaim,
    account_version: i64,
    mime: &[u8],
    at: DateTime<Utc>,
) -> Result<Gate> {
    let company = tx.company().uuid();
    let version = sqlx::query_scalar!(
        "SELECT a.version FROM accounts a
           JOIN outreaches o ON o.company_id = a.company_id AND o.customer_id = a.customer_id AND o.currency = a.currency
          WHERE o.company_id = $1 AND o.id = $2 AND o.attempt = $3 AND o.state = 'claimed'
            FOR NO KEY UPDATE OF a",
        company,
        claim.outreach.uuid(),
        claim.attempt,
    )
    .fetch_optional(tx.conn())
    .await?;
    match version {
        None => return Ok(Gate::Lost),
        Some(version) if version != account_version => return Ok(Gate::Moved),
        Some(_) => {}
    }
    let done = sqlx::query!(
        "UPDATE outreaches SET state = 'transmitting', transmitting_at = $4, mime = $5,
                claimed_until = clock_timestamp() + make_interval(mins => $6)
          WHERE company_id = $1 AND id = $2 AND attempt = $3 AND state = 'claimed'
            AND claimed_until > clock_timestamp()",
        company,
        claim.outreach.uuid(),
        claim.attempt,
        at,
        mime,
        TRANSMIT_MINUTES,
    )
    .execute(tx.conn())
    .await?;
    Ok(if done.rows_affected() == 1 { Gate::Go } else { Gate::Lost })
}
