-- Every service stands on these tables. No role but the owner may change an event, and the owner has no reason to.

-- One row a fact. `public` is kept as text, byte for byte what `hash` covers.
CREATE TABLE events (
    event_id       uuid PRIMARY KEY,
    stream         text NOT NULL,
    version        integer NOT NULL CHECK (version > 0),
    type           text NOT NULL,
    type_version   smallint NOT NULL,
    subject        text NOT NULL,
    public         text NOT NULL,
    sealed         bytea,
    key_id         text,
    time           timestamptz NOT NULL,
    correlation_id text,
    causation_id   text,
    hash           bytea NOT NULL,
    CONSTRAINT events_stream_version UNIQUE (stream, version)
);

-- Committed, and not yet numbered. The relay empties it.
CREATE TABLE outbox (
    written  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id uuid NOT NULL
);

-- The one order of this source: 1, 2, 3 … in the order of commit as the relay saw it.
CREATE TABLE positions (
    position bigint PRIMARY KEY,
    event_id uuid NOT NULL UNIQUE REFERENCES events
);

-- How far the relay has published.
CREATE TABLE relay (
    only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    published bigint NOT NULL DEFAULT 0
);
INSERT INTO relay DEFAULT VALUES;

-- A key for each subject, wrapped by the master key. A destroyed one keeps its row, without the key.
CREATE TABLE keys (
    key_id       text PRIMARY KEY,
    person       text,
    wrapped      bytea,
    destroyed_at timestamptz,
    CONSTRAINT keys_destroyed CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
CREATE INDEX keys_person ON keys (person) WHERE person IS NOT NULL;

-- What was answered to a command, for whoever asks the same again.
CREATE TABLE commands (
    command_id text PRIMARY KEY,
    actor      text NOT NULL,
    body_hash  bytea NOT NULL,
    outcome    jsonb NOT NULL,
    done_at    timestamptz NOT NULL
);
CREATE INDEX commands_done_at ON commands (done_at);

-- Events of others whose effect is here.
CREATE TABLE inbox (
    event_id uuid NOT NULL,
    source   text NOT NULL,
    heard_at timestamptz NOT NULL,
    PRIMARY KEY (event_id, source)
);

-- Events of others whose effect failed: later ones of the same subject wait behind the first.
CREATE TABLE parked (
    ordinal   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id  uuid NOT NULL,
    source    text NOT NULL,
    subject   text NOT NULL,
    envelope  jsonb NOT NULL,
    reason    text NOT NULL,
    tries     integer NOT NULL DEFAULT 0,
    next_try  timestamptz,
    parked_at timestamptz NOT NULL,
    CONSTRAINT parked_once UNIQUE (event_id, source)
);
CREATE INDEX parked_subject ON parked (source, subject, ordinal);
CREATE INDEX parked_due ON parked (next_try) WHERE next_try IS NOT NULL;

-- The hash of an event covers the one before it in its stream and its own bytes as stored; not its position.
CREATE FUNCTION chain_hash(
    previous bytea, event_id uuid, stream text, version integer, type text, type_version smallint,
    subject text, public text, sealed bytea, key_id text, at timestamptz
) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT sha256(
        previous
        || convert_to(
            concat_ws(
                E'\x1f', event_id, stream, version, type, type_version, subject,
                (extract(epoch FROM at) * 1000000)::bigint, coalesce(key_id, ''), public
            ), 'UTF8')
        || '\x1f'::bytea || coalesce(sealed, ''::bytea))
$$;

CREATE FUNCTION lock_stream(name text) RETURNS void LANGUAGE sql AS $$
    SELECT pg_advisory_xact_lock(hashtextextended(name, 0))
$$;

-- Several streams, always in ascending order of their keys: two commands can never wait for each other in a circle.
CREATE FUNCTION lock_streams(names text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    key bigint;
BEGIN
    FOR key IN SELECT DISTINCT hashtextextended(name, 0) FROM unnest(names) AS name ORDER BY 1 LOOP
        PERFORM pg_advisory_xact_lock(key);
    END LOOP;
END
$$;

-- Locks a stream, then reads it: what is read is what the lock protects.
CREATE FUNCTION open_stream(name text)
RETURNS TABLE (
    event_id uuid, version integer, type text, type_version smallint, subject text, public text, sealed bytea,
    key_id text, at timestamptz, correlation_id text, causation_id text, wrapped bytea
) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM lock_stream(name);
    RETURN QUERY
        SELECT e.event_id, e.version, e.type, e.type_version, e.subject, e.public, e.sealed,
               e.key_id, e.time, e.correlation_id, e.causation_id, k.wrapped
        FROM events AS e LEFT JOIN keys AS k ON k.key_id = e.key_id
        WHERE e.stream = name ORDER BY e.version;
END
$$;

-- Appends to one stream and tells the version before it. `expected` null: wherever the stream stands.
CREATE FUNCTION append_events(
    name text, expected integer, about text, ids uuid[], types text[], type_versions smallint[],
    publics text[], sealeds bytea[], key text, at timestamptz, correlation text, causation text
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    head integer;
    chain bytea;
BEGIN
    PERFORM lock_stream(name);
    SELECT e.version, e.hash INTO head, chain FROM events AS e
        WHERE e.stream = name ORDER BY e.version DESC LIMIT 1;
    head := coalesce(head, 0);
    chain := coalesce(chain, ''::bytea);
    IF expected IS NOT NULL AND expected <> head THEN
        RAISE EXCEPTION 'stream % is at version %, not %', name, head, expected USING ERRCODE = 'PV001';
    END IF;
    FOR i IN 1 .. array_length(ids, 1) LOOP
        chain := chain_hash(chain, ids[i], name, head + i, types[i], type_versions[i], about,
                            publics[i], sealeds[i], key, at);
        INSERT INTO events (event_id, stream, version, type, type_version, subject, public, sealed, key_id, time,
                            correlation_id, causation_id, hash)
            VALUES (ids[i], name, head + i, types[i], type_versions[i], about, publics[i], sealeds[i],
                    key, at, correlation, causation, chain);
        INSERT INTO outbox (event_id) VALUES (ids[i]);
    END LOOP;
    RETURN head;
END
$$;

-- Numbers what is committed, in order, and returns nothing: the relay reads positions after it.
CREATE FUNCTION number_outbox(at_most integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    numbered integer;
BEGIN
    WITH taken AS (
        DELETE FROM outbox WHERE written IN (SELECT written FROM outbox ORDER BY written LIMIT at_most)
        RETURNING written, event_id
    )
    INSERT INTO positions (position, event_id)
        SELECT (SELECT coalesce(max(position), 0) FROM positions) + row_number() OVER (ORDER BY written), event_id
        FROM taken;
    GET DIAGNOSTICS numbered = ROW_COUNT;
    RETURN numbered;
END
$$;

-- A command that was done before: its actor, the hash of its body and its outcome; waits for one that is being done.
CREATE FUNCTION recall_command(id text)
RETURNS TABLE (actor text, body_hash bytea, outcome jsonb) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('command ' || id, 0));
    RETURN QUERY SELECT c.actor, c.body_hash, c.outcome FROM commands AS c WHERE c.command_id = id;
END
$$;
