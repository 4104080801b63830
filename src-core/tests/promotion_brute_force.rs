//! Promotions held against a reference that is as plain as can be: it tries everything that is legal.
//!
//! `MINISTORE_BASKETS=100000 cargo test --release -p ministore-core --test promotion_brute_force` tries so many random
//! baskets, and `cargo xtask bench promotion --check 100000` does the same.

#![expect(clippy::unwrap_used, reason = "what is taken for granted fails the test")]

use std::cmp::Reverse;
use std::collections::BTreeMap;

use ministore_core::catalogue::CategorySlug;
use ministore_core::hours::LocalTime;
use ministore_core::id::{LineId, ProductId, PromotionId, ShopId};
use ministore_core::money::{Currency, Money, Price};
use ministore_core::promotion::{
    Bound, Channel, Context, Cut, Effort, Goods, Item, Least, Names, Need, Offer, Outcome, Part, Priced,
    Promotion, Reason, Remaining, Reward, Rules, Saving, SpendStep, Stacking, When, With,
};
use ministore_core::quantity::Measure;
use ministore_core::text::LocalText;
use ministore_core::ticket::{Change, Off, Share};
use uuid::Uuid;

/// Numbers that look random and are the same every time (G. Steele, D. Lea and C. Flood, "Fast splittable pseudorandom
/// number generators", 2014).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn one_in(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }

    fn of<T: Copy>(&mut self, these: &[T]) -> T {
        these[self.below(these.len() as u64) as usize]
    }
}

fn cny(minor: i64) -> Price {
    Price::new(Currency::CNY.minor(minor)).unwrap()
}

fn share(hundredths: u16) -> Share {
    Share::new(hundredths).unwrap()
}

fn product(number: u64) -> ProductId {
    ProductId(Uuid::from_u128(u128::from(number) + 1))
}

fn promotion_id(number: u64) -> PromotionId {
    PromotionId(Uuid::from_u128(u128::from(number) + 1))
}

fn category(number: u64) -> CategorySlug {
    ["drinks", "fruit"][number as usize].parse().unwrap()
}

/// A line with what it needs to stand by itself.
#[derive(Clone, Debug)]
struct Line {
    id: LineId,
    product: u64,
    price: Price,
    measure: Measure,
    change: Change,
    category: Vec<CategorySlug>,
    brand: String,
}

#[derive(Clone, Debug)]
struct World {
    promotions: Vec<Promotion>,
    lines: Vec<Line>,
    remaining: Vec<Remaining>,
    coupons: Vec<PromotionId>,
    member: Option<u8>,
    delivery: i64,
}

const MOST_UNITS: u32 = 5;

impl World {
    fn of(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let prices: Vec<Price> =
            (0..4).map(|_| cny(dice.of(&[0, 1, 3, 50, 99, 100, 100, 333, 500, 1000]))).collect();
        let lines = lines(&mut dice, &prices);
        let count = 1 + dice.below(5);
        let mut promotions: Vec<Promotion> =
            (0..count).map(|number| any_promotion(&mut dice, number)).collect();
        if Rules::new(promotions.clone()).is_err() {
            // Who goes with whom was contradictory, or who gives what went round.
            for promotion in &mut promotions {
                promotion.stacking.with = With::Everything;
                promotion.needs.clear();
                promotion.coupon |= matches!(promotion.offer, Offer::Gifts { .. });
            }
        }
        let remaining = (0..dice.below(3))
            .map(|_| Remaining {
                promotion: promotion_id(dice.below(5)),
                stock: dice.one_in(2).then(|| dice.below(4) as u32),
                member: dice.one_in(3).then(|| dice.below(4) as u32),
                budget: dice.one_in(2).then(|| Currency::CNY.minor(dice.of(&[0, 1, 30, 100, 400]))),
            })
            .collect();
        let coupons = (0..5).filter(|_| dice.one_in(2)).map(promotion_id).collect();
        let member = dice.of(&[None, Some(0), Some(2)]);
        Self { promotions, lines, remaining, coupons, member, delivery: dice.of(&[0, 300, 500]) }
    }

    fn context(&self) -> Context<'_> {
        Context {
            currency: Currency::CNY,
            shop: ShopId(Uuid::nil()),
            channel: Channel::Counter,
            touchpoint: None,
            now: LocalTime { day: "2026-11-30".parse().unwrap(), minute: 600 },
            member: self.member,
            coupons: &self.coupons,
            remaining: &self.remaining,
            delivery: Currency::CNY.minor(self.delivery),
        }
    }

    fn price(&self, effort: Effort) -> Priced {
        let items: Vec<Item<'_>> = self
            .lines
            .iter()
            .map(|line| Item {
                line: line.id,
                product: product(line.product),
                categories: &line.category,
                brand: &line.brand,
                price: line.price,
                measure: line.measure,
                change: line.change,
            })
            .collect();
        Rules::new(self.promotions.clone()).unwrap().price_with(&items, &self.context(), effort).unwrap()
    }

    fn total(&self) -> i64 {
        total(&self.price(Effort::of_lines(1)))
    }
}

fn total(priced: &Priced) -> i64 {
    priced.lines.iter().map(|line| line.paid.minor).sum::<i64>() + priced.delivery.minor
}

fn line(dice: &mut Dice, number: u64, prices: &[Price], pieces: u32) -> Line {
    let product = dice.below(prices.len() as u64);
    let measure = match dice.below(8) {
        0 => Measure::Grams(1 + dice.below(1500) as u32),
        1 => Measure::Labelled(cny(1 + dice.below(700) as i64)),
        _ => Measure::Pieces(pieces),
    };
    let change = match dice.below(12) {
        0 => Change { price: Some(cny(dice.of(&[10, 100, 250]))), off: None },
        1 => Change { price: None, off: Some(Off::Share(share(1000))) },
        _ => Change::default(),
    };
    Line {
        id: LineId(Uuid::from_u128(u128::from(dice.next()) << 8 | u128::from(number))),
        product,
        price: prices[product as usize],
        measure,
        change,
        category: vec![category(product % 2)],
        brand: ["", "plum", "plum", "mill"][product as usize].to_owned(),
    }
}

fn lines(dice: &mut Dice, prices: &[Price]) -> Vec<Line> {
    let mut left = 1 + dice.below(u64::from(MOST_UNITS)) as u32;
    let mut lines = Vec::new();
    while left > 0 {
        let pieces = 1 + dice.below(u64::from(left)) as u32;
        lines.push(line(dice, lines.len() as u64, prices, pieces));
        left -= pieces;
    }
    lines
}

fn goods(dice: &mut Dice) -> Goods {
    let mut goods = Goods::default();
    match dice.below(6) {
        0 | 1 => goods.all = true,
        2 => goods.named.categories = vec![category(dice.below(2))],
        3 => goods.named.brands = vec!["plum".to_owned()],
        4 => goods.named.products = vec![product(dice.below(4)), product(dice.below(4))],
        _ => {
            goods.named.products = vec![product(dice.below(4))];
            goods.named.categories = vec![category(dice.below(2))];
        }
    }
    if dice.one_in(4) && goods.named.products.is_empty() {
        goods.except = Names { products: vec![product(dice.below(4))], ..Names::default() };
    }
    goods
}

fn reward(dice: &mut Dice, pieces: &[u8]) -> Reward {
    let off = share(dice.of(&[1000, 3333, 5000, 10_000]));
    match dice.below(5) {
        0 | 1 => Reward::Price { price: cny(dice.of(&[0, 100, 150, 599, 1000])) },
        2 => Reward::Amount { off: cny(dice.of(&[1, 50, 150])) },
        3 if pieces.len() == 1 => {
            Reward::Cheapest { pieces: 1 + dice.below(u64::from(pieces[0])) as u8, off }
        }
        3 => Reward::Part { part: dice.below(pieces.len() as u64) as u8, off },
        _ => Reward::Share { off },
    }
}

fn saving(dice: &mut Dice) -> Saving {
    match dice.below(4) {
        0 | 1 => Saving::Amount(cny(dice.of(&[20, 100, 250, 700]))),
        2 => Saving::Share(share(dice.of(&[500, 1000, 3333, 10_000]))),
        _ => Saving::Every { each: cny(dice.of(&[100, 200, 499])), off: cny(dice.of(&[7, 30, 100])) },
    }
}

fn offer(dice: &mut Dice) -> Offer {
    match dice.below(12) {
        0..4 => Offer::Reduction {
            goods: goods(dice),
            cut: match dice.below(3) {
                0 => Cut::Share(share(dice.of(&[500, 1000, 3333, 5000, 10_000]))),
                1 => Cut::Amount(cny(dice.of(&[1, 30, 150]))),
                _ => Cut::To(cny(dice.of(&[0, 45, 95, 300]))),
            },
        },
        4..8 => {
            let parts: Vec<Part> = (0..1 + dice.below(5) / 3)
                .map(|_| Part { goods: goods(dice), pieces: 1 + dice.below(3) as u8 })
                .collect();
            let pieces: Vec<u8> = parts.iter().map(|part| part.pieces).collect();
            Offer::Deal { parts, reward: reward(dice, &pieces) }
        }
        8..10 => {
            let low = SpendStep { from: cny(dice.of(&[0, 100, 400, 500])), saving: saving(dice) };
            let high = SpendStep { from: cny(dice.of(&[600, 1000])), saving: saving(dice) };
            let rises = match (low.saving, high.saving) {
                (Saving::Amount(low), Saving::Amount(high)) => low.money().minor < high.money().minor,
                (Saving::Share(low), Saving::Share(high)) => low < high,
                _ => true,
            };
            let steps = if rises && dice.one_in(2) { vec![low, high] } else { vec![low] };
            let at_most = dice.one_in(5).then(|| cny(90));
            Offer::Spend { goods: goods(dice), steps, at_most }
        }
        10 => Offer::Delivery {
            goods: goods(dice),
            from: cny(dice.of(&[0, 300, 900])),
            off: dice.one_in(2).then(|| cny(200)),
        },
        _ => Offer::Gifts { gifts: vec![ministore_core::promotion::Gift { product: product(9), pieces: 1 }] },
    }
}

fn any_promotion(dice: &mut Dice, number: u64) -> Promotion {
    let offer = offer(dice);
    let gives = matches!(offer, Offer::Gifts { .. });
    let need = |dice: &mut Dice| Need {
        goods: goods(dice),
        least: if dice.one_in(2) {
            Least::Pieces(1 + dice.below(3) as u32)
        } else {
            Least::Amount(cny(dice.of(&[100, 300])))
        },
    };
    let needs = if gives || dice.one_in(6) { vec![need(dice)] } else { Vec::new() };
    let with = match dice.below(5) {
        0 | 1 => With::Nothing,
        2 | 3 => With::Everything,
        _ => With::Only(vec![promotion_id(dice.below(5))]),
    };
    let coupon = dice.one_in(8);
    Promotion {
        id: promotion_id(number),
        name: LocalText::default(),
        when: When::default(),
        at: Default::default(),
        members: dice.one_in(6).then(|| dice.below(3) as u8),
        coupon,
        needs,
        offer,
        per_basket: dice.one_in(5).then(|| 1 + dice.below(2) as u32),
        stacking: Stacking { with, group: dice.one_in(4).then(|| "one-of".parse().unwrap()) },
        changed_prices: dice.one_in(2),
    }
}

// The reference from here on: it knows the words of promotions, and nothing of how the engine goes about them.

/// A piece, or one weighed pack.
#[derive(Clone, Debug)]
struct Unit {
    line: usize,
    price: i64,
}

/// By which reduction a unit is taken, and for which part of which deal.
type Taken = (Option<usize>, Option<(usize, usize)>);

struct Reference<'a> {
    world: &'a World,
    rules: Vec<&'a Promotion>,
    units: Vec<Unit>,
    best: i64,
}

/// What a share of an amount comes to: halves up.
fn part(amount: i64, share: Share) -> i64 {
    (amount * i64::from(share.hundredths()) + 5000) / 10_000
}

fn go_together(one: &Promotion, other: &Promotion) -> bool {
    let allows = |one: &Promotion, other: &Promotion| match &one.stacking.with {
        With::Nothing => false,
        With::Everything => true,
        With::Only(these) => these.contains(&other.id),
    };
    allows(one, other) && allows(other, one)
}

impl<'a> Reference<'a> {
    /// What the cheapest legal combination saves.
    fn best(world: &'a World) -> i64 {
        let mut units = Vec::new();
        for (at, line) in world.lines.iter().enumerate() {
            let price = line.change.price.unwrap_or(line.price);
            match line.measure {
                Measure::Pieces(pieces) => {
                    units.extend((0..pieces).map(|_| Unit { line: at, price: price.money().minor }))
                }
                weighed => units.push(Unit { line: at, price: weighed.cost(price).unwrap().minor }),
            }
        }
        let mut reference = Self { world, rules: Vec::new(), units, best: 0 };
        reference.rules = world.promotions.iter().filter(|promotion| reference.holds(promotion)).collect();
        let chosen = vec![(None, None); reference.units.len()];
        reference.choose(0, chosen);
        reference.best
    }

    fn holds(&self, promotion: &Promotion) -> bool {
        let world = self.world;
        let level = promotion.members.is_none_or(|level| world.member.is_some_and(|member| member >= level));
        let coupon = !promotion.coupon || world.coupons.contains(&promotion.id);
        let needs = promotion.needs.iter().all(|need| {
            let there = (0..self.units.len()).filter(|unit| self.counts(promotion, &need.goods, *unit));
            match need.least {
                Least::Pieces(pieces) => there.count() >= pieces as usize,
                Least::Amount(amount) => {
                    there.map(|unit| self.units[unit].price).sum::<i64>() >= amount.money().minor
                }
            }
        });
        level && coupon && needs && self.times_left(promotion) > 0 && self.budget(promotion) > 0
    }

    fn times_left(&self, promotion: &Promotion) -> u32 {
        let said = self.world.remaining.iter().filter(|left| left.promotion == promotion.id);
        let all = said.flat_map(|left| [left.stock, left.member]).flatten();
        all.chain(promotion.per_basket).min().unwrap_or(u32::MAX)
    }

    fn budget(&self, promotion: &Promotion) -> i64 {
        let said = self.world.remaining.iter().filter(|left| left.promotion == promotion.id);
        said.filter_map(|left| left.budget).map(|budget| budget.minor).min().unwrap_or(i64::MAX)
    }

    fn counts(&self, promotion: &Promotion, goods: &Goods, unit: usize) -> bool {
        let line = &self.world.lines[self.units[unit].line];
        let by = |names: &Names| {
            names.products.contains(&product(line.product))
                || names.categories.iter().any(|category| line.category.contains(category))
                || names.brands.contains(&line.brand)
        };
        let changed = line.change.off.is_some() || (line.change.price.is_some() && !promotion.changed_prices);
        !changed && (goods.all || by(&goods.named)) && !by(&goods.except)
    }

    fn reduced(&self, cut: Cut, unit: usize) -> i64 {
        let Unit { line, price } = self.units[unit];
        let line = &self.world.lines[line];
        let to = match cut {
            Cut::Share(share) => price - part(price, share),
            Cut::Amount(off) => (price - off.money().minor).max(0),
            Cut::To(to) => match line.measure {
                Measure::Pieces(_) => to.money().minor,
                Measure::Grams(_) => line.measure.cost(to).unwrap().minor,
                Measure::Labelled(label) => {
                    let rate = line.change.price.unwrap_or(line.price).money().minor;
                    let to = to.money().minor;
                    if rate == 0 { price } else { (2 * label.money().minor * to + rate) / (2 * rate) }
                }
            },
        };
        to.min(price)
    }

    /// Tries for each unit every reduction and every part of a deal.
    fn choose(&mut self, unit: usize, mut chosen: Vec<Taken>) {
        if unit == self.units.len() {
            self.reckon(&chosen);
            return;
        }
        let mut reductions = vec![None];
        let mut deals = vec![None];
        for (at, rule) in self.rules.iter().enumerate() {
            match &rule.offer {
                Offer::Reduction { goods, .. } if self.counts(rule, goods, unit) => reductions.push(Some(at)),
                Offer::Deal { parts, .. } => {
                    for (part, of) in parts.iter().enumerate() {
                        if self.counts(rule, &of.goods, unit) {
                            deals.push(Some((at, part)));
                        }
                    }
                }
                _ => {}
            }
        }
        for reduction in reductions {
            for deal in &deals {
                let both = reduction.zip(*deal);
                if both.is_none_or(|(one, (other, _))| go_together(self.rules[one], self.rules[other])) {
                    chosen[unit] = (reduction, *deal);
                    self.choose(unit + 1, chosen.clone());
                }
            }
        }
    }

    fn reckon(&mut self, chosen: &[Taken]) {
        let mut saved = vec![0i64; self.rules.len()];
        let mut times = vec![0u32; self.rules.len()];
        let mut left: Vec<i64> = self.units.iter().map(|unit| unit.price).collect();
        for (unit, (reduction, _)) in chosen.iter().enumerate() {
            let Some(at) = *reduction else { continue };
            let Offer::Reduction { cut, .. } = &self.rules[at].offer else { unreachable!() };
            left[unit] = self.reduced(*cut, unit);
            saved[at] += self.units[unit].price - left[unit];
            times[at] += 1;
        }
        // Units in the order in which deals take them.
        let mut order: Vec<usize> = (0..self.units.len()).collect();
        order.sort_by_key(|at| {
            let unit = &self.units[*at];
            let line = &self.world.lines[unit.line];
            let pack = (!matches!(line.measure, Measure::Pieces(_))).then_some(line.id);
            (Reverse(unit.price), line.product, line.change.price.is_some(), pack, Reverse(left[*at]))
        });
        // What counts for basket rules together: units with what took them, and what is left of them.
        let mut portions: Vec<(Vec<usize>, Vec<usize>, i64)> = Vec::new();
        for (unit, (reduction, deal)) in chosen.iter().enumerate() {
            if deal.is_none() {
                portions.push((vec![unit], reduction.iter().copied().collect(), left[unit]));
            }
        }
        for at in 0..self.rules.len() {
            let Offer::Deal { parts, reward } = &self.rules[at].offer else { continue };
            let of_part = |part: usize| -> Vec<usize> {
                order.iter().copied().filter(|unit| chosen[*unit].1 == Some((at, part))).collect()
            };
            let taken: Vec<Vec<usize>> = (0..parts.len()).map(of_part).collect();
            let groups = taken[0].len() / usize::from(parts[0].pieces);
            let full = |(part, units): (&Part, &Vec<usize>)| units.len() == groups * usize::from(part.pieces);
            if !parts.iter().zip(&taken).all(full) {
                return;
            }
            times[at] += groups as u32;
            for group in 0..groups {
                let (mut units, mut off, mut sum) = (Vec::new(), 0, 0);
                for (number, (of, taken)) in parts.iter().zip(&taken).enumerate() {
                    let pieces = usize::from(of.pieces);
                    for place in 0..pieces {
                        let unit = taken[group * pieces + place];
                        units.push(unit);
                        sum += left[unit];
                        off += match *reward {
                            Reward::Share { off } => part(left[unit], off),
                            Reward::Cheapest { pieces: last, off } if place + usize::from(last) >= pieces => {
                                part(left[unit], off)
                            }
                            Reward::Part { part: cheaper, off } if usize::from(cheaper) == number => {
                                part(left[unit], off)
                            }
                            _ => 0,
                        };
                    }
                }
                match *reward {
                    Reward::Price { price } => off = (sum - price.money().minor).max(0),
                    Reward::Amount { off: amount } => off = amount.money().minor.min(sum),
                    _ => {}
                }
                saved[at] += off;
                let takers = units.iter().filter_map(|unit| chosen[*unit].0).chain([at]).collect();
                portions.push((units, takers, sum - off));
            }
        }
        let over = |at: usize| {
            times[at] > self.times_left(self.rules[at]) || saved[at] > self.budget(self.rules[at])
        };
        if (0..self.rules.len()).any(over) {
            return;
        }
        let of_basket: Vec<usize> = (0..self.rules.len())
            .filter(|at| matches!(self.rules[*at].offer, Offer::Spend { .. } | Offer::Delivery { .. }))
            .collect();
        for bits in 0u32..1 << of_basket.len() {
            let together: Vec<usize> =
                (0..of_basket.len()).filter(|at| bits >> at & 1 == 1).map(|at| of_basket[at]).collect();
            self.with_basket_rules(&saved, &portions, &together);
        }
    }

    fn with_basket_rules(
        &mut self,
        saved: &[i64],
        portions: &[(Vec<usize>, Vec<usize>, i64)],
        together: &[usize],
    ) {
        let bring = |at: usize| matches!(self.rules[at].offer, Offer::Delivery { .. });
        for (place, one) in together.iter().enumerate() {
            for other in &together[place + 1..] {
                if !go_together(self.rules[*one], self.rules[*other]) || (bring(*one) && bring(*other)) {
                    return;
                }
            }
        }
        let mut saved = saved.to_vec();
        let mut rules: Vec<(usize, i64, Vec<bool>)> = Vec::new();
        for at in together {
            let rule = self.rules[*at];
            let (Offer::Spend { goods, .. } | Offer::Delivery { goods, .. }) = &rule.offer else {
                unreachable!()
            };
            let counting: Vec<bool> = portions
                .iter()
                .map(|(units, takers, _)| {
                    units.iter().all(|unit| self.counts(rule, goods, *unit))
                        && takers.iter().all(|taker| go_together(self.rules[*taker], rule))
                })
                .collect();
            let counted: i64 = portions
                .iter()
                .zip(&counting)
                .filter(|(_, counts)| **counts)
                .map(|(portion, _)| portion.2)
                .sum();
            match &rule.offer {
                Offer::Delivery { from, off, .. } if counted > 0 && counted >= from.money().minor => {
                    let off = off.map_or(i64::MAX, |off| off.money().minor);
                    saved[*at] = off.min(self.world.delivery).min(self.budget(rule));
                }
                Offer::Spend { steps, at_most, .. } => {
                    let off =
                        steps.iter().filter(|step| counted >= step.from.money().minor).map(|step| match step
                            .saving
                        {
                            Saving::Share(share) => part(counted, share),
                            Saving::Amount(off) => off.money().minor,
                            Saving::Every { each, off } => counted / each.money().minor * off.money().minor,
                        });
                    let most = at_most.map_or(i64::MAX, |most| most.money().minor).min(self.budget(rule));
                    rules.push((*at, off.max().unwrap_or(0).min(counted).min(most), counting));
                }
                _ => {}
            }
        }
        // As much as can be taken where no unit gives more than it costs: by the smallest cut.
        let cuts = (0u32..1 << rules.len()).map(|inside| {
            let whole = rules.iter().enumerate().filter(|(at, _)| inside >> at & 1 == 0);
            let held = portions.iter().enumerate().filter(|(portion, _)| {
                rules.iter().enumerate().any(|(at, rule)| inside >> at & 1 == 1 && rule.2[*portion])
            });
            whole.map(|(_, rule)| rule.1).sum::<i64>() + held.map(|(_, portion)| portion.2).sum::<i64>()
        });
        let taken = cuts.min().unwrap();
        // Of one group at most one that saves anything. What takes nothing because others take all does not count, so a
        // smaller set stands for it.
        for (at, off, _) in &rules {
            saved[*at] = *off;
        }
        let mut groups = BTreeMap::new();
        for at in (0..saved.len()).filter(|at| saved[*at] > 0) {
            if let Some(group) = &self.rules[at].stacking.group {
                *groups.entry(group.clone()).or_insert(0) += 1;
            }
        }
        if groups.values().any(|count| *count > 1) {
            return;
        }
        let others: i64 =
            (0..saved.len()).filter(|at| !rules.iter().any(|rule| rule.0 == *at)).map(|at| saved[at]).sum();
        self.best = self.best.max(others + taken);
    }
}

// What must hold.

const TINY: [Effort; 3] =
    [Effort { width: 1, work: 0 }, Effort { width: 2, work: 10 }, Effort { width: 3, work: 1_000 }];

fn missed(priced: &Priced) -> i64 {
    match priced.bound {
        Bound::Exact => 0,
        Bound::Within(money) => {
            assert!(money.minor > 0);
            money.minor
        }
    }
}

fn check_sums(world: &World, priced: &Priced) {
    for (line, there) in priced.lines.iter().zip(&world.lines) {
        assert_eq!(line.line, there.id);
        let before = there.measure.cost(there.change.price.unwrap_or(there.price)).unwrap();
        let off = there.change.off.map_or(Ok(Currency::CNY.minor(0)), |off| off.of(before)).unwrap();
        let promoted: i64 = priced
            .allocations
            .iter()
            .filter(|part| part.line == line.line)
            .map(|part| {
                assert!(part.off.minor > 0);
                part.off.minor
            })
            .sum();
        assert_eq!(line.paid.minor, before.minor - off.minor - promoted);
        assert!(line.paid.minor >= 0);
    }
    let all: i64 = priced.allocations.iter().map(|part| part.off.minor).sum();
    let delivery = priced.delivery_off.map_or(0, |off| off.off.minor);
    assert_eq!(priced.saved.minor, all + delivery);
    assert_eq!(priced.delivery.minor + delivery, world.delivery);
    let ids: Vec<_> = priced.verdicts.iter().map(|verdict| verdict.promotion).collect();
    assert_eq!(ids, world.promotions.iter().map(|promotion| promotion.id).collect::<Vec<_>>());
    for verdict in &priced.verdicts {
        let of_lines = priced.allocations.iter().filter(|part| part.promotion == verdict.promotion);
        let mut sum: i64 = of_lines.map(|part| part.off.minor).sum();
        sum += priced
            .delivery_off
            .filter(|off| off.promotion == verdict.promotion)
            .map_or(0, |off| off.off.minor);
        match verdict.outcome {
            Outcome::Applied { saved, times } => {
                assert_eq!(saved.minor, sum);
                assert!(times > 0);
            }
            Outcome::Not { reason } => {
                assert_eq!(sum, 0);
                check_reason(world, priced, verdict.promotion, reason);
            }
        }
    }
}

fn check_reason(world: &World, priced: &Priced, promotion: PromotionId, reason: Reason) {
    let applied = |by: PromotionId| {
        let verdict = priced.verdicts.iter().find(|verdict| verdict.promotion == by).unwrap();
        match verdict.outcome {
            Outcome::Applied { saved, .. } => Some(saved),
            Outcome::Not { .. } => None,
        }
    };
    let of = |id: PromotionId| world.promotions.iter().find(|promotion| promotion.id == id).unwrap();
    match reason {
        Reason::BeatenBy { by, saves } => assert_eq!(applied(by), Some(saves)),
        Reason::ExcludedBy { by } => {
            assert!(applied(by).is_some() && of(by).stacking.group == of(promotion).stacking.group);
        }
        Reason::AmountMissing { more } => assert!(more.minor > 0),
        Reason::PiecesMissing { more } => assert!(more > 0),
        Reason::CouponNotGiven => assert!(!world.coupons.contains(&promotion)),
        Reason::MembersOnly => assert!(world.member.is_none()),
        _ => {}
    }
}

/// Whatever comes back in whatever parts adds up to what was paid.
fn check_returns(dice: &mut Dice, priced: &Priced) {
    for line in &priced.lines {
        let all = match line.measure {
            Measure::Pieces(count) | Measure::Grams(count) => count,
            Measure::Labelled(_) => 1,
        };
        let (mut before, mut back) = (0, 0);
        while before < all {
            let units = 1 + dice.below(u64::from(all - before)) as u32;
            let part = line.given_back(before, units).unwrap();
            assert!(part.minor >= 0);
            back += part.minor;
            before += units;
        }
        assert_eq!(back, line.paid.minor);
        assert_eq!(line.given_back(before, 1), None);
        assert_eq!(line.given_back(0, 0), None);
    }
}

fn shuffled<T>(dice: &mut Dice, mut these: Vec<T>) -> Vec<T> {
    for at in (1..these.len()).rev() {
        these.swap(at, dice.below(at as u64 + 1) as usize);
    }
    these
}

fn by_line(priced: &Priced) -> BTreeMap<LineId, (i64, Vec<(PromotionId, i64)>)> {
    let mut lines: BTreeMap<_, _> =
        priced.lines.iter().map(|line| (line.line, (line.paid.minor, Vec::new()))).collect();
    for part in &priced.allocations {
        lines.get_mut(&part.line).unwrap().1.push((part.promotion, part.off.minor));
    }
    lines
}

/// How many random baskets; fewer where every change waits for them.
fn baskets() -> u64 {
    std::env::var("MINISTORE_BASKETS").map_or(3_000, |count| count.parse().unwrap())
}

/// The first of the seeds that are tried.
fn first() -> u64 {
    std::env::var("MINISTORE_SEED").map_or(0, |seed| seed.parse().unwrap())
}

#[test]
fn nothing_legal_is_cheaper_and_bounds_are_honest() {
    let mut inexact = 0;
    for seed in first()..first() + baskets() {
        let world = World::of(seed);
        let best = Reference::best(&world);
        let priced = world.price(Effort::of_lines(1));
        let saved = priced.saved.minor;
        assert!(
            saved <= best,
            "seed {seed}: saves {saved}, which is not legal: {best} is the most\n{world:#?}"
        );
        if priced.bound == Bound::Exact {
            assert_eq!(saved, best, "seed {seed}: a cheaper combination is legal\n{world:#?}\n{priced:#?}");
        } else {
            inexact += 1;
            assert!(saved + missed(&priced) >= best, "seed {seed}: more was missed than is said");
        }
        check_sums(&world, &priced);
        for effort in TINY {
            let hasty = world.price(effort);
            check_sums(&world, &hasty);
            let (saved, missed) = (hasty.saved.minor, missed(&hasty));
            assert!(saved <= best, "seed {seed}: not legal with {effort:?}");
            assert!(saved + missed >= best, "seed {seed}: {effort:?} missed {} of {missed}", best - saved);
        }
    }
    println!("{inexact} of {} baskets were not priced exactly", baskets());
    assert!(inexact * 200 <= baskets(), "small baskets are priced exactly");
}

#[test]
fn order_means_nothing() {
    for seed in first()..first() + baskets() {
        let mut dice = Dice(seed ^ 0x5555);
        let world = World::of(seed);
        let mut other = world.clone();
        other.lines = shuffled(&mut dice, other.lines);
        other.promotions = shuffled(&mut dice, other.promotions);
        other.remaining = shuffled(&mut dice, other.remaining);
        for effort in [Effort::of_lines(1), TINY[0]] {
            let (one, two) = (world.price(effort), other.price(effort));
            assert_eq!(by_line(&one), by_line(&two), "seed {seed}");
            assert_eq!((&one.verdicts, one.bound), (&two.verdicts, two.bound), "seed {seed}");
        }
    }
}

#[test]
fn one_more_item_costs_at_most_its_price_and_lines_come_back_for_what_was_paid() {
    for seed in first()..first() + baskets() {
        let mut dice = Dice(seed ^ 0xaaaa);
        let world = World::of(seed);
        let before = world.total();
        let mut more = world.clone();
        let at = dice.below(world.lines.len() as u64) as usize;
        let there = &mut more.lines[at];
        let added: Money = match there.measure {
            Measure::Pieces(count) if there.change.off.is_none() && dice.one_in(2) => {
                there.measure = Measure::Pieces(count + 1);
                there.change.price.unwrap_or(there.price).money()
            }
            _ => {
                let mut line = line(&mut dice, 99, &[there.price, cny(100), cny(333), cny(1)], 1);
                line.change = Change::default();
                // What is one product costs the same everywhere.
                if let Some(same) = world.lines.iter().find(|there| there.product == line.product) {
                    line.price = same.price;
                }
                let cost = line.measure.cost(line.price).unwrap();
                more.lines.insert(dice.below(more.lines.len() as u64 + 1) as usize, line);
                cost
            }
        };
        let priced = more.price(Effort::of_lines(1));
        if priced.bound == Bound::Exact {
            let after = total(&priced);
            assert!(after <= before + added.minor, "seed {seed}: {before} + {} became {after}", added.minor);
        }
        check_returns(&mut dice, &priced);
    }
}
