//! What has happened at a till and cannot be refused later: sales, what came back of them, counts of stock.
//!
//! A till keeps each in the transaction in which it happens and sends it on until the hub has it. Whatever the hub knows
//! by then, the goods are gone and the money is in the drawer; so the hub books it, and where stock falls below zero the
//! product is marked to be counted.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::catalogue::Product;
use crate::code::CardNumber;
use crate::deposit::{Empties, EmptiesBack};
use crate::exit::Exit;
use crate::gift_card::GiftCardSold;
use crate::id::{CountId, CouponId, DeviceId, LineId, ProductId, RefundId, SaleId, ShiftId, StaffId};
use crate::money::{Money, MoneyError, Price};
use crate::order::{OrderLine, PlaceLine};
use crate::payment::Tender;
use crate::pricing::Totals;
use crate::promotion::Allocation;
use crate::quantity::Measure;
use crate::receipt::ReceiptCode;
use crate::shift::{CashMoved, Noted, ShiftClosed, ShiftOpened};
use crate::ticket::{CardPaid, Change, ForeignCash, Off, Taken};
use crate::time::Timestamp;

/// The most facts that are sent together.
pub const PUSH_LIMIT: usize = 500;

/// Fact `sale.record`: goods were sold, for cash or by a card at the bank's terminal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecordSale {
    /// The new sale's key: the same one again is the same sale.
    pub sale: SaleId,
    /// 1 to [`crate::basket::MAX_LINES`] lines; none where empties come back alone.
    pub lines: Vec<PlaceLine>,
    /// The cash received: at least what the cards leave to be paid.
    pub cash: Money,
    /// What the cashier was shown.
    pub expected_total: Money,
    /// What was paid by card, at most the total.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<CardPaid>,
    /// What was changed of lines' prices, each line once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<LineChange>,
    /// What was taken off all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off: Option<Off>,
    /// What the cashier noted, at most [`crate::ticket::MAX_NOTE`] characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The member whose card was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<CardNumber>,
    /// Who allowed, by `ticket.allow`, what the cashier may not do alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_by: Option<StaffId>,
    /// What was taken before the sale was made, at most the total.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<Taken>,
    /// The cash of another currency received, at the shop's rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign: Option<ForeignCash>,
    /// Goods of an earlier sale that come back in the same step, and whose worth pays for these; neither is booked without
    /// the other. Where they are worth more, the rest is given back in cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<Box<RecordRefund>>,
    /// The serial and lot numbers of lines, each line once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<LineSerial>,
    /// What promotions took off lines, each above nothing and once for a line and a promotion.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promotions: Vec<Allocation>,
    /// The coupons that were set aside for it and are used up by it, each once, at most [`crate::coupon::MOST_ON_TICKET`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coupons: Vec<CouponId>,
    /// Empties that come back, each deposit once, at most [`crate::deposit::MAX_DEPOSITS`]. They take what they are worth off
    /// the total; where that is below zero, the rest is given back in cash.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub empties: Vec<EmptiesBack>,
}

/// A line's serial or lot number.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LineSerial {
    /// Of which line.
    pub line: LineId,
    /// 1 to [`crate::ticket::MAX_SERIAL`] characters.
    pub serial: String,
}

impl RecordSale {
    /// A sale for cash at the shop's own prices.
    pub const fn in_cash(sale: SaleId, lines: Vec<PlaceLine>, cash: Money, expected_total: Money) -> Self {
        Self {
            sale,
            lines,
            cash,
            expected_total,
            cards: Vec::new(),
            changes: Vec::new(),
            off: None,
            note: String::new(),
            card: None,
            allowed_by: None,
            taken: Vec::new(),
            foreign: None,
            exchange: None,
            serials: Vec::new(),
            promotions: Vec::new(),
            coupons: Vec::new(),
            empties: Vec::new(),
        }
    }
}

impl RecordRefund {
    /// What is left of lines goes back to the shelf, and what was paid for it back in cash.
    pub fn in_cash(refund: RefundId, sale: SaleId, lines: Vec<LineId>) -> Self {
        let lines = lines.into_iter().map(|line| BackLine { line, measure: None }).collect();
        Self::of(refund, Back::Sale { sale, lines })
    }

    /// Goods that go back to the shelf, and what they are worth back in cash.
    pub const fn of(refund: RefundId, back: Back) -> Self {
        Self {
            refund,
            back,
            by_card: None,
            to_member: None,
            to_wallet: None,
            to_gift_card: None,
            to_shelf: true,
            reason: String::new(),
            allowed_by: None,
        }
    }
}

/// What was changed of a line's price.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LineChange {
    /// Of which line.
    pub line: LineId,
    /// What.
    #[serde(flatten)]
    pub change: Change,
}

/// What comes back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Back {
    /// Lines of a sale that is known here: of any till at the hub, of its own on a device.
    Sale {
        /// Which.
        sale: SaleId,
        /// At least one line, each once.
        lines: Vec<BackLine>,
    },
    /// Goods whose receipt is not there, at the prices of now: by a manager, or with a manager's leave under the refund's key.
    NoReceipt {
        /// 1 to [`crate::basket::MAX_LINES`] lines.
        lines: Vec<PlaceLine>,
    },
}

/// A line that comes back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BackLine {
    /// Which.
    pub line: LineId,
    /// How much of it: pieces of pieces, grams of grams, at most what has not come back yet; None for all of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<Measure>,
}

/// What is put onto a member's card for goods that came back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ToMember {
    /// The card's number.
    pub number: CardNumber,
    /// How much, above zero.
    pub amount: Price,
}

/// Fact `sale.refund`: goods came back, and what was paid for them was given back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecordRefund {
    /// The new refund's key.
    pub refund: RefundId,
    /// What comes back.
    pub back: Back,
    /// How much of it is given back by card, at most what the sale took by card and has not given back; the rest in cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_card: Option<CardPaid>,
    /// How much of it is put onto a member's card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_member: Option<ToMember>,
    /// How much of it goes back to the wallets that paid by their codes; a provider gives it back, if not at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_wallet: Option<Price>,
    /// How much of it goes back onto the gift cards that paid. What they paid is given back in no other way while so much can
    /// go back to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_gift_card: Option<Price>,
    /// Whether the goods go back to the shelf; otherwise they are waste.
    #[serde(default = "yes")]
    pub to_shelf: bool,
    /// Why, at most [`crate::ticket::MAX_NOTE`] characters; needed without a receipt.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Who allowed, by `ticket.allow`, what the cashier may not do alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_by: Option<StaffId>,
}

/// What of a line has not come back yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Left {
    /// In the unit of the line's measure.
    units: u64,
    /// Of how many.
    of: u64,
}

impl Left {
    /// What is left of `line` after `refunds`.
    pub fn of<'a>(line: &OrderLine, refunds: impl IntoIterator<Item = &'a Refund>) -> Self {
        let of = units(line.measure);
        let back = refunds.into_iter().flat_map(|refund| &refund.lines).filter(|back| back.id == line.id);
        let back = back.fold(0u64, |sum, back| sum.saturating_add(units(back.measure)));
        Self { units: of.saturating_sub(back), of }
    }

    /// Whether all of it came back.
    pub const fn is_nothing(self) -> bool {
        self.units == 0
    }

    /// As a measure of `line`; None where nothing is left.
    pub fn measure(self, line: &OrderLine) -> Option<Measure> {
        let units = u32::try_from(self.units).ok().filter(|units| *units > 0)?;
        Some(match line.measure {
            Measure::Pieces(_) => Measure::Pieces(units),
            Measure::Grams(_) => Measure::Grams(units),
            whole @ Measure::Labelled(_) => whole,
        })
    }

    /// Of what was `paid` for all of the line, what falls to `measure` of what is left. Whatever the parts in which a line comes
    /// back, they add up to what was paid. None where it is not so much that is left, or of another kind.
    pub fn share(self, line: &OrderLine, measure: Measure, paid: Money) -> Option<Result<Money, MoneyError>> {
        let same = matches!(
            (line.measure, measure),
            (Measure::Pieces(_), Measure::Pieces(_)) | (Measure::Grams(_), Measure::Grams(_))
        ) || line.measure == measure;
        let part = units(measure);
        if !same || part == 0 || part > self.units {
            return None;
        }
        let before = self.of - self.units;
        let upto = |units: u64| {
            let (units, of) = (i64::try_from(units), i64::try_from(self.of));
            match (units, of) {
                (Ok(units), Ok(of)) => paid.times_ratio(units, of),
                _ => Err(MoneyError::Range),
            }
        };
        Some(upto(before + part).and_then(|after| after.minus(upto(before)?)))
    }
}

const fn units(measure: Measure) -> u64 {
    match measure {
        Measure::Pieces(count) | Measure::Grams(count) => count as u64,
        Measure::Labelled(_) => 1,
    }
}

/// Fact `stock.count`: so much is on the shelf to be sold. What lies there for an order that is still to be picked has
/// left the stock already, and is not counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CountStock {
    /// The new count's key.
    pub count: CountId,
    /// Of which product.
    pub product: ProductId,
    /// What is there beyond what is meant for orders: pieces, or grams.
    pub counted: i64,
}

/// A sale at a till.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Sale {
    /// Its key.
    pub id: SaleId,
    /// At which till.
    pub till: DeviceId,
    /// The receipt's number: counted by each till from 1, sales and refunds together, without gaps.
    pub number: u32,
    /// By whom.
    pub by: StaffId,
    /// When, by the till's clock.
    pub at: Timestamp,
    /// What was sold.
    pub lines: Vec<OrderLine>,
    /// What it came to.
    pub totals: Totals,
    /// The cash received.
    pub cash: Money,
    /// The cash given back.
    pub change: Money,
    /// What was paid by card.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<CardPaid>,
    /// What was taken off lines, each once; nothing of the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken_off: Vec<TakenOff>,
    /// What the cashier noted.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The member whose card was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<CardNumber>,
    /// Who allowed what the cashier may not do alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_by: Option<StaffId>,
    /// In which shift of the till.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<ShiftId>,
    /// What was taken before the sale was made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<Taken>,
    /// The cash of another currency received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign: Option<ForeignCash>,
    /// What goods that came back for it were worth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<Credit>,
    /// The serial and lot numbers of lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<LineSerial>,
    /// What promotions took off lines; it is part of what was taken off them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promotions: Vec<Allocation>,
    /// The coupons that it used up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coupons: Vec<CouponId>,
    /// The empties that came back with it, and took what they are worth off the total.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub empties: Vec<Empties>,
}

/// What goods that came back paid of a sale.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Credit {
    /// By which return.
    pub refund: RefundId,
    /// How much.
    pub amount: Price,
}

impl Sale {
    /// What was paid by card.
    pub fn by_card(&self) -> Money {
        let minor = self.cards.iter().fold(0i64, |sum, card| sum.saturating_add(card.amount.money().minor));
        self.totals.total.currency.minor(minor)
    }

    /// What stays in the drawer of the shop's currency; below zero where more was given out than came in.
    pub const fn cash_kept(&self) -> Money {
        self.cash.currency.minor(self.cash.minor.saturating_sub(self.change.minor))
    }

    /// What was taken by `tender` before the sale was made.
    pub fn by(&self, tender: Tender) -> Money {
        let taken = self.taken.iter().filter(|taken| taken.tender == tender);
        let minor = taken.fold(0i64, |sum, taken| sum.saturating_add(taken.amount.money().minor));
        self.totals.total.currency.minor(minor)
    }

    /// What cash was rounded by: above zero where more was taken.
    pub fn rounding(&self) -> Money {
        let taken = self.taken.iter().map(|taken| taken.amount.money().minor);
        let credit = self.credit.map(|credit| credit.amount.money().minor);
        let foreign = self.foreign.map_or(0, |foreign| foreign.worth.money().minor);
        let due = taken
            .chain(credit)
            .fold(self.totals.total.minor.saturating_sub(self.by_card().minor), i64::saturating_sub);
        self.cash.currency.minor(self.cash_kept().minor.saturating_add(foreign).saturating_sub(due))
    }

    /// All that was taken off.
    pub fn saved(&self) -> Money {
        let minor = self.taken_off.iter().fold(0i64, |sum, off| sum.saturating_add(off.amount.minor));
        self.totals.total.currency.minor(minor)
    }
}

/// What was taken off a line of a sale.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TakenOff {
    /// Off which.
    pub line: LineId,
    /// How much, above zero.
    pub amount: Money,
}

/// Query `sale.get`: a sale, by its key or its receipt's number.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum GetSale {
    /// By its key.
    Key(SaleId),
    /// By the number on the receipt of the calling till.
    Number(u32),
    /// By what the barcode of a till's receipt says: the till's sign and the number.
    Barcode {
        /// The end of the till's id, as [`crate::device::sign_of`] writes it without its dash.
        till: String,
        /// The receipt's number.
        number: u32,
    },
}

impl GetSale {
    /// What was scanned or typed of a receipt: its barcode, the address of its QR code, or its number.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let address = text.rsplit_once("/r/").and_then(|(_, code)| code.parse::<ReceiptCode>().ok());
        if let Some(code) = address.or_else(|| text.parse().ok()) {
            return Some(Self::Key(code.sale()));
        }
        if let Some((till, number)) = text.strip_prefix('R').and_then(|rest| rest.split_once('-')) {
            let is_sign = till.len() == 6 && till.bytes().all(|digit| digit.is_ascii_hexdigit());
            let number = number.parse().ok()?;
            return is_sign.then(|| Self::Barcode { till: till.to_ascii_uppercase(), number });
        }
        text.trim_start_matches('#').parse().ok().map(Self::Number)
    }
}

/// A sale, with what came back of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SoldTicket {
    /// The sale.
    pub sale: Sale,
    /// What came back, oldest first.
    pub refunds: Vec<Refund>,
}

/// Query `sale.list`: the newest sales of the calling till, or of a member at any till.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetSales {
    /// Those at which this card was shown, instead of the till's. A device knows its own alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<CardNumber>,
}

/// Sales, newest first, at most 50.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Sales {
    /// They.
    pub sales: Vec<Sale>,
}

/// Goods that came back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Refund {
    /// Its key.
    pub id: RefundId,
    /// At which till.
    pub till: DeviceId,
    /// The receipt's number, among those of the till's sales.
    pub number: u32,
    /// By whom.
    pub by: StaffId,
    /// When, by the till's clock.
    pub at: Timestamp,
    /// Of which sale; None where its receipt was not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sale: Option<SaleId>,
    /// What came back, as it was sold: so much of each line, and what of its amount falls to that.
    pub lines: Vec<OrderLine>,
    /// What was given back.
    pub amount: Money,
    /// How much of it by card, at the bank's terminal; the rest in cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_card: Option<CardPaid>,
    /// Whether the goods went back to the shelf; otherwise they are waste.
    #[serde(default = "yes")]
    pub to_shelf: bool,
    /// In which shift of the till.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<ShiftId>,
    /// How much of it was put onto a member's card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_member: Option<ToMember>,
    /// How much of it goes back to wallets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_wallet: Option<Price>,
    /// How much of it goes back onto gift cards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_gift_card: Option<Price>,
    /// The sale that all of it paid for, in an exchange.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_for: Option<SaleId>,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Who allowed what the cashier may not do alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_by: Option<StaffId>,
}

const fn yes() -> bool {
    true
}

impl Refund {
    /// What left the drawer.
    pub fn in_cash(&self) -> Money {
        let by_card = self.card_part().minor;
        let to_member = self.to_member.map_or(0, |to| to.amount.money().minor);
        let to_wallet = self.to_wallet.map_or(0, |to| to.money().minor);
        let to_gift_card = self.to_gift_card.map_or(0, |to| to.money().minor);
        let elsewhere = match self.paid_for {
            Some(_) => self.amount.minor,
            None => [to_member, to_wallet, to_gift_card].into_iter().fold(by_card, i64::saturating_add),
        };
        self.amount.currency.minor(self.amount.minor.saturating_sub(elsewhere))
    }

    /// What was given back by card.
    pub fn card_part(&self) -> Money {
        self.by_card.as_ref().map_or(self.amount.currency.minor(0), |card| card.amount.money())
    }
}

/// A count of one product.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Count {
    /// Its key.
    pub id: CountId,
    /// At which till.
    pub till: DeviceId,
    /// By whom.
    pub by: StaffId,
    /// When, by the till's clock.
    pub at: Timestamp,
    /// Of which product.
    pub product: ProductId,
    /// What the till believed to be there. The difference is what is booked, so that a count undoes no sale or order of
    /// others that the till had not heard of.
    pub expected: i64,
    /// What is there.
    pub counted: i64,
}

/// Any of them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Fact {
    /// Goods were sold.
    Sale(Box<Sale>),
    /// Goods came back.
    Refund(Box<Refund>),
    /// Stock was counted.
    Count(Count),
    /// Somebody left by an exit pass.
    Exit(Exit),
    /// A till was opened with its float.
    ShiftOpened(ShiftOpened),
    /// Cash was put in or taken out.
    CashMoved(CashMoved),
    /// A till was counted and closed.
    ShiftClosed(Box<ShiftClosed>),
    /// Something that changes no sum.
    Noted(Noted),
    /// A gift card was sold.
    GiftCardSold(GiftCardSold),
}

impl Fact {
    /// Its key.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Sale(sale) => sale.id.0,
            Self::Refund(refund) => refund.id.0,
            Self::Count(count) => count.id.0,
            Self::Exit(exit) => exit.id.0,
            Self::ShiftOpened(opened) => opened.id.0,
            Self::CashMoved(moved) => moved.id.0,
            Self::ShiftClosed(closed) => closed.id.0,
            Self::Noted(noted) => noted.id.0,
            Self::GiftCardSold(sold) => sold.id.0,
        }
    }

    /// The word kept in the database.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Sale(_) => "sale",
            Self::Refund(_) => "refund",
            Self::Count(_) => "count",
            Self::Exit(_) => "exit",
            Self::ShiftOpened(_) => "shift_opened",
            Self::CashMoved(_) => "cash_moved",
            Self::ShiftClosed(_) => "shift_closed",
            Self::Noted(_) => "noted",
            Self::GiftCardSold(_) => "gift_card_sold",
        }
    }

    /// At which till.
    pub fn till(&self) -> DeviceId {
        match self {
            Self::Sale(sale) => sale.till,
            Self::Refund(refund) => refund.till,
            Self::Count(count) => count.till,
            Self::Exit(exit) => exit.till,
            Self::ShiftOpened(opened) => opened.till,
            Self::CashMoved(moved) => moved.till,
            Self::ShiftClosed(closed) => closed.till,
            Self::Noted(noted) => noted.till,
            Self::GiftCardSold(sold) => sold.till,
        }
    }

    /// By whom.
    pub fn by(&self) -> StaffId {
        match self {
            Self::Sale(sale) => sale.by,
            Self::Refund(refund) => refund.by,
            Self::Count(count) => count.by,
            Self::Exit(exit) => exit.by,
            Self::ShiftOpened(opened) => opened.by,
            Self::CashMoved(moved) => moved.by,
            Self::ShiftClosed(closed) => closed.by,
            Self::Noted(noted) => noted.by,
            Self::GiftCardSold(sold) => sold.by,
        }
    }

    /// When, by the till's clock.
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Sale(sale) => sale.at,
            Self::Refund(refund) => refund.at,
            Self::Count(count) => count.at,
            Self::Exit(exit) => exit.at,
            Self::ShiftOpened(opened) => opened.at,
            Self::CashMoved(moved) => moved.at,
            Self::ShiftClosed(closed) => closed.at,
            Self::Noted(noted) => noted.at,
            Self::GiftCardSold(sold) => sold.at,
        }
    }

    /// In which shift of its till it happened; none where no shift was open.
    pub fn shift(&self) -> Option<ShiftId> {
        match self {
            Self::Sale(sale) => sale.shift,
            Self::Refund(refund) => refund.shift,
            Self::Count(_) | Self::Exit(_) => None,
            Self::ShiftOpened(opened) => Some(opened.id),
            Self::CashMoved(moved) => Some(moved.shift),
            Self::ShiftClosed(closed) => Some(closed.shift),
            Self::Noted(noted) => noted.shift,
            Self::GiftCardSold(sold) => sold.shift,
        }
    }

    /// Its receipt's number; only what is sold and comes back has one.
    pub fn number(&self) -> Option<u32> {
        match self {
            Self::Sale(sale) => Some(sale.number),
            Self::Refund(refund) => Some(refund.number),
            Self::Count(_)
            | Self::Exit(_)
            | Self::ShiftOpened(_)
            | Self::CashMoved(_)
            | Self::ShiftClosed(_)
            | Self::Noted(_)
            | Self::GiftCardSold(_) => None,
        }
    }

    /// What it brings into the drawer, in minor units.
    pub fn cash(&self) -> i64 {
        match self {
            Self::Sale(sale) => sale.cash_kept().minor,
            Self::Refund(refund) => refund.in_cash().minor.saturating_neg(),
            Self::ShiftOpened(opened) => opened.float.minor,
            Self::CashMoved(moved) => moved.amount.minor,
            Self::GiftCardSold(sold) => sold.in_cash().minor,
            // What was counted leaves the drawer's books with the shift.
            Self::ShiftClosed(closed) => closed.report.expected_cash.minor.saturating_neg(),
            Self::Count(_) | Self::Exit(_) | Self::Noted(_) => 0,
        }
    }

    /// What it does to the stock of each product: pieces or grams, each product once.
    pub fn stock(&self) -> Vec<(ProductId, i64)> {
        let (lines, sign) = match self {
            Self::Sale(sale) => (&sale.lines, -1),
            Self::Refund(refund) if !refund.to_shelf => return Vec::new(),
            Self::Refund(refund) => (&refund.lines, 1),
            Self::Count(count) => return vec![(count.product, count.counted.saturating_sub(count.expected))],
            Self::Exit(_)
            | Self::ShiftOpened(_)
            | Self::CashMoved(_)
            | Self::ShiftClosed(_)
            | Self::Noted(_)
            | Self::GiftCardSold(_) => return Vec::new(),
        };
        let mut moved: Vec<(ProductId, i64)> = Vec::new();
        for line in lines {
            let quantity = sign * line.measure.stock_units(line.price);
            match moved.iter_mut().find(|(product, _)| *product == line.product) {
                Some((_, sum)) => *sum = sum.saturating_add(quantity),
                None => moved.push((line.product, quantity)),
            }
        }
        moved
    }
}

/// Fact `sync.push`: what has happened at the calling till, oldest first. Each is booked once, however often it is sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Push {
    /// 1 to [`PUSH_LIMIT`] facts.
    pub facts: Vec<Fact>,
}

/// What the hub has of those that were sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pushed {
    /// The keys of those that are booked, now or before.
    pub booked: Vec<Uuid>,
    /// The keys under which the hub knows something else: for a person to look at.
    pub clashing: Vec<Uuid>,
}

/// Query `stock.recounts`: products that were sold beyond what was believed to be there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetRecounts {}

/// What is to be counted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Recounts {
    /// At most 200 products.
    pub products: Vec<Product>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_read_from_whatever_is_on_it() {
        let sale = SaleId(Uuid::from_u128(0x0199_1234_5678_7abc_8def_0123_4567_89ab));
        let code = ReceiptCode::of(sale);
        for text in [code.to_string(), code.address("https://shop.example"), format!(" {code} ")] {
            assert_eq!(GetSale::read(&text), Some(GetSale::Key(sale)), "{text}");
        }
        let paper = crate::paper::code(DeviceId(Uuid::from_u128(0xA1B2C3)), 1042);
        assert_eq!(GetSale::read(&paper), Some(GetSale::Barcode { till: "A1B2C3".into(), number: 1042 }));
        assert_eq!(GetSale::read("#17"), Some(GetSale::Number(17)));
        for text in ["", "R", "RA1B2C3-", "RXYZ123-1", "R12345-1", "seventeen", "-1", "R-1"] {
            assert_eq!(GetSale::read(text), None, "{text}");
        }
    }
}
