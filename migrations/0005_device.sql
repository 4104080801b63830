-- What an installed app keeps for itself.

CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- Orders that wait for the hub, or that it refused, until they are dismissed.
CREATE TABLE outbox (
    order_id BLOB    NOT NULL PRIMARY KEY,
    call_id  BLOB    NOT NULL,
    place    TEXT    NOT NULL,
    since    INTEGER NOT NULL,
    refused  TEXT
) STRICT;

-- A card as the hub told it last.
CREATE TABLE own_card (
    device_id BLOB NOT NULL PRIMARY KEY,
    card      TEXT NOT NULL
) STRICT;
