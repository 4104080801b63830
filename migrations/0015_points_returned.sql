-- Points that are taken back with the goods that earned them.
CREATE TABLE points_entry_new (
    shop_id   BLOB    NOT NULL REFERENCES shop,
    member_id BLOB    NOT NULL,
    entry     INTEGER NOT NULL,
    points    INTEGER NOT NULL,
    reason    TEXT    NOT NULL CHECK (reason IN ('earned', 'returned')),
    order_id  BLOB,
    at        INTEGER NOT NULL,
    PRIMARY KEY (shop_id, member_id, entry)
) STRICT;
INSERT INTO points_entry_new (shop_id, member_id, entry, points, reason, order_id, at)
SELECT shop_id, member_id, entry, points, reason, order_id, at FROM points_entry;
DROP TABLE points_entry;
ALTER TABLE points_entry_new RENAME TO points_entry;
-- An order earns once; it may come back in several parts.
CREATE UNIQUE INDEX points_earned ON points_entry (shop_id, order_id) WHERE reason = 'earned';
CREATE INDEX points_of_order ON points_entry (shop_id, order_id);
CREATE TRIGGER points_entry_stays BEFORE UPDATE ON points_entry
BEGIN SELECT RAISE(ABORT, 'the ledger of points is only added to'); END;
CREATE TRIGGER points_entry_is_kept BEFORE DELETE ON points_entry
BEGIN SELECT RAISE(ABORT, 'the ledger of points is only added to'); END;
