-- What the timer has still to erase, found without reading what was erased before.
ALTER TABLE approved_ends ADD COLUMN erased boolean NOT NULL DEFAULT false;

UPDATE approved_ends a SET erased = true FROM requests r WHERE r.request_id = a.request_id AND r.erased;

CREATE INDEX ends_to_come ON approved_ends (request_id) WHERE NOT erased;
