//! What callers do, each answer checked.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures::future::try_join_all;
use ministore_core::catalogue::{Lookup, Search};
use ministore_core::fulfilment::{GetSlots, Mode};
use ministore_core::order::{Get, Order, Place, PlaceLine, Quote};
use ministore_core::payment::PaymentState;
use ministore_core::quantity::Measure;
use ministore_core::refusal::Refusal;
use ministore_tests::HubProcess;
use ministore_tests::measure::catalogue;
use ministore_tests::measure::http::{Connection, Load, closed_loop};
use ministore_tests::measure::report::{self, Report};
use ministore_tests::measure::shelf::{SCARCE, Shelf, line};
use uuid::Uuid;

/// Four letters of words that the catalogue has, as a shopper has typed them so far.
const TYPED: [&str; 12] =
    ["milk", "yogh", "nood", "choc", "gree", "coff", "sham", "oran", "pean", "dump", "niun", "toma"];

/// As many as buy at once when something is scarce.
const BUYERS: usize = 200;

/// Lets `callers` do `round` for `time`, and looks how much of the processor the hub took.
async fn measured(
    hub: &HubProcess,
    callers: usize,
    time: Duration,
    round: impl AsyncFn(&mut Connection, usize, u64) -> Result<()>,
) -> Result<Load> {
    let before = report::processor(hub.id())?;
    let load = closed_loop(hub.address(), callers, time, round).await?;
    let taken = report::processor(hub.id())?.saturating_sub(before);
    let rounds = u32::try_from(load.times.count())?;
    Ok(Load { processor: Some(taken / rounds), ..load })
}

/// (a) Search as one types: four letters, the first ten and how many there are.
pub(crate) async fn search(
    report: &mut Report,
    hub: &HubProcess,
    callers: usize,
    time: Duration,
) -> Result<()> {
    let load = measured(hub, callers, time, async |connection, caller, round| {
        let text = TYPED[(caller + round as usize) % TYPED.len()].to_owned();
        let found = connection.done(None, &Search { text, limit: 10 }).await?;
        ensure!(
            found.products.len() == 10 && found.total > 10,
            "{} of {}",
            found.products.len(),
            found.total
        );
        Ok(())
    })
    .await?;
    report.load("a  search, four letters, first 10 and the total", callers, &load, "median 10 ms");
    Ok(())
}

/// (b) A product by its exact code.
pub(crate) async fn look_up(
    report: &mut Report,
    hub: &HubProcess,
    callers: usize,
    time: Duration,
    products: u32,
) -> Result<()> {
    let load = measured(hub, callers, time, async |connection, caller, round| {
        let number =
            (caller as u32).wrapping_mul(7919).wrapping_add((round as u32).wrapping_mul(2_654_435_761));
        let lookup = Lookup { code: catalogue::gtin(number % products).parse()? };
        let product = connection.done(None, &lookup).await?;
        ensure!(product.code() == Some(lookup.code), "another product was found");
        Ok(())
    })
    .await?;
    report.load("b  a product by its code", callers, &load, "median 1 ms");
    Ok(())
}

/// (c) One more of an item in an order of a hundred lines: how many it holds now, and the total with its tax.
pub(crate) async fn one_more(
    report: &mut Report,
    hub: &HubProcess,
    shelf: &Shelf,
    callers: usize,
    time: Duration,
) -> Result<()> {
    let lines: Vec<PlaceLine> = shelf.goods.iter().map(|product| line(product, 1)).collect();
    ensure!(lines.len() == 100, "the order has {} lines", lines.len());
    let load = measured(hub, callers, time, async |connection, _, round| {
        let at = round as usize % lines.len();
        let pieces = 2 + u32::try_from(round / lines.len() as u64)? % 900;
        let mut lines = lines.clone();
        lines[at].measure = Measure::Pieces(pieces);
        let quoted = connection.done(None, &Quote { lines, mode: Mode::Delivery, point: None }).await?;
        let price = shelf.goods[at].price.money().minor;
        ensure!(quoted.amounts[at].minor == price * i64::from(pieces), "a line has another amount");
        ensure!(quoted.totals.items == 99 + pieces, "{} items", quoted.totals.items);
        ensure!(!quoted.totals.tax.is_empty(), "a total without its tax");
        Ok(())
    })
    .await?;
    report.load("c  one more of an item among 100 lines, taxed", callers, &load, "median 5 ms");
    Ok(())
}

/// (d) A whole checkout in one request: five lines, address, slot, payment, on the disk before the answer.
pub(crate) async fn checkout(
    report: &mut Report,
    hub: &HubProcess,
    shelf: &Shelf,
    callers: usize,
    time: Duration,
) -> Result<()> {
    let load = measured(hub, callers, time, async |connection, caller, round| {
        let place = shelf.order(round + caller as u64)?;
        let order = connection.done(shelf.shopper(caller), &place).await?;
        check(&place, &order)
    })
    .await?;
    let goal = "1000/s, p99 50 ms at 16";
    report.load("d  a whole checkout in one request", callers, &load, goal);
    Ok(())
}

/// (d) The same step by step: each product looked up, quote, slots, order, and the order read again.
pub(crate) async fn checkout_by_steps(
    report: &mut Report,
    hub: &HubProcess,
    shelf: &Shelf,
    callers: usize,
    time: Duration,
) -> Result<()> {
    let load = measured(hub, callers, time, async |connection, caller, round| {
        let shopper = shelf.shopper(caller);
        let place = shelf.order(round + caller as u64)?;
        for line in &place.lines {
            let product =
                shelf.goods.iter().find(|product| product.id == line.product).context("no product")?;
            let code = product.code().context("a product without a code")?;
            let shown = connection.done(shopper, &Lookup { code }).await?;
            ensure!(shown.price == product.price, "another price");
        }
        let quote = Quote { lines: place.lines.clone(), mode: Mode::Delivery, point: None };
        let quoted = connection.done(shopper, &quote).await?;
        ensure!(quoted.totals.total == place.expected_total, "another total");
        let slots = connection.done(shopper, &GetSlots { mode: Mode::Delivery }).await?.slots;
        ensure!(slots.iter().any(|slot| Some(slot.key) == place.fulfilment.slot()), "the slot is gone");
        let order = connection.done(shopper, &place).await?;
        check(&place, &order)?;
        let read = connection.done(shopper, &Get { order: order.id }).await?;
        ensure!(read == order, "the order was read otherwise");
        Ok(())
    })
    .await?;
    report.load("d  the same in nine requests", callers, &load, "");
    Ok(())
}

/// Whether an order is the one that was placed, and paid.
pub(crate) fn check(place: &Place, order: &Order) -> Result<()> {
    ensure!(order.id == place.order && order.lines.len() == place.lines.len(), "another order");
    ensure!(order.totals.total == place.expected_total, "another total");
    ensure!(order.payment.state == PaymentState::Captured, "it is {:?}", order.payment.state);
    Ok(())
}

/// (f) Fifty of a product, two hundred buyers at once.
pub(crate) async fn the_last_ones(report: &mut Report, hub: &HubProcess, shelf: &Shelf) -> Result<()> {
    let bought = try_join_all((0..BUYERS).map(async |buyer| {
        let mut connection = Connection::open(hub.address()).await?;
        let place = shelf.scarce_order()?;
        match connection.call(shelf.shopper(buyer), Uuid::now_v7(), &place).await? {
            Ok(order) => check(&place, &order).map(|()| true),
            Err(Refusal::SoldOut { product, left: 0, .. }) if product == shelf.scarce.id => Ok(false),
            Err(refusal) => Err(refusal).context("refused for another reason"),
        }
    }))
    .await?;
    let sold = bought.iter().filter(|sold| **sold).count();
    let mut connection = Connection::open(hub.address()).await?;
    let code = shelf.scarce.code().context("a product without a code")?;
    let shown = connection.done(None, &Lookup { code }).await?.available;
    let figure = format!("{sold} sold, {} refused, {shown} left", BUYERS - sold);
    report.figure(&format!("f  {BUYERS} buyers at once of {SCARCE}"), figure, "50 sold, 150 refused, 0 left");
    Ok(())
}
