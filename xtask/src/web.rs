//! The page and its barcode decoder, from Rust to `dist/`.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::npm;
use crate::process::run as run_child;
use crate::setup::Consent;
use crate::wasm_target::{self, TARGET};
use crate::web_dist;
use crate::web_module::{Module, Optimise};
use crate::workspace::Workspace;

const MODULES: [Module; 4] = [
    Module {
        package: "ministore-ui",
        binary: "shop",
        features: None,
        simd: false,
        out_name: "ministore",
        optimise: Optimise::ForSize,
        split: true,
        called_by_scripts: false,
    },
    Module {
        package: "ministore-ui",
        binary: "counter",
        features: None,
        simd: false,
        out_name: "counter",
        optimise: Optimise::ForSize,
        split: false,
        called_by_scripts: false,
    },
    Module {
        package: "ministore-scan",
        binary: "scan-worker",
        features: Some("web"),
        simd: false,
        out_name: "scan_worker_wasm",
        optimise: Optimise::ForSpeed,
        split: false,
        called_by_scripts: true,
    },
    // The same for browsers that know SIMD.
    Module {
        package: "ministore-scan",
        binary: "scan-worker",
        features: Some("web"),
        simd: true,
        out_name: "scan_worker_simd",
        optimise: Optimise::ForSpeed,
        split: false,
        called_by_scripts: true,
    },
];

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
    let mut made = Vec::new();
    for module in &MODULES {
        let target = module.target(workspace);
        let mut command = compiler.cargo(workspace, module.flags());
        command.env("CARGO_TARGET_DIR", &target);
        // One at a time: together, cargo would join their features.
        command.args([
            "rustc",
            "--target",
            TARGET,
            "--profile",
            options.profile(),
            "--package",
            module.package,
        ]);
        command.args(["--bin", module.binary]);
        if let Some(features) = module.features {
            command.args(["--no-default-features", "--features", features]);
        }
        command.arg("--").args(module.link_arguments());
        run_child(&mut command)
            .with_context(|| format!("{} does not build for the browser", module.package))?;
        let built = target.join(TARGET).join(options.profile());
        made.push(module.bind(workspace, &built, *options)?);
    }
    web_dist::assemble(workspace, &made, *options)
}
