//! Stories of the engine, each over a real database file of its own, told through its calls.

#![expect(clippy::unwrap_used, reason = "what a story takes for granted fails its test")]

mod bad_files;
mod catalogue;
mod device;
mod facts;
mod import;
mod members;
mod orders;
mod payments;
mod permissions;
mod search;
mod staff;
mod stock;
mod test_shop;
mod watching;
