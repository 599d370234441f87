//! The lines of a timeline: what was written when it happened, and the money as the ledger has it.

use super::EntryRow;
use crate::error::Result;
use crate::tenancy::TenantTx;
use chrono::{DateTime, Utc};
use domain::ids::{CustomerId, InvoiceId};
use uuid::Uuid;

/// Lines about a customer, or about one of its invoices with what concerns the customer as a whole,
/// newest first, before a moment.
///
/// Payments, returned payments and credit come from the ledger itself, because most of it is imported
/// without an event per row; their own events are left out. Money counts on its value date, in the
/// company's zone: when somebody typed it in does not matter.
pub(super) async fn lines(
    tx: &mut TenantTx,
    customer: CustomerId,
    invoice: Option<InvoiceId>,
    before: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<EntryRow>> {
    let company = tx.company().uuid();
    let (at, id) = before.unzip();
    Ok(sqlx::query_as!(
        EntryRow,
        r#"
WITH item AS (
  SELECT i.id, i.currency, c.time_zone, k.digits FROM invoices i JOIN companies c ON c.id = i.company_id
    JOIN currencies k ON k.code = i.currency
   WHERE i.company_id = $1 AND i.customer_id = $2 AND ($3::uuid IS NULL OR i.id = $3)),
line AS (
  SELECT e.at, e.id, e.kind, e.reason, e.invoice_id, e.outreach_id, e.action_id, e.detail
    FROM chase_events e
   WHERE e.company_id = $1 AND e.customer_id = $2 AND e.kind NOT IN ('payment_booked', 'payment_reversed')
     AND ($3::uuid IS NULL OR e.invoice_id = $3
          OR e.invoice_id IS NULL AND (e.currency IS NULL OR e.currency IN (SELECT currency FROM item))
             AND (e.outreach_id IS NULL OR EXISTS (
               SELECT 1 FROM outreach_items o
                WHERE o.company_id = $1 AND o.outreach_id = e.outreach_id AND o.invoice_id = $3)))
  UNION ALL
  SELECT p.payment_date::timestamp AT TIME ZONE i.time_zone, p.id, 'payment_booked', NULL, p.invoice_id, NULL, NULL,
         jsonb_build_object('amount', jsonb_build_object('amount', round(p.amount, i.digits)::text, 'currency', p.currency),
           'paid_on', p.payment_date, 'source', p.source, 'reference', p.external_reference)
    FROM payments p JOIN item i ON i.id = p.invoice_id WHERE p.company_id = $1
  UNION ALL
  SELECT p.reversed_at, p.id, 'payment_reversed', NULL, p.invoice_id, NULL, NULL,
         jsonb_build_object('amount', jsonb_build_object('amount', round(p.amount, i.digits)::text, 'currency', p.currency),
           'paid_on', p.payment_date, 'reference', p.external_reference)
    FROM payments p JOIN item i ON i.id = p.invoice_id WHERE p.company_id = $1 AND p.reversed_at IS NOT NULL
  UNION ALL
  SELECT n.issued_on::timestamp AT TIME ZONE i.time_zone, a.id, 'credit_note_allocated', NULL, a.invoice_id, NULL, NULL,
         jsonb_build_object('amount', jsonb_build_object('amount', round(a.amount, i.digits)::text, 'currency', a.currency),
           'credit_note', n.number)
    FROM credit_note_allocations a JOIN item i ON i.id = a.invoice_id
    JOIN credit_notes n ON n.company_id = $1 AND n.id = a.credit_note_id WHERE a.company_id = $1)
SELECT at AS "at!", id AS "id!", kind AS "kind!", reason, invoice_id, outreach_id, action_id, detail AS "detail!"
  FROM line WHERE $4::timestamptz IS NULL OR (at, id) < ($4, $5) ORDER BY at DESC, id DESC LIMIT $6"#,
        company,
        customer.uuid(),
        invoice.map(InvoiceId::uuid),
        at,
        id,
        limit,
    )
    .fetch_all(tx.conn())
    .await?)
}
