//! To whom a mail may belong: candidates, not decisions.

use crate::db::Db;
use crate::error::{Result, StoreError};
use crate::tenancy::{Actor, TenantTx};
use domain::ids::{CompanyId, ConversationId, CustomerId, InvoiceId, OutreachId};
use domain::money::Currency;

/// What a mail offers for finding its company before a tenant is known.
#[derive(Clone, Copy, Debug)]
pub struct RouteKeys<'a> {
    /// Message-IDs it refers to.
    pub message_ids: &'a [String],
    /// Letters its tokens name.
    pub outreach_ids: &'a [OutreachId],
    /// Recipients, normalised.
    pub addresses: &'a [String],
}

/// The one company a mail is for; `None` when nothing or several fit.
pub async fn route_company(db: &Db, keys: &RouteKeys<'_>) -> Result<Option<CompanyId>> {
    let mut tx = db.system(&Actor::System("route")).await?;
    let ids: Vec<_> = keys.outreach_ids.iter().map(|id| id.uuid()).collect();
    let found = sqlx::query_scalar!(
        r#"SELECT company_id AS "company_id!" FROM inbound_route($1)
           UNION SELECT company_id FROM outreach_companies($2)
           UNION SELECT c FROM companies_by_address($3) c"#,
        keys.message_ids,
        &ids,
        keys.addresses,
    )
    .fetch_all(tx.conn())
    .await?;
    tx.rollback().await?;
    Ok(match found.as_slice() {
        [only] => Some(CompanyId::from_uuid(*only)),
        _ => None,
    })
}

/// What a mail offers for finding its account.
#[derive(Clone, Debug, Default)]
pub struct MatchKeys {
    /// Sender, normalised.
    pub from_email: Option<String>,
    /// Message-IDs it refers to, newest first.
    pub message_ids: Vec<String>,
    /// Letters its tokens name.
    pub outreach_ids: Vec<OutreachId>,
    /// Words that may be invoice numbers.
    pub invoice_numbers: Vec<String>,
}

/// A letter of ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutreachRef {
    /// The letter.
    pub outreach: OutreachId,
    /// To whom.
    pub customer: CustomerId,
    /// In which currency.
    pub currency: Currency,
    /// Its conversation.
    pub conversation: ConversationId,
}

/// An open invoice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InvoiceRef {
    /// The invoice.
    pub invoice: InvoiceId,
    /// Whose.
    pub customer: CustomerId,
    /// Its currency.
    pub currency: Currency,
    /// Its conversation.
    pub conversation: Option<ConversationId>,
}

/// A customer with a contact of that address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CustomerRef {
    /// The customer.
    pub customer: CustomerId,
    /// Currencies of its accounts.
    pub currencies: Vec<Currency>,
}

/// Everything that fits.
#[derive(Clone, Debug, Default)]
pub struct MatchFacts {
    /// By our token or Message-ID; in the order asked.
    pub by_message: Vec<OutreachRef>,
    /// By an invoice number in the text.
    pub by_number: Vec<InvoiceRef>,
    /// By the sender's address.
    pub by_sender: Vec<CustomerRef>,
}

fn currency(text: &str) -> Result<Currency> {
    text.parse().map_err(|_| StoreError::corrupt("currency"))
}

/// The candidates for a mail within its company.
pub async fn inbound_candidates(tx: &mut TenantTx, keys: &MatchKeys) -> Result<MatchFacts> {
    Ok(MatchFacts {
        by_message: by_message(tx, keys).await?,
        by_number: by_number(tx, &keys.invoice_numbers).await?,
        by_sender: by_sender(tx, keys.from_email.as_deref()).await?,
    })
}

async fn by_message(tx: &mut TenantTx, keys: &MatchKeys) -> Result<Vec<OutreachRef>> {
    let company = tx.company().uuid();
    let ids: Vec<_> = keys.outreach_ids.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        "SELECT o.id, o.customer_id, o.currency, o.conversation_id FROM outreaches o
          WHERE o.company_id = $1 AND (o.id = ANY ($2) OR o.message_id_header = ANY ($3))
          ORDER BY array_position($2, o.id) NULLS LAST, array_position($3, o.message_id_header)",
        company,
        &ids,
        &keys.message_ids,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(OutreachRef {
                outreach: OutreachId::from_uuid(r.id),
                customer: CustomerId::from_uuid(r.customer_id),
                currency: currency(&r.currency)?,
                conversation: ConversationId::from_uuid(r.conversation_id),
            })
        })
        .collect()
}

async fn by_number(tx: &mut TenantTx, numbers: &[String]) -> Result<Vec<InvoiceRef>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let company = tx.company().uuid();
    let rows = sqlx::query!(
        "SELECT i.id, i.customer_id, i.currency, i.ai_conversation_id FROM invoices i
          WHERE i.company_id = $1 AND i.invoice_number = ANY ($2) AND i.deleted_at IS NULL ORDER BY i.due_date LIMIT 50",
        company,
        numbers,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(InvoiceRef {
                invoice: InvoiceId::from_uuid(r.id),
                customer: CustomerId::from_uuid(r.customer_id),
                currency: currency(&r.currency)?,
                conversation: r.ai_conversation_id.map(ConversationId::from_uuid),
            })
        })
        .collect()
}

async fn by_sender(tx: &mut TenantTx, from: Option<&str>) -> Result<Vec<CustomerRef>> {
    let Some(from) = from else { return Ok(Vec::new()) };
    let company = tx.company().uuid();
    let rows = sqlx::query!(
        r#"SELECT c.customer_id, coalesce(array_agg(DISTINCT a.currency::text) FILTER (WHERE a.currency IS NOT NULL),
                  '{}') AS "currencies!"
             FROM contacts c LEFT JOIN accounts a ON a.company_id = c.company_id AND a.customer_id = c.customer_id
            WHERE c.company_id = $1 AND c.email_norm = $2 AND c.deleted_at IS NULL AND c.is_active
            GROUP BY c.customer_id LIMIT 20"#,
        company,
        from,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let currencies = r.currencies.iter().map(|c| currency(c)).collect::<Result<_>>()?;
            Ok(CustomerRef { customer: CustomerId::from_uuid(r.customer_id), currencies })
        })
        .collect()
}
