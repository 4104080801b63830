//! Receipts at a printer that reads what it is sent.

#![expect(clippy::unwrap_used, reason = "what a test takes for granted fails it")]

mod delivery;
mod file;
mod paper;
mod sample;
