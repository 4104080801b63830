//! `ministore-hub copy`: a shop into another database.

use std::fs::File;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use ministore_hub::server::lock_folder;
use ministore_store::transfer::transfer;
use ministore_store::{Database, Engine, EngineOptions};

use super::{Address, check};

#[derive(Args)]
pub(crate) struct Options {
    /// Where the shop is: sqlite://data/ministore.db, or postgres://user:password@host:port/database. It stays as it is.
    #[arg(long, value_name = "URL")]
    from: Address,
    /// The empty database where it should be too.
    #[arg(long, value_name = "URL", env = "MINISTORE_DATABASE", hide_env_values = true)]
    to: Address,
}

pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let (from, to) = (options.from.database()?, options.to.database()?);
    // What a hub sells after the copy has begun would be missing from it.
    let _locked = [lock(&from)?, lock(&to)?];
    let engine = Engine::open(to.clone(), EngineOptions::hub()).await?;
    let moved = transfer(&from, &engine).await;
    let checked = match moved {
        Ok(_) => Some(engine.check().await),
        Err(_) => None,
    };
    engine.close().await;
    let moved = moved?;
    let rows: u64 = moved.iter().map(|moved| moved.rows).sum();
    println!("{rows} rows of {} tables are in {to}, each as it is in {from}.", moved.len());
    let differences = checked.transpose().context("the balances were not checked")?.unwrap_or_default();
    Ok(check::tell(&differences))
}

/// Keeps hubs from a file's folder until the end.
fn lock(database: &Database) -> Result<Option<File>> {
    match database {
        Database::Postgres(_) => Ok(None),
        Database::Sqlite(path) => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            Ok(Some(lock_folder(folder.unwrap_or(Path::new(".")))?))
        }
    }
}
