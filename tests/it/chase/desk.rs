//! A company with the whole daemon at its side, on a clock that stands until it is moved.

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use domain::settings::CompanySettings;
use dunningd::app::{App, PolicyCache, Reference};
use dunningd::clock::Clock;
use dunningd::config::WorkConfig;
use llm::Llm;
use mail::{Incoming, Mailer, Memory, Own, TokenKeys};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use store::inbound::Stored;
use tests::{Company, World};
use uuid::Uuid;

/// Everything a debtor could pay, promise or answer to.
pub struct Desk {
    pub world: World,
    pub company: Company,
    pub app: App,
    pub mail: Memory,
    mails: AtomicU32,
}

impl Desk {
    /// Full autonomy, templates only.
    pub async fn open() -> Result<Self> {
        Self::with(Llm::Off).await
    }

    /// The same with a model.
    pub async fn with(llm: Llm) -> Result<Self> {
        let world = World::new().await?;
        let company = world.company("seller").await?;
        let (mailer, mail) = Mailer::memory();
        let app = App {
            reference: Arc::new(Reference::load(&world.db).await?),
            policies: Arc::new(PolicyCache::new()?),
            llm,
            mailer: Some(mailer),
            keys: TokenKeys::new(vec![(0, vec![7; 32])])?,
            plus_addresses: false,
            worker: Uuid::now_v7(),
            work: WorkConfig { batch: 20, lease: Duration::from_secs(120), drain: Duration::from_secs(5) },
            db: world.db.clone(),
            clock: Clock::manual(world.now()),
        };
        let desk = Self { world, company, app, mail, mails: AtomicU32::new(0) };
        desk.settings(|_| ()).await?;
        Ok(desk)
    }

    /// Sets what every company wishes, starting from the defaults with a limit for acting alone.
    pub async fn settings(&self, change: impl FnOnce(&mut CompanySettings)) -> Result<()> {
        let mut settings = CompanySettings::default();
        settings.approvals.auto_limit = Some(10_000.into());
        change(&mut settings);
        sqlx::query("UPDATE companies SET settings = $1")
            .bind(serde_json::to_value(&settings)?)
            .execute(&self.world.admin)
            .await?;
        Ok(())
    }

    /// The daemon works until there is nothing left to do at this moment.
    pub async fn idle(&self) -> Result<usize> {
        dunningd::work::until_idle(&self.app).await
    }

    /// Moves both clocks.
    pub fn at(&self, moment: &str) -> Result<DateTime<Utc>> {
        let moment = moment.parse()?;
        self.world.clock.set(moment);
        self.app.clock.advance_to(moment);
        Ok(moment)
    }

    /// Moves to a moment with a ledger read just then, and works.
    pub async fn work_at(&self, moment: &str) -> Result<()> {
        self.at(moment)?;
        self.sync().await?;
        self.idle().await?;
        Ok(())
    }

    /// Works at ten in the morning in Berlin on each of `days` days of March 2026.
    pub async fn march(&self, days: std::ops::RangeInclusive<u32>) -> Result<()> {
        for day in days {
            self.work_at(&format!("2026-03-{day:02}T09:00:00Z")).await?;
        }
        Ok(())
    }

    /// The ledger is read.
    pub async fn sync(&self) -> Result<()> {
        sqlx::query("UPDATE companies SET last_sync_at = $1")
            .bind(self.world.now())
            .execute(&self.world.admin)
            .await?;
        Ok(())
    }

    /// The letters that left, oldest first, as a mail program reads them.
    pub fn letters(&self) -> Vec<Incoming> {
        self.mail.sent().iter().map(|l| mail::read(&l.bytes, &Own::default()).unwrap()).collect()
    }

    /// The only letter that left.
    pub fn letter(&self) -> Incoming {
        let mut letters = self.letters();
        assert_eq!(letters.len(), 1, "exactly one letter");
        letters.remove(0)
    }

    /// A mail arrives and is worked.
    pub async fn receives(&self, from: &str, answered: Option<&Incoming>, text: &str) -> Result<()> {
        self.receives_with(from, answered, "", text).await
    }

    /// The same with further header lines, each ending in a line feed.
    pub async fn receives_with(
        &self,
        from: &str,
        answered: Option<&Incoming>,
        headers: &str,
        text: &str,
    ) -> Result<()> {
        let raw = self.raw(from, answered, headers, text);
        self.takes_in(raw).await?.context("nobody's mail")?;
        self.idle().await?;
        Ok(())
    }

    /// A raw mail is stored for this company.
    pub async fn takes_in(&self, raw: Vec<u8>) -> Result<Option<Stored>> {
        let (app, company) = (&self.app, Some(self.company.id));
        dunningd::intake::store_mail(&app.db, &app.keys, company, raw, "ingest", self.world.now()).await
    }

    fn raw(&self, from: &str, answered: Option<&Incoming>, headers: &str, text: &str) -> Vec<u8> {
        let nth = self.mails.fetch_add(1, Ordering::Relaxed);
        let thread = answered
            .and_then(|a| a.message_id.clone())
            .map_or(String::new(), |id| format!("In-Reply-To: {id}\nReferences: {id}\n"));
        let history = answered.map_or(String::new(), |a| {
            let quoted: String = a.text.lines().map(|l| format!("> {l}\n")).collect();
            format!("\nAm 02.03.2026 schrieb billing@seller.example:\n{quoted}")
        });
        format!(
            "From: {from}\nTo: billing@seller.example\nSubject: Re: Ihre Rechnung\nDate: {date}\n\
             Message-ID: <{nth}@debtor.example>\n{thread}{headers}MIME-Version: 1.0\n\
             Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n{history}",
            date = self.world.now().to_rfc2822(),
        )
        .replace('\n', "\r\n")
        .into_bytes()
    }

    /// How many letters of a kind stand in a state.
    pub async fn letters_in(&self, kind: &str, state: &str) -> Result<i64> {
        Ok(sqlx::query_scalar("SELECT count(*) FROM outreaches WHERE kind = $1 AND state = $2")
            .bind(kind)
            .bind(state)
            .fetch_one(&self.world.admin)
            .await?)
    }

    /// How many letters that left list an invoice.
    pub async fn listed(&self, invoice: &tests::Invoice, kind: &str) -> Result<i64> {
        Ok(sqlx::query_scalar(
            "SELECT count(*) FROM outreach_items JOIN outreaches o ON o.id = outreach_id
              WHERE invoice_id = $1 AND o.kind = $2 AND o.state = 'sent'",
        )
        .bind(invoice.id.uuid())
        .bind(kind)
        .fetch_one(&self.world.admin)
        .await?)
    }

    /// One text out of the database.
    pub async fn one(&self, sql: &'static str) -> Result<Option<String>> {
        Ok(sqlx::query_scalar(sql).fetch_optional(&self.world.admin).await?.flatten())
    }

    /// Whether anything ever happened for this reason.
    pub async fn noted(&self, reason: &str) -> Result<bool> {
        Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM chase_events WHERE reason = $1)")
            .bind(reason)
            .fetch_one(&self.world.admin)
            .await?)
    }
}

/// Without any blanks: letters group an IBAN.
pub fn tight(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Every fact of money, in one number.
pub async fn ledger(world: &World) -> Result<String> {
    Ok(sqlx::query_scalar(
        "SELECT md5(coalesce((SELECT string_agg(concat_ws('|', id, customer_id, invoice_number, amount, currency, due_date), ';' ORDER BY id) FROM invoices), '')
             || coalesce((SELECT string_agg(concat_ws('|', id, invoice_id, amount, reversed_at), ';' ORDER BY id) FROM payments), '')
             || coalesce((SELECT string_agg(concat_ws('|', id, amount, amount_allocated), ';' ORDER BY id) FROM credit_notes), '')
             || coalesce((SELECT string_agg(concat_ws('|', id, amount, applied_at), ';' ORDER BY id) FROM unapplied_receipts), '')
             || (SELECT count(*) FROM credit_note_allocations))",
    )
    .fetch_one(&world.admin)
    .await?)
}
