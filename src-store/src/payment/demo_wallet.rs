//! A wallet for shows and trials: it answers as a provider would and keeps its own books, and no money moves.

use futures::FutureExt;
use futures::future::BoxFuture;
use ministore_core::id::PaymentId;
use ministore_core::money::Money;
use ministore_core::payment::Tender;

use super::{Charge, Provider, ProviderError, Void};
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
                "INSERT INTO demo_wallet_entry (shop_id, payment_id, kind, part, amount, at)
                 SELECT shop_id, $1, $2, 0, $3, $4 FROM shop
                 WHERE NOT EXISTS
                     (SELECT 1 FROM demo_wallet_entry e WHERE e.shop_id = shop.shop_id AND e.payment_id = $1)",
            )
            .bind(payment.0)
            .bind(kind)
            .bind(taken)
            .bind((self.clock)().0),
        );
        let answer = match entries(turn.conn(), payment).await?.first().map(Entry::kind) {
            Some("declined") => Charge::Declined { limit: Some(limit) },
            Some("voided") => Charge::Declined { limit: None },
            Some(_) => Charge::Captured,
            None => return Err(Fault::row("demo_wallet_entry", "an entry was not kept")),
        };
        turn.commit_unwatched().await?;
        Ok(answer)
    }

    async fn given_back(&self, payment: PaymentId, part: u32, amount: Money) -> Result<(), Fault> {
        let mut turn = self.lane.begin().await?;
        let entries = entries(turn.conn(), payment).await?;
        let known = entries.iter().any(|entry| (entry.kind(), entry.part) == ("returned", part));
        if !known {
            let left: i64 = entries.iter().map(|entry| entry.amount).sum();
            if !(1..=left).contains(&amount.minor) {
                return Err(Fault::invalid("amount", format!("at most the {left} that are left")));
            }
            self.enter(turn.conn(), payment, "returned", part, -amount.minor);
        }
        turn.commit_unwatched().await
    }

    async fn voided(&self, payment: PaymentId) -> Result<Void, Fault> {
        let mut turn = self.lane.begin().await?;
        let entries = entries(turn.conn(), payment).await?;
        let left: i64 = entries.iter().map(|entry| entry.amount).sum();
        let answer = match entries.first().map(Entry::kind) {
            Some("charged") if left > 0 => {
                self.enter(turn.conn(), payment, "returned", 0, -left);
                Void::Returned
            }
            Some("charged") => Void::Returned,
            Some(_) => Void::NothingTaken,
            None => {
                self.enter(turn.conn(), payment, "voided", 0, 0);
                Void::NothingTaken
            }
        };
        turn.commit_unwatched().await?;
        Ok(answer)
    }

    fn enter(&self, conn: &mut sql::Connection, payment: PaymentId, kind: &str, part: u32, amount: i64) {
        let entry = sql::query(
            "INSERT INTO demo_wallet_entry (shop_id, payment_id, kind, part, amount, at)
             SELECT shop_id, $1, $2, $3, $4, $5 FROM shop",
        )
        .bind(payment.0)
        .bind(kind)
        .bind(part)
        .bind(amount)
        .bind((self.clock)().0);
        conn.later(entry);
    }
}

/// A line of the wallet's books.
struct Entry {
    kind: String,
    part: u32,
    amount: i64,
}

impl Entry {
    fn kind(&self) -> &str {
        &self.kind
    }
}

/// What the books say of a payment: first whether it was charged.
async fn entries(conn: &mut sql::Connection, payment: PaymentId) -> Result<Vec<Entry>, Fault> {
    let rows = sql::query(
        "SELECT w.kind, w.part, w.amount FROM demo_wallet_entry w JOIN shop s ON s.shop_id = w.shop_id
         WHERE w.payment_id = $1 ORDER BY w.kind, w.part",
    )
    .bind(payment.0)
    .fetch_all(conn)
    .await?;
    let entry =
        |row: &sql::Row| Ok(Entry { kind: row.try_get(0)?, part: row.try_get(1)?, amount: row.try_get(2)? });
    rows.iter().map(entry).collect()
}

impl Provider for DemoWallet {
    fn tender(&self) -> Tender {
        Tender::DemoWallet
    }

    fn charge(&self, payment: PaymentId, amount: Money) -> BoxFuture<'_, Result<Charge, ProviderError>> {
        async move { self.charged(payment, amount).await.map_err(|error| ProviderError(error.to_string())) }
            .boxed()
    }

    fn refund(
        &self,
        payment: PaymentId,
        part: u32,
        amount: Money,
    ) -> BoxFuture<'_, Result<(), ProviderError>> {
        async move {
            self.given_back(payment, part, amount).await.map_err(|error| ProviderError(error.to_string()))
        }
        .boxed()
    }

    fn void(&self, payment: PaymentId, _: Money) -> BoxFuture<'_, Result<Void, ProviderError>> {
        async move { self.voided(payment).await.map_err(|error| ProviderError(error.to_string())) }.boxed()
    }
}
