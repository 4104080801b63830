-- Scan and go: what waits for staff, who has left, and what was noted on the way out.

ALTER TABLE product ADD COLUMN tagged INTEGER NOT NULL DEFAULT 0 CHECK (tagged IN (0, 1));
ALTER TABLE order_line ADD COLUMN tagged INTEGER NOT NULL DEFAULT 0 CHECK (tagged IN (0, 1));

-- By what exit passes are known; the key that signs them is a setting of the hub's.
ALTER TABLE shop ADD COLUMN exit_key BLOB;
-- When bags are looked into; null for the rule that every shop begins with.
ALTER TABLE shop ADD COLUMN exit_rule TEXT;

-- Each order that is carried out.
CREATE TABLE exit_visit (
    shop_id  BLOB    NOT NULL,
    order_id BLOB    NOT NULL,
    -- Whether the rule asked for a look into the bag, decided once; and what was drawn for it.
    asked    INTEGER NOT NULL CHECK (asked IN (0, 1)),
    roll     INTEGER NOT NULL,
    left_at  INTEGER,
    PRIMARY KEY (shop_id, order_id),
    FOREIGN KEY (shop_id, order_id) REFERENCES orders ON DELETE CASCADE
) STRICT;

-- Lines that staff has released.
CREATE TABLE exit_release (
    shop_id  BLOB    NOT NULL,
    order_id BLOB    NOT NULL,
    line_id  BLOB    NOT NULL,
    by_staff BLOB    NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (shop_id, order_id, line_id),
    FOREIGN KEY (shop_id, order_id) REFERENCES orders ON DELETE CASCADE
) STRICT;

-- What was noted of visits.
CREATE TABLE exit_check (
    shop_id  BLOB    NOT NULL,
    order_id BLOB    NOT NULL,
    entry    INTEGER NOT NULL,
    -- Whether the bag did not hold what was paid.
    wrong    INTEGER NOT NULL CHECK (wrong IN (0, 1)),
    -- The sale that put it right: each does so once.
    sale_id  BLOB,
    by_staff BLOB    NOT NULL,
    at       INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    PRIMARY KEY (shop_id, order_id, entry)
) STRICT;
CREATE UNIQUE INDEX exit_check_by_sale ON exit_check (shop_id, sale_id) WHERE sale_id IS NOT NULL;
CREATE INDEX exit_check_by_time ON exit_check (shop_id, at);
CREATE TRIGGER exit_check_stays BEFORE UPDATE ON exit_check
BEGIN SELECT RAISE(ABORT, 'what was noted of a visit is only added to'); END;
CREATE TRIGGER exit_check_is_kept BEFORE DELETE ON exit_check
BEGIN SELECT RAISE(ABORT, 'what was noted of a visit is only added to'); END;

-- Somebody who was seen leaving is a fact too. SQLite changes no CHECK of a table that is there.
CREATE TABLE fact_new (
    shop_id  BLOB    NOT NULL,
    fact_id  BLOB    NOT NULL,
    kind     TEXT    NOT NULL CHECK (kind IN ('sale', 'refund', 'count', 'exit')),
    till     BLOB    NOT NULL,
    number   INTEGER,
    sale_id  BLOB,
    by_staff BLOB    NOT NULL,
    happened INTEGER NOT NULL,
    booked   INTEGER NOT NULL,
    cash     INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    -- Of somebody who left.
    order_id BLOB,
    PRIMARY KEY (shop_id, fact_id)
) STRICT;
INSERT INTO fact_new (shop_id, fact_id, kind, till, number, sale_id, by_staff, happened, booked, cash, body)
SELECT shop_id, fact_id, kind, till, number, sale_id, by_staff, happened, booked, cash, body FROM fact;
DROP TABLE fact;
ALTER TABLE fact_new RENAME TO fact;
CREATE INDEX fact_by_number ON fact (shop_id, till, number) WHERE number IS NOT NULL;
CREATE INDEX fact_by_sale ON fact (shop_id, sale_id) WHERE sale_id IS NOT NULL;
CREATE INDEX fact_by_order ON fact (shop_id, order_id) WHERE order_id IS NOT NULL;
CREATE TRIGGER fact_stays BEFORE UPDATE ON fact
BEGIN SELECT RAISE(ABORT, 'what has happened is only added to'); END;
CREATE TRIGGER fact_is_kept BEFORE DELETE ON fact
BEGIN SELECT RAISE(ABORT, 'what has happened is only added to'); END;
