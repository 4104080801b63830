-- Orders that are carried out of the shop at once, payments that are given back in part, and what is known of both.
-- SQLite changes no CHECK of a table that is there: all three tables are made anew, their rows with them.

ALTER TABLE milestone RENAME TO milestone_old;
ALTER TABLE order_line RENAME TO order_line_old;
ALTER TABLE orders RENAME TO orders_old;
DROP INDEX order_by_pickup;
DROP INDEX order_by_device;
DROP INDEX order_by_slot;
DROP INDEX order_by_state;
DROP INDEX order_to_settle;

CREATE TABLE orders (
    shop_id     BLOB    NOT NULL REFERENCES shop,
    order_id    BLOB    NOT NULL,
    number      INTEGER NOT NULL,
    device_id   BLOB    NOT NULL,
    member_id   BLOB,
    state       TEXT    NOT NULL,
    cancelled   TEXT,
    mode        TEXT    NOT NULL CHECK (mode IN ('pickup', 'delivery', 'carry_out')),
    -- When its slot starts; null for what is carried out at once.
    starts      INTEGER,
    street      TEXT,
    street_note TEXT,
    contact     TEXT    NOT NULL,
    phone       TEXT    NOT NULL,
    items       INTEGER NOT NULL,
    goods       INTEGER NOT NULL,
    delivery    INTEGER NOT NULL,
    total       INTEGER NOT NULL,
    tax         TEXT    NOT NULL,
    points      INTEGER NOT NULL,
    pickup      TEXT,
    payment_id  BLOB    NOT NULL,
    tender      TEXT    NOT NULL,
    -- What the payment's ledger leaves: its state, what came in, and what of that was given back.
    payment     TEXT    NOT NULL CHECK (payment IN ('due', 'unknown', 'authorised', 'captured', 'settled', 'failed',
        'cancelled', 'partly_refunded', 'refunded')),
    captured    INTEGER NOT NULL DEFAULT 0,
    refunded    INTEGER NOT NULL DEFAULT 0,
    -- What was asked for, to know a repeat from another order under the same key.
    body_hash   BLOB    NOT NULL,
    placed      INTEGER NOT NULL,
    changed     INTEGER NOT NULL,
    PRIMARY KEY (shop_id, order_id),
    UNIQUE (shop_id, number),
    UNIQUE (shop_id, payment_id)
) STRICT;

INSERT INTO orders (
    shop_id, order_id, number, device_id, member_id, state, cancelled, mode, starts, street, street_note, contact,
    phone, items, goods, delivery, total, tax, points, pickup, payment_id, tender, payment, captured, refunded,
    body_hash, placed, changed
)
SELECT
    shop_id, order_id, number, device_id, member_id, state, cancelled, mode, starts, street, street_note, contact,
    phone, items, goods, delivery, total, tax, points, pickup, payment_id, tender, payment,
    CASE WHEN payment IN ('captured', 'refunded') THEN total ELSE 0 END,
    CASE WHEN payment = 'refunded' THEN total ELSE 0 END, body_hash, placed, changed
FROM orders_old;

CREATE TABLE order_line (
    shop_id       BLOB    NOT NULL,
    order_id      BLOB    NOT NULL,
    place         INTEGER NOT NULL,
    line_id       BLOB    NOT NULL,
    product_id    BLOB    NOT NULL,
    code          TEXT    NOT NULL,
    name_en       TEXT    NOT NULL,
    name_zh       TEXT    NOT NULL,
    picture       TEXT,
    price         INTEGER NOT NULL,
    sold_by       TEXT    NOT NULL,
    tax           INTEGER NOT NULL,
    measure       TEXT    NOT NULL CHECK (measure IN ('pieces', 'grams', 'labelled')),
    measure_value INTEGER NOT NULL CHECK (measure_value > 0),
    amount        INTEGER NOT NULL,
    aisle         TEXT,
    min_age       INTEGER,
    picked        INTEGER NOT NULL,
    PRIMARY KEY (shop_id, order_id, place),
    FOREIGN KEY (shop_id, order_id) REFERENCES orders ON DELETE CASCADE
) STRICT;

INSERT INTO order_line (
    shop_id, order_id, place, line_id, product_id, code, name_en, name_zh, picture, price, sold_by, tax, measure,
    measure_value, amount, aisle, min_age, picked
)
SELECT
    shop_id, order_id, place, line_id, product_id, code, name_en, name_zh, picture, price, sold_by, tax, measure,
    measure_value, amount, aisle, min_age, picked
FROM order_line_old;

CREATE TABLE milestone (
    shop_id  BLOB    NOT NULL,
    order_id BLOB    NOT NULL,
    place    INTEGER NOT NULL,
    state    TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (shop_id, order_id, place),
    FOREIGN KEY (shop_id, order_id) REFERENCES orders ON DELETE CASCADE
) STRICT;

INSERT INTO milestone (shop_id, order_id, place, state, at)
SELECT shop_id, order_id, place, state, at FROM milestone_old;

DROP TABLE milestone_old;
DROP TABLE order_line_old;
DROP TABLE orders_old;

CREATE UNIQUE INDEX order_by_pickup ON orders (shop_id, pickup) WHERE pickup IS NOT NULL;
CREATE INDEX order_by_device ON orders (shop_id, device_id, placed);
CREATE INDEX order_by_slot ON orders (shop_id, mode, starts) WHERE state <> 'cancelled';
CREATE INDEX order_by_state ON orders (shop_id, state, changed);
CREATE INDEX order_to_settle ON orders (shop_id, order_id)
    WHERE payment = 'unknown' OR (payment IN ('authorised', 'captured', 'partly_refunded') AND state = 'cancelled');
