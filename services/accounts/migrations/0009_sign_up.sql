-- A space that waits for its activation does not have its address yet: several may wait for the same one, and the first
-- whose link is followed takes it. Until then `email_hash` is random, and the address is found by `pending_email_hash`.
ALTER TABLE accounts ADD COLUMN pending_email_hash bytea;
UPDATE accounts SET pending_email_hash = email_hash, email_hash = sha256(uuid_send(gen_random_uuid()))
WHERE activated_at IS NULL;
-- The release before activates without knowing of it, while both are served: the space takes the address all the same.
CREATE FUNCTION take_pending_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.email_hash := NEW.pending_email_hash;
    NEW.pending_email_hash := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER accounts_take_pending_address BEFORE UPDATE OF activated_at ON accounts FOR EACH ROW
WHEN (NEW.activated_at IS NOT NULL AND NEW.pending_email_hash IS NOT NULL) EXECUTE FUNCTION take_pending_address();
CREATE INDEX accounts_pending_email ON accounts (pending_email_hash) WHERE pending_email_hash IS NOT NULL;

-- The page of the portal on which the holder goes on after the activation, sealed with the account's key.
ALTER TABLE accounts ADD COLUMN continue_to bytea;

-- A security code that was answered right stays answered until then, for one space.
ALTER TABLE captchas ADD COLUMN solved_until timestamptz;
