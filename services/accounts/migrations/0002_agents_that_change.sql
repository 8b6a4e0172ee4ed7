-- Set while an agent is kept out by the administration; `credentials.active` is false then.
ALTER TABLE agents ADD COLUMN disabled_at timestamptz;
-- Whether the town's file has named this agent: an import says which of these it names no more.
ALTER TABLE agents ADD COLUMN from_file boolean NOT NULL DEFAULT false;
