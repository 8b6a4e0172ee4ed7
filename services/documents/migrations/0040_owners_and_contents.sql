-- A document is a request's, or of the storage space of an account: one of the two ids is there. What the version before
-- writes has the first, and what it reads by a request it finds by that one.
-- Of a space it only meets files that it drops or scans, and it asks nothing of their owner.
ALTER TABLE documents
    ADD COLUMN space_id uuid,
    ADD CONSTRAINT documents_of_one_owner CHECK ((request_id IS NULL) <> (space_id IS NULL)) NOT VALID;
-- squawk-ignore ban-drop-not-null
ALTER TABLE documents ALTER COLUMN request_id DROP NOT NULL;
CREATE INDEX documents_of_a_space ON documents (space_id, created_at) WHERE space_id IS NOT NULL;

-- How many files, of whatever owner, hold the same bytes. Counted by the triggers below, so in the transaction that makes or
-- drops a file, whichever version of us does it. A file that was refused holds nothing.
CREATE TABLE contents (
    object_key uuid PRIMARY KEY,
    held integer NOT NULL CHECK (held > 0)
);

CREATE FUNCTION hold_contents() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO contents AS known (object_key, held)
    SELECT object_key, count(*) FROM made WHERE state <> 'refused' GROUP BY object_key ORDER BY object_key
    ON CONFLICT (object_key) DO UPDATE SET held = known.held + excluded.held;
    RETURN NULL;
END $$;

-- Drops a reference to these bytes; the last one dooms the object. Bytes that were never counted, of before this table, are
-- held once.
CREATE FUNCTION drop_content(p_object_key uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    files integer;
BEGIN
    SELECT held INTO files FROM contents WHERE object_key = p_object_key FOR UPDATE;
    IF files > 1 THEN
        UPDATE contents SET held = held - 1 WHERE object_key = p_object_key;
        RETURN;
    END IF;
    DELETE FROM contents WHERE object_key = p_object_key;
    INSERT INTO doomed_objects (object_key, since) VALUES (p_object_key, now()) ON CONFLICT DO NOTHING;
END $$;

-- In ascending key, so that two that drop the same bytes do not wait for each other in a ring.
CREATE FUNCTION drop_contents() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM drop_content(object_key) FROM (
        SELECT object_key FROM gone WHERE state <> 'refused' ORDER BY object_key
    ) dropped;
    RETURN NULL;
END $$;

CREATE FUNCTION drop_refused_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM drop_content(OLD.object_key);
    RETURN NULL;
END $$;

-- The version before dooms the bytes of each file that it drops: not while another file holds them.
CREATE FUNCTION spare_held_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM contents WHERE object_key = NEW.object_key) THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER files_hold_contents AFTER INSERT ON files
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION hold_contents();
CREATE TRIGGER files_drop_contents AFTER DELETE ON files
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION drop_contents();
CREATE TRIGGER files_refused AFTER UPDATE OF state ON files
    FOR EACH ROW WHEN (OLD.state <> 'refused' AND NEW.state = 'refused') EXECUTE FUNCTION drop_refused_content();
CREATE TRIGGER held_contents_are_spared BEFORE INSERT ON doomed_objects
    FOR EACH ROW EXECUTE FUNCTION spare_held_content();
