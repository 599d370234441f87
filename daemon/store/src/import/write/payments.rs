//! Payments and receipts.

use super::{CHUNK, Writer};
use crate::error::Result;
use crate::import::plan::{PaymentWrite, Plan, ReceiptWrite};
use crate::import::rows::Entity;
use crate::tenancy::TenantTx;
use chrono::{DateTime, Utc};
use domain::kinds::PaymentSource;
use uuid::Uuid;

impl Writer<'_> {
    pub(super) async fn payments(&mut self, tx: &mut TenantTx, plan: &Plan<'_>) -> Result<()> {
        let (known, new): (Vec<&PaymentWrite<'_>>, Vec<&PaymentWrite<'_>>) =
            plan.payments.iter().partition(|p| p.known);
        self.report.payments.unchanged += plan.payments_unchanged;
        let total = plan.payments.len();
        let mut done = 0;
        for chunk in new.chunks(CHUNK) {
            payments_insert(tx, chunk, self.source, self.as_of).await?;
            self.report.payments.inserted += chunk.len() as u64;
            self.touched.extend(chunk.iter().map(|p| p.customer));
            let receipts: Vec<Uuid> = chunk.iter().filter_map(|p| p.receipt).collect();
            if !receipts.is_empty() {
                self.report.receipts.updated += receipts_apply(tx, &receipts, self.as_of).await?;
            }
            done += chunk.len();
            self.tell(Entity::Payment, done, total);
        }
        for chunk in known.chunks(CHUNK) {
            let changed = payments_update(tx, chunk, self.as_of).await?;
            self.report.payments.updated += changed.len() as u64;
            self.report.payments.unchanged += (chunk.len() - changed.len()) as u64;
            self.restate.extend(&changed);
            self.touched.extend(chunk.iter().filter(|p| changed.contains(&p.invoice)).map(|p| p.customer));
            done += chunk.len();
            self.tell(Entity::Payment, done, total);
        }
        Ok(())
    }

    pub(super) async fn receipts(&mut self, tx: &mut TenantTx, plan: &Plan<'_>) -> Result<()> {
        let (known, new): (Vec<&ReceiptWrite<'_>>, Vec<&ReceiptWrite<'_>>) =
            plan.receipts.iter().partition(|r| r.known);
        self.report.receipts.unchanged += plan.receipts_unchanged;
        let total = plan.receipts.len();
        let mut done = 0;
        for chunk in new.chunks(CHUNK) {
            receipts_insert(tx, chunk, self.source).await?;
            self.report.receipts.inserted += chunk.len() as u64;
            self.touched.extend(chunk.iter().filter_map(|r| r.customer));
            done += chunk.len();
            self.tell(Entity::Receipt, done, total);
        }
        for chunk in known.chunks(CHUNK) {
            let changed = receipts_update(tx, chunk).await?;
            self.report.receipts.updated += changed.len() as u64;
            self.report.receipts.unchanged += (chunk.len() - changed.len()) as u64;
            self.touched.extend(changed.into_iter().flatten());
            done += chunk.len();
            self.tell(Entity::Receipt, done, total);
        }
        Ok(())
    }
}

async fn payments_insert(
    tx: &mut TenantTx,
    rows: &[&PaymentWrite<'_>],
    source: PaymentSource,
    as_of: DateTime<Utc>,
) -> Result<()> {
    let company = tx.company().uuid();
    let methods: Vec<&str> = rows.iter().map(|r| r.row.method.as_str()).collect();
    sqlx::query!(
        r#"INSERT INTO payments (company_id, id, invoice_id, amount, currency, payment_date, payment_method, source,
                external_reference, notes, receipt_id, reversed_at)
           SELECT $1, u.id, u.invoice, u.amount, u.currency, u.paid_on, u.method, $2, u.reference, u.notes, u.receipt,
                  CASE WHEN u.reversed THEN $3::timestamptz END
             FROM unnest($4::uuid[], $5::uuid[], $6::numeric[], $7::text[], $8::date[], $9::text[], $10::text[],
                         $11::text[], $12::uuid[], $13::bool[])
               AS u (id, invoice, amount, currency, paid_on, method, reference, notes, receipt, reversed)"#,
        company,
        source.as_str(),
        as_of,
        &rows.iter().map(|r| r.id).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.invoice).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.amount).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.currency.to_string()).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.row.paid_on).collect::<Vec<_>>(),
        &methods as _,
        &rows.iter().map(|r| r.row.reference).collect::<Vec<_>>() as _,
        &rows.iter().map(|r| r.row.notes.as_deref()).collect::<Vec<_>>() as _,
        &rows.iter().map(|r| r.receipt).collect::<Vec<_>>() as _,
        &rows.iter().map(|r| r.row.reversed).collect::<Vec<_>>(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes what differs: date, method, notes, and that it was returned. Returns the invoices concerned.
async fn payments_update(
    tx: &mut TenantTx,
    rows: &[&PaymentWrite<'_>],
    as_of: DateTime<Utc>,
) -> Result<Vec<Uuid>> {
    let methods: Vec<&str> = rows.iter().map(|r| r.row.method.as_str()).collect();
    Ok(sqlx::query_scalar!(
        r#"UPDATE payments p
              SET payment_date = u.paid_on, payment_method = u.method, notes = coalesce(u.notes, p.notes),
                  reversed_at = CASE WHEN u.reversed THEN coalesce(p.reversed_at, $1::timestamptz)
                                     ELSE p.reversed_at END
             FROM unnest($2::uuid[], $3::date[], $4::text[], $5::text[], $6::bool[])
               AS u (id, paid_on, method, notes, reversed)
            WHERE p.company_id = (SELECT current_company()) AND p.id = u.id
              AND ((p.payment_date, p.payment_method, p.notes)
                   IS DISTINCT FROM (u.paid_on, u.method, coalesce(u.notes, p.notes))
                   OR (u.reversed AND p.reversed_at IS NULL))
        RETURNING p.invoice_id"#,
        as_of,
        &rows.iter().map(|r| r.id).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.row.paid_on).collect::<Vec<_>>(),
        &methods as _,
        &rows.iter().map(|r| r.row.notes.as_deref()).collect::<Vec<_>>() as _,
        &rows.iter().map(|r| r.row.reversed).collect::<Vec<_>>(),
    )
    .fetch_all(tx.conn())
    .await?)
}

async fn receipts_insert(tx: &mut TenantTx, rows: &[&ReceiptWrite<'_>], source: PaymentSource) -> Result<()> {
    let company = tx.company().uuid();
    let methods: Vec<&str> = rows.iter().map(|r| r.row.method.as_str()).collect();
    sqlx::query!(
        r#"INSERT INTO unapplied_receipts (company_id, id, customer_id, currency, amount, received_on, payment_method,
                reference, payer, source, external_reference)
           SELECT $1, u.id, u.customer, u.currency, u.amount, u.received_on, u.method, u.text, u.payer, $2, u.reference
             FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::numeric[], $7::date[], $8::text[], $9::text[],
                         $10::text[], $11::text[])
               AS u (id, customer, currency, amount, received_on, method, text, payer, reference)"#,
        company,
        source.as_str(),
        &rows.iter().map(|r| r.id).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.customer).collect::<Vec<_>>() as _,
        &rows.iter().map(|r| r.row.currency.to_string()).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.row.amount).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.row.received_on).collect::<Vec<_>>(),
        &methods as _,
        &rows.iter().map(|r| &*r.row.text).collect::<Vec<_>>() as _,
        &rows.iter().map(|r| r.row.payer).collect::<Vec<_>>() as _,
        &rows.iter().map(|r| r.row.reference).collect::<Vec<_>>() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes what differs as long as the receipt is open; returns the customers concerned.
async fn receipts_update(tx: &mut TenantTx, rows: &[&ReceiptWrite<'_>]) -> Result<Vec<Option<Uuid>>> {
    let methods: Vec<&str> = rows.iter().map(|r| r.row.method.as_str()).collect();
    Ok(sqlx::query_scalar!(
        r#"UPDATE unapplied_receipts r
              SET customer_id = coalesce(u.customer, r.customer_id), received_on = u.received_on,
                  payment_method = u.method, reference = u.text, payer = coalesce(u.payer, r.payer)
             FROM unnest($1::uuid[], $2::uuid[], $3::date[], $4::text[], $5::text[], $6::text[])
               AS u (id, customer, received_on, method, text, payer)
            WHERE r.company_id = (SELECT current_company()) AND r.id = u.id AND r.applied_at IS NULL
              AND (r.customer_id, r.received_on, r.payment_method, r.reference, r.payer) IS DISTINCT FROM
                  (coalesce(u.customer, r.customer_id), u.received_on, u.method, u.text, coalesce(u.payer, r.payer))
        RETURNING r.customer_id"#,
        &rows.iter().map(|r| r.id).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.customer).collect::<Vec<_>>() as _,
        &rows.iter().map(|r| r.row.received_on).collect::<Vec<_>>(),
        &methods as _,
        &rows.iter().map(|r| &*r.row.text).collect::<Vec<_>>() as _,
        &rows.iter().map(|r| r.row.payer).collect::<Vec<_>>() as _,
    )
    .fetch_all(tx.conn())
    .await?)
}

async fn receipts_apply(tx: &mut TenantTx, receipts: &[Uuid], as_of: DateTime<Utc>) -> Result<u64> {
    let done = sqlx::query!(
        "UPDATE unapplied_receipts SET applied_at = $1 WHERE company_id = (SELECT current_company())
          AND id = ANY ($2) AND applied_at IS NULL",
        as_of,
        receipts,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
