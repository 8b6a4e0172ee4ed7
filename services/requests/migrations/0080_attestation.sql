-- While the attestation of an acceptance by silence is asked for, the request is marked for its agents; what `alert` was
-- without that mark is kept here, NULL where none is asked for.
ALTER TABLE requests ADD COLUMN alert_without_attestation boolean;
