//! Customers: the debtors.

mod list;

pub(crate) use list::like;
pub use list::{CustomerFilter, CustomerLine, customer_find, customers, other_customer_named};

use super::contacts::{contact_follow, contact_own};
use super::{accounts_lock, accounts_wake, lost, note, parse, parse_opt};
use crate::error::{Result, StoreError};
use crate::settle::Event;
use crate::tenancy::TenantTx;
use crate::text;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::ids::CustomerId;
use domain::kinds::{Autonomy, DebtorKind};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What a person sets about a customer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CustomerFields {
    /// Customer number; unique among the company's customers.
    pub number: Option<String>,
    /// Name.
    pub name: String,
    /// Main address; without one, and without contacts, nothing can be sent.
    pub email: Option<String>,
    /// Person to write to.
    pub contact_person: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Business, consumer or public authority.
    pub kind: DebtorKind,
    /// ISO 3166-1 alpha-2; the company's when absent.
    pub country: Option<String>,
    /// ISO 3166-2 after the country.
    pub region: Option<String>,
    /// Language of letters; the company's when absent.
    pub language: Option<String>,
    /// Zone of contact hours; the company's when absent.
    pub zone: Option<Tz>,
    /// Days allowed; the company's when absent; 0 to 365.
    pub payment_terms: Option<i32>,
    /// Free text; never part of a letter.
    pub notes: Option<String>,
    /// Must not be contacted at all.
    pub do_not_contact: bool,
    /// What the agent may do by itself, when it differs from the company's level.
    pub autonomy: Option<Autonomy>,
}

/// A customer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Customer {
    /// Id.
    pub id: CustomerId,
    /// What a person sets.
    #[serde(flatten)]
    pub fields: CustomerFields,
    /// For If-Match.
    pub version: i64,
    /// When it came on file.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

/// Fields as they are stored.
struct Checked<'a> {
    number: Option<&'a str>,
    name: &'a str,
    email: Option<&'a str>,
    contact_person: Option<&'a str>,
    phone: Option<&'a str>,
    country: Option<&'a str>,
    region: Option<&'a str>,
    language: Option<&'a str>,
    notes: Option<Cow<'a, str>>,
}

fn given(value: Option<&str>) -> Option<&str> {
    value.map(str::trim).filter(|v| !v.is_empty())
}

impl CustomerFields {
    fn check(&self) -> Result<Checked<'_>> {
        let country = given(self.country.as_deref()).map(text::country).transpose();
        let region = given(self.region.as_deref()).map(text::region).transpose();
        let language = given(self.language.as_deref()).map(text::language).transpose();
        let email = given(self.email.as_deref()).map(text::email).transpose();
        if self.payment_terms.is_some_and(|days| !(0..=365).contains(&days)) {
            return Err(StoreError::invalid("payment_terms must lie between 0 and 365"));
        }
        Ok(Checked {
            number: text::optional(self.number.as_deref(), text::NUMBER).map_err(|f| f.on("number"))?,
            name: text::line(&self.name, text::NAME).map_err(|f| f.on("name"))?,
            email: email.map_err(|f| f.on("email"))?,
            contact_person: text::optional(self.contact_person.as_deref(), text::NAME)
                .map_err(|f| f.on("contact_person"))?,
            phone: text::optional(self.phone.as_deref(), text::PHONE).map_err(|f| f.on("phone"))?,
            country: country.map_err(|f| f.on("country"))?,
            region: region.map_err(|f| f.on("region"))?,
            language: language.map_err(|f| f.on("language"))?,
            notes: text::optional_lines(self.notes.as_deref(), text::NOTE).map_err(|f| f.on("notes"))?,
        })
    }
}

/// Takes a customer on file; its address becomes its billing contact.
///
/// # Errors
/// `Conflict` when the number is taken.
pub async fn customer_create(tx: &mut TenantTx, fields: &CustomerFields) -> Result<CustomerId> {
    let c = fields.check()?;
    let company = tx.company().uuid();
    let id = CustomerId::new();
    sqlx::query!(
        r#"INSERT INTO customers (company_id, id, external_number, name, email, contact_person, phone, debtor_kind,
                country, region, language, time_zone, default_payment_terms, notes, do_not_contact, autonomy_level)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"#,
        company,
        id.uuid(),
        c.number,
        c.name,
        c.email,
        c.contact_person,
        c.phone,
        fields.kind.as_str(),
        c.country,
        c.region,
        c.language,
        fields.zone.map(|z| z.name()),
        fields.payment_terms,
        c.notes.as_deref(),
        fields.do_not_contact,
        fields.autonomy.map(Autonomy::as_str),
    )
    .execute(tx.conn())
    .await?;
    if let Some(email) = c.email {
        contact_own(tx, id, c.contact_person.unwrap_or(c.name), email).await?;
    }
    Ok(id)
}

/// A customer.
pub async fn customer(tx: &mut TenantTx, id: CustomerId) -> Result<Customer> {
    let row = sqlx::query!(
        r#"SELECT external_number, name, email, contact_person, phone, debtor_kind, country, region, language, time_zone,
                  default_payment_terms, notes, do_not_contact, autonomy_level, version, created_at, updated_at
             FROM customers WHERE company_id = (SELECT current_company())
               AND id = $1 AND deleted_at IS NULL"#,
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(StoreError::NotFound("customer"))?;
    Ok(Customer {
        id,
        fields: CustomerFields {
            number: row.external_number,
            name: row.name,
            email: row.email,
            contact_person: row.contact_person,
            phone: row.phone,
            kind: parse(&row.debtor_kind, "customers.debtor_kind")?,
            country: row.country,
            region: row.region,
            language: row.language,
            zone: parse_opt(row.time_zone.as_deref(), "customers.time_zone")?,
            payment_terms: row.default_payment_terms,
            notes: row.notes,
            do_not_contact: row.do_not_contact,
            autonomy: parse_opt(row.autonomy_level.as_deref(), "customers.autonomy_level")?,
        },
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// Changes a customer under a version; returns the new one. A changed address takes the contact that
/// bore the old one with it.
pub async fn customer_update(
    tx: &mut TenantTx,
    id: CustomerId,
    fields: &CustomerFields,
    expected: i64,
    as_of: DateTime<Utc>,
) -> Result<i64> {
    let c = fields.check()?;
    accounts_lock(tx, &[id.uuid()]).await?;
    let old = customer(tx, id).await?;
    let version = sqlx::query_scalar!(
        r#"UPDATE customers SET external_number = $2, name = $3, email = $4, contact_person = $5, phone = $6,
                  debtor_kind = $7, country = $8, region = $9, language = $10, time_zone = $11,
                  default_payment_terms = $12, notes = $13, do_not_contact = $14, autonomy_level = $15
            WHERE company_id = (SELECT current_company())
              AND id = $1 AND deleted_at IS NULL AND version = $16 RETURNING version"#,
        id.uuid(),
        c.number,
        c.name,
        c.email,
        c.contact_person,
        c.phone,
        fields.kind.as_str(),
        c.country,
        c.region,
        c.language,
        fields.zone.map(|z| z.name()),
        fields.payment_terms,
        c.notes.as_deref(),
        fields.do_not_contact,
        fields.autonomy.map(Autonomy::as_str),
        expected,
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(version) = version else {
        return Err(lost(Some(old.version), expected, "customer"));
    };
    if let Some(email) = c.email {
        let name = c.contact_person.unwrap_or(c.name);
        contact_follow(tx, id, old.fields.email.as_deref(), email, name).await?;
    }
    accounts_wake(tx, &[id.uuid()], as_of).await?;
    Ok(version)
}

/// Takes a customer out of use; its history stays.
///
/// # Errors
/// `Conflict` while something is owed.
pub async fn customer_delete(
    tx: &mut TenantTx,
    id: CustomerId,
    expected: i64,
    as_of: DateTime<Utc>,
) -> Result<()> {
    accounts_lock(tx, &[id.uuid()]).await?;
    let old = customer(tx, id).await?;
    let owes = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM invoices WHERE company_id = (SELECT current_company())
          AND customer_id = $1 AND residual > 0 AND deleted_at IS NULL
                                  AND cancelled_at IS NULL AND written_off_at IS NULL) AS "owes!""#,
        id.uuid(),
    )
    .fetch_one(tx.conn())
    .await?;
    if owes {
        return Err(StoreError::conflict(
            "the customer owes something; cancel or write off its invoices first",
        ));
    }
    let done = sqlx::query!(
        "UPDATE customers SET deleted_at = $2 WHERE company_id = (SELECT current_company())
          AND id = $1 AND deleted_at IS NULL AND version = $3",
        id.uuid(),
        as_of,
        expected,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(lost(Some(old.version), expected, "customer"));
    }
    note(tx, Event::new("customer_deleted", as_of).customer(id), serde_json::Value::Null).await
}
