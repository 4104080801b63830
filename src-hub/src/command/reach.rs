//! `ministore-hub reach`: where the shop is, when it is open, where it delivers, its sister shops and neighbourhoods.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use ministore_store::Engine;
use ministore_store::reach::WholeReach;

use super::DataFolder;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    folder: DataFolder,
    /// The JSON file to take over, all of it or nothing. Without one, what the shop says now is printed in that form.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let engine = options.folder.open().await?;
    let done = tell_or_take_over(&engine, &options).await;
    engine.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn tell_or_take_over(engine: &Engine, options: &Options) -> Result<()> {
    let Some(path) = &options.file else {
        println!("{}", serde_json::to_string_pretty(&engine.whole_reach().await?)?);
        return Ok(());
    };
    let named = || path.display().to_string();
    let text = std::fs::read_to_string(path).with_context(named)?;
    let whole: WholeReach = serde_json::from_str(&text).with_context(named)?;
    engine.set_whole_reach(&whole).await.with_context(named)?;
    println!(
        "{}: {} zones, {} sister shops, {} neighbourhoods",
        path.display(),
        whole.reach.zones.len(),
        whole.branches.len(),
        whole.neighbourhoods.len()
    );
    Ok(())
}
