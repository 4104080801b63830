-- Charges by payers' codes at the counter, and the providers' own statements.

-- A charge by a code that was read at the counter. It is the order's payment from the moment on in which it is taken; the code
-- itself is kept nowhere.
CREATE TABLE code_charge (
    shop_id    UUID    NOT NULL REFERENCES shop,
    payment_id UUID    NOT NULL,
    order_id   UUID    NOT NULL,
    tender     TEXT COLLATE "C"    NOT NULL,
    amount     BIGINT NOT NULL CHECK (amount > 0),
    state      TEXT COLLATE "C"    NOT NULL CHECK (state IN ('begun', 'asked', 'undoing', 'taken', 'not_taken')),
    -- Why it is undone, or was not taken.
    fault      TEXT COLLATE "C",
    by_staff   UUID,
    begun      BIGINT NOT NULL,
    ended      BIGINT,
    PRIMARY KEY (shop_id, payment_id)
);
CREATE UNIQUE INDEX code_charge_open ON code_charge (shop_id, order_id) WHERE state IN ('begun', 'asked', 'undoing');
CREATE INDEX code_charge_by_order ON code_charge (shop_id, order_id, begun);

-- That a provider's statement of a day was fetched.
CREATE TABLE statement (
    shop_id UUID    NOT NULL REFERENCES shop,
    tender  TEXT COLLATE "C"    NOT NULL,
    -- As 2026-11-30, on the provider's clock.
    day     TEXT COLLATE "C"    NOT NULL,
    fetched BIGINT NOT NULL,
    PRIMARY KEY (shop_id, tender, day)
);

-- What it says of one payment, or of one refund.
CREATE TABLE statement_line (
    shop_id    UUID    NOT NULL,
    tender     TEXT COLLATE "C"    NOT NULL,
    day        TEXT COLLATE "C"    NOT NULL,
    -- The number under which the provider was asked.
    number     TEXT COLLATE "C"    NOT NULL,
    refund     BIGINT NOT NULL CHECK (refund IN (0, 1)),
    -- Whose payment it is by its number, and which part of it is given back; null for numbers that the shop does not give.
    payment_id UUID,
    part       BIGINT,
    amount     BIGINT NOT NULL,
    -- In thousandths of the currency's smallest unit; negative where it is given back.
    fee        BIGINT NOT NULL,
    PRIMARY KEY (shop_id, tender, number, refund),
    FOREIGN KEY (shop_id, tender, day) REFERENCES statement
);
CREATE INDEX statement_line_by_day ON statement_line (shop_id, tender, day);
CREATE INDEX statement_line_by_payment ON statement_line (shop_id, payment_id) WHERE payment_id IS NOT NULL;
CREATE TRIGGER statement_line_stays BEFORE UPDATE OR DELETE ON statement_line
    FOR EACH ROW EXECUTE FUNCTION ledger_stays('what a statement says is only added to');
CREATE TRIGGER statement_line_is_kept BEFORE TRUNCATE ON statement_line
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays('what a statement says is only added to');

CREATE INDEX payment_entry_by_day ON payment_entry (shop_id, at) WHERE amount <> 0;
CREATE INDEX order_by_capture ON orders (shop_id, tender) WHERE payment = 'captured';
