//! Programs from PyPI, each in a Python environment of its own.

use std::fs::File;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::run_quietly;
use crate::workspace::{Workspace, find_program, make_empty};

/// The folder of the programs of `package` in that version, `python` among them; installed where it is not.
pub(crate) fn python_programs(workspace: &Workspace, package: &str, version: &str) -> Result<PathBuf> {
    let folder = workspace.tools().join(format!("{package}-{version}"));
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    // An environment cannot be renamed, so its last file says that it is whole.
    let whole = folder.join("whole");
    if whole.is_file() {
        return Ok(programs);
    }
    let python = find_program(&["python3", "python"])
        .with_context(|| format!("{package} needs Python 3.10 or newer: install it, and run this again"))?;
    make_empty(&folder)?;
    run_quietly("making a Python environment", Command::new(python).args(["-m", "venv"]).arg(&folder))
        .with_context(|| {
            format!(
                "no environment could be made for {package}; Debian has `python3 -m venv` in python3-venv"
            )
        })?;
    run_quietly(
        &format!("installing {package}"),
        Command::new(programs.join("python")).args([
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            &format!("{package}=={version}"),
        ]),
    )
    .with_context(|| format!("{package} could not be installed from PyPI"))?;
    File::create(&whole).with_context(|| format!("cannot write {}", whole.display()))?;
    Ok(programs)
}
