//! Receipts on paper and as files.
//!
//! A tour, from what is said to how it gets there:
//! - [`layout`]: a receipt or a report as parts, one under the other; [`words`]: what they say by themselves
//! - [`letters`]: text as dots, for what a printer has no letters for, and as glyphs for files
//! - [`commands`]: parts as ESC/POS; [`pdf`]: the same parts as a file
//! - [`connection`]: the ways to a printer; [`delivery`]: how one is told, and asked whether it is done
//! - [`desk`]: all of it, with one print at a time for each printer
//!
//! What is not here: shops, sales and who may print (the engine says), and HTTP.

#![forbid(unsafe_code)]

pub mod commands;
pub mod connection;
pub mod delivery;
pub mod desk;
pub mod layout;
pub mod letters;
pub mod pdf;
pub mod words;

pub use desk::Desk;
