//! Stories of the engine, told through its calls: each over a real database file, and over a real PostgreSQL server.

#![expect(clippy::unwrap_used, reason = "what a story takes for granted fails its test")]
#![expect(clippy::duplicate_mod, reason = "every story is told over either database")]

#[cfg(unix)]
mod postgres;
mod sqlite;
