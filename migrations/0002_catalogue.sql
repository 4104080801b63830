-- What is sold, and how much of it is there.

CREATE TABLE product (
    shop_id        BLOB    NOT NULL REFERENCES shop,
    product_id     BLOB    NOT NULL,
    -- The shop's order, and the row that the search finds.
    position       INTEGER NOT NULL,
    gtin           INTEGER,
    plu            INTEGER,
    category       TEXT    NOT NULL,
    name_en        TEXT    NOT NULL,
    name_zh        TEXT    NOT NULL,
    brand          TEXT    NOT NULL,
    price          INTEGER NOT NULL CHECK (price >= 0),
    sold_by        TEXT    NOT NULL CHECK (sold_by IN ('piece', 'weight')),
    content_amount INTEGER,
    content_unit   TEXT,
    tax            INTEGER NOT NULL,
    aisle          TEXT,
    min_age        INTEGER,
    allergens_en   TEXT    NOT NULL,
    allergens_zh   TEXT    NOT NULL,
    notes_en       TEXT    NOT NULL,
    notes_zh       TEXT    NOT NULL,
    picture        TEXT,
    -- The sum of its movements.
    available      INTEGER NOT NULL,
    sold           INTEGER NOT NULL DEFAULT 1 CHECK (sold IN (0, 1)),
    PRIMARY KEY (shop_id, product_id),
    CHECK ((gtin IS NULL) <> (plu IS NULL))
) STRICT;

CREATE UNIQUE INDEX product_by_gtin ON product (shop_id, gtin) WHERE gtin IS NOT NULL;
CREATE UNIQUE INDEX product_by_plu ON product (shop_id, plu) WHERE plu IS NOT NULL;
CREATE UNIQUE INDEX product_by_position ON product (shop_id, position);
CREATE INDEX product_by_category ON product (shop_id, category, position) WHERE sold = 1;

CREATE TABLE picture (
    shop_id    BLOB NOT NULL REFERENCES shop,
    picture_id TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes      BLOB NOT NULL,
    PRIMARY KEY (shop_id, picture_id)
) STRICT;

-- The ledger of stock: pieces, or grams for goods sold by weight.
CREATE TABLE stock_movement (
    shop_id    BLOB    NOT NULL REFERENCES shop,
    product_id BLOB    NOT NULL,
    entry      INTEGER NOT NULL,
    quantity   INTEGER NOT NULL,
    reason     TEXT    NOT NULL CHECK (reason IN ('count', 'order', 'cancellation')),
    order_id   BLOB,
    at         INTEGER NOT NULL,
    PRIMARY KEY (shop_id, product_id, entry)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER stock_movement_stays BEFORE UPDATE ON stock_movement
BEGIN SELECT RAISE(ABORT, 'the ledger of stock is only added to'); END;
CREATE TRIGGER stock_movement_is_kept BEFORE DELETE ON stock_movement
BEGIN SELECT RAISE(ABORT, 'the ledger of stock is only added to'); END;
