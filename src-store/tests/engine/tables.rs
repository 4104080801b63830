//! Two tables, their phones, the kitchen and the till.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures::future::{join, join_all};
use ministore_core::id::{CallId, LineId, PaymentId, ProductId, RoundId, TabId};
use ministore_core::issued::TableNumber;
use ministore_core::member::{Erase, Export, GetCard, Join};
use ministore_core::money::Money;
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::payment_way::GetTabWay;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::Actor;
use ministore_core::stored_value::{StoredKind, TopUp};
use ministore_core::sync::{Changed, Cursor};
use ministore_core::table::menu::{Choice, DiningRoom, GetMenu};
use ministore_core::table::{
    ChangeLine, Close, GetKitchen, GetTab, GetTables, GiveBack, LineState, LineStep, Pay, PayFor, Portion,
    Put, RoundState, SendRound, Sit, Split, Tab, TabPaymentState, TabState, TakeCash, TakeStep,
};
use ministore_store::payment::{Charge, Providers};

use super::payment_way::Slow;
use super::payments::Line;
use super::test_shop::{CAKE, MILK, TestShop, WINE, YOGHURT, call_id, id, yuan};

const ROOM: &str = r#"{
    "tables": [{"number": 1, "seats": 4}, {"number": 2, "seats": 2}],
    "menu": {
        "stations": [
            {"key": "kitchen", "name": {"en": "Kitchen", "zh": "厨房"}},
            {"key": "bar", "name": {"en": "Bar", "zh": "吧台"}}
        ],
        "modifiers": [
            {"key": "size", "name": {"en": "Size", "zh": "份量"}, "min": 1, "max": 1, "options": [
                {"key": "regular", "name": {"en": "Regular", "zh": "标准"}, "delta": {"minor": 0, "currency": "CNY"}},
                {"key": "large", "name": {"en": "Large", "zh": "大份"}, "delta": {"minor": 400, "currency": "CNY"}}
            ]},
            {"key": "extra", "name": {"en": "Extras", "zh": "加料"}, "min": 0, "max": 2, "options": [
                {"key": "cream", "name": {"en": "Cream", "zh": "奶油"}, "delta": {"minor": 300, "currency": "CNY"}},
                {"key": "no-ice", "name": {"en": "No ice", "zh": "去冰"}, "delta": {"minor": 0, "currency": "CNY"}}
            ]}
        ],
        "sections": [
            {"name": {"en": "Drinks", "zh": "饮品"}, "items": [
                {"product": "9520000000011", "station": "bar", "modifiers": ["size", "extra"]},
                {"product": "9520000000028", "station": "bar"}
            ]},
            {"name": {"en": "Cakes", "zh": "蛋糕"}, "items": [{"product": "9520000000035", "station": "kitchen"}]}
        ]
    }
}"#;

fn room() -> DiningRoom {
    serde_json::from_str(ROOM).unwrap()
}

fn table(number: u16) -> TableNumber {
    TableNumber::new(number).unwrap()
}

fn choice(modifier: &str, option: &str) -> Choice {
    Choice { modifier: modifier.parse().unwrap(), option: option.parse().unwrap() }
}

async fn cafe_with(providers: Providers) -> TestShop {
    let shop = TestShop::open_with(providers).await;
    shop.engine.set_dining_room(&room()).await.unwrap();
    shop
}

async fn cafe() -> TestShop {
    cafe_with(Providers::demo()).await
}

async fn sit(shop: &TestShop, guest: Actor, number: u16) -> Tab {
    shop.call(guest, Sit { table: table(number), tab: id() }).await.unwrap()
}

/// A dish with what has to be chosen of it.
async fn put(shop: &TestShop, tab: TabId, code: &str, pieces: u32) -> Put {
    let product = shop.product(code).await.id;
    let choices = if code == MILK { vec![choice("size", "regular")] } else { Vec::new() };
    Put { tab, line: id(), product, choices, pieces, note: String::new() }
}

async fn send_all(shop: &TestShop, guest: Actor, tab: &Tab) -> Tab {
    let lines = tab.drafts().map(|line| line.id).collect();
    shop.call(guest, SendRound { tab: tab.id, round: id(), lines }).await.unwrap()
}

/// Two pieces of one dish and one of another, sent to the kitchen: 12.50 twice, 6.80, so 31.80.
async fn ordered(shop: &TestShop, guest: Actor, number: u16) -> Tab {
    let tab = sit(shop, guest, number).await.id;
    shop.call(guest, put(shop, tab, MILK, 2).await).await.unwrap();
    let chosen = shop.call(guest, put(shop, tab, YOGHURT, 1).await).await.unwrap();
    send_all(shop, guest, &chosen).await
}

async fn step(shop: &TestShop, staff: Actor, tab: &Tab, step: LineStep) -> Result<Tab, Refusal> {
    let lines = tab.lines.iter().map(|line| line.id).collect();
    shop.call(staff, TakeStep { tab: tab.id, lines, step }).await
}

async fn serve(shop: &TestShop, staff: Actor, tab: &Tab) -> Tab {
    step(shop, staff, tab, LineStep::Ready).await.unwrap();
    step(shop, staff, tab, LineStep::Serve).await.unwrap()
}

fn pay(tab: TabId, pays: PayFor, expected: Money) -> Pay {
    Pay { tab, payment: id(), pays, expected, tender: Tender::DemoWallet }
}

#[tokio::test]
async fn the_menu_is_shown_with_what_its_dishes_are_now() {
    let shop = cafe().await;
    let menu = shop.call(Actor::Visitor, GetMenu {}).await.unwrap();
    let names: Vec<_> = menu.sections.iter().map(|section| section.name.en.as_str()).collect();
    assert_eq!(names, ["Drinks", "Cakes"]);
    assert_eq!(menu.sections[0].dishes[0].product, shop.product(MILK).await);
    assert_eq!(menu.modifiers.len(), 2);
    assert_eq!(shop.engine.dining_room().await.unwrap(), room());

    let mut wrong = room();
    wrong.menu.sections[0].items[0].product = "9529999999993".parse().unwrap();
    let refused = shop.engine.set_dining_room(&wrong).await.unwrap_err();
    assert!(matches!(refused, Refusal::Invalid { reason, .. } if reason.contains("9529999999993")));
    let weighed = room().menu.sections[1].items[0].clone();
    let mut wrong = room();
    wrong.menu.sections[1].items[0] =
        ministore_core::table::menu::MenuItem { product: "01001".parse().unwrap(), ..weighed };
    assert!(shop.engine.set_dining_room(&wrong).await.is_err(), "apples are sold by weight");
    assert_eq!(shop.engine.dining_room().await.unwrap(), room(), "what was refused changes nothing");
}

#[tokio::test]
async fn two_phones_share_a_table_and_a_third_elsewhere_sees_nothing() {
    let shop = cafe().await;
    let (mei, lee, far) = (shop.shopper().await, shop.shopper().await, shop.shopper().await);
    let tab = sit(&shop, mei, 1).await;
    assert_eq!((tab.me, tab.guests, tab.state), (Some(1), 1, TabState::Open));
    let start = shop.engine.newest_change().await.unwrap();
    let joined = sit(&shop, lee, 1).await;
    assert_eq!((joined.id, joined.me, joined.guests), (tab.id, Some(2), 2));
    assert_eq!(sit(&shop, mei, 1).await.me, Some(1), "who comes back is who they were");
    let elsewhere = sit(&shop, far, 2).await;
    assert_ne!(elsewhere.id, tab.id);

    let mut large = put(&shop, tab.id, MILK, 2).await;
    large.choices = vec![choice("extra", "no-ice"), choice("size", "large"), choice("extra", "cream")];
    large.note = " no straw ".to_owned();
    shop.call(mei, large.clone()).await.unwrap();
    let both = shop.call(lee, put(&shop, tab.id, CAKE, 1).await).await.unwrap();
    assert_eq!(both.lines.iter().map(|line| line.guest).collect::<Vec<_>>(), [Some(1), Some(2)]);
    let milk = &both.lines[0];
    assert_eq!((milk.price.money(), milk.amount), (yuan(1950), yuan(3900)), "12.50 + 4.00 + 3.00, twice");
    assert_eq!(milk.note, "no straw");
    let names: Vec<_> = milk.chosen.iter().map(|chosen| chosen.name.en.as_str()).collect();
    assert_eq!(names, ["Large", "No ice", "Cream"]);
    assert_eq!(shop.call(mei, large).await.unwrap().lines.len(), 2, "the same line is put in once");

    // Another changes and takes out, as at any table.
    let change = |line: LineId, pieces| ChangeLine { tab: tab.id, line, pieces };
    let fewer = shop.call(lee, change(milk.id, 1)).await.unwrap();
    assert_eq!(fewer.lines[0].amount, yuan(1950));
    let without = shop.call(mei, change(both.lines[1].id, 0)).await.unwrap();
    assert_eq!(without.lines.len(), 1);
    assert_eq!(
        shop.call(lee, change(both.lines[1].id, 0)).await.unwrap().lines.len(),
        1,
        "it is out already"
    );

    // A stranger finds no such tab, whatever is asked of it.
    let none = Refusal::NotFound { what: Thing::Tab };
    let (stranger, round) = (shop.shopper().await, id::<RoundId>());
    for who in [far, stranger] {
        assert_eq!(shop.call(who, GetTab { tab: tab.id }).await.unwrap_err(), none);
        assert_eq!(shop.call(who, put(&shop, tab.id, CAKE, 1).await).await.unwrap_err(), none);
        assert_eq!(shop.call(who, change(milk.id, 0)).await.unwrap_err(), none);
        let send = SendRound { tab: tab.id, round, lines: vec![milk.id] };
        assert_eq!(shop.call(who, send).await.unwrap_err(), none);
        assert_eq!(shop.call(who, Split { tab: tab.id, parts: 2 }).await.unwrap_err(), none);
        assert_eq!(shop.call(who, pay(tab.id, PayFor::Rest, yuan(1950))).await.unwrap_err(), none);
    }
    let unknown = shop.call(mei, Sit { table: table(9), tab: id() }).await.unwrap_err();
    assert_eq!(unknown, Refusal::NotFound { what: Thing::Table });

    // Events: the table's own phones and staff hear of it.
    let heard = async |actor| {
        let events = shop.engine.events_after(&actor, start, 100).await.unwrap();
        let of = |what: &Changed| matches!(what, Changed::Tab { tab: of } if *of == tab.id);
        events.into_iter().filter(|event| of(&event.what)).count()
    };
    let cashier = shop.cashier().await;
    let all = (heard(mei).await, heard(lee).await, heard(cashier).await);
    assert_eq!((all, heard(far).await, heard(Actor::Visitor).await), ((1, 1, 1), 0, 0));
    let pulled = ministore_core::sync::Pull { after: Cursor(0), limit: 100 };
    let pulled = shop.call(mei, pulled).await.unwrap();
    assert_eq!(pulled.next, shop.engine.newest_change().await.unwrap().min(pulled.next));
}

#[tokio::test]
async fn what_the_menu_does_not_offer_is_not_put_in() {
    let shop = cafe().await;
    let mei = shop.shopper().await;
    let tab = sit(&shop, mei, 1).await.id;
    let milk = put(&shop, tab, MILK, 1).await;
    let refused = async |change: &dyn Fn(&mut Put)| {
        let mut put = Put { line: id(), ..milk.clone() };
        change(&mut put);
        shop.call(mei, put).await.unwrap_err()
    };
    let wine = shop.product(WINE).await.id;
    assert_eq!(refused(&|put| put.product = wine).await, Refusal::NotFound { what: Thing::Product });
    assert_eq!(refused(&|put| put.product = id()).await, Refusal::NotFound { what: Thing::Product });
    let field = |refusal| match refusal {
        Refusal::Invalid { field, .. } => field,
        other => panic!("{other:?}"),
    };
    assert_eq!(field(refused(&|put| put.choices.clear()).await), "choices");
    assert_eq!(field(refused(&|put| put.choices = vec![choice("size", "huge")]).await), "choices");
    assert_eq!(field(refused(&|put| put.pieces = 0).await), "pieces");
    assert_eq!(field(refused(&|put| put.pieces = u32::MAX).await), "pieces");
    assert_eq!(field(refused(&|put| put.note = "x".repeat(121)).await), "note");
    assert!(shop.call(mei, GetTab { tab }).await.unwrap().lines.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_round_sent_by_two_phones_at_once_is_one_round() {
    let shop = cafe().await;
    let (mei, lee) = (shop.shopper().await, shop.shopper().await);
    let tab = sit(&shop, mei, 1).await;
    sit(&shop, lee, 1).await;
    // Both put in at the same time, and nothing is lost.
    let puts = join_all((0..12).map(async |turn| {
        let who = if turn % 2 == 0 { mei } else { lee };
        let code = if turn % 3 == 0 { YOGHURT } else { MILK };
        shop.call(who, put(&shop, tab.id, code, 1).await).await
    }));
    assert!(puts.await.iter().all(Result::is_ok));
    let lines = shop.call(mei, GetTab { tab: tab.id }).await.unwrap().lines;
    assert_eq!(lines.len(), 12);
    // Yoghurt is short: there are two of it. Nothing of the round goes out.
    let all: Vec<LineId> = lines.iter().map(|line| line.id).collect();
    let send = |lines: &[LineId]| SendRound { tab: tab.id, round: id(), lines: lines.to_vec() };
    let short = shop.call(mei, send(&all)).await.unwrap_err();
    assert!(matches!(short, Refusal::SoldOut { left: 2, .. }), "{short:?}");
    let yoghurt = shop.product(YOGHURT).await;
    for line in lines.iter().filter(|line| line.product == yoghurt.id).skip(2) {
        shop.call(lee, ChangeLine { tab: tab.id, line: line.id, pieces: 0 }).await.unwrap();
    }
    let (first, second) = join(shop.call(mei, send(&all)), shop.call(lee, send(&all))).await;
    let (first, second) = (first.unwrap(), second.unwrap());
    let now = shop.call(mei, GetTab { tab: tab.id }).await.unwrap();
    assert_eq!(now.rounds.len(), 1, "{first:?} {second:?}");
    assert_eq!(now.rounds[0].number, 1);
    assert!(now.lines.iter().all(|line| line.state == LineState::Sent));
    assert_eq!(shop.product(MILK).await.available, 2);
    assert_eq!(shop.product(YOGHURT).await.available, 0);

    // The same call again is answered alike, and a round's key is one round's.
    let more = shop.call(mei, put(&shop, tab.id, MILK, 1).await).await.unwrap();
    let line = more.drafts().next().unwrap().id;
    let (call, send): (CallId, _) = (call_id(), send(&[line]));
    let once = shop.engine.call(&mei, call, send.clone()).await.unwrap();
    assert_eq!(shop.engine.call(&mei, call, send.clone()).await.unwrap(), once);
    assert_eq!(shop.call(lee, send.clone()).await.unwrap().rounds.len(), 2);
    let far = shop.shopper().await;
    let other = sit(&shop, far, 2).await.id;
    let used = SendRound { tab: other, lines: vec![line], ..send };
    assert_eq!(shop.call(far, used).await.unwrap_err(), Refusal::IdReused);
    shop.assert_ledgers_agree().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_last_cake_goes_to_one_table() {
    let shop = cafe().await;
    let (mei, far) = (shop.shopper().await, shop.shopper().await);
    let mut sends = Vec::new();
    for (guest, number) in [(mei, 1), (far, 2)] {
        let tab = sit(&shop, guest, number).await.id;
        let chosen = shop.call(guest, put(&shop, tab, CAKE, 1).await).await.unwrap();
        sends.push((guest, SendRound { tab, round: id(), lines: vec![chosen.lines[0].id] }));
    }
    let sent = join_all(sends.into_iter().map(|(guest, send)| shop.call(guest, send))).await;
    assert_eq!(sent.iter().filter(|sent| sent.is_ok()).count(), 1);
    let refused = sent.into_iter().find_map(Result::err).unwrap();
    assert!(matches!(refused, Refusal::SoldOut { left: 0, .. }), "{refused:?}");
    assert_eq!(shop.product(CAKE).await.available, 0);

    // The kitchen drops it: it is back for the other table.
    let cashier = shop.cashier().await;
    let kitchen = shop.call(cashier, GetKitchen {}).await.unwrap();
    let round = &kitchen.rounds[0];
    let cancel = TakeStep { tab: round.tab, lines: vec![round.lines[0].id], step: LineStep::Cancel };
    let without = shop.call(cashier, cancel.clone()).await.unwrap();
    assert_eq!(without.lines[0].state, LineState::Cancelled);
    assert_eq!(without.bill.due, yuan(0));
    shop.call(cashier, cancel).await.unwrap();
    assert_eq!(shop.product(CAKE).await.available, 1, "put back once");
    assert!(shop.call(cashier, GetKitchen {}).await.unwrap().rounds.is_empty());
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn the_kitchen_works_by_dish_and_numbers_start_anew_each_day() {
    let shop = cafe().await;
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    let tab = ordered(&shop, mei, 1).await;
    let kitchen = shop.call(cashier, GetKitchen {}).await.unwrap();
    assert_eq!(kitchen.rounds.len(), 1);
    let round = &kitchen.rounds[0];
    assert_eq!((round.round.number, round.table, round.state()), (1, table(1), RoundState::Preparing));

    let (milk, yoghurt) = (round.lines[0].id, round.lines[1].id);
    let take = async |line: LineId, step| {
        shop.call(cashier, TakeStep { tab: tab.id, lines: vec![line], step }).await
    };
    take(milk, LineStep::Start).await.unwrap();
    take(milk, LineStep::Ready).await.unwrap();
    let state =
        async || shop.call(cashier, GetKitchen {}).await.unwrap().rounds.first().map(|round| round.state());
    assert_eq!(state().await, Some(RoundState::Preparing), "one dish is still being made");
    take(yoghurt, LineStep::Ready).await.unwrap();
    assert_eq!(state().await, Some(RoundState::Ready));
    take(yoghurt, LineStep::Back).await.unwrap();
    assert_eq!(state().await, Some(RoundState::Preparing), "it was a slip");
    let wrong = take(yoghurt, LineStep::Serve).await.unwrap_err();
    let (line_state, line_step) = (LineState::Preparing, LineStep::Serve);
    assert_eq!(wrong, Refusal::WrongLineStep { line_state, line_step });
    take(yoghurt, LineStep::Ready).await.unwrap();
    for line in [milk, yoghurt] {
        take(line, LineStep::Serve).await.unwrap();
        take(line, LineStep::Serve).await.unwrap();
    }
    assert_eq!(state().await, None);
    let cancel = take(milk, LineStep::Cancel).await.unwrap_err();
    assert!(matches!(cancel, Refusal::WrongLineStep { .. }), "what is served stays on the bill");
    assert!(matches!(take(milk, LineStep::Send).await.unwrap_err(), Refusal::Invalid { .. }));
    let guest = shop.call(mei, ChangeLine { tab: tab.id, line: milk, pieces: 0 }).await.unwrap_err();
    assert!(matches!(guest, Refusal::WrongLineStep { line_state: LineState::Served, .. }));

    let numbers = async |tab: &Tab| {
        let chosen = shop.call(mei, put(&shop, tab.id, MILK, 1).await).await.unwrap();
        send_all(&shop, mei, &chosen).await.rounds.last().unwrap().number
    };
    assert_eq!(numbers(&tab).await, 2);
    // 09:00 in Shanghai: fifteen hours later it is tomorrow there.
    shop.pass(15 * 60 - 1);
    assert_eq!(numbers(&tab).await, 3);
    shop.pass(1);
    assert_eq!(numbers(&tab).await, 1);
}

#[tokio::test]
async fn a_bill_is_split_by_dish_and_equally_and_the_table_is_free() {
    let shop = cafe().await;
    let (mei, lee, cashier) = (shop.shopper().await, shop.shopper().await, shop.cashier().await);
    let tab = ordered(&shop, mei, 1).await;
    sit(&shop, lee, 1).await;
    assert_eq!(tab.bill.due, yuan(3180));
    assert_eq!(tab.bill.totals.tax_total(), yuan(263), "9 % inside");

    // Mei pays for one of the two glasses.
    let portions = vec![Portion { line: tab.lines[0].id, pieces: 1 }];
    let glass = pay(tab.id, PayFor::Portions { portions: portions.clone() }, yuan(1250));
    let (call, paid) = (call_id(), glass.clone());
    let paid = shop.engine.call(&mei, call, paid).await.unwrap();
    assert_eq!((paid.bill.paid, paid.bill.due), (yuan(1250), yuan(1930)));
    assert_eq!(paid.payments[0].state, TabPaymentState::Paid);
    assert_eq!(
        shop.engine.call(&mei, call, glass.clone()).await.unwrap(),
        paid,
        "a repeat is answered alike"
    );
    assert_eq!(shop.call(mei, glass.clone()).await.unwrap().payments.len(), 1, "and paid once");
    let other = Pay { pays: PayFor::Rest, expected: yuan(1930), ..glass };
    assert_eq!(shop.call(mei, other).await.unwrap_err(), Refusal::IdReused);

    // Both glasses are more than is left of them.
    let two = PayFor::Portions { portions: vec![Portion { line: tab.lines[0].id, pieces: 2 }] };
    assert_eq!(shop.call(lee, pay(tab.id, two, yuan(2500))).await.unwrap_err(), Refusal::PaidAlready);

    // The rest in three parts, to the fen.
    let split = shop.call(lee, Split { tab: tab.id, parts: 3 }).await.unwrap();
    assert_eq!(split.parts, 3);
    let shares: Vec<i64> =
        split.amounts_for(&PayFor::Part).unwrap().iter().map(|share| share.minor).collect();
    assert_eq!(shares, [644, 643]);
    let wrong = shop.call(lee, pay(tab.id, PayFor::Part, yuan(700))).await.unwrap_err();
    assert_eq!(wrong, Refusal::TotalChanged { now: yuan(644) });
    for (guest, share, parts) in [(lee, 643, 2), (mei, 643, 1), (lee, 644, 0)] {
        let paid = shop.call(guest, pay(tab.id, PayFor::Part, yuan(share))).await.unwrap();
        assert_eq!(paid.parts, parts);
    }
    let all = shop.call(mei, GetTab { tab: tab.id }).await.unwrap();
    assert_eq!((all.bill.paid, all.bill.due, all.state), (yuan(3180), yuan(0), TabState::Open));
    let again = shop.call(lee, pay(tab.id, PayFor::Rest, yuan(0))).await.unwrap_err();
    assert_eq!(again, Refusal::PaidAlready);

    // Served: the table is free, and the old phones are told so.
    let served = serve(&shop, cashier, &all).await;
    assert_eq!(served.state, TabState::Closed);
    let over = shop.call(mei, GetTab { tab: tab.id }).await.unwrap();
    assert_eq!((over.state, over.closed.is_some()), (TabState::Closed, true));
    let closed = shop.call(mei, put(&shop, tab.id, MILK, 1).await).await.unwrap_err();
    assert_eq!(closed, Refusal::TabClosed);
    let tables = shop.call(cashier, GetTables {}).await.unwrap().tables;
    assert!(tables.iter().all(|table| table.tab.is_none()));
    let next = sit(&shop, lee, 1).await;
    assert_ne!(next.id, tab.id);
    assert!(next.lines.is_empty());
    shop.assert_ledgers_agree().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_who_pay_all_at_once_pay_once() {
    let shop = cafe().await;
    let (mei, lee) = (shop.shopper().await, shop.shopper().await);
    let tab = ordered(&shop, mei, 1).await;
    sit(&shop, lee, 1).await;
    let all = |()| pay(tab.id, PayFor::Rest, yuan(3180));
    let (first, second) = join(shop.call(mei, all(())), shop.call(lee, all(()))).await;
    let refused = [first.err(), second.err()];
    let refused: Vec<_> = refused.into_iter().flatten().collect();
    assert_eq!(refused, [Refusal::PaidAlready]);
    let paid = shop.call(mei, GetTab { tab: tab.id }).await.unwrap();
    assert_eq!((paid.bill.paid, paid.payments.len()), (yuan(3180), 1));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn staff_takes_cash_gives_back_and_closes() {
    let shop = cafe().await;
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    let tab = ordered(&shop, mei, 1).await;
    let close = Close { tab: tab.id };
    assert_eq!(shop.call(cashier, close).await.unwrap_err(), Refusal::TabOpen { table: table(1) });
    let mut room = room();
    room.tables.remove(0);
    let taken = shop.engine.set_dining_room(&room).await.unwrap_err();
    assert_eq!(taken, Refusal::TabOpen { table: table(1) }, "guests sit there");

    let cash = |cash: i64| TakeCash {
        tab: tab.id,
        payment: PaymentId(uuid::Uuid::from_u128(7)),
        pays: PayFor::Rest,
        expected: yuan(3180),
        cash: yuan(cash),
    };
    let short = shop.call(cashier, cash(3000)).await.unwrap_err();
    assert_eq!(short, Refusal::PaymentDue { due: yuan(3180) });
    let taken = shop.call(cashier, cash(5000)).await.unwrap();
    assert_eq!((taken.change, taken.tab.bill.due), (yuan(1820), yuan(0)));
    assert_eq!(shop.call(cashier, cash(5000)).await.unwrap().change, yuan(1820), "once");

    // A dish that was paid for is not dropped before the money is back.
    let cancel = TakeStep { tab: tab.id, lines: vec![tab.lines[1].id], step: LineStep::Cancel };
    assert_eq!(shop.call(cashier, cancel.clone()).await.unwrap_err(), Refusal::PaidAlready);
    assert_eq!(shop.product(YOGHURT).await.available, 1, "nothing of it was done");
    let back = GiveBack { tab: tab.id, payment: taken.tab.payments[0].id };
    let back = shop.call(cashier, back).await.unwrap();
    assert_eq!((back.payments[0].state, back.bill.due), (TabPaymentState::Returned, yuan(3180)));
    let fewer = shop.call(cashier, cancel).await.unwrap();
    assert_eq!(fewer.bill.due, yuan(2500));

    let served = serve_rest(&shop, cashier, &fewer).await;
    assert_eq!(shop.call(cashier, close).await.unwrap_err(), Refusal::PaymentDue { due: yuan(2500) });
    let rest = TakeCash { payment: id(), expected: yuan(2500), ..cash(2500) };
    let paid = shop.call(cashier, rest).await.unwrap();
    assert_eq!((paid.tab.state, paid.change), (TabState::Closed, yuan(0)));
    assert_eq!(served.lines.len(), 2);
    shop.assert_ledgers_agree().await;

    // Guests who leave without ordering: what they had chosen is dropped.
    let far = shop.shopper().await;
    let left = sit(&shop, far, 2).await.id;
    shop.call(far, put(&shop, left, MILK, 1).await).await.unwrap();
    let closed = shop.call(cashier, Close { tab: left }).await.unwrap();
    assert_eq!((closed.state, closed.lines.len()), (TabState::Closed, 0));
    assert_eq!(shop.product(MILK).await.available, 8);
}

async fn serve_rest(shop: &TestShop, staff: Actor, tab: &Tab) -> Tab {
    let lines: Vec<LineId> =
        tab.lines.iter().filter(|line| line.state.is_under_way()).map(|line| line.id).collect();
    for step in [LineStep::Ready, LineStep::Serve] {
        shop.call(staff, TakeStep { tab: tab.id, lines: lines.clone(), step }).await.unwrap();
    }
    shop.call(staff, GetTab { tab: tab.id }).await.unwrap()
}

#[tokio::test]
async fn a_declined_part_is_due_again() {
    let shop = cafe().await;
    let mei = shop.shopper().await;
    shop.import("gtin,category,name_en,price,stock\n9520000000035,dairy,Cream cake,2500.00,3\n").await;
    let tab = sit(&shop, mei, 1).await.id;
    let chosen = shop.call(mei, put(&shop, tab, CAKE, 2).await).await.unwrap();
    send_all(&shop, mei, &chosen).await;
    shop.call(mei, Split { tab, parts: 2 }).await.unwrap();
    // The demo wallet takes 2000.00 at most.
    let part = pay(tab, PayFor::Part, yuan(250_000));
    let call = call_id();
    let declined = Refusal::PaymentDeclined { limit: Some(yuan(200_000)) };
    assert_eq!(shop.engine.call(&mei, call, part.clone()).await.unwrap_err(), declined);
    assert_eq!(shop.engine.call(&mei, call, part).await.unwrap_err(), declined);
    let now = shop.call(mei, GetTab { tab }).await.unwrap();
    assert_eq!((now.bill.due, now.parts), (yuan(500_000), 2));
    assert_eq!(now.payments[0].state, TabPaymentState::Declined);
    shop.assert_ledgers_agree().await;
}

/// A payment's key, made at the shop's time.
fn key_at(shop: &TestShop) -> PaymentId {
    let at = shop.engine_time();
    let seconds = u64::try_from(at / 1000).unwrap();
    let made = uuid::Timestamp::from_unix(uuid::NoContext, seconds, 0);
    PaymentId(uuid::Uuid::new_v7(made))
}

#[tokio::test]
async fn a_part_waits_for_its_guest_to_pay_in_an_app_of_their_own() {
    let slow = Slow::new();
    let shop = cafe_with(Providers::demo().with(slow.clone())).await;
    let (mei, lee) = (shop.shopper().await, shop.shopper().await);
    let tab = ordered(&shop, mei, 1).await.id;
    sit(&shop, lee, 1).await;
    shop.call(mei, Split { tab, parts: 2 }).await.unwrap();
    let wechat = |payment| Pay { payment, tender: Tender::WechatPay, ..pay(tab, PayFor::Part, yuan(1590)) };
    let old = shop.call(mei, wechat(id())).await.unwrap_err();
    assert!(matches!(&old, Refusal::Invalid { field, .. } if field == "payment"), "{old:?}");

    let first = key_at(&shop);
    let asked = shop.call(mei, wechat(first)).await.unwrap();
    assert_eq!((asked.bill.asked, asked.bill.due, asked.parts), (yuan(1590), yuan(1590), 1));
    let way = GetTabWay { tab, payment: first, opens: false };
    let waits = shop.call(lee, way).await.unwrap().waits.unwrap();
    assert_eq!(waits.link.unwrap().url, format!("pay:{first}"), "whoever sits there can pay it");
    let stranger = shop.shopper().await;
    let refused = shop.call(stranger, way).await.unwrap_err();
    assert_eq!(refused, Refusal::NotFound { what: Thing::Tab });
    assert_eq!(shop.engine.settle_payments().await.unwrap(), 1);

    // Nobody pays in time: the part is free again.
    slow.say(Charge::Expired);
    assert_eq!(shop.call(mei, way).await.unwrap().waits, None);
    let now = shop.call(mei, GetTab { tab }).await.unwrap();
    assert_eq!((now.bill.asked, now.bill.due, now.parts), (yuan(0), yuan(3180), 2));
    assert_eq!(now.payments[0].state, TabPaymentState::Declined);
    assert_eq!(shop.engine.settle_payment(first).await.unwrap(), Some(PaymentState::Cancelled));

    slow.say(Charge::Waiting);
    let second = key_at(&shop);
    shop.call(lee, wechat(second)).await.unwrap();
    slow.say(Charge::Captured);
    assert_eq!(shop.engine.settle_payment(second).await.unwrap(), Some(PaymentState::Captured));
    let paid = shop.call(mei, GetTab { tab }).await.unwrap();
    assert_eq!((paid.bill.paid, paid.bill.due, paid.parts), (yuan(1590), yuan(1590), 1));
    assert_eq!(shop.engine.settle_payments().await.unwrap(), 0);
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn an_answer_that_did_not_come_is_asked_for_again() {
    let line = Arc::new(Line::default());
    let shop = cafe_with(Providers::default().with(line.clone())).await;
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    let tab = ordered(&shop, mei, 1).await;
    let served = serve(&shop, cashier, &tab).await;
    line.cut.store(true, Ordering::Relaxed);
    let all = pay(tab.id, PayFor::Rest, yuan(3180));
    let asked = shop.call(mei, all).await.unwrap();
    assert_eq!((asked.bill.asked, asked.bill.due, asked.state), (yuan(3180), yuan(0), TabState::Open));
    let twice = shop.call(mei, pay(tab.id, PayFor::Rest, yuan(3180))).await.unwrap_err();
    assert_eq!(twice, Refusal::PaidAlready, "while it is asked nobody pays it again");
    assert_eq!(
        shop.call(cashier, Close { tab: tab.id }).await.unwrap_err(),
        Refusal::TabOpen { table: table(1) }
    );
    assert_eq!(shop.engine.settle_payments().await.unwrap(), 1);

    let shop = shop.restarted(Providers::default().with(line.clone())).await;
    line.cut.store(false, Ordering::Relaxed);
    assert_eq!(shop.engine.settle_payments().await.unwrap(), 0);
    let paid = shop.call(mei, GetTab { tab: tab.id }).await.unwrap();
    assert_eq!((paid.bill.paid, paid.state), (yuan(3180), TabState::Closed), "served and paid");
    assert_eq!(line.taken.load(Ordering::Relaxed), 1);
    assert_eq!(served.lines.len(), 2);

    // The same on the way back.
    let tab = ordered_again(&shop, mei).await;
    let paid = shop.call(mei, pay(tab.id, PayFor::Rest, tab.bill.due)).await.unwrap();
    line.cut.store(true, Ordering::Relaxed);
    let back = GiveBack { tab: tab.id, payment: paid.payments[0].id };
    let returning = shop.call(cashier, back).await.unwrap();
    assert_eq!(returning.payments[0].state, TabPaymentState::Returning);
    line.cut.store(false, Ordering::Relaxed);
    assert_eq!(shop.engine.settle_payments().await.unwrap(), 0);
    let returned = shop.call(mei, GetTab { tab: tab.id }).await.unwrap();
    assert_eq!(returned.payments[0].state, TabPaymentState::Returned);
    assert_eq!(returned.bill.due, tab.bill.due);
    shop.assert_ledgers_agree().await;
}

async fn ordered_again(shop: &TestShop, guest: Actor) -> Tab {
    let tab = sit(shop, guest, 1).await.id;
    let chosen = shop.call(guest, put(shop, tab, MILK, 1).await).await.unwrap();
    send_all(shop, guest, &chosen).await
}

#[tokio::test]
async fn who_is_forgotten_leaves_the_bill_and_no_word() {
    let shop = cafe().await;
    let (mei, lee, cashier) = (shop.shopper().await, shop.shopper().await, shop.cashier().await);
    let tab = sit(&shop, mei, 1).await.id;
    sit(&shop, lee, 1).await;
    let mut noted = put(&shop, tab, MILK, 1).await;
    noted.note = "for Xiaomei, no sugar".to_owned();
    let chosen = shop.call(mei, noted).await.unwrap();
    assert_eq!(shop.call(mei, Erase {}).await.unwrap_err(), Refusal::TabOpen { table: table(1) });
    let sent = send_all(&shop, mei, &chosen).await;
    let held = shop.call(mei, Export {}).await.unwrap();
    assert_eq!(held.tabs.len(), 1);
    assert!(held.tabs[0].lines.iter().any(|line| line.note.contains("Xiaomei")));
    shop.call(lee, pay(tab, PayFor::Rest, yuan(1250))).await.unwrap();
    assert_eq!(serve(&shop, cashier, &sent).await.state, TabState::Closed);

    shop.call(mei, Erase {}).await.unwrap();
    assert_eq!(shop.call(mei, GetTab { tab }).await.unwrap_err(), Refusal::NotFound { what: Thing::Tab });
    let left = shop.call(lee, GetTab { tab }).await.unwrap();
    assert_eq!((left.bill.paid, left.lines[0].note.as_str()), (yuan(1250), ""));
    assert!(shop.call(mei, Export {}).await.unwrap().tabs.is_empty());
    let bytes = shop.home.everything().await;
    assert!(!bytes.windows(7).any(|window| window == b"Xiaomei"), "a word of it is left");
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_product_that_leaves_the_shelf_leaves_the_menu() {
    let shop = cafe().await;
    let mei = shop.shopper().await;
    let tab = sit(&shop, mei, 1).await.id;
    let chosen = shop.call(mei, put(&shop, tab, CAKE, 1).await).await.unwrap();
    let cake: ProductId = chosen.lines[0].product;
    shop.home.execute("UPDATE product SET sold = 0 WHERE name_en = 'Cream cake'").await.unwrap();
    let menu = shop.call(Actor::Visitor, GetMenu {}).await.unwrap();
    assert_eq!(menu.sections.len(), 1, "a section without dishes is not shown");
    let send = SendRound { tab, round: id(), lines: vec![chosen.lines[0].id] };
    let refused = shop.call(mei, send).await.unwrap_err();
    assert!(matches!(refused, Refusal::SoldOut { product, left: 0, .. } if product == cake));
}

#[tokio::test]
async fn a_guest_pays_a_part_from_the_card_and_has_it_back_there() {
    let shop = cafe().await;
    let (mei, lee, staff) = (shop.shopper().await, shop.shopper().await, shop.cashier().await);
    let tab = ordered(&shop, mei, 1).await;
    sit(&shop, lee, 1).await;
    let portions = vec![Portion { line: tab.lines[0].id, pieces: 1 }];
    let by_card = || Pay {
        tender: Tender::StoredValue,
        ..pay(tab.id, PayFor::Portions { portions: portions.clone() }, yuan(1_250))
    };
    assert_eq!(shop.call(lee, by_card()).await.unwrap_err(), Refusal::NoCard);
    let card = shop.call(mei, Join { member: id() }).await.unwrap();
    let cash = |minor| TopUp { top_up: id(), number: card.number, amount: yuan(minor) };
    shop.call(staff, cash(1_000)).await.unwrap();
    let short = shop.call(mei, by_card()).await.unwrap_err();
    assert_eq!(short, Refusal::BalanceTooLow { missing: yuan(250) });
    shop.call(staff, cash(500)).await.unwrap();

    let paying = by_card();
    let paid = shop.call(mei, paying.clone()).await.unwrap();
    assert_eq!((paid.payments.len(), paid.payments[0].state), (1, TabPaymentState::Paid));
    assert_eq!((paid.bill.paid, paid.bill.due), (yuan(1_250), yuan(1_930)));
    assert_eq!(shop.call(mei, paying.clone()).await.unwrap().payments, paid.payments, "sent twice");
    let stored = async || shop.call(mei, GetCard {}).await.unwrap().unwrap().stored.unwrap();
    assert_eq!((stored().await.money.balance, stored().await.money.held), (yuan(250), yuan(0)));
    let entry = stored().await.entries[0];
    assert_eq!((entry.kind, entry.order), (StoredKind::Captured, None));

    let back = GiveBack { tab: tab.id, payment: paying.payment };
    let returned = shop.call(staff, back).await.unwrap();
    assert_eq!(returned.payments[0].state, TabPaymentState::Returned);
    assert_eq!(shop.call(staff, back).await.unwrap().payments, returned.payments, "once");
    assert_eq!(stored().await.money.balance, yuan(1_500));
    shop.assert_ledgers_agree().await;
}
