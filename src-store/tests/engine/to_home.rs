use ministore_core::courier::{Arrive, BringBack, FailReason, GetProof, LeaveAtDoor, SetOut, Shelve};
use ministore_core::fulfilment::{Address, Fulfilment, GetSlots, Mode};
use ministore_core::hours::{OpeningHours, WeeklyHours};
use ministore_core::id::{OrderId, ShopId};
use ministore_core::member::{Erase, Export, GetCard, Join};
use ministore_core::order::{
    Accept, Get, GetMine, HandOver, Order, OrderState, Pick, Place, Quote, Ready, Step,
};
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::place::{GeoPoint, Polygon};
use ministore_core::quantity::Measure::Pieces;
use ministore_core::reach::{
    Area, Branch, Cutoff, DeliveryZone, FeeBand, GetBranches, GetNeighbourhoods, Neighbourhood, Reach,
};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::Actor;
use ministore_core::shop::Shop;
use ministore_core::stored_value::TopUp;
use ministore_core::sync::Changed;
use ministore_core::text::LocalText;
use ministore_core::time::Timestamp;
use ministore_store::reach::WholeReach;

use super::test_shop::{MILK, TestShop, WINE, call_id, id, yuan};

/// One pixel.
const PICTURE: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

fn point(latitude: f64, longitude: f64) -> GeoPoint {
    GeoPoint::of_degrees(latitude, longitude).unwrap()
}

fn zone(name: &str, area: Area, bands: &[(u32, i64)], minimum: i64, lead_minutes: u16) -> DeliveryZone {
    DeliveryZone {
        name: LocalText::new(name, name),
        area,
        bands: bands.iter().map(|(up_to, fee)| FeeBand { up_to: *up_to, fee: yuan(*fee) }).collect(),
        free_from: Some(yuan(9900)),
        minimum: yuan(minimum),
        lead_minutes,
    }
}

fn reach() -> Reach {
    let corners =
        vec![point(31.20, 121.40), point(31.20, 121.60), point(31.30, 121.60), point(31.30, 121.40)];
    let corners = Polygon::try_from(corners).unwrap();
    Reach {
        location: Some(point(31.23, 121.47)),
        zones: vec![
            zone("Corner", Area::Radius { metres: 1_500 }, &[(700, 300), (1_500, 600)], 2000, 30),
            zone("Town", Area::Polygon { corners }, &[(9_000, 900)], 4000, 120),
        ],
        ..Reach::default()
    }
}

/// A shop that delivers by zones, with enough milk for everybody.
async fn zoned() -> TestShop {
    let shop = TestShop::open().await;
    change(&shop, |shop| shop.reach = reach()).await;
    shop.import(super::test_shop::PRODUCTS.replace(",9,10,B1,", ",9,60,B1,")).await;
    shop
}

async fn change(shop: &TestShop, change: impl FnOnce(&mut Shop)) {
    let mut changed = shop.shop().await;
    change(&mut changed);
    shop.engine.update_shop(&changed).await.unwrap();
}

/// Near, a kilometre away, in town, and beyond it.
const NEAR: (f64, f64) = (31.231, 121.47);
const FARTHER: (f64, f64) = (31.240, 121.47);
const TOWN: (f64, f64) = (31.25, 121.55);
const BEYOND: (f64, f64) = (31.31, 121.50);

fn to(at: (f64, f64)) -> Option<GeoPoint> {
    Some(point(at.0, at.1))
}

/// So many packs of milk, brought there in the slot of this place among the free ones.
async fn delivery(shop: &TestShop, packs: u32, at: Option<GeoPoint>, slot: usize) -> Place {
    let mut place = shop.basket(&[(MILK, Pieces(packs))]).await;
    let slots = shop.call(Actor::Visitor, GetSlots { mode: Mode::Delivery }).await.unwrap().slots;
    let starts = slots.iter().filter(|slot| slot.left > 0).nth(slot).unwrap().key.starts;
    let address = Address { street: "2 Side Street".to_owned(), note: String::new(), point: at };
    place.fulfilment = Fulfilment::Delivery { starts, address };
    place.contact.phone = "13800000000".to_owned();
    place
}

/// The same at what it costs.
async fn at_its_price(shop: &TestShop, who: Actor, mut place: Place) -> Place {
    let quote = Quote { lines: place.lines.clone(), mode: Mode::Delivery, point: place.fulfilment.point() };
    place.expected_total = shop.call(who, quote).await.unwrap().totals.total;
    place
}

/// Placed, accepted, picked and ready.
async fn ready(shop: &TestShop, who: Actor, staff: Actor, place: Place) -> Order {
    let count = match place.lines[0].measure {
        Pieces(count) => count,
        _ => unreachable!(),
    };
    let order = shop.call(who, place).await.unwrap();
    make_ready(shop, staff, &order, count).await;
    order
}

async fn make_ready(shop: &TestShop, staff: Actor, order: &Order, count: u32) {
    let line = order.lines[0].code;
    let order = order.id;
    shop.call(staff, Accept { order }).await.unwrap();
    shop.call(staff, Pick { order, code: line, count, label: None }).await.unwrap();
    shop.call(staff, Ready { order }).await.unwrap();
}

async fn order(shop: &TestShop, who: Actor, order: OrderId) -> Order {
    shop.call(who, Get { order }).await.unwrap()
}

#[tokio::test]
async fn the_fee_follows_zone_distance_and_basket() {
    let shop = zoned().await;
    let mei = shop.shopper().await;
    for (at, packs, fee) in [(NEAR, 2, 300), (FARTHER, 2, 600), (TOWN, 4, 900), (NEAR, 8, 0), (TOWN, 8, 0)] {
        let place = delivery(&shop, packs, to(at), 2).await;
        let goods = place.expected_total;
        let wrong = shop.call(mei, place.clone()).await;
        let now = goods.plus(yuan(fee)).unwrap();
        if fee > 0 {
            assert_eq!(wrong.unwrap_err(), Refusal::TotalChanged { now }, "{at:?}");
        } else {
            assert_eq!(wrong.unwrap().totals.total, now, "{at:?}");
            continue;
        }
        let quoted = at_its_price(&shop, mei, place.clone()).await;
        assert_eq!(quoted.expected_total, now, "{at:?}");
    }
    let place = at_its_price(&shop, mei, delivery(&shop, 2, to(FARTHER), 0).await).await;
    let placed = shop.call(mei, place).await.unwrap();
    assert_eq!(placed.totals.delivery, yuan(600));
    let kept = order(&shop, mei, placed.id).await;
    assert_eq!(kept.fulfilment.point(), to(FARTHER), "the place is kept with the order");
    assert_eq!(kept, placed);
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn an_address_outside_every_zone_is_told_the_nearest() {
    let shop = zoned().await;
    let mei = shop.shopper().await;
    let place = delivery(&shop, 4, to(BEYOND), 2).await;
    let refused = shop.call(mei, place.clone()).await.unwrap_err();
    let Refusal::OutsideZones { nearest, metres } = &refused else { unreachable!("{refused:?}") };
    assert_eq!(nearest.en, "Town");
    assert!((1_100..1_125).contains(metres), "{metres}");
    let quote = Quote { lines: place.lines.clone(), mode: Mode::Delivery, point: to(BEYOND) };
    assert_eq!(shop.call(mei, quote).await.unwrap_err(), refused, "a quote says it too");
    let far = delivery(&shop, 4, to((-33.9, 151.2)), 2).await;
    assert!(matches!(shop.call(mei, far).await, Err(Refusal::OutsideZones { .. })), "on another continent");
    assert_eq!(shop.call(mei, GetMine {}).await.unwrap().orders, []);
    assert_eq!(shop.product(MILK).await.available, 60, "nothing was taken");
}

#[tokio::test]
async fn an_address_without_a_place_or_with_none_that_is_one_is_refused() {
    let shop = zoned().await;
    let mei = shop.shopper().await;
    let place = delivery(&shop, 4, None, 2).await;
    let refused = shop.call(mei, place.clone()).await.unwrap_err();
    assert!(matches!(&refused, Refusal::Invalid { field, .. } if field == "address.point"), "{refused:?}");

    let sent = Place {
        fulfilment: Fulfilment::Delivery {
            starts: place.fulfilment.slot().unwrap().starts,
            address: Address { street: "Pole".to_owned(), note: String::new(), point: to(NEAR) },
        },
        ..place.clone()
    };
    let body = serde_json::to_string(&sent).unwrap().replace("31231000", "91000000");
    assert!(body.contains("91000000"));
    let refused = shop.engine.call_json("order.place", &mei, call_id(), body.as_bytes()).await.unwrap_err();
    assert!(matches!(&refused, Refusal::Invalid { field, .. } if field == "body"), "{refused:?}");
    let body = br#"{"near":{"latitude":0,"longitude":180000001}}"#;
    let refused = shop.engine.call_json("shop.branches", &mei, call_id(), body).await.unwrap_err();
    assert!(matches!(&refused, Refusal::Invalid { field, .. } if field == "body"), "{refused:?}");

    // A shop without zones asks for no place.
    change(&shop, |shop| shop.reach = Reach::default()).await;
    let mut place = place;
    place.expected_total = place.expected_total.plus(yuan(600)).unwrap();
    assert_eq!(shop.call(mei, place).await.unwrap().totals.delivery, yuan(600));
}

#[tokio::test]
async fn each_zone_has_its_own_least_amount() {
    let shop = zoned().await;
    let mei = shop.shopper().await;
    let small = at_its_price(&shop, mei, delivery(&shop, 2, to(TOWN), 2).await).await;
    assert_eq!(shop.call(mei, small).await.unwrap_err(), Refusal::BelowMinimum { minimum: yuan(4000) });
    let small = at_its_price(&shop, mei, delivery(&shop, 2, to(NEAR), 2).await).await;
    assert_eq!(shop.call(mei, small).await.unwrap().totals.delivery, yuan(300));
}

#[tokio::test]
async fn a_slot_that_has_just_closed_is_refused() {
    let shop = zoned().await;
    let mei = shop.shopper().await;
    // The zone's lead time is two hours, the slot's own rule asks for half an hour.
    let near = at_its_price(&shop, mei, delivery(&shop, 4, to(NEAR), 0).await).await;
    let town = at_its_price(&shop, mei, delivery(&shop, 4, to(TOWN), 0).await).await;
    assert_eq!(near.fulfilment.slot(), town.fulfilment.slot());
    assert_eq!(shop.call(mei, town).await.unwrap_err(), Refusal::SlotClosed);
    // It closes while somebody fills in the page.
    let starts = near.fulfilment.slot().unwrap().starts.0;
    let now = super::test_shop::MONDAY_9;
    shop.pass((starts - now) / super::test_shop::MINUTE - 30);
    let last = Place { order: id(), ..near.clone() };
    assert_eq!(shop.call(mei, last).await.unwrap().state, OrderState::Placed, "in the last minute");
    shop.pass(1);
    assert_eq!(shop.call(mei, near).await.unwrap_err(), Refusal::SlotClosed);
}

#[tokio::test]
async fn a_cut_off_closes_tomorrows_morning() {
    let shop = zoned().await;
    let mei = shop.shopper().await;
    let cutoff = Cutoff { mode: Mode::Delivery, from: 0, until: 14 * 60, days_before: 1, at: 20 * 60 };
    let starts = |slots: Vec<ministore_core::fulfilment::Slot>| {
        slots.into_iter().map(|slot| slot.key.starts).collect::<Vec<Timestamp>>()
    };
    let before = starts(shop.call(mei, GetSlots { mode: Mode::Delivery }).await.unwrap().slots);
    change(&shop, |shop| shop.reach.cutoffs = vec![cutoff]).await;
    let after = starts(shop.call(mei, GetSlots { mode: Mode::Delivery }).await.unwrap().slots);
    assert!(after.len() < before.len(), "today's morning was to be ordered yesterday");
    let day = 24 * 60 * super::test_shop::MINUTE;
    let tomorrow = |slots: &[Timestamp]| {
        // Midnight in Shanghai, nine hours before Monday 09:00.
        let midnight = super::test_shop::MONDAY_9 + 15 * 60 * super::test_shop::MINUTE;
        slots.iter().filter(|at| (midnight..midnight + day).contains(&at.0)).count()
    };
    assert_eq!(tomorrow(&after), tomorrow(&before));
    let first_tomorrow =
        after.iter().position(|at| at.0 > super::test_shop::MONDAY_9 + day - 9 * 60 * 60_000);
    let place = delivery(&shop, 4, to(NEAR), first_tomorrow.unwrap()).await;
    let place = at_its_price(&shop, mei, place).await;
    shop.pass(11 * 60);
    let late = starts(shop.call(mei, GetSlots { mode: Mode::Delivery }).await.unwrap().slots);
    assert!(tomorrow(&late) < tomorrow(&before), "it is 20:00");
    assert_eq!(shop.call(mei, place).await.unwrap_err(), Refusal::SlotClosed);
    let pickups = shop.call(mei, GetSlots { mode: Mode::Pickup }).await.unwrap().slots;
    assert!(!pickups.is_empty(), "pickups have no such rule");
}

#[tokio::test]
async fn a_courier_goes_round_and_those_behind_hear_of_it() {
    let shop = zoned().await;
    let (mei, lee, staff) = (shop.shopper().await, shop.shopper().await, shop.cashier().await);
    let far = at_its_price(&shop, mei, delivery(&shop, 4, to(TOWN), 2).await).await;
    let far = ready(&shop, mei, staff, far).await;
    let near = at_its_price(&shop, lee, delivery(&shop, 2, to(NEAR), 0).await).await;
    let near = ready(&shop, lee, staff, near).await;

    let asked = vec![far.id, near.id];
    let round = shop.call(staff, SetOut { orders: asked }).await.unwrap();
    assert_eq!(round.stops, [near.id, far.id], "the nearest first");
    let before = |order: Order| (order.state, order.handling.stops_before);
    assert_eq!(before(order(&shop, lee, near.id).await), (OrderState::OnItsWay, Some(0)));
    assert_eq!(before(order(&shop, mei, far.id).await), (OrderState::OnItsWay, Some(1)));

    let seen = shop.engine.newest_change().await.unwrap();
    let code = near.pickup.unwrap();
    let handed = HandOver { order: near.id, code, cash: Some(near.totals.total) };
    let handed = shop.call(staff, handed).await.unwrap();
    assert_eq!(before(handed.order), (OrderState::HandedOver, None));
    assert_eq!(before(order(&shop, mei, far.id).await), (OrderState::OnItsWay, Some(0)));
    let told = shop.engine.events_after(&mei, seen, 10).await.unwrap();
    let of_mine = |what: &Changed| matches!(what, Changed::Order { order, .. } if *order == far.id);
    assert!(told.iter().any(|event| of_mine(&event.what)), "the one behind is told: {told:?}");
    assert!(!told.iter().any(|event| matches!(event.what, Changed::Order { order, .. } if order == near.id)));

    // Nobody there: it is at the shop again, and may go out once more.
    let back = BringBack { order: far.id, reason: FailReason::NobodyThere };
    let call = call_id();
    let first = shop.engine.call(&staff, call, back).await.unwrap();
    assert_eq!(shop.engine.call(&staff, call, back).await.unwrap(), first, "sent twice, done once");
    let mine = order(&shop, mei, far.id).await;
    assert_eq!(before(mine.clone()), (OrderState::Ready, None));
    let reasons: Vec<_> = mine.handling.attempts.iter().map(|attempt| attempt.reason).collect();
    assert_eq!(reasons, [FailReason::NobodyThere]);
    let again = shop.call(staff, back).await.unwrap_err();
    assert_eq!(again, Refusal::WrongStep { state: OrderState::Ready, step: Step::BringBack });
    shop.call(staff, SetOut { orders: vec![far.id] }).await.unwrap();
    let code = far.pickup.unwrap();
    let done = HandOver { order: far.id, code, cash: Some(far.totals.total) };
    assert_eq!(shop.call(staff, done).await.unwrap().order.handling.attempts.len(), 1);
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_courier_sets_out_with_all_or_with_none() {
    let shop = zoned().await;
    let (mei, staff) = (shop.shopper().await, shop.cashier().await);
    let first = at_its_price(&shop, mei, delivery(&shop, 2, to(NEAR), 0).await).await;
    let first = ready(&shop, mei, staff, first).await;
    let second = at_its_price(&shop, mei, delivery(&shop, 2, to(NEAR), 0).await).await;
    let second = shop.call(mei, second).await.unwrap();
    let both = shop.call(staff, SetOut { orders: vec![first.id, second.id] }).await.unwrap_err();
    assert_eq!(both, Refusal::WrongStep { state: OrderState::Placed, step: Step::Dispatch });
    assert_eq!(order(&shop, mei, first.id).await.state, OrderState::Ready);
    let pickup = shop.order(mei, &[(MILK, Pieces(1))]).await;
    make_ready(&shop, staff, &pickup, 1).await;
    let refused = shop.call(staff, SetOut { orders: vec![pickup.id] }).await.unwrap_err();
    assert!(matches!(refused, Refusal::WrongStep { .. }), "nobody brings what is collected");
    for orders in [vec![], vec![first.id; 31]] {
        let refused = shop.call(staff, SetOut { orders }).await.unwrap_err();
        assert!(matches!(refused, Refusal::Invalid { .. }), "{refused:?}");
    }
    for orders in [vec![id()], vec![first.id, first.id]] {
        let refused = shop.call(staff, SetOut { orders }).await.unwrap_err();
        assert_eq!(refused, Refusal::NotFound { what: Thing::Order });
    }
    let strange = BringBack { order: id(), reason: FailReason::Refused };
    assert_eq!(shop.call(staff, strange).await.unwrap_err(), Refusal::NotFound { what: Thing::Order });
}

#[tokio::test]
async fn what_is_left_at_a_door_is_proved_to_its_shopper_alone() {
    let shop = zoned().await;
    let (mei, lee, staff) = (shop.shopper().await, shop.shopper().await, shop.cashier().await);
    let leave = |order, picture: &str| LeaveAtDoor { order, picture: picture.to_owned() };
    let paid = at_its_price(&shop, mei, delivery(&shop, 2, to(NEAR), 0).await).await;
    let paid = ready(&shop, mei, staff, Place { tender: Tender::DemoWallet, ..paid }).await;
    let early = shop.call(staff, leave(paid.id, PICTURE)).await.unwrap_err();
    assert_eq!(early, Refusal::WrongStep { state: OrderState::Ready, step: Step::HandOver });
    shop.call(staff, SetOut { orders: vec![paid.id] }).await.unwrap();
    for none in ["", "bm8gcGljdHVyZQ==", "<svg/>"] {
        let refused = shop.call(staff, leave(paid.id, none)).await.unwrap_err();
        assert!(matches!(&refused, Refusal::Invalid { field, .. } if field == "picture"), "{refused:?}");
    }
    let unknown = GetProof { order: paid.id };
    assert_eq!(shop.call(mei, unknown).await.unwrap_err(), Refusal::NotFound { what: Thing::Order });
    let call = call_id();
    let left = shop.engine.call(&staff, call, leave(paid.id, PICTURE)).await.unwrap();
    assert_eq!(left.state, OrderState::HandedOver);
    assert!(left.handling.left_at_door.is_some());
    assert_eq!(shop.engine.call(&staff, call, leave(paid.id, PICTURE)).await.unwrap(), left);

    let proof = shop.call(mei, GetProof { order: paid.id }).await.unwrap();
    assert_eq!(Some(proof.at), left.handling.left_at_door);
    assert!(proof.jpeg.starts_with("/9j/"), "a JPEG in Base64");
    assert_eq!(shop.call(staff, GetProof { order: paid.id }).await.unwrap(), proof);
    let refused = shop.call(lee, GetProof { order: paid.id }).await.unwrap_err();
    assert_eq!(refused, Refusal::NotFound { what: Thing::Order });
    assert_eq!(shop.call(mei, Export {}).await.unwrap().pictures, [proof]);

    // Cash is taken from a hand, and wine is given to one.
    let cash = at_its_price(&shop, mei, delivery(&shop, 2, to(NEAR), 0).await).await;
    let cash = ready(&shop, mei, staff, cash).await;
    shop.call(staff, SetOut { orders: vec![cash.id] }).await.unwrap();
    let due = cash.totals.total;
    let refused = shop.call(staff, leave(cash.id, PICTURE)).await.unwrap_err();
    assert_eq!(refused, Refusal::PaymentDue { due });
    let code_shown = cash.pickup.unwrap();
    shop.call(staff, HandOver { order: cash.id, code: code_shown, cash: Some(due) }).await.unwrap();
    let mut wine = delivery(&shop, 2, to(NEAR), 0).await;
    wine.lines = shop.basket(&[(WINE, Pieces(1))]).await.lines;
    let wine = at_its_price(&shop, mei, Place { tender: Tender::DemoWallet, ..wine }).await;
    let wine = ready(&shop, mei, staff, wine).await;
    shop.call(staff, SetOut { orders: vec![wine.id] }).await.unwrap();
    let refused = shop.call(staff, leave(wine.id, PICTURE)).await.unwrap_err();
    assert_eq!(refused, Refusal::NotAtDoor { min_age: 18 });
    let code_shown = wine.pickup.unwrap();
    shop.call(staff, HandOver { order: wine.id, code: code_shown, cash: None }).await.unwrap();

    // Forgotten with the shopper.
    shop.call(mei, Erase {}).await.unwrap();
    let gone = shop.call(staff, GetProof { order: paid.id }).await.unwrap_err();
    assert_eq!(gone, Refusal::NotFound { what: Thing::Order });
    let kept = order(&shop, staff, paid.id).await;
    assert_eq!((kept.fulfilment.point(), kept.handling), (None, Default::default()));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_shopper_says_to_be_there_and_staff_where_it_stands() {
    let shop = zoned().await;
    let (mei, lee, staff) = (shop.shopper().await, shop.shopper().await, shop.cashier().await);
    let placed = shop.order(mei, &[(MILK, Pieces(2))]).await;
    make_ready(&shop, staff, &placed, 2).await;
    let seen = shop.engine.newest_change().await.unwrap();
    let here = shop.call(mei, Arrive { order: placed.id }).await.unwrap();
    let since = here.handling.arrived.unwrap();
    shop.pass(3);
    let again = shop.call(mei, Arrive { order: placed.id }).await.unwrap();
    assert_eq!(again.handling.arrived, Some(since), "the first time counts");
    let told = shop.engine.events_after(&staff, seen, 10).await.unwrap();
    assert!(!told.is_empty(), "staff hears of it");
    let strange = shop.call(lee, Arrive { order: placed.id }).await.unwrap_err();
    assert_eq!(strange, Refusal::NotFound { what: Thing::Order });

    let shelve = |shelf: &str| Shelve { order: placed.id, shelf: shelf.to_owned() };
    shop.call(staff, shelve(" B 7 ")).await.unwrap();
    assert_eq!(order(&shop, mei, placed.id).await.handling.shelf.as_deref(), Some("B 7"));
    for wrong in ["0123456789abc", "A\n1"] {
        let refused = shop.call(staff, shelve(wrong)).await.unwrap_err();
        assert!(matches!(&refused, Refusal::Invalid { field, .. } if field == "shelf"), "{refused:?}");
    }
    shop.call(staff, shelve("")).await.unwrap();
    assert_eq!(order(&shop, staff, placed.id).await.handling.shelf, None);
    let brought = at_its_price(&shop, mei, delivery(&shop, 2, to(NEAR), 0).await).await;
    let brought = shop.call(mei, brought).await.unwrap();
    let refused = shop.call(mei, Arrive { order: brought.id }).await.unwrap_err();
    assert!(matches!(refused, Refusal::WrongStep { .. }), "a delivery is waited for at home");
}

fn branch(name: &str, at: (f64, f64), hours: Option<OpeningHours>, zones: Vec<DeliveryZone>) -> Branch {
    Branch {
        id: id(),
        name: LocalText::new(name, ""),
        address: LocalText::default(),
        location: point(at.0, at.1),
        hours,
        page: "https://sister.example/".to_owned(),
        zones,
        picks_up: true,
    }
}

fn weekdays(opens: u16, closes: u16) -> OpeningHours {
    let weekly = (1..=5).map(|weekday| WeeklyHours { weekday, opens: opens * 60, closes: closes * 60 });
    OpeningHours { weekly: weekly.collect(), exceptions: Vec::new() }
}

#[tokio::test]
async fn shops_of_the_chain_are_told_nearest_first_with_their_hours() {
    let shop = zoned().await;
    change(&shop, |shop| shop.reach.hours = Some(weekdays(8, 22))).await;
    let around = vec![zone("Hill", Area::Radius { metres: 3_000 }, &[(3_000, 500)], 0, 0)];
    let branches = [
        branch("Hill", (31.305, 121.5), Some(weekdays(10, 18)), around),
        branch("Station", (31.20, 121.40), None, Vec::new()),
    ];
    let whole = WholeReach { branches: branches.to_vec(), ..shop.engine.whole_reach().await.unwrap() };
    shop.engine.set_whole_reach(&whole).await.unwrap();
    let told = shop.call(Actor::Visitor, GetBranches { near: to(BEYOND) }).await.unwrap().branches;
    let names: Vec<_> = told.iter().map(|branch| branch.name.en.as_str()).collect();
    assert_eq!(names, ["Hill", "Corner", "Station"]);
    let distances: Vec<_> = told.iter().map(|branch| branch.metres.unwrap()).collect();
    assert!(distances.is_sorted() && distances[0] < 600, "{distances:?}");
    // It is Monday, 09:00.
    assert_eq!((told[0].open, told[1].open, told[2].open), (Some(false), Some(true), None));
    let hour = 60 * super::test_shop::MINUTE;
    assert_eq!(told[0].until, Some(Timestamp(super::test_shop::MONDAY_9 + hour)));
    assert_eq!(told[1].until, Some(Timestamp(super::test_shop::MONDAY_9 + 13 * hour)));
    let delivers: Vec<_> = told.iter().map(|branch| branch.delivers.clone().map(|zone| zone.en)).collect();
    assert_eq!(delivers, [Some("Hill".to_owned()), None, None]);
    assert_eq!(told.iter().map(|branch| branch.here).collect::<Vec<_>>(), [false, true, false]);

    let told = shop.call(Actor::Visitor, GetBranches::default()).await.unwrap().branches;
    let names: Vec<_> = told.iter().map(|branch| (branch.name.en.as_str(), branch.metres)).collect();
    assert_eq!(names, [("Corner", None), ("Hill", None), ("Station", None)]);

    // What makes no sense changes nothing.
    let own = Branch { id: shop.shop().await.id, ..branches[0].clone() };
    let script = Branch { page: "javascript:alert(1)".to_owned(), ..branch("X", NEAR, None, Vec::new()) };
    let never = Branch { hours: Some(weekdays(20, 10)), ..branch("X", NEAR, None, Vec::new()) };
    let twice = branches[0].clone();
    for wrong in [vec![own], vec![script], vec![never], vec![twice.clone(), twice]] {
        let wrong = WholeReach { branches: wrong, delivery: None, reach: Reach::default(), ..whole.clone() };
        let refused = shop.engine.set_whole_reach(&wrong).await.unwrap_err();
        assert!(matches!(refused, Refusal::Invalid { .. }), "{refused:?}");
    }
    assert_eq!(shop.engine.whole_reach().await.unwrap(), whole, "nor half of it");
    assert_eq!(shop.call(Actor::Visitor, GetBranches::default()).await.unwrap().branches.len(), 3);
    let ids: Vec<ShopId> = told.iter().map(|branch| branch.id).collect();
    assert!(ids.contains(&branches[0].id));
}

#[tokio::test]
async fn neighbourhoods_are_told_by_name() {
    let shop = zoned().await;
    let place =
        |en: &str, zh: &str| Neighbourhood { name: LocalText::new(en, zh), location: point(31.0, 121.0) };
    let places = [place("Plum Lane", "梅巷"), place("Mill Bridge", "磨坊桥")];
    let whole = WholeReach { neighbourhoods: places.to_vec(), ..shop.engine.whole_reach().await.unwrap() };
    shop.engine.set_whole_reach(&whole).await.unwrap();
    let told = shop.call(Actor::Visitor, GetNeighbourhoods {}).await.unwrap().neighbourhoods;
    assert_eq!(told, [places[1].clone(), places[0].clone()]);
    for wrong in [vec![place("", "")], vec![place("A", ""), place("A", "")]] {
        let wrong = WholeReach { neighbourhoods: wrong, ..whole.clone() };
        let refused = shop.engine.set_whole_reach(&wrong).await.unwrap_err();
        assert!(matches!(refused, Refusal::Invalid { .. }), "{refused:?}");
    }
    assert_eq!(shop.call(Actor::Visitor, GetNeighbourhoods {}).await.unwrap().neighbourhoods.len(), 2);
}

#[tokio::test]
async fn a_reach_that_makes_no_sense_is_not_taken_over() {
    let shop = zoned().await;
    let before = shop.shop().await;
    type Change = fn(&mut Shop);
    let wrongs: [Change; 7] = [
        |shop| shop.reach.location = None,
        |shop| shop.delivery = None,
        |shop| shop.reach.zones[0].bands.clear(),
        |shop| shop.reach.zones[0].bands.reverse(),
        |shop| shop.reach.zones[1].minimum = yuan(-1),
        |shop| shop.reach.hours = Some(weekdays(9, 25)),
        |shop| {
            let cutoff = Cutoff { mode: Mode::Delivery, from: 60, until: 60, days_before: 0, at: 0 };
            shop.reach.cutoffs.push(cutoff);
        },
    ];
    for wrong in wrongs {
        let mut changed = before.clone();
        wrong(&mut changed);
        let refused = shop.engine.update_shop(&changed).await.unwrap_err();
        assert!(matches!(refused, Refusal::Invalid { .. }), "{refused:?}");
    }
    assert_eq!(shop.shop().await, before);
}

#[tokio::test]
async fn what_was_set_aside_is_taken_when_the_goods_are_left_at_the_door() {
    let shop = zoned().await;
    let (mei, staff) = (shop.shopper().await, shop.cashier().await);
    let card = shop.call(mei, Join { member: id() }).await.unwrap();
    let cash = TopUp { top_up: id(), number: card.number, amount: yuan(20_000) };
    shop.call(staff, cash).await.unwrap();
    let place = at_its_price(&shop, mei, delivery(&shop, 2, to(NEAR), 0).await).await;
    let order = ready(&shop, mei, staff, Place { tender: Tender::StoredValue, ..place }).await;
    assert_eq!(order.payment.state, PaymentState::Authorised);
    shop.call(staff, SetOut { orders: vec![order.id] }).await.unwrap();
    let left = LeaveAtDoor { order: order.id, picture: PICTURE.to_owned() };
    let left = shop.call(staff, left).await.unwrap();
    let total = order.totals.total;
    assert_eq!((left.payment.state, left.payment.captured), (PaymentState::Captured, total));
    let there = shop.call(mei, GetCard {}).await.unwrap().unwrap().stored.unwrap().money;
    assert_eq!((there.balance.minor, there.held.minor), (20_000 - total.minor, 0));
    shop.assert_ledgers_agree().await;
}
