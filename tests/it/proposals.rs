//! Proposals: the inbox, one in full, and what a person does with it.

mod decide;
mod inbox;

use chrono::{DateTime, TimeDelta, Utc};
use domain::action::Action;
use domain::ids::{ActionId, ConversationId, OutreachId};
use serde_json::json;
use tests::{Company, Invoice, World};

/// A proposed letter about an invoice.
struct Proposed {
    action: ActionId,
    outreach: OutreachId,
    conversation: ConversationId,
}

/// Writes a proposed letter of level 2, past the code under test.
async fn propose(
    world: &World,
    company: &Company,
    invoice: &Invoice,
    amount: &str,
    at: DateTime<Utc>,
) -> Proposed {
    let conversation = company.conversation(invoice).await.unwrap();
    let (action, outreach) = (ActionId::new(), OutreachId::new());
    sqlx::query(
        "INSERT INTO outreaches (company_id, id, customer_id, currency, conversation_id, kind, cycle, dunning_level, state,
            language, subject, body_text, recipients, sender, reply_to, message_id_header, date_header, account_version,
            snapshot, grounding, drafted_by, responsible, created_at)
         SELECT $1, $2, i.customer_id, i.currency, $3, 'dunning_notice', 1, 2, 'proposed', 'de', 'Mahnung', 'Guten Tag',
            '{billing@eins.example}', 'Acme <ar@acme.example>', 'ar@acme.example', $2 || '@acme.example', $5, a.version,
            '{}', '{\"entries\": []}', 'template:friendly@1', 'policy:1', $5
           FROM invoices i JOIN accounts a USING (company_id, customer_id, currency) WHERE i.id = $4",
    )
    .bind(company.id.uuid())
    .bind(outreach.uuid())
    .bind(conversation.uuid())
    .bind(invoice.id.uuid())
    .bind(at)
    .execute(&world.admin)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO outreach_items (company_id, outreach_id, invoice_id, customer_id, currency, residual, due_date,
            days_overdue, level_before, level_after)
         SELECT $1, $2, id, customer_id, currency, residual, due_date, 10, 1, 2 FROM invoices WHERE id = $3",
    )
    .bind(company.id.uuid())
    .bind(outreach.uuid())
    .bind(invoice.id.uuid())
    .execute(&world.admin)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO ai_messages (company_id, id, conversation_id, customer_id, direction, message_type, content, subject,
            delivery_status, outreach_id, responsible, recipients, created_at)
         SELECT $1, $2, $3, customer_id, 'outbound', 'ai_generated', 'Guten Tag', 'Mahnung', 'draft', $4, 'policy:1',
            '{billing@eins.example}', $6 FROM invoices WHERE id = $5",
    )
    .bind(company.id.uuid())
    .bind(uuid::Uuid::now_v7())
    .bind(conversation.uuid())
    .bind(outreach.uuid())
    .bind(invoice.id.uuid())
    .bind(at)
    .execute(&world.admin)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO ai_actions (company_id, id, conversation_id, customer_id, currency, outreach_id, action_type, status,
            ai_confidence, ai_reasoning, payload, verdict, reasons, policy_version, facts, account_version, expires_at,
            amount, created_at)
         SELECT $1, $2, $3, i.customer_id, i.currency, $4, 'send_message', 'pending_approval', 0.7, 'second notice', $5,
            'propose', '{amount_limit}', '1', '{\"total\": 100}', a.version, $6, $7::numeric, $8
           FROM invoices i JOIN accounts a USING (company_id, customer_id, currency) WHERE i.id = $9",
    )
    .bind(company.id.uuid())
    .bind(action.uuid())
    .bind(conversation.uuid())
    .bind(outreach.uuid())
    .bind(serde_json::to_value(Action::SendMessage { outreach }).unwrap())
    .bind(at + TimeDelta::hours(72))
    .bind(amount)
    .bind(at)
    .bind(invoice.id.uuid())
    .execute(&world.admin)
    .await
    .unwrap();
    Proposed { action, outreach, conversation }
}

/// A company, a debtor with one open invoice of 100, and a proposed letter about it.
async fn waiting() -> (World, Company, Invoice, Proposed) {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let debtor = company.customer("Eins").await.unwrap();
    let invoice = company.invoice(&debtor, "100", 10).await.unwrap();
    let proposed = propose(&world, &company, &invoice, "100", world.now()).await;
    (world, company, invoice, proposed)
}

fn certificate() -> serde_json::Value {
    json!({ "entries": ["new"] })
}
