//! An order in the reader's words: when, how long ago, how paid.

use ministore_core::fulfilment::Mode;
use ministore_core::order::{CancelReason, Order, OrderLine};
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::time::Timestamp;

use super::queue::Group;
use crate::i18n::{self, day, day_key, money, number, say, time};
use crate::refusal::amount;
use crate::state::shop;

/// When an order is to be handed over, on the shop's clock: `14:00–14:30`, with its day where that is not today's.
pub(crate) fn slot(order: &Order, now: Timestamp) -> String {
    let zone = shop::zone();
    let Some(key) = order.fulfilment.slot() else { return String::new() };
    let minutes = shop::shop().and_then(|shop| {
        shop.slots.iter().find(|rule| rule.mode == key.mode).map(|rule| i64::from(rule.minutes))
    });
    let starts = time(key.starts, &zone);
    let range = match minutes {
        Some(minutes) => [&starts, "–", &time(key.starts.plus_minutes(minutes), &zone)].concat(),
        None => starts,
    };
    if day_key(key.starts, &zone) == day_key(now, &zone) {
        range
    } else {
        [&day(key.starts, &zone), " ", &range].concat()
    }
}

/// How long something has been going on.
pub(crate) fn age(minutes: u32) -> String {
    match minutes {
        0 => say::COUNTER_AGE_NOW().to_owned(),
        1..=59 => say::counter_age_minutes(&number(minutes.into())),
        60..=2879 => say::counter_age_hours(&number((minutes / 60).into()), &number((minutes % 60).into())),
        _ => say::counter_age_days(&number((minutes / 1440).into())),
    }
}

/// By what way.
pub(crate) fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Pickup => say::COUNTER_MODE_PICKUP(),
        Mode::Delivery => say::COUNTER_MODE_DELIVERY(),
        Mode::CarryOut => say::EXIT_MODE(),
    }
}

/// What a group of orders is called.
pub(crate) fn group(group: Group) -> &'static str {
    match group {
        Group::New => say::COUNTER_GROUP_NEW(),
        Group::Accepted => say::COUNTER_GROUP_ACCEPTED(),
        Group::Picking => say::COUNTER_GROUP_PICKING(),
        Group::Ready => say::COUNTER_GROUP_READY(),
        Group::OnItsWay => say::COUNTER_GROUP_ON_ITS_WAY(),
        Group::Ended => say::COUNTER_GROUP_ENDED(),
    }
}

/// How an order stands with its money, in a word or two.
pub(crate) fn paid_short(order: &Order) -> &'static str {
    match order.payment.state {
        PaymentState::Due => say::COUNTER_PAID_DUE(),
        PaymentState::Unknown => say::COUNTER_PAID_UNKNOWN(),
        PaymentState::Authorised => say::STORED_COUNTER_AUTHORISED(),
        PaymentState::Captured | PaymentState::Settled => say::COUNTER_PAID_PAID(),
        PaymentState::Cancelled | PaymentState::Failed => say::COUNTER_PAID_NOTHING(),
        PaymentState::PartlyRefunded => say::COUNTER_PAID_PARTLY(),
        PaymentState::Refunded => say::COUNTER_PAID_REFUNDED(),
    }
}

/// How an order stands with its money, in a sentence.
pub(crate) fn paid_long(order: &Order) -> String {
    let payment = &order.payment;
    // What came in, once something did; the shopper pays what the goods turned out to be.
    let amount = money(if payment.captured.is_zero() { payment.to_pay } else { payment.captured });
    match (payment.state, payment.tender) {
        (PaymentState::Due, Tender::CashAtHandover) => say::counter_paid_long_cash(&amount),
        (PaymentState::Unknown, Tender::WechatPay) => say::counter_paid_long_wechat_waits(&amount),
        (
            PaymentState::Due,
            Tender::DemoWallet | Tender::WechatPay | Tender::StoredValue | Tender::GiftCard,
        )
        | (PaymentState::Unknown, _) => say::counter_paid_long_unknown(&amount),
        (PaymentState::Authorised, _) => say::stored_counter_authorised_long(&amount),
        (PaymentState::Captured | PaymentState::Settled, Tender::CashAtHandover) => {
            say::counter_paid_long_cash_taken(&amount)
        }
        (PaymentState::Captured | PaymentState::Settled, Tender::DemoWallet) => {
            say::counter_paid_long_wallet(&amount)
        }
        (PaymentState::Captured | PaymentState::Settled, Tender::StoredValue | Tender::GiftCard) => {
            say::stored_counter_paid_long(&amount)
        }
        (PaymentState::Captured | PaymentState::Settled, Tender::WechatPay) => {
            say::counter_paid_long_wechat(&amount)
        }
        (PaymentState::Cancelled | PaymentState::Failed, _) => say::COUNTER_PAID_LONG_NOTHING().to_owned(),
        (PaymentState::PartlyRefunded, _) => say::counter_paid_long_partly(&amount, &money(payment.refunded)),
        (PaymentState::Refunded, _) => say::counter_paid_long_refunded(&amount),
    }
}

/// How much of a line's product: `×3`, or a pack's weight or price.
pub(crate) fn measure(line: &OrderLine) -> String {
    amount(line.measure)
}

/// Why an order will not be done.
pub(crate) fn reason(reason: CancelReason) -> &'static str {
    match reason {
        CancelReason::ChangedMind => say::COUNTER_REASON_CHANGED_MIND(),
        CancelReason::OutOfStock => say::COUNTER_REASON_OUT_OF_STOCK(),
        CancelReason::CannotServe => say::COUNTER_REASON_CANNOT_SERVE(),
        CancelReason::NotCollected => say::COUNTER_REASON_NOT_COLLECTED(),
        CancelReason::PaymentDeclined => say::COUNTER_REASON_DECLINED(),
        CancelReason::NotPaid => say::COUNTER_REASON_NOT_PAID(),
    }
}

/// Whose an order is. Tracked.
pub(crate) fn who(order: &Order) -> String {
    match order.contact.name.as_str() {
        "" if order.fulfilment.mode() == Mode::CarryOut => mode(Mode::CarryOut).to_owned(),
        "" => say::COUNTER_NOBODY().to_owned(),
        name => name.to_owned(),
    }
}

/// An order's number as people say it.
pub(crate) fn number_of(order: &Order) -> String {
    // Without separators: it is a name, not a quantity.
    order.number.to_string()
}

/// A name of the catalogue in the reader's language.
pub(crate) fn name(line: &OrderLine) -> String {
    i18n::local(&line.name)
}
