-- The till: shifts, tickets that are put aside, what a manager allowed, and the journal.

ALTER TABLE shop ADD COLUMN till TEXT COLLATE "C" NOT NULL DEFAULT '{}';

ALTER TABLE fact
    -- In which shift of the till.
    ADD COLUMN shift_id UUID,
    DROP CONSTRAINT fact_kind_check,
    ADD CONSTRAINT fact_kind_check CHECK (kind IN ('sale', 'refund', 'count', 'exit', 'shift_opened', 'cash_moved', 'shift_closed', 'noted'));
CREATE INDEX fact_by_shift ON fact (shop_id, shift_id) WHERE shift_id IS NOT NULL;

CREATE TABLE shift (
    shop_id    UUID   NOT NULL,
    shift_id   UUID   NOT NULL,
    till       UUID   NOT NULL,
    opened     BIGINT NOT NULL,
    -- The fact that closed it.
    closing_id UUID,
    closed     BIGINT,
    PRIMARY KEY (shop_id, shift_id)
);
CREATE INDEX shift_of_till ON shift (shop_id, till, opened);

CREATE TABLE held_ticket (
    shop_id  UUID   NOT NULL REFERENCES shop,
    sale_id  UUID   NOT NULL,
    by_staff UUID   NOT NULL,
    at       BIGINT NOT NULL,
    body     TEXT   COLLATE "C" NOT NULL,
    PRIMARY KEY (shop_id, sale_id)
);

-- What a manager allowed a cashier for one sale.
CREATE TABLE allowance (
    shop_id  UUID   NOT NULL REFERENCES shop,
    sale_id  UUID   NOT NULL,
    by_staff UUID   NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (shop_id, sale_id)
);

-- Every fact of a till in the order in which it was kept here, each sealed together with the seal before it.
CREATE TABLE journal (
    shop_id UUID   NOT NULL,
    till    UUID   NOT NULL,
    entry   BIGINT NOT NULL,
    fact_id UUID   NOT NULL,
    seal    BYTEA  NOT NULL CHECK (length(seal) = 32),
    PRIMARY KEY (shop_id, till, entry)
);
CREATE UNIQUE INDEX journal_by_fact ON journal (shop_id, fact_id);
CREATE TRIGGER journal_stays BEFORE UPDATE OR DELETE ON journal
    FOR EACH ROW EXECUTE FUNCTION ledger_stays('the journal is only added to');
CREATE TRIGGER journal_is_kept BEFORE TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays('the journal is only added to');
