-- Which requests joined the news that waits, a row each: in the column `joined` each wrote all of them again, 60 KB for one of 3,600.
-- What a process of the release before adds to that column while both run is not counted in the mail.
CREATE TABLE joined_news (
    notice_id uuid NOT NULL REFERENCES notices ON DELETE CASCADE,
    request_id uuid NOT NULL,
    joined_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (notice_id, request_id)
);
INSERT INTO joined_news (notice_id, request_id)
SELECT id, unnest(joined) FROM notices WHERE purpose = 'new_request' AND state = 'due'
ON CONFLICT DO NOTHING;
