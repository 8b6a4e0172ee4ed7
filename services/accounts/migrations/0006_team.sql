-- Which fields of an agent a page or a command changed last: the town's file leaves them as they are.
ALTER TABLE agents ADD COLUMN kept_fields text[] NOT NULL DEFAULT '{}';
-- Whether the link is for a new second factor alone: the password that the agent has stays, and is asked for.
ALTER TABLE invitations ADD COLUMN second_factor_only boolean NOT NULL DEFAULT false;
-- Codes that take the place of the six figures, each once: the row goes with the use. Under a keyed hash of agent and code.
CREATE TABLE recovery_codes (
    agent_id  uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
    code_hash bytea NOT NULL,
    PRIMARY KEY (agent_id, code_hash)
);
