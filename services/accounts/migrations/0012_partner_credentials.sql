-- What a holder is known by at a partner's site. `sealed`: under a key of its own; `wrapped`: that key, under the account's key and
-- under the key named by `key_id`, which neither this database nor MASTER_KEY leads to.
CREATE TABLE partner_credentials (
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    space      text NOT NULL,
    reminder   boolean NOT NULL,
    sealed     bytea NOT NULL,
    wrapped    bytea NOT NULL,
    key_id     text NOT NULL,
    saved_at   timestamptz NOT NULL,
    PRIMARY KEY (account_id, space)
);

-- Every use of them, for the holder to see. `command_id`: of the command that had the partner asked, once.
CREATE TABLE partner_uses (
    use_id     uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    space      text NOT NULL,
    act        text NOT NULL CHECK (act IN ('checking', 'refused', 'unreachable', 'saved', 'used', 'removed')),
    at         timestamptz NOT NULL,
    command_id uuid UNIQUE
);
CREATE INDEX partner_uses_account ON partner_uses (account_id, at DESC);
CREATE INDEX partner_uses_at ON partner_uses (at);

-- A page of immediate connection that was asked for: opened once, by its holder, for a minute.
CREATE TABLE partner_passes (
    digest     text PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    space      text NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX partner_passes_account ON partner_passes (account_id);
CREATE INDEX partner_passes_expires ON partner_passes (expires_at);
