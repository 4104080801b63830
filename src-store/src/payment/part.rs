//! What is given back of a payment: part by part, each written down before its provider is asked for it.

use ministore_core::id::PaymentId;
use ministore_core::money::Money;
use ministore_core::order::Order;

use super::{Question, question};
use crate::engine::Engine;
use crate::fault::Fault;
use crate::write::Write;
use crate::{order, sql};

/// A part of a payment that its provider is asked to give back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// Counted from 1 on in each payment.
    pub(super) number: u32,
    pub(super) amount: Money,
}

impl Part {
    /// Writes down that it was given back. False where another has done so already.
    pub(super) async fn is_returned(self, write: &mut Write, payment: PaymentId) -> Result<bool, Fault> {
        let shop = write.shop();
        let changed = sql::query(
            "UPDATE payment_refund SET returned = 1
             WHERE shop_id = $1 AND payment_id = $2 AND part = $3 AND returned = 0",
        )
        .bind(shop)
        .bind(payment.0)
        .bind(self.number)
        .execute(write.conn())
        .await?;
        Ok(changed.rows_affected() > 0)
    }
}

impl Engine {
    /// What is to be given back of `order` next, written down before anybody is asked for it: first what was asked for
    /// before and not answered. None where nothing is owed any more; `order` is then as it is now.
    pub(super) async fn next_part(&self, order: &mut Order) -> Result<Option<Part>, Fault> {
        let head = self.head().await?;
        let mut write = Write::begin(self).await?;
        let kept = order::find(write.conn(), head, order.id).await?;
        let now = kept.ok_or_else(|| Fault::row("orders", format!("order {} is gone", order.id)))?.order;
        *order = Order { pickup: order.pickup, ..now };
        if question(order) != Some(Question::Refund) {
            write.commit_seen(self).await?;
            return Ok(None);
        }
        let last = sql::query(
            "SELECT part, amount, returned FROM payment_refund WHERE shop_id = $1 AND payment_id = $2
             ORDER BY part DESC LIMIT 1",
        )
        .bind(head.shop.0)
        .bind(order.payment.id.0)
        .fetch_optional(write.conn())
        .await?;
        let last = last.map(|row| {
            let amount = head.currency.minor(row.try_get(1)?);
            Ok::<_, Fault>((Part { number: row.try_get(0)?, amount }, row.try_get::<i64>(2)? == 1))
        });
        let part = match last.transpose()? {
            Some((asked, false)) => asked,
            last => {
                let number = last.map_or(1, |(last, _)| last.number + 1);
                let part = Part { number, amount: order.payment.owed_back() };
                let now = write.now;
                sql::query(
                    "INSERT INTO payment_refund (shop_id, payment_id, part, amount, returned, asked)
                     VALUES ($1, $2, $3, $4, 0, $5)",
                )
                .bind(head.shop.0)
                .bind(order.payment.id.0)
                .bind(part.number)
                .bind(part.amount.minor)
                .bind(now.0)
                .execute(write.conn())
                .await?;
                part
            }
        };
        write.commit(self).await?;
        Ok(Some(part))
    }
}
