//! Cameras on a real driver, though this machine may have none: Debian's kernel boots in an emulated machine with its
//! virtual cameras (`vivid`) and with what programs use that act as one (`v4l2loopback`), and
//! `src-scan/examples/virtual_cameras.rs` tries them there.
//!
//! Each has what the other lacks: vivid can be unplugged, has outputs and many modes, but plays nothing into its webcam
//! and tells the rates of its video inputs in fractions that nokhwa does not read; v4l2loopback gives a code the way
//! through nokhwa, in MJPEG too.
//!
//! The codes that are played into the cameras are made up here, anew each time, and what was read is compared here.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};

use crate::debian_kernel::{self, DebianKernel, Wanted};
use crate::initramfs::Initramfs;
use crate::process::{Running, check_interrupted, output_of, run as run_child, seconds};
use crate::setup::{Consent, Purpose};
use crate::system_packages;
use crate::workspace::{Workspace, find_program};

/// How long the machine may take; it is done in half a minute where nothing else runs.
const PATIENCE: Duration = Duration::from_secs(300);
const POLL: Duration = Duration::from_millis(100);

const PROGRAM: &str = "virtual_cameras";
const VIVID: &str = "vivid";
const LOOPBACK: &str = "v4l2loopback";
/// How the modules are loaded. vivid has three instances: a webcam; HDMI in and out; S-Video in and out (the kernel's
/// `Documentation/admin-guide/media/vivid.rst`). The loopback is a camera only while it is fed.
const OPTIONS: [(&str, &str); 2] = [
    (
        VIVID,
        "n_devs=3 node_types=0x1,0x101,0x101 num_inputs=1,1,1 input_types=0x0,0x3,0x2 num_outputs=1,1,1 \
         output_types=0x0,0x1,0x0",
    ),
    (LOOPBACK, "devices=1 video_nr=10 card_label=Loopback exclusive_caps=1"),
];

/// What a case is shown, and has to tell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Nothing,
    /// Some of the driver's plain test pictures, by a letter each.
    Colours,
    /// An EAN-13.
    Code,
}

/// What must have worked.
const CASES: [(&str, Shown); 18] = [
    ("list", Shown::Nothing),
    ("webcam", Shown::Colours),
    ("other mode", Shown::Nothing),
    ("hdmi YUYV", Shown::Code),
    ("hdmi NV12", Shown::Code),
    ("hdmi GREY", Shown::Code),
    ("hdmi RGB", Shown::Code),
    ("hdmi BGR", Shown::Code),
    ("s-video YUYV", Shown::Code),
    ("loopback YUYV", Shown::Code),
    ("loopback NV12", Shown::Code),
    ("loopback GREY", Shown::Code),
    ("loopback RGB", Shown::Code),
    ("loopback BGR", Shown::Code),
    ("loopback MJPEG", Shown::Code),
    ("busy", Shown::Nothing),
    ("unplugged webcam", Shown::Nothing),
    ("unplugged", Shown::Code),
];

/// A case, what it is shown, and whether it was told to have worked.
struct Case {
    name: &'static str,
    text: Option<String>,
    passed: bool,
}

pub(crate) fn run(workspace: &Workspace, consent: Consent) -> Result<()> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        bail!("the cameras' test boots Debian's kernel for x86-64, and runs on such a Linux only");
    }
    let kernel = kernel(workspace, consent)?;
    run_child(workspace.cargo().args([
        "build",
        "--package",
        "ministore-scan",
        "--example",
        PROGRAM,
        "--features",
        "camera,synthetic",
    ]))?;
    let program = workspace.binary("debug", &format!("examples/{PROGRAM}"));

    let mut cases = CASES
        .into_iter()
        .map(|(name, shown)| Ok(Case { name, text: text_for(shown)?, passed: false }))
        .collect::<Result<Vec<Case>>>()?;
    let folder = workspace.target.join("camera-test");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let initramfs = folder.join("initramfs");
    fs::write(&initramfs, machine(&kernel, &program, &cases)?)
        .with_context(|| format!("cannot write {}", initramfs.display()))?;

    println!("   booting {} with {VIVID} and {LOOPBACK}", kernel.package);
    let started = Instant::now();
    let console = folder.join("console.log");
    let watched = watch(&kernel, &initramfs, &console, &mut cases);
    let missing: Vec<&str> = cases.iter().filter(|case| !case.passed).map(|case| case.name).collect();
    if watched.is_ok() && missing.is_empty() {
        println!("   all {} in {}", cases.len(), seconds(started.elapsed()));
        return Ok(());
    }
    watched
        .and_then(|()| bail!("did not work: {}", missing.join(", ")))
        .with_context(|| format!("what the machine said is in {}", console.display()))
}

/// The kernel to boot, and the programs to boot it with.
fn kernel(workspace: &Workspace, consent: Consent) -> Result<DebianKernel> {
    let wanted = Wanted { module: VIVID, foreign: LOOPBACK };
    let install = || system_packages::install_missing(consent, Purpose::CameraTest);
    if let Some(kernel) = wanted.find(workspace) {
        install()?;
        return Ok(kernel);
    }
    // Asked first: where there is no kernel nothing need be installed for it.
    let package = debian_kernel::current_package()?;
    install()?;
    wanted.fetch(workspace, &package)
}

/// What a case is shown: random, so that nothing but its frames can tell it.
fn text_for(shown: Shown) -> Result<Option<String>> {
    let mut random = [0; 12];
    getrandom::fill(&mut random).map_err(|error| anyhow!("the system gives no random numbers: {error}"))?;
    Ok(match shown {
        Shown::Nothing => None,
        Shown::Colours => Some(colours(random)),
        Shown::Code => Some(ean_13(random)),
    })
}

/// Four of vivid's plain pictures (black, white, red, green, blue), each another than the one before.
fn colours(bytes: [u8; 12]) -> String {
    let mut place = 0;
    let places = bytes[..4].iter().map(|byte| {
        place = (place + 1 + usize::from(byte % 4)) % 5;
        place
    });
    places.map(|place| ['k', 'w', 'r', 'g', 'b'][place]).collect()
}

/// An EAN-13 of these digits, each taken modulo 10. It does not begin with 0: that would be a UPC-A.
fn ean_13(bytes: [u8; 12]) -> String {
    let mut digits = bytes.map(|byte| byte % 10);
    digits[0] = digits[0].max(1);
    let weighted =
        digits.iter().zip([1, 3].into_iter().cycle()).map(|(digit, weight)| u32::from(digit * weight));
    let check = (10 - weighted.sum::<u32>() % 10) % 10;
    digits.iter().map(|digit| char::from(b'0' + digit)).collect::<String>() + &check.to_string()
}

/// All that the machine has: our program, busybox, what both are linked to, and the modules.
fn machine(kernel: &DebianKernel, program: &Path, cases: &[Case]) -> Result<Vec<u8>> {
    let busybox = find_program(&["busybox"]).context("there is no busybox")?;
    let mut files = Initramfs::default();
    for folder in ["/proc", "/sys", "/dev", "/modules"] {
        files.add_folder(folder)?;
    }
    files.copy(&busybox, "/bin/busybox")?;
    files.copy(program, "/bin/cameras")?;
    let mut libraries = libraries_of(program);
    libraries.extend(libraries_of(&busybox));
    libraries.sort();
    libraries.dedup();
    for library in &libraries {
        files.copy(library, &library.to_string_lossy())?;
    }
    let mut init = String::from(
        "#!/bin/busybox sh\n\
         /bin/busybox mount -t proc none /proc\n\
         /bin/busybox mount -t sysfs none /sys\n\
         /bin/busybox mount -t devtmpfs none /dev\n",
    );
    for module in &kernel.modules {
        let name = module.file_name().with_context(|| format!("{} is no file", module.display()))?;
        let name = name.to_string_lossy();
        files.copy(module, &format!("/modules/{name}"))?;
        let options = OPTIONS.iter().find(|(module, _)| name.strip_suffix(".ko") == Some(module));
        let options = options.map_or("", |(_, options)| options);
        init += &format!("/bin/busybox insmod /modules/{name} {options}\n");
    }
    init += "/bin/cameras /show\n/bin/busybox poweroff -f\n";
    files.add("/init", init.as_bytes())?;
    let show: String = cases
        .iter()
        .filter_map(|case| case.text.as_ref().map(|text| format!("{}\t{text}\n", case.name)))
        .collect();
    files.add("/show", show.as_bytes())?;
    files.finish()
}

/// The shared libraries that a program is linked to, its loader included; none for a static one.
fn libraries_of(program: &Path) -> Vec<PathBuf> {
    let listed = output_of(Command::new("ldd").arg(program)).unwrap_or_default();
    listed
        .lines()
        .filter_map(|line| line.split_whitespace().find(|word| word.starts_with('/')))
        .map(PathBuf::from)
        .collect()
}

/// Runs the machine until it is off, and shows its cases as they come.
fn watch(kernel: &DebianKernel, initramfs: &Path, console: &Path, cases: &mut [Case]) -> Result<()> {
    let log = File::create(console).with_context(|| format!("cannot write {}", console.display()))?;
    let mut machine = Command::new("qemu-system-x86_64");
    machine
        // Emulated, so that it is the same machine everywhere: inside a virtual one the processor's own means may fail.
        .args(["-accel", "tcg", "-cpu", "max", "-m", "1024"])
        .args(["-nodefaults", "-no-reboot", "-display", "none", "-serial", "stdio"])
        .arg("-kernel")
        .arg(&kernel.image)
        .arg("-initrd")
        .arg(initramfs)
        .args(["-append", "console=ttyS0 quiet panic=-1"])
        .stdout(log.try_clone()?)
        .stderr(log);
    let mut running = Running::start(&mut machine)?;
    let started = Instant::now();
    let mut read = File::open(console)?;
    let (mut at, mut ended) = (0, false);
    loop {
        // Asked before reading, so that what it said last is read.
        let status = running.poll()?;
        read.seek(SeekFrom::Start(at))?;
        let mut bytes = Vec::new();
        read.read_to_end(&mut bytes)?;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        at += whole as u64;
        for line in String::from_utf8_lossy(&bytes[..whole]).lines() {
            ended |= line.trim() == "done";
            note(line.trim(), cases);
        }
        if let Some(status) = status {
            ensure!(status.success(), "the machine failed ({status})");
            ensure!(ended, "the machine stopped before its end");
            return Ok(());
        }
        check_interrupted()?;
        ensure!(started.elapsed() < PATIENCE, "the machine was not done after {}", seconds(PATIENCE));
        thread::sleep(POLL);
    }
}

/// Takes down and shows what the machine says about a case.
fn note(line: &str, cases: &mut [Case]) {
    let mut parts = line.splitn(5, '\t');
    let (Some("case"), Some(name), Some(verdict), Some(read), Some(what)) =
        (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return;
    };
    let Some(case) = cases.iter_mut().find(|case| case.name == name) else { return };
    case.passed = verdict == "PASS" && case.text.as_deref().unwrap_or("-") == read;
    let mark = if case.passed { "ok" } else { "FAILED" };
    println!("   {name:<17} {mark:<6} {read:<13}  {what}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_up_code_has_its_check_digit() {
        assert_eq!(ean_13([4, 0, 0, 6, 3, 8, 1, 3, 3, 3, 9, 3]), "4006381333931");
        assert_eq!(ean_13([0; 12]).len(), 13);
        assert!(ean_13([0; 12]).starts_with('1'));
    }

    #[test]
    fn only_the_code_that_was_shown_counts() {
        let mut cases = [Case { name: "hdmi NV12", text: Some("4006381333931".into()), passed: false }];
        note("case\thdmi NV12\tPASS\t4006381333948\tanother", &mut cases);
        assert!(!cases[0].passed);
        note("case\thdmi NV12\tPASS\t4006381333931\t1280×720", &mut cases);
        assert!(cases[0].passed);
        note("case\thdmi NV12\tFAIL\t4006381333931\tand then not", &mut cases);
        assert!(!cases[0].passed);
        note("case\thdmi", &mut cases);
    }
}
