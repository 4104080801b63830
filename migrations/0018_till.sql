-- The till: shifts, tickets that are put aside, what a manager allowed, and the journal.

ALTER TABLE shop ADD COLUMN till TEXT NOT NULL DEFAULT '{}';

-- SQLite changes no CHECK of a table that is there.
CREATE TABLE fact_new (
    shop_id  BLOB    NOT NULL,
    fact_id  BLOB    NOT NULL,
    kind     TEXT    NOT NULL CHECK (kind IN ('sale', 'refund', 'count', 'exit', 'shift_opened', 'cash_moved', 'shift_closed', 'noted')),
    till     BLOB    NOT NULL,
    number   INTEGER,
    sale_id  BLOB,
    by_staff BLOB    NOT NULL,
    happened INTEGER NOT NULL,
    booked   INTEGER NOT NULL,
    cash     INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    order_id BLOB,
    -- In which shift of the till.
    shift_id BLOB,
    PRIMARY KEY (shop_id, fact_id)
) STRICT;
INSERT INTO fact_new (shop_id, fact_id, kind, till, number, sale_id, by_staff, happened, booked, cash, body, order_id)
SELECT shop_id, fact_id, kind, till, number, sale_id, by_staff, happened, booked, cash, body, order_id FROM fact;
DROP TABLE fact;
ALTER TABLE fact_new RENAME TO fact;
CREATE INDEX fact_by_number ON fact (shop_id, till, number) WHERE number IS NOT NULL;
CREATE INDEX fact_by_sale ON fact (shop_id, sale_id) WHERE sale_id IS NOT NULL;
CREATE INDEX fact_by_order ON fact (shop_id, order_id) WHERE order_id IS NOT NULL;
CREATE INDEX fact_by_shift ON fact (shop_id, shift_id) WHERE shift_id IS NOT NULL;
CREATE TRIGGER fact_stays BEFORE UPDATE ON fact
BEGIN SELECT RAISE(ABORT, 'what has happened is only added to'); END;
CREATE TRIGGER fact_is_kept BEFORE DELETE ON fact
BEGIN SELECT RAISE(ABORT, 'what has happened is only added to'); END;

CREATE TABLE shift (
    shop_id    BLOB    NOT NULL,
    shift_id   BLOB    NOT NULL,
    till       BLOB    NOT NULL,
    opened     INTEGER NOT NULL,
    -- The fact that closed it.
    closing_id BLOB,
    closed     INTEGER,
    PRIMARY KEY (shop_id, shift_id)
) STRICT;
CREATE INDEX shift_of_till ON shift (shop_id, till, opened);

CREATE TABLE held_ticket (
    shop_id  BLOB    NOT NULL REFERENCES shop,
    sale_id  BLOB    NOT NULL,
    by_staff BLOB    NOT NULL,
    at       INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    PRIMARY KEY (shop_id, sale_id)
) STRICT;

-- What a manager allowed a cashier for one sale.
CREATE TABLE allowance (
    shop_id  BLOB    NOT NULL REFERENCES shop,
    sale_id  BLOB    NOT NULL,
    by_staff BLOB    NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (shop_id, sale_id)
) STRICT;

-- Every fact of a till in the order in which it was kept here, each sealed together with the seal before it.
CREATE TABLE journal (
    shop_id BLOB    NOT NULL,
    till    BLOB    NOT NULL,
    entry   INTEGER NOT NULL,
    fact_id BLOB    NOT NULL,
    seal    BLOB    NOT NULL CHECK (length(seal) = 32),
    PRIMARY KEY (shop_id, till, entry)
) STRICT;
CREATE UNIQUE INDEX journal_by_fact ON journal (shop_id, fact_id);
CREATE TRIGGER journal_stays BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END;
CREATE TRIGGER journal_is_kept BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END;
