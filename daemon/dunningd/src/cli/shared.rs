//! What the commands share: which company is meant, small files, and words that are safe to show.
//!
//! Guarantees: a company that is not named is never guessed among several; a word that means none is
//! answered with the nearest known one; nothing from mails, imports or files reaches a terminal with
//! control or direction-changing characters in it. Does not: know any table.

use crate::clock::Clock;
use anyhow::{Context, Result, bail};
use chrono::{DateTime, TimeZone, Utc};
use domain::ids::CompanyId;
use serde_json::Value;
use std::fmt::Display;
use std::io::Read;
use std::path::Path;
use store::ledger::companies::{CompanyEntry, company_list};
use store::migrate::{SchemaStatus, schema_status};
use store::{Actor, Db, Wake};

/// Who acts, in the audit trail, when a command on the machine does.
pub const ACTOR: Actor = Actor::System("cli");

/// Largest settings, procedure, rule, case or facts file, in bytes.
pub const FILE_LIMIT: u64 = 1024 * 1024;

/// The company a command is about.
#[derive(clap::Args)]
pub struct Tenant {
    /// Short name of the company; needed only when there are several.
    #[arg(long, value_name = "SLUG")]
    pub company: Option<String>,
}

impl Tenant {
    /// Its id.
    pub async fn id(&self, db: &Db) -> Result<CompanyId> {
        choose(&companies(db).await?, self.company.as_deref())
    }
}

/// Now: what a person does with a command happens now.
#[must_use]
pub fn now() -> DateTime<Utc> {
    Clock::System.now()
}

/// Every company, from a database whose schema this program knows.
pub async fn companies(db: &Db) -> Result<Vec<CompanyEntry>> {
    match schema_status(db).await? {
        SchemaStatus::Current { .. } => {}
        SchemaStatus::Missing | SchemaStatus::Behind { .. } => {
            bail!("the database does not have this program's schema yet; run `dunningd migrate`")
        }
        SchemaStatus::Newer { at, want } => {
            bail!(
                "the database was migrated by a newer dunningd (schema {at}, this one knows {want}); run that one"
            )
        }
    }
    let mut tx = db.system(&ACTOR).await?;
    let all = company_list(&mut tx).await?;
    tx.rollback().await?;
    Ok(all)
}

/// The company of a short name.
pub async fn by_slug(db: &Db, slug: &str) -> Result<CompanyId> {
    choose(&companies(db).await?, Some(slug))
}

/// The company that is meant, or what to say instead.
pub fn choose(all: &[CompanyEntry], slug: Option<&str>) -> Result<CompanyId> {
    let known = || {
        let names: Vec<&str> = all.iter().take(10).map(|c| c.slug.as_str()).collect();
        let more = if all.len() > 10 { ", …" } else { "" };
        format!("{}{more}", names.join(", "))
    };
    match (slug, all) {
        (_, []) => bail!("there is no company yet; set one up with `dunningd company add`"),
        (None, [only]) => Ok(only.id),
        (None, _) => bail!("there are {} companies; name one with --company: {}", all.len(), known()),
        (Some(slug), _) => match all.iter().find(|c| c.slug == slug) {
            Some(company) => Ok(company.id),
            None => {
                let near = nearest(slug, all.iter().map(|c| c.slug.as_str()));
                let hint =
                    near.map_or_else(|| format!("known: {}", known()), |n| format!("did you mean `{n}`?"));
                bail!("there is no company `{}`; {hint}", tidy(slug, 40))
            }
        },
    }
}

/// The known word within two edits of `word`, if there is one.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let (distance, best) = known.map(|k| (strsim::levenshtein(word, k), k)).min()?;
    (distance <= 2).then_some(best)
}

/// Wakes a running daemon. What was committed stands without it: a daemon looks every minute anyway.
pub async fn wake(db: &Db) {
    let _ = db.notify(Wake::Anything).await;
}

/// Text of a file of at most `limit` bytes; `-` is standard input.
pub fn read_text(path: &Path, limit: u64) -> Result<String> {
    let shown = path.display();
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(limit + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|f| f.take(limit + 1).read_to_end(&mut bytes))
    };
    read.with_context(|| format!("cannot read {shown}"))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
        bail!("{shown} is larger than {} KiB", limit / 1024);
    }
    String::from_utf8(bytes).map_err(|_| anyhow::anyhow!("{shown} is not UTF-8 text; save it as UTF-8"))
}

/// JSON of a file, with the place of a mistake.
pub fn read_json(path: &Path) -> Result<Value> {
    let text = read_text(path, FILE_LIMIT)?;
    serde_json::from_str(&text).map_err(|e| anyhow::anyhow!("{} is not valid JSON: {e}", path.display()))
}

/// One line of at most `max` characters, safe on a terminal: the words of other people may hold escape
/// sequences and marks that turn the direction of writing.
#[must_use]
pub fn tidy(text: &str, max: usize) -> String {
    let plain = text.chars().filter(|c| !hidden(*c)).map(|c| if c.is_control() { ' ' } else { c });
    let words = plain.collect::<String>();
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(max) {
        None => line,
        Some(_) => line.chars().take(max.saturating_sub(1)).chain(['…']).collect(),
    }
}

fn hidden(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
        || matches!(c, '\u{E0000}'..='\u{E007F}')
}

/// Labels and values in two columns; rows without a value are left out.
#[must_use]
pub fn pairs<V: AsRef<str>>(rows: &[(&str, V)]) -> String {
    let width = rows.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
    let line = |(label, value): &(&str, V)| format!("{label:<width$}  {}", value.as_ref());
    let given = rows.iter().filter(|(_, v)| !v.as_ref().is_empty());
    given.map(line).map(|l| l.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// A moment as the clock on the company's wall shows it.
pub fn moment<Z: TimeZone>(at: DateTime<Utc>, zone: &Z) -> String
where
    Z::Offset: Display,
{
    at.with_timezone(zone).format("%Y-%m-%d %H:%M").to_string()
}

/// `1 invoice`, `2 invoices`.
#[must_use]
pub fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// A clap parser for a closed list, so that `--help` names its values.
macro_rules! kind {
    ($kind:ty) => {{
        use clap::builder::{PossibleValuesParser, TypedValueParser};
        PossibleValuesParser::new(<$kind>::ALL.iter().map(|k| k.as_str())).try_map(|s| s.parse::<$kind>())
    }};
}
pub(super) use kind;

/// A clap parser for names of time zones.
pub fn zone_name(name: &str) -> Result<String, domain::calendar::UnknownZone> {
    domain::calendar::zone(name).map(|_| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(slugs: &[&str]) -> Vec<CompanyEntry> {
        let entry =
            |s: &&str| CompanyEntry { id: CompanyId::new(), slug: (*s).to_owned(), name: s.to_uppercase() };
        slugs.iter().map(entry).collect()
    }

    #[test]
    fn one_company_need_not_be_named_and_several_must_be() {
        let one = entries(&["lindner"]);
        assert_eq!(choose(&one, None).unwrap(), one[0].id);
        let two = entries(&["lindner", "nord"]);
        let said = choose(&two, None).unwrap_err().to_string();
        assert_eq!(said, "there are 2 companies; name one with --company: lindner, nord");
        assert_eq!(choose(&two, Some("nord")).unwrap(), two[1].id);
        assert!(choose(&[], Some("nord")).unwrap_err().to_string().contains("company add"));
    }

    #[test]
    fn a_slip_of_the_pen_is_answered_with_the_nearest_name() {
        let two = entries(&["lindner", "nord"]);
        let said = |slug: &str| choose(&two, Some(slug)).unwrap_err().to_string();
        assert_eq!(said("lindnr"), "there is no company `lindnr`; did you mean `lindner`?");
        assert_eq!(said("zz\u{1b}[2J"), "there is no company `zz [2J`; known: lindner, nord");
    }

    #[test]
    fn words_of_others_cannot_steer_the_terminal() {
        assert_eq!(tidy("a\u{1b}[31mb\r\n\u{202e}c\u{200b}", 20), "a [31mb c");
        assert_eq!(tidy("Müller & Söhne", 7), "Müller…");
        assert_eq!(tidy("Müller", 6), "Müller");
    }

    #[test]
    fn pairs_are_aligned_and_absent_values_left_out() {
        let text = pairs(&[("name", "A"), ("sender name", "B"), ("iban", "")]);
        assert_eq!(text, "name         A\nsender name  B");
    }

    #[test]
    fn files_are_bounded_and_say_what_is_wrong() {
        let dir = std::env::temp_dir().join(format!("dunningd-shared-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let path = dir.join("a.json");
        std::fs::write(&path, "{\"a\": }").unwrap();
        assert!(read_json(&path).unwrap_err().to_string().contains("line 1 column 7"));
        assert!(read_text(&path, 3).unwrap_err().to_string().contains("larger than"));
        std::fs::write(&path, [0xff, 0xfe]).unwrap();
        assert!(read_text(&path, 10).unwrap_err().to_string().contains("UTF-8"));
        assert!(read_text(&dir.join("none"), 10).unwrap_err().to_string().contains("cannot read"));
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
