//! Measures what an order costs, and prints a table. Run by `cargo xtask bench order`.
//!
//! A basket of thirty lines: priced and taxed by the rules alone, quoted and placed over HTTP by one caller, and placed by
//! two hundred shoppers who all check out at the same moment, time after time. Each answer is checked; at the end the
//! shop's books are.

#![allow(clippy::print_stdout, reason = "the table is what this program is for")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use futures::future::try_join_all;
use ministore_core::catalogue::Product;
use ministore_core::fulfilment::Mode;
use ministore_core::money::Currency;
use ministore_core::order::{Place, Quote};
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::pricing::{self, PriceLine};
use ministore_core::quantity::Measure;
use ministore_core::tax::TaxRules;
use ministore_tests::HubProcess;
use ministore_tests::measure::http::{Connection, Load, closed_loop};
use ministore_tests::measure::report::Report;
use ministore_tests::measure::samples::Samples;
use ministore_tests::measure::shelf::{Home, Shelf};

/// Lines of the basket.
const LINES: usize = 30;

/// Measures what an order costs.
#[derive(Parser)]
struct Arguments {
    /// Products of the shop.
    #[arg(long, default_value_t = 10_000)]
    products: u32,
    /// Shoppers who check out at the same moment.
    #[arg(long, default_value_t = 200)]
    shoppers: usize,
    /// How often they do.
    #[arg(long, default_value_t = 20)]
    times: u64,
    /// How long each figure of one caller is measured, in seconds.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Keep the shop in a PostgreSQL server of this program's own, not in a file of SQLite's.
    #[arg(long)]
    postgres: bool,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(Box::pin(measure(&arguments)))
}

async fn measure(arguments: &Arguments) -> Result<()> {
    let time = Duration::from_secs(arguments.seconds);
    let (name, home) =
        if arguments.postgres { ("PostgreSQL", Home::postgres()?) } else { ("SQLite", Home::sqlite()?) };
    println!("\n{name}, {} products, baskets of {LINES} lines:", arguments.products);
    let mut report = Report::default();
    let shelf = Shelf::stock(home, arguments.products).await?;
    report.figure("priced and taxed, by the rules alone", micros(by_the_rules(&shelf)?), "");
    let (mut hub, _) = shelf.serve().await?;
    report.load("quoted over HTTP", 1, &quoted(&hub, &shelf, time).await?, "");
    report.load("placed over HTTP", 1, &placed(&hub, &shelf, time).await?, "");
    let (times, per_second) = at_once(&hub, &shelf, arguments).await?;
    let load = Load { times, per_second, processor: None };
    report.load("placed, all at the same moment", arguments.shoppers, &load, "");
    hub.stop()?;
    report.figure("the shop's books after all that", shelf.check()?.trim().to_owned(), "all balances agree");
    report.print(&mut std::io::stdout().lock())?;
    Ok(())
}

fn micros(time: Duration) -> String {
    format!("{:.1} µs", time.as_secs_f64() * 1e6)
}

/// What pricing such a basket takes in the mean.
fn by_the_rules(shelf: &Shelf) -> Result<Duration> {
    const ROUNDS: u32 = 20_000;
    let lines: Vec<PriceLine<'_>> = shelf.goods.iter().take(LINES).map(price_line).collect();
    ensure!(lines.len() == LINES, "the shop has too few products");
    let start = Instant::now();
    for _ in 0..ROUNDS {
        black_box(pricing::price(
            black_box(&lines),
            Currency::CNY.minor(600),
            Currency::CNY,
            TaxRules::default(),
        )?);
    }
    Ok(start.elapsed() / ROUNDS)
}

fn price_line(product: &Product) -> PriceLine<'_> {
    let (price, measure, tax) = (product.price, Measure::Pieces(1), product.tax);
    PriceLine { price, measure, tax, deposits: &product.deposits }
}

/// Thirty lines, to be paid in cash: so much the demo wallet does not take at once.
fn basket(shelf: &Shelf, round: u64) -> Result<Place> {
    Ok(Place { tender: Tender::CashAtHandover, ..shelf.order_of_lines(LINES, round)? })
}

async fn quoted(hub: &HubProcess, shelf: &Shelf, time: Duration) -> Result<Load> {
    closed_loop(hub.address(), 1, time, async |connection, _, round| {
        let place = basket(shelf, round)?;
        let quote = Quote { lines: place.lines, mode: Mode::Delivery, point: None };
        let quoted = connection.done(None, &quote).await?;
        ensure!(quoted.totals.total == place.expected_total, "another total");
        Ok(())
    })
    .await
}

async fn placed(hub: &HubProcess, shelf: &Shelf, time: Duration) -> Result<Load> {
    closed_loop(hub.address(), 1, time, async |connection, caller, round| {
        buy(connection, shelf, caller, &basket(shelf, round)?).await
    })
    .await
}

/// Each shopper's time from pressing the button to the receipt, and orders in a second.
async fn at_once(hub: &HubProcess, shelf: &Shelf, arguments: &Arguments) -> Result<(Samples, f64)> {
    let opened = (0..arguments.shoppers).map(|_| Connection::open(hub.address()));
    let mut connections = try_join_all(opened).await?;
    let mut times = Vec::new();
    let mut busy = Duration::ZERO;
    for round in 0..arguments.times {
        let baskets: Vec<Place> = (0..arguments.shoppers)
            .map(|shopper| basket(shelf, round.wrapping_mul(31) + shopper as u64))
            .collect::<Result<_>>()?;
        let start = Instant::now();
        let all =
            connections.iter_mut().zip(&baskets).enumerate().map(async |(shopper, (connection, place))| {
                buy(connection, shelf, shopper, place).await.map(|()| start.elapsed())
            });
        times.extend(try_join_all(all).await?);
        busy += start.elapsed();
    }
    let per_second = times.len() as f64 / busy.as_secs_f64();
    Ok((Samples::from_times(times), per_second))
}

async fn buy(connection: &mut Connection, shelf: &Shelf, shopper: usize, place: &Place) -> Result<()> {
    let order = connection.done(shelf.shopper(shopper), place).await.context("not placed")?;
    ensure!(order.lines.len() == place.lines.len(), "another order");
    ensure!(order.totals.total == place.expected_total, "another total");
    ensure!(order.payment.state == PaymentState::Due, "it is {:?}", order.payment.state);
    Ok(())
}
