-- Money that members have on their cards. Both columns are sums of the ledger below, and neither falls below nothing.

-- What can be spent.
ALTER TABLE member ADD COLUMN balance INTEGER NOT NULL DEFAULT 0 CHECK (balance >= 0);
-- What is set aside for orders that are not handed over yet.
ALTER TABLE member ADD COLUMN held INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0);

CREATE TABLE stored_value_entry (
    shop_id    BLOB    NOT NULL REFERENCES shop,
    member_id  BLOB    NOT NULL,
    entry      INTEGER NOT NULL,
    kind       TEXT    NOT NULL
        CHECK (kind IN ('topped_up', 'paid_out', 'held', 'released', 'captured', 'refunded')),
    amount     INTEGER NOT NULL CHECK (amount >= 0),
    -- The payment that it is a step of, or the key of what was paid in or out.
    payment_id BLOB    NOT NULL,
    -- What is refunded comes in parts, numbered from 1; other steps have the number 0.
    part       INTEGER NOT NULL,
    order_id   BLOB,
    by_staff   BLOB,
    at         INTEGER NOT NULL,
    PRIMARY KEY (shop_id, member_id, entry),
    -- Each step of each payment is booked once.
    UNIQUE (shop_id, payment_id, kind, part)
) STRICT;

CREATE TRIGGER stored_value_entry_stays BEFORE UPDATE ON stored_value_entry
BEGIN SELECT RAISE(ABORT, 'the ledger of money on cards is only added to'); END;
CREATE TRIGGER stored_value_entry_is_kept BEFORE DELETE ON stored_value_entry
BEGIN SELECT RAISE(ABORT, 'the ledger of money on cards is only added to'); END;
