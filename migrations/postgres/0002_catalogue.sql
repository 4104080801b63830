-- What is sold, and how much of it is there.

CREATE TABLE product (
    shop_id        UUID NOT NULL REFERENCES shop,
    product_id     UUID NOT NULL,
    -- The shop's order, and the row that the search finds.
    position       BIGINT NOT NULL,
    gtin           BIGINT,
    plu            BIGINT,
    category       TEXT COLLATE "C" NOT NULL,
    name_en        TEXT COLLATE "C" NOT NULL,
    name_zh        TEXT COLLATE "C" NOT NULL,
    brand          TEXT COLLATE "C" NOT NULL,
    price          BIGINT NOT NULL CHECK (price >= 0),
    sold_by        TEXT COLLATE "C" NOT NULL CHECK (sold_by IN ('piece', 'weight')),
    content_amount BIGINT,
    content_unit   TEXT COLLATE "C",
    tax            BIGINT NOT NULL,
    aisle          TEXT COLLATE "C",
    min_age        BIGINT,
    allergens_en   TEXT COLLATE "C" NOT NULL,
    allergens_zh   TEXT COLLATE "C" NOT NULL,
    notes_en       TEXT COLLATE "C" NOT NULL,
    notes_zh       TEXT COLLATE "C" NOT NULL,
    picture        TEXT COLLATE "C",
    -- The sum of its movements.
    available      BIGINT NOT NULL,
    sold           BIGINT NOT NULL DEFAULT 1 CHECK (sold IN (0, 1)),
    PRIMARY KEY (shop_id, product_id),
    CHECK ((gtin IS NULL) <> (plu IS NULL))
);

CREATE UNIQUE INDEX product_by_gtin ON product (shop_id, gtin) WHERE gtin IS NOT NULL;
CREATE UNIQUE INDEX product_by_plu ON product (shop_id, plu) WHERE plu IS NOT NULL;
CREATE UNIQUE INDEX product_by_position ON product (shop_id, position);
CREATE INDEX product_by_category ON product (shop_id, category, position) WHERE sold = 1;

CREATE TABLE picture (
    shop_id    UUID NOT NULL REFERENCES shop,
    picture_id TEXT COLLATE "C" NOT NULL,
    media_type TEXT COLLATE "C" NOT NULL,
    bytes      BYTEA NOT NULL,
    PRIMARY KEY (shop_id, picture_id)
);

-- Pictures are compressed as they come.
ALTER TABLE picture ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- The ledger of stock: pieces, or grams for goods sold by weight.
CREATE TABLE stock_movement (
    shop_id    UUID NOT NULL REFERENCES shop,
    product_id UUID NOT NULL,
    entry      BIGINT NOT NULL,
    quantity   BIGINT NOT NULL,
    reason     TEXT COLLATE "C" NOT NULL CHECK (reason IN ('count', 'order', 'cancellation')),
    order_id   UUID,
    at         BIGINT NOT NULL,
    PRIMARY KEY (shop_id, product_id, entry)
);

CREATE FUNCTION ledger_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER stock_movement_stays BEFORE UPDATE OR DELETE ON stock_movement
    FOR EACH ROW EXECUTE FUNCTION ledger_stays('the ledger of stock is only added to');
CREATE TRIGGER stock_movement_is_kept BEFORE TRUNCATE ON stock_movement
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays('the ledger of stock is only added to');
