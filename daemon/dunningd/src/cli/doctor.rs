//! `dunningd doctor`: what is set up, what is missing, and what to do about it.
//!
//! Guarantees: every check is always there, under its name, whatever the others found; it changes
//! nothing in the database and prints no secret; what cannot be looked at says so. Does not: repair.

mod companies;
mod database;
mod local;
mod outside;

use super::output::Output;
use crate::config::{Config, ConfigError};
use anyhow::Result;
use serde::Serialize;

/// How a check ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// As it should be.
    Ok,
    /// It works, but somebody should know.
    Warn,
    /// It does not work.
    Fail,
}

impl Status {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// One check.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Check {
    /// Stable name.
    pub name: &'static str,
    /// How it ended.
    pub status: Status,
    /// What was found.
    pub found: String,
    /// What to do; `None` when it is well.
    pub advice: Option<String>,
    /// It could not be looked at, because of what another check found.
    #[serde(skip)]
    pub skipped: bool,
}

impl Check {
    /// All is well.
    pub fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, status: Status::Ok, found: found.into(), advice: None, skipped: false }
    }

    /// Somebody should know.
    pub fn warn(name: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { name, status: Status::Warn, found: found.into(), advice: Some(advice.into()), skipped: false }
    }

    /// It does not work.
    pub fn fail(name: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { name, status: Status::Fail, found: found.into(), advice: Some(advice.into()), skipped: false }
    }

    /// It could not be looked at.
    pub fn skipped(name: &'static str, because: &str) -> Self {
        let advice = "repair that first, then run `dunningd doctor` again";
        Self { skipped: true, ..Self::warn(name, format!("not checked: {because}"), advice) }
    }
}

/// An error with its causes on one line. Ours never hold secrets.
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut parts = vec![error.to_string()];
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        if parts.last() != Some(&text) {
            parts.push(text);
        }
        next = cause.source();
    }
    super::shared::tidy(&parts.join(": "), 400)
}

/// Runs every check; 3 when one failed.
pub async fn main(config: Result<Config, ConfigError>, out: &Output) -> Result<u8> {
    let mut checks = Vec::new();
    match &config {
        Ok(_) => checks.push(Check::ok("config", "read")),
        Err(error) => {
            let advice = "correct the setting; `dunningd config` lists all of them";
            checks.push(Check::fail("config", chain(error), advice));
        }
    }
    let config = config.ok();
    checks.extend(local::checks(config.as_ref()));
    checks.extend(database::checks(config.as_ref()).await);
    checks.extend(outside::checks(config.as_ref()).await);
    let failed = checks.iter().filter(|c| c.status == Status::Fail).count();
    out.value(&Diagnosis { ok: failed == 0, checks }, human)?;
    Ok(if failed == 0 { 0 } else { 3 })
}

#[derive(Serialize)]
struct Diagnosis {
    ok: bool,
    checks: Vec<Check>,
}

fn human(diagnosis: &Diagnosis) -> String {
    let checks = &diagnosis.checks;
    let width = checks.iter().map(|c| c.name.len()).max().unwrap_or(0);
    let indent = " ".repeat(width + 8);
    let mut lines = Vec::new();
    // What was skipped for one reason is one line, or the reason would drown in its consequences.
    for group in checks.chunk_by(|a, b| a.skipped && b.skipped && a.found == b.found) {
        let Some(c) = group.first() else { continue };
        let found = c.found.replace('\n', &format!("\n{indent}"));
        if c.skipped {
            let names: Vec<&str> = group.iter().map(|c| c.name).collect();
            lines.push(format!("{:<4}  {:<width$}  {found}: {}", "–", "", names.join(", ")));
            continue;
        }
        lines.push(format!("{:<4}  {:<width$}  {found}", c.status.as_str(), c.name));
        lines.extend(
            c.advice.as_ref().map(|a| format!("{indent}→ {}", a.replace('\n', &format!("\n{indent}  ")))),
        );
    }
    let of = |status| checks.iter().filter(|c| c.status == status && !c.skipped).count();
    let end = match (of(Status::Fail), of(Status::Warn)) {
        (0, 0) => "All is well.".to_owned(),
        (0, warned) => {
            format!("Nothing is broken; {} to know about.", super::shared::count(warned, "thing", "things"))
        }
        (failed, _) => format!("{} broken.", super::shared::count(failed, "thing is", "things are")),
    };
    let rest = match checks.iter().filter(|c| c.skipped).count() {
        0 => String::new(),
        n => format!(" {} not looked at.", super::shared::count(n, "check was", "checks were")),
    };
    lines.push(format!("\n{end}{rest}"));
    lines.join("\n")
}

#[cfg(test)]
mod tests;
