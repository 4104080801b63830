//! Every check that CI runs.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use serde::Deserialize;

use crate::api_test;
use crate::camera_test;
use crate::process::run as run_child;
use crate::setup::{self, Consent, Purpose};
use crate::step::Steps;
use crate::web;
use crate::wechat_test;
use crate::workspace::Workspace;

#[derive(Args)]
pub(crate) struct Options {
    /// Only this step, and what it cannot do without; every step but `api`, `camera` and `wechat` if left out.
    #[arg(value_enum, value_name = "NAME")]
    step: Option<Step>,
    /// The same.
    #[arg(long, value_enum, value_name = "NAME", conflicts_with = "step")]
    only: Option<Step>,
    /// Passed on to `cargo test` in the steps that run it.
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    /// Find and install what is missing.
    Setup,
    /// The code's layout.
    Fmt,
    /// The code's lints.
    Clippy,
    /// The page and its decoder.
    Web,
    /// The programs and their tests.
    Build,
    /// Each crate's own tests.
    Unit,
    /// Browser, window and hub together.
    System,
    /// The documentation's links and completeness.
    Doc,
    /// What the hub answers, held against its own OpenAPI document by Schemathesis: only if asked for by name.
    Api,
    /// Cameras, by the kernel's virtual ones in an emulated machine: only if asked for by name.
    Camera,
    /// WeChat Pay's protocol, held against an SDK from PyPI: only if asked for by name.
    Wechat,
}

const ALL: [Step; 8] =
    [Step::Setup, Step::Fmt, Step::Clippy, Step::Web, Step::Build, Step::Unit, Step::System, Step::Doc];

/// What proptest draws random content from, unless the environment says otherwise: a check that fails then speaks of the
/// change, and fails again. `cargo test` by itself draws afresh each time.
const SEED: (&str, &str) = ("PROPTEST_RNG_SEED", "20261124");

/// What tests the programs across rooms.
const ACROSS: [&str; 2] = ["ministore-tests", "ministore-chaos"];

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Web => "web",
            Self::Unit => "unit",
            Self::Build => "build",
            Self::System => "system",
            Self::Doc => "doc",
            Self::Api => "api",
            Self::Camera => "camera",
            Self::Wechat => "wechat",
        }
    }

    fn what(self) -> &'static str {
        match self {
            Self::Setup => "finding and installing what is missing",
            Self::Fmt => "the code's layout",
            Self::Clippy => "the code's lints",
            Self::Web => "building the page and its decoder",
            Self::Unit => "each crate's own tests",
            Self::Build => "building the programs and their tests",
            Self::System => "browser, window and hub together",
            Self::Doc => "building the documentation",
            Self::Api => "the hub's answers, held against its own document",
            Self::Camera => "a driver's cameras, in an emulated machine",
            Self::Wechat => "WeChat Pay's protocol, held against somebody else's program",
        }
    }

    /// The steps to run when only this one is asked for.
    fn with_needs(self) -> &'static [Self] {
        match self {
            Self::Setup => &[Self::Setup],
            Self::Fmt => &[Self::Fmt],
            Self::Clippy => &[Self::Clippy],
            Self::Web => &[Self::Web],
            Self::Unit => &[Self::Unit],
            Self::Build => &[Self::Build],
            Self::System => &[Self::Setup, Self::Web, Self::Build, Self::System],
            Self::Doc => &[Self::Doc],
            Self::Api => &[Self::Api],
            Self::Camera => &[Self::Camera],
            Self::Wechat => &[Self::Wechat],
        }
    }
}

pub(crate) fn run(workspace: &Workspace, consent: Consent, options: &Options) -> Result<()> {
    let chosen = options.step.or(options.only).map_or(&ALL[..], Step::with_needs);
    let mut steps = Steps::new();
    for step in chosen {
        let again = format!("cargo xtask test {}", step.name());
        steps.run(step.name(), step.what(), &again, || {
            run_step(workspace, consent, *step, &options.arguments)
        })?;
    }
    steps.print_table();
    Ok(())
}

fn run_step(workspace: &Workspace, consent: Consent, step: Step, arguments: &[String]) -> Result<()> {
    let cargo = |line: &str| {
        let mut command = workspace.cargo();
        command.args(line.split(' '));
        if std::env::var_os(SEED.0).is_none() {
            command.env(SEED.0, SEED.1);
        }
        command
    };
    match step {
        Step::Setup => setup::set_up(workspace, consent, Purpose::Test),
        Step::Web => web::run(workspace, consent, &web::Options::default()),
        Step::Fmt => run_child(&mut cargo("fmt --all --check")).context("`cargo fmt --all` lays it out"),
        Step::Clippy => run_child(&mut cargo("clippy --workspace --all-targets -- --deny warnings")),
        Step::Unit => {
            let tests = test_targets(workspace, |package| !ACROSS.contains(&package))?;
            run_child(cargo("test --workspace --lib --bins").args(tests).args(arguments))?;
            if arguments.is_empty() { run_child(&mut cargo("test --workspace --doc")) } else { Ok(()) }
        }
        Step::Build => run_child(&mut cargo("test --workspace --no-run")),
        Step::System => {
            let environment = setup::test_environment(workspace, "debug")?;
            let tests = test_targets(workspace, |package| ACROSS.contains(&package))?;
            run_child(cargo("test --workspace").args(tests).args(arguments).envs(environment))
        }
        Step::Doc => run_child(
            cargo("doc --workspace --no-deps --document-private-items")
                .env("RUSTDOCFLAGS", "--deny warnings"),
        ),
        Step::Api => api_test::run(workspace),
        Step::Camera => camera_test::run(workspace, consent),
        Step::Wechat => wechat_test::run(workspace),
    }
}

/// The flags that choose the integration tests of these packages. The workspace is always chosen whole: for a part of it
/// cargo turns on other features of the libraries, and builds nearly all of them once more.
fn test_targets(workspace: &Workspace, of: impl Fn(&str) -> bool) -> Result<Vec<String>> {
    let output = workspace
        .cargo()
        .args(["metadata", "--no-deps", "--format-version", "1", "--locked"])
        .output()
        .context("cannot ask cargo for the tests")?;
    let metadata: Metadata = serde_json::from_slice(&output.stdout).with_context(|| {
        format!("cargo does not say which tests there are: {}", String::from_utf8_lossy(&output.stderr))
    })?;
    let (inside, outside): (Vec<_>, Vec<_>) =
        metadata.packages.into_iter().partition(|package| of(&package.name));
    let names = |packages: Vec<Package>| -> BTreeSet<String> {
        let targets = packages.into_iter().flat_map(|package| package.targets);
        targets
            .filter(|target| target.kind.iter().any(|kind| kind == "test"))
            .map(|target| target.name)
            .collect()
    };
    let (inside, outside) = (names(inside), names(outside));
    // Cargo chooses them by name, whatever their package.
    if let Some(both) = inside.intersection(&outside).next() {
        bail!("two packages have a test named {both}: give one of them another name");
    }
    Ok(inside.into_iter().flat_map(|name| ["--test".to_owned(), name]).collect())
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}
