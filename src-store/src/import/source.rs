//! The bytes of a file, unpacked where they are packed, counted, and bounded row by row.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

use super::ROW_LIMIT;

/// A file to import.
pub(crate) struct Source<B> {
    file: Counted<B>,
}

impl<B: BufRead> Source<B> {
    /// Starts at the beginning of `file`.
    pub(crate) fn open(file: B) -> Self {
        Self { file: Counted { file, bytes: Arc::new(AtomicU64::new(0)) } }
    }

    /// How many bytes have been read so far, packed ones where it is packed.
    pub(crate) fn bytes(&self) -> Arc<AtomicU64> {
        self.file.bytes.clone()
    }
}

impl<B: BufRead + Send + 'static> Source<B> {
    /// The text inside. A byte order mark is left out.
    pub(crate) fn text(mut self) -> io::Result<Bounded> {
        let packed = self.file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
        let mut text: Box<dyn BufRead + Send> = if packed {
            Box::new(BufReader::with_capacity(64 * 1024, MultiGzDecoder::new(self.file)))
        } else {
            Box::new(self.file)
        };
        if text.fill_buf()?.starts_with(&[0xef, 0xbb, 0xbf]) {
            text.consume(3);
        }
        Ok(Bounded { text, row: Arc::new(AtomicU64::new(0)) })
    }
}

struct Counted<B> {
    file: B,
    bytes: Arc<AtomicU64>,
}

impl<B: BufRead> Read for Counted<B> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl<B: BufRead> BufRead for Counted<B> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.file.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.bytes.fetch_add(amount as u64, Ordering::Relaxed);
        self.file.consume(amount);
    }
}

/// A text that refuses to go on in the middle of a row that is too large.
pub(crate) struct Bounded {
    text: Box<dyn BufRead + Send>,
    row: Arc<AtomicU64>,
}

impl Bounded {
    /// To be set to zero at each new row.
    pub(crate) fn row(&self) -> Arc<AtomicU64> {
        self.row.clone()
    }

    fn check(&self) -> io::Result<()> {
        if self.row.load(Ordering::Relaxed) > ROW_LIMIT {
            return Err(io::Error::other("this row is larger than 16 MiB; is a quote left open?"));
        }
        Ok(())
    }
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.check()?;
        let read = self.text.read(buffer)?;
        self.row.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl BufRead for Bounded {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.check()?;
        self.text.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.row.fetch_add(amount as u64, Ordering::Relaxed);
        self.text.consume(amount);
    }
}
