//! The installed app without its window, beside a real hub.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod https;
mod keys;
mod nearby;
mod offline;
mod shop;
