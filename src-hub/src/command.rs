//! One module for each command, and what they share: the data folder and its shop.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use ministore_hub::server::database_path;
use ministore_store::{Engine, EngineOptions};

pub(crate) mod backup;
pub(crate) mod check;
pub(crate) mod export;
pub(crate) mod healthy;
pub(crate) mod import;
pub(crate) mod migrate;
pub(crate) mod restore;
pub(crate) mod serve;
pub(crate) mod sheet;
pub(crate) mod staff;

/// Which shop a command is about.
#[derive(Args, Clone, Debug)]
pub(crate) struct DataFolder {
    /// The folder that holds the shop's database.
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub(crate) data: PathBuf,
}

impl DataFolder {
    /// Opens the shop's database. Fails where there is none: only `serve` makes one.
    pub(crate) async fn open(&self) -> Result<Engine> {
        let path = database_path(&self.data);
        if !path.is_file() {
            bail!(
                "there is no shop in {}. Make one with `ministore-hub serve --data {}`, or name its folder with --data",
                self.data.display(),
                self.data.display()
            );
        }
        Engine::open(&path, EngineOptions::hub()).await.context("the shop was not opened")
    }
}

/// A number of bytes as a person reads it.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KiB", bytes / 1024),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}
