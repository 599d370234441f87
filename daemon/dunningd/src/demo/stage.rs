//! The stage of the demo: database, company, mailbox, debtors, and the days that pass.

use super::debtors::{self, DEBTORS, Letter, Pending, Reaction};
use super::summary::{Figures, Summary};
use crate::app::{App, PolicyCache, Reference};
use crate::cli::output::Output;
use crate::clock::Clock;
use crate::config::WorkConfig;
use crate::lifecycle::Shutdown;
use crate::runner::Bell;
use crate::work;
use admin::approval::{Reviewer, approve};
use anyhow::{Context, Result};
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use domain::calendar::{at_local, zone};
use domain::ids::{CompanyId, UserId};
use domain::kinds::{Autonomy, PaymentMethod, PaymentSource, UserRole};
use domain::money::{Currency, Money};
use domain::settings::{CompanySettings, LatePayment, PlanGrid};
use llm::Llm;
use mail::{Maildir, Mailer, Own, TokenKeys};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use store::cluster::{Cluster, ClusterConfig};
use store::ledger::companies::{self, CompanyFields};
use store::proposals::ProposalFilter;
use store::{Actor, Db, DbConfig};
use uuid::Uuid;

const ACTOR: Actor = Actor::System("demo");
const LEDGER: &str = include_str!("../../demo/ledger.json");
const EMAIL: &str = "controller@lindner.example";

/// Hours of a business day at which the daemon looks; real daemons look all the time.
const HOURS: [u32; 4] = [9, 12, 16, 18];

/// The controller decides in the morning, but is away on the last days, so that proposals are left to try.
const AWAY: i64 = 4;

/// Everything of a demo.
pub struct Stage {
    app: App,
    cluster: Cluster,
    company: CompanyId,
    controller: UserId,
    password: String,
    mail: PathBuf,
    out: Output,
    seen: HashMap<&'static str, usize>,
    read: Vec<String>,
    pending: Vec<Pending>,
    told: Option<Uuid>,
    dir: PathBuf,
}

impl Stage {
    /// Starts the database and fills the ledger.
    pub async fn set(dir: &Path, first: NaiveDate, out: Output) -> Result<Self> {
        let berlin = zone("Europe/Berlin")?;
        let clock = Clock::manual(at_local(first, NaiveTime::MIN, berlin));
        let config = ClusterConfig { durable: false, ..ClusterConfig::new(dir) };
        let cluster = Cluster::start(config).await.context("the private PostgreSQL cluster")?;
        let url = cluster.url("demo");
        store::migrate::migrate(&url).await?;
        let db = Db::connect(&DbConfig::new(url)).await?;
        let mail = dir.join("mail");
        let mut key = [0u8; 32];
        getrandom::fill(&mut key).context("no randomness")?;
        let app = App {
            reference: Arc::new(Reference::load(&db).await?),
            policies: Arc::new(PolicyCache::new()?),
            llm: Llm::Off,
            mailer: Some(Mailer::Maildir(Maildir::new(&mail))),
            keys: TokenKeys::new(vec![(0, key.to_vec())])?,
            plus_addresses: true,
            worker: Uuid::now_v7(),
            work: WorkConfig { batch: 20, lease: Duration::from_secs(120), drain: Duration::from_secs(5) },
            db,
            clock,
        };
        let (company, controller, password) = company(&app).await?;
        let batch = crate::import::json(LEDGER.as_bytes())
            .map_err(|e| anyhow::anyhow!("the sample ledger: {e:?}"))?;
        let mut tx = app.db.tenant(company, &ACTOR).await?;
        store::import::import(&mut tx, &batch, PaymentSource::CsvImport, app.clock.now(), &mut |_| {})
            .await
            .map_err(|e| anyhow::anyhow!("the sample ledger: {e:?}"))?;
        tx.commit().await?;
        let dir = dir.to_owned();
        Ok(Self {
            app,
            cluster,
            company,
            controller,
            password,
            mail,
            out,
            seen: HashMap::new(),
            read: Vec::new(),
            pending: Vec::new(),
            told: None,
            dir,
        })
    }

    /// One day: the ledger is synced, the daemon works, debtors read and answer, the controller approves.
    pub async fn day(&mut self, day: NaiveDate, left: i64) -> Result<()> {
        let berlin = zone("Europe/Berlin")?;
        for hour in HOURS {
            let at =
                NaiveTime::from_hms_opt(hour, 0, 0).map(|t| at_local(day, t, berlin)).context("an hour")?;
            self.app.clock.advance_to(at);
            self.debtors_act().await?;
            self.sync().await?;
            work::until_idle(&self.app).await?;
            if hour == 9 && left >= AWAY {
                self.approve_all().await?;
                work::until_idle(&self.app).await?;
            }
            self.debtors_read()?;
            self.tell().await?;
        }
        Ok(())
    }

    /// What a person does in the inbox, by the very code of the API.
    async fn approve_all(&self) -> Result<()> {
        let state = crate::http::state(&self.app, &Bell::default(), None, false);
        let who = Reviewer { company: self.company, user: self.controller, role: UserRole::Admin };
        let mut tx = self.app.db.tenant_read(self.company).await?;
        let inbox = store::proposals::proposals(&mut tx, &ProposalFilter::default(), None, 200).await?;
        tx.rollback().await?;
        for line in inbox.rows {
            // A proposal that the ledger has overtaken is refused; that is what a person would see too.
            let _ = approve(&state, who, line.id, line.version, Some("looks right")).await;
        }
        Ok(())
    }

    /// What a nightly sync does: the ledger is fresh again.
    async fn sync(&self) -> Result<()> {
        let mut tx = self.app.db.tenant(self.company, &ACTOR).await?;
        let nothing = store::import::ImportBatch::default();
        store::import::import(&mut tx, &nothing, PaymentSource::ApiSync, self.app.clock.now(), &mut |_| {})
            .await
            .map_err(|e| anyhow::anyhow!("sync: {e:?}"))?;
        Ok(tx.commit().await?)
    }

    /// Letters that lie in the Maildir and were not read yet.
    fn debtors_read(&mut self) -> Result<()> {
        let now = self.app.clock.now();
        for entry in std::fs::read_dir(self.mail.join("new"))? {
            let path = entry?.path();
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            if self.read.contains(&name) {
                continue;
            }
            let raw = std::fs::read(&path)?;
            self.read.push(name);
            let Ok(letter) = mail::read(&raw, &Own::default()) else { continue };
            let bounce_to = match &letter.return_path {
                mail::ReturnPath::Address(address) => address.clone(),
                mail::ReturnPath::Absent | mail::ReturnPath::Null => String::new(),
            };
            for (_, mailbox, habit) in DEBTORS {
                if !letter.recipients.iter().any(|r| r == mailbox) {
                    continue;
                }
                let nth = self.seen.entry(mailbox).or_insert(0);
                *nth += 1;
                for (days, reaction) in debtors::reactions(*habit, *nth) {
                    let at = now + TimeDelta::days(days) + TimeDelta::minutes(7);
                    let letter = Letter::of(&letter, bounce_to.clone());
                    self.pending.push(Pending { at, mailbox, reaction, letter });
                }
            }
        }
        Ok(())
    }

    async fn debtors_act(&mut self) -> Result<()> {
        let now = self.app.clock.now();
        let (due, later): (Vec<_>, Vec<_>) = self.pending.drain(..).partition(|p| p.at <= now);
        self.pending = later;
        for pending in due {
            if let Some(raw) = debtors::raw_mail(&pending) {
                crate::intake::store_mail(
                    &self.app.db,
                    &self.app.keys,
                    Some(self.company),
                    raw.into_bytes(),
                    "demo",
                    now,
                )
                .await?;
                continue;
            }
            match &pending.reaction {
                Reaction::PayAll => {
                    for number in pending.letter.text_numbers.clone() {
                        self.pay(&number, None).await?;
                    }
                }
                Reaction::Pay(number) => self.pay(number, None).await?,
                Reaction::PayPart(number, amount) => self.pay(number, Some(amount)).await?,
                Reaction::Receipt(number) => self.receipt(number).await?,
                Reaction::Answer(_) | Reaction::AutoReply(_) | Reaction::Bounce => {}
            }
        }
        Ok(())
    }

    /// The bank shows a payment and the bookkeeper books it.
    async fn pay(&self, number: &str, amount: Option<&str>) -> Result<()> {
        let now = self.app.clock.now();
        let mut tx = self.app.db.tenant(self.company, &ACTOR).await?;
        let Some(id) = store::ledger::invoices::invoice_by_number(&mut tx, number).await? else {
            return Ok(());
        };
        let invoice = store::ledger::invoices::invoice(&mut tx, id).await?;
        let amount = match amount {
            Some(text) => Money::new(text.parse()?, invoice.amount.currency())?,
            None => invoice.residual,
        };
        if amount.is_positive() {
            let payment = store::ledger::payments::NewPayment {
                invoice: id,
                amount,
                paid_on: now.date_naive(),
                method: PaymentMethod::BankTransfer,
                source: PaymentSource::ApiSync,
                reference: None,
                notes: None,
                receipt: None,
            };
            store::ledger::payments::payment_add(&mut tx, &payment, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The bank shows money that nobody booked yet.
    async fn receipt(&self, number: &str) -> Result<()> {
        let now = self.app.clock.now();
        let mut tx = self.app.db.tenant(self.company, &ACTOR).await?;
        let Some(id) = store::ledger::invoices::invoice_by_number(&mut tx, number).await? else {
            return Ok(());
        };
        let invoice = store::ledger::invoices::invoice(&mut tx, id).await?;
        let receipt = store::ledger::receipts::NewReceipt {
            customer: Some(invoice.customer),
            amount: invoice.residual,
            received_on: now.date_naive(),
            method: PaymentMethod::BankTransfer,
            source: PaymentSource::ApiSync,
            text: format!("{number} vielen Dank"),
            payer: Some(invoice.customer_name.clone()),
            reference: None,
        };
        store::ledger::receipts::receipt_add(&mut tx, &receipt, now).await?;
        Ok(tx.commit().await?)
    }

    /// Prints what happened since the last time.
    async fn tell(&mut self) -> Result<()> {
        let mut tx = self.app.db.tenant_read(self.company).await?;
        let news = store::timeline::recent(&mut tx, self.told, 500).await?;
        tx.rollback().await?;
        for entry in news {
            self.told = Some(entry.entry.id);
            if let Some(line) = super::summary::line(&entry) {
                self.out.human(&line)?;
            }
        }
        Ok(())
    }

    /// DSO, ageing and counts as of now.
    pub async fn figures(&self) -> Result<Figures> {
        let mut tx = self.app.db.tenant_read(self.company).await?;
        let lines = store::timeline::ageing_lines(&mut tx).await?;
        tx.rollback().await?;
        Ok(Figures::of(&lines, self.app.clock.now().date_naive())?)
    }

    /// The closing summary.
    pub async fn summary(&self, before: Figures) -> Result<Summary> {
        let mut tx = self.app.db.tenant_read(self.company).await?;
        let totals = store::timeline::summary(&mut tx).await?;
        tx.rollback().await?;
        Ok(Summary { folder: self.dir.display().to_string(), totals, before, after: self.figures().await? })
    }

    /// Keeps the daemon and its admin endpoint up until a signal.
    pub async fn stay_up(&mut self, listen: std::net::SocketAddr) -> Result<()> {
        let shutdown = Shutdown::new();
        tokio::spawn(shutdown.clone().watch_signals(self.app.work.drain));
        let bell = Bell::default();
        let http = crate::http::serve_at(listen, None, &self.app, &bell, &shutdown).await?;
        let password = &self.password;
        self.out.human(&format!(
            "\nStill running: {url}\n  sign in: curl -s {url}/v1/session -d '{{\"email\":\"{EMAIL}\",\"password\":\"{password}\"}}' -H 'content-type: application/json'\n  letters: any mail program opens the Maildir {mail}\nCtrl-C ends it.",
            url = format_args!("http://{}", http.address()),
            mail = self.mail.display(),
        ))?;
        crate::runner::run(&self.app, &shutdown, &bell).await?;
        http.finished().await;
        Ok(())
    }

    /// Stops everything; the folder stays.
    pub async fn strike(self) -> Result<()> {
        self.app.db.close().await;
        self.cluster.stop().await.context("stopping the private PostgreSQL cluster")
    }
}

async fn company(app: &App) -> Result<(CompanyId, UserId, String)> {
    let fields = CompanyFields {
        name: "Lindner Werkzeuge GmbH".to_owned(),
        email: "rechnung@lindner.example".to_owned(),
        sender_name: Some("Lindner Werkzeuge GmbH, Buchhaltung".to_owned()),
        reply_to: None,
        country: "DE".to_owned(),
        language: "de".to_owned(),
        zone: zone("Europe/Berlin")?,
        default_currency: Currency::EUR,
        default_payment_terms: 30,
        autonomy: Autonomy::Full,
        iban: Some("DE02120300000000202051".to_owned()),
        bic: Some("BYLADEM1001".to_owned()),
        account_holder: Some("Lindner Werkzeuge GmbH".to_owned()),
        address_lines: vec![
            "Lindner Werkzeuge GmbH".to_owned(),
            "Hafenstraße 7".to_owned(),
            "20457 Hamburg".to_owned(),
        ],
    };
    let mut settings = CompanySettings {
        plans: Some(PlanGrid {
            max_instalments: 6,
            min_instalment: 200.into(),
            max_total: 5_000.into(),
            first_due_days: 14,
        }),
        late_payment: LatePayment { interest_from_level: Some(4), flat_sum_from_level: Some(4) },
        ..CompanySettings::default()
    };
    settings.approvals.auto_limit = Some(5_000.into());
    let company = CompanyId::new();
    let mut tx = app.db.tenant(company, &ACTOR).await?;
    companies::company_create(&mut tx, "lindner", &fields).await?;
    let version = companies::company(&mut tx).await?.version;
    companies::company_settings_set(&mut tx, &settings, version).await?;
    let mut secret = [0u8; 9];
    getrandom::fill(&mut secret).context("no randomness")?;
    let password: String = secret.iter().map(|b| format!("{b:02x}")).collect();
    let user = store::identity::NewUser {
        email: EMAIL.to_owned(),
        name: "Clara Controller".to_owned(),
        role: UserRole::Admin,
        password_hash: admin::password::hash(&password)?,
        zone: None,
    };
    let controller = store::identity::user_create(&mut tx, &user).await?;
    tx.commit().await?;
    Ok((company, controller, password))
}
