-- Scan and go: what waits for staff, who has left, and what was noted on the way out.

ALTER TABLE product ADD COLUMN tagged BIGINT NOT NULL DEFAULT 0 CHECK (tagged IN (0, 1));
ALTER TABLE order_line ADD COLUMN tagged BIGINT NOT NULL DEFAULT 0 CHECK (tagged IN (0, 1));

-- By what exit passes are known; the key that signs them is a setting of the hub's.
ALTER TABLE shop ADD COLUMN exit_key BYTEA;
-- When bags are looked into; null for the rule that every shop begins with.
ALTER TABLE shop ADD COLUMN exit_rule TEXT COLLATE "C";

-- Each order that is carried out.
CREATE TABLE exit_visit (
    shop_id  UUID   NOT NULL,
    order_id UUID   NOT NULL,
    -- Whether the rule asked for a look into the bag, decided once; and what was drawn for it.
    asked    BIGINT NOT NULL CHECK (asked IN (0, 1)),
    roll     BIGINT NOT NULL,
    left_at  BIGINT,
    PRIMARY KEY (shop_id, order_id),
    FOREIGN KEY (shop_id, order_id) REFERENCES orders ON DELETE CASCADE
);

-- Lines that staff has released.
CREATE TABLE exit_release (
    shop_id  UUID   NOT NULL,
    order_id UUID   NOT NULL,
    line_id  UUID   NOT NULL,
    by_staff UUID   NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (shop_id, order_id, line_id),
    FOREIGN KEY (shop_id, order_id) REFERENCES orders ON DELETE CASCADE
);

-- What was noted of visits.
CREATE TABLE exit_check (
    shop_id  UUID   NOT NULL,
    order_id UUID   NOT NULL,
    entry    BIGINT NOT NULL,
    -- Whether the bag did not hold what was paid.
    wrong    BIGINT NOT NULL CHECK (wrong IN (0, 1)),
    -- The sale that put it right: each does so once.
    sale_id  UUID,
    by_staff UUID   NOT NULL,
    at       BIGINT NOT NULL,
    body     TEXT   COLLATE "C" NOT NULL,
    PRIMARY KEY (shop_id, order_id, entry)
);
CREATE UNIQUE INDEX exit_check_by_sale ON exit_check (shop_id, sale_id) WHERE sale_id IS NOT NULL;
CREATE INDEX exit_check_by_time ON exit_check (shop_id, at);
CREATE TRIGGER exit_check_stays BEFORE UPDATE OR DELETE ON exit_check
    FOR EACH ROW EXECUTE FUNCTION ledger_stays('what was noted of a visit is only added to');
CREATE TRIGGER exit_check_is_kept BEFORE TRUNCATE ON exit_check
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays('what was noted of a visit is only added to');

-- Somebody who was seen leaving is a fact too.
ALTER TABLE fact
    ADD COLUMN order_id UUID,
    DROP CONSTRAINT fact_kind_check,
    ADD CONSTRAINT fact_kind_check CHECK (kind IN ('sale', 'refund', 'count', 'exit'));
CREATE INDEX fact_by_order ON fact (shop_id, order_id) WHERE order_id IS NOT NULL;
