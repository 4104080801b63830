-- What promotions take off orders: with the order as it was agreed to, and in the ledger of promotions.

-- JSON; NULL for none.
ALTER TABLE orders ADD COLUMN promotions TEXT;

-- The order whose amounts an entry brings up to date; NULL for a sale or a return at a till.
ALTER TABLE promotion_entry ADD COLUMN order_id UUID;

CREATE INDEX promotion_entry_of_order ON promotion_entry (shop_id, order_id) WHERE order_id IS NOT NULL;
