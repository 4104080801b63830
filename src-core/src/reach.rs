//! How far a shop reaches: where it is and when it is open, where it delivers and for how much, until when orders for a
//! time are taken, its sister shops, and the places that its neighbours know by name.

use serde::{Deserialize, Serialize};

use crate::fulfilment::{DeliveryTerms, Mode};
use crate::hours::{LocalTime, OpeningHours};
use crate::id::ShopId;
use crate::money::Money;
use crate::place::{GeoPoint, Polygon};
use crate::refusal::Refusal;
use crate::text::LocalText;
use crate::time::Timestamp;

/// Where a zone is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "shape", rename_all = "snake_case")]
pub enum Area {
    /// All around the shop.
    Radius {
        /// As far as this, as the crow flies.
        metres: u32,
    },
    /// Within these corners.
    Polygon {
        /// One after the other.
        corners: Polygon,
    },
}

impl Area {
    /// How far outside `point` is, in metres; none inside. `shop` is where the shop is.
    fn metres_beyond(&self, shop: GeoPoint, point: GeoPoint) -> u32 {
        match self {
            Self::Radius { metres } => shop.metres_to(point).saturating_sub(*metres),
            Self::Polygon { corners } => corners.metres_beyond(point),
        }
    }
}

/// What bringing something costs up to a distance.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FeeBand {
    /// Up to so many metres from the shop, as the crow flies.
    pub up_to: u32,
    /// For each order.
    pub fee: Money,
}

/// A part of the town to which a shop delivers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeliveryZone {
    /// What people call it.
    pub name: LocalText,
    /// Where it is.
    pub area: Area,
    /// What it costs, by distance, nearest first; at least one. What is farther than the last costs as much as it.
    pub bands: Vec<FeeBand>,
    /// Nothing from this amount of goods on; None for never.
    pub free_from: Option<Money>,
    /// Least amount of goods that is delivered.
    pub minimum: Money,
    /// How long before its start a slot can still be chosen, in minutes; the slot's own rule may ask for more.
    pub lead_minutes: u16,
}

impl DeliveryZone {
    /// What delivery costs at so many metres from the shop.
    fn terms_at(&self, metres: u32) -> Option<DeliveryTerms> {
        let band = self.bands.iter().find(|band| metres <= band.up_to).or(self.bands.last())?;
        Some(DeliveryTerms { fee: band.fee, free_from: self.free_from, minimum: self.minimum })
    }
}

/// What it takes to bring something to one address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Brought<'z> {
    /// The zone that it is in.
    pub zone: &'z DeliveryZone,
    /// How far it is from the shop, in metres.
    pub metres: u32,
    /// What it costs.
    pub terms: DeliveryTerms,
}

/// The zone that is nearest to an address outside all of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Outside<'z> {
    /// The zone.
    pub nearest: &'z DeliveryZone,
    /// How far from its edge, in metres.
    pub metres: u32,
}

impl From<Outside<'_>> for Refusal {
    fn from(outside: Outside<'_>) -> Self {
        Self::OutsideZones { nearest: outside.nearest.name.clone(), metres: outside.metres }
    }
}

/// Until when orders for some times of day are taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cutoff {
    /// For slots of this mode.
    pub mode: Mode,
    /// That start from this minute of the day on.
    pub from: u16,
    /// And before this one, at most 1440.
    pub until: u16,
    /// So many days before the slot's own day.
    pub days_before: u8,
    /// At this minute of that day the last order is taken.
    pub at: u16,
}

impl Cutoff {
    /// When the last order for a slot that starts at `slot` is taken; None where it is not for such a slot.
    pub fn for_slot(&self, mode: Mode, slot: LocalTime) -> Option<LocalTime> {
        let applies = self.mode == mode && (self.from..self.until).contains(&slot.minute);
        applies.then(|| LocalTime { day: slot.day.plus_days(-i32::from(self.days_before)), minute: self.at })
    }
}

/// Where a shop is, and how far it reaches.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Reach {
    /// Where the shop is; None where nobody has said.
    pub location: Option<GeoPoint>,
    /// When it is open; None where nobody has said.
    pub hours: Option<OpeningHours>,
    /// Where it delivers: an address belongs to the first zone that it is in. Empty where the shop's own terms hold for
    /// every address.
    pub zones: Vec<DeliveryZone>,
    /// Until when orders are taken, beside what each slot's rule says.
    pub cutoffs: Vec<Cutoff>,
    /// Whether shoppers are told on which shelf their order stands.
    pub tells_shelf: bool,
}

impl Reach {
    /// What it takes to bring something to `point`. `Ok(None)` where there are no zones: the shop's own terms hold.
    pub fn brings_to(&self, point: GeoPoint) -> Result<Option<Brought<'_>>, Outside<'_>> {
        let Some(shop) = self.location else { return Ok(None) };
        let metres = shop.metres_to(point);
        let mut nearest: Option<Outside<'_>> = None;
        for zone in &self.zones {
            let Some(terms) = zone.terms_at(metres) else { continue };
            let beyond = zone.area.metres_beyond(shop, point);
            if beyond == 0 {
                return Ok(Some(Brought { zone, metres, terms }));
            }
            if nearest.is_none_or(|other| beyond < other.metres) {
                nearest = Some(Outside { nearest: zone, metres: beyond });
            }
        }
        match nearest {
            Some(outside) => Err(outside),
            None => Ok(None),
        }
    }

    /// Whether it is too late at `now` to order for a slot that starts at `slot`, by the cut-offs alone. At the very
    /// minute of a cut-off it is.
    pub fn is_cut_off(&self, mode: Mode, slot: LocalTime, now: LocalTime) -> bool {
        self.cutoffs.iter().filter_map(|cutoff| cutoff.for_slot(mode, slot)).any(|last| now >= last)
    }
}

/// A sister shop of the chain.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Branch {
    /// Its key: its own shop's.
    pub id: ShopId,
    /// Its name.
    pub name: LocalText,
    /// Where it is, in words.
    pub address: LocalText,
    /// Where it is.
    pub location: GeoPoint,
    /// When it is open, on this shop's clock; None where nobody has said.
    pub hours: Option<OpeningHours>,
    /// The address of its own page; empty where it has none.
    pub page: String,
    /// Where it delivers; empty where it does not.
    pub zones: Vec<DeliveryZone>,
    /// Whether orders can be collected there.
    pub picks_up: bool,
}

/// A place that people of the town know by name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Neighbourhood {
    /// What they call it, unlike any other.
    pub name: LocalText,
    /// Where it is, more or less: its middle.
    pub location: GeoPoint,
}

impl Neighbourhood {
    /// Whether somebody who typed `text` may mean it: the whole name, or a part of it, in any language and case.
    pub fn may_be(&self, text: &str) -> bool {
        let text = text.trim().to_lowercase();
        !text.is_empty()
            && [&self.name.en, &self.name.zh].iter().any(|name| name.to_lowercase().contains(&text))
    }

    /// Whether `text` is its whole name, in any language and case.
    pub fn is_called(&self, text: &str) -> bool {
        let text = text.trim().to_lowercase();
        !text.is_empty() && [&self.name.en, &self.name.zh].iter().any(|name| name.to_lowercase() == text)
    }
}

/// The one of `known` that somebody who typed `text` means: the one of that name, else the only one that has it in its
/// name.
pub fn meant<'n>(known: &'n [Neighbourhood], text: &str) -> Option<&'n Neighbourhood> {
    known.iter().find(|place| place.is_called(text)).or_else(|| {
        let mut maybe = known.iter().filter(|place| place.may_be(text));
        maybe.next().filter(|_| maybe.next().is_none())
    })
}

/// Query `shop.branches`: the shops of the chain, this one among them, the nearest first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetBranches {
    /// From where; by name where nobody says. It is kept nowhere.
    #[serde(default)]
    pub near: Option<GeoPoint>,
}

/// Shops of the chain.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Branches {
    /// The nearest first, or by name.
    pub branches: Vec<BranchNear>,
}

/// A shop of the chain, as somebody somewhere sees it now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BranchNear {
    /// Which.
    pub id: ShopId,
    /// Its name.
    pub name: LocalText,
    /// Where it is, in words.
    pub address: LocalText,
    /// Where it is; None where nobody has said.
    pub location: Option<GeoPoint>,
    /// The address of its own page; empty where it has none, or is the shop that answers.
    pub page: String,
    /// Whether it is the shop that answers.
    pub here: bool,
    /// How far away, in metres as the crow flies; None where either place is not known.
    pub metres: Option<u32>,
    /// Whether it is open; None where nobody has said when.
    pub open: Option<bool>,
    /// When that changes: it closes, or it opens. None where it does not, or is not known.
    pub until: Option<Timestamp>,
    /// The name of the zone by which it delivers to where one is; None where it does not, or that is not known.
    pub delivers: Option<LocalText>,
    /// Whether orders can be collected there.
    pub picks_up: bool,
}

/// Query `shop.neighbourhoods`: the places that can be named instead of telling where one is, by name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetNeighbourhoods {}

/// Places by name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Neighbourhoods {
    /// All of them.
    pub neighbourhoods: Vec<Neighbourhood>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::hours::{DAY_MINUTES, Day};
    use crate::money::Currency;
    use crate::place::tests::{anywhere, point};

    fn zone(name: &str, area: Area, fees: &[(u32, i64)]) -> DeliveryZone {
        let yuan = |minor| Currency::CNY.minor(minor);
        DeliveryZone {
            name: LocalText::new(name, ""),
            area,
            bands: fees.iter().map(|(up_to, fee)| FeeBand { up_to: *up_to, fee: yuan(*fee) }).collect(),
            free_from: Some(yuan(9900)),
            minimum: yuan(2000),
            lead_minutes: 45,
        }
    }

    fn reach() -> Reach {
        let corners =
            vec![point(31.20, 121.40), point(31.20, 121.60), point(31.30, 121.60), point(31.30, 121.40)];
        Reach {
            location: Some(point(31.23, 121.47)),
            zones: vec![
                zone("near", Area::Radius { metres: 1_500 }, &[(800, 300), (1_500, 600)]),
                zone("town", Area::Polygon { corners: corners.try_into().unwrap() }, &[(5_000, 900)]),
            ],
            ..Reach::default()
        }
    }

    fn cutoff() -> impl Strategy<Value = Cutoff> {
        (0..DAY_MINUTES, 0..=DAY_MINUTES, 0u8..4, 0..DAY_MINUTES).prop_map(
            |(from, until, days_before, at)| Cutoff { mode: Mode::Delivery, from, until, days_before, at },
        )
    }

    fn moment() -> impl Strategy<Value = LocalTime> {
        (0i32..10, 0..DAY_MINUTES).prop_map(|(days, minute)| LocalTime {
            day: "2026-11-24".parse::<Day>().unwrap().plus_days(days),
            minute,
        })
    }

    proptest! {
        #[test]
        fn an_address_is_brought_to_or_told_how_far_outside_it_is(to in anywhere()) {
            let reach = reach();
            match reach.brings_to(to) {
                Ok(found) => prop_assert!(found.is_some_and(|found| found.zone.bands.iter().any(|band| band.fee == found.terms.fee))),
                Err(outside) => prop_assert!(outside.metres > 0),
            }
        }

        #[test]
        fn farther_never_costs_less_within_a_zone(a in 0u32..9_000, b in 0u32..9_000) {
            let zone = zone("any", Area::Radius { metres: 9_000 }, &[(1_000, 300), (3_000, 600), (6_000, 1_200)]);
            let fee = |metres| zone.terms_at(metres).unwrap().fee.minor;
            prop_assert!(fee(a.min(b)) <= fee(a.max(b)));
        }

        #[test]
        fn what_is_cut_off_stays_so(cutoffs in prop::collection::vec(cutoff(), 0..4), slot in moment(), now in moment(), later in moment()) {
            let reach = Reach { cutoffs, ..Reach::default() };
            let (now, later) = (now.min(later), now.max(later));
            if reach.is_cut_off(Mode::Delivery, slot, now) {
                prop_assert!(reach.is_cut_off(Mode::Delivery, slot, later));
            }
            prop_assert!(!reach.is_cut_off(Mode::Pickup, slot, later), "another way of handing over has no such rule");
            let last = reach.cutoffs.iter().filter_map(|cutoff| cutoff.for_slot(Mode::Delivery, slot)).min();
            prop_assert_eq!(reach.is_cut_off(Mode::Delivery, slot, now), last.is_some_and(|last| now >= last));
        }
    }

    #[test]
    fn the_first_zone_that_holds_an_address_says_the_fee() {
        let reach = reach();
        let fee = |latitude, longitude| {
            let found = reach.brings_to(point(latitude, longitude)).unwrap().unwrap();
            (found.zone.name.en.clone(), found.terms.fee.minor)
        };
        assert_eq!(fee(31.231, 121.47), ("near".into(), 300));
        assert_eq!(fee(31.24, 121.47), ("near".into(), 600));
        assert_eq!(fee(31.25, 121.55), ("town".into(), 900));
        let outside = reach.brings_to(point(31.31, 121.5)).unwrap_err();
        assert_eq!(outside.nearest.name.en, "town");
        assert!((1_100..1_125).contains(&outside.metres), "{}", outside.metres);
    }

    #[test]
    fn a_shop_without_zones_keeps_its_own_terms() {
        assert_eq!(Reach::default().brings_to(point(0.0, 0.0)), Ok(None));
        let nowhere = Reach { location: None, ..reach() };
        assert_eq!(nowhere.brings_to(point(0.0, 0.0)), Ok(None));
        assert_eq!(serde_json::from_str::<Reach>("{}").unwrap(), Reach::default());
    }

    #[test]
    fn tomorrows_morning_is_ordered_until_this_evening() {
        let morning = Cutoff { mode: Mode::Delivery, from: 0, until: 720, days_before: 1, at: 1200 };
        let reach = Reach { cutoffs: vec![morning], ..Reach::default() };
        let at = |day: &str, minute| LocalTime { day: day.parse().unwrap(), minute };
        let slot = at("2026-11-25", 600);
        assert!(!reach.is_cut_off(Mode::Delivery, slot, at("2026-11-24", 1199)));
        assert!(reach.is_cut_off(Mode::Delivery, slot, at("2026-11-24", 1200)));
        assert!(!reach.is_cut_off(Mode::Delivery, at("2026-11-25", 720), at("2026-11-24", 1200)));
    }

    #[test]
    fn a_place_is_found_by_what_people_type() {
        let place =
            |en: &str, zh: &str| Neighbourhood { name: LocalText::new(en, zh), location: point(31.0, 121.0) };
        let known = [place("Plum Gardens", "梅园"), place("Plum", "梅"), place("Mill Bridge", "磨坊桥")];
        let found = |text: &str| meant(&known, text).map(|place| place.name.en.as_str());
        assert_eq!(found(" mill "), Some("Mill Bridge"));
        assert_eq!(found("plum"), Some("Plum"), "a whole name before a part of one");
        assert_eq!(found("磨坊"), Some("Mill Bridge"));
        assert_eq!(found("l"), None, "it may be any of them");
        assert_eq!(found(""), None);
    }
}
