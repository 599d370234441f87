//! Companies: the tenants, their settings and their kill switch.

use super::{lost, parse};
use crate::error::{Result, StoreError};
use crate::settle::Event;
use crate::tenancy::{SystemTx, TenantTx};
use crate::text;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::ids::{BlockId, CompanyId};
use domain::kinds::{Autonomy, BlockReason};
use domain::money::Currency;
use domain::procedure::Procedure;
use domain::settings::CompanySettings;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// What a person sets about a company.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CompanyFields {
    /// Name as on letters.
    pub name: String,
    /// Address letters are sent from.
    pub email: String,
    /// Display name of the sender; the company's name when absent.
    pub sender_name: Option<String>,
    /// Where answers go; `email` when absent.
    pub reply_to: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Language of last resort.
    pub language: String,
    /// Zone of business dates.
    pub zone: Tz,
    /// Currency of rows without one.
    pub default_currency: Currency,
    /// Days allowed when nothing else says; 0 to 365.
    pub default_payment_terms: i32,
    /// What the agent may do by itself.
    pub autonomy: Autonomy,
    /// Where the money goes.
    pub iban: Option<String>,
    /// Bank identifier.
    pub bic: Option<String>,
    /// Holder of the account.
    pub account_holder: Option<String>,
    /// Postal address, at most six lines.
    pub address_lines: Vec<String>,
}

/// A company.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Company {
    /// Id.
    pub id: CompanyId,
    /// Short name in commands.
    pub slug: String,
    /// What a person sets.
    #[serde(flatten)]
    pub fields: CompanyFields,
    /// Settings of the chase.
    pub settings: CompanySettings,
    /// When the ledger was last read from its source.
    pub last_sync_at: Option<DateTime<Utc>>,
    /// For If-Match.
    pub version: i64,
    /// When it was set up.
    pub created_at: DateTime<Utc>,
}

/// A line of the list of companies.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CompanyEntry {
    /// Id.
    pub id: CompanyId,
    /// Short name.
    pub slug: String,
    /// Name.
    pub name: String,
}

/// Fields as they are stored.
struct Checked<'a> {
    name: &'a str,
    email: &'a str,
    sender_name: Option<&'a str>,
    reply_to: Option<&'a str>,
    iban: Option<String>,
    bic: Option<&'a str>,
    account_holder: Option<&'a str>,
    address_lines: Vec<String>,
}

impl CompanyFields {
    fn check(&self) -> Result<Checked<'_>> {
        text::country(&self.country).map_err(|f| f.on("country"))?;
        text::language(&self.language).map_err(|f| f.on("language"))?;
        if !(0..=365).contains(&self.default_payment_terms) {
            return Err(StoreError::invalid("default_payment_terms must lie between 0 and 365"));
        }
        if self.address_lines.len() > 6 {
            return Err(StoreError::invalid("address_lines has more than six lines"));
        }
        let lines = self.address_lines.iter().map(|l| text::line(l, text::NAME).map(str::to_owned));
        let given =
            |value: &'_ Option<String>| value.as_deref().map(str::trim).is_some_and(|v| !v.is_empty());
        let iban = self.iban.as_deref().filter(|_| given(&self.iban)).map(text::iban);
        let bic = self.bic.as_deref().filter(|_| given(&self.bic)).map(text::bic);
        let reply_to = self.reply_to.as_deref().filter(|_| given(&self.reply_to)).map(text::email);
        Ok(Checked {
            name: text::line(&self.name, text::NAME).map_err(|f| f.on("name"))?,
            email: text::email(&self.email).map_err(|f| f.on("email"))?,
            sender_name: text::optional(self.sender_name.as_deref(), text::NAME)
                .map_err(|f| f.on("sender_name"))?,
            reply_to: reply_to.transpose().map_err(|f| f.on("reply_to"))?,
            iban: iban.transpose().map_err(|f| f.on("iban"))?,
            bic: bic.transpose().map_err(|f| f.on("bic"))?,
            account_holder: text::optional(self.account_holder.as_deref(), text::NAME)
                .map_err(|f| f.on("account_holder"))?,
            address_lines: lines.collect::<std::result::Result<_, _>>().map_err(|f| f.on("address_lines"))?,
        })
    }
}

/// Sets up the company the transaction is for (open it with a fresh id), with the default procedure.
///
/// # Errors
/// `Conflict` when the short name is taken.
pub async fn company_create(tx: &mut TenantTx, slug: &str, fields: &CompanyFields) -> Result<()> {
    let slug = text::slug(slug).map_err(|f| f.on("slug"))?;
    let c = fields.check()?;
    let company = tx.company().uuid();
    sqlx::query!(
        r#"INSERT INTO companies (id, slug, name, email, sender_name, reply_to, country, language, time_zone,
                default_currency, default_payment_terms, autonomy_level, iban, bic, account_holder, address_lines)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"#,
        company,
        slug,
        c.name,
        c.email,
        c.sender_name,
        c.reply_to,
        fields.country.trim(),
        fields.language.trim(),
        fields.zone.name(),
        fields.default_currency.code(),
        fields.default_payment_terms,
        fields.autonomy.as_str(),
        c.iban,
        c.bic,
        c.account_holder,
        &c.address_lines,
    )
    .execute(tx.conn())
    .await?;
    let steps =
        serde_json::to_value(Procedure::default()).map_err(|_| StoreError::corrupt("default procedure"))?;
    sqlx::query!("INSERT INTO reminder_sequences (company_id, steps) VALUES ($1, $2)", company, steps)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The company of the transaction.
pub async fn company(tx: &mut TenantTx) -> Result<Company> {
    let company = tx.company().uuid();
    let row = sqlx::query!(
        r#"SELECT id, slug, name, email, sender_name, reply_to, country, language, time_zone, default_currency,
                  default_payment_terms, autonomy_level, iban, bic, account_holder, address_lines, settings,
                  last_sync_at, version, created_at
             FROM companies WHERE id = $1 AND deleted_at IS NULL"#,
        company,
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(StoreError::NotFound("company"))?;
    let settings =
        CompanySettings::from_json(&row.settings).map_err(|_| StoreError::corrupt("companies.settings"))?;
    Ok(Company {
        id: CompanyId::from_uuid(row.id),
        slug: row.slug,
        fields: CompanyFields {
            name: row.name,
            email: row.email,
            sender_name: row.sender_name,
            reply_to: row.reply_to,
            country: row.country,
            language: row.language,
            zone: parse(&row.time_zone, "companies.time_zone")?,
            default_currency: parse(&row.default_currency, "companies.default_currency")?,
            default_payment_terms: row.default_payment_terms,
            autonomy: parse(&row.autonomy_level, "companies.autonomy_level")?,
            iban: row.iban,
            bic: row.bic,
            account_holder: row.account_holder,
            address_lines: row.address_lines,
        },
        settings,
        last_sync_at: row.last_sync_at,
        version: row.version,
        created_at: row.created_at,
    })
}

/// Changes the fields under a version; returns the new one.
pub async fn company_update(tx: &mut TenantTx, fields: &CompanyFields, expected: i64) -> Result<i64> {
    let c = fields.check()?;
    let company = tx.company().uuid();
    let version = sqlx::query_scalar!(
        r#"UPDATE companies SET name = $2, email = $3, sender_name = $4, reply_to = $5, country = $6, language = $7,
                  time_zone = $8, default_currency = $9, default_payment_terms = $10, autonomy_level = $11, iban = $12,
                  bic = $13, account_holder = $14, address_lines = $15
            WHERE id = $1 AND deleted_at IS NULL AND version = $16 RETURNING version"#,
        company,
        c.name,
        c.email,
        c.sender_name,
        c.reply_to,
        fields.country.trim(),
        fields.language.trim(),
        fields.zone.name(),
        fields.default_currency.code(),
        fields.default_payment_terms,
        fields.autonomy.as_str(),
        c.iban,
        c.bic,
        c.account_holder,
        &c.address_lines,
        expected,
    )
    .fetch_optional(tx.conn())
    .await?;
    match version {
        Some(version) => Ok(version),
        None => Err(company_lost(tx, expected).await?),
    }
}

async fn company_lost(tx: &mut TenantTx, expected: i64) -> Result<StoreError> {
    let company = tx.company().uuid();
    let actual =
        sqlx::query_scalar!("SELECT version FROM companies WHERE id = $1 AND deleted_at IS NULL", company)
            .fetch_optional(tx.conn())
            .await?;
    Ok(lost(actual, expected, "company"))
}

/// Changes the settings under a version; returns the new one.
///
/// # Errors
/// `Invalid` when the settings do not pass [`CompanySettings::validate`].
pub async fn company_settings_set(
    tx: &mut TenantTx,
    settings: &CompanySettings,
    expected: i64,
) -> Result<i64> {
    settings.validate().map_err(|e| StoreError::invalid(e.to_string()))?;
    let json = serde_json::to_value(settings).map_err(|_| StoreError::invalid("company settings"))?;
    let company = tx.company().uuid();
    let version = sqlx::query_scalar!(
        "UPDATE companies SET settings = $2 WHERE id = $1 AND deleted_at IS NULL AND version = $3 RETURNING version",
        company,
        json,
        expected,
    )
    .fetch_optional(tx.conn())
    .await?;
    match version {
        Some(version) => Ok(version),
        None => Err(company_lost(tx, expected).await?),
    }
}

/// Every company, by short name. For commands on the machine; never shown to a tenant.
pub async fn company_list(tx: &mut SystemTx) -> Result<Vec<CompanyEntry>> {
    let rows = sqlx::query!(
        r#"SELECT id AS "id!", slug AS "slug!", name AS "name!" FROM company_list() ORDER BY slug"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| CompanyEntry { id: CompanyId::from_uuid(r.id), slug: r.slug, name: r.name })
        .collect())
}

/// The company of a short name.
pub async fn company_by_slug(tx: &mut SystemTx, slug: &str) -> Result<Option<CompanyId>> {
    let id = sqlx::query_scalar!("SELECT company_by_slug($1)", slug).fetch_one(tx.conn()).await?;
    Ok(id.map(CompanyId::from_uuid))
}

/// Whether sending is stopped for the whole company.
pub async fn kill_switch(tx: &mut TenantTx) -> Result<bool> {
    let on = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM dunning_blocks WHERE company_id = (SELECT current_company())
          AND customer_id IS NULL AND reason = 'kill_switch'
                                                         AND lifted_at IS NULL) AS "on!""#
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(on)
}

/// Stops sending for the whole company, or starts it again. Already so: nothing happens.
pub async fn kill_switch_set(tx: &mut TenantTx, on: bool, note: &str, as_of: DateTime<Utc>) -> Result<()> {
    let words = text::optional_lines(Some(note), text::NOTE).map_err(|f| f.on("note"))?;
    let words = words.as_deref().unwrap_or("");
    let company = tx.company().uuid();
    let actor = tx.actor().to_string();
    let done = if on {
        sqlx::query!(
            r#"INSERT INTO dunning_blocks (company_id, id, reason, note, created_by)
               SELECT $1, $2, $3, $4, $5
                WHERE NOT EXISTS (SELECT 1 FROM dunning_blocks WHERE company_id = (SELECT current_company())
                  AND customer_id IS NULL AND reason = $3
                                                                 AND lifted_at IS NULL)"#,
            company,
            BlockId::new().uuid(),
            BlockReason::KillSwitch.as_str(),
            words,
            actor,
        )
        .execute(tx.conn())
        .await?
    } else {
        sqlx::query!(
            r#"UPDATE dunning_blocks SET lifted_at = $1, lifted_by = $2
                WHERE company_id = (SELECT current_company())
                  AND customer_id IS NULL AND reason = 'kill_switch' AND lifted_at IS NULL"#,
            as_of,
            actor,
        )
        .execute(tx.conn())
        .await?
    };
    if done.rows_affected() == 0 {
        return Ok(());
    }
    if !on {
        let all: Vec<Uuid> = sqlx::query_scalar!(
            "SELECT DISTINCT customer_id FROM accounts WHERE company_id = (SELECT current_company())"
        )
        .fetch_all(tx.conn())
        .await?;
        super::accounts_wake(tx, &all, as_of).await?;
    }
    let kind = if on { "kill_switch_on" } else { "kill_switch_off" };
    let event = Event::new(kind, as_of).reason(BlockReason::KillSwitch.as_str());
    super::note(tx, event, json!({ "note": words })).await
}
