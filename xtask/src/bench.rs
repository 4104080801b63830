//! Measurements of the built thing, printed as a table by the benchmark itself.

use anyhow::Result;
use clap::Args;

use crate::process::run as run_child;
use crate::setup::{self, Consent, Purpose};
use crate::web;
use crate::workspace::Workspace;

#[derive(Args)]
pub(crate) struct Options {
    /// Passed on to the benchmark.
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
}

pub(crate) fn run(workspace: &Workspace, consent: Consent, options: &Options) -> Result<()> {
    setup::set_up(workspace, consent, Purpose::Test)?;
    web::run(workspace, consent, &web::Options::default())?;
    run_child(workspace.cargo().args([
        "build",
        "--release",
        "--package",
        "ministore-hub",
        "--bin",
        "ministore-hub",
    ]))?;
    run_child(workspace.cargo().args([
        "build",
        "--release",
        "--package",
        "ministore-tests",
        "--bin",
        "bench",
    ]))?;
    let mut bench = std::process::Command::new(workspace.binary("release", "bench"));
    bench
        .args(&options.arguments)
        .current_dir(&workspace.root)
        .envs(setup::test_environment(workspace, "release")?)
        .env("MINISTORE_WEB_SIZES", web::sizes_file(workspace));
    run_child(&mut bench)
}
