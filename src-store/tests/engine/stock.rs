use ministore_core::quantity::Measure::Pieces;
use ministore_core::refusal::Refusal;
use ministore_store::payment::Providers;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::test_shop::{CAKE, MILK, TestShop, YOGHURT};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_shoppers_after_the_last_cake_leave_one_with_it() {
    let shop = TestShop::open().await;
    let (mei, lee) = (shop.shopper().await, shop.shopper().await);
    let (first, second) = (shop.basket(&[(CAKE, Pieces(1))]).await, shop.basket(&[(CAKE, Pieces(1))]).await);
    let (first, second) = tokio::join!(shop.call(mei, first), shop.call(lee, second));
    let refused = match (&first, &second) {
        (Ok(_), Err(refused)) | (Err(refused), Ok(_)) => refused,
        both => panic!("{both:?}"),
    };
    assert!(
        matches!(refused, Refusal::SoldOut { left: 0, name, .. } if name.en == "Cream cake"),
        "{refused:?}"
    );
    assert_eq!(shop.product(CAKE).await.available, 0);
    shop.assert_ledgers_agree().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_engine_sells_what_another_on_its_database_has_sold() {
    let shop = TestShop::open().await;
    let engines = [shop.another_hub(Providers::demo()).await, shop.another_hub(Providers::demo()).await];
    let mut orders = Vec::new();
    for at in 0..8 {
        let wanted = [(YOGHURT, Pieces(1)), (CAKE, Pieces(1))][at % 2];
        orders.push((at, shop.shopper().await, shop.basket(&[wanted]).await));
    }
    let placed = orders.into_iter().map(|(at, shopper, place)| engines[at / 2 % 2].call(shopper, place));
    let placed = futures::future::join_all(placed).await;
    for refused in placed.iter().filter_map(|placed| placed.as_ref().err()) {
        assert!(matches!(refused, Refusal::SoldOut { left: 0, .. } | Refusal::SlotFull), "{refused:?}");
    }
    let mut numbers: Vec<u32> = placed.iter().flatten().map(|order| order.number).collect();
    numbers.sort_unstable();
    let counted: Vec<u32> = (1001..).take(numbers.len()).collect();
    assert_eq!(numbers, counted, "each order has a number of its own");
    assert!((2..=3).contains(&numbers.len()), "what a slot and the shelf have room for: {numbers:?}");
    assert!(shop.product(CAKE).await.available >= 0 && shop.product(YOGHURT).await.available >= 0);
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn lines_of_one_product_are_counted_together() {
    let shop = TestShop::open().await;
    let place = shop.basket(&[(YOGHURT, Pieces(1)), (MILK, Pieces(1)), (YOGHURT, Pieces(2))]).await;
    let refused = shop.call(shop.shopper().await, place).await.unwrap_err();
    assert!(matches!(refused, Refusal::SoldOut { left: 2, .. }), "{refused:?}");
    assert_eq!(shop.product(MILK).await.available, 10, "nothing of a refused order is taken");
    shop.assert_ledgers_agree().await;
}

#[test]
fn stock_never_goes_below_zero_whatever_is_ordered_at_once() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    let mut runner = TestRunner::new(Config { cases: 8, failure_persistence: None, ..Config::default() });
    let wishes = prop::collection::vec(prop::collection::vec((0usize..3, 1u32..4), 1..3), 2..8);
    runner
        .run(&wishes, |wishes| {
            let left = runtime.block_on(async {
                let shop = TestShop::open().await;
                let mut orders = Vec::new();
                for wish in wishes {
                    let items: Vec<_> = wish
                        .iter()
                        .map(|(which, count)| ([MILK, YOGHURT, CAKE][*which], Pieces(*count)))
                        .collect();
                    orders.push((shop.shopper().await, shop.basket(&items).await));
                }
                let placed = orders.into_iter().map(|(shopper, place)| shop.call(shopper, place));
                for refused in futures::future::join_all(placed).await.into_iter().filter_map(Result::err) {
                    assert!(matches!(refused, Refusal::SoldOut { .. } | Refusal::SlotFull), "{refused:?}");
                }
                shop.assert_ledgers_agree().await;
                [
                    shop.product(MILK).await.available,
                    shop.product(YOGHURT).await.available,
                    shop.product(CAKE).await.available,
                ]
            });
            prop_assert!(left.iter().all(|left| *left >= 0), "{left:?}");
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn a_balance_that_was_tampered_with_is_found() {
    let shop = TestShop::open().await;
    let product = shop.product(MILK).await;
    shop.home.execute("UPDATE product SET available = 99 WHERE gtin = 9520000000011").await.unwrap();
    for erase in ["DELETE FROM stock_movement", "UPDATE stock_movement SET quantity = 1"] {
        let erased = shop.home.execute(erase).await.unwrap_err();
        assert!(erased.to_string().contains("only added to"), "{erased}");
    }
    let found = shop.engine.check().await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].key, found[0].kept.as_str(), found[0].ledger.as_str()), (product.id.0, "99", "10"));
}
