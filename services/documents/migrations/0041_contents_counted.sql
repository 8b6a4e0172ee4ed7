ALTER TABLE documents VALIDATE CONSTRAINT documents_of_one_owner;

-- The bytes of files that were there before they were counted: each is held once, for its key was unique until now. A file
-- that goes meanwhile is waited for, or waits.
INSERT INTO contents (object_key, held)
SELECT object_key, 1 FROM (
    SELECT object_key FROM files WHERE state <> 'refused' ORDER BY object_key FOR SHARE
) known
ON CONFLICT DO NOTHING;
