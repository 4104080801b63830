//! The till in a real browser, at a hub with a large catalogue.

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::process::run as run_child;
use crate::setup::{self, Consent, Purpose};
use crate::web;
use crate::workspace::Workspace;

#[derive(Args)]
pub(crate) struct Options {
    /// Only see that all of it works, in less than a minute.
    #[arg(long)]
    quick: bool,
    /// Passed on to the benchmark, as --products; --help says more.
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
}

pub(crate) fn run(workspace: &Workspace, consent: Consent, options: &Options) -> Result<()> {
    setup::set_up(workspace, consent, Purpose::Test)?;
    web::run(workspace, consent, &web::Options::default())?;
    for (package, binary) in [("ministore-hub", "ministore-hub"), ("ministore-tests", "bench-counter")] {
        run_child(workspace.cargo().args(["build", "--release", "--package", package, "--bin", binary]))?;
    }
    let mut bench = Command::new(workspace.binary("release", "bench-counter"));
    bench
        .args(options.quick.then_some("--quick"))
        .args(&options.arguments)
        .current_dir(&workspace.root)
        .envs(setup::test_environment(workspace, "release")?);
    run_child(&mut bench)
}
