-- What a till sale is paid with beside cash and cards, and the sales at which a member's card was shown.

-- What was taken for a ticket before it is sold: money set aside on a card, or paid by the code of a wallet.
CREATE TABLE sale_payment (
    shop_id    BLOB    NOT NULL REFERENCES shop,
    payment_id BLOB    NOT NULL,
    sale_id    BLOB    NOT NULL,
    tender     TEXT    NOT NULL,
    amount     INTEGER NOT NULL CHECK (amount > 0),
    state      TEXT    NOT NULL CHECK (state IN ('there', 'sold', 'freed')),
    at         INTEGER NOT NULL,
    PRIMARY KEY (shop_id, payment_id)
) STRICT;
CREATE INDEX sale_payment_there ON sale_payment (shop_id, at) WHERE state = 'there';
CREATE INDEX sale_payment_by_sale ON sale_payment (shop_id, sale_id);
CREATE INDEX payment_refund_open ON payment_refund (shop_id) WHERE returned = 0;

-- Whether a payer's code pays for a till's sale; order_id is then the sale's key.
ALTER TABLE code_charge ADD COLUMN for_sale INTEGER NOT NULL DEFAULT 0;

-- The number of the card that was shown.
ALTER TABLE fact ADD COLUMN card TEXT;
CREATE INDEX fact_by_card ON fact (shop_id, card, happened) WHERE card IS NOT NULL;
