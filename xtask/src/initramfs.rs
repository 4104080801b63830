//! A file system that a kernel unpacks at boot: cpio's "newc" form, as the kernel's
//! `Documentation/driver-api/early-userspace/buffer-format.rst` gives it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

const FOLDER: u32 = 0o040_755;
const PROGRAM: u32 = 0o100_755;

/// An archive that is being written.
#[derive(Default)]
pub(crate) struct Initramfs {
    bytes: Vec<u8>,
    folders: BTreeSet<String>,
    entries: u32,
}

impl Initramfs {
    /// Adds a file, which all may run, and the folders above it. `path` is absolute.
    pub(crate) fn add(&mut self, path: &str, contents: &[u8]) -> Result<()> {
        let path = path.trim_start_matches('/');
        for (slash, _) in path.match_indices('/') {
            self.add_folder(&path[..slash])?;
        }
        self.entry(path, PROGRAM, contents)
    }

    /// Adds a folder, once.
    pub(crate) fn add_folder(&mut self, path: &str) -> Result<()> {
        let path = path.trim_start_matches('/');
        if self.folders.insert(path.to_owned()) { self.entry(path, FOLDER, &[]) } else { Ok(()) }
    }

    /// Adds a file of this machine under another or the same path.
    pub(crate) fn copy(&mut self, from: &Path, path: &str) -> Result<()> {
        let contents = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
        self.add(path, &contents)
    }

    /// The finished archive.
    pub(crate) fn finish(mut self) -> Result<Vec<u8>> {
        self.entry("TRAILER!!!", 0, &[])?;
        Ok(self.bytes)
    }

    fn entry(&mut self, name: &str, mode: u32, contents: &[u8]) -> Result<()> {
        self.entries += 1;
        let size = u32::try_from(contents.len()).with_context(|| format!("{name} is too large"))?;
        let name_size = u32::try_from(name.len() + 1)?;
        // Number, mode, owner, group, links, time, size, four of devices, length of the name, checksum.
        let fields = [self.entries, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, name_size, 0];
        self.bytes.extend_from_slice(b"070701");
        for field in fields {
            self.bytes.extend_from_slice(format!("{field:08X}").as_bytes());
        }
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.push(0);
        self.pad();
        self.bytes.extend_from_slice(contents);
        self.pad();
        Ok(())
    }

    fn pad(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_has_its_folders_first_and_a_trailer() {
        let mut archive = Initramfs::default();
        archive.add("/a/b/c", b"hello").unwrap();
        archive.add("/a/d", b"").unwrap();
        let bytes = archive.finish().unwrap();
        assert_eq!(bytes.len() % 4, 0);
        let text = String::from_utf8_lossy(&bytes);
        let places: Vec<usize> = ["a\0", "a/b\0", "a/b/c\0", "hello", "a/d\0", "TRAILER!!!\0"]
            .map(|part| text.find(part).unwrap())
            .into();
        assert!(places.is_sorted(), "{places:?}");
        assert_eq!(text.matches("070701").count(), 5);
        // The header is 110 bytes; the first name begins right behind it.
        assert_eq!(places[0], 110);
    }
}
