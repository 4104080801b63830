//! Ministore as an installed app: the shop's page in a window of its own, over a database of its own, in step with the
//! shop's hub whenever that can be reached.
//!
//! A tour:
//! - [`device`]: the app without its window: which way a call goes, pairing, status
//! - [`link`], [`address`], [`sse`]: the hub over HTTP or HTTPS, [`authority`]: who signs for it; [`sync`]: keeping in step; [`outbox`]: orders that wait;
//!   [`own_data`]: what the shop holds about the shopper, as a file
//! - [`key`], [`data_key`]: the device's own keys and where they are kept
//! - [`nearby`]: hubs that announce themselves
//! - [`camera`]: codes and pictures from the machine's own cameras
//! - [`host`]: a hub inside the app; [`options`]: what the command line asks for
//! - `window` and `commands`: the only ones that know of Tauri; [`problem`]: what is shown when the app cannot start
//!
//! What is not here: rules of the trade (`ministore_core`), SQL (`ministore_store`), how a page looks (`ministore_ui`).

#![forbid(unsafe_code)]

pub mod address;
pub mod authority;
pub mod camera;
mod commands;
pub mod data_key;
pub mod device;
pub mod host;
pub mod key;
pub mod link;
pub mod nearby;
pub mod options;
pub mod outbox;
pub mod own_data;
pub mod problem;
pub mod sse;
pub mod sync;
mod window;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use tracing_subscriber::EnvFilter;

use crate::options::Options;

/// Runs the app as its command line asks.
pub fn main() -> ExitCode {
    let options = match Options::try_parse() {
        Ok(options) => options,
        Err(shown) => {
            let _ = shown.print();
            let fine = matches!(shown.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
    };
    run_with(options)
}

/// Where a phone's system starts the app.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() {
    run_with(Options::default());
}

/// `RUST_LOG` chooses what is logged, to standard error.
fn run_with(options: Options) -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_target(false).with_writer(std::io::stderr).init();
    match window::run(options) {
        Ok(code) => u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from),
        Err(error) => {
            tracing::error!(%error, "no window opens");
            ExitCode::FAILURE
        }
    }
}
