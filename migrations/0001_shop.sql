-- A shop, its rules, and who may act in it.

CREATE TABLE shop (
    shop_id    BLOB    NOT NULL PRIMARY KEY,
    name_en    TEXT    NOT NULL,
    name_zh    TEXT    NOT NULL,
    address_en TEXT    NOT NULL,
    address_zh TEXT    NOT NULL,
    currency   TEXT    NOT NULL,
    zone       TEXT    NOT NULL,
    accent     TEXT    NOT NULL,
    -- The rules below are read and written as a whole, so each is one JSON text.
    in_store   TEXT    NOT NULL,
    slots      TEXT    NOT NULL,
    delivery   TEXT    NOT NULL,
    points     TEXT    NOT NULL,
    tenders    TEXT    NOT NULL,
    demo       INTEGER NOT NULL CHECK (demo IN (0, 1)),
    pin_salt   BLOB    NOT NULL
) STRICT;

CREATE TABLE category (
    shop_id  BLOB    NOT NULL REFERENCES shop,
    slug     TEXT    NOT NULL,
    name_en  TEXT    NOT NULL,
    name_zh  TEXT    NOT NULL,
    icon     TEXT    NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (shop_id, slug)
) STRICT;

CREATE TABLE device (
    shop_id     BLOB    NOT NULL REFERENCES shop,
    device_id   BLOB    NOT NULL,
    secret_hash BLOB    NOT NULL,
    created     INTEGER NOT NULL,
    -- Once staff has signed in here, strangers' wrong PINs elsewhere no longer hold this device up.
    known       INTEGER NOT NULL DEFAULT 0 CHECK (known IN (0, 1)),
    pin_failures INTEGER NOT NULL DEFAULT 0,
    pin_locked_until INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (shop_id, device_id)
) STRICT;

CREATE TABLE staff (
    shop_id  BLOB    NOT NULL REFERENCES shop,
    staff_id BLOB    NOT NULL,
    name     TEXT    NOT NULL,
    role     TEXT    NOT NULL CHECK (role IN ('cashier', 'manager')),
    pin_hash BLOB    NOT NULL,
    created  INTEGER NOT NULL,
    PRIMARY KEY (shop_id, staff_id),
    UNIQUE (shop_id, pin_hash)
) STRICT;

CREATE TABLE session (
    shop_id     BLOB    NOT NULL REFERENCES shop,
    session_id  BLOB    NOT NULL,
    staff_id    BLOB    NOT NULL,
    device_id   BLOB    NOT NULL,
    secret_hash BLOB    NOT NULL,
    started     INTEGER NOT NULL,
    until       INTEGER NOT NULL,
    PRIMARY KEY (shop_id, session_id),
    FOREIGN KEY (shop_id, staff_id) REFERENCES staff
) STRICT;

-- What was answered to a request, so that a repeat gets the same.
CREATE TABLE call_reply (
    shop_id   BLOB    NOT NULL REFERENCES shop,
    call_id   BLOB    NOT NULL,
    caller    BLOB    NOT NULL,
    name      TEXT    NOT NULL,
    body_hash BLOB    NOT NULL,
    done      INTEGER NOT NULL CHECK (done IN (0, 1)),
    reply     TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (shop_id, call_id)
) STRICT;

-- The newest change of each thing, numbered in the order of commits.
CREATE TABLE change (
    shop_id   BLOB    NOT NULL REFERENCES shop,
    kind      TEXT    NOT NULL CHECK (kind IN ('shop', 'product', 'order', 'card')),
    key       BLOB    NOT NULL,
    seq       INTEGER NOT NULL,
    -- Whose it is; null for everyone's.
    device_id BLOB,
    PRIMARY KEY (shop_id, kind, key)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX change_by_seq ON change (shop_id, seq);
