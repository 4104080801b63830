//! Measures how a device gets in step with its shop, and prints a table. Run by `cargo xtask bench sync`.
//!
//! The hub and the device are processes of their own, over the loopback network. The device is the installed app without
//! its window. It loads the shop for the first time, sells for an hour's worth with nothing to reach, while the shop goes
//! on without it, and gets in step again; then its stock is compared with the hub's.

#![allow(clippy::print_stdout, reason = "the table is what this program is for")]

mod till;

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::{Args, Parser, Subcommand};
use ministore_core::catalogue::Lookup;
use ministore_tests::measure::http::Connection;
use ministore_tests::measure::report::{self, Report};
use ministore_tests::measure::shelf::{Home, Shelf};
use ministore_tests::process::Process;

/// Measures how a device gets in step.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    role: Option<Role>,
    /// Products of the shop.
    #[arg(long, default_value_t = 100_000)]
    products: u32,
    /// What happens on either side while the device is away: so many sales here, so many orders there.
    #[arg(long, default_value_t = 1000)]
    operations: u32,
}

#[derive(Subcommand)]
enum Role {
    /// Be the device.
    #[command(hide = true)]
    Till(TillOptions),
}

/// What the device is told.
#[derive(Args)]
struct TillOptions {
    /// Where its files are.
    #[arg(long)]
    folder: PathBuf,
    /// The hub.
    #[arg(long)]
    hub: String,
    /// How many sales it makes while it is away.
    #[arg(long)]
    operations: u32,
    /// The file whose presence tells it to come back: the hub's stock of each of its goods, as JSON.
    #[arg(long)]
    back: PathBuf,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    match arguments.role {
        Some(Role::Till(options)) => till::run(&options).await,
        None => measure(arguments.products, arguments.operations).await,
    }
}

/// How long one step of the device may take.
const PATIENCE: Duration = Duration::from_secs(300);

async fn measure(products: u32, operations: u32) -> Result<()> {
    let mut report = Report::default();
    let shelf = Shelf::stock(Home::sqlite()?, products).await?;
    let (mut hub, _) = shelf.serve().await?;
    let folder = tempfile::tempdir()?;
    let back = folder.path().join("back");
    let mut till = Process::start(
        "the till",
        Command::new(std::env::current_exe()?)
            .args(["till", "--hub", &hub.url("/"), "--operations", &operations.to_string(), "--folder"])
            .arg(folder.path())
            .arg("--back")
            .arg(&back),
    )?;
    let mut told = |what: &'static str| {
        till.wait_for(PATIENCE, move |line| line.strip_prefix(what).map(|rest| rest.trim().to_owned()))
    };
    let millis = |text: &str| -> Result<String> { Ok(format!("{text} ms")) };
    let loaded = told("loaded")?;
    report.figure(
        &format!("first load of {products} products, until all can be searched"),
        millis(&loaded)?,
        "3 s",
    );
    report.figure("  the device's memory at its peak", report::mebibytes(told("peak")?.parse()?), "50 MB");
    let sold = told("sold")?;
    report.figure(&format!("  {operations} sales with nothing to reach"), millis(&sold)?, "");
    let mut connection = Connection::open(hub.address()).await?;
    for round in 0..operations {
        connection.done(shelf.shopper(0), &shelf.order(round.into())?).await?;
    }
    let mut stock = Vec::with_capacity(shelf.goods.len());
    for product in &shelf.goods {
        let code = product.code().context("a product without a code")?;
        stock.push(connection.done(None, &Lookup { code }).await?.available);
    }
    // Whole or not at all.
    let unfinished = folder.path().join("unfinished");
    std::fs::write(&unfinished, serde_json::to_vec(&stock)?)?;
    std::fs::rename(&unfinished, &back)?;
    let converged = told("converged")?;
    let what = format!("in step again: {operations} sales sent, {operations} orders heard of");
    report.figure(&what, millis(&converged)?, "");
    // The device says the stock of each of the goods, which has to be the hub's.
    let mut same = 0;
    for product in &shelf.goods {
        let code = product.code().context("a product without a code")?;
        let here = connection.done(None, &Lookup { code }).await?.available;
        let there: i64 = told("stock")?.parse()?;
        ensure!(here == there, "{code}: {here} at the hub, {there} on the device");
        same += 1;
    }
    report.figure(
        "  goods whose stock is the same on both",
        format!("{same} of {}", shelf.goods.len()),
        "all",
    );
    till.kill()?;
    hub.stop()?;
    shelf.check().context("the books do not balance")?;
    println!("\nA device and its hub, SQLite on both:");
    report.print(&mut std::io::stdout().lock())?;
    Ok(())
}
