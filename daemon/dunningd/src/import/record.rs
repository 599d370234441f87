//! One row of an import, as named cells; taking a cell checks and converts it.

use serde_json::Value;
use std::collections::BTreeMap;
use std::str::FromStr;
use store::import::{CustomerKey, Entity, RowError};

/// A row being read: cells are taken out one by one, what is left over is unknown.
pub(super) struct Record {
    entity: Entity,
    line: u64,
    cells: BTreeMap<String, String>,
    errors: Vec<RowError>,
}

impl Record {
    pub(super) fn new(entity: Entity, line: u64, cells: impl Iterator<Item = (String, String)>) -> Self {
        let cells = cells.filter(|(_, v)| !v.is_empty()).collect();
        Self { entity, line, cells, errors: Vec::new() }
    }

    pub(super) fn from_json(entity: Entity, line: u64, item: Value) -> Result<Self, RowError> {
        let fail = |column: &str, reason: &str| RowError {
            line,
            entity,
            column: column.to_owned(),
            reason: reason.to_owned(),
        };
        let Value::Object(members) = item else { return Err(fail("(row)", "must be an object")) };
        let mut cells = BTreeMap::new();
        for (key, value) in members {
            let text = match value {
                Value::Null => continue,
                Value::String(text) => text.trim().to_owned(),
                Value::Number(number) => number.to_string(),
                Value::Bool(flag) => flag.to_string(),
                Value::Array(_) | Value::Object(_) => {
                    return Err(fail(&key, "must be a text, number or truth value"));
                }
            };
            cells.insert(key, text);
        }
        Ok(Self { entity, line, cells, errors: Vec::new() })
    }

    pub(super) const fn entity(&self) -> Entity {
        self.entity
    }

    pub(super) const fn line(&self) -> u64 {
        self.line
    }

    fn error(&mut self, column: &str, reason: impl Into<String>) {
        let (line, entity) = (self.line, self.entity);
        self.errors.push(RowError { line, entity, column: column.to_owned(), reason: reason.into() });
    }

    pub(super) fn text(&mut self, column: &str) -> Option<String> {
        self.cells.remove(column)
    }

    pub(super) fn required(&mut self, column: &str) -> String {
        self.text(column).unwrap_or_else(|| {
            self.error(column, "is missing");
            String::new()
        })
    }

    /// A value that parses; `expected` says what would.
    pub(super) fn parse<T: FromStr>(&mut self, column: &str, expected: &str) -> Option<T> {
        let text = self.text(column)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(_) => {
                // The cell is shown to the person who wrote the file, cut to a bounded length.
                let shown: String = text.chars().take(40).collect();
                self.error(column, format!("is {shown:?}; expected {expected}"));
                None
            }
        }
    }

    pub(super) fn parse_required<T: FromStr + Default>(&mut self, column: &str, expected: &str) -> T {
        let had_errors = self.errors.len();
        let value = self.parse(column, expected);
        if value.is_none() && self.errors.len() == had_errors {
            self.error(column, format!("is missing; expected {expected}"));
        }
        value.unwrap_or_default()
    }

    /// `customer`: a number, or an e-mail address when it has an `@`.
    pub(super) fn customer(&mut self, required: bool) -> Option<CustomerKey> {
        match self.text("customer") {
            Some(text) if text.contains('@') => Some(CustomerKey { number: None, email: Some(text) }),
            Some(text) => Some(CustomerKey { number: Some(text), email: None }),
            None if required => {
                self.error("customer", "is missing; give the customer's number or e-mail");
                None
            }
            None => None,
        }
    }

    /// Ends the row: whatever was not asked for is an unknown column. True when the row is usable.
    pub(super) fn done(mut self, errors: &mut Vec<RowError>) -> bool {
        for column in std::mem::take(&mut self.cells).into_keys() {
            let shown: String = column.chars().take(40).collect();
            self.error(&shown, "is not a column of this kind of row");
        }
        let usable = self.errors.is_empty();
        errors.append(&mut self.errors);
        usable
    }
}
