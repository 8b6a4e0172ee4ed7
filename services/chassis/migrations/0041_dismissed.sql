-- Dead letters that an operator has dismissed: kept as a journal, never tried and never heard again.
CREATE TABLE dismissed (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    letter text NOT NULL, -- the event's id; of a message that nothing could read, its short id
    source text NOT NULL,
    type text NOT NULL,
    subject text,
    failure text NOT NULL,
    tries integer,
    body text, -- of an event, which holds no personal data; nothing is known of what could not be read
    reason text NOT NULL CHECK (reason <> ''),
    dismissed_by text NOT NULL,
    dismissed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX dismissed_letters ON dismissed (letter, source);

CREATE OR REPLACE FUNCTION hear(
    p_event_id uuid, p_source text, p_type text, p_subject text, p_position bigint, p_body text
) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM parked k WHERE k.event_id = p_event_id AND k.source = p_source)
        OR EXISTS (SELECT FROM dismissed d WHERE d.letter = p_event_id::text AND d.source = p_source) THEN
        RETURN 'known';
    END IF;
    INSERT INTO heard (event_id, source, type, subject, position, body)
    VALUES (p_event_id, p_source, p_type, p_subject, p_position, p_body) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'known';
    END IF;
    IF EXISTS (SELECT FROM parked k WHERE k.source = p_source AND k.subject = p_subject AND k.dead_at IS NULL) THEN
        DELETE FROM heard h WHERE h.event_id = p_event_id AND h.source = p_source;
        INSERT INTO parked (event_id, source, type, subject, position, body, reason)
        VALUES (p_event_id, p_source, p_type, p_subject, p_position, p_body, 'behind');
        RETURN 'behind';
    END IF;
    RETURN 'new';
END $$;
