//! A company's own texts of letters, by purpose and language. Without a row the shipped text is used.
//!
//! Does not: check placeholders (`domain::templates`, the caller has done so).

use crate::error::{Result, StoreError};
use crate::ledger::lost;
use crate::tenancy::TenantTx;
use crate::text;
use serde::Serialize;

/// Longest body of a template, in characters.
const MAX_BODY: usize = 20_000;

/// A template.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Template {
    /// What the letter is for (`domain::letter::Purpose`).
    pub purpose: String,
    /// Language.
    pub language: String,
    /// Subject with placeholders.
    pub subject: String,
    /// Body with placeholders; a blank line ends a paragraph.
    pub body: String,
    /// For If-Match, and part of the name a letter bears.
    pub version: i64,
}

/// All templates of the company.
pub async fn templates(tx: &mut TenantTx) -> Result<Vec<Template>> {
    Ok(sqlx::query_as!(
        Template,
        r#"SELECT template_type AS purpose, language, subject, body, version FROM email_templates
            WHERE company_id = (SELECT current_company()) ORDER BY template_type, language"#
    )
    .fetch_all(tx.conn())
    .await?)
}

/// The template of a purpose and language.
pub async fn template_find(tx: &mut TenantTx, purpose: &str, language: &str) -> Result<Option<Template>> {
    Ok(sqlx::query_as!(
        Template,
        r#"SELECT template_type AS purpose, language, subject, body, version FROM email_templates
            WHERE company_id = (SELECT current_company()) AND template_type = $1 AND language = $2"#,
        purpose,
        language,
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Writes a template: a new one without `expected`, else the next version of the one on file. Returns
/// the version.
///
/// # Errors
/// `Conflict` when a new one exists already, `Invalid` for an unknown purpose.
pub async fn template_put(
    tx: &mut TenantTx,
    purpose: &str,
    language: &str,
    subject: &str,
    body: &str,
    expected: Option<i64>,
) -> Result<i64> {
    let language = text::language(language).map_err(|f| f.on("language"))?;
    let subject = text::line(subject, 500).map_err(|f| f.on("subject"))?;
    let body = text::optional_lines(Some(body), MAX_BODY).map_err(|f| f.on("body"))?;
    let body = body.ok_or_else(|| text::Flaw::Empty.on("body"))?;
    let company = tx.company().uuid();
    let Some(expected) = expected else {
        return Ok(sqlx::query_scalar!(
            r#"INSERT INTO email_templates (company_id, template_type, language, subject, body)
               VALUES ($1, $2, $3, $4, $5) RETURNING version"#,
            company,
            purpose,
            language,
            subject,
            &*body,
        )
        .fetch_one(tx.conn())
        .await?);
    };
    let version = sqlx::query_scalar!(
        r#"UPDATE email_templates SET subject = $3, body = $4
            WHERE company_id = (SELECT current_company())
              AND template_type = $1 AND language = $2 AND version = $5 RETURNING version"#,
        purpose,
        language,
        subject,
        &*body,
        expected,
    )
    .fetch_optional(tx.conn())
    .await?;
    match version {
        Some(version) => Ok(version),
        None => {
            let actual = template_find(tx, purpose, language).await?.map(|t| t.version);
            Err(lost(actual, expected, "template"))
        }
    }
}

/// Removes a template: the shipped text is used again.
pub async fn template_delete(tx: &mut TenantTx, purpose: &str, language: &str) -> Result<()> {
    let done = sqlx::query!(
        "DELETE FROM email_templates WHERE company_id = (SELECT current_company())
          AND template_type = $1 AND language = $2",
        purpose,
        language,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(StoreError::NotFound("template")) } else { Ok(()) }
}
