//! Debian's own kernel with some modules, unpacked but not installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{output_of, run_quietly};
use crate::system_packages::find_administration_program;
use crate::workspace::{Workspace, find_program, make_empty, put_in_place};

/// The package that names the current kernel.
const CURRENT: &str = "linux-image-amd64";
const IMAGE: &str = "vmlinuz";
const MODULES: &str = "modules";
const PACKAGE: &str = "package";

/// A kernel and modules that lie in a folder of ours.
pub(crate) struct DebianKernel {
    /// The image that a machine boots.
    pub(crate) image: PathBuf,
    /// The modules, each after those that it needs.
    pub(crate) modules: Vec<PathBuf>,
    /// The package it comes from.
    pub(crate) package: String,
}

/// A kernel that is wanted.
pub(crate) struct Wanted {
    /// One of its own modules; those that this needs come with it.
    pub(crate) module: &'static str,
    /// The module of the package of this name with `-dkms`, which is built.
    pub(crate) foreign: &'static str,
}

impl Wanted {
    fn folder(&self, workspace: &Workspace) -> PathBuf {
        workspace.tools().join("debian-kernel").join(format!("{}-{}", self.module, self.foreign))
    }

    /// The kernel, if it was fetched before.
    pub(crate) fn find(&self, workspace: &Workspace) -> Option<DebianKernel> {
        let folder = self.folder(workspace);
        let package = fs::read_to_string(folder.join(PACKAGE)).ok()?;
        let names = fs::read_to_string(folder.join(MODULES)).ok()?;
        let modules = names.lines().map(|name| folder.join(name)).collect();
        Some(DebianKernel { image: folder.join(IMAGE), modules, package })
    }

    /// Fetches `package` and builds what is foreign to it: 90 MB, of which 11 MB are kept.
    pub(crate) fn fetch(&self, workspace: &Workspace, package: &str) -> Result<DebianKernel> {
        let fresh = workspace.tools().join("debian-kernel.new");
        make_empty(&fresh)?;
        fetch(package, self, &fresh)?;
        let folder = self.folder(workspace);
        if let Some(above) = folder.parent() {
            fs::create_dir_all(above).with_context(|| format!("cannot make {}", above.display()))?;
        }
        put_in_place(&fresh, &folder)?;
        self.find(workspace).with_context(|| format!("{package} was fetched and is not found"))
    }
}

fn fetch(package: &str, Wanted { module, foreign }: &Wanted, fresh: &Path) -> Result<()> {
    // Its name is linux-image-RELEASE.
    let release = package.trim_start_matches("linux-image-");
    let headers = format!("linux-headers-{release}");
    let mut packages = vec![package.to_owned(), format!("{foreign}-dkms")];
    // The headers come in parts, of which a compiler is in the system already.
    packages.extend(dependencies(&headers)?.into_iter().filter(|name| !name.contains("compiler")));
    packages.push(headers.clone());

    let (archives, unpacked) = (fresh.join("archives"), fresh.join("unpacked"));
    fs::create_dir_all(&archives)?;
    run_quietly(
        &format!("fetching {package} with its headers, and {foreign}, 90 MB"),
        Command::new("apt-get").arg("download").args(&packages).current_dir(&archives),
    )
    .with_context(|| format!("{} cannot be fetched; `apt-get update` may help", packages.join(", ")))?;
    for archive in fs::read_dir(&archives)? {
        let mut unpack = Command::new("dpkg-deb");
        unpack.arg("-x").args([&archive?.path(), &unpacked]);
        output_of(&mut unpack)?;
    }

    let mut modules = modules_of(&unpacked, release, module)?;
    modules.push(build(&unpacked, &headers, foreign)?);
    let mut names = Vec::new();
    for path in &modules {
        let name = path.file_name().with_context(|| format!("{} is no file", path.display()))?;
        fs::copy(path, fresh.join(name)).with_context(|| format!("cannot copy {}", path.display()))?;
        names.push(name.to_string_lossy());
    }
    fs::write(fresh.join(MODULES), names.join("\n"))?;
    let image = unpacked.join("boot").join(format!("vmlinuz-{release}"));
    fs::copy(&image, fresh.join(IMAGE)).with_context(|| format!("{package} has no {}", image.display()))?;
    fs::remove_dir_all(&unpacked)?;
    fs::remove_dir_all(&archives)?;
    // Last, as the sign that all the rest is there.
    fs::write(fresh.join(PACKAGE), package)?;
    Ok(())
}

/// Builds the module of an unpacked `foreign-dkms` against unpacked headers; answers its file.
fn build(unpacked: &Path, headers: &str, foreign: &str) -> Result<PathBuf> {
    let sources = unpacked.join("usr/src");
    let headers = sources.join(headers);
    // It includes the headers' other part from where it would be installed.
    let makefile = headers.join("Makefile");
    let text =
        fs::read_to_string(&makefile).with_context(|| format!("cannot read {}", makefile.display()))?;
    fs::write(&makefile, text.replace("/usr/src", &sources.to_string_lossy()))?;

    let prefix = format!("{foreign}-");
    let source = fs::read_dir(&sources)?
        .flatten()
        .find(|entry| entry.file_name().to_string_lossy().starts_with(&prefix))
        .with_context(|| format!("{foreign}-dkms has no sources"))?
        .path();
    let mut make = Command::new("make");
    make.arg("-C").arg(&headers).arg(format!("M={}", source.display())).arg("modules");
    run_quietly(&format!("building {foreign}"), &mut make).with_context(|| {
        format!("{foreign} needs the compiler that built the kernel: `apt-get install gcc`")
    })?;
    Ok(source.join(format!("{foreign}.ko")))
}

/// The packages that a package depends on.
fn dependencies(package: &str) -> Result<Vec<String>> {
    let listed = output_of(Command::new("apt-cache").args(["depends", package]))?;
    Ok(listed.lines().filter_map(|line| line.trim().strip_prefix("Depends: ")).map(str::to_owned).collect())
}

/// The package of the kernel that Debian boots now.
pub(crate) fn current_package() -> Result<String> {
    if find_program(&["apt-get"]).is_none() || find_program(&["dpkg-deb"]).is_none() {
        bail!("Debian's kernel can only be had where there are apt-get and dpkg-deb");
    }
    let known = dependencies(CURRENT).unwrap_or_default();
    match known.into_iter().find(|name| name.starts_with("linux-image-")) {
        Some(package) => Ok(package),
        None => bail!("apt knows no {CURRENT}: this needs Debian's own kernel, from Debian's registry"),
    }
}

/// The files of `module` and of what it needs, in the order in which they are loaded.
fn modules_of(unpacked: &Path, release: &str, module: &str) -> Result<Vec<PathBuf>> {
    let program =
        |name: &str| find_administration_program(name).with_context(|| format!("there is no {name}"));
    output_of(Command::new(program("depmod")?).arg("-b").args([unpacked, Path::new(release)]))?;
    let listed = output_of(Command::new(program("modprobe")?).arg("-d").arg(unpacked).args([
        "-S",
        release,
        "--show-depends",
        module,
    ]))
    .with_context(|| format!("the kernel has no {module}"))?;
    // Lines of "insmod FILE OPTIONS"; "builtin NAME" needs no file.
    Ok(listed
        .lines()
        .filter_map(|line| line.strip_prefix("insmod "))
        .map(|line| PathBuf::from(line.split_once(".ko").map_or(line, |(stem, _)| stem).to_owned() + ".ko"))
        .collect())
}
