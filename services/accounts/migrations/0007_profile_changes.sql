-- A change of a space's e-mail address: asked for, then in effect once the link mailed to the new address is followed. The
-- link mailed to the old one undoes it until `undo_until`. Tokens are made again from their nonces when they are mailed; both
-- addresses are sealed with the account's key.
CREATE TABLE email_changes (
    change_id    uuid PRIMARY KEY,
    account_id   uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    ordinal      bigint GENERATED ALWAYS AS IDENTITY,
    addresses    bytea NOT NULL,
    asked_at     timestamptz NOT NULL,
    confirm_nonce text NOT NULL,
    confirm_hash text NOT NULL,
    expires_at   timestamptz NOT NULL,
    undo_nonce   text NOT NULL,
    undo_hash    text NOT NULL,
    undo_until   timestamptz NOT NULL,
    -- the link was followed
    counted_at   timestamptz,
    -- another wish took its place, or it was undone
    dropped_at   timestamptz,
    undone_at    timestamptz
);
CREATE INDEX email_changes_of_account ON email_changes (account_id, ordinal);
CREATE INDEX email_changes_undo_until ON email_changes (undo_until);
