//! What a person says about a letter.

use super::Gone;
use super::outcome::{after_sent, end};
use crate::error::{Result, StoreError};
use crate::settle::Fence;
use crate::tenancy::TenantTx;
use chrono::{DateTime, Utc};
use domain::ids::{ConversationId, CustomerId, OutreachId};
use domain::kinds::OutreachState;
use domain::reason::Reason;

/// What became of a letter in doubt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resolution {
    /// It arrived.
    Sent,
    /// It did not leave.
    Failed,
}

/// Settles a letter in doubt by evidence or by a person's word; a conflict when it is not in doubt.
pub async fn outreach_resolve(
    tx: &mut TenantTx,
    id: OutreachId,
    resolution: Resolution,
    at: DateTime<Utc>,
) -> Result<()> {
    let company = tx.company().uuid();
    let state = sqlx::query_scalar!(
        "SELECT state FROM outreaches WHERE company_id = $1 AND id = $2 FOR NO KEY UPDATE",
        company,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(StoreError::NotFound("letter"))?;
    if state != OutreachState::InDoubt.as_str() {
        return Err(StoreError::conflict(format!("the letter is {state}, not in doubt")));
    }
    match resolution {
        Resolution::Sent => {
            sqlx::query!(
                "UPDATE outreaches SET state = 'sent', sent_at = coalesce(transmitting_at, $3)
                  WHERE company_id = $1 AND id = $2",
                company,
                id.uuid(),
                at,
            )
            .execute(tx.conn())
            .await?;
            after_sent(tx, id, at).await
        }
        Resolution::Failed => {
            match end(tx, id, None, OutreachState::Failed, None, "a person found that it did not leave", at)
                .await?
            {
                Fence::Held => Ok(()),
                Fence::Lost => Err(StoreError::conflict("the letter changed meanwhile")),
            }
        }
    }
}

/// An approval found that the ledger moved: the draft is void, a new one follows if it is still due.
pub async fn outreach_void(tx: &mut TenantTx, id: OutreachId, why: Reason, at: DateTime<Utc>) -> Result<()> {
    let company = tx.company().uuid();
    let row = sqlx::query!(
        "UPDATE outreaches SET state = 'stale' WHERE company_id = $1 AND id = $2 AND state IN ('drafted', 'proposed', 'queued')
         RETURNING customer_id, currency, conversation_id",
        company,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or_else(|| StoreError::conflict("the letter has left the reviewer's desk"))?;
    let gone = Gone {
        outreach: id,
        customer: CustomerId::from_uuid(row.customer_id),
        currency: row.currency.parse().map_err(|_| StoreError::corrupt("outreaches.currency"))?,
        conversation: ConversationId::from_uuid(row.conversation_id),
    };
    gone.withdraw(tx, "letter_stale", why.code(), at).await
}
