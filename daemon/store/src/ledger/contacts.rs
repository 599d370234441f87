//! Contacts of a customer: whom a letter may go to.
//!
//! The customer's own address is always a contact; when the address changes, the contact that bore it
//! follows, so that nothing goes to the old one.

use super::{accounts_lock, accounts_wake, lost, parse};
use crate::error::{Result, StoreError};
use crate::tenancy::TenantTx;
use crate::text;
use chrono::{DateTime, Utc};
use domain::ids::{ContactId, CustomerId};
use domain::kinds::ContactRole;
use serde::{Deserialize, Serialize};

/// What a person sets about a contact.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ContactFields {
    /// Person or department.
    pub name: String,
    /// Address; one contact per customer and address.
    pub email: String,
    /// Telephone number.
    pub phone: Option<String>,
    /// What it is for.
    pub role: ContactRole,
    /// Language, when it differs from the customer's.
    pub language: Option<String>,
    /// In use.
    pub active: bool,
    /// False for an address out of a mail that nobody has confirmed.
    pub verified: bool,
}

/// A contact.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Contact {
    /// Id.
    pub id: ContactId,
    /// Whose.
    pub customer: CustomerId,
    /// What a person sets.
    #[serde(flatten)]
    pub fields: ContactFields,
    /// The address is suppressed.
    pub suppressed: bool,
    /// First hard bounce.
    pub undeliverable_since: Option<DateTime<Utc>>,
    /// For If-Match.
    pub version: i64,
}

/// Fields as they are stored.
struct Checked<'a> {
    name: &'a str,
    email: &'a str,
    phone: Option<&'a str>,
    language: Option<&'a str>,
}

impl ContactFields {
    fn check(&self) -> Result<Checked<'_>> {
        let language = self.language.as_deref().map(str::trim).filter(|l| !l.is_empty());
        Ok(Checked {
            name: text::line(&self.name, text::NAME).map_err(|f| f.on("name"))?,
            email: text::email(&self.email).map_err(|f| f.on("email"))?,
            phone: text::optional(self.phone.as_deref(), text::PHONE).map_err(|f| f.on("phone"))?,
            language: language.map(text::language).transpose().map_err(|f| f.on("language"))?,
        })
    }
}

/// Adds a contact.
///
/// # Errors
/// `NotFound` without such a customer, `Conflict` when the customer has that address already.
pub async fn contact_add(
    tx: &mut TenantTx,
    customer: CustomerId,
    fields: &ContactFields,
    as_of: DateTime<Utc>,
) -> Result<ContactId> {
    let c = fields.check()?;
    accounts_lock(tx, &[customer.uuid()]).await?;
    let company = tx.company().uuid();
    let id = ContactId::new();
    let done = sqlx::query!(
        r#"INSERT INTO contacts (company_id, id, customer_id, name, email, phone, role, language, is_active, verified)
           SELECT $1, $2, c.id, $4, $5, $6, $7, $8, $9, $10 FROM customers c WHERE c.company_id = (SELECT current_company())
             AND c.id = $3 AND c.deleted_at IS NULL"#,
        company,
        id.uuid(),
        customer.uuid(),
        c.name,
        c.email,
        c.phone,
        fields.role.as_str(),
        c.language,
        fields.active,
        fields.verified,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::NotFound("customer"));
    }
    accounts_wake(tx, &[customer.uuid()], as_of).await?;
    Ok(id)
}

/// The contacts of a customer, billing first.
pub async fn contacts(tx: &mut TenantTx, customer: CustomerId) -> Result<Vec<Contact>> {
    let rows = sqlx::query!(
        r#"SELECT c.id, c.name, c.email, c.phone, c.role, c.language, c.is_active, c.verified, c.undeliverable_since,
                  c.version,
                  EXISTS (SELECT 1 FROM suppressions s WHERE s.company_id = (SELECT current_company())
                    AND s.email_norm = c.email_norm AND s.lifted_at IS NULL)
                  AS "suppressed!"
             FROM contacts c WHERE c.company_id = (SELECT current_company())
               AND c.customer_id = $1 AND c.deleted_at IS NULL
            ORDER BY array_position(ARRAY['billing', 'general', 'escalation'], c.role), c.id"#,
        customer.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Contact {
                id: ContactId::from_uuid(r.id),
                customer,
                fields: ContactFields {
                    name: r.name,
                    email: r.email,
                    phone: r.phone,
                    role: parse(&r.role, "contacts.role")?,
                    language: r.language,
                    active: r.is_active,
                    verified: r.verified,
                },
                suppressed: r.suppressed,
                undeliverable_since: r.undeliverable_since,
                version: r.version,
            })
        })
        .collect()
}

/// The customer of a contact and the contact's version.
async fn owner(tx: &mut TenantTx, id: ContactId) -> Result<(CustomerId, i64)> {
    sqlx::query!(
        "SELECT customer_id, version FROM contacts WHERE company_id = (SELECT current_company())
      AND id = $1 AND deleted_at IS NULL",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .map(|r| (CustomerId::from_uuid(r.customer_id), r.version))
    .ok_or(StoreError::NotFound("contact"))
}

/// Changes a contact under a version; returns the new one. A new address starts without the bounces of
/// the old one.
pub async fn contact_update(
    tx: &mut TenantTx,
    id: ContactId,
    fields: &ContactFields,
    expected: i64,
    as_of: DateTime<Utc>,
) -> Result<i64> {
    let c = fields.check()?;
    let (customer, actual) = owner(tx, id).await?;
    accounts_lock(tx, &[customer.uuid()]).await?;
    let version = sqlx::query_scalar!(
        r#"UPDATE contacts SET name = $2, email = $3::text, phone = $4, role = $5, language = $6, is_active = $7, verified = $8,
                  undeliverable_since = CASE WHEN email_norm = lower(btrim($3::text)) THEN undeliverable_since END
            WHERE company_id = (SELECT current_company())
              AND id = $1 AND deleted_at IS NULL AND version = $9 RETURNING version"#,
        id.uuid(),
        c.name,
        c.email,
        c.phone,
        fields.role.as_str(),
        c.language,
        fields.active,
        fields.verified,
        expected,
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(version) = version else { return Err(lost(Some(actual), expected, "contact")) };
    accounts_wake(tx, &[customer.uuid()], as_of).await?;
    Ok(version)
}

/// Takes a contact out of use for good; its history stays.
pub async fn contact_remove(tx: &mut TenantTx, id: ContactId, as_of: DateTime<Utc>) -> Result<()> {
    let (customer, _) = owner(tx, id).await?;
    accounts_lock(tx, &[customer.uuid()]).await?;
    sqlx::query!(
        "UPDATE contacts SET deleted_at = $2 WHERE company_id = (SELECT current_company())
          AND id = $1 AND deleted_at IS NULL",
        id.uuid(),
        as_of
    )
    .execute(tx.conn())
    .await?;
    accounts_wake(tx, &[customer.uuid()], as_of).await?;
    Ok(())
}

/// The contact of a customer's own address: for billing, unless another contact is.
pub(super) async fn contact_own(
    tx: &mut TenantTx,
    customer: CustomerId,
    name: &str,
    email: &str,
) -> Result<()> {
    let company = tx.company().uuid();
    sqlx::query!(
        r#"INSERT INTO contacts (company_id, id, customer_id, name, email, role)
           SELECT $1, $2, $3, $4, $5,
                  CASE WHEN EXISTS (SELECT 1 FROM contacts o WHERE o.company_id = (SELECT current_company())
                    AND o.customer_id = $3 AND o.role = 'billing'
                                       AND o.is_active AND o.deleted_at IS NULL) THEN 'general' ELSE 'billing' END
               ON CONFLICT (company_id, customer_id, email_norm) WHERE deleted_at IS NULL DO NOTHING"#,
        company,
        ContactId::new().uuid(),
        customer.uuid(),
        name,
        email,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// After a change of the customer's address: the contact that bore the old one takes the new one, unless
/// a contact has it already.
pub(super) async fn contact_follow(
    tx: &mut TenantTx,
    customer: CustomerId,
    old: Option<&str>,
    new: &str,
    name: &str,
) -> Result<()> {
    let moved = match old.filter(|old| text::email_norm(old) != text::email_norm(new)) {
        Some(old) => sqlx::query!(
            r#"UPDATE contacts c SET email = $3::text, undeliverable_since = NULL
                WHERE c.company_id = (SELECT current_company())
                  AND c.customer_id = $1 AND c.email_norm = lower(btrim($2)) AND c.deleted_at IS NULL
                  AND NOT EXISTS (SELECT 1 FROM contacts o WHERE o.company_id = (SELECT current_company())
                    AND o.customer_id = $1 AND o.deleted_at IS NULL
                                     AND o.email_norm = lower(btrim($3::text)))"#,
            customer.uuid(),
            old,
            new,
        )
        .execute(tx.conn())
        .await?
        .rows_affected(),
        None => 0,
    };
    if moved == 0 { contact_own(tx, customer, name, new).await } else { Ok(()) }
}
