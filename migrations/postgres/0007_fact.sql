-- What has happened at tills and is never refused: sales, refunds, counts.

CREATE TABLE fact (
    -- A till that leaves its shop keeps what it has done there, and its numbers.
    shop_id  UUID   NOT NULL,
    fact_id  UUID   NOT NULL,
    kind     TEXT   COLLATE "C" NOT NULL CHECK (kind IN ('sale', 'refund', 'count')),
    till     UUID   NOT NULL,
    -- The receipt's; null for a count. Not unique by force: what has happened is booked, and the check tells.
    number   BIGINT,
    -- Of a refund.
    sale_id  UUID,
    by_staff UUID   NOT NULL,
    happened BIGINT NOT NULL,
    booked   BIGINT NOT NULL,
    -- What came into the drawer.
    cash     BIGINT NOT NULL,
    body     TEXT   COLLATE "C" NOT NULL,
    PRIMARY KEY (shop_id, fact_id)
);

CREATE INDEX fact_by_number ON fact (shop_id, till, number) WHERE number IS NOT NULL;
CREATE INDEX fact_by_sale ON fact (shop_id, sale_id) WHERE sale_id IS NOT NULL;

CREATE TRIGGER fact_stays BEFORE UPDATE OR DELETE ON fact
    FOR EACH ROW EXECUTE FUNCTION ledger_stays('what has happened is only added to');
CREATE TRIGGER fact_is_kept BEFORE TRUNCATE ON fact
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays('what has happened is only added to');

-- A product that was sold beyond what was believed to be there.
ALTER TABLE product ADD COLUMN recount BIGINT NOT NULL DEFAULT 0 CHECK (recount IN (0, 1));
CREATE INDEX product_to_count ON product (shop_id, position) WHERE recount = 1;

-- The ledger of stock, with the movements of tills.
ALTER TABLE stock_movement
    ADD COLUMN fact_id UUID,
    DROP CONSTRAINT stock_movement_reason_check,
    ADD CONSTRAINT stock_movement_reason_check
        CHECK (reason IN ('count', 'order', 'cancellation', 'sale', 'return'));

-- On an installed app: facts on their way to the hub, in their order.
CREATE TABLE fact_outbox (
    position BIGINT NOT NULL PRIMARY KEY,
    fact_id  UUID   NOT NULL UNIQUE,
    -- Since the hub said that it knows something else under this key.
    clashing BIGINT NOT NULL DEFAULT 0 CHECK (clashing IN (0, 1))
);

-- What they do to the stock that the hub has told of.
CREATE TABLE pending_stock (
    fact_id    UUID   NOT NULL,
    product_id UUID   NOT NULL,
    quantity   BIGINT NOT NULL,
    PRIMARY KEY (fact_id, product_id)
);
CREATE INDEX pending_by_product ON pending_stock (product_id);
