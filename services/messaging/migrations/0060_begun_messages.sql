-- A message that the applicant's side has begun and not sent: one for each request, sealed with the request's key.
CREATE TABLE begun_messages (
    request_id uuid PRIMARY KEY,
    sealed     bytea NOT NULL,
    saved_at   timestamptz NOT NULL
);
CREATE INDEX begun_messages_saved_at ON begun_messages (saved_at);
