//! SQL as the engine says it, for whichever database it stands on: SQLite or PostgreSQL.
//!
//! The engine's statements are written once, in the dialect that both share, with `$1` for what is bound. This is the
//! thin layer below them: a [`Connection`] is one of either, a [`Value`] binds to both alike, a [`Row`] is read alike.
//! Numbers are 64 bits wide in both databases, whatever their width in Rust.

mod build;
mod connection;
mod query;
mod row;
mod value;

pub(crate) use build::Builder;
pub(crate) use connection::{Connection, Held, Pool, Transaction};
pub(crate) use query::{Query, fetch_each, query, query_scalar};
pub(crate) use row::Row;
pub(crate) use value::Value;
