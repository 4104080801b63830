//! The example of `docs/promotions.md` is what the engine says.

#![expect(clippy::unwrap_used, reason = "what is taken for granted fails the test")]

use ministore_core::catalogue::CategorySlug;
use ministore_core::hours::LocalTime;
use ministore_core::id::{LineId, ProductId, PromotionId, ShopId};
use ministore_core::money::{Currency, Money, Price};
use ministore_core::promotion::{
    At, Bound, Channel, Context, Cut, Goods, Item, Names, Offer, Part, Promotion, Reward, Rules, Saving,
    SpendStep, Stacking, When, With,
};
use ministore_core::quantity::Measure;
use ministore_core::text::LocalText;
use ministore_core::ticket::{Change, Share};
use uuid::Uuid;

fn cny(minor: i64) -> Price {
    Price::new(Currency::CNY.minor(minor)).unwrap()
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn of(category: &str) -> Goods {
    let named = Names { categories: vec![category.parse().unwrap()], ..Names::default() };
    Goods { named, ..Goods::default() }
}

fn promotion(number: u128, members: Option<u8>, offer: Offer) -> Promotion {
    Promotion {
        id: PromotionId(id(number)),
        name: LocalText::default(),
        when: When::default(),
        at: At::default(),
        members,
        coupon: false,
        needs: Vec::new(),
        offer,
        per_basket: None,
        stacking: Stacking { with: With::Everything, group: None },
        changed_prices: false,
    }
}

#[test]
fn the_example_is_what_the_engine_says() {
    let half = Reward::Cheapest { pieces: 1, off: Share::new(5_000).unwrap() };
    let pair = vec![Part { goods: of("drinks"), pieces: 2 }];
    let tenth = Cut::Share(Share::new(1_000).unwrap());
    let step = SpendStep { from: cny(2_000), saving: Saving::Amount(cny(300)) };
    let all = Goods { all: true, ..Goods::default() };
    let rules = Rules::new(vec![
        promotion(1, None, Offer::Deal { parts: pair, reward: half }),
        promotion(2, Some(0), Offer::Reduction { goods: of("fruit"), cut: tenth }),
        promotion(3, None, Offer::Spend { goods: all, steps: vec![step], at_most: None }),
    ])
    .unwrap();
    let categories: Vec<CategorySlug> =
        ["drinks", "drinks", "fruit"].iter().map(|slug| slug.parse().unwrap()).collect();
    let goods = [(600, Measure::Pieces(2)), (450, Measure::Pieces(1)), (2_980, Measure::Grams(358))];
    let items: Vec<Item<'_>> = goods
        .iter()
        .enumerate()
        .map(|(at, (price, measure))| Item {
            line: LineId(id(at as u128)),
            product: ProductId(id(at as u128)),
            categories: std::slice::from_ref(&categories[at]),
            brand: "",
            price: cny(*price),
            measure: *measure,
            change: Change::default(),
        })
        .collect();
    let context = Context {
        currency: Currency::CNY,
        shop: ShopId(Uuid::nil()),
        channel: Channel::Counter,
        touchpoint: None,
        now: LocalTime { day: "2026-11-30".parse().unwrap(), minute: 600 },
        member: Some(0),
        coupons: &[],
        remaining: &[],
        delivery: Currency::CNY.minor(0),
    };
    let priced = rules.price(&items, &context).unwrap();
    assert_eq!(priced.bound, Bound::Exact);

    let cell =
        |money: Money| if money.is_zero() { " ".to_owned() } else { format!(" {} ", money.to_decimal()) };
    let row = |name: &str, keys: &[LineId]| {
        let sum = |amounts: &mut dyn Iterator<Item = Money>| {
            amounts.fold(Currency::CNY.minor(0), |sum, amount| sum.plus(amount).unwrap())
        };
        let lines = || priced.lines.iter().filter(|line| keys.contains(&line.line));
        let by = |number: u128| {
            let parts = priced.allocations.iter().filter(|part| keys.contains(&part.line));
            let parts = parts.filter(|part| part.promotion == PromotionId(id(number)));
            cell(sum(&mut parts.map(|part| part.off)))
        };
        let list = cell(sum(&mut lines().map(|line| line.list)));
        let paid = cell(sum(&mut lines().map(|line| line.paid)));
        format!("| {name} |{list}|{}|{}|{}|{paid}|\n", by(1), by(2), by(3))
    };
    let keys: Vec<LineId> = items.iter().map(|item| item.line).collect();
    let table =
        [row("tea, 2", &keys[..1]), row("juice", &keys[1..2]), row("pears", &keys[2..]), row("all", &keys)]
            .concat();
    let page =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/promotions.md")).unwrap();
    assert!(page.contains(&table), "docs/promotions.md should have:\n{table}");

    let tea = priced.lines[0];
    let (first, second) = (tea.given_back(0, 1).unwrap(), tea.given_back(1, 1).unwrap());
    let told = format!("{} are given back, and {} with the other", first.to_decimal(), second.to_decimal());
    assert!(page.contains(&told), "docs/promotions.md should say: {told}");
    assert_eq!(first.plus(second), Ok(tea.paid));
}
