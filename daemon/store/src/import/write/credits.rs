//! Credit notes and allocations.

use super::{CHUNK, Writer};
use crate::error::Result;
use crate::import::plan::{AllocationWrite, NoteWrite, Plan};
use crate::import::rows::Entity;
use crate::tenancy::TenantTx;
use std::collections::HashSet;
use uuid::Uuid;

impl Writer<'_> {
    /// What shrinks comes first, so that no sum is exceeded on the way to one that fits.
    pub(super) async fn credits(&mut self, tx: &mut TenantTx, plan: &Plan<'_>) -> Result<()> {
        let moves = |pick: fn(&AllocationWrite) -> bool| plan.allocations.iter().filter(move |a| pick(a));
        let shrink: Vec<_> = moves(|a| a.amount < a.before).collect();
        let grow: Vec<_> = moves(|a| a.amount > a.before).collect();
        self.report.allocations.unchanged += moves(|a| a.amount == a.before).count() as u64;
        self.allocations(tx, &shrink).await?;
        let (known, new): (Vec<&NoteWrite<'_>>, Vec<&NoteWrite<'_>>) =
            plan.notes.iter().partition(|n| n.known);
        let total = plan.notes.len();
        let mut done = 0;
        for chunk in new.chunks(CHUNK) {
            notes_insert(tx, chunk).await?;
            self.report.credit_notes.inserted += chunk.len() as u64;
            self.touched.extend(chunk.iter().map(|n| n.customer));
            done += chunk.len();
            self.tell(Entity::CreditNote, done, total);
        }
        for chunk in known.chunks(CHUNK) {
            let changed = notes_update(tx, chunk).await?;
            self.report.credit_notes.updated += changed.len() as u64;
            self.report.credit_notes.unchanged += (chunk.len() - changed.len()) as u64;
            self.touched.extend(changed);
            done += chunk.len();
            self.tell(Entity::CreditNote, done, total);
        }
        self.allocations(tx, &grow).await
    }

    async fn allocations(&mut self, tx: &mut TenantTx, rows: &[&AllocationWrite]) -> Result<()> {
        let (back, set): (Vec<&AllocationWrite>, Vec<&AllocationWrite>) =
            rows.iter().partition(|a| a.amount.is_zero());
        let (new, known): (Vec<&AllocationWrite>, Vec<&AllocationWrite>) =
            set.into_iter().partition(|a| a.before.is_zero());
        for chunk in back.chunks(CHUNK) {
            allocations_delete(tx, chunk).await?;
        }
        for chunk in known.chunks(CHUNK) {
            allocations_update(tx, chunk).await?;
        }
        for chunk in new.chunks(CHUNK) {
            allocations_insert(tx, chunk).await?;
        }
        self.report.allocations.updated += (back.len() + known.len()) as u64;
        self.report.allocations.inserted += new.len() as u64;
        self.touched.extend(rows.iter().map(|a| a.customer));
        // An invoice whose credit shrank may owe again.
        self.restate.extend(rows.iter().map(|a| a.invoice).collect::<HashSet<_>>());
        Ok(())
    }
}

async fn notes_insert(tx: &mut TenantTx, rows: &[&NoteWrite<'_>]) -> Result<()> {
    let company = tx.company().uuid();
    sqlx::query!(
        r#"INSERT INTO credit_notes (company_id, id, customer_id, number, currency, amount, issued_on)
           SELECT $1, u.id, u.customer, u.number, u.currency, u.amount, u.issued_on
             FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::numeric[], $7::date[])
               AS u (id, customer, number, currency, amount, issued_on)"#,
        company,
        &rows.iter().map(|r| r.id).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.customer).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.row.number).collect::<Vec<_>>() as _,
        &rows.iter().map(|r| r.row.currency.to_string()).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.row.amount).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.row.issued_on).collect::<Vec<_>>(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn notes_update(tx: &mut TenantTx, rows: &[&NoteWrite<'_>]) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"UPDATE credit_notes n SET amount = u.amount, issued_on = u.issued_on
             FROM unnest($1::uuid[], $2::numeric[], $3::date[]) AS u (id, amount, issued_on)
            WHERE n.company_id = (SELECT current_company())
              AND n.id = u.id AND (n.amount, n.issued_on) IS DISTINCT FROM (u.amount, u.issued_on)
        RETURNING n.customer_id"#,
        &rows.iter().map(|r| r.id).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.row.amount).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.row.issued_on).collect::<Vec<_>>(),
    )
    .fetch_all(tx.conn())
    .await?)
}

async fn allocations_insert(tx: &mut TenantTx, rows: &[&AllocationWrite]) -> Result<()> {
    let company = tx.company().uuid();
    sqlx::query!(
        r#"INSERT INTO credit_note_allocations
                  (company_id, credit_note_id, invoice_id, customer_id, currency, amount)
           SELECT $1, u.note, u.invoice, u.customer, u.currency, u.amount
             FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::numeric[])
               AS u (note, invoice, customer, currency, amount)"#,
        company,
        &rows.iter().map(|r| r.note).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.invoice).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.customer).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.currency.to_string()).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.amount).collect::<Vec<_>>(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn allocations_update(tx: &mut TenantTx, rows: &[&AllocationWrite]) -> Result<()> {
    sqlx::query!(
        r#"UPDATE credit_note_allocations a SET amount = u.amount
             FROM unnest($1::uuid[], $2::uuid[], $3::numeric[]) AS u (note, invoice, amount)
            WHERE a.company_id = (SELECT current_company())
              AND a.credit_note_id = u.note AND a.invoice_id = u.invoice"#,
        &rows.iter().map(|r| r.note).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.invoice).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.amount).collect::<Vec<_>>(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn allocations_delete(tx: &mut TenantTx, rows: &[&AllocationWrite]) -> Result<()> {
    sqlx::query!(
        r#"DELETE FROM credit_note_allocations a USING unnest($1::uuid[], $2::uuid[]) AS u (note, invoice)
            WHERE a.company_id = (SELECT current_company())
              AND a.credit_note_id = u.note AND a.invoice_id = u.invoice"#,
        &rows.iter().map(|r| r.note).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.invoice).collect::<Vec<_>>(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
