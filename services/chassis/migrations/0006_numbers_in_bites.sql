-- A backlog is numbered in bites that end within the statement's time-out, however long the relay was away.
CREATE OR REPLACE FUNCTION number_positions() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    numbered bigint;
BEGIN
    WITH taken AS (
        DELETE FROM outbox WHERE ctid = ANY (ARRAY(SELECT o.ctid FROM outbox o ORDER BY o.id LIMIT 10000))
        RETURNING id, event_id
    )
    INSERT INTO positions (position, event_id)
    SELECT GREATEST((SELECT max(p.position) FROM positions p), (SELECT max(m.position) FROM marks m))
        + row_number() OVER (ORDER BY taken.id), taken.event_id
    FROM taken;
    GET DIAGNOSTICS numbered = ROW_COUNT;
    RETURN numbered;
END $$;
