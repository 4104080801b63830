//! The page and its barcode decoder, from Rust to `dist/`.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use serde::Deserialize;

use crate::npm;
use crate::process::{output_of, run as run_child};
use crate::setup::Consent;
use crate::wasm_target::{self, TARGET};
use crate::web_dist;
use crate::web_module::{Module, Optimise};
use crate::workspace::Workspace;

#[derive(Args, Clone, Copy, Default)]
pub(crate) struct Options {
    /// Quick to build, large to download: for writing the page.
    #[arg(long)]
    dev: bool,
}

impl Options {
    pub(crate) fn profile(self) -> &'static str {
        if self.dev { "web-dev" } else { "web" }
    }

    pub(crate) fn is_dev(self) -> bool {
        self.dev
    }
}

/// Where the sizes of the last built page are kept, as JSON.
pub(crate) fn sizes_file(workspace: &Workspace) -> PathBuf {
    workspace.web_target().join("sizes.json")
}

pub(crate) fn run(workspace: &Workspace, consent: Consent, options: &Options) -> Result<()> {
    let compiler = wasm_target::find_or_make(workspace, consent)?;
    npm::install(workspace)?;
    let built = workspace.web_target().join(TARGET).join(options.profile());
    let mut modules = vec![Module {
        package: "ministore-ui",
        binary: "ministore-ui",
        features: None,
        out_name: "ministore",
        optimise: Optimise::ForSize,
    }];
    if has_decoder(workspace)? {
        modules.push(Module {
            package: "ministore-scan",
            binary: "scan-worker",
            features: Some("web"),
            out_name: "scan_worker_wasm",
            optimise: Optimise::ForSpeed,
        });
    } else {
        println!("   ministore-scan has no scan-worker yet: the page is built without its decoder");
    }

    let mut made = Vec::new();
    for module in &modules {
        let mut command = compiler.cargo(workspace);
        // One at a time: together, cargo would join their features.
        command.args([
            "build",
            "--target",
            TARGET,
            "--profile",
            options.profile(),
            "--package",
            module.package,
        ]);
        command.args(["--bin", module.binary]);
        if let Some(features) = module.features {
            command.args(["--features", features]);
        }
        run_child(&mut command)
            .with_context(|| format!("{} does not build for the browser", module.package))?;
        made.push(module.bind(workspace, &built, *options)?);
    }
    web_dist::assemble(workspace, &made, *options)
}

/// Whether ministore-scan's manifest names the decoder's binary.
fn has_decoder(workspace: &Workspace) -> Result<bool> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
        targets: Vec<Target>,
    }
    #[derive(Deserialize)]
    struct Target {
        name: String,
    }
    let text = output_of(workspace.cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Metadata = serde_json::from_str(&text).context("cargo metadata has an unknown shape")?;
    Ok(metadata.packages.iter().any(|package| {
        package.name == "ministore-scan" && package.targets.iter().any(|target| target.name == "scan-worker")
    }))
}
