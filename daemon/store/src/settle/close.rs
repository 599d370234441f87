//! Closing what is paid.
//!
//! Why: a paid invoice must never be chased again, and closing must rest on the ledger alone (I10).
//! Guarantees: the evidence is read again under the account's lock; a receipt is booked only when it is
//! the customer's, in the account's currency, unbooked, and exactly what is owed; whatever waited for
//! the money (promise, dispute, block) ends with it. Does not: believe a mail.

use super::blocks::blocks_of_settled_lift;
use super::execute::{ActContext, Effects};
use super::records::{Event, NewLearning, event_insert, learning_insert};
use crate::error::{Result, StoreError};
use crate::tenancy::TenantTx;
use domain::action::Evidence;
use domain::ids::{ActionId, ConversationId, InvoiceId, ReceiptId};
use domain::kinds::{LearningKind, LearningSignal, Outcome};
use serde_json::json;

/// Books the evidence and closes the invoice's conversation.
pub(super) async fn mark_paid(
    tx: &mut TenantTx,
    invoice: InvoiceId,
    evidence: &Evidence,
    ctx: &ActContext,
) -> Result<Effects> {
    if let Evidence::Receipt { receipt } = evidence {
        receipt_book(tx, *receipt, invoice, ctx).await?;
    }
    let company = tx.company().uuid();
    let paid = sqlx::query!(
        r#"SELECT i.status = 'paid' AS "paid!", EXISTS (SELECT 1 FROM payments p WHERE p.company_id = $1
                AND p.invoice_id = i.id AND p.reversed_at IS NULL) AS "by_payment!",
                EXISTS (SELECT 1 FROM disputes d WHERE d.company_id = $1 AND d.invoice_id = i.id AND d.state = 'upheld')
                AS "upheld!"
           FROM invoices i WHERE i.company_id = $1 AND i.id = $2 AND i.customer_id = $3 AND i.currency = $4"#,
        company,
        invoice.uuid(),
        ctx.customer.uuid(),
        ctx.currency.code(),
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(StoreError::NotFound("invoice of the account"))?;
    if !paid.paid {
        return Err(StoreError::conflict("the ledger does not show the invoice as paid"));
    }
    let outcome = if paid.upheld && !paid.by_payment { Outcome::Dispute } else { Outcome::Paid };
    let touched = conversation_close(tx, invoice, outcome, ctx).await?;
    Ok(Effects { touched: touched.into_iter().collect(), wake: true, ..Effects::default() })
}

/// Makes a payment out of a receipt.
async fn receipt_book(
    tx: &mut TenantTx,
    receipt: ReceiptId,
    invoice: InvoiceId,
    ctx: &ActContext,
) -> Result<()> {
    let company = tx.company().uuid();
    let booked = sqlx::query!(
        "WITH taken AS (
            UPDATE unapplied_receipts r SET applied_at = $6
              FROM invoices i
             WHERE r.company_id = $1 AND r.id = $2 AND r.applied_at IS NULL AND r.customer_id = $4 AND r.currency = $5
               AND i.company_id = $1 AND i.id = $3 AND i.customer_id = $4 AND i.currency = $5 AND i.residual = r.amount
            RETURNING r.id, r.amount, r.received_on, r.payment_method, r.source, r.currency)
         INSERT INTO payments (company_id, invoice_id, amount, payment_date, payment_method, source, currency, receipt_id,
            created_at)
         SELECT $1, $3, t.amount, t.received_on, t.payment_method, t.source, t.currency, t.id, $6 FROM taken t",
        company,
        receipt.uuid(),
        invoice.uuid(),
        ctx.customer.uuid(),
        ctx.currency.code(),
        ctx.at,
    )
    .execute(tx.conn())
    .await?;
    if booked.rows_affected() == 0 {
        return Err(StoreError::conflict(
            "the receipt is booked already or is not what is owed on the invoice",
        ));
    }
    Ok(())
}

/// Ends the live conversation of an invoice and everything that waited with it.
pub(crate) async fn conversation_close(
    tx: &mut TenantTx,
    invoice: InvoiceId,
    outcome: Outcome,
    ctx: &ActContext,
) -> Result<Option<ConversationId>> {
    let company = tx.company().uuid();
    let closed = sqlx::query_scalar!(
        "UPDATE ai_conversations SET status = 'completed', current_stage = 'resolved', outcome = $3, next_action_at = NULL,
                last_action_at = $4, hold_reason = NULL, hold_until = NULL, pause_reason = NULL, paused_until = NULL
          WHERE company_id = $1 AND invoice_id = $2 AND status IN ('active', 'paused', 'escalated') RETURNING id",
        company,
        invoice.uuid(),
        outcome.as_str(),
        ctx.at,
    )
    .fetch_optional(tx.conn())
    .await?
    .map(ConversationId::from_uuid);
    sqlx::query!(
        "UPDATE promises SET state = CASE WHEN $3 THEN 'kept' ELSE 'withdrawn' END
          WHERE company_id = $1 AND invoice_id = $2 AND state = 'open'",
        company,
        invoice.uuid(),
        outcome == Outcome::Paid,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE disputes SET state = 'withdrawn', resolved_at = $3
          WHERE company_id = $1 AND invoice_id = $2 AND state = 'open'",
        company,
        invoice.uuid(),
        ctx.at,
    )
    .execute(tx.conn())
    .await?;
    blocks_of_settled_lift(tx, ctx.customer, invoice, ctx).await?;
    let event = Event::new("closed", ctx.at)
        .customer(ctx.customer)
        .currency(ctx.currency)
        .invoice(invoice)
        .conversation(closed)
        .action(ctx.action)
        .detail(json!({ "outcome": outcome }));
    event_insert(tx, event).await?;
    if let (Some(conversation), Outcome::Paid) = (closed, outcome) {
        credit_last_letter(tx, conversation, ctx).await?;
    }
    Ok(closed)
}

/// Money came: the last letter of the conversation worked.
async fn credit_last_letter(tx: &mut TenantTx, conversation: ConversationId, ctx: &ActContext) -> Result<()> {
    let company = tx.company().uuid();
    let last = sqlx::query!(
        "SELECT id, action_type, executed_at FROM ai_actions
          WHERE company_id = $1 AND conversation_id = $2 AND status = 'executed'
            AND action_type IN ('send_message', 'offer_payment_plan') ORDER BY id DESC LIMIT 1",
        company,
        conversation.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(last) = last else { return Ok(()) };
    let days = last.executed_at.map(|sent| (ctx.at - sent).num_days());
    let learning = NewLearning {
        kind: LearningKind::ActionOutcome,
        signal: LearningSignal::Positive,
        conversation: Some(conversation),
        action: Some(ActionId::from_uuid(last.id)),
        original: json!({ "action": last.action_type }),
        outcome: json!({ "outcome": Outcome::Paid, "days_after": days }),
        at: ctx.at,
    };
    learning_insert(tx, learning).await
}
