-- What has happened at tills and is never refused: sales, refunds, counts.

CREATE TABLE fact (
    -- A till that leaves its shop keeps what it has done there, and its numbers.
    shop_id  BLOB    NOT NULL,
    fact_id  BLOB    NOT NULL,
    kind     TEXT    NOT NULL CHECK (kind IN ('sale', 'refund', 'count')),
    till     BLOB    NOT NULL,
    -- The receipt's; null for a count. Not unique by force: what has happened is booked, and the check tells.
    number   INTEGER,
    -- Of a refund.
    sale_id  BLOB,
    by_staff BLOB    NOT NULL,
    happened INTEGER NOT NULL,
    booked   INTEGER NOT NULL,
    -- What came into the drawer.
    cash     INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    PRIMARY KEY (shop_id, fact_id)
) STRICT;

CREATE INDEX fact_by_number ON fact (shop_id, till, number) WHERE number IS NOT NULL;
CREATE INDEX fact_by_sale ON fact (shop_id, sale_id) WHERE sale_id IS NOT NULL;

CREATE TRIGGER fact_stays BEFORE UPDATE ON fact
BEGIN SELECT RAISE(ABORT, 'what has happened is only added to'); END;
CREATE TRIGGER fact_is_kept BEFORE DELETE ON fact
BEGIN SELECT RAISE(ABORT, 'what has happened is only added to'); END;

-- A product that was sold beyond what was believed to be there.
ALTER TABLE product ADD COLUMN recount INTEGER NOT NULL DEFAULT 0 CHECK (recount IN (0, 1));
CREATE INDEX product_to_count ON product (shop_id, position) WHERE recount = 1;

-- The ledger of stock, with the movements of tills.
CREATE TABLE stock_movement_new (
    shop_id    BLOB    NOT NULL REFERENCES shop,
    product_id BLOB    NOT NULL,
    entry      INTEGER NOT NULL,
    quantity   INTEGER NOT NULL,
    reason     TEXT    NOT NULL CHECK (reason IN ('count', 'order', 'cancellation', 'sale', 'return')),
    order_id   BLOB,
    at         INTEGER NOT NULL,
    fact_id    BLOB,
    PRIMARY KEY (shop_id, product_id, entry)
) STRICT, WITHOUT ROWID;
INSERT INTO stock_movement_new (shop_id, product_id, entry, quantity, reason, order_id, at)
SELECT shop_id, product_id, entry, quantity, reason, order_id, at FROM stock_movement;
DROP TABLE stock_movement;
ALTER TABLE stock_movement_new RENAME TO stock_movement;
CREATE TRIGGER stock_movement_stays BEFORE UPDATE ON stock_movement
BEGIN SELECT RAISE(ABORT, 'the ledger of stock is only added to'); END;
CREATE TRIGGER stock_movement_is_kept BEFORE DELETE ON stock_movement
BEGIN SELECT RAISE(ABORT, 'the ledger of stock is only added to'); END;

-- On an installed app: facts on their way to the hub, in their order.
CREATE TABLE fact_outbox (
    position INTEGER NOT NULL PRIMARY KEY,
    fact_id  BLOB    NOT NULL UNIQUE,
    -- Since the hub said that it knows something else under this key.
    clashing INTEGER NOT NULL DEFAULT 0 CHECK (clashing IN (0, 1))
) STRICT;

-- What they do to the stock that the hub has told of.
CREATE TABLE pending_stock (
    fact_id    BLOB    NOT NULL,
    product_id BLOB    NOT NULL,
    quantity   INTEGER NOT NULL,
    PRIMARY KEY (fact_id, product_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX pending_by_product ON pending_stock (product_id);
