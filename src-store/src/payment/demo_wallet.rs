//! A wallet for shows and trials: it answers as a provider would and keeps its own books, and no money moves.

use futures::FutureExt;
use futures::future::BoxFuture;
use ministore_core::id::PaymentId;
use ministore_core::money::Money;
use ministore_core::payment::Tender;

use super::{Charge, Provider, ProviderError, Refund};
use crate::engine::Clock;
use crate::fault::Fault;
use crate::lane::Lane;
use crate::sql;

/// The most that it takes at once, in whole major units.
pub const LIMIT_MAJOR: i64 = 2000;

/// The wallet over a shop's database.
pub struct DemoWallet {
    lane: Lane,
    clock: Clock,
}

impl DemoWallet {
    pub(crate) const fn new(lane: Lane, clock: Clock) -> Self {
        Self { lane, clock }
    }

    async fn charged(&self, payment: PaymentId, amount: Money) -> Result<Charge, Fault> {
        let limit = amount.currency.minor(LIMIT_MAJOR * 10_i64.pow(amount.currency.exponent()));
        let kind = if amount.minor > limit.minor { "declined" } else { "charged" };
        let taken = if amount.minor > limit.minor { 0 } else { amount.minor };
        let mut turn = self.lane.begin().await?;
        // Only where nothing was entered for this payment before.
        turn.conn().later(
            sql::query(
                "INSERT INTO demo_wallet_entry (shop_id, payment_id, kind, amount, at)
                 SELECT shop_id, $1, $2, $3, $4 FROM shop
                 WHERE NOT EXISTS
                     (SELECT 1 FROM demo_wallet_entry e WHERE e.shop_id = shop.shop_id AND e.payment_id = $1)",
            )
            .bind(payment.0)
            .bind(kind)
            .bind(taken)
            .bind((self.clock)().0),
        );
        let answer = match kinds(turn.conn(), payment).await?.first().map(String::as_str) {
            Some("declined") => Charge::Declined { limit: Some(limit) },
            Some("voided") => Charge::Declined { limit: None },
            Some(_) => Charge::Captured,
            None => return Err(Fault::row("demo_wallet_entry", "an entry was not kept")),
        };
        turn.commit_unwatched().await?;
        Ok(answer)
    }

    async fn refunded(&self, payment: PaymentId, amount: Money) -> Result<Refund, Fault> {
        let mut turn = self.lane.begin().await?;
        let tx = turn.conn();
        let kinds = kinds(tx, payment).await?;
        let answer = match kinds.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["charged"] => {
                self.enter(tx, payment, "returned", -amount.minor);
                Refund::Returned
            }
            ["charged", ..] => Refund::Returned,
            [] => {
                self.enter(tx, payment, "voided", 0);
                Refund::NothingTaken
            }
            _ => Refund::NothingTaken,
        };
        turn.commit_unwatched().await?;
        Ok(answer)
    }

    fn enter(&self, conn: &mut sql::Connection, payment: PaymentId, kind: &str, amount: i64) {
        let entry = sql::query(
            "INSERT INTO demo_wallet_entry (shop_id, payment_id, kind, amount, at)
             SELECT shop_id, $1, $2, $3, $4 FROM shop",
        )
        .bind(payment.0)
        .bind(kind)
        .bind(amount)
        .bind((self.clock)().0);
        conn.later(entry);
    }
}

async fn kinds(conn: &mut sql::Connection, payment: PaymentId) -> Result<Vec<String>, sqlx::Error> {
    sql::query_scalar(
        "SELECT w.kind FROM demo_wallet_entry w JOIN shop s ON s.shop_id = w.shop_id
         WHERE w.payment_id = $1 ORDER BY w.kind",
    )
    .bind(payment.0)
    .fetch_all(conn)
    .await
}

impl Provider for DemoWallet {
    fn tender(&self) -> Tender {
        Tender::DemoWallet
    }

    fn charge(&self, payment: PaymentId, amount: Money) -> BoxFuture<'_, Result<Charge, ProviderError>> {
        async move { self.charged(payment, amount).await.map_err(|error| ProviderError(error.to_string())) }
            .boxed()
    }

    fn refund(&self, payment: PaymentId, amount: Money) -> BoxFuture<'_, Result<Refund, ProviderError>> {
        async move { self.refunded(payment, amount).await.map_err(|error| ProviderError(error.to_string())) }
            .boxed()
    }
}
