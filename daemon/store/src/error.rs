//! The one error of the crate, sorted by what the caller can do about it.
//!
//! Why: a runner must know whether to wait (the database is gone), to start over (somebody was
//! first), to tell the user (the data are wrong) or to stop and show a defect. Guarantees: no text of
//! this error or of its sources holds row contents: the server's wording is dropped for the classes
//! of errors in which it quotes values, so a log line built from the chain is free of personal data.
//! Does not: decide how long to wait.

use std::fmt;

/// Result of every function of this crate.
pub type Result<T> = std::result::Result<T, StoreError>;

/// What the caller can do about a failure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorKind {
    /// The database is gone, busy or starting: wait and try again.
    Unavailable,
    /// Somebody else was first, or a rule of the ledger forbids it: read again.
    Conflict,
    /// No such row for this tenant.
    NotFound,
    /// The caller's data break a rule of the schema.
    Invalid,
    /// A stored value cannot be read back: a defect or a tampered row.
    Corrupt,
    /// Anything else: a defect.
    Other,
}

/// Why a statement or a whole step failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// See [`ErrorKind::Unavailable`].
    #[error("the database cannot be reached or is too busy")]
    Unavailable(#[source] Cause),
    /// See [`ErrorKind::Conflict`]; the text names the rule or the kind of row.
    #[error("conflict: {what}")]
    Conflict {
        /// Constraint, rule or kind of row.
        what: String,
        /// The server's answer, when it found the conflict.
        #[source]
        cause: Option<Cause>,
    },
    /// A [`ErrorKind::Conflict`]: the row was changed since the caller read it.
    #[error("the row was changed meanwhile: version {actual}, not {expected}")]
    Version {
        /// The version the caller had read.
        expected: i64,
        /// The version on file.
        actual: i64,
    },
    /// See [`ErrorKind::NotFound`]; the text names the kind of row.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// See [`ErrorKind::Invalid`].
    #[error("invalid: {what}")]
    Invalid {
        /// Constraint, column or rule.
        what: String,
        /// The server's answer, when it refused.
        #[source]
        cause: Option<Cause>,
    },
    /// See [`ErrorKind::Corrupt`].
    #[error("stored data cannot be read: {0}")]
    Corrupt(String),
    /// See [`ErrorKind::Other`].
    #[error("a statement failed")]
    Other(#[source] Cause),
}

impl StoreError {
    /// Which kind it is.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Unavailable(_) => ErrorKind::Unavailable,
            Self::Conflict { .. } | Self::Version { .. } => ErrorKind::Conflict,
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::Invalid { .. } => ErrorKind::Invalid,
            Self::Corrupt(_) => ErrorKind::Corrupt,
            Self::Other(_) => ErrorKind::Other,
        }
    }

    /// The same call may succeed later without anybody changing anything.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unavailable(_) => true,
            Self::Conflict { cause, .. } => {
                cause.as_ref().is_some_and(|c| matches!(c.code(), "40001" | "40P01"))
            }
            Self::Version { .. }
            | Self::NotFound(_)
            | Self::Invalid { .. }
            | Self::Corrupt(_)
            | Self::Other(_) => false,
        }
    }

    /// The constraint the server named, if any.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Conflict { cause: Some(c), .. } | Self::Invalid { cause: Some(c), .. } => {
                c.0.constraint.as_deref()
            }
            Self::Unavailable(_)
            | Self::Conflict { .. }
            | Self::Version { .. }
            | Self::NotFound(_)
            | Self::Invalid { .. }
            | Self::Corrupt(_)
            | Self::Other(_) => None,
        }
    }

    /// A conflict found by this crate.
    pub(crate) fn conflict(what: impl Into<String>) -> Self {
        Self::Conflict { what: what.into(), cause: None }
    }

    /// Bad data found by this crate.
    pub(crate) fn invalid(what: impl Into<String>) -> Self {
        Self::Invalid { what: what.into(), cause: None }
    }

    /// A stored value that does not fit its type; `what` names the column, never the value.
    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt(what.into())
    }
}

/// What the server or the connection said, reduced to what may be logged.
#[derive(Debug)]
pub struct Cause(Box<Parts>);

#[derive(Debug)]
struct Parts {
    code: String,
    constraint: Option<String>,
    table: Option<String>,
    text: String,
    lost: bool,
}

impl Cause {
    /// SQLSTATE; empty when the failure was not an answer of the server.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// An established connection was found dead: nothing that was sent on it in this call is known to
    /// have been done.
    pub(crate) fn is_lost_connection(&self) -> bool {
        self.0.lost || matches!(self.code(), "57P01" | "57P02" | "08003" | "08006")
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)?;
        if !self.0.code.is_empty() {
            write!(f, " (SQLSTATE {}", self.0.code)?;
            if let Some(table) = &self.0.table {
                write!(f, ", table {table}")?;
            }
            if let Some(constraint) = &self.0.constraint {
                write!(f, ", constraint {constraint}")?;
            }
            f.write_str(")")?;
        }
        Ok(())
    }
}

impl std::error::Error for Cause {}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(db) => from_server(db.as_ref()),
            sqlx::Error::RowNotFound => Self::NotFound("row"),
            sqlx::Error::ColumnDecode { index, .. } => Self::corrupt(format!("column {index}")),
            sqlx::Error::Decode(_) => Self::corrupt("a value of a row"),
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed => Self::Unavailable(local(&error)),
            _ => Self::Other(local(&error)),
        }
    }
}

/// A failure on our side of the wire: sqlx's text quotes no row.
fn local(error: &sqlx::Error) -> Cause {
    let text = match error {
        // The text of these names parameters or settings, which may hold what was bound.
        sqlx::Error::Encode(_) => "a parameter cannot be encoded".to_owned(),
        sqlx::Error::Configuration(_) => "the database URL or its options are wrong".to_owned(),
        other => other.to_string(),
    };
    use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let lost = matches!(error, sqlx::Error::Io(io)
        if matches!(io.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof));
    Cause(Box::new(Parts { code: String::new(), constraint: None, table: None, text, lost }))
}

fn from_server(db: &dyn sqlx::error::DatabaseError) -> StoreError {
    let code = db.code().map(|c| c.into_owned()).unwrap_or_default();
    let class = code.get(..2).unwrap_or("").to_owned();
    // Messages of these classes may quote values.
    let text = match class.as_str() {
        "22" => "a value was refused".to_owned(),
        "23" => "a rule of a table was broken".to_owned(),
        _ => db.message().to_owned(),
    };
    let constraint = db.constraint().map(str::to_owned);
    let what = constraint.clone().unwrap_or_else(|| text.clone());
    let table = db.table().map(str::to_owned);
    let cause = Cause(Box::new(Parts { code: code.clone(), constraint, table, text, lost: false }));
    match (class.as_str(), code.as_str()) {
        // Connection, resources, operator intervention (shutdown, crash, starting, statement timeout),
        // and a server that turned read-only in a failover.
        ("08" | "53" | "57" | "58", _) | (_, "25006" | "25P03" | "25P04") => StoreError::Unavailable(cause),
        (_, "23505" | "23P01" | "40001" | "40P01" | "55P03" | "55006" | "P0001") => {
            StoreError::Conflict { what, cause: Some(cause) }
        }
        ("22" | "23", _) => StoreError::Invalid { what, cause: Some(cause) },
        _ => StoreError::Other(cause),
    }
}

#[cfg(test)]
mod tests;
