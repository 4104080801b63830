-- What an installed app keeps for itself.

CREATE TABLE setting (
    name  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT COLLATE "C" NOT NULL
);

-- Orders that wait for the hub, or that it refused, until they are dismissed.
CREATE TABLE outbox (
    order_id UUID NOT NULL PRIMARY KEY,
    call_id  UUID NOT NULL,
    place    TEXT COLLATE "C" NOT NULL,
    since    BIGINT NOT NULL,
    refused  TEXT COLLATE "C" 
);

-- A card as the hub told it last.
CREATE TABLE own_card (
    device_id UUID NOT NULL PRIMARY KEY,
    card      TEXT COLLATE "C" NOT NULL
);
