-- Reviews: what shoppers say of what they bought, one of each subject by each of them.

CREATE TABLE review (
    shop_id    BLOB    NOT NULL REFERENCES shop,
    review_id  BLOB    NOT NULL,
    -- By which device its writer is known.
    device_id  BLOB    NOT NULL,
    -- NULL for the shop itself.
    product_id BLOB,
    stars      INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5),
    words      TEXT    NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('waiting', 'shown', 'abuse', 'personal_data', 'advertising', 'off_topic')),
    answer     TEXT    NOT NULL DEFAULT '',
    -- When it was written, or changed.
    at         INTEGER NOT NULL,
    PRIMARY KEY (shop_id, review_id),
    FOREIGN KEY (shop_id, product_id) REFERENCES product
) STRICT;
CREATE UNIQUE INDEX review_of_product_by_one ON review (shop_id, product_id, device_id) WHERE product_id IS NOT NULL;
CREATE UNIQUE INDEX review_of_shop_by_one ON review (shop_id, device_id) WHERE product_id IS NULL;
CREATE INDEX review_by_device ON review (shop_id, device_id);
CREATE INDEX review_by_state ON review (shop_id, state, at);
