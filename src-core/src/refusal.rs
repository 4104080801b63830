//! Why a call was not done: one list, with what a person needs to go on. Transports turn it into their own form last.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use crate::card_code::CodeFault;
use crate::coupon::CouponFault;
use crate::exit::PassFault;
use crate::id::{DeviceId, ProductId};
use crate::issued::TableNumber;
use crate::money::Money;
use crate::order::{OrderState, Step};
use crate::printer::PrintTrouble;
use crate::quantity::Measure;
use crate::table::{LineState, LineStep};
use crate::text::LocalText;
use crate::time::Timestamp;

/// What was looked for and is not there, or not for the caller to see.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Thing {
    /// A call of that name.
    Call,
    /// A product.
    Product,
    /// An order.
    Order,
    /// A line of an order.
    Line,
    /// A member.
    Member,
    /// The shop itself: nothing has been set up yet.
    Shop,
    /// A device.
    Device,
    /// A table of the shop's.
    Table,
    /// What a table has open.
    Tab,
    /// A payment.
    Payment,
    /// A sale at a till.
    Sale,
    /// A ticket that was put aside.
    Ticket,
    /// A customers' display.
    Display,
    /// A printer, or one for this till.
    Printer,
    /// Goods that came back to a till.
    Refund,
    /// The closing of a shift.
    Closing,
    /// A promotion.
    Promotion,
    /// A gift card.
    GiftCard,
    /// A coupon.
    Coupon,
    /// What a shopper said of something they bought.
    Review,
    /// A touchpoint.
    Touchpoint,
    /// A deposit on containers.
    Deposit,
}

/// Why a call was refused or failed. In every case nothing of it was done.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// The caller is unknown: no key, a wrong one, or a session that has ended.
    #[error("sign in first")]
    SignInFirst,
    /// The caller is known and may not do this.
    #[error("this is not yours to do")]
    NotAllowed,
    /// Not there, or not the caller's.
    #[error("there is no such {what:?}")]
    NotFound {
        /// What.
        what: Thing,
    },
    /// A field that breaks its rule.
    #[error("{field}: {reason}")]
    Invalid {
        /// Which field, by its name in the call.
        field: String,
        /// The rule, in English, for developers; the page knows the field's rule in the reader's language.
        reason: String,
    },
    /// The same key was used for something else before.
    #[error("this id was already used for something else")]
    IdReused,
    /// Less is left than was asked for.
    #[error("only {left} left of {}", name.get(crate::text::Language::En))]
    SoldOut {
        /// Of which product.
        product: ProductId,
        /// Its name.
        name: LocalText,
        /// What is left: pieces, or grams.
        left: i64,
    },
    /// The slot has just been filled.
    #[error("this slot is full")]
    SlotFull,
    /// It is too late for this slot, or there is no such slot.
    #[error("this slot can no longer be chosen")]
    SlotClosed,
    /// The total is not what the shopper was shown.
    #[error("the total is now {now}")]
    TotalChanged {
        /// What it comes to now.
        now: Money,
    },
    /// Less than the shop delivers.
    #[error("delivery starts at {minimum}")]
    BelowMinimum {
        /// The least amount of goods.
        minimum: Money,
    },
    /// The address is in none of the zones to which the shop delivers.
    #[error("the nearest place that is delivered to is {}, {metres} m away", nearest.get(crate::text::Language::En))]
    OutsideZones {
        /// The name of the nearest zone.
        nearest: LocalText,
        /// How far the address is from its edge, in metres.
        metres: u32,
    },
    /// Some goods are for grown-ups only: they go from hand to hand.
    #[error("goods for those of {min_age} and above are not left at a door")]
    NotAtDoor {
        /// The age in years.
        min_age: u8,
    },
    /// The order is not where this step could be taken.
    #[error("an order that is {} cannot be changed that way", state.word())]
    WrongStep {
        /// Where it stands.
        state: OrderState,
        /// What was tried.
        step: Step,
    },
    /// Somebody cannot be forgotten while an order of theirs is open: it is not handed over or cancelled yet, or its
    /// payment is not settled.
    #[error("order {number} is still open")]
    OrderOpen {
        /// The order's number.
        number: u32,
    },
    /// What was scanned does not belong to the order.
    #[error("this item is not in the order")]
    WrongItem {
        /// The scanned product's name, where the shop knows it.
        name: Option<LocalText>,
    },
    /// The pack's label says another amount than was ordered.
    #[error("this pack of {} is not the amount that was ordered", name.get(crate::text::Language::En))]
    WrongAmount {
        /// The item's name.
        name: LocalText,
        /// What was ordered.
        ordered: Measure,
        /// What the label says.
        label: Measure,
    },
    /// Enough of this item has been collected.
    #[error("all of this item is collected already")]
    AlreadyPicked {
        /// Its name.
        name: LocalText,
    },
    /// Some goods are still to be collected.
    #[error("{left} items are still to be picked")]
    NotAllPicked {
        /// How many.
        left: u32,
    },
    /// The shopper has not yet said whether they take what is offered for something missing.
    #[error("the shopper has not answered the offer yet")]
    OfferOpen,
    /// The till has to be opened first.
    #[error("no shift is open at this till")]
    ShiftNotOpen,
    /// The till is open already.
    #[error("a shift is open at this till already")]
    ShiftIsOpen,
    /// A cashier may not do this alone.
    #[error("a manager has to allow this")]
    NeedsManager,
    /// The pickup code belongs to another order, or to none.
    #[error("this code does not belong to the order")]
    WrongPickupCode,
    /// The cash does not cover what is due.
    #[error("{due} is due")]
    PaymentDue {
        /// What is due.
        due: Money,
    },
    /// The provider declined. The order was not placed.
    #[error("the payment was declined")]
    PaymentDeclined {
        /// The most that this means of payment takes at once, where that was the reason.
        limit: Option<Money>,
    },
    /// There is less on the card than this would take.
    #[error("{missing} is missing on the card")]
    BalanceTooLow {
        /// What is missing.
        missing: Money,
    },
    /// A manager froze this gift card: it pays nothing.
    #[error("this gift card is frozen")]
    GiftCardFrozen,
    /// This coupon is not to be had, or not to be used, now.
    #[error("{coupon}")]
    CouponRefused {
        /// Why.
        coupon: CouponFault,
    },
    /// Who reviews something has bought it here.
    #[error("that was not bought here")]
    NotBought,
    /// A review's words were changed after they were read.
    #[error("the review was changed")]
    ReviewChanged,
    /// What is paid with money on a card is for members.
    #[error("there is no card to pay with")]
    NoCard,
    /// The card is not shown to be here.
    #[error("{fault}")]
    CardCodeRefused {
        /// Why.
        fault: CodeFault,
    },
    /// There is money on the card of somebody who is to be forgotten.
    #[error("{balance} is still on the card")]
    BalanceLeft {
        /// How much.
        balance: Money,
    },
    /// A payer's code was read for this order, and it is not certain yet whether it was charged.
    #[error("the payer's wallet is still being asked")]
    WalletAsked,
    /// The payment provider gave no answer, or has none yet.
    #[error("the payment provider gave no answer; try again later")]
    ProviderSilent,
    /// It did not come out of the printer. What was sold is kept.
    #[error("the printer {printer}: {trouble}")]
    PrintFailed {
        /// The printer's name.
        printer: String,
        /// Why.
        trouble: PrintTrouble,
    },
    /// What the table had open is closed: nothing of it can be changed any more.
    #[error("this table's bill is closed")]
    TabClosed,
    /// The table still has something open: dishes that are not served, or a bill that is not paid.
    #[error("table {table} still has something open")]
    TabOpen {
        /// Which table.
        table: TableNumber,
    },
    /// The dish is not where this step could be taken.
    #[error("a dish that is {} cannot be changed that way", line_state.word())]
    WrongLineStep {
        /// Where it stands.
        line_state: LineState,
        /// What was tried.
        line_step: LineStep,
    },
    /// It is paid already, by somebody else or before: nothing of it is due, or it cannot be taken off the bill.
    #[error("this is paid already")]
    PaidAlready,
    /// Nobody leaves by this exit pass now.
    #[error("{pass}")]
    PassRefused {
        /// Why.
        pass: PassFault,
    },
    /// No staff has this PIN.
    #[error("wrong PIN; {tries_left} tries left")]
    WrongPin {
        /// Before the device has to wait.
        tries_left: u32,
    },
    /// Too many wrong PINs at this device.
    #[error("too many wrong PINs; wait")]
    PinLocked {
        /// Until when.
        until: Timestamp,
    },
    /// The PIN is right, and the device is no counter of the shop's.
    #[error("the device {} is not approved as a counter", crate::device::sign_of(*device))]
    DeviceNotApproved {
        /// The device.
        device: DeviceId,
        /// Whether whoever signed in may approve it.
        may_approve: bool,
    },
    /// The shop has shut this device out.
    #[error("this device was shut out by the shop")]
    DeviceShutOut,
    /// The authority's answer is needed and it cannot be reached.
    #[error("the shop's hub cannot be reached")]
    Offline,
    /// The hub has too much to do.
    #[error("the hub is busy; try again")]
    Busy,
    /// The call is larger than any honest one.
    #[error("this is too large")]
    TooLarge,
    /// No room to write.
    #[error("the disk is full; nothing was changed")]
    DiskFull,
    /// The database cannot be read.
    #[error("the database is damaged; restore a backup")]
    DatabaseDamaged,
    /// The device speaks another version.
    #[error("this device and the hub are of different versions")]
    VersionMismatch,
    /// The hub that answers is not the one that the shop's code speaks of: another authority signs for it.
    #[error("this hub is not the one of the shop's code: another authority signs for it")]
    WrongAuthority,
    /// A fault of ours. The log has the rest under this number.
    #[error("an internal fault; its log entry is {incident}")]
    Internal {
        /// What to look for in the hub's log.
        incident: String,
    },
}

/// Whatever any refusal tells.
#[derive(Deserialize)]
struct Told {
    code: String,
    what: Option<Thing>,
    field: Option<String>,
    reason: Option<String>,
    product: Option<ProductId>,
    name: Option<LocalText>,
    left: Option<i64>,
    ordered: Option<Measure>,
    label: Option<Measure>,
    now: Option<Money>,
    minimum: Option<Money>,
    state: Option<OrderState>,
    step: Option<Step>,
    number: Option<u32>,
    due: Option<Money>,
    limit: Option<Money>,
    missing: Option<Money>,
    balance: Option<Money>,
    tries_left: Option<u32>,
    until: Option<Timestamp>,
    device: Option<DeviceId>,
    may_approve: Option<bool>,
    table: Option<TableNumber>,
    line_state: Option<LineState>,
    line_step: Option<LineStep>,
    incident: Option<String>,
    nearest: Option<LocalText>,
    metres: Option<u32>,
    min_age: Option<u8>,
    pass: Option<PassFault>,
    coupon: Option<CouponFault>,
    printer: Option<String>,
    trouble: Option<PrintTrouble>,
    fault: Option<CodeFault>,
}

fn told<T, E: Error>(field: &'static str, value: Option<T>) -> Result<T, E> {
    value.ok_or_else(|| E::missing_field(field))
}

/// Reads the form that the derived `Serialize` writes. By hand, and through one flat shape, because this is read by the
/// page: what serde derives for a tagged enum of so many fields is a tenth of the code that a phone downloads first.
impl<'de> Deserialize<'de> for Refusal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let all = Told::deserialize(deserializer)?;
        Ok(match all.code.as_str() {
            "sign_in_first" => Self::SignInFirst,
            "not_allowed" => Self::NotAllowed,
            "not_found" => Self::NotFound { what: told("what", all.what)? },
            "invalid" => {
                Self::Invalid { field: told("field", all.field)?, reason: told("reason", all.reason)? }
            }
            "id_reused" => Self::IdReused,
            "sold_out" => Self::SoldOut {
                product: told("product", all.product)?,
                name: told("name", all.name)?,
                left: told("left", all.left)?,
            },
            "slot_full" => Self::SlotFull,
            "slot_closed" => Self::SlotClosed,
            "total_changed" => Self::TotalChanged { now: told("now", all.now)? },
            "below_minimum" => Self::BelowMinimum { minimum: told("minimum", all.minimum)? },
            "outside_zones" => Self::OutsideZones {
                nearest: told("nearest", all.nearest)?,
                metres: told("metres", all.metres)?,
            },
            "not_at_door" => Self::NotAtDoor { min_age: told("min_age", all.min_age)? },
            "wrong_step" => {
                Self::WrongStep { state: told("state", all.state)?, step: told("step", all.step)? }
            }
            "order_open" => Self::OrderOpen { number: told("number", all.number)? },
            "wrong_item" => Self::WrongItem { name: all.name },
            "wrong_amount" => Self::WrongAmount {
                name: told("name", all.name)?,
                ordered: told("ordered", all.ordered)?,
                label: told("label", all.label)?,
            },
            "already_picked" => Self::AlreadyPicked { name: told("name", all.name)? },
            "not_all_picked" => {
                let left = told("left", all.left)?;
                Self::NotAllPicked { left: u32::try_from(left).map_err(D::Error::custom)? }
            }
            "offer_open" => Self::OfferOpen,
            "shift_not_open" => Self::ShiftNotOpen,
            "shift_is_open" => Self::ShiftIsOpen,
            "needs_manager" => Self::NeedsManager,
            "wrong_pickup_code" => Self::WrongPickupCode,
            "payment_due" => Self::PaymentDue { due: told("due", all.due)? },
            "payment_declined" => Self::PaymentDeclined { limit: all.limit },
            "gift_card_frozen" => Self::GiftCardFrozen,
            "coupon_refused" => Self::CouponRefused { coupon: told("coupon", all.coupon)? },
            "balance_too_low" => Self::BalanceTooLow { missing: told("missing", all.missing)? },
            "not_bought" => Self::NotBought,
            "review_changed" => Self::ReviewChanged,
            "no_card" => Self::NoCard,
            "card_code_refused" => Self::CardCodeRefused { fault: told("fault", all.fault)? },
            "balance_left" => Self::BalanceLeft { balance: told("balance", all.balance)? },
            "wallet_asked" => Self::WalletAsked,
            "provider_silent" => Self::ProviderSilent,
            "print_failed" => Self::PrintFailed {
                printer: told("printer", all.printer)?,
                trouble: told("trouble", all.trouble)?,
            },
            "tab_closed" => Self::TabClosed,
            "tab_open" => Self::TabOpen { table: told("table", all.table)? },
            "wrong_line_step" => Self::WrongLineStep {
                line_state: told("line_state", all.line_state)?,
                line_step: told("line_step", all.line_step)?,
            },
            "paid_already" => Self::PaidAlready,
            "pass_refused" => Self::PassRefused { pass: told("pass", all.pass)? },
            "wrong_pin" => Self::WrongPin { tries_left: told("tries_left", all.tries_left)? },
            "pin_locked" => Self::PinLocked { until: told("until", all.until)? },
            "device_not_approved" => Self::DeviceNotApproved {
                device: told("device", all.device)?,
                may_approve: told("may_approve", all.may_approve)?,
            },
            "device_shut_out" => Self::DeviceShutOut,
            "offline" => Self::Offline,
            "busy" => Self::Busy,
            "too_large" => Self::TooLarge,
            "disk_full" => Self::DiskFull,
            "database_damaged" => Self::DatabaseDamaged,
            "version_mismatch" => Self::VersionMismatch,
            "wrong_authority" => Self::WrongAuthority,
            "internal" => Self::Internal { incident: told("incident", all.incident)? },
            _ => return Err(D::Error::custom("an unknown refusal")),
        })
    }
}

impl Refusal {
    /// The stable code, as the JSON has it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SignInFirst => "sign_in_first",
            Self::NotAllowed => "not_allowed",
            Self::NotFound { .. } => "not_found",
            Self::Invalid { .. } => "invalid",
            Self::IdReused => "id_reused",
            Self::SoldOut { .. } => "sold_out",
            Self::SlotFull => "slot_full",
            Self::SlotClosed => "slot_closed",
            Self::TotalChanged { .. } => "total_changed",
            Self::BelowMinimum { .. } => "below_minimum",
            Self::OutsideZones { .. } => "outside_zones",
            Self::NotAtDoor { .. } => "not_at_door",
            Self::WrongStep { .. } => "wrong_step",
            Self::OrderOpen { .. } => "order_open",
            Self::WrongItem { .. } => "wrong_item",
            Self::WrongAmount { .. } => "wrong_amount",
            Self::AlreadyPicked { .. } => "already_picked",
            Self::NotAllPicked { .. } => "not_all_picked",
            Self::OfferOpen => "offer_open",
            Self::ShiftNotOpen => "shift_not_open",
            Self::ShiftIsOpen => "shift_is_open",
            Self::NeedsManager => "needs_manager",
            Self::WrongPickupCode => "wrong_pickup_code",
            Self::PaymentDue { .. } => "payment_due",
            Self::PaymentDeclined { .. } => "payment_declined",
            Self::BalanceTooLow { .. } => "balance_too_low",
            Self::GiftCardFrozen => "gift_card_frozen",
            Self::CouponRefused { .. } => "coupon_refused",
            Self::NotBought => "not_bought",
            Self::ReviewChanged => "review_changed",
            Self::NoCard => "no_card",
            Self::CardCodeRefused { .. } => "card_code_refused",
            Self::BalanceLeft { .. } => "balance_left",
            Self::WalletAsked => "wallet_asked",
            Self::ProviderSilent => "provider_silent",
            Self::PrintFailed { .. } => "print_failed",
            Self::TabClosed => "tab_closed",
            Self::TabOpen { .. } => "tab_open",
            Self::WrongLineStep { .. } => "wrong_line_step",
            Self::PaidAlready => "paid_already",
            Self::PassRefused { .. } => "pass_refused",
            Self::WrongPin { .. } => "wrong_pin",
            Self::PinLocked { .. } => "pin_locked",
            Self::DeviceNotApproved { .. } => "device_not_approved",
            Self::DeviceShutOut => "device_shut_out",
            Self::Offline => "offline",
            Self::Busy => "busy",
            Self::TooLarge => "too_large",
            Self::DiskFull => "disk_full",
            Self::DatabaseDamaged => "database_damaged",
            Self::VersionMismatch => "version_mismatch",
            Self::WrongAuthority => "wrong_authority",
            Self::Internal { .. } => "internal",
        }
    }

    /// A field that breaks its rule.
    pub fn invalid(field: &str, reason: impl ToString) -> Self {
        Self::Invalid { field: field.to_owned(), reason: reason.to_string() }
    }

    /// Whether the same call may succeed later unchanged: the authority did not decide, so nothing is remembered of it
    /// and a waiting request keeps waiting.
    pub const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Offline
                | Self::Busy
                | Self::WalletAsked
                | Self::ProviderSilent
                | Self::PrintFailed { .. }
                | Self::DiskFull
                | Self::DatabaseDamaged
                | Self::Internal { .. }
                | Self::SignInFirst
                | Self::DeviceShutOut
        )
    }
}
