-- The version before records erasures and does not know the column: while it still runs, and for those of that while,
-- what waits for an answer is marked here. To be dropped with the release after this one.
CREATE FUNCTION mark_erasure_asked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE requests SET erasure = 'asked'
    WHERE request_id = substr(NEW.stream, length('request-') + 1)::uuid AND erasure IS NULL;
    RETURN NULL;
END $$;
-- waits for what is being written, so that the statement below sees it
CREATE TRIGGER erasures_asked_are_marked AFTER INSERT ON events FOR EACH ROW
WHEN (NEW.type = 'ErasureRequested') EXECUTE FUNCTION mark_erasure_asked();
UPDATE requests r SET erasure = 'asked' WHERE erasure IS NULL AND EXISTS (
    SELECT FROM events e WHERE e.stream = 'request-' || r.request_id AND e.type = 'ErasureRequested'
);
