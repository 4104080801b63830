//! A running hub: one data folder, one database, one listening socket.

use std::fmt;
use std::fs::{File, TryLockError};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ministore_core::nearby::Announcement;
use ministore_core::refusal::Refusal;
use ministore_core::trust::{Fingerprint, ShopLink};
use ministore_store::engine::system_clock;
use ministore_store::payment::Providers;
use ministore_store::{Database, Engine, OpenError, PostgresUrl};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::addresses::network_addresses;
use crate::announce::{Announce, Announced};
use crate::certificate::CertificateError;
use crate::connections;
use crate::founding::{Founded, Founding, FoundingError, open_or_found, shop_of};
use crate::limit::Limits;
use crate::metrics::MetricsFrom;
use crate::page::PageFiles;
use crate::press::HubPress;
use crate::router::router;
use crate::state::{HubState, ended};
use crate::tls::{Https, LocalHttps, Tls};
use crate::wechat_pay::{WechatPay, WechatPayError, offer};

/// How a hub runs.
#[derive(Clone, Debug)]
pub struct HubConfig {
    /// The folder of its database; made where it is missing.
    pub data: PathBuf,
    /// The PostgreSQL database that it shares with other hubs. With it nothing is kept in `data`.
    pub database: Option<PostgresUrl>,
    /// Where it listens; port 0 takes any free one.
    pub listen: SocketAddr,
    /// How it speaks HTTPS there, beside HTTP.
    pub https: Https,
    /// How often it looks whether another certificate is due.
    pub look_for_certificates: Duration,
    /// Whether it makes itself known in its neighbourhood.
    pub announce: Announce,
    /// The page that it serves.
    pub page: PageFiles,
    /// What it does where the database has no shop yet.
    pub founding: Founding,
    /// What it puts up with.
    pub limits: Limits,
    /// Who is told its measurements.
    pub metrics_from: MetricsFrom,
    /// Who it is to WeChat Pay; None where the shop does not take it.
    pub wechat_pay: Option<ministore_pay::Settings>,
}

impl HubConfig {
    /// A hub over `data` at `listen` that serves its own page and founds no shop.
    pub fn new(data: impl Into<PathBuf>, listen: SocketAddr) -> Self {
        Self {
            data: data.into(),
            database: None,
            listen,
            https: Https::Local(LocalHttps::default()),
            look_for_certificates: Duration::from_secs(30),
            announce: Announce::default(),
            page: PageFiles::default(),
            founding: Founding::Nothing,
            limits: Limits::default(),
            metrics_from: MetricsFrom::default(),
            wechat_pay: None,
        }
    }
}

/// Why a hub did not start. Nothing of its data was changed, unless it says so.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The folder cannot be used.
    #[error(
        "the data folder {path} cannot be written to ({source}). Choose another with --data, or change its owner"
    )]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another hub runs on it.
    #[error("another hub runs on {path}. Stop it first, or choose another folder with --data")]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The port belongs to another program.
    #[error("port {} of {} is taken by another program. Choose another with --listen, such as {}:{}", .0.port(), .0.ip(), .0.ip(), .0.port().wrapping_add(1))]
    PortTaken(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The database cannot be opened.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// There is no certificate for HTTPS.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// There was no shop, and none could be made.
    #[error(transparent)]
    Founding(#[from] FoundingError),
    /// WeChat Pay cannot be taken.
    #[error(transparent)]
    WechatPay(#[from] WechatPayError),
}

/// The database's file in a data folder.
pub fn database_path(data: &Path) -> PathBuf {
    data.join("ministore.db")
}

/// Makes a data folder where it is missing.
pub fn make_folder(data: &Path) -> Result<(), StartError> {
    std::fs::create_dir_all(data).map_err(|source| StartError::Folder { path: data.to_owned(), source })
}

/// How often payments whose outcome is unknown are asked about again.
const SETTLE_EVERY: Duration = Duration::from_secs(30);

/// How often it looks whether a provider's statement is missing.
const STATEMENTS_EVERY: Duration = Duration::from_secs(30 * 60);

/// A hub that runs. Dropped without [`Hub::shutdown`] it ends with its runtime.
pub struct Hub {
    address: SocketAddr,
    engine: Engine,
    founded: Option<Founded>,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
    tasks: JoinSet<()>,
    lock: Option<File>,
    tls: Option<Arc<Tls>>,
    announced: Option<Announced>,
}

/// Opens the data folder or the server's database, founds the shop where there is none, and serves.
pub async fn serve(config: HubConfig) -> Result<Hub, StartError> {
    let (database, lock) = match config.database.clone() {
        Some(server) => (Database::Postgres(server), None),
        None => {
            make_folder(&config.data)?;
            (database_path(&config.data).into(), Some(lock_folder(&config.data)?))
        }
    };
    // Bound first, so that a taken port is told before a shop is founded; heard only when there is one to answer with.
    let socket = bind(config.listen)?;
    let tls = Tls::open(&config.https, &config.data, config.listen)?;
    let acceptor = tls.as_ref().map(Tls::acceptor).transpose().map_err(CertificateError::Made)?;
    let wechat = config.wechat_pay.clone().map(|settings| WechatPay::new(settings, system_clock()));
    let wechat = wechat.transpose().map_err(WechatPayError::from)?.map(Arc::new);
    let providers = match &wechat {
        Some(wechat) => Providers::demo().with(wechat.clone()),
        None => Providers::demo(),
    };
    let bound =
        socket.local_addr().map_err(|source| StartError::Listen { address: config.listen, source })?;
    let phones = network_addresses(bound).first().map(|address| origin_for_phones(tls.as_deref(), *address));
    let (engine, founded) =
        open_or_found(database, &config.founding, providers, HubPress::new(phones)).await?;
    if let Err(error) = offer(&engine, wechat.is_some()).await {
        engine.close().await;
        return Err(error.into());
    }
    let listener = listen(socket, config.listen)?;
    let address =
        listener.local_addr().map_err(|source| StartError::Listen { address: config.listen, source })?;

    let (stop, stopping) = watch::channel(false);
    let state = HubState::new(engine.clone(), &config, tls.clone(), wechat, stopping.clone());
    let server = tokio::spawn(connections::serve(
        listener,
        router(state),
        acceptor,
        config.limits.connections,
        stopping.clone(),
    ));
    let mut tasks = JoinSet::new();
    if let Some(tls) = &tls {
        tasks.spawn(tls.clone().keep_fresh(config.look_for_certificates, stopping.clone()));
    }
    tasks.spawn(settle_payments(engine.clone(), stopping.clone()));
    tasks.spawn(fetch_statements(engine.clone(), stopping));
    let mut hub = Hub { address, engine, founded, stop, server, tasks, lock, tls, announced: None };
    if config.announce.includes(address) {
        hub.announce().await;
    }
    Ok(hub)
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Hub {
    /// Makes itself known. Without that it serves all the same.
    async fn announce(&mut self) {
        let Some(authority) = self.authority() else {
            tracing::info!("not announced: apps would have no authority of the shop's own to hold on to");
            return;
        };
        let shop = match shop_of(&self.engine).await {
            Ok(Some(shop)) => shop,
            Ok(None) => return,
            Err(error) => return tracing::warn!(%error, "not announced: the shop could not be read"),
        };
        let name = if shop.name.en.is_empty() { shop.name.zh } else { shop.name.en };
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let tls_port = self.address.port();
        let announcement = Announcement { name, shop: shop.id, authority, tls_port, version };
        match Announced::start(self.address, &announcement) {
            Ok(announced) => self.announced = Some(announced),
            Err(error) => tracing::warn!(%error, "the hub is not announced"),
        }
    }

    /// Where it listens.
    pub const fn addr(&self) -> SocketAddr {
        self.address
    }

    /// The shop's own authority; None where it speaks HTTP only, or by a certificate that devices trust already.
    pub fn authority(&self) -> Option<Fingerprint> {
        self.tls.as_ref()?.fingerprint()
    }

    /// Under which origin phones that reach it at `address` reach it over HTTPS, such as `https://192.168.1.20:8787`;
    /// None where they do not.
    pub fn https_origin(&self, address: SocketAddr) -> Option<String> {
        self.tls.as_ref()?.origin(&address.to_string().parse().ok()?)
    }

    /// What a phone opens that reaches it at `address`, and what an installed app is paired by.
    pub fn shop_link(&self, address: SocketAddr) -> ShopLink {
        let origin = origin_for_phones(self.tls.as_deref(), address);
        ShopLink { address: format!("{origin}/"), authority: self.authority() }
    }

    /// What was founded when it started; None where there was a shop already.
    pub const fn founded(&self) -> Option<&Founded> {
        self.founded.as_ref()
    }

    /// The engine that answers its calls, for a host in the same process.
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Ends event streams, refuses what comes in, lets requests finish for at most [`connections::DRAIN`], and closes
    /// the database.
    pub async fn shutdown(mut self) {
        if let Some(announced) = self.announced.take() {
            announced.withdraw().await;
        }
        self.stop.send_replace(true);
        if let Err(error) = self.server.await {
            tracing::error!(%error, "the server task ended early");
        }
        self.tasks.shutdown().await;
        self.engine.close().await;
        if let Some(Err(error)) = self.lock.map(|lock| lock.unlock()) {
            tracing::warn!(%error, "the data folder's lock stays until this program ends");
        }
    }
}

/// The file by which a data folder is taken.
pub(crate) fn lock_path(data: &Path) -> PathBuf {
    data.join("ministore.lock")
}

/// Takes a data folder for this program alone, until the file is closed. Errors with [`StartError::InUse`] while a hub
/// runs on it.
pub fn lock_folder(data: &Path) -> Result<File, StartError> {
    let failed = |source| StartError::Folder { path: data.to_owned(), source };
    let file = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(lock_path(data))
        .and_then(|file| give_to_owner(&lock_path(data), data).map(|()| file))
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StartError::InUse { path: data.to_owned() }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// Gives a file that the superuser made to the owner of the data folder, as whom the hub runs.
#[cfg(unix)]
pub(crate) fn give_to_owner(file: &Path, data: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};
    let (made, folder) = (std::fs::metadata(file)?, std::fs::metadata(data)?);
    if made.uid() == 0 && folder.uid() != 0 {
        return chown(file, Some(folder.uid()), Some(folder.gid()));
    }
    Ok(())
}

/// Elsewhere a folder's files are its owner's by themselves.
#[cfg(not(unix))]
pub(crate) fn give_to_owner(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}

/// Under which origin phones that reach a hub at `address` open it. They trust no authority of the shop's own when they first
/// come.
fn origin_for_phones(tls: Option<&Tls>, address: SocketAddr) -> String {
    let trusted = tls.filter(|tls| tls.fingerprint().is_none());
    let origin = trusted.and_then(|tls| tls.origin(&address.to_string().parse().ok()?));
    origin.unwrap_or_else(|| format!("http://{address}"))
}

fn bind(address: SocketAddr) -> Result<TcpSocket, StartError> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
    socket
        .and_then(|socket| {
            // A hub that starts again takes its port back at once. On Windows this would share a port in use.
            #[cfg(unix)]
            socket.set_reuseaddr(true)?;
            socket.bind(address)?;
            Ok(socket)
        })
        .map_err(|source| listen_error(address, source))
}

fn listen(socket: TcpSocket, address: SocketAddr) -> Result<TcpListener, StartError> {
    socket.listen(1024).map_err(|source| listen_error(address, source))
}

fn listen_error(address: SocketAddr, source: io::Error) -> StartError {
    match source.kind() {
        io::ErrorKind::AddrInUse => StartError::PortTaken(address),
        _ => StartError::Listen { address, source },
    }
}

/// Fetches the providers' statements of days that are over.
async fn fetch_statements(engine: Engine, mut stopping: watch::Receiver<bool>) {
    let mut every = tokio::time::interval(STATEMENTS_EVERY);
    loop {
        tokio::select! {
            () = ended(&mut stopping) => return,
            _ = every.tick() => {}
        }
        match engine.fetch_statements().await {
            Ok(_) | Err(Refusal::NotFound { .. }) => {}
            Err(error) => tracing::warn!(%error, "statements could not be fetched; they are asked for again"),
        }
    }
}

/// Asks again for the payments whose provider has not answered.
async fn settle_payments(engine: Engine, mut stopping: watch::Receiver<bool>) {
    let mut every = tokio::time::interval(SETTLE_EVERY);
    loop {
        tokio::select! {
            () = ended(&mut stopping) => return,
            _ = every.tick() => {}
        }
        match engine.settle_payments().await {
            Ok(_) | Err(Refusal::NotFound { .. }) => {}
            Err(error) => tracing::warn!(%error, "payments could not be settled; they are asked about again"),
        }
    }
}
