//! The hub over HTTP: how many callers it answers how quickly, beside the bare database under it, and how a device gets in
//! step with it.

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::process::run as run_child;
use crate::setup::{self, Consent, Purpose};
use crate::web;
use crate::workspace::Workspace;

#[derive(Args)]
pub(crate) struct Options {
    /// Passed on to the benchmark, as --products; --help says more.
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
}

pub(crate) fn run(
    workspace: &Workspace,
    consent: Consent,
    options: &Options,
    bench: (&str, &str),
) -> Result<()> {
    setup::set_up(workspace, consent, Purpose::Hub)?;
    // The hub carries the page.
    web::run(workspace, consent, &web::Options::default())?;
    for (package, binary) in [("ministore-hub", "ministore-hub"), bench] {
        run_child(workspace.cargo().args(["build", "--release", "--package", package, "--bin", binary]))?;
    }
    let mut bench = Command::new(workspace.binary("release", bench.1));
    bench
        .args(&options.arguments)
        .current_dir(&workspace.root)
        .env("MINISTORE_BIN_DIR", workspace.target.join("release"));
    run_child(&mut bench)
}
