-- At the table: the menu, the tables, and what each has open.

CREATE TABLE menu (
    shop_id UUID NOT NULL PRIMARY KEY REFERENCES shop,
    -- As the shop's file has it, in JSON.
    content TEXT COLLATE "C" NOT NULL,
    changed BIGINT NOT NULL
);

CREATE TABLE dining_table (
    shop_id UUID NOT NULL REFERENCES shop,
    number  BIGINT NOT NULL CHECK (number BETWEEN 1 AND 9999),
    seats   BIGINT NOT NULL CHECK (seats > 0),
    PRIMARY KEY (shop_id, number)
);

CREATE TABLE tab (
    shop_id      UUID NOT NULL REFERENCES shop,
    tab_id       UUID NOT NULL,
    table_number BIGINT NOT NULL,
    state        TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'closed')),
    opened       BIGINT NOT NULL,
    closed       BIGINT,
    -- How many equal parts of the rest are still to be paid; 0 where it is not split.
    parts        BIGINT NOT NULL DEFAULT 0 CHECK (parts >= 0),
    PRIMARY KEY (shop_id, tab_id)
);
CREATE UNIQUE INDEX tab_at_table ON tab (shop_id, table_number) WHERE state = 'open';

CREATE TABLE tab_guest (
    shop_id   UUID NOT NULL,
    tab_id    UUID NOT NULL,
    number    BIGINT NOT NULL CHECK (number > 0),
    -- Null once whose device it was is forgotten.
    device_id UUID,
    joined    BIGINT NOT NULL,
    PRIMARY KEY (shop_id, tab_id, number),
    FOREIGN KEY (shop_id, tab_id) REFERENCES tab ON DELETE CASCADE
);
CREATE UNIQUE INDEX tab_guest_by_device ON tab_guest (shop_id, device_id, tab_id) WHERE device_id IS NOT NULL;

CREATE TABLE tab_round (
    shop_id  UUID NOT NULL,
    round_id UUID NOT NULL,
    tab_id   UUID NOT NULL,
    -- The day on the shop's clock, as 2026-11-30: numbers are counted within it.
    day      TEXT COLLATE "C" NOT NULL,
    number   BIGINT NOT NULL,
    guest    BIGINT,
    sent     BIGINT NOT NULL,
    PRIMARY KEY (shop_id, round_id),
    UNIQUE (shop_id, day, number),
    FOREIGN KEY (shop_id, tab_id) REFERENCES tab ON DELETE CASCADE
);
CREATE INDEX tab_round_by_tab ON tab_round (shop_id, tab_id, sent);

CREATE TABLE tab_line (
    shop_id    UUID NOT NULL,
    line_id    UUID NOT NULL,
    tab_id     UUID NOT NULL,
    place      BIGINT NOT NULL,
    round_id   UUID,
    product_id UUID NOT NULL,
    name_en    TEXT COLLATE "C" NOT NULL,
    name_zh    TEXT COLLATE "C" NOT NULL,
    picture    TEXT COLLATE "C",
    station    TEXT COLLATE "C" NOT NULL,
    -- What was chosen, as it was called and cost then, in JSON.
    chosen     TEXT COLLATE "C" NOT NULL,
    pieces     BIGINT NOT NULL CHECK (pieces > 0),
    price      BIGINT NOT NULL CHECK (price >= 0),
    tax        BIGINT NOT NULL,
    min_age    BIGINT,
    note       TEXT COLLATE "C" NOT NULL,
    guest      BIGINT,
    state      TEXT COLLATE "C" NOT NULL CHECK (state IN ('draft', 'sent', 'preparing', 'ready', 'served', 'cancelled')),
    PRIMARY KEY (shop_id, line_id),
    FOREIGN KEY (shop_id, tab_id) REFERENCES tab ON DELETE CASCADE,
    CHECK ((state = 'draft') = (round_id IS NULL))
);
CREATE INDEX tab_line_by_tab ON tab_line (shop_id, tab_id, place);
CREATE INDEX tab_line_under_way ON tab_line (shop_id, round_id) WHERE state IN ('sent', 'preparing', 'ready');

CREATE TABLE tab_payment (
    shop_id    UUID NOT NULL,
    payment_id UUID NOT NULL,
    tab_id     UUID NOT NULL,
    place      BIGINT NOT NULL,
    -- What it is for, in JSON.
    pays       TEXT COLLATE "C" NOT NULL,
    amount     BIGINT NOT NULL CHECK (amount > 0),
    tender     TEXT COLLATE "C" NOT NULL,
    -- What the payment's ledger leaves, and whether it is to be given back.
    state      TEXT COLLATE "C" NOT NULL CHECK (state IN ('asked', 'paid', 'declined', 'returning', 'returned')),
    guest      BIGINT,
    at         BIGINT NOT NULL,
    PRIMARY KEY (shop_id, payment_id),
    FOREIGN KEY (shop_id, tab_id) REFERENCES tab ON DELETE CASCADE
);
CREATE INDEX tab_payment_by_tab ON tab_payment (shop_id, tab_id, place);
CREATE INDEX tab_payment_to_settle ON tab_payment (shop_id, payment_id) WHERE state IN ('asked', 'returning');

-- What a table has open is a change of its own kind. Which kinds there are is the program's to say, so that one more
-- does not change this table again.
ALTER TABLE change DROP CONSTRAINT IF EXISTS change_kind_check;
ALTER TABLE change ADD CONSTRAINT change_kind_check CHECK (kind <> '');
