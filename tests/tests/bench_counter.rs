//! The till's benchmark runs through, and prints each of its figures. What they are is not judged here.

use std::process::Command;

use anyhow::{Result, ensure};

#[test]
fn the_tills_benchmark_prints_every_figure() -> Result<()> {
    let output = Command::new(env!("CARGO_BIN_EXE_bench-counter")).arg("--quick").output()?;
    let (table, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "it ended with {}:\n{table}\n{errors}", output.status);
    for figure in [
        "a sale of 3 lines durable, at the engine",
        "start the page again until it takes a scan",
        "scan of a product that is on a ticket of 199 lines",
        "scan of another product, asked of the hub",
        "a sale of 3 lines, from the tap to the receipt",
        "all the page's memory",
        "the books after all that",
    ] {
        ensure!(table.contains(figure), "there is no {figure:?} in:\n{table}");
    }
    Ok(())
}
