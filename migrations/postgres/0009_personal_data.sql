-- A member who asked to be forgotten keeps a row, for the ledger of points, that leads to nobody: both are null then.
ALTER TABLE member ALTER COLUMN device_id DROP NOT NULL;
ALTER TABLE member ALTER COLUMN number DROP NOT NULL;
ALTER TABLE member ADD CHECK ((device_id IS NULL) = (number IS NULL));

-- The feed also tells a device to forget what it was told of its shopper.
ALTER TABLE change DROP CONSTRAINT change_kind_check;
ALTER TABLE change ADD CONSTRAINT change_kind_check
    CHECK (kind IN ('shop', 'product', 'order', 'card', 'erased'));

-- On an installed app: an order that waited and can be read no more, as the key that had sealed it is gone.
ALTER TABLE outbox ADD COLUMN lost BIGINT NOT NULL DEFAULT 0 CHECK (lost IN (0, 1));
