-- Where a shop is and how far it reaches, its sister shops, and what is noted of an order on its way to somebody's hand.

-- Place, hours, zones and cut-offs: read and written as a whole, so one JSON text.
ALTER TABLE shop ADD COLUMN reach TEXT COLLATE "C" NOT NULL DEFAULT '{}';

CREATE TABLE branch (
    shop_id    UUID NOT NULL REFERENCES shop,
    branch_id  UUID NOT NULL,
    name_en    TEXT COLLATE "C" NOT NULL,
    name_zh    TEXT COLLATE "C" NOT NULL,
    address_en TEXT COLLATE "C" NOT NULL,
    address_zh TEXT COLLATE "C" NOT NULL,
    latitude   BIGINT NOT NULL,
    longitude  BIGINT NOT NULL,
    hours      TEXT COLLATE "C" NOT NULL,
    page       TEXT COLLATE "C" NOT NULL,
    zones      TEXT COLLATE "C" NOT NULL,
    picks_up   BIGINT NOT NULL CHECK (picks_up IN (0, 1)),
    PRIMARY KEY (shop_id, branch_id)
);

CREATE TABLE neighbourhood (
    shop_id   UUID NOT NULL REFERENCES shop,
    name_en   TEXT COLLATE "C" NOT NULL,
    name_zh   TEXT COLLATE "C" NOT NULL,
    latitude  BIGINT NOT NULL,
    longitude BIGINT NOT NULL,
    PRIMARY KEY (shop_id, name_en, name_zh)
);

-- Of an order, where there is something to note.
CREATE TABLE handling (
    shop_id      UUID NOT NULL,
    order_id     UUID NOT NULL,
    -- Where it is brought, in millionths of a degree.
    latitude     BIGINT,
    longitude    BIGINT,
    arrived      BIGINT,
    shelf        TEXT COLLATE "C",
    attempts     TEXT COLLATE "C" NOT NULL,
    -- The courier's round that it is part of while it is on its way, and its place in it.
    run_id       UUID,
    run_place    BIGINT,
    stops_before BIGINT,
    left_at_door BIGINT,
    PRIMARY KEY (shop_id, order_id),
    FOREIGN KEY (shop_id, order_id) REFERENCES orders ON DELETE CASCADE
);

CREATE INDEX handling_by_run ON handling (shop_id, run_id, run_place) WHERE run_id IS NOT NULL;

-- An order at its door, as the courier's camera saw it.
CREATE TABLE proof (
    shop_id  UUID NOT NULL,
    order_id UUID NOT NULL,
    jpeg     BYTEA NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (shop_id, order_id),
    FOREIGN KEY (shop_id, order_id) REFERENCES orders ON DELETE CASCADE
);
