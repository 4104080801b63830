//! Coupons: the right to a promotion that needs one, on a code, for one ticket.
//!
//! Whoever shows a coupon's code may use it: given to a friend, it is the friend's. A till has it set aside for a sale before
//! it counts, and only the hub sets it aside; so of any number of tills, one has it. What happens to a coupon is booked, and
//! where it stands is what its last booking says.

use serde::{Deserialize, Serialize};

use crate::code::CardNumber;
use crate::hours::Day;
use crate::id::{CouponId, OrderId, PromotionId, SaleId};
use crate::issued::CouponCode;
use crate::money::Money;
use crate::promotion::{Context, Item, Outcome, PromotionError, Rules};
use crate::text::LocalText;
use crate::time::Timestamp;

/// The most coupons of one ticket.
pub const MOST_ON_TICKET: usize = 10;

/// The most coupons that are printed at once.
pub const MOST_PRINTED: usize = 100;

/// The most coupons that a promotion may say it has.
pub const MOST_ISSUED: u32 = 1_000_000;

/// The most coupons of a promotion that a member may have, used ones among them.
pub const MOST_PER_MEMBER: u32 = 100;

/// The longest that a coupon may last after the day on which it was given out, in days.
pub const LONGEST: u16 = 730;

/// Within how many days of its end a coupon says so.
pub const SOON: i32 = 3;

/// How long a coupon lasts, on the shop's calendar.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "by", content = "value", rename_all = "snake_case")]
pub enum Lasts {
    /// To the end of this day.
    Until(Day),
    /// To the end of so many days after the day on which it was given out, 1 to [`LONGEST`].
    Days(u16),
}

/// Where shoppers get coupons by themselves.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Offered {
    /// Among the shop's coupons, every member.
    Page,
    /// After an order, who has placed it.
    AfterOrder,
    /// Nowhere: the shop gives them out.
    Nowhere,
}

/// How coupons of a promotion are given out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CouponTerms {
    /// How many in all, 1 to [`MOST_ISSUED`]; None for no end.
    #[serde(default)]
    pub most: Option<u32>,
    /// How many a member gets, 1 to [`MOST_PER_MEMBER`].
    pub per_member: u32,
    /// How long each lasts; never longer than the promotion.
    pub lasts: Lasts,
    /// Where shoppers get them by themselves.
    pub offered: Offered,
}

impl CouponTerms {
    /// Errs with the field that cannot be.
    pub fn checked(&self) -> Result<(), &'static str> {
        if self.most.is_some_and(|most| !(1..=MOST_ISSUED).contains(&most)) {
            return Err("most");
        }
        if !(1..=MOST_PER_MEMBER).contains(&self.per_member) {
            return Err("per_member");
        }
        match self.lasts {
            Lasts::Days(days) if !(1..=LONGEST).contains(&days) => Err("lasts"),
            Lasts::Days(_) | Lasts::Until(_) => Ok(()),
        }
    }

    /// The last day of a coupon that is given out on `day`, of a promotion whose last day is `over`.
    pub fn until(&self, day: Day, over: Option<Day>) -> Day {
        let own = match self.lasts {
            Lasts::Until(until) => until,
            Lasts::Days(days) => day.plus_days(days.into()),
        };
        over.map_or(own, |over| over.min(own))
    }

    /// Refused where no more may be given out: `issued` are in all, `of_member` those of whoever is to get one, where that
    /// is a member.
    pub fn room(&self, issued: u32, of_member: Option<u32>) -> Result<(), CouponFault> {
        if self.most.is_some_and(|most| issued >= most) {
            return Err(CouponFault::AllGone);
        }
        if of_member.is_some_and(|of_member| of_member >= self.per_member) {
            return Err(CouponFault::EnoughForMember);
        }
        Ok(())
    }
}

/// What happens to a coupon, as its ledger has it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CouponStep {
    /// Given out.
    Issued,
    /// Set aside for a sale.
    Reserved,
    /// Set aside and not needed.
    Released,
    /// Used up by the sale for which it was set aside.
    Redeemed,
    /// All goods of that sale came back, and the coupon with them.
    Returned,
}

impl CouponStep {
    /// Every step.
    pub const ALL: [Self; 5] = [Self::Issued, Self::Reserved, Self::Released, Self::Redeemed, Self::Returned];

    /// The word kept in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Reserved => "reserved",
            Self::Released => "released",
            Self::Redeemed => "redeemed",
            Self::Returned => "returned",
        }
    }

    /// By how much it changes how many are given out, and how many are used up.
    pub const fn counts(self) -> (i64, i64) {
        match self {
            Self::Issued => (1, 0),
            Self::Reserved | Self::Released => (0, 0),
            Self::Redeemed => (0, 1),
            Self::Returned => (0, -1),
        }
    }
}

/// Where a coupon stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CouponState {
    /// It was given out, and can be used.
    Issued,
    /// It is set aside for a sale.
    Reserved,
    /// It was used.
    Redeemed,
    /// It was used, came back with the goods, and can be used again.
    Returned,
    /// Its last day is over.
    Expired,
    /// Its promotion was stopped.
    Withdrawn,
}

impl CouponState {
    /// Those that a database keeps. The others follow from the day, and from the promotion.
    pub const KEPT: [Self; 4] = [Self::Issued, Self::Reserved, Self::Redeemed, Self::Returned];

    /// The word kept in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Reserved => "reserved",
            Self::Redeemed => "redeemed",
            Self::Returned => "returned",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state that the database's word stands for.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::KEPT.into_iter().find(|state| state.word() == word)
    }

    /// Where a coupon stands after a step, None before its first. None where that step cannot be.
    pub const fn after(before: Option<Self>, step: CouponStep) -> Option<Self> {
        match (before, step) {
            (None, CouponStep::Issued) | (Some(Self::Reserved), CouponStep::Released) => Some(Self::Issued),
            (Some(Self::Issued | Self::Returned), CouponStep::Reserved) => Some(Self::Reserved),
            (Some(Self::Reserved), CouponStep::Redeemed) => Some(Self::Redeemed),
            (Some(Self::Redeemed), CouponStep::Returned) => Some(Self::Returned),
            _ => None,
        }
    }

    /// As it is on `today`: what could be used is expired after its last day, and withdrawn once its promotion is stopped.
    pub fn seen(self, until: Day, today: Day, stopped: bool) -> Self {
        match self {
            Self::Issued | Self::Returned if stopped => Self::Withdrawn,
            Self::Issued | Self::Returned if today > until => Self::Expired,
            other => other,
        }
    }

    /// Whether it can be used, and why it cannot.
    pub const fn usable(self) -> Result<(), CouponFault> {
        match self {
            Self::Issued | Self::Returned => Ok(()),
            Self::Reserved => Err(CouponFault::Reserved),
            Self::Redeemed => Err(CouponFault::Redeemed),
            Self::Expired => Err(CouponFault::Expired),
            Self::Withdrawn => Err(CouponFault::Withdrawn),
        }
    }
}

/// Why a coupon is not to be had, or not to be used.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CouponFault {
    /// It is set aside for another sale.
    #[error("this coupon is on another ticket")]
    Reserved,
    /// It was used.
    #[error("this coupon was used")]
    Redeemed,
    /// Its last day is over.
    #[error("this coupon is over")]
    Expired,
    /// Its promotion was stopped, or gives out no coupons.
    #[error("this coupon was withdrawn")]
    Withdrawn,
    /// All that there were are given out.
    #[error("all of these coupons are given out")]
    AllGone,
    /// The member has had as many as a member gets.
    #[error("a member gets no more of these coupons")]
    EnoughForMember,
    /// Coupons are given to members.
    #[error("coupons are for members")]
    MembersOnly,
    /// Nobody gets these by themselves, or not here.
    #[error("these coupons are not given out here")]
    NotOffered,
    /// It is not set aside for this sale.
    #[error("this coupon is not set aside for this sale")]
    NotSetAside,
}

/// For whom a coupon was given out. It says nothing about who may use it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// For a member, among whose coupons it is.
    Member,
    /// For whoever has it in hand.
    Bearer,
}

/// A coupon.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Coupon {
    /// Its key.
    pub id: CouponId,
    /// The promotion to which it is the right.
    pub promotion: PromotionId,
    /// What that is called.
    pub name: LocalText,
    /// What is shown and scanned.
    pub code: CouponCode,
    /// For whom it was given out.
    pub holder: Holder,
    /// When it was given out.
    pub issued: Timestamp,
    /// Its last day.
    pub until: Day,
    /// Where it stands.
    pub state: CouponState,
}

impl Coupon {
    /// How many days are left after `today`, where it can be used and that is no more than [`SOON`]: 0 on its last day.
    pub fn ends_soon(&self, today: Day) -> Option<u32> {
        let left = self.until.days_since_1970().saturating_sub(today.days_since_1970());
        let soon = self.state.usable().is_ok() && left <= SOON;
        soon.then(|| u32::try_from(left).ok()).flatten()
    }
}

/// A promotion whose coupons a shopper can have.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OfferedCoupon {
    /// Which.
    pub promotion: PromotionId,
    /// What it is called.
    pub name: LocalText,
    /// The last day of one that is taken today.
    pub until: Day,
    /// How many are left in all; None for no end.
    pub left: Option<u32>,
    /// Where it is offered.
    pub offered: Offered,
}

/// Query `coupon.mine`: the caller's coupons, and those that are offered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetCoupons {
    /// An order of the caller's that was not cancelled: then what is offered after an order is offered too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<OrderId>,
}

/// Coupons, as a shopper sees them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Coupons {
    /// Whether the caller is a member.
    pub member: bool,
    /// The caller's: those that end first before the others, at most 100.
    pub mine: Vec<Coupon>,
    /// What the caller can have now, or could as a member.
    pub offered: Vec<OfferedCoupon>,
}

/// Request `coupon.claim`: the caller takes a coupon that is offered. Done again under the same key it changes nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClaimCoupon {
    /// The new coupon's key.
    pub coupon: CouponId,
    /// Of which promotion.
    pub promotion: PromotionId,
    /// After which order of the caller's, where it is offered after one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<OrderId>,
}

/// Query `coupon.get`: a coupon, by the code that was shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetCoupon {
    /// The code.
    pub code: CouponCode,
}

/// Query `coupon.of_member`: the coupons that a member can use now, by the card that was shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetMemberCoupons {
    /// The card's number.
    pub number: CardNumber,
}

/// Coupons of a member.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MemberCoupons {
    /// Those that end first before the others, at most 100.
    pub coupons: Vec<Coupon>,
}

/// Request `coupon.issue`: a member is given a coupon by the shop. Done again under the same key it changes nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IssueCoupon {
    /// The new coupon's key.
    pub coupon: CouponId,
    /// Of which promotion.
    pub promotion: PromotionId,
    /// The number of the member's card.
    pub number: CardNumber,
}

/// Request `coupon.print`: coupons for whoever has them in hand. Done again under the same keys it changes nothing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PrintCoupons {
    /// Of which promotion.
    pub promotion: PromotionId,
    /// The new coupons' keys, each once, 1 to [`MOST_PRINTED`].
    pub coupons: Vec<CouponId>,
}

/// Coupons to be printed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PrintedCoupons {
    /// In the order of their keys in the call.
    pub coupons: Vec<Coupon>,
}

/// Request `coupon.reserve`: a coupon is set aside for a sale. Refused where it is set aside for another, was used, or is over.
/// What becomes no sale within a day is free again.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReserveCoupon {
    /// Which.
    pub coupon: CouponId,
    /// For which sale.
    pub sale: SaleId,
}

/// Request `coupon.release`: a coupon that is set aside for a sale is free again; one that is not stays as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReleaseCoupon {
    /// Which.
    pub coupon: CouponId,
    /// For which sale.
    pub sale: SaleId,
}

/// How the coupons of a promotion do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CouponCampaign {
    /// How they are given out.
    pub terms: CouponTerms,
    /// How many are given out.
    pub issued: u32,
    /// How many of those are used up.
    pub redeemed: u32,
}

impl CouponCampaign {
    /// The share of those given out that are used up, in hundredths of a percent; None before the first is given out.
    pub fn redemption(&self) -> Option<u32> {
        let share = (u64::from(self.redeemed) * 10_000).checked_div(self.issued.into())?;
        u32::try_from(share).ok()
    }
}

/// What a coupon of a promotion would do for a basket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Worth {
    /// Which promotion's.
    pub promotion: PromotionId,
    /// By how much it makes the basket cheaper than it is without.
    pub saves: Money,
    /// What becomes of the promotion with it.
    pub outcome: Outcome,
}

/// What each of these coupons would do for a basket, one at a time and beside those that `context` has already. One for each
/// promotion that is there, in the order in which they come. Errors as [`Rules::price`].
pub fn worth(
    rules: &Rules,
    items: &[Item<'_>],
    context: &Context<'_>,
    coupons: &[PromotionId],
) -> Result<Vec<Worth>, PromotionError> {
    let without = rules.price(items, context)?.saved;
    let mut worths: Vec<Worth> = Vec::new();
    for promotion in coupons.iter().copied() {
        if context.coupons.contains(&promotion) || worths.iter().any(|one| one.promotion == promotion) {
            continue;
        }
        let given = [context.coupons, &[promotion]].concat();
        let priced = rules.price(items, &Context { coupons: &given, ..*context })?;
        let Some(verdict) = priced.verdicts.iter().find(|verdict| verdict.promotion == promotion) else {
            continue;
        };
        let saves = priced.saved.currency.minor(priced.saved.minus(without)?.minor.max(0));
        worths.push(Worth { promotion, saves, outcome: verdict.outcome });
    }
    Ok(worths)
}

/// The one that saves most; of two that save the same the first. None where none saves anything.
pub fn best(worths: &[Worth]) -> Option<Worth> {
    let saving = worths.iter().copied().filter(|one| one.saves.minor > 0);
    saving.reduce(|best, one| if one.saves.minor > best.saves.minor { one } else { best })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::hours::LocalTime;
    use crate::id::{LineId, ProductId, ShopId};
    use crate::money::{Currency, Price};
    use crate::promotion::{At, Channel, Cut, Goods, Offer, Promotion, Saving, SpendStep, Stacking, When};
    use crate::quantity::Measure;
    use crate::ticket::{Change, Share};

    const TODAY: Day = Day::since_1970(20_000);

    fn price(minor: i64) -> Price {
        Price::new(Currency::CNY.minor(minor)).unwrap()
    }

    fn coupon(until: i32, state: CouponState) -> Coupon {
        Coupon {
            id: CouponId(Uuid::nil()),
            promotion: PromotionId(Uuid::nil()),
            name: LocalText::new("Milk", "牛奶"),
            code: CouponCode::from_bits(7),
            holder: Holder::Member,
            issued: Timestamp(0),
            until: TODAY.plus_days(until),
            state,
        }
    }

    fn terms(lasts: Lasts) -> CouponTerms {
        CouponTerms { most: Some(3), per_member: 2, lasts, offered: Offered::Page }
    }

    #[test]
    fn what_cannot_be_names_its_field() {
        let good = terms(Lasts::Days(30));
        assert_eq!(good.checked(), Ok(()));
        for (wrong, field) in [
            (CouponTerms { most: Some(0), ..good }, "most"),
            (CouponTerms { most: Some(MOST_ISSUED + 1), ..good }, "most"),
            (CouponTerms { per_member: 0, ..good }, "per_member"),
            (CouponTerms { per_member: MOST_PER_MEMBER + 1, ..good }, "per_member"),
            (terms(Lasts::Days(0)), "lasts"),
            (terms(Lasts::Days(LONGEST + 1)), "lasts"),
        ] {
            assert_eq!(wrong.checked(), Err(field));
        }
    }

    #[test]
    fn a_coupon_lasts_no_longer_than_its_promotion() {
        let after = |days| TODAY.plus_days(days);
        for (lasts, over, until) in [
            (Lasts::Days(30), None, after(30)),
            (Lasts::Days(30), Some(after(10)), after(10)),
            (Lasts::Until(after(5)), Some(after(10)), after(5)),
            (Lasts::Until(after(15)), Some(after(10)), after(10)),
        ] {
            assert_eq!(terms(lasts).until(TODAY, over), until);
        }
    }

    #[test]
    fn as_many_are_given_out_as_there_are_and_as_a_member_gets() {
        let terms = terms(Lasts::Days(1));
        assert_eq!(terms.room(2, Some(1)), Ok(()));
        assert_eq!(terms.room(2, None), Ok(()));
        assert_eq!(terms.room(2, Some(2)), Err(CouponFault::EnoughForMember));
        assert_eq!(terms.room(3, Some(0)), Err(CouponFault::AllGone));
        assert_eq!(CouponTerms { most: None, ..terms }.room(u32::MAX, None), Ok(()));
    }

    #[test]
    fn who_has_a_coupon_that_ends_soon_is_told() {
        for (until, state, said) in [
            (0, CouponState::Issued, Some(0)),
            (3, CouponState::Returned, Some(3)),
            (4, CouponState::Issued, None),
            (-1, CouponState::Issued, None),
            (1, CouponState::Redeemed, None),
            (1, CouponState::Reserved, None),
        ] {
            assert_eq!(coupon(until, state).ends_soon(TODAY), said, "{until} {state:?}");
        }
    }

    #[test]
    fn what_is_redeemed_is_a_share_of_what_is_out() {
        let campaign = |issued, redeemed| CouponCampaign { terms: terms(Lasts::Days(1)), issued, redeemed };
        assert_eq!(campaign(0, 0).redemption(), None);
        assert_eq!(campaign(3, 1).redemption(), Some(3_333));
        assert_eq!(campaign(u32::MAX, u32::MAX).redemption(), Some(10_000));
    }

    fn any_step() -> impl Strategy<Value = CouponStep> {
        prop::sample::select(CouponStep::ALL.to_vec())
    }

    /// A promotion on everything that needs its coupon.
    fn promotion(id: u128, offer: Offer) -> Promotion {
        Promotion {
            id: PromotionId(Uuid::from_u128(id)),
            name: LocalText::new("Coupon", "优惠券"),
            when: When::default(),
            at: At::default(),
            members: None,
            coupon: true,
            needs: Vec::new(),
            offer,
            per_basket: None,
            stacking: Stacking::default(),
            changed_prices: false,
        }
    }

    fn offer() -> impl Strategy<Value = Offer> {
        let everything = || Goods { all: true, ..Goods::default() };
        prop_oneof![
            (1u16..=10_000).prop_map(move |share| Offer::Reduction {
                goods: everything(),
                cut: Cut::Share(Share::new(share).unwrap()),
            }),
            (1i64..9_000, 1i64..9_000).prop_map(move |(from, off)| {
                let saving = Saving::Amount(price(off.min(from)));
                let steps = vec![SpendStep { from: price(from), saving }];
                Offer::Spend { goods: everything(), steps, at_most: None }
            }),
        ]
    }

    proptest! {
        #[test]
        fn whatever_happens_a_coupon_is_used_up_once_and_words_read_back(
            steps in prop::collection::vec(any_step(), 0..60),
        ) {
            let mut state = None;
            let (mut issued, mut redeemed) = (0, 0);
            for step in steps {
                let Some(after) = CouponState::after(state, step) else { continue };
                let (out, used) = step.counts();
                (issued, redeemed) = (issued + out, redeemed + used);
                state = Some(after);
                prop_assert_eq!(CouponState::of_word(after.word()), Some(after));
                prop_assert_eq!(issued, 1);
                prop_assert_eq!(redeemed, i64::from(after == CouponState::Redeemed));
                let word = if step == CouponStep::Released { "issued" } else { step.word() };
                prop_assert_eq!(after.word(), word, "the database compares them");
            }
        }

        #[test]
        fn a_coupon_is_usable_until_its_last_day_is_over_or_it_is_stopped(
            state in prop::sample::select(CouponState::KEPT.to_vec()), until in -9i32..9, stopped in any::<bool>(),
        ) {
            let seen = state.seen(TODAY.plus_days(until), TODAY, stopped);
            let fresh = matches!(state, CouponState::Issued | CouponState::Returned);
            prop_assert_eq!(seen.usable().is_ok(), fresh && until >= 0 && !stopped);
            if !fresh {
                prop_assert_eq!(seen, state, "what was used stays used");
            }
        }

        #[test]
        fn the_best_coupon_leaves_the_basket_no_dearer_than_any_other(
            offers in prop::collection::vec(offer(), 1..6),
            prices in prop::collection::vec((1i64..4_000, 1u32..5), 1..6),
        ) {
            let ids: Vec<_> = (1..=offers.len() as u128).map(|id| PromotionId(Uuid::from_u128(id))).collect();
            let promotions = offers.into_iter().zip(1..).map(|(offer, id)| promotion(id, offer));
            let rules = Rules::new(promotions.collect()).unwrap();
            let items: Vec<_> = prices
                .iter()
                .zip(1u128..)
                .map(|((minor, count), id)| Item {
                    line: LineId(Uuid::from_u128(id)),
                    product: ProductId(Uuid::from_u128(id)),
                    categories: &[],
                    brand: "",
                    price: price(*minor),
                    measure: Measure::Pieces(*count),
                    change: Change::default(),
                })
                .collect();
            let context = Context {
                currency: Currency::CNY,
                shop: ShopId(Uuid::nil()),
                channel: Channel::Counter,
                touchpoint: None,
                now: LocalTime { day: TODAY, minute: 600 },
                member: None,
                coupons: &[],
                remaining: &[],
                delivery: Currency::CNY.minor(0),
            };
            let worths = worth(&rules, &items, &context, &ids).unwrap();
            prop_assert_eq!(worths.len(), ids.len());
            let with = |given: &[PromotionId]| {
                rules.price(&items, &Context { coupons: given, ..context }).unwrap().saved
            };
            for one in &worths {
                prop_assert_eq!(with(&[one.promotion]), one.saves, "nothing is saved without one");
            }
            let most = worths.iter().map(|one| one.saves.minor).max().unwrap_or(0);
            prop_assert_eq!(best(&worths).map_or(0, |best| best.saves.minor), most);
        }
    }
}
