//! Cards whose code renews itself: known by it for a minute, and paying by it once.

use std::collections::HashSet;

use futures::future::join;
use ministore_core::card_code::{CardCode, CardKey, CodeFault, FindByCode, GetCardKey, Step};
use ministore_core::code::CardNumber;
use ministore_core::id::PaymentId;
use ministore_core::member::{Card, Erase, Export, FindMember, GetCard, Join};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::{Actor, StaffRole};
use ministore_core::stored_value::{OnCard, PayOut, TopUp};
use ministore_core::sync::Changed;
use ministore_core::ticket::{HoldValue, ReleaseValue};
use ministore_core::time::Timestamp;
use ministore_store::payment::Providers;

use super::test_shop::{TestShop, call_id, id, yuan};

async fn joined(shop: &TestShop) -> (Actor, Card) {
    let mei = shop.shopper().await;
    let card = shop.call(mei, Join { member: id() }).await.unwrap();
    (mei, card)
}

/// A member with so much on the card, which was opened on a phone.
async fn on_phone(shop: &TestShop, staff: Actor, minor: i64) -> (Actor, CardKey) {
    let (mei, card) = joined(shop).await;
    shop.call(staff, TopUp { top_up: id(), number: card.number, amount: yuan(minor) }).await.unwrap();
    let timed = shop.call(mei, GetCardKey {}).await.unwrap().unwrap();
    assert_eq!(timed.now, Timestamp(shop.engine_time()));
    assert_eq!(timed.key.number, card.number);
    (mei, timed.key)
}

/// The code so many steps from now.
fn code_in(shop: &TestShop, key: &CardKey, steps: i64) -> CardCode {
    key.code_at(Step(Step::at(Timestamp(shop.engine_time())).0 + steps))
}

fn hold(number: CardNumber, code: Option<CardCode>, minor: i64) -> HoldValue {
    HoldValue { payment: id(), sale: id(), number, amount: yuan(minor), code }
}

fn refused(fault: CodeFault) -> Refusal {
    Refusal::CardCodeRefused { fault }
}

fn on_card(balance: i64, held: i64) -> OnCard {
    OnCard { balance: yuan(balance), held: yuan(held) }
}

#[tokio::test]
async fn a_card_is_known_by_its_code_within_its_window_alone() {
    let shop = TestShop::open().await;
    let staff = shop.cashier().await;
    let (_, key) = on_phone(&shop, staff, 1_000).await;
    let (_, other) = on_phone(&shop, staff, 1_000).await;
    let find = async |code| shop.call(staff, FindByCode { code }).await;
    for steps in -1..=1 {
        let found = find(code_in(&shop, &key, steps)).await.unwrap();
        assert_eq!((found.number, found.renews), (key.number, true), "{steps}");
    }
    for steps in [-9, -2, 2, 9] {
        assert_eq!(
            find(code_in(&shop, &key, steps)).await.unwrap_err(),
            refused(CodeFault::Stale),
            "{steps}"
        );
    }
    let shown = code_in(&shop, &key, 0);
    shop.pass(1);
    assert_eq!(find(shown).await.unwrap_err(), refused(CodeFault::Stale), "a picture of it, a minute later");

    // One card's secret makes no other card's code, and a printed card has none.
    let forged = CardKey { number: other.number, secret: key.secret.clone() };
    assert_eq!(find(code_in(&shop, &forged, 0)).await.unwrap_err(), refused(CodeFault::Stale));
    let (_, printed) = joined(&shop).await;
    let guessed = CardKey { number: printed.number, secret: key.secret.clone() };
    assert_eq!(find(code_in(&shop, &guessed, 0)).await.unwrap_err(), refused(CodeFault::Stale));
    let nobody = CardKey { number: CardNumber::from_body(1), secret: key.secret.clone() };
    let unknown = find(code_in(&shop, &nobody, 0)).await.unwrap_err();
    assert_eq!(unknown, Refusal::NotFound { what: Thing::Member });
}

#[tokio::test]
async fn the_secret_is_drawn_once_and_given_to_the_members_own_device_alone() {
    let shop = TestShop::open().await;
    let staff = shop.cashier().await;
    let mei = shop.shopper().await;
    assert_eq!(shop.call(mei, GetCardKey {}).await.unwrap(), None, "no member yet");
    let card = shop.call(mei, Join { member: id() }).await.unwrap();
    assert!(!card.renews);
    let mut told = shop.engine.watch();
    let key = shop.call(mei, GetCardKey {}).await.unwrap().unwrap().key;
    assert_eq!(told.try_recv().unwrap().event.what, Changed::Card, "its page hears that it renews now");
    assert!(shop.call(mei, GetCard {}).await.unwrap().unwrap().renews);
    assert_eq!(shop.call(mei, GetCardKey {}).await.unwrap().unwrap().key, key, "the same each time");
    let (_, lee) = on_phone(&shop, staff, 100).await;
    assert_ne!(lee.secret, key.secret);

    let secret = serde_json::to_string(&key.secret).unwrap();
    let secret = secret.trim_matches('"');
    let found = shop.call(staff, FindMember { number: card.number }).await.unwrap();
    let by_code = shop.call(staff, FindByCode { code: code_in(&shop, &key, 0) }).await.unwrap();
    let export = shop.call(mei, Export {}).await.unwrap();
    for told in [
        serde_json::to_string(&found).unwrap(),
        serde_json::to_string(&by_code).unwrap(),
        serde_json::to_string(&export).unwrap(),
    ] {
        assert!(!told.contains(secret), "{told}");
    }
    assert_eq!(shop.call(staff, GetCardKey {}).await.unwrap_err(), Refusal::NotAllowed);
    // Not among saved replies either, which are kept as text: at most in its own column, where that is written out so.
    let times = async |part: &[u8]| {
        shop.home.everything().await.windows(part.len()).filter(|there| *there == part).count()
    };
    assert!(times(secret.as_bytes()).await <= 1);
    let seen = times(secret.as_bytes()).await + times(key.secret.bytes()).await;
    assert!(seen > 0, "this test can see what is kept");

    // Whoever is forgotten has no secret here any more.
    shop.call(mei, Erase {}).await.unwrap();
    assert_eq!(shop.call(mei, GetCardKey {}).await.unwrap(), None);
    assert_eq!((times(secret.as_bytes()).await, times(key.secret.bytes()).await), (0, 0));
    let again = shop.call(mei, Join { member: id() }).await.unwrap();
    let fresh = shop.call(mei, GetCardKey {}).await.unwrap().unwrap().key;
    assert!(fresh.number == again.number && fresh.secret != key.secret);
}

#[tokio::test]
async fn a_code_pays_once_and_an_older_one_never() {
    let shop = TestShop::open().await;
    let staff = shop.cashier().await;
    let (mei, key) = on_phone(&shop, staff, 5_000).await;
    let there = async || shop.call(mei, GetCard {}).await.unwrap().unwrap().stored.unwrap().money;

    // The number alone pays no more; of a card that no phone has opened it does.
    let by_number = shop.call(staff, hold(key.number, None, 100)).await.unwrap_err();
    assert_eq!(by_number, refused(CodeFault::Missing));
    let (_, printed) = joined(&shop).await;
    shop.call(staff, TopUp { top_up: id(), number: printed.number, amount: yuan(500) }).await.unwrap();
    assert_eq!(shop.call(staff, hold(printed.number, None, 500)).await.unwrap(), on_card(0, 500));

    // What is refused for another reason uses no code up.
    let shown = code_in(&shop, &key, 0);
    let code = Some(shown);
    let low = shop.call(staff, hold(key.number, code, 5_001)).await.unwrap_err();
    assert_eq!(low, Refusal::BalanceTooLow { missing: yuan(1) });
    let first = hold(key.number, code, 1_000);
    let call = call_id();
    assert_eq!(shop.engine.call(&staff, call, first).await.unwrap(), on_card(4_000, 1_000));
    assert_eq!(shop.engine.call(&staff, call, first).await.unwrap(), on_card(4_000, 1_000), "sent twice");
    assert_eq!(shop.call(staff, first).await.unwrap(), on_card(4_000, 1_000), "the same under another call");
    for again in [hold(key.number, code, 1_000), hold(key.number, Some(code_in(&shop, &key, -1)), 1_000)] {
        assert_eq!(shop.call(staff, again).await.unwrap_err(), refused(CodeFault::Used));
    }
    // Also where what it paid is free again.
    shop.call(staff, ReleaseValue { payment: first.payment }).await.unwrap();
    assert_eq!(shop.call(staff, hold(key.number, code, 1_000)).await.unwrap_err(), refused(CodeFault::Used));
    assert!(shop.call(staff, FindByCode { code: shown }).await.is_ok(), "it still says whose it is");

    // A phone that is half a minute ahead pays, and the next code does.
    let ahead = hold(key.number, Some(code_in(&shop, &key, 1)), 1_000);
    assert_eq!(shop.call(staff, ahead).await.unwrap(), on_card(4_000, 1_000));
    shop.pass(1);
    assert_eq!(shop.call(staff, hold(key.number, code, 1_000)).await.unwrap_err(), refused(CodeFault::Stale));
    let later = hold(key.number, Some(code_in(&shop, &key, 0)), 1_000);
    assert_eq!(shop.call(staff, later).await.unwrap(), on_card(3_000, 2_000));

    // Another card's code proves nothing.
    let (_, other) = on_phone(&shop, staff, 100).await;
    let others = hold(key.number, Some(code_in(&shop, &other, 0)), 100);
    assert_eq!(shop.call(staff, others).await.unwrap_err(), refused(CodeFault::Stale));
    assert_eq!(there().await, on_card(3_000, 2_000));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn cash_leaves_a_card_by_its_code_or_by_a_managers_hand() {
    let shop = TestShop::open().await;
    let staff = shop.cashier().await;
    let (_, key) = on_phone(&shop, staff, 5_000).await;
    let out = |code| PayOut { pay_out: id::<PaymentId>(), number: key.number, amount: yuan(1_000), code };
    assert_eq!(shop.call(staff, out(None)).await.unwrap_err(), refused(CodeFault::Missing));
    let code = code_in(&shop, &key, 0);
    let paid = out(Some(code));
    assert_eq!(shop.call(staff, paid).await.unwrap(), on_card(4_000, 0));
    assert_eq!(shop.call(staff, paid).await.unwrap(), on_card(4_000, 0), "done once");
    assert_eq!(shop.call(staff, out(Some(code))).await.unwrap_err(), refused(CodeFault::Used));
    let spent = shop.call(staff, hold(key.number, Some(code), 100)).await.unwrap_err();
    assert_eq!(spent, refused(CodeFault::Used), "at the till no more than here");
    let Actor::Staff { device, session, staff: lin, .. } = staff else { unreachable!() };
    let manager = Actor::Staff { device, session, staff: lin, role: StaffRole::Manager };
    assert_eq!(shop.call(manager, out(None)).await.unwrap(), on_card(3_000, 0), "the phone was lost");
    shop.assert_ledgers_agree().await;
}

/// How many times two race: `MINISTORE_RACES`, else a few dozen.
fn races() -> usize {
    std::env::var("MINISTORE_RACES").ok().and_then(|count| count.parse().ok()).unwrap_or(40)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_code_that_is_used_in_two_places_at_once_pays_in_one() {
    let shop = TestShop::open().await;
    let hub = shop.another_hub(Providers::demo()).await;
    let (here, there) = (shop.cashier().await, shop.cashier().await);
    let (mei, key) = on_phone(&shop, here, 100_000).await;
    let mut won = HashSet::new();
    for race in 0..races() {
        shop.pass(1);
        let code = Some(code_in(&shop, &key, 0));
        let (one, other) = (hold(key.number, code, 100), hold(key.number, code, 100));
        let first = shop.call(here, one);
        let second = hub.call(there, other);
        // Whoever is asked first has the advantage.
        let (one, other) = if race % 2 == 0 {
            join(first, second).await
        } else {
            let (other, one) = join(second, first).await;
            (one, other)
        };
        match (&one, &other) {
            (Ok(_), Err(refusal)) | (Err(refusal), Ok(_)) => {
                assert_eq!(*refusal, refused(CodeFault::Used), "race {race}");
            }
            both => panic!("race {race}: {both:?}"),
        }
        won.insert(one.is_ok());
        let held = i64::try_from(race + 1).unwrap() * 100;
        let money = shop.call(mei, GetCard {}).await.unwrap().unwrap().stored.unwrap().money;
        assert_eq!(money, on_card(100_000 - held, held), "race {race}");
    }
    assert_eq!(won.len(), 2, "each wins now and then");
    shop.assert_ledgers_agree().await;
}
