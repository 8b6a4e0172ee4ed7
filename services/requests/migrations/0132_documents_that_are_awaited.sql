-- Which pieces were asked for last, while the request awaits them: NULL where none are. The version before leaves the column as it
-- is, so that while it still runs a request may be listed for a piece that it no longer awaits.
ALTER TABLE requests ADD COLUMN awaited_documents text[];
UPDATE requests r SET awaited_documents = nullif(ARRAY(
    SELECT jsonb_array_elements_text(asked.public -> 'missing_documents') FROM (
        SELECT e.public::jsonb AS public FROM events e
        WHERE e.stream = 'request-' || r.request_id AND e.type = 'RequestStatusChanged' ORDER BY e.version DESC LIMIT 1
    ) AS asked
), '{}') WHERE r.status = 'awaiting_documents' AND NOT r.closed;
