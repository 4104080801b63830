//! A compiler that can build for the browser.
//!
//! The usual road is rustup's ready-made standard library for `wasm32-unknown-unknown`. Where that cannot be had, Debian's
//! own compiler and the standard library's source make one, once, into a sysroot of ours: links to Debian's files plus the
//! libraries for the browser. Neither Debian's files nor rustup's toolchains are changed.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{output_of, run_quietly};
use crate::setup::Consent;
use crate::system_packages::apt_install;
use crate::workspace::{Workspace, find_program, make_empty, put_in_place};

/// The target that browsers run.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

const DEBIAN_PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src", "lld-19"];
const STAMP: &str = "built-by";

/// A compiler for the browser, and the environment that every build with it shares.
pub(crate) struct WebCompiler {
    cargo: PathBuf,
    environment: Vec<(&'static str, OsString)>,
}

impl WebCompiler {
    /// `cargo` with a fixed environment, so that no build differs from the last by who called it. `more` are flags of the
    /// compiler for everything that it builds.
    pub(crate) fn cargo(&self, workspace: &Workspace, more: &[&str]) -> Command {
        let mut command = Command::new(&self.cargo);
        command.current_dir(&workspace.root).env_clear();
        command.envs(env::vars_os().filter(|(name, _)| !steers_builds(name)));
        command.env("CARGO_TARGET_DIR", workspace.web_target());
        for (name, value) in &self.environment {
            let mut value = value.clone();
            for flag in more.iter().filter(|_| *name == FLAGS) {
                value.push(SEPARATOR);
                value.push(flag);
            }
            command.env(name, value);
        }
        command
    }
}

/// Whether an environment variable changes what cargo builds, rather than where it finds or fetches things.
fn steers_builds(name: &OsStr) -> bool {
    const WHERE: &[&str] =
        &["CARGO_HOME", "CARGO_NET_", "CARGO_HTTP_", "CARGO_REGISTR", "CARGO_SOURCE_", "CARGO_TERM_"];
    let name = name.to_string_lossy();
    let cargos = name == "CARGO" || name.starts_with("CARGO_");
    (cargos && !WHERE.iter().any(|prefix| name.starts_with(prefix)))
        || name.starts_with("RUSTC")
        || matches!(&*name, "RUSTFLAGS" | "RUSTDOCFLAGS" | "RUST_TARGET_PATH" | "LD_LIBRARY_PATH")
}

/// Where cargo takes the compiler's flags for the browser from: joined by [`SEPARATOR`], so that paths may hold spaces.
const FLAGS: &str = "CARGO_ENCODED_RUSTFLAGS";
const SEPARATOR: &str = "\x1f";

/// The flags of every build of the page, and those of this compiler.
fn flags(own: &[OsString]) -> OsString {
    // Leptos then gives each view one type instead of a type of its own: less code to build and to download.
    let mut all: Vec<OsString> = vec!["--cfg=erase_components".into()];
    // Where a crate was unpacked on the machine that builds is in every message about a panic.
    if let Some(sources) = cargo_home().map(|home| home.join("registry/src")) {
        let mut remap = OsString::from("--remap-path-prefix=");
        remap.push(sources);
        remap.push("=");
        all.push(remap);
    }
    all.extend_from_slice(own);
    all.join(OsStr::new(SEPARATOR))
}

fn cargo_home() -> Option<PathBuf> {
    let home = || env::home_dir().map(|home| home.join(".cargo"));
    env::var_os("CARGO_HOME").map(PathBuf::from).or_else(home)
}

/// Finds a compiler for the browser, or makes one.
pub(crate) fn find_or_make(workspace: &Workspace, consent: Consent) -> Result<WebCompiler> {
    let own =
        WebCompiler { cargo: workspace.cargo().get_program().into(), environment: vec![(FLAGS, flags(&[]))] };
    let usual = || has_standard_library(Command::new("rustc").current_dir(&workspace.root));
    if usual() {
        return Ok(own);
    }
    let sysroot = workspace.tools().join("web-sysroot");
    if let Some(debian) = Debian::find().filter(|debian| debian.has_built(&sysroot)) {
        return Ok(debian.compiler(&sysroot));
    }
    if let Some(rustup) = find_program(&["rustup"]) {
        let mut add = Command::new(rustup);
        add.args(["target", "add", TARGET]).current_dir(&workspace.root);
        let added = run_quietly("adding the browser target through rustup", &mut add);
        crate::process::check_interrupted()?;
        // The compiler on the search path need not be rustup's.
        if added.is_ok() && usual() {
            return Ok(own);
        }
        println!("   rustup could not add it; Debian's compiler can build it instead");
    }
    let debian = match Debian::find() {
        Some(debian) => debian,
        None => {
            apt_install(consent, DEBIAN_PACKAGES).with_context(|| {
                format!("no compiler for {TARGET}: `rustup target add {TARGET}` gives one")
            })?;
            Debian::find().context("Debian's compiler was installed and is still not found")?
        }
    };
    debian.build_sysroot(workspace, &sysroot)?;
    Ok(debian.compiler(&sysroot))
}

/// Whether a compiler has the standard library for the browser.
fn has_standard_library(rustc: &mut Command) -> bool {
    output_of(rustc.args(["--print", "target-libdir", "--target", TARGET])).is_ok_and(|folder| {
        libraries(Path::new(&folder)).is_ok_and(|found| found.iter().any(|path| is_std(path)))
    })
}

fn is_std(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("libstd-"))
}

/// The `.rlib` files of a folder.
fn libraries(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rlib") {
            found.push(path);
        }
    }
    Ok(found)
}

/// Debian's compiler, its standard library's source, and a linker for WebAssembly.
struct Debian {
    cargo: PathBuf,
    rustc: PathBuf,
    version: String,
    sysroot: PathBuf,
    linker: PathBuf,
}

impl Debian {
    fn find() -> Option<Self> {
        let (cargo, rustc) = (PathBuf::from("/usr/bin/cargo"), PathBuf::from("/usr/bin/rustc"));
        let version = output_of(Command::new(&rustc).arg("-vV")).ok()?;
        let sysroot = PathBuf::from(output_of(Command::new(&rustc).args(["--print", "sysroot"])).ok()?);
        let linker = ["wasm-ld-19", "wasm-ld-20", "wasm-ld-21", "wasm-ld"]
            .iter()
            .map(|name| Path::new("/usr/bin").join(name))
            .find(|path| path.is_file())?;
        let source = sysroot.join("lib/rustlib/src/rust/library/std/Cargo.toml");
        (cargo.is_file() && source.is_file()).then_some(Self { cargo, rustc, version, sysroot, linker })
    }

    /// Whether `sysroot` was finished by this very compiler.
    fn has_built(&self, sysroot: &Path) -> bool {
        fs::read_to_string(sysroot.join(STAMP)).is_ok_and(|version| version == self.version)
    }

    fn compiler(&self, sysroot: &Path) -> WebCompiler {
        let mut own = OsString::from("--sysroot=");
        own.push(sysroot);
        WebCompiler {
            cargo: self.cargo.clone(),
            environment: vec![
                ("RUSTC", self.rustc.clone().into()),
                ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", self.linker.clone().into()),
                (FLAGS, flags(&[own])),
            ],
        }
    }

    fn build_sysroot(&self, workspace: &Workspace, sysroot: &Path) -> Result<()> {
        let build = workspace.tools().join("web-sysroot.build");
        make_empty(&build)?;
        fs::create_dir(build.join("src"))?;
        fs::write(build.join("src/lib.rs"), "")?;
        fs::write(
            build.join("Cargo.toml"),
            "[package]\nname = \"nothing\"\nedition = \"2024\"\n[workspace]\n[profile.release]\ncodegen-units = 1\n",
        )?;
        let plain = WebCompiler {
            cargo: self.cargo.clone(),
            environment: vec![
                ("RUSTC", self.rustc.clone().into()),
                // Building the standard library is for nightly compilers; this is the variable that distributions use.
                ("RUSTC_BOOTSTRAP", "1".into()),
                ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", self.linker.clone().into()),
                // The page is linked with "fat" LTO, which reads the libraries' bitcode.
                (FLAGS, "-Cembed-bitcode=yes".into()),
            ],
        };
        let mut command = plain.cargo(workspace, &[]);
        command
            .current_dir(&build)
            .args(["build", "--release", "--target", TARGET, "-Zbuild-std=std,panic_abort"])
            .env("CARGO_TARGET_DIR", build.join("target"));
        run_quietly("building the standard library for the browser, once", &mut command)?;

        let fresh = workspace.tools().join("web-sysroot.new");
        make_empty(&fresh)?;
        let rustlib = fresh.join("lib/rustlib");
        let libraries_folder = rustlib.join(TARGET).join("lib");
        fs::create_dir_all(&libraries_folder)?;
        self.link_host_libraries(&rustlib)?;
        let built = libraries(&build.join("target").join(TARGET).join("release/deps"))?;
        if !built.iter().any(|path| is_std(path)) {
            bail!("the standard library for the browser was built and is not where it should be");
        }
        for library in built {
            let name = library.file_name().context("a library has no name")?;
            if !name.to_string_lossy().starts_with("libnothing") {
                fs::copy(&library, libraries_folder.join(name))?;
            }
        }
        fs::write(fresh.join(STAMP), &self.version)?;
        put_in_place(&fresh, sysroot)?;
        fs::remove_dir_all(&build).with_context(|| format!("cannot remove {}", build.display()))
    }

    #[cfg(unix)]
    fn link_host_libraries(&self, rustlib: &Path) -> Result<()> {
        for entry in fs::read_dir(self.sysroot.join("lib/rustlib"))? {
            let path = entry?.path();
            let name = path.file_name().context("a library has no name")?;
            if name != TARGET {
                std::os::unix::fs::symlink(&path, rustlib.join(name))?;
            }
        }
        Ok(())
    }

    #[cfg(not(unix))]
    fn link_host_libraries(&self, _: &Path) -> Result<()> {
        bail!("{} is not a Debian sysroot", self.sysroot.display())
    }
}
