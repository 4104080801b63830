//! `ministore-hub backup`: a copy of the shop's database, taken while a hub serves it.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;
use ministore_hub::backup::{Copied, back_up};

use super::{DataFolder, size};

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    folder: DataFolder,
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// Replace the file if it exists.
    #[arg(long)]
    force: bool,
}

pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let started = Instant::now();
    let Copied { path, bytes, schema } = back_up(options.folder.path()?, &options.to, options.force)
        .await
        .context("the shop was not backed up")?;
    println!(
        "{}: {}, schema {schema}, in {:.1} s",
        path.display(),
        size(bytes),
        started.elapsed().as_secs_f64()
    );
    Ok(ExitCode::SUCCESS)
}
