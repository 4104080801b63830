//! A shop moves from a file to a server and back.

use std::collections::HashSet;

use ministore_core::catalogue::Search;
use ministore_core::member::Join;
use ministore_core::order::{Cancel, CancelReason, GetMine};
use ministore_core::payment::Tender;
use ministore_core::quantity::Measure::{Grams, Pieces};
use ministore_core::role::{Actor, StaffRole};
use ministore_core::sync::{Cursor, Pull};
use ministore_store::transfer::{TransferError, transfer};
use ministore_store::{Database, Engine, EngineOptions};
use sqlx::{Connection, PgConnection};

use super::Home;
use crate::sqlite;
use crate::sqlite::test_shop::{APPLES, CAKE, CASHIER_PIN, MILK, TestShop, call_id, id};

async fn open(home: &Home) -> Engine {
    Engine::open(home.database(), EngineOptions::hub()).await.unwrap()
}

async fn count(home: &Home, sql: &'static str) -> i64 {
    let mut conn = PgConnection::connect(&home.url).await.unwrap();
    sqlx::query_scalar(sql).fetch_one(&mut conn).await.unwrap()
}

/// A shop with something in every drawer. Gives one who has orders in it.
async fn busy_shop() -> (TestShop, Actor) {
    let shop = TestShop::open().await;
    let mei = shop.shopper().await;
    shop.call(mei, Join { member: id() }).await.unwrap();
    shop.order(mei, &[(MILK, Pieces(2)), (APPLES, Grams(1250))]).await;
    let mut place = shop.basket(&[(CAKE, Pieces(1))]).await;
    place.tender = Tender::DemoWallet;
    let order = shop.call(mei, place).await.unwrap();
    shop.call(mei, Cancel { order: order.id, reason: CancelReason::ChangedMind }).await.unwrap();
    shop.add_staff(StaffRole::Cashier, CASHIER_PIN).await;
    shop.cashier().await;
    (shop, mei)
}

#[tokio::test]
async fn a_shop_moves_to_a_server_and_back_with_all_that_is_in_it() {
    let (shop, mei) = busy_shop().await;
    let mine = shop.call(mei, GetMine {}).await.unwrap();
    let found = shop.call(Actor::Visitor, Search { text: "niunai".to_owned(), limit: 5 }).await.unwrap();
    let pull = Pull { after: Cursor(0), limit: 100 };
    let changes = shop.call(mei, pull).await.unwrap();
    shop.engine.close().await;
    let file = std::fs::read(shop.home.path()).unwrap();

    let home = Home::new();
    let server = open(&home).await;
    let moved = transfer(&shop.home.database(), &server).await.unwrap();
    assert_eq!(std::fs::read(shop.home.path()).unwrap(), file, "the file stays as it was");
    let rows = |table| moved.iter().find(|moved| moved.table == table).unwrap().rows;
    assert_eq!((rows("product"), rows("orders"), rows("order_line"), rows("member")), (5, 2, 3, 1));

    let back = sqlite::Home::new();
    let other = Engine::open(back.database(), EngineOptions::hub()).await.unwrap();
    assert_eq!(transfer(&home.database(), &other).await.unwrap(), moved);
    for engine in [&server, &other] {
        assert_eq!(engine.check().await.unwrap(), []);
        assert_eq!(engine.call(&mei, call_id(), GetMine {}).await.unwrap(), mine);
        let search = Search { text: "niunai".to_owned(), limit: 5 };
        assert_eq!(engine.call(&Actor::Visitor, call_id(), search).await.unwrap(), found);
        assert_eq!(engine.call(&mei, call_id(), pull).await.unwrap(), changes);
    }
}

#[tokio::test]
async fn every_table_is_moved_or_made_anew() {
    let (shop, _) = busy_shop().await;
    let home = Home::new();
    let server = open(&home).await;
    let moved = transfer(&shop.home.database(), &server).await.unwrap();
    let moved: HashSet<&str> = moved.iter().map(|moved| moved.table).collect();
    let mut conn = PgConnection::connect(&home.url).await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema()",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    let anew = ["_sqlx_migrations", "product_search", "search_variant", "search_word"];
    for table in tables {
        assert!(moved.contains(table.as_str()) || anew.contains(&table.as_str()), "{table}");
    }
}

#[tokio::test]
async fn nothing_is_moved_to_where_something_is() {
    let (shop, _) = busy_shop().await;
    let there = super::test_shop::TestShop::open().await;
    let before = there.shop().await;
    let refused = transfer(&shop.home.database(), &there.engine).await.unwrap_err();
    assert!(matches!(refused, TransferError::NotEmpty { table: "shop" }), "{refused}");
    assert_eq!(there.shop().await, before);
}

#[tokio::test]
async fn what_cannot_be_moved_leaves_nothing_behind() {
    let (shop, _) = busy_shop().await;
    // PostgreSQL's texts hold no such character.
    shop.home.execute("UPDATE orders SET contact = 'Mei' || char(0)").await.unwrap();
    let home = Home::new();
    let server = open(&home).await;
    let refused = transfer(&shop.home.database(), &server).await.unwrap_err();
    assert!(matches!(refused, TransferError::Table { table: "orders", .. }), "{refused}");
    assert_eq!(count(&home, "SELECT COUNT(*) FROM shop").await, 0);

    let empty = sqlite::Home::new();
    Engine::open(empty.database(), EngineOptions::hub()).await.unwrap().close().await;
    let refused = transfer(&empty.database(), &server).await.unwrap_err();
    assert!(matches!(refused, TransferError::NoShop), "{refused}");
    let nowhere = Database::from(empty.path().with_extension("nowhere"));
    let refused = transfer(&nowhere, &server).await.unwrap_err();
    assert!(refused.to_string().contains("shop.nowhere"), "{refused}");
}
