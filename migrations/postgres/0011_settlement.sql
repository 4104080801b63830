-- Goods that are not there or come back, and what of a payment is to stay.

-- How many of a line's items the shop does not have, and how many came back.
ALTER TABLE order_line ADD COLUMN missing BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_line ADD COLUMN returned BIGINT NOT NULL DEFAULT 0;
-- What the collected pack's label says, as JSON.
ALTER TABLE order_line ADD COLUMN weighed TEXT COLLATE "C";
-- The line in whose place it came.
ALTER TABLE order_line ADD COLUMN replaces UUID;
-- What is offered in its place, as JSON.
ALTER TABLE order_line ADD COLUMN offer TEXT COLLATE "C";

-- What is to stay with the shop: nothing of an order that is cancelled.
ALTER TABLE orders ADD COLUMN to_pay BIGINT NOT NULL DEFAULT 0;
UPDATE orders SET to_pay = total WHERE state <> 'cancelled';

-- How tax was reckoned, as JSON; null where prices have it in them and it is rounded once for each rate.
ALTER TABLE orders ADD COLUMN tax_rules TEXT COLLATE "C";
ALTER TABLE shop ADD COLUMN taxes TEXT COLLATE "C" NOT NULL DEFAULT '{"prices":"inclusive","rounding":"document"}';

DROP INDEX order_to_settle;
CREATE INDEX order_to_settle ON orders (shop_id, order_id)
    WHERE payment = 'unknown' OR captured - refunded > to_pay;

-- What a payment's provider was asked to give back: written before it is asked, so that it is asked for the same again
-- where its answer does not come.
CREATE TABLE payment_refund (
    shop_id    UUID NOT NULL REFERENCES shop,
    payment_id UUID NOT NULL,
    part       BIGINT NOT NULL,
    amount     BIGINT NOT NULL CHECK (amount > 0),
    returned   BIGINT NOT NULL CHECK (returned IN (0, 1)),
    asked      BIGINT NOT NULL,
    PRIMARY KEY (shop_id, payment_id, part)
);

-- The demo wallet gives back in parts, numbered from 1; its other entries have the number 0.
ALTER TABLE demo_wallet_entry ADD COLUMN part BIGINT NOT NULL DEFAULT 0;
ALTER TABLE demo_wallet_entry DROP CONSTRAINT demo_wallet_entry_pkey;
ALTER TABLE demo_wallet_entry ADD PRIMARY KEY (shop_id, payment_id, kind, part);
