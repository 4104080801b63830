-- Gift cards. Their money is booked in stored_value_entry beside that of members' cards: its member_id is the key of whoever
-- holds the money, a member's or a gift card's.

CREATE TABLE gift_card (
    shop_id      BLOB    NOT NULL REFERENCES shop,
    gift_card_id BLOB    NOT NULL,
    -- By which the number is recognised. The number itself is kept nowhere.
    digest       BLOB    NOT NULL CHECK (length(digest) = 32),
    -- The number's last four characters.
    ending       TEXT    NOT NULL,
    -- What can be spent, and what is set aside for sales that are being paid. Both are sums of the ledger.
    balance      INTEGER NOT NULL CHECK (balance >= 0),
    held         INTEGER NOT NULL CHECK (held >= 0),
    frozen       INTEGER NOT NULL CHECK (frozen IN (0, 1)),
    PRIMARY KEY (shop_id, gift_card_id),
    UNIQUE (shop_id, digest)
) STRICT;
CREATE TRIGGER gift_card_is_kept BEFORE DELETE ON gift_card
BEGIN SELECT RAISE(ABORT, 'a gift card that was sold is kept'); END;

-- SQLite changes no CHECK of a table that is there.
CREATE TABLE fact_new (
    shop_id  BLOB    NOT NULL,
    fact_id  BLOB    NOT NULL,
    kind     TEXT    NOT NULL CHECK (kind IN ('sale', 'refund', 'count', 'exit', 'shift_opened', 'cash_moved', 'shift_closed', 'noted', 'gift_card_sold')),
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
    -- The number of the card that was shown.
    card     TEXT,
    PRIMARY KEY (shop_id, fact_id)
) STRICT;
INSERT INTO fact_new (shop_id, fact_id, kind, till, number, sale_id, by_staff, happened, booked, cash, body, order_id, shift_id, card)
SELECT shop_id, fact_id, kind, till, number, sale_id, by_staff, happened, booked, cash, body, order_id, shift_id, card FROM fact;
DROP TABLE fact;
ALTER TABLE fact_new RENAME TO fact;
CREATE INDEX fact_by_number ON fact (shop_id, till, number) WHERE number IS NOT NULL;
CREATE INDEX fact_by_sale ON fact (shop_id, sale_id) WHERE sale_id IS NOT NULL;
CREATE INDEX fact_by_order ON fact (shop_id, order_id) WHERE order_id IS NOT NULL;
CREATE INDEX fact_by_shift ON fact (shop_id, shift_id) WHERE shift_id IS NOT NULL;
CREATE INDEX fact_by_card ON fact (shop_id, card, happened) WHERE card IS NOT NULL;
CREATE TRIGGER fact_stays BEFORE UPDATE ON fact
BEGIN SELECT RAISE(ABORT, 'what has happened is only added to'); END;
CREATE TRIGGER fact_is_kept BEFORE DELETE ON fact
BEGIN SELECT RAISE(ABORT, 'what has happened is only added to'); END;
