//! `ministore-hub import`: a catalogue from a file.

use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, Read, Write, stderr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use flate2::read::MultiGzDecoder;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use ministore_hub::picture_source::PictureSource;
use ministore_store::import::{self, BadRow, ImportReport, Progress};

use super::DataFolder;
use crate::SOME_REFUSED;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    folder: DataFolder,
    /// The file; gzipped or not.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What it is.
    #[arg(long, value_enum, default_value_t = Format::Auto)]
    format: Format,
    /// Load these categories first: a CSV file with the columns slug,name_en,name_zh,icon,position.
    #[arg(long, value_name = "FILE")]
    categories: Option<PathBuf>,
    /// Also write every refused row's line and reason to this file.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Told by its first line.
    Auto,
    /// Our own columns.
    Csv,
    /// The CSV export of Open Food Facts.
    OffCsv,
    /// The JSONL export of Open Food Facts.
    OffJsonl,
}

/// So many refused rows are shown; `--report` takes all.
const SHOWN: usize = 50;

pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let engine = options.folder.open().await?;
    let done = Box::pin(load(&engine, &options)).await;
    engine.close().await;
    done
}

async fn load(engine: &ministore_store::Engine, options: &Options) -> Result<ExitCode> {
    let mut refused = 0;
    if let Some(path) = &options.categories {
        let report = import::categories(engine, open(path)?).await.with_context(|| named(path))?;
        tell(path, "categories", &report, None)?;
        refused += report.refused;
    }
    let path = &options.file;
    let format = match options.format {
        Format::Auto => guess(path).with_context(|| named(path))?,
        chosen => chosen,
    };
    let file = open(path)?;
    let bar = progress_bar(file.get_ref().metadata().map(|file| file.len()).unwrap_or(0));
    let show = {
        let bar = bar.clone();
        move |progress: Progress| {
            bar.set_position(progress.bytes);
            bar.set_message(format!("{} rows", progress.rows));
        }
    };
    let done = match format {
        Format::Auto | Format::Csv => {
            let pictures = PictureSource::beside(path.parent().unwrap_or(Path::new("")));
            import::products(engine, file, move |name| pictures.find(name), show).await
        }
        Format::OffCsv | Format::OffJsonl => import::open_food_facts(engine, file, show).await,
    };
    bar.finish_and_clear();
    let report = done.with_context(|| named(path))?;
    tell(path, "products", &report, options.report.as_deref())?;
    refused += report.refused;
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::from(SOME_REFUSED) })
}

fn named(path: &Path) -> String {
    path.display().to_string()
}

fn open(path: &Path) -> Result<BufReader<File>> {
    Ok(BufReader::new(File::open(path).with_context(|| named(path))?))
}

/// How much of a file's beginning is looked at.
const LOOK: u64 = 64 << 10;

/// A file that starts with an object is JSONL, one whose first line has tabs is the tab-separated export.
fn guess(path: &Path) -> Result<Format> {
    let mut file = open(path)?;
    let gzipped = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    let mut start = Vec::new();
    match gzipped {
        true => MultiGzDecoder::new(file).take(LOOK).read_to_end(&mut start),
        false => file.take(LOOK).read_to_end(&mut start),
    }?;
    let first_line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    Ok(match start.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => Format::OffJsonl,
        _ if first_line.contains(&b'\t') => Format::OffCsv,
        _ => Format::Csv,
    })
}

fn progress_bar(bytes: u64) -> ProgressBar {
    let target =
        if stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(bytes), target);
    match ProgressStyle::with_template("   {bar:40} {bytes}/{total_bytes}  {msg}  {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Says what was done, and each refused row with its line and reason.
fn tell(path: &Path, what: &str, report: &ImportReport, file: Option<&Path>) -> Result<()> {
    println!(
        "{}: {} {what} added, {} updated, {} unchanged, {} refused",
        path.display(),
        report.added,
        report.updated,
        report.unchanged,
        report.refused
    );
    for bad in report.bad_rows.iter().take(SHOWN) {
        eprintln!("{}", line_of(bad));
    }
    if report.bad_rows.len() > SHOWN {
        eprintln!("… and {} more; --report FILE writes them down", report.refused - SHOWN as u64);
    }
    if let Some(file) = file {
        let mut out = std::io::BufWriter::new(File::create(file).with_context(|| named(file))?);
        for bad in &report.bad_rows {
            writeln!(out, "{}", line_of(bad)).with_context(|| named(file))?;
        }
        let undescribed = report.refused - report.bad_rows.len() as u64;
        if undescribed > 0 {
            writeln!(out, "and {undescribed} more").with_context(|| named(file))?;
        }
        out.flush().with_context(|| named(file))?;
    }
    Ok(())
}

fn line_of(bad: &BadRow) -> String {
    match &bad.column {
        Some(column) => format!("line {}: {column}: {}", bad.line, bad.reason),
        None => format!("line {}: {}", bad.line, bad.reason),
    }
}
