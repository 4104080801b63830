//! The shop's promotions, ready to price with.

use std::cell::RefCell;
use std::sync::Arc;

use ministore_core::campaign::GoingPromotions;
use ministore_core::hours::{Day, LocalTime};
use ministore_core::id::PromotionId;
use ministore_core::promotion::{Channel, Context, Promotion, Rules};
use ministore_core::text::LocalText;
use ministore_core::time::Timestamp;

use super::shop::shop;
use crate::client::{clock, json};

/// A day and an hour, in minutes.
const DAY: i64 = 24 * 60;
const HOUR: i64 = 60;

/// What is told of promotions, and what was made of it.
#[derive(Default)]
struct Made {
    told: GoingPromotions,
    promotions: Arc<[Promotion]>,
    rules: Option<Arc<Rules>>,
}

impl Made {
    fn of(told: &GoingPromotions) -> Self {
        let told = told.clone();
        if told.text().is_empty() {
            return Self { told, ..Self::default() };
        }
        let read = json::parse::<Vec<Promotion>>(told.text()).map_err(|error| error.to_string());
        let made = read.and_then(|promotions| {
            let rules = Rules::new(promotions.clone()).map_err(|error| error.to_string())?;
            Ok((promotions, rules))
        });
        match made {
            Ok((promotions, rules)) => {
                Self { told, promotions: promotions.into(), rules: Some(Arc::new(rules)) }
            }
            Err(error) => {
                leptos::logging::error!("the shop's promotions are left out: {error}");
                Self { told, ..Self::default() }
            }
        }
    }
}

thread_local! {
    static MADE: RefCell<Made> = RefCell::default();
    /// By how many minutes the shop's clock is ahead, in which zone and hour: asking the browser takes longer than pricing.
    static OFFSET: RefCell<(String, i64, i64)> = RefCell::default();
}

/// Reads what was made of what is told now. Tracked.
fn with_made<T>(read: impl FnOnce(&Made) -> T) -> Option<T> {
    let shop = shop()?;
    Some(MADE.with_borrow_mut(|made| {
        if made.told != shop.promotions {
            *made = Made::of(&shop.promotions);
        }
        read(made)
    }))
}

/// What a promotion is called. Tracked.
pub(crate) fn name_of(promotion: PromotionId) -> Option<LocalText> {
    with_made(|made| made.promotions.iter().find(|one| one.id == promotion).map(|one| one.name.clone()))?
}

/// Prices goods on the shop's clock of now: `price` is given the rules and what they hold for. Tracked.
pub(crate) fn with_rules<T>(
    channel: Channel,
    member: Option<u8>,
    price: impl FnOnce(&Rules, &Context<'_>) -> T,
) -> Option<T> {
    let (rules, shop) = (with_made(|made| made.rules.clone())??, shop()?);
    let context = Context {
        currency: shop.currency,
        shop: shop.id,
        channel,
        touchpoint: None,
        now: local(clock::now(), &shop.zone),
        member,
        coupons: &[],
        remaining: &[],
        delivery: shop.currency.minor(0),
    };
    Some(price(&rules, &context))
}

/// What the shop's clock shows.
pub(crate) fn local(at: Timestamp, zone: &str) -> LocalTime {
    let utc = at.0.div_euclid(60_000);
    let offset = OFFSET.with_borrow_mut(|(known, hour, offset)| {
        if known != zone || *hour != utc.div_euclid(HOUR) {
            *offset = clock::offset_of(zone, at);
            *hour = utc.div_euclid(HOUR);
            zone.clone_into(known);
        }
        *offset
    });
    let minutes = utc + offset;
    let day = Day::since_1970(i32::try_from(minutes.div_euclid(DAY)).unwrap_or(i32::MAX));
    LocalTime { day, minute: u16::try_from(minutes.rem_euclid(DAY)).unwrap_or(0) }
}
