//! Times of one thing done many times, and the table that they end in.

use std::time::{Duration, Instant};

/// Times, one for each run.
pub struct Samples(Vec<Duration>);

impl Samples {
    /// Runs `work` for each of `inputs` and keeps each run's time.
    pub fn of<T>(
        inputs: impl IntoIterator<Item = T>,
        mut work: impl FnMut(T) -> anyhow::Result<()>,
    ) -> anyhow::Result<Self> {
        let mut times = Vec::new();
        for input in inputs {
            let start = Instant::now();
            work(input)?;
            times.push(start.elapsed());
        }
        Ok(Self::from_times(times))
    }

    /// Times measured elsewhere.
    pub fn from_times(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The time that `percent` of all runs stayed within.
    pub fn percentile(&self, percent: usize) -> Duration {
        let last = self.0.len().saturating_sub(1);
        self.0.get(last * percent / 100).copied().unwrap_or_default()
    }
}

/// The printed table, a row a figure.
#[derive(Default)]
pub struct Table {
    rows: Vec<[String; 6]>,
}

impl Table {
    /// A row of times; `floor` is what the same takes with nothing of ours around it.
    pub fn times(&mut self, what: &str, samples: &Samples, floor: Option<&Samples>, goal: &str) {
        let ratio = floor.map_or_else(String::new, |floor| {
            let ratio =
                |percent| samples.percentile(percent).as_secs_f64() / floor.percentile(percent).as_secs_f64();
            format!("{:.1}× / {:.1}×", ratio(50), ratio(99))
        });
        let [median, p95, p99] = [50, 95, 99].map(|percent| show(samples.percentile(percent)));
        self.rows.push([what.to_owned(), median, p95, p99, ratio, goal.to_owned()]);
    }

    /// A row with one figure.
    pub fn figure(&mut self, what: &str, figure: String, ratio: String, goal: &str) {
        self.rows.push([what.to_owned(), figure, String::new(), String::new(), ratio, goal.to_owned()]);
    }

    /// Writes the table, columns aligned.
    pub fn print(&self, out: &mut impl std::io::Write) -> std::io::Result<()> {
        let head = ["", "median", "p95", "p99", "ratio to floor (median / p99)", "goal"].map(str::to_owned);
        print_aligned(&head, &self.rows, out)
    }
}

/// Writes rows below their head, columns aligned.
pub fn print_aligned<const COLUMNS: usize>(
    head: &[String; COLUMNS],
    rows: &[[String; COLUMNS]],
    out: &mut impl std::io::Write,
) -> std::io::Result<()> {
    let rows: Vec<&[String; COLUMNS]> = std::iter::once(head).chain(rows).collect();
    let widths: Vec<usize> = (0..COLUMNS)
        .map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0))
        .collect();
    for row in rows {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}")).collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(())
}

/// A duration in the unit that suits it.
pub fn show(time: Duration) -> String {
    match time.as_nanos() {
        0..10_000 => format!("{} ns", time.as_nanos()),
        10_000..10_000_000 => format!("{:.1} µs", time.as_nanos() as f64 / 1e3),
        10_000_000..10_000_000_000 => format!("{:.0} ms", time.as_secs_f64() * 1e3),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}
