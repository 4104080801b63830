-- Around the till: who has the points of a sale that named no member, and the goods that a manager keeps at hand.

CREATE TABLE receipt_claim (
    shop_id   UUID   NOT NULL,
    sale_id   UUID   NOT NULL,
    member_id UUID   NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (shop_id, sale_id)
);

CREATE TABLE favourite (
    shop_id    UUID   NOT NULL REFERENCES shop,
    product_id UUID   NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (shop_id, product_id)
);

CREATE INDEX stock_movement_of_sales ON stock_movement (shop_id, at, product_id) WHERE reason = 'sale';
