-- Points that are taken back with the goods that earned them.
ALTER TABLE points_entry DROP CONSTRAINT points_entry_reason_check;
ALTER TABLE points_entry ADD CHECK (reason IN ('earned', 'returned'));
ALTER TABLE points_entry DROP CONSTRAINT points_entry_shop_id_order_id_reason_key;
-- An order earns once; it may come back in several parts.
CREATE UNIQUE INDEX points_earned ON points_entry (shop_id, order_id) WHERE reason = 'earned';
CREATE INDEX points_of_order ON points_entry (shop_id, order_id);
