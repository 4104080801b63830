//! Payments through WeChat Pay while lines break, answers lie and people change their minds; then both sides' books.
//!
//! A real hub over a SQLite file takes orders, with the real client, from a simulator of the service over HTTP. Only the
//! times are short. With [`Break`] a rule of the client's is broken on purpose, and the books have to show it. A tour: [`shop`]: hub, simulator and goods; [`customer`]: one order, and what its shopper does;
//! [`verdict`]: the books compared; [`wrong`]: rules that are wrong.

#![forbid(unsafe_code)]

pub mod customer;
pub mod shop;
pub mod verdict;
pub mod wrong;

use std::time::Duration;

use anyhow::Result;
use futures::StreamExt;

use customer::Customer;
use shop::Shop;
use verdict::Verdict;
use wrong::Break;

/// What is run.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many orders.
    pub runs: u32,
    /// What all chance is drawn from.
    pub seed: u64,
    /// How many customers are at it at once.
    pub at_once: usize,
    /// Of 1000 requests and notifications, so many go wrong.
    pub faults: u32,
    /// Which rule of the client's is broken; None to try those that the shop has.
    pub broken: Option<Break>,
}

/// Runs it, and compares the books. `tell` is told how many runs are over.
pub async fn run(plan: Plan, mut tell: impl FnMut(u32)) -> Result<Verdict> {
    let shop = Shop::open(plan.seed, plan.faults, plan.broken).await?;
    let settling = shop.settle_on();
    let mut draws = fastrand::Rng::with_seed(plan.seed);
    let customers = (0..plan.runs).map(|_| Customer::drawn(&mut draws)).collect::<Vec<_>>();
    let mut done = Vec::with_capacity(customers.len());
    {
        let mut running = futures::stream::iter(customers)
            .map(|customer| Box::pin(customer.shop_at(&shop)))
            .buffer_unordered(plan.at_once.max(1));
        while let Some(outcome) = running.next().await {
            done.push(outcome?);
            tell(u32::try_from(done.len()).unwrap_or(u32::MAX));
        }
    }
    // From now on everything works: whatever is open has to come to its end.
    shop.simulator.heal();
    tokio::time::sleep(shop::PATIENCE).await;
    shop.simulator.notifications_done().await;
    settling.abort();
    for _ in 0..200 {
        if shop.engine.settle_payments().await? == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let verdict = Verdict::of(&shop, &done).await?;
    shop.close().await;
    Ok(verdict)
}
