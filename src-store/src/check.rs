//! Ledgers against balances: what was cached is reckoned again, and compared.

use ministore_core::refusal::Refusal;
use uuid::Uuid;

use crate::engine::Engine;
use crate::fault::Fault;
use crate::{deposit, journal, sql};

/// A balance that is not what its ledger says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Which balance.
    pub of: Balance,
    /// The key of its row: a product, an order, a sale, a member, a gift card, a coupon, or a promotion.
    pub key: Uuid,
    /// What is kept.
    pub kept: String,
    /// What the ledger says.
    pub ledger: String,
}

/// A balance that is cached beside its ledger.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Balance {
    /// A product's stock.
    Stock,
    /// An order's payment.
    Payment,
    /// What came in for an order's payment, less what was given back.
    PaymentAmount,
    /// A table's payment.
    TabPayment,
    /// What came in for a table's payment, less what was given back.
    TabPaymentAmount,
    /// A member's points.
    Points,
    /// What can be spent of the money on a member's card or a gift card.
    StoredBalance,
    /// What is set aside of it.
    StoredHeld,
    /// What came in for an order from a card and what is set aside for it, against the card's own ledger.
    StoredPayment,
    /// What a promotion took off, the turnover of what had it, and on how many tickets it was.
    Promotion,
    /// Where a coupon stands.
    Coupon,
    /// The deposits that a product carries, or that a sale or an order came to.
    Deposit,
    /// How many coupons of a promotion are given out, and how many of those are used up.
    Coupons,
    /// A till's receipts: the last one's number, against how many different ones there are.
    Receipts,
    /// A till's journal: an entry, and what is wrong with it.
    Journal,
}

impl Engine {
    /// Reckons all balances again. Gives those that are not what their ledgers say: none, where all is well.
    pub async fn check(&self) -> Result<Vec<Difference>, Refusal> {
        self.compare().await.map_err(Fault::refusal)
    }

    async fn compare(&self) -> Result<Vec<Difference>, Fault> {
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        let mut differences = Vec::new();
        for (of, sql) in [
            (
                Balance::Stock,
                "SELECT * FROM (
                     SELECT p.product_id, CAST(p.available AS TEXT) AS kept,
                         CAST(COALESCE((SELECT SUM(m.quantity) FROM stock_movement m
                             WHERE m.shop_id = p.shop_id AND m.product_id = p.product_id), 0) AS TEXT) AS ledger
                     FROM product p WHERE p.shop_id = $1) b WHERE kept <> ledger",
            ),
            (
                Balance::Payment,
                "SELECT * FROM (
                     SELECT o.order_id, o.payment AS kept,
                         COALESCE((SELECT e.state FROM payment_entry e
                             WHERE e.shop_id = o.shop_id AND e.payment_id = o.payment_id
                             ORDER BY e.entry DESC LIMIT 1), 'none') AS ledger
                     FROM orders o WHERE o.shop_id = $1) b WHERE kept <> ledger",
            ),
            (
                Balance::PaymentAmount,
                "SELECT * FROM (
                     SELECT o.order_id,
                         CAST(o.captured - o.refunded AS TEXT) AS kept,
                         CAST(COALESCE((SELECT SUM(e.amount) FROM payment_entry e
                             WHERE e.shop_id = o.shop_id AND e.payment_id = o.payment_id), 0) AS TEXT) AS ledger
                     FROM orders o WHERE o.shop_id = $1) b WHERE kept <> ledger",
            ),
            (
                Balance::TabPayment,
                "SELECT * FROM (
                     SELECT t.payment_id,
                         CASE t.state WHEN 'asked' THEN 'unknown' WHEN 'declined' THEN 'failed'
                             WHEN 'returned' THEN 'refunded' ELSE 'captured' END AS kept,
                         COALESCE((SELECT e.state FROM payment_entry e
                             WHERE e.shop_id = t.shop_id AND e.payment_id = t.payment_id
                             ORDER BY e.entry DESC LIMIT 1), 'none') AS ledger
                     FROM tab_payment t WHERE t.shop_id = $1) b WHERE kept <> ledger",
            ),
            (
                Balance::TabPaymentAmount,
                "SELECT * FROM (
                     SELECT t.payment_id,
                         CAST(CASE WHEN t.state IN ('paid', 'returning') THEN t.amount ELSE 0 END AS TEXT) AS kept,
                         CAST(COALESCE((SELECT SUM(e.amount) FROM payment_entry e
                             WHERE e.shop_id = t.shop_id AND e.payment_id = t.payment_id), 0) AS TEXT) AS ledger
                     FROM tab_payment t WHERE t.shop_id = $1) b WHERE kept <> ledger",
            ),
            (
                Balance::Points,
                "SELECT * FROM (
                     SELECT m.member_id, CAST(m.points AS TEXT) AS kept,
                         CAST(COALESCE((SELECT SUM(e.points) FROM points_entry e
                             WHERE e.shop_id = m.shop_id AND e.member_id = m.member_id), 0) AS TEXT) AS ledger
                     FROM member m WHERE m.shop_id = $1) b WHERE kept <> ledger",
            ),
            (
                Balance::StoredBalance,
                "SELECT * FROM (
                     SELECT m.member_id, CAST(m.balance AS TEXT) AS kept,
                         CAST(COALESCE((SELECT SUM(CASE WHEN e.kind IN ('topped_up', 'refunded', 'released') THEN e.amount
                                 WHEN e.kind IN ('paid_out', 'held') THEN -e.amount ELSE 0 END)
                             FROM stored_value_entry e
                             WHERE e.shop_id = m.shop_id AND e.member_id = m.member_id), 0) AS TEXT) AS ledger
                     FROM (SELECT shop_id, member_id, balance FROM member
                         UNION ALL SELECT shop_id, gift_card_id, balance FROM gift_card) m
                     WHERE m.shop_id = $1) b WHERE kept <> ledger",
            ),
            (
                Balance::StoredHeld,
                "SELECT * FROM (
                     SELECT m.member_id, CAST(m.held AS TEXT) AS kept,
                         CAST(COALESCE((SELECT SUM(CASE WHEN e.kind = 'held' THEN e.amount
                                 WHEN e.kind IN ('released', 'captured') THEN -e.amount ELSE 0 END)
                             FROM stored_value_entry e
                             WHERE e.shop_id = m.shop_id AND e.member_id = m.member_id), 0) AS TEXT) AS ledger
                     FROM (SELECT shop_id, member_id, held FROM member
                         UNION ALL SELECT shop_id, gift_card_id, held FROM gift_card) m
                     WHERE m.shop_id = $1) b WHERE kept <> ledger",
            ),
            (
                // Whoever has been forgotten is given cash for what comes back, of which no card knows.
                Balance::StoredPayment,
                "SELECT * FROM (
                     SELECT o.order_id,
                         CAST(o.captured - o.refunded AS TEXT) || ' and ' || CAST(CASE o.payment
                             WHEN 'authorised' THEN o.total ELSE 0 END AS TEXT) || ' held' AS kept,
                         CAST(COALESCE((SELECT SUM(CASE e.kind WHEN 'captured' THEN e.amount
                                 WHEN 'refunded' THEN -e.amount ELSE 0 END)
                             FROM stored_value_entry e
                             WHERE e.shop_id = o.shop_id AND e.payment_id = o.payment_id), 0) AS TEXT) || ' and '
                         || CAST(COALESCE((SELECT SUM(CASE e.kind WHEN 'held' THEN e.amount
                                 WHEN 'released' THEN -e.amount WHEN 'captured' THEN -e.amount ELSE 0 END)
                             FROM stored_value_entry e
                             WHERE e.shop_id = o.shop_id AND e.payment_id = o.payment_id), 0) AS TEXT) || ' held'
                             AS ledger
                     FROM orders o WHERE o.shop_id = $1 AND o.tender = 'stored_value' AND o.member_id IS NOT NULL) b
                 WHERE kept <> ledger",
            ),
            (
                Balance::Promotion,
                "SELECT * FROM (
                     SELECT p.promotion_id,
                         CAST(p.saved AS TEXT) || ' of ' || CAST(p.turnover AS TEXT) || ' on ' || CAST(p.tickets AS TEXT)
                             AS kept,
                         CAST(COALESCE(SUM(e.saved), 0) AS TEXT) || ' of ' || CAST(COALESCE(SUM(e.turnover), 0) AS TEXT)
                             || ' on ' || CAST(COALESCE(SUM(e.tickets), 0) AS TEXT) AS ledger
                     FROM promotion p LEFT JOIN promotion_entry e
                         ON e.shop_id = p.shop_id AND e.promotion_id = p.promotion_id
                     WHERE p.shop_id = $1 GROUP BY p.promotion_id, p.saved, p.turnover, p.tickets) b
                 WHERE kept <> ledger",
            ),
            (
                Balance::Coupon,
                "SELECT * FROM (
                     SELECT c.coupon_id, c.state AS kept,
                         COALESCE((SELECT CASE e.step WHEN 'released' THEN 'issued' ELSE e.step END
                             FROM coupon_entry e WHERE e.shop_id = c.shop_id AND e.coupon_id = c.coupon_id
                             ORDER BY e.entry DESC LIMIT 1), 'none') AS ledger
                     FROM coupon c WHERE c.shop_id = $1) b WHERE kept <> ledger",
            ),
            (
                Balance::Coupons,
                "SELECT * FROM (
                     SELECT t.promotion_id, CAST(t.redeemed AS TEXT) || ' of ' || CAST(t.issued AS TEXT) AS kept,
                         CAST(COALESCE(SUM(CASE e.step WHEN 'redeemed' THEN 1 WHEN 'returned' THEN -1 ELSE 0 END), 0)
                             AS TEXT) || ' of '
                         || CAST(COALESCE(SUM(CASE e.step WHEN 'issued' THEN 1 ELSE 0 END), 0) AS TEXT) AS ledger
                     FROM coupon_campaign t
                     LEFT JOIN coupon c ON c.shop_id = t.shop_id AND c.promotion_id = t.promotion_id
                     LEFT JOIN coupon_entry e ON e.shop_id = c.shop_id AND e.coupon_id = c.coupon_id
                     WHERE t.shop_id = $1 GROUP BY t.promotion_id, t.redeemed, t.issued) b WHERE kept <> ledger",
            ),
            (
                Balance::Receipts,
                "SELECT * FROM (
                     SELECT till, CAST(MAX(number) AS TEXT) || ' of ' || CAST(COUNT(number) AS TEXT) AS kept,
                         CAST(COUNT(DISTINCT number) AS TEXT) || ' of ' || CAST(COUNT(DISTINCT number) AS TEXT)
                             AS ledger
                     FROM fact WHERE shop_id = $1 AND number IS NOT NULL GROUP BY till) b WHERE kept <> ledger",
            ),
        ] {
            for row in sql::query(sql).bind(head.shop.0).fetch_all(&mut tx).await? {
                differences.push(Difference {
                    of,
                    key: row.try_get(0)?,
                    kept: row.try_get(1)?,
                    ledger: row.try_get(2)?,
                });
            }
        }
        differences.extend(deposit::differences(&mut tx, head).await?);
        for broken in journal::broken(&mut tx, head.shop.0).await? {
            differences.push(Difference {
                of: Balance::Journal,
                key: broken.fact,
                kept: format!("entry {}", broken.entry),
                ledger: broken.fault.to_owned(),
            });
        }
        Ok(differences)
    }
}
