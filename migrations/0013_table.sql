-- At the table: the menu, the tables, and what each has open.

CREATE TABLE menu (
    shop_id BLOB    NOT NULL PRIMARY KEY REFERENCES shop,
    -- As the shop's file has it, in JSON.
    content TEXT    NOT NULL,
    changed INTEGER NOT NULL
) STRICT;

CREATE TABLE dining_table (
    shop_id BLOB    NOT NULL REFERENCES shop,
    number  INTEGER NOT NULL CHECK (number BETWEEN 1 AND 9999),
    seats   INTEGER NOT NULL CHECK (seats > 0),
    PRIMARY KEY (shop_id, number)
) STRICT;

CREATE TABLE tab (
    shop_id      BLOB    NOT NULL REFERENCES shop,
    tab_id       BLOB    NOT NULL,
    table_number INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('open', 'closed')),
    opened       INTEGER NOT NULL,
    closed       INTEGER,
    -- How many equal parts of the rest are still to be paid; 0 where it is not split.
    parts        INTEGER NOT NULL DEFAULT 0 CHECK (parts >= 0),
    PRIMARY KEY (shop_id, tab_id)
) STRICT;
CREATE UNIQUE INDEX tab_at_table ON tab (shop_id, table_number) WHERE state = 'open';

CREATE TABLE tab_guest (
    shop_id   BLOB    NOT NULL,
    tab_id    BLOB    NOT NULL,
    number    INTEGER NOT NULL CHECK (number > 0),
    -- Null once whose device it was is forgotten.
    device_id BLOB,
    joined    INTEGER NOT NULL,
    PRIMARY KEY (shop_id, tab_id, number),
    FOREIGN KEY (shop_id, tab_id) REFERENCES tab ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX tab_guest_by_device ON tab_guest (shop_id, device_id, tab_id) WHERE device_id IS NOT NULL;

CREATE TABLE tab_round (
    shop_id  BLOB    NOT NULL,
    round_id BLOB    NOT NULL,
    tab_id   BLOB    NOT NULL,
    -- The day on the shop's clock, as 2026-11-30: numbers are counted within it.
    day      TEXT    NOT NULL,
    number   INTEGER NOT NULL,
    guest    INTEGER,
    sent     INTEGER NOT NULL,
    PRIMARY KEY (shop_id, round_id),
    UNIQUE (shop_id, day, number),
    FOREIGN KEY (shop_id, tab_id) REFERENCES tab ON DELETE CASCADE
) STRICT;
CREATE INDEX tab_round_by_tab ON tab_round (shop_id, tab_id, sent);

CREATE TABLE tab_line (
    shop_id    BLOB    NOT NULL,
    line_id    BLOB    NOT NULL,
    tab_id     BLOB    NOT NULL,
    place      INTEGER NOT NULL,
    round_id   BLOB,
    product_id BLOB    NOT NULL,
    name_en    TEXT    NOT NULL,
    name_zh    TEXT    NOT NULL,
    picture    TEXT,
    station    TEXT    NOT NULL,
    -- What was chosen, as it was called and cost then, in JSON.
    chosen     TEXT    NOT NULL,
    pieces     INTEGER NOT NULL CHECK (pieces > 0),
    price      INTEGER NOT NULL CHECK (price >= 0),
    tax        INTEGER NOT NULL,
    min_age    INTEGER,
    note       TEXT    NOT NULL,
    guest      INTEGER,
    state      TEXT    NOT NULL CHECK (state IN ('draft', 'sent', 'preparing', 'ready', 'served', 'cancelled')),
    PRIMARY KEY (shop_id, line_id),
    FOREIGN KEY (shop_id, tab_id) REFERENCES tab ON DELETE CASCADE,
    CHECK ((state = 'draft') = (round_id IS NULL))
) STRICT;
CREATE INDEX tab_line_by_tab ON tab_line (shop_id, tab_id, place);
CREATE INDEX tab_line_under_way ON tab_line (shop_id, round_id) WHERE state IN ('sent', 'preparing', 'ready');

CREATE TABLE tab_payment (
    shop_id    BLOB    NOT NULL,
    payment_id BLOB    NOT NULL,
    tab_id     BLOB    NOT NULL,
    place      INTEGER NOT NULL,
    -- What it is for, in JSON.
    pays       TEXT    NOT NULL,
    amount     INTEGER NOT NULL CHECK (amount > 0),
    tender     TEXT    NOT NULL,
    -- What the payment's ledger leaves, and whether it is to be given back.
    state      TEXT    NOT NULL CHECK (state IN ('asked', 'paid', 'declined', 'returning', 'returned')),
    guest      INTEGER,
    at         INTEGER NOT NULL,
    PRIMARY KEY (shop_id, payment_id),
    FOREIGN KEY (shop_id, tab_id) REFERENCES tab ON DELETE CASCADE
) STRICT;
CREATE INDEX tab_payment_by_tab ON tab_payment (shop_id, tab_id, place);
CREATE INDEX tab_payment_to_settle ON tab_payment (shop_id, payment_id) WHERE state IN ('asked', 'returning');

-- What a table has open is a change of its own kind. Which kinds there are is the program's to say, so that one more
-- does not make this table anew.
CREATE TABLE change_new (
    shop_id   BLOB    NOT NULL REFERENCES shop,
    kind      TEXT    NOT NULL CHECK (kind <> ''),
    key       BLOB    NOT NULL,
    seq       INTEGER NOT NULL,
    -- Whose it is; null for everyone's, and for what other tables say whose it is.
    device_id BLOB,
    PRIMARY KEY (shop_id, kind, key)
) STRICT, WITHOUT ROWID;
INSERT INTO change_new (shop_id, kind, key, seq, device_id)
SELECT shop_id, kind, key, seq, device_id FROM change;
DROP TABLE change;
ALTER TABLE change_new RENAME TO change;
CREATE UNIQUE INDEX change_by_seq ON change (shop_id, seq);
