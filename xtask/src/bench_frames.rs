//! Live frames of the scanner: their cost, natively and in a real browser, and what an hour of them brings.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::process::run as run_child;
use crate::setup::{self, Consent, Purpose};
use crate::web;
use crate::workspace::Workspace;

#[derive(Args)]
pub(crate) struct Options {
    /// Folders of photographs without any code, as frames beside the rendered ones.
    folders: Vec<PathBuf>,
    /// What frames are drawn from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Scenes of each kind whose frames are timed.
    #[arg(long, default_value_t = 120)]
    scenes: u64,
    /// Frames of the moving camera, 15 a second.
    #[arg(long, default_value_t = 54_000)]
    live_frames: usize,
    /// Leave the native times out.
    #[arg(long)]
    no_times: bool,
    /// Leave the browser out, and building the page for it.
    #[arg(long)]
    no_browser: bool,
    /// Leave the moving camera out.
    #[arg(long)]
    no_live: bool,
}

impl Options {
    /// What `scan-frames` is told.
    fn arguments(&self) -> Vec<String> {
        let mut arguments = vec![
            format!("--seed={}", self.seed),
            format!("--scenes={}", self.scenes),
            format!("--live-frames={}", self.live_frames),
        ];
        for (is_set, flag) in [(self.no_times, "--no-times"), (self.no_live, "--no-live")] {
            if is_set {
                arguments.push(flag.to_owned());
            }
        }
        arguments
    }
}

pub(crate) fn run(workspace: &Workspace, consent: Consent, options: &Options) -> Result<()> {
    let build = |package: &str, binary: &str| {
        let mut cargo = workspace.cargo();
        cargo.args(["build", "--release", "--package", package, "--bin", binary]);
        run_child(&mut cargo)
    };
    if !options.no_browser {
        setup::set_up(workspace, consent, Purpose::Test)?;
        web::run(workspace, consent, &web::Options::default())?;
        build("ministore-tests", "bench-frames")?;
    }
    build("ministore-scan", "scan-frames")?;
    let mut frames = Command::new(workspace.binary("release", "scan-frames"));
    run_child(frames.args(options.arguments()).args(&options.folders))?;
    if options.no_browser {
        return Ok(());
    }
    println!();
    let mut browser = Command::new(workspace.binary("release", "bench-frames"));
    browser
        .arg(options.seed.to_string())
        .current_dir(&workspace.root)
        .envs(setup::test_environment(workspace, "release")?);
    run_child(&mut browser)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    #[test]
    fn what_is_left_out_is_passed_on() {
        let options =
            Line::parse_from(["frames", "--seed", "7", "--no-live", "--no-browser", "photographs"]).options;
        assert_eq!(options.arguments(), ["--seed=7", "--scenes=120", "--live-frames=54000", "--no-live"]);
        assert_eq!(options.folders, [PathBuf::from("photographs")]);
    }
}
