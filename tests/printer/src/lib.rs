//! A receipt printer on a network, for tests: [`TestPrinter`] listens, answers and fails as it is told; [`Reader`] reads
//! ESC/POS as a printer does, by the lengths of its commands; [`Paper`] is what came out, to be asserted and drawn.
//!
//! Written from Epson's reference and not from what sends to it.

#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails a test")]

mod paper;
mod reader;
mod server;

pub use paper::{Paper, Piece};
pub use reader::Reader;
pub use server::{Fault, TestPrinter};
