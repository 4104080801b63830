//! What promotions take off an order: agreed to when it is placed, and kept in proportion to what its shopper gets of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::campaign::Came;
use crate::deposit::Containers;
use crate::fulfilment::Mode;
use crate::id::{LineId, PromotionId};
use crate::money::{Money, MoneyError};
use crate::order::{Order, OrderLine, OrderState};
use crate::pricing::{self, Totals};
use crate::promotion::{Channel, Context, Item, PromotionError, Rules};
use crate::text::LocalText;

/// What a promotion takes off an order, as it was placed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Promoted {
    /// Which.
    pub promotion: PromotionId,
    /// What it was called then.
    pub name: LocalText,
    /// What it takes off each line.
    pub lines: Vec<LineOff>,
    /// What it takes off bringing the order; zero for most.
    pub delivery: Money,
}

/// What is taken off a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LineOff {
    /// Off which.
    pub line: LineId,
    /// How much.
    pub off: Money,
}

impl Promoted {
    /// All that it takes off goods.
    pub fn goods(&self) -> Money {
        let minor = self.lines.iter().map(|line| line.off.minor).sum();
        self.delivery.currency.minor(minor)
    }

    /// All that it takes off.
    pub fn saved(&self) -> Money {
        self.delivery.currency.minor(self.goods().minor.saturating_add(self.delivery.minor))
    }
}

/// The way of selling of an order that is handed over so. Whether a shopper's page stood in a browser or in the app does not
/// matter.
pub const fn channel(mode: Mode) -> Channel {
    match mode {
        Mode::CarryOut => Channel::ScanAndGo,
        Mode::Pickup | Mode::Delivery => Channel::Page,
    }
}

/// What promotions take off goods and their delivery, by promotion. Errors as [`Rules::price`].
pub fn promoted(
    rules: &Rules,
    items: &[Item<'_>],
    context: &Context<'_>,
) -> Result<Vec<Promoted>, PromotionError> {
    let priced = rules.price(items, context)?;
    let all = rules.promotions().filter_map(|one| {
        let off = priced.allocations.iter().filter(|off| off.promotion == one.id && !off.off.is_zero());
        let delivery = priced.delivery_off.filter(|off| off.promotion == one.id);
        let promoted = Promoted {
            promotion: one.id,
            name: one.name.clone(),
            lines: off.map(|off| LineOff { line: off.line, off: off.off }).collect(),
            delivery: delivery.map_or(context.currency.minor(0), |delivery| delivery.off),
        };
        (!promoted.saved().is_zero()).then_some(promoted)
    });
    Ok(all.collect())
}

/// Takes `promotions` off lines that stand at the shop's own prices, and gives what they then come to in place of `list`.
/// Errors beyond the range, and where more is taken off than there is.
pub fn taken_off(
    lines: &mut [OrderLine],
    list: &Totals,
    promotions: &[Promoted],
) -> Result<Totals, MoneyError> {
    let mut delivery = list.delivery;
    for promoted in promotions {
        for off in &promoted.lines {
            if let Some(line) = lines.iter_mut().find(|line| line.id == off.line) {
                line.amount = less(line.amount, off.off)?;
            }
        }
        delivery = less(delivery, promoted.delivery)?;
    }
    let amounts: Vec<_> = lines.iter().map(|line| (line.tax, line.amount)).collect();
    let containers = Containers::of_lines(lines)?;
    let totals = pricing::sum(&amounts, delivery, &containers, list.total.currency, list.rules)?;
    Ok(Totals { items: list.items, ..totals })
}

fn less(amount: Money, off: Money) -> Result<Money, MoneyError> {
    let left = amount.minus(off)?;
    if left.minor < 0 { Err(MoneyError::Range) } else { Ok(left) }
}

/// What each promotion of an order comes to now: in proportion to what stays to be paid for its lines, and nothing for an
/// order that is cancelled. Errors beyond the range.
pub fn came_of_order(order: &Order) -> Result<BTreeMap<PromotionId, Came>, MoneyError> {
    let mut all = BTreeMap::new();
    for promoted in &order.promotions {
        let mut came = Came::default();
        if order.state != OrderState::Cancelled {
            came.tickets = 1;
            for off in &promoted.lines {
                let Some(line) = order.lines.iter().find(|line| line.id == off.line) else { continue };
                came.saved = came.saved.saturating_add(kept_of(off.off, line)?.minor);
                came.turnover = came.turnover.saturating_add(line.settled().minor);
            }
            came.saved = came.saved.saturating_add(promoted.delivery.minor);
        }
        all.insert(promoted.promotion, came);
    }
    Ok(all)
}

/// The part of what was taken off a line that belongs to what is still paid for it.
fn kept_of(off: Money, line: &OrderLine) -> Result<Money, MoneyError> {
    if line.amount.is_zero() {
        let kept = line.to_have().saturating_sub(line.returned);
        return off.times_ratio(kept.into(), line.measure.items().max(1).into());
    }
    off.times_ratio(line.settled().minor, line.amount.minor)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::catalogue::SoldBy;
    use crate::deposit::Deposits;
    use crate::id::ProductId;
    use crate::money::{Currency, Price};
    use crate::pricing::PriceLine;
    use crate::quantity::Measure;
    use crate::tax::{TaxRate, TaxRules};

    fn yuan(minor: i64) -> Money {
        Currency::CNY.minor(minor)
    }

    fn line(id: u128, count: u32, price: i64) -> OrderLine {
        OrderLine {
            id: LineId(Uuid::from_u128(id)),
            product: ProductId(Uuid::from_u128(id)),
            code: "40110".parse().unwrap(),
            name: LocalText::new("Milk", "牛奶"),
            picture: None,
            price: Price::new(yuan(price)).unwrap(),
            sold_by: SoldBy::Piece,
            tax: TaxRate(900),
            measure: Measure::Pieces(count),
            amount: yuan(price * i64::from(count)),
            deposits: Deposits::default(),
            aisle: None,
            min_age: None,
            tagged: false,
            picked: 0,
            missing: 0,
            returned: 0,
            weighed: None,
            replaces: None,
            offer: None,
        }
    }

    /// Lines with what is taken off each, in minor units.
    fn goods() -> impl Strategy<Value = Vec<(OrderLine, i64)>> {
        let one = (1u32..30, 1i64..5_000, 0i64..=100);
        prop::collection::vec(one, 1..8).prop_map(|all| {
            let all = all.into_iter().zip(1u128..);
            all.map(|((count, price, share), id)| {
                let line = line(id, count, price);
                let off = line.amount.minor * share / 100;
                (line, off)
            })
            .collect()
        })
    }

    fn off_each(goods: &[(OrderLine, i64)], delivery: i64) -> Promoted {
        let lines = goods.iter().map(|(line, off)| LineOff { line: line.id, off: yuan(*off) });
        Promoted {
            promotion: PromotionId(Uuid::from_u128(7)),
            name: LocalText::new("Milk week", "牛奶周"),
            lines: lines.collect(),
            delivery: yuan(delivery),
        }
    }

    proptest! {
        #[test]
        fn what_is_paid_and_what_is_taken_off_make_the_list_price(goods in goods(), fee in 0i64..900) {
            let mut lines: Vec<_> = goods.iter().map(|(line, _)| line.clone()).collect();
            let prices: Vec<_> = lines
                .iter()
                .map(|line| PriceLine {
                    price: line.price,
                    measure: line.measure,
                    tax: line.tax,
                    deposits: Deposits::none(),
                })
                .collect();
            let list = pricing::price(&prices, yuan(fee), Currency::CNY, TaxRules::default()).unwrap();
            let promoted = off_each(&goods, fee);
            let totals = taken_off(&mut lines, &list, std::slice::from_ref(&promoted)).unwrap();
            prop_assert_eq!(totals.total.plus(promoted.saved()), Ok(list.total));
            prop_assert_eq!((totals.items, totals.delivery), (list.items, yuan(0)));
            let taxed: i64 = totals.tax.iter().map(|share| share.gross.minor).sum();
            prop_assert_eq!(taxed, totals.total.minor);
        }

        #[test]
        fn what_comes_back_takes_its_part_along_and_all_of_it_everything(goods in goods(), part in 0u32..40) {
            for (line, off) in goods {
                let mut line = OrderLine { amount: yuan(line.amount.minor - off), ..line };
                let mut before = off;
                for returned in [part.min(line.to_have()), line.to_have()] {
                    line.returned = returned;
                    let left = kept_of(yuan(off), &line).unwrap().minor;
                    prop_assert!((0..=before).contains(&left));
                    before = left;
                }
                prop_assert_eq!(before, 0);
            }
        }
    }

    #[test]
    fn more_than_there_is_is_not_taken_off() {
        let goods = [(line(1, 1, 500), 501)];
        let (measure, deposits) = (Measure::Pieces(1), Deposits::none());
        let price = PriceLine { price: goods[0].0.price, measure, tax: TaxRate(900), deposits };
        let list = pricing::price(&[price], yuan(0), Currency::CNY, TaxRules::default()).unwrap();
        let promoted = off_each(&goods, 0);
        assert!(taken_off(&mut [goods[0].0.clone()], &list, &[promoted]).is_err());
    }

    #[test]
    fn a_lighter_pack_costs_its_share_of_what_was_agreed_to() {
        let mut pack = line(1, 1, 2_000);
        (pack.measure, pack.amount, pack.sold_by) = (Measure::Grams(1_000), yuan(1_500), SoldBy::Weight);
        pack.weighed = Some(Measure::Grams(900));
        assert_eq!((pack.settled(), kept_of(yuan(500), &pack)), (yuan(1_350), Ok(yuan(450))));
    }
}
