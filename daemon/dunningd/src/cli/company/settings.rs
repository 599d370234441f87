//! Settings files, and what a change of fields, settings or procedure amounts to.

use crate::cli::shared::tidy;
use anyhow::Result;
use domain::settings::CompanySettings;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Settings out of a file.
pub fn read(path: &Path, json: &Value) -> Result<CompanySettings> {
    CompanySettings::from_json(json).map_err(|e| anyhow::anyhow!("{}: {e}", path.display()))
}

/// One value that changes.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Change {
    /// Path such as `settings.contact.cap_messages`.
    pub key: String,
    /// Before; null where there was none.
    pub before: Value,
    /// After; null where there is none.
    pub after: Value,
}

impl Change {
    /// For people.
    pub fn line(&self) -> String {
        format!("{}: {} → {}", self.key, shown(&self.before), shown(&self.after))
    }
}

/// A value for people.
pub fn shown(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => tidy(text, 80),
        other => tidy(&other.to_string(), 80),
    }
}

/// The leaves that differ between two documents, in the order of their paths.
pub fn changes(root: &str, before: &Value, after: &Value) -> Vec<Change> {
    let (mut old, mut new) = (BTreeMap::new(), BTreeMap::new());
    leaves(root, before, &mut old);
    leaves(root, after, &mut new);
    let mut keys: Vec<&String> = old.keys().chain(new.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    let change = |key: &String| {
        let (before, after) = (old.get(key), new.get(key));
        (before != after).then(|| Change {
            key: key.clone(),
            before: before.cloned().unwrap_or_default(),
            after: after.cloned().unwrap_or_default(),
        })
    };
    keys.into_iter().filter_map(change).collect()
}

fn leaves(path: &str, value: &Value, out: &mut BTreeMap<String, Value>) {
    let join = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Object(members) => members.iter().for_each(|(key, v)| leaves(&join(key), v, out)),
        Value::Array(items) => {
            (1..).zip(items).for_each(|(n, v): (usize, _)| leaves(&join(&n.to_string()), v, out))
        }
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            out.insert(path.to_owned(), value.clone());
        }
    }
}
