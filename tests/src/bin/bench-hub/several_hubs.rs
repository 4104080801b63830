//! Three hubs on one database beside one, and what becomes of their callers when one of them is killed.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures::future::try_join_all;
use ministore_core::order::{Get, Order, Place};
use ministore_tests::HubProcess;
use ministore_tests::measure::http::{Connection, Load};
use ministore_tests::measure::report::Report;
use ministore_tests::measure::samples::Samples;
use ministore_tests::measure::shelf::Shelf;
use uuid::Uuid;

use crate::work::check;

/// Callers at once.
const CALLERS: usize = 48;

/// How many hubs a caller tries before it gives up.
const TRIES: usize = 20;

/// Measures whole checkouts on one hub, on three, and on three of which one is killed half-way.
pub(crate) async fn measure(report: &mut Report, shelf: &Shelf, time: Duration) -> Result<()> {
    let mut hubs = vec![shelf.serve().await?.0];
    let one = load(shelf, &mut hubs, time, false).await?;
    report.load("d  a whole checkout, one hub", CALLERS, &one.load, "");
    for _ in 0..2 {
        hubs.push(shelf.serve().await?.0);
    }
    let three = load(shelf, &mut hubs, time, false).await?;
    report.load("d  a whole checkout, three hubs", CALLERS, &three.load, "");
    let killed = load(shelf, &mut hubs, time, true).await?;
    report.load("d  three hubs, one killed half-way", CALLERS, &killed.load, "");
    let mut found = 0;
    let mut connection = Connection::open(hubs.last().context("no hub is left")?.address()).await?;
    for (caller, order) in &killed.confirmed {
        let get = Get { order: order.id };
        let kept = connection.call(shelf.shopper(*caller), Uuid::now_v7(), &get).await?;
        found += usize::from(kept.is_ok_and(|kept| kept == *order));
    }
    for mut hub in hubs.into_iter().skip(1) {
        hub.stop()?;
    }
    shelf.check().context("the books do not balance after a hub was killed")?;
    let confirmed = killed.confirmed.len();
    ensure!(confirmed > 0, "no order was confirmed");
    let figure = format!("{confirmed} confirmed, {found} found, books balance");
    report.figure("kill -9 of one of three hubs", figure, "all found");
    Ok(())
}

struct Outcome {
    load: Load,
    /// Each with who ordered it.
    confirmed: Vec<(usize, Order)>,
}

/// Lets all callers order for `time`, spread over the hubs; kills the first hub half-way where `kill` says so. Whoever
/// loses their hub asks the next one under the same id, as behind a balancer.
async fn load(shelf: &Shelf, hubs: &mut [HubProcess], time: Duration, kill: bool) -> Result<Outcome> {
    let addresses: Vec<SocketAddr> = hubs.iter().map(HubProcess::address).collect();
    let confirmed: RefCell<Vec<(usize, Order)>> = RefCell::default();
    let start = Instant::now();
    let callers = try_join_all((0..CALLERS).map(async |caller| {
        let mut asked = caller;
        let mut connection = None;
        let mut times = Vec::new();
        for round in 0.. {
            if start.elapsed() >= time {
                break;
            }
            let place = shelf.order(round + caller as u64)?;
            let begun = Instant::now();
            let order =
                place_somewhere(shelf, &addresses, &mut connection, &mut asked, caller, &place).await?;
            times.push(begun.elapsed());
            check(&place, &order)?;
            confirmed.borrow_mut().push((caller, order));
        }
        Ok::<_, anyhow::Error>(times)
    }));
    let blow = async {
        if kill {
            tokio::time::sleep(time / 2).await;
            hubs.first_mut().context("there is no hub")?.kill()?;
        }
        Ok(())
    };
    let (times, ()) = futures::try_join!(callers, blow)?;
    let per_second = confirmed.borrow().len() as f64 / start.elapsed().as_secs_f64();
    let times = Samples::from_times(times.into_iter().flatten().collect());
    let load = Load { times, per_second, processor: None };
    Ok(Outcome { load, confirmed: confirmed.into_inner() })
}

async fn place_somewhere(
    shelf: &Shelf,
    hubs: &[SocketAddr],
    connection: &mut Option<Connection>,
    asked: &mut usize,
    caller: usize,
    place: &Place,
) -> Result<Order> {
    let id = Uuid::now_v7();
    for _ in 0..TRIES {
        let open = match connection.take() {
            Some(open) => Ok(open),
            None => Connection::open(hubs[*asked % hubs.len()]).await,
        };
        if let Ok(mut open) = open
            && let Ok(answer) = open.call(shelf.shopper(caller), id, place).await
        {
            *connection = Some(open);
            return answer.context("the order was refused");
        }
        *asked += 1;
    }
    anyhow::bail!("no hub answered")
}
