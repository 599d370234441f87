//! Reading the account snapshot: everything a decision or a letter rests on, at one moment.
//!
//! Why: drafting, checking, deciding and the last look before the send must see the same facts.
//! Guarantees: one statement, so one state of the database even outside a repeatable-read
//! transaction; what the ledger says owes nothing is not among the items; a value that cannot be read
//! is an error, never a default. Does not: lock; [`account_lock`] does, and whoever writes compares
//! the version under that lock.

mod rows;

use crate::error::{Result, StoreError};
use crate::tenancy::TenantTx;
use chrono::{DateTime, Utc};
use domain::ids::CustomerId;
use domain::money::Currency;
use domain::snapshot::Snapshot;
use rows::Row;
use sqlx::types::Json;

/// Everything about one account; `None` when there is no such account.
///
/// `as_of` is the injected clock: it decides today's date in the company's zone and which of the
/// contacts and broken promises are recent enough to matter (a year).
///
/// # Errors
/// `Corrupt` when a stored value (settings, zone, amount) cannot be read.
pub async fn account_snapshot(
    tx: &mut TenantTx,
    customer: CustomerId,
    currency: Currency,
    as_of: DateTime<Utc>,
) -> Result<Option<Snapshot>> {
    let company = tx.company();
    let row = sqlx::query_scalar!(
        r#"
SELECT json_build_object(
  'version', a.version, 'cycle', a.cycle, 'level', a.dunning_level, 'last_notice_at', a.last_notice_at,
  'company', json_build_object(
    'name', co.name, 'language', co.language, 'country', co.country, 'zone', co.time_zone,
    'sender_name', coalesce(co.sender_name, co.name), 'email', coalesce(co.reply_to, co.email),
    'iban', co.iban, 'bic', co.bic, 'account_holder', co.account_holder, 'autonomy', co.autonomy_level,
    'settings', co.settings, 'ledger_read_at', co.last_sync_at,
    'steps', (SELECT s.steps FROM reminder_sequences s WHERE s.company_id = $1)),
  'customer', json_build_object(
    'id', cu.id, 'name', cu.name, 'kind', cu.debtor_kind, 'country', cu.country, 'region', cu.region,
    'language', cu.language, 'zone', cu.time_zone, 'do_not_contact', cu.do_not_contact,
    'autonomy', cu.autonomy_level),
  'contacts', (SELECT coalesce(json_agg(json_build_object(
      'id', c.id, 'name', c.name, 'email', c.email, 'role', c.role, 'language', c.language,
      'usable', c.is_active AND c.verified AND c.undeliverable_since IS NULL AND NOT EXISTS (
        SELECT 1 FROM suppressions s
         WHERE s.company_id = $1 AND s.email_norm = c.email_norm AND s.lifted_at IS NULL)) ORDER BY c.id), '[]')
    FROM contacts c WHERE c.company_id = $1 AND c.customer_id = $2 AND c.deleted_at IS NULL),
  'items', (SELECT coalesce(json_agg(json_build_object(
      'invoice', i.id, 'number', i.invoice_number, 'invoice_date', i.invoice_date, 'due_date', i.due_date,
      'original', i.amount::text, 'paid', i.amount_paid::text, 'credited', i.amount_credited::text,
      'level', i.reminder_sequence_step,
      'conversation', CASE WHEN v.id IS NULL THEN NULL ELSE json_build_object(
        'id', v.id, 'status', v.status, 'stage', v.current_stage, 'autonomy', v.autonomy_level) END)
      ORDER BY i.due_date, i.id), '[]')
    FROM invoices i
    LEFT JOIN ai_conversations v ON v.company_id = $1 AND v.invoice_id = i.id
      AND v.status IN ('active', 'paused', 'escalated')
    WHERE i.company_id = $1 AND i.customer_id = $2 AND i.currency = $3
      AND i.status IN ('pending', 'due_soon', 'overdue')
      AND i.cancelled_at IS NULL AND i.written_off_at IS NULL AND i.deleted_at IS NULL),
  'settled', (SELECT coalesce(json_agg(json_build_object(
      'invoice', i.id, 'conversation', v.id,
      'payments', (SELECT coalesce(json_agg(p.id ORDER BY p.id), '[]') FROM payments p
        WHERE p.company_id = $1 AND p.invoice_id = i.id AND p.reversed_at IS NULL)) ORDER BY v.id), '[]')
    FROM ai_conversations v
    JOIN invoices i ON i.company_id = $1 AND i.id = v.invoice_id
    WHERE v.company_id = $1 AND v.customer_id = $2 AND v.currency = $3
      AND v.status IN ('active', 'paused', 'escalated') AND i.status = 'paid'
      AND NOT EXISTS (SELECT 1 FROM ai_actions x
        WHERE x.company_id = $1 AND x.customer_id = $2 AND x.currency = $3 AND x.conversation_id = v.id
          AND x.action_type = 'mark_paid' AND x.status IN ('pending_approval', 'approved', 'rejected'))),
  'unapplied_credit', (SELECT coalesce(sum(n.amount - n.amount_allocated), 0)::text FROM credit_notes n
    WHERE n.company_id = $1 AND n.customer_id = $2 AND n.currency = $3 AND n.deleted_at IS NULL),
  'receipts', (SELECT coalesce(json_agg(json_build_object(
      'id', r.id, 'amount', r.amount::text, 'received_on', r.received_on, 'reference', r.reference)
      ORDER BY r.received_on, r.id), '[]')
    FROM unapplied_receipts r
    WHERE r.company_id = $1 AND r.customer_id = $2 AND r.currency = $3 AND r.applied_at IS NULL),
  'promises', (SELECT coalesce(json_agg(json_build_object(
      'id', p.id, 'invoice', p.invoice_id, 'amount', p.amount::text, 'promised_on', p.promised_on,
      'effective_until', p.effective_until, 'state', p.state, 'method', p.payment_method,
      'answered', p.answered_at IS NOT NULL) ORDER BY p.promised_on, p.id), '[]')
    FROM promises p
    WHERE p.company_id = $1 AND p.customer_id = $2 AND p.currency = $3
      AND (p.state = 'open' OR p.state = 'broken' AND p.answered_at IS NULL)),
  -- One mail that promises three invoices is one promise.
  'broken_promises', (SELECT count(DISTINCT coalesce(p.inbound_id, p.id)) FROM promises p
    WHERE p.company_id = $1 AND p.customer_id = $2 AND p.currency = $3 AND p.state = 'broken'
      AND p.effective_until > ($4::timestamptz - interval '1 year')::date),
  'plan', (SELECT json_build_object('id', p.id, 'state', p.state, 'instalments',
      (SELECT coalesce(json_agg(json_build_object('due_on', n.due_on, 'amount', n.amount::text) ORDER BY n.seq), '[]')
         FROM payment_plan_instalments n WHERE n.company_id = $1 AND n.plan_id = p.id))
    FROM payment_plans p
    WHERE p.company_id = $1 AND p.customer_id = $2 AND p.currency = $3 AND p.state IN ('offered', 'active')),
  'blocks', (SELECT coalesce(json_agg(json_build_object(
      'id', b.id, 'invoice', b.invoice_id, 'whole_company', b.customer_id IS NULL, 'reason', b.reason,
      'until', b.until, 'inbound', b.inbound_id,
      'resume_pending', b.until IS NOT NULL AND EXISTS (SELECT 1 FROM ai_actions x
        WHERE x.company_id = $1 AND x.customer_id = $2 AND x.currency = $3 AND x.action_type = 'resume'
          AND x.status IN ('pending_approval', 'approved', 'rejected') AND x.payload ->> 'block' = b.id::text))
      ORDER BY b.customer_id NULLS FIRST, b.invoice_id NULLS FIRST, b.id), '[]')
    FROM dunning_blocks b
    WHERE b.company_id = $1 AND b.lifted_at IS NULL AND (b.customer_id = $2 OR b.customer_id IS NULL)),
  'contacted_at', (SELECT coalesce(json_agg(t.at ORDER BY t.at DESC), '[]') FROM (
    SELECT coalesce(o.sent_at, o.transmitting_at) AS at FROM outreaches o
     WHERE o.company_id = $1 AND o.customer_id = $2 AND o.state IN ('sent', 'in_doubt', 'transmitting')
       AND coalesce(o.sent_at, o.transmitting_at) > $4::timestamptz - interval '1 year'
     ORDER BY 1 DESC LIMIT 200) t),
  'pending', (SELECT coalesce(json_agg(json_build_object('id', o.id, 'kind', o.kind, 'state', o.state)
      ORDER BY o.id), '[]')
    FROM outreaches o
    WHERE o.company_id = $1 AND o.customer_id = $2 AND o.currency = $3
      AND o.state IN ('drafted', 'proposed', 'queued', 'claimed', 'transmitting', 'in_doubt')),
  'pending_actions', (SELECT coalesce(json_agg(x.action_type ORDER BY x.id), '[]') FROM ai_actions x
    WHERE x.company_id = $1 AND x.customer_id = $2 AND x.currency = $3 AND x.status = 'pending_approval'
      AND x.outreach_id IS NULL),
  'last_reply_at', (SELECT max(m.received_at) FROM inbound_mails m
    WHERE m.company_id = $1 AND m.customer_id = $2 AND m.state = 'processed' AND m.new_text IS NOT NULL)
) AS "row!: Json<Row>"
  FROM accounts a
  JOIN companies co ON co.id = a.company_id
  JOIN customers cu ON cu.company_id = a.company_id AND cu.id = a.customer_id
 WHERE a.company_id = $1 AND a.customer_id = $2 AND a.currency = $3"#,
        company.uuid(),
        customer.uuid(),
        currency.code(),
        as_of,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|Json(row)| row.snapshot(company, currency, as_of)).transpose()
}

/// Locks the account until the transaction ends and returns its version. Facts of the account cannot
/// change meanwhile, because their triggers raise the version in this row.
///
/// # Errors
/// `NotFound` when there is no such account.
pub async fn account_lock(tx: &mut TenantTx, customer: CustomerId, currency: Currency) -> Result<i64> {
    let company = tx.company().uuid();
    sqlx::query_scalar!(
        "SELECT version FROM accounts WHERE company_id = $1 AND customer_id = $2 AND currency = $3 FOR NO KEY UPDATE",
        company,
        customer.uuid(),
        currency.code(),
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(StoreError::NotFound("account"))
}
