//! Orders on their way to the hub. Each is kept in the database before it is first sent and until the hub has decided,
//! always under the same ids; so a cut at any moment neither loses nor doubles it.

use std::time::Duration;

use ministore_core::call::Call;
use ministore_core::fact::{Push, Pushed};
use ministore_core::id::{CallId, OrderId};
use ministore_core::order::{Get, Place};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::time::Timestamp;
use serde::Serialize;
use tokio::time::timeout;

use crate::device::{Device, new_call_id, read, written};
use crate::link::Link;

/// How long a round of sending waits for another one to end.
const TURN: Duration = Duration::from_secs(3);

/// An order that the hub has not taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Waiting {
    /// What was ordered.
    pub place: Place,
    /// When.
    pub since: Timestamp,
    /// Why the hub refused it; None while it waits.
    pub refused: Option<Refusal>,
}

/// What one round of sending came to.
#[derive(Default)]
pub(crate) struct Sent {
    /// What the hub decided.
    decided: Vec<(OrderId, Result<Vec<u8>, Refusal>)>,
    /// Why the round ended before the last order.
    pub(crate) halted: Option<Refusal>,
}

impl Device {
    /// The orders that the hub has not taken, oldest first.
    pub async fn waiting(&self) -> Result<Vec<Waiting>, Refusal> {
        let waiting = self.engine.waiting().await?;
        Ok(waiting
            .into_iter()
            .map(|waiting| Waiting { place: waiting.place, since: waiting.since, refused: waiting.refused })
            .collect())
    }

    /// Takes a waiting order back, or puts a refused one away. One that is being sent is waited for first.
    pub async fn dismiss(&self, order: OrderId) -> Result<(), Refusal> {
        let _alone = self.sending.lock().await;
        if !self.engine.dismiss(order).await? {
            return Err(Refusal::NotFound { what: Thing::Order });
        }
        self.count_waiting().await
    }

    /// Forgets the orders that can be read no more, as somebody has read that they are lost.
    pub async fn dismiss_lost(&self) -> Result<(), Refusal> {
        self.engine.dismiss_lost().await?;
        self.tell(|status| status.lost = 0);
        Ok(())
    }

    /// Places an order: kept first, then sent with those before it. `Offline`, `Busy` and the like mean that it waits
    /// here and goes out by itself; any other refusal is the hub's word on it, and nothing of it stays.
    pub(crate) async fn place(&self, link: &Link, id: CallId, body: &[u8]) -> Result<Vec<u8>, Refusal> {
        let place: Place = read(body)?;
        let order = place.order;
        self.keep(id, &place).await?;
        let Sent { decided, halted } = self.send_waiting(link).await?;
        let decision =
            decided.into_iter().find(|(decided, _)| *decided == order).map(|(_, decision)| decision);
        let answer = match decision {
            Some(Ok(reply)) => {
                self.settle_in(link).await;
                Ok(reply)
            }
            Some(Err(refusal)) => {
                self.engine.dismiss(order).await?;
                Err(refusal)
            }
            None => self.decided_elsewhere(link, order, halted).await,
        };
        self.count_waiting().await?;
        answer
    }

    /// Keeps an order that is to be sent. One that was refused under the same id gives way: the shopper tries again.
    async fn keep(&self, id: CallId, place: &Place) -> Result<(), Refusal> {
        let refused = |waiting: &ministore_store::device::Waiting| {
            waiting.place.order == place.order && waiting.refused.is_some()
        };
        if self.engine.waiting().await?.iter().any(refused) {
            self.engine.dismiss(place.order).await?;
        }
        self.engine.enqueue(id, place).await
    }

    /// What became of an order that another round of sending took up, or that none has reached.
    async fn decided_elsewhere(
        &self,
        link: &Link,
        order: OrderId,
        halted: Option<Refusal>,
    ) -> Result<Vec<u8>, Refusal> {
        let waiting = self.engine.waiting().await?;
        match waiting.into_iter().find(|waiting| waiting.place.order == order) {
            Some(waiting) => match waiting.refused {
                Some(refusal) => {
                    self.engine.dismiss(order).await?;
                    Err(refusal)
                }
                None => Err(halted.unwrap_or(Refusal::Offline)),
            },
            None => self.ask(link, Get::NAME, new_call_id(), written(&Get { order })?).await,
        }
    }

    /// Sends what waits, in order, until the hub cannot decide. One round at a time: where another takes long, this one
    /// leaves the sending to it.
    pub(crate) async fn send_waiting(&self, link: &Link) -> Result<Sent, Refusal> {
        let mut sent = Sent::default();
        let Ok(_alone) = timeout(TURN, self.sending.lock()).await else {
            sent.halted = Some(Refusal::Busy);
            return Ok(sent);
        };
        for waiting in self.engine.waiting().await? {
            if waiting.refused.is_some() {
                continue;
            }
            let order = waiting.place.order;
            let answer = self.ask(link, Place::NAME, waiting.call, written(&waiting.place)?).await;
            match &answer {
                // A fault with this order says nothing of the next.
                Err(Refusal::Internal { .. }) => {
                    sent.halted = answer.err();
                    continue;
                }
                Err(refusal) if refusal.is_passing() => {
                    sent.halted = answer.err();
                    break;
                }
                Err(refusal) => self.engine.settle_waiting(order, Err(refusal)).await?,
                Ok(_) => self.engine.settle_waiting(order, Ok(())).await?,
            }
            sent.decided.push((order, answer));
        }
        Ok(sent)
    }

    /// Sends what has happened at this till, in its order, until the hub has all of it.
    pub(crate) async fn send_facts(&self, link: &Link) -> Result<(), Refusal> {
        let Ok(_alone) = timeout(TURN, self.sending.lock()).await else { return Err(Refusal::Busy) };
        loop {
            let facts = self.engine.unsent_facts().await?;
            if facts.is_empty() {
                return Ok(());
            }
            let reply = self.ask(link, Push::NAME, new_call_id(), written(&Push { facts })?).await?;
            let pushed: Pushed = serde_json::from_slice(&reply).map_err(|_| Refusal::VersionMismatch)?;
            if pushed.booked.is_empty() && pushed.clashing.is_empty() {
                return Err(Refusal::VersionMismatch);
            }
            if !pushed.clashing.is_empty() {
                tracing::error!(keys = ?pushed.clashing, "the hub knows other facts under these keys");
            }
            self.engine.settle_facts(&pushed).await?;
        }
    }

    /// Brings the status in line with the outbox.
    pub(crate) async fn count_waiting(&self) -> Result<(), Refusal> {
        let (orders, facts) = (self.engine.waiting().await?, self.engine.count_unsent().await?);
        self.tell(|status| status.count(&orders, facts));
        Ok(())
    }
}
