-- What messaging keeps: the thread of each request, the mails that are owed, and what it heard of the town.

CREATE TABLE exchanges (
    id uuid PRIMARY KEY,
    request_id uuid NOT NULL,
    direction text NOT NULL CHECK (direction IN ('to_town', 'to_citizen')),
    -- author and text, sealed with the key of the request: both go when the key goes
    sealed bytea NOT NULL,
    added_at timestamptz NOT NULL,
    read_at timestamptz
);
CREATE INDEX exchanges_of_a_request ON exchanges (request_id, added_at);

CREATE TABLE notices (
    id uuid PRIMARY KEY,
    purpose text NOT NULL,
    event_id uuid NOT NULL,
    request_id uuid,
    account_id uuid,
    -- the status reached, or the purpose of the mail that could not be delivered
    about text,
    -- an agent's reply goes with the change: it becomes an exchange before the mail leaves
    reply boolean NOT NULL DEFAULT false,
    state text NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'sent', 'failed')),
    due_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    reason text,
    created_at timestamptz NOT NULL,
    settled_at timestamptz,
    -- proof of what was sent (glossary R5): recipient, subject, text, Message-ID; sealed with the key of the request
    proof bytea,
    CHECK ((request_id IS NULL) <> (account_id IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX notices_due ON notices (due_at) WHERE state = 'due';
CREATE INDEX notices_of_a_request ON notices (request_id, created_at);

CREATE TABLE requests (
    id uuid PRIMARY KEY,
    number text NOT NULL,
    procedure text NOT NULL,
    version integer NOT NULL,
    department text NOT NULL,
    submitted_at timestamptz NOT NULL,
    implicit_effect text,
    implicit_on date,
    -- the appointment taken with the request: its acknowledgement already announces it
    appointment_id uuid
);

CREATE TABLE procedures (
    slug text NOT NULL,
    version integer NOT NULL,
    definition jsonb NOT NULL,
    PRIMARY KEY (slug, version)
);

CREATE TABLE town (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version bigint NOT NULL,
    document jsonb NOT NULL
);
