//! One WebAssembly module: what cargo built, bound to JavaScript and made small.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::npm;
use crate::process::{check_interrupted, run_quietly, spinner};
use crate::web::Options;
use crate::workspace::{Workspace, make_empty, put_in_place};

/// Raised whenever this file would make something else of the same input.
const RECIPE: u32 = 2;
const STAMP: &str = "made-from";

/// What wasm-opt aims for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Optimise {
    /// The page: it is downloaded before anything is seen.
    ForSize,
    /// The decoder: it runs on every frame of the camera.
    ForSpeed,
}

impl Optimise {
    fn flag(self) -> &'static str {
        match self {
            Self::ForSize => "-Oz",
            Self::ForSpeed => "-O3",
        }
    }
}

/// A binary of the workspace that runs in a browser.
pub(crate) struct Module {
    pub(crate) package: &'static str,
    pub(crate) binary: &'static str,
    pub(crate) features: Option<&'static str>,
    /// Its files are `{out_name}.js` and `{out_name}_bg.wasm`.
    pub(crate) out_name: &'static str,
    pub(crate) optimise: Optimise,
}

impl Module {
    /// Binds what cargo built in the folder `built`; returns the folder that holds the result.
    pub(crate) fn bind(&self, workspace: &Workspace, built: &Path, options: Options) -> Result<PathBuf> {
        let input = built.join(format!("{}.wasm", self.binary));
        let bytes = fs::read(&input).with_context(|| format!("cannot read {}", input.display()))?;
        let wasm_opt = if options.is_dev() { None } else { npm::wasm_opt(workspace) };
        let key = format!(
            "{RECIPE} {} {} {}",
            options.profile(),
            if wasm_opt.is_some() { self.optimise.flag() } else { "as built" },
            hex(&Sha256::digest(&bytes))
        );
        let modules = workspace.web_target().join("modules").join(options.profile());
        let done = modules.join(self.out_name);
        if fs::read_to_string(done.join(STAMP)).is_ok_and(|found| found == key) {
            return Ok(done);
        }

        let fresh = modules.join(format!("{}.new", self.out_name));
        make_empty(&fresh)?;
        let spinner = spinner(&format!("binding {} to JavaScript", self.binary));
        let mut bindgen = Bindgen::new();
        bindgen.input_path(&input).web(true)?.out_name(self.out_name).typescript(false);
        // The page finds its module beside its script.
        bindgen.omit_default_module_path(false);
        bindgen.remove_producers_section(true).remove_name_section(!options.is_dev());
        bindgen.generate(&fresh).with_context(|| format!("cannot bind {} to JavaScript", self.binary))?;
        spinner.finish_and_clear();
        check_interrupted()?;

        match wasm_opt {
            Some(mut command) => {
                let wasm = fresh.join(format!("{}_bg.wasm", self.out_name));
                let small = fresh.join("optimised.wasm");
                command.arg(self.optimise.flag()).arg(&wasm).arg("-o").arg(&small);
                run_quietly(&format!("wasm-opt {} on {}", self.optimise.flag(), self.binary), &mut command)?;
                fs::rename(&small, &wasm).context("cannot put wasm-opt's result in place")?;
            }
            None if options.is_dev() => {}
            None => {
                println!("   Node.js or wasm-opt is not there: {} stays larger than it need be", self.binary)
            }
        }
        fs::write(fresh.join(STAMP), key)?;
        put_in_place(&fresh, &done)?;
        Ok(done)
    }
}

/// Whether `name` is a file of ours that is no part of the page.
pub(crate) fn is_stamp(name: &str) -> bool {
    name == STAMP
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
