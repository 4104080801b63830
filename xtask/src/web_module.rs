//! One WebAssembly module: what cargo built, bound to JavaScript and made small.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;
use wasm_split_cli_support as split;

use crate::npm;
use crate::process::{check_interrupted, run_quietly, spinner};
use crate::web::Options;
use crate::workspace::{Workspace, make_empty, put_in_place};

/// Raised whenever this file would make something else of the same input.
const RECIPE: u32 = 6;
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
    fn flags(self) -> &'static [&'static str] {
        match self {
            Self::ForSize => &["-Oz"],
            // Over and over, until nothing becomes smaller.
            Self::ForSpeed => &["-O3", "--converge"],
        }
    }
}

/// A binary of the workspace that runs in a browser.
pub(crate) struct Module {
    pub(crate) package: &'static str,
    pub(crate) binary: &'static str,
    pub(crate) features: Option<&'static str>,
    /// Whether it is for browsers that know SIMD only.
    pub(crate) simd: bool,
    /// Its files are `{out_name}.js` and `{out_name}_bg.wasm`.
    pub(crate) out_name: &'static str,
    pub(crate) optimise: Optimise,
    /// Whether the program says where it is split into parts that are downloaded one after the other.
    pub(crate) split: bool,
    /// Whether a script of ours calls what it exports. The others only have to be started.
    pub(crate) called_by_scripts: bool,
}

/// What rustc uses of WebAssembly beyond its first version. A part that was split off no longer says so itself.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

impl Module {
    /// What the compiler is told for everything that goes into it.
    pub(crate) fn flags(&self) -> &'static [&'static str] {
        if self.simd { &["-Ctarget-feature=+simd128"] } else { &[] }
    }

    /// The folder that it is built in: other flags in the same one would build all of it anew each time.
    pub(crate) fn target(&self, workspace: &Workspace) -> PathBuf {
        if self.simd { workspace.web_target().join("simd") } else { workspace.web_target() }
    }

    /// What the linker is told besides.
    pub(crate) fn link_arguments(&self) -> &'static [&'static str] {
        // Splitting follows the relocations to see which part needs what.
        if self.split { &["-Clink-arg=--emit-relocs"] } else { &[] }
    }

    /// Binds what cargo built in the folder `built`; returns the folder that holds the result.
    pub(crate) fn bind(&self, workspace: &Workspace, built: &Path, options: Options) -> Result<PathBuf> {
        let input = built.join(format!("{}.wasm", self.binary));
        let bytes = fs::read(&input).with_context(|| format!("cannot read {}", input.display()))?;
        let optimised = !options.is_dev() && npm::wasm_opt(workspace).is_some();
        let key = format!(
            "{RECIPE} {} {} {}",
            options.profile(),
            if optimised { self.optimise.flags().concat() } else { "as built".to_owned() },
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
        let unbound = tempfile::tempdir().context("no temporary folder")?;
        let (input, parts) =
            if self.split { self.split(&bytes, unbound.path(), &fresh)? } else { (input, Vec::new()) };
        let mut bindgen = Bindgen::new();
        bindgen.input_path(&input).web(true)?.out_name(self.out_name).typescript(false);
        // The page finds its module beside its script.
        bindgen.omit_default_module_path(false);
        bindgen.remove_producers_section(true).remove_name_section(!options.is_dev());
        // The parts use the memory, the tables and the stack of the first.
        bindgen.keep_lld_exports(self.split);
        bindgen.generate(&fresh).with_context(|| format!("cannot bind {} to JavaScript", self.binary))?;
        spinner.finish_and_clear();
        check_interrupted()?;

        if optimised {
            if !self.called_by_scripts {
                self.drop_what_nobody_calls(&fresh)?;
            }
            self.shrink(workspace, &fresh.join(format!("{}_bg.wasm", self.out_name)), &[])?;
            for part in &parts {
                self.shrink(workspace, part, FEATURES)?;
            }
        } else if !options.is_dev() {
            println!("   Node.js or wasm-opt is not there: {} stays larger than it need be", self.binary);
        }
        fs::write(fresh.join(STAMP), key)?;
        put_in_place(&fresh, &done)?;
        Ok(done)
    }

    /// Splits a program into its first part, written to `unbound`, and the later ones, written to `fresh` with the script
    /// that fetches them. Returns the paths of the first and of the later ones.
    fn split(&self, program: &[u8], unbound: &Path, fresh: &Path) -> Result<(PathBuf, Vec<PathBuf>)> {
        let first = unbound.join(format!("{}.wasm", self.binary));
        let script = format!("./{}", self.parts_script());
        let main_module = format!("./{}.js", self.out_name);
        let mut options = split::Options::new(program);
        options.output_dir = fresh;
        options.main_out_path = &first;
        options.link_name = &script;
        options.main_module = &main_module;
        let made = split::transform(options)
            .map_err(|report| anyhow!("{report:#}"))
            .with_context(|| format!("cannot split {}", self.binary))?;

        // A part of another build would read this build's memory wrongly: the program's own hash in its name lets an old
        // page find nothing instead.
        let build = &hex(&Sha256::digest(program))[..12];
        let script = fresh.join(script);
        let mut text = fs::read_to_string(&script).context("splitting gave no script")?;
        let mut parts = Vec::new();
        for part in made.split_modules {
            let stem = part.file_stem().context("a part has no name")?.to_string_lossy();
            let name = format!("{}-{stem}-{build}.wasm", self.out_name);
            let (old, new) = (format!("\"./{stem}.wasm\""), format!("\"./{name}\""));
            if !text.contains(&old) {
                bail!("the script does not fetch the part {stem}");
            }
            text = text.replace(&old, &new);
            let renamed = fresh.join(name);
            fs::rename(&part, &renamed).context("cannot rename a part")?;
            parts.push(renamed);
        }
        fs::write(&script, text)?;
        Ok((first, parts))
    }

    /// Takes out what the binding makes for others than this page: the classes that libraries offer to JavaScript, the
    /// functions behind them, and the long names by which program and script find each other.
    fn drop_what_nobody_calls(&self, fresh: &Path) -> Result<()> {
        let script_path = fresh.join(format!("{}.js", self.out_name));
        let mut script = fs::read_to_string(&script_path).context("binding gave no script")?;
        if let Some((classes, rest)) =
            script.find("export class ").zip(script.find("function __wbg_get_imports"))
        {
            script.replace_range(classes..rest, "");
        }
        let parts = fresh.join(self.parts_script());
        let parts = if self.split { fs::read_to_string(parts)? } else { String::new() };

        let wasm = fresh.join(format!("{}_bg.wasm", self.out_name));
        let mut program = walrus::Module::from_file(&wasm)
            .map_err(|error| anyhow!("{error:#}"))
            .with_context(|| format!("cannot read {}", wasm.display()))?;
        let unused: Vec<_> = program
            .exports
            .iter()
            .filter(|export| !script.contains(&export.name) && !parts.contains(&export.name))
            .map(walrus::Export::id)
            .collect();
        for export in unused {
            program.exports.delete(export);
        }
        let script_imports = format!("./{}_bg.js", self.out_name);
        for (number, import) in program.imports.iter_mut().enumerate() {
            let (long, short) = (format!(" {}: function(", import.name), format!("i{number}"));
            if import.module == script_imports && script.contains(&long) {
                script = script.replacen(&long, &format!(" {short}: function("), 1);
                import.name = short;
            }
        }
        fs::write(&script_path, script)?;
        program
            .emit_wasm_file(&wasm)
            .map_err(|error| anyhow!("{error:#}"))
            .context("cannot write the program")
    }

    fn parts_script(&self) -> String {
        format!("{}-parts.js", self.out_name)
    }

    fn shrink(&self, workspace: &Workspace, wasm: &Path, features: &[&str]) -> Result<()> {
        let mut command = npm::wasm_opt(workspace).context("wasm-opt is gone")?;
        let small = wasm.with_extension("small");
        command.args(self.optimise.flags()).args(features).arg(wasm).arg("-o").arg(&small);
        let name = wasm.file_name().unwrap_or_default().to_string_lossy();
        run_quietly(&format!("wasm-opt {} on {name}", self.optimise.flags().join(" ")), &mut command)?;
        fs::rename(&small, wasm).context("cannot put wasm-opt's result in place")
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
