//! What managers do with promotions: they put them up, stop them, and see what came of each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::coupon::{CouponCampaign, CouponTerms};
use crate::fact::{Refund, Sale};
use crate::id::PromotionId;
use crate::money::{Money, MoneyError, Price};
use crate::promotion::Promotion;
use crate::quantity::Measure;
use crate::time::Timestamp;

/// The promotions that hold now or later and have not been stopped, as the JSON text of their list: whoever shows a shop need
/// not know what promotions are made of, and a phone that prices nothing downloads nothing for it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct GoingPromotions(String);

impl GoingPromotions {
    /// Those of a JSON text.
    pub const fn of_text(text: String) -> Self {
        Self(text)
    }

    /// The JSON text of a list of [`Promotion`]; empty where there are none.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// The most promotions of a shop that hold now or later and have not been stopped.
pub const MAX_CAMPAIGNS: usize = 200;

/// A promotion as managers see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Campaign {
    /// What it gives, to whom, when and where.
    pub promotion: Promotion,
    /// When it was put up.
    pub made: Timestamp,
    /// When it was stopped; None while it goes on.
    pub stopped: Option<Timestamp>,
    /// What it may take off in all: once that is reached it is stopped. None for no end.
    pub budget: Option<Price>,
    /// What it took off, less what was given back with returned goods.
    pub saved: Money,
    /// What was paid for the goods that had it, less what came back.
    pub turnover: Money,
    /// On how many tickets it was.
    pub tickets: u64,
    /// Its coupons, where it needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupons: Option<CouponCampaign>,
}

/// Query `promotion.list`: what was put up, the newest first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetCampaigns {}

/// Promotions as managers see them.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Campaigns {
    /// The newest 500.
    pub campaigns: Vec<Campaign>,
}

/// Request `promotion.save`: put a promotion up, or change the one with its key, which then goes on. Refused where it, or all of
/// them together, cannot be.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SavePromotion {
    /// All of it.
    pub promotion: Promotion,
    /// What it may take off in all.
    #[serde(default)]
    pub budget: Option<Price>,
    /// How its coupons are given out: there where it needs one, and only there. Those that are out stay as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupons: Option<CouponTerms>,
}

/// Request `promotion.stop`: stop a promotion, at once and everywhere; devices without the hub when they hear of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StopPromotion {
    /// Which.
    pub promotion: PromotionId,
}

/// How many days back a promotion is tried.
pub const TRIED_DAYS: i64 = 30;

/// On how many tickets a promotion is tried at most.
pub const TRIED_TICKETS: usize = 2_000;

/// Query `promotion.try`: what a promotion would have done, beside those that are up, to the newest [`TRIED_TICKETS`] tickets
/// of the last [`TRIED_DAYS`] days, whatever its own days and ways of selling are. Nothing is put up.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TryPromotion {
    /// All of it.
    pub promotion: Promotion,
}

/// What a promotion would have done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tried {
    /// On how many tickets it was tried.
    pub tickets: u32,
    /// How many would have had it.
    pub had: u32,
    /// How much less all of them would have come to, with what it would have kept other promotions from taking off.
    pub saved: Money,
    /// What those tickets came to.
    pub turnover: Money,
}

/// What a promotion came to, in minor units, and how often.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Came {
    /// What it took off.
    pub saved: i64,
    /// What was paid for the goods that had it.
    pub turnover: i64,
    /// On how many tickets or orders it was.
    pub tickets: i64,
}

/// What each promotion of a sale came to, without what has come back of it. Errors beyond the range.
pub fn came_of(sale: &Sale, refunds: &[Refund]) -> Result<BTreeMap<PromotionId, Came>, MoneyError> {
    let mut all: BTreeMap<PromotionId, Came> = BTreeMap::new();
    for off in &sale.promotions {
        let Some(line) = sale.lines.iter().find(|line| line.id == off.line) else { continue };
        let back = refunds.iter().flat_map(|refund| &refund.lines).filter(|back| back.id == line.id);
        let (units_back, paid_back) = back.fold((0i64, 0i64), |(units, paid), back| {
            (units.saturating_add(units_of(back.measure)), paid.saturating_add(back.amount.minor))
        });
        let units = units_of(line.measure);
        let off_back = off.off.times_ratio(units_back.min(units), units)?;
        let came = all.entry(off.promotion).or_default();
        came.tickets = 1;
        came.saved = came.saved.saturating_add(off.off.minus(off_back)?.minor);
        came.turnover = came.turnover.saturating_add(line.amount.minor.saturating_sub(paid_back));
    }
    Ok(all)
}

/// Pieces or grams; a labelled pack is one.
const fn units_of(measure: Measure) -> i64 {
    match measure {
        Measure::Pieces(units) | Measure::Grams(units) => units as i64,
        Measure::Labelled(_) => 1,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::catalogue::SoldBy;
    use crate::id::{DeviceId, LineId, ProductId, RefundId, SaleId, StaffId};
    use crate::money::Currency;
    use crate::order::OrderLine;
    use crate::pricing::Totals;
    use crate::promotion::Allocation;
    use crate::tax::{TaxRate, TaxRules};
    use crate::text::LocalText;

    const PROMOTION: PromotionId = PromotionId(Uuid::from_u128(7));

    fn yuan(minor: i64) -> Money {
        Currency::CNY.minor(minor)
    }

    fn line(count: u32, paid: i64) -> OrderLine {
        OrderLine {
            id: LineId(Uuid::from_u128(2)),
            product: ProductId(Uuid::from_u128(1)),
            code: "40110".parse().unwrap(),
            name: LocalText::new("Milk", "牛奶"),
            picture: None,
            price: Price::new(yuan(1_000)).unwrap(),
            sold_by: SoldBy::Piece,
            tax: TaxRate(900),
            measure: Measure::Pieces(count),
            amount: yuan(paid),
            deposits: Default::default(),
            aisle: None,
            min_age: None,
            tagged: false,
            picked: count,
            missing: 0,
            returned: 0,
            weighed: None,
            replaces: None,
            offer: None,
        }
    }

    fn sale(count: u32, off: i64) -> Sale {
        let nothing = yuan(0);
        let totals = Totals {
            items: count,
            goods: nothing,
            delivery: nothing,
            total: nothing,
            tax: Vec::new(),
            rules: TaxRules::default(),
            deposit: None,
            empties: None,
        };
        let sold = line(count, 1_000 * i64::from(count) - off);
        Sale {
            id: SaleId(Uuid::from_u128(3)),
            till: DeviceId(Uuid::nil()),
            number: 1,
            by: StaffId(Uuid::nil()),
            at: Timestamp(0),
            totals,
            cash: nothing,
            change: nothing,
            cards: Vec::new(),
            taken_off: Vec::new(),
            note: String::new(),
            card: None,
            allowed_by: None,
            shift: None,
            taken: Vec::new(),
            foreign: None,
            credit: None,
            serials: Vec::new(),
            empties: Vec::new(),
            coupons: Vec::new(),
            promotions: vec![Allocation { line: sold.id, promotion: PROMOTION, off: yuan(off) }],
            lines: vec![sold],
        }
    }

    fn back(count: u32, paid: i64) -> Refund {
        Refund {
            id: RefundId(Uuid::from_u128(u128::from(count) + 10)),
            till: DeviceId(Uuid::nil()),
            number: 2,
            by: StaffId(Uuid::nil()),
            at: Timestamp(1),
            sale: Some(SaleId(Uuid::from_u128(3))),
            lines: vec![line(count, paid)],
            amount: yuan(paid),
            by_card: None,
            to_shelf: true,
            shift: None,
            to_member: None,
            to_wallet: None,
            to_gift_card: None,
            paid_for: None,
            reason: String::new(),
            allowed_by: None,
        }
    }

    proptest! {
        #[test]
        fn what_comes_back_takes_its_part_along_and_all_of_it_leaves_nothing(
            count in 1u32..30, off in 1i64..900, parts in prop::collection::vec(1u32..5, 1..30)
        ) {
            let sale = sale(count, off);
            let paid = sale.lines[0].amount.minor;
            let (mut refunds, mut left, mut before) = (Vec::new(), count, off);
            for part in parts.into_iter().chain([count]) {
                let part = part.min(left);
                if part == 0 {
                    break;
                }
                left -= part;
                let so_far = refunds.iter().map(|refund: &Refund| refund.amount.minor).sum::<i64>();
                let worth = paid * i64::from(count - left) / i64::from(count) - so_far;
                refunds.push(back(part, worth));
                let now = came_of(&sale, &refunds).unwrap()[&PROMOTION];
                prop_assert!((0..=before).contains(&now.saved));
                before = now.saved;
            }
            let nothing = Came { tickets: 1, ..Came::default() };
            prop_assert_eq!(came_of(&sale, &refunds).unwrap()[&PROMOTION], nothing);
            let all = Came { saved: off, turnover: paid, tickets: 1 };
            prop_assert_eq!(came_of(&sale, &[]).unwrap()[&PROMOTION], all);
        }
    }
}
