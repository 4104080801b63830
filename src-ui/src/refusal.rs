//! Refusals in the reader's words: what happened, what is safe, what to do next.

use ministore_core::card_code::CodeFault;
use ministore_core::coupon::CouponFault;
use ministore_core::exit::PassFault;
use ministore_core::order::{OrderState, Step};
use ministore_core::printer::PrintTrouble;
use ministore_core::quantity::Measure;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::table::LineState;

use crate::i18n::{distance, grams, local, money, number, say, time};
use crate::state::shop;

/// The three things that an error says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Explained {
    /// What happened.
    pub(crate) happened: String,
    /// What is safe.
    pub(crate) safe: String,
    /// What to do next.
    pub(crate) next: String,
}

/// Puts a refusal into words. Tracked, so that it follows the language.
pub(crate) fn explain(refusal: &Refusal) -> Explained {
    let nothing = say::ERROR_SAFE_NOTHING;
    let (happened, safe, next): (String, fn() -> &'static str, String) = match refusal {
        Refusal::SignInFirst => (say::ERROR_SIGN_IN().into(), nothing, say::ERROR_SIGN_IN_NEXT().into()),
        Refusal::NotAllowed => {
            (say::ERROR_NOT_ALLOWED().into(), nothing, say::ERROR_NOT_ALLOWED_NEXT().into())
        }
        Refusal::NotFound { what } => {
            let happened = match what {
                Thing::Product => say::ERROR_NO_PRODUCT(),
                Thing::Order => say::ERROR_NO_ORDER(),
                Thing::Member => say::ERROR_NO_MEMBER(),
                Thing::Shop => say::ERROR_NO_SHOP(),
                Thing::Table => say::ERROR_NO_TABLE(),
                Thing::Tab => say::ERROR_NO_TAB(),
                Thing::Payment => say::ERROR_NO_PAYMENT(),
                Thing::Sale => say::ERROR_NO_SALE(),
                Thing::Ticket => say::ERROR_NO_TICKET(),
                Thing::Display => say::ERROR_NO_DISPLAY(),
                Thing::Printer => say::ERROR_NO_PRINTER(),
                Thing::Refund => say::ERROR_NO_REFUND(),
                Thing::Closing => say::ERROR_NO_CLOSING(),
                Thing::Promotion => say::ERROR_NO_PROMOTION(),
                Thing::GiftCard => say::ERROR_NO_GIFT_CARD(),
                Thing::Coupon => say::ERROR_NO_COUPON(),
                Thing::Review => say::ERROR_NO_REVIEW(),
                Thing::Touchpoint => say::ERROR_NO_TOUCHPOINT(),
                Thing::Deposit => say::ERROR_NO_DEPOSIT(),
                Thing::Call | Thing::Line | Thing::Device => say::ERROR_NOT_FOUND(),
            };
            let next = match what {
                Thing::Table | Thing::Tab => say::ERROR_TABLE_NEXT(),
                Thing::GiftCard => say::ERROR_GIFT_CARD_NEXT(),
                Thing::Coupon => say::ERROR_NO_COUPON_NEXT(),
                Thing::Review => say::ERROR_NO_REVIEW_NEXT(),
                Thing::Deposit => say::ERROR_NO_DEPOSIT_NEXT(),
                _ => say::ERROR_NOT_FOUND_NEXT(),
            };
            (happened.into(), nothing, next.into())
        }
        Refusal::Invalid { field, .. } => {
            (invalid(field).into(), say::ERROR_SAFE_TYPED, say::ERROR_INVALID_NEXT().into())
        }
        Refusal::IdReused => (say::ERROR_ID_REUSED().into(), nothing, say::ERROR_RELOAD_NEXT().into()),
        Refusal::SoldOut { name, left, .. } => {
            let happened = match left {
                ..=0 => say::error_sold_out(&local(name)),
                left => say::error_few_left(&number(*left as f64), &local(name)),
            };
            (happened, say::ERROR_SAFE_BASKET, say::ERROR_SOLD_OUT_NEXT().into())
        }
        Refusal::SlotFull => {
            (say::ERROR_SLOT_FULL().into(), say::ERROR_SAFE_BASKET, say::ERROR_SLOT_NEXT().into())
        }
        Refusal::SlotClosed => {
            (say::ERROR_SLOT_CLOSED().into(), say::ERROR_SAFE_BASKET, say::ERROR_SLOT_NEXT().into())
        }
        Refusal::TotalChanged { now } => (
            say::error_total_changed(&money(*now)),
            say::ERROR_SAFE_NOT_CHARGED,
            say::ERROR_TOTAL_CHANGED_NEXT().into(),
        ),
        Refusal::BelowMinimum { minimum } => (
            say::error_below_minimum(&money(*minimum)),
            say::ERROR_SAFE_BASKET,
            say::ERROR_BELOW_MINIMUM_NEXT().into(),
        ),
        Refusal::OutsideZones { nearest, metres } => (
            say::zone_outside(&local(nearest), &distance(*metres)),
            say::ERROR_SAFE_BASKET,
            say::ZONE_OUTSIDE_NEXT().into(),
        ),
        Refusal::NotAtDoor { min_age } => (
            say::not_at_door_happened(&number((*min_age).into())),
            say::ERROR_SAFE_ORDER,
            say::NOT_AT_DOOR_NEXT().into(),
        ),
        Refusal::WrongStep { state, step } => {
            let happened = match step {
                Step::CancelByShopper | Step::CancelByShop => say::error_cannot_cancel(state_word(*state)),
                Step::Accept
                | Step::Pick
                | Step::Ready
                | Step::Dispatch
                | Step::HandOver
                | Step::BringBack => say::error_wrong_step(state_word(*state)),
            };
            (happened, say::ERROR_SAFE_ORDER, say::ERROR_WRONG_STEP_NEXT().into())
        }
        Refusal::WrongItem { name } => {
            let happened = match name {
                Some(name) => say::error_wrong_item(&local(name)),
                None => say::ERROR_WRONG_ITEM_UNKNOWN().into(),
            };
            (happened, say::ERROR_SAFE_ORDER, say::ERROR_WRONG_ITEM_NEXT().into())
        }
        Refusal::WrongAmount { name, ordered, label } => (
            say::error_wrong_amount(&amount(*label), &amount(*ordered), &local(name)),
            say::ERROR_SAFE_ORDER,
            say::ERROR_WRONG_AMOUNT_NEXT().into(),
        ),
        Refusal::AlreadyPicked { name } => (
            say::error_already_picked(&local(name)),
            say::ERROR_SAFE_ORDER,
            say::ERROR_ALREADY_PICKED_NEXT().into(),
        ),
        Refusal::OrderOpen { number } => {
            (say::error_order_open(&number.to_string()), nothing, say::ERROR_ORDER_OPEN_NEXT().into())
        }
        Refusal::NotAllPicked { left } => {
            (say::error_not_all_picked(*left), say::ERROR_SAFE_ORDER, say::ERROR_NOT_ALL_PICKED_NEXT().into())
        }
        Refusal::OfferOpen => {
            (say::ERROR_OFFER_OPEN().into(), say::ERROR_SAFE_ORDER, say::ERROR_OFFER_OPEN_NEXT().into())
        }
        Refusal::ShiftNotOpen => (
            say::ERROR_SHIFT_NOT_OPEN().into(),
            say::ERROR_SAFE_TICKET,
            say::ERROR_SHIFT_NOT_OPEN_NEXT().into(),
        ),
        Refusal::ShiftIsOpen => {
            (say::ERROR_SHIFT_IS_OPEN().into(), nothing, say::ERROR_SHIFT_IS_OPEN_NEXT().into())
        }
        Refusal::NeedsManager => (
            say::ERROR_NEEDS_MANAGER().into(),
            say::ERROR_SAFE_TICKET,
            say::ERROR_NEEDS_MANAGER_NEXT().into(),
        ),
        Refusal::WrongPickupCode => {
            (say::ERROR_WRONG_CODE().into(), say::ERROR_SAFE_ORDER, say::ERROR_WRONG_CODE_NEXT().into())
        }
        Refusal::PaymentDue { due } => (
            say::error_payment_due(&money(*due)),
            say::ERROR_SAFE_ORDER,
            say::ERROR_PAYMENT_DUE_NEXT().into(),
        ),
        Refusal::PaymentDeclined { limit } => {
            let next = match limit {
                Some(limit) => say::error_declined_limit(&money(*limit)),
                None => say::ERROR_DECLINED_NEXT().into(),
            };
            (say::ERROR_DECLINED().into(), say::ERROR_SAFE_NOT_CHARGED, next)
        }
        Refusal::BalanceTooLow { missing } => (
            say::error_balance_too_low(&money(*missing)),
            say::ERROR_SAFE_NOT_CHARGED,
            say::ERROR_BALANCE_TOO_LOW_NEXT().into(),
        ),
        Refusal::GiftCardFrozen => (
            say::ERROR_GIFT_CARD_FROZEN().into(),
            say::ERROR_SAFE_NOT_CHARGED,
            say::ERROR_GIFT_CARD_FROZEN_NEXT().into(),
        ),
        Refusal::CouponRefused { coupon } => {
            let (happened, next) = coupon_refused(*coupon);
            (happened.into(), nothing, next.into())
        }
        Refusal::NotBought => {
            (say::ERROR_NOT_BOUGHT().into(), say::ERROR_SAFE_TYPED, say::ERROR_NOT_BOUGHT_NEXT().into())
        }
        Refusal::ReviewChanged => {
            (say::ERROR_REVIEW_CHANGED().into(), nothing, say::ERROR_REVIEW_CHANGED_NEXT().into())
        }
        Refusal::NoCard => {
            (say::ERROR_NO_CARD().into(), say::ERROR_SAFE_NOT_CHARGED, say::ERROR_NO_CARD_NEXT().into())
        }
        Refusal::CardCodeRefused { fault } => {
            let (happened, next) = card_code_refused(*fault);
            (happened.into(), say::ERROR_SAFE_NOT_CHARGED, next.into())
        }
        Refusal::BalanceLeft { balance } => {
            (say::error_balance_left(&money(*balance)), nothing, say::ERROR_BALANCE_LEFT_NEXT().into())
        }
        Refusal::TabClosed => (say::ERROR_TAB_CLOSED().into(), nothing, say::ERROR_TAB_CLOSED_NEXT().into()),
        Refusal::TabOpen { table } => {
            (say::error_tab_open(&table.to_string()), nothing, say::ERROR_TAB_OPEN_NEXT().into())
        }
        Refusal::WrongLineStep { line_state, .. } => (
            say::error_dish_step(dish_word(*line_state)),
            say::ERROR_SAFE_TABLE,
            say::ERROR_DISH_STEP_NEXT().into(),
        ),
        Refusal::PaidAlready => {
            (say::ERROR_PAID_ALREADY().into(), say::ERROR_SAFE_TABLE, say::ERROR_PAID_ALREADY_NEXT().into())
        }
        Refusal::WalletAsked => {
            (say::ERROR_WALLET_ASKED().into(), say::ERROR_SAFE_ORDER, say::ERROR_WALLET_ASKED_NEXT().into())
        }
        Refusal::ProviderSilent => {
            (say::ERROR_PROVIDER_SILENT().into(), nothing, say::ERROR_PROVIDER_SILENT_NEXT().into())
        }
        Refusal::PrintFailed { printer, trouble } => {
            let (happened, next) = print_failed(printer, trouble);
            (happened, say::ERROR_SAFE_SALE, next.into())
        }
        Refusal::PassRefused { pass } => {
            let (happened, next) = pass_refused(*pass);
            (happened.into(), say::EXIT_SAFE, next.into())
        }
        Refusal::WrongPin { tries_left } => {
            (say::ERROR_WRONG_PIN().into(), nothing, say::error_wrong_pin_next(*tries_left))
        }
        Refusal::PinLocked { until } => (
            say::ERROR_PIN_LOCKED().into(),
            nothing,
            say::error_pin_locked_next(&time(*until, &shop::zone())),
        ),
        Refusal::DeviceNotApproved { .. } => {
            (say::ERROR_NOT_APPROVED().into(), nothing, say::ERROR_NOT_APPROVED_NEXT().into())
        }
        Refusal::DeviceShutOut => {
            (say::ERROR_SHUT_OUT().into(), say::ERROR_SAFE_OFFLINE, say::ERROR_SHUT_OUT_NEXT().into())
        }
        Refusal::Offline => {
            (say::ERROR_OFFLINE().into(), say::ERROR_SAFE_OFFLINE, say::ERROR_OFFLINE_NEXT().into())
        }
        Refusal::Busy => (say::ERROR_BUSY().into(), nothing, say::ERROR_BUSY_NEXT().into()),
        Refusal::TooLarge => (say::ERROR_TOO_LARGE().into(), nothing, say::ERROR_TOO_LARGE_NEXT().into()),
        Refusal::DiskFull => (say::ERROR_DISK_FULL().into(), nothing, say::ERROR_DISK_FULL_NEXT().into()),
        Refusal::DatabaseDamaged => (say::ERROR_DAMAGED().into(), nothing, say::ERROR_DAMAGED_NEXT().into()),
        Refusal::VersionMismatch => (say::ERROR_VERSION().into(), nothing, say::ERROR_RELOAD_NEXT().into()),
        Refusal::WrongAuthority => {
            (say::ERROR_AUTHORITY().into(), nothing, say::ERROR_AUTHORITY_NEXT().into())
        }
        Refusal::Internal { incident } => {
            (say::ERROR_INTERNAL().into(), nothing, say::error_internal_next(incident))
        }
    };
    Explained { happened, safe: safe().to_owned(), next }
}

/// Why something did not come out of a printer, and what to do then. Tracked.
fn print_failed(printer: &str, why: &PrintTrouble) -> (String, &'static str) {
    match why {
        PrintTrouble::Unreachable => {
            (say::error_print_unreachable(printer), say::ERROR_PRINT_UNREACHABLE_NEXT())
        }
        PrintTrouble::Vanished => (say::error_print_vanished(printer), say::ERROR_PRINT_VANISHED_NEXT()),
        PrintTrouble::Stuck => (say::error_print_stuck(printer), say::ERROR_PRINT_STUCK_NEXT()),
        PrintTrouble::NoPaper => (say::error_print_paper(printer), say::ERROR_PRINT_PAPER_NEXT()),
        PrintTrouble::CoverOpen => (say::error_print_cover(printer), say::ERROR_PRINT_COVER_NEXT()),
        PrintTrouble::Faulty => (say::error_print_faulty(printer), say::ERROR_PRINT_FAULTY_NEXT()),
        PrintTrouble::Busy => (say::error_print_busy(printer), say::ERROR_PRINT_BUSY_NEXT()),
        PrintTrouble::NoFont(text) => (say::error_print_font(text), say::ERROR_PRINT_FONT_NEXT()),
        PrintTrouble::BadLogo => (say::error_print_logo(printer), say::ERROR_PRINT_LOGO_NEXT()),
    }
}

/// Why nobody leaves by a pass, and what to do then. Tracked.
fn pass_refused(why: PassFault) -> (&'static str, &'static str) {
    match why {
        PassFault::Malformed => (say::EXIT_MALFORMED(), say::EXIT_MALFORMED_NEXT()),
        PassFault::Forged => (say::EXIT_FORGED(), say::EXIT_FORGED_NEXT()),
        PassFault::OtherShop => (say::EXIT_OTHER_SHOP(), say::EXIT_OTHER_SHOP_NEXT()),
        PassFault::Late => (say::EXIT_LATE(), say::EXIT_LATE_NEXT()),
        PassFault::Used => (say::EXIT_USED(), say::EXIT_USED_NEXT()),
        PassFault::Cancelled => (say::EXIT_CANCELLED(), say::EXIT_CANCELLED_NEXT()),
        PassFault::Unpaid => (say::EXIT_UNPAID(), say::EXIT_UNPAID_NEXT()),
        PassFault::CheckFirst => (say::EXIT_CHECK_FIRST(), say::EXIT_CHECK_FIRST_NEXT()),
        PassFault::NotCarried => (say::EXIT_NOT_CARRIED(), say::EXIT_NOT_CARRIED_NEXT()),
    }
}

/// Why a card is not shown to be here, and what to do then. Tracked.
fn card_code_refused(fault: CodeFault) -> (&'static str, &'static str) {
    match fault {
        CodeFault::Missing => (say::ERROR_CARD_CODE_MISSING(), say::ERROR_CARD_CODE_MISSING_NEXT()),
        CodeFault::Stale => (say::ERROR_CARD_CODE_STALE(), say::ERROR_CARD_CODE_STALE_NEXT()),
        CodeFault::Used => (say::ERROR_CARD_CODE_USED(), say::ERROR_CARD_CODE_USED_NEXT()),
    }
}

/// Why a coupon is not to be had or used, and what to do then. Tracked.
fn coupon_refused(why: CouponFault) -> (&'static str, &'static str) {
    match why {
        CouponFault::Reserved => (say::ERROR_COUPON_RESERVED(), say::ERROR_COUPON_RESERVED_NEXT()),
        CouponFault::Redeemed => (say::ERROR_COUPON_REDEEMED(), say::ERROR_COUPON_REDEEMED_NEXT()),
        CouponFault::Expired => (say::ERROR_COUPON_EXPIRED(), say::ERROR_COUPON_EXPIRED_NEXT()),
        CouponFault::Withdrawn => (say::ERROR_COUPON_WITHDRAWN(), say::ERROR_COUPON_WITHDRAWN_NEXT()),
        CouponFault::AllGone => (say::ERROR_COUPON_ALL_GONE(), say::ERROR_COUPON_ALL_GONE_NEXT()),
        CouponFault::EnoughForMember => (say::ERROR_COUPON_ENOUGH(), say::ERROR_COUPON_ENOUGH_NEXT()),
        CouponFault::MembersOnly => (say::ERROR_COUPON_MEMBERS(), say::ERROR_COUPON_MEMBERS_NEXT()),
        CouponFault::NotOffered => (say::ERROR_COUPON_NOT_OFFERED(), say::ERROR_COUPON_NOT_OFFERED_NEXT()),
        CouponFault::NotSetAside => (say::ERROR_COUPON_NOT_ASIDE(), say::ERROR_COUPON_NOT_ASIDE_NEXT()),
    }
}

/// Where an order stands, in a word. Tracked.
pub(crate) fn state_word(state: OrderState) -> &'static str {
    match state {
        OrderState::Placed => say::STATE_PLACED(),
        OrderState::Accepted => say::STATE_ACCEPTED(),
        OrderState::Picking => say::STATE_PICKING(),
        OrderState::Ready => say::STATE_READY(),
        OrderState::OnItsWay => say::STATE_ON_ITS_WAY(),
        OrderState::HandedOver => say::STATE_HANDED_OVER(),
        OrderState::Cancelled => say::STATE_CANCELLED(),
    }
}

/// Where a dish stands, in a word. Tracked.
pub(crate) fn dish_word(state: LineState) -> &'static str {
    match state {
        LineState::Draft => say::TABLE_LINE_DRAFT(),
        LineState::Sent => say::TABLE_LINE_SENT(),
        LineState::Preparing => say::TABLE_LINE_PREPARING(),
        LineState::Ready => say::TABLE_LINE_READY(),
        LineState::Served => say::TABLE_LINE_SERVED(),
        LineState::Cancelled => say::TABLE_LINE_CANCELLED(),
    }
}

/// How much there is of something: a count, a weight, or a price. Tracked.
pub(crate) fn amount(measure: Measure) -> String {
    match measure {
        Measure::Pieces(pieces) => ["×", &number(pieces.into())].concat(),
        Measure::Grams(weight) => grams(weight),
        Measure::Labelled(price) => money(price.money()),
    }
}

/// The rule of a field, by the field's name in the call.
fn invalid(field: &str) -> &'static str {
    if field.ends_with("phone") {
        say::ERROR_FIELD_PHONE()
    } else if field == "address.point" {
        say::ZONE_MISSING()
    } else if field == "picture" {
        say::COURIER_NO_PICTURE()
    } else if field.ends_with("street") || field.ends_with("address") {
        say::ERROR_FIELD_STREET()
    } else if field.ends_with("name") {
        say::ERROR_FIELD_NAME()
    } else if field.ends_with("lines") {
        say::ERROR_FIELD_LINES()
    } else {
        say::ERROR_FIELD_OTHER()
    }
}
