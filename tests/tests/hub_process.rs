//! The hub's own process is killed while it works, as by a power cut.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, ensure};
use ministore_core::id::CallId;
use ministore_core::order::{Get, GetMine, Order, Place};
use ministore_core::quantity::Measure;
use ministore_core::refusal::Refusal;
use ministore_tests::{Client, HubProcess, hub, story};
use uuid::Uuid;

const SHOPPERS: usize = 3;
const POWER_CUTS: usize = 3;
const ORDERS_BEFORE_A_CUT: usize = 12;
const BY_THE_PIECE: &str = "9520130002138";
const BY_WEIGHT: &str = "01012";
const GRAMS: u32 = 50;

/// What one shopper has sent.
struct Shopper {
    client: Client,
    sent: Vec<(CallId, Place)>,
    confirmed: HashMap<CallId, Order>,
}

#[test]
fn every_confirmed_order_survives_power_cuts_and_is_there_once() -> Result<()> {
    story("hub_process", async |_| {
        let folder = tempfile::tempdir()?;
        let mut hub = HubProcess::start(folder.path(), 0)?;
        let address = hub.url("");
        let visitor = Client::visitor(&address)?;
        let stock_before = stock(&visitor).await?;
        let mut shoppers = Vec::new();
        for _ in 0..SHOPPERS {
            let client = Client::shopper(&address).await?;
            shoppers.push(Shopper { client, sent: Vec::new(), confirmed: HashMap::new() });
        }

        for _ in 0..POWER_CUTS {
            let confirmed = Arc::new(AtomicUsize::new(0));
            let ordering: Vec<_> = shoppers
                .into_iter()
                .map(|shopper| tokio::spawn(order_until_the_lights_go_out(shopper, Arc::clone(&confirmed))))
                .collect();
            while confirmed.load(Ordering::Relaxed) < ORDERS_BEFORE_A_CUT {
                ensure!(ordering.iter().any(|one| !one.is_finished()), "every shopper gave up");
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            hub.kill()?;
            shoppers = Vec::new();
            for one in ordering {
                shoppers.push(one.await??);
            }
            hub.start_again()?;
            for shopper in &mut shoppers {
                check_and_send_again(shopper).await?;
            }
        }

        let orders = shoppers.iter().map(|shopper| shopper.confirmed.len() as i64).sum::<i64>();
        ensure!(orders >= (POWER_CUTS * ORDERS_BEFORE_A_CUT) as i64, "only {orders} orders");
        let stock_after = stock(&visitor).await?;
        ensure!(
            stock_after == (stock_before.0 - orders, stock_before.1 - orders * i64::from(GRAMS)),
            "{orders} orders took the stock from {stock_before:?} to {stock_after:?}"
        );
        hub.stop()?;
        hub::check(folder.path())?;
        Ok(())
    })
}

async fn stock(client: &Client) -> Result<(i64, i64)> {
    Ok((client.product(BY_THE_PIECE).await?.available, client.product(BY_WEIGHT).await?.available))
}

/// Orders the same goods over and over. The last one has no answer.
async fn order_until_the_lights_go_out(mut shopper: Shopper, confirmed: Arc<AtomicUsize>) -> Result<Shopper> {
    let pieces = shopper.client.product(BY_THE_PIECE).await?;
    let weighed = shopper.client.product(BY_WEIGHT).await?;
    loop {
        let goods = [(&pieces, Measure::Pieces(1)), (&weighed, Measure::Grams(GRAMS))];
        let Ok(place) = shopper.client.pickup_of(&goods).await else { return Ok(shopper) };
        let id = CallId(Uuid::now_v7());
        match shopper.client.send(id, &place).await {
            Ok(Ok(order)) => {
                shopper.sent.push((id, place));
                shopper.confirmed.insert(id, order);
                confirmed.fetch_add(1, Ordering::Relaxed);
            }
            // Another shopper was faster: this slot is not an order.
            Ok(Err(Refusal::SlotFull)) => {}
            Ok(Err(refusal)) => return Err(refusal).context("an order was refused"),
            Err(_) => {
                shopper.sent.push((id, place));
                return Ok(shopper);
            }
        }
    }
}

/// Each confirmed order is there as it was confirmed; each unanswered one is sent again; all are there once.
async fn check_and_send_again(shopper: &mut Shopper) -> Result<()> {
    let mut missed = Vec::new();
    for (id, place) in &shopper.sent {
        match shopper.confirmed.get(id) {
            Some(order) => {
                let kept = shopper
                    .client
                    .call(&Get { order: order.id })
                    .await
                    .context("a confirmed order is lost")?;
                ensure!(kept == *order, "{order:?} came back as {kept:?}");
                let again = shopper.client.send(*id, place).await??;
                ensure!(again == *order, "a repeat was answered otherwise: {again:?}");
            }
            None => match shopper.client.send(*id, place).await? {
                Ok(order) => {
                    shopper.confirmed.insert(*id, order);
                }
                // The cut took it, and another shopper has the place now: this slot is not an order.
                Err(Refusal::SlotFull) => missed.push(*id),
                Err(refusal) => return Err(refusal).context("an order was refused"),
            },
        }
    }
    shopper.sent.retain(|(id, _)| !missed.contains(id));
    let mut listed: Vec<_> =
        shopper.client.call(&GetMine {}).await?.orders.into_iter().map(|order| order.id).collect();
    let mut sent: Vec<_> = shopper.sent.iter().map(|(_, place)| place.order).collect();
    listed.sort_unstable();
    sent.sort_unstable();
    ensure!(listed == sent, "{} orders were sent and {} are listed", sent.len(), listed.len());
    Ok(())
}
