//! The stories over a PostgreSQL server of this process's own, each with a database of its own.

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
mod hubs;
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
mod servers;
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
#[path = "../test_shop.rs"]
mod test_shop;
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
mod transfers;
#[path = "../watching.rs"]
mod watching;

use ministore_store::Database;
use sqlx::{Connection, PgConnection};

/// Where a shop is.
#[derive(Clone)]
pub(crate) struct Home {
    url: String,
}

impl Home {
    #[expect(clippy::panic, reason = "the error says what to install")]
    pub(crate) fn new() -> Self {
        let made = ministore_test_postgres::server().and_then(|server| server.database());
        match made {
            Ok(database) => Self { url: database.url },
            Err(error) => panic!("{error}"),
        }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn database(&self) -> Database {
        Database::Postgres(self.url.parse().unwrap())
    }

    /// All rows of all tables, as text.
    pub(crate) async fn everything(&self) -> Vec<u8> {
        let mut conn = PgConnection::connect(&self.url).await.unwrap();
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = current_schema()",
        )
        .fetch_all(&mut conn)
        .await
        .unwrap();
        let mut bytes = Vec::new();
        for table in tables {
            // A name that the catalogue itself gave.
            let rows = sqlx::AssertSqlSafe(format!("SELECT CAST(t AS TEXT) FROM \"{table}\" t"));
            let rows: Vec<String> = sqlx::query_scalar(rows).fetch_all(&mut conn).await.unwrap();
            bytes.extend(rows.into_iter().flat_map(String::into_bytes));
        }
        conn.close().await.unwrap();
        bytes
    }

    /// What a query gives.
    pub(crate) async fn texts(&self, sql: &'static str) -> Vec<String> {
        let mut conn = PgConnection::connect(&self.url).await.unwrap();
        let texts = sqlx::query_scalar(sql).fetch_all(&mut conn).await.unwrap();
        conn.close().await.unwrap();
        texts
    }

    /// Does to the database what the engine would not.
    pub(crate) async fn execute(&self, sql: &'static str) -> Result<(), sqlx::Error> {
        let mut conn = PgConnection::connect(&self.url).await?;
        sqlx::query(sql).execute(&mut conn).await?;
        conn.close().await
    }
}
