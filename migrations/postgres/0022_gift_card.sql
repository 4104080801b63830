-- Gift cards. Their money is booked in stored_value_entry beside that of members' cards: its member_id is the key of whoever
-- holds the money, a member's or a gift card's.

CREATE TABLE gift_card (
    shop_id      UUID   NOT NULL REFERENCES shop,
    gift_card_id UUID   NOT NULL,
    -- By which the number is recognised. The number itself is kept nowhere.
    digest       BYTEA  NOT NULL CHECK (length(digest) = 32),
    -- The number's last four characters.
    ending       TEXT   COLLATE "C" NOT NULL,
    -- What can be spent, and what is set aside for sales that are being paid. Both are sums of the ledger.
    balance      BIGINT NOT NULL CHECK (balance >= 0),
    held         BIGINT NOT NULL CHECK (held >= 0),
    frozen       BIGINT NOT NULL CHECK (frozen IN (0, 1)),
    PRIMARY KEY (shop_id, gift_card_id),
    UNIQUE (shop_id, digest)
);
CREATE TRIGGER gift_card_is_kept BEFORE DELETE ON gift_card
    FOR EACH ROW EXECUTE FUNCTION ledger_stays('a gift card that was sold is kept');
CREATE TRIGGER gift_cards_are_kept BEFORE TRUNCATE ON gift_card
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays('a gift card that was sold is kept');

ALTER TABLE fact
    DROP CONSTRAINT fact_kind_check,
    ADD CONSTRAINT fact_kind_check CHECK (kind IN ('sale', 'refund', 'count', 'exit', 'shift_opened', 'cash_moved', 'shift_closed', 'noted', 'gift_card_sold'));
