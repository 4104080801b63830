//! What a shopper waits for: the hub's start, the page's first use, and the bytes until then.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use ministore_tests::browser::{Browser, ChromeDriver};
use ministore_tests::page::Screen;
use ministore_tests::{HubProcess, environment};

use ministore_tests::measure::samples::{Samples, Table, show};

/// How often the browser is started anew.
const VISITS: usize = 10;

/// Starts the hub's own program on a demo shop and visits it with a new browser each time.
pub(crate) async fn measure(table: &mut Table) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut hub = HubProcess::start(folder.path(), 0)?;
    hub.stop()?;
    let mut starts = Vec::new();
    for _ in 0..5 {
        let start = Instant::now();
        hub = HubProcess::start(folder.path(), 0)?;
        starts.push(start.elapsed());
        hub.stop()?;
    }
    table.times("start the hub until it answers", &Samples::from_times(starts), None, "");

    let mut hub = HubProcess::start(folder.path(), 0)?;
    tokio::time::sleep(Duration::from_secs(5)).await;
    table.figure("memory of the hub at rest", format!("{:.0} MiB", resident(hub.id())?), String::new(), "");

    let mut visits = Vec::new();
    for _ in 0..VISITS {
        let mut driver = ChromeDriver::start()?;
        let page = driver.open("phone", Browser::new(Screen::PHONE)).await?;
        let start = Instant::now();
        page.open(&hub.url("/")).await?;
        page.sees("@product").await?;
        visits.push(start.elapsed());
        page.driver().clone().quit().await?;
    }
    table.times("open the page until it is usable, nothing cached", &Samples::from_times(visits), None, "");
    hub.stop()?;
    Ok(())
}

/// The page's bytes as a browser downloads them.
pub(crate) fn bytes(table: &mut Table) -> Result<()> {
    let file = std::env::var_os("MINISTORE_WEB_SIZES")
        .context("MINISTORE_WEB_SIZES is not set: run `cargo xtask bench`")?;
    let sizes: serde_json::Value = serde_json::from_slice(&std::fs::read(Path::new(&file))?)?;
    for (part, what, goal) in [
        ("page", "bytes to first use (wasm, JS, CSS; brotli)", "at most 200 KB"),
        ("page_later", "bytes of its other screens, right after", ""),
        ("counter", "bytes to first use of the counter", ""),
        ("decoder", "bytes of the decoder, when the camera opens", "at most 350 KB"),
    ] {
        let size = sizes[part]["brotli"].as_u64().with_context(|| format!("no size of the {part}"))?;
        table.figure(what, format!("{:.1} KB", size as f64 / 1000.0), String::new(), goal);
    }
    Ok(())
}

/// The time that an empty process of the hub's takes, to tell the program's own start from the shop's.
pub(crate) fn bare_start(table: &mut Table) -> Result<()> {
    let program = environment::program("ministore-hub")?;
    let samples = Samples::of(0..20, |_| {
        Command::new(&program).arg("--version").output().context("the hub does not start")?;
        Ok(())
    })?;
    table.figure("start the program and end it again", show(samples.percentile(50)), String::new(), "");
    Ok(())
}

/// Resident memory of a process, in MiB.
fn resident(process: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes / 1024.0)
}
