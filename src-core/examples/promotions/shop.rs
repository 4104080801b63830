//! A shop with many promotions, and baskets from it: the same every time, and with no clock, so that it also runs in a
//! browser.

use std::error::Error;

use ministore_core::catalogue::CategorySlug;
use ministore_core::hours::{Day, LocalTime};
use ministore_core::id::{LineId, ProductId, PromotionId, ShopId};
use ministore_core::money::{Currency, MoneyError, Price};
use ministore_core::promotion::{
    At, Channel, Context, Cut, Gift, Goods, Item, Label, Least, Names, Need, Offer, Part, Promotion,
    Remaining, Reward, Rules, Saving, SpendStep, Stacking, When, With,
};
use ministore_core::quantity::Measure;
use ministore_core::text::LocalText;
use ministore_core::ticket::{Change, Share};

/// How many products the shop sells.
pub(crate) const PRODUCTS: u64 = 2_000;
const CATEGORIES: u64 = 40;
const BRANDS: u64 = 100;

/// Numbers that look random and are the same every time (G. Steele, D. Lea and C. Flood, "Fast splittable pseudorandom
/// number generators", 2014).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }

    fn of<T: Copy>(&mut self, these: &[T]) -> T {
        these[self.below(these.len() as u64) as usize]
    }
}

struct Product {
    id: ProductId,
    category: Vec<CategorySlug>,
    brand: String,
    price: Price,
}

/// The shop.
pub(crate) struct Shop {
    products: Vec<Product>,
    pub(crate) rules: Rules,
    remaining: Vec<Remaining>,
}

/// A line of a basket: its product, and how much.
pub(crate) struct Line {
    id: LineId,
    product: usize,
    measure: Measure,
}

fn cny(minor: u64) -> Result<Price, MoneyError> {
    Price::new(Currency::CNY.minor(minor as i64))
}

fn uuid(number: u64) -> uuid::Uuid {
    uuid::Uuid::from_u128(u128::from(number) + 1)
}

impl Shop {
    /// A shop with so many promotions, all of which hold today.
    pub(crate) fn new(promotions: u64) -> Result<Self, Box<dyn Error>> {
        let mut dice = Dice(2026);
        let categories: Vec<CategorySlug> =
            (0..CATEGORIES).map(|number| format!("shelf-{number}").parse()).collect::<Result<_, _>>()?;
        let products: Vec<Product> = (0..PRODUCTS)
            .map(|number| {
                Ok(Product {
                    id: ProductId(uuid(number)),
                    category: vec![categories[(number % CATEGORIES) as usize].clone()],
                    brand: format!("Maker {}", dice.below(BRANDS)),
                    price: cny(150 + 10 * dice.below(400) + dice.of(&[0, 0, 5, 9]))?,
                })
            })
            .collect::<Result<_, MoneyError>>()?;
        let all = (0..promotions)
            .map(|number| promotion(&mut dice, number, &categories))
            .collect::<Result<Vec<_>, Box<dyn Error>>>()?;
        let remaining = all
            .iter()
            .filter(|promotion| promotion.per_basket.is_some())
            .map(|promotion| Remaining {
                promotion: promotion.id,
                stock: Some(1 + dice.below(50) as u32),
                member: Some(1 + dice.below(6) as u32),
                budget: None,
            })
            .collect();
        Ok(Self { products, rules: Rules::new(all)?, remaining })
    }

    /// A basket of so many lines, nearly all of pieces.
    pub(crate) fn basket(&self, number: u64, lines: usize) -> Vec<Line> {
        let mut dice = Dice(number.wrapping_mul(7919));
        (0..lines)
            .map(|line| Line {
                id: LineId(uuid(number << 20 | line as u64)),
                product: dice.below(PRODUCTS) as usize,
                measure: match dice.below(10) {
                    0 => Measure::Grams(200 + dice.below(1_300) as u32),
                    _ => Measure::Pieces(dice.of(&[1, 1, 1, 2, 2, 3, 6])),
                },
            })
            .collect()
    }

    /// Its lines as promotions see them.
    pub(crate) fn items<'a>(&'a self, basket: &[Line]) -> Vec<Item<'a>> {
        basket
            .iter()
            .map(|line| {
                let product = &self.products[line.product];
                Item {
                    line: line.id,
                    product: product.id,
                    categories: &product.category,
                    brand: &product.brand,
                    price: product.price,
                    measure: line.measure,
                    change: Change::default(),
                }
            })
            .collect()
    }

    /// For whom and when; every second basket is a member's, every fourth is brought.
    pub(crate) fn context(&self, number: u64) -> Context<'_> {
        Context {
            currency: Currency::CNY,
            shop: ShopId(uuid(1)),
            channel: Channel::Page,
            touchpoint: None,
            now: LocalTime { day: Day::since_1970(20_787), minute: 1_000 },
            member: number.is_multiple_of(2).then_some(1),
            coupons: &[],
            remaining: &self.remaining,
            delivery: Currency::CNY.minor(if number.is_multiple_of(4) { 600 } else { 0 }),
        }
    }
}

/// Products of one shelf.
fn named(dice: &mut Dice, products: u64) -> Goods {
    let shelf = dice.below(CATEGORIES);
    let on_shelf = PRODUCTS / CATEGORIES;
    let products =
        (0..products).map(|_| ProductId(uuid(shelf + CATEGORIES * dice.below(on_shelf)))).collect();
    Goods { named: Names { products, ..Names::default() }, ..Goods::default() }
}

fn shelf(dice: &mut Dice, categories: &[CategorySlug]) -> Goods {
    let categories = vec![categories[dice.below(CATEGORIES) as usize].clone()];
    Goods { named: Names { categories, ..Names::default() }, ..Goods::default() }
}

fn maker(dice: &mut Dice) -> Goods {
    let brands = vec![format!("Maker {}", dice.below(BRANDS))];
    Goods { named: Names { brands, ..Names::default() }, ..Goods::default() }
}

fn everything() -> Goods {
    Goods { all: true, ..Goods::default() }
}

fn deal(dice: &mut Dice, goods: Goods) -> Result<Offer, Box<dyn Error>> {
    let part = |pieces| vec![Part { goods: goods.clone(), pieces }];
    Ok(match dice.below(4) {
        0 => Offer::Deal { parts: part(2), reward: Reward::Cheapest { pieces: 1, off: Share::new(5_000)? } },
        1 => Offer::Deal { parts: part(3), reward: Reward::Cheapest { pieces: 1, off: Share::new(10_000)? } },
        2 => Offer::Deal { parts: part(3), reward: Reward::Share { off: Share::new(2_000)? } },
        _ => Offer::Deal { parts: part(2), reward: Reward::Amount { off: cny(200)? } },
    })
}

/// Out of a hundred: sixty prices of single products, four of shelves and makers, twenty-six deals, five for the basket or a
/// part of it, one for bringing it, and four gifts.
fn promotion(dice: &mut Dice, number: u64, categories: &[CategorySlug]) -> Result<Promotion, Box<dyn Error>> {
    let percent = |dice: &mut Dice| Share::new(dice.of(&[500, 1_000, 1_500, 2_000, 3_000]));
    let (mut needs, mut per_basket, mut members, mut group) = (Vec::new(), None, None, None::<Label>);
    let offer = match number % 100 {
        0..45 => {
            let count = 1 + dice.below(8);
            Offer::Reduction { goods: named(dice, count), cut: Cut::Share(percent(dice)?) }
        }
        45..55 => {
            // A flash sale.
            per_basket = Some(2);
            Offer::Reduction { goods: named(dice, 3), cut: Cut::Share(Share::new(4_000)?) }
        }
        55..60 => {
            members = Some(0);
            Offer::Reduction { goods: named(dice, 20), cut: Cut::Amount(cny(50)?) }
        }
        60 | 61 => Offer::Reduction { goods: shelf(dice, categories), cut: Cut::Share(percent(dice)?) },
        62 | 63 => Offer::Reduction { goods: maker(dice), cut: Cut::Share(percent(dice)?) },
        64..82 => {
            let goods = named(dice, 12);
            deal(dice, goods)?
        }
        82 | 83 => {
            let goods = maker(dice);
            deal(dice, goods)?
        }
        84 | 85 => {
            let goods = shelf(dice, categories);
            deal(dice, goods)?
        }
        86..90 => {
            let part = |goods, pieces| Part { goods, pieces };
            let parts = vec![part(named(dice, 15), 1), part(named(dice, 15), 1)];
            Offer::Deal { parts, reward: Reward::Part { part: 1, off: Share::new(10_000)? } }
        }
        90 => {
            let step = |from: u64, off: u64| -> Result<SpendStep, MoneyError> {
                Ok(SpendStep { from: cny(from)?, saving: Saving::Amount(cny(off)?) })
            };
            let steps = vec![step(5_000, 300)?, step(10_000, 800)?, step(20_000, 2_000)?];
            group = Some("for-all".parse()?);
            members = (number % 200 < 100).then_some(0);
            Offer::Spend { goods: everything(), steps, at_most: None }
        }
        91..95 => {
            let (goods, saving) = match dice.below(16) {
                0 => (everything(), Saving::Share(Share::new(500)?)),
                1..=8 => (shelf(dice, categories), Saving::Amount(cny(300)?)),
                _ => (maker(dice), Saving::Amount(cny(200)?)),
            };
            let steps = vec![SpendStep { from: cny(dice.of(&[3_000, 5_000, 8_000]))?, saving }];
            Offer::Spend { goods, steps, at_most: None }
        }
        95 => Offer::Delivery { goods: everything(), from: cny(dice.of(&[5_900, 9_900]))?, off: None },
        _ => {
            needs = vec![Need { goods: shelf(dice, categories), least: Least::Pieces(2) }];
            Offer::Gifts { gifts: vec![Gift { product: ProductId(uuid(dice.below(PRODUCTS))), pieces: 1 }] }
        }
    };
    let with = if dice.below(5) < 3 { With::Everything } else { With::Nothing };
    let day = Day::since_1970;
    Ok(Promotion {
        id: PromotionId(uuid(number)),
        name: LocalText::new(format!("Offer {number}"), format!("优惠{number}")),
        when: When { from: Some(day(20_700)), until: Some(day(20_800)), hours: Vec::new() },
        at: At { channels: vec![Channel::Page, Channel::App], ..At::default() },
        members,
        coupon: false,
        needs,
        offer,
        per_basket,
        stacking: Stacking { with, group },
        changed_prices: false,
    })
}
