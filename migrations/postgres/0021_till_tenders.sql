-- What a till sale is paid with beside cash and cards, and the sales at which a member's card was shown.

-- What was taken for a ticket before it is sold: money set aside on a card, or paid by the code of a wallet.
CREATE TABLE sale_payment (
    shop_id    UUID   NOT NULL REFERENCES shop,
    payment_id UUID   NOT NULL,
    sale_id    UUID   NOT NULL,
    tender     TEXT   COLLATE "C" NOT NULL,
    amount     BIGINT NOT NULL CHECK (amount > 0),
    state      TEXT   COLLATE "C" NOT NULL CHECK (state IN ('there', 'sold', 'freed')),
    at         BIGINT NOT NULL,
    PRIMARY KEY (shop_id, payment_id)
);
CREATE INDEX sale_payment_there ON sale_payment (shop_id, at) WHERE state = 'there';
CREATE INDEX sale_payment_by_sale ON sale_payment (shop_id, sale_id);
CREATE INDEX payment_refund_open ON payment_refund (shop_id) WHERE returned = 0;

-- Whether a payer's code pays for a till's sale; order_id is then the sale's key.
ALTER TABLE code_charge ADD COLUMN for_sale BIGINT NOT NULL DEFAULT 0;

-- The number of the card that was shown.
ALTER TABLE fact ADD COLUMN card TEXT COLLATE "C";
CREATE INDEX fact_by_card ON fact (shop_id, card, happened) WHERE card IS NOT NULL;
