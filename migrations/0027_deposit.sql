-- Deposits on containers: the shop's own, those that products carry, and those that orders were placed with.

-- JSON.
ALTER TABLE shop ADD COLUMN deposits TEXT NOT NULL DEFAULT '[]';

-- JSON: each deposit as the shop has it now, and how many containers of it a piece has.
ALTER TABLE product ADD COLUMN deposits TEXT NOT NULL DEFAULT '[]';
CREATE INDEX product_with_deposit ON product (shop_id) WHERE deposits <> '[]';

-- JSON; NULL for none.
ALTER TABLE order_line ADD COLUMN deposits TEXT;

-- What the containers of an order come to as it was placed; NULL where there are none.
ALTER TABLE orders ADD COLUMN deposit INTEGER CHECK (deposit >= 0);
