-- Money that members have on their cards. Both columns are sums of the ledger below, and neither falls below nothing.

-- What can be spent.
ALTER TABLE member ADD COLUMN balance BIGINT NOT NULL DEFAULT 0 CHECK (balance >= 0);
-- What is set aside for orders that are not handed over yet.
ALTER TABLE member ADD COLUMN held BIGINT NOT NULL DEFAULT 0 CHECK (held >= 0);

CREATE TABLE stored_value_entry (
    shop_id    UUID   NOT NULL REFERENCES shop,
    member_id  UUID   NOT NULL,
    entry      BIGINT NOT NULL,
    kind       TEXT   COLLATE "C" NOT NULL
        CHECK (kind IN ('topped_up', 'paid_out', 'held', 'released', 'captured', 'refunded')),
    amount     BIGINT NOT NULL CHECK (amount >= 0),
    -- The payment that it is a step of, or the key of what was paid in or out.
    payment_id UUID   NOT NULL,
    -- What is refunded comes in parts, numbered from 1; other steps have the number 0.
    part       BIGINT NOT NULL,
    order_id   UUID,
    by_staff   UUID,
    at         BIGINT NOT NULL,
    PRIMARY KEY (shop_id, member_id, entry),
    -- Each step of each payment is booked once.
    UNIQUE (shop_id, payment_id, kind, part)
);

CREATE TRIGGER stored_value_entry_stays BEFORE UPDATE OR DELETE ON stored_value_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_stays('the ledger of money on cards is only added to');
CREATE TRIGGER stored_value_entry_is_kept BEFORE TRUNCATE ON stored_value_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays('the ledger of money on cards is only added to');
