-- What proves a device, and what the shop lets it be.

-- The key of a device that proves its secrets by signing them: a point of P-256, uncompressed.
ALTER TABLE device ADD COLUMN public_key BLOB;
-- When the newest of its proofs was signed, by its own clock.
ALTER TABLE device ADD COLUMN proved INTEGER NOT NULL DEFAULT 0;
-- Until when its secret is good; null where the secret is its key.
ALTER TABLE device ADD COLUMN secret_until INTEGER;
ALTER TABLE device ADD COLUMN standing TEXT NOT NULL DEFAULT 'shopper'
    CHECK (standing IN ('shopper', 'asked', 'cashier', 'manager', 'shut_out'));
ALTER TABLE device ADD COLUMN name TEXT;
ALTER TABLE device ADD COLUMN last_sign_in INTEGER;
ALTER TABLE device ADD COLUMN last_staff_id BLOB;

-- Whoever worked at a counter yesterday works there today.
UPDATE device SET standing = 'manager' WHERE known = 1;

CREATE INDEX device_by_standing ON device (shop_id, standing) WHERE standing <> 'shopper';
