//! One module for each command, and what they share: where the shop is.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use ministore_hub::founding::shop_of;
use ministore_hub::server::database_path;
use ministore_store::{Database, Engine, EngineOptions, PostgresUrl};

pub(crate) mod backup;
pub(crate) mod check;
pub(crate) mod copy;
pub(crate) mod device;
pub(crate) mod export;
pub(crate) mod healthy;
pub(crate) mod https;
pub(crate) mod import;
pub(crate) mod import_menu;
pub(crate) mod member;
pub(crate) mod migrate;
pub(crate) mod reach;
pub(crate) mod restore;
pub(crate) mod serve;
pub(crate) mod sheet;
pub(crate) mod staff;
pub(crate) mod stored_value;
mod wechat_pay;

/// Which shop a command is about.
#[derive(Args, Clone, Debug)]
pub(crate) struct DataFolder {
    /// The folder that holds the shop's database.
    #[arg(long, value_name = "DIR", default_value = "data", global = true)]
    pub(crate) data: PathBuf,
    /// The PostgreSQL database that holds the shop instead, as postgres://user:password@host:port/database. Arguments
    /// show in the list of processes: a password is better kept in the variable, or in ~/.pgpass.
    #[arg(
        long,
        value_name = "URL",
        env = "MINISTORE_DATABASE",
        hide_env_values = true,
        conflicts_with = "data",
        global = true
    )]
    database: Option<Address>,
}

/// An address that may hold a password, so it is never shown.
#[derive(Clone)]
pub(crate) struct Address(String);

impl From<String> for Address {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address")
    }
}

impl Address {
    /// The database that it names: of a server, or a file.
    pub(crate) fn database(&self) -> Result<Database> {
        Ok(self.0.parse()?)
    }
}

impl DataFolder {
    /// The server's database; None where the shop is in the folder.
    pub(crate) fn server(&self) -> Result<Option<PostgresUrl>> {
        Ok(self.database.as_ref().map(|address| address.0.parse()).transpose()?)
    }

    /// The folder, for what is done to a file. Fails where the shop is on a server.
    pub(crate) fn path(&self) -> Result<&Path> {
        if self.database.is_some() {
            bail!(
                "this is for a shop in a data folder. A server's database is backed up with pg_dump, put back with pg_restore, and brought up to date by the next hub that starts"
            );
        }
        Ok(&self.data)
    }

    /// Opens the shop's database. Fails where there is none: only `serve` makes one.
    pub(crate) async fn open(&self) -> Result<Engine> {
        if let Some(server) = self.server()? {
            let database = Database::Postgres(server);
            let engine = Engine::open(database.clone(), EngineOptions::hub()).await?;
            if shop_of(&engine).await?.is_none() {
                bail!("there is no shop in {database}. Make one with `ministore-hub serve --database`");
            }
            return Ok(engine);
        }
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
