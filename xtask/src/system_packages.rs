//! What is asked of the operating system's own packages: found by what it does, installed by apt-get where that is there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::process::{output_of, run_interactive};
use crate::setup::{Consent, Purpose};
use crate::workspace::find_program;

/// Something a build or a test needs from the system.
struct Need {
    what: &'static str,
    found: fn() -> bool,
    debian: &'static [&'static str],
    ubuntu: &'static [&'static str],
}

const C_COMPILER: Need = Need {
    what: "a C compiler (SQLite, TLS)",
    found: || find_program(&["cc"]).is_some() && has_header("stdlib.h"),
    debian: &["build-essential"],
    ubuntu: &["build-essential"],
};

const LIBCLANG: Need = Need {
    what: "libclang (the camera's bindings)",
    found: has_libclang,
    debian: &["libclang-dev"],
    ubuntu: &["libclang-dev"],
};

const FOR_THE_HUB: &[Need] = &[
    C_COMPILER,
    Need {
        what: "Node.js and npm (wasm-opt)",
        found: || find_program(&["node"]).is_some() && find_program(&["npm"]).is_some(),
        debian: &["nodejs", "npm"],
        ubuntu: &["nodejs", "npm"],
    },
];

const FOR_THE_WINDOW: &[Need] = &[
    Need {
        what: "WebKitGTK 4.1 with its headers (the window)",
        found: || succeeds("pkg-config", &["--exists", "webkit2gtk-4.1"]),
        debian: &["pkg-config", "libwebkit2gtk-4.1-dev"],
        ubuntu: &["pkg-config", "libwebkit2gtk-4.1-dev"],
    },
    LIBCLANG,
];

const FOR_TESTS: &[Need] = &[
    Need {
        what: "Chromium and its driver (the page's tests)",
        found: || {
            find_program(&["chromium", "chromium-browser", "google-chrome"]).is_some()
                && find_program(&["chromedriver", "chromium.chromedriver"]).is_some()
        },
        debian: &["chromium", "chromium-driver"],
        ubuntu: &["chromium-browser", "chromium-chromedriver"],
    },
    Need {
        what: "certutil (a browser that trusts the shop)",
        found: || find_program(&["certutil"]).is_some(),
        debian: &["libnss3-tools"],
        ubuntu: &["libnss3-tools"],
    },
    Need {
        what: "WebKit's driver and a virtual display (the window's tests)",
        found: || find_program(&["WebKitWebDriver"]).is_some() && find_program(&["Xvfb"]).is_some(),
        debian: &["webkit2gtk-driver", "xvfb"],
        ubuntu: &["webkit2gtk-driver", "xvfb"],
    },
    Need {
        what: "PostgreSQL (the engine's tests run a server of their own)",
        found: has_postgresql,
        debian: &["postgresql"],
        ubuntu: &["postgresql"],
    },
    Need {
        what: "ImageMagick (pictures of the window)",
        found: || find_program(&["import"]).is_some(),
        debian: &["imagemagick"],
        ubuntu: &["imagemagick"],
    },
    Need {
        what: "libfaketime (clocks that jump, in the storm)",
        found: || {
            ["x86_64-linux-gnu/faketime", "aarch64-linux-gnu/faketime", "faketime"]
                .iter()
                .any(|folder| Path::new("/usr/lib").join(folder).join("libfaketime.so.1").is_file())
        },
        debian: &["libfaketime"],
        ubuntu: &["libfaketime"],
    },
    Need {
        what: "Latin, Chinese and Arabic fonts (screenshots, receipts)",
        found: || {
            Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").is_file()
                && Path::new("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf").is_file()
                && Path::new("/usr/share/fonts/truetype/noto/NotoSansArabic-Regular.ttf").is_file()
        },
        debian: &["fonts-noto-cjk", "fonts-dejavu-core", "fonts-noto-core"],
        ubuntu: &["fonts-noto-cjk", "fonts-dejavu-core", "fonts-noto-core"],
    },
    Need {
        what: "poppler (the text of receipts as PDF)",
        found: || find_program(&["pdftotext"]).is_some(),
        debian: &["poppler-utils"],
        ubuntu: &["poppler-utils"],
    },
];

const FOR_CAMERA_TESTS: &[Need] = &[
    C_COMPILER,
    LIBCLANG,
    Need {
        what: "make (a driver that is built for that machine)",
        found: || find_program(&["make"]).is_some(),
        debian: &["build-essential"],
        ubuntu: &["build-essential"],
    },
    Need {
        what: "QEMU (a machine that has cameras)",
        found: || find_program(&["qemu-system-x86_64"]).is_some(),
        debian: &["qemu-system-x86"],
        ubuntu: &["qemu-system-x86"],
    },
    Need {
        what: "busybox (that machine's programs)",
        found: || find_program(&["busybox"]).is_some(),
        debian: &["busybox-static"],
        ubuntu: &["busybox-static"],
    },
    Need {
        what: "modprobe and depmod (that machine's drivers)",
        found: || find_administration_program("modprobe").is_some(),
        debian: &["kmod"],
        ubuntu: &["kmod"],
    },
];

/// Installs what `purpose` needs and this machine lacks.
pub(crate) fn install_missing(consent: Consent, purpose: Purpose) -> Result<()> {
    if !cfg!(target_os = "linux") {
        return other_systems(purpose);
    }
    let needs = match purpose {
        Purpose::Hub => vec![FOR_THE_HUB],
        Purpose::Window => vec![FOR_THE_HUB, FOR_THE_WINDOW],
        Purpose::Test => vec![FOR_THE_HUB, FOR_THE_WINDOW, FOR_TESTS],
        Purpose::CameraTest => vec![FOR_CAMERA_TESTS],
    };
    let missing: Vec<&Need> = needs.into_iter().flatten().filter(|need| !(need.found)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("   Missing on this machine:");
    for need in &missing {
        println!("     - {}", need.what);
    }
    let ubuntu = is_ubuntu();
    let packages: Vec<&str> =
        missing.iter().flat_map(|need| if ubuntu { need.ubuntu } else { need.debian }).copied().collect();
    apt_install(consent, &packages)?;
    match missing.iter().find(|need| !(need.found)()) {
        Some(need) => bail!("{} was installed and is still not found", need.what),
        None => Ok(()),
    }
}

/// Installs packages through apt-get, after a yes.
pub(crate) fn apt_install(consent: Consent, packages: &[&str]) -> Result<()> {
    if find_program(&["apt-get"]).is_none() {
        bail!(
            "there is no apt-get here: install by your system's own means what Debian calls {}, then run this again",
            packages.join(", ")
        );
    }
    let mut install = vec![
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "install",
        "--yes",
        // Fail rather than take something away from the person.
        "--no-remove",
        "--no-install-recommends",
    ];
    install.extend(packages);
    let mut update = as_administrator(&["apt-get", "update", "--quiet"])?;
    let mut install = as_administrator(&install)?;
    consent.ask("Will be installed", &crate::process::line_of(&install))?;
    run_interactive(&mut update)?;
    run_interactive(&mut install)
}

fn as_administrator(arguments: &[&str]) -> Result<Command> {
    let mut arguments = arguments.to_vec();
    #[cfg(unix)]
    if !rustix::process::geteuid().is_root() {
        if find_program(&["sudo"]).is_none() {
            bail!(
                "`{}` needs root and there is no sudo: run it as root, then this again",
                arguments.join(" ")
            );
        }
        arguments.insert(0, "sudo");
    }
    let mut command = Command::new(arguments[0]);
    command.args(&arguments[1..]);
    Ok(command)
}

fn other_systems(purpose: Purpose) -> Result<()> {
    if find_program(&["node"]).is_some() && find_program(&["npm"]).is_some() {
        return Ok(());
    }
    if cfg!(target_os = "macos") {
        println!(
            "   On macOS, once:\n     xcode-select --install\n     Node.js 20 or newer, from its installer or `brew install node`\n     PostgreSQL, for the tests: `brew install postgresql@17`"
        );
    } else {
        println!(
            "   On Windows, once:\n     Visual Studio's build tools with \"Desktop development with C++\"\n     WebView2 (part of Windows 11)\n     LLVM (for the camera's bindings) and Node.js 20 or newer, from their installers"
        );
    }
    if purpose == Purpose::Test {
        println!("     for the tests: Chrome and chromedriver on the search path");
    }
    Ok(())
}

/// A program that only an administrator's search path may have.
pub(crate) fn find_administration_program(name: &str) -> Option<PathBuf> {
    let folders = ["/usr/sbin", "/sbin"].into_iter().map(|folder| Path::new(folder).join(name));
    find_program(&[name]).or_else(|| folders.into_iter().find(|path| path.is_file()))
}

fn is_ubuntu() -> bool {
    fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=ubuntu"))
}

fn has_header(name: &str) -> bool {
    Path::new("/usr/include").join(name).is_file()
}

fn has_libclang() -> bool {
    if std::env::var_os("LIBCLANG_PATH").is_some() {
        return true;
    }
    let folders = fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|entry| entry.path());
    let llvm = folders
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("llvm")))
        .map(|path| path.join("lib"));
    llvm.chain(["/usr/lib64".into(), "/usr/lib".into()]).any(|folder| {
        fs::read_dir(folder).into_iter().flatten().flatten().any(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name == "libclang.so" || name.starts_with("libclang.so.") || name.starts_with("libclang-1")
        })
    })
}

/// Debian keeps the server's programs out of the path, a folder for each version.
fn has_postgresql() -> bool {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let has_server = |folder: PathBuf| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    versions.map(|version| version.path().join("bin")).any(has_server)
        || find_program(&["initdb"]).is_some() && find_program(&["postgres"]).is_some()
}

fn succeeds(program: &str, arguments: &[&str]) -> bool {
    output_of(Command::new(program).args(arguments)).is_ok()
}
