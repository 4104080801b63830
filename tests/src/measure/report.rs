//! The printed table.

use std::io::{self, Write};
use std::time::Duration;

use super::http::Load;
use super::samples::print_aligned;
use anyhow::{Context, Result};

/// Rows as they are measured.
#[derive(Default)]
pub struct Report {
    rows: Vec<[String; 8]>,
}

impl Report {
    /// A row of a closed loop.
    pub fn load(&mut self, what: &str, callers: usize, load: &Load, goal: &str) {
        let [median, p95, p99] = [50, 95, 99].map(|percent| millis(load.times.percentile(percent)));
        let rate = format!("{:.0}/s", load.per_second);
        let processor = load.processor.map(millis).unwrap_or_default();
        self.rows.push([
            what.to_owned(),
            callers.to_string(),
            rate,
            median,
            p95,
            p99,
            processor,
            goal.to_owned(),
        ]);
    }

    /// A row with a rate alone.
    pub fn rate(&mut self, what: &str, callers: usize, per_second: f64, goal: &str) {
        let rate = format!("{per_second:.0}/s");
        let none = String::new;
        self.rows.push([
            what.to_owned(),
            callers.to_string(),
            rate,
            none(),
            none(),
            none(),
            none(),
            goal.to_owned(),
        ]);
    }

    /// A row with one figure.
    pub fn figure(&mut self, what: &str, figure: String, goal: &str) {
        let none = String::new;
        self.rows.push([what.to_owned(), none(), figure, none(), none(), none(), none(), goal.to_owned()]);
    }

    /// Writes the table, columns aligned.
    pub fn print(&self, out: &mut impl Write) -> io::Result<()> {
        let head = ["", "callers", "rate", "median", "p95", "p99", "hub's CPU", "goal"].map(str::to_owned);
        print_aligned(&head, &self.rows, out)
    }
}

/// A time in milliseconds.
pub fn millis(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

/// Bytes in MiB.
pub fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}

/// The resident memory of a process, in bytes (proc(5), `VmRSS`).
pub fn resident(process: u32) -> Result<u64> {
    memory(process, "VmRSS:")
}

/// The processor time that a process has had, in all of its threads (proc(5), `stat`).
pub fn processor(process: u32) -> Result<Duration> {
    // What Linux counts it in, on every architecture, whatever the kernel's own tick is.
    const TICKS_A_SECOND: u64 = 100;
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The second field is the program's name in parentheses, which may hold anything.
    let (_, fields) = stat.rsplit_once(')').context("no such field")?;
    let ticks: u64 =
        fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>).sum::<Result<_, _>>()?;
    Ok(Duration::from_millis(ticks * 1000 / TICKS_A_SECOND))
}

/// The most that it ever was (proc(5), `VmHWM`).
pub fn peak(process: u32) -> Result<u64> {
    memory(process, "VmHWM:")
}

fn memory(process: u32, field: &str) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)).context("no such field")?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes * 1024)
}
