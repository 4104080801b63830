//! Reads a directory of photographs, folder by folder, and says how many were read rightly.
//!
//! A folder holds `NAME.webp|png|jpg` with `NAME.txt` beside each, the text of its code; a folder whose name starts
//! with `falsepositives` holds pictures without any. Retail codes are compared as GTIN-14, other texts as they are.

#![expect(clippy::print_stdout, reason = "the table is what the command is for")]

use anyhow::{Context, Result};
use clap::Parser;
use ministore_scan::pixels::{PixelFormat, to_luma};
use ministore_scan::{Decoder, Effort, LumaBuf, Options, Symbology};
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(Parser)]
struct Arguments {
    /// The directory of folders.
    directory: PathBuf,
    /// Turn each picture by this many degrees first.
    #[arg(long, default_value_t = 0.0)]
    angle: f32,
    /// Look as hard as at a live frame only.
    #[arg(long)]
    live: bool,
    /// Microseconds to spend on a picture.
    #[arg(long, default_value_t = 100_000)]
    budget: u64,
    /// Only folders whose name contains this.
    #[arg(long, default_value = "")]
    only: String,
    /// Name the pictures that were not read.
    #[arg(long)]
    verbose: bool,
}

#[derive(Default)]
struct Tally {
    pictures: usize,
    right: usize,
    wrong: usize,
    missed: usize,
    millis: Vec<f64>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let effort = if arguments.live { Effort::Live } else { Effort::Picture };
    let options = Options { effort, ..Options::default() };
    let mut folders: Vec<PathBuf> = std::fs::read_dir(&arguments.directory)
        .with_context(|| format!("cannot list {}", arguments.directory.display()))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.is_dir() && path.to_string_lossy().contains(&arguments.only))
        .collect();
    folders.sort();
    println!(
        "{:24} {:>8} {:>6} {:>6} {:>6} {:>8} {:>8}",
        "folder", "pictures", "right", "wrong", "missed", "mean ms", "p95 ms"
    );
    let mut total = Tally::default();
    let mut without = Tally::default();
    for folder in folders {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let tally = read_folder(&folder, options, &arguments)?;
        print_row(&name, &tally);
        let sum = if name.starts_with("falsepositives") { &mut without } else { &mut total };
        if name.starts_with("datamatrix") {
            continue;
        }
        sum.pictures += tally.pictures;
        sum.right += tally.right;
        sum.wrong += tally.wrong;
        sum.missed += tally.missed;
        sum.millis.extend(tally.millis);
    }
    print_row("all but datamatrix", &total);
    Ok(())
}

fn print_row(name: &str, tally: &Tally) {
    let mut millis = tally.millis.clone();
    millis.sort_by(f64::total_cmp);
    let mean = millis.iter().sum::<f64>() / millis.len().max(1) as f64;
    let p95 =
        millis.get((millis.len() * 95 / 100).min(millis.len().saturating_sub(1))).copied().unwrap_or(0.0);
    println!(
        "{name:24} {:8} {:6} {:6} {:6} {mean:8.2} {p95:8.2}",
        tally.pictures, tally.right, tally.wrong, tally.missed
    );
}

fn read_folder(folder: &Path, options: Options, arguments: &Arguments) -> Result<Tally> {
    let mut pictures: Vec<PathBuf> = std::fs::read_dir(folder)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "webp" || e == "png" || e == "jpg"))
        .collect();
    pictures.sort();
    let is_empty =
        folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with("falsepositives"));
    let mut tally = Tally::default();
    for path in pictures {
        let expected = std::fs::read_to_string(path.with_extension("txt")).ok();
        if expected.is_none() && !is_empty {
            continue;
        }
        let picture = turned(load(&path)?, arguments.angle);
        tally.pictures += 1;
        let mut decoder = Decoder::new(options);
        let began = Instant::now();
        let outcome =
            decoder.decode(&picture.as_luma(), arguments.budget, &|| began.elapsed().as_micros() as u64);
        tally.millis.push(began.elapsed().as_secs_f64() * 1e3);
        let expected = expected.unwrap_or_default();
        let right = outcome.codes.iter().any(|code| same(code.symbology, &code.text, &expected));
        let wrong = outcome.codes.iter().find(|code| !same(code.symbology, &code.text, &expected));
        match (right, wrong) {
            (_, Some(code)) => {
                tally.wrong += 1;
                println!(
                    "  {} wrong: {:?} {:?}, not {expected:?}",
                    path.display(),
                    code.symbology,
                    code.text
                );
            }
            (true, None) => tally.right += 1,
            (false, None) => {
                tally.missed += 1;
                if arguments.verbose && !is_empty {
                    println!("  {} missed {expected:?} {:?}", path.display(), outcome.micros);
                }
            }
        }
    }
    Ok(tally)
}

fn load(path: &Path) -> Result<LumaBuf> {
    let image = image::open(path).with_context(|| format!("cannot read {}", path.display()))?.to_rgba8();
    let (width, height) = (image.width() as usize, image.height() as usize);
    // Clear pixels are paper.
    let mut bytes = image.into_raw();
    for pixel in bytes.chunks_exact_mut(4) {
        let opacity = u32::from(pixel[3]);
        for value in &mut pixel[..3] {
            *value = ((u32::from(*value) * opacity + 255 * (255 - opacity)) / 255) as u8;
        }
    }
    Ok(to_luma(PixelFormat::Rgba, width, height, width * 4, &bytes)?)
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

fn same(symbology: Symbology, text: &str, expected: &str) -> bool {
    let digits = |text: &str| text.trim_start_matches('0').to_owned();
    match symbology {
        Symbology::Ean13 | Symbology::Ean8 | Symbology::UpcA => digits(text) == digits(expected),
        Symbology::UpcE => expand(text).is_some_and(|long| digits(&long) == digits(expected)),
        Symbology::DataBar => {
            let element = format!("01{text}");
            digits(text) == digits(expected) || element == expected.trim_end()
        }
        _ => {
            let plain = |text: &str| text.replace(['\u{1d}', '\r'], "").trim_end_matches('\n').to_owned();
            plain(text) == plain(expected)
        }
    }
}

/// The twelve digits of a UPC-E.
fn expand(text: &str) -> Option<String> {
    let d: Vec<char> = text.chars().collect();
    let [s, a, b, c, x, e, f, k] = d[..] else { return None };
    Some(match f {
        '0'..='2' => format!("{s}{a}{b}{f}0000{c}{x}{e}{k}"),
        '3' => format!("{s}{a}{b}{c}00000{x}{e}{k}"),
        '4' => format!("{s}{a}{b}{c}{x}00000{e}{k}"),
        _ => format!("{s}{a}{b}{c}{x}{e}0000{f}{k}"),
    })
}
