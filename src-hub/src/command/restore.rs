//! `ministore-hub restore`: a backup in the database's place. What was there is kept.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use ministore_hub::backup::{Restored, restore};
use ministore_store::Engine;

use super::{DataFolder, check};

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    folder: DataFolder,
    /// The backup.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
}

pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let Restored { schema, kept, differences } =
        restore(options.folder.path()?, &options.from).await.context("nothing was restored")?;
    println!("{} was restored to {}.", options.from.display(), options.folder.data.display());
    if schema != Engine::schema() {
        println!("Its schema was brought from {schema} to {}.", Engine::schema());
    }
    if let Some(kept) = kept {
        println!("What was there is kept as {}.", kept.display());
    }
    Ok(check::tell(&differences))
}
