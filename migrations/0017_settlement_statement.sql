-- Charges by payers' codes at the counter, and the providers' own statements.

-- A charge by a code that was read at the counter. It is the order's payment from the moment on in which it is taken; the code
-- itself is kept nowhere.
CREATE TABLE code_charge (
    shop_id    BLOB    NOT NULL REFERENCES shop,
    payment_id BLOB    NOT NULL,
    order_id   BLOB    NOT NULL,
    tender     TEXT    NOT NULL,
    amount     INTEGER NOT NULL CHECK (amount > 0),
    state      TEXT    NOT NULL CHECK (state IN ('begun', 'asked', 'undoing', 'taken', 'not_taken')),
    -- Why it is undone, or was not taken.
    fault      TEXT,
    by_staff   BLOB,
    begun      INTEGER NOT NULL,
    ended      INTEGER,
    PRIMARY KEY (shop_id, payment_id)
) STRICT;
CREATE UNIQUE INDEX code_charge_open ON code_charge (shop_id, order_id) WHERE state IN ('begun', 'asked', 'undoing');
CREATE INDEX code_charge_by_order ON code_charge (shop_id, order_id, begun);

-- That a provider's statement of a day was fetched.
CREATE TABLE statement (
    shop_id BLOB    NOT NULL REFERENCES shop,
    tender  TEXT    NOT NULL,
    -- As 2026-11-30, on the provider's clock.
    day     TEXT    NOT NULL,
    fetched INTEGER NOT NULL,
    PRIMARY KEY (shop_id, tender, day)
) STRICT;

-- What it says of one payment, or of one refund.
CREATE TABLE statement_line (
    shop_id    BLOB    NOT NULL,
    tender     TEXT    NOT NULL,
    day        TEXT    NOT NULL,
    -- The number under which the provider was asked.
    number     TEXT    NOT NULL,
    refund     INTEGER NOT NULL CHECK (refund IN (0, 1)),
    -- Whose payment it is by its number, and which part of it is given back; null for numbers that the shop does not give.
    payment_id BLOB,
    part       INTEGER,
    amount     INTEGER NOT NULL,
    -- In thousandths of the currency's smallest unit; negative where it is given back.
    fee        INTEGER NOT NULL,
    PRIMARY KEY (shop_id, tender, number, refund),
    FOREIGN KEY (shop_id, tender, day) REFERENCES statement
) STRICT;
CREATE INDEX statement_line_by_day ON statement_line (shop_id, tender, day);
CREATE INDEX statement_line_by_payment ON statement_line (shop_id, payment_id) WHERE payment_id IS NOT NULL;
CREATE TRIGGER statement_line_stays BEFORE UPDATE ON statement_line
BEGIN SELECT RAISE(ABORT, 'what a statement says is only added to'); END;
CREATE TRIGGER statement_line_is_kept BEFORE DELETE ON statement_line
BEGIN SELECT RAISE(ABORT, 'what a statement says is only added to'); END;

CREATE INDEX payment_entry_by_day ON payment_entry (shop_id, at) WHERE amount <> 0;
CREATE INDEX order_by_capture ON orders (shop_id, tender) WHERE payment = 'captured';
