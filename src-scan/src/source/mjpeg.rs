//! Motion JPEG files (`.mjpeg`, `.mjpg`): JPEG files one behind another.

use std::path::{Path, PathBuf};

use super::jpeg::first_file;
use super::{Frame, FrameSource, Pixels, SourceError};

/// Plays a file. Such files do not say how fast they are: the caller does.
#[derive(Debug)]
pub struct Reader {
    path: PathBuf,
    bytes: Vec<u8>,
    at: usize,
    interval: f64,
    given: u32,
}

impl Reader {
    /// Opens a file whose frames are `1 / frames_per_second` apart.
    pub fn open(path: &Path, frames_per_second: f64) -> Result<Self, SourceError> {
        let bytes = std::fs::read(path).map_err(|source| SourceError::File { path: path.into(), source })?;
        Ok(Self { path: path.into(), bytes, at: 0, interval: 1000.0 / frames_per_second, given: 0 })
    }
}

impl FrameSource for Reader {
    fn next_frame(&mut self) -> Result<Option<Frame>, SourceError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if rest.is_empty() {
            return Ok(None);
        }
        if !rest.starts_with(&[0xFF, 0xD8]) {
            return Err(SourceError::Malformed {
                path: self.path.clone(),
                kind: "motion JPEG file",
                message: format!("no JPEG file begins at byte {}", self.at),
            });
        }
        let file = first_file(rest);
        self.at += file.len();
        let at = f64::from(self.given) * self.interval;
        self.given += 1;
        Ok(Some(Frame::new(Pixels::Jpeg(file.to_vec()), at)))
    }
}
