//! The dunning procedure of a company: ordered levels, stored in `reminder_sequences.steps`.
//!
//! Why: when a customer hears from us, how firmly, and how long it may take to pay is the company's
//! decision, written down once. Guarantees: a [`Procedure`] that exists is valid (levels numbered
//! 1..n, days strictly increasing, at least one level). It says nothing about weekends, caps or
//! cooldowns: those are contact rules ([`crate::settings`]) and only ever push a notice later.

use serde::{Deserialize, Serialize};

/// How a level speaks. The order is the order of firmness.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Before or on the due date: "will fall due".
    Courtesy,
    /// A friendly reminder.
    Friendly,
    /// A firm demand with a date.
    Firm,
    /// The last demand before escalation; template only, never written by a model.
    Final,
}

impl Tone {
    /// The name used for templates and in `reminder_events.template_type`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Courtesy => "courtesy",
            Self::Friendly => "friendly",
            Self::Firm => "firm",
            Self::Final => "final",
        }
    }
}

/// One level.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Days after the due date from which the level may be sent; negative means before the due date.
    pub days_after_due: i32,
    /// How it speaks.
    pub tone: Tone,
    /// Days the customer is given, counted from the day the notice is sent.
    #[serde(default = "seven")]
    pub pay_within_days: u16,
    /// Days that must have passed since the previous notice to this account.
    #[serde(default = "seven")]
    pub min_days_since_previous: u16,
}

const fn seven() -> u16 {
    7
}

/// A valid procedure.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "Vec<Level>", into = "Vec<Level>")]
pub struct Procedure(Vec<Level>);

/// Why a procedure was refused; `level` counts from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProcedureError {
    /// No level at all.
    #[error("a dunning procedure needs at least one level")]
    Empty,
    /// Too many to be meant.
    #[error("a dunning procedure has at most {MAX_LEVELS} levels, not {0}")]
    TooMany(usize),
    /// Days must grow from level to level.
    #[error(
        "level {level}: days_after_due ({days}) must be greater than that of the level before ({before})"
    )]
    Order {
        /// The level.
        level: usize,
        /// Its days.
        days: i32,
        /// Days of the level before.
        before: i32,
    },
    /// A courtesy level lies before or on the due date, all others after it.
    #[error(
        "level {level}: tone {tone} does not fit days_after_due {days} (courtesy: 0 or less; others: 1 or more)"
    )]
    Tone {
        /// The level.
        level: usize,
        /// Its tone.
        tone: &'static str,
        /// Its days.
        days: i32,
    },
    /// A later level must not be softer.
    #[error("level {level}: softer than the level before")]
    Softer {
        /// The level.
        level: usize,
    },
    /// Out of the sane range.
    #[error("level {level}: {field} must lie between {min} and {max}")]
    Range {
        /// The level.
        level: usize,
        /// The setting.
        field: &'static str,
        /// Lowest value.
        min: i32,
        /// Highest value.
        max: i32,
    },
}

const MAX_LEVELS: usize = 12;

impl TryFrom<Vec<Level>> for Procedure {
    type Error = ProcedureError;

    fn try_from(levels: Vec<Level>) -> Result<Self, ProcedureError> {
        if levels.is_empty() {
            return Err(ProcedureError::Empty);
        }
        if levels.len() > MAX_LEVELS {
            return Err(ProcedureError::TooMany(levels.len()));
        }
        let mut before: Option<Level> = None;
        for (level, l) in (1..).zip(&levels) {
            let range = |field, value: i32, min, max| {
                if (min..=max).contains(&value) {
                    Ok(())
                } else {
                    Err(ProcedureError::Range { level, field, min, max })
                }
            };
            range("days_after_due", l.days_after_due, -60, 730)?;
            range("pay_within_days", l.pay_within_days.into(), 0, 90)?;
            range("min_days_since_previous", l.min_days_since_previous.into(), 0, 365)?;
            if (l.tone == Tone::Courtesy) != (l.days_after_due <= 0) {
                return Err(ProcedureError::Tone { level, tone: l.tone.as_str(), days: l.days_after_due });
            }
            if let Some(b) = before {
                if l.days_after_due <= b.days_after_due {
                    return Err(ProcedureError::Order {
                        level,
                        days: l.days_after_due,
                        before: b.days_after_due,
                    });
                }
                if l.tone < b.tone {
                    return Err(ProcedureError::Softer { level });
                }
            }
            before = Some(*l);
        }
        Ok(Self(levels))
    }
}

impl From<Procedure> for Vec<Level> {
    fn from(p: Procedure) -> Self {
        p.0
    }
}

impl Default for Procedure {
    /// Courtesy 3 days before, friendly at 4, firm at 14, final at 28 days after the due date.
    fn default() -> Self {
        let level = |days_after_due, tone, pay_within_days, min_days_since_previous| Level {
            days_after_due,
            tone,
            pay_within_days,
            min_days_since_previous,
        };
        Self(vec![
            level(-3, Tone::Courtesy, 3, 0),
            level(4, Tone::Friendly, 7, 5),
            level(14, Tone::Firm, 7, 7),
            level(28, Tone::Final, 10, 10),
        ])
    }
}

impl Procedure {
    /// Level `n`, counted from 1.
    #[must_use]
    pub fn level(&self, n: u16) -> Option<&Level> {
        usize::from(n).checked_sub(1).and_then(|i| self.0.get(i))
    }

    /// How many levels there are.
    #[must_use]
    pub fn len(&self) -> u16 {
        u16::try_from(self.0.len()).unwrap_or(u16::MAX)
    }

    /// Never true; here because `len` is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All levels with their numbers.
    pub fn levels(&self) -> impl Iterator<Item = (u16, &Level)> {
        (1u16..).zip(&self.0)
    }

    /// How many days before its due date an invoice counts as "due soon": as early as the first
    /// courtesy level, at least `at_least`.
    #[must_use]
    pub fn due_soon_days(&self, at_least: u16) -> u16 {
        let first = self.0.first().map_or(0, |l| l.days_after_due);
        u16::try_from(-first).unwrap_or(0).max(at_least)
    }
}
