//! Connections to either database, and their transactions.

use std::ops::{Deref, DerefMut};

use sqlx::pool::PoolConnection;
use sqlx::{Connection as _, Database, PgPool, Postgres, Sqlite, SqlitePool};

use super::query::Query;

/// A connection: its own, a pool's, or one in a transaction.
pub(crate) enum Connection {
    Sqlite(Held<Sqlite>),
    Postgres(Held<Postgres>),
}

/// A connection that is held, and what is to be done by it before anything else.
pub(crate) struct Held<DB: Database> {
    link: Link<DB>,
    pub(super) waiting: Vec<Query<'static>>,
}

/// How a connection is held.
enum Link<DB: Database> {
    Own(DB::Connection),
    Pooled(PoolConnection<DB>),
    Transaction(sqlx::Transaction<'static, DB>),
}

impl<DB: Database> Held<DB> {
    /// One that is nobody else's.
    pub(crate) const fn own(conn: DB::Connection) -> Self {
        Self::by(Link::Own(conn))
    }

    const fn by(link: Link<DB>) -> Self {
        Self { link, waiting: Vec::new() }
    }

    pub(super) fn link(&mut self) -> &mut DB::Connection {
        match &mut self.link {
            Link::Own(conn) => conn,
            Link::Pooled(conn) => conn,
            Link::Transaction(tx) => tx,
        }
    }

    async fn close(self) -> Result<(), sqlx::Error> {
        match self.link {
            Link::Own(conn) => conn.close().await,
            Link::Pooled(conn) => conn.close().await,
            Link::Transaction(tx) => tx.rollback().await,
        }
    }

    async fn commit(self) -> Result<(), sqlx::Error> {
        match self.link {
            Link::Transaction(tx) => tx.commit().await,
            Link::Own(_) | Link::Pooled(_) => Ok(()),
        }
    }
}

impl Connection {
    /// Leaves a statement whose outcome nobody waits for to be done right before the next, together with it where the
    /// database allows that: each turn to SQLite's thread and back costs more than most statements. Where it fails, so
    /// does that next one.
    pub(crate) fn later(&mut self, statement: Query<'_>) {
        let statement = statement.into_owned();
        match self {
            Self::Sqlite(held) => held.waiting.push(statement),
            Self::Postgres(held) => held.waiting.push(statement),
        }
    }

    /// Does not do what was left for later.
    pub(crate) fn forget(&mut self) {
        match self {
            Self::Sqlite(held) => held.waiting.clear(),
            Self::Postgres(held) => held.waiting.clear(),
        }
    }

    /// Does now what was left for later.
    pub(crate) async fn flush(&mut self) -> Result<(), sqlx::Error> {
        let waiting = match self {
            Self::Sqlite(held) => &mut held.waiting,
            Self::Postgres(held) => &mut held.waiting,
        };
        match waiting.pop() {
            Some(last) => last.execute(self).await.map(drop),
            None => Ok(()),
        }
    }

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
    pub(crate) async fn commit(mut self) -> Result<(), sqlx::Error> {
        self.0.flush().await?;
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
            Self::Sqlite(pool) => Connection::Sqlite(Held::by(Link::Pooled(pool.acquire().await?))),
            Self::Postgres(pool) => Connection::Postgres(Held::by(Link::Pooled(pool.acquire().await?))),
        })
    }

    /// A transaction that sees one moment, and writes nothing.
    pub(crate) async fn begin_read(&self) -> Result<Transaction, sqlx::Error> {
        Ok(Transaction(match self {
            Self::Sqlite(pool) => Connection::Sqlite(Held::by(Link::Transaction(pool.begin().await?))),
            Self::Postgres(pool) => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
                Connection::Postgres(Held::by(Link::Transaction(pool.begin_with(begin).await?)))
            }
        }))
    }

    /// The one writing transaction of the moment: it starts when every other has ended, sees all that they did, and
    /// commits before the next one starts, in this program or in another on the same database.
    pub(crate) async fn begin_write(&self) -> Result<Transaction, sqlx::Error> {
        Ok(Transaction(match self {
            Self::Sqlite(pool) => {
                Connection::Sqlite(Held::by(Link::Transaction(pool.begin_with("BEGIN IMMEDIATE").await?)))
            }
            Self::Postgres(pool) => {
                // A statement of its own: where the lock is not given in time, the transaction is there to be ended.
                let mut tx = pool.begin().await?;
                sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(WRITER).execute(&mut *tx).await?;
                Connection::Postgres(Held::by(Link::Transaction(tx)))
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

    /// Writes what a file's log holds back into the file, and empties the log. A server looks after its own.
    pub(crate) async fn write_back(&self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(pool) => {
                let busy: i64 = sqlx::query_scalar("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(pool).await?;
                if busy == 0 {
                    Ok(())
                } else {
                    Err(sqlx::Error::Protocol("somebody is still reading".to_owned()))
                }
            }
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Writes a file anew, without the free pages, and empties its log. A server looks after its own.
    pub(crate) async fn write_anew(&self) -> Result<(), sqlx::Error> {
        if let Self::Sqlite(pool) = self {
            sqlx::query("VACUUM").persistent(false).execute(pool).await?;
        }
        self.write_back().await
    }

    /// Lets go of all connections, those in use when they are handed back.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}
