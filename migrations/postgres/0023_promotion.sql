-- Promotions: what a manager has set up, what each has come to, and the ledger of what it took off.

-- Those that hold now or later and have not been stopped, as devices are told them.
ALTER TABLE shop ADD COLUMN promotions TEXT NOT NULL DEFAULT '';

CREATE TABLE promotion (
    shop_id      UUID   NOT NULL REFERENCES shop,
    promotion_id UUID   NOT NULL,
    body         TEXT    NOT NULL,
    made         BIGINT NOT NULL,
    made_by      UUID   NOT NULL,
    -- When it was stopped; NULL while it goes on.
    stopped      BIGINT,
    -- What it may take off in all; NULL for no end.
    budget       BIGINT,
    -- Sums of the ledger below: what it took off, from what those goods came to, on how many tickets.
    saved        BIGINT NOT NULL DEFAULT 0,
    turnover     BIGINT NOT NULL DEFAULT 0,
    tickets      BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (shop_id, promotion_id)
);

CREATE TABLE promotion_entry (
    shop_id      UUID   NOT NULL REFERENCES shop,
    promotion_id UUID   NOT NULL,
    -- The sale that had it, or the return that gave it back, whose amounts are below zero.
    fact_id      UUID   NOT NULL,
    saved        BIGINT NOT NULL,
    turnover     BIGINT NOT NULL,
    -- 1 for a sale, 0 for a return.
    tickets      BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    PRIMARY KEY (shop_id, promotion_id, fact_id)
);

CREATE TRIGGER promotion_entry_stays BEFORE UPDATE OR DELETE ON promotion_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_stays('the ledger of promotions is only added to');
CREATE TRIGGER promotion_entry_is_kept BEFORE TRUNCATE ON promotion_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays('the ledger of promotions is only added to');
