//! Live cameras through nokhwa: V4L2 on Linux, Media Foundation on Windows, AVFoundation on macOS.
//!
//! Opening and reading block: give a camera its own thread. Luminance is taken straight out of the camera's format;
//! colour is only made for a preview.
//!
//! On Linux the modes are asked of the driver itself, and a mode that nokhwa cannot carry is read without it (`v4l2`):
//! nokhwa 0.10 knows greyscale by a code that no driver uses, only rates of a whole number of frames, and nothing of
//! rows with padding.

#[cfg(target_os = "linux")]
mod v4l2;

use crate::pixels::PixelFormat;
use crate::source::jpeg;
use crate::source::{Frame, FrameSource, Pixels, SourceError};
use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;
use nokhwa::utils::{CameraFormat, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType};
use nokhwa::{Buffer, Camera, NokhwaError};
use std::fmt;
use std::time::Instant;
use zune_jpeg::zune_core::colorspace::ColorSpace;

/// A camera that is connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CameraDescription {
    /// Names it until it is unplugged.
    pub id: String,
    /// What its maker calls it.
    pub name: String,
    /// Where it is connected.
    pub description: String,
}

/// How a camera lays out its pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptureFormat {
    /// One luminance byte a pixel.
    Grey,
    /// A luminance plane, then interleaved chroma at half size.
    Nv12,
    /// Packed 4:2:2, luminance in every even byte.
    Yuyv,
    /// A JPEG file a frame.
    Mjpeg,
    /// Three bytes a pixel: red, green, blue.
    Rgb,
    /// Three bytes a pixel: blue, green, red.
    Bgr,
}

impl CaptureFormat {
    /// Every format that can be read, the one with the least work before luminance first.
    pub const ALL: [Self; 6] = [Self::Grey, Self::Nv12, Self::Yuyv, Self::Mjpeg, Self::Rgb, Self::Bgr];

    fn from_nokhwa(format: FrameFormat) -> Self {
        match format {
            FrameFormat::GRAY => Self::Grey,
            FrameFormat::NV12 => Self::Nv12,
            FrameFormat::YUYV => Self::Yuyv,
            FrameFormat::MJPEG => Self::Mjpeg,
            FrameFormat::RAWRGB => Self::Rgb,
            FrameFormat::RAWBGR => Self::Bgr,
        }
    }

    fn to_nokhwa(self) -> FrameFormat {
        match self {
            Self::Grey => FrameFormat::GRAY,
            Self::Nv12 => FrameFormat::NV12,
            Self::Yuyv => FrameFormat::YUYV,
            Self::Mjpeg => FrameFormat::MJPEG,
            Self::Rgb => FrameFormat::RAWRGB,
            Self::Bgr => FrameFormat::RAWBGR,
        }
    }
}

impl fmt::Display for CaptureFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Grey => "GREY",
            Self::Nv12 => "NV12",
            Self::Yuyv => "YUYV",
            Self::Mjpeg => "MJPEG",
            Self::Rgb => "RGB",
            Self::Bgr => "BGR",
        })
    }
}

/// A way in which a camera gives its pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaptureMode {
    /// How the pictures are laid out.
    pub format: CaptureFormat,
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// How long a frame lasts, in seconds, as numerator and denominator: neither is zero.
    pub interval: (u32, u32),
}

impl CaptureMode {
    /// Frames in a second.
    pub fn frames_per_second(&self) -> f64 {
        f64::from(self.interval.1) / f64::from(self.interval.0)
    }

    fn from_nokhwa(format: CameraFormat) -> Self {
        Self {
            format: CaptureFormat::from_nokhwa(format.format()),
            width: format.width(),
            height: format.height(),
            interval: (1, format.frame_rate().max(1)),
        }
    }

    /// The same for nokhwa, where it has words for it.
    fn to_nokhwa(self) -> Option<CameraFormat> {
        let (1, rate) = self.interval else { return None };
        Some(CameraFormat::new_from(self.width, self.height, self.format.to_nokhwa(), rate))
    }
}

impl fmt::Display for CaptureMode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { format, width, height, .. } = self;
        write!(formatter, "{width}×{height} {format} at {:.2}/s", self.frames_per_second())
    }
}

/// What to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CameraChoice {
    /// The [`CameraDescription::id`], or its [`CameraDescription::name`]; the first that works if left out.
    pub id: Option<String>,
    /// Width to come close to, in pixels.
    pub width: u32,
    /// Height to come close to, in pixels.
    pub height: u32,
    /// Frames in a second above which more bring nothing.
    pub frames_per_second: u32,
    /// The formats that may be used, in the order in which they are liked at equal size and rate.
    pub formats: Vec<CaptureFormat>,
}

impl Default for CameraChoice {
    fn default() -> Self {
        Self {
            id: None,
            width: 1280,
            height: 720,
            frames_per_second: 30,
            formats: CaptureFormat::ALL.to_vec(),
        }
    }
}

/// The cameras that are connected, in the system's order; none is an empty list.
///
/// Only what gives pictures: a driver's nodes for metadata or for output are left out.
pub fn list() -> Result<Vec<CameraDescription>, SourceError> {
    #[cfg(target_os = "linux")]
    return Ok(v4l2::cameras());
    #[cfg(not(target_os = "linux"))]
    Ok(nokhwa::query(nokhwa::utils::ApiBackend::Auto)
        .map_err(|error| failure(&error))?
        .iter()
        .map(|info| CameraDescription {
            id: info.index().as_string(),
            name: info.human_name(),
            description: info.description().to_owned(),
        })
        .collect())
}

/// The modes of the camera with this id in which frames can be read.
pub fn modes(id: &str) -> Result<Vec<CaptureMode>, SourceError> {
    #[cfg(target_os = "linux")]
    return v4l2::modes(v4l2::node_of(id)?);
    #[cfg(not(target_os = "linux"))]
    {
        let mut camera = open_in_any_mode(id)?;
        let offered = camera.compatible_camera_formats().map_err(|error| failure(&error))?;
        Ok(offered.into_iter().map(CaptureMode::from_nokhwa).collect())
    }
}

/// What frames come out of.
enum Feed {
    Nokhwa {
        camera: Camera,
        /// Bytes from row to row, which nokhwa does not tell; 0 where they are packed.
        stride: usize,
    },
    #[cfg(target_os = "linux")]
    V4l2(v4l2::Capture),
}

impl Feed {
    #[cfg(target_os = "linux")]
    fn open(id: &str, choice: &CameraChoice) -> Result<Self, SourceError> {
        let node = v4l2::node_of(id)?;
        let mode = best_mode(&v4l2::modes(node)?, choice).ok_or(SourceError::NoFormat)?;
        // nokhwa refuses a camera that was last used in a format or at a rate that it has no words for, even where it
        // is to be used in another.
        let stride = v4l2::set(node, mode)?;
        // What nokhwa calls grey is not what drivers call so.
        if let Some(format) = mode.to_nokhwa().filter(|_| mode.format != CaptureFormat::Grey) {
            let formats = [format.format()];
            let request = RequestedFormat::with_formats(RequestedFormatType::Exact(format), &formats);
            let opened = Camera::new(CameraIndex::Index(node), request).and_then(|mut camera| {
                camera.open_stream()?;
                Ok(camera)
            });
            match opened.map_err(|error| failure(&error)) {
                Ok(camera) => return Ok(Self::Nokhwa { camera, stride }),
                Err(
                    error @ (SourceError::Refused { .. }
                    | SourceError::Busy { .. }
                    | SourceError::Unplugged { .. }),
                ) => return Err(error),
                // A driver may tell a rate of whole frames by another fraction, or tell none.
                Err(_) => {}
            }
        }
        v4l2::Capture::open(node, mode).map(Self::V4l2)
    }

    #[cfg(not(target_os = "linux"))]
    fn open(id: &str, choice: &CameraChoice) -> Result<Self, SourceError> {
        let mut camera = open_in_any_mode(id)?;
        let offered = camera.compatible_camera_formats().map_err(|error| failure(&error))?;
        let offered: Vec<CaptureMode> = offered.into_iter().map(CaptureMode::from_nokhwa).collect();
        let best =
            best_mode(&offered, choice).and_then(CaptureMode::to_nokhwa).ok_or(SourceError::NoFormat)?;
        if camera.camera_format() != best {
            let formats = [best.format()];
            let exact = RequestedFormat::with_formats(RequestedFormatType::Exact(best), &formats);
            camera.set_camera_requset(exact).map_err(|error| failure(&error))?;
        }
        camera.open_stream().map_err(|error| failure(&error))?;
        Ok(Self::Nokhwa { camera, stride: 0 })
    }

    fn mode(&self) -> CaptureMode {
        match self {
            Self::Nokhwa { camera, .. } => CaptureMode::from_nokhwa(camera.camera_format()),
            #[cfg(target_os = "linux")]
            Self::V4l2(capture) => capture.mode(),
        }
    }

    fn pixels(&mut self) -> Result<Pixels, SourceError> {
        match self {
            Self::Nokhwa { camera, stride } => {
                pixels_of(&camera.frame().map_err(|error| lost(&error))?, *stride)
            }
            #[cfg(target_os = "linux")]
            Self::V4l2(capture) => capture.pixels(),
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn open_in_any_mode(id: &str) -> Result<Camera, SourceError> {
    let index = id.parse().map_or_else(|_| CameraIndex::String(id.to_owned()), CameraIndex::Index);
    let formats = CaptureFormat::ALL.map(CaptureFormat::to_nokhwa);
    let any = RequestedFormat::with_formats(RequestedFormatType::None, &formats);
    Camera::new(index, any).map_err(|error| failure(&error))
}

/// An open camera.
///
/// Once it is unplugged, [`FrameSource::next_frame`] answers [`SourceError::Unplugged`], at once and each time, until
/// [`Self::reopen`] finds it again.
pub struct CameraSource {
    /// None once it was unplugged: a handle that is kept would keep the system from giving its id anew.
    feed: Option<Feed>,
    mode: CaptureMode,
    description: CameraDescription,
    choice: CameraChoice,
    opened: Instant,
}

impl CameraSource {
    /// Opens a camera in the mode nearest to what is wanted.
    pub fn open(choice: &CameraChoice) -> Result<Self, SourceError> {
        let cameras = list()?;
        let Some(id) = &choice.id else {
            let mut first_error = None;
            for camera in cameras {
                match Self::open_one(camera, choice) {
                    Ok(source) => return Ok(source),
                    Err(error) => first_error = first_error.or(Some(error)),
                }
            }
            return Err(first_error.unwrap_or(SourceError::NoCamera));
        };
        let named = cameras.iter().find(|camera| camera.id == *id);
        let named = named.or_else(|| cameras.iter().find(|camera| camera.name == *id));
        let camera = named.ok_or_else(|| SourceError::UnknownCamera { id: id.clone() })?;
        Self::open_one(camera.clone(), choice)
    }

    fn open_one(description: CameraDescription, choice: &CameraChoice) -> Result<Self, SourceError> {
        let feed = Feed::open(&description.id, choice)?;
        let mode = feed.mode();
        Ok(Self { feed: Some(feed), mode, description, choice: choice.clone(), opened: Instant::now() })
    }

    /// Opens the same camera again, as it was chosen, after it was unplugged and plugged in. Frames go on in the time
    /// that they had. Answers [`SourceError::Unplugged`] as long as it is not back: ask again a little later.
    ///
    /// It is known by its name, because the system may have given its id to another: of several cameras with the same
    /// name, the one with the same id, else the first.
    pub fn reopen(&mut self) -> Result<(), SourceError> {
        self.feed = None;
        let cameras = list()?;
        let mut same_name = cameras.iter().filter(|camera| camera.name == self.description.name);
        let camera = cameras
            .iter()
            .find(|camera| camera.name == self.description.name && camera.id == self.description.id)
            .or_else(|| same_name.next())
            .ok_or_else(|| self.unplugged())?;
        let feed = Feed::open(&camera.id, &self.choice)?;
        self.mode = feed.mode();
        self.description = camera.clone();
        self.feed = Some(feed);
        Ok(())
    }

    fn unplugged(&self) -> SourceError {
        SourceError::Unplugged { message: format!("{} is not connected", self.description.name) }
    }

    /// The camera that was opened.
    pub fn description(&self) -> &CameraDescription {
        &self.description
    }

    /// The mode as negotiated with the driver.
    pub fn mode(&self) -> CaptureMode {
        self.mode
    }

    /// Whether frames come through nokhwa: false where the mode is one that it cannot carry.
    pub fn is_through_nokhwa(&self) -> bool {
        matches!(self.feed, Some(Feed::Nokhwa { .. }))
    }

    /// Gives the camera back to the system.
    pub fn close(self) -> Result<(), SourceError> {
        match self.feed {
            Some(Feed::Nokhwa { mut camera, .. }) => camera.stop_stream().map_err(|error| failure(&error)),
            _ => Ok(()),
        }
    }
}

impl FrameSource for CameraSource {
    fn next_frame(&mut self) -> Result<Option<Frame>, SourceError> {
        let Some(feed) = &mut self.feed else { return Err(self.unplugged()) };
        match feed.pixels() {
            Ok(pixels) => Ok(Some(Frame::new(pixels, self.opened.elapsed().as_secs_f64() * 1000.0))),
            Err(error) => {
                if matches!(error, SourceError::Unplugged { .. }) {
                    self.feed = None;
                }
                Err(error)
            }
        }
    }
}

fn pixels_of(buffer: &Buffer, stride: usize) -> Result<Pixels, SourceError> {
    let size = buffer.resolution();
    let format = CaptureFormat::from_nokhwa(buffer.source_frame_format());
    pixels_in(format, size.width() as usize, size.height() as usize, stride, buffer.buffer())
}

/// The picture in a camera's bytes. Rows are `stride` bytes apart, or packed where it is 0; what comes after the
/// picture is left out.
fn pixels_in(
    format: CaptureFormat,
    width: usize,
    height: usize,
    stride: usize,
    bytes: &[u8],
) -> Result<Pixels, SourceError> {
    let (layout, planes) = match format {
        CaptureFormat::Mjpeg => return Ok(Pixels::Jpeg(jpeg::first_file(bytes).to_vec())),
        CaptureFormat::Grey => (PixelFormat::Grey, height),
        CaptureFormat::Nv12 => (PixelFormat::Nv12, height + height.div_ceil(2)),
        CaptureFormat::Yuyv => (PixelFormat::Yuyv, height),
        CaptureFormat::Rgb | CaptureFormat::Bgr => (PixelFormat::Rgb, height),
    };
    let row = layout.row_bytes(width);
    let stride = if stride == 0 { row } else { stride };
    crate::luma::check_rows(width, planes, stride, row, bytes.len())?;
    let mut packed = Vec::with_capacity(row * planes);
    for line in bytes.chunks(stride).take(planes) {
        packed.extend_from_slice(&line[..row]);
    }
    if format == CaptureFormat::Bgr {
        packed.chunks_exact_mut(3).for_each(|pixel| pixel.swap(0, 2));
    }
    Ok(Pixels::Raw { format: layout, width, height, bytes: packed })
}

/// The offered mode to use: fast enough first, then near in size, then cheap to read.
fn best_mode(offered: &[CaptureMode], choice: &CameraChoice) -> Option<CaptureMode> {
    // In thousandths of a frame: 29.97 is not 29.
    let enough = 1000 * i64::from(choice.frames_per_second.min(24));
    let most = 1000 * i64::from(choice.frames_per_second);
    let wanted = i64::from(choice.width) * i64::from(choice.height);
    offered
        .iter()
        .filter_map(|mode| {
            let liking = choice.formats.iter().position(|known| *known == mode.format)?;
            let rate = (mode.frames_per_second() * 1000.0).round() as i64;
            let area = i64::from(mode.width) * i64::from(mode.height);
            Some(((enough - rate).max(0), (area - wanted).abs(), liking, (rate - most).max(0), -rate, mode))
        })
        .min_by_key(|(slowness, distance, liking, excess, rate, _)| {
            (*slowness, *distance, *liking, *excess, *rate)
        })
        .map(|(.., mode)| *mode)
}

/// Tells the system's refusals apart by what it says: nokhwa passes on only the message.
fn failure(error: &NokhwaError) -> SourceError {
    let message = error.to_string();
    let says = |parts: &[&str]| {
        let lower = message.to_lowercase();
        parts.iter().any(|part| lower.contains(part))
    };
    if says(&["permission denied", "access is denied", "not authorized", "os error 13", "0x80070005"]) {
        SourceError::Refused { message }
    } else if says(&["busy", "in use", "os error 16", "0xc00d3704"]) {
        SourceError::Busy { message }
    } else if says(&["no such device", "no such file", "os error 19", "os error 2)", "0xc00d3ea2"]) {
        SourceError::Unplugged { message }
    } else if says(&["fufill", "fulfill", "unsupported", "not whole number", "rejected"]) {
        SourceError::NoFormat
    } else {
        SourceError::Camera { message }
    }
}

/// As [`failure`], for a camera that gave frames before: an I/O error then is a cable pulled out.
fn lost(error: &NokhwaError) -> SourceError {
    match failure(error) {
        SourceError::Camera { message } if message.contains("os error 5") => {
            SourceError::Unplugged { message }
        }
        other => other,
    }
}

impl Frame {
    /// The picture as a JPEG file, for a live view: the camera's own bytes where it compresses, else encoded at
    /// `quality` (1 to 100) with every `step`-th pixel along a side.
    pub fn jpeg(&self, quality: u8, step: usize) -> Result<Vec<u8>, SourceError> {
        if let Pixels::Jpeg(bytes) = &self.pixels {
            return Ok(bytes.clone());
        }
        let (rgb, width, height) = self.rgb(step)?;
        let mut file = Vec::new();
        JpegEncoder::new_with_quality(&mut file, quality.clamp(1, 100))
            .encode(&rgb, width as u32, height as u32, ExtendedColorType::Rgb8)
            .map_err(|error| SourceError::Decode { message: error.to_string() })?;
        Ok(file)
    }

    /// The picture as red, green and blue bytes with its width and height, every `step`-th pixel along a side.
    pub fn rgb(&self, step: usize) -> Result<(Vec<u8>, usize, usize), SourceError> {
        let step = step.max(1);
        let thin = |width: usize, height: usize, at: &dyn Fn(usize, usize) -> [u8; 3]| {
            let (columns, rows) = (width.div_ceil(step), height.div_ceil(step));
            let mut rgb = Vec::with_capacity(columns * rows * 3);
            for row in 0..rows {
                for column in 0..columns {
                    rgb.extend(at(column * step, row * step));
                }
            }
            (rgb, columns, rows)
        };
        Ok(match &self.pixels {
            Pixels::Grey(luma) => {
                let pixels = luma.pixels();
                thin(luma.width(), luma.height(), &|x, y| [pixels[y * luma.width() + x]; 3])
            }
            Pixels::Raw { format, width, height, bytes } => {
                let stride = format.row_bytes(*width);
                let planes = if *format == PixelFormat::Nv12 { height + height.div_ceil(2) } else { *height };
                let chroma_stride = width.div_ceil(2) * 2;
                let needed = stride * height + (planes - height) * chroma_stride;
                crate::luma::check_rows(*width, *height, stride, stride, bytes.len())?;
                if bytes.len() < needed {
                    return Err(crate::LumaError::Short { needed, given: bytes.len() }.into());
                }
                let at = |x: usize, y: usize| match format {
                    PixelFormat::Grey => [bytes[y * stride + x]; 3],
                    PixelFormat::Rgb => {
                        let p = y * stride + 3 * x;
                        [bytes[p], bytes[p + 1], bytes[p + 2]]
                    }
                    PixelFormat::Rgba => {
                        let p = y * stride + 4 * x;
                        [bytes[p], bytes[p + 1], bytes[p + 2]]
                    }
                    PixelFormat::Yuyv => {
                        let pair = y * stride + x / 2 * 4;
                        rgb_of(bytes[y * stride + 2 * x], bytes[pair + 1], bytes[pair + 3])
                    }
                    PixelFormat::Nv12 => {
                        let pair = stride * height + y / 2 * chroma_stride + x / 2 * 2;
                        rgb_of(bytes[y * stride + x], bytes[pair], bytes[pair + 1])
                    }
                };
                thin(*width, *height, &at)
            }
            Pixels::Jpeg(bytes) => {
                let (pixels, width, height) = jpeg::decode(bytes, ColorSpace::RGB)?;
                thin(width, height, &|x, y| {
                    let p = 3 * (y * width + x);
                    [pixels[p], pixels[p + 1], pixels[p + 2]]
                })
            }
        })
    }
}

/// Red, green and blue of a studio-range pixel (ITU-R BT.601-7, section 2.5), in 1/256 parts.
fn rgb_of(luma: u8, blue_difference: u8, red_difference: u8) -> [u8; 3] {
    let y = 298 * (i32::from(luma) - 16);
    let (u, v) = (i32::from(blue_difference) - 128, i32::from(red_difference) - 128);
    let byte = |value: i32| ((value + 128) >> 8).clamp(0, 255) as u8;
    [byte(y + 409 * v), byte(y - 100 * u - 208 * v), byte(y + 516 * u)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_is_chosen_by_rate_then_size_then_cost() {
        let mode = |width, height, format, rate| CaptureMode { format, width, height, interval: (1, rate) };
        let offered = [
            mode(1280, 720, CaptureFormat::Yuyv, 10),
            mode(1280, 720, CaptureFormat::Mjpeg, 30),
            mode(640, 480, CaptureFormat::Yuyv, 60),
            mode(640, 480, CaptureFormat::Yuyv, 30),
            mode(640, 480, CaptureFormat::Yuyv, 25),
            mode(1920, 1080, CaptureFormat::Mjpeg, 30),
        ];
        assert_eq!(best_mode(&offered, &CameraChoice::default()), Some(offered[1]));
        let small = CameraChoice { width: 640, height: 480, ..CameraChoice::default() };
        assert_eq!(best_mode(&offered, &small), Some(offered[3]));
        let compressed = CameraChoice { formats: vec![CaptureFormat::Mjpeg], ..small.clone() };
        assert_eq!(best_mode(&offered, &compressed), Some(offered[1]));
        assert_eq!(best_mode(&[], &small), None);
    }

    #[test]
    fn a_television_rate_is_fast_enough() {
        let mode =
            |width, interval| CaptureMode { format: CaptureFormat::Nv12, width, height: 480, interval };
        let offered = [mode(320, (1, 30)), mode(720, (1001, 30_000)), mode(720, (1, 5))];
        assert_eq!(best_mode(&offered, &CameraChoice::default()), Some(offered[1]));
        assert_eq!(offered[1].to_string(), "720×480 NV12 at 29.97/s");
        assert_eq!(offered[1].to_nokhwa(), None);
    }

    #[test]
    fn padding_between_rows_and_behind_the_picture_is_left_out() {
        let padded = [1, 2, 0, 0, 3, 4, 0, 0, 5, 6, 0, 0, 9, 9];
        let pixels = pixels_in(CaptureFormat::Nv12, 2, 2, 4, &padded).unwrap();
        let Pixels::Raw { format: PixelFormat::Nv12, bytes, .. } = pixels else { panic!("{pixels:?}") };
        assert_eq!(bytes, [1, 2, 3, 4, 5, 6]);
        let swapped = pixels_in(CaptureFormat::Bgr, 1, 1, 0, &[1, 2, 3, 4]).unwrap();
        assert!(matches!(swapped, Pixels::Raw { format: PixelFormat::Rgb, bytes, .. } if bytes == [3, 2, 1]));
        let short = pixels_in(CaptureFormat::Nv12, 2, 2, 4, &padded[..9]);
        assert!(matches!(short, Err(SourceError::Luma(_))));
    }

    #[test]
    fn what_an_earlier_frame_left_in_the_buffer_is_no_part_of_the_file() {
        let noise: Vec<u8> =
            (0..64u32 * 64 * 3).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let raw = Pixels::Raw { format: PixelFormat::Rgb, width: 64, height: 64, bytes: noise };
        let file = Frame::new(raw, 0.0).jpeg(90, 1).unwrap();
        let buffer = [&file[..], &file[100..], &[0; 1000]].concat();
        assert_eq!(jpeg::first_file(&buffer), file);
        assert_eq!(jpeg::first_file(&file[..50]), &file[..50]);
        assert_eq!(jpeg::first_file(&[]), &[] as &[u8]);
    }

    #[test]
    fn the_systems_refusals_are_told_apart() {
        let open = |text: &str| failure(&NokhwaError::OpenDeviceError("0".into(), text.into()));
        assert!(matches!(open("Permission denied (os error 13)"), SourceError::Refused { .. }));
        assert!(matches!(open("Device or resource busy (os error 16)"), SourceError::Busy { .. }));
        assert!(matches!(open("No such device (os error 19)"), SourceError::Unplugged { .. }));
        assert!(matches!(open("anything else"), SourceError::Camera { .. }));
    }

    #[test]
    fn a_compressed_frame_gives_its_luminance_and_its_preview() {
        let grey: Vec<u8> = (0..64u8 * 3).map(|i| i / 3 * 4).collect();
        let raw = Pixels::Raw { format: PixelFormat::Rgb, width: 8, height: 8, bytes: grey };
        let file = Frame::new(raw, 0.0).jpeg(95, 1).unwrap();
        let frame = Frame::new(Pixels::Jpeg(file.clone()), 0.0);
        let luma = frame.luma().unwrap();
        assert_eq!((luma.width(), luma.height()), (8, 8));
        assert!((i32::from(luma.pixels()[63]) - 252).abs() < 12);
        assert_eq!(frame.jpeg(50, 1).unwrap(), file);
        assert!(matches!(Frame::new(Pixels::Jpeg(vec![1, 2]), 0.0).luma(), Err(SourceError::Decode { .. })));
    }

    #[test]
    fn a_frame_with_its_chroma_cut_off_is_refused() {
        let short = Pixels::Raw { format: PixelFormat::Nv12, width: 4, height: 4, bytes: vec![0; 16] };
        let frame = Frame::new(short, 0.0);
        assert!(frame.luma().is_ok());
        assert!(frame.rgb(1).is_err());
    }
}
