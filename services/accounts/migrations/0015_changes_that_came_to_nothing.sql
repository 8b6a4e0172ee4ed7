-- A request gave the address, and was told that the change came to nothing: its link expired, or another change took its place.
ALTER TABLE email_changes ADD COLUMN told_at timestamptz;
CREATE INDEX email_changes_to_tell ON email_changes (expires_at)
    WHERE request_id IS NOT NULL AND counted_at IS NULL AND dropped_at IS NULL AND told_at IS NULL;
