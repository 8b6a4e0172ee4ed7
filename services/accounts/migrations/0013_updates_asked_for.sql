-- Changes that were asked for are announced too; only what was granted is applied.
ALTER TABLE profile_updates ADD COLUMN granted boolean NOT NULL DEFAULT true;
DROP INDEX profile_updates_due;
CREATE INDEX profile_updates_due ON profile_updates (effective_on, decided_at) WHERE granted;
