//! `ministore-hub export`: the catalogue as the file that `import` reads.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use ministore_store::{Engine, export};

use super::DataFolder;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    folder: DataFolder,
    /// The CSV file to write.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Also write the categories, to this file.
    #[arg(long, value_name = "FILE")]
    categories: Option<PathBuf>,
}

pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let engine = options.folder.open().await?;
    let done = write_all(&engine, &options).await;
    engine.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn write_all(engine: &Engine, options: &Options) -> Result<()> {
    if let Some(path) = &options.categories {
        let file = Unfinished::create(path)?;
        let count = export::categories(engine, &file.out).await?;
        file.put_in_place()?;
        println!("{}: {count} categories", path.display());
    }
    let file = Unfinished::create(&options.file)?;
    let count = export::products(engine, BufWriter::new(&file.out)).await?;
    file.put_in_place()?;
    println!("{}: {count} products", options.file.display());
    Ok(())
}

/// A file under a name of its own until it is whole, so that an older export is not lost to half a new one.
struct Unfinished<'p> {
    path: &'p Path,
    unfinished: PathBuf,
    out: File,
}

impl<'p> Unfinished<'p> {
    fn create(path: &'p Path) -> Result<Self> {
        let mut name = path.as_os_str().to_owned();
        name.push(".part");
        let unfinished = PathBuf::from(name);
        let out = File::create(&unfinished).with_context(|| path.display().to_string())?;
        Ok(Self { path, unfinished, out })
    }

    fn put_in_place(mut self) -> Result<()> {
        let placed = self.out.flush().and_then(|()| std::fs::rename(&self.unfinished, self.path));
        placed.with_context(|| self.path.display().to_string())
    }
}
