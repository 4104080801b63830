//! A hub with the demo shop, inside the test or as its own process.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use ministore_hub::{Founding, Hub, HubConfig, PageFiles, serve};
use tempfile::TempDir;
use tokio::sync::Mutex;

use crate::environment::program;
use crate::process::Process;

/// How long a hub may take to make its shop and listen.
const START: Duration = Duration::from_secs(60);

/// The PIN of the demo shop's cashier.
pub const CASHIER_PIN: &str = ministore_hub::founding::DEMO_STAFF[0].pin;

/// A hub inside this process. It can be switched off and on again: its data and its address stay. It runs until the
/// last clone is dropped.
#[derive(Clone)]
pub struct TestHub {
    running: Arc<Mutex<Option<Hub>>>,
    address: SocketAddr,
    folder: Arc<TempDir>,
    page: PathBuf,
}

impl TestHub {
    /// Makes the demo shop in a new folder and serves it, with the page out of `page`, on a free port of this machine.
    pub(crate) async fn start(page: PathBuf) -> Result<Self> {
        let folder = tempfile::tempdir().context("cannot make a folder for the hub")?;
        let hub = serve_folder(folder.path(), SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), &page).await?;
        Ok(Self {
            address: hub.addr(),
            running: Arc::new(Mutex::new(Some(hub))),
            folder: Arc::new(folder),
            page,
        })
    }

    /// Where it listens, also while it is off.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of a page, as a browser takes it. `path` starts with `/`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The folder of its data.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Switches it off.
    pub async fn stop(&self) {
        let running = self.running.lock().await.take();
        if let Some(hub) = running {
            hub.shutdown().await;
        }
    }

    /// Switches it on again, with the same data at the same address.
    pub async fn start_again(&mut self) -> Result<()> {
        self.start_at(self.address).await
    }

    /// Switches it on at a free address, where those who know the old one do not find it.
    pub async fn start_elsewhere(&mut self) -> Result<()> {
        self.start_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await
    }

    /// Switches it on with the same data at this address.
    pub async fn start_at(&mut self, address: SocketAddr) -> Result<()> {
        let mut running = self.running.lock().await;
        ensure!(running.is_none(), "the hub is on");
        let hub = serve_folder(self.folder.path(), address, &self.page).await?;
        self.address = hub.addr();
        *running = Some(hub);
        Ok(())
    }
}

async fn serve_folder(folder: &Path, listen: SocketAddr, page: &Path) -> Result<Hub> {
    let mut config = HubConfig::new(folder, listen);
    config.page = PageFiles::Folder(page.to_owned());
    config.founding = Founding::Demo;
    Box::pin(serve(config)).await.context("the hub does not start")
}

/// The real program in a process of its own, which can be killed.
pub struct HubProcess {
    process: Process,
    address: SocketAddr,
    folder: PathBuf,
}

impl HubProcess {
    /// Runs the hub over `folder`, with the demo shop where there is none yet. `port` 0 takes any free one.
    pub fn start(folder: &Path, port: u16) -> Result<Self> {
        Self::start_with(folder, port, &["--demo"])
    }

    /// Runs the hub over `folder` with these further arguments.
    pub fn start_with(folder: &Path, port: u16, arguments: &[&str]) -> Result<Self> {
        let mut command = Command::new(program("ministore-hub")?);
        command.arg("serve").arg("--data").arg(folder);
        command.args(["--listen", &format!("127.0.0.1:{port}")]).args(arguments);
        let mut process = Process::start("ministore-hub", &mut command)?;
        let address = process.wait_for(START, |line| {
            line.trim()
                .strip_prefix("this machine")?
                .trim()
                .strip_prefix("http://")?
                .strip_suffix('/')?
                .parse()
                .ok()
        })?;
        Ok(Self { process, address, folder: folder.to_owned() })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of a page or of the hub's calls. `path` starts with `/`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) -> Result<()> {
        self.process.kill()
    }

    /// Ends it as Ctrl-C does.
    pub fn stop(&mut self) -> Result<()> {
        self.process.stop(Duration::from_secs(20))
    }

    /// Runs it again over the same data at the same address.
    pub fn start_again(&mut self) -> Result<()> {
        *self = Self::start(&self.folder.clone(), self.address.port())?;
        Ok(())
    }
}

/// What `ministore-hub check` says of a folder whose hub is off. Errors where it finds a fault.
pub fn check(folder: &Path) -> Result<String> {
    let output = Command::new(program("ministore-hub")?).arg("check").arg("--data").arg(folder).output()?;
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "the check ended with {}:\n{said}", output.status);
    Ok(said)
}
