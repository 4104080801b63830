//! The pinned tools that come from npm: wasm-opt and esbuild for the page's size, axe-core for the accessibility tests.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::run_quietly;
use crate::workspace::{Workspace, find_program, make_empty, put_in_place};

const LOCK: &str = "package-lock.json";

/// Installs exactly what `xtask/npm/package-lock.json` names, if it is not there yet.
pub(crate) fn install(workspace: &Workspace) -> Result<()> {
    let wanted = workspace.root.join("xtask").join("npm");
    let installed = workspace.tools().join("npm");
    let lock = fs::read(wanted.join(LOCK)).context("cannot read xtask/npm/package-lock.json")?;
    if fs::read(installed.join(LOCK)).is_ok_and(|found| found == lock) {
        return Ok(());
    }
    let Some(npm) = find_program(&["npm"]) else {
        if cfg!(target_os = "linux") {
            bail!("npm is not on the search path");
        }
        println!(
            "   npm is not there: the page will be built larger than it need be, and the accessibility tests cannot run"
        );
        return Ok(());
    };
    let fresh = workspace.tools().join("npm.new");
    make_empty(&fresh)?;
    for name in ["package.json", LOCK] {
        fs::copy(wanted.join(name), fresh.join(name)).with_context(|| format!("cannot copy {name}"))?;
    }
    run_quietly(
        "installing wasm-opt, esbuild and axe-core from npm",
        Command::new(npm).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&fresh),
    )?;
    put_in_place(&fresh, &installed)
}

/// `wasm-opt`, where Node.js and our npm tools are.
pub(crate) fn wasm_opt(workspace: &Workspace) -> Option<Command> {
    on_node(workspace, "binaryen/bin/wasm-opt")
}

/// `esbuild`, where Node.js and our npm tools are.
pub(crate) fn esbuild(workspace: &Workspace) -> Option<Command> {
    on_node(workspace, "esbuild/bin/esbuild")
}

fn on_node(workspace: &Workspace, script: &str) -> Option<Command> {
    let script = workspace.tools().join("npm/node_modules").join(script);
    let node = find_program(&["node"])?;
    script.is_file().then(|| {
        let mut command = Command::new(node);
        command.arg(script);
        command
    })
}

/// axe-core's script for injecting into a page.
pub(crate) fn axe(workspace: &Workspace) -> PathBuf {
    workspace.tools().join("npm/node_modules/axe-core/axe.min.js")
}
