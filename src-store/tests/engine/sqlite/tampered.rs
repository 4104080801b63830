//! Somebody at the shop's own machine changes what is kept, past the program: the journal tells.

use ministore_core::fact::RecordSale;
use ministore_core::order::PlaceLine;
use ministore_core::quantity::Measure::Pieces;
use ministore_store::check::Balance;
use sqlx::SqlitePool;

use super::test_shop::{MILK, TestShop, YOGHURT, id};

/// Three sales at one till, then `change` to the file, then what the check says of the journal.
async fn found(change: &[&'static str]) -> Vec<String> {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    for text in [MILK, YOGHURT, MILK] {
        let product = shop.product(text).await;
        let total = product.price.money();
        let lines = vec![PlaceLine { id: id(), product: product.id, measure: Pieces(1) }];
        shop.call(cashier, RecordSale::in_cash(id(), lines, total, total)).await.unwrap();
    }
    let path = shop.home.path();
    let pool = SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    for trigger in ["fact_stays", "fact_is_kept", "journal_stays", "journal_is_kept"] {
        let drop = sqlx::AssertSqlSafe(format!("DROP TRIGGER {trigger}"));
        sqlx::query(drop).execute(&pool).await.unwrap();
    }
    for sql in change {
        sqlx::query(*sql).execute(&pool).await.unwrap();
    }
    pool.close().await;
    let differences = shop.engine.check().await.unwrap();
    let of_journal = differences.into_iter().filter(|difference| difference.of == Balance::Journal);
    of_journal.map(|difference| difference.ledger).collect()
}

#[tokio::test]
async fn an_untouched_journal_holds() {
    assert!(found(&[]).await.is_empty());
}

#[tokio::test]
async fn a_sale_that_was_made_smaller_is_found() {
    let smaller = "UPDATE fact SET body = replace(body, '\"number\":2', '\"number\":7') WHERE number = 2";
    assert_eq!(found(&[smaller]).await, ["its seal does not fit"]);
}

#[tokio::test]
async fn a_sale_that_was_taken_out_is_found() {
    let gone = "DELETE FROM fact WHERE number = 2";
    assert_eq!(found(&[gone]).await, ["its fact is gone"]);
    let with_its_entry = "DELETE FROM journal WHERE entry = 2";
    assert_eq!(found(&[gone, with_its_entry]).await, ["an entry before it is missing"]);
}

#[tokio::test]
async fn a_sale_that_was_never_entered_is_found() {
    let copied =
        "INSERT INTO fact (shop_id, fact_id, kind, till, number, by_staff, happened, booked, cash, body)
         SELECT shop_id, randomblob(16), kind, till, 4, by_staff, happened, booked, cash, body
         FROM fact WHERE number = 3";
    assert_eq!(found(&[copied]).await, ["it was never entered"]);
}
