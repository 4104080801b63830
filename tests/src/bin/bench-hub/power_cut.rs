//! The hub is killed while it takes orders; what it confirmed is compared with what is found.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures::future::join_all;
use ministore_core::order::{Get, Order};
use ministore_tests::HubProcess;
use ministore_tests::measure::http::{Connection, until_answered};
use ministore_tests::measure::report::Report;
use ministore_tests::measure::shelf::Shelf;
use uuid::Uuid;

/// Orders confirmed before the cut.
const CONFIRMED: usize = 500;

/// Callers at once.
const CALLERS: usize = 16;

pub(crate) async fn measure(report: &mut Report, mut hub: HubProcess, shelf: &Shelf) -> Result<()> {
    let at: SocketAddr = hub.address();
    let confirmed: RefCell<Vec<(usize, Order)>> = RefCell::default();
    let callers = join_all((0..CALLERS).map(async |caller| {
        let Ok(mut connection) = Connection::open(at).await else { return };
        for round in 0.. {
            let Ok(place) = shelf.order(round) else { return };
            match connection.call(shelf.shopper(caller), Uuid::now_v7(), &place).await {
                Ok(Ok(order)) => confirmed.borrow_mut().push((caller, order)),
                // The lights are out; or refused, which the count below shows.
                _ => return,
            }
        }
    }));
    let cut = async {
        while confirmed.borrow().len() < CONFIRMED {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        hub.kill()
    };
    let ((), cut) = futures::join!(
        async {
            callers.await;
        },
        cut
    );
    cut?;
    hub.start_again()?;
    let at = hub.address();
    until_answered(at, "/readyz", Duration::from_secs(20)).await?;
    let confirmed = confirmed.into_inner();
    ensure!(confirmed.len() >= CONFIRMED, "only {} orders were confirmed", confirmed.len());
    let mut connection = Connection::open(at).await?;
    let mut found = 0;
    for (caller, order) in &confirmed {
        let kept = connection.call(shelf.shopper(*caller), Uuid::now_v7(), &Get { order: order.id }).await?;
        found += usize::from(kept.is_ok_and(|kept| kept == *order));
    }
    hub.stop()?;
    shelf.check().context("the books do not balance after the cut")?;
    let figure = format!("{} confirmed, {found} found, books balance", confirmed.len());
    report.figure("kill -9 while 16 callers order", figure, "all found");
    Ok(())
}
