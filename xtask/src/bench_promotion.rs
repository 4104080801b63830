//! Promotions: how long baskets take to be priced, and whether any legal combination would have been cheaper.

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::process::run as run_child;
use crate::workspace::Workspace;

#[derive(Args)]
pub(crate) struct Options {
    /// Hold so many random baskets against a reference that tries everything that is legal, and measure nothing.
    #[arg(long, value_name = "BASKETS")]
    check: Option<u64>,
    /// Begin with this one, to try others.
    #[arg(long, value_name = "NUMBER", default_value_t = 0, requires = "check")]
    seed: u64,
    /// Baskets of each row of the table.
    #[arg(long, default_value_t = 5_000)]
    baskets: u64,
    /// Lines of the largest.
    #[arg(long, default_value_t = 100)]
    lines: u64,
    /// Promotions that hold.
    #[arg(long, default_value_t = 500)]
    promotions: u64,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    const PACKAGE: [&str; 3] = ["--release", "--package", "ministore-core"];
    if let Some(baskets) = options.check {
        let mut check = workspace.cargo();
        check
            .arg("test")
            .args(PACKAGE)
            .args(["--test", "promotion_brute_force", "--", "--nocapture"])
            .env("MINISTORE_BASKETS", baskets.to_string())
            .env("MINISTORE_SEED", options.seed.to_string());
        return run_child(&mut check);
    }
    run_child(workspace.cargo().arg("build").args(PACKAGE).args(["--example", "promotions"]))?;
    let mut bench = Command::new(workspace.binary("release/examples", "promotions"));
    bench
        .args([options.baskets, options.lines, options.promotions].map(|number| number.to_string()))
        .current_dir(&workspace.root);
    run_child(&mut bench)
}
