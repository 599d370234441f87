//! Writing a drafted message into the outbox or before a person.
//!
//! Why: one message per purpose, whatever crashes. Guarantees: a purpose that has a live message cannot
//! get a second one; a message that became stale, was withdrawn or was refused is drafted anew in the
//! same row with the next revision, so the unique key holds for ever; the account version it bears is
//! the one under the account's lock at that moment. Does not: decide what goes out.

use crate::error::{Result, StoreError};
use crate::settle::unit::Slot;
use crate::tenancy::TenantTx;
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{
    ConversationId, CustomerId, InboundId, InvoiceId, MessageId, OutreachId, PlanId, PromiseId,
};
use domain::kinds::{DeliveryStatus, OutreachKind, OutreachState};
use domain::money::{Currency, Money};
use serde_json::{Value, json};
use uuid::Uuid;

/// What a message is for; two with the same key cannot exist. An offer of a plan has no key of its own
/// unless it answers a mail: the plan is the key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SlotKey {
    /// Why we write.
    pub kind: OutreachKind,
    /// Cycle of the account.
    pub cycle: i32,
    /// Level of a dunning notice.
    pub level: Option<u16>,
    /// The mail it answers.
    pub reply_to_inbound: Option<InboundId>,
    /// The broken promise it is about.
    pub promise: Option<PromiseId>,
}

/// An invoice a message lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewItem {
    /// The invoice.
    pub invoice: InvoiceId,
    /// What was owed on it.
    pub residual: Money,
    /// Its due date.
    pub due_date: NaiveDate,
    /// Days past due; negative before.
    pub days_overdue: i32,
    /// Dunning level before.
    pub before: u16,
    /// Dunning level once it is sent.
    pub after: u16,
}

/// A drafted, checked and decided message.
#[derive(Clone, Debug)]
pub struct NewOutreach {
    /// Made by the caller, because the Message-ID and the reply address derive from it.
    pub id: OutreachId,
    /// Debtor.
    pub customer: CustomerId,
    /// Currency.
    pub currency: Currency,
    /// The conversation that carries it: that of the oldest open item.
    pub conversation: ConversationId,
    /// Why we write.
    pub kind: OutreachKind,
    /// Cycle of the account.
    pub cycle: i32,
    /// Level of a dunning notice.
    pub level: Option<u16>,
    /// The mail it answers.
    pub reply_to_inbound: Option<InboundId>,
    /// The broken promise it is about.
    pub promise: Option<PromiseId>,
    /// The plan it offers.
    pub plan: Option<PlanId>,
    /// `Drafted`, `Proposed` or `Queued`.
    pub state: OutreachState,
    /// BCP 47 language of the text.
    pub language: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub body_text: String,
    /// HTML text, when it is not made from the text.
    pub body_html: Option<String>,
    /// Addresses, at least one.
    pub recipients: Vec<String>,
    /// Addresses.
    pub cc: Vec<String>,
    /// From.
    pub sender: String,
    /// Reply-To.
    pub reply_to: String,
    /// Message-ID.
    pub message_id_header: String,
    /// In-Reply-To.
    pub in_reply_to: Option<String>,
    /// References, oldest first.
    pub references: Vec<String>,
    /// Date.
    pub date_header: DateTime<Utc>,
    /// The facts it was drafted from.
    pub snapshot: Value,
    /// The certificate.
    pub grounding: Value,
    /// `template:<name>@<version>` or `model:<name>`.
    pub drafted_by: String,
    /// Policy version or person that answers for it.
    pub responsible: String,
    /// Wording of the disclosure.
    pub disclosure_version: Option<String>,
    /// When it may leave; required when queued.
    pub send_after: Option<DateTime<Utc>>,
    /// The call of the model, if there was one.
    pub model_call: Option<Uuid>,
    /// Version of the prompt, if there was one.
    pub prompt_version: Option<String>,
    /// What it lists.
    pub items: Vec<NewItem>,
    /// Now, by the injected clock.
    pub at: DateTime<Utc>,
}

impl NewOutreach {
    /// What it is for.
    #[must_use]
    pub const fn key(&self) -> SlotKey {
        SlotKey {
            kind: self.kind,
            cycle: self.cycle,
            level: self.level,
            reply_to_inbound: self.reply_to_inbound,
            promise: self.promise,
        }
    }

    /// Status of its row in the correspondence.
    fn delivery_status(&self) -> DeliveryStatus {
        match self.state {
            OutreachState::Queued => DeliveryStatus::Approved,
            OutreachState::Drafted
            | OutreachState::Proposed
            | OutreachState::Claimed
            | OutreachState::Transmitting
            | OutreachState::Sent
            | OutreachState::InDoubt
            | OutreachState::Failed
            | OutreachState::Stale
            | OutreachState::Cancelled => DeliveryStatus::Draft,
        }
    }

    /// The row of `outreaches`, as JSON for one statement.
    pub(super) fn row(&self) -> Value {
        json!({
            "id": self.id, "customer_id": self.customer, "currency": self.currency,
            "conversation_id": self.conversation, "kind": self.kind, "cycle": self.cycle,
            "dunning_level": self.level, "reply_to_inbound": self.reply_to_inbound, "promise_id": self.promise,
            "plan_id": self.plan, "state": self.state, "language": self.language, "subject": self.subject,
            "body_text": self.body_text, "body_html": self.body_html, "recipients": self.recipients,
            "cc": self.cc, "sender": self.sender, "reply_to": self.reply_to,
            "message_id_header": self.message_id_header, "in_reply_to": self.in_reply_to,
            "references_header": self.references, "date_header": self.date_header, "snapshot": self.snapshot,
            "grounding": self.grounding, "drafted_by": self.drafted_by, "responsible": self.responsible,
            "disclosure_version": self.disclosure_version, "send_after": self.send_after,
        })
    }

    /// The rows of `outreach_items`, as JSON for one statement.
    pub(super) fn item_rows(&self) -> Value {
        let rows = self.items.iter().map(|i| {
            json!({
                "invoice_id": i.invoice, "residual": i.residual.amount(), "due_date": i.due_date,
                "days_overdue": i.days_overdue, "level_before": i.before, "level_after": i.after,
            })
        });
        Value::Array(rows.collect())
    }

    /// What its row of `ai_messages` has beside the outreach's, as JSON for one statement.
    pub(super) fn message_row(&self) -> Value {
        json!({
            "id": MessageId::new(), "delivery_status": self.delivery_status(), "created_at": self.at,
            "model_call_id": self.model_call, "prompt_version": self.prompt_version,
        })
    }

    pub(super) fn check(&self) -> Result<()> {
        let states = [OutreachState::Drafted, OutreachState::Proposed, OutreachState::Queued];
        if !states.contains(&self.state) {
            return Err(StoreError::invalid("a new outreach is drafted, proposed or queued"));
        }
        if self.items.iter().any(|i| i.residual.currency() != self.currency) {
            return Err(StoreError::invalid("an item of an outreach is in another currency"));
        }
        Ok(())
    }
}

/// Writes a message with its items and its row in the correspondence: a new row, or the next revision
/// of the row that `slot` names (whose id the draft must already bear).
///
/// # Errors
/// `Conflict` when a live message has the same purpose, or the draft bears another id than the slot's.
pub(super) async fn outreach_write(tx: &mut TenantTx, new: &NewOutreach, slot: Option<Slot>) -> Result<()> {
    new.check()?;
    match slot {
        None => outreach_insert(tx, new).await?,
        Some(slot) if !slot.redraftable() => {
            return Err(StoreError::conflict("a message for this purpose exists"));
        }
        Some(slot) if slot.id != new.id => {
            return Err(StoreError::conflict("the draft does not bear the id of the row it replaces"));
        }
        Some(_) => outreach_redraft(tx, new).await?,
    }
    let company = tx.company().uuid();
    sqlx::query!(
        "WITH items AS (
            INSERT INTO outreach_items (company_id, outreach_id, invoice_id, customer_id, currency, residual, due_date,
                days_overdue, level_before, level_after)
            SELECT $1, $2, i.invoice_id, $3, $4, i.residual, i.due_date, i.days_overdue, i.level_before, i.level_after
              FROM jsonb_to_recordset($5) AS i (invoice_id uuid, residual numeric, due_date date, days_overdue integer,
                level_before integer, level_after integer)
         )
         INSERT INTO ai_messages (company_id, id, conversation_id, direction, message_type, content, subject,
            delivery_status, created_at, outreach_id, customer_id, message_id_header, in_reply_to, recipients, language,
            responsible, disclosure_version, model_call_id, prompt_version, grounding)
         SELECT $1, m.id, o.conversation_id, 'outbound', 'ai_generated', o.body_text, o.subject, m.delivery_status,
            m.created_at, o.id, o.customer_id, o.message_id_header, o.in_reply_to, o.recipients || o.cc, o.language,
            o.responsible, o.disclosure_version, m.model_call_id, m.prompt_version, o.grounding
           FROM outreaches o, jsonb_to_record($6) AS m (id uuid, delivery_status text, created_at timestamptz,
            model_call_id uuid, prompt_version text)
          WHERE o.company_id = $1 AND o.id = $2",
        company,
        new.id.uuid(),
        new.customer.uuid(),
        new.currency.code(),
        new.item_rows(),
        new.message_row(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn outreach_insert(tx: &mut TenantTx, new: &NewOutreach) -> Result<()> {
    let company = tx.company().uuid();
    sqlx::query!(
        "INSERT INTO outreaches (company_id, id, customer_id, currency, conversation_id, kind, cycle, dunning_level,
            reply_to_inbound, promise_id, plan_id, state, language, subject, body_text, body_html, recipients, cc, sender,
            reply_to, message_id_header, in_reply_to, references_header, date_header, account_version, snapshot,
            grounding, drafted_by, responsible, disclosure_version, send_after)
         SELECT $1, o.id, o.customer_id, o.currency, o.conversation_id, o.kind, o.cycle, o.dunning_level,
            o.reply_to_inbound, o.promise_id, o.plan_id, o.state, o.language, o.subject, o.body_text, o.body_html,
            o.recipients, o.cc, o.sender, o.reply_to, o.message_id_header, o.in_reply_to, o.references_header,
            o.date_header, a.version, o.snapshot, o.grounding, o.drafted_by, o.responsible, o.disclosure_version,
            o.send_after
           FROM jsonb_to_record($2) AS o (id uuid, customer_id uuid, currency text, conversation_id uuid, kind text,
            cycle integer, dunning_level integer, reply_to_inbound uuid, promise_id uuid, plan_id uuid, state text,
            language text, subject text, body_text text, body_html text, recipients text[], cc text[], sender text,
            reply_to text, message_id_header text, in_reply_to text, references_header text[], date_header timestamptz,
            snapshot jsonb, grounding jsonb, drafted_by text, responsible text, disclosure_version text,
            send_after timestamptz)
           JOIN accounts a ON a.company_id = $1 AND a.customer_id = o.customer_id AND a.currency = o.currency",
        company,
        new.row(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The next revision in the same row. Two steps, because the state machine lets a dead row only become
/// a draft again.
async fn outreach_redraft(tx: &mut TenantTx, new: &NewOutreach) -> Result<()> {
    let company = tx.company().uuid();
    let redrafted = sqlx::query!(
        "UPDATE outreaches t
            SET state = 'drafted', revision = t.revision + 1, conversation_id = o.conversation_id, plan_id = o.plan_id,
                language = o.language, subject = o.subject, body_text = o.body_text, body_html = o.body_html,
                recipients = o.recipients, cc = o.cc, sender = o.sender, reply_to = o.reply_to,
                message_id_header = o.message_id_header, in_reply_to = o.in_reply_to,
                references_header = o.references_header, date_header = o.date_header, account_version = a.version,
                snapshot = o.snapshot, grounding = o.grounding, drafted_by = o.drafted_by, draft_original = NULL,
                approved_by = NULL, responsible = o.responsible, disclosure_version = o.disclosure_version,
                send_after = o.send_after, mime = NULL, failures = 0, smtp_code = NULL, smtp_text = NULL, failure = NULL
           FROM jsonb_to_record($3) AS o (customer_id uuid, currency text, conversation_id uuid, plan_id uuid,
            language text, subject text, body_text text, body_html text, recipients text[], cc text[], sender text,
            reply_to text, message_id_header text, in_reply_to text, references_header text[], date_header timestamptz,
            snapshot jsonb, grounding jsonb, drafted_by text, responsible text, disclosure_version text,
            send_after timestamptz)
           JOIN accounts a ON a.company_id = $1 AND a.customer_id = o.customer_id AND a.currency = o.currency
          WHERE t.company_id = $1 AND t.id = $2 AND t.state IN ('stale', 'cancelled', 'failed')",
        company,
        new.id.uuid(),
        new.row(),
    )
    .execute(tx.conn())
    .await?;
    if redrafted.rows_affected() == 0 {
        return Err(StoreError::conflict("the message to be drafted anew has moved on"));
    }
    if new.state != OutreachState::Drafted {
        sqlx::query!(
            "UPDATE outreaches SET state = $3 WHERE company_id = $1 AND id = $2",
            company,
            new.id.uuid(),
            new.state.as_str(),
        )
        .execute(tx.conn())
        .await?;
    }
    sqlx::query!(
        "DELETE FROM outreach_items WHERE company_id = $1 AND outreach_id = $2",
        company,
        new.id.uuid()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE ai_messages SET delivery_status = 'cancelled'
          WHERE company_id = $1 AND outreach_id = $2 AND delivery_status IN ('draft', 'approved')",
        company,
        new.id.uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes a message outside a unit: an answer to a mail, or an offer. The caller holds the account's
/// lock and has made all other records before, so that the message bears the version they led to.
///
/// # Errors
/// `Conflict` when a live message has the same purpose, or a dead one whose id the draft does not bear
/// (look it up with [`super::unit_lock`] or [`outreach_slot`]).
pub async fn outreach_settle(tx: &mut TenantTx, new: &NewOutreach) -> Result<OutreachId> {
    let slot = outreach_slot(tx, new.customer, new.currency, &new.key()).await?;
    outreach_write(tx, new, slot).await?;
    Ok(new.id)
}

/// The row that a message of this purpose has already.
pub async fn outreach_slot(
    tx: &mut TenantTx,
    customer: CustomerId,
    currency: Currency,
    key: &SlotKey,
) -> Result<Option<Slot>> {
    let company = tx.company().uuid();
    let row = sqlx::query!(
        r#"SELECT o.id AS "id!", o.state AS "state!", o.revision AS "revision!" FROM (
             SELECT o.id, o.state, o.revision FROM outreaches o
              WHERE $4 = 'dunning_notice' AND o.kind = 'dunning_notice' AND o.company_id = $1 AND o.customer_id = $2
                AND o.currency = $3 AND o.cycle = $5 AND o.dunning_level = $6
             UNION ALL
             SELECT o.id, o.state, o.revision FROM outreaches o
              WHERE o.company_id = $1 AND o.reply_to_inbound = $7 AND o.kind = $4
             UNION ALL
             SELECT o.id, o.state, o.revision FROM outreaches o
              WHERE $4 = 'broken_promise' AND o.kind = 'broken_promise' AND o.company_id = $1 AND o.promise_id = $8) o
            LIMIT 1"#,
        company,
        customer.uuid(),
        currency.code(),
        key.kind.as_str(),
        key.cycle,
        key.level.map(i32::from),
        key.reply_to_inbound.map(InboundId::uuid),
        key.promise.map(PromiseId::uuid),
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|r| Slot::read(r.id, &r.state, r.revision)).transpose()
}
