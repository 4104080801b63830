//! One device: the installed app without its window, doing what shoppers or cashiers do until it is told to finish.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use fastrand::Rng;
use ministore_app::device::Device;
use ministore_app::key::{DeviceKey, Keeper};
use ministore_core::call::Call;
use ministore_core::catalogue::{Browse, PAGE_LIMIT, Product};
use ministore_core::device::{Approval, Secret};
use ministore_core::fact::{CountStock, Fact, RecordRefund, RecordSale, Sale};
use ministore_core::fulfilment::{Fulfilment, GetSlots, Mode};
use ministore_core::id::{CallId, CountId, LineId, OrderId, RefundId, SaleId, SessionId};
use ministore_core::order::{Cancel, CancelReason, Contact, GetMine, Order, Place, PlaceLine};
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::quantity::Measure;
use ministore_core::refusal::Refusal;
use ministore_core::role::StaffRole;
use ministore_core::staff::SignIn;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tracing_subscriber::EnvFilter;
use uuid::Uuid;

use crate::DeviceOptions;
use crate::note::Note;
use crate::shop::PIN;

/// The file whose presence in a device's folder tells it to finish.
pub(crate) const FINISH: &str = "finish";

/// How many of its last sales and orders a device thinks of.
const REMEMBERED: usize = 12;

/// How long getting in step may take once all is calm.
const CALM: Duration = Duration::from_secs(90);

struct Busy {
    device: Arc<Device>,
    random: Rng,
    sales: Vec<Sale>,
    orders: Vec<Order>,
}

/// Runs it.
pub(crate) async fn run(options: DeviceOptions) -> Result<()> {
    std::fs::create_dir_all(&options.folder)?;
    log_to(&options.folder.join("device.log"))?;
    let key = DeviceKey::open(&options.folder, Keeper::File)?;
    let device = Arc::new(Device::open(&options.folder, key).await?);
    let in_step = tokio::spawn({
        let device = device.clone();
        async move { device.keep_in_step().await }
    });
    let finish = options.folder.join(FINISH);
    while !device.status().paired {
        let _ = device.pair(&options.hub).await;
        sleep(Duration::from_millis(50)).await;
    }
    let mut busy =
        Busy { device, random: Rng::with_seed(options.seed), sales: Vec::new(), orders: Vec::new() };
    let mut signed_in = false;
    while !finish.exists() {
        if options.till && !signed_in {
            signed_in = busy.sign_in().await;
        }
        let done = if options.till && signed_in { busy.act_as_till().await } else { busy.order().await };
        if let Err(error) = done {
            Note::Fault { what: format!("{error:#}") }.say();
        }
        sleep(Duration::from_millis(busy.random.u64(2..40))).await;
    }
    busy.finish(in_step).await
}

/// What was kept; None where nothing could be written, which is said. Errors where it was refused: what has happened
/// cannot be.
fn kept<T>(answer: Result<T, Refusal>) -> Result<Option<T>> {
    match answer {
        Ok(kept) => Ok(Some(kept)),
        Err(refusal @ (Refusal::DiskFull | Refusal::Busy | Refusal::Internal { .. })) => {
            Note::NotDone { why: refusal.to_string() }.say();
            Ok(None)
        }
        Err(refusal) => Err(refusal).context("what has happened was refused"),
    }
}

/// `RUST_LOG` chooses what is logged. Each start adds to the same file.
fn log_to(path: &Path) -> Result<()> {
    let file = File::options().create(true).append(true).open(path)?;
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,ministore_app=debug"));
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(Arc::new(file)).init();
    Ok(())
}

impl Busy {
    /// Makes a call. The outer error is a fault of this program.
    async fn call<C: Call>(&self, call: &C) -> Result<Result<C::Reply, Refusal>> {
        let body = serde_json::to_vec(call)?;
        match self.device.call_json(C::NAME, CallId(Uuid::now_v7()), body).await {
            Ok(reply) => Ok(Ok(serde_json::from_slice(&reply)?)),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    async fn sign_in(&self) -> bool {
        let (Ok(pin), Ok(name)) = (PIN.parse(), "Till".parse()) else { return false };
        let mut secret = [0; 32];
        secret[..16].copy_from_slice(Uuid::now_v7().as_bytes());
        let session = SessionId(Uuid::now_v7());
        let approve = Some(Approval { name, role: StaffRole::Cashier });
        let call = SignIn { pin, session, secret: Secret::from_bytes(secret), approve };
        matches!(self.call(&call).await, Ok(Ok(_)))
    }

    async fn goods(&self) -> Result<Vec<Product>> {
        let browse = Browse { category: None, after: None, limit: PAGE_LIMIT };
        Ok(self.call(&browse).await?.map(|page| page.products).unwrap_or_default())
    }

    /// One to four lines of one to three pieces each, and what they come to.
    async fn lines(&mut self) -> Result<Option<(Vec<PlaceLine>, ministore_core::money::Money)>> {
        let mut goods = self.goods().await?;
        // Most shoppers take what is there; some want what is not.
        if self.random.u32(..6) > 0 {
            goods.retain(|product| product.available > 12);
        }
        let Some(first) = goods.first() else { return Ok(None) };
        let mut total = first.price.money().currency.minor(0);
        let mut lines = Vec::new();
        for _ in 0..self.random.usize(1..5) {
            let product = &goods[self.random.usize(..goods.len())];
            let measure = Measure::Pieces(self.random.u32(1..4));
            total = total.plus(measure.cost(product.price)?)?;
            lines.push(PlaceLine { id: LineId(Uuid::now_v7()), product: product.id, measure });
        }
        Ok(Some((lines, total)))
    }

    async fn act_as_till(&mut self) -> Result<()> {
        match self.random.u32(..10) {
            0..6 => self.sell().await,
            6..8 => self.refund().await,
            _ => self.count().await,
        }
    }

    async fn sell(&mut self) -> Result<()> {
        let Some((lines, total)) = self.lines().await? else { return Ok(()) };
        let call = RecordSale::in_cash(SaleId(Uuid::now_v7()), lines, total, total);
        Note::Trying { key: call.sale.0 }.say();
        let Some(sale) = kept(self.call(&call).await?)? else { return Ok(()) };
        Note::Happened { fact: Fact::Sale(Box::new(sale.clone())) }.say();
        // As when the cashier taps twice.
        if self.random.u32(..8) == 0 {
            let again = kept(self.call(&call).await?)?;
            ensure!(again.is_none_or(|again| again == sale), "a repeated sale became another one");
        }
        self.sales.push(sale);
        if self.sales.len() > REMEMBERED {
            self.sales.remove(0);
        }
        Ok(())
    }

    async fn refund(&mut self) -> Result<()> {
        if self.sales.is_empty() {
            return Ok(());
        }
        let sale = self.sales.swap_remove(self.random.usize(..self.sales.len()));
        let line = sale.lines[self.random.usize(..sale.lines.len())].id;
        let call = RecordRefund::in_cash(RefundId(Uuid::now_v7()), sale.id, vec![line]);
        Note::Trying { key: call.refund.0 }.say();
        let Some(refund) = kept(self.call(&call).await?)? else { return Ok(()) };
        Note::Happened { fact: Fact::Refund(Box::new(refund)) }.say();
        Ok(())
    }

    async fn count(&mut self) -> Result<()> {
        let goods = self.goods().await?;
        if goods.is_empty() {
            return Ok(());
        }
        let product = &goods[self.random.usize(..goods.len())];
        let counted = (product.available + self.random.i64(-2..3)).max(0);
        let call = CountStock { count: CountId(Uuid::now_v7()), product: product.id, counted };
        Note::Trying { key: call.count.0 }.say();
        let Some(count) = kept(self.call(&call).await?)? else { return Ok(()) };
        Note::Happened { fact: Fact::Count(count) }.say();
        Ok(())
    }

    async fn order(&mut self) -> Result<()> {
        if !self.orders.is_empty() && self.random.u32(..4) == 0 {
            return self.cancel().await;
        }
        let Some((lines, expected_total)) = self.lines().await? else { return Ok(()) };
        let Ok(slots) = self.call(&GetSlots { mode: Mode::Pickup }).await? else { return Ok(()) };
        let Some(slot) = slots.slots.last() else { return Ok(()) };
        let tender = if self.random.bool() { Tender::DemoWallet } else { Tender::CashAtHandover };
        let place = Place {
            order: OrderId(Uuid::now_v7()),
            lines,
            fulfilment: Fulfilment::Pickup { starts: slot.key.starts },
            contact: Contact { name: "Storm".to_owned(), phone: String::new() },
            tender,
            expected_total,
        };
        Note::Trying { key: place.order.0 }.say();
        match self.call(&place).await? {
            Ok(order) => {
                Note::Ordered { order: order.id, total: order.totals.total }.say();
                self.orders.push(order);
                if self.orders.len() > REMEMBERED {
                    self.orders.remove(0);
                }
            }
            // It waits, or nobody can say yet.
            Err(refusal) if refusal.is_passing() => {}
            Err(Refusal::Internal { .. }) => {}
            Err(refusal) => Note::Refused { order: place.order, why: refusal.to_string() }.say(),
        }
        Ok(())
    }

    async fn cancel(&mut self) -> Result<()> {
        let order = self.orders.swap_remove(self.random.usize(..self.orders.len())).id;
        let call = Cancel { order, reason: CancelReason::ChangedMind };
        if self.call(&call).await?.is_ok() {
            Note::Cancelled { order }.say();
        }
        Ok(())
    }

    /// Waits until nothing waits, then says how things stand here.
    async fn finish(&self, in_step: JoinHandle<()>) -> Result<()> {
        let calm = async {
            loop {
                let waiting = self.device.waiting().await?;
                let status = self.device.status();
                // An order whose payment is still asked about may be cancelled yet, and its goods come back.
                let asked = match self.call(&GetMine {}).await? {
                    Ok(mine) => mine.orders.iter().any(|order| order.payment.state == PaymentState::Unknown),
                    // A till has no orders of its own.
                    Err(Refusal::NotAllowed) => false,
                    Err(refusal) => return Err(refusal.into()),
                };
                if !asked && status.facts == 0 && waiting.iter().all(|waiting| waiting.refused.is_some()) {
                    return Ok::<_, anyhow::Error>(waiting);
                }
                sleep(Duration::from_millis(50)).await;
            }
        };
        let refused = match timeout(CALM, calm).await {
            Ok(refused) => refused?,
            Err(_) => {
                bail!("it never got in step: {:?}, {:?}", self.device.status(), self.device.waiting().await?)
            }
        };
        for waiting in refused {
            let why = waiting.refused.map(|refusal| refusal.to_string()).unwrap_or_default();
            Note::Refused { order: waiting.place.order, why }.say();
        }
        // What others did last is still on its way here: said again and again, until nobody listens any more.
        loop {
            ensure!(!in_step.is_finished(), "it has stopped keeping in step");
            let goods = self.goods().await?;
            let stock = goods.into_iter().map(|product| (product.id.0, product.available)).collect();
            Note::InStep { stock }.say();
            sleep(Duration::from_millis(300)).await;
        }
    }
}
