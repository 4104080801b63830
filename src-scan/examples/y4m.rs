//! Renders codes into a Y4M video, one after another, with empty frames between: a camera for tests.

use anyhow::{Result, bail};
use clap::Parser;
use ministore_scan::Symbology;
use ministore_scan::synthetic::{Scene, Shot, write_y4m};
use std::path::PathBuf;

#[derive(Parser)]
struct Arguments {
    /// The file to write.
    out: PathBuf,
    /// Codes, separated by commas: 8, 12 or 13 digits are EAN-8, UPC-A or EAN-13, addresses are QR codes, the rest is
    /// Code 128. `qr:`, `code128:` in front choose.
    codes: String,
    /// Degrees that each code is turned by, clockwise.
    #[arg(long, default_value_t = 12.0, allow_negative_numbers = true)]
    angle: f32,
    /// Standard deviation of the blur, in pixels.
    #[arg(long, default_value_t = 0.8)]
    blur: f32,
    /// Seconds that each code is shown.
    #[arg(long, default_value_t = 2.0)]
    seconds: f32,
    /// What grain, packaging and motion are drawn from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let shots: Vec<Shot> = arguments
        .codes
        .split(',')
        .filter(|code| !code.is_empty())
        .map(|code| {
            let (symbology, text) = kind_of(code);
            Shot {
                seconds: arguments.seconds,
                angle: arguments.angle,
                blur: arguments.blur,
                ..Shot::new(symbology, text)
            }
        })
        .collect();
    if shots.is_empty() {
        bail!("no code was given");
    }
    write_y4m(&arguments.out, &Scene { shots, seed: arguments.seed, ..Scene::default() })?;
    Ok(())
}

fn kind_of(code: &str) -> (Symbology, &str) {
    if let Some(text) = code.strip_prefix("qr:") {
        return (Symbology::QrCode, text);
    }
    if let Some(text) = code.strip_prefix("code128:") {
        return (Symbology::Code128, text);
    }
    let digits = code.bytes().all(|byte| byte.is_ascii_digit());
    match code.len() {
        13 if digits => (Symbology::Ean13, code),
        12 if digits => (Symbology::UpcA, code),
        8 if digits => (Symbology::Ean8, code),
        _ if code.contains("://") => (Symbology::QrCode, code),
        _ => (Symbology::Code128, code),
    }
}
