//! A letter that came back after the server had taken it.

use super::outcome::message_status;
use super::{ToSend, load};
use crate::error::Result;
use crate::settle::{Event, account_wake, event_insert};
use crate::tenancy::TenantTx;
use chrono::{DateTime, Utc};
use domain::ids::OutreachId;
use domain::kinds::{DeliveryStatus, OutreachKind};

/// What a bounce changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounced {
    /// A contact was marked undeliverable.
    pub contact: bool,
}

/// A letter came back: its level does not count, and a dead address is not used again.
pub async fn outreach_bounced(
    tx: &mut TenantTx,
    id: OutreachId,
    address: Option<&str>,
    permanent: bool,
    at: DateTime<Utc>,
) -> Result<Bounced> {
    let Some(letter) = load(tx, id, None).await? else { return Ok(Bounced { contact: false }) };
    // Only an address this very letter went to: a forged report must not silence somebody else.
    let hit =
        address.map(str::to_lowercase).filter(|a| letter.recipients.iter().any(|r| r.to_lowercase() == *a));
    let Some(address) = hit else { return Ok(Bounced { contact: false }) };
    let company = tx.company().uuid();
    message_status(tx, id, DeliveryStatus::Bounced, None).await?;
    sqlx::query!(
        "UPDATE reminder_events SET delivery_status = 'bounced'
          WHERE company_id = $1 AND outreach_id = $2 AND lower(recipient_email) = $3",
        company,
        id.uuid(),
        address,
    )
    .execute(tx.conn())
    .await?;
    let only = letter.recipients.len() + letter.cc.len() == 1;
    if only && letter.kind == OutreachKind::DunningNotice {
        undo_levels(tx, &letter).await?;
    }
    let contact = permanent && contact_dead(tx, &letter, &address, at).await?;
    let event = Event::new("letter_bounced", at)
        .customer(letter.customer)
        .currency(letter.currency)
        .conversation(letter.conversation)
        .outreach(id)
        .reason(if permanent { "no_address" } else { "mail_server" });
    event_insert(tx, event).await?;
    account_wake(tx, letter.customer, Some(letter.currency), at).await?;
    Ok(Bounced { contact })
}

/// The customer never saw it: the invoices go back to the level they had, and the letter's place in the
/// procedure is free for a new draft in a new cycle.
async fn undo_levels(tx: &mut TenantTx, letter: &ToSend) -> Result<()> {
    let company = tx.company().uuid();
    sqlx::query!(
        "UPDATE invoices i SET reminder_sequence_step = o.level_before FROM outreach_items o
          WHERE o.company_id = $1 AND o.outreach_id = $2 AND i.company_id = $1 AND i.id = o.invoice_id
            AND i.reminder_sequence_step = o.level_after",
        company,
        letter.id.uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn contact_dead(tx: &mut TenantTx, letter: &ToSend, address: &str, at: DateTime<Utc>) -> Result<bool> {
    let company = tx.company().uuid();
    let done = sqlx::query!(
        "UPDATE contacts SET undeliverable_since = coalesce(undeliverable_since, $4)
          WHERE company_id = $1 AND customer_id = $2 AND email_norm = $3 AND deleted_at IS NULL",
        company,
        letter.customer.uuid(),
        address,
        at,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO suppressions (company_id, email_norm, reason, note) VALUES ($1, $2, 'hard_bounce', '')
         ON CONFLICT DO NOTHING",
        company,
        address,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}
