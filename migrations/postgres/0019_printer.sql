-- The shop's receipt printers.

CREATE TABLE printer (
    shop_id    UUID NOT NULL REFERENCES shop,
    printer_id UUID NOT NULL,
    name       TEXT COLLATE "C" NOT NULL,
    body       TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (shop_id, printer_id)
);
