-- What is left of a request once its retention has ended; and the lists on which that end was approved.
ALTER TABLE requests ADD COLUMN erased boolean NOT NULL DEFAULT false;

CREATE INDEX retention_due ON requests (closed_at) WHERE closed AND NOT erased;

-- One row a list of requests whose retention has ended, until the visa of the departmental archives and beyond (D4).
CREATE TABLE eliminations (
    list_id uuid PRIMARY KEY,
    drawn_at timestamptz NOT NULL,
    requests integer NOT NULL,
    approved integer,
    approved_at timestamptz
);

-- Those of an approved list, from the approval on: what the timer has still to erase is what is not erased.
CREATE TABLE approved_ends (
    request_id uuid PRIMARY KEY,
    list_id uuid NOT NULL
);
