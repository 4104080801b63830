//! Runs children that end when we are told to end.
//!
//! Each child leads a process group of its own, so that an interrupt also reaches what it started. Only a child that may
//! ask the person something (a package manager, sudo) stays in ours, because only the foreground group may read a terminal.

use std::error::Error;
use std::fmt;
use std::io::IsTerminal;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};

static INTERRUPTS: AtomicUsize = AtomicUsize::new(0);

const POLL: Duration = Duration::from_millis(20);
const GRACE: Duration = Duration::from_secs(5);

/// The person, or the system, asked us to stop.
#[derive(Debug)]
pub(crate) struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("interrupted")
    }
}

impl Error for Interrupted {}

/// From here on Ctrl-C, SIGTERM and SIGHUP are noted instead of killing us before our children.
pub(crate) fn listen_for_interrupts() -> Result<()> {
    ctrlc::set_handler(|| {
        INTERRUPTS.fetch_add(1, Ordering::Relaxed);
    })
    .context("cannot listen for Ctrl-C")
}

fn interrupts() -> usize {
    INTERRUPTS.load(Ordering::Relaxed)
}

/// Fails with [`Interrupted`] once we were asked to stop; for work of our own between children.
pub(crate) fn check_interrupted() -> Result<()> {
    if interrupts() > 0 { Err(Interrupted.into()) } else { Ok(()) }
}

/// A child that is stopped, with all it started, when this is dropped.
pub(crate) struct Running {
    child: Child,
    leads_group: bool,
}

impl Running {
    /// Starts `command` in a group of its own, with nothing to read.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        command.stdin(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        Self::spawn(command, true)
    }

    fn start_interactive(command: &mut Command) -> Result<Self> {
        Self::spawn(command, false)
    }

    fn spawn(command: &mut Command, leads_group: bool) -> Result<Self> {
        let child = command.spawn().with_context(|| format!("cannot start {}", line_of(command)))?;
        Ok(Self { child, leads_group })
    }

    /// How it ended, if it has.
    pub(crate) fn poll(&mut self) -> Result<Option<ExitStatus>> {
        self.child.try_wait().context("cannot ask for a child's state")
    }

    /// Waits for its end, or stops it and fails with [`Interrupted`].
    fn wait(mut self) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.poll()? {
                return Ok(status);
            }
            check_interrupted()?;
            thread::sleep(POLL);
        }
    }

    #[cfg(unix)]
    fn signal(&self, signal: rustix::process::Signal) {
        use rustix::process::{Pid, kill_process, kill_process_group};
        let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) else { return };
        // Gone already is what we want.
        let _ = if self.leads_group { kill_process_group(pid, signal) } else { kill_process(pid, signal) };
    }

    /// Asks it to end, waits, and insists after five seconds or a second interrupt.
    pub(crate) fn stop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            #[cfg(unix)]
            self.signal(rustix::process::Signal::INT);
            #[cfg(windows)]
            let _ = self.child.kill();
            let asked = Instant::now();
            let heard = interrupts();
            while matches!(self.child.try_wait(), Ok(None))
                && asked.elapsed() < GRACE
                && interrupts() <= heard.max(1)
            {
                thread::sleep(POLL);
            }
        }
        #[cfg(unix)]
        if self.leads_group {
            self.signal(rustix::process::Signal::KILL);
        }
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Runs a child whose output the person sees as it comes.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = line_of(command);
    check(Running::start(command)?.wait()?, &line)
}

/// Runs a child that may ask the person something.
pub(crate) fn run_interactive(command: &mut Command) -> Result<()> {
    let line = line_of(command);
    check(Running::start_interactive(command)?.wait()?, &line)
}

/// Runs a child behind a spinner; its output is shown only if it fails.
pub(crate) fn run_quietly(what: &str, command: &mut Command) -> Result<()> {
    let line = line_of(command);
    let log = tempfile_for_log()?;
    let started = Instant::now();
    let spinner = spinner(what);
    command.stdout(log.try_clone()?).stderr(log.try_clone()?);
    let status = Running::start(command)?.wait()?;
    spinner.finish_and_clear();
    if status.success() {
        println!("   {what} ({})", seconds(started.elapsed()));
        return Ok(());
    }
    eprintln!("{}", last_lines(log, 40)?);
    check(status, &line)
}

/// What a child prints, trimmed; fails if the child does.
pub(crate) fn output_of(command: &mut Command) -> Result<String> {
    let line = line_of(command);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {line}"))?;
    check(output.status, &line)?;
    Ok(String::from_utf8(output.stdout).with_context(|| format!("{line} printed no text"))?.trim().to_owned())
}

/// A spinner on a terminal, a plain line elsewhere.
pub(crate) fn spinner(what: &str) -> ProgressBar {
    if !std::io::stdout().is_terminal() {
        println!("   {what} …");
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("   {spinner} {msg} ({elapsed})");
    let spinner = ProgressBar::new_spinner().with_message(what.to_owned());
    if let Ok(style) = style {
        spinner.set_style(style);
    }
    spinner.enable_steady_tick(Duration::from_millis(100));
    spinner
}

/// A duration as a person reads it.
pub(crate) fn seconds(duration: Duration) -> String {
    let whole = duration.as_secs();
    if whole < 60 {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} min {:02} s", whole / 60, whole % 60)
    }
}

/// The command as it would be typed.
pub(crate) fn line_of(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}

fn check(status: ExitStatus, line: &str) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    // A terminal's Ctrl-C may end an interactive child before we have noted ours.
    check_interrupted()?;
    bail!("`{line}` failed ({status})")
}

fn tempfile_for_log() -> Result<std::fs::File> {
    tempfile::tempfile().context("cannot make a temporary file for a log")
}

fn last_lines(mut log: std::fs::File, count: usize) -> Result<String> {
    use std::io::{Read, Seek, SeekFrom};
    log.seek(SeekFrom::Start(0))?;
    let mut bytes = Vec::new();
    log.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    Ok(lines[lines.len().saturating_sub(count)..].join("\n"))
}
