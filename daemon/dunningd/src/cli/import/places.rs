//! Which file a row came from.
//!
//! Several files become one batch, in which a row is known by its line only. So the lines of the second
//! file are shifted beyond those of the first, and so on; what comes back is shifted again.

use crate::cli::shared::tidy;
use serde::Serialize;
use std::path::PathBuf;
use store::import::{Entity, ImportBatch, Row, RowError};

/// More lines than a file of the largest size can have.
const SHIFT: u32 = 40;

/// The files of one call, in their order.
pub struct Places {
    files: Vec<(String, bool)>,
}

/// What is wrong with one cell, for people and as JSON.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Fault {
    /// The file, as it was named.
    pub file: String,
    /// Line of a CSV file; position in its list of a JSON file.
    pub line: u64,
    /// Kind of row.
    pub entity: Entity,
    /// Column.
    pub column: String,
    /// What is wrong.
    pub reason: String,
    #[serde(skip)]
    json: bool,
}

impl Fault {
    /// For people: `invoices.csv:12: amount is "x"; expected …`.
    pub fn line(&self) -> String {
        let place = if self.json {
            format!("{}: {} {}", self.file, self.entity.as_str(), self.line)
        } else {
            format!("{}:{}", self.file, self.line)
        };
        format!("{place}: {} {}", tidy(&self.column, 60), tidy(&self.reason, 300))
    }
}

impl Places {
    /// Files by their paths.
    pub fn of(files: &[PathBuf]) -> Self {
        let is_json = |p: &PathBuf| p.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
        Self { files: files.iter().map(|p| (p.display().to_string(), is_json(p))).collect() }
    }

    /// Adds the rows of file `n` to the batch.
    pub fn join(&self, whole: &mut ImportBatch, part: ImportBatch, n: usize) {
        fn add<T>(to: &mut Vec<Row<T>>, rows: Vec<Row<T>>, n: usize) {
            to.extend(rows.into_iter().map(|r| Row { line: shift(r.line, n), row: r.row }));
        }
        add(&mut whole.customers, part.customers, n);
        add(&mut whole.contacts, part.contacts, n);
        add(&mut whole.invoices, part.invoices, n);
        add(&mut whole.credit_notes, part.credit_notes, n);
        add(&mut whole.payments, part.payments, n);
        add(&mut whole.receipts, part.receipts, n);
    }

    /// An error of file `n` as if it came out of the batch.
    pub fn moved(&self, error: RowError, n: usize) -> RowError {
        RowError { line: shift(error.line, n), ..error }
    }

    /// The place and words of an error of the batch.
    pub fn fault(&self, error: RowError) -> Fault {
        let (n, line) = unshift(error.line);
        let (file, json) = self.files.get(n).cloned().unwrap_or_default();
        // Files have one column for either.
        let column = match error.column.as_str() {
            "customer_number" | "customer_email" => "customer".to_owned(),
            _ => error.column,
        };
        Fault { file, line, entity: error.entity, column, reason: self.words(&error.reason, n), json }
    }

    /// A reason may name another line; in another file, it needs that file's name.
    fn words(&self, reason: &str, here: usize) -> String {
        let Some((head, rest)) = reason.split_once("line ") else { return reason.to_owned() };
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, tail) = rest.split_at(digits);
        let Ok(shifted) = number.parse::<u64>() else { return reason.to_owned() };
        let (n, line) = unshift(shifted);
        match self.files.get(n) {
            Some((file, _)) if n != here => format!("{head}line {line} of {file}{tail}"),
            _ => format!("{head}line {line}{tail}"),
        }
    }
}

fn shift(line: u64, n: usize) -> u64 {
    line | (u64::try_from(n).unwrap_or(0) << SHIFT)
}

fn unshift(line: u64) -> (usize, u64) {
    (usize::try_from(line >> SHIFT).unwrap_or(usize::MAX), line & ((1 << SHIFT) - 1))
}
