-- Points that are taken back with the goods that earned them.
ALTER TABLE points_entry DROP CONSTRAINT points_entry_reason_check;
ALTER TABLE points_entry ADD CHECK (reason IN ('earned', 'returned'));
-- Of a sale at a till.
ALTER TABLE points_entry ADD COLUMN sale_id UUID;
ALTER TABLE points_entry DROP CONSTRAINT points_entry_shop_id_order_id_reason_key;
-- An order earns once; it may come back in several parts.
CREATE UNIQUE INDEX points_earned ON points_entry (shop_id, order_id) WHERE reason = 'earned';
CREATE INDEX points_of_order ON points_entry (shop_id, order_id);
CREATE UNIQUE INDEX points_earned_by_sale ON points_entry (shop_id, sale_id) WHERE reason = 'earned';
CREATE INDEX points_of_sale ON points_entry (shop_id, sale_id) WHERE sale_id IS NOT NULL;
