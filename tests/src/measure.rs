//! What the benchmarks share: a large catalogue that is the same at every run, and tables of times.

pub mod catalogue;
pub mod http;
pub mod samples;
