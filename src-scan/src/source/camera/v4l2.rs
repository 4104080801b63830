//! Linux cameras asked directly, for what nokhwa cannot say: which nodes give pictures, in which modes, and frames in
//! the modes that it cannot carry.

use super::{CameraDescription, CaptureFormat, CaptureMode, pixels_in};
use crate::source::{Pixels, SourceError};
use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;
use v4l::buffer::Type;
use v4l::capability::Flags;
use v4l::frameinterval::FrameIntervalEnum;
use v4l::framesize::{FrameSizeEnum, Stepwise};
use v4l::io::traits::CaptureStream;
use v4l::prelude::MmapStream;
use v4l::video::Capture as _;
use v4l::video::capture::Parameters;
use v4l::{Device, Format, FourCC, Fraction};

/// Where the system lists its video nodes.
const NODES: &str = "/sys/class/video4linux";
/// A camera that gives no frame for so long has failed, whatever its driver says.
const PATIENCE: Duration = Duration::from_secs(5);
/// Sizes that are tried where a driver gives any between two bounds.
const USUAL_SIZES: [(u32, u32); 6] =
    [(640, 360), (640, 480), (800, 600), (1280, 720), (1280, 960), (1920, 1080)];

/// The nodes that give pictures, by number. One that we may not ask is among them, so that opening it says why.
pub(super) fn cameras() -> Vec<CameraDescription> {
    let entries = fs::read_dir(NODES).into_iter().flatten().flatten();
    let mut nodes: Vec<u32> = entries
        .filter_map(|entry| entry.file_name().to_str()?.strip_prefix("video")?.parse().ok())
        .filter(|node| gives_pictures(*node))
        .collect();
    nodes.sort_unstable();
    nodes.into_iter().map(describe).collect()
}

fn gives_pictures(node: u32) -> bool {
    match Device::new(node as usize).and_then(|device| device.query_caps()) {
        Ok(capabilities) => capabilities.capabilities.contains(Flags::VIDEO_CAPTURE | Flags::STREAMING),
        Err(error) => error.kind() == io::ErrorKind::PermissionDenied,
    }
}

fn describe(node: u32) -> CameraDescription {
    let id = node.to_string();
    let device = format!("/dev/video{id}");
    let name = fs::read_to_string(Path::new(NODES).join(format!("video{id}")).join("name"));
    let name = name.map_or_else(|_| device.clone(), |name| name.trim().to_owned());
    CameraDescription { id, name, description: device }
}

/// The number of the node that an id names.
pub(super) fn node_of(id: &str) -> Result<u32, SourceError> {
    id.parse().map_err(|_| SourceError::UnknownCamera { id: id.to_owned() })
}

/// The modes of a node in which frames can be read.
pub(super) fn modes(node: u32) -> Result<Vec<CaptureMode>, SourceError> {
    modes_of(&open(node)?).map_err(failure)
}

fn modes_of(device: &Device) -> io::Result<Vec<CaptureMode>> {
    let current = device.format().map(|format| (format.width, format.height)).ok();
    let mut modes = Vec::new();
    for description in device.enum_formats()? {
        let code = description.fourcc;
        let Some(format) = format_of(code) else { continue };
        // A driver may name no sizes: what it is set to is one.
        let sizes: Vec<(u32, u32)> = match device.enum_framesizes(code) {
            Ok(sizes) => sizes.iter().flat_map(|size| sizes_in(&size.size, current)).collect(),
            Err(_) => current.into_iter().collect(),
        };
        for (width, height) in sizes {
            let intervals = device.enum_frameintervals(code, width, height).unwrap_or_default();
            let mut intervals: Vec<Fraction> =
                intervals.iter().flat_map(|interval| intervals_in(&interval.interval)).collect();
            if intervals.is_empty() {
                // Told nowhere, it is taken to be the usual one.
                intervals
                    .push(device.params().map_or(Fraction::new(1, 30), |parameters| parameters.interval));
            }
            let named =
                intervals.iter().filter(|interval| interval.numerator > 0 && interval.denominator > 0);
            modes.extend(named.map(|interval| CaptureMode {
                format,
                width,
                height,
                interval: lowest_terms(interval.numerator, interval.denominator),
            }));
        }
    }
    Ok(modes)
}

fn sizes_in(size: &FrameSizeEnum, current: Option<(u32, u32)>) -> Vec<(u32, u32)> {
    match size {
        FrameSizeEnum::Discrete(size) => vec![(size.width, size.height)],
        FrameSizeEnum::Stepwise(steps) => {
            let mut sizes: Vec<(u32, u32)> =
                USUAL_SIZES.into_iter().chain(current).filter(|size| is_a_step(steps, *size)).collect();
            sizes.sort_unstable();
            sizes.dedup();
            sizes
        }
    }
}

fn is_a_step(steps: &Stepwise, (width, height): (u32, u32)) -> bool {
    let within = |side: u32, least: u32, most: u32, step: u32| {
        (least..=most).contains(&side) && (side - least).is_multiple_of(step.max(1))
    };
    within(width, steps.min_width, steps.max_width, steps.step_width)
        && within(height, steps.min_height, steps.max_height, steps.step_height)
}

fn intervals_in(interval: &FrameIntervalEnum) -> Vec<Fraction> {
    match interval {
        FrameIntervalEnum::Discrete(interval) => vec![*interval],
        FrameIntervalEnum::Stepwise(steps) => {
            let seconds =
                |interval: &Fraction| f64::from(interval.numerator) / f64::from(interval.denominator);
            let between = [Fraction::new(1, 30), Fraction::new(1, 25), Fraction::new(1, 15)];
            let (least, most) = (seconds(&steps.min), seconds(&steps.max));
            let between = between.into_iter().filter(|usual| (least..=most).contains(&seconds(usual)));
            [steps.min, steps.max].into_iter().chain(between).collect()
        }
    }
}

fn lowest_terms(numerator: u32, denominator: u32) -> (u32, u32) {
    let (mut a, mut b) = (numerator, denominator);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    (numerator / a, denominator / a)
}

fn format_of(code: FourCC) -> Option<CaptureFormat> {
    CaptureFormat::ALL.into_iter().find(|format| code_of(*format) == code)
}

fn code_of(format: CaptureFormat) -> FourCC {
    FourCC::new(match format {
        CaptureFormat::Grey => b"GREY",
        CaptureFormat::Nv12 => b"NV12",
        CaptureFormat::Yuyv => b"YUYV",
        CaptureFormat::Mjpeg => b"MJPG",
        CaptureFormat::Rgb => b"RGB3",
        CaptureFormat::Bgr => b"BGR3",
    })
}

fn open(node: u32) -> Result<Device, SourceError> {
    Device::new(node as usize).map_err(failure)
}

/// Puts a node into a mode that it offered; answers the distance of two rows in bytes, 0 where it does not apply.
pub(super) fn set(node: u32, mode: CaptureMode) -> Result<usize, SourceError> {
    set_on(&open(node)?, mode).map(|(_, stride)| stride)
}

/// As [`set`]; answers also what the driver granted.
fn set_on(device: &Device, mode: CaptureMode) -> Result<(CaptureMode, usize), SourceError> {
    let wanted = Format::new(mode.width, mode.height, code_of(mode.format));
    let format = device.set_format(&wanted).map_err(failure)?;
    let granted = format_of(format.fourcc).filter(|granted| *granted == mode.format);
    let granted = granted.ok_or(SourceError::NoFormat)?;
    // A source that sets its own rate (a video input) ignores this or refuses it.
    let wanted = Fraction::new(mode.interval.0, mode.interval.1);
    let interval = match device.set_params(&Parameters::new(wanted)).map(|set| set.interval) {
        Ok(set) if set.numerator > 0 && set.denominator > 0 => lowest_terms(set.numerator, set.denominator),
        _ => mode.interval,
    };
    Ok((
        CaptureMode { format: granted, width: format.width, height: format.height, interval },
        format.stride as usize,
    ))
}

/// A node that is streaming.
pub(super) struct Capture {
    stream: MmapStream<'static>,
    mode: CaptureMode,
    stride: usize,
}

impl Capture {
    /// Starts a node in a mode that it offered.
    pub(super) fn open(node: u32, mode: CaptureMode) -> Result<Self, SourceError> {
        let device = open(node)?;
        let (mode, stride) = set_on(&device, mode)?;
        let mut stream = MmapStream::new(&device, Type::VideoCapture).map_err(failure)?;
        stream.set_timeout(PATIENCE);
        Ok(Self { stream, mode, stride })
    }

    /// The mode that the driver granted.
    pub(super) fn mode(&self) -> CaptureMode {
        self.mode
    }

    /// Waits for the next frame, five seconds at most.
    pub(super) fn pixels(&mut self) -> Result<Pixels, SourceError> {
        let (buffer, about) = CaptureStream::next(&mut self.stream).map_err(lost)?;
        // Some drivers leave the count at 0 for pictures that fill the buffer.
        let filled = match about.bytesused as usize {
            0 => buffer.len(),
            filled => filled.min(buffer.len()),
        };
        let (width, height) = (self.mode.width as usize, self.mode.height as usize);
        pixels_in(self.mode.format, width, height, self.stride, &buffer[..filled])
    }
}

fn failure(error: io::Error) -> SourceError {
    let message = error.to_string();
    match error.raw_os_error() {
        Some(libc::EACCES | libc::EPERM) => SourceError::Refused { message },
        Some(libc::EBUSY) => SourceError::Busy { message },
        Some(libc::ENODEV | libc::ENOENT | libc::ENXIO) => SourceError::Unplugged { message },
        _ if error.kind() == io::ErrorKind::TimedOut => {
            SourceError::Camera { message: format!("no frame for {} seconds", PATIENCE.as_secs()) }
        }
        _ => SourceError::Camera { message },
    }
}

/// As [`failure`], for a camera that gave frames before: an I/O error then is a cable pulled out.
fn lost(error: io::Error) -> SourceError {
    match error.raw_os_error() {
        Some(libc::EIO) => SourceError::Unplugged { message: error.to_string() },
        _ => failure(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_told_apart_by_number() {
        let of = |code| failure(io::Error::from_raw_os_error(code));
        assert!(matches!(of(libc::EACCES), SourceError::Refused { .. }));
        assert!(matches!(of(libc::EBUSY), SourceError::Busy { .. }));
        assert!(matches!(of(libc::ENODEV), SourceError::Unplugged { .. }));
        assert!(matches!(of(libc::EIO), SourceError::Camera { .. }));
        assert!(matches!(lost(io::Error::from_raw_os_error(libc::EIO)), SourceError::Unplugged { .. }));
    }

    #[test]
    fn a_rate_is_told_in_its_lowest_terms() {
        assert_eq!(lowest_terms(1000, 25_000), (1, 25));
        assert_eq!(lowest_terms(12_375, 742_500), (1, 60));
        assert_eq!(lowest_terms(1001, 30_000), (1001, 30_000));
    }

    #[test]
    fn sizes_between_bounds_are_whole_steps() {
        let steps = Stepwise {
            min_width: 16,
            max_width: 1280,
            step_width: 16,
            min_height: 16,
            max_height: 1024,
            step_height: 16,
        };
        let sizes = sizes_in(&FrameSizeEnum::Stepwise(steps), Some((720, 576)));
        assert_eq!(sizes, [(640, 480), (720, 576), (1280, 720), (1280, 960)]);
    }
}
