-- Requests that say a point of the map, by the keyed hash of the square of some 250 m in which it lies: those nearby are found
-- without a point in clear. Which square a hash stands for, only the key outside the database says. Gone with the erasure.
CREATE TABLE request_cells (
    request_id uuid PRIMARY KEY,
    cell bytea NOT NULL
);

CREATE INDEX requests_of_cell ON request_cells (cell);
