//! Measures a hub over HTTP, as its callers meet it, and prints a table. Run by `cargo xtask bench hub`.
//!
//! Each caller waits for its answer before it asks again (a closed loop), and checks every answer. The callers share
//! one thread of this process; the hub is a process of its own. Beside the hub's figures stand the floors: durable
//! one-row commits of the same database on the same disk, and what these callers reach against a server that does
//! nothing.

#![allow(clippy::print_stdout, reason = "the table is what this program is for")]

mod floor;
mod power_cut;
mod several_hubs;
mod work;

use std::time::Duration;

use anyhow::Result;
use clap::{Parser, ValueEnum};
use ministore_tests::measure::report::{self, Report};
use ministore_tests::measure::shelf::{Home, Shelf};

/// Measures a hub over HTTP.
#[derive(Parser)]
struct Arguments {
    /// Products of the shop, one run for each number.
    #[arg(long, value_delimiter = ',', default_value = "10000,100000")]
    products: Vec<u32>,
    /// What the shop is kept in.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "sqlite,postgres")]
    databases: Vec<Kept>,
    /// Callers at once.
    #[arg(long, value_delimiter = ',', default_value = "1,16,128")]
    callers: Vec<usize>,
    /// How long each figure is measured, in seconds.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Measure whole checkouts alone, none of what only reads.
    #[arg(long)]
    checkouts: bool,
    /// Answer any request with a fixed text, at any free address: what the callers' own ceiling is measured against.
    #[arg(long, hide = true)]
    answer: bool,
}

/// A database to be measured.
#[derive(Clone, Copy, ValueEnum)]
enum Kept {
    /// A file of SQLite's.
    Sqlite,
    /// A PostgreSQL server of this program's own.
    Postgres,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    // One thread: what it cannot do is this program's ceiling, which is printed.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        if arguments.answer {
            return floor::answer_everything().await;
        }
        Box::pin(measure(&arguments)).await
    })
}

async fn measure(arguments: &Arguments) -> Result<()> {
    let time = Duration::from_secs(arguments.seconds);
    let runs = arguments
        .databases
        .iter()
        .flat_map(|kept| arguments.products.iter().map(move |products| (*kept, *products)));
    for (kept, products) in runs {
        let mut report = Report::default();
        let (name, home) = match kept {
            Kept::Sqlite => ("SQLite", Home::sqlite()?),
            Kept::Postgres => ("PostgreSQL", Home::postgres()?),
        };
        println!("\n{name}, {products} products:");
        let shelf = Shelf::stock(home, products).await?;
        let (hub, took) = shelf.serve().await?;
        report.figure("start until the first healthy answer", report::millis(took), "1 s");
        floor::measure(&mut report, shelf.home(), &arguments.callers, time).await?;
        for &callers in &arguments.callers {
            if !arguments.checkouts {
                work::search(&mut report, &hub, callers, time).await?;
                work::look_up(&mut report, &hub, callers, time, products).await?;
                work::one_more(&mut report, &hub, &shelf, callers, time).await?;
            }
            work::checkout(&mut report, &hub, &shelf, callers, time).await?;
            if !arguments.checkouts {
                work::checkout_by_steps(&mut report, &hub, &shelf, callers, time).await?;
            }
        }
        work::the_last_ones(&mut report, &hub, &shelf).await?;
        report.figure("memory after all that", report::mebibytes(report::resident(hub.id())?), "100 MB");
        power_cut::measure(&mut report, hub, &shelf).await?;
        if matches!(kept, Kept::Postgres) {
            several_hubs::measure(&mut report, &shelf, time).await?;
        }
        report.print(&mut std::io::stdout().lock())?;
    }
    Ok(())
}
