//! Short ways to fill a ledger. Rows are written as a superuser, past row-level security but through
//! every trigger and constraint, so that a fixture does not rest on the code under test.

use crate::world::World;
use anyhow::Result;
use chrono::{Days, NaiveDate};
use domain::ids::{CompanyId, ConversationId, CustomerId, InvoiceId, PaymentId};
use domain::money::Currency;
use domain::procedure::Procedure;
use rust_decimal::Decimal;
use uuid::Uuid;

/// A tenant of a test.
#[derive(Clone, Debug)]
pub struct Company {
    /// Id.
    pub id: CompanyId,
    /// Slug.
    pub slug: String,
    world: World,
}

/// A debtor of a test.
#[derive(Clone, Copy, Debug)]
pub struct Customer {
    /// Id.
    pub id: CustomerId,
    /// Its company.
    pub company: CompanyId,
}

/// An invoice of a test.
#[derive(Clone, Debug)]
pub struct Invoice {
    /// Id.
    pub id: InvoiceId,
    /// Number.
    pub number: String,
    /// Debtor.
    pub customer: CustomerId,
    /// Currency.
    pub currency: Currency,
}

impl Company {
    pub(crate) async fn create(world: &World, slug: &str) -> Result<Self> {
        let id = CompanyId::new();
        sqlx::query(
            "INSERT INTO companies (id, name, slug, email, sender_name, iban, autonomy_level, last_sync_at, created_at)
             VALUES ($1, $2, $3, $4, $5, 'DE02120300000000202051', 'full', $6, $6)",
        )
        .bind(id.uuid())
        .bind(format!("{slug} GmbH"))
        .bind(slug)
        .bind(format!("billing@{slug}.example"))
        .bind(format!("{slug} accounts"))
        .bind(world.now())
        .execute(&world.admin)
        .await?;
        sqlx::query("INSERT INTO reminder_sequences (company_id, steps) VALUES ($1, $2)")
            .bind(id.uuid())
            .bind(serde_json::to_value(Procedure::default())?)
            .execute(&world.admin)
            .await?;
        Ok(Self { id, slug: slug.to_owned(), world: world.clone() })
    }

    /// A business customer with one billing contact at `billing@<name>.example`.
    pub async fn customer(&self, name: &str) -> Result<Customer> {
        let id = CustomerId::new();
        sqlx::query("INSERT INTO customers (company_id, id, name) VALUES ($1, $2, $3)")
            .bind(self.id.uuid())
            .bind(id.uuid())
            .bind(name)
            .execute(&self.world.admin)
            .await?;
        sqlx::query("INSERT INTO contacts (company_id, customer_id, name, email, role) VALUES ($1, $2, $3, $4, 'billing')")
            .bind(self.id.uuid())
            .bind(id.uuid())
            .bind(format!("{name} accounting"))
            .bind(format!("billing@{}.example", name.to_lowercase().replace(' ', "-")))
            .execute(&self.world.admin)
            .await?;
        Ok(Customer { id, company: self.id })
    }

    /// An invoice in euro that fell due `overdue` days before the clock's day (negative: falls due
    /// after it), dated thirty days earlier.
    pub async fn invoice(&self, customer: &Customer, amount: &str, overdue: i64) -> Result<Invoice> {
        self.invoice_in(customer, amount, Currency::EUR, overdue).await
    }

    /// The same in another currency.
    pub async fn invoice_in(
        &self,
        customer: &Customer,
        amount: &str,
        currency: Currency,
        overdue: i64,
    ) -> Result<Invoice> {
        let id = InvoiceId::new();
        let number = format!("INV-{}", &id.uuid().simple().to_string()[20..]);
        let due = self.world.today() - chrono::TimeDelta::days(overdue);
        let status = if overdue > 0 { "overdue" } else { "pending" };
        sqlx::query(
            "INSERT INTO invoices (company_id, id, customer_id, invoice_number, amount, currency, invoice_date, due_date,
                status, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(self.id.uuid())
        .bind(id.uuid())
        .bind(customer.id.uuid())
        .bind(&number)
        .bind(amount.parse::<Decimal>()?)
        .bind(currency.code())
        .bind(due - Days::new(30))
        .bind(due)
        .bind(status)
        .bind(self.world.now())
        .execute(&self.world.admin)
        .await?;
        Ok(Invoice { id, number, customer: customer.id, currency })
    }

    /// An active conversation about an invoice, due now.
    pub async fn conversation(&self, invoice: &Invoice) -> Result<ConversationId> {
        let id = ConversationId::new();
        sqlx::query(
            "INSERT INTO ai_conversations (company_id, id, invoice_id, customer_id, currency, autonomy_level,
                next_action_at, opened_on) VALUES ($1, $2, $3, $4, $5, 'full', $6, $7)",
        )
        .bind(self.id.uuid())
        .bind(id.uuid())
        .bind(invoice.id.uuid())
        .bind(invoice.customer.uuid())
        .bind(invoice.currency.code())
        .bind(self.world.now())
        .bind(self.world.today())
        .execute(&self.world.admin)
        .await?;
        Ok(id)
    }

    /// Money for an invoice on the clock's day.
    pub async fn pay(&self, invoice: &Invoice, amount: &str) -> Result<PaymentId> {
        self.pay_on(invoice, amount, self.world.today()).await
    }

    /// Money for an invoice on a day.
    pub async fn pay_on(&self, invoice: &Invoice, amount: &str, on: NaiveDate) -> Result<PaymentId> {
        let id = PaymentId::new();
        sqlx::query(
            "INSERT INTO payments (company_id, id, invoice_id, amount, payment_date, payment_method, source, currency,
                created_at) VALUES ($1, $2, $3, $4, $5, 'bank_transfer', 'manual', $6, $7)",
        )
        .bind(self.id.uuid())
        .bind(id.uuid())
        .bind(invoice.id.uuid())
        .bind(amount.parse::<Decimal>()?)
        .bind(on)
        .bind(invoice.currency.code())
        .bind(self.world.now())
        .execute(&self.world.admin)
        .await?;
        Ok(id)
    }

    /// Many customers with one contact, one overdue invoice and one active conversation each, in a few
    /// statements. Every `due_every`-th conversation is due now, the others in a month.
    pub async fn bulk(&self, count: i32, due_every: i32) -> Result<()> {
        let statements = [
            "INSERT INTO customers (company_id, id, name) SELECT $1, uuid_v7(), 'Bulk ' || n FROM generate_series(1, $2) n",
            "INSERT INTO contacts (company_id, customer_id, name, email)
             SELECT $1, c.id, 'Accounts', 'bulk' || c.id || '@customer.example' FROM customers c
              WHERE c.company_id = $1 AND c.name LIKE 'Bulk %' AND $2 > 0",
            "INSERT INTO invoices (company_id, customer_id, invoice_number, amount, invoice_date, due_date, status)
             SELECT $1, c.id, 'B-' || c.id, 100, $3::date - 40, $3::date - 10, 'overdue' FROM customers c
              WHERE c.company_id = $1 AND c.name LIKE 'Bulk %' AND $2 > 0",
        ];
        for sql in statements {
            let query = sqlx::query(sql).bind(self.id.uuid()).bind(count);
            let query = if sql.contains("$3") { query.bind(self.world.today()) } else { query };
            query.execute(&self.world.admin).await?;
        }
        sqlx::query(
            "INSERT INTO ai_conversations (company_id, invoice_id, customer_id, currency, autonomy_level, next_action_at)
             SELECT $1, i.id, i.customer_id, i.currency, 'full',
                    CASE WHEN row_number() OVER (ORDER BY i.id) % $2 = 0 THEN $3 ELSE $3 + interval '30 days' END
               FROM invoices i WHERE i.company_id = $1 AND i.invoice_number LIKE 'B-%'",
        )
        .bind(self.id.uuid())
        .bind(due_every)
        .bind(self.world.now())
        .execute(&self.world.admin)
        .await?;
        Ok(())
    }

    /// A user who may decide.
    pub async fn user(&self, name: &str, role: &str) -> Result<Uuid> {
        let id = Uuid::now_v7();
        sqlx::query(
            "INSERT INTO users (company_id, id, email, name, role, password_hash)
             VALUES ($1, $2, $3, $4, $5, '$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA')",
        )
        .bind(self.id.uuid())
        .bind(id)
        .bind(format!("{name}@{}.example", self.slug))
        .bind(name)
        .bind(role)
        .execute(&self.world.admin)
        .await?;
        Ok(id)
    }
}
