//! Live cameras through nokhwa: V4L2 on Linux, Media Foundation on Windows, AVFoundation on macOS.
//!
//! Opening and reading block: give a camera its own thread. Luminance is taken straight out of the camera's format;
//! colour is only made for a preview.

use crate::luma::LumaBuf;
use crate::pixels::PixelFormat;
use crate::source::{Frame, FrameSource, Pixels, SourceError};
use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;
use nokhwa::pixel_format::RgbFormat;
use nokhwa::utils::{
    ApiBackend, CameraFormat, CameraIndex, CameraInfo, FrameFormat, RequestedFormat, RequestedFormatType,
};
use nokhwa::{Buffer, Camera, NokhwaError};
use std::time::Instant;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

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

/// What to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CameraChoice {
    /// The [`CameraDescription::id`]; the first that works if left out.
    pub id: Option<String>,
    /// Width to come close to, in pixels.
    pub width: u32,
    /// Height to come close to, in pixels.
    pub height: u32,
    /// Frames in a second above which more bring nothing.
    pub frames_per_second: u32,
}

impl Default for CameraChoice {
    fn default() -> Self {
        Self { id: None, width: 1280, height: 720, frames_per_second: 30 }
    }
}

/// Formats in the order in which they are liked at equal size and rate: the less work before luminance, the better.
const FORMATS: [FrameFormat; 6] = [
    FrameFormat::GRAY,
    FrameFormat::NV12,
    FrameFormat::YUYV,
    FrameFormat::MJPEG,
    FrameFormat::RAWRGB,
    FrameFormat::RAWBGR,
];

/// The cameras that are connected; none is an empty list.
pub fn list() -> Result<Vec<CameraDescription>, SourceError> {
    Ok(connected()?.iter().map(describe).collect())
}

fn connected() -> Result<Vec<CameraInfo>, SourceError> {
    nokhwa::query(ApiBackend::Auto).map_err(|error| failure(&error))
}

fn describe(info: &CameraInfo) -> CameraDescription {
    CameraDescription {
        id: info.index().as_string(),
        name: info.human_name(),
        description: info.description().to_owned(),
    }
}

/// An open camera.
pub struct CameraSource {
    camera: Camera,
    description: CameraDescription,
    opened: Instant,
}

impl CameraSource {
    /// Opens a camera at the size and rate nearest to what is wanted.
    pub fn open(choice: &CameraChoice) -> Result<Self, SourceError> {
        let cameras = connected()?;
        let Some(id) = &choice.id else {
            // Drivers list nodes that give no pictures beside those that do: the first that opens is meant.
            let mut first_error = None;
            for info in &cameras {
                match Self::open_one(info, choice) {
                    Ok(source) => return Ok(source),
                    Err(error) => first_error = first_error.or(Some(error)),
                }
            }
            return Err(first_error.unwrap_or(SourceError::NoCamera));
        };
        let info = cameras
            .iter()
            .find(|info| info.index().as_string() == *id)
            .ok_or_else(|| SourceError::UnknownCamera { id: id.clone() })?;
        Self::open_one(info, choice)
    }

    fn open_one(info: &CameraInfo, choice: &CameraChoice) -> Result<Self, SourceError> {
        let index: CameraIndex = info.index().clone();
        let any = RequestedFormat::with_formats(RequestedFormatType::None, &FORMATS);
        let mut camera = Camera::new(index, any).map_err(|error| failure(&error))?;
        let offered = camera.compatible_camera_formats().map_err(|error| failure(&error))?;
        let best = best_format(&offered, choice).ok_or(SourceError::NoFormat)?;
        if camera.camera_format() != best {
            let exact = RequestedFormat::with_formats(RequestedFormatType::Exact(best), &FORMATS);
            camera.set_camera_requset(exact).map_err(|error| failure(&error))?;
        }
        camera.open_stream().map_err(|error| failure(&error))?;
        Ok(Self { camera, description: describe(info), opened: Instant::now() })
    }

    /// The camera that was opened.
    pub fn description(&self) -> &CameraDescription {
        &self.description
    }

    /// Pixels in a row, rows, and frames in a second, as negotiated.
    pub fn size(&self) -> (u32, u32, u32) {
        let format = self.camera.camera_format();
        (format.width(), format.height(), format.frame_rate())
    }

    /// Gives the camera back to the system.
    pub fn close(mut self) -> Result<(), SourceError> {
        self.camera.stop_stream().map_err(|error| failure(&error))
    }
}

impl FrameSource for CameraSource {
    fn next_frame(&mut self) -> Result<Option<Frame>, SourceError> {
        let buffer = self.camera.frame().map_err(|error| lost(&error))?;
        let at = self.opened.elapsed().as_secs_f64() * 1000.0;
        Ok(Some(Frame::new(pixels_of(&buffer)?, at)))
    }
}

fn pixels_of(buffer: &Buffer) -> Result<Pixels, SourceError> {
    let size = buffer.resolution();
    let (width, height) = (size.width() as usize, size.height() as usize);
    let raw = |format| Pixels::Raw { format, width, height, bytes: buffer.buffer().to_vec() };
    Ok(match buffer.source_frame_format() {
        FrameFormat::MJPEG => Pixels::Jpeg(buffer.buffer().to_vec()),
        FrameFormat::YUYV => raw(PixelFormat::Yuyv),
        FrameFormat::NV12 => raw(PixelFormat::Nv12),
        FrameFormat::GRAY => raw(PixelFormat::Grey),
        FrameFormat::RAWRGB => raw(PixelFormat::Rgb),
        FrameFormat::RAWBGR => {
            let rgb = buffer.decode_image::<RgbFormat>().map_err(|error| failure(&error))?;
            Pixels::Raw { format: PixelFormat::Rgb, width, height, bytes: rgb.into_raw() }
        }
    })
}

/// The offered format to use: fast enough first, then near in size, then cheap to read.
fn best_format(offered: &[CameraFormat], choice: &CameraChoice) -> Option<CameraFormat> {
    let enough = choice.frames_per_second.min(24);
    let wanted = i64::from(choice.width) * i64::from(choice.height);
    offered
        .iter()
        .filter(|format| FORMATS.contains(&format.format()))
        .min_by_key(|format| {
            let rate = format.frame_rate();
            let slowness = enough.saturating_sub(rate);
            let excess = rate.saturating_sub(choice.frames_per_second);
            let area = i64::from(format.width()) * i64::from(format.height());
            let liking = FORMATS.iter().position(|known| *known == format.format());
            (slowness, (area - wanted).abs(), liking, excess)
        })
        .copied()
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
    } else if says(&["failed to fufill", "failed to fulfill", "unsupported"]) {
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

/// The luminance of a JPEG file, its colours left undecoded.
pub(super) fn jpeg_luma(bytes: &[u8]) -> Result<LumaBuf, SourceError> {
    let (pixels, width, height) = decode_jpeg(bytes, ColorSpace::Luma)?;
    Ok(LumaBuf::new(width, height, pixels)?)
}

fn decode_jpeg(bytes: &[u8], colours: ColorSpace) -> Result<(Vec<u8>, usize, usize), SourceError> {
    let decode = |message: String| SourceError::Decode { message };
    let options = DecoderOptions::default().jpeg_set_out_colorspace(colours);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let pixels = decoder.decode().map_err(|error| decode(error.to_string()))?;
    let (width, height) = decoder.dimensions().ok_or_else(|| decode("it has no size".into()))?;
    Ok((pixels, width, height))
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
                let (pixels, width, height) = decode_jpeg(bytes, ColorSpace::RGB)?;
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
    fn a_format_is_chosen_by_rate_then_size_then_cost() {
        let format = |w, h, kind, fps| CameraFormat::new_from(w, h, kind, fps);
        let offered = [
            format(1280, 720, FrameFormat::YUYV, 10),
            format(1280, 720, FrameFormat::MJPEG, 30),
            format(640, 480, FrameFormat::YUYV, 30),
            format(1920, 1080, FrameFormat::MJPEG, 30),
        ];
        assert_eq!(best_format(&offered, &CameraChoice::default()), Some(offered[1]));
        let small = CameraChoice { width: 640, height: 480, ..CameraChoice::default() };
        assert_eq!(best_format(&offered, &small), Some(offered[2]));
        assert_eq!(best_format(&[], &small), None);
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
