//! Many payments through a WeChat Pay that fails, then both sides' books.

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::process::run as run_child;
use crate::workspace::Workspace;

#[derive(Args)]
pub(crate) struct Options {
    /// How many orders.
    #[arg(long, default_value_t = 10_000)]
    runs: u32,
    /// What all chance is drawn from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    run_child(workspace.cargo().args(["build", "--package", "ministore-pay-faults", "--bin", "pay-faults"]))?;
    let mut faults = Command::new(workspace.binary("debug", "pay-faults"));
    faults.args([format!("--runs={}", options.runs), format!("--seed={}", options.seed)]);
    run_child(&mut faults)
}
