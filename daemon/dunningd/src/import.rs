//! Reading import files: CSV (one kind of row a file) and JSON (all kinds in one document).
//!
//! Why: a bookkeeper fixes a file once, not ten times: every wrong cell is reported, with its line,
//! column and reason, before anything is written. Both formats become the same records, so they obey
//! the same rules. Guarantees: unknown columns are refused by name; sizes are limited. Does not: know
//! the database (crate `store` checks references and writes, all or nothing).

mod record;
mod rows;

use record::Record;
use serde_json::Value;
use store::import::{Entity, ImportBatch, RowError};

/// Largest file, in bytes.
pub const FILE_LIMIT: u64 = 512 * 1024 * 1024;

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Not CSV or JSON at all, or of the wrong shape.
    #[error("{0}")]
    Syntax(String),
    /// Cells that cannot be.
    #[error("{} wrong cell(s)", .0.len())]
    Rows(Vec<RowError>),
}

/// Names of the kinds, as in JSON keys and CSV file names.
pub const KINDS: [(&str, Entity); 6] = [
    ("customers", Entity::Customer),
    ("contacts", Entity::Contact),
    ("invoices", Entity::Invoice),
    ("credit_notes", Entity::CreditNote),
    ("payments", Entity::Payment),
    ("receipts", Entity::Receipt),
];

/// The kind a file name announces: `invoices-2026-06.csv` holds invoices.
#[must_use]
pub fn kind_of(stem: &str) -> Option<Entity> {
    let stem = stem.to_ascii_lowercase().replace('-', "_");
    KINDS.iter().find(|(name, _)| stem.starts_with(name)).map(|(_, entity)| *entity)
}

/// Reads a JSON document: an object with an array for each kind.
pub fn json(bytes: &[u8]) -> Result<ImportBatch, FileError> {
    let document: Value = serde_json::from_slice(bytes).map_err(|e| {
        FileError::Syntax(format!("not valid JSON: line {}, column {}", e.line(), e.column()))
    })?;
    let Value::Object(document) = document else {
        return Err(FileError::Syntax(
            "the document must be an object with arrays such as \"invoices\"".to_owned(),
        ));
    };
    let mut batch = ImportBatch::default();
    let mut errors = Vec::new();
    for (key, value) in document {
        let Some((_, entity)) = KINDS.iter().find(|(name, _)| *name == key) else {
            let known: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
            return Err(FileError::Syntax(format!("unknown key {key:?}; known are {}", known.join(", "))));
        };
        let Value::Array(items) = value else {
            return Err(FileError::Syntax(format!("{key:?} must be an array of objects")));
        };
        for (line, item) in (1..).zip(items) {
            match Record::from_json(*entity, line, item) {
                Ok(record) => rows::add(&mut batch, record, &mut errors),
                Err(error) => errors.push(error),
            }
        }
    }
    finish(batch, errors)
}

/// Reads a CSV file with a head row. Commas or semicolons, UTF-8, a byte-order mark is fine.
pub fn csv(bytes: &[u8], entity: Entity) -> Result<ImportBatch, FileError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let head = bytes.split(|b| *b == b'\n').next().unwrap_or(&[]);
    let count = |sep: u8| head.iter().filter(|b| **b == sep).count();
    let delimiter = if count(b';') > count(b',') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).from_reader(bytes);
    let syntax = |e: csv::Error| {
        let line = e.position().map_or(1, csv::Position::line);
        let what = match e.kind() {
            csv::ErrorKind::Utf8 { .. } => "not UTF-8; save the file as UTF-8".to_owned(),
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                format!("{len} columns where the head has {expected_len}")
            }
            _ => "cannot be read as CSV".to_owned(),
        };
        FileError::Syntax(format!("line {line}: {what}"))
    };
    let columns: Vec<String> = reader
        .headers()
        .map_err(syntax)?
        .iter()
        .map(|c| c.to_ascii_lowercase().replace([' ', '-'], "_"))
        .collect();
    let mut batch = ImportBatch::default();
    let mut errors = Vec::new();
    for row in reader.records() {
        let row = row.map_err(syntax)?;
        let line = row.position().map_or(0, csv::Position::line);
        let cells = columns.iter().cloned().zip(row.iter().map(str::to_owned));
        rows::add(&mut batch, Record::new(entity, line, cells), &mut errors);
    }
    finish(batch, errors)
}

fn finish(batch: ImportBatch, mut errors: Vec<RowError>) -> Result<ImportBatch, FileError> {
    if errors.is_empty() {
        return Ok(batch);
    }
    errors.sort();
    Err(FileError::Rows(errors))
}

#[cfg(test)]
mod tests;
