//! One proposal with everything its decision rests on.

use super::list::{ProposalLine, lines};
use crate::error::{Result, StoreError};
use crate::ledger::blocks::{Block, blocks};
use crate::ledger::disputes::{Dispute, DisputeFilter, disputes};
use crate::ledger::invoices::{Invoice, InvoiceFilter, invoices};
use crate::ledger::promises::{Promise, promises};
use crate::ledger::{money, parse};
use crate::tenancy::TenantTx;
use chrono::{DateTime, NaiveDate, Utc};
use domain::action::Action;
use domain::ids::{
    ActionId, ConversationId, CustomerId, InboundId, InvoiceId, MessageId, OutreachId, UserId,
};
use domain::kinds::{
    ActionStatus, DeliveryStatus, Direction, InboundState, MessageType, OutreachKind, OutreachState,
};
use domain::money::{Currency, Money};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// A message as it would be sent.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct LetterDraft {
    /// The outreach.
    pub outreach: OutreachId,
    /// Why we write.
    pub kind: OutreachKind,
    /// State.
    pub state: OutreachState,
    /// Counts drafts.
    pub revision: i32,
    /// Language.
    pub language: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub body_text: String,
    /// HTML text, when it is not made from the text.
    pub body_html: Option<String>,
    /// To.
    pub recipients: Vec<String>,
    /// Cc.
    pub cc: Vec<String>,
    /// From.
    pub sender: String,
    /// Template or model.
    pub drafted_by: String,
    /// The facts it was drafted from (`domain::facts::LetterContext`).
    pub snapshot: Value,
    /// The certificate (`domain::grounding::Certificate`).
    pub grounding: Value,
    /// The agent's draft, when a person has edited it: `{subject, body_text, grounding, drafted_by}`.
    pub original: Option<Value>,
    /// Version of the account it was drafted from.
    pub account_version: i64,
    /// The account's version now; another one means that the ledger moved.
    pub account_version_now: i64,
    /// When it may leave.
    pub send_after: Option<DateTime<Utc>>,
}

/// An invoice the message lists.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ListedItem {
    /// The invoice.
    pub invoice: InvoiceId,
    /// Its number.
    pub number: String,
    /// What was owed when it was drafted.
    pub residual: Money,
    /// What is owed now.
    pub residual_now: Money,
    /// Due date when it was drafted.
    pub due_date: NaiveDate,
    /// Days overdue when it was drafted.
    pub days_overdue: i32,
    /// Dunning level before.
    pub level_before: i32,
    /// Dunning level after.
    pub level_after: i32,
}

/// A message of the correspondence.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ThreadMessage {
    /// Id.
    pub id: MessageId,
    /// Which way.
    pub direction: Direction,
    /// Who wrote it and who answers for it.
    pub message_type: MessageType,
    /// Where it stands.
    pub delivery: DeliveryStatus,
    /// When it was sent, else written.
    pub at: DateTime<Utc>,
    /// Subject.
    pub subject: Option<String>,
    /// Text; the customer's is hostile.
    pub content: String,
    /// What the customer's means.
    pub intent: Option<String>,
    /// −1 (hostile) to 1 (friendly).
    pub sentiment: Option<f64>,
    /// Addresses.
    pub recipients: Vec<String>,
    /// The outreach.
    pub outreach: Option<OutreachId>,
    /// The mail.
    pub inbound: Option<InboundId>,
}

/// The mail a proposal answers.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct InboundView {
    /// Id.
    pub id: InboundId,
    /// State.
    pub state: InboundState,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// From whom, as the mail says.
    pub from_email: Option<String>,
    /// Subject.
    pub subject: Option<String>,
    /// What is new in it; quotes of the readings point into this.
    pub new_text: Option<String>,
    /// Readings with their evidence.
    pub readings: Option<Value>,
    /// −1 (hostile) to 1 (friendly).
    pub sentiment: Option<f64>,
}

/// Somebody's approval.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Approval {
    /// Who.
    pub user: UserId,
    /// When.
    pub at: DateTime<Utc>,
}

/// A proposal with everything a reviewer needs.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Proposal {
    /// What the inbox shows.
    #[serde(flatten)]
    pub line: ProposalLine,
    /// Where it stands; a decided proposal can still be read.
    pub status: ActionStatus,
    /// The conversation it belongs to.
    pub conversation: ConversationId,
    /// What is to be done.
    pub action: Action,
    /// Version of the policies that asked for a person.
    pub policy_version: String,
    /// The facts they saw.
    pub facts: Value,
    /// Version of the account it was decided on.
    pub account_version: i64,
    /// The message.
    pub letter: Option<LetterDraft>,
    /// The invoices it lists.
    pub items: Vec<ListedItem>,
    /// The correspondence with the customer, oldest first, the last 50 messages.
    pub thread: Vec<ThreadMessage>,
    /// The mail it answers.
    pub inbound: Option<InboundView>,
    /// What the customer owes in this currency, oldest first, the first 200.
    pub open_items: Vec<Invoice>,
    /// Promises of the customer.
    pub promises: Vec<Promise>,
    /// Disputes of the customer.
    pub disputes: Vec<Dispute>,
    /// Blocks that stand.
    pub blocks: Vec<Block>,
    /// Who has approved it so far.
    pub approvals: Vec<Approval>,
    /// Who decided it.
    pub decided_by: Option<UserId>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// What that person noted.
    pub notes: Option<String>,
}

/// A proposal, waiting or decided.
pub async fn proposal(tx: &mut TenantTx, id: ActionId) -> Result<Proposal> {
    let line = lines(tx, &[id.uuid()]).await?.into_iter().next().ok_or(StoreError::NotFound("proposal"))?;
    let row = sqlx::query!(
        r#"SELECT status, conversation_id, payload, policy_version, facts, account_version, inbound_id, human_reviewer_id,
                  human_decision_at, human_notes
             FROM ai_actions WHERE company_id = (SELECT current_company()) AND id = $1"#,
        id.uuid(),
    )
    .fetch_one(tx.conn())
    .await?;
    let letter = match line.outreach {
        Some(outreach) => Some(letter(tx, outreach).await?),
        None => None,
    };
    let items = match line.outreach {
        Some(outreach) => items(tx, outreach, line.currency).await?,
        None => Vec::new(),
    };
    let inbound = match row.inbound_id {
        Some(inbound) => inbound_view(tx, InboundId::from_uuid(inbound)).await?,
        None => None,
    };
    let owing = InvoiceFilter {
        customer: Some(line.customer),
        currency: Some(line.currency),
        owing: true,
        ..InvoiceFilter::default()
    };
    let of_customer = DisputeFilter { customer: Some(line.customer), open_only: false };
    Ok(Proposal {
        status: parse(&row.status, "ai_actions.status")?,
        conversation: ConversationId::from_uuid(row.conversation_id),
        action: serde_json::from_value(row.payload).map_err(|_| StoreError::corrupt("ai_actions.payload"))?,
        policy_version: row.policy_version,
        facts: row.facts,
        account_version: row.account_version,
        letter,
        items,
        thread: thread(tx, line.customer).await?,
        inbound,
        open_items: invoices(tx, &owing, None, 200).await?.rows,
        promises: promises(tx, line.customer).await?,
        disputes: disputes(tx, &of_customer).await?,
        blocks: blocks(tx, Some(line.customer), true).await?,
        approvals: approvals(tx, id).await?,
        decided_by: row.human_reviewer_id.map(UserId::from_uuid),
        decided_at: row.human_decision_at,
        notes: row.human_notes,
        line,
    })
}

async fn letter(tx: &mut TenantTx, id: OutreachId) -> Result<LetterDraft> {
    let r = sqlx::query!(
        r#"SELECT o.kind, o.state, o.revision, o.language, o.subject, o.body_text, o.body_html, o.recipients, o.cc, o.sender,
                  o.drafted_by, o.snapshot, o.grounding, o.draft_original, o.account_version, o.send_after,
                  a.version AS account_version_now
             FROM outreaches o JOIN accounts a ON a.customer_id = o.customer_id AND a.currency = o.currency
            WHERE o.company_id = (SELECT current_company()) AND o.id = $1"#,
        id.uuid(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(LetterDraft {
        outreach: id,
        kind: parse(&r.kind, "outreaches.kind")?,
        state: parse(&r.state, "outreaches.state")?,
        revision: r.revision,
        language: r.language,
        subject: r.subject,
        body_text: r.body_text,
        body_html: r.body_html,
        recipients: r.recipients,
        cc: r.cc,
        sender: r.sender,
        drafted_by: r.drafted_by,
        snapshot: r.snapshot,
        grounding: r.grounding,
        original: r.draft_original,
        account_version: r.account_version,
        account_version_now: r.account_version_now,
        send_after: r.send_after,
    })
}

async fn items(tx: &mut TenantTx, id: OutreachId, currency: Currency) -> Result<Vec<ListedItem>> {
    let rows = sqlx::query!(
        r#"SELECT t.invoice_id, i.invoice_number, t.residual, i.residual AS "residual_now!", t.due_date, t.days_overdue,
                  t.level_before, t.level_after
             FROM outreach_items t JOIN invoices i ON i.id = t.invoice_id
            WHERE t.company_id = (SELECT current_company())
              AND t.outreach_id = $1 ORDER BY t.due_date, t.invoice_id"#,
        id.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(ListedItem {
                invoice: InvoiceId::from_uuid(r.invoice_id),
                number: r.invoice_number,
                residual: money(r.residual, currency, "outreach_items.residual")?,
                residual_now: money(r.residual_now, currency, "invoices.residual")?,
                due_date: r.due_date,
                days_overdue: r.days_overdue,
                level_before: r.level_before,
                level_after: r.level_after,
            })
        })
        .collect()
}

async fn thread(tx: &mut TenantTx, customer: CustomerId) -> Result<Vec<ThreadMessage>> {
    let rows = sqlx::query!(
        r#"SELECT id, direction, message_type, delivery_status, coalesce(sent_at, created_at) AS "at!", subject, content,
                  intent_classification, sentiment_score, recipients, outreach_id, inbound_id
             FROM ai_messages WHERE company_id = (SELECT current_company())
               AND customer_id = $1 AND delivery_status <> 'cancelled'
            ORDER BY id DESC LIMIT 50"#,
        customer.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .rev()
        .map(|r| {
            Ok(ThreadMessage {
                id: MessageId::from_uuid(r.id),
                direction: parse(&r.direction, "ai_messages.direction")?,
                message_type: parse(&r.message_type, "ai_messages.message_type")?,
                delivery: parse(&r.delivery_status, "ai_messages.delivery_status")?,
                at: r.at,
                subject: r.subject,
                content: r.content,
                intent: r.intent_classification,
                sentiment: r.sentiment_score,
                recipients: r.recipients,
                outreach: r.outreach_id.map(OutreachId::from_uuid),
                inbound: r.inbound_id.map(InboundId::from_uuid),
            })
        })
        .collect()
}

/// A mail as a reviewer sees it.
pub(crate) async fn inbound_view(tx: &mut TenantTx, id: InboundId) -> Result<Option<InboundView>> {
    let row = sqlx::query!(
        r#"SELECT state, received_at, from_email, subject, new_text, readings, sentiment
             FROM inbound_mails WHERE company_id = (SELECT current_company()) AND id = $1"#,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|r| {
        Ok(InboundView {
            id,
            state: parse(&r.state, "inbound_mails.state")?,
            received_at: r.received_at,
            from_email: r.from_email,
            subject: r.subject,
            new_text: r.new_text,
            readings: r.readings,
            sentiment: r.sentiment,
        })
    })
    .transpose()
}

pub(super) async fn approvals(tx: &mut TenantTx, id: ActionId) -> Result<Vec<Approval>> {
    let rows = sqlx::query!(
        "SELECT user_id, approved_at FROM action_approvals WHERE company_id = (SELECT current_company())
          AND action_id = $1 ORDER BY approved_at, user_id",
        id.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    let approval = |user: Uuid, at| Approval { user: UserId::from_uuid(user), at };
    Ok(rows.into_iter().map(|r| approval(r.user_id, r.approved_at)).collect())
}
