-- Where a shop is and how far it reaches, its sister shops, and what is noted of an order on its way to somebody's hand.

-- Place, hours, zones and cut-offs: read and written as a whole, so one JSON text.
ALTER TABLE shop ADD COLUMN reach TEXT NOT NULL DEFAULT '{}';

CREATE TABLE branch (
    shop_id    BLOB    NOT NULL REFERENCES shop,
    branch_id  BLOB    NOT NULL,
    name_en    TEXT    NOT NULL,
    name_zh    TEXT    NOT NULL,
    address_en TEXT    NOT NULL,
    address_zh TEXT    NOT NULL,
    latitude   INTEGER NOT NULL,
    longitude  INTEGER NOT NULL,
    hours      TEXT    NOT NULL,
    page       TEXT    NOT NULL,
    zones      TEXT    NOT NULL,
    picks_up   INTEGER NOT NULL CHECK (picks_up IN (0, 1)),
    PRIMARY KEY (shop_id, branch_id)
) STRICT;

CREATE TABLE neighbourhood (
    shop_id   BLOB    NOT NULL REFERENCES shop,
    name_en   TEXT    NOT NULL,
    name_zh   TEXT    NOT NULL,
    latitude  INTEGER NOT NULL,
    longitude INTEGER NOT NULL,
    PRIMARY KEY (shop_id, name_en, name_zh)
) STRICT;

-- Of an order, where there is something to note.
CREATE TABLE handling (
    shop_id      BLOB    NOT NULL,
    order_id     BLOB    NOT NULL,
    -- Where it is brought, in millionths of a degree.
    latitude     INTEGER,
    longitude    INTEGER,
    arrived      INTEGER,
    shelf        TEXT,
    attempts     TEXT    NOT NULL,
    -- The courier's round that it is part of while it is on its way, and its place in it.
    run_id       BLOB,
    run_place    INTEGER,
    stops_before INTEGER,
    left_at_door INTEGER,
    PRIMARY KEY (shop_id, order_id),
    FOREIGN KEY (shop_id, order_id) REFERENCES orders ON DELETE CASCADE
) STRICT;

CREATE INDEX handling_by_run ON handling (shop_id, run_id, run_place) WHERE run_id IS NOT NULL;

-- An order at its door, as the courier's camera saw it.
CREATE TABLE proof (
    shop_id  BLOB    NOT NULL,
    order_id BLOB    NOT NULL,
    jpeg     BLOB    NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (shop_id, order_id),
    FOREIGN KEY (shop_id, order_id) REFERENCES orders ON DELETE CASCADE
) STRICT;
