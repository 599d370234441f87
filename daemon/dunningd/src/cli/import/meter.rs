//! Progress on standard error: one moving line on a terminal, a few plain ones in a log.

use std::io::{IsTerminal, Write};
use store::import::Progress;

/// From this many rows of a kind on, progress is told where nobody watches.
const LONG: u64 = 20_000;

/// Tells how far an import is.
pub struct Meter {
    terminal: bool,
    told: Option<(&'static str, u64)>,
    open: bool,
}

impl Meter {
    /// For standard error as it is.
    pub fn new() -> Self {
        Self { terminal: std::io::stderr().is_terminal(), told: None, open: false }
    }

    /// One step further.
    pub fn tell(&mut self, progress: Progress) {
        if let Some(line) = self.line(progress) {
            let end = if self.terminal { "" } else { "\n" };
            let start = if self.terminal { "\r\u{1b}[K" } else { "" };
            // Progress is a courtesy: when nobody can be told, the import goes on.
            let _ = write!(std::io::stderr(), "{start}{line}{end}").and_then(|()| std::io::stderr().flush());
            self.open = self.terminal;
        }
    }

    /// Leaves the moving line.
    pub fn end(&self) {
        if self.open {
            let _ = write!(std::io::stderr(), "\r\u{1b}[K");
        }
    }

    /// The words for a step, when they are worth telling: on a terminal every percent, else every fifth
    /// of a long kind.
    fn line(&mut self, p: Progress) -> Option<String> {
        let percent = (p.done.min(p.total) * 100).checked_div(p.total).unwrap_or(100);
        let step = if self.terminal { percent } else { percent / 20 };
        let now = (p.entity.as_str(), step);
        let silent = !self.terminal && p.total < LONG;
        if silent || self.told == Some(now) {
            return None;
        }
        self.told = Some(now);
        Some(format!("{} rows: {} of {} ({percent} %)", p.entity.as_str(), p.done, p.total))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::import::Entity;

    fn lines(terminal: bool, total: u64) -> Vec<String> {
        let mut meter = Meter { terminal, told: None, open: false };
        let step = (total / 40).max(1) as usize;
        let done = (0..=total).step_by(step);
        done.filter_map(|done| meter.line(Progress { entity: Entity::Invoice, done, total })).collect()
    }

    #[test]
    fn a_log_hears_little_and_only_of_long_files() {
        assert!(lines(false, LONG - 1).is_empty());
        let told = lines(false, 100_000);
        assert_eq!(told.len(), 6, "{told:?}");
        assert_eq!(told[5], "invoice rows: 100000 of 100000 (100 %)");
    }

    #[test]
    fn a_terminal_hears_every_percent_once() {
        assert_eq!(lines(true, 40).len(), 41);
        assert_eq!(lines(true, 1).len(), 2);
        let mut meter = Meter { terminal: true, told: None, open: false };
        let nothing = Progress { entity: Entity::Customer, done: 0, total: 0 };
        assert_eq!(meter.line(nothing).as_deref(), Some("customer rows: 0 of 0 (100 %)"));
        assert_eq!(meter.line(nothing), None);
    }
}
