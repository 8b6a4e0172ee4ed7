-- Somebody forgot a password or a user name. Whose it is, if anyone's, is found by the statement that adds the row, which costs
-- the same either way; what is mailed is decided afterwards, when the answer has left, and the row goes.
CREATE TABLE recoveries_asked (
    asked_id       uuid PRIMARY KEY,
    forgotten      text NOT NULL CHECK (forgotten IN ('password', 'username')),
    by_email       uuid,
    by_username    uuid,
    asked_at       timestamptz NOT NULL,
    correlation_id text
);

-- Links by which a forgotten password is replaced. The token is made again from the nonce when it is mailed. A link that
-- served, or that is late, stays a while: it is told apart from one that never was.
CREATE TABLE password_resets (
    token_hash text PRIMARY KEY,
    person_id  uuid NOT NULL REFERENCES credentials ON DELETE CASCADE,
    nonce      text NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX password_resets_person ON password_resets (person_id, expires_at);
CREATE INDEX password_resets_expires_at ON password_resets (expires_at);

-- How long such a link is good, as the town decides.
ALTER TABLE town ADD COLUMN reset_minutes integer NOT NULL DEFAULT 60;
