//! Every check that CI runs.

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

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
    /// Each crate's own tests.
    Unit,
    /// The binaries that the last tests drive.
    Build,
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
    [Step::Setup, Step::Fmt, Step::Clippy, Step::Web, Step::Unit, Step::Build, Step::System, Step::Doc];

/// What proptest draws random content from, unless the environment says otherwise: a check that fails then speaks of the
/// change, and fails again. `cargo test` by itself draws afresh each time.
const SEED: (&str, &str) = ("PROPTEST_RNG_SEED", "20261124");

/// What tests the programs across rooms.
const ACROSS: &str = "--package ministore-tests --package ministore-chaos";

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
            Self::Build => "building the hub and the window",
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
        Step::Unit => run_child(
            cargo("test --workspace --exclude ministore-tests --exclude ministore-chaos").args(arguments),
        ),
        Step::Build => {
            // With the packages of the next step, so that both are built with the same features, once.
            run_child(&mut cargo(&format!("build --bins --package ministore-hub {ACROSS}")))?;
            run_child(&mut cargo("build --package ministore --bin ministore"))
        }
        Step::System => {
            let environment = setup::test_environment(workspace, "debug")?;
            run_child(cargo(&format!("test {ACROSS}")).args(arguments).envs(environment))
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
