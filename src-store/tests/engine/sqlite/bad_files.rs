use ministore_core::fulfilment::{Fulfilment, GetSlots, Mode};
use ministore_core::order::GetMine;
use ministore_core::quantity::Measure::Pieces;
use ministore_core::refusal::Refusal;
use ministore_store::engine::{Engine, EngineOptions, OpenError};
use ministore_store::payment::Providers;
use sqlx::SqlitePool;

use super::test_shop::{MILK, TestShop};

#[tokio::test]
async fn a_newer_database_is_left_alone() {
    let shop = TestShop::open().await;
    let path = shop.home.path();
    shop.engine.close().await;
    let pool = SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'later', 1, X'00', 0)",
    )
    .execute(&pool)
    .await
    .unwrap();
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&pool).await.unwrap();
    pool.close().await;
    let before = std::fs::read(&path).unwrap();
    let error = Engine::open(&path, EngineOptions::hub()).await.err().unwrap();
    assert!(matches!(error, OpenError::Newer { found: 9999, .. }), "{error}");
    assert!(error.to_string().contains("Nothing was changed"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn what_is_no_database_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("shop.db");
    let text = "this is a shopping list, not a database\n".repeat(200);
    std::fs::write(&path, &text).unwrap();
    let error = Engine::open(&path, EngineOptions::hub()).await.err().unwrap();
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
    assert!(error.to_string().contains("restore a backup"), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn a_damaged_database_is_left_alone() {
    let shop = TestShop::open().await;
    let path = shop.home.path();
    shop.engine.close().await;
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    for byte in &mut bytes[middle..middle + 3 * 4096] {
        *byte = 0xa5;
    }
    std::fs::write(&path, &bytes).unwrap();
    let error = Engine::open(&path, EngineOptions::hub()).await.err().unwrap();
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[tokio::test]
async fn a_full_disk_refuses_and_loses_nothing() {
    let shop = TestShop::open().await;
    let mei = shop.shopper().await;
    shop.import("gtin,category,name_en,price,stock\n9520000000011,dairy,Whole milk,12.50,100000\n").await;
    // Closing writes all back into the file itself.
    let shop = shop.restarted(Providers::demo()).await;
    let limit = std::fs::metadata(shop.home.path()).unwrap().len() + 64 * 1024;
    let shop = shop.reopened(Providers::demo(), Some(limit)).await;
    let mut orders = Vec::new();
    let refused = loop {
        // A basket of many lines fills the disk soon, over more slots than one has room for.
        let mut place = shop.basket(&[(MILK, Pieces(1)); 60]).await;
        let slots = shop.call(mei, GetSlots { mode: Mode::Pickup }).await.unwrap().slots;
        let starts = slots.iter().find(|slot| slot.left > 0).unwrap().key.starts;
        place.fulfilment = Fulfilment::Pickup { starts };
        match shop.call(mei, place.clone()).await {
            Ok(order) => orders.push(order),
            Err(refusal) => {
                assert_eq!(refusal, Refusal::DiskFull);
                break place;
            }
        }
    };
    assert!(!orders.is_empty());
    assert_eq!(shop.call(mei, GetMine {}).await.unwrap().orders.len(), orders.len());
    shop.assert_ledgers_agree().await;

    let shop = shop.reopened(Providers::demo(), None).await;
    assert!(shop.call(mei, refused).await.is_ok(), "with room again, the same order is taken");
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_folder_that_is_not_there_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let error = Engine::open(&dir.path().join("no/shop.db"), EngineOptions::hub()).await.err().unwrap();
    assert!(error.to_string().contains("shop.db"), "{error}");
}
