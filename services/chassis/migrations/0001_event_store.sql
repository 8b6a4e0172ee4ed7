-- The event store of a service: streams of events that nobody may change, what waits to be numbered, and the numbers.

CREATE TABLE events (
    stream text COLLATE "C" NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    event_id uuid NOT NULL CONSTRAINT events_are_recorded_once UNIQUE,
    type text NOT NULL,
    type_version smallint NOT NULL,
    subject text NOT NULL,
    time timestamptz NOT NULL,
    public text NOT NULL, -- text, not jsonb: the chain covers the bytes as they were written
    sealed bytea,
    key_id text,
    shared boolean NOT NULL, -- told to partners
    correlation_id text,
    causation_id text,
    hash bytea NOT NULL,
    PRIMARY KEY (stream, version)
);

-- Events committed and not yet numbered. No index: the relay empties the whole table and vacuums it.
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY,
    event_id uuid NOT NULL
);

CREATE TABLE positions (
    position bigint PRIMARY KEY,
    event_id uuid NOT NULL
);

-- How far the relay got for each audience, and each counter behind the positions.
CREATE TABLE marks (
    name text PRIMARY KEY,
    position bigint NOT NULL DEFAULT 0
);
INSERT INTO marks (name) VALUES ('published'), ('partners'), ('counted');

CREATE TABLE keys (
    key_id text PRIMARY KEY,
    person text,
    wrapped bytea,
    destroyed_at timestamptz,
    CONSTRAINT a_destroyed_key_is_gone CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
CREATE INDEX keys_of_a_person ON keys (person) WHERE person IS NOT NULL;

-- Commands done within the last 48 h, so that asking again gives the same answer and no second effect.
CREATE TABLE commands (
    command_id text PRIMARY KEY,
    actor text NOT NULL,
    body_hash bytea NOT NULL,
    outcome bytea NOT NULL,
    done_at timestamptz NOT NULL
);
CREATE INDEX commands_by_age ON commands (done_at);

-- What was heard from other services, as received: the inbox that makes an effect happen once, and the source of rebuilds.
CREATE TABLE heard (
    event_id uuid NOT NULL,
    source text NOT NULL,
    type text NOT NULL,
    subject text NOT NULL,
    position bigint NOT NULL,
    body text NOT NULL,
    heard_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, source)
);
CREATE INDEX heard_in_order ON heard (source, position);

-- Heard events whose effect failed, with those of the same subject that wait behind them. Dead: no longer tried.
CREATE TABLE parked (
    event_id uuid NOT NULL,
    source text NOT NULL,
    type text NOT NULL,
    subject text NOT NULL,
    position bigint NOT NULL,
    body text NOT NULL,
    reason text NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    next_try timestamptz,
    parked_at timestamptz NOT NULL DEFAULT now(),
    dead_at timestamptz,
    PRIMARY KEY (event_id, source)
);
CREATE INDEX parked_by_subject ON parked (source, subject, position) WHERE dead_at IS NULL;

-- Appends one event at the end of its stream, in one round trip; gives its version.
-- The lock makes versions consecutive and, held until the commit, keeps a stream's order in the outbox.
CREATE FUNCTION append_event(
    p_lock bigint, p_stream text, p_event_id uuid, p_type text, p_type_version smallint, p_subject text,
    p_time timestamptz, p_public text, p_sealed bytea, p_key_id text, p_shared boolean, p_correlation_id text,
    p_causation_id text, p_digest bytea
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    last_version integer;
    last_hash bytea;
BEGIN
    PERFORM pg_advisory_xact_lock(p_lock);
    SELECT e.version, e.hash INTO last_version, last_hash
    FROM events e WHERE e.stream = p_stream ORDER BY e.version DESC LIMIT 1;
    last_version := coalesce(last_version, 0) + 1;
    INSERT INTO events VALUES (
        p_stream, last_version, p_event_id, p_type, p_type_version, p_subject, p_time, p_public, p_sealed, p_key_id,
        p_shared, p_correlation_id, p_causation_id,
        sha256(coalesce(last_hash, ''::bytea) || int4send(last_version) || p_digest)
    );
    INSERT INTO outbox (event_id) VALUES (p_event_id);
    RETURN last_version;
END $$;

-- Takes these locks in ascending order until the end of the transaction.
CREATE FUNCTION lock_streams(p_locks bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint;
BEGIN
    FOR wanted IN SELECT unnest(p_locks) ORDER BY 1 LOOP
        PERFORM pg_advisory_xact_lock(wanted);
    END LOOP;
END $$;

-- A stream as it stands once its lock is held, each event with the key that opens it.
CREATE FUNCTION locked_history(p_lock bigint, p_stream text) RETURNS TABLE (
    event_id uuid, stream text, version integer, type text, type_version smallint, subject text, "time" timestamptz,
    public text, sealed bytea, key_id text, correlation_id text, causation_id text, wrapped bytea
) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(p_lock);
    RETURN QUERY
    SELECT e.event_id, e.stream, e.version, e.type, e.type_version, e.subject, e.time, e.public, e.sealed, e.key_id,
        e.correlation_id, e.causation_id, k.wrapped
    FROM events e LEFT JOIN keys k ON k.key_id = e.key_id
    WHERE e.stream = p_stream ORDER BY e.version;
END $$;

-- The wrapped key of this id, made from the one offered if there is none, with the person written beside it if one is given.
-- NULL when the key was destroyed.
CREATE FUNCTION take_key(p_key_id text, p_person text, p_offered bytea) RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
    found_key keys%ROWTYPE;
BEGIN
    SELECT * INTO found_key FROM keys k WHERE k.key_id = p_key_id;
    IF NOT FOUND THEN
        INSERT INTO keys (key_id, person, wrapped) VALUES (p_key_id, p_person, p_offered) ON CONFLICT DO NOTHING;
        SELECT * INTO found_key FROM keys k WHERE k.key_id = p_key_id;
    END IF;
    IF p_person IS DISTINCT FROM found_key.person AND p_person IS NOT NULL THEN
        UPDATE keys SET person = p_person WHERE key_id = p_key_id;
    END IF;
    RETURN found_key.wrapped;
END $$;

-- One at a time for each command; gives what it did the last time, if it was done.
CREATE FUNCTION claim_command(p_command_id text) RETURNS SETOF commands LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1, hashtext(p_command_id));
    RETURN QUERY SELECT * FROM commands c WHERE c.command_id = p_command_id;
END $$;

-- Numbers what was committed since the last time, 1, 2, 3 … without a gap; gives how many. Only the relay calls it,
-- under its lock: numbers are given after the commit, so no reader of positions ever skips a late event.
CREATE FUNCTION number_positions() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    numbered bigint;
BEGIN
    WITH taken AS (
        DELETE FROM outbox RETURNING id, event_id
    )
    INSERT INTO positions (position, event_id)
    SELECT (SELECT coalesce(max(p.position), 0) FROM positions p) + row_number() OVER (ORDER BY taken.id), taken.event_id
    FROM taken;
    GET DIAGNOSTICS numbered = ROW_COUNT;
    RETURN numbered;
END $$;

-- One turn of the relay, in one round trip: notes that an audience has been told up to a position (unless somebody moved its
-- mark meanwhile, to publish again), numbers what was committed, gives what comes next.
CREATE FUNCTION relay_turn(p_audience text, p_from bigint, p_told bigint, p_at_most integer) RETURNS TABLE (
    mark bigint, "position" bigint, event_id uuid, stream text, version integer, type text, type_version smallint,
    subject text, "time" timestamptz, public text, shared boolean, correlation_id text, causation_id text
) LANGUAGE plpgsql AS $$
DECLARE
    current_mark bigint;
BEGIN
    IF p_told > p_from THEN
        UPDATE marks m SET position = p_told WHERE m.name = p_audience AND m.position = p_from;
    END IF;
    PERFORM number_positions();
    SELECT m.position INTO current_mark FROM marks m WHERE m.name = p_audience;
    RETURN QUERY
    SELECT current_mark, p.position, e.event_id, e.stream, e.version, e.type, e.type_version, e.subject, e.time, e.public,
        e.shared, e.correlation_id, e.causation_id
    FROM positions p JOIN events e ON e.event_id = p.event_id
    WHERE p.position > current_mark ORDER BY p.position LIMIT p_at_most;
END $$;

-- Whether a heard event is to take effect now: 'new' (and noted, in the effect's transaction), 'known', or 'behind' another
-- one of its subject that waits, and then waits too.
CREATE FUNCTION hear(
    p_event_id uuid, p_source text, p_type text, p_subject text, p_position bigint, p_body text
) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM parked k WHERE k.event_id = p_event_id AND k.source = p_source) THEN
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

-- Not even the owner of the tables may change or delete what happened (a superuser could: no service is one).
REVOKE UPDATE, DELETE, TRUNCATE ON events, positions FROM PUBLIC, CURRENT_USER;
