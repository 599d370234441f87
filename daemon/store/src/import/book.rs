//! What the ledger already holds of the rows of a file.

use super::clean::Clean;
use crate::error::{Result, StoreError};
use crate::tenancy::TenantTx;
use chrono::NaiveDate;
use domain::kinds::PaymentSource;
use domain::money::Currency;
use rust_decimal::Decimal;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// An invoice on file.
#[derive(Clone, Debug)]
pub(super) struct KnownInvoice {
    pub id: Uuid,
    pub customer: Uuid,
    pub currency: Currency,
    pub amount: Decimal,
    pub due_date: NaiveDate,
}

/// A credit note on file with its allocations by invoice.
#[derive(Clone, Debug)]
pub(super) struct KnownNote {
    pub id: Uuid,
    pub customer: Uuid,
    pub currency: Currency,
    pub allocated: HashMap<Uuid, Decimal>,
}

/// A payment on file that has a reference.
#[derive(Clone, Debug)]
pub(super) struct KnownPayment {
    pub id: Uuid,
    pub invoice: Uuid,
    pub amount: Decimal,
}

/// A receipt on file that has a reference.
#[derive(Clone, Debug)]
pub(super) struct KnownReceipt {
    pub id: Uuid,
    pub amount: Decimal,
    pub currency: Currency,
    pub open: bool,
}

/// What makes two payments without a reference equal.
pub(super) type PaymentLike = (Uuid, NaiveDate, Decimal, String);

/// What makes two receipts without a reference equal.
pub(super) type ReceiptLike = (NaiveDate, Decimal, Currency, String, String);

/// Everything of the ledger the file touches.
#[derive(Debug, Default)]
pub(super) struct Book {
    pub invoices: HashMap<String, KnownInvoice>,
    pub notes: HashMap<String, KnownNote>,
    /// Sum of the allocations to an invoice.
    pub credited: HashMap<Uuid, Decimal>,
    pub payments: HashMap<String, KnownPayment>,
    pub payments_like: HashMap<PaymentLike, i64>,
    pub receipts: HashMap<String, KnownReceipt>,
    pub receipts_like: HashMap<ReceiptLike, i64>,
}

fn currency(text: &str) -> Result<Currency> {
    text.parse().map_err(|_| StoreError::corrupt("currency"))
}

impl Book {
    pub(super) async fn load(tx: &mut TenantTx, clean: &Clean<'_>, source: PaymentSource) -> Result<Self> {
        let mut book = Self::default();
        book.load_invoices(tx, clean).await?;
        book.load_notes(tx, clean).await?;
        book.load_payments(tx, clean, source).await?;
        book.load_receipts(tx, clean, source).await?;
        Ok(book)
    }

    async fn load_invoices(&mut self, tx: &mut TenantTx, clean: &Clean<'_>) -> Result<()> {
        let mut numbers: HashSet<&str> = clean.invoices.iter().map(|r| r.row.number).collect();
        numbers.extend(clean.payments.iter().map(|r| r.row.invoice));
        numbers.extend(clean.credits.iter().filter_map(|r| r.row.invoice));
        let numbers: Vec<String> = numbers.into_iter().map(str::to_owned).collect();
        let rows = sqlx::query!(
            r#"SELECT i.id, i.invoice_number, i.customer_id, i.currency, i.amount, i.due_date, i.amount_credited
                 FROM unnest($1::text[]) AS k (number)
                 JOIN invoices i ON i.company_id = (SELECT current_company())
                   AND i.invoice_number = k.number AND i.deleted_at IS NULL"#,
            &numbers,
        )
        .fetch_all(tx.conn())
        .await?;
        for row in rows {
            if !row.amount_credited.is_zero() {
                self.credited.insert(row.id, row.amount_credited);
            }
            let known = KnownInvoice {
                id: row.id,
                customer: row.customer_id,
                currency: currency(&row.currency)?,
                amount: row.amount,
                due_date: row.due_date,
            };
            self.invoices.insert(row.invoice_number, known);
        }
        Ok(())
    }

    async fn load_notes(&mut self, tx: &mut TenantTx, clean: &Clean<'_>) -> Result<()> {
        let numbers: HashSet<&str> = clean.credits.iter().map(|r| r.row.number).collect();
        if numbers.is_empty() {
            return Ok(());
        }
        let numbers: Vec<String> = numbers.into_iter().map(str::to_owned).collect();
        let rows = sqlx::query!(
            r#"SELECT n.id, n.number, n.customer_id, n.currency,
                      a.invoice_id AS "invoice_id?", a.amount AS "allocated?"
                 FROM unnest($1::text[]) AS k (number)
                 JOIN credit_notes n ON n.company_id = (SELECT current_company())
                   AND n.number = k.number AND n.deleted_at IS NULL
                 LEFT JOIN credit_note_allocations a ON a.credit_note_id = n.id"#,
            &numbers,
        )
        .fetch_all(tx.conn())
        .await?;
        for row in rows {
            let known = KnownNote {
                id: row.id,
                customer: row.customer_id,
                currency: currency(&row.currency)?,
                allocated: HashMap::new(),
            };
            let note = self.notes.entry(row.number).or_insert(known);
            note.allocated.extend(row.invoice_id.zip(row.allocated));
        }
        Ok(())
    }

    async fn load_payments(
        &mut self,
        tx: &mut TenantTx,
        clean: &Clean<'_>,
        source: PaymentSource,
    ) -> Result<()> {
        let references: Vec<String> =
            clean.payments.iter().filter_map(|r| r.row.reference).map(str::to_owned).collect();
        let rows = sqlx::query!(
            r#"SELECT p.external_reference AS "reference!", p.id, p.invoice_id, p.amount
                 FROM unnest($1::text[]) AS k (reference)
                 JOIN payments p ON p.company_id = (SELECT current_company()) AND p.source = $2
                  AND p.external_reference = k.reference"#,
            &references,
            source.as_str(),
        )
        .fetch_all(tx.conn())
        .await?;
        for row in rows {
            let known = KnownPayment { id: row.id, invoice: row.invoice_id, amount: row.amount };
            self.payments.insert(row.reference, known);
        }
        let bare = clean.payments.iter().filter(|r| r.row.reference.is_none());
        let invoices: HashSet<Uuid> =
            bare.filter_map(|r| self.invoices.get(r.row.invoice)).map(|i| i.id).collect();
        let invoices: Vec<Uuid> = invoices.into_iter().collect();
        // Returned payments count too: importing the file again must not book them a second time.
        let rows = sqlx::query!(
            r#"SELECT p.invoice_id, p.payment_date, p.amount, p.payment_method, count(*) AS "count!"
                 FROM unnest($1::uuid[]) AS k (invoice_id)
                 JOIN payments p ON p.invoice_id = k.invoice_id
                WHERE p.company_id = (SELECT current_company())
                  AND p.source = $2 AND p.external_reference IS NULL
                GROUP BY 1, 2, 3, 4"#,
            &invoices,
            source.as_str(),
        )
        .fetch_all(tx.conn())
        .await?;
        for row in rows {
            let like = (row.invoice_id, row.payment_date, row.amount, row.payment_method);
            *self.payments_like.entry(like).or_default() += row.count;
        }
        Ok(())
    }

    async fn load_receipts(
        &mut self,
        tx: &mut TenantTx,
        clean: &Clean<'_>,
        source: PaymentSource,
    ) -> Result<()> {
        // A payment may be what became of a receipt of the same reference.
        let references = clean.receipts.iter().filter_map(|r| r.row.reference);
        let references = references.chain(clean.payments.iter().filter_map(|r| r.row.reference));
        let references: Vec<String> = references.map(str::to_owned).collect();
        let rows = sqlx::query!(
            r#"SELECT DISTINCT u.external_reference AS "reference!", u.id, u.amount, u.currency,
                      u.applied_at IS NULL AS "open!"
                 FROM unnest($1::text[]) AS k (reference)
                 JOIN unapplied_receipts u ON u.company_id = (SELECT current_company())
                   AND u.source = $2 AND u.external_reference = k.reference"#,
            &references,
            source.as_str(),
        )
        .fetch_all(tx.conn())
        .await?;
        for row in rows {
            let known = KnownReceipt {
                id: row.id,
                amount: row.amount,
                currency: currency(&row.currency)?,
                open: row.open,
            };
            self.receipts.insert(row.reference, known);
        }
        let days: HashSet<NaiveDate> =
            clean.receipts.iter().filter(|r| r.row.reference.is_none()).map(|r| r.row.received_on).collect();
        if days.is_empty() {
            return Ok(());
        }
        let days: Vec<NaiveDate> = days.into_iter().collect();
        let rows = sqlx::query!(
            r#"SELECT received_on, amount, currency, payment_method, reference, count(*) AS "count!"
                 FROM unapplied_receipts
                WHERE company_id = (SELECT current_company())
                  AND source = $1 AND external_reference IS NULL AND received_on = ANY ($2)
                GROUP BY 1, 2, 3, 4, 5"#,
            source.as_str(),
            &days,
        )
        .fetch_all(tx.conn())
        .await?;
        for row in rows {
            let like =
                (row.received_on, row.amount, currency(&row.currency)?, row.payment_method, row.reference);
            *self.receipts_like.entry(like).or_default() += row.count;
        }
        Ok(())
    }
}
