//! The pictures of a folder, in the order of their names.

use crate::luma::LumaBuf;
use crate::pixels::PixelFormat;
use crate::source::{Frame, FrameSource, Pixels, SourceError};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};

/// Gives the PNG, JPEG and WebP files of a folder, one after another.
#[derive(Debug)]
pub struct Folder {
    left: VecDeque<PathBuf>,
    given: u32,
    /// Milliseconds between two.
    interval: f64,
}

impl Folder {
    /// Lists a folder whose pictures are a second apart.
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        Self::at_rate(path, 1.0)
    }

    /// Lists a folder whose pictures are `1 / frames_per_second` apart.
    pub fn at_rate(path: &Path, frames_per_second: f64) -> Result<Self, SourceError> {
        Ok(Self { left: pictures(path)?.into(), given: 0, interval: 1000.0 / frames_per_second })
    }
}

/// The PNG, JPEG and WebP files of a folder, sorted by their names.
pub fn pictures(folder: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let failed = |source| SourceError::File { path: folder.into(), source };
    let mut pictures = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let picture = entry.map_err(failed)?.path();
        let kind = picture.extension().map(|kind| kind.to_string_lossy().to_lowercase());
        if kind.is_some_and(|kind| matches!(kind.as_str(), "png" | "jpg" | "jpeg" | "webp")) {
            pictures.push(picture);
        }
    }
    pictures.sort();
    Ok(pictures)
}

impl FrameSource for Folder {
    fn next_frame(&mut self) -> Result<Option<Frame>, SourceError> {
        let Some(path) = self.left.pop_front() else { return Ok(None) };
        let pixels = read(&path)?;
        let at = f64::from(self.given) * self.interval;
        self.given += 1;
        Ok(Some(Frame::new(pixels, at)))
    }
}

/// Reads one picture file; clear pixels count as white paper.
pub fn read(path: &Path) -> Result<Pixels, SourceError> {
    let image = image::open(path)
        .map_err(|error| SourceError::Malformed {
            path: path.into(),
            kind: "picture",
            message: error.to_string(),
        })?
        .into_rgba8();
    let (width, height) = (image.width() as usize, image.height() as usize);
    let mut bytes = image.into_raw();
    for pixel in bytes.chunks_exact_mut(4) {
        let opacity = u32::from(pixel[3]);
        for value in &mut pixel[..3] {
            *value = ((u32::from(*value) * opacity + 255 * (255 - opacity)) / 255) as u8;
        }
    }
    Ok(Pixels::Raw { format: PixelFormat::Rgba, width, height, bytes })
}

/// Reads one picture file as luminance.
pub fn load(path: &Path) -> Result<LumaBuf, SourceError> {
    Frame::new(read(path)?, 0.0).luma()
}
