//! Where the programs and the built page are, as `cargo xtask test` tells.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

/// Something that set-up and the builds have made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Made {
    /// The folder of our own programs.
    Programs,
    /// The folder of the built page.
    Page,
    /// chromedriver.
    ChromeDriver,
    /// Chromium.
    Chromium,
    /// tauri-driver.
    TauriDriver,
    /// WebKitWebDriver.
    WebKitDriver,
    /// certutil of NSS.
    CertUtil,
    /// axe-core's `axe.min.js`.
    Axe,
}

impl Made {
    const fn variable(self) -> &'static str {
        match self {
            Self::Programs => "MINISTORE_BIN_DIR",
            Self::Page => "MINISTORE_DIST",
            Self::ChromeDriver => "MINISTORE_CHROMEDRIVER",
            Self::Chromium => "MINISTORE_CHROMIUM",
            Self::TauriDriver => "MINISTORE_TAURI_DRIVER",
            Self::WebKitDriver => "MINISTORE_WEBKIT_DRIVER",
            Self::CertUtil => "MINISTORE_CERTUTIL",
            Self::Axe => "MINISTORE_AXE",
        }
    }

    /// Its path. Errors, saying what to run, where it is not told or not there.
    pub fn path(self) -> Result<PathBuf> {
        let variable = self.variable();
        let path = env::var_os(variable).with_context(|| {
            format!("{variable} is not set: run `cargo xtask test --only system`, which builds and tells it")
        })?;
        let path = PathBuf::from(path);
        ensure!(
            path.exists(),
            "{variable} names {}, which is not there: run `cargo xtask test --only system`",
            path.display()
        );
        Ok(path)
    }
}

/// One of our own programs, such as `ministore-hub`. Errors as [`Made::path`].
pub fn program(name: &str) -> Result<PathBuf> {
    let path = Made::Programs.path()?.join(format!("{name}{}", env::consts::EXE_SUFFIX));
    ensure!(path.is_file(), "{} is not built: run `cargo xtask test --only system`", path.display());
    Ok(path)
}

/// The folder that keeps what a person may want to look at, made if it is not there.
pub fn artefacts() -> Result<PathBuf> {
    let folder = env::var_os("MINISTORE_ARTEFACTS").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/artefacts")),
        PathBuf::from,
    );
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}
