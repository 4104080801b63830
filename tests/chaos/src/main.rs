//! A shop whose network fails and whose programs are killed, compared with what it should have come to. Run by
//! `cargo xtask chaos`.
//!
//! The hub and each device are real processes. Between them stands a line that loses, delays, doubles, reorders and tears
//! what passes ([`mod@line`]). Meanwhile processes are killed and started again over their files, the hub's disk fills up,
//! and their clocks jump ([`blows`]). Each device says on its standard output what it is about to do and what was
//! confirmed to it ([`note`]). In the end all is calm, every device gets in step, and the hub's books are compared with
//! what the devices said ([`verdict`]).

#![allow(clippy::print_stdout, reason = "a program that reports on standard output")]

mod blows;
mod clock;
mod device;
mod line;
mod note;
mod shop;
mod verdict;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

/// Kills, cuts and fills a shop, then checks its books.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    role: Option<Role>,
    #[command(flatten)]
    storm: Storm,
}

/// How it storms.
#[derive(Args, Clone, Debug)]
pub(crate) struct Storm {
    /// How many times a program is killed.
    #[arg(long, default_value_t = 20)]
    kills: u32,
    /// What all chance is drawn from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Tills: devices at which staff sells.
    #[arg(long, default_value_t = 2)]
    tills: usize,
    /// Phones: devices that order.
    #[arg(long, default_value_t = 3)]
    phones: usize,
    /// Keep the shop on a PostgreSQL server of the storm's own, with two hubs.
    #[arg(long)]
    postgres: bool,
    /// Keep all files, and say where.
    #[arg(long)]
    keep: bool,
}

#[derive(Subcommand)]
enum Role {
    /// Be one device: what the storm starts for each.
    #[command(hide = true)]
    Device(DeviceOptions),
}

/// What a device is told.
#[derive(Args, Clone, Debug)]
pub(crate) struct DeviceOptions {
    /// Where its files are.
    #[arg(long)]
    folder: PathBuf,
    /// The address of the hub, as the device knows it.
    #[arg(long)]
    hub: String,
    /// What its choices are drawn from.
    #[arg(long)]
    seed: u64,
    /// Whether it is a till.
    #[arg(long)]
    till: bool,
}

fn main() -> Result<ExitCode> {
    let Arguments { role, storm } = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let clean = runtime.block_on(async {
        match role {
            Some(Role::Device(options)) => device::run(options).await.map(|()| true),
            None => blows::run(&storm).await,
        }
    });
    runtime.shutdown_background();
    Ok(if clean? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
