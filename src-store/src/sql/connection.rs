//! Connections to either database, and their transactions.

use std::ops::{Deref, DerefMut};

use sqlx::pool::PoolConnection;
use sqlx::{Connection as _, Database, PgPool, Postgres, Sqlite, SqlitePool};

/// A connection: its own, a pool's, or one in a transaction.
pub(crate) enum Connection {
    Sqlite(Held<Sqlite>),
    Postgres(Held<Postgres>),
}

/// How a connection is held.
pub(crate) enum Held<DB: Database> {
    Own(DB::Connection),
    Pooled(PoolConnection<DB>),
    Transaction(sqlx::Transaction<'static, DB>),
}

impl<DB: Database> Held<DB> {
    pub(super) fn link(&mut self) -> &mut DB::Connection {
        match self {
            Self::Own(conn) => conn,
            Self::Pooled(conn) => conn,
            Self::Transaction(tx) => tx,
        }
    }

    async fn close(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Own(conn) => conn.close().await,
            Self::Pooled(conn) => conn.close().await,
            Self::Transaction(tx) => tx.rollback().await,
        }
    }

    async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Transaction(tx) => tx.commit().await,
            Self::Own(_) | Self::Pooled(_) => Ok(()),
        }
    }
}

impl Connection {
    /// Lets go of the database.
    pub(crate) async fn close(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(held) => held.close().await,
            Self::Postgres(held) => held.close().await,
        }
    }
}

/// A connection in a transaction. Where it is dropped before its commit, all that it did is taken back.
pub(crate) struct Transaction(Connection);

impl Transaction {
    /// Makes durable what was done.
    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        match self.0 {
            Connection::Sqlite(held) => held.commit().await,
            Connection::Postgres(held) => held.commit().await,
        }
    }
}

impl Deref for Transaction {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.0
    }
}

/// Connections that are kept for the next who needs one; cheap to clone.
#[derive(Clone)]
pub(crate) enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// The lock that a writing transaction holds on PostgreSQL until its end: a number of this program's own.
const WRITER: i64 = 7_305_808_869_217_298_798;

impl Pool {
    /// A connection for single statements.
    pub(crate) async fn acquire(&self) -> Result<Connection, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(pool) => Connection::Sqlite(Held::Pooled(pool.acquire().await?)),
            Self::Postgres(pool) => Connection::Postgres(Held::Pooled(pool.acquire().await?)),
        })
    }

    /// A transaction that sees one moment, and writes nothing.
    pub(crate) async fn begin_read(&self) -> Result<Transaction, sqlx::Error> {
        Ok(Transaction(match self {
            Self::Sqlite(pool) => Connection::Sqlite(Held::Transaction(pool.begin().await?)),
            Self::Postgres(pool) => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
                Connection::Postgres(Held::Transaction(pool.begin_with(begin).await?))
            }
        }))
    }

    /// The one writing transaction of the moment: it starts when every other has ended, sees all that they did, and
    /// commits before the next one starts, in this program or in another on the same database.
    pub(crate) async fn begin_write(&self) -> Result<Transaction, sqlx::Error> {
        Ok(Transaction(match self {
            Self::Sqlite(pool) => {
                Connection::Sqlite(Held::Transaction(pool.begin_with("BEGIN IMMEDIATE").await?))
            }
            Self::Postgres(pool) => {
                // A statement of its own: where the lock is not given in time, the transaction is there to be ended.
                let mut tx = pool.begin().await?;
                sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(WRITER).execute(&mut *tx).await?;
                Connection::Postgres(Held::Transaction(tx))
            }
        }))
    }

    /// Lets the database count what is in its tables, where it plans statements by that and would count only later.
    pub(crate) async fn count_anew(&self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(pool) => sqlx::query("ANALYZE").persistent(false).execute(pool).await.map(drop),
        }
    }

    /// Lets go of all connections, those in use when they are handed back.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}
