-- The archive of what the town holds on a person (kind `space`, the account's id) or about one request (`request`): at most
-- one of each owner. It is asked for, made in the background, kept for some days, then dropped with its object.
CREATE TABLE archives (
    owner_kind text NOT NULL CHECK (owner_kind IN ('space', 'request')),
    owner_id uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    correlation_id text,
    -- when it is to be made; while a process makes it, until when that one may be silent
    due_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    -- chosen anew by each try: what an earlier one may still write is no part of it
    object_key uuid,
    ready_at timestamptz,
    expires_at timestamptz,
    bytes bigint,
    PRIMARY KEY (owner_kind, owner_id),
    CHECK (ready_at IS NULL OR (object_key IS NOT NULL AND expires_at IS NOT NULL AND bytes IS NOT NULL))
);
CREATE INDEX archives_due ON archives (due_at) WHERE ready_at IS NULL;
CREATE INDEX archives_expiring ON archives (expires_at) WHERE ready_at IS NOT NULL;
CREATE INDEX archives_objects ON archives (object_key) WHERE object_key IS NOT NULL;
