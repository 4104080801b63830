//! `pay-faults`: many payments while lines break, then a table.
#![allow(clippy::print_stdout, reason = "a command line tool talks on standard output")]

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::Parser;
use ministore_pay_faults::wrong::Break;
use ministore_pay_faults::{Plan, run};

/// Pays many orders through a WeChat Pay that fails, and compares both sides' books.
#[derive(Parser)]
struct Arguments {
    /// How many orders.
    #[arg(long, default_value_t = 10_000)]
    runs: u32,
    /// What all chance is drawn from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many customers are at it at once.
    #[arg(long, default_value_t = 24)]
    at_once: usize,
    /// Of 1000 requests so many go wrong, and of 1000 notifications three times as many.
    #[arg(long, default_value_t = 120)]
    faults: u32,
    /// Breaks a rule of the client's, to see that the books show it.
    #[arg(long = "break", value_name = "RULE")]
    broken: Option<Break>,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let Arguments { runs, seed, at_once, faults, broken } = Arguments::parse();
    let started = Instant::now();
    let verdict = run(Plan { runs, seed, at_once, faults, broken }, |done| {
        if done % 500 == 0 {
            eprintln!("   {done} of {runs} runs, {:.0} s", started.elapsed().as_secs_f64());
        }
    })
    .await?;
    println!("seed {seed}, {:.0} s", started.elapsed().as_secs_f64());
    print!("{verdict}");
    Ok(if verdict.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
