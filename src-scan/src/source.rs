//! Where frames come from: cameras, picture files, video files, rendered scenes, all behind [`FrameSource`].

#[cfg(feature = "camera")]
pub mod camera;
#[cfg(feature = "pictures")]
pub mod folder;
#[cfg(feature = "pictures")]
mod jpeg;
#[cfg(feature = "pictures")]
pub mod mjpeg;
pub mod y4m;

use crate::luma::{LumaBuf, LumaError};
use crate::pixels::{PixelFormat, to_luma};
use std::path::PathBuf;
use thiserror::Error;

/// Gives frames one after another.
pub trait FrameSource {
    /// Waits for the next frame. Nothing comes after the end of a file; a camera has no end.
    fn next_frame(&mut self) -> Result<Option<Frame>, SourceError>;
}

/// Why there is no frame.
#[derive(Debug, Error)]
pub enum SourceError {
    /// No camera is connected.
    #[error("no camera was found")]
    NoCamera,
    /// The camera that was asked for is not there.
    #[error("the camera {id} is not connected")]
    UnknownCamera {
        /// The camera's id.
        id: String,
    },
    /// The system does not let this program use the camera.
    #[error("the use of the camera was refused: {message}")]
    Refused {
        /// What the system said.
        message: String,
    },
    /// Another program uses the camera.
    #[error("another program is using the camera: {message}")]
    Busy {
        /// What the system said.
        message: String,
    },
    /// The camera was disconnected while in use.
    #[error("the camera was unplugged: {message}")]
    Unplugged {
        /// What the system said.
        message: String,
    },
    /// The camera offers no picture format that is understood.
    #[error("the camera offers no picture format that can be read")]
    NoFormat,
    /// The camera failed in another way.
    #[error("the camera failed: {message}")]
    Camera {
        /// What the system said.
        message: String,
    },
    /// A file could not be read or written.
    #[error("cannot use {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("{path} is not a readable {kind}: {message}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What it should be.
        kind: &'static str,
        /// What is wrong with it.
        message: String,
    },
    /// A frame's bytes are not a picture.
    #[error(transparent)]
    Luma(#[from] LumaError),
    /// A compressed frame could not be decoded.
    #[error("a frame could not be decoded: {message}")]
    Decode {
        /// What is wrong with it.
        message: String,
    },
}

/// A frame's pixels, as the source gave them.
#[derive(Debug, Clone)]
pub enum Pixels {
    /// Luminance.
    Grey(LumaBuf),
    /// Rows packed in one of the raw formats.
    Raw {
        /// How the bytes are laid out.
        format: PixelFormat,
        /// Pixels in a row.
        width: usize,
        /// Rows.
        height: usize,
        /// The bytes, chroma planes included.
        bytes: Vec<u8>,
    },
    /// A JPEG file, as cameras compress their frames.
    #[cfg(feature = "pictures")]
    Jpeg(Vec<u8>),
}

/// One picture of a source.
#[derive(Debug, Clone)]
pub struct Frame {
    pixels: Pixels,
    at: f64,
}

impl Frame {
    /// A frame taken `at` milliseconds from the source's start.
    pub fn new(pixels: Pixels, at: f64) -> Self {
        Self { pixels, at }
    }

    /// Milliseconds from the source's start.
    pub fn at(&self) -> f64 {
        self.at
    }

    /// The pixels as the source gave them.
    pub fn pixels(&self) -> &Pixels {
        &self.pixels
    }

    /// The luminance, copied out of raw formats and decoded alone out of compressed ones.
    pub fn luma(&self) -> Result<LumaBuf, SourceError> {
        match &self.pixels {
            Pixels::Grey(luma) => Ok(luma.clone()),
            Pixels::Raw { format, width, height, bytes } => {
                Ok(to_luma(*format, *width, *height, format.row_bytes(*width), bytes)?)
            }
            #[cfg(feature = "pictures")]
            Pixels::Jpeg(bytes) => jpeg::luma(bytes),
        }
    }
}
