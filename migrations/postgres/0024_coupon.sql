-- Coupons: how those of a promotion are given out, each of them, and the ledger of what happened to them.

CREATE TABLE coupon_campaign (
    shop_id      UUID   NOT NULL REFERENCES shop,
    promotion_id UUID   NOT NULL,
    terms        TEXT   NOT NULL,
    -- Sums of the ledger below: how many are given out, and how many of those are used up.
    issued       BIGINT NOT NULL DEFAULT 0 CHECK (issued >= 0),
    redeemed     BIGINT NOT NULL DEFAULT 0 CHECK (redeemed BETWEEN 0 AND issued),
    PRIMARY KEY (shop_id, promotion_id),
    FOREIGN KEY (shop_id, promotion_id) REFERENCES promotion
);

CREATE TABLE coupon (
    shop_id      UUID   NOT NULL REFERENCES shop,
    coupon_id    UUID   NOT NULL,
    promotion_id UUID   NOT NULL,
    code         TEXT   COLLATE "C" NOT NULL,
    -- The member for whom it was given out; NULL for whoever has it in hand.
    member_id    UUID,
    issued       BIGINT NOT NULL,
    -- Its last day, counted from 1970-01-01.
    until        BIGINT NOT NULL,
    state        TEXT   NOT NULL CHECK (state IN ('issued', 'reserved', 'redeemed', 'returned')),
    -- The sale for which it is set aside, or which used it up; NULL otherwise.
    sale_id      UUID   CHECK ((sale_id IS NOT NULL) = (state IN ('reserved', 'redeemed'))),
    -- When it came to this state.
    at           BIGINT NOT NULL,
    PRIMARY KEY (shop_id, coupon_id),
    UNIQUE (shop_id, code),
    FOREIGN KEY (shop_id, promotion_id) REFERENCES coupon_campaign
);
CREATE INDEX coupon_by_member ON coupon (shop_id, member_id) WHERE member_id IS NOT NULL;
CREATE INDEX coupon_by_sale ON coupon (shop_id, sale_id) WHERE sale_id IS NOT NULL;
CREATE INDEX coupon_set_aside ON coupon (shop_id, at) WHERE state = 'reserved';

CREATE TABLE coupon_entry (
    shop_id   UUID   NOT NULL REFERENCES shop,
    coupon_id UUID   NOT NULL,
    entry     BIGINT NOT NULL,
    step      TEXT   NOT NULL CHECK (step IN ('issued', 'reserved', 'released', 'redeemed', 'returned')),
    sale_id   UUID,
    by_staff  UUID,
    at        BIGINT NOT NULL,
    PRIMARY KEY (shop_id, coupon_id, entry)
);

CREATE TRIGGER coupon_is_kept BEFORE DELETE ON coupon
    FOR EACH ROW EXECUTE FUNCTION ledger_stays('a coupon that was given out is kept');
CREATE TRIGGER coupons_are_kept BEFORE TRUNCATE ON coupon
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays('a coupon that was given out is kept');
CREATE TRIGGER coupon_entry_stays BEFORE UPDATE OR DELETE ON coupon_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_stays('the ledger of coupons is only added to');
CREATE TRIGGER coupon_entry_is_kept BEFORE TRUNCATE ON coupon_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays('the ledger of coupons is only added to');
