-- Which requests joined the news that waits, a row each: in the column `joined` each wrote all of them again, 65 KB for one of 1,800.
CREATE TABLE joined_news (
    notice_id uuid NOT NULL REFERENCES notices ON DELETE CASCADE,
    request_id uuid NOT NULL,
    joined_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (notice_id, request_id)
);
INSERT INTO joined_news (notice_id, request_id, joined_at)
SELECT n.id, one.request_id, n.created_at + one.place * interval '1 microsecond'
FROM notices n CROSS JOIN unnest(n.joined) WITH ORDINALITY AS one (request_id, place)
WHERE n.purpose = 'new_request' AND n.state = 'due'
ON CONFLICT DO NOTHING;

-- The release before reads and writes the column, while both run and after a way back. What it adds and takes out is added and taken out here;
-- the first twenty of each news are in the column too, so that it mails of twenty-one where there are more.
CREATE FUNCTION mirror_joined() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM joined_news WHERE notice_id = NEW.id
        AND request_id IN (SELECT unnest(OLD.joined) EXCEPT SELECT unnest(NEW.joined));
    INSERT INTO joined_news (notice_id, request_id)
    SELECT NEW.id, one FROM (SELECT unnest(NEW.joined) EXCEPT SELECT unnest(OLD.joined)) AS added (one)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER notices_mirror_joined AFTER UPDATE OF joined ON notices FOR EACH ROW
WHEN (NEW.joined IS DISTINCT FROM OLD.joined) EXECUTE FUNCTION mirror_joined();
