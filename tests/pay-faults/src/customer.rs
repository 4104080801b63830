//! One order, and what its shopper does.

use std::time::Duration;

use anyhow::{Result, bail};
use ministore_core::device::{Register, Secret};
use ministore_core::fulfilment::Fulfilment;
use ministore_core::id::{CallId, DeviceId, LineId, OrderId};
use ministore_core::order::{Cancel, CancelReason, Contact, Get, Order, Place, PlaceLine};
use ministore_core::payment::Tender;
use ministore_core::payment_way::GetWay;
use ministore_core::quantity::Measure;
use ministore_core::refusal::Refusal;
use ministore_core::role::Actor;
use uuid::Uuid;

use crate::shop::{PATIENCE, Shop};

/// What a shopper does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Manner {
    /// Pays as soon as there is a code.
    Pays,
    /// Pays, and tries it a second time.
    PaysTwice,
    /// Taps twice on "order", then pays.
    OrdersTwice,
    /// Never pays.
    Forgets,
    /// Pays at about the last moment, or just after.
    PaysLate,
    /// Withdraws the order, then tries to pay all the same.
    WithdrawsThenPays,
    /// Pays, then withdraws the order.
    PaysThenWithdraws,
    /// Pays and withdraws the order at the same time.
    Both,
    /// Has somebody send forged notifications, and never pays.
    Forges,
}

const MANNERS: [Manner; 12] = [
    Manner::Pays,
    Manner::Pays,
    Manner::Pays,
    Manner::Pays,
    Manner::PaysTwice,
    Manner::OrdersTwice,
    Manner::Forgets,
    Manner::PaysLate,
    Manner::WithdrawsThenPays,
    Manner::PaysThenWithdraws,
    Manner::Both,
    Manner::Forges,
];

/// A shopper to be.
#[derive(Clone, Copy, Debug)]
pub struct Customer {
    manner: Manner,
    pieces: u32,
    hurry: Duration,
}

/// What became of them, as far as they know.
#[derive(Clone, Debug)]
pub struct Done {
    /// What they did.
    pub manner: Manner,
    /// Who they are.
    pub device: DeviceId,
    /// Their order.
    pub order: OrderId,
    /// What they wanted.
    pub pieces: u32,
    /// How many forged notifications were taken.
    pub forgeries_taken: u32,
    /// How many were sent.
    pub forgeries_sent: u32,
}

impl Customer {
    /// One of any manner.
    pub fn drawn(draws: &mut fastrand::Rng) -> Self {
        let manner = draws.choice(MANNERS).unwrap_or(Manner::Pays);
        Self { manner, pieces: draws.u32(1..4), hurry: Duration::from_millis(draws.u64(0..60)) }
    }

    /// Orders, and does what they do. Errors only where the shop does what it never should.
    pub async fn shop_at(self, shop: &Shop) -> Result<Done> {
        let engine = &shop.engine;
        let device = DeviceId(Uuid::now_v7());
        let secret = Secret::from_bytes([7; 32]);
        engine
            .call(&Actor::Visitor, CallId(Uuid::now_v7()), Register { device, secret, proof: None })
            .await?;
        let visit = Visit { shop, me: Actor::Shopper(device), manner: self.manner };
        let measure = Measure::Pieces(self.pieces);
        let place = Place {
            order: OrderId(Uuid::now_v7()),
            lines: vec![PlaceLine { id: LineId(Uuid::now_v7()), product: shop.product.id, measure }],
            fulfilment: Fulfilment::Pickup { starts: shop.slot },
            contact: Contact { name: "Mei".to_owned(), phone: String::new() },
            tender: Tender::WechatPay,
            expected_total: measure.cost(shop.product.price)?,
        };
        let (order, call) = (place.order, CallId(Uuid::now_v7()));
        let placed = if self.manner == Manner::OrdersTwice {
            let twice = futures::join!(
                engine.call(&visit.me, call, place.clone()),
                engine.call(&visit.me, call, place)
            );
            match twice {
                (Ok(one), Ok(other)) if (one.id, one.payment.id) != (other.id, other.payment.id) => {
                    bail!("one call made two orders")
                }
                (one, _) => one,
            }
        } else {
            engine.call(&visit.me, call, place).await
        };
        let mut done = Done {
            manner: self.manner,
            device,
            order,
            pieces: self.pieces,
            forgeries_taken: 0,
            forgeries_sent: 0,
        };
        let placed = match placed {
            Ok(placed) => placed,
            Err(Refusal::PaymentDeclined { .. }) => return Ok(done),
            Err(refusal) => bail!("an order was refused: {refusal}"),
        };
        tokio::time::sleep(self.hurry).await;
        match self.manner {
            Manner::Pays | Manner::OrdersTwice => visit.pay(order).await,
            Manner::PaysTwice => {
                visit.pay(order).await;
                visit.pay_by(visit.link(order).await.as_deref());
            }
            Manner::Forgets => {
                visit.link(order).await;
            }
            Manner::PaysLate => {
                let link = visit.link(order).await;
                let after = PATIENCE.saturating_sub(Duration::from_millis(1200)) + self.hurry * 20;
                tokio::time::sleep(after).await;
                visit.pay_by(link.as_deref());
            }
            Manner::WithdrawsThenPays => {
                let link = visit.link(order).await;
                visit.withdraw(order).await?;
                visit.pay_by(link.as_deref());
            }
            Manner::PaysThenWithdraws => {
                visit.pay(order).await;
                visit.withdraw(order).await?;
            }
            Manner::Both => {
                let link = visit.link(order).await;
                let paying = async {
                    tokio::time::sleep(self.hurry / 10).await;
                    visit.pay_by(link.as_deref());
                };
                futures::join!(visit.withdraw(order), paying).0?;
            }
            Manner::Forges => {
                (done.forgeries_sent, done.forgeries_taken) = visit.forge(&placed).await?;
            }
        }
        Ok(done)
    }
}

struct Visit<'a> {
    shop: &'a Shop,
    me: Actor,
    manner: Manner,
}

impl Visit<'_> {
    /// How to pay; None where the service does not answer for long, or the order does not wait.
    async fn link(&self, order: OrderId) -> Option<String> {
        for _ in 0..12 {
            let way =
                self.shop.engine.call(&self.me, CallId(Uuid::now_v7()), GetWay { order, opens: false }).await;
            match way {
                Ok(way) => match way.waits?.link {
                    Some(link) => return Some(link.url),
                    None => tokio::time::sleep(Duration::from_millis(30)).await,
                },
                Err(_) => return None,
            }
        }
        None
    }

    fn pay_by(&self, link: Option<&str>) {
        if let Some(link) = link {
            // Whether it can still be paid is the service's to say; the books tell what came of it.
            let _ = self.shop.simulator.pay(link);
        }
    }

    async fn pay(&self, order: OrderId) {
        self.pay_by(self.link(order).await.as_deref());
    }

    async fn withdraw(&self, order: OrderId) -> Result<()> {
        let cancel = Cancel { order, reason: CancelReason::ChangedMind };
        match self.shop.engine.call(&self.me, CallId(Uuid::now_v7()), cancel).await {
            Ok(_) | Err(Refusal::WrongStep { .. }) => Ok(()),
            Err(refusal) => bail!("{:?}: an order was not withdrawn: {refusal}", self.manner),
        }
    }

    /// Sends what the service has not said; gives how many were sent, and how many taken.
    async fn forge(&self, order: &Order) -> Result<(u32, u32)> {
        self.link(order.id).await;
        let number = order.payment.id.0.simple().to_string();
        let client = reqwest::Client::new();
        let (mut sent, mut taken) = (0, 0);
        for message in self.shop.simulator.forgeries(&number) {
            let mut request = client.post(&self.shop.notify_url).body(message.body);
            for (name, value) in message.headers {
                request = request.header(name, value);
            }
            sent += 1;
            // Where no hub listens, nothing is taken.
            taken += u32::from(request.send().await.is_ok_and(|answer| answer.status().is_success()));
        }
        Ok((sent, taken))
    }
}

/// The order as its shopper sees it in the end.
pub async fn order_of(shop: &Shop, done: &Done) -> Result<Order> {
    let get = Get { order: done.order };
    Ok(shop.engine.call(&Actor::Shopper(done.device), CallId(Uuid::now_v7()), get).await?)
}
