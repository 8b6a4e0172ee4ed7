-- What opens a door: the name, folded, under which it is unique for citizens and agents together, and the hash.
CREATE TABLE credentials (
    person_id     uuid PRIMARY KEY,
    kind          text NOT NULL CHECK (kind IN ('citizen', 'agent')),
    username      text NOT NULL CONSTRAINT credentials_username UNIQUE,
    password_hash text NOT NULL,
    active        boolean NOT NULL
);

-- One personal space. All that identifies its holder is in `profile`, sealed with the account's key; the address of
-- e-mail is found by a keyed hash only.
CREATE TABLE accounts (
    account_id            uuid PRIMARY KEY,
    email_hash            bytea NOT NULL CONSTRAINT accounts_email UNIQUE,
    profile               bytea NOT NULL,
    created_at            timestamptz NOT NULL,
    activated_at          timestamptz,
    activation_nonce      text,
    activation_hash       text,
    activation_expires_at timestamptz,
    holder_warned_at      timestamptz
);
CREATE INDEX accounts_never_activated ON accounts (activation_expires_at) WHERE activated_at IS NULL;

CREATE TABLE family_members (
    member_id  uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    ordinal    integer NOT NULL,
    details    bytea NOT NULL,
    CONSTRAINT family_members_ordinal UNIQUE (account_id, ordinal)
);

-- An agent's function and rights are public within the town hall; address, name and secret are sealed.
CREATE TABLE agents (
    agent_id    uuid PRIMARY KEY,
    function    text NOT NULL,
    role        text NOT NULL CHECK (role IN ('agent', 'editor', 'administrator')),
    departments text[] NOT NULL,
    permissions text[] NOT NULL,
    details     bytea NOT NULL,
    last_step   bigint NOT NULL DEFAULT 0
);

-- Tokens are kept as their SHA-256.
CREATE TABLE sessions (
    digest    text PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES credentials ON DELETE CASCADE,
    opened_at timestamptz NOT NULL,
    seen_at   timestamptz NOT NULL,
    ends_at   timestamptz NOT NULL
);
CREATE INDEX sessions_person ON sessions (person_id);
CREATE INDEX sessions_ends_at ON sessions (ends_at);

-- The password was right, the code is still to come.
CREATE TABLE challenges (
    digest     text PRIMARY KEY,
    person_id  uuid NOT NULL REFERENCES credentials ON DELETE CASCADE,
    tries      integer NOT NULL DEFAULT 0,
    expires_at timestamptz NOT NULL
);

-- A security code, whose characters are kept nowhere. `used_by`: the command that spent it, which may ask again.
CREATE TABLE captchas (
    captcha_id uuid PRIMARY KEY,
    expires_at timestamptz NOT NULL,
    used_by    text
);

-- Tries, counted under keyed hashes of an account, an address or both.
CREATE TABLE tries (
    bucket        bytea PRIMARY KEY,
    tries         integer NOT NULL,
    blocked_until timestamptz NOT NULL,
    forgotten_at  timestamptz NOT NULL
);

-- From where an account's holder has logged in, under a keyed hash of both.
CREATE TABLE known_places (
    place        bytea PRIMARY KEY,
    forgotten_at timestamptz NOT NULL
);

-- What the town decided, as procedures published it.
CREATE TABLE town (
    only_row         boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version          integer NOT NULL,
    name             text NOT NULL,
    words            text[] NOT NULL,
    idle_minutes     integer NOT NULL,
    activation_hours integer NOT NULL
);
