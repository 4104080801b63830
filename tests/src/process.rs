//! Child processes that never outlive their test.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{env, thread};

use anyhow::{Context, Result, bail};

/// The last lines that a failure shows.
const LINES_KEPT: usize = 400;

/// A running program in a process group of its own. Dropping it kills the group.
pub struct Process {
    name: String,
    child: Child,
    said: Arc<Mutex<Vec<String>>>,
    lines: mpsc::Receiver<String>,
}

impl Process {
    /// Starts `command`. `name` is what messages call it.
    pub fn start(name: &str, command: &mut Command) -> Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {name} ({})", command.get_program().display()))?;
        let said = Arc::new(Mutex::new(Vec::new()));
        let (sender, lines) = mpsc::channel();
        if let Some(output) = child.stdout.take() {
            listen(name, output, &said, &sender);
        }
        if let Some(errors) = child.stderr.take() {
            listen(name, errors, &said, &sender);
        }
        Ok(Self { name: name.to_owned(), child, said, lines })
    }

    /// Waits for a line that `wanted` makes something of, and gives that. Errors when the program ends first or
    /// `patience` runs out.
    pub fn wait_for<T>(&mut self, patience: Duration, wanted: impl Fn(&str) -> Option<T>) -> Result<T> {
        let until = Instant::now() + patience;
        loop {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    if let Some(found) = wanted(&line) {
                        return Ok(found);
                    }
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    bail!("{} did not say what was awaited; it said:\n{}", self.name, self.said())
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    bail!("{} has ended; it said:\n{}", self.name, self.said())
                }
            }
        }
    }

    /// The lines that nobody has waited for or heard yet.
    pub fn heard(&mut self) -> Vec<String> {
        self.lines.try_iter().collect()
    }

    /// Whether it has ended by itself with an error.
    pub fn has_failed(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_some_and(|status| !status.success()))
    }

    /// The last lines it has written.
    pub fn said(&self) -> String {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).join("\n")
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it without warning, as a power cut would.
    pub fn kill(&mut self) -> Result<()> {
        self.signal("KILL");
        self.child.wait().with_context(|| format!("cannot wait for {}", self.name))?;
        Ok(())
    }

    /// Asks it to end, as Ctrl-C does, and waits. Errors when it does not end in time or ends with an error.
    pub fn stop(&mut self, patience: Duration) -> Result<()> {
        self.signal("INT");
        let until = Instant::now() + patience;
        loop {
            if let Some(status) = self.child.try_wait()? {
                if status.success() {
                    return Ok(());
                }
                bail!("{} ended with {status}; it said:\n{}", self.name, self.said());
            }
            if Instant::now() > until {
                bail!("{} did not stop when asked; it said:\n{}", self.name, self.said());
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn signal(&self, signal: &str) {
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill")
            .args(["-s", signal, "--", &group])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal("KILL");
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn listen(
    name: &str,
    stream: impl std::io::Read + Send + 'static,
    said: &Arc<Mutex<Vec<String>>>,
    sender: &mpsc::Sender<String>,
) {
    let (name, said, sender) = (name.to_owned(), Arc::clone(said), sender.clone());
    let loud = env::var_os("MINISTORE_LOUD").is_some();
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if loud {
                eprintln!("{name}: {line}");
            }
            let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
            if said.len() >= LINES_KEPT {
                said.remove(0);
            }
            said.push(line.clone());
            drop(said);
            let _ = sender.send(line);
        }
    });
}

/// A port that nobody listened on a moment ago, for programs that cannot choose one themselves.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}
