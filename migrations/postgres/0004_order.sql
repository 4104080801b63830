-- Orders, their payments, and members.

CREATE TABLE member (
    shop_id   UUID NOT NULL REFERENCES shop,
    member_id UUID NOT NULL,
    device_id UUID NOT NULL,
    number    TEXT COLLATE "C" NOT NULL,
    joined    BIGINT NOT NULL,
    -- The sum of the member's ledger.
    points    BIGINT NOT NULL,
    PRIMARY KEY (shop_id, member_id),
    UNIQUE (shop_id, device_id),
    UNIQUE (shop_id, number)
);

CREATE TABLE points_entry (
    shop_id   UUID NOT NULL REFERENCES shop,
    member_id UUID NOT NULL,
    entry     BIGINT NOT NULL,
    points    BIGINT NOT NULL,
    reason    TEXT COLLATE "C" NOT NULL CHECK (reason IN ('earned')),
    order_id  UUID,
    at        BIGINT NOT NULL,
    PRIMARY KEY (shop_id, member_id, entry),
    UNIQUE (shop_id, order_id, reason)
);

CREATE TABLE orders (
    shop_id     UUID NOT NULL REFERENCES shop,
    order_id    UUID NOT NULL,
    number      BIGINT NOT NULL,
    device_id   UUID NOT NULL,
    member_id   UUID,
    state       TEXT COLLATE "C" NOT NULL,
    cancelled   TEXT COLLATE "C",
    mode        TEXT COLLATE "C" NOT NULL CHECK (mode IN ('pickup', 'delivery')),
    starts      BIGINT NOT NULL,
    street      TEXT COLLATE "C",
    street_note TEXT COLLATE "C",
    contact     TEXT COLLATE "C" NOT NULL,
    phone       TEXT COLLATE "C" NOT NULL,
    items       BIGINT NOT NULL,
    goods       BIGINT NOT NULL,
    delivery    BIGINT NOT NULL,
    total       BIGINT NOT NULL,
    tax         TEXT COLLATE "C" NOT NULL,
    points      BIGINT NOT NULL,
    pickup      TEXT COLLATE "C",
    payment_id  UUID NOT NULL,
    tender      TEXT COLLATE "C" NOT NULL,
    -- The sum that the payment's ledger leaves.
    payment     TEXT COLLATE "C" NOT NULL CHECK (payment IN ('due', 'unknown', 'captured', 'cancelled', 'refunded')),
    -- What was asked for, to know a repeat from another order under the same key.
    body_hash   BYTEA NOT NULL,
    placed      BIGINT NOT NULL,
    changed     BIGINT NOT NULL,
    PRIMARY KEY (shop_id, order_id),
    UNIQUE (shop_id, number),
    UNIQUE (shop_id, payment_id)
);

CREATE UNIQUE INDEX order_by_pickup ON orders (shop_id, pickup) WHERE pickup IS NOT NULL;
CREATE INDEX order_by_device ON orders (shop_id, device_id, placed);
CREATE INDEX order_by_slot ON orders (shop_id, mode, starts) WHERE state <> 'cancelled';
CREATE INDEX order_by_state ON orders (shop_id, state, changed);
CREATE INDEX order_to_settle ON orders (shop_id, order_id)
    WHERE payment = 'unknown' OR (payment = 'captured' AND state = 'cancelled');

CREATE TABLE order_line (
    shop_id       UUID NOT NULL,
    order_id      UUID NOT NULL,
    place         BIGINT NOT NULL,
    line_id       UUID NOT NULL,
    product_id    UUID NOT NULL,
    code          TEXT COLLATE "C" NOT NULL,
    name_en       TEXT COLLATE "C" NOT NULL,
    name_zh       TEXT COLLATE "C" NOT NULL,
    picture       TEXT COLLATE "C",
    price         BIGINT NOT NULL,
    sold_by       TEXT COLLATE "C" NOT NULL,
    tax           BIGINT NOT NULL,
    measure       TEXT COLLATE "C" NOT NULL CHECK (measure IN ('pieces', 'grams', 'labelled')),
    measure_value BIGINT NOT NULL CHECK (measure_value > 0),
    amount        BIGINT NOT NULL,
    aisle         TEXT COLLATE "C",
    min_age       BIGINT,
    picked        BIGINT NOT NULL,
    PRIMARY KEY (shop_id, order_id, place),
    FOREIGN KEY (shop_id, order_id) REFERENCES orders ON DELETE CASCADE
);

CREATE TABLE milestone (
    shop_id  UUID NOT NULL,
    order_id UUID NOT NULL,
    place    BIGINT NOT NULL,
    state    TEXT COLLATE "C" NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (shop_id, order_id, place),
    FOREIGN KEY (shop_id, order_id) REFERENCES orders ON DELETE CASCADE
);

-- The ledger of payments: what happened to each, in order. `amount` is what came in, negative for what was given back.
CREATE TABLE payment_entry (
    shop_id    UUID NOT NULL REFERENCES shop,
    payment_id UUID NOT NULL,
    entry      BIGINT NOT NULL,
    state      TEXT COLLATE "C" NOT NULL,
    amount     BIGINT NOT NULL,
    tendered   BIGINT,
    by_staff   UUID,
    at         BIGINT NOT NULL,
    PRIMARY KEY (shop_id, payment_id, entry)
);

-- The demo wallet's own books, as a provider would keep them.
CREATE TABLE demo_wallet_entry (
    shop_id    UUID NOT NULL REFERENCES shop,
    payment_id UUID NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL CHECK (kind IN ('charged', 'declined', 'returned', 'voided')),
    amount     BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (shop_id, payment_id, kind)
);

CREATE TRIGGER points_entry_stays BEFORE UPDATE OR DELETE ON points_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_stays('the ledger of points is only added to');
CREATE TRIGGER points_entry_is_kept BEFORE TRUNCATE ON points_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays('the ledger of points is only added to');

CREATE TRIGGER payment_entry_stays BEFORE UPDATE OR DELETE ON payment_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_stays('the ledger of payments is only added to');
CREATE TRIGGER payment_entry_is_kept BEFORE TRUNCATE ON payment_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays('the ledger of payments is only added to');

CREATE TRIGGER demo_wallet_entry_stays BEFORE UPDATE OR DELETE ON demo_wallet_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_stays('the wallet''s books are only added to');
CREATE TRIGGER demo_wallet_entry_is_kept BEFORE TRUNCATE ON demo_wallet_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays('the wallet''s books are only added to');
