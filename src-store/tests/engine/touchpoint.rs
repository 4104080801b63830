//! Touchpoints: who comes by one is counted once a day, what they do within a week counts for the last one, and who it was is
//! forgotten after that.

use ministore_core::coupon::ClaimCoupon;
use ministore_core::member::{Erase, Join};
use ministore_core::order::{Cancel, CancelReason};
use ministore_core::quantity::Measure::Pieces;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::{Actor, StaffRole};
use ministore_core::touchpoint::{
    COUNTS_DAYS, Entrance, Footfall, GetTouchpoints, Leads, SaveTouchpoint, StopTouchpoint, Touchpoint,
    TouchpointCode, Visit,
};

use super::coupon::{TERMS, put_up};
use super::test_shop::{MILK, TestShop, id, yuan};

/// In minutes.
const A_DAY: i64 = 24 * 60;

async fn manager(shop: &TestShop) -> Actor {
    let Actor::Staff { device, session, staff, .. } = shop.cashier().await else { unreachable!() };
    Actor::Staff { device, session, staff, role: StaffRole::Manager }
}

/// One that was set up, as it is listed.
async fn set_up(shop: &TestShop, manager: Actor, name: &str) -> Touchpoint {
    let save = SaveTouchpoint { touchpoint: id(), name: name.to_owned(), leads: Leads::Coupons };
    let all = shop.call(manager, save.clone()).await.unwrap();
    all.touchpoints.into_iter().find(|one| one.id == save.touchpoint).unwrap()
}

async fn comes(shop: &TestShop, shopper: Actor, code: &TouchpointCode) {
    shop.call(shopper, Visit { code: code.clone() }).await.unwrap();
}

async fn came(shop: &TestShop, manager: Actor, of: &Touchpoint) -> Footfall {
    let all = shop.call(manager, GetTouchpoints {}).await.unwrap();
    all.touchpoints.iter().find(|one| one.id == of.id).unwrap().footfall
}

#[tokio::test]
async fn what_they_do_counts_for_the_last_one_that_they_came_by() {
    let shop = TestShop::open().await;
    let manager = manager(&shop).await;
    let promotion = put_up(&shop, manager, TERMS).await;
    let (poster, leaflet) = (set_up(&shop, manager, "Poster").await, set_up(&shop, manager, "Leaflet").await);
    assert_ne!(poster.code, leaflet.code);
    let nothing = Footfall::none(yuan(0).currency);
    assert_eq!((poster.footfall, leaflet.footfall), (nothing, nothing));

    let (mei, tom, ann) = (shop.shopper().await, shop.shopper().await, shop.shopper().await);
    for _ in 0..3 {
        comes(&shop, mei, &poster.code).await;
    }
    comes(&shop, tom, &poster.code).await;
    shop.pass(1);
    comes(&shop, tom, &leaflet.code).await;
    shop.call(mei, Join { member: id() }).await.unwrap();
    shop.call(mei, ClaimCoupon { coupon: id(), promotion, after: None }).await.unwrap();
    let order = shop.order(mei, &[(MILK, Pieces(2))]).await;
    let dropped = shop.order(tom, &[(MILK, Pieces(1))]).await;
    let kept = shop.order(tom, &[(MILK, Pieces(1))]).await;
    shop.pass(A_DAY);
    shop.order(ann, &[(MILK, Pieces(1))]).await;
    shop.call(tom, Cancel { order: dropped.id, reason: CancelReason::ChangedMind }).await.unwrap();

    let of_poster = came(&shop, manager, &poster).await;
    let expected =
        Footfall { visits: 2, joins: 1, orders: 1, turnover: order.totals.total, coupons: 1, redeemed: 0 };
    assert_eq!(of_poster, expected, "each device once a day");
    let of_leaflet = came(&shop, manager, &leaflet).await;
    let expected = Footfall { visits: 1, orders: 1, turnover: kept.totals.total, ..nothing };
    assert_eq!(of_leaflet, expected, "a cancelled order brings nothing");
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn after_a_week_it_counts_no_more_and_on_another_day_they_came_again() {
    let shop = TestShop::open().await;
    let manager = manager(&shop).await;
    let poster = set_up(&shop, manager, "Poster").await;
    let (mei, tom) = (shop.shopper().await, shop.shopper().await);
    comes(&shop, mei, &poster.code).await;
    shop.pass(A_DAY + 60);
    comes(&shop, mei, &poster.code).await;
    assert_eq!(came(&shop, manager, &poster).await.visits, 2);
    shop.pass(COUNTS_DAYS * A_DAY + 60);
    shop.call(mei, Join { member: id() }).await.unwrap();
    // Who else comes is what makes the shop forget; nothing of the count goes with it.
    comes(&shop, tom, &poster.code).await;
    shop.call(mei, Erase {}).await.unwrap();
    let now = came(&shop, manager, &poster).await;
    assert_eq!((now.visits, now.joins), (3, 0));
}

#[tokio::test]
async fn entrances_count_without_being_set_up_and_codes_of_nobody_do_not() {
    let shop = TestShop::open().await;
    let manager = manager(&shop).await;
    let mei = shop.shopper().await;
    comes(&shop, mei, &"nobody77".parse().unwrap()).await;
    comes(&shop, mei, &Entrance::Till.code()).await;
    shop.call(mei, Join { member: id() }).await.unwrap();
    let all = shop.call(manager, GetTouchpoints {}).await.unwrap();
    assert_eq!(all.touchpoints, []);
    let entrances: Vec<_> =
        all.entrances.iter().map(|one| (one.entrance, one.footfall.visits, one.footfall.joins)).collect();
    assert_eq!(entrances, [(Entrance::Till, 1, 1)]);

    let poster = set_up(&shop, manager, "Poster").await;
    for _ in 0..2 {
        shop.call(manager, StopTouchpoint { touchpoint: poster.id }).await.unwrap();
    }
    comes(&shop, shop.shopper().await, &poster.code).await;
    assert_eq!(came(&shop, manager, &poster).await.visits, 0, "a stopped one counts nobody");
    let unknown = shop.call(manager, StopTouchpoint { touchpoint: id() }).await.unwrap_err();
    assert_eq!(unknown, Refusal::NotFound { what: Thing::Touchpoint });
    let nameless = SaveTouchpoint { touchpoint: id(), name: "  ".to_owned(), leads: Leads::Shop };
    assert!(matches!(shop.call(manager, nameless).await, Err(Refusal::Invalid { .. })));
    let renamed = SaveTouchpoint { touchpoint: poster.id, name: "Bus stop".to_owned(), leads: Leads::Shop };
    let all = shop.call(manager, renamed).await.unwrap();
    assert_eq!((all.touchpoints[0].name.as_str(), &all.touchpoints[0].code), ("Bus stop", &poster.code));
}
