//! Human text or JSON, decided once.

use anyhow::Result;
use serde::Serialize;
use std::io::Write;

/// Where results go.
#[derive(Clone, Copy)]
pub struct Output {
    json: bool,
}

impl Output {
    /// JSON or text.
    #[must_use]
    pub const fn new(json: bool) -> Self {
        Self { json }
    }

    /// JSON was asked for.
    #[must_use]
    pub const fn is_json(self) -> bool {
        self.json
    }

    /// One result: as JSON, or as the text `human` makes of it.
    pub fn value<T: Serialize>(self, value: &T, human: impl FnOnce(&T) -> String) -> Result<()> {
        if self.json { self.line(&serde_json::to_string_pretty(value)?) } else { self.line(&human(value)) }
    }

    /// Text whatever the format.
    pub fn text(self, text: &str) -> Result<()> {
        self.line(text.trim_end())
    }

    /// Text for people only.
    pub fn human(self, text: &str) -> Result<()> {
        if self.json { Ok(()) } else { self.line(text) }
    }

    fn line(self, text: &str) -> Result<()> {
        // A closed pipe (`dunningd … | head`) is the reader's right, not an error.
        match writeln!(std::io::stdout(), "{text}") {
            Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            other => Ok(other?),
        }
    }

    /// A table with aligned columns; the first row is the head.
    #[must_use]
    pub fn table(rows: &[Vec<String>]) -> String {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns)
            .map(|c| rows.iter().filter_map(|r| r.get(c)).map(|v| v.chars().count()).max().unwrap_or(0))
            .collect();
        let line = |row: &Vec<String>| {
            let cells = row.iter().zip(&widths).map(|(v, w)| format!("{v:<w$}", w = *w));
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        rows.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}
