//! A hub with the demo shop, inside the test or as its own process.

use std::ffi::{OsStr, OsString};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use ministore_core::id::StaffId;
use ministore_core::money::Currency;
use ministore_core::role::StaffRole;
use ministore_core::text::LocalText;
use ministore_hub::founding::NewShop;
use ministore_hub::{Founding, Https, Hub, HubConfig, LocalHttps, PageFiles, serve};
use ministore_store::staff::StaffMember;
use rustls::pki_types::ServerName;
use tempfile::TempDir;
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::environment::{Made, program};
use crate::process::Process;

/// How long a hub may take to make its shop and listen.
const START: Duration = Duration::from_secs(60);

/// The PIN of the demo shop's cashier.
pub const CASHIER_PIN: &str = ministore_hub::founding::DEMO_STAFF[0].pin;

/// Who works in the shop that is no demo: names, roles and PINs.
pub const STAFF: [(&str, StaffRole, &str); 2] =
    [("Wu Tao", StaffRole::Cashier, "135790"), ("He Jing", StaffRole::Manager, "864200")];

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

    /// The same with a shop that is no demo, whose shelves are empty, and whose staff are [`STAFF`].
    pub(crate) async fn start_plain() -> Result<Self> {
        let folder = tempfile::tempdir().context("cannot make a folder for the hub")?;
        let page = Made::Page.path()?;
        let mut config = config_of(folder.path(), SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), &page);
        config.founding = Founding::Empty(NewShop {
            name: LocalText::new("Harbour Store", "港口商店"),
            currency: Currency::CNY,
            zone: "Asia/Shanghai".to_owned(),
        });
        let hub = Box::pin(serve(config)).await.context("the hub does not start")?;
        for (name, role, pin) in STAFF {
            let member = StaffMember { id: StaffId(Uuid::now_v7()), name: name.to_owned(), role };
            hub.engine().add_staff(&member, &pin.parse()?).await.context("nobody was added")?;
        }
        Ok(Self {
            address: hub.addr(),
            running: Arc::new(Mutex::new(Some(hub))),
            folder: Arc::new(folder),
            page,
        })
    }

    /// The demo shop, which also takes WeChat Pay with these settings.
    pub(crate) async fn start_taking(settings: ministore_pay::Settings) -> Result<Self> {
        let folder = tempfile::tempdir().context("cannot make a folder for the hub")?;
        let page = Made::Page.path()?;
        let mut config = config_of(folder.path(), SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), &page);
        config.wechat_pay = Some(settings);
        let hub = Box::pin(serve(config)).await.context("the hub does not start")?;
        Ok(Self {
            address: hub.addr(),
            running: Arc::new(Mutex::new(Some(hub))),
            folder: Arc::new(folder),
            page,
        })
    }

    /// The demo shop on every network of this machine. `host`, a name or an address, is one that its certificate is for.
    pub(crate) async fn start_for(host: &str) -> Result<Self> {
        let folder = tempfile::tempdir().context("cannot make a folder for the hub")?;
        let page = Made::Page.path()?;
        let mut config = config_of(folder.path(), SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)), &page);
        let names = vec![ServerName::try_from(host.to_owned())?];
        config.https = Https::Local(LocalHttps { names, ..LocalHttps::default() });
        let hub = Box::pin(serve(config)).await.context("the hub does not start")?;
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
    Box::pin(serve(config_of(folder, listen, page))).await.context("the hub does not start")
}

fn config_of(folder: &Path, listen: SocketAddr, page: &Path) -> HubConfig {
    let mut config = HubConfig::new(folder, listen);
    config.page = PageFiles::Folder(page.to_owned());
    config.founding = Founding::Demo;
    config
}

/// The real program in a process of its own, which can be killed.
pub struct HubProcess {
    process: Process,
    address: SocketAddr,
    arguments: Vec<OsString>,
}

impl HubProcess {
    /// Runs the hub over `folder`, with the demo shop where there is none yet. `port` 0 takes any free one.
    pub fn start(folder: &Path, port: u16) -> Result<Self> {
        Self::start_with(folder, port, &["--demo"])
    }

    /// Runs the hub over `folder` with these further arguments.
    pub fn start_with(folder: &Path, port: u16, arguments: &[&str]) -> Result<Self> {
        Self::run("--data".as_ref(), folder.as_ref(), port, arguments)
    }

    /// Runs the hub over a database of a PostgreSQL server with these further arguments.
    pub fn start_over(database: &str, port: u16, arguments: &[&str]) -> Result<Self> {
        Self::run("--database".as_ref(), database.as_ref(), port, arguments)
    }

    fn run(kind: &OsStr, home: &OsStr, port: u16, arguments: &[&str]) -> Result<Self> {
        let mut all = vec![kind.to_owned(), home.to_owned()];
        all.extend(arguments.iter().map(OsString::from));
        Self::run_with(port, all)
    }

    fn run_with(port: u16, arguments: Vec<OsString>) -> Result<Self> {
        let mut command = Command::new(program("ministore-hub")?);
        command.arg("serve").args(["--listen", &format!("127.0.0.1:{port}")]).args(&arguments);
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
        Ok(Self { process, address, arguments })
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
        *self = Self::run_with(self.address.port(), self.arguments.clone())?;
        Ok(())
    }
}

/// What `ministore-hub check` says of a folder whose hub is off. Errors where it finds a fault.
pub fn check(folder: &Path) -> Result<String> {
    checked("--data".as_ref(), folder.as_ref())
}

/// What it says of a database of a PostgreSQL server.
pub fn check_database(database: &str) -> Result<String> {
    checked("--database".as_ref(), database.as_ref())
}

fn checked(kind: &OsStr, home: &OsStr) -> Result<String> {
    let output = Command::new(program("ministore-hub")?).arg("check").arg(kind).arg(home).output()?;
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "the check ended with {}:\n{said}", output.status);
    Ok(said)
}
