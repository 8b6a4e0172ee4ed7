-- A change of the profile that a request was granted, until the day from which it counts. What changes is asked of requests
-- on that day; here are the names of the profile alone.
CREATE TABLE profile_updates (
    request_id   uuid PRIMARY KEY,
    account_id   uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    target       text NOT NULL CHECK (target IN ('holder', 'member', 'household')),
    member_id    uuid,
    names        text[] NOT NULL,
    effective_on date NOT NULL,
    decided_at   timestamptz NOT NULL
);
CREATE INDEX profile_updates_due ON profile_updates (effective_on, decided_at);
CREATE INDEX profile_updates_account ON profile_updates (account_id, effective_on);
-- The request by which an address was given, where it was one: its history says when the address counts.
ALTER TABLE email_changes ADD COLUMN request_id uuid;
