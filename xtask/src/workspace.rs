//! Where things are: the checkout, the build directory, the tools of our own.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// The checkout that this command works on.
pub(crate) struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's target directory for native builds.
    pub(crate) target: PathBuf,
    cargo: OsString,
}

impl Workspace {
    pub(crate) fn find() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&manifest)
            .parent()
            .and_then(|root| root.canonicalize().ok())
            .context("the checkout is gone; run `cargo xtask` inside it")?;
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(target) => env::current_dir()?.join(target),
            None => root.join("target"),
        };
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Ok(Self { root, target, cargo })
    }

    /// Tools that belong to this checkout alone.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// The built page.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// Builds for the browser have a directory of their own, because their flags would rebuild everything else.
    pub(crate) fn web_target(&self) -> PathBuf {
        self.target.join("web")
    }

    /// `cargo` as it was called, in the checkout's root.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new(&self.cargo);
        command.current_dir(&self.root);
        command
    }

    /// The path of a built native binary.
    pub(crate) fn binary(&self, profile_folder: &str, name: &str) -> PathBuf {
        self.target.join(profile_folder).join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }
}

/// The first of `names` that is a program on the search path.
pub(crate) fn find_program(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    names.iter().find_map(|name| {
        folders.iter().find_map(|folder| {
            // npm is a .cmd on Windows.
            ["", env::consts::EXE_SUFFIX, ".cmd"]
                .iter()
                .map(|suffix| folder.join(format!("{name}{suffix}")))
                .find(|candidate| candidate.is_file())
        })
    })
}

/// Makes an empty folder at `folder`, whatever an interrupted run left there.
pub(crate) fn make_empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}

/// Puts the finished folder `fresh` in the place of `old`.
pub(crate) fn put_in_place(fresh: &Path, old: &Path) -> Result<()> {
    let mut aside = old.as_os_str().to_owned();
    aside.push(".old");
    let aside = PathBuf::from(aside);
    if aside.exists() {
        fs::remove_dir_all(&aside).with_context(|| format!("cannot remove {}", aside.display()))?;
    }
    if old.exists() {
        fs::rename(old, &aside).with_context(|| format!("cannot move {}", old.display()))?;
    }
    fs::rename(fresh, old).with_context(|| format!("cannot put {} in place", old.display()))?;
    if aside.exists() {
        fs::remove_dir_all(&aside).with_context(|| format!("cannot remove {}", aside.display()))?;
    }
    Ok(())
}
