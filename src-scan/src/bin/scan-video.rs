//! Plays a film, or the pictures of a folder as one, to the live scanner, and writes its events.
//!
//! Each event has its frame's number, its time, the kind and text of the code, and how sure the reading is. At the end
//! comes where the time went, stage by stage, and, with `--expect`, what was missing and what should not have been.

#![expect(clippy::print_stdout, reason = "the events are what the command is for")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Parser;
use ministore_scan::scanner::{FRAME_BUDGET, Scanner};
use ministore_scan::source::y4m::{self, Playback};
use ministore_scan::source::{FrameSource, folder, mjpeg};
use ministore_scan::{Micros, SessionOptions, Symbologies};
use serde::Serialize;

#[derive(Parser)]
struct Arguments {
    /// A .y4m or .mjpeg film, or a folder of pictures.
    film: PathBuf,
    /// The texts that are to be read, in their order, separated by commas; the command fails where events differ.
    #[arg(long, value_delimiter = ',')]
    expect: Option<Vec<String>>,
    /// Frames in a second, for what does not say it itself.
    #[arg(long, default_value_t = 30.0)]
    frames_per_second: f64,
    /// Microseconds that a frame may take.
    #[arg(long, default_value_t = FRAME_BUDGET)]
    budget: u64,
    /// Report the code nearest the middle first, as a till does.
    #[arg(long)]
    till: bool,
    /// Look for every kind of code, not only for those that shops use.
    #[arg(long)]
    all: bool,
    /// Write events as JSON, a line each, and the times as one more.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Line<'a> {
    frame: usize,
    at_ms: f64,
    #[serde(flatten)]
    event: &'a ministore_scan::Event,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let mut source = open(&arguments.film, arguments.frames_per_second)?;
    let symbologies = if arguments.all { Symbologies::ALL } else { Symbologies::RETAIL };
    let session = SessionOptions { nearest_middle: arguments.till, ..SessionOptions::default() };
    let mut scanner = Scanner::new(symbologies, session);
    let began = Instant::now();
    let clock = || began.elapsed().as_micros() as u64;
    let mut stages: Vec<Micros> = Vec::new();
    let mut read: Vec<String> = Vec::new();
    while let Some(frame) = source.next_frame().context("the film cannot be played on")? {
        let luma = frame.luma()?;
        let scan = scanner.push(&luma.as_luma(), frame.at(), arguments.budget, &clock);
        for event in &scan.events {
            read.push(event.text.clone());
            let line = Line { frame: stages.len(), at_ms: frame.at(), event };
            if arguments.json {
                println!("{}", serde_json::to_string(&line)?);
            } else {
                println!(
                    "frame {:6}  {:9.0} ms  {:?} {:?}  {:.0} % sure",
                    line.frame,
                    line.at_ms,
                    event.symbology,
                    event.text,
                    event.confidence * 100.0
                );
            }
        }
        stages.push(scan.micros);
    }
    print_times(&stages, arguments.json)?;
    let Some(expected) = arguments.expect else { return Ok(ExitCode::SUCCESS) };
    if read == expected {
        println!("all {} as expected", expected.len());
        return Ok(ExitCode::SUCCESS);
    }
    println!("expected {expected:?}, read {read:?}");
    Ok(ExitCode::FAILURE)
}

fn open(film: &Path, frames_per_second: f64) -> Result<Box<dyn FrameSource>> {
    if film.is_dir() {
        return Ok(Box::new(folder::Folder::at_rate(film, frames_per_second)?));
    }
    let kind = film.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    Ok(match kind.as_str() {
        "y4m" => Box::new(y4m::Reader::open(film, Playback::default())?),
        "mjpeg" | "mjpg" => Box::new(mjpeg::Reader::open(film, frames_per_second)?),
        _ => bail!("{} is no film that can be played: .y4m, .mjpeg, or a folder", film.display()),
    })
}

fn print_times(stages: &[Micros], json: bool) -> Result<()> {
    if json {
        println!("{}", serde_json::to_string(&stages)?);
        return Ok(());
    }
    println!("{} frames; milliseconds a frame: {:>8} {:>8} {:>8}", stages.len(), "mean", "p95", "most");
    let rows = [
        ("looking over it", stages.iter().map(|micros| micros.locate).collect::<Vec<u64>>()),
        ("bars", stages.iter().map(|micros| micros.bars).collect()),
        ("square codes", stages.iter().map(|micros| micros.matrix).collect()),
        ("the rest", stages.iter().map(|micros| micros.whole).collect()),
        ("all", stages.iter().map(|micros| micros.total).collect()),
    ];
    for (name, mut micros) in rows {
        micros.sort_unstable();
        let millis = |micros: u64| micros as f64 / 1e3;
        let mean = millis(micros.iter().sum()) / micros.len().max(1) as f64;
        let p95 = millis(micros.get(micros.len() * 95 / 100).copied().unwrap_or_default());
        let most = millis(micros.last().copied().unwrap_or_default());
        println!("  {name:>36}: {mean:8.2} {p95:8.2} {most:8.2}");
    }
    Ok(())
}
