//! `ministore-hub migrate`: the schema of the shop's database, brought up to date.

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use ministore_hub::backup::{Migrated, migrate};

use super::{DataFolder, size};

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    folder: DataFolder,
    /// Do not copy the database first.
    #[arg(long)]
    no_backup: bool,
}

pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let Migrated { from, to, backup } =
        migrate(options.folder.path()?, !options.no_backup).await.context("the schema stays as it was")?;
    if from == to {
        println!("The schema is {to}, the newest that this version knows. Nothing was changed.");
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(backup) = backup {
        println!("What was there is kept as {} ({}).", backup.path.display(), size(backup.bytes));
    }
    println!("The schema was brought from {from} to {to}.");
    Ok(ExitCode::SUCCESS)
}
