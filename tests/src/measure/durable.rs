//! What the bare database under a hub takes to keep something for good.

use std::path::Path;

use anyhow::Result;
use rusqlite::Connection;
use uuid::Uuid;

use super::samples::Samples;

/// An empty database that is written as a hub's is: what is committed is on the disk.
pub fn durable(file: &Path) -> Result<Connection> {
    let bare = Connection::open(file)?;
    bare.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")?;
    Ok(bare)
}

/// One row a transaction, each on the disk before the next.
pub fn bare_commits(file: &Path) -> Result<Samples> {
    let bare = durable(file)?;
    bare.execute_batch("CREATE TABLE entry (id BLOB PRIMARY KEY, body TEXT) STRICT")?;
    let mut insert = bare.prepare("INSERT INTO entry VALUES (?1, ?2)")?;
    let body = "x".repeat(1000);
    Samples::of(0..500, |_| {
        insert.execute((Uuid::now_v7().as_bytes().as_slice(), &body))?;
        Ok(())
    })
}
