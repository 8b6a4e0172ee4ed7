-- A number that was told is never given again: a store that was restored shorter than what it told goes on after that, its
-- new events are heard, and the gap shows.
CREATE OR REPLACE FUNCTION number_positions() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    numbered bigint;
BEGIN
    WITH taken AS (
        DELETE FROM outbox RETURNING id, event_id
    )
    INSERT INTO positions (position, event_id)
    SELECT GREATEST((SELECT max(p.position) FROM positions p), (SELECT max(m.position) FROM marks m))
        + row_number() OVER (ORDER BY taken.id), taken.event_id
    FROM taken;
    GET DIAGNOSTICS numbered = ROW_COUNT;
    RETURN numbered;
END $$;
