-- Orders, their payments, and members.

CREATE TABLE member (
    shop_id   BLOB    NOT NULL REFERENCES shop,
    member_id BLOB    NOT NULL,
    device_id BLOB    NOT NULL,
    number    TEXT    NOT NULL,
    joined    INTEGER NOT NULL,
    -- The sum of the member's ledger.
    points    INTEGER NOT NULL,
    PRIMARY KEY (shop_id, member_id),
    UNIQUE (shop_id, device_id),
    UNIQUE (shop_id, number)
) STRICT;

CREATE TABLE points_entry (
    shop_id   BLOB    NOT NULL REFERENCES shop,
    member_id BLOB    NOT NULL,
    entry     INTEGER NOT NULL,
    points    INTEGER NOT NULL,
    reason    TEXT    NOT NULL CHECK (reason IN ('earned')),
    order_id  BLOB,
    at        INTEGER NOT NULL,
    PRIMARY KEY (shop_id, member_id, entry),
    UNIQUE (shop_id, order_id, reason)
) STRICT;

CREATE TABLE orders (
    shop_id     BLOB    NOT NULL REFERENCES shop,
    order_id    BLOB    NOT NULL,
    number      INTEGER NOT NULL,
    device_id   BLOB    NOT NULL,
    member_id   BLOB,
    state       TEXT    NOT NULL,
    cancelled   TEXT,
    mode        TEXT    NOT NULL CHECK (mode IN ('pickup', 'delivery')),
    starts      INTEGER NOT NULL,
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
    -- The sum that the payment's ledger leaves.
    payment     TEXT    NOT NULL CHECK (payment IN ('due', 'unknown', 'captured', 'cancelled', 'refunded')),
    -- What was asked for, to know a repeat from another order under the same key.
    body_hash   BLOB    NOT NULL,
    placed      INTEGER NOT NULL,
    changed     INTEGER NOT NULL,
    PRIMARY KEY (shop_id, order_id),
    UNIQUE (shop_id, number),
    UNIQUE (shop_id, payment_id)
) STRICT;

CREATE UNIQUE INDEX order_by_pickup ON orders (shop_id, pickup) WHERE pickup IS NOT NULL;
CREATE INDEX order_by_device ON orders (shop_id, device_id, placed);
CREATE INDEX order_by_slot ON orders (shop_id, mode, starts) WHERE state <> 'cancelled';
CREATE INDEX order_by_state ON orders (shop_id, state, changed);
CREATE INDEX order_to_settle ON orders (shop_id, order_id)
    WHERE payment = 'unknown' OR (payment = 'captured' AND state = 'cancelled');

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

CREATE TABLE milestone (
    shop_id  BLOB    NOT NULL,
    order_id BLOB    NOT NULL,
    place    INTEGER NOT NULL,
    state    TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (shop_id, order_id, place),
    FOREIGN KEY (shop_id, order_id) REFERENCES orders ON DELETE CASCADE
) STRICT;

-- The ledger of payments: what happened to each, in order. `amount` is what came in, negative for what was given back.
CREATE TABLE payment_entry (
    shop_id    BLOB    NOT NULL REFERENCES shop,
    payment_id BLOB    NOT NULL,
    entry      INTEGER NOT NULL,
    state      TEXT    NOT NULL,
    amount     INTEGER NOT NULL,
    tendered   INTEGER,
    by_staff   BLOB,
    at         INTEGER NOT NULL,
    PRIMARY KEY (shop_id, payment_id, entry)
) STRICT;

-- The demo wallet's own books, as a provider would keep them.
CREATE TABLE demo_wallet_entry (
    shop_id    BLOB    NOT NULL REFERENCES shop,
    payment_id BLOB    NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('charged', 'declined', 'returned', 'voided')),
    amount     INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (shop_id, payment_id, kind)
) STRICT;

CREATE TRIGGER points_entry_stays BEFORE UPDATE ON points_entry
BEGIN SELECT RAISE(ABORT, 'the ledger of points is only added to'); END;
CREATE TRIGGER points_entry_is_kept BEFORE DELETE ON points_entry
BEGIN SELECT RAISE(ABORT, 'the ledger of points is only added to'); END;
CREATE TRIGGER payment_entry_stays BEFORE UPDATE ON payment_entry
BEGIN SELECT RAISE(ABORT, 'the ledger of payments is only added to'); END;
CREATE TRIGGER payment_entry_is_kept BEFORE DELETE ON payment_entry
BEGIN SELECT RAISE(ABORT, 'the ledger of payments is only added to'); END;
CREATE TRIGGER demo_wallet_entry_stays BEFORE UPDATE ON demo_wallet_entry
BEGIN SELECT RAISE(ABORT, 'the wallet''s books are only added to'); END;
CREATE TRIGGER demo_wallet_entry_is_kept BEFORE DELETE ON demo_wallet_entry
BEGIN SELECT RAISE(ABORT, 'the wallet''s books are only added to'); END;
