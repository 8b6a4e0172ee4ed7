-- Appointments whose holder wants to be mailed when an earlier slot of the agenda frees; gone with the appointment.
CREATE TABLE earlier_slots_wanted (
    request_id uuid PRIMARY KEY,
    agenda text NOT NULL,
    starts_at timestamptz NOT NULL,
    not_before date
);

CREATE INDEX earlier_slots_wanted_of_agenda ON earlier_slots_wanted (agenda, starts_at);

-- Slots that were given back and that a request may want: until those that do were looked for.
CREATE TABLE freed_slots (
    agenda text NOT NULL,
    start timestamptz NOT NULL,
    freed_at timestamptz NOT NULL,
    PRIMARY KEY (agenda, start)
);

-- Who was mailed of an earlier slot on which day of the town: once a day. No address: its keyed hash, or the account.
CREATE TABLE earlier_slot_mails (
    person text NOT NULL,
    day date NOT NULL,
    PRIMARY KEY (person, day)
);

CREATE INDEX earlier_slot_mails_by_day ON earlier_slot_mails (day);
