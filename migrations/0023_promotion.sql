-- Promotions: what a manager has set up, what each has come to, and the ledger of what it took off.

-- Those that hold now or later and have not been stopped, as devices are told them.
ALTER TABLE shop ADD COLUMN promotions TEXT NOT NULL DEFAULT '';

CREATE TABLE promotion (
    shop_id      BLOB    NOT NULL REFERENCES shop,
    promotion_id BLOB    NOT NULL,
    body         TEXT    NOT NULL,
    made         INTEGER NOT NULL,
    made_by      BLOB    NOT NULL,
    -- When it was stopped; NULL while it goes on.
    stopped      INTEGER,
    -- What it may take off in all; NULL for no end.
    budget       INTEGER,
    -- Sums of the ledger below: what it took off, from what those goods came to, on how many tickets.
    saved        INTEGER NOT NULL DEFAULT 0,
    turnover     INTEGER NOT NULL DEFAULT 0,
    tickets      INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (shop_id, promotion_id)
) STRICT;

CREATE TABLE promotion_entry (
    shop_id      BLOB    NOT NULL REFERENCES shop,
    promotion_id BLOB    NOT NULL,
    -- The sale that had it, or the return that gave it back, whose amounts are below zero.
    fact_id      BLOB    NOT NULL,
    saved        INTEGER NOT NULL,
    turnover     INTEGER NOT NULL,
    -- 1 for a sale, 0 for a return.
    tickets      INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    PRIMARY KEY (shop_id, promotion_id, fact_id)
) STRICT;

CREATE TRIGGER promotion_entry_stays BEFORE UPDATE ON promotion_entry
BEGIN SELECT RAISE(ABORT, 'the ledger of promotions is only added to'); END;
CREATE TRIGGER promotion_entry_is_kept BEFORE DELETE ON promotion_entry
BEGIN SELECT RAISE(ABORT, 'the ledger of promotions is only added to'); END;
