//! Promotions: put up and stopped, on what they are tried, what a till's sale and a shopper's order book of them, and what
//! goods that come back take along.

use ministore_core::campaign::{Campaign, GetCampaigns, SavePromotion, StopPromotion, Tried, TryPromotion};
use ministore_core::fact::{Back, BackLine, RecordRefund, RecordSale};
use ministore_core::fulfilment::Mode;
use ministore_core::id::PromotionId;
use ministore_core::member::Join;
use ministore_core::money::{Currency, Price};
use ministore_core::order::{
    Accept, Cancel, CancelReason, HandOver, Pick, Place, PlaceLine, Quote, Ready, RefundLines, ReturnedLine,
    Short,
};
use ministore_core::promotion::{Allocation, At, Cut, Goods, Names, Offer, Promotion, Stacking, When};
use ministore_core::quantity::Measure::Pieces;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::{Actor, StaffRole};
use ministore_core::shop::GetShop;
use ministore_core::text::LocalText;
use ministore_core::ticket::Share;

use super::test_shop::{CAKE, MILK, TestShop, code, id, yuan};

/// The same person with a manager's role.
fn as_manager(cashier: Actor) -> Actor {
    match cashier {
        Actor::Staff { device, session, staff, .. } => {
            Actor::Staff { device, session, staff, role: StaffRole::Manager }
        }
        other => other,
    }
}

/// A fifth off milk.
async fn fifth_off(shop: &TestShop) -> Promotion {
    let products = vec![shop.product(MILK).await.id];
    let goods = Goods { named: Names { products, ..Names::default() }, ..Goods::default() };
    Promotion {
        id: id(),
        name: LocalText::new("Milk week", "牛奶周"),
        when: When::default(),
        at: At::default(),
        members: None,
        coupon: false,
        needs: Vec::new(),
        offer: Offer::Reduction { goods, cut: Cut::Share(Share::new(2_000).unwrap()) },
        per_basket: None,
        stacking: Stacking::default(),
        changed_prices: false,
    }
}

/// What devices are told.
async fn told(shop: &TestShop) -> Vec<Promotion> {
    let told = shop.call(Actor::Visitor, GetShop {}).await.unwrap().promotions;
    if told.text().is_empty() { Vec::new() } else { serde_json::from_str(told.text()).unwrap() }
}

async fn campaign(shop: &TestShop, manager: Actor, promotion: PromotionId) -> Campaign {
    let all = shop.call(manager, GetCampaigns {}).await.unwrap().campaigns;
    all.into_iter().find(|one| one.promotion.id == promotion).unwrap()
}

/// Four cartons of milk at 12.50, with a fifth off.
async fn sale_of(shop: &TestShop, promotion: PromotionId) -> RecordSale {
    let line = PlaceLine { id: id(), product: shop.product(MILK).await.id, measure: Pieces(4) };
    let off = Allocation { line: line.id, promotion, off: yuan(1_000) };
    let mut sale = RecordSale::in_cash(id(), vec![line], yuan(4_000), yuan(4_000));
    sale.promotions = vec![off];
    sale
}

#[tokio::test]
async fn what_a_till_took_off_is_booked_and_comes_back_with_the_goods() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let manager = as_manager(cashier);
    let promotion = fifth_off(&shop).await;
    let save = SavePromotion { promotion: promotion.clone(), budget: None, coupons: None };
    shop.call(manager, save.clone()).await.unwrap();
    assert_eq!(told(&shop).await, std::slice::from_ref(&promotion));

    // A cashier may take nothing off alone here, and the shop's promotion is no cashier's doing.
    let record = sale_of(&shop, promotion.id).await;
    let sale = shop.call(cashier, record.clone()).await.unwrap();
    assert_eq!((sale.lines[0].amount, sale.saved()), (yuan(4_000), yuan(1_000)));
    assert_eq!(shop.call(cashier, record).await.unwrap(), sale, "sent again");
    let now = campaign(&shop, manager, promotion.id).await;
    assert_eq!((now.saved, now.turnover, now.tickets), (yuan(1_000), yuan(4_000), 1));

    let line = BackLine { line: sale.lines[0].id, measure: Some(Pieces(3)) };
    let mut back = RecordRefund::in_cash(id(), sale.id, vec![sale.lines[0].id]);
    back.back = Back::Sale { sale: sale.id, lines: vec![line] };
    let refund = shop.call(cashier, back).await.unwrap();
    assert_eq!(refund.amount, yuan(3_000));
    let now = campaign(&shop, manager, promotion.id).await;
    assert_eq!((now.saved, now.turnover, now.tickets), (yuan(250), yuan(1_000), 1));
    shop.call(cashier, RecordRefund::in_cash(id(), sale.id, vec![sale.lines[0].id])).await.unwrap();
    let now = campaign(&shop, manager, promotion.id).await;
    assert_eq!((now.saved, now.turnover, now.tickets), (yuan(0), yuan(0), 1));
    shop.assert_ledgers_agree().await;

    shop.call(manager, StopPromotion { promotion: promotion.id }).await.unwrap();
    assert!(told(&shop).await.is_empty());
    assert!(campaign(&shop, manager, promotion.id).await.stopped.is_some());
    let unknown = StopPromotion { promotion: id() };
    assert_eq!(shop.call(manager, unknown).await.unwrap_err(), Refusal::NotFound { what: Thing::Promotion });
    // What a till that had not heard of it has sold is sold.
    shop.call(cashier, sale_of(&shop, promotion.id).await).await.unwrap();
    assert_eq!(campaign(&shop, manager, promotion.id).await.tickets, 2);
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_budget_that_is_used_up_stops_it_everywhere() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let manager = as_manager(cashier);
    let promotion = fifth_off(&shop).await;
    let budget = Some(Price::new(yuan(1_500)).unwrap());
    shop.call(manager, SavePromotion { promotion: promotion.clone(), budget, coupons: None }).await.unwrap();
    shop.call(cashier, sale_of(&shop, promotion.id).await).await.unwrap();
    assert_eq!(campaign(&shop, manager, promotion.id).await.stopped, None);
    shop.call(cashier, sale_of(&shop, promotion.id).await).await.unwrap();
    assert!(campaign(&shop, manager, promotion.id).await.stopped.is_some());
    assert!(told(&shop).await.is_empty());
    // Put up once more, with more, it goes on where it was.
    let budget = Some(Price::new(yuan(5_000)).unwrap());
    shop.call(manager, SavePromotion { promotion: promotion.clone(), budget, coupons: None }).await.unwrap();
    let now = campaign(&shop, manager, promotion.id).await;
    assert_eq!((now.stopped, now.saved), (None, yuan(2_000)));
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_nothing_is_kept() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let manager = as_manager(cashier);
    let good = fifth_off(&shop).await;
    let save = |promotion: Promotion| SavePromotion { promotion, budget: None, coupons: None };
    assert_eq!(shop.call(cashier, save(good.clone())).await.unwrap_err(), Refusal::NotAllowed);
    let no_goods = Offer::Reduction { goods: Goods::default(), cut: Cut::Share(Share::new(1).unwrap()) };
    let euros = Cut::Amount(Price::new(Currency::EUR.minor(100)).unwrap());
    let everything = Goods { all: true, ..Goods::default() };
    for wrong in [
        Promotion { name: LocalText::default(), ..good.clone() },
        Promotion { offer: no_goods, ..good.clone() },
        Promotion { offer: Offer::Reduction { goods: everything, cut: euros }, ..good.clone() },
        Promotion { per_basket: Some(0), ..good.clone() },
    ] {
        let refused = shop.call(manager, save(wrong.clone())).await.unwrap_err();
        assert!(matches!(refused, Refusal::Invalid { .. }), "{wrong:?}: {refused:?}");
    }
    assert!(shop.call(manager, GetCampaigns {}).await.unwrap().campaigns.is_empty());

    // Nor can a sale say what is not so of its lines.
    shop.call(manager, save(good.clone())).await.unwrap();
    let sound = sale_of(&shop, good.id).await;
    let off = sound.promotions[0];
    for wrong in [
        vec![Allocation { line: id(), ..off }],
        vec![Allocation { off: yuan(0), ..off }],
        vec![Allocation { off: yuan(-1_000), ..off }],
        vec![off, off],
        vec![Allocation { off: yuan(5_001), ..off }],
        vec![Allocation { off: yuan(i64::MAX), ..off }],
        vec![Allocation { off: Currency::EUR.minor(1_000), ..off }],
    ] {
        let call = RecordSale { promotions: wrong.clone(), ..sound.clone() };
        let refused = shop.call(cashier, call).await.unwrap_err();
        assert!(matches!(refused, Refusal::Invalid { .. }), "{wrong:?}: {refused:?}");
    }
    assert_eq!(campaign(&shop, manager, good.id).await.tickets, 0);
}

#[tokio::test]
async fn it_is_tried_on_what_was_sold() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let manager = as_manager(cashier);
    for text in [MILK, CAKE, MILK] {
        let product = shop.product(text).await;
        let line = PlaceLine { id: id(), product: product.id, measure: Pieces(1) };
        let total = product.price.money();
        shop.call(cashier, RecordSale::in_cash(id(), vec![line], total, total)).await.unwrap();
    }
    let promotion = fifth_off(&shop).await;
    let tried = shop.call(manager, TryPromotion { promotion }).await.unwrap();
    assert_eq!(tried, Tried { tickets: 3, had: 2, saved: yuan(500), turnover: yuan(8_300) });
    assert!(shop.call(manager, GetCampaigns {}).await.unwrap().campaigns.is_empty(), "nothing is put up");
}

#[tokio::test]
async fn a_shoppers_order_has_what_promotions_take_off_and_its_changes_take_it_along() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let manager = as_manager(cashier);
    let mut promotion = fifth_off(&shop).await;
    promotion.members = Some(0);
    shop.call(manager, SavePromotion { promotion: promotion.clone(), budget: None, coupons: None })
        .await
        .unwrap();
    let mei = shop.shopper().await;
    let figures = async || {
        let now = campaign(&shop, manager, promotion.id).await;
        (now.saved.minor, now.turnover.minor, now.tickets)
    };

    // It is for members: whoever is none pays the shop's own price.
    let place = shop.basket(&[(MILK, Pieces(4)), (CAKE, Pieces(1))]).await;
    let ask = Quote { lines: place.lines.clone(), mode: Mode::Pickup, point: None };
    let quoted = shop.call(mei, ask.clone()).await.unwrap();
    assert_eq!((quoted.promotions.len(), quoted.totals.total), (0, place.expected_total));
    shop.call(mei, Join { member: id() }).await.unwrap();
    let quoted = shop.call(mei, ask).await.unwrap();
    assert_eq!(quoted.amounts[0], yuan(4_000));
    assert_eq!(quoted.promotions[0].saved(), yuan(1_000));
    assert_eq!(quoted.totals.total.minor, place.expected_total.minor - 1_000);

    // Another total than either is told; who could not ask has seen the shop's own prices, and pays less.
    let wrong = Place { expected_total: yuan(1), ..place.clone() };
    assert_eq!(shop.call(mei, wrong).await.unwrap_err(), Refusal::TotalChanged { now: quoted.totals.total });
    let order = shop.call(mei, Place { order: id(), ..place }).await.unwrap();
    assert_eq!((&order.totals, &order.promotions), (&quoted.totals, &quoted.promotions));
    assert_eq!(order.payment.amount, quoted.totals.total);
    assert_eq!(figures().await, (1_000, 4_000, 1));
    shop.assert_ledgers_agree().await;

    // One carton is not there, one comes back, and what is paid goes down by what they cost.
    let of = order.id;
    shop.call(cashier, Accept { order: of }).await.unwrap();
    let pick = |text: &str, count| Pick { order: of, code: code(text), count, label: None };
    shop.call(cashier, pick(MILK, 3)).await.unwrap();
    let short = Short { order: of, line: order.lines[0].id, missing: 1, substitute: None };
    let fewer = shop.call(cashier, short).await.unwrap();
    assert_eq!(fewer.payment.to_pay.minor, order.totals.total.minor - 1_000);
    assert_eq!(figures().await, (750, 3_000, 1));
    shop.call(cashier, pick(CAKE, 1)).await.unwrap();
    shop.call(cashier, Ready { order: of }).await.unwrap();
    let cash = Some(fewer.payment.to_pay);
    let hand_over = HandOver { order: of, code: order.pickup.unwrap(), cash };
    shop.call(cashier, hand_over).await.unwrap();
    let one = ReturnedLine { line: order.lines[0].id, count: 1 };
    let back = RefundLines { order: of, lines: vec![one], to_shelf: true };
    let after = shop.call(cashier, back).await.unwrap();
    assert_eq!(after.payment.to_pay.minor, order.totals.total.minor - 2_000);
    assert_eq!(figures().await, (500, 2_000, 1));
    shop.assert_ledgers_agree().await;

    // An order that is cancelled has had nothing.
    let second = shop.basket(&[(MILK, Pieces(1))]).await;
    let second = shop.call(mei, second).await.unwrap();
    assert_eq!((second.totals.total, figures().await), (yuan(1_000), (750, 3_000, 2)));
    shop.call(mei, Cancel { order: second.id, reason: CancelReason::ChangedMind }).await.unwrap();
    assert_eq!(figures().await, (500, 2_000, 1));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn an_order_takes_no_more_than_what_a_budget_has_left() {
    let shop = TestShop::open().await;
    let manager = as_manager(shop.cashier().await);
    let promotion = fifth_off(&shop).await;
    let budget = Some(Price::new(yuan(600)).unwrap());
    shop.call(manager, SavePromotion { promotion: promotion.clone(), budget, coupons: None }).await.unwrap();
    let mei = shop.shopper().await;
    // Of four cartons two are within it.
    let order = shop.order(mei, &[(MILK, Pieces(4))]).await;
    assert_eq!(order.totals.total, yuan(4_500));
    let next = shop.order(mei, &[(MILK, Pieces(1))]).await;
    assert_eq!(next.totals.total, yuan(1_250));
    assert_eq!(campaign(&shop, manager, promotion.id).await.saved, yuan(500));
}

#[tokio::test]
async fn bringing_it_costs_less_where_a_promotion_says_so() {
    let shop = TestShop::open().await;
    let manager = as_manager(shop.cashier().await);
    let from = Price::new(yuan(3_000)).unwrap();
    let offer = Offer::Delivery { goods: Goods { all: true, ..Goods::default() }, from, off: None };
    let promotion = Promotion { offer, ..fifth_off(&shop).await };
    shop.call(manager, SavePromotion { promotion: promotion.clone(), budget: None, coupons: None })
        .await
        .unwrap();
    let mei = shop.shopper().await;
    let ask = async |pieces| {
        let lines = shop.basket(&[(MILK, Pieces(pieces))]).await.lines;
        shop.call(mei, Quote { lines, mode: Mode::Delivery, point: None }).await.unwrap()
    };
    let less = ask(2).await;
    assert!(less.totals.delivery.minor > 0 && less.promotions.is_empty());
    let enough = ask(3).await;
    assert_eq!((enough.totals.delivery, enough.totals.total), (yuan(0), yuan(3_750)));
    assert_eq!(enough.promotions[0].delivery, less.totals.delivery);
}
