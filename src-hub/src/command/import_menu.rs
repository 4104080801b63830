//! `ministore-hub import-menu`: the shop's tables and menu from a file.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use ministore_core::table::menu::DiningRoom;

use super::DataFolder;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    folder: DataFolder,
    /// The file, as docs/table.md describes it. It takes the place of the tables and the menu that are there.
    #[arg(value_name = "FILE.json")]
    file: PathBuf,
}

pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let named = || options.file.display().to_string();
    let text = std::fs::read_to_string(&options.file).with_context(named)?;
    let room: DiningRoom = serde_json::from_str(&text).with_context(named)?;
    let engine = options.folder.open().await?;
    let kept = engine.set_dining_room(&room).await;
    engine.close().await;
    kept.with_context(named)?;
    println!(
        "{}: {} tables, {} dishes in {} sections",
        named(),
        room.tables.len(),
        room.menu.items().count(),
        room.menu.sections.len()
    );
    Ok(ExitCode::SUCCESS)
}
