-- The id of the call that a mail comes of: what is asked for it, its lines in the log and its events bear it as well.
ALTER TABLE notices ADD COLUMN correlation_id text;
