-- Orders that are carried out of the shop at once, payments that are given back in part, and what is known of both.

ALTER TABLE orders DROP CONSTRAINT orders_mode_check;
ALTER TABLE orders ADD CONSTRAINT orders_mode_check CHECK (mode IN ('pickup', 'delivery', 'carry_out'));
-- When its slot starts; null for what is carried out at once.
ALTER TABLE orders ALTER COLUMN starts DROP NOT NULL;
ALTER TABLE orders DROP CONSTRAINT orders_payment_check;
ALTER TABLE orders ADD CONSTRAINT orders_payment_check CHECK (payment IN ('due', 'unknown', 'authorised', 'captured',
    'settled', 'failed', 'cancelled', 'partly_refunded', 'refunded'));
-- What the payment's ledger leaves: what came in, and what of that was given back.
ALTER TABLE orders ADD COLUMN captured BIGINT NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN refunded BIGINT NOT NULL DEFAULT 0;
UPDATE orders SET captured = total WHERE payment IN ('captured', 'refunded');
UPDATE orders SET refunded = total WHERE payment = 'refunded';

DROP INDEX order_to_settle;
CREATE INDEX order_to_settle ON orders (shop_id, order_id)
    WHERE payment = 'unknown' OR (payment IN ('authorised', 'captured', 'partly_refunded') AND state = 'cancelled');
