-- An agent is to choose a password and take a second factor, by a mailed link that works once. The token is made again from
-- the nonce when it is mailed; the secret that the link offers is sealed with the agent's key.
CREATE TABLE invitations (
    agent_id    uuid PRIMARY KEY REFERENCES agents ON DELETE CASCADE,
    nonce       text NOT NULL,
    token_hash  text NOT NULL,
    expires_at  timestamptz NOT NULL,
    totp_secret bytea NOT NULL
);
