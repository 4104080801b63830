-- A member who asked to be forgotten keeps a row, for the ledger of points, that leads to nobody.
CREATE TABLE member_new (
    shop_id   BLOB    NOT NULL REFERENCES shop,
    member_id BLOB    NOT NULL,
    -- Both null once the member's data has been erased.
    device_id BLOB,
    number    TEXT,
    joined    INTEGER NOT NULL,
    -- The sum of the member's ledger.
    points    INTEGER NOT NULL,
    PRIMARY KEY (shop_id, member_id),
    UNIQUE (shop_id, device_id),
    UNIQUE (shop_id, number),
    CHECK ((device_id IS NULL) = (number IS NULL))
) STRICT;
INSERT INTO member_new (shop_id, member_id, device_id, number, joined, points)
SELECT shop_id, member_id, device_id, number, joined, points FROM member;
DROP TABLE member;
ALTER TABLE member_new RENAME TO member;

-- The feed also tells a device to forget what it was told of its shopper.
CREATE TABLE change_new (
    shop_id   BLOB    NOT NULL REFERENCES shop,
    kind      TEXT    NOT NULL CHECK (kind IN ('shop', 'product', 'order', 'card', 'erased')),
    key       BLOB    NOT NULL,
    seq       INTEGER NOT NULL,
    -- Whose it is; null for everyone's.
    device_id BLOB,
    PRIMARY KEY (shop_id, kind, key)
) STRICT, WITHOUT ROWID;
INSERT INTO change_new (shop_id, kind, key, seq, device_id)
SELECT shop_id, kind, key, seq, device_id FROM change;
DROP TABLE change;
ALTER TABLE change_new RENAME TO change;
CREATE UNIQUE INDEX change_by_seq ON change (shop_id, seq);

-- On an installed app: an order that waited and can be read no more, as the key that had sealed it is gone.
ALTER TABLE outbox ADD COLUMN lost INTEGER NOT NULL DEFAULT 0 CHECK (lost IN (0, 1));
