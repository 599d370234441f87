//! The dunning procedure of a company (`reminder_sequences`).
//!
//! Guarantees: what is stored passed [`Procedure`]'s checks. A change wakes nobody: the next look at
//! an account, at the latest with the daily sweep, reads the new one.

use crate::error::{Result, StoreError};
use crate::ledger::{invoices::sweep_again, lost};
use crate::tenancy::TenantTx;
use domain::procedure::Procedure;

/// The procedure and its version; the default one, version 0, when none is on file.
pub async fn procedure(tx: &mut TenantTx) -> Result<(Procedure, i64)> {
    let row = sqlx::query!(
        "SELECT steps, version FROM reminder_sequences WHERE company_id = (SELECT current_company())"
    )
    .fetch_optional(tx.conn())
    .await?;
    match row {
        Some(row) => {
            let procedure = serde_json::from_value(row.steps)
                .map_err(|_| StoreError::corrupt("reminder_sequences.steps"))?;
            Ok((procedure, row.version))
        }
        None => Ok((Procedure::default(), 0)),
    }
}

/// Replaces the procedure under a version (0 when none is on file); returns the new one.
pub async fn procedure_put(tx: &mut TenantTx, procedure: &Procedure, expected: i64) -> Result<i64> {
    let steps = serde_json::to_value(procedure).map_err(|_| StoreError::invalid("dunning procedure"))?;
    let company = tx.company().uuid();
    let version = if expected == 0 {
        sqlx::query_scalar!(
            r#"INSERT INTO reminder_sequences (company_id, steps) VALUES ($1, $2)
                   ON CONFLICT (company_id) DO NOTHING RETURNING version"#,
            company,
            steps,
        )
        .fetch_optional(tx.conn())
        .await?
    } else {
        sqlx::query_scalar!(
            "UPDATE reminder_sequences SET steps = $1 WHERE company_id = (SELECT current_company())
              AND version = $2 RETURNING version",
            steps,
            expected,
        )
        .fetch_optional(tx.conn())
        .await?
    };
    match version {
        Some(version) => {
            sweep_again(tx).await?;
            Ok(version)
        }
        None => {
            let actual = sqlx::query_scalar!(
                "SELECT version FROM reminder_sequences WHERE company_id = (SELECT current_company())"
            )
            .fetch_optional(tx.conn())
            .await?;
            Err(lost(Some(actual.unwrap_or(0)), expected, "dunning procedure"))
        }
    }
}
