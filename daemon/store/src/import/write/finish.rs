//! Before the first write and after the last.

use super::Writer;
use crate::error::Result;
use crate::ledger::{accounts_lock, accounts_wake, conversations_end, invoices_restate, note};
use crate::settle::Event;
use crate::tenancy::TenantTx;
use domain::ids::InvoiceId;
use std::collections::BTreeSet;
use uuid::Uuid;

/// One import of a company at a time, and time enough for a large one. The settings end with the
/// transaction.
pub(in crate::import) async fn prepare(tx: &mut TenantTx) -> Result<()> {
    let company = tx.company().to_string();
    sqlx::query!(
        r#"SELECT set_config('statement_timeout', '120s', true) AS a, set_config('lock_timeout', '60s', true) AS b,
                  set_config('idle_in_transaction_session_timeout', '120s', true) AS c"#
    )
    .fetch_one(tx.conn())
    .await?;
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended('dunningd import ' || $1, 0))", company)
        .fetch_one(tx.conn())
        .await?;
    Ok(())
}

/// Statuses, waking, freshness and the entry in the timeline.
pub(in crate::import) async fn finish(tx: &mut TenantTx, writer: &mut Writer<'_>) -> Result<()> {
    let restate: Vec<InvoiceId> = writer.restate.iter().copied().map(InvoiceId::from_uuid).collect();
    invoices_restate(tx, &restate, &writer.business).await?;
    let changed: Vec<Uuid> = writer.restate.iter().copied().collect();
    conversations_end(tx, &changed, writer.as_of).await?;
    let touched: Vec<Uuid> = writer.touched.iter().copied().collect();
    writer.report.woken = accounts_wake(tx, &touched, writer.as_of).await?;
    // The next sweep opens conversations for what came in, today still.
    sqlx::query!(
        "UPDATE companies SET last_sync_at = $1, last_swept_on = CASE WHEN $2 THEN NULL ELSE last_swept_on END
          WHERE id = (SELECT current_company())",
        writer.as_of,
        !touched.is_empty(),
    )
    .execute(tx.conn())
    .await?;
    let detail = serde_json::to_value(writer.report).unwrap_or_default();
    note(tx, Event::new("ledger_imported", writer.as_of), detail).await
}

/// Locks the accounts the file touches, in the order every other locker uses, before any of their rows.
pub(in crate::import) async fn lock(tx: &mut TenantTx, customers: &BTreeSet<Uuid>) -> Result<()> {
    let customers: Vec<Uuid> = customers.iter().copied().collect();
    accounts_lock(tx, &customers).await
}
