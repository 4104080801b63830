//! Deposits on containers: taken with goods however they are sold, untouched by what is taken off goods, given back with goods
//! and for empties, to the minor unit.

use ministore_core::campaign::SavePromotion;
use ministore_core::deposit::{
    Deposit, DepositSums, Empties, EmptiesBack, KnownDeposits, LinkDeposits, SaveDeposit, read_links,
};
use ministore_core::fact::{Back, BackLine, LineChange, RecordRefund, RecordSale};
use ministore_core::money::{Currency, Price};
use ministore_core::order::{
    Accept, AnswerOffer, HandOver, Order, Pick, PlaceLine, Ready, RefundLines, ReturnedLine, Short,
    Substitute,
};
use ministore_core::promotion::{At, Cut, Goods, Names, Offer, Promotion, Stacking, When};
use ministore_core::quantity::Measure::Pieces;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::{Actor, StaffRole};
use ministore_core::shift::{GetShift, OpenShift};
use ministore_core::shop::Shop;
use ministore_core::tax::{Prices, TaxRate, TaxRules};
use ministore_core::text::LocalText;
use ministore_core::ticket::{Change, Off, Share};
use ministore_store::check::Balance;
use ministore_store::export;

use super::facts::Till;
use super::test_shop::{APPLES, CAKE, MILK, TestShop, WINE, YOGHURT, call_id, code, id, yuan};

fn manager_at(staff: Actor) -> Actor {
    let Actor::Staff { device, session, staff, .. } = staff else { unreachable!() };
    Actor::Staff { device, session, staff, role: StaffRole::Manager }
}

fn deposit(code: &str, minor: i64, rate: u16) -> Deposit {
    Deposit {
        code: code.parse().unwrap(),
        name: LocalText::new(format!("{code} deposit"), format!("{code}押金")),
        amount: Price::new(yuan(minor)).unwrap(),
        tax: TaxRate(rate),
        active: true,
    }
}

async fn link(shop: &TestShop, manager: Actor, product: &str, links: &str) {
    let product = shop.product(product).await.id;
    let links = read_links(links).unwrap();
    shop.call(manager, LinkDeposits { product, links }).await.unwrap();
}

/// A bottle at 0.25 with 13 %, a crate at 1.50 with 9 %: milk in a bottle, yoghurt in a crate of 20.
async fn set_up(shop: &TestShop, manager: Actor) {
    for one in [deposit("bottle", 25, 1300), deposit("crate", 150, 900)] {
        shop.call(manager, SaveDeposit { deposit: one }).await.unwrap();
    }
    link(shop, manager, MILK, "bottle").await;
    link(shop, manager, YOGHURT, "bottle:20 crate").await;
}

async fn open() -> (TestShop, Actor, Actor) {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let manager = manager_at(cashier);
    set_up(&shop, manager).await;
    (shop, cashier, manager)
}

async fn line(shop: &TestShop, product: &str, pieces: u32) -> PlaceLine {
    PlaceLine { id: id(), product: shop.product(product).await.id, measure: Pieces(pieces) }
}

fn back(code: &str, count: u32) -> EmptiesBack {
    EmptiesBack { deposit: code.parse().unwrap(), count }
}

/// Milk is 12.50, yoghurt 6.80.
#[tokio::test]
async fn a_till_takes_them_with_goods_and_gives_them_back_piece_by_piece() {
    let (shop, cashier, manager) = open().await;
    shop.call(cashier, OpenShift { shift: id(), float: yuan(20_000) }).await.unwrap();
    // 3 × 12.50 less a tenth, 1 × 6.80, and 3 × 0.25 + 20 × 0.25 + 1.50 untouched.
    let lines = vec![line(&shop, MILK, 3).await, line(&shop, YOGHURT, 1).await];
    let off = Change { price: None, off: Some(Off::Share(Share::new(1_000).unwrap())) };
    let goods = 3_750 - 375 + 680;
    let total = goods + 75 + 650;
    let mut sale = RecordSale::in_cash(id(), lines, yuan(10_000), yuan(total));
    sale.changes = vec![LineChange { line: sale.lines[0].id, change: off }];
    let without = RecordSale { expected_total: yuan(goods), ..sale.clone() };
    let refused = shop.call(cashier, without).await.unwrap_err();
    assert_eq!(refused, Refusal::TotalChanged { now: yuan(total) }, "no good is sold without its deposit");
    let sold = shop.call(cashier, sale.clone()).await.unwrap();
    assert_eq!(shop.call(cashier, sale).await.unwrap(), sold, "a repeat is the same sale");
    assert_eq!((sold.totals.goods, sold.totals.deposit), (yuan(goods), Some(yuan(725))));
    assert_eq!(sold.saved(), yuan(375));
    let gross: i64 = sold.totals.tax.iter().map(|share| share.gross.minor).sum();
    assert_eq!(gross, total);
    let at_13 = sold.totals.tax.iter().find(|share| share.rate == TaxRate(1300)).unwrap();
    assert_eq!((at_13.gross, at_13.tax), (yuan(575), yuan(66)), "23 bottles, at their own rate");

    // What comes back piece by piece is all that was paid.
    let mut given = 0;
    for part in [(0, Some(1)), (0, Some(1)), (1, None), (0, None)] {
        let (at, count): (usize, Option<u32>) = part;
        let back = BackLine { line: sold.lines[at].id, measure: count.map(Pieces) };
        let call = RecordRefund::of(id(), Back::Sale { sale: sold.id, lines: vec![back] });
        let refund = shop.call(cashier, call.clone()).await.unwrap();
        assert_eq!(shop.call(cashier, call).await.unwrap(), refund);
        given += refund.amount.minor;
    }
    assert_eq!(given, total);
    let report = shop.call(manager, GetShift {}).await.unwrap().open.unwrap().report.unwrap();
    assert_eq!(report.deposits, Some(DepositSums { taken: yuan(725), back: yuan(725) }));
    assert_eq!((report.sold, report.returned, report.in_cash), (yuan(total), yuan(total), yuan(0)));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn empties_come_off_a_ticket_or_are_paid_out_alone() {
    let (shop, cashier, manager) = open().await;
    shop.call(cashier, OpenShift { shift: id(), float: yuan(20_000) }).await.unwrap();
    let total = 1_250 + 25 - 4 * 25 - 150;
    let mut mixed = RecordSale::in_cash(id(), vec![line(&shop, MILK, 1).await], yuan(total), yuan(total));
    mixed.empties = vec![back("bottle", 4), back("crate", 1)];
    let sold = shop.call(cashier, mixed.clone()).await.unwrap();
    assert_eq!(shop.call(cashier, mixed.clone()).await.unwrap(), sold);
    let other = RecordSale { empties: vec![back("bottle", 4)], ..mixed };
    assert_eq!(shop.call(cashier, other).await.unwrap_err(), Refusal::IdReused);
    assert_eq!((sold.totals.deposit, sold.totals.empties), (Some(yuan(25)), Some(yuan(250))));
    // What is bought comes back for what was paid for it, whatever paid.
    let refund = RecordRefund::in_cash(id(), sold.id, vec![sold.lines[0].id]);
    assert_eq!(shop.call(cashier, refund).await.unwrap().amount, yuan(1_275));

    let mut alone = RecordSale::in_cash(id(), Vec::new(), yuan(0), yuan(-500));
    alone.empties = vec![back("bottle", 20)];
    let paid_out = shop.call(cashier, alone).await.unwrap();
    assert_eq!(
        (paid_out.change, paid_out.cash_kept(), paid_out.rounding()),
        (yuan(500), yuan(-500), yuan(0))
    );
    assert_eq!(paid_out.empties, [Empties { deposit: deposit("bottle", 25, 1300), count: 20 }]);
    assert_eq!(paid_out.totals.tax[0].tax, yuan(-58), "the tax comes back with it");
    let report = shop.call(manager, GetShift {}).await.unwrap().open.unwrap().report.unwrap();
    assert_eq!(report.deposits, Some(DepositSums { taken: yuan(25), back: yuan(25 + 250 + 500) }));
    assert_eq!(report.expected_cash, yuan(20_000 + total - 1_275 - 500));

    // Beside goods that come back, both are paid out.
    let milk = RecordSale::in_cash(id(), vec![line(&shop, MILK, 1).await], yuan(1_275), yuan(1_275));
    let milk = shop.call(cashier, milk).await.unwrap();
    let mut both = RecordSale::in_cash(id(), Vec::new(), yuan(0), yuan(-100));
    both.empties = vec![back("bottle", 4)];
    both.exchange = Some(Box::new(RecordRefund::in_cash(id(), milk.id, vec![milk.lines[0].id])));
    assert_eq!(shop.call(cashier, both).await.unwrap().change, yuan(1_375));

    let nothing = RecordSale::in_cash(id(), Vec::new(), yuan(0), yuan(0));
    assert!(matches!(shop.call(cashier, nothing.clone()).await, Err(Refusal::Invalid { .. })));
    for wrong in [vec![back("bottle", 0)], vec![back("bottle", 1), back("bottle", 1)]] {
        let call = RecordSale { empties: wrong, ..nothing.clone() };
        assert!(
            matches!(shop.call(cashier, call).await, Err(Refusal::Invalid { field, .. }) if field == "empties")
        );
    }
    let unknown = RecordSale { empties: vec![back("keg", 1)], ..nothing.clone() };
    let none = Refusal::NotFound { what: Thing::Deposit };
    assert_eq!(shop.call(cashier, unknown).await.unwrap_err(), none);
    let stopped = Deposit { active: false, ..deposit("bottle", 25, 1300) };
    shop.call(manager, SaveDeposit { deposit: stopped }).await.unwrap();
    let stopped = RecordSale { empties: vec![back("bottle", 1)], ..nothing };
    assert_eq!(shop.call(cashier, stopped).await.unwrap_err(), none, "neither taken nor given back");
    let plain = RecordSale::in_cash(id(), vec![line(&shop, MILK, 1).await], yuan(1_250), yuan(1_250));
    assert_eq!(shop.call(cashier, plain).await.unwrap().totals.deposit, None);
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn promotions_points_and_thresholds_know_nothing_of_them() {
    let (shop, _, manager) = open().await;
    let products = vec![shop.product(MILK).await.id];
    let goods = Goods { named: Names { products, ..Names::default() }, ..Goods::default() };
    let promotion = Promotion {
        id: id(),
        name: LocalText::new("Half off", "半价"),
        when: When::default(),
        at: At::default(),
        members: None,
        coupon: false,
        needs: Vec::new(),
        offer: Offer::Reduction { goods, cut: Cut::Share(Share::new(10_000).unwrap()) },
        per_basket: None,
        stacking: Stacking::default(),
        changed_prices: false,
    };
    shop.call(manager, SavePromotion { promotion, budget: None, coupons: None }).await.unwrap();
    let mei = shop.shopper().await;
    let mut place = shop.basket(&[(MILK, Pieces(2)), (YOGHURT, Pieces(1))]).await;
    assert_eq!(place.expected_total, yuan(2_500 + 680 + 50 + 650), "at the shop's own prices");
    place.expected_total = yuan(680 + 700);
    let order = shop.call(mei, place).await.unwrap();
    assert_eq!((order.totals.goods, order.totals.deposit), (yuan(680), Some(yuan(700))));
    assert_eq!(order.points, 6, "for 6.80 of goods");
    let told = shop.call(mei, ministore_core::order::Get { order: order.id }).await.unwrap();
    assert_eq!((told.totals, told.lines), (order.totals, order.lines));
    shop.assert_ledgers_agree().await;
}

async fn accepted(shop: &TestShop, shopper: Actor, cashier: Actor, pieces: u32) -> Order {
    let order = shop.order(shopper, &[(MILK, Pieces(pieces)), (CAKE, Pieces(1))]).await;
    shop.call(cashier, Accept { order: order.id }).await.unwrap()
}

fn pick(order: &Order, text: &str, count: u32) -> Pick {
    Pick { order: order.id, code: code(text), count, label: None }
}

#[tokio::test]
async fn an_order_takes_them_along_with_what_is_missing_replaced_and_returned() {
    let (shop, cashier, manager) = open().await;
    link(&shop, manager, WINE, "bottle:2").await;
    let mei = shop.shopper().await;
    let order = accepted(&shop, mei, cashier, 4).await;
    let total = 4 * 1_275 + 5_800;
    assert_eq!((order.totals.total, order.payment.to_pay), (yuan(total), yuan(total)));
    shop.call(cashier, pick(&order, MILK, 2)).await.unwrap();
    shop.call(cashier, pick(&order, CAKE, 1)).await.unwrap();
    // Wine at 88.00 in two bottles in place of two cartons of milk at 12.50 and 0.25: no more than 25.50 in all.
    let substitute = Substitute { line: id(), code: code(WINE), measure: Pieces(1) };
    let short = Short { order: order.id, line: order.lines[0].id, missing: 2, substitute: Some(substitute) };
    let offered = shop.call(cashier, short).await.unwrap();
    assert_eq!(offered.payment.to_pay, yuan(total - 2_550));
    let offer = offered.lines[0].offer.clone().unwrap();
    assert_eq!((offer.amount, offer.deposits.to_string()), (yuan(2_500), "bottle:2".to_owned()));
    let answer =
        AnswerOffer { order: order.id, line: order.lines[0].id, offered: substitute.line, accept: true };
    let taken = shop.call(mei, answer).await.unwrap();
    assert_eq!(taken.payment.to_pay, yuan(total), "no more than was agreed to");
    shop.call(cashier, pick(&order, WINE, 1)).await.unwrap();
    shop.call(cashier, Ready { order: order.id }).await.unwrap();
    let code = shop.call(mei, ministore_core::order::Get { order: order.id }).await.unwrap().pickup.unwrap();
    let handed = HandOver { order: order.id, code, cash: Some(yuan(total)) };
    shop.call(cashier, handed).await.unwrap();
    let wine = taken.lines.last().unwrap().id;
    let mut left = total;
    for (line, count, worth) in
        [(order.lines[0].id, 1, 1_275), (wine, 1, 2_550), (order.lines[0].id, 1, 1_275)]
    {
        let lines = vec![ReturnedLine { line, count }];
        let call = RefundLines { order: order.id, lines, to_shelf: true };
        let after = shop.call(cashier, call).await.unwrap();
        left -= worth;
        assert_eq!(after.payment.captured.minor - after.payment.refunded.minor, left);
        assert_eq!(after.payment.to_pay, yuan(left));
    }
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_replacement_whose_deposit_alone_is_dearer_is_not_offered() {
    let (shop, cashier, manager) = open().await;
    shop.call(manager, SaveDeposit { deposit: deposit("keg", 3_000, 1300) }).await.unwrap();
    link(&shop, manager, WINE, "keg").await;
    let mei = shop.shopper().await;
    let order = accepted(&shop, mei, cashier, 1).await;
    let substitute = Substitute { line: id(), code: code(WINE), measure: Pieces(1) };
    let short = Short { order: order.id, line: order.lines[0].id, missing: 1, substitute: Some(substitute) };
    let refused = shop.call(cashier, short).await.unwrap_err();
    assert!(matches!(refused, Refusal::Invalid { field, .. } if field == "substitute"));
}

#[tokio::test]
async fn prices_without_tax_leave_their_tax_inside() {
    let (shop, cashier, _) = open().await;
    let taxes = TaxRules { prices: Prices::Exclusive, ..TaxRules::default() };
    shop.engine.update_shop(&Shop { taxes, ..shop.shop().await }).await.unwrap();
    // 2 × 12.50 and 9 % on top, 2 × 0.25 with the tax in it.
    let total = 2_500 + 225 + 50;
    let sale = RecordSale::in_cash(id(), vec![line(&shop, MILK, 2).await], yuan(total), yuan(total));
    let sold = shop.call(cashier, sale).await.unwrap();
    assert_eq!(sold.totals.tax_total(), yuan(225 + 6));
    let mut given = 0;
    for _ in 0..2 {
        let lines = vec![BackLine { line: sold.lines[0].id, measure: Some(Pieces(1)) }];
        let call = RecordRefund::of(id(), Back::Sale { sale: sold.id, lines });
        given += shop.call(cashier, call).await.unwrap().amount.minor;
    }
    assert_eq!(given, total);
    let mut empties = RecordSale::in_cash(id(), Vec::new(), yuan(0), yuan(-50));
    empties.empties = vec![back("bottle", 2)];
    assert_eq!(shop.call(cashier, empties).await.unwrap().change, yuan(50), "what was paid for them");
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_till_without_its_hub_takes_and_gives_back_the_same() {
    let (hub, _, manager) = open().await;
    let mut till = Till::pair(&hub).await;
    assert_eq!(till.shop.product(YOGHURT).await.deposits.to_string(), "bottle:20 crate");
    assert_eq!(till.shop.shop().await.deposits.len(), 2);
    let mut sale = RecordSale::in_cash(id(), vec![line(&till.shop, MILK, 2).await], yuan(2_525), yuan(2_525));
    sale.empties = vec![back("bottle", 1)];
    let sold = till.shop.call(till.staff, sale).await.unwrap();
    // The hub changes the deposit meanwhile, and books what was sold as it was sold.
    shop_changes(&hub, manager).await;
    till.push(&hub, true).await;
    let booked = hub.call(till.staff, ministore_core::fact::GetSale::Key(sold.id)).await.unwrap();
    assert_eq!(booked.sale, sold);
    till.pull(&hub).await;
    let amount = till.shop.product(MILK).await.deposits.of(Pieces(1), Currency::CNY).unwrap();
    assert_eq!(amount, yuan(30), "every product that carries it has heard of it");
    hub.assert_ledgers_agree().await;
}

async fn shop_changes(hub: &TestShop, manager: Actor) {
    let KnownDeposits { deposits } =
        hub.call(manager, SaveDeposit { deposit: deposit("bottle", 30, 1300) }).await.unwrap();
    assert_eq!(deposits.len(), 2, "the same code is the same deposit");
}

#[tokio::test]
async fn managers_arrange_them_and_files_say_what_products_carry() {
    let (shop, cashier, manager) = open().await;
    let save = SaveDeposit { deposit: deposit("can", 15, 1300) };
    assert_eq!(shop.call(cashier, save.clone()).await.unwrap_err(), Refusal::NotAllowed);
    let (once, call) = (call_id(), save.clone());
    let first = shop.engine.call(&manager, once, call.clone()).await.unwrap();
    assert_eq!(shop.engine.call(&manager, once, call).await.unwrap(), first);
    let nothing = Price::new(yuan(0)).unwrap();
    let euros = Price::new(Currency::EUR.minor(25)).unwrap();
    for wrong in [
        Deposit { name: LocalText::default(), ..deposit("can", 15, 1300) },
        Deposit { amount: nothing, ..deposit("can", 15, 1300) },
        Deposit { amount: euros, ..deposit("can", 15, 1300) },
        Deposit { tax: TaxRate(10_000), ..deposit("can", 15, 1300) },
    ] {
        let refused = shop.call(manager, SaveDeposit { deposit: wrong }).await.unwrap_err();
        assert!(matches!(refused, Refusal::Invalid { .. }));
    }
    let links = |text: &str| read_links(text).unwrap();
    let product = shop.product(APPLES).await.id;
    let refused = shop.call(manager, LinkDeposits { product, links: links("bottle") }).await.unwrap_err();
    assert!(
        matches!(refused, Refusal::Invalid { field, .. } if field == "links"),
        "weighed goods carry none"
    );
    let product = shop.product(CAKE).await.id;
    let refused = shop.call(manager, LinkDeposits { product, links: links("keg") }).await.unwrap_err();
    assert_eq!(refused, Refusal::NotFound { what: Thing::Deposit });
    let refused = shop.call(manager, LinkDeposits { product, links: links("can can") }).await.unwrap_err();
    assert!(matches!(refused, Refusal::Invalid { .. }));

    let mut file = Vec::new();
    export::products(&shop.engine, &mut file).await.unwrap();
    let text = String::from_utf8(file.clone()).unwrap();
    assert!(text.contains(",bottle:20 crate,"), "{text}");
    assert_eq!(shop.import(&file).await.unchanged, 5, "an export imports as it is");
    let report = shop.import("gtin,category,name_en,price\n9520000000011,dairy,Whole milk,12.50\n").await;
    assert_eq!(report.updated, 1);
    assert_eq!(
        shop.product(MILK).await.deposits.to_string(),
        "bottle",
        "a file without the column leaves them"
    );
    let report = shop
        .import(
            "gtin,category,name_en,price,sold_by,deposit\n9520000000011,dairy,Whole milk,12.50,,can:6\n\
             9520000000028,dairy,Yoghurt,6.80,,\n9520000000035,dairy,Cake,58.00,,keg\n\
             9520000000042,dairy,Wine,88.00,weight,can\n",
        )
        .await;
    assert_eq!((report.updated, report.refused), (2, 2));
    assert!(report.bad_rows.iter().all(|bad| bad.column.as_deref() == Some("deposit")));
    assert_eq!(shop.product(MILK).await.deposits.to_string(), "can:6");
    assert!(shop.product(YOGHURT).await.deposits.is_empty());
    shop.assert_ledgers_agree().await;

    // What does not come from here is found.
    let other = Shop { deposits: vec![deposit("can", 99, 1300)], ..shop.shop().await };
    shop.engine.update_shop(&other).await.unwrap();
    let found = shop.engine.check().await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].of, found[0].key), (Balance::Deposit, shop.product(MILK).await.id.0));
}
