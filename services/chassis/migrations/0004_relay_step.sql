-- One step of the relay for all its audiences, in one round trip: notes how far each has been told (unless somebody moved its
-- mark meanwhile, to publish again), numbers what was committed, gives what comes next for each. One that lags behind does
-- not hold up the others.
CREATE FUNCTION relay_step(p_audiences text[], p_from bigint[], p_told bigint[], p_at_most integer) RETURNS TABLE (
    audience text, mark bigint, "position" bigint, event_id uuid, stream text, version integer, type text,
    type_version smallint, subject text, "time" timestamptz, public text, shared boolean, correlation_id text,
    causation_id text
) LANGUAGE plpgsql AS $$
BEGIN
    UPDATE marks m SET position = t.told
    FROM unnest(p_audiences, p_from, p_told) AS t (name, known, told)
    WHERE m.name = t.name AND m.position = t.known AND t.told > t.known;
    PERFORM number_positions();
    RETURN QUERY
    SELECT m.name, m.position, n.position, e.event_id, e.stream, e.version, e.type, e.type_version, e.subject, e.time,
        e.public, e.shared, e.correlation_id, e.causation_id
    FROM marks m CROSS JOIN LATERAL (
        SELECT p.position, p.event_id FROM positions p WHERE p.position > m.position ORDER BY p.position LIMIT p_at_most
    ) n JOIN events e ON e.event_id = n.event_id
    WHERE m.name = ANY(p_audiences) ORDER BY m.name, n.position;
END $$;

DROP FUNCTION relay_turn(text, bigint, bigint, integer);
