//! Reads folders of pictures and says how many were read rightly, and how long one took.
//!
//! A folder holds `NAME.webp|png|jpg` with `NAME.txt` beside each, the text of its code (or `NAME.bin`, its bytes); a
//! folder whose name starts with `falsepositives` holds pictures without any. Retail codes are compared as GTIN-14,
//! other texts as they are. Loading a picture is not timed.

#![expect(clippy::print_stdout, reason = "the table is what the command is for")]

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use ministore_core::gtin::Gtin;
use ministore_scan::source::folder;
use ministore_scan::{Decoder, Detection, Effort, LumaBuf, Options, Symbologies, Symbology};
use serde::Serialize;

#[derive(Parser)]
struct Arguments {
    /// Folders of pictures, or directories of such folders.
    #[arg(required = true)]
    folders: Vec<PathBuf>,
    /// Write one JSON object and nothing else.
    #[arg(long)]
    json: bool,
    /// With `--json`, the milliseconds of every picture as well.
    #[arg(long, requires = "json")]
    millis: bool,
    /// Pictures that are read at the same time.
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Look as hard as at a live frame only.
    #[arg(long)]
    live: bool,
    /// Look for every kind of code, not only for those that shops use.
    #[arg(long)]
    all: bool,
    /// Microseconds after which no further way of reading a picture is begun.
    #[arg(long, default_value_t = 2200)]
    budget: u64,
    /// Turn each picture by this many degrees first, on white paper.
    #[arg(long, default_value_t = 0.0, allow_negative_numbers = true)]
    angle: f32,
    /// Name the pictures that were missed, with the microseconds of each stage.
    #[arg(long)]
    missed: bool,
    /// Write what was read in every picture as one JSON line each instead of the table.
    #[arg(long, conflicts_with = "json")]
    readings: bool,
}

/// A folder's row.
#[derive(Serialize, Default, Clone)]
struct Row {
    name: String,
    images: usize,
    right: usize,
    wrong: usize,
    missed: usize,
    /// Codes found where there are none.
    false_positives: usize,
    mean_ms: f64,
    p50_ms: f64,
    p95_ms: f64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    wrong_names: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    millis: Vec<f64>,
}

#[derive(Serialize)]
struct Report {
    folders: Vec<Row>,
    total: Row,
}

/// A picture's outcome.
struct Verdict {
    path: PathBuf,
    millis: f64,
    codes: Vec<Detection>,
    right: bool,
    wrong: bool,
    detail: String,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let mut report = Report { folders: Vec::new(), total: Row { name: "total".into(), ..Row::default() } };
    for given in &arguments.folders {
        for folder in folders_in(given)? {
            let row = read_folder(&folder, &arguments)?;
            let total = &mut report.total;
            total.images += row.images;
            total.right += row.right;
            total.wrong += row.wrong;
            total.missed += row.missed;
            total.false_positives += row.false_positives;
            total.millis.extend(&row.millis);
            report.folders.push(row);
        }
    }
    ensure!(!report.folders.is_empty(), "there is no picture in what was given");
    settle(&mut report.total);
    if !arguments.millis {
        report.folders.iter_mut().chain([&mut report.total]).for_each(|row| row.millis.clear());
    }
    if arguments.json {
        println!("{}", serde_json::to_string(&report)?);
    } else if !arguments.readings {
        print_table(&report);
    }
    Ok(())
}

/// The folder itself where it holds pictures, else the folders in it.
fn folders_in(given: &Path) -> Result<Vec<PathBuf>> {
    if !folder::pictures(given)?.is_empty() {
        return Ok(vec![given.to_owned()]);
    }
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(given).with_context(|| format!("cannot list {}", given.display()))? {
        let path = entry?.path();
        if path.is_dir() && !folder::pictures(&path)?.is_empty() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

fn read_folder(folder: &Path, arguments: &Arguments) -> Result<Row> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let is_empty = name.starts_with("falsepositives");
    let pictures: Vec<PathBuf> =
        folder::pictures(folder)?.into_iter().filter(|path| is_empty || expected(path).is_some()).collect();
    let next = AtomicUsize::new(0);
    let verdicts = Mutex::new(Vec::with_capacity(pictures.len()));
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..arguments.threads.max(1))
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    while let Some(path) = pictures.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let verdict = read_picture(path, is_empty, arguments)?;
                        verdicts.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(verdict);
                    }
                    Ok(())
                })
            })
            .collect();
        readers
            .into_iter()
            .try_for_each(|reader| reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })?;
    let mut verdicts = verdicts.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    verdicts.sort_by(|a, b| a.path.cmp(&b.path));
    let mut row = Row { name, images: verdicts.len(), ..Row::default() };
    for verdict in verdicts {
        row.millis.push(verdict.millis);
        let file = verdict.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if is_empty {
            row.false_positives += verdict.codes.len();
        } else if verdict.wrong {
            row.wrong += 1;
        } else if verdict.right {
            row.right += 1;
        } else {
            row.missed += 1;
        }
        if (is_empty && !verdict.codes.is_empty()) || verdict.wrong {
            let texts: Vec<&str> = verdict.codes.iter().map(|code| code.text.as_str()).collect();
            row.wrong_names.push(format!("{file}: {}", texts.join(", ")));
        }
        if arguments.missed && !verdict.right {
            eprintln!("{}/{file}: {}", row.name, verdict.detail);
        }
        if arguments.readings {
            let codes: Vec<(Symbology, &str)> =
                verdict.codes.iter().map(|code| (code.symbology, code.text.as_str())).collect();
            println!("{}", serde_json::to_string(&(&row.name, &file, codes, verdict.millis))?);
        }
    }
    settle(&mut row);
    Ok(row)
}

fn read_picture(path: &Path, is_empty: bool, arguments: &Arguments) -> Result<Verdict> {
    let picture = turned(folder::load(path)?, arguments.angle);
    let effort = if arguments.live { Effort::Live } else { Effort::Picture };
    let symbologies = if arguments.all { Symbologies::ALL } else { Symbologies::RETAIL };
    let mut decoder = Decoder::new(Options { effort, symbologies });
    let began = Instant::now();
    let outcome =
        decoder.decode(&picture.as_luma(), arguments.budget, &|| began.elapsed().as_micros() as u64);
    let millis = began.elapsed().as_secs_f64() * 1e3;
    let expected = if is_empty { None } else { expected(path) };
    let is_right = |code: &Detection| expected.as_deref().is_some_and(|text| same(code, text));
    Ok(Verdict {
        path: path.to_owned(),
        millis,
        right: outcome.codes.iter().any(is_right),
        wrong: !outcome.codes.iter().all(is_right),
        detail: format!("{:?} expected, {:?}", expected.as_deref().unwrap_or_default(), outcome.micros),
        codes: outcome.codes,
    })
}

/// What the picture's code says, where a file beside it tells. Bytes are taken as Latin-1.
fn expected(picture: &Path) -> Option<String> {
    let text = std::fs::read_to_string(picture.with_extension("txt")).ok();
    let bytes = || std::fs::read(picture.with_extension("bin")).ok();
    text.or_else(|| Some(bytes()?.into_iter().map(char::from).collect()))
}

fn settle(row: &mut Row) {
    row.millis.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let index = (row.millis.len() as f64 * share) as usize;
        row.millis.get(index.min(row.millis.len().saturating_sub(1))).copied().unwrap_or_default()
    };
    (row.p50_ms, row.p95_ms) = (at(0.5), at(0.95));
    row.mean_ms = row.millis.iter().sum::<f64>() / row.millis.len().max(1) as f64;
}

fn print_table(report: &Report) {
    println!(
        "{:24} {:>8} {:>6} {:>6} {:>6} {:>9} {:>8} {:>8} {:>8}",
        "folder", "pictures", "right", "wrong", "missed", "false pos", "mean ms", "p50 ms", "p95 ms"
    );
    for row in report.folders.iter().chain([&report.total]) {
        println!(
            "{:24} {:8} {:6} {:6} {:6} {:9} {:8.2} {:8.2} {:8.2}",
            row.name,
            row.images,
            row.right,
            row.wrong,
            row.missed,
            row.false_positives,
            row.mean_ms,
            row.p50_ms,
            row.p95_ms
        );
        for name in &row.wrong_names {
            println!("    wrong: {name}");
        }
    }
}

/// The picture turned about its middle on white paper large enough to hold it.
fn turned(picture: LumaBuf, degrees: f32) -> LumaBuf {
    if degrees == 0.0 {
        return picture;
    }
    let luma = picture.as_luma();
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (w, h) = (luma.width() as f32, luma.height() as f32);
    let width = (w * cos.abs() + h * sin.abs()).ceil() as usize;
    let height = (w * sin.abs() + h * cos.abs()).ceil() as usize;
    let mut pixels = vec![255u8; width * height];
    for y in 0..height {
        for x in 0..width {
            let (dx, dy) = (x as f32 - width as f32 / 2.0, y as f32 - height as f32 / 2.0);
            let (u, v) = (dx * cos + dy * sin + w / 2.0, -dx * sin + dy * cos + h / 2.0);
            if u >= 0.0 && v >= 0.0 && u <= w - 1.0 && v <= h - 1.0 {
                pixels[y * width + x] = luma.sample(u, v).round() as u8;
            }
        }
    }
    LumaBuf::new(width, height, pixels).unwrap_or(picture)
}

fn same(code: &Detection, expected: &str) -> bool {
    let digits = |text: &str| text.trim_start_matches('0').to_owned();
    let text = code.text.as_str();
    match code.symbology {
        Symbology::Ean13 | Symbology::Ean8 | Symbology::UpcA => digits(text) == digits(expected.trim_end()),
        Symbology::UpcE if text == expected.trim_end() => true,
        Symbology::UpcE => {
            Gtin::parse_upc_e(text).is_ok_and(|long| digits(&long.to_string()) == digits(expected.trim_end()))
        }
        Symbology::DataBar => {
            let element = format!("01{text}");
            digits(text) == digits(expected.trim_end()) || element == expected.trim_end()
        }
        _ => {
            let plain = |text: &str| text.replace(['\u{1d}', '\r'], "").trim_end_matches('\n').to_owned();
            plain(text) == plain(expected)
        }
    }
}
