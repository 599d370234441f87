//! Invoices.

use super::{CHUNK, Writer};
use crate::error::Result;
use crate::import::plan::{InvoiceWrite, Plan};
use crate::import::rows::Entity;
use crate::ledger::Business;
use crate::tenancy::TenantTx;
use chrono::{DateTime, NaiveDate, Utc};
use domain::kinds::DueDateBasis;
use domain::snapshot::status_of;
use rust_decimal::Decimal;
use uuid::Uuid;

/// Columns of invoices, as arrays of one statement.
#[derive(Default)]
struct Columns<'a> {
    id: Vec<Uuid>,
    customer: Vec<Uuid>,
    number: Vec<&'a str>,
    amount: Vec<Decimal>,
    currency: Vec<String>,
    invoice_date: Vec<NaiveDate>,
    terms: Vec<i32>,
    due_date: Vec<NaiveDate>,
    status: Vec<&'static str>,
    file_url: Vec<Option<&'a str>>,
    received_on: Vec<Option<NaiveDate>>,
    basis: Vec<Option<&'static str>>,
    po_number: Vec<Option<&'a str>>,
    cancelled: Vec<Option<bool>>,
    written_off: Vec<Option<bool>>,
}

/// A text without white space at its ends; empty is absent.
fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|t| !t.is_empty())
}

impl<'a> Columns<'a> {
    fn of(rows: &[&'a InvoiceWrite<'a>], business: &Business) -> Self {
        let mut c = Self::default();
        for write in rows {
            let row = write.row.row;
            c.id.push(write.id);
            c.customer.push(write.customer);
            c.number.push(write.row.number);
            c.amount.push(write.row.amount);
            c.currency.push(write.row.currency.to_string());
            c.invoice_date.push(row.invoice_date);
            c.terms.push(write.terms);
            c.due_date.push(write.due_date);
            // A new invoice owes all of its amount until its payments are booked.
            let status = status_of(write.row.amount, write.due_date, business.today, business.due_soon_days);
            c.status.push(status.as_str());
            c.file_url.push(given(&row.file_url));
            c.received_on.push(row.received_on);
            c.basis.push(row.basis.map(DueDateBasis::as_str));
            c.po_number.push(given(&row.po_number));
            c.cancelled.push(row.cancelled);
            c.written_off.push(row.written_off);
        }
        c
    }
}

impl Writer<'_> {
    pub(super) async fn invoices(&mut self, tx: &mut TenantTx, plan: &Plan<'_>) -> Result<()> {
        let (known, new): (Vec<&InvoiceWrite<'_>>, Vec<&InvoiceWrite<'_>>) =
            plan.invoices.iter().partition(|i| i.known);
        let total = plan.invoices.len();
        let mut done = 0;
        for chunk in new.chunks(CHUNK) {
            invoices_insert(tx, &Columns::of(chunk, &self.business), self.as_of).await?;
            self.report.invoices.inserted += chunk.len() as u64;
            self.touched.extend(chunk.iter().map(|i| i.customer));
            done += chunk.len();
            self.tell(Entity::Invoice, done, total);
        }
        for chunk in known.chunks(CHUNK) {
            let changed = invoices_update(tx, &Columns::of(chunk, &self.business), self.as_of).await?;
            self.report.invoices.updated += changed.len() as u64;
            self.report.invoices.unchanged += (chunk.len() - changed.len()) as u64;
            for (invoice, customer) in changed {
                self.restate.insert(invoice);
                self.touched.insert(customer);
            }
            done += chunk.len();
            self.tell(Entity::Invoice, done, total);
        }
        Ok(())
    }
}

async fn invoices_insert(tx: &mut TenantTx, c: &Columns<'_>, as_of: DateTime<Utc>) -> Result<()> {
    let company = tx.company().uuid();
    sqlx::query!(
        r#"INSERT INTO invoices (company_id, id, customer_id, invoice_number, amount, currency, invoice_date,
                payment_terms_days, due_date, status, file_url, received_on, due_date_basis, po_number,
                cancelled_at, written_off_at)
           SELECT $1, u.id, u.customer, u.number, u.amount, u.currency, u.invoice_date, u.terms, u.due_date, u.status,
                  u.file_url, u.received_on, coalesce(u.basis, 'invoice_unilateral'), u.po_number,
                  CASE WHEN u.cancelled THEN $2::timestamptz END, CASE WHEN u.written_off THEN $2 END
             FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::numeric[], $7::text[], $8::date[], $9::int4[],
                         $10::date[], $11::text[], $12::text[], $13::date[], $14::text[], $15::text[],
                         $16::bool[], $17::bool[])
               AS u (id, customer, number, amount, currency, invoice_date, terms, due_date, status, file_url,
                     received_on, basis, po_number, cancelled, written_off)"#,
        company,
        as_of,
        &c.id,
        &c.customer,
        &c.number as _,
        &c.amount,
        &c.currency,
        &c.invoice_date,
        &c.terms,
        &c.due_date,
        &c.status as _,
        &c.file_url as _,
        &c.received_on as _,
        &c.basis as _,
        &c.po_number as _,
        &c.cancelled as _,
        &c.written_off as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes what differs; returns the invoices that did, with their customers. A moved due date keeps the
/// first one in `original_due_date`.
async fn invoices_update(
    tx: &mut TenantTx,
    c: &Columns<'_>,
    as_of: DateTime<Utc>,
) -> Result<Vec<(Uuid, Uuid)>> {
    let rows = sqlx::query!(
        r#"UPDATE invoices i
              SET amount = n.amount, invoice_date = n.invoice_date, payment_terms_days = n.terms,
                  due_date = n.due_date,
                  original_due_date = CASE WHEN i.due_date <> n.due_date
                                           THEN coalesce(i.original_due_date, i.due_date)
                                           ELSE i.original_due_date END,
                  file_url = n.file_url, received_on = n.received_on, due_date_basis = n.basis,
                  po_number = n.po_number, cancelled_at = n.cancelled_at, written_off_at = n.written_off_at
             FROM (SELECT o.id, u.amount, u.invoice_date, u.terms, u.due_date,
                          coalesce(u.file_url, o.file_url) AS file_url,
                          coalesce(u.received_on, o.received_on) AS received_on,
                          coalesce(u.basis, o.due_date_basis) AS basis,
                          coalesce(u.po_number, o.po_number) AS po_number,
                          CASE WHEN u.cancelled IS NULL THEN o.cancelled_at
                               WHEN u.cancelled THEN coalesce(o.cancelled_at, $1::timestamptz) END AS cancelled_at,
                          CASE WHEN u.written_off IS NULL THEN o.written_off_at
                               WHEN u.written_off THEN coalesce(o.written_off_at, $1) END AS written_off_at
                     FROM unnest($2::uuid[], $3::numeric[], $4::date[], $5::int4[], $6::date[], $7::text[],
                                 $8::date[], $9::text[], $10::text[], $11::bool[], $12::bool[])
                       AS u (id, amount, invoice_date, terms, due_date, file_url, received_on, basis, po_number,
                             cancelled, written_off)
                     JOIN invoices o ON o.company_id = (SELECT current_company()) AND o.id = u.id) AS n
            WHERE i.company_id = (SELECT current_company()) AND i.id = n.id
              AND (i.amount, i.invoice_date, i.payment_terms_days, i.due_date, i.file_url, i.received_on,
                   i.due_date_basis, i.po_number, i.cancelled_at, i.written_off_at)
                  IS DISTINCT FROM
                  (n.amount, n.invoice_date, n.terms, n.due_date, n.file_url, n.received_on,
                   n.basis, n.po_number, n.cancelled_at, n.written_off_at)
        RETURNING i.id, i.customer_id"#,
        as_of,
        &c.id,
        &c.amount,
        &c.invoice_date,
        &c.terms,
        &c.due_date,
        &c.file_url as _,
        &c.received_on as _,
        &c.basis as _,
        &c.po_number as _,
        &c.cancelled as _,
        &c.written_off as _,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.customer_id)).collect())
}
