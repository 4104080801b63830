-- Around the till: who has the points of a sale that named no member, and the goods that a manager keeps at hand.

CREATE TABLE receipt_claim (
    shop_id   BLOB    NOT NULL,
    sale_id   BLOB    NOT NULL,
    member_id BLOB    NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (shop_id, sale_id)
) STRICT;

CREATE TABLE favourite (
    shop_id    BLOB    NOT NULL REFERENCES shop,
    product_id BLOB    NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (shop_id, product_id)
) STRICT;

CREATE INDEX stock_movement_of_sales ON stock_movement (shop_id, at, product_id) WHERE reason = 'sale';
