-- The shop's receipt printers.

CREATE TABLE printer (
    shop_id    BLOB NOT NULL REFERENCES shop,
    printer_id BLOB NOT NULL,
    name       TEXT NOT NULL,
    body       TEXT NOT NULL,
    PRIMARY KEY (shop_id, printer_id)
) STRICT;
