-- A space that its holder asked to be erased, or that was not used: locked at once, erased after the days in which its holder
-- can return. `state` says what is done next, at `next_at`. The token of the mailed link is made again from the nonce when it is
-- mailed. A row outlives its space for a while, so that a late link is told apart from one that never was; it names nobody.
CREATE TABLE closures (
    closure_id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    reason     text NOT NULL CHECK (reason IN ('wish', 'inactive')),
    asked_at   timestamptz NOT NULL,
    due_at     timestamptz NOT NULL,
    nonce      text NOT NULL,
    token_hash text NOT NULL,
    state      text NOT NULL CHECK (state IN ('asked', 'reminded', 'told', 'erased', 'withdrawn')),
    next_at    timestamptz NOT NULL
);
CREATE INDEX closures_next_at ON closures (next_at);
-- One at a time of a space.
CREATE UNIQUE INDEX closures_pending ON closures (account_id) WHERE state IN ('asked', 'reminded', 'told');
