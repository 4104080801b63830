//! The hub held against its own OpenAPI document: Schemathesis makes up requests, those that the document allows and
//! those that it does not, and compares what comes back.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process::{Running, check_interrupted, output_of, run as run_child};
use crate::python::python_programs;
use crate::workspace::{Workspace, make_empty};

/// What makes up the requests, from PyPI.
const SCHEMATHESIS: &str = "4.32.5";
/// What it draws them from: a check that fails then speaks of the change, and fails again.
const SEED: &str = "20261124";
/// How many requests it makes up for each call, besides those that its rules derive from the document.
const EXAMPLES: &str = "40";
/// Below what the hub lets one device do, so that it is not the limit that is tested.
const RATE: &str = "90/s";

const START: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(50);

/// Who calls, and what they are kept from: streams do not end, and who has signed out is nobody.
const CALLERS: [(&str, &[&str]); 2] =
    [("a shopper", &["/events"]), ("a manager", &["/events", "/api/staff.sign_out"])];

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let tools = schemathesis(workspace)?;
    run_child(workspace.cargo().args(["build", "--package", "ministore-hub", "--bin", "ministore-hub"]))?;
    let folder = workspace.target.join("api-test");
    make_empty(&folder)?;
    let hub = Hub::start(&workspace.binary("debug", "ministore-hub"), &folder)?;
    let script = folder.join("credentials.py");
    fs::write(&script, include_str!("api_test/credentials.py"))
        .context("cannot write the credentials' script")?;
    let told = output_of(Command::new(tools.join("python")).arg(script).arg(&hub.address))
        .context("nobody could sign in at the hub")?;
    for ((who, kept_from), authorization) in CALLERS.into_iter().zip(told.lines()) {
        println!("   as {who}");
        let mut command = Command::new(tools.join("schemathesis"));
        command
            .current_dir(&folder)
            .arg("run")
            .arg(format!("{}/openapi.json", hub.address))
            .args(["--header", &format!("Authorization: {authorization}")])
            .args(["--phases", "examples,coverage,fuzzing", "--workers", "1", "--continue-on-failure"])
            // That a well-formed request is refused by the rules of the trade is no breach.
            .args(["--exclude-checks", "positive_data_acceptance"])
            .args(["--seed", SEED, "--max-examples", EXAMPLES, "--rate-limit", RATE])
            .args(["--generation-database", "none", "--warnings", "off"]);
        for path in kept_from {
            command.args(["--exclude-path", path]);
        }
        // The credential is worth nothing once this hub has ended.
        run_child(&mut command)
            .with_context(|| format!("what the hub answers to {who} is not what it says"))?;
    }
    Ok(())
}

/// The folder of Schemathesis' programs, installed into a Python of its own where it is not.
fn schemathesis(workspace: &Workspace) -> Result<PathBuf> {
    python_programs(workspace, "schemathesis", SCHEMATHESIS)
}

/// A hub over a new demo shop, ended when this is dropped.
struct Hub {
    _running: Running,
    address: String,
}

impl Hub {
    fn start(program: &Path, folder: &Path) -> Result<Self> {
        let told = folder.join("hub.out");
        let open =
            |path: &Path| File::create(path).with_context(|| format!("cannot write {}", path.display()));
        let mut command = Command::new(program);
        command.args(["serve", "--demo", "--listen", "127.0.0.1:0", "--data"]).arg(folder.join("data"));
        command.stdout(open(&told)?).stderr(open(&folder.join("hub.log"))?);
        let mut running = Running::start(&mut command)?;
        let started = Instant::now();
        while started.elapsed() < START {
            check_interrupted()?;
            let said = fs::read_to_string(&told).unwrap_or_default();
            // What it says last, once the address is all there.
            if said.contains("Ctrl-C")
                && let Some(address) =
                    said.split_whitespace().find(|word| word.starts_with("http://127.0.0.1:"))
            {
                return Ok(Self { _running: running, address: address.trim_end_matches('/').to_owned() });
            }
            if let Some(status) = running.poll()? {
                bail!("the hub ended early ({status}); {} says why", folder.join("hub.log").display());
            }
            thread::sleep(POLL);
        }
        bail!("the hub does not answer; {} says why", folder.join("hub.log").display())
    }
}
