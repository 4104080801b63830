//! Measures how long baskets take to be priced with many promotions, and prints a table. Run by
//! `cargo xtask bench promotion`; takes the number of baskets, of lines and of promotions.

#![expect(clippy::print_stdout, reason = "the table is what this program is for")]

mod shop;

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use ministore_core::promotion::{Bound, Outcome};
use shop::Shop;

/// How often each basket is priced; the shortest time counts, so that what else the machine does at the moment does not.
const REPEATS: usize = 5;

/// What one round of baskets came to.
#[derive(Default)]
struct Round {
    times: Vec<Duration>,
    exact: usize,
    /// By how much answers may be too dear, as shares of what is paid.
    bounds: Vec<f64>,
    /// The largest of them in minor units.
    widest: i64,
    applied: usize,
    saved: f64,
}

fn round(shop: &Shop, baskets: u64, lines: usize) -> Result<Round, Box<dyn Error>> {
    let mut round = Round::default();
    for number in 0..baskets {
        let basket = shop.basket(number, lines);
        let (items, context) = (shop.items(&basket), shop.context(number));
        let mut shortest = Duration::MAX;
        let mut priced = shop.rules.price(&items, &context)?;
        for _ in 0..REPEATS {
            let start = Instant::now();
            priced = black_box(shop.rules.price(black_box(&items), black_box(&context))?);
            shortest = shortest.min(start.elapsed());
        }
        round.times.push(shortest);
        let list: i64 = priced.lines.iter().map(|line| line.list.minor).sum();
        let paid: i64 = priced.lines.iter().map(|line| line.paid.minor).sum();
        match priced.bound {
            Bound::Exact => {
                round.exact += 1;
                round.bounds.push(0.0);
            }
            Bound::Within(money) => {
                round.bounds.push(money.minor as f64 / paid.max(1) as f64);
                round.widest = round.widest.max(money.minor);
            }
        }
        let applied = |outcome: &Outcome| matches!(outcome, Outcome::Applied { .. });
        round.applied += priced.verdicts.iter().filter(|verdict| applied(&verdict.outcome)).count();
        round.saved += (list - paid) as f64 / list.max(1) as f64;
    }
    round.times.sort_unstable();
    round.bounds.sort_unstable_by(f64::total_cmp);
    Ok(round)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = std::env::args().skip(1);
    let mut number = |usual: u64| numbers.next().map_or(Ok(usual), |text| text.parse::<u64>());
    let (baskets, lines, promotions) = (number(5_000)?, number(100)?, number(500)?);
    println!(
        "{baskets} baskets a row, {promotions} promotions that hold, a shop of {} products\n",
        shop::PRODUCTS
    );
    println!("| lines | p50 | p99 | longest | exact | bound, p50 | bound, p99 | widest | applied | saved |");
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let shop = Shop::new(promotions)?;
    for lines in [10, 30, lines as usize] {
        let round = round(&shop, baskets, lines)?;
        let place = |hundredths: usize| (round.times.len() * hundredths).div_ceil(100).saturating_sub(1);
        let micros = |hundredths| {
            let time = round.times.get(place(hundredths)).copied().unwrap_or_default();
            format!("{} µs", time.as_micros())
        };
        let bound = |hundredths| 100.0 * round.bounds.get(place(hundredths)).copied().unwrap_or_default();
        let all = round.times.len().max(1);
        println!(
            "| {lines} | {} | {} | {} | {:.1} % | {:.2} % | {:.2} % | {:.2} | {:.1} | {:.1} % |",
            micros(50),
            micros(99),
            micros(100),
            100.0 * round.exact as f64 / all as f64,
            bound(50),
            bound(99),
            round.widest as f64 / 100.0,
            round.applied as f64 / all as f64,
            100.0 * round.saved / all as f64,
        );
    }
    let start = Instant::now();
    black_box(Shop::new(promotions)?);
    println!(
        "\nA bound is by how much an answer may be too dear at most, of what is paid; times are the shortest of {REPEATS}."
    );
    println!("{promotions} promotions made, checked and indexed in {} µs", start.elapsed().as_micros());
    Ok(())
}
