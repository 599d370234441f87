//! The ledger and what stands beside it: companies, customers, contacts, invoices, payments, credit
//! notes, receipts, blocks, suppressions, promises, disputes.
//!
//! Why: this is what commands, the HTTP interface and imports read and write by hand. Guarantees: every
//! value from outside is checked ([`crate::text`]); a change under an outdated version is refused with
//! both versions; an account is locked before rows of its ledger are written, the order everybody keeps,
//! so that writers do not deadlock with the chase; whatever moves the ledger wakes the account. Sums and
//! account versions are kept by the schema's triggers. Nothing of the ledger is ever deleted. Does not:
//! decide what to do about it.

pub mod blocks;
pub mod companies;
pub mod contacts;
pub mod credits;
pub mod customers;
pub mod disputes;
mod entries;
pub mod invoices;
pub mod payments;
pub mod promises;
pub mod receipts;
pub mod suppressions;

pub(crate) use entries::note;
pub(crate) use invoices::{conversations_end, invoices_restate};

use crate::error::{Result, StoreError};
use crate::settle::account_wake;
use crate::tenancy::TenantTx;
use chrono::{DateTime, NaiveDate, Utc};
use domain::calendar::{business_date, zone};
use domain::ids::CustomerId;
use domain::money::{Currency, Money};
use domain::procedure::Procedure;
use rust_decimal::Decimal;
use std::str::FromStr;
use uuid::Uuid;

/// What the company's calendar and defaults say about a moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Business {
    /// Business date in the company's zone.
    pub today: NaiveDate,
    /// Days before the due date from which an invoice is due soon.
    pub due_soon_days: u16,
    /// Default currency.
    pub currency: Currency,
    /// Default terms in days.
    pub terms: i32,
}

/// Reads [`Business`] for a moment.
pub(crate) async fn business(tx: &mut TenantTx, as_of: DateTime<Utc>) -> Result<Business> {
    let company = tx.company().uuid();
    let row = sqlx::query!(
        r#"SELECT c.time_zone, c.default_currency, c.default_payment_terms, s.steps AS "steps?"
             FROM companies c LEFT JOIN reminder_sequences s ON s.company_id = c.id
            WHERE c.id = $1"#,
        company,
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(StoreError::NotFound("company"))?;
    let zone = zone(&row.time_zone).map_err(|_| StoreError::corrupt("companies.time_zone"))?;
    let procedure: Procedure = match row.steps {
        Some(steps) => {
            serde_json::from_value(steps).map_err(|_| StoreError::corrupt("reminder_sequences.steps"))?
        }
        None => Procedure::default(),
    };
    Ok(Business {
        today: business_date(as_of, zone),
        due_soon_days: procedure.due_soon_days(0),
        currency: parse(&row.default_currency, "companies.default_currency")?,
        terms: row.default_payment_terms,
    })
}

/// Locks all accounts of the customers, in the order of their keys.
pub(crate) async fn accounts_lock(tx: &mut TenantTx, customers: &[Uuid]) -> Result<()> {
    sqlx::query!(
        r#"SELECT 1 AS "one!" FROM accounts WHERE company_id = (SELECT current_company())
          AND customer_id = ANY ($1)
            ORDER BY company_id, customer_id, currency FOR NO KEY UPDATE"#,
        customers,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}

/// Up to this many customers are woken one by one, with all that [`account_wake`] looks at.
const FEW: usize = 16;

/// Makes the conversations of the customers due now, because their ledger moved; returns how many.
///
/// For many customers at once (imports) it is one statement, and blocks are not looked at: an import
/// sets and lifts none.
pub(crate) async fn accounts_wake(
    tx: &mut TenantTx,
    customers: &[Uuid],
    as_of: DateTime<Utc>,
) -> Result<u64> {
    if customers.len() <= FEW {
        let mut woken = 0;
        for customer in customers {
            woken += account_wake(tx, CustomerId::from_uuid(*customer), None, as_of).await?;
        }
        return Ok(woken);
    }
    let company = tx.company().uuid();
    // As account_wake: a unit under way loses its lease, and what is paid is to be closed even if paused.
    let done = sqlx::query!(
        r#"UPDATE ai_conversations c
              SET status = 'active', next_action_at = least(c.next_action_at, $3),
                  attempt = c.attempt + CASE WHEN c.claimed_until IS NULL THEN 0 ELSE 1 END,
                  claimed_until = NULL, claimed_by = NULL
             FROM unnest($2::uuid[]) AS k (customer_id)
             JOIN invoices i ON i.company_id = $1 AND i.customer_id = k.customer_id
            WHERE c.company_id = $1 AND c.invoice_id = i.id
              AND (c.status = 'active'
                   AND (c.next_action_at IS NULL OR c.next_action_at > $3 OR c.claimed_until IS NOT NULL)
                   OR c.status IN ('paused', 'escalated') AND i.status = 'paid')"#,
        company,
        customers,
        as_of,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// A value of a closed list, a code or an address as the database holds it.
pub(crate) fn parse<T: FromStr>(text: &str, column: &'static str) -> Result<T> {
    text.trim_end().parse().map_err(|_| StoreError::corrupt(column))
}

/// The same for a column that may be NULL.
pub(crate) fn parse_opt<T: FromStr>(text: Option<&str>, column: &'static str) -> Result<Option<T>> {
    text.map(|t| parse(t, column)).transpose()
}

/// An amount as the database holds it.
pub(crate) fn money(amount: Decimal, currency: Currency, column: &'static str) -> Result<Money> {
    Money::new(amount, currency).map_err(|_| StoreError::corrupt(column))
}

/// Why an update under a version met no row: the row is not there, or it moved.
pub(crate) const fn lost(actual: Option<i64>, expected: i64, what: &'static str) -> StoreError {
    match actual {
        Some(actual) => StoreError::Version { expected, actual },
        None => StoreError::NotFound(what),
    }
}

/// A positive amount that the schema can hold.
pub(crate) fn positive(amount: Money, field: &str) -> Result<Decimal> {
    const MAX: Decimal = Decimal::from_parts(0xD4A5_0FFF, 0xE8, 0, false, 0);
    if !amount.is_positive() {
        return Err(StoreError::invalid(format!("{field} must be above zero")));
    }
    if amount.amount() > MAX {
        return Err(StoreError::invalid(format!("{field} is more than {MAX}")));
    }
    Ok(amount.amount())
}
