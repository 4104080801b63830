//! What can go wrong inside, and what of it a caller is told.

use std::io::ErrorKind;

use ministore_core::money::MoneyError;
use ministore_core::refusal::{Refusal, Thing};
use sqlx::postgres::PgDatabaseError;

/// A refusal by rule, or a failure of what the engine stands on.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database failed.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// A row that does not mean what it should.
    #[error("a row of {table} cannot be read: {reason}")]
    Row {
        /// Of which table.
        table: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A value that could not be turned into JSON or back.
    #[error("JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// Amounts of the shop's own that cannot be reckoned with.
    #[error("amounts of the shop: {0}")]
    Money(#[from] MoneyError),
    /// Anything else that should not happen.
    #[error("{0}")]
    Other(String),
}

impl Fault {
    pub(crate) fn row(table: &'static str, reason: impl ToString) -> Self {
        Self::Row { table, reason: reason.to_string() }
    }

    pub(crate) fn not_found(what: Thing) -> Self {
        Self::Refused(Refusal::NotFound { what })
    }

    pub(crate) fn invalid(field: &str, reason: impl ToString) -> Self {
        Self::Refused(Refusal::invalid(field, reason))
    }

    /// What the caller is told. What only we can mend is logged here, once, under the number that the caller gets.
    pub(crate) fn refusal(self) -> Refusal {
        match self {
            Self::Refused(refusal) => refusal,
            Self::Database(error) => match trouble(&error) {
                Trouble::Full => Refusal::DiskFull,
                Trouble::Busy => Refusal::Busy,
                Trouble::Damaged => {
                    tracing::error!(%error, "the database is damaged");
                    Refusal::DatabaseDamaged
                }
                Trouble::Other => internal(&Self::Database(error)),
            },
            other => internal(&other),
        }
    }
}

fn internal(fault: &Fault) -> Refusal {
    let incident = crate::random::incident();
    tracing::error!(%incident, error = %fault, "a fault of ours");
    Refusal::Internal { incident }
}

/// What a failure of the database means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Trouble {
    Full,
    Busy,
    Damaged,
    Other,
}

/// Sorts a failure by what the database, or the way to it, said.
pub(crate) fn trouble(error: &sqlx::Error) -> Trouble {
    match error {
        sqlx::Error::PoolTimedOut => Trouble::Busy,
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            if error.try_downcast_ref::<PgDatabaseError>().is_some() {
                trouble_of_sqlstate(&code)
            } else {
                trouble_of_result_code(&code)
            }
        }
        sqlx::Error::Io(error) => match error.kind() {
            ErrorKind::StorageFull => Trouble::Full,
            // The server went away in the middle: whoever asks again finds it restarted, or waits for it.
            ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionRefused
            | ErrorKind::BrokenPipe
            | ErrorKind::UnexpectedEof
            | ErrorKind::TimedOut => Trouble::Busy,
            _ => Trouble::Other,
        },
        _ => Trouble::Other,
    }
}

/// SQLite's primary result codes (sqlite.org/rescode.html).
fn trouble_of_result_code(code: &str) -> Trouble {
    match code.parse::<u32>().map(|code| code & 0xff) {
        Ok(5 | 6) => Trouble::Busy,
        Ok(13) => Trouble::Full,
        Ok(11 | 26) => Trouble::Damaged,
        _ => Trouble::Other,
    }
}

/// PostgreSQL's codes (postgresql.org/docs/current/errcodes-appendix.html).
fn trouble_of_sqlstate(code: &str) -> Trouble {
    match code {
        // Serialization and deadlock failures, a lock not given in time, a statement or a standing transaction that
        // took too long, too many connections, and a server that stops or starts.
        "40001" | "40P01" | "55P03" | "57014" | "25P03" | "53300" | "57P01" | "57P02" | "57P03" => {
            Trouble::Busy
        }
        "53100" => Trouble::Full,
        "XX001" | "XX002" => Trouble::Damaged,
        _ => Trouble::Other,
    }
}
