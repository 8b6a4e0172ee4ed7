-- Who may hold a session, with or without a password: sessions and log-ins are a person's. `active`: nobody logs in where it is false.
CREATE TABLE people (
    person_id uuid PRIMARY KEY,
    kind      text NOT NULL CHECK (kind IN ('citizen', 'agent')),
    active    boolean NOT NULL
);

-- The release before knows credentials alone, and may run beside this one: what it writes there counts here. With the rights of
-- the owner: the role of the service gets its own rights after the last migration, and writes before.
CREATE FUNCTION people_of_credentials() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM people WHERE person_id = OLD.person_id;
        RETURN NULL;
    END IF;
    INSERT INTO people AS p (person_id, kind, active) VALUES (NEW.person_id, NEW.kind, NEW.active)
    ON CONFLICT (person_id) DO UPDATE SET active = excluded.active WHERE p.active <> excluded.active;
    RETURN NULL;
END $$;

CREATE TRIGGER credentials_make_people AFTER INSERT ON credentials
    FOR EACH ROW EXECUTE FUNCTION people_of_credentials();
CREATE TRIGGER credentials_move_people AFTER UPDATE OF active ON credentials
    FOR EACH ROW WHEN (OLD.active <> NEW.active) EXECUTE FUNCTION people_of_credentials();
CREATE TRIGGER credentials_end_people AFTER DELETE ON credentials
    FOR EACH ROW EXECUTE FUNCTION people_of_credentials();

-- After the triggers, which waited for who was writing: nobody is left out.
INSERT INTO people (person_id, kind, active) SELECT person_id, kind, active FROM credentials ON CONFLICT DO NOTHING;

-- squawk-ignore ban-drop-constraint
ALTER TABLE sessions DROP CONSTRAINT sessions_person_id_fkey;
ALTER TABLE sessions
    ADD CONSTRAINT sessions_of_people FOREIGN KEY (person_id) REFERENCES people ON DELETE CASCADE NOT VALID;
-- squawk-ignore ban-drop-constraint
ALTER TABLE log_ins DROP CONSTRAINT log_ins_person_id_fkey;
ALTER TABLE log_ins
    ADD CONSTRAINT log_ins_of_people FOREIGN KEY (person_id) REFERENCES people ON DELETE CASCADE NOT VALID;
