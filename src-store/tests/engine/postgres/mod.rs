//! The stories over a PostgreSQL server of this process's own, each with a database of its own.

#[path = "../catalogue.rs"]
mod catalogue;
#[path = "../device.rs"]
mod device;
#[path = "../facts.rs"]
mod facts;
mod hubs;
#[path = "../import.rs"]
mod import;
#[path = "../members.rs"]
mod members;
#[path = "../orders.rs"]
mod orders;
#[path = "../payments.rs"]
mod payments;
#[path = "../permissions.rs"]
mod permissions;
#[path = "../search.rs"]
mod search;
mod servers;
#[path = "../staff.rs"]
mod staff;
#[path = "../standing.rs"]
mod standing;
#[path = "../stock.rs"]
mod stock;
#[path = "../test_shop.rs"]
mod test_shop;
#[path = "../together.rs"]
mod together;
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

    /// Does to the database what the engine would not.
    pub(crate) async fn execute(&self, sql: &'static str) -> Result<(), sqlx::Error> {
        let mut conn = PgConnection::connect(&self.url).await?;
        sqlx::query(sql).execute(&mut conn).await?;
        conn.close().await
    }
}
