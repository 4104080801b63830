//! The hub as its clients meet it: a real server on a free port, a real database file, a real HTTP client; and the
//! program as a person runs it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that panics has failed")]

mod announced;
mod backup;
mod calls;
mod command;
mod connections;
mod customer_display;
mod events;
mod fetched;
mod https;
mod journey;
mod member;
mod printing;
mod program;
mod repeats;
mod roles;
#[cfg(unix)]
mod shared_database;
mod shopping;
mod support;
mod table;
mod watched;
mod wechat_pay;
