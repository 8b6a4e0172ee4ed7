-- The other requests of who gave an e-mail address, for the agents of their departments: by the keyed hash that is kept of it.
CREATE INDEX requests_of_an_address ON requests (email_hash, submitted_at) WHERE email_hash <> '';
