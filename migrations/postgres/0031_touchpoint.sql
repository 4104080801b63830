-- Touchpoints: the codes by which people come to the page, who came by them lately, and what those did.

CREATE TABLE touchpoint (
    shop_id       UUID   NOT NULL REFERENCES shop,
    touchpoint_id UUID   NOT NULL,
    code          TEXT   COLLATE "C" NOT NULL,
    name          TEXT   NOT NULL,
    leads         TEXT   NOT NULL,
    made          BIGINT NOT NULL,
    stopped       BIGINT,
    PRIMARY KEY (shop_id, touchpoint_id),
    UNIQUE (shop_id, code)
);

CREATE TABLE touchpoint_visit (
    shop_id   UUID   NOT NULL REFERENCES shop,
    visit_id  UUID   NOT NULL,
    -- That of a touchpoint, or the word of an entrance.
    code      TEXT   COLLATE "C" NOT NULL,
    -- Who came; NULL once that is forgotten.
    device_id UUID,
    -- The day on the shop's calendar, counted from 1970-01-01.
    day       BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (shop_id, visit_id)
);
CREATE UNIQUE INDEX touchpoint_visit_once_a_day ON touchpoint_visit (shop_id, device_id, code, day) WHERE device_id IS NOT NULL;
CREATE INDEX touchpoint_visit_by_code ON touchpoint_visit (shop_id, code);
CREATE INDEX touchpoint_visit_to_forget ON touchpoint_visit (shop_id, at) WHERE device_id IS NOT NULL;

CREATE TABLE touchpoint_result (
    shop_id   UUID   NOT NULL REFERENCES shop,
    kind      TEXT   NOT NULL CHECK (kind IN ('join', 'order', 'coupon')),
    -- The member's, the order's or the coupon's.
    result_id UUID   NOT NULL,
    code      TEXT   COLLATE "C" NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (shop_id, kind, result_id)
);
CREATE INDEX touchpoint_result_by_code ON touchpoint_result (shop_id, code, kind);
