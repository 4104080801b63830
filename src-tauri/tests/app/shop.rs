//! A real hub on a port of this machine, devices beside it, and a line between them that can be cut.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ministore_app::device::Device;
use ministore_app::key::{DeviceKey, Keeper};
use ministore_core::call::Call;
use ministore_core::catalogue::{Browse, Product, SoldBy};
use ministore_core::fulfilment::{Fulfilment, GetSlots, Mode};
use ministore_core::id::{CallId, LineId, OrderId};
use ministore_core::order::{Contact, GetMine, Order, Place, PlaceLine};
use ministore_core::payment::Tender;
use ministore_core::quantity::Measure;
use ministore_core::refusal::Refusal;
use ministore_hub::{Announce, Founding, Hub, HubConfig, serve};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// How long anything may take before a test gives it up.
const PATIENCE: Duration = Duration::from_secs(30);

/// A shop whose hub can be switched off and on.
pub(crate) struct Shop {
    data: TempDir,
    pub(crate) address: SocketAddr,
    hub: Option<Hub>,
}

impl Shop {
    /// The demo shop, open.
    pub(crate) async fn open() -> Self {
        Self::open_announced(Announce::default()).await
    }

    /// The same, making itself known as wanted the first time that it is on.
    pub(crate) async fn open_announced(announce: Announce) -> Self {
        let data = tempfile::tempdir().unwrap();
        let hub = start_announced(&data, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), announce).await;
        Self { data, address: hub.addr(), hub: Some(hub) }
    }

    pub(crate) async fn switch_off(&mut self) {
        self.hub.take().unwrap().shutdown().await;
    }

    pub(crate) async fn switch_on(&mut self) {
        self.hub = Some(start(&self.data, self.address).await);
    }

    /// A copy of all that the hub has written, to be put back with [`Shop::restore`]. The hub is off.
    pub(crate) fn back_up(&self) -> TempDir {
        let copy = tempfile::tempdir().unwrap();
        copy_files(self.data.path(), copy.path());
        copy
    }

    pub(crate) fn restore(&self, copy: &TempDir) {
        for file in files_in(self.data.path()) {
            std::fs::remove_file(file).unwrap();
        }
        copy_files(copy.path(), self.data.path());
    }

    /// Has the hub forget its authority, as when it is set up anew. The hub is off.
    pub(crate) fn lose_authority(&self) {
        std::fs::remove_dir_all(self.data.path().join("tls")).unwrap();
    }

    /// What the shop's own code says.
    pub(crate) fn link(&self) -> String {
        self.hub().shop_link(self.address).to_string()
    }

    pub(crate) fn hub(&self) -> &Hub {
        self.hub.as_ref().unwrap()
    }
}

fn copy_files(from: &Path, to: &Path) {
    for file in files_in(from) {
        std::fs::copy(&file, to.join(file.file_name().unwrap())).unwrap();
    }
}

/// The database's files; the authority has a folder of its own.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let all = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    all.filter(|path| path.is_file()).collect()
}

async fn start(data: &TempDir, listen: SocketAddr) -> Hub {
    start_announced(data, listen, Announce::default()).await
}

async fn start_announced(data: &TempDir, listen: SocketAddr, announce: Announce) -> Hub {
    let mut config = HubConfig::new(data.path(), listen);
    config.announce = announce;
    config.founding = Founding::Demo;
    Box::pin(serve(config)).await.unwrap()
}

/// An installed app without its window, kept in step in the background.
pub(crate) struct App {
    dir: TempDir,
    pub(crate) device: Arc<Device>,
    task: JoinHandle<()>,
}

impl App {
    pub(crate) async fn install() -> Self {
        Self::start(tempfile::tempdir().unwrap()).await
    }

    /// Installed, and paired through `address`.
    pub(crate) async fn paired(address: SocketAddr) -> Self {
        let app = Self::install().await;
        app.device.pair(&format!("http://{address}/#shop")).await.unwrap();
        app
    }

    async fn start(dir: TempDir) -> Self {
        let key = DeviceKey::open(dir.path(), Keeper::File).unwrap();
        let device = Arc::new(Device::open(dir.path(), key).await.unwrap());
        let task = tokio::spawn({
            let device = device.clone();
            async move { device.keep_in_step().await }
        });
        Self { dir, device, task }
    }

    /// The folder of its data.
    pub(crate) fn folder(&self) -> &Path {
        self.dir.path()
    }

    /// Closed and opened again.
    pub(crate) async fn restart(self) -> Self {
        self.task.abort();
        let _ = self.task.await;
        self.device.close().await;
        Self::start(self.dir).await
    }

    pub(crate) async fn call<C: Call>(&self, call: &C) -> Result<C::Reply, Refusal> {
        let body = serde_json::to_vec(call).unwrap();
        let reply = self.device.call_json(C::NAME, CallId(Uuid::now_v7()), body).await?;
        Ok(serde_json::from_slice(&reply).unwrap())
    }

    /// Packaged goods that are in stock.
    pub(crate) async fn goods(&self) -> Vec<Product> {
        let page = self.call(&Browse { category: None, after: None, limit: 100 }).await.unwrap();
        page.products
            .into_iter()
            .filter(|product| product.sold_by == SoldBy::Piece && product.available > 5)
            .collect()
    }

    /// An order of so many pieces of one product, to be picked up in the first slot with room.
    pub(crate) async fn order_of(&self, product: &Product, pieces: u32) -> Place {
        let slots = self.call(&GetSlots { mode: Mode::Pickup }).await.unwrap().slots;
        let slot = slots.into_iter().find(|slot| slot.left > 0).unwrap();
        let measure = Measure::Pieces(pieces);
        Place {
            order: OrderId(Uuid::now_v7()),
            lines: vec![PlaceLine { id: LineId(Uuid::now_v7()), product: product.id, measure }],
            fulfilment: Fulfilment::Pickup { starts: slot.key.starts },
            contact: Contact { name: "Ming".into(), phone: String::new() },
            tender: Tender::CashAtHandover,
            expected_total: measure.cost(product.price).unwrap(),
        }
    }

    pub(crate) async fn orders(&self) -> Vec<Order> {
        self.call(&GetMine {}).await.unwrap().orders
    }

    /// Waits until `done` holds, however often the status or the shop changes until then.
    pub(crate) async fn until<F: Future<Output = bool>>(&self, what: &str, done: impl Fn() -> F) {
        let waited = async {
            while !done().await {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        assert!(tokio::time::timeout(PATIENCE, waited).await.is_ok(), "waited in vain until {what}");
    }
}

/// A line to the hub that loses what the hub says to `order.place` as often as it is told to: the request arrives, the
/// answer never does.
pub(crate) struct LossyLine {
    pub(crate) address: SocketAddr,
    losses: Arc<AtomicU32>,
    task: JoinHandle<()>,
}

impl LossyLine {
    pub(crate) async fn to(hub: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let losses = Arc::new(AtomicU32::new(0));
        let shared = losses.clone();
        let task = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, hub, shared.clone()));
            }
        });
        Self { address, losses, task }
    }

    /// The next so many answers to `order.place` are lost.
    pub(crate) fn lose(&self, answers: u32) {
        self.losses.store(answers, Ordering::SeqCst);
    }

    /// Whether all that should be lost is lost.
    pub(crate) fn has_lost_all(&self) -> bool {
        self.losses.load(Ordering::SeqCst) == 0
    }
}

impl Drop for LossyLine {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn carry(mut near: TcpStream, hub: SocketAddr, losses: Arc<AtomicU32>) {
    let Ok(mut far) = TcpStream::connect(hub).await else {
        return;
    };
    let (mut asked, mut answered) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    let mut is_placing = false;
    loop {
        tokio::select! {
            read = near.read(&mut asked) => match read {
                Ok(length @ 1..) => {
                    if asked[..length].starts_with(b"POST ") {
                        is_placing = asked.starts_with(b"POST /api/order.place ");
                    }
                    if far.write_all(&asked[..length]).await.is_err() {
                        return;
                    }
                }
                _ => return,
            },
            read = far.read(&mut answered) => match read {
                Ok(length @ 1..) => {
                    let less = |left: u32| left.checked_sub(1);
                    if is_placing && losses.fetch_update(Ordering::SeqCst, Ordering::SeqCst, less).is_ok() {
                        return;
                    }
                    if near.write_all(&answered[..length]).await.is_err() {
                        return;
                    }
                }
                _ => return,
            },
        }
    }
}
