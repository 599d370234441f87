//! Transactions: the only way to a tenant's rows.
//!
//! Why: isolation must not rest on remembering a WHERE clause. A [`TenantTx`] is opened for one
//! company and one actor; row-level security shows only that company's rows to it, and the audit
//! trail names the actor. Guarantees: the settings are local to the transaction (nothing leaks to the
//! next user of the connection), and opening costs one round trip. A transaction that is dropped is
//! rolled back. Does not: give access across tenants; that is left to the definer functions behind
//! [`crate::claims`], out of which only ids come.

use crate::error::Result;
use domain::ids::{CompanyId, UserId};
use sqlx::{PgConnection, Postgres, Transaction};
use std::fmt;

/// Who acts, for the audit trail and for "who answers for this".
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Actor {
    /// A person.
    User(UserId),
    /// The agent under a version of the policies.
    Policy(String),
    /// A part of the daemon, such as `sweep` or `import`.
    System(&'static str),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "user:{id}"),
            Self::Policy(version) => write!(f, "policy:{version}"),
            Self::System(name) => write!(f, "system:{name}"),
        }
    }
}

/// A transaction that sees and writes the rows of one company.
#[derive(Debug)]
pub struct TenantTx {
    tx: Transaction<'static, Postgres>,
    company: CompanyId,
    actor: Actor,
}

impl TenantTx {
    pub(crate) const fn new(tx: Transaction<'static, Postgres>, company: CompanyId, actor: Actor) -> Self {
        Self { tx, company, actor }
    }

    /// The company.
    #[must_use]
    pub const fn company(&self) -> CompanyId {
        self.company
    }

    /// Who acts.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Makes everything done in it durable, or fails with nothing done.
    pub async fn commit(self) -> Result<()> {
        Ok(self.tx.commit().await?)
    }

    /// Undoes everything done in it.
    pub async fn rollback(self) -> Result<()> {
        Ok(self.tx.rollback().await?)
    }

    pub(crate) fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }
}

/// A transaction without a tenant: reference tables and definer functions; tenant tables are empty to
/// it.
#[derive(Debug)]
pub struct SystemTx {
    tx: Transaction<'static, Postgres>,
}

impl SystemTx {
    pub(crate) const fn new(tx: Transaction<'static, Postgres>) -> Self {
        Self { tx }
    }

    /// Makes everything done in it durable, or fails with nothing done.
    pub async fn commit(self) -> Result<()> {
        Ok(self.tx.commit().await?)
    }

    /// Undoes everything done in it.
    pub async fn rollback(self) -> Result<()> {
        Ok(self.tx.rollback().await?)
    }

    pub(crate) fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }
}
