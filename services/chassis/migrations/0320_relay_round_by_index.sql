-- As before, and costs what it publishes, however many events are stored: with a number of rows that PostgreSQL does not know it expected a tenth of
-- all positions, and read the whole of `events` at each round. A sub-select around what is given makes it expect as much of a plan for all
-- calls as of one for this call, so that it keeps the first and plans no more.
CREATE OR REPLACE FUNCTION relay_round(p_audiences text[], p_from bigint[], p_published bigint[], p_at_most integer) RETURNS TABLE (
    audience text, mark bigint, "position" bigint, event_id uuid, stream text, version integer, type text,
    type_version smallint, subject text, "time" timestamptz, public text, shared boolean, correlation_id text,
    causation_id text, heard boolean, followed boolean
) LANGUAGE plpgsql AS $$
BEGIN
    UPDATE marks m SET position = t.published
    FROM unnest((SELECT p_audiences), (SELECT p_from), (SELECT p_published)) AS t (name, known, published)
    WHERE m.name = t.name AND m.position = t.known AND t.published > t.known;
    PERFORM number_positions();
    RETURN QUERY
    SELECT m.name, m.position, n.position, e.event_id, e.stream, e.version, e.type, e.type_version, e.subject, e.time,
        e.public, e.shared, e.correlation_id, e.causation_id,
        EXISTS (SELECT FROM hearers h WHERE h.type = e.type), EXISTS (SELECT FROM followed f WHERE f.type = e.type)
    FROM marks m CROSS JOIN LATERAL (
        SELECT p.position, p.event_id FROM positions p
        WHERE p.position > m.position ORDER BY p.position LIMIT (SELECT p_at_most)
    ) n CROSS JOIN LATERAL (
        SELECT * FROM events WHERE events.event_id = n.event_id LIMIT 1
    ) e
    WHERE m.name = ANY((SELECT p_audiences)::text[]) ORDER BY m.name, n.position;
END $$;
