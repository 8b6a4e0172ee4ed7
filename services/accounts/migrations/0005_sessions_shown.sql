-- What its holder sees of a session: an id of its own, which opens nothing, and browser and system in words.
ALTER TABLE sessions ADD COLUMN session_id uuid;
ALTER TABLE sessions ALTER COLUMN session_id SET DEFAULT gen_random_uuid();
UPDATE sessions SET session_id = gen_random_uuid() WHERE session_id IS NULL;
ALTER TABLE sessions ADD COLUMN device text NOT NULL DEFAULT '';

-- The log-ins of each person, for that person to see.
CREATE TABLE log_ins (
    person_id uuid NOT NULL REFERENCES credentials ON DELETE CASCADE,
    at        timestamptz NOT NULL,
    device    text NOT NULL
);
CREATE INDEX log_ins_person ON log_ins (person_id, at DESC);
CREATE INDEX log_ins_at ON log_ins (at);

-- Refused log-ins of a day. A name that nobody has is counted under an id that is nobody's: a refusal costs the same work.
CREATE TABLE refused_log_ins (
    person_id uuid NOT NULL,
    day       date NOT NULL,
    times     integer NOT NULL,
    PRIMARY KEY (person_id, day)
);
CREATE INDEX refused_log_ins_day ON refused_log_ins (day);
