-- Who is at the counter on a day: what agents noted of an appointment, and persons who came without one. Gone after some days.
CREATE TABLE presences (
    presence_id uuid PRIMARY KEY,
    agenda text NOT NULL,
    day date NOT NULL,
    -- of an appointment; a person without one has a name instead, sealed under the key of the day
    request_id uuid,
    start timestamptz,
    sealed bytea,
    department text NOT NULL,
    procedure text,
    presence text NOT NULL,
    arrived_at timestamptz,
    noted_at timestamptz NOT NULL,
    by_id text NOT NULL,
    by_name text NOT NULL
);

CREATE INDEX presences_of_a_day ON presences (day, agenda);
CREATE UNIQUE INDEX presences_of_an_appointment ON presences (request_id, start);
