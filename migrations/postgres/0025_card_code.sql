-- Cards whose code renews itself on a phone (RFC 6238).

-- Of what the card makes its codes; none before its page was opened, as on a printed card.
ALTER TABLE member ADD COLUMN code_key BYTEA CHECK (code_key IS NULL OR length(code_key) = 32);
-- The step, 30 seconds each and counted from 1970, of the newest code by which money left the card: neither it nor an earlier
-- one is good again.
ALTER TABLE member ADD COLUMN code_step BIGINT;
