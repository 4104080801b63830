//! What is told without being asked: that a trade was paid, and that a refund has ended.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use tokio::task::AbortHandle;
use uuid::Uuid;

use crate::Shared;
use crate::books::Trade;
use crate::fault::NotifyFault;
use crate::keys::{PUBLIC_KEY_ID, beijing, sealed};
use crate::service::{change_amount, proof};

/// The merchant has this long to answer. The real one gives 5 s.
const PATIENCE: Duration = Duration::from_secs(5);

/// Who tells.
pub(crate) struct Notifier {
    http: reqwest::Client,
    under_way: AtomicUsize,
    tasks: Mutex<Vec<AbortHandle>>,
}

/// A notification as it is sent.
#[derive(Clone, Debug)]
pub struct Message {
    /// Those that prove it.
    pub headers: Vec<(&'static str, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

/// Counts one less when it is over.
struct UnderWay(Arc<Shared>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.notifier.under_way.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Notifier {
    pub(crate) fn new() -> Result<Self> {
        let http = reqwest::Client::builder().timeout(PATIENCE).no_proxy().build()?;
        Ok(Self { http, under_way: AtomicUsize::new(0), tasks: Mutex::default() })
    }

    pub(crate) fn stop(&self) {
        for task in self.tasks.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            task.abort();
        }
    }

    pub(crate) async fn done(&self) {
        while self.under_way.load(Ordering::SeqCst) > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Shared {
    pub(crate) fn notify_paid(self: &Arc<Self>, number: &str) {
        let Some(trade) = self.books().trades.get(number).cloned() else { return };
        if let Some(url) = trade.notify_url.clone() {
            let shared = Arc::clone(self);
            self.tell(url, Duration::ZERO, move |fault| shared.paid_message(&trade, fault));
        }
    }

    pub(crate) fn notify_refunded(self: &Arc<Self>, number: &str) {
        let found = self.books().trades.values().find_map(|trade| {
            let refund = trade.refunds.iter().find(|refund| refund.number == number)?;
            Some((trade.clone(), refund.clone()))
        });
        let Some((trade, refund)) = found else { return };
        if let Some(url) = refund.notify_url.clone() {
            let (shared, takes) = (Arc::clone(self), self.options.refund_takes);
            self.tell(url, takes, move |fault| {
                let told = trade.tell_refund(&refund, true);
                shared.message("REFUND.SUCCESS", "refund", &told.to_string(), fault)
            });
        }
    }

    pub(crate) fn paid_message(&self, trade: &Trade, fault: Option<NotifyFault>) -> Result<Message> {
        let mut told = trade.tell();
        if fault == Some(NotifyFault::WrongAmount) {
            change_amount(&mut told);
        }
        self.message("TRANSACTION.SUCCESS", "transaction", &told.to_string(), fault)
    }

    fn message(&self, event: &str, kind: &str, told: &str, fault: Option<NotifyFault>) -> Result<Message> {
        let mut resource = sealed(told.as_bytes(), kind)?;
        resource["original_type"] = kind.into();
        let mut body = json!({
            "id": Uuid::new_v4().to_string(),
            "create_time": beijing(jiff::Timestamp::now()),
            "event_type": event,
            "resource_type": "encrypt-resource",
            "resource": resource,
            "summary": "支付成功",
        })
        .to_string();
        let (key, serial) = match fault {
            Some(NotifyFault::SignedByStranger) => {
                (&self.keys.stranger, self.keys.certificate_serial.as_str())
            }
            _ if self.options.notify_by_public_key => (&self.keys.public, PUBLIC_KEY_ID),
            _ => (&self.keys.certified, self.keys.certificate_serial.as_str()),
        };
        let headers = proof(key, serial, &body)?;
        if fault == Some(NotifyFault::Changed) {
            body = body.replacen("TRANSACTION", "TRANSACTIOM", 1).replacen("REFUND.", "REFUMD.", 1);
        }
        Ok(Message { headers, body: body.into_bytes() })
    }

    fn tell(
        self: &Arc<Self>,
        url: String,
        after: Duration,
        message: impl Fn(Option<NotifyFault>) -> Result<Message> + Send + 'static,
    ) {
        let fault = self.faults().notification();
        self.notifier.under_way.fetch_add(1, Ordering::SeqCst);
        let under_way = UnderWay(Arc::clone(self));
        let shared = Arc::clone(self);
        let task = tokio::spawn(async move {
            let _under_way = under_way;
            let again = shared.options.notify_again;
            tokio::time::sleep(after).await;
            match fault {
                Some(NotifyFault::Lost) => return,
                Some(NotifyFault::Late) => tokio::time::sleep(again * 3).await,
                _ => {}
            }
            let mut wanted = if fault == Some(NotifyFault::Repeated) { 3 } else { 1 };
            for attempt in 0..shared.options.notify_tries {
                // What is wrong with it the first time is put right when it is told again.
                let Ok(message) = message(fault.filter(|_| attempt == 0)) else { return };
                if shared.send(&url, message).await {
                    wanted -= 1;
                    if wanted == 0 {
                        return;
                    }
                } else {
                    tokio::time::sleep(again).await;
                }
            }
        });
        let mut tasks = self.notifier.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.retain(|task| !task.is_finished());
        tasks.push(task.abort_handle());
    }

    /// Whether the merchant has taken it.
    async fn send(&self, url: &str, message: Message) -> bool {
        let mut request = self.notifier.http.post(url).header("Content-Type", "application/json");
        for (name, value) in message.headers {
            request = request.header(name, value);
        }
        match request.body(message.body).send().await {
            Ok(answer) => answer.status().is_success(),
            Err(_) => false,
        }
    }
}
