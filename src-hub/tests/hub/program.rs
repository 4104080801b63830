//! The program in a process of its own, and a hub that it serves.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};

use tempfile::TempDir;

use crate::support::put_demo_shop;

pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ministore-hub"));
    command.args(arguments).env_remove("RUST_LOG").env_remove("MINISTORE_DIST");
    command
}

pub(crate) fn run(arguments: &[&str]) -> Output {
    program(arguments).stdin(Stdio::null()).output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(crate) async fn demo_folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    put_demo_shop(folder.path()).await;
    folder
}

pub(crate) fn path(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).to_str().unwrap().to_owned()
}

/// A hub in a process of its own, ended when the test is.
pub(crate) struct Serving {
    pub(crate) child: Child,
    told: BufReader<ChildStdout>,
}

impl Serving {
    pub(crate) fn start(data: &Path, listen: &str, more: &[&str]) -> Self {
        let data = data.to_str().unwrap();
        let command = program(&[&["serve", "--data", data, "--listen", listen], more].concat());
        Self::run(command, Stdio::null())
    }

    /// A command that serves, with its log going somewhere.
    pub(crate) fn run(mut command: Command, log: impl Into<Stdio>) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let told = BufReader::new(child.stdout.take().unwrap());
        Self { child, told }
    }

    /// All it says until it is ready.
    pub(crate) fn ready(&mut self) -> String {
        let mut all = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(self.told.read_line(&mut line).unwrap(), 0, "it ended early: {all}");
            all.push_str(&line);
            if line.contains("Ctrl-C") {
                return all;
            }
        }
    }

    /// Asks it to end, as the system does.
    #[cfg(unix)]
    pub(crate) fn ask_to_end(&self) {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(asked.success());
    }

    /// How it ended.
    #[cfg(unix)]
    pub(crate) async fn ended(mut self) -> ExitStatus {
        tokio::task::spawn_blocking(move || self.child.wait().unwrap()).await.unwrap()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn address_in(told: &str) -> String {
    let from = told.find("http://127.0.0.1:").expect("an address");
    told[from..].split_whitespace().next().unwrap().trim_end_matches('/').to_owned()
}
