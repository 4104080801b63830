//! The stories over a file of SQLite's, each with one of its own.

mod bad_files;
#[path = "../campaign.rs"]
mod campaign;
#[path = "../card_code.rs"]
mod card_code;
#[path = "../catalogue.rs"]
mod catalogue;
#[path = "../code_payment.rs"]
mod code_payment;
#[path = "../coupon.rs"]
mod coupon;
#[path = "../deposit.rs"]
mod deposit;
#[path = "../device.rs"]
mod device;
#[path = "../erasure.rs"]
mod erasure;
#[path = "../exit.rs"]
mod exit;
#[path = "../facts.rs"]
mod facts;
#[path = "../gift_card.rs"]
mod gift_card;
#[path = "../import.rs"]
mod import;
#[path = "../members.rs"]
mod members;
#[path = "../orders.rs"]
mod orders;
#[path = "../payment_way.rs"]
mod payment_way;
#[path = "../payments.rs"]
mod payments;
#[path = "../permissions.rs"]
mod permissions;
#[path = "../printing.rs"]
mod printing;
#[path = "../review.rs"]
mod review;
#[path = "../sealed.rs"]
mod sealed;
#[path = "../search.rs"]
mod search;
#[path = "../settlement.rs"]
mod settlement;
#[path = "../staff.rs"]
mod staff;
#[path = "../standing.rs"]
mod standing;
#[path = "../statements.rs"]
mod statements;
#[path = "../stock.rs"]
mod stock;
#[path = "../stored_value.rs"]
mod stored_value;
#[path = "../tables.rs"]
mod tables;
mod tampered;
#[path = "../test_shop.rs"]
pub(crate) mod test_shop;
#[path = "../till.rs"]
mod till;
#[path = "../till_front.rs"]
mod till_front;
#[path = "../till_tenders.rs"]
mod till_tenders;
#[path = "../to_home.rs"]
mod to_home;
#[path = "../together.rs"]
mod together;
#[path = "../touchpoint.rs"]
mod touchpoint;
#[path = "../watching.rs"]
mod watching;

use std::path::PathBuf;
use std::sync::Arc;

use ministore_store::Database;
use sqlx::SqlitePool;
use tempfile::TempDir;

/// Where a shop is.
#[derive(Clone)]
pub(crate) struct Home {
    dir: Arc<TempDir>,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { dir: Arc::new(TempDir::new().unwrap()) }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.dir.path().join("shop.db")
    }

    pub(crate) fn database(&self) -> Database {
        self.path().into()
    }

    /// All bytes of its files, as they are while it is open.
    pub(crate) async fn everything(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for file in std::fs::read_dir(self.dir.path()).unwrap() {
            bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
        }
        bytes
    }

    /// What a query gives.
    pub(crate) async fn texts(&self, sql: &'static str) -> Vec<String> {
        let pool = SqlitePool::connect(&format!("sqlite://{}", self.path().display())).await.unwrap();
        let texts = sqlx::query_scalar(sql).fetch_all(&pool).await.unwrap();
        pool.close().await;
        texts
    }

    /// Does to the database what the engine would not.
    pub(crate) async fn execute(&self, sql: &'static str) -> Result<(), sqlx::Error> {
        let pool = SqlitePool::connect(&format!("sqlite://{}", self.path().display())).await?;
        sqlx::query(sql).execute(&pool).await?;
        pool.close().await;
        Ok(())
    }
}
