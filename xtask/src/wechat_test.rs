//! WeChat Pay held against a program of somebody else's: the SDK `wechatpayv3` calls our simulator and verifies what it
//! says, and what our client signs and believes is held against the SDK's own code.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process::{Running, check_interrupted, run as run_child};
use crate::python::python_programs;
use crate::workspace::{Workspace, make_empty};

/// The SDK, from PyPI (<https://github.com/minibear2021/wechatpayv3>).
const SDK: (&str, &str) = ("wechatpayv3", "2.0.4");

const START: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(50);

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let python = python_programs(workspace, SDK.0, SDK.1)?.join("python");
    run_child(workspace.cargo().args([
        "build",
        "--package",
        "ministore-test-wechat-pay",
        "--package",
        "ministore-pay-faults",
        "--bin",
        "wechat-pay-simulator",
        "--bin",
        "wechat-probe",
    ]))?;
    let folder = workspace.target.join("wechat-test");
    make_empty(&folder)?;
    let script = folder.join("against_sdk.py");
    fs::write(&script, include_str!("wechat_test/against_sdk.py")).context("cannot write the script")?;
    for by_public_key in [false, true] {
        println!("   proved by {}", if by_public_key { "the public key" } else { "certificates" });
        let merchant = folder.join(if by_public_key { "public-key" } else { "certificate" });
        make_empty(&merchant)?;
        let simulator = workspace.binary("debug", "wechat-pay-simulator");
        let (_running, address) = start(&simulator, &merchant, by_public_key)?;
        let mut command = Command::new(&python);
        command.arg(&script).arg(&address).arg(&merchant).arg(workspace.binary("debug", "wechat-probe"));
        run_child(&mut command).context("the SDK and we do not speak the same protocol")?;
    }
    Ok(())
}

/// A simulator, ended when the first is dropped, and where it is.
fn start(program: &Path, folder: &Path, by_public_key: bool) -> Result<(Running, String)> {
    let (told, log) = (folder.join("simulator.out"), folder.join("simulator.log"));
    let open = |path: &Path| File::create(path).with_context(|| format!("cannot write {}", path.display()));
    let mut command = Command::new(program);
    command.args(["--listen", "127.0.0.1:0", "--folder"]).arg(folder);
    if by_public_key {
        command.arg("--public-key");
    }
    command.stdout(open(&told)?).stderr(open(&log)?);
    let mut running = Running::start(&mut command)?;
    let started = Instant::now();
    while started.elapsed() < START {
        check_interrupted()?;
        let said = fs::read_to_string(&told).unwrap_or_default();
        if said.contains("Ctrl-C")
            && let Some(address) = said.split_whitespace().find(|word| word.starts_with("http://127.0.0.1:"))
        {
            return Ok((running, address.trim_end_matches('/').to_owned()));
        }
        if let Some(status) = running.poll()? {
            bail!("the simulator ended early ({status}); {} says why", log.display());
        }
        thread::sleep(POLL);
    }
    bail!("the simulator does not start; {} says why", log.display())
}
