-- Decisions that agents sent and that wait some seconds, so that they can be undone; and those that could not be carried out
-- then, until an agent takes them back.
CREATE TABLE held_decisions (
    -- the id of its command, which is the cause of the events that follow
    decision_id uuid PRIMARY KEY,
    request_id uuid NOT NULL,
    agent_id text NOT NULL,
    agent_name text NOT NULL,
    to_status text NOT NULL,
    -- the whole command, sealed under the key of the request
    sealed bytea NOT NULL,
    correlation_id text,
    due_at timestamptz NOT NULL,
    -- why it was not carried out, for agents; null while it waits
    because text
);

-- One at a time for a request.
CREATE UNIQUE INDEX held_decisions_that_wait ON held_decisions (request_id) WHERE because IS NULL;
CREATE INDEX held_decisions_by_due ON held_decisions (due_at) WHERE because IS NULL;
CREATE INDEX held_decisions_of_a_request ON held_decisions (request_id);
CREATE INDEX held_decisions_of_an_agent ON held_decisions (agent_id);
