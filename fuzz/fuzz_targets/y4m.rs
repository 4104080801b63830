//! Films of any bytes.

#![no_main]

use std::sync::LazyLock;

use tempfile::TempDir;

static FOLDER: LazyLock<Option<TempDir>> = LazyLock::new(|| tempfile::tempdir().ok());

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Some(folder) = FOLDER.as_ref() {
        let _ = ministore_fuzz::picture::y4m(&folder.path().join("film.y4m"), data);
    }
});
