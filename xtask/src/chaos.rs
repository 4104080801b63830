//! A storm over a shop: programs killed, the network broken, and the books compared with what should be in them.

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::process::run as run_child;
use crate::setup::{self, Consent, Purpose};
use crate::web;
use crate::workspace::Workspace;

#[derive(Args)]
pub(crate) struct Options {
    /// How many times a program is killed.
    #[arg(long, default_value_t = 20)]
    kills: u32,
    /// What all chance is drawn from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Keep the shop on a PostgreSQL server of the storm's own, with two hubs.
    #[arg(long)]
    postgres: bool,
    /// Keep all files, and say where.
    #[arg(long)]
    keep: bool,
}

pub(crate) fn run(workspace: &Workspace, consent: Consent, options: &Options) -> Result<()> {
    setup::set_up(workspace, consent, Purpose::Test)?;
    // The hub carries the page.
    web::run(workspace, consent, &web::Options::default())?;
    for (package, binary) in [("ministore-hub", "ministore-hub"), ("ministore-chaos", "chaos")] {
        run_child(workspace.cargo().args(["build", "--package", package, "--bin", binary]))?;
    }
    let mut storm = Command::new(workspace.binary("debug", "chaos"));
    storm
        .args([format!("--kills={}", options.kills), format!("--seed={}", options.seed)])
        .args(options.postgres.then_some("--postgres"))
        .args(options.keep.then_some("--keep"))
        .current_dir(&workspace.root)
        .env("MINISTORE_BIN_DIR", workspace.target.join("debug"));
    run_child(&mut storm)
}
