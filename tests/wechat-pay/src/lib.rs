//! A simulator of WeChat Pay APIv3 for tests and trials: no money moves.
//!
//! It is built to the published protocol (<https://pay.weixin.qq.com/doc/v3/merchant/4012062524>) and uses nothing of the
//! code that it is there to test; a program of somebody else's is held against it as well (`cargo xtask test wechat`).
//!
//! A tour:
//! - [`Simulator`]: one that runs, with its payers' side: who pays, and what the books say
//! - [`books`]: trades and refunds, and what may be done to them
//! - [`bill`]: what is told of a day that is over
//! - [`service`]: the requests, their signatures, and what is answered
//! - [`notify`]: what is told without being asked
//! - [`fault`]: what may go wrong, drawn from a seed
//! - [`keys`]: the service's keys and the merchant's
//!
//! What it leaves out: combined trades, partners, coupons, limits on how often, and any delay that is not asked
//! for.

#![forbid(unsafe_code)]

pub mod bill;
pub mod books;
pub mod fault;
pub mod keys;
pub mod notify;
pub mod service;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use bill::Bills;
use books::{Books, PayOutcome, Payer, Trade};
use fault::{Faults, NotifyFault};
use keys::Keys;
use notify::{Message, Notifier};

/// How a simulator behaves.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where it listens; port 0 takes any free one.
    pub listen: SocketAddr,
    /// What goes wrong.
    pub faults: Faults,
    /// Whether notifications are signed by the public key, not by the certificate.
    pub notify_by_public_key: bool,
    /// The wait before a notification is tried again. The real one waits 15 s, and longer each time.
    pub notify_again: Duration,
    /// How often a notification is tried. The real one tries 16 times in a day.
    pub notify_tries: u32,
    /// How long a refund is on its way.
    pub refund_takes: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            faults: Faults::none(),
            notify_by_public_key: false,
            notify_again: Duration::from_millis(200),
            notify_tries: 6,
            refund_takes: Duration::ZERO,
        }
    }
}

/// What its parts share.
pub(crate) struct Shared {
    pub(crate) keys: Arc<Keys>,
    pub(crate) options: Options,
    pub(crate) faults: Mutex<Faults>,
    books: Mutex<Books>,
    pub(crate) notifier: Notifier,
}

impl Shared {
    pub(crate) fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A simulator that runs until it is dropped.
pub struct Simulator {
    shared: Arc<Shared>,
    address: SocketAddr,
    folder: PathBuf,
    server: JoinHandle<()>,
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.server.abort();
        self.shared.notifier.stop();
    }
}

impl Simulator {
    /// Starts one, and writes into `folder` what a merchant gets from the service: keys and settings.
    pub async fn start(folder: &Path, options: Options) -> Result<Self> {
        let keys = tokio::task::spawn_blocking(Keys::of_this_program).await??;
        let listener = TcpListener::bind(options.listen).await.context("cannot listen")?;
        let address = listener.local_addr()?;
        keys.write(folder)?;
        let shared = Arc::new(Shared {
            keys,
            faults: Mutex::new(options.faults.clone()),
            options,
            books: Mutex::new(Books::default()),
            notifier: Notifier::new()?,
        });
        let router = service::router(Arc::clone(&shared));
        let server = tokio::spawn(async move {
            // It ends with its task.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { shared, address, folder: folder.to_owned(), server })
    }

    /// Where it is.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The settings of a merchant of this simulator, as a JSON file beside the keys.
    pub fn write_settings(&self, notify_url: &str, by_public_key: bool) -> Result<PathBuf> {
        let mut settings = serde_json::json!({
            "mchid": keys::MCHID,
            "appid": keys::APPID,
            "serial": self.shared.keys.merchant_serial,
            "key_file": "merchant-key.pem",
            "api_key_file": "api-key.txt",
            "notify_url": notify_url,
            "service": self.origin(),
        });
        if by_public_key {
            settings["public_key_id"] = keys::PUBLIC_KEY_ID.into();
            settings["public_key_file"] = "public-key.pem".into();
        }
        let path = self.folder.join("wechat-pay.json");
        std::fs::write(&path, serde_json::to_vec_pretty(&settings)?)?;
        Ok(path)
    }

    /// A payer scans or opens `url`, and pays.
    pub fn pay(&self, url: &str) -> PayOutcome {
        let paid = self.shared.books().pay_url(url);
        if let PayOutcome::Paid(number) = &paid {
            self.shared.notify_paid(number);
        }
        paid
    }

    /// What the code of a payer's phone is good for.
    pub fn set_payer(&self, code: &str, payer: Payer) {
        self.shared.books().payers.insert(code.to_owned(), payer);
    }

    /// The trade of that number.
    pub fn trade(&self, number: &str) -> Option<Trade> {
        self.shared.books().trades.get(number).cloned()
    }

    /// All trades.
    pub fn trades(&self) -> Vec<Trade> {
        self.shared.books().trades.values().cloned().collect()
    }

    /// Somebody pays so many fen to this merchant by other means than a request of the merchant's. Gives the number.
    pub fn pay_elsewhere(&self, fen: i64) -> String {
        self.shared.books().pay_elsewhere(fen)
    }

    /// Whether there are bills from now on.
    pub fn set_bills(&self, bills: Bills) {
        self.shared.books().files.bills = bills;
    }

    /// What was paid and given back so far was so at noon of that day, as 2026-11-30 in Beijing.
    pub fn move_to(&self, day: &str) -> Result<()> {
        let noon = bill::noon(day.parse()?).context("no such day")?;
        self.shared.books().move_to(noon);
        Ok(())
    }

    /// Nothing goes wrong from now on.
    pub fn heal(&self) {
        *self.shared.faults() = Faults::none();
    }

    /// From now on this goes wrong.
    pub fn set_faults(&self, faults: Faults) {
        *self.shared.faults() = faults;
    }

    /// The notification that a trade was paid, as it would be sent now.
    pub fn paid_notification(&self, number: &str) -> Option<Message> {
        self.shared.paid_message(&self.trade(number)?, None).ok()
    }

    /// What somebody might send who wants a trade to look paid: signed by a stranger, changed on the way, or not signed.
    pub fn forgeries(&self, number: &str) -> Vec<Message> {
        let Some(trade) = self.trade(number) else { return Vec::new() };
        let paid = trade.as_if_paid();
        let message = |fault| self.shared.paid_message(&paid, Some(fault)).ok();
        let stranger = message(NotifyFault::SignedByStranger);
        let unsigned = stranger.clone().map(|message| Message { headers: Vec::new(), ..message });
        [stranger, message(NotifyFault::Changed), unsigned].into_iter().flatten().collect()
    }

    /// Waits until every notification has been taken, or given up.
    pub async fn notifications_done(&self) {
        self.shared.notifier.done().await;
    }
}
