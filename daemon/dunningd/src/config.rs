//! Configuration: a TOML file, the environment and systemd credentials, in this order of weight
//! (environment over file; a credential or `_file` only where the value itself is absent).
//!
//! Why: an operator must learn at the start, by name, what is wrong. Guarantees: unknown settings are
//! refused with the nearest known name, a value out of range says which one and where it came from, and
//! no secret is ever printed.

mod settings;

pub use settings::{SETTINGS, Setting, reference};

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// A value that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The value, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Why the configuration was refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Not TOML.
    #[error("{path} is not valid TOML: {message}")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Place and reason, without the text of the line (it may hold a secret).
        message: String,
    },
    /// A name that is no setting.
    #[error("unknown setting `{key}` in {origin}{hint}")]
    Unknown {
        /// As written.
        key: String,
        /// File or environment.
        origin: String,
        /// The nearest known name.
        hint: String,
    },
    /// A value that cannot be.
    #[error("setting `{key}` (from {origin}): {message}")]
    Invalid {
        /// The setting.
        key: &'static str,
        /// Where the value came from.
        origin: String,
        /// What is wrong and what is allowed.
        message: String,
    },
}

/// SMTP or Maildir.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// Where letters go.
    pub url: Option<String>,
    /// SMTP user.
    pub user: Option<String>,
    /// SMTP password.
    pub password: Option<Secret>,
    /// EHLO name.
    pub hello: String,
    /// Key for tokens.
    pub token_key: Option<Secret>,
    /// Replies and bounces come to plus-addresses of the sender.
    pub plus_addresses: bool,
}

/// The model endpoint.
#[derive(Clone, Debug)]
pub struct ModelConfig {
    /// Base URL.
    pub base_url: String,
    /// Model name.
    pub name: String,
    /// Key.
    pub key: Option<Secret>,
    /// Total time for one answer.
    pub timeout: Duration,
    /// Calls at the same time.
    pub concurrency: usize,
}

/// Sizes and times of the loop.
#[derive(Clone, Debug)]
pub struct WorkConfig {
    /// Units claimed at a time.
    pub batch: u16,
    /// How long a claim holds.
    pub lease: Duration,
    /// How long a stop waits.
    pub drain: Duration,
}

/// Everything, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// PostgreSQL; `None`: the private cluster.
    pub database_url: Option<Secret>,
    /// Connections in the pool.
    pub connections: u32,
    /// Private folder.
    pub data_dir: PathBuf,
    /// Mail.
    pub mail: MailConfig,
    /// Model; `None`: templates and rules alone.
    pub model: Option<ModelConfig>,
    /// Admin address; `None`: no HTTP.
    pub admin: Option<SocketAddr>,
    /// Secret of the inbound route.
    pub inbound_secret: Option<Secret>,
    /// The loop.
    pub work: WorkConfig,
    /// Log filter.
    pub log_level: String,
    /// JSON logs.
    pub log_json: bool,
}

/// Where raw values are looked up; the process in production, maps in tests.
pub struct Sources<'a> {
    /// Text of the file and its path, if there is one.
    pub file: Option<(PathBuf, String)>,
    /// Environment.
    pub env: &'a dyn Fn(&str) -> Option<String>,
    /// Reads a secret file.
    pub read: &'a dyn Fn(&Path) -> std::io::Result<String>,
}

impl Config {
    /// Loads from a file (or none), the environment and systemd credentials.
    pub fn load(path: Option<&Path>) -> Result<Self, ConfigError> {
        let file = match path {
            None => None,
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
                Some((path.to_owned(), text))
            }
        };
        let env = |name: &str| std::env::var(name).ok();
        let read = |path: &Path| std::fs::read_to_string(path);
        Self::from_sources(&Sources { file, env: &env, read: &read })
    }

    /// The same from given sources.
    pub fn from_sources(sources: &Sources<'_>) -> Result<Self, ConfigError> {
        let values = Values::gather(sources)?;
        let model = match values.text("model.base_url") {
            None => None,
            Some(base_url) => Some(ModelConfig {
                base_url: base_url.to_owned(),
                name: values
                    .text("model.name")
                    .ok_or_else(|| values.invalid("model.name", "is required when model.base_url is set"))?
                    .to_owned(),
                key: values.secret("model.key"),
                timeout: Duration::from_secs(values.number("model.timeout_seconds", 1, 600)?),
                concurrency: usize::try_from(values.number("model.concurrency", 1, 64)?).unwrap_or(4),
            }),
        };
        let token_key = values.secret("mail.token_key");
        if token_key.as_ref().is_some_and(|k| k.expose().len() < 32) {
            return Err(values.invalid("mail.token_key", "must have at least 32 characters"));
        }
        let inbound_secret = values.secret("admin.inbound_secret");
        if inbound_secret.as_ref().is_some_and(|k| k.expose().len() < 16) {
            return Err(values.invalid("admin.inbound_secret", "must have at least 16 characters"));
        }
        let log_json = match values.text("log.format") {
            Some("json") => true,
            Some("text") | None => false,
            Some(_) => return Err(values.invalid("log.format", "must be `text` or `json`")),
        };
        let admin = values.text("admin.listen").map(|text| {
            SocketAddr::from_str(text).map_err(|_| {
                values.invalid("admin.listen", "must be an address and port such as 127.0.0.1:8650")
            })
        });
        Ok(Self {
            database_url: values.secret("database_url"),
            connections: u32::try_from(values.number("database.connections", 4, 100)?).unwrap_or(12),
            data_dir: data_dir(&values, sources.env)?,
            mail: MailConfig {
                url: values.text("mail.url").map(str::to_owned),
                user: values.text("mail.user").map(str::to_owned),
                password: values.secret("mail.password"),
                hello: values.text("mail.hello").unwrap_or("localhost").to_owned(),
                token_key,
                plus_addresses: values.flag("mail.plus_addresses")?,
            },
            model,
            admin: admin.transpose()?,
            inbound_secret,
            work: WorkConfig {
                batch: u16::try_from(values.number("work.batch", 1, 200)?).unwrap_or(20),
                lease: Duration::from_secs(values.number("work.lease_seconds", 1, 3600)?),
                drain: Duration::from_secs(values.number("work.drain_seconds", 1, 600)?),
            },
            log_level: values.text("log.level").unwrap_or("info").to_owned(),
            log_json,
        })
    }
}

fn data_dir(values: &Values, env: &dyn Fn(&str) -> Option<String>) -> Result<PathBuf, ConfigError> {
    let set = |name: &str| env(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    values
        .text("data_dir")
        .map(PathBuf::from)
        .or_else(|| set("STATE_DIRECTORY"))
        .or_else(|| set("XDG_DATA_HOME").map(|d| d.join("dunningd")))
        .or_else(|| set("HOME").map(|d| d.join(".local/share/dunningd")))
        .ok_or_else(|| values.invalid("data_dir", "is not set and there is no home folder; set it"))
}

/// Raw values with where they came from.
struct Values(BTreeMap<&'static str, (String, String)>);

impl Values {
    fn gather(sources: &Sources<'_>) -> Result<Self, ConfigError> {
        let mut values = BTreeMap::new();
        let mut files: BTreeMap<&'static str, PathBuf> = BTreeMap::new();
        if let Some((path, text)) = &sources.file {
            let table = text.parse::<toml::Table>().map_err(|e| {
                let place = e.span().map_or(0, |s| text.get(..s.start).unwrap_or("").lines().count());
                let message = format!("line {}: {}", place.max(1), e.message());
                ConfigError::Syntax { path: path.clone(), message }
            })?;
            let origin = path.display().to_string();
            for (key, value) in flatten(&table) {
                if let Some(s) = SETTINGS.iter().find(|s| s.key == key) {
                    values.insert(s.key, (value, origin.clone()));
                } else if let Some(s) = SETTINGS.iter().find(|s| s.secret && format!("{}_file", s.key) == key)
                {
                    files.insert(s.key, PathBuf::from(value));
                } else {
                    return Err(ConfigError::Unknown { hint: nearest(&key), key, origin });
                }
            }
        }
        let credentials = (sources.env)("CREDENTIALS_DIRECTORY").map(PathBuf::from);
        for s in SETTINGS {
            if let Some(value) = (sources.env)(s.env) {
                values.insert(s.key, (value, format!("environment variable {}", s.env)));
            }
            if s.secret && !values.contains_key(s.key) {
                let credential = credentials.as_ref().map(|d| d.join(s.key.replace(['.', '_'], "-")));
                let given = files.get(s.key).cloned();
                for path in given.iter().chain(credential.iter()) {
                    match (sources.read)(path) {
                        Ok(text) => {
                            let origin = path.display().to_string();
                            values.insert(s.key, (text.trim_end_matches(['\n', '\r']).to_owned(), origin));
                            break;
                        }
                        // A credential that does not exist was not passed; a file that was named must exist.
                        Err(source) if given.as_ref() == Some(path) => {
                            return Err(ConfigError::Read { path: path.clone(), source });
                        }
                        Err(_) => {}
                    }
                }
            }
            if !s.default.is_empty() && !values.contains_key(s.key) {
                values.insert(s.key, (s.default.to_owned(), "default".to_owned()));
            }
        }
        Ok(Self(values))
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(|(value, _)| value.as_str()).filter(|v| !v.is_empty())
    }

    fn secret(&self, key: &str) -> Option<Secret> {
        self.text(key).map(|v| Secret(v.to_owned()))
    }

    fn flag(&self, key: &'static str) -> Result<bool, ConfigError> {
        match self.text(key) {
            Some("true") => Ok(true),
            Some("false") | None => Ok(false),
            Some(_) => Err(self.invalid(key, "must be true or false")),
        }
    }

    fn number(&self, key: &'static str, min: u64, max: u64) -> Result<u64, ConfigError> {
        let parsed = self.text(key).and_then(|v| v.parse().ok()).filter(|n| (min..=max).contains(n));
        parsed.ok_or_else(|| self.invalid(key, &format!("must be a whole number from {min} to {max}")))
    }

    fn invalid(&self, key: &'static str, message: &str) -> ConfigError {
        let origin = self.0.get(key).map_or("nowhere", |(_, origin)| origin.as_str()).to_owned();
        ConfigError::Invalid { key, origin, message: message.to_owned() }
    }
}

/// Dotted keys with their values as text; anything that is no scalar keeps its key and is refused as
/// unknown or invalid later.
fn flatten(table: &toml::Table) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for (key, value) in table {
        match value {
            toml::Value::Table(inner) => {
                out.extend(flatten(inner).into_iter().map(|(k, v)| (format!("{key}.{k}"), v)));
            }
            toml::Value::String(text) => out.push((key.clone(), text.clone())),
            toml::Value::Integer(_)
            | toml::Value::Float(_)
            | toml::Value::Boolean(_)
            | toml::Value::Datetime(_)
            | toml::Value::Array(_) => out.push((key.clone(), value.to_string())),
        }
    }
    out
}

/// `; did you mean …?` when a known key is within three edits.
fn nearest(key: &str) -> String {
    let best = SETTINGS.iter().map(|s| (strsim::levenshtein(key, s.key), s.key)).min();
    match best {
        Some((distance, known)) if distance <= 3 => format!("; did you mean `{known}`?"),
        Some(_) | None => "; see `dunningd config`".to_owned(),
    }
}

#[cfg(test)]
mod tests;
