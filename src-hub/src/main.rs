//! The hub's command line.
#![allow(clippy::print_stdout, reason = "a command line tool talks on standard output")]

mod command;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::command::serve::LogFormat;

/// What every command that found something wrong with its input, but did the rest, ends with.
const SOME_REFUSED: u8 = 2;

/// A shop's hub: serves the page, answers calls, keeps everything in one SQLite file, or in a PostgreSQL database.
#[derive(Parser)]
#[command(version, after_help = "Exit codes: 0 done, 1 failed, 2 done but for some rows or balances.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve a shop.
    Serve(command::serve::Options),
    /// Ask a hub whether it can answer: ends with 0 if so, else with 1.
    Healthy(command::healthy::Options),
    /// Load products from a file: our own CSV, or an export of Open Food Facts.
    Import(command::import::Options),
    /// Load the tables and the menu that guests order from at them, from a JSON file.
    ImportMenu(command::import_menu::Options),
    /// Write all products to a CSV file that can be imported again.
    Export(command::export::Options),
    /// Recompute every balance from its ledger and compare.
    Check(command::check::Options),
    /// Copy the shop's database to a file, while a hub serves it or not.
    Backup(command::backup::Options),
    /// Put a backup in the database's place. What was there is kept beside it.
    Restore(command::restore::Options),
    /// Bring the schema of the shop's database up to date.
    Migrate(command::migrate::Options),
    /// Copy a shop into another, empty database, such as from a file to a PostgreSQL server.
    Copy(command::copy::Options),
    /// The devices that are counters: list them, approve them, shut them out.
    Device(command::device::Options),
    /// Give out or erase what the shop holds about somebody.
    Member(command::member::Options),
    /// Print or take over where the shop is, when it is open, where it delivers, its sister shops and neighbourhoods.
    Reach(command::reach::Options),
    /// Add staff, list them, change a PIN.
    Staff(command::staff::Options),
    /// Take money on members' cards as a means of payment, or not any more.
    StoredValue(command::stored_value::Options),
    /// Make a printable sheet of the shop's barcodes.
    Sheet(command::sheet::Options),
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(shown) => {
            let _ = shown.print();
            let fine = matches!(shown.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
    };
    match &arguments.command {
        Command::Serve(options) => log_to_stderr("info,sqlx=warn", options.log),
        _ => log_to_stderr("warn", LogFormat::Text),
    }
    match run(arguments.command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let code = runtime.block_on(async {
        match command {
            Command::Serve(options) => Box::pin(command::serve::run(options)).await,
            Command::Healthy(options) => command::healthy::run(options).await,
            Command::Import(options) => Box::pin(command::import::run(options)).await,
            Command::ImportMenu(options) => Box::pin(command::import_menu::run(options)).await,
            Command::Export(options) => Box::pin(command::export::run(options)).await,
            Command::Check(options) => Box::pin(command::check::run(options)).await,
            Command::Backup(options) => Box::pin(command::backup::run(options)).await,
            Command::Restore(options) => Box::pin(command::restore::run(options)).await,
            Command::Migrate(options) => Box::pin(command::migrate::run(options)).await,
            Command::Copy(options) => Box::pin(command::copy::run(options)).await,
            Command::Device(options) => Box::pin(command::device::run(options)).await,
            Command::Member(options) => Box::pin(command::member::run(options)).await,
            Command::Reach(options) => Box::pin(command::reach::run(options)).await,
            Command::Staff(options) => Box::pin(command::staff::run(options)).await,
            Command::StoredValue(options) => command::stored_value::run(options).await,
            Command::Sheet(options) => Box::pin(command::sheet::run(options)).await,
        }
    });
    // A read of the terminal that nobody answers must not keep the program alive.
    runtime.shutdown_background();
    code
}

/// `RUST_LOG` chooses what is logged.
fn log_to_stderr(usual: &str, format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).init(),
    }
}
