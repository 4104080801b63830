//! The hub's books beside the service's.

use std::collections::HashSet;
use std::fmt;

use anyhow::Result;
use ministore_core::order::{CancelReason, OrderState};
use ministore_core::payment::PaymentState;
use ministore_test_wechat_pay::books::Trade;

use crate::customer::{Done, order_of};
use crate::shop::{STOCK, Shop};

/// What was found. All but the first lines have to be nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Verdict {
    /// How many orders.
    pub runs: u32,
    /// How many of them are paid, and stand.
    pub paid: u32,
    /// How many were not paid in time.
    pub expired: u32,
    /// How many were withdrawn, or declined.
    pub withdrawn: u32,
    /// How many payments were given back.
    pub given_back: u32,
    /// How many forged notifications were sent.
    pub forgeries: u32,
    /// For which money was taken more than once.
    pub double_charges: u32,
    /// Which gave more back than was taken.
    pub double_refunds: u32,
    /// Whose money the shop keeps, though their goods are not reserved.
    pub paid_without_goods: u32,
    /// Which stand as paid, though the shop does not have that money.
    pub goods_without_payment: u32,
    /// Whose outcome is still not known.
    pub unsettled: u32,
    /// Trades that no order knows of, and whose money the shop keeps.
    pub strays: u32,
    /// Forged notifications that were taken.
    pub forgeries_taken: u32,
    /// Pieces that are missing on the shelf, or too many.
    pub stock_off: i64,
    /// Books that do not add up.
    pub wrong_books: u32,
}

impl Verdict {
    /// Compares them, once nothing moves any more.
    pub async fn of(shop: &Shop, done: &[Done]) -> Result<Self> {
        let mut verdict = Self { runs: u32::try_from(done.len())?, ..Self::default() };
        let mut reserved = 0;
        let mut known = HashSet::new();
        for one in done {
            verdict.forgeries += one.forgeries_sent;
            verdict.forgeries_taken += one.forgeries_taken;
            let order = order_of(shop, one).await?;
            let number = order.payment.id.0.simple().to_string();
            let trade = shop.simulator.trade(&number);
            known.insert(number);
            let taken = trade.as_ref().map_or(0, |trade| i64::from(trade.taken) * trade.total);
            let back = trade.as_ref().map_or(0, |trade| trade.given_back);
            let stands = order.state != OrderState::Cancelled;
            let total = order.totals.total.minor;
            verdict.double_charges += u32::from(trade.is_some_and(|trade| trade.taken > 1));
            verdict.double_refunds += u32::from(back > taken);
            verdict.given_back += u32::from(back > 0);
            verdict.paid_without_goods += u32::from(!stands && taken > back);
            let captured = order.payment.state == PaymentState::Captured;
            verdict.goods_without_payment += u32::from(stands && captured && taken - back != total);
            verdict.unsettled +=
                u32::from(order.payment.state == PaymentState::Unknown || (!stands && captured));
            verdict.paid += u32::from(stands && captured);
            match order.cancelled {
                Some(CancelReason::NotPaid) => verdict.expired += 1,
                Some(_) => verdict.withdrawn += 1,
                None => {}
            }
            if stands {
                reserved += i64::from(one.pieces);
            }
        }
        let stray = |trade: &&Trade| {
            !known.contains(&trade.number) && i64::from(trade.taken) * trade.total > trade.given_back
        };
        verdict.strays = u32::try_from(shop.simulator.trades().iter().filter(stray).count())?;
        verdict.stock_off = shop.product_now().await?.available - (STOCK - reserved);
        verdict.wrong_books = u32::try_from(shop.engine.check().await?.len())?;
        Ok(verdict)
    }

    /// What has to be nothing, with its words.
    fn faults(&self) -> [(&'static str, i64); 9] {
        [
            ("double charges", self.double_charges.into()),
            ("double refunds", self.double_refunds.into()),
            ("paid orders without goods reserved", self.paid_without_goods.into()),
            ("goods reserved as paid without the money", self.goods_without_payment.into()),
            ("payments whose outcome is not known", self.unsettled.into()),
            ("payments that no order knows of", self.strays.into()),
            ("forged notifications accepted", self.forgeries_taken.into()),
            ("pieces missing or too many on the shelf", self.stock_off),
            ("books that do not add up", self.wrong_books.into()),
        ]
    }

    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.faults().iter().all(|(_, count)| *count == 0)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            ("runs", self.runs),
            ("  paid, and standing", self.paid),
            ("  not paid in time", self.expired),
            ("  withdrawn or declined", self.withdrawn),
            ("payments given back", self.given_back),
            ("forged notifications sent", self.forgeries),
        ];
        for (what, count) in counts {
            writeln!(f, "{what:<42} {count:>7}")?;
        }
        for (what, count) in self.faults() {
            writeln!(f, "{what:<42} {count:>7}")?;
        }
        Ok(())
    }
}
