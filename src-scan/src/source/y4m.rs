//! YUV4MPEG2 video files (`.y4m`): a line of text, then raw planes. Only luminance is kept.
//!
//! The format is that of the MJPEG tools' manual page yuv4mpeg(5).

use crate::luma::{LumaBuf, MAX_SIDE};
use crate::source::{Frame, FrameSource, Pixels, SourceError};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How a file is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Playback {
    /// Begin again after the last frame.
    pub looping: bool,
    /// Give each frame at its time, as a camera would; else as fast as they are asked for.
    pub real_time: bool,
}

/// Plays a file.
#[derive(Debug)]
pub struct Reader {
    path: PathBuf,
    file: BufReader<File>,
    playback: Playback,
    width: usize,
    height: usize,
    /// Bytes of chroma after a frame's luminance.
    chroma: usize,
    /// Bytes in the file when it was opened, 0 for one that does not say.
    file_bytes: usize,
    interval: Duration,
    first_frame: u64,
    index: u64,
    began: Option<Instant>,
}

/// The longest header or frame line that is read.
const LONGEST_LINE: u64 = 512;

impl Reader {
    /// Opens a file and reads its header.
    pub fn open(path: &Path, playback: Playback) -> Result<Self, SourceError> {
        let file = File::open(path).map_err(|source| SourceError::File { path: path.into(), source })?;
        let file_bytes =
            file.metadata().map_or(0, |about| usize::try_from(about.len()).unwrap_or(usize::MAX));
        let mut file = BufReader::new(file);
        let header = line(&mut file, path)?.ok_or_else(|| malformed(path, "it is empty"))?;
        let mut words = header.split(' ');
        if words.next() != Some("YUV4MPEG2") {
            return Err(malformed(path, "it does not start with YUV4MPEG2"));
        }
        let (mut width, mut height) = (0usize, 0usize);
        let (mut per, mut seconds) = (25u32, 1u32);
        let mut colours = "420";
        for word in words {
            let Some(tag) = word.chars().next() else { continue };
            let value = &word[tag.len_utf8()..];
            match tag {
                'W' => width = value.parse().map_err(|_| malformed(path, "its width is no number"))?,
                'H' => height = value.parse().map_err(|_| malformed(path, "its height is no number"))?,
                'F' => {
                    let rate =
                        value.split_once(':').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
                    (per, seconds) = rate.ok_or_else(|| malformed(path, "its frame rate is no ratio"))?;
                }
                'C' => colours = value,
                _ => {}
            }
        }
        if !(1..=MAX_SIDE).contains(&width) || !(1..=MAX_SIDE).contains(&height) || per == 0 || seconds == 0 {
            return Err(malformed(path, "its size or frame rate is out of bounds"));
        }
        let chroma = match colours {
            "mono" => 0,
            "422" => 2 * width.div_ceil(2) * height,
            "444" => 2 * width * height,
            "420" | "420jpeg" | "420paldv" | "420mpeg2" => 2 * width.div_ceil(2) * height.div_ceil(2),
            other => {
                return Err(malformed(
                    path,
                    &format!("its colour space {other} has more than 8 bits or is unknown"),
                ));
            }
        };
        let first_frame =
            file.stream_position().map_err(|source| SourceError::File { path: path.into(), source })?;
        Ok(Self {
            path: path.into(),
            file,
            playback,
            width,
            height,
            chroma,
            file_bytes,
            interval: Duration::from_secs_f64(f64::from(seconds) / f64::from(per)),
            first_frame,
            index: 0,
            began: None,
        })
    }

    /// Pixels in a row, and rows.
    pub fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    fn failed(&self, source: std::io::Error) -> SourceError {
        SourceError::File { path: self.path.clone(), source }
    }

    fn read(&mut self) -> Result<Option<LumaBuf>, SourceError> {
        let Some(head) = line(&mut self.file, &self.path)? else { return Ok(None) };
        if !head.starts_with("FRAME") {
            return Err(malformed(&self.path, "a frame does not start with FRAME"));
        }
        let count = self.width * self.height;
        // A header may promise more than there is: no more is kept than the file can give.
        let mut pixels = Vec::with_capacity(count.min(self.file_bytes));
        let read = self.file.by_ref().take(count as u64).read_to_end(&mut pixels);
        read.map_err(|source| self.failed(source))?;
        if pixels.len() < count {
            return Err(malformed(&self.path, "its last frame is cut short"));
        }
        self.file.seek_relative(self.chroma as i64).map_err(|source| self.failed(source))?;
        Ok(Some(LumaBuf::new(self.width, self.height, pixels)?))
    }
}

impl FrameSource for Reader {
    fn next_frame(&mut self) -> Result<Option<Frame>, SourceError> {
        let mut luma = self.read()?;
        if luma.is_none() && self.playback.looping && self.index > 0 {
            self.file.seek(SeekFrom::Start(self.first_frame)).map_err(|source| self.failed(source))?;
            luma = self.read()?;
        }
        let Some(luma) = luma else { return Ok(None) };
        let due = self.interval.mul_f64(self.index as f64);
        if self.playback.real_time {
            let began = *self.began.get_or_insert_with(Instant::now);
            std::thread::sleep((began + due).saturating_duration_since(Instant::now()));
        }
        self.index += 1;
        Ok(Some(Frame::new(Pixels::Grey(luma), due.as_secs_f64() * 1000.0)))
    }
}

/// Writes a file, 4:2:0 with grey chroma.
#[derive(Debug)]
pub struct Writer {
    path: PathBuf,
    file: BufWriter<File>,
    width: usize,
    height: usize,
}

impl Writer {
    /// Makes a file, in place of one that is there.
    pub fn create(
        path: &Path,
        width: usize,
        height: usize,
        frames_per_second: u32,
    ) -> Result<Self, SourceError> {
        let failed = |source| SourceError::File { path: path.into(), source };
        let mut file = BufWriter::new(File::create(path).map_err(failed)?);
        writeln!(file, "YUV4MPEG2 W{width} H{height} F{frames_per_second}:1 Ip A1:1 C420jpeg")
            .map_err(failed)?;
        Ok(Self { path: path.into(), file, width, height })
    }

    /// Adds a frame of the file's size.
    pub fn write(&mut self, luma: &LumaBuf) -> Result<(), SourceError> {
        if (luma.width(), luma.height()) != (self.width, self.height) {
            return Err(malformed(&self.path, "a frame has another size than the file"));
        }
        let chroma = vec![128; 2 * self.width.div_ceil(2) * self.height.div_ceil(2)];
        let all = [b"FRAME\n".as_slice(), luma.pixels(), &chroma];
        all.iter()
            .try_for_each(|bytes| self.file.write_all(bytes))
            .map_err(|source| SourceError::File { path: self.path.clone(), source })
    }

    /// Writes what is still held back.
    pub fn finish(mut self) -> Result<(), SourceError> {
        self.file.flush().map_err(|source| SourceError::File { path: self.path, source })
    }
}

fn malformed(path: &Path, message: &str) -> SourceError {
    SourceError::Malformed { path: path.into(), kind: "Y4M video", message: message.into() }
}

/// The next line without its end; nothing at the file's end.
fn line(file: &mut BufReader<File>, path: &Path) -> Result<Option<String>, SourceError> {
    let mut bytes = Vec::new();
    file.by_ref()
        .take(LONGEST_LINE)
        .read_until(b'\n', &mut bytes)
        .map_err(|source| SourceError::File { path: path.into(), source })?;
    if bytes.is_empty() {
        return Ok(None);
    }
    if bytes.pop() != Some(b'\n') {
        return Err(malformed(path, "a header line does not end"));
    }
    String::from_utf8(bytes).map(Some).map_err(|_| malformed(path, "a header line is no text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(value: u8) -> LumaBuf {
        LumaBuf::new(4, 2, vec![value; 8]).unwrap()
    }

    #[test]
    fn what_was_written_is_read_again_and_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("two.y4m");
        let mut writer = Writer::create(&path, 4, 2, 10).unwrap();
        writer.write(&frame(7)).unwrap();
        writer.write(&frame(9)).unwrap();
        writer.finish().unwrap();
        let mut reader = Reader::open(&path, Playback { looping: true, real_time: false }).unwrap();
        let seen: Vec<(u8, f64)> = (0..4)
            .map(|_| {
                let frame = reader.next_frame().unwrap().unwrap();
                (frame.luma().unwrap().pixels()[0], frame.at())
            })
            .collect();
        assert_eq!(seen, [(7, 0.0), (9, 100.0), (7, 200.0), (9, 300.0)]);
        let mut once = Reader::open(&path, Playback::default()).unwrap();
        assert!(once.next_frame().unwrap().is_some());
        assert!(once.next_frame().unwrap().is_some());
        assert!(once.next_frame().unwrap().is_none());
    }

    #[test]
    fn a_file_that_is_no_video_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bad.y4m");
        for (bytes, part) in [
            ("", "empty"),
            ("RIFF....\n", "YUV4MPEG2"),
            ("YUV4MPEG2 W4 H0 F10:1\n", "out of bounds"),
            ("YUV4MPEG2 W4 H2 F10:1 C420p10\n", "colour space"),
        ] {
            std::fs::write(&path, bytes).unwrap();
            let error = Reader::open(&path, Playback::default()).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
        for cut in ["W4 H2 F10:1\nFRAME\nabc", "W16384 H16384 F10:1\nFRAME\nabc"] {
            std::fs::write(&path, format!("YUV4MPEG2 {cut}")).unwrap();
            let mut reader = Reader::open(&path, Playback::default()).unwrap();
            let error = reader.next_frame().unwrap_err().to_string();
            assert!(error.contains("cut short"), "{error}");
        }
    }
}
