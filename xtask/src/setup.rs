//! What must be on the machine, found and installed.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::workspace::{Workspace, find_program};
use crate::{npm, system_packages, wasm_target};

/// What the machine is set up for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Building the page and the hub.
    Hub,
    /// And the window.
    Window,
    /// And every test.
    Test,
    /// The tests of cameras alone.
    CameraTest,
}

#[derive(Args)]
pub(crate) struct Options {
    /// Only what `cargo xtask demo` needs, not what the tests need.
    #[arg(long)]
    demo: bool,
}

/// Whether the person has said yes to installing system packages.
#[derive(Clone, Copy)]
pub(crate) struct Consent {
    given: bool,
}

impl Consent {
    pub(crate) fn from_environment(yes: bool) -> Self {
        Self { given: yes || env::var_os("CI").is_some_and(|ci| ci == "true" || ci == "1") }
    }

    /// Asks, unless the answer is known. `command` is what will run.
    pub(crate) fn ask(self, what: &str, command: &str) -> Result<()> {
        println!("   {what}:\n       {command}");
        if self.given {
            return Ok(());
        }
        if !io::stdin().is_terminal() {
            bail!("nobody is there to say yes: run the command above, or add --yes");
        }
        print!("   Go ahead? [Y/n] ");
        io::stdout().flush()?;
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer)?;
        match answer.trim().to_lowercase().as_str() {
            "" | "y" | "yes" => Ok(()),
            _ => bail!("nothing was installed; run the command above yourself, then this one again"),
        }
    }
}

/// Whether a window can open here.
pub(crate) fn has_display() -> bool {
    cfg!(any(target_os = "macos", windows))
        || env::var_os("DISPLAY").is_some_and(|display| !display.is_empty())
        || env::var_os("WAYLAND_DISPLAY").is_some_and(|display| !display.is_empty())
}

pub(crate) fn run(workspace: &Workspace, consent: Consent, options: &Options) -> Result<()> {
    let purpose = match (options.demo, has_display()) {
        (false, _) => Purpose::Test,
        (true, true) => Purpose::Window,
        (true, false) => Purpose::Hub,
    };
    set_up(workspace, consent, purpose)?;
    println!("   Everything is there.");
    Ok(())
}

/// Finds what `purpose` needs and installs what is missing.
pub(crate) fn set_up(workspace: &Workspace, consent: Consent, purpose: Purpose) -> Result<()> {
    system_packages::install_missing(consent, purpose)?;
    wasm_target::find_or_make(workspace, consent)?;
    npm::install(workspace)?;
    if purpose == Purpose::Test && cfg!(not(target_os = "macos")) {
        install_tauri_driver(workspace)?;
    }
    Ok(())
}

/// Where our own tauri-driver is.
pub(crate) fn tauri_driver(workspace: &Workspace) -> PathBuf {
    workspace.tools().join("bin").join(format!("tauri-driver{}", env::consts::EXE_SUFFIX))
}

fn install_tauri_driver(workspace: &Workspace) -> Result<()> {
    if tauri_driver(workspace).is_file() {
        return Ok(());
    }
    println!("   building tauri-driver, which drives the window in tests");
    let build = workspace.tools().join("tauri-driver.build");
    let mut command = workspace.cargo();
    command
        .args(["install", "--locked", "--root"])
        .arg(workspace.tools())
        .args(["tauri-driver", "--version", "^2"])
        // An interrupted build goes on where it stopped.
        .env("CARGO_TARGET_DIR", &build);
    crate::process::run(&mut command)?;
    fs::remove_dir_all(&build).with_context(|| format!("cannot remove {}", build.display()))
}

/// The environment in which tests and benchmarks find what set-up and the builds made.
pub(crate) fn test_environment(
    workspace: &Workspace,
    profile_folder: &str,
) -> Result<Vec<(&'static str, OsString)>> {
    let artefacts = workspace.target.join("artefacts");
    fs::create_dir_all(&artefacts).with_context(|| format!("cannot make {}", artefacts.display()))?;
    let mut environment: Vec<(&'static str, OsString)> = vec![
        ("MINISTORE_BIN_DIR", workspace.target.join(profile_folder).into()),
        ("MINISTORE_DIST", workspace.dist().into()),
        ("MINISTORE_AXE", npm::axe(workspace).into()),
        ("MINISTORE_TAURI_DRIVER", tauri_driver(workspace).into()),
        ("MINISTORE_ARTEFACTS", artefacts.into()),
    ];
    for (name, programs) in [
        ("MINISTORE_CHROMEDRIVER", &["chromedriver", "chromium.chromedriver"][..]),
        ("MINISTORE_CHROMIUM", &["chromium", "chromium-browser", "google-chrome"][..]),
        ("MINISTORE_WEBKIT_DRIVER", &["WebKitWebDriver"][..]),
        ("MINISTORE_CERTUTIL", &["certutil"][..]),
    ] {
        if let Some(program) = find_program(programs) {
            environment.push((name, program.into()));
        }
    }
    Ok(environment)
}
