//! A running hub: one data folder, one database, one listening socket.

use std::fmt;
use std::fs::{File, TryLockError};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt;
use ministore_core::refusal::Refusal;
use ministore_store::{Database, Engine, OpenError, PostgresUrl};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit, watch};
use tokio::task::{JoinHandle, JoinSet};

use crate::founding::{Founded, Founding, FoundingError, open_or_found};
use crate::limit::{Limiter, Limits};
use crate::page::PageFiles;
use crate::router::router;

/// How a hub runs.
#[derive(Clone, Debug)]
pub struct HubConfig {
    /// The folder of its database; made where it is missing.
    pub data: PathBuf,
    /// The PostgreSQL database that it shares with other hubs. With it nothing is kept in `data`.
    pub database: Option<PostgresUrl>,
    /// Where it listens; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The page that it serves.
    pub page: PageFiles,
    /// What it does where the database has no shop yet.
    pub founding: Founding,
    /// What it puts up with.
    pub limits: Limits,
}

impl HubConfig {
    /// A hub over `data` at `listen` that serves its own page and founds no shop.
    pub fn new(data: impl Into<PathBuf>, listen: SocketAddr) -> Self {
        Self {
            data: data.into(),
            database: None,
            listen,
            page: PageFiles::default(),
            founding: Founding::Nothing,
            limits: Limits::default(),
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
    /// There was no shop, and none could be made.
    #[error(transparent)]
    Founding(#[from] FoundingError),
}

/// The database's file in a data folder.
pub fn database_path(data: &Path) -> PathBuf {
    data.join("ministore.db")
}

/// Makes a data folder where it is missing.
pub fn make_folder(data: &Path) -> Result<(), StartError> {
    std::fs::create_dir_all(data).map_err(|source| StartError::Folder { path: data.to_owned(), source })
}

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct HubState(Arc<Shared>);

struct Shared {
    engine: Engine,
    page: PageFiles,
    registrations: Limiter,
    wrong_pins: Limiter,
    calls: Semaphore,
    streams: Arc<Semaphore>,
    stopping: watch::Receiver<bool>,
}

impl HubState {
    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    pub(crate) fn page(&self) -> &PageFiles {
        &self.0.page
    }

    pub(crate) fn registrations(&self) -> &Limiter {
        &self.0.registrations
    }

    pub(crate) fn wrong_pins(&self) -> &Limiter {
        &self.0.wrong_pins
    }

    /// A place among the calls being worked on; None while all are taken.
    pub(crate) fn begin_call(&self) -> Option<SemaphorePermit<'_>> {
        self.0.calls.try_acquire().ok()
    }

    /// A place among the open event streams; None while all are taken.
    pub(crate) fn begin_stream(&self) -> Option<OwnedSemaphorePermit> {
        self.0.streams.clone().try_acquire_owned().ok()
    }

    /// Turns true when the hub ends.
    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.0.stopping.clone()
    }
}

/// Waits until the hub ends.
pub(crate) async fn ended(stopping: &mut watch::Receiver<bool>) {
    // A sender that is gone means the same.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

/// How long requests that are being answered may take to finish when the hub ends.
const DRAIN: Duration = Duration::from_secs(3);

/// How often payments whose outcome is unknown are asked about again.
const SETTLE_EVERY: Duration = Duration::from_secs(30);

/// A hub that runs. Dropped without [`Hub::shutdown`] it ends with its runtime.
pub struct Hub {
    address: SocketAddr,
    engine: Engine,
    founded: Option<Founded>,
    stop: watch::Sender<bool>,
    server: JoinHandle<io::Result<()>>,
    tasks: JoinSet<()>,
    lock: Option<File>,
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
    let (engine, founded) = open_or_found(database, &config.founding).await?;
    let listener = listen(socket, config.listen)?;
    let address =
        listener.local_addr().map_err(|source| StartError::Listen { address: config.listen, source })?;

    let (stop, stopping) = watch::channel(false);
    let state = HubState(Arc::new(Shared {
        engine: engine.clone(),
        page: config.page,
        registrations: Limiter::new(config.limits.registrations),
        wrong_pins: Limiter::new(config.limits.wrong_pins),
        calls: Semaphore::new(config.limits.calls_at_once),
        streams: Arc::new(Semaphore::new(config.limits.streams_at_once)),
        stopping: stopping.clone(),
    }));
    let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
    // An event is a small packet that must not wait for a larger one.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection sends late");
        }
    });
    let mut stop_serving = stopping.clone();
    let serving =
        axum::serve(listener, service).with_graceful_shutdown(async move { ended(&mut stop_serving).await });
    let server = tokio::spawn(serving.into_future());
    let mut tasks = JoinSet::new();
    tasks.spawn(settle_payments(engine.clone(), stopping));
    Ok(Hub { address, engine, founded, stop, server, tasks, lock })
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Hub {
    /// Where it listens.
    pub const fn addr(&self) -> SocketAddr {
        self.address
    }

    /// What was founded when it started; None where there was a shop already.
    pub const fn founded(&self) -> Option<&Founded> {
        self.founded.as_ref()
    }

    /// The engine that answers its calls, for a host in the same process.
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Ends event streams, lets requests finish for a few seconds, and closes the database.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        match tokio::time::timeout(DRAIN, &mut self.server).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(error))) => tracing::error!(%error, "the listening socket failed"),
            Ok(Err(error)) => tracing::error!(%error, "the server task ended early"),
            Err(_) => {
                tracing::warn!("some requests did not finish in time");
                self.server.abort();
            }
        }
        self.tasks.shutdown().await;
        self.engine.close().await;
        if let Some(Err(error)) = self.lock.map(|lock| lock.unlock()) {
            tracing::warn!(%error, "the data folder's lock stays until this program ends");
        }
    }
}

/// Takes a data folder for this program alone, until the file is closed. Errors with [`StartError::InUse`] while a hub
/// runs on it.
pub fn lock_folder(data: &Path) -> Result<File, StartError> {
    let failed = |source| StartError::Folder { path: data.to_owned(), source };
    let file = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(data.join("ministore.lock"))
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StartError::InUse { path: data.to_owned() }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
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
