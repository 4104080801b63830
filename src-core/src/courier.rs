//! Bringing orders to doors: the way round, what happened at each door, and what is noted of an order beside its steps.

use serde::{Deserialize, Serialize};

use crate::id::OrderId;
use crate::order::Order;
use crate::place::GeoPoint;
use crate::time::Timestamp;

/// The most orders that one courier sets out with.
pub const MOST_STOPS: usize = 30;

/// The largest picture of a door that is taken, in bytes: several times what the counter's page sends.
pub const MOST_PICTURE: usize = 700_000;

/// The longest name of a shelf, in characters.
pub const LONGEST_SHELF: usize = 12;

/// The order in which `stops` are to be visited from `start`, each of their places once: always the nearest next (which
/// is the start of J. J. Bentley, "Fast algorithms for geometric travelling salesman problems", 1992), then pairs of legs
/// are swapped while that makes the whole way shorter (G. A. Croes, "A method for solving traveling-salesman problems",
/// 1958). The way does not lead back. Ends: each swap makes a sum of whole metres less.
pub fn route(start: GeoPoint, stops: &[GeoPoint]) -> Vec<usize> {
    let mut way = nearest_next(start, stops);
    while let Some(shorter) = untangled(start, stops, &way) {
        way = shorter;
    }
    way
}

fn nearest_next(start: GeoPoint, stops: &[GeoPoint]) -> Vec<usize> {
    let mut left: Vec<usize> = (0..stops.len()).collect();
    let mut way = Vec::with_capacity(stops.len());
    let mut here = start;
    while let Some(next) = (0..left.len()).min_by_key(|at| (here.metres_to(stops[left[*at]]), left[*at])) {
        let stop = left.remove(next);
        here = stops[stop];
        way.push(stop);
    }
    way
}

/// The first way with a stretch turned round that is shorter; None where there is none.
fn untangled(start: GeoPoint, stops: &[GeoPoint], way: &[usize]) -> Option<Vec<usize>> {
    let length = metres(start, stops, way);
    (0..way.len()).find_map(|from| {
        (from + 1..way.len()).find_map(|to| {
            let mut turned = way.to_vec();
            turned[from..=to].reverse();
            (metres(start, stops, &turned) < length).then_some(turned)
        })
    })
}

/// How long a way is, in metres as the crow flies.
pub fn metres(start: GeoPoint, stops: &[GeoPoint], way: &[usize]) -> u64 {
    let mut here = start;
    let legs = way.iter().map(|stop| {
        let leg = here.metres_to(stops[*stop]);
        here = stops[*stop];
        u64::from(leg)
    });
    legs.sum()
}

/// The order in which a courier who starts at `shop` goes to `orders`: by [`route`] where it is known where they are, then
/// those of which it is not known, by their slots.
pub fn round(shop: Option<GeoPoint>, orders: &[Order]) -> Vec<OrderId> {
    let mut known = Vec::new();
    let mut unknown = Vec::new();
    for order in orders {
        match order.fulfilment.point() {
            Some(point) => known.push((order, point)),
            None => unknown.push(order),
        }
    }
    let points: Vec<GeoPoint> = known.iter().map(|(_, point)| *point).collect();
    let start = shop.or(points.first().copied());
    let way = start.map(|start| route(start, &points)).unwrap_or_default();
    unknown.sort_by_key(|order| (order.milestones.first().map(|placed| placed.at), order.number));
    way.into_iter().map(|at| known[at].0.id).chain(unknown.into_iter().map(|order| order.id)).collect()
}

/// Why goods came back.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FailReason {
    /// The courier rang and nobody came.
    NobodyThere,
    /// There is no such address, or nobody of that name.
    WrongAddress,
    /// They did not want it.
    Refused,
}

impl FailReason {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::NobodyThere, Self::WrongAddress, Self::Refused];
}

/// A courier who came back with the goods.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: FailReason,
}

/// What is noted of an order's handing over beside its steps.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Handling {
    /// Since when the shopper says to be at the shop.
    pub arrived: Option<Timestamp>,
    /// On which shelf it stands.
    pub shelf: Option<String>,
    /// When a courier came back with it, oldest first.
    pub attempts: Vec<Attempt>,
    /// While it is on its way: how many doors come before. None where its courier brings it alone.
    pub stops_before: Option<u32>,
    /// When it was left at the door, with a picture as proof.
    pub left_at_door: Option<Timestamp>,
}

/// Request `order.arrive`: the shopper is at the shop to collect it. Twice is once: the first time counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Arrive {
    /// Which.
    pub order: OrderId,
}

/// Request `order.shelve`: staff says on which shelf it stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Shelve {
    /// Which.
    pub order: OrderId,
    /// The shelf's name, up to 12 characters; empty for none.
    #[cfg_attr(feature = "schema", schemars(length(max = LONGEST_SHELF)))]
    pub shelf: String,
}

/// Request `courier.set_out`: a courier leaves with these orders, all of which are ready to be delivered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SetOut {
    /// 1 to 30 of them, in any order: the hub says the way round.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = MOST_STOPS)))]
    pub orders: Vec<OrderId>,
}

/// The way round.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Round {
    /// The orders as they are to be visited.
    pub stops: Vec<OrderId>,
}

/// Request `courier.bring_back`: the courier could not hand it over; it is at the shop again.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BringBack {
    /// Which.
    pub order: OrderId,
    /// Why.
    pub reason: FailReason,
}

/// Request `courier.leave_at_door`: the courier left it at the door, and took a picture of that. Nothing may be due, and
/// nothing in it may be for grown-ups only.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LeaveAtDoor {
    /// Which.
    pub order: OrderId,
    /// A JPEG, PNG or WebP of at most 700 000 bytes and 4096 by 4096 pixels, in Base64 (RFC 4648, section 4). The hub
    /// draws it anew, so that nothing is kept but what is seen: no place, no time, no camera.
    pub picture: String,
}

/// Query `courier.proof`: the picture of an order at its door; a shopper sees only their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetProof {
    /// Of which order.
    pub order: OrderId,
}

/// A picture of goods at a door.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Proof {
    /// Of which order.
    pub order: OrderId,
    /// When it was left there.
    pub at: Timestamp,
    /// A JPEG in Base64 (RFC 4648, section 4).
    pub jpeg: String,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::place::tests::{anywhere, point};

    fn town() -> impl Strategy<Value = GeoPoint> {
        (31.10f64..31.40, 121.30f64..121.70).prop_map(|(latitude, longitude)| point(latitude, longitude))
    }

    proptest! {
        #[test]
        fn a_way_round_visits_each_door_once(start in anywhere(), stops in prop::collection::vec(anywhere(), 0..12)) {
            let mut way = route(start, &stops);
            way.sort_unstable();
            prop_assert_eq!(way, (0..stops.len()).collect::<Vec<_>>());
        }

        #[test]
        fn a_way_round_is_never_longer_than_going_to_the_nearest_next(start in town(), stops in prop::collection::vec(town(), 0..MOST_STOPS)) {
            let length = metres(start, &stops, &route(start, &stops));
            prop_assert!(length <= metres(start, &stops, &nearest_next(start, &stops)));
        }

        #[test]
        fn turning_a_stretch_of_it_round_makes_it_no_shorter(start in town(), stops in prop::collection::vec(town(), 2..10), from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()) {
            let way = route(start, &stops);
            let (from, to) = (from.index(way.len()), to.index(way.len()));
            let mut turned = way.clone();
            turned[from.min(to)..=from.max(to)].reverse();
            prop_assert!(metres(start, &stops, &way) <= metres(start, &stops, &turned));
        }
    }

    #[test]
    fn a_street_is_walked_from_end_to_end() {
        let doors = [0.030, 0.010, 0.020, 0.040].map(|east| point(31.2, 121.4 + east));
        assert_eq!(route(point(31.2, 121.4), &doors), [1, 2, 0, 3]);
    }
}
