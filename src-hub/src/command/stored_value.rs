//! `ministore-hub stored-value`: whether members can put money on their cards and pay with it.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use ministore_core::payment::Tender;
use ministore_hub::founding::shop_of;
use ministore_store::Engine;

use super::DataFolder;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    folder: DataFolder,
    /// Take it on or off; without, it is only said which. Money that is on cards stays there, and can be paid out.
    #[arg(value_name = "ON|OFF")]
    taken: Option<Taken>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Taken {
    On,
    Off,
}

pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let engine = options.folder.open().await?;
    let done = set(&engine, options.taken).await;
    engine.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn set(engine: &Engine, taken: Option<Taken>) -> Result<()> {
    let Some(mut shop) = shop_of(engine).await? else { bail!("there is no shop yet") };
    let is_taken = shop.tenders.contains(&Tender::StoredValue);
    match taken {
        Some(Taken::On) if !is_taken => shop.tenders.push(Tender::StoredValue),
        Some(Taken::Off) if is_taken => shop.tenders.retain(|tender| *tender != Tender::StoredValue),
        _ => {
            println!("Stored value is {}.", if is_taken { "on" } else { "off" });
            return Ok(());
        }
    }
    engine.update_shop(&shop).await?;
    println!("Stored value is {} now.", if is_taken { "off" } else { "on" });
    Ok(())
}
