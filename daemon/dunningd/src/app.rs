//! The daemon's parts in one place, and the one lookup they share: a company's rules.

use crate::clock::Clock;
use crate::config::{Config, MailConfig, ModelConfig, WorkConfig};
use anyhow::{Context, Result, bail};
use domain::calendar::Holidays;
use domain::ids::CompanyId;
use domain::interest::RateTable;
use llm::{ApiKey, EndpointConfig, Llm};
use mail::{Mailer, Password, SmtpSettings, TokenKeys};
use policies::PolicySet;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use store::claims::Claimer;
use store::{Actor, Db, TenantTx};
use uuid::Uuid;

/// Everything a unit of work needs. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// Business time.
    pub clock: Clock,
    /// The model, or none.
    pub llm: Llm,
    /// Where letters go; `None`: nothing is sent.
    pub mailer: Option<Mailer>,
    /// Keys of tokens and Message-IDs.
    pub keys: TokenKeys,
    /// Give each letter its own plus-address for replies and bounces.
    pub plus_addresses: bool,
    /// Fresh for each start of the process: names the holder of a lease.
    pub worker: Uuid,
    /// Sizes and times.
    pub work: WorkConfig,
    /// Holidays and rates, read once.
    pub reference: Arc<Reference>,
    /// Compiled rules by company.
    pub policies: Arc<PolicyCache>,
}

/// Reference data that changes with a release or an operator's hand, not with the day.
pub struct Reference {
    /// Public holidays.
    pub holidays: Holidays,
    /// Base rates.
    pub rates: RateTable,
}

impl App {
    /// A claimer of accounts under this process's name.
    #[must_use]
    pub const fn claimer(&self) -> Claimer {
        Claimer::new(self.worker, self.work.lease)
    }
}

impl Reference {
    /// Reads both tables.
    pub async fn load(db: &Db) -> Result<Self> {
        let mut tx = db.system(&Actor::System("reference")).await?;
        let holidays = store::reference::holidays(&mut tx).await?;
        let rates = store::reference::rate_table(&mut tx).await?;
        tx.rollback().await?;
        Ok(Self { holidays, rates })
    }
}

/// Compiled policy sets: the shipped one, and one for each company with rules of its own.
pub struct PolicyCache {
    shipped: Arc<PolicySet>,
    own: Mutex<HashMap<CompanyId, (i32, Arc<PolicySet>)>>,
}

impl PolicyCache {
    /// Compiles the shipped rules.
    pub fn new() -> Result<Self> {
        let shipped = Arc::new(PolicySet::shipped().context("the shipped policies do not compile")?);
        Ok(Self { shipped, own: Mutex::default() })
    }

    /// The rules in force for the company of `tx`.
    pub async fn of(&self, tx: &mut TenantTx) -> Result<Arc<PolicySet>> {
        let Some(active) = store::policy_versions::policy_active(tx).await? else {
            return Ok(Arc::clone(&self.shipped));
        };
        let company = tx.company();
        let lock = || self.own.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((version, set)) = lock().get(&company)
            && *version == active.version
        {
            return Ok(Arc::clone(set));
        }
        let set = Arc::new(PolicySet::with_company(&active.source, u32::try_from(active.version)?)?);
        lock().insert(company, (active.version, Arc::clone(&set)));
        Ok(set)
    }
}

/// The mailer of the configuration.
pub fn mailer(config: &MailConfig) -> Result<Option<Mailer>> {
    let Some(url) = &config.url else { return Ok(None) };
    let settings = SmtpSettings {
        user: config.user.clone(),
        password: config.password.as_ref().map(|p| Password::new(p.expose().to_owned())),
        hello: config.hello.clone(),
        ..SmtpSettings::default()
    };
    Ok(Some(Mailer::from_url(url, settings).context("setting `mail.url`")?))
}

/// The model of the configuration.
pub fn model(config: Option<&ModelConfig>) -> Result<Llm> {
    let Some(config) = config else { return Ok(Llm::Off) };
    let key = config.key.as_ref().map(|k| ApiKey::new(k.expose().to_owned())).transpose();
    let mut endpoint = EndpointConfig::new(
        config.base_url.clone(),
        key.context("setting `model.key`")?,
        config.name.clone(),
    );
    endpoint.total_timeout = config.timeout;
    endpoint.max_concurrent = config.concurrency;
    let mut seed = [0u8; 32];
    getrandom::fill(&mut seed).context("no randomness")?;
    Llm::endpoint(endpoint, seed).context("the model endpoint")
}

/// The token key of the configuration, or the one in the data folder, made at the first start.
pub fn token_keys(config: &Config) -> Result<TokenKeys> {
    let key = match &config.mail.token_key {
        Some(key) => key.expose().as_bytes().to_vec(),
        None => stored_key(&config.data_dir.join("token.key"))?,
    };
    Ok(TokenKeys::new(vec![(0, key)])?)
}

fn stored_key(path: &Path) -> Result<Vec<u8>> {
    use std::io::{ErrorKind, Write};
    use std::os::unix::fs::OpenOptionsExt;
    match std::fs::read(path) {
        Ok(key) if key.len() >= 32 => return Ok(key),
        Ok(_) => bail!("{} is too short to be a token key; restore it from a backup", path.display()),
        Err(e) if e.kind() == ErrorKind::NotFound => {}
        Err(e) => return Err(e).with_context(|| format!("cannot read {}", path.display())),
    }
    let mut key = vec![0u8; 32];
    getrandom::fill(&mut key).context("no randomness")?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let mut file = match file {
        // Another daemon was faster: its key counts.
        Err(e) if e.kind() == ErrorKind::AlreadyExists => return stored_key(path),
        other => other.with_context(|| format!("cannot write {}", path.display()))?,
    };
    file.write_all(&key)
        .and_then(|()| file.sync_all())
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(key)
}
