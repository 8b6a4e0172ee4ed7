-- What an agent found of a piece of a request: working state of the town, of the files that were looked at. Where the piece has
-- others now, it has no mark. It goes with its document; the words are sealed with the key of the request.
CREATE TABLE conformity (
    document_id uuid PRIMARY KEY REFERENCES documents ON DELETE CASCADE,
    files uuid[] NOT NULL,
    conforming boolean NOT NULL,
    reason bytea,
    agent_id text NOT NULL,
    agent bytea NOT NULL,
    marked_at timestamptz NOT NULL
);
