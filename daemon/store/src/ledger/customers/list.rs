//! Finding and listing customers.

use crate::error::Result;
use crate::ledger::{money, parse};
use crate::page::{Page, clamp, decode};
use crate::tenancy::TenantTx;
use crate::text;
use chrono::NaiveDate;
use domain::ids::CustomerId;
use domain::money::{Currency, Money};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// Which customers to list.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct CustomerFilter {
    /// Part of the name, number or address, any case.
    pub search: Option<String>,
    /// Only those who owe something.
    pub owing: bool,
}

/// A line of the list of customers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CustomerLine {
    /// Id.
    pub id: CustomerId,
    /// Customer number.
    pub number: Option<String>,
    /// Name.
    pub name: String,
    /// Main address.
    pub email: Option<String>,
    /// What is owed, per currency.
    pub open: Vec<Money>,
    /// What of it is overdue on the day asked for, per currency.
    pub overdue: Vec<Money>,
    /// For If-Match.
    pub version: i64,
}

/// Customers a person may mean by a word: id, number, address or exact name.
pub async fn customer_find(tx: &mut TenantTx, key: &str) -> Result<Vec<CustomerId>> {
    let key = text::line(key, text::NAME).map_err(|f| f.on("customer"))?;
    let ids = sqlx::query_scalar!(
        r#"SELECT id FROM customers
            WHERE company_id = (SELECT current_company()) AND deleted_at IS NULL
              AND (id = $1 OR external_number = $2 OR email_norm = lower(btrim($2)) OR name = $2)
            ORDER BY name, id LIMIT 50"#,
        Uuid::parse_str(key).ok(),
        key,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().map(CustomerId::from_uuid).collect())
}

/// A search text as a pattern in which it means only itself.
pub(crate) fn like(search: &str) -> String {
    let mut pattern = String::with_capacity(search.len() + 2);
    pattern.push('%');
    for c in search.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// Customers by name.
pub async fn customers(
    tx: &mut TenantTx,
    filter: &CustomerFilter,
    today: NaiveDate,
    cursor: Option<&str>,
    limit: u16,
) -> Result<Page<CustomerLine>> {
    let after: Option<(String, Uuid)> = decode("customers", cursor)?;
    let search = text::optional(filter.search.as_deref(), text::NAME).map_err(|f| f.on("search"))?.map(like);
    let limit = clamp(limit);
    let (name, id) = after.unzip();
    let rows = sqlx::query!(
        r#"SELECT c.id, c.external_number, c.name, c.email, c.version
             FROM customers c
            WHERE c.company_id = (SELECT current_company()) AND c.deleted_at IS NULL
              AND ($1::text IS NULL OR (c.name, c.id) > ($1, $2))
              AND ($3::text IS NULL OR c.name ILIKE $3 OR c.external_number ILIKE $3 OR c.email_norm ILIKE $3)
              AND (NOT $4 OR EXISTS (SELECT 1 FROM invoices i WHERE i.company_id = (SELECT current_company())
                AND i.customer_id = c.id AND i.residual > 0
                       AND i.deleted_at IS NULL AND i.cancelled_at IS NULL AND i.written_off_at IS NULL))
            ORDER BY c.name, c.id LIMIT $5"#,
        name,
        id,
        search,
        filter.owing,
        limit + 1,
    )
    .fetch_all(tx.conn())
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    let mut owed = open_sums(tx, &ids, today).await?;
    let lines = rows.into_iter().map(|r| {
        let (open, overdue) = owed.remove(&r.id).unwrap_or_default();
        CustomerLine {
            id: CustomerId::from_uuid(r.id),
            number: r.external_number,
            name: r.name,
            email: r.email,
            open,
            overdue,
            version: r.version,
        }
    });
    Page::of("customers", lines.collect(), limit, |l: &CustomerLine| (l.name.clone(), l.id.uuid()))
}

/// What customers owe, and what of it is overdue, per currency.
async fn open_sums(
    tx: &mut TenantTx,
    ids: &[Uuid],
    today: NaiveDate,
) -> Result<HashMap<Uuid, (Vec<Money>, Vec<Money>)>> {
    let rows = sqlx::query!(
        r#"SELECT customer_id, currency, sum(residual) AS "open!",
                  coalesce(sum(residual) FILTER (WHERE due_date < $2), 0) AS "overdue!"
             FROM invoices
            WHERE company_id = (SELECT current_company())
              AND customer_id = ANY ($1) AND residual > 0 AND deleted_at IS NULL AND cancelled_at IS NULL
              AND written_off_at IS NULL
            GROUP BY 1, 2 ORDER BY 1, 2"#,
        ids,
        today,
    )
    .fetch_all(tx.conn())
    .await?;
    let mut sums: HashMap<Uuid, (Vec<Money>, Vec<Money>)> = HashMap::new();
    for row in rows {
        let currency: Currency = parse(&row.currency, "invoices.currency")?;
        let entry = sums.entry(row.customer_id).or_default();
        entry.0.push(money(row.open, currency, "invoices.residual")?);
        let overdue = money(row.overdue, currency, "invoices.residual")?;
        if overdue.is_positive() {
            entry.1.push(overdue);
        }
    }
    Ok(sums)
}

/// Whether the name of some other customer stands in a text, as whole words in any case. Names shorter
/// than five characters are not looked for: they are words of their own.
///
/// A letter that names another customer tells one debtor about another.
pub async fn other_customer_named(tx: &mut TenantTx, except: CustomerId, text: &str) -> Result<bool> {
    let text = text.to_lowercase();
    let names = sqlx::query_scalar!(
        r#"SELECT DISTINCT lower(name) AS "name!" FROM customers
            WHERE company_id = (SELECT current_company())
              AND id <> $1 AND deleted_at IS NULL AND length(name) >= 5
              AND lower(name) <> (SELECT lower(name) FROM customers WHERE company_id = (SELECT current_company())
                AND id = $1)
              AND position(lower(name) IN $2) > 0"#,
        except.uuid(),
        text,
    )
    .fetch_all(tx.conn())
    .await?;
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    Ok(names.iter().any(|name| {
        text.match_indices(name.as_str()).any(|(at, found)| {
            let before = text.get(..at).and_then(|t| t.chars().next_back());
            let after = text.get(at + found.len()..).and_then(|t| t.chars().next());
            !letter(before) && !letter(after)
        })
    }))
}
