-- A shop, its rules, and who may act in it.
--
-- The tables of SQLite's `0001_shop.sql` and those after it, in PostgreSQL's words: every number is a BIGINT, and every
-- text is compared by its bytes, so that the same statements give the same answers.

CREATE TABLE shop (
    shop_id    UUID NOT NULL PRIMARY KEY,
    name_en    TEXT COLLATE "C" NOT NULL,
    name_zh    TEXT COLLATE "C" NOT NULL,
    address_en TEXT COLLATE "C" NOT NULL,
    address_zh TEXT COLLATE "C" NOT NULL,
    currency   TEXT COLLATE "C" NOT NULL,
    zone       TEXT COLLATE "C" NOT NULL,
    accent     TEXT COLLATE "C" NOT NULL,
    -- The rules below are read and written as a whole, so each is one JSON text.
    in_store   TEXT COLLATE "C" NOT NULL,
    slots      TEXT COLLATE "C" NOT NULL,
    delivery   TEXT COLLATE "C" NOT NULL,
    points     TEXT COLLATE "C" NOT NULL,
    tenders    TEXT COLLATE "C" NOT NULL,
    demo       BIGINT NOT NULL CHECK (demo IN (0, 1)),
    pin_salt   BYTEA NOT NULL
);

CREATE TABLE category (
    shop_id  UUID NOT NULL REFERENCES shop,
    slug     TEXT COLLATE "C" NOT NULL,
    name_en  TEXT COLLATE "C" NOT NULL,
    name_zh  TEXT COLLATE "C" NOT NULL,
    icon     TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (shop_id, slug)
);

CREATE TABLE device (
    shop_id     UUID NOT NULL REFERENCES shop,
    device_id   UUID NOT NULL,
    secret_hash BYTEA NOT NULL,
    created     BIGINT NOT NULL,
    -- Once staff has signed in here, strangers' wrong PINs elsewhere no longer hold this device up.
    known       BIGINT NOT NULL DEFAULT 0 CHECK (known IN (0, 1)),
    pin_failures BIGINT NOT NULL DEFAULT 0,
    pin_locked_until BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (shop_id, device_id)
);

CREATE TABLE staff (
    shop_id  UUID NOT NULL REFERENCES shop,
    staff_id UUID NOT NULL,
    name     TEXT COLLATE "C" NOT NULL,
    role     TEXT COLLATE "C" NOT NULL CHECK (role IN ('cashier', 'manager')),
    pin_hash BYTEA NOT NULL,
    created  BIGINT NOT NULL,
    PRIMARY KEY (shop_id, staff_id),
    UNIQUE (shop_id, pin_hash)
);

CREATE TABLE session (
    shop_id     UUID NOT NULL REFERENCES shop,
    session_id  UUID NOT NULL,
    staff_id    UUID NOT NULL,
    device_id   UUID NOT NULL,
    secret_hash BYTEA NOT NULL,
    started     BIGINT NOT NULL,
    until       BIGINT NOT NULL,
    PRIMARY KEY (shop_id, session_id),
    FOREIGN KEY (shop_id, staff_id) REFERENCES staff
);

-- What was answered to a request, so that a repeat gets the same.
CREATE TABLE call_reply (
    shop_id   UUID NOT NULL REFERENCES shop,
    call_id   UUID NOT NULL,
    caller    UUID NOT NULL,
    name      TEXT COLLATE "C" NOT NULL,
    body_hash BYTEA NOT NULL,
    done      BIGINT NOT NULL CHECK (done IN (0, 1)),
    reply     TEXT COLLATE "C" NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (shop_id, call_id)
);

-- The newest change of each thing, numbered in the order of commits.
CREATE TABLE change (
    shop_id   UUID NOT NULL REFERENCES shop,
    kind      TEXT COLLATE "C" NOT NULL CHECK (kind IN ('shop', 'product', 'order', 'card')),
    key       UUID NOT NULL,
    seq       BIGINT NOT NULL,
    -- Whose it is; null for everyone's.
    device_id UUID,
    PRIMARY KEY (shop_id, kind, key)
);

CREATE UNIQUE INDEX change_by_seq ON change (shop_id, seq);
