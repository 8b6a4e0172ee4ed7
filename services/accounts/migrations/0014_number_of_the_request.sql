-- The number of the request by which a new address of mail was given, for the holder to read; '' where there was none.
ALTER TABLE email_changes ADD COLUMN request_number text NOT NULL DEFAULT '';
