-- Coupons: how those of a promotion are given out, each of them, and the ledger of what happened to them.

CREATE TABLE coupon_campaign (
    shop_id      BLOB    NOT NULL REFERENCES shop,
    promotion_id BLOB    NOT NULL,
    terms        TEXT    NOT NULL,
    -- Sums of the ledger below: how many are given out, and how many of those are used up.
    issued       INTEGER NOT NULL DEFAULT 0 CHECK (issued >= 0),
    redeemed     INTEGER NOT NULL DEFAULT 0 CHECK (redeemed BETWEEN 0 AND issued),
    PRIMARY KEY (shop_id, promotion_id),
    FOREIGN KEY (shop_id, promotion_id) REFERENCES promotion
) STRICT;

CREATE TABLE coupon (
    shop_id      BLOB    NOT NULL REFERENCES shop,
    coupon_id    BLOB    NOT NULL,
    promotion_id BLOB    NOT NULL,
    code         TEXT    NOT NULL,
    -- The member for whom it was given out; NULL for whoever has it in hand.
    member_id    BLOB,
    issued       INTEGER NOT NULL,
    -- Its last day, counted from 1970-01-01.
    until        INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('issued', 'reserved', 'redeemed', 'returned')),
    -- The sale for which it is set aside, or which used it up; NULL otherwise.
    sale_id      BLOB    CHECK ((sale_id IS NOT NULL) = (state IN ('reserved', 'redeemed'))),
    -- When it came to this state.
    at           INTEGER NOT NULL,
    PRIMARY KEY (shop_id, coupon_id),
    UNIQUE (shop_id, code),
    FOREIGN KEY (shop_id, promotion_id) REFERENCES coupon_campaign
) STRICT;
CREATE INDEX coupon_by_member ON coupon (shop_id, member_id) WHERE member_id IS NOT NULL;
CREATE INDEX coupon_by_sale ON coupon (shop_id, sale_id) WHERE sale_id IS NOT NULL;
CREATE INDEX coupon_set_aside ON coupon (shop_id, at) WHERE state = 'reserved';
CREATE TRIGGER coupon_is_kept BEFORE DELETE ON coupon
BEGIN SELECT RAISE(ABORT, 'a coupon that was given out is kept'); END;

CREATE TABLE coupon_entry (
    shop_id   BLOB    NOT NULL REFERENCES shop,
    coupon_id BLOB    NOT NULL,
    entry     INTEGER NOT NULL,
    step      TEXT    NOT NULL CHECK (step IN ('issued', 'reserved', 'released', 'redeemed', 'returned')),
    sale_id   BLOB,
    by_staff  BLOB,
    at        INTEGER NOT NULL,
    PRIMARY KEY (shop_id, coupon_id, entry)
) STRICT;

CREATE TRIGGER coupon_entry_stays BEFORE UPDATE ON coupon_entry
BEGIN SELECT RAISE(ABORT, 'the ledger of coupons is only added to'); END;
CREATE TRIGGER coupon_entry_is_kept BEFORE DELETE ON coupon_entry
BEGIN SELECT RAISE(ABORT, 'the ledger of coupons is only added to'); END;
