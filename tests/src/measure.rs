//! What the benchmarks and the storm share: a plain shop, a large catalogue that is the same at every run, that
//! shop on a hub of its own, callers over HTTP, and tables of times.

pub mod catalogue;
pub mod durable;
pub mod http;
pub mod plain_shop;
pub mod report;
pub mod samples;
pub mod shelf;
