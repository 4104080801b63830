//! Measurements of the built thing, printed as a table by the benchmark itself.

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::process::run as run_child;
use crate::setup::{self, Consent, Purpose};
use crate::web;
use crate::workspace::Workspace;
use crate::{bench_counter, bench_frames, bench_hub, bench_promotion, bench_scan};

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    what: Option<What>,
    /// Passed on to the benchmark.
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
}

#[derive(Subcommand)]
enum What {
    /// The scanner beside other free decoders.
    Scan(bench_scan::Options),
    /// Live frames of the scanner: what they cost here and in a browser, and an hour of a moving camera.
    Frames(bench_frames::Options),
    /// The till: from the scan to the line on the screen, sales made durable, the page's start and its memory.
    Counter(bench_counter::Options),
    /// The hub over HTTP, with many callers at once, beside the bare database under it.
    Hub(bench_hub::Options),
    /// What an order costs, and two hundred shoppers who check out at the same moment.
    Order(bench_hub::Options),
    /// A device that loads the shop, is away for a while, and gets in step again.
    Sync(bench_hub::Options),
    /// Baskets priced with many promotions; or random ones held against a reference that tries everything.
    Promotion(bench_promotion::Options),
}

pub(crate) fn run(workspace: &Workspace, consent: Consent, options: &Options) -> Result<()> {
    match &options.what {
        Some(What::Scan(options)) => return bench_scan::run(workspace, consent, options),
        Some(What::Frames(options)) => return bench_frames::run(workspace, consent, options),
        Some(What::Counter(options)) => return bench_counter::run(workspace, consent, options),
        Some(What::Hub(options)) => {
            return bench_hub::run(workspace, consent, options, ("ministore-tests", "bench-hub"));
        }
        Some(What::Order(options)) => {
            return bench_hub::run(workspace, consent, options, ("ministore-tests", "bench-order"));
        }
        Some(What::Sync(options)) => {
            return bench_hub::run(workspace, consent, options, ("ministore-chaos", "bench-sync"));
        }
        Some(What::Promotion(options)) => return bench_promotion::run(workspace, options),
        None => {}
    }
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
