//! Pictures and films of any bytes.

use std::cell::Cell;
use std::path::Path;

use ministore_core::gtin::Gtin;
use ministore_scan::pixels::{PixelFormat, to_luma};
use ministore_scan::source::y4m::{Playback, Reader};
use ministore_scan::source::{FrameSource, SourceError};
use ministore_scan::{Decoder, Effort, Luma, Options, Outcome, Symbologies, Symbology};

/// The largest side of a picture that is made here, in pixels.
const MOST_SIDE: usize = 320;
/// Readings of the clock after the budget is spent: one by each region and each stage that is not begun any more, and
/// those that tell where the time went.
const MOST_READINGS_BEYOND: u64 = 16;
/// Readings of the clock in a frame without a budget: one after each line and before each stage. Six regions have 21
/// lines and four ways against blur with nine lines, the whole picture has 62.
const MOST_READINGS: u64 = 512;
/// Codes in a picture of [`MOST_SIDE`].
const MOST_CODES: usize = 256;
/// Characters in the largest symbol there is: QR Code, version 40, digits (ISO/IEC 18004, table 7), many times over for
/// what stands for one character in UTF-8 and for character set switches.
const MOST_TEXT: usize = 4 * 7_089;

/// Numbers from the front of `data`; zero once it has ended.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    fn short(&mut self) -> usize {
        usize::from(u16::from_le_bytes([self.byte(), self.byte()]))
    }
}

/// Decodes a picture. The first bytes say its size and how it is made of the rest: as it is, or each byte a bar or a
/// module of several pixels, so that few bytes can be a code.
pub fn decode(data: &[u8]) {
    let mut numbers = Numbers(data);
    let how = numbers.byte();
    let (width, height, stride) = (numbers.short(), numbers.short(), numbers.short());
    let budget = numbers.byte();
    let effort = if how & 1 == 0 { Effort::Live } else { Effort::Picture };
    let symbologies = if how & 2 == 0 { Symbologies::RETAIL } else { Symbologies::ALL };
    let mut decoder = Decoder::new(Options { symbologies, effort });
    let bytes = numbers.0;

    if let Ok(luma) = Luma::new(width, height, stride, bytes) {
        look(&mut decoder, &luma, budget);
    }
    let scale = usize::from(how >> 2 & 7) + 1;
    let is_bars = how & 32 != 0;
    let (width, height) = (width % MOST_SIDE + 1, height % MOST_SIDE + 1);
    let columns = width.div_ceil(scale);
    let pixels: Vec<u8> = (0..width * height)
        .map(|index| {
            let (x, y) = (index % width / scale, index / width / scale);
            let at = if is_bars { x } else { y * columns + x };
            let byte = bytes.get(at).copied().unwrap_or(255);
            // Bits make sharper pictures than bytes do.
            if how & 64 == 0 { byte } else { (byte & 1) * 255 }
        })
        .collect();
    if let Ok(luma) = Luma::new(width, height, width, &pixels) {
        look(&mut decoder, &luma, budget);
    }
    // What was kept from a frame must not matter to one of another size.
    if how & 128 != 0
        && let Ok(luma) = Luma::new(height, width, height, &pixels)
    {
        look(&mut decoder, &luma, budget);
    }
}

/// Decodes within `budget` readings of a clock that goes on by one with each; 255 is without end.
fn look(decoder: &mut Decoder, luma: &Luma<'_>, budget: u8) {
    let readings = Cell::new(0u64);
    let clock = || {
        readings.set(readings.get() + 1);
        readings.get()
    };
    let budget = if budget == u8::MAX { u64::MAX } else { budget.into() };
    let outcome = decoder.decode(luma, budget, &clock);
    let most = budget.saturating_add(MOST_READINGS_BEYOND).min(MOST_READINGS);
    assert!(readings.get() <= most, "{} readings of the clock for a budget of {budget}", readings.get());
    check(&outcome);
}

fn check(outcome: &Outcome) {
    assert!(outcome.codes.len() <= MOST_CODES, "{} codes", outcome.codes.len());
    for code in &outcome.codes {
        assert!(!code.text.is_empty(), "{code:?}");
        let is_right = match code.symbology {
            Symbology::Ean13 | Symbology::Ean8 | Symbology::UpcA | Symbology::Itf14 | Symbology::DataBar => {
                Gtin::parse(&code.text).is_ok()
            }
            Symbology::UpcE => Gtin::parse_upc_e(&code.text).is_ok(),
            _ => true,
        };
        assert!(is_right, "a wrong check digit was answered: {code:?}");
        assert!(code.text.len() <= MOST_TEXT, "{} bytes of text", code.text.len());
        assert!((0.0..=1.0).contains(&code.confidence), "{code:?}");
        assert!(code.points.iter().all(|point| point.x.is_finite() && point.y.is_finite()), "{code:?}");
    }
}

/// Takes the luminance out of a picture in each format, with the sizes as they come.
pub fn luma(data: &[u8]) {
    let mut numbers = Numbers(data);
    let format = match numbers.byte() % 5 {
        0 => PixelFormat::Grey,
        1 => PixelFormat::Yuyv,
        2 => PixelFormat::Nv12,
        3 => PixelFormat::Rgb,
        _ => PixelFormat::Rgba,
    };
    let unit = if numbers.byte() == 0 { usize::MAX / 16_384 } else { 1 };
    let mut side = || numbers.short().saturating_mul(unit);
    let (width, height, stride) = (side(), side(), side());
    let bytes = numbers.0;
    for (width, height, stride) in [(width, height, stride), (width % 64, height % 64, stride % 256)] {
        if let Ok(luma) = to_luma(format, width, height, stride, bytes) {
            assert_eq!((luma.width(), luma.height()), (width, height));
            assert_eq!(luma.pixels().len(), width * height);
            assert!(luma.pixels().len() <= bytes.len(), "a pixel out of nothing");
        }
    }
}

/// Plays a film that is kept at `path` meanwhile. Errors where that cannot be written.
pub fn y4m(path: &Path, data: &[u8]) -> std::io::Result<()> {
    std::fs::write(path, data)?;
    for looping in [false, true] {
        let Ok(mut reader) = Reader::open(path, Playback { looping, real_time: false }) else { continue };
        let (width, height) = reader.size();
        // No frame takes fewer bytes than its first line, so more of them have been played again.
        for _ in 0..data.len() {
            match reader.next_frame() {
                Ok(Some(frame)) => {
                    assert!(frame.at().is_finite());
                    let luma = frame.luma();
                    assert!(luma.is_ok_and(|luma| (luma.width(), luma.height()) == (width, height)));
                    assert!(width * height <= data.len(), "a frame larger than its file");
                }
                Ok(None) => break,
                Err(error) => {
                    let about_file =
                        matches!(error, SourceError::File { .. } | SourceError::Malformed { .. });
                    assert!(about_file, "{error}");
                    break;
                }
            }
        }
    }
    Ok(())
}
