//! Promotions and baskets that cannot be are refused, each with its reason, and nothing panics.

#![expect(clippy::unwrap_used, reason = "what is taken for granted fails the test")]

use ministore_core::hours::{LocalTime, WeeklyHours};
use ministore_core::id::{LineId, ProductId, PromotionId, ShopId};
use ministore_core::money::{Currency, Money, MoneyError, Price};
use ministore_core::promotion::{
    At, Channel, Context, Cut, Fault, Gift, Goods, Item, Least, Names, Need, Offer, Outcome, Part, Promotion,
    PromotionError, Reason, Remaining, Reward, Rules, Saving, SpendStep, Stacking, When, With,
};
use ministore_core::quantity::{Measure, MeasureError};
use ministore_core::text::LocalText;
use ministore_core::ticket::{Change, Off, Share};
use uuid::Uuid;

fn cny(minor: i64) -> Price {
    Price::new(Currency::CNY.minor(minor)).unwrap()
}

fn id(number: u128) -> PromotionId {
    PromotionId(Uuid::from_u128(number))
}

fn product(number: u128) -> ProductId {
    ProductId(Uuid::from_u128(number))
}

fn all() -> Goods {
    Goods { all: true, ..Goods::default() }
}

fn just(number: u128) -> Goods {
    Goods { named: Names { products: vec![product(number)], ..Names::default() }, ..Goods::default() }
}

fn tenth() -> Share {
    Share::new(1_000).unwrap()
}

fn promotion(offer: Offer) -> Promotion {
    Promotion {
        id: id(1),
        name: LocalText::default(),
        when: When::default(),
        at: At::default(),
        members: None,
        coupon: false,
        needs: Vec::new(),
        offer,
        per_basket: None,
        stacking: Stacking::default(),
        changed_prices: false,
    }
}

fn reduction() -> Promotion {
    promotion(Offer::Reduction { goods: all(), cut: Cut::Share(tenth()) })
}

fn deal(parts: Vec<Part>, reward: Reward) -> Promotion {
    promotion(Offer::Deal { parts, reward })
}

fn spend(steps: Vec<SpendStep>) -> Promotion {
    promotion(Offer::Spend { goods: all(), steps, at_most: None })
}

fn gift(number: u128, needs: Goods, given: u128) -> Promotion {
    Promotion {
        id: id(number),
        needs: vec![Need { goods: needs, least: Least::Pieces(1) }],
        ..promotion(Offer::Gifts { gifts: vec![Gift { product: product(given), pieces: 1 }] })
    }
}

fn fault(promotion: Promotion) -> Option<Fault> {
    faults(vec![promotion])
}

fn faults(promotions: Vec<Promotion>) -> Option<Fault> {
    match Rules::new(promotions) {
        Err(PromotionError::Promotion { fault, .. }) => Some(fault),
        other => {
            other.unwrap();
            None
        }
    }
}

fn item(number: u128, price: Price, measure: Measure) -> Item<'static> {
    Item {
        line: LineId(Uuid::from_u128(number)),
        product: product(number),
        categories: &[],
        brand: "",
        price,
        measure,
        change: Change::default(),
    }
}

fn context<'a>() -> Context<'a> {
    Context {
        currency: Currency::CNY,
        shop: ShopId(Uuid::from_u128(1)),
        channel: Channel::Counter,
        touchpoint: None,
        // A Monday.
        now: LocalTime { day: "2026-11-30".parse().unwrap(), minute: 600 },
        member: None,
        coupons: &[],
        remaining: &[],
        delivery: Currency::CNY.minor(0),
    }
}

fn part(pieces: u8) -> Part {
    Part { goods: all(), pieces }
}

fn step(from: i64, off: i64) -> SpendStep {
    SpendStep { from: cny(from), saving: Saving::Amount(cny(off)) }
}

#[test]
fn what_names_no_goods_is_refused() {
    let cut = Cut::Share(tenth());
    let for_nothing = promotion(Offer::Reduction { goods: Goods::default(), cut });
    assert_eq!(fault(for_nothing), Some(Fault::NoGoods));
    let nameless =
        Goods { named: Names { brands: vec![String::new()], ..Names::default() }, ..Goods::default() };
    assert_eq!(fault(promotion(Offer::Reduction { goods: nameless, cut })), Some(Fault::NoGoods));
    let both = Goods { except: just(1).named, ..just(1) };
    assert_eq!(fault(promotion(Offer::Reduction { goods: both, cut })), Some(Fault::GoodsContradict));
    let need = |least| Promotion { needs: vec![Need { goods: all(), least }], ..reduction() };
    assert_eq!(fault(need(Least::Pieces(0))), Some(Fault::NeedsNothing));
    assert_eq!(fault(need(Least::Amount(cny(0)))), Some(Fault::NeedsNothing));
}

#[test]
fn a_percentage_over_a_hundred_cannot_be_written() {
    assert!(Share::new(10_001).is_err());
    assert!(Share::new(0).is_err());
    let text = r#"{"by":"share","value":10001}"#;
    assert!(serde_json::from_str::<Cut>(text).is_err());
}

#[test]
fn deals_that_cannot_be_are_refused() {
    let price = Reward::Price { price: cny(100) };
    assert_eq!(fault(deal(Vec::new(), price)), Some(Fault::Parts));
    assert_eq!(fault(deal(vec![part(1); 9], price)), Some(Fault::Parts));
    assert_eq!(fault(deal(vec![part(0)], price)), Some(Fault::PartPieces));
    assert_eq!(fault(deal(vec![part(101)], price)), Some(Fault::PartPieces));
    let cheapest = |pieces| Reward::Cheapest { pieces, off: tenth() };
    assert_eq!(fault(deal(vec![part(2)], cheapest(3))), Some(Fault::RewardPieces));
    assert_eq!(fault(deal(vec![part(2)], cheapest(0))), Some(Fault::RewardPieces));
    assert_eq!(fault(deal(vec![part(2), part(1)], cheapest(1))), Some(Fault::RewardPieces));
    let of_part = Reward::Part { part: 2, off: tenth() };
    assert_eq!(fault(deal(vec![part(1), part(1)], of_part)), Some(Fault::RewardPieces));
    assert_eq!(fault(deal(vec![part(2)], Reward::Amount { off: cny(0) })), Some(Fault::TakesNothing));
}

#[test]
fn steps_that_overlap_or_fall_are_refused() {
    assert_eq!(fault(spend(Vec::new())), Some(Fault::Steps));
    assert_eq!(fault(spend(vec![step(100, 10), step(100, 20)])), Some(Fault::Steps));
    assert_eq!(fault(spend(vec![step(200, 10), step(100, 20)])), Some(Fault::Steps));
    assert_eq!(fault(spend(vec![step(100, 20), step(200, 20)])), Some(Fault::Steps));
    assert_eq!(fault(spend(vec![step(100, 0)])), Some(Fault::TakesNothing));
    let every = Saving::Every { each: cny(10), off: cny(11) };
    assert_eq!(fault(spend(vec![SpendStep { from: cny(0), saving: every }])), Some(Fault::TakesMore));
    assert_eq!(fault(spend(vec![step(100, 10), step(200, 20)])), None);
}

#[test]
fn contradictions_between_promotions_are_refused() {
    assert_eq!(Rules::new(vec![reduction(), reduction()]).err(), Some(PromotionError::Twice(id(1))));
    let with = |number, these: &[u128], group: Option<&str>| Promotion {
        id: id(number),
        stacking: Stacking {
            with: With::Only(these.iter().copied().map(id).collect()),
            group: group.map(|group| group.parse().unwrap()),
        },
        ..reduction()
    };
    assert_eq!(fault(with(1, &[1], None)), Some(Fault::Stacking(id(1))));
    assert_eq!(faults(vec![with(1, &[2], None), with(2, &[], None)]), Some(Fault::Stacking(id(2))));
    let grouped = vec![with(1, &[2], Some("one")), with(2, &[1], Some("one"))];
    assert_eq!(faults(grouped), Some(Fault::Stacking(id(2))));
    assert_eq!(faults(vec![with(1, &[2], None), with(2, &[1], None)]), None);
    // One that has ended is no contradiction.
    assert_eq!(fault(with(1, &[7], None)), None);
    let euro = Price::new(Currency::EUR.minor(5)).unwrap();
    let other =
        Promotion { id: id(2), ..promotion(Offer::Reduction { goods: all(), cut: Cut::Amount(euro) }) };
    let amount = promotion(Offer::Reduction { goods: all(), cut: Cut::Amount(cny(5)) });
    assert_eq!(faults(vec![amount, other]), Some(Fault::Currency));
}

#[test]
fn gifts_that_bring_themselves_are_refused() {
    assert_eq!(fault(gift(1, just(1), 1)), Some(Fault::GiftLoop));
    assert_eq!(faults(vec![gift(1, just(1), 2), gift(2, just(2), 1)]), Some(Fault::GiftLoop));
    assert_eq!(faults(vec![gift(1, just(1), 2), gift(2, just(2), 3)]), None);
    assert_eq!(fault(promotion(Offer::Gifts { gifts: Vec::new() })), Some(Fault::NoGift));
    let free = promotion(Offer::Gifts { gifts: vec![Gift { product: product(1), pieces: 1 }] });
    assert_eq!(fault(free), Some(Fault::GiftForNothing));
}

#[test]
fn times_that_never_come_are_refused() {
    let day = |text: &str| Some(text.parse().unwrap());
    let when = When { from: day("2026-12-02"), until: day("2026-12-01"), hours: Vec::new() };
    assert_eq!(fault(Promotion { when, ..reduction() }), Some(Fault::When));
    let hours = vec![WeeklyHours { weekday: 8, opens: 0, closes: 60 }];
    assert_eq!(
        fault(Promotion { when: When { hours, ..When::default() }, ..reduction() }),
        Some(Fault::When)
    );
    assert_eq!(fault(Promotion { per_basket: Some(0), ..reduction() }), Some(Fault::NeverApplies));
}

#[test]
fn baskets_that_cannot_be_are_refused() {
    let rules =
        Rules::new(vec![promotion(Offer::Reduction { goods: all(), cut: Cut::Amount(cny(5)) })]).unwrap();
    let line = item(1, cny(100), Measure::Pieces(1));
    let price = |items: &[Item<'_>], context: &Context<'_>| rules.price(items, context).err().unwrap();
    assert_eq!(price(&[line, line], &context()), PromotionError::LineTwice(line.line));
    let none = item(1, cny(100), Measure::Pieces(0));
    assert_eq!(price(&[none], &context()), PromotionError::Measure(MeasureError::Pieces));
    let euro = item(1, Price::new(Currency::EUR.minor(5)).unwrap(), Measure::Pieces(1));
    assert!(matches!(price(&[euro], &context()), PromotionError::Money(MoneyError::Mixed { .. })));
    let euros = Context { currency: Currency::EUR, delivery: Currency::EUR.minor(0), ..context() };
    assert!(matches!(price(&[euro], &euros), PromotionError::Money(MoneyError::Mixed { .. })));
    let paid = Context { delivery: Currency::CNY.minor(-1), ..context() };
    assert_eq!(price(&[line], &paid), PromotionError::Delivery);
    let too_much = Item { change: Change { price: None, off: Some(Off::Amount(cny(101))) }, ..line };
    assert!(matches!(price(&[too_much], &context()), PromotionError::Change(_)));
}

#[test]
fn amounts_near_the_end_are_errors_and_no_panics() {
    let most = cny(Price::MAX_MINOR);
    let steps = vec![SpendStep { from: cny(0), saving: Saving::Every { each: cny(1), off: cny(1) } }];
    let mut promotions = vec![reduction(), deal(vec![part(100)], Reward::Amount { off: most })];
    promotions.extend((0..70).map(|_| spend(steps.clone())));
    for (number, promotion) in promotions.iter_mut().enumerate() {
        promotion.id = id(number as u128);
        promotion.stacking.with = With::Everything;
    }
    let rules = Rules::new(promotions).unwrap();
    let lines = |count: u128| -> Vec<_> {
        (0..count).map(|number| item(number, most, Measure::Pieces(999))).collect()
    };
    let priced = rules.price(&lines(8), &context()).unwrap();
    assert!(priced.lines.iter().all(|line| line.paid.minor == 0), "they take all there is");
    assert_eq!(priced.saved.minor, 8 * 999 * Price::MAX_MINOR);
    for count in [10, 200] {
        let error = rules.price(&lines(count), &context()).err();
        assert_eq!(error, Some(PromotionError::Money(MoneyError::Range)));
    }
    let dear = Context { delivery: Currency::CNY.minor(i64::MAX), ..context() };
    assert_eq!(rules.price(&lines(1), &dear).err(), Some(PromotionError::Money(MoneyError::Range)));
}

#[test]
fn every_promotion_says_why_it_does_not_apply() {
    let tea = item(1, cny(600), Measure::Pieces(1));
    let reason = |promotion: Promotion, context: &Context<'_>, items: &[Item<'_>]| {
        let priced = Rules::new(vec![promotion]).unwrap().price(items, context).unwrap();
        match priced.verdicts[0].outcome {
            Outcome::Not { reason } => Some(reason),
            Outcome::Applied { .. } => None,
        }
    };
    let now = |promotion: Promotion| reason(promotion, &context(), &[tea]);
    let when = |from: Option<&str>, until: Option<&str>, hours: Vec<WeeklyHours>| {
        let day = |text: &str| text.parse().unwrap();
        Promotion { when: When { from: from.map(day), until: until.map(day), hours }, ..reduction() }
    };
    assert_eq!(now(reduction()), None);
    assert!(matches!(now(when(Some("2026-12-01"), None, Vec::new())), Some(Reason::NotYet { .. })));
    assert!(matches!(now(when(None, Some("2026-11-29"), Vec::new())), Some(Reason::Over { .. })));
    let happy = |opens, closes| vec![WeeklyHours { weekday: 1, opens, closes }];
    assert_eq!(now(when(None, None, happy(540, 600))), Some(Reason::OtherHours));
    assert_eq!(now(when(Some("2026-11-30"), Some("2026-11-30"), happy(600, 601))), None);
    let at = |at: At| Promotion { at, ..reduction() };
    let shops = vec![ShopId(Uuid::from_u128(2))];
    assert_eq!(now(at(At { shops, ..At::default() })), Some(Reason::OtherShop));
    assert_eq!(now(at(At { channels: vec![Channel::App], ..At::default() })), Some(Reason::OtherChannel));
    let poster = || vec!["poster-3".parse().unwrap()];
    assert_eq!(now(at(At { touchpoints: poster(), ..At::default() })), Some(Reason::OtherTouchpoint));
    let there = poster();
    let seen = Context { touchpoint: there.first(), ..context() };
    assert_eq!(reason(at(At { touchpoints: poster(), ..At::default() }), &seen, &[tea]), None);
    let members = |level| Promotion { members: Some(level), ..reduction() };
    assert_eq!(now(members(0)), Some(Reason::MembersOnly));
    let member = Context { member: Some(1), ..context() };
    assert_eq!(reason(members(2), &member, &[tea]), Some(Reason::HigherLevel { level: 2 }));
    assert_eq!(reason(members(1), &member, &[tea]), None);
    let coupon = || Promotion { coupon: true, ..reduction() };
    assert_eq!(now(coupon()), Some(Reason::CouponNotGiven));
    assert_eq!(reason(coupon(), &Context { coupons: &[id(1)], ..context() }, &[tea]), None);

    let left = |stock, member, budget: Option<i64>| {
        let budget: Option<Money> = budget.map(|budget| Currency::CNY.minor(budget));
        let left = [Remaining { promotion: id(1), stock, member, budget }];
        reason(reduction(), &Context { remaining: &left, ..context() }, &[tea])
    };
    assert_eq!(left(Some(0), None, None), Some(Reason::SoldOut));
    assert_eq!(left(None, Some(0), None), Some(Reason::LimitReached));
    assert_eq!(left(None, None, Some(0)), Some(Reason::BudgetUsedUp));
    assert_eq!(left(Some(1), Some(1), Some(60)), None);

    let others = promotion(Offer::Reduction { goods: just(9), cut: Cut::Share(tenth()) });
    assert_eq!(now(others), Some(Reason::NothingQualifies));
    let changed = Item { change: Change { price: Some(cny(500)), off: None }, ..tea };
    assert_eq!(reason(reduction(), &context(), &[changed]), Some(Reason::PricesChanged));
    let with_changed = Promotion { changed_prices: true, ..reduction() };
    assert_eq!(reason(with_changed, &context(), &[changed]), None);
    let three = deal(vec![part(3)], Reward::Price { price: cny(100) });
    assert_eq!(now(three), Some(Reason::PiecesMissing { more: 2 }));
    let missing = Reason::AmountMissing { more: Currency::CNY.minor(400) };
    assert_eq!(now(spend(vec![step(1_000, 100)])), Some(missing));
    let free = promotion(Offer::Delivery { goods: all(), from: cny(0), off: None });
    assert_eq!(now(free), Some(Reason::NoDelivery));
    let dearer = promotion(Offer::Reduction { goods: all(), cut: Cut::To(cny(700)) });
    assert_eq!(now(dearer), Some(Reason::SavesNothing));

    let fifth = Cut::Share(Share::new(2_000).unwrap());
    let better = Promotion { id: id(2), ..promotion(Offer::Reduction { goods: all(), cut: fifth }) };
    let priced = Rules::new(vec![reduction(), better.clone()]).unwrap().price(&[tea], &context()).unwrap();
    let by = Reason::BeatenBy { by: id(2), saves: Currency::CNY.minor(120) };
    assert_eq!(priced.verdicts[0].outcome, Outcome::Not { reason: by });
    let grouped = |promotion: Promotion| Promotion {
        stacking: Stacking { with: With::Everything, group: Some("one".parse().unwrap()) },
        ..promotion
    };
    let both = vec![grouped(reduction()), grouped(better)];
    let priced = Rules::new(both).unwrap().price(&[tea], &context()).unwrap();
    assert_eq!(priced.verdicts[0].outcome, Outcome::Not { reason: Reason::ExcludedBy { by: id(2) } });
}

#[test]
fn rules_travel_as_json() {
    let mut promotion = deal(vec![part(2)], Reward::Cheapest { pieces: 1, off: tenth() });
    promotion.stacking = Stacking { with: With::Only(vec![id(2)]), group: Some("one".parse().unwrap()) };
    let text = serde_json::to_string(&promotion).unwrap();
    assert_eq!(serde_json::from_str::<Promotion>(&text).unwrap(), promotion);
}
