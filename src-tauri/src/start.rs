//! Starting the app: from a command line, or by a phone's system.

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use tracing_subscriber::EnvFilter;

use crate::options::Options;
use crate::window;

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
