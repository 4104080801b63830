//! Promotions: which a basket gets, what each saves on each line, and why the others save nothing.
//!
//! `docs/promotions.md` says in plain words what is legal. In short: each unit of goods (a piece, or one weighed pack) is
//! taken by at most one *reduction* and one *deal*, by both only where they combine; what is left then counts for the
//! *basket* rules, which all reckon from that same amount. Of all that is legal, the basket gets what costs it least.
//!
//! - [`rules`]: promotions checked and indexed once, by what they touch
//! - [`standing`]: which may apply to a basket at all, and why the others may not
//! - [`choices`]: what may happen to each unit
//! - [`search`]: the cheapest of all that is legal
//! - [`allocation`]: what was chosen, shared out to lines
//! - [`spill`]: basket rules that together would take more than there is
//!
//! Why one more item never raises the total by more than its own price: whatever was legal without it is legal with it
//! left alone, and all amounts that basket rules reckon from are then no less than they were.

mod allocation;
mod choices;
mod rules;
mod search;
mod spill;
mod standing;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::catalogue::CategorySlug;
use crate::hours::{Day, LocalTime, WeeklyHours};
use crate::id::{LineId, ProductId, PromotionId, ShopId};
use crate::money::{Currency, Money, MoneyError, Price};
use crate::quantity::{Measure, MeasureError};
use crate::text::LocalText;
use crate::ticket::{Change, Share};

pub use rules::Rules;

/// The most parts that a deal is made of.
pub const MAX_PARTS: usize = 8;

/// The most pieces that one part of a deal asks for.
pub const MAX_PART_PIECES: u8 = 100;

/// A short word of the shop's own, 1 to 40 small letters, digits and dashes: a touchpoint, such as `poster-3`, or a group of
/// promotions of which a basket gets one at most.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Label(String);

impl FromStr for Label {
    type Err = LabelError;

    fn from_str(text: &str) -> Result<Self, LabelError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if (1..=40).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(LabelError)
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_on_the_wire!(Label, "poster-3", "^[a-z0-9-]{1,40}$");

/// A text that is no label.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a label is 1 to 40 small letters, digits and dashes")]
pub struct LabelError;

/// By which way goods are sold.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A browser's page.
    Page,
    /// The installed app.
    App,
    /// A till with a cashier.
    Counter,
    /// A shopper who scans in the shop.
    ScanAndGo,
    /// A table with its code.
    Table,
}

/// A promotion: what it gives, to whom, when and where.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Promotion {
    /// Its key. Of two that save the same, the one that was made first is taken.
    pub id: PromotionId,
    /// What shoppers read.
    pub name: LocalText,
    /// When it holds.
    #[serde(default)]
    pub when: When,
    /// Where it holds.
    #[serde(default)]
    pub at: At,
    /// The lowest member level that gets it, 0 for every member; None for everyone.
    #[serde(default)]
    pub members: Option<u8>,
    /// Whether it needs a coupon.
    #[serde(default)]
    pub coupon: bool,
    /// What the basket must hold for it, at list prices and whatever else applies to those goods.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// What it gives.
    pub offer: Offer,
    /// How often a basket gets it: units of a reduction, groups of a deal. None for as often as it can.
    #[serde(default)]
    pub per_basket: Option<u32>,
    /// What it goes with.
    #[serde(default)]
    pub stacking: Stacking,
    /// Whether goods count whose price a cashier has changed. Goods with something taken off by a cashier never do.
    #[serde(default)]
    pub changed_prices: bool,
}

/// When a promotion holds, on the shop's own clock.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct When {
    /// The first day.
    pub from: Option<Day>,
    /// The last day.
    pub until: Option<Day>,
    /// At which hours of the week, closing minute not included; empty for all.
    pub hours: Vec<WeeklyHours>,
}

/// Where a promotion holds; each list empty for everywhere.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct At {
    /// In which shops.
    pub shops: Vec<ShopId>,
    /// By which ways of selling.
    pub channels: Vec<Channel>,
    /// From which touchpoints.
    pub touchpoints: Vec<Label>,
}

/// Some of a shop's goods: what any list names, or all, without what the exceptions name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Goods {
    /// Everything.
    pub all: bool,
    /// These.
    pub named: Names,
    /// But not these.
    pub except: Names,
}

/// Goods by name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Names {
    /// By product.
    pub products: Vec<ProductId>,
    /// By category.
    pub categories: Vec<CategorySlug>,
    /// By maker.
    pub brands: Vec<String>,
}

/// What a basket must hold.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Need {
    /// Of which goods.
    pub goods: Goods,
    /// How much.
    pub least: Least,
}

/// A least quantity.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "by", content = "value", rename_all = "snake_case")]
pub enum Least {
    /// So many units: pieces, a weighed pack being one.
    Pieces(u32),
    /// Goods for so much.
    Amount(Price),
}

/// What becomes of a price.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "by", content = "value", rename_all = "snake_case")]
pub enum Cut {
    /// A share is taken off, rounded to the nearest minor unit for each unit of goods.
    Share(Share),
    /// An amount is taken off each unit of goods, at most what it costs.
    Amount(Price),
    /// It becomes this, for a piece or a kilogram, where that is less.
    To(Price),
}

/// What is taken off an amount.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "by", content = "value", rename_all = "snake_case")]
pub enum Saving {
    /// A share, rounded to the nearest minor unit.
    Share(Share),
    /// An amount, at most what there is.
    Amount(Price),
    /// An amount for each full so much, such as 10 off every 100.
    Every {
        /// For each of these.
        each: Price,
        /// So much.
        off: Price,
    },
}

/// One step of a spend-and-save rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SpendStep {
    /// From which amount on.
    pub from: Price,
    /// What is taken off.
    pub saving: Saving,
}

/// One part of a deal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Part {
    /// Of which goods.
    pub goods: Goods,
    /// How many units, 1 to [`MAX_PART_PIECES`].
    pub pieces: u8,
}

/// What a group of goods that makes a deal gets.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Reward {
    /// All of it together costs this, where that is less.
    Price {
        /// The price.
        price: Price,
    },
    /// An amount is taken off all of it together, at most what it costs.
    Amount {
        /// The amount.
        off: Price,
    },
    /// A share is taken off each unit.
    Share {
        /// The share.
        off: Share,
    },
    /// A share is taken off the last of the group, the ones that cost least: "second at half price", "three for two".
    Cheapest {
        /// Off how many.
        pieces: u8,
        /// The share.
        off: Share,
    },
    /// A share is taken off each unit of one part: "buy two of these, get one of those".
    Part {
        /// Which, counted from 0.
        part: u8,
        /// The share.
        off: Share,
    },
}

/// Something given with a basket.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Gift {
    /// What.
    pub product: ProductId,
    /// How many pieces.
    pub pieces: u32,
}

/// What a promotion gives.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "PromotionOffer"))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Offer {
    /// Each unit of goods costs less: percentages, amounts, member and level prices, flash sales.
    Reduction {
        /// Which goods.
        goods: Goods,
        /// What becomes of their price.
        cut: Cut,
    },
    /// Each full group of goods costs less: N for a price, second at half price, buy X get Y, mix and match, bundles.
    Deal {
        /// What a group is made of.
        parts: Vec<Part>,
        /// What it gets.
        reward: Reward,
    },
    /// The basket, or the part of it that counts, costs less.
    Spend {
        /// What counts.
        goods: Goods,
        /// What it gets, lowest step first; of the steps that it reaches the one that saves most.
        steps: Vec<SpendStep>,
        /// The most that it saves.
        #[serde(default)]
        at_most: Option<Price>,
    },
    /// Bringing it costs less; a basket gets one of these at most.
    Delivery {
        /// What counts.
        goods: Goods,
        /// From which amount on.
        from: Price,
        /// What is taken off; None for all.
        #[serde(default)]
        off: Option<Price>,
    },
    /// Something comes with it, once for a basket, and changes no price.
    Gifts {
        /// What.
        gifts: Vec<Gift>,
    },
}

/// With what else a promotion may be.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Stacking {
    /// Which promotions may touch the same goods.
    pub with: With,
    /// Of all promotions with the same word here, a basket gets one at most.
    pub group: Option<Label>,
}

/// Which promotions may touch the same goods. Two do only where each allows the other.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "by", content = "value", rename_all = "snake_case")]
pub enum With {
    /// None.
    #[default]
    Nothing,
    /// Every one that allows it.
    Everything,
    /// These.
    Only(Vec<PromotionId>),
}

/// A line of a basket, a ticket or an order, as promotions see it.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// Its key.
    pub line: LineId,
    /// Of what.
    pub product: ProductId,
    /// Where that stands in the shop.
    pub categories: &'a [CategorySlug],
    /// Its maker, or empty.
    pub brand: &'a str,
    /// The shop's price for a piece or a kilogram.
    pub price: Price,
    /// How much.
    pub measure: Measure,
    /// What a cashier changed of its price.
    pub change: Change,
}

/// For whom, when and where a basket is priced, and what is left of promotions.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// In which currency.
    pub currency: Currency,
    /// In which shop.
    pub shop: ShopId,
    /// By which way.
    pub channel: Channel,
    /// From which touchpoint.
    pub touchpoint: Option<&'a Label>,
    /// When, on the shop's clock.
    pub now: LocalTime,
    /// The member's level; None for who is no member.
    pub member: Option<u8>,
    /// The promotions whose coupons were given.
    pub coupons: &'a [PromotionId],
    /// What is left; a promotion that is not among it has no end.
    pub remaining: &'a [Remaining],
    /// What bringing it costs; zero where nothing is brought.
    pub delivery: Money,
}

/// What is left of a promotion.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Remaining {
    /// Of which.
    pub promotion: PromotionId,
    /// How often it can still apply at all: its own stock. None for no end.
    #[serde(default)]
    pub stock: Option<u32>,
    /// How often for this member. None for no end.
    #[serde(default)]
    pub member: Option<u32>,
    /// How much it can still save. A unit or a group that saves more does not get it; a basket rule saves what is left.
    #[serde(default)]
    pub budget: Option<Money>,
}

/// How hard to look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Effort {
    /// How many beginnings of a combination are kept side by side; at least 1.
    pub width: usize,
    /// After how many beginnings only the most promising are kept.
    pub work: usize,
}

impl Effort {
    /// What suits a basket of so many lines: about as long for a large one as for a small one, well below a millisecond on
    /// a desktop machine.
    pub fn of_lines(lines: usize) -> Self {
        let room = 100 - lines.min(100);
        Self { width: 24 + room / 4, work: 1_800 + 20 * room }
    }
}

/// What a basket costs, and why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Priced {
    /// Its lines, in the order in which they came.
    pub lines: Vec<PricedLine>,
    /// What each promotion takes off each line: by line as they came, then by promotion.
    pub allocations: Vec<Allocation>,
    /// What became of each promotion, by its id.
    pub verdicts: Vec<Verdict>,
    /// What bringing it costs now.
    pub delivery: Money,
    /// Which promotion made bringing it cheaper, and by how much.
    pub delivery_off: Option<DeliveryOff>,
    /// What comes with it.
    pub gifts: Vec<Granted>,
    /// All that promotions save, delivery with it.
    pub saved: Money,
    /// How much cheaper it might have been.
    pub bound: Bound,
}

/// A priced line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PricedLine {
    /// Which.
    pub line: LineId,
    /// How much of it there is.
    pub measure: Measure,
    /// What it comes to at the shop's price.
    pub list: Money,
    /// What is paid for it.
    pub paid: Money,
}

/// What a promotion takes off a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Allocation {
    /// Off which line.
    pub line: LineId,
    /// Which promotion.
    pub promotion: PromotionId,
    /// How much.
    pub off: Money,
}

/// What a promotion takes off what delivery costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeliveryOff {
    /// Which.
    pub promotion: PromotionId,
    /// How much.
    pub off: Money,
}

/// A gift, and by which promotion.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Granted {
    /// By which promotion.
    pub promotion: PromotionId,
    /// What is given.
    pub gift: Gift,
}

/// How far an answer may be from the cheapest.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "by", content = "amount", rename_all = "snake_case")]
pub enum Bound {
    /// Nothing legal is cheaper.
    Exact,
    /// Nothing legal is cheaper by more than this.
    Within(Money),
}

/// What became of a promotion.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verdict {
    /// Which.
    pub promotion: PromotionId,
    /// What became of it.
    pub outcome: Outcome,
}

/// Whether a promotion applied.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Outcome {
    /// It did.
    Applied {
        /// What it saves.
        saved: Money,
        /// How often: units of a reduction, groups of a deal, once for others.
        times: u32,
    },
    /// It did not.
    Not {
        /// Why.
        reason: Reason,
    },
}

/// Why a promotion did not apply.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Reason {
    /// It has not begun.
    NotYet {
        /// Its first day.
        from: Day,
    },
    /// It is over.
    Over {
        /// Its last day.
        until: Day,
    },
    /// Not at this hour of the week.
    OtherHours,
    /// Not in this shop.
    OtherShop,
    /// Not by this way of selling.
    OtherChannel,
    /// Not from this touchpoint.
    OtherTouchpoint,
    /// For members only.
    MembersOnly,
    /// For members of a higher level.
    HigherLevel {
        /// The lowest that gets it.
        level: u8,
    },
    /// Its coupon was not given.
    CouponNotGiven,
    /// Its own stock is sold.
    SoldOut,
    /// This member has had it as often as anyone can.
    LimitReached,
    /// All that it may save has been saved.
    BudgetUsedUp,
    /// Nothing in the basket is what it is for.
    NothingQualifies,
    /// A cashier has changed the price of all that it is for.
    PricesChanged,
    /// So many more units are needed.
    PiecesMissing {
        /// How many, at least 1.
        more: u32,
    },
    /// Goods for so much more are needed.
    AmountMissing {
        /// How much, above zero.
        more: Money,
    },
    /// Nothing is brought that would cost something.
    NoDelivery,
    /// What it is for costs no more than it would with it.
    SavesNothing,
    /// Another that does not go with it makes the basket cheaper.
    BeatenBy {
        /// Which.
        by: PromotionId,
        /// What that saves.
        saves: Money,
    },
    /// Another of its group applied.
    ExcludedBy {
        /// Which.
        by: PromotionId,
    },
    /// The basket is cheaper without it.
    NotCheaper,
}

/// Why promotions, or a basket, cannot be.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PromotionError {
    /// Two promotions with one key.
    #[error("promotion {0} is there twice")]
    Twice(PromotionId),
    /// A promotion that cannot be.
    #[error("promotion {promotion}: {fault}")]
    Promotion {
        /// Which.
        promotion: PromotionId,
        /// What is wrong with it.
        fault: Fault,
    },
    /// A line that is there twice.
    #[error("line {0} is there twice")]
    LineTwice(LineId),
    /// A quantity that cannot be.
    #[error(transparent)]
    Measure(#[from] MeasureError),
    /// An amount that cannot be, or another currency.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// More taken off by a cashier than there is.
    #[error(transparent)]
    Change(#[from] crate::ticket::TicketError),
    /// What bringing it costs is below zero.
    #[error("delivery cannot cost less than nothing")]
    Delivery,
}

/// What is wrong with a promotion.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Fault {
    /// It is for no goods at all.
    #[error("it is for no goods at all")]
    NoGoods,
    /// The same goods named and excepted.
    #[error("the same goods are named and excepted")]
    GoodsContradict,
    /// A deal of no parts, or of too many.
    #[error("a deal has 1 to {MAX_PARTS} parts")]
    Parts,
    /// A part of no pieces, or of too many.
    #[error("a part of a deal is 1 to {MAX_PART_PIECES} pieces")]
    PartPieces,
    /// A reward for pieces or a part that the deal does not have.
    #[error("the reward is for pieces that the deal does not have")]
    RewardPieces,
    /// Takes nothing off.
    #[error("it takes nothing off")]
    TakesNothing,
    /// Takes more off than there is.
    #[error("it takes off more than there is")]
    TakesMore,
    /// Steps that are missing, not in order, or of which a higher one saves no more than a lower one.
    #[error("steps rise, and each saves more than the one below")]
    Steps,
    /// Gives nothing.
    #[error("it gives nothing")]
    NoGift,
    /// Its gifts are among what it needs, or what gives those: they would bring themselves for ever.
    #[error("its gifts would bring themselves")]
    GiftLoop,
    /// A need of nothing.
    #[error("it needs nothing of something")]
    NeedsNothing,
    /// A gift that needs nothing and no coupon.
    #[error("a gift needs goods or a coupon")]
    GiftForNothing,
    /// It ends before it begins, or at hours that no clock shows.
    #[error("it ends before it begins, or its hours are on no clock")]
    When,
    /// A limit of zero.
    #[error("it may never apply")]
    NeverApplies,
    /// It goes with itself, with one that does not go with it, or with one of its own group.
    #[error("it goes with {0}, which does not go with it")]
    Stacking(PromotionId),
    /// A price in another currency than that of the others.
    #[error("its prices are in more than one currency")]
    Currency,
}

impl PricedLine {
    /// What is given back for `units` more of it, in the unit of its measure (pieces, grams; a labelled pack is 1), after
    /// `before` came back earlier. In whatever parts a line comes back, they add up to what was paid for all of it. None
    /// where so much is not left, and for nothing.
    pub fn given_back(&self, before: u32, units: u32) -> Option<Money> {
        let of = match self.measure {
            Measure::Pieces(count) | Measure::Grams(count) => count,
            Measure::Labelled(_) => 1,
        };
        let after = before.checked_add(units).filter(|after| units > 0 && *after <= of)?;
        let upto = |units: u32| self.paid.times_ratio(units.into(), of.into()).ok();
        upto(after)?.minus(upto(before)?).ok()
    }
}

impl Rules {
    /// Prices a basket as cheaply as these rules allow. Errors for quantities and amounts that cannot be, for lines with
    /// the same key, and for other currencies than `context.currency`.
    pub fn price(&self, items: &[Item<'_>], context: &Context<'_>) -> Result<Priced, PromotionError> {
        self.price_with(items, context, Effort::of_lines(items.len()))
    }

    /// As [`Rules::price`], looking only as hard as `effort` says.
    pub fn price_with(
        &self,
        items: &[Item<'_>],
        context: &Context<'_>,
        effort: Effort,
    ) -> Result<Priced, PromotionError> {
        let basket = choices::Basket::of(self, items, context)?;
        let standing = standing::Standing::of(self, &basket, context)?;
        let choices = choices::Choices::of(&basket, &standing);
        let found = search::cheapest(&basket, &standing, &choices, effort);
        allocation::priced(self, &basket, &standing, context, found)
    }
}
