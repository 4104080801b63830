//! Set-up, run, test and bench: the only build tool a person needs to know.
//!
//! | file | what lives there |
//! |---|---|
//! | `setup.rs` | what must be on the machine, found and installed |
//! | `system_packages.rs` | what is asked of the operating system's own packages |
//! | `wasm_target.rs` | a compiler that can build for the browser |
//! | `npm.rs` | the pinned tools that come from npm |
//! | `web.rs`, `web_module.rs`, `web_dist.rs` | the page, from Rust to `dist/` |
//! | `demo.rs`, `test.rs`, `bench.rs` | the commands of those names |
//! | `bench_scan.rs`, `bench_scan/peers.py` | the scanner beside others |
//! | `bench_counter.rs` | the till in a browser |
//! | `bench_frames.rs` | the scanner's live frames |
//! | `bench_hub.rs` | the hub over HTTP, with many callers |
//! | `bench_promotion.rs` | baskets with many promotions |
//! | `chaos.rs` | a storm over a shop, then its books |
//! | `pay_faults.rs` | payments while lines break, then both sides' books |
//! | `api_test.rs`, `api_test/credentials.py` | the hub held against its own document |
//! | `wechat_test.rs`, `wechat_test/against_sdk.py` | WeChat Pay held against somebody else's program |
//! | `python.rs` | programs from PyPI |
//! | `camera_test.rs` | cameras, tried in an emulated machine |
//! | `debian_kernel.rs`, `initramfs.rs` | what that machine boots |
//! | `step.rs`, `process.rs` | how work is shown, timed and interrupted |
//! | `workspace.rs` | where things are |
//!
//! Invariants: every file a command needs is made under a temporary name and renamed, so that an interrupted run leaves
//! nothing half made; no child outlives its step; nothing outside the project changes without a yes.
#![allow(clippy::print_stdout, reason = "a command line tool talks on standard output")]

mod api_test;
mod bench;
mod bench_counter;
mod bench_frames;
mod bench_hub;
mod bench_promotion;
mod bench_scan;
mod camera_test;
mod chaos;
mod debian_kernel;
mod demo;
mod initramfs;
mod npm;
mod pay_faults;
mod process;
mod python;
mod setup;
mod step;
mod system_packages;
mod test;
mod wasm_target;
mod web;
mod web_dist;
mod web_module;
mod wechat_test;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::process::Interrupted;
use crate::setup::Consent;
use crate::workspace::Workspace;

/// Sets up, builds, runs and tests Ministore.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", version)]
struct Arguments {
    /// Install what is missing without asking (CI=true says the same).
    #[arg(long, global = true)]
    yes: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Find and install what building, running and testing need.
    Setup(setup::Options),
    /// Build the page and the decoder into dist/.
    Web(web::Options),
    /// Set up, build and run a shop on this machine, with a window where there is a display.
    Demo(demo::Options),
    /// Set up and run every check that CI runs.
    Test(test::Options),
    /// Measure, and print a table.
    Bench(bench::Options),
    /// Kill a shop's programs and break its network, then check its books.
    Chaos(chaos::Options),
    /// Pay many orders through a WeChat Pay that fails, then check both sides' books.
    PayFaults(pay_faults::Options),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<Interrupted>() => {
            eprintln!("\nInterrupted. Nothing is left half made; run the same command to go on.");
            ExitCode::from(130)
        }
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<()> {
    process::listen_for_interrupts()?;
    let workspace = Workspace::find()?;
    let consent = Consent::from_environment(arguments.yes);
    match arguments.command {
        Command::Setup(options) => setup::run(&workspace, consent, &options),
        Command::Web(options) => web::run(&workspace, consent, &options),
        Command::Demo(options) => demo::run(&workspace, consent, &options),
        Command::Test(options) => test::run(&workspace, consent, &options),
        Command::Bench(options) => bench::run(&workspace, consent, &options),
        Command::Chaos(options) => chaos::run(&workspace, consent, &options),
        Command::PayFaults(options) => pay_faults::run(&workspace, &options),
    }
}
