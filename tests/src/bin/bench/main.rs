//! Measures what a shop and its shoppers wait for, and prints a table. Run by `cargo xtask bench`.

#![allow(clippy::print_stdout, reason = "the table is what this program is for")]

mod engine;
mod page;

use anyhow::Result;

use crate::engine::Bench;
use ministore_tests::measure::samples::Table;

/// As many products as a large supermarket has.
const PRODUCTS: u32 = 100_000;

#[tokio::main]
async fn main() -> Result<()> {
    let mut table = Table::default();
    println!("with {PRODUCTS} products:");
    let bench = Bench::start(PRODUCTS, &mut table).await?;
    bench.lookup(&mut table).await?;
    bench.search(&mut table).await?;
    bench.basket(&mut table).await?;
    Box::pin(bench.order(&mut table)).await?;
    bench.end().await;
    table.print(&mut std::io::stdout().lock())?;
    if !std::env::args().any(|argument| argument == "--engine-only") {
        println!("\nwith the demo shop:");
        let mut table = Table::default();
        page::bare_start(&mut table)?;
        Box::pin(page::measure(&mut table)).await?;
        page::bytes(&mut table)?;
        table.print(&mut std::io::stdout().lock())?;
    }
    Ok(())
}
