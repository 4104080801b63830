use ministore_core::exit::{
    Check, CheckRule, CheckStep, GetGate, GetPass, GetRule, GetVisit, InBag, Look, Noted, PASS_SECONDS,
    PassFault, Release, SeeOut, SetRule, Settle, Shown, Verify, Visit,
};
use ministore_core::fact::{Fact, Push, RecordSale};
use ministore_core::fulfilment::Fulfilment;
use ministore_core::id::OrderId;
use ministore_core::issued::ExitPass;
use ministore_core::member::Join;
use ministore_core::order::{
    Cancel, CancelReason, Get, GetQueue, HandOver, Order, OrderState, Place, PlaceLine,
};
use ministore_core::payment::Tender;
use ministore_core::quantity::Measure::{self, Grams, Pieces};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::{Actor, StaffRole};

use super::facts::Till;
use super::test_shop::{APPLES, MILK, TestShop, WINE, YOGHURT, call_id, id, yuan};

const RAZORS: &str = "9520000000066";

const NEVER: CheckRule =
    CheckRule { share_percent: 0, value_from: None, items_from: None, first_visits: 0, after_failed: 0 };

/// A shop with razors under a tag, in which nobody's bag is looked into.
async fn open() -> TestShop {
    let shop = TestShop::open().await;
    shop.import("gtin,category,name_en,price,stock,tagged\n9520000000066,dairy,Razors,64.00,9,yes\n").await;
    set(&shop, NEVER).await;
    shop
}

async fn manager(shop: &TestShop) -> Actor {
    match shop.cashier().await {
        Actor::Staff { device, session, staff, .. } => {
            Actor::Staff { device, session, staff, role: StaffRole::Manager }
        }
        other => other,
    }
}

async fn set(shop: &TestShop, rule: CheckRule) {
    let manager = manager(shop).await;
    assert_eq!(shop.call(manager, SetRule { rule }).await, Ok(rule));
}

async fn carried(shop: &TestShop, items: &[(&str, Measure)]) -> Place {
    let mut place = shop.basket(items).await;
    place.fulfilment = Fulfilment::CarryOut;
    place.contact = Default::default();
    place.tender = Tender::DemoWallet;
    place
}

async fn carries(shop: &TestShop, shopper: Actor, items: &[(&str, Measure)]) -> Order {
    let place = carried(shop, items).await;
    shop.call(shopper, place).await.unwrap()
}

async fn pass(shop: &TestShop, shopper: Actor, order: OrderId) -> ExitPass {
    shop.call(shopper, GetPass { order }).await.unwrap().pass.unwrap().pass
}

async fn shows(shop: &TestShop, staff: Actor, pass: ExitPass) -> Result<Visit, Refusal> {
    shop.call(staff, Verify { shown: Shown::Pass { pass } }).await
}

fn refused(pass: PassFault) -> Refusal {
    Refusal::PassRefused { pass }
}

async fn found(shop: &TestShop, text: &str, measure: Measure) -> InBag {
    InBag { product: shop.product(text).await.id, measure }
}

#[tokio::test]
async fn a_shopper_pays_on_the_phone_and_leaves_by_a_pass_that_is_used_up() {
    let shop = open().await;
    let (mei, staff) = (shop.shopper().await, shop.cashier().await);
    shop.call(mei, Join { member: id() }).await.unwrap();
    let order = carries(&shop, mei, &[(MILK, Pieces(2)), (APPLES, Grams(500))]).await;
    assert_eq!((order.state, order.totals.delivery.minor), (OrderState::Placed, 0));
    assert_eq!(shop.product(MILK).await.available, 8, "it has left the shelf");
    assert_eq!(shop.call(staff, GetQueue {}).await.unwrap().orders, [], "nobody picks it");

    let now = shop.call(mei, GetPass { order: order.id }).await.unwrap();
    let issued = now.pass.unwrap();
    assert_eq!((issued.items, issued.seconds, issued.check), (3, PASS_SECONDS, false));
    let call = call_id();
    let verify = Verify { shown: Shown::Pass { pass: issued.pass.clone() } };
    let visit = shop.engine.call(&staff, call, verify.clone()).await.unwrap();
    assert_eq!((visit.order.state, visit.order.pickup), (OrderState::HandedOver, None));
    assert!(visit.out.is_some());
    assert_eq!(shop.engine.call(&staff, call, verify).await, Ok(visit), "the same scan sent twice is one");
    assert_eq!(shows(&shop, staff, issued.pass).await, Err(refused(PassFault::Used)), "another scan");
    let after = shop.call(mei, GetPass { order: order.id }).await.unwrap();
    assert_eq!((after.pass, after.out.is_some()), (None, true));
    let card = shop.call(mei, ministore_core::member::GetCard {}).await.unwrap().unwrap();
    assert!(card.points > 0, "it earns as any order");
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn what_is_carried_out_is_paid_at_once() {
    let shop = open().await;
    let mei = shop.shopper().await;
    let mut place = carried(&shop, &[(MILK, Pieces(1))]).await;
    place.tender = Tender::CashAtHandover;
    let refusal = shop.call(mei, place).await.unwrap_err();
    assert!(matches!(refusal, Refusal::Invalid { ref field, .. } if field == "tender"), "{refusal:?}");
}

#[tokio::test]
async fn a_pass_that_is_forged_too_old_of_another_shop_or_of_a_cancelled_order_lets_nobody_out() {
    let (shop, other) = (open().await, open().await);
    let (mei, staff) = (shop.shopper().await, shop.cashier().await);
    let order = carries(&shop, mei, &[(MILK, Pieces(1))]).await;
    let good = pass(&shop, mei, order.id).await;

    let mut forged = good.token().to_owned();
    let last = if forged.ends_with('A') { "B" } else { "A" };
    forged.replace_range(80..81, if &forged[80..81] == "A" { "B" } else { "A" });
    let forged = ExitPass::new(&forged).unwrap();
    assert_eq!(shows(&shop, staff, forged).await, Err(refused(PassFault::Forged)));
    let garbled = ExitPass::new(&format!("{}{last}", good.token())).unwrap();
    assert_eq!(shows(&shop, staff, garbled).await, Err(refused(PassFault::Malformed)));

    let lin = other.shopper().await;
    let elsewhere = carries(&other, lin, &[(MILK, Pieces(1))]).await;
    let foreign = pass(&other, lin, elsewhere.id).await;
    assert_eq!(shows(&shop, staff, foreign).await, Err(refused(PassFault::OtherShop)));

    shop.pass(3);
    assert_eq!(shows(&shop, staff, good).await, Err(refused(PassFault::Late)));
    let renewed = pass(&shop, mei, order.id).await;
    let by_shopper = Cancel { order: order.id, reason: CancelReason::ChangedMind };
    let refusal = shop.call(mei, by_shopper).await.unwrap_err();
    assert!(matches!(refusal, Refusal::WrongStep { .. }), "its goods are in the bag: {refusal:?}");
    shop.call(staff, Cancel { order: order.id, reason: CancelReason::CannotServe }).await.unwrap();
    assert_eq!(shows(&shop, staff, renewed).await, Err(refused(PassFault::Cancelled)));
    assert_eq!(shop.call(mei, GetPass { order: order.id }).await.unwrap().pass, None);
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_pass_is_its_shoppers_own_and_the_ways_of_other_orders_lead_not_past_the_gate() {
    let shop = open().await;
    let (mei, lin, staff) = (shop.shopper().await, shop.shopper().await, shop.cashier().await);
    let order = carries(&shop, mei, &[(MILK, Pieces(1))]).await;
    let not_found = Refusal::NotFound { what: Thing::Order };
    assert_eq!(shop.call(lin, GetPass { order: order.id }).await.unwrap_err(), not_found);
    assert_eq!(shop.call(mei, GetPass { order: id() }).await.unwrap_err(), not_found);
    assert_eq!(shop.call(staff, GetVisit { number: 7 }).await.unwrap_err(), not_found);
    assert_eq!(
        shop.call(staff, Verify { shown: Shown::Order { order: id() } }).await.unwrap_err(),
        not_found
    );
    let hand_over = HandOver { order: order.id, code: order.pickup.unwrap(), cash: None };
    assert_eq!(shop.call(staff, hand_over).await.unwrap_err(), refused(PassFault::CheckFirst));

    let collected = shop.order(mei, &[(MILK, Pieces(1))]).await;
    assert_eq!(
        shop.call(mei, GetPass { order: collected.id }).await.unwrap_err(),
        refused(PassFault::NotCarried)
    );
    let shown = Shown::Order { order: collected.id };
    assert_eq!(shop.call(staff, Verify { shown }).await.unwrap_err(), refused(PassFault::NotCarried));
}

#[tokio::test]
async fn what_has_an_age_or_a_tag_waits_until_staff_has_released_it() {
    let shop = open().await;
    let (mei, staff) = (shop.shopper().await, shop.cashier().await);
    let order = carries(&shop, mei, &[(MILK, Pieces(1)), (WINE, Pieces(1)), (RAZORS, Pieces(1))]).await;
    let (milk, wine, razors) = (order.lines[0].id, order.lines[1].id, order.lines[2].id);
    let now = shop.call(mei, GetPass { order: order.id }).await.unwrap();
    assert_eq!((now.waits, now.pass), (vec![wine, razors], None));
    let waiting = shop.call(staff, GetGate {}).await.unwrap().waiting;
    assert_eq!(waiting.iter().map(|visit| visit.order.id).collect::<Vec<_>>(), [order.id]);

    // Whatever is shown: nobody is let out before.
    let by_number = Verify { shown: Shown::Order { order: order.id } };
    let visit = shop.call(staff, by_number.clone()).await.unwrap();
    assert_eq!((visit.order.state, visit.waits.len()), (OrderState::Placed, 2));

    let release = |line| Release { order: order.id, line };
    assert_eq!(
        shop.call(staff, release(milk)).await.unwrap_err(),
        Refusal::NotFound { what: Thing::Line },
        "it does not wait"
    );
    shop.call(staff, release(wine)).await.unwrap();
    let visit = shop.call(staff, release(wine)).await.unwrap();
    assert_eq!(visit.waits, [razors], "twice is once");
    shop.call(staff, release(razors)).await.unwrap();
    assert!(shop.call(staff, GetGate {}).await.unwrap().waiting.is_empty());
    let good = pass(&shop, mei, order.id).await;
    assert_eq!(shows(&shop, staff, good).await.unwrap().order.state, OrderState::HandedOver);
    assert_eq!(shop.call(staff, release(wine)).await.unwrap_err(), refused(PassFault::Used));
    assert_eq!(shop.call(staff, by_number).await.unwrap_err(), refused(PassFault::Used));
}

#[tokio::test]
async fn a_look_that_is_not_right_leads_to_a_whole_one_and_what_was_not_paid_is_paid_at_the_till() {
    let shop = open().await;
    set(&shop, CheckRule { items_from: Some(2), after_failed: 1, ..NEVER }).await;
    let (mei, staff) = (shop.shopper().await, shop.cashier().await);
    let order = carries(&shop, mei, &[(MILK, Pieces(2)), (YOGHURT, Pieces(1))]).await;
    let issued = shop.call(mei, GetPass { order: order.id }).await.unwrap().pass.unwrap();
    assert!(issued.check);
    let visit = shows(&shop, staff, issued.pass.clone()).await.unwrap();
    assert_eq!((visit.check, visit.out), (CheckStep::Look, None));
    assert_eq!(visit.sample.len(), 2);

    let milk = |pieces| found(&shop, MILK, Pieces(pieces));
    let look = |look| Check { order: order.id, look };
    let part = Look::Part { found: vec![milk(3).await, found(&shop, YOGHURT, Pieces(1)).await] };
    assert_eq!(shop.call(staff, look(part)).await.unwrap().check, CheckStep::Whole);
    let now = shop.call(mei, GetPass { order: order.id }).await.unwrap();
    assert_eq!((now.at_gate, now.pass), (true, None));
    let refusal = shop.call(staff, look(Look::Eye { right: true })).await.unwrap_err();
    assert!(matches!(refusal, Refusal::Invalid { ref field, .. } if field == "look"), "{refusal:?}");

    // Counts beyond any bag are no counts.
    for pieces in [0, u32::MAX] {
        let refusal =
            shop.call(staff, look(Look::Whole { found: vec![milk(pieces).await] })).await.unwrap_err();
        assert!(matches!(refusal, Refusal::Invalid { .. }), "{refusal:?}");
    }
    let body = format!(
        r#"{{"order":"{}","look":{{"kind":"whole","found":[{{"product":"{}","measure":{{"by":"pieces","amount":-1}}}}]}}}}"#,
        order.id,
        shop.product(MILK).await.id
    );
    let refusal = shop.engine.call_json("exit.check", &staff, call_id(), body.as_bytes()).await.unwrap_err();
    assert!(matches!(refusal, Refusal::Invalid { .. }), "{refusal:?}");

    // A third milk and a bottle of wine are there, a yoghurt is not.
    let whole = Look::Whole { found: vec![milk(3).await, found(&shop, WINE, Pieces(1)).await] };
    let visit = shop.call(staff, look(whole)).await.unwrap();
    let CheckStep::Settle { corrections } = visit.check else { panic!("{:?}", visit.check) };
    let told: Vec<_> = corrections.iter().map(|one| (one.name.en.as_str(), one.paid, one.found)).collect();
    assert_eq!(told, [("Whole milk", 2, 3), ("Plain yoghurt", 1, 0), ("Plum wine", 0, 1)]);
    assert_eq!(shop.call(staff, GetGate {}).await.unwrap().waiting.len(), 1);

    let sells = async |items: &[(&str, Measure)]| {
        let mut lines = Vec::new();
        let mut total = 0;
        for (text, measure) in items {
            let product = shop.product(text).await;
            total += measure.cost(product.price).unwrap().minor;
            lines.push(PlaceLine { id: id(), product: product.id, measure: *measure });
        }
        let sale = RecordSale::in_cash(id(), lines, yuan(total), yuan(total));
        shop.call(staff, sale).await.unwrap().id
    };
    let too_little = sells(&[(MILK, Pieces(1))]).await;
    let settle = |sale| Settle { order: order.id, sale: Some(sale) };
    let refusal = shop.call(staff, settle(too_little)).await.unwrap_err();
    assert!(matches!(refusal, Refusal::Invalid { ref field, .. } if field == "sale"), "{refusal:?}");
    let refusal = shop.call(staff, settle(id())).await.unwrap_err();
    assert!(matches!(refusal, Refusal::Invalid { ref field, .. } if field == "sale"), "{refusal:?}");
    let enough = sells(&[(WINE, Pieces(1)), (MILK, Pieces(1))]).await;
    let visit = shop.call(staff, settle(enough)).await.unwrap();
    assert_eq!(visit.order.state, OrderState::HandedOver);
    let paid_back = shop.call(mei, Get { order: order.id }).await.unwrap().payment;
    assert_eq!(paid_back.refunded, shop.product(YOGHURT).await.price.money(), "the yoghurt was not there");
    assert_eq!(paid_back.captured.minor - paid_back.refunded.minor, paid_back.to_pay.minor);
    let noted = shop.call(staff, GetGate {}).await.unwrap().noted;
    assert_eq!(noted.len(), 3, "part, whole, settled");
    assert!(matches!(noted[0].note.what, Noted::Settled { sale: Some(sale) } if sale == enough));
    assert_eq!(noted[0].note.by.as_deref(), Some("Lin"));
    shop.assert_ledgers_agree().await;

    // The same sale puts nothing else right, and the next visit is looked into whatever it holds.
    let next = carries(&shop, mei, &[(MILK, Pieces(1))]).await;
    let good = pass(&shop, mei, next.id).await;
    assert_eq!(shows(&shop, staff, good).await.unwrap().check, CheckStep::Look);
    let empty = Check { order: next.id, look: Look::Whole { found: vec![milk(2).await] } };
    shop.call(staff, empty).await.unwrap();
    let again = Settle { order: next.id, sale: Some(enough) };
    assert_eq!(shop.call(staff, again).await.unwrap_err(), Refusal::IdReused);
    let left_here = Settle { order: next.id, sale: None };
    assert_eq!(shop.call(staff, left_here).await.unwrap().order.state, OrderState::HandedOver);
}

#[tokio::test]
async fn a_bag_that_is_right_lets_its_shopper_out_at_once() {
    let shop = open().await;
    set(&shop, CheckRule { share_percent: 100, ..NEVER }).await;
    let (mei, staff) = (shop.shopper().await, shop.cashier().await);
    for look in [
        Look::Eye { right: true },
        Look::Part {
            found: vec![found(&shop, MILK, Pieces(1)).await, found(&shop, APPLES, Grams(505)).await],
        },
        Look::Whole {
            found: vec![found(&shop, APPLES, Grams(500)).await, found(&shop, MILK, Pieces(1)).await],
        },
    ] {
        let order = carries(&shop, mei, &[(MILK, Pieces(1)), (APPLES, Grams(500))]).await;
        let good = pass(&shop, mei, order.id).await;
        assert_eq!(shows(&shop, staff, good).await.unwrap().check, CheckStep::Look);
        let visit = shop.call(staff, Check { order: order.id, look }).await.unwrap();
        assert_eq!((visit.check, visit.order.state), (CheckStep::Nothing, OrderState::HandedOver));
    }
    let strange = InBag { product: id(), measure: Pieces(1) };
    let order = carries(&shop, mei, &[(MILK, Pieces(1))]).await;
    let look = Look::Whole { found: vec![strange] };
    let refusal = shop.call(staff, Check { order: order.id, look }).await.unwrap_err();
    assert_eq!(refusal, Refusal::NotFound { what: Thing::Product });
    let nothing = Settle { order: order.id, sale: None };
    assert!(matches!(shop.call(staff, nothing).await, Err(Refusal::Invalid { .. })));
}

#[tokio::test]
async fn first_visits_are_looked_into_where_the_rule_says_so() {
    let shop = open().await;
    set(&shop, CheckRule { first_visits: 2, ..NEVER }).await;
    let (mei, staff) = (shop.shopper().await, shop.cashier().await);
    let mut asked = Vec::new();
    for _ in 0..3 {
        let order = carries(&shop, mei, &[(MILK, Pieces(1))]).await;
        let good = pass(&shop, mei, order.id).await;
        let visit = shows(&shop, staff, good).await.unwrap();
        asked.push(visit.asked);
        if visit.asked {
            let look = Look::Eye { right: true };
            shop.call(staff, Check { order: order.id, look }).await.unwrap();
        }
    }
    assert_eq!(asked, [true, true, false]);
}

#[tokio::test]
async fn a_rule_is_the_managers_to_set_and_has_limits() {
    let shop = open().await;
    let (staff, manager) = (shop.cashier().await, manager(&shop).await);
    let rule = CheckRule { share_percent: 7, value_from: Some(yuan(20_000)), ..NEVER };
    assert_eq!(shop.call(staff, SetRule { rule }).await, Err(Refusal::NotAllowed));
    assert_eq!(shop.call(staff, GetRule {}).await, Err(Refusal::NotAllowed));
    assert_eq!(shop.call(manager, SetRule { rule }).await, Ok(rule));
    assert_eq!(shop.call(manager, GetRule {}).await, Ok(rule));
    let dollars = ministore_core::money::Currency::USD.minor(100);
    for (wrong, name) in [
        (CheckRule { share_percent: 101, ..NEVER }, "share_percent"),
        (CheckRule { value_from: Some(yuan(-1)), ..NEVER }, "value_from"),
        (CheckRule { value_from: Some(dollars), ..NEVER }, "value_from"),
        (CheckRule { items_from: Some(u32::MAX), ..NEVER }, "items_from"),
        (CheckRule { first_visits: 101, ..NEVER }, "first_visits"),
        (CheckRule { after_failed: 101, ..NEVER }, "after_failed"),
    ] {
        let refusal = shop.call(manager, SetRule { rule: wrong }).await.unwrap_err();
        assert!(matches!(refusal, Refusal::Invalid { ref field, .. } if field == name), "{refusal:?}");
    }
    assert_eq!(shop.call(manager, GetRule {}).await, Ok(rule));
}

#[tokio::test]
async fn a_gate_without_the_hub_reads_passes_itself_and_the_hub_learns_who_left() {
    let hub = open().await;
    let mei = hub.shopper().await;
    let (mut one, mut other) = (Till::pair(&hub).await, Till::pair(&hub).await);
    let order = carries(&hub, mei, &[(MILK, Pieces(2))]).await;
    let good = pass(&hub, mei, order.id).await;
    let out = |pass: &ExitPass| SeeOut { exit: id(), pass: pass.clone(), looked: false };
    let call = out(&good);
    let left = one.shop.call(one.staff, call.clone()).await.unwrap();
    assert_eq!((left.number, left.items), (order.number, 2));
    assert_eq!(one.shop.call(one.staff, call).await.unwrap(), left, "a repeat is the same leaving");
    assert_eq!(one.shop.call(one.staff, out(&good)).await.unwrap_err(), refused(PassFault::Used));
    assert_eq!(
        one.shop.call(one.staff, Verify { shown: Shown::Pass { pass: good.clone() } }).await,
        Err(Refusal::Offline)
    );
    // Another gate, as cut off, cannot know.
    other.shop.call(other.staff, out(&good)).await.unwrap();

    let mut forged = good.token().to_owned();
    forged.replace_range(90..91, if &forged[90..91] == "A" { "B" } else { "A" });
    let forged = ExitPass::new(&forged).unwrap();
    assert_eq!(one.shop.call(one.staff, out(&forged)).await.unwrap_err(), refused(PassFault::Forged));

    one.push(&hub, true).await;
    assert_eq!(hub.call(mei, GetPass { order: order.id }).await.unwrap().out, Some(left.at));
    assert!(hub.call(one.staff, GetGate {}).await.unwrap().noted.is_empty());
    other.push(&hub, false).await;
    other.push(&hub, true).await;
    let noted = hub.call(one.staff, GetGate {}).await.unwrap().noted;
    assert_eq!(noted.len(), 1, "told once, however often it was sent");
    assert_eq!((noted[0].number, &noted[0].note.what), (order.number, &Noted::UsedTwice));
    hub.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_gate_without_the_hub_looks_first_where_the_pass_asks_for_it() {
    let hub = open().await;
    set(&hub, CheckRule { share_percent: 100, ..NEVER }).await;
    let mei = hub.shopper().await;
    let mut till = Till::pair(&hub).await;
    let order = carries(&hub, mei, &[(MILK, Pieces(1))]).await;
    let second = carries(&hub, mei, &[(MILK, Pieces(1))]).await;
    let good = pass(&hub, mei, order.id).await;
    let out = |pass: ExitPass, looked| SeeOut { exit: id(), pass, looked };
    let refusal = till.shop.call(till.staff, out(good.clone(), false)).await.unwrap_err();
    assert_eq!(refusal, refused(PassFault::CheckFirst));
    till.shop.call(till.staff, out(good, true)).await.unwrap();
    till.shop.pass(1);
    // Cancelled at the hub while the gate is cut off.
    let good = pass(&hub, mei, second.id).await;
    hub.call(till.staff, Cancel { order: second.id, reason: CancelReason::CannotServe }).await.unwrap();
    till.shop.call(till.staff, out(good, true)).await.unwrap();
    till.push(&hub, true).await;
    let noted = hub.call(till.staff, GetGate {}).await.unwrap().noted;
    let told: Vec<_> = noted.iter().map(|one| (one.number, &one.note.what)).collect();
    assert!(
        matches!(told.as_slice(), [(a, Noted::LeftCancelled), (b, Noted::Looked { right: true, .. })]
            if (*a, *b) == (second.number, order.number)),
        "{told:?}"
    );
    hub.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_hub_books_leaving_for_a_till_alone_and_whoever_is_forgotten_leaves_no_name() {
    let hub = open().await;
    let (mei, staff) = (hub.shopper().await, hub.cashier().await);
    let till = Till::pair(&hub).await;
    let order = carries(&hub, mei, &[(MILK, Pieces(1))]).await;
    let good = pass(&hub, mei, order.id).await;
    let left = till.shop.call(till.staff, SeeOut { exit: id(), pass: good, looked: false }).await.unwrap();
    let push = Push { facts: vec![Fact::Exit(left)] };
    assert_eq!(hub.call(mei, push).await.unwrap_err(), Refusal::NotAllowed);

    // A saved reply of the gate's is cleaned with the rest.
    hub.call(staff, Verify { shown: Shown::Order { order: order.id } }).await.unwrap();
    hub.call(mei, ministore_core::member::Erase {}).await.unwrap();
    let visit = hub.call(staff, GetVisit { number: order.number }).await.unwrap();
    assert_eq!((visit.order.member, visit.order.state), (None, OrderState::HandedOver));
}
