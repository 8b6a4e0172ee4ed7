-- The types that gateways may follow, by queues that end with them; written by each migration, from the code. They are no `hearers`: a
-- relay of the release before would make a durable queue for each of those, which none would empty.
CREATE TABLE followed (
    type text PRIMARY KEY
);

-- As relay_step, and says of each event whether a service reacts to it (`heard`: a queue is to take it) and whether a gateway may follow it. Both
-- are read with each step: a migration may add who reacts while a relay runs, and its mark must not pass what they wait for.
CREATE FUNCTION relay_round(p_audiences text[], p_from bigint[], p_published bigint[], p_at_most integer) RETURNS TABLE (
    audience text, mark bigint, "position" bigint, event_id uuid, stream text, version integer, type text,
    type_version smallint, subject text, "time" timestamptz, public text, shared boolean, correlation_id text,
    causation_id text, heard boolean, followed boolean
) LANGUAGE plpgsql AS $$
BEGIN
    UPDATE marks m SET position = t.published
    FROM unnest(p_audiences, p_from, p_published) AS t (name, known, published)
    WHERE m.name = t.name AND m.position = t.known AND t.published > t.known;
    PERFORM number_positions();
    RETURN QUERY
    SELECT m.name, m.position, n.position, e.event_id, e.stream, e.version, e.type, e.type_version, e.subject, e.time,
        e.public, e.shared, e.correlation_id, e.causation_id,
        EXISTS (SELECT FROM hearers h WHERE h.type = e.type), EXISTS (SELECT FROM followed f WHERE f.type = e.type)
    FROM marks m CROSS JOIN LATERAL (
        SELECT p.position, p.event_id FROM positions p WHERE p.position > m.position ORDER BY p.position LIMIT p_at_most
    ) n JOIN events e ON e.event_id = n.event_id
    WHERE m.name = ANY(p_audiences) ORDER BY m.name, n.position;
END $$;
