-- Goods that are not there or come back, and what of a payment is to stay.

-- How many of a line's items the shop does not have, and how many came back.
ALTER TABLE order_line ADD COLUMN missing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE order_line ADD COLUMN returned INTEGER NOT NULL DEFAULT 0;
-- What the collected pack's label says, as JSON.
ALTER TABLE order_line ADD COLUMN weighed TEXT;
-- The line in whose place it came.
ALTER TABLE order_line ADD COLUMN replaces BLOB;
-- What is offered in its place, as JSON.
ALTER TABLE order_line ADD COLUMN offer TEXT;

-- What is to stay with the shop: nothing of an order that is cancelled.
ALTER TABLE orders ADD COLUMN to_pay INTEGER NOT NULL DEFAULT 0;
UPDATE orders SET to_pay = total WHERE state <> 'cancelled';

-- How tax was reckoned, as JSON; null where prices have it in them and it is rounded once for each rate.
ALTER TABLE orders ADD COLUMN tax_rules TEXT;
ALTER TABLE shop ADD COLUMN taxes TEXT NOT NULL DEFAULT '{"prices":"inclusive","rounding":"document"}';

DROP INDEX order_to_settle;
CREATE INDEX order_to_settle ON orders (shop_id, order_id)
    WHERE payment = 'unknown' OR captured - refunded > to_pay;

-- What a payment's provider was asked to give back: written before it is asked, so that it is asked for the same again
-- where its answer does not come.
CREATE TABLE payment_refund (
    shop_id    BLOB NOT NULL REFERENCES shop,
    payment_id BLOB NOT NULL,
    part       INTEGER NOT NULL,
    amount     INTEGER NOT NULL CHECK (amount > 0),
    returned   INTEGER NOT NULL CHECK (returned IN (0, 1)),
    asked      INTEGER NOT NULL,
    PRIMARY KEY (shop_id, payment_id, part)
) STRICT;

-- The demo wallet gives back in parts, numbered from 1; its other entries have the number 0.
CREATE TABLE demo_wallet_entry_new (
    shop_id    BLOB    NOT NULL REFERENCES shop,
    payment_id BLOB    NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('charged', 'declined', 'returned', 'voided')),
    part       INTEGER NOT NULL,
    amount     INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (shop_id, payment_id, kind, part)
) STRICT;
INSERT INTO demo_wallet_entry_new (shop_id, payment_id, kind, part, amount, at)
SELECT shop_id, payment_id, kind, 0, amount, at FROM demo_wallet_entry;
DROP TABLE demo_wallet_entry;
ALTER TABLE demo_wallet_entry_new RENAME TO demo_wallet_entry;
CREATE TRIGGER demo_wallet_entry_stays BEFORE UPDATE ON demo_wallet_entry
BEGIN SELECT RAISE(ABORT, 'the wallet''s books are only added to'); END;
CREATE TRIGGER demo_wallet_entry_is_kept BEFORE DELETE ON demo_wallet_entry
BEGIN SELECT RAISE(ABORT, 'the wallet''s books are only added to'); END;
