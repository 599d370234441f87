//! A company with many debtors due now, a mail server, and daemons that are started and killed.

use super::sink::Sink;
use anyhow::{Context, Result, bail};
use chrono::{NaiveTime, Utc};
use domain::settings::CompanySettings;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tests::{Company, World};
use tokio::process::{Child, Command};
use tokio::time::{Instant, MissedTickBehavior, interval};

/// How long anything may take before the test calls it stuck.
const PATIENCE: Duration = Duration::from_secs(90);

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// Everything under fire.
pub struct Field {
    pub world: World,
    pub company: Company,
    pub sink: Sink,
    mail_url: String,
    folder: TempDir,
}

impl Field {
    /// `debtors` customers with one overdue invoice each, on the machine's clock.
    pub async fn with(debtors: usize) -> Result<Self> {
        let world = World::new().await?;
        #[expect(clippy::disallowed_methods, reason = "the daemon under test runs on the machine's clock")]
        world.clock.set(Utc::now());
        let company = world.company("seller").await?;
        let mut settings = CompanySettings::default();
        settings.approvals.auto_limit = Some(10_000.into());
        settings.contact.business_days_only = false;
        settings.contact.earliest = NaiveTime::MIN;
        settings.contact.latest = NaiveTime::from_hms_opt(23, 59, 59).context("a time")?;
        sqlx::query("UPDATE companies SET settings = $1")
            .bind(serde_json::to_value(&settings)?)
            .execute(&world.admin)
            .await?;
        let (sink, mail_url) = Sink::start().await?;
        let field = Self { world, company, sink, mail_url, folder: TempDir::new()? };
        field.debtors(debtors).await?;
        Ok(field)
    }

    /// More debtors.
    pub async fn debtors(&self, count: usize) -> Result<()> {
        for _ in 0..count {
            let name = format!("Debtor {}", uuid::Uuid::now_v7().simple());
            let customer = self.company.customer(&name).await?;
            self.company.invoice(&customer, "1000", 6).await?;
        }
        // As an import does: the next look is a sweep.
        self.world.run("UPDATE companies SET last_swept_on = NULL").await
    }

    /// Starts a daemon, to be killed at a named point or not.
    pub fn daemon(&self, kill_at: Option<&str>) -> Result<Child> {
        let log = std::fs::File::options().create(true).append(true).open(self.log())?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_daemon"));
        command
            .arg("run")
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("DATABASE_URL", &self.world.url)
            .env("DUNNINGD_DATA_DIR", self.folder.path())
            .env("DUNNINGD_MAIL_URL", &self.mail_url)
            .env("DUNNINGD_MAIL_TOKEN_KEY", KEY)
            .env("DUNNINGD_WORK_LEASE_SECONDS", "2")
            .env("DUNNINGD_WORK_BATCH", "2")
            .env("DUNNINGD_ADMIN_LISTEN", "")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true);
        if let Some(point) = kill_at {
            command.env("DUNNINGD_TEST_KILL_AT", point);
        }
        command.spawn().context("starting the daemon")
    }

    fn log(&self) -> std::path::PathBuf {
        Path::new(self.folder.path()).join("log")
    }

    /// Waits until a number out of the database is what is wanted.
    pub async fn until(&self, what: &str, sql: &'static str, wanted: impl Fn(i64) -> bool) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        let mut tick = interval(Duration::from_millis(25));
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for n in 0_u32.. {
            tick.tick().await;
            if n % 20 == 0 {
                self.ring().await?;
            }
            let found = self.world.count(sql).await?;
            if wanted(found) {
                return Ok(());
            }
            if Instant::now() > deadline {
                let log = std::fs::read_to_string(self.log()).unwrap_or_default();
                let tail: Vec<&str> = log.lines().rev().take(25).collect();
                bail!("waited in vain for {what}: {found}; {:?}\n{}", self.states().await?, tail.join("\n"));
            }
        }
        Ok(())
    }

    /// Waits until the mail server has one letter more, or until it is clear that it will not.
    pub async fn progress(&self) {
        let seen = self.sink.accepted().len();
        let mut tick = interval(Duration::from_millis(5));
        for _ in 0..600 {
            tick.tick().await;
            if self.sink.accepted().len() > seen {
                return;
            }
        }
    }

    /// The debtor answers a letter with a promise.
    pub async fn reply(&self, to: &str) -> Result<()> {
        let sql = "SELECT recipients[1] FROM outreaches WHERE message_id_header = $1";
        let from: String = sqlx::query_scalar(sql).bind(to).fetch_one(&self.world.admin).await?;
        let day = (self.world.today() + chrono::Days::new(5)).format("%d.%m.%Y");
        let raw = format!(
            "From: {from}\r\nTo: billing@seller.example\r\nSubject: Re: Rechnung\r\nMessage-ID: <{}@debtor.example>\r\n\
             Date: {}\r\nIn-Reply-To: {to}\r\nReferences: {to}\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\nHallo,\r\n\r\nwir zahlen die Rechnung bis zum {day}.\r\n",
            uuid::Uuid::now_v7().simple(),
            self.world.now().to_rfc2822(),
        );
        let keys = mail::TokenKeys::new(vec![(0, KEY.as_bytes().to_vec())])?;
        let company = Some(self.company.id);
        let now = self.world.now();
        dunningd::intake::store_mail(&self.world.db, &keys, company, raw.into_bytes(), "ingest", now).await?;
        Ok(())
    }

    /// Lets a letter whose sender died in mid-transmission be reaped now instead of in a quarter of an
    /// hour. The daemons that could still hold it are dead.
    pub async fn hasten(&self) -> Result<()> {
        // What a daemon sent before it died may still be on its way to a commit.
        self.until("the last words of the dead", BUSY, |busy| busy == 0).await?;
        self.world
            .run(
                "UPDATE outreaches SET claimed_until = clock_timestamp() - interval '1 s' WHERE state = 'transmitting'",
            )
            .await
    }

    /// Waits for a daemon that is to die by itself.
    pub async fn died(&self, mut daemon: Child, point: &str) -> Result<()> {
        let mut ring = interval(Duration::from_millis(500));
        let deadline = Instant::now() + PATIENCE;
        loop {
            tokio::select! {
                status = daemon.wait() => {
                    assert!(!status?.success(), "{point}");
                    return Ok(());
                }
                _ = ring.tick() => self.ring().await?,
            }
            if Instant::now() > deadline {
                bail!("the point {point} was never reached: {:?}", self.states().await?);
            }
        }
    }

    /// Wakes the daemons. What a dead one had leased is otherwise found by the look that every daemon
    /// takes once a minute; the leases themselves are waited for.
    async fn ring(&self) -> Result<()> {
        self.world.run("NOTIFY dunningd_wake").await
    }

    /// Runs a daemon that nobody kills until every debtor's letter has an end.
    pub async fn finish(&self) -> Result<()> {
        self.hasten().await?;
        let mut daemon = self.daemon(None)?;
        self.until("an end of every letter", OPEN, |open| open == 0).await?;
        daemon.kill().await?;
        Ok(())
    }

    /// Letters by state.
    pub async fn states(&self) -> Result<BTreeMap<String, i64>> {
        let rows: Vec<(String, i64)> =
            sqlx::query_as("SELECT state, count(*) FROM outreaches GROUP BY state")
                .fetch_all(&self.world.admin)
                .await?;
        Ok(rows.into_iter().collect())
    }

    /// Message-IDs of the letters in one of these states.
    pub async fn ids(&self, states: &[&str]) -> Result<Vec<String>> {
        let states: Vec<String> = states.iter().map(|s| (*s).to_owned()).collect();
        Ok(sqlx::query_scalar("SELECT message_id_header FROM outreaches WHERE state = ANY($1)")
            .bind(states)
            .fetch_all(&self.world.admin)
            .await?)
    }
}

/// Debtors whose letter has no end yet.
const OPEN: &str = "SELECT count(*) FROM invoices i WHERE NOT EXISTS (
    SELECT 1 FROM outreach_items t JOIN outreaches o ON o.id = t.outreach_id
     WHERE t.invoice_id = i.id AND o.state IN ('sent', 'failed', 'in_doubt'))";

/// Statements under way on this database, but for this one.
const BUSY: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND state IS DISTINCT FROM 'idle'";
