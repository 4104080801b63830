//! Our scanner beside other free decoders, on the same pictures in one run: folders that are given, and rendered scenes.
//!
//! The others come from PyPI, into a virtual environment of their own under `target/`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;
use serde::Deserialize;

use crate::process::{output_of, run as run_child};
use crate::setup::{self, Consent, Purpose};
use crate::workspace::{Workspace, find_program};

#[derive(Args)]
pub(crate) struct Options {
    /// Folders of pictures, or directories of such folders, beside the rendered scenes.
    folders: Vec<PathBuf>,
    /// How many scenes are rendered.
    #[arg(long, default_value_t = 2000)]
    scenes: usize,
    /// The first scene's seed; the others follow it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// What the other decoders are; zbar-py is built where it is installed.
const PEERS: [&str; 4] = ["numpy>=1.26,<3", "pillow>=11", "zxing-cpp==3.1.1", "zbar-py==1.0.4"];

/// One decoder's count over some folders.
#[derive(Deserialize, Default, Clone)]
struct Row {
    images: usize,
    right: usize,
    wrong: usize,
    missed: usize,
    false_positives: usize,
    #[serde(default)]
    millis: Vec<f64>,
}

impl Row {
    fn add(&mut self, other: &Self) {
        self.images += other.images;
        self.right += other.right;
        self.wrong += other.wrong;
        self.missed += other.missed;
        self.false_positives += other.false_positives;
        self.millis.extend(&other.millis);
    }
}

#[derive(Deserialize)]
struct Ours {
    folders: Vec<OurRow>,
}

#[derive(Deserialize)]
struct OurRow {
    name: String,
    #[serde(flatten)]
    row: Row,
}

/// By decoder, then by folder.
type Report = BTreeMap<String, BTreeMap<String, Row>>;

pub(crate) fn run(workspace: &Workspace, consent: Consent, options: &Options) -> Result<()> {
    setup::set_up(workspace, consent, Purpose::Test)?;
    let cargo = |arguments: &[&str]| {
        let mut cargo = workspace.cargo();
        cargo.args(["build", "--release", "--package", "ministore-scan"]).args(arguments);
        cargo
    };
    run_child(&mut cargo(&["--bin", "scan-images", "--example", "scene_pictures"]))?;
    let scenes = rendered(workspace, options)?;
    let peers = peers(workspace)?;
    let mut collections =
        vec![(format!("{} scenes from seed {}", options.scenes, options.seed), vec![scenes])];
    for folder in &options.folders {
        collections.push((folder.display().to_string(), vec![folder.clone()]));
    }
    for (name, folders) in collections {
        let folders = folders_in(&folders)?;
        let mut report = ours(workspace, &folders)?;
        match &peers {
            Some(python) => report.extend(theirs(workspace, python, &folders)?),
            None => println!("   the other decoders are left out: they could not be had from PyPI"),
        }
        print_table(&name, &report);
    }
    Ok(())
}

/// The folder with the scenes, rendered once for a seed.
fn rendered(workspace: &Workspace, options: &Options) -> Result<PathBuf> {
    let name = format!("scenes-{}-{}", options.seed, options.scenes);
    let folder = workspace.target.join("bench-scan").join(name);
    if folder.is_dir() {
        return Ok(folder);
    }
    println!("   rendering {} scenes", options.scenes);
    let half_made = folder.with_extension("part");
    if half_made.is_dir() {
        std::fs::remove_dir_all(&half_made)?;
    }
    let mut render = Command::new(workspace.target.join("release/examples/scene_pictures"));
    render.arg(&half_made);
    render.args(["--scenes", &options.scenes.to_string(), "--seed", &options.seed.to_string()]);
    run_child(&mut render)?;
    std::fs::rename(&half_made, &folder)?;
    Ok(folder)
}

/// The Python of an environment with the other decoders; nothing where they cannot be had.
fn peers(workspace: &Workspace) -> Result<Option<PathBuf>> {
    let environment = workspace.tools().join("scan-peers");
    let python = environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let installed = environment.join("installed");
    if installed.is_file() {
        return Ok(Some(python));
    }
    let Some(system) = find_program(&["python3", "python"]) else { return Ok(None) };
    println!("   fetching zxing-cpp and ZBar from PyPI");
    let mut make = Command::new(system);
    make.args(["-m", "venv"]).arg(&environment);
    if run_child(&mut make).is_err() {
        return Ok(None);
    }
    let install = |packages: &[&str]| {
        let mut install = Command::new(&python);
        run_child(
            install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(packages),
        )
    };
    let (zbar, others) = PEERS.split_last().context("there are peers")?;
    if install(others).is_err() {
        return Ok(None);
    }
    if install(&[zbar]).is_err() {
        println!("   ZBar is left out: {zbar} could not be installed");
    }
    std::fs::write(&installed, PEERS.join("\n"))?;
    Ok(Some(python))
}

/// Each folder itself where it holds pictures, else the folders in it.
fn folders_in(given: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for folder in given {
        let mut inner = Vec::new();
        let mut has_pictures = false;
        for entry in std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
            let path = entry?.path();
            has_pictures |=
                path.extension().is_some_and(|kind| ["png", "jpg", "webp"].iter().any(|k| kind == *k));
            if path.is_dir() {
                inner.push(path);
            }
        }
        inner.sort();
        if has_pictures { folders.push(folder.clone()) } else { folders.extend(inner) }
    }
    Ok(folders)
}

fn ours(workspace: &Workspace, folders: &[PathBuf]) -> Result<Report> {
    let mut scan = Command::new(workspace.binary("release", "scan-images"));
    let text = output_of(scan.arg("--json").arg("--millis").args(folders))?;
    let ours: Ours = serde_json::from_str(&text).context("scan-images wrote no table")?;
    let rows = folders.iter().zip(ours.folders);
    let rows = rows.map(|(folder, ours)| (folder.display().to_string() + &ours.name, ours.row)).collect();
    Ok(BTreeMap::from([("Ministore".to_owned(), rows)]))
}

fn theirs(workspace: &Workspace, python: &Path, folders: &[PathBuf]) -> Result<Report> {
    let mut read = Command::new(python);
    let text = output_of(read.arg(workspace.root.join("xtask/src/bench_scan/peers.py")).args(folders))?;
    serde_json::from_str(&text).context("peers.py wrote no table")
}

fn print_table(name: &str, report: &Report) {
    println!("\n{name}");
    println!(
        "{:24} {:>8} {:>6} {:>6} {:>6} {:>9} {:>8} {:>8}",
        "decoder", "pictures", "right", "wrong", "missed", "false pos", "mean ms", "p95 ms"
    );
    for (decoder, folders) in report {
        let mut sum = Row::default();
        folders.values().for_each(|row| sum.add(row));
        sum.millis.sort_by(f64::total_cmp);
        let mean = sum.millis.iter().sum::<f64>() / sum.millis.len().max(1) as f64;
        let p95 = sum.millis.get(sum.millis.len() * 95 / 100).copied().unwrap_or_default();
        println!(
            "{decoder:24} {:8} {:6} {:6} {:6} {:9} {mean:8.2} {p95:8.2}",
            sum.images, sum.right, sum.wrong, sum.missed, sum.false_positives
        );
    }
}
