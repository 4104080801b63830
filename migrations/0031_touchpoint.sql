-- Touchpoints: the codes by which people come to the page, who came by them lately, and what those did.

CREATE TABLE touchpoint (
    shop_id       BLOB    NOT NULL REFERENCES shop,
    touchpoint_id BLOB    NOT NULL,
    code          TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    leads         TEXT    NOT NULL,
    made          INTEGER NOT NULL,
    stopped       INTEGER,
    PRIMARY KEY (shop_id, touchpoint_id),
    UNIQUE (shop_id, code)
) STRICT;

CREATE TABLE touchpoint_visit (
    shop_id   BLOB    NOT NULL REFERENCES shop,
    visit_id  BLOB    NOT NULL,
    -- That of a touchpoint, or the word of an entrance.
    code      TEXT    NOT NULL,
    -- Who came; NULL once that is forgotten.
    device_id BLOB,
    -- The day on the shop's calendar, counted from 1970-01-01.
    day       INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (shop_id, visit_id)
) STRICT;
CREATE UNIQUE INDEX touchpoint_visit_once_a_day ON touchpoint_visit (shop_id, device_id, code, day) WHERE device_id IS NOT NULL;
CREATE INDEX touchpoint_visit_by_code ON touchpoint_visit (shop_id, code);
CREATE INDEX touchpoint_visit_to_forget ON touchpoint_visit (shop_id, at) WHERE device_id IS NOT NULL;

CREATE TABLE touchpoint_result (
    shop_id   BLOB    NOT NULL REFERENCES shop,
    kind      TEXT    NOT NULL CHECK (kind IN ('join', 'order', 'coupon')),
    -- The member's, the order's or the coupon's.
    result_id BLOB    NOT NULL,
    code      TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (shop_id, kind, result_id)
) STRICT;
CREATE INDEX touchpoint_result_by_code ON touchpoint_result (shop_id, code, kind);
