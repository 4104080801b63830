//! Clocks that jump: libfaketime, where it is installed, lets a program see another time than this machine's.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

const LIBRARIES: [&str; 3] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/faketime/libfaketime.so.1",
];

/// One program's clock.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    library: PathBuf,
    file: PathBuf,
}

impl Clock {
    /// A clock that is right, kept in `file`. None where libfaketime is not installed.
    pub(crate) fn at(file: &Path) -> Result<Option<Self>> {
        let Some(library) = LIBRARIES.iter().map(PathBuf::from).find(|library| library.is_file()) else {
            return Ok(None);
        };
        let clock = Self { library, file: file.to_owned() };
        clock.set(0)?;
        Ok(Some(clock))
    }

    /// Lets it go wrong by so many seconds.
    pub(crate) fn set(&self, seconds: i64) -> Result<()> {
        // Renamed into place, so that the program never reads half of it.
        let next = self.file.with_extension("next");
        std::fs::write(&next, format!("{seconds:+}"))?;
        Ok(std::fs::rename(next, &self.file)?)
    }

    /// Gives the clock to a program that is about to start.
    pub(crate) fn give(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", &self.library)
            .env("FAKETIME_TIMESTAMP_FILE", &self.file)
            .env("FAKETIME_NO_CACHE", "1")
            // What measures how long something takes stays as it is, as on a real machine whose date is set.
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("DONT_FAKE_MONOTONIC", "1");
    }
}
