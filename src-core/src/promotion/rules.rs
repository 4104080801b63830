//! Promotions that were checked, and an index of them by the goods that they touch.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Cut, Fault, Goods, Item, Least, MAX_PART_PIECES, MAX_PARTS, Names, Offer, Promotion, PromotionError,
    Reward, Saving, SpendStep, With,
};
use crate::catalogue::CategorySlug;
use crate::id::{ProductId, PromotionId};
use crate::money::{Currency, Price};

/// Promotions that can be, ready to price baskets with. Which of them hold for a basket is decided for each basket.
#[derive(Clone, Debug)]
pub struct Rules {
    /// By id.
    pub(super) rules: Vec<Rule>,
    index: Index,
    /// How many different sets of goods they name.
    pub(super) sets: usize,
    pub(super) currency: Option<Currency>,
}

/// A promotion, with the numbers of the sets of goods that it names.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) promotion: Promotion,
    /// Of its offer: one, or one for each part of a deal.
    pub(super) goods: Vec<usize>,
    pub(super) needs: Vec<usize>,
}

#[derive(Clone, Debug, Default)]
struct Index {
    everything: Vec<usize>,
    named: ByName,
    excepted: ByName,
}

#[derive(Clone, Debug, Default)]
struct ByName {
    products: BTreeMap<ProductId, Vec<usize>>,
    categories: BTreeMap<CategorySlug, Vec<usize>>,
    brands: BTreeMap<String, Vec<usize>>,
}

impl ByName {
    fn put(&mut self, names: &Names, set: usize) {
        for product in &names.products {
            self.products.entry(*product).or_default().push(set);
        }
        for category in &names.categories {
            self.categories.entry(category.clone()).or_default().push(set);
        }
        for brand in &names.brands {
            self.brands.entry(brand.clone()).or_default().push(set);
        }
    }

    fn sets_of(&self, item: &Item<'_>, sets: &mut Vec<usize>) {
        let mut take = |found: Option<&Vec<usize>>| sets.extend(found.into_iter().flatten().copied());
        take(self.products.get(&item.product));
        item.categories.iter().for_each(|category| take(self.categories.get(category)));
        // No set can name a maker without a name.
        take(self.brands.get(item.brand));
    }
}

impl Rules {
    /// Checks promotions, each by itself and beside the others. Errors say which is wrong, and how.
    pub fn new(mut promotions: Vec<Promotion>) -> Result<Self, PromotionError> {
        promotions.sort_by_key(|promotion| promotion.id);
        if let Some(pair) = promotions.windows(2).find(|pair| pair[0].id == pair[1].id) {
            return Err(PromotionError::Twice(pair[0].id));
        }
        let mut currency = None;
        for promotion in &promotions {
            let fault = |fault| PromotionError::Promotion { promotion: promotion.id, fault };
            check(promotion).map_err(fault)?;
            for price in prices(promotion) {
                let of = price.money().currency;
                if *currency.get_or_insert(of) != of {
                    return Err(fault(Fault::Currency));
                }
            }
        }
        check_stacking(&promotions)?;
        check_gifts(&promotions)?;
        let mut numbers = BTreeMap::new();
        let mut index = Index::default();
        let mut number = |goods: &Goods| {
            let next = numbers.len();
            *numbers.entry(goods.clone()).or_insert_with(|| {
                if goods.all {
                    index.everything.push(next);
                }
                index.named.put(&goods.named, next);
                index.excepted.put(&goods.except, next);
                next
            })
        };
        let rules = promotions
            .into_iter()
            .map(|promotion| Rule {
                goods: goods_of(&promotion.offer).into_iter().map(&mut number).collect(),
                needs: promotion.needs.iter().map(|need| number(&need.goods)).collect(),
                promotion,
            })
            .collect();
        Ok(Self { rules, sets: numbers.len(), index, currency })
    }

    /// In which currency their prices are; None where they have none.
    pub const fn currency(&self) -> Option<Currency> {
        self.currency
    }

    /// The promotions, by id.
    pub fn promotions(&self) -> impl Iterator<Item = &Promotion> {
        self.rules.iter().map(|rule| &rule.promotion)
    }

    /// The sets of goods that an item is in, in order.
    pub(super) fn sets_of(&self, item: &Item<'_>) -> Vec<usize> {
        let mut sets = self.index.everything.clone();
        self.index.named.sets_of(item, &mut sets);
        sets.sort_unstable();
        sets.dedup();
        let mut excepted = Vec::new();
        self.index.excepted.sets_of(item, &mut excepted);
        sets.retain(|set| !excepted.contains(set));
        sets
    }
}

fn goods_of(offer: &Offer) -> Vec<&Goods> {
    match offer {
        Offer::Reduction { goods, .. } | Offer::Spend { goods, .. } | Offer::Delivery { goods, .. } => {
            vec![goods]
        }
        Offer::Deal { parts, .. } => parts.iter().map(|part| &part.goods).collect(),
        Offer::Gifts { .. } => Vec::new(),
    }
}

/// Every price that a promotion names.
fn prices(promotion: &Promotion) -> Vec<Price> {
    let of_need = |least: &Least| match least {
        Least::Amount(price) => Some(*price),
        Least::Pieces(_) => None,
    };
    let mut prices: Vec<Price> = promotion.needs.iter().filter_map(|need| of_need(&need.least)).collect();
    match &promotion.offer {
        Offer::Reduction { cut: Cut::Amount(price) | Cut::To(price), .. }
        | Offer::Deal { reward: Reward::Price { price } | Reward::Amount { off: price }, .. } => {
            prices.push(*price);
        }
        Offer::Spend { steps, at_most, .. } => {
            prices.extend(at_most);
            for step in steps {
                prices.push(step.from);
                match step.saving {
                    Saving::Share(_) => {}
                    Saving::Amount(price) => prices.push(price),
                    Saving::Every { each, off } => prices.extend([each, off]),
                }
            }
        }
        Offer::Delivery { from, off, .. } => {
            prices.push(*from);
            prices.extend(off);
        }
        Offer::Reduction { .. } | Offer::Deal { .. } | Offer::Gifts { .. } => {}
    }
    prices
}

fn check(promotion: &Promotion) -> Result<(), Fault> {
    let when = &promotion.when;
    let hours = crate::hours::OpeningHours { weekly: when.hours.clone(), exceptions: Vec::new() };
    let ends_first = when.from.zip(when.until).is_some_and(|(from, until)| until < from);
    if ends_first || hours.check().is_err() {
        return Err(Fault::When);
    }
    if promotion.per_basket == Some(0) {
        return Err(Fault::NeverApplies);
    }
    let needs = promotion.needs.iter().map(|need| &need.goods);
    goods_of(&promotion.offer).into_iter().chain(needs).try_for_each(check_goods)?;
    let nothing = |least: &Least| match least {
        Least::Pieces(pieces) => *pieces == 0,
        Least::Amount(amount) => amount.money().is_zero(),
    };
    if promotion.needs.iter().any(|need| nothing(&need.least)) {
        return Err(Fault::NeedsNothing);
    }
    match &promotion.offer {
        Offer::Reduction { cut: Cut::Amount(off), .. } if off.money().is_zero() => Err(Fault::TakesNothing),
        Offer::Reduction { .. } => Ok(()),
        Offer::Deal { parts, reward } => {
            if !(1..=MAX_PARTS).contains(&parts.len()) {
                return Err(Fault::Parts);
            }
            if parts.iter().any(|part| !(1..=MAX_PART_PIECES).contains(&part.pieces)) {
                return Err(Fault::PartPieces);
            }
            match *reward {
                Reward::Amount { off } if off.money().is_zero() => Err(Fault::TakesNothing),
                // Which of a group cost least is plain only where all of it is chosen from the same goods.
                Reward::Cheapest { pieces, .. }
                    if parts.len() != 1 || pieces == 0 || pieces > parts[0].pieces =>
                {
                    Err(Fault::RewardPieces)
                }
                Reward::Part { part, .. } if usize::from(part) >= parts.len() => Err(Fault::RewardPieces),
                _ => Ok(()),
            }
        }
        Offer::Spend { steps, at_most, .. } => {
            if at_most.is_some_and(|most| most.money().is_zero()) {
                return Err(Fault::TakesNothing);
            }
            check_steps(steps)
        }
        Offer::Delivery { off, .. } if off.is_some_and(|off| off.money().is_zero()) => {
            Err(Fault::TakesNothing)
        }
        Offer::Delivery { .. } => Ok(()),
        Offer::Gifts { gifts } => {
            if gifts.is_empty() || gifts.iter().any(|gift| gift.pieces == 0) {
                return Err(Fault::NoGift);
            }
            if promotion.needs.is_empty() && !promotion.coupon {
                return Err(Fault::GiftForNothing);
            }
            Ok(())
        }
    }
}

fn check_goods(goods: &Goods) -> Result<(), Fault> {
    let Names { products, categories, brands } = &goods.named;
    let nothing = products.is_empty() && categories.is_empty() && brands.is_empty();
    let nameless = brands.iter().chain(&goods.except.brands).any(|brand| brand.is_empty());
    if (nothing && !goods.all) || nameless {
        return Err(Fault::NoGoods);
    }
    let except = &goods.except;
    if products.iter().any(|one| except.products.contains(one))
        || categories.iter().any(|one| except.categories.contains(one))
        || brands.iter().any(|one| except.brands.contains(one))
    {
        return Err(Fault::GoodsContradict);
    }
    Ok(())
}

fn check_steps(steps: &[SpendStep]) -> Result<(), Fault> {
    if steps.is_empty() {
        return Err(Fault::Steps);
    }
    for SpendStep { saving, .. } in steps {
        match saving {
            Saving::Share(_) => {}
            Saving::Amount(off) if off.money().is_zero() => return Err(Fault::TakesNothing),
            Saving::Every { off, .. } if off.money().is_zero() => return Err(Fault::TakesNothing),
            Saving::Every { each, off } if off.money().minor > each.money().minor => {
                return Err(Fault::TakesMore);
            }
            Saving::Amount(_) | Saving::Every { .. } => {}
        }
    }
    let rises = |pair: &[SpendStep]| {
        let more = match (pair[0].saving, pair[1].saving) {
            (Saving::Share(low), Saving::Share(high)) => low < high,
            (Saving::Amount(low), Saving::Amount(high)) => low.money().minor < high.money().minor,
            // Steps of different kinds cross somewhere; the one that saves most is taken.
            _ => true,
        };
        pair[0].from.money().minor < pair[1].from.money().minor && more
    };
    if steps.windows(2).all(rises) { Ok(()) } else { Err(Fault::Steps) }
}

/// Whether `one` allows `other`.
pub(super) fn allows(one: &Promotion, other: PromotionId) -> bool {
    match &one.stacking.with {
        With::Nothing => false,
        With::Everything => true,
        With::Only(these) => these.contains(&other),
    }
}

fn check_stacking(promotions: &[Promotion]) -> Result<(), PromotionError> {
    for promotion in promotions {
        let With::Only(these) = &promotion.stacking.with else { continue };
        for other in these {
            // One that is not there any more is no contradiction.
            let there = promotions.binary_search_by_key(other, |promotion| promotion.id);
            let contradicts = there.is_ok_and(|at| {
                let group = promotion.stacking.group.as_ref();
                let same_group = group.is_some() && group == promotions[at].stacking.group.as_ref();
                *other == promotion.id || same_group || !allows(&promotions[at], promotion.id)
            });
            if contradicts {
                return Err(PromotionError::Promotion {
                    promotion: promotion.id,
                    fault: Fault::Stacking(*other),
                });
            }
        }
    }
    Ok(())
}

/// Errors where gifts that become lines would bring themselves, directly or through others.
fn check_gifts(promotions: &[Promotion]) -> Result<(), PromotionError> {
    let gifts = |promotion: &Promotion| match &promotion.offer {
        Offer::Gifts { gifts } => gifts.iter().map(|gift| gift.product).collect(),
        _ => Vec::new(),
    };
    let brought = |promotion: &Promotion, by: &BTreeSet<ProductId>| {
        promotion.needs.iter().any(|need| {
            matches!(need.least, Least::Pieces(_))
                && need.goods.named.products.iter().any(|product| by.contains(product))
        })
    };
    for start in promotions.iter().filter(|promotion| matches!(promotion.offer, Offer::Gifts { .. })) {
        let mut given: BTreeSet<ProductId> = gifts(start).into_iter().collect();
        loop {
            if brought(start, &given) {
                return Err(PromotionError::Promotion { promotion: start.id, fault: Fault::GiftLoop });
            }
            let before = given.len();
            for other in promotions.iter().filter(|other| brought(other, &given)).collect::<Vec<_>>() {
                given.extend(gifts(other));
            }
            if given.len() == before {
                break;
            }
        }
    }
    Ok(())
}
