//! A PostgreSQL server of the tests' own: one for each test process, a database for each test.
//!
//! It is made from the system's programs in a temporary folder, is reached over a socket there, and is gone when the
//! process has ended, whether by a return, a panic or a kill.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

/// What a server that is reached over TLS has.
pub struct Tls<'a> {
    /// Its port on 127.0.0.1.
    pub port: u16,
    /// Its certificate, for `localhost` or 127.0.0.1, in PEM form.
    pub certificate: &'a str,
    /// The certificate's key, in PEM form.
    pub key: &'a str,
}

/// Why there is no server.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// Its programs are not on this machine.
    #[error(
        "PostgreSQL's programs (initdb, postgres) are not on this machine, and these tests run it. Install them and run the tests again: `apt-get install --no-install-recommends postgresql` on Debian and Ubuntu, `dnf install postgresql-server` on Fedora, `pacman -S postgresql` on Arch, `brew install postgresql@17` on macOS. No service of the system's has to run"
    )]
    NotInstalled,
    /// It did not start.
    #[error("a PostgreSQL server for the tests did not start: {0}")]
    NotStarted(String),
    /// It made no database.
    #[error("no database for a test: {0}")]
    NoDatabase(String),
}

/// The server of this process.
pub struct Server {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    // The server stops when this end is closed, by whatever ends the process.
    _alive: Mutex<ChildStdin>,
}

/// An empty database of the server's.
#[derive(Clone, Debug)]
pub struct Database {
    /// Its name.
    pub name: String,
    /// Its address as the server's owner, without password.
    pub url: String,
}

/// The server of this process, which the first call starts.
pub fn server() -> Result<&'static Server, Error> {
    static SERVER: OnceLock<Result<Server, Error>> = OnceLock::new();
    SERVER.get_or_init(|| Server::start("quick", None)).as_ref().map_err(Clone::clone)
}

/// A server that keeps what it was told, as a shop's does. It stops when this is dropped.
pub fn durable_server() -> Result<Server, Error> {
    Server::start("durable", None)
}

/// A server that is reached over the network by TLS alone. It stops when this is dropped.
pub fn encrypted_server(tls: &Tls<'_>) -> Result<Server, Error> {
    Server::start("encrypted", Some(tls))
}

impl Server {
    fn start(kind: &str, tls: Option<&Tls<'_>>) -> Result<Self, Error> {
        let programs = programs().ok_or(Error::NotInstalled)?;
        let not_started = |error: std::io::Error| Error::NotStarted(error.to_string());
        let mut command = as_nobody_special("sh");
        if let Some(tls) = tls {
            command.env("PORT", tls.port.to_string());
            command.env("CERTIFICATE", tls.certificate).env("KEY", tls.key);
        }
        let mut child = command
            .args(["-c", include_str!("server.sh"), "postgres-for-tests"])
            .arg(&programs)
            .arg(kind)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(not_started)?;
        let (Some(alive), Some(said), Some(mut errors)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(Error::NotStarted("it has no pipes".to_owned()));
        };
        let mut folder = String::new();
        BufReader::new(said).read_line(&mut folder).map_err(not_started)?;
        if folder.is_empty() {
            let mut why = String::new();
            errors.read_to_string(&mut why).map_err(not_started)?;
            return Err(Error::NotStarted(why));
        }
        // PostgreSQL's own port, which also names its socket, where nothing else was said.
        let port = tls.map_or(5432, |tls| tls.port);
        Ok(Self { programs, folder: PathBuf::from(folder.trim_end()), port, _alive: Mutex::new(alive) })
    }

    /// Makes an empty database.
    pub fn database(&self) -> Result<Database, Error> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", MADE.fetch_add(1, Ordering::Relaxed));
        self.run(&format!("CREATE DATABASE {name} TEMPLATE template0"))?;
        let url = self.url(&name);
        Ok(Database { name, url })
    }

    /// The address of one of its databases, as the server's owner.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://ministore@localhost/{database}?host={}", self.folder.display())
    }

    /// Runs one statement as the server's owner, in a database of no one's.
    pub fn run(&self, sql: &str) -> Result<(), Error> {
        let done = Command::new(self.programs.join("psql"))
            .args(["--no-psqlrc", "--quiet", "--username=ministore", "--dbname=postgres", "--command", sql])
            .arg("--host")
            .arg(&self.folder)
            .env("PGPORT", self.port.to_string())
            .output()
            .map_err(|error| Error::NoDatabase(error.to_string()))?;
        if done.status.success() {
            Ok(())
        } else {
            Err(Error::NoDatabase(String::from_utf8_lossy(&done.stderr).into_owned()))
        }
    }
}

/// The folder of PostgreSQL's programs, the newest where there are several.
fn programs() -> Option<PathBuf> {
    let versions = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"];
    let mut folders: Vec<PathBuf> = versions
        .into_iter()
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|folder| holds_server(folder))
        .collect();
    folders.sort_by_key(|folder| {
        let digits = |c: &char| c.is_ascii_digit();
        let version: String = folder.display().to_string().chars().filter(digits).collect();
        version.parse::<u32>().unwrap_or(0)
    });
    let path = std::env::var_os("PATH").unwrap_or_default();
    folders.pop().or_else(|| std::env::split_paths(&path).find(|folder| holds_server(folder)))
}

fn holds_server(folder: &Path) -> bool {
    ["initdb", "postgres", "pg_isready", "psql"].iter().all(|program| folder.join(program).is_file())
}

/// A command that does not run as root, as whom the server refuses to run.
fn as_nobody_special(program: &str) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--", program]);
    command
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    // Elsewhere than on Linux nobody tests as root.
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}
